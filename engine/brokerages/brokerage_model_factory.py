"""From a brokerage's name to its model and back (LEAN: Common/Brokerages/IBrokerageModel.cs)."""

from __future__ import annotations

from engine.brokerages.alpaca_brokerage_model import AlpacaBrokerageModel
from engine.brokerages.alpha_streams_brokerage_model import AlphaStreamsBrokerageModel
from engine.brokerages.axos_clearing_brokerage_model import AxosClearingBrokerageModel
from engine.brokerages.charles_schwab_brokerage_model import CharlesSchwabBrokerageModel
from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.brokerages.interactive_brokers_brokerage_model import InteractiveBrokersBrokerageModel
from engine.brokerages.tastytrade_brokerage_model import TastytradeBrokerageModel
from engine.brokerages.trade_station_brokerage_model import TradeStationBrokerageModel
from engine.brokerages.tradier_brokerage_model import TradierBrokerageModel
from engine.brokerages.webull_brokerage_model import WebullBrokerageModel
from engine.common.enums import AccountType, BrokerageName
from engine.common.errors import UnsupportedMemberError

_MODELS: dict[BrokerageName, type[DefaultBrokerageModel]] = {
    BrokerageName.ALPACA: AlpacaBrokerageModel,
    BrokerageName.INTERACTIVE_BROKERS_BROKERAGE: InteractiveBrokersBrokerageModel,
    BrokerageName.TRADIER_BROKERAGE: TradierBrokerageModel,
    BrokerageName.TRADE_STATION: TradeStationBrokerageModel,
    BrokerageName.CHARLES_SCHWAB: CharlesSchwabBrokerageModel,
    BrokerageName.TASTYTRADE: TastytradeBrokerageModel,
    BrokerageName.WEBULL: WebullBrokerageModel,
    BrokerageName.ALPHA_STREAMS: AlphaStreamsBrokerageModel,
    BrokerageName.AXOS: AxosClearingBrokerageModel,
    BrokerageName.DEFAULT: DefaultBrokerageModel,
}


def create_brokerage_model(
    order_provider: object, brokerage: BrokerageName, account_type: AccountType = AccountType.MARGIN
) -> DefaultBrokerageModel:
    """Return the model of a brokerage; Alpaca's accounts are always margin accounts."""
    kind = _MODELS.get(brokerage)
    if kind is None:
        known = ", ".join(name.name for name in _MODELS)
        raise UnsupportedMemberError(f"BrokerageName.{brokerage}", f"supported are {known}")
    return kind() if kind is AlpacaBrokerageModel else kind(account_type)


def get_brokerage_name(brokerage_model: DefaultBrokerageModel) -> BrokerageName:
    """Return the name of a model, which may be an algorithm's own subclass."""
    return next(name for name, kind in _MODELS.items() if isinstance(brokerage_model, kind))
