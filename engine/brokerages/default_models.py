"""Which settlement and buying power models a security gets (LEAN: DefaultBrokerageModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import AccountType, SecurityType
from engine.common.errors import UnsupportedMemberError
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
    from engine.securities.security import Security


def settlement_model(security: Security, account_type: AccountType) -> Any:
    """Return delayed settlement for cash accounts, daily marking for futures, else immediate settlement."""
    from engine.securities.delayed_settlement_model import DelayedSettlementModel
    from engine.securities.equity.equity import Equity
    from engine.securities.future.future_settlement_model import FutureSettlementModel
    from engine.securities.option.option import Option
    from engine.securities.settlement_model import ImmediateSettlementModel

    delayed = {SecurityType.EQUITY: Equity, SecurityType.OPTION: Option}.get(security.type)
    if account_type == AccountType.CASH and delayed is not None:
        return DelayedSettlementModel(delayed.DEFAULT_SETTLEMENT_DAYS, delayed.DEFAULT_SETTLEMENT_TIME)
    if security.type == SecurityType.FUTURE:
        return FutureSettlementModel()
    return ImmediateSettlementModel()


def buying_power_model(brokerage: DefaultBrokerageModel, security: Security) -> Any:
    """Return the margin model of the kind of security."""
    from engine.securities.buying_power_model import SecurityMarginModel
    from engine.securities.future.future_margin_model import FutureMarginModel
    from engine.securities.future_option.futures_options_margin_model import FuturesOptionsMarginModel
    from engine.securities.option.option_margin_model import OptionMarginModel

    free = to_decimal(brokerage.required_free_buying_power_percent)
    kind = security.type
    if kind == SecurityType.FUTURE:
        return FutureMarginModel(free, security)
    if kind == SecurityType.FUTURE_OPTION:
        return FuturesOptionsMarginModel(free, security)
    if kind in (SecurityType.OPTION, SecurityType.INDEX_OPTION):
        return OptionMarginModel(free)
    cash_only = brokerage.account_type == AccountType.CASH and kind in (
        SecurityType.CRYPTO,
        SecurityType.FOREX,
    )
    if cash_only or kind == SecurityType.CRYPTO_FUTURE:
        raise UnsupportedMemberError(f"the buying power model of {kind.to_string()} in this account")
    return SecurityMarginModel(to_decimal(brokerage.get_leverage(security)), free)
