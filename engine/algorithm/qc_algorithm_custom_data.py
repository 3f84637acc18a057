"""Data that the algorithm brings itself (LEAN: QCAlgorithm.Python.cs, AddData)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.data.custom.python_data import PythonData
from engine.securities.symbol_properties import SymbolProperties

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security

_PLAIN = ("resolution", "time_zone", "fill_forward", "leverage")
_WITH_HOURS = ("properties", "exchange_hours", "resolution", "fill_forward", "leverage")


class QCAlgorithmCustomData:
    """`add_data`."""

    def add_data(self: QCAlgorithm, type: type, ticker: Any = None, *args: Any, **named: Any) -> Security:
        """Add custom data about a ticker or an underlying.

        LEAN's overloads: (type, ticker, resolution, time zone, fill forward, leverage) and (type, ticker, symbol
        properties, exchange hours, resolution, fill forward, leverage).
        """
        if not (isinstance(type, _CLASS) and issubclass(type, PythonData)):
            raise ArgumentException(f"AddData(): {type!r} is no class that derives from PythonData")
        if ticker is None:
            ticker = named.pop("symbol", named.pop("underlying", None))
        with_hours = bool(args and isinstance(args[0], SymbolProperties)) or "exchange_hours" in named
        values = dict(zip(_WITH_HOURS if with_hours else _PLAIN, args)) | named
        symbol = _symbol_of(type, ticker)
        if with_hours:
            key = SecurityIdentifier.generate_base_symbol(type, ticker)
            hours = values["exchange_hours"]
            self.market_hours_database.set_entry(Market.USA, key, SecurityType.BASE, hours, hours.time_zone)
            self.symbol_properties_database.set_entry(
                Market.USA, key, SecurityType.BASE, values["properties"]
            )
        return self._add_custom(type, symbol, values)

    def _add_custom(
        self: QCAlgorithm, kind: type[PythonData], symbol: Symbol, values: dict[str, Any]
    ) -> Security:
        alias = symbol.id.symbol
        SymbolCache.set(alias, symbol)
        instance = kind()
        instance.symbol = symbol
        zone, database = values.get("time_zone"), self.market_hours_database
        if zone is None and database.try_get_entry(symbol.id.market, symbol, SecurityType.BASE) is None:
            zone = instance.data_time_zone()
        if zone is not None:
            database.set_entry_always_open(symbol.id.market, alias, SecurityType.BASE, zone)
        configs = self.data_manager.add_configs(
            symbol,
            _resolution_of(instance, values.get("resolution")),
            values.get("fill_forward", False),
            extended_market_hours=True,
            is_custom_data=True,
            subscription_data_types=[(kind, TickType.TRADE)],
        )
        leverage = values.get("leverage", 1)
        security = self.securities.create_security(symbol, configs, leverage, add_to_symbol_cache=False)
        return self._add_to_user_defined_universe(security, configs)


_CLASS = type


def _symbol_of(kind: type[PythonData], ticker: Any) -> Symbol:
    """Return the symbol of custom data about a ticker, or about a symbol."""
    if isinstance(ticker, str):
        if not kind().requires_mapping():
            return Symbol(SecurityIdentifier.generate_base(kind, ticker, Market.USA), ticker)
        underlying = SymbolCache.try_get_symbol(ticker)
        if underlying is None:
            raise InvalidOperationException(
                f"The custom data type {kind.__name__} requires mapping, but the provided ticker is not in the cache. "
                "Please add this custom data type using a Symbol or perform this call after a Security has been added "
                "using AddEquity, AddForex, AddCfd, AddCrypto, AddFuture, AddOption or AddSecurity."
            )
    else:
        underlying = getattr(ticker, "symbol", ticker)
    return Symbol.create_base(kind, underlying, underlying.id.market)


def _resolution_of(instance: PythonData, resolution: Resolution | None) -> Resolution:
    if resolution is None:
        return instance.default_resolution()
    supported = instance.supported_resolutions()
    if resolution not in supported:
        names = ",".join(r.to_string() for r in supported)
        raise ArgumentException(
            f"Sorry {resolution.to_string()} is not a supported resolution for {type(instance).__name__} and "
            f"SecurityType.{instance.symbol.security_type.to_string()}. Please change your AddData to use one of the "  # type: ignore[union-attr]
            f"supported resolutions ({names})."
        )
    return resolution
