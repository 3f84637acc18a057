"""Interactive Brokers' fees per contract of futures and future options (LEAN: as the fee model)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException, KeyNotFoundException
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.securities.security import Security

_D = Decimal
_REGULATORY_FEE = _D("0.02")
_US_MARKETS = frozenset({"usa", "nymex", "cbot", "ice", "cfe", "comex", "cme", "cmeglobex", "nyseliffe"})
_KOREA_RATE = _D("0.00004")

_Fees = dict[str, tuple[Decimal, Decimal]]


def _fees(*groups: tuple[str, str, str]) -> _Fees:
    return {root: (_D(broker), _D(exchange)) for roots, broker, exchange in groups for root in roots.split()}


_MICROS = "MYM M2K MES MNQ 2YY 5YY 10Y 30Y MCL MGC SIL"
_DEFAULT = (_D("0.85"), _D("1.60"))

# Roots, the broker's fee, the exchange's fee.
_US_FUTURES = _fees(
    ("ES NQ YM RTY EMD", "0.85", "1.28"),
    (_MICROS, "0.25", "0.30"),
    ("BTC", "5", "6"),
    ("MBT MIB", "2.25", "2.5"),
    ("ETH", "3", "4"),
    ("MET MRB", "0.20", "0.20"),
    ("E7 J7", "0.50", "0.85"),
    ("M6E M6A M6B MCD MJY MSF M6J MIR M6C M6S MNH", "0.15", "0.24"),
)
_US_FUTURE_OPTIONS = _fees(
    ("ES NQ YM RTY EMD", "0.85", "0.55"),
    (_MICROS, "0.25", "0.20"),
    ("BTC", "5", "5"),
    ("MBT MIB", "1.25", "2.5"),
    ("ETH", "3", "4"),
    ("MET MRB", "0.10", "0.20"),
)
_HONG_KONG = {"CNH": _D(13), "HKD": _D(20), "USD": _D("2.40")}


def futures_fee_per_contract(security: Security) -> CashAmount:
    """Return broker's, exchange's and regulator's fee of one contract."""
    market = security.symbol.id.market
    if market in _US_MARKETS:
        return _united_states(security)
    if market == "hkfe":
        return _hong_kong(security)
    if market == "eurex":
        return _eurex(security)
    if market == "krx":
        value = security.price_decimal * security.symbol_properties.contract_multiplier_decimal
        return CashAmount(_KOREA_RATE * value, security.quote_currency.symbol)
    raise KeyNotFoundException(f"InteractiveBrokersFeeModel(): unexpected future Market {market}")


def _united_states(security: Security) -> CashAmount:
    if security.type == SecurityType.FUTURE:
        fees, root = _US_FUTURES, security.symbol.id.symbol
    else:
        fees, root = _US_FUTURE_OPTIONS, security.symbol.underlying.id.symbol
    broker, exchange = fees.get(root, _DEFAULT)
    return CashAmount(broker + exchange + _REGULATORY_FEE, "USD")


def _hong_kong(security: Security) -> CashAmount:
    if security.symbol.id.symbol.upper() == "HSI":
        return CashAmount(_D(40), "HKD")
    currency = security.quote_currency.symbol
    if currency not in _HONG_KONG:
        raise ArgumentException(f"Unexpected quote currency {currency} for Hong Kong futures exchange")
    # Half as much again stands for the exchange's fee.
    return CashAmount(_HONG_KONG[currency] * _D("1.5"), currency)


def _eurex(security: Security) -> CashAmount:
    if security.type != SecurityType.FUTURE:
        kind = security.type.to_string()
        raise ArgumentException(
            f"InteractiveBrokersFeeModel.EUREXFutureFees(): Unsupported security type: {kind}"
        )
    # Every future costs 1.00 with the broker and nothing at the exchange so far.
    return CashAmount(_D("1.00") + _REGULATORY_FEE, "EUR")
