"""LEAN's interfaces by the classes that stand for them.

Python algorithms name an interface as the type of a parameter or derive from it; the class that LEAN itself has of
that name without the `I`, or the base of all that have its methods, serves for both.
"""

from __future__ import annotations

from typing import Any

# The class is the interface's name without its I.
_NAMED_ALIKE = (
    "IAlgorithmSettings",
    "IAlphaModel",
    "IBar",
    "IBaseData",
    "IBenchmark",
    "IBuyingPowerModel",
    "ICommand",
    "ICurrencyConversion",
    "IExecutionModel",
    "IFeeModel",
    "IFillModel",
    "IMarginCallModel",
    "IMarginInterestRateModel",
    "IObjectStore",
    "IOptionPriceModel",
    "IOrderProperties",
    "IPortfolioConstructionModel",
    "IPortfolioTarget",
    "IPosition",
    "IPositionGroup",
    "IPositionGroupBuyingPowerModel",
    "IRiskManagementModel",
    "ISecurityDataFilter",
    "ISecurityPortfolioModel",
    "ISecuritySeeder",
    "ISlippageModel",
    "ITradeBuilder",
    "IUniverseSelectionModel",
    "IVolatilityModel",
)
_NAMED_OTHERWISE = {
    "IAlgorithm": "QCAlgorithm",
    "IBaseDataBar": "TradeBar",
    "IBrokerageModel": "DefaultBrokerageModel",
    "IDateRule": "FuncDateRule",
    "IIndicator": "IndicatorBase",
    "IOptionAssignmentModel": "DefaultOptionAssignmentModel",
    "IOptionExerciseModel": "DefaultExerciseModel",
    "ISecurityInitializer": "BrokerageModelSecurityInitializer",
    "ISettlementModel": "ImmediateSettlementModel",
    "IShortableProvider": "NullShortableProvider",
    "ITimeRule": "FuncTimeRule",
}


def interfaces(classes: dict[str, type]) -> dict[str, Any]:
    """Return the class of each interface."""
    return {name: classes[name[1:]] for name in _NAMED_ALIKE} | {
        name: classes[other] for name, other in _NAMED_OTHERWISE.items()
    }
