"""Makes securities (LEAN: Common/Securities/SecurityService.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, SecurityType
from engine.common.errors import UnsupportedMemberError
from engine.common.symbol_cache import SymbolCache
from engine.data.market.session import Session
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.securities.equity.equity import Equity
from engine.securities.future.future import Future
from engine.securities.future.future_margin_model import FutureMarginModel
from engine.securities.future_option.future_option import FutureOption
from engine.securities.index.index import Index
from engine.securities.index_option.index_option import IndexOption
from engine.securities.index_option.index_option_symbol_properties import IndexOptionSymbolProperties
from engine.securities.option.option import Option
from engine.securities.option.option_symbol_properties import OptionSymbolProperties
from engine.securities.option.strategies.strategy_factory import StrategyFactory
from engine.securities.price_variation_models import EquityPriceVariationModel
from engine.securities.security import Security
from engine.securities.symbol_properties import SymbolProperties

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.securities.cash import Cash
    from engine.securities.security_exchange_hours import SecurityExchangeHours

Configs = SubscriptionDataConfig | Iterable[SubscriptionDataConfig] | None

_KINDS: dict[SecurityType, type[Security]] = {
    SecurityType.BASE: Security,
    SecurityType.EQUITY: Equity,
    SecurityType.OPTION: Option,
    SecurityType.INDEX: Index,
    SecurityType.INDEX_OPTION: IndexOption,
    SecurityType.FUTURE: Future,
    SecurityType.FUTURE_OPTION: FutureOption,
}
_MODELS = (
    "fill_model",
    "fee_model",
    "buying_power_model",
    "margin_interest_rate_model",
    "slippage_model",
    "volatility_model",
    "settlement_model",
)


class SecurityService:
    """Makes the right kind of security, with hours, currency, models and seed."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self._cash_book = algorithm.portfolio.cash_book
        self._is_live_mode = False
        self._mismatch_was_told = False
        FutureMarginModel.margin_rows = algorithm.data_feed.source.margin_rows
        StrategyFactory.contract_multiplier = staticmethod(self._contract_multiplier)

    def set_live_mode(self, is_live_mode: bool) -> None:
        self._is_live_mode = is_live_mode

    def _contract_multiplier(self, canonical: Symbol) -> int:
        return int(self._properties_of(canonical).contract_multiplier_decimal)

    # making

    def create_security(
        self,
        symbol: Symbol,
        subscription_data_configs: Configs = None,
        leverage: float | Decimal = 0,
        add_to_symbol_cache: bool = True,
        underlying: Security | None = None,
        seed_security: bool = True,
    ) -> Security:
        """Return the security of a symbol; one that exists gets the configurations added.

        Parameters
        ----------
        leverage : 0 leaves what the models say
        underlying : of an option
        """
        configs = _as_list(subscription_data_configs)
        is_internal = bool(configs) and all(config.is_internal_feed for config in configs)
        known = self._algorithm.securities.get(symbol)
        if known is not None:
            known.add_data(configs)
            if not is_internal:
                known.make_tradable()
            self._initialize(known, seed_security)
            return known
        security = self._new(symbol, underlying, add_to_symbol_cache)
        if security.is_tradable:
            # nobody asked for the security of an internal feed
            security.is_tradable = not is_internal
        security.add_data(configs)
        self._initialize(security, seed_security)
        self._compare_with_canonical(security)
        self._finish(security, leverage)
        return security

    def create_benchmark_security(self, symbol: Symbol) -> Security:
        """Return a security of its own for the benchmark, whatever the algorithm has of that symbol."""
        security = self._new(symbol, None, False)
        security.set_leverage(1)
        return security

    def create_universe_security(
        self, config: SubscriptionDataConfig, hours: SecurityExchangeHours
    ) -> Security:
        """Return the security that a universe's own subscription belongs to; it is in no list."""
        cash = self._cash_book[self._cash_book.account_currency]
        security = Security(
            config.symbol, hours, cash, SymbolProperties.get_default(cash.symbol), self._cash_book
        )
        security.add_data(config)
        security.set_time_keeper(self._algorithm.securities.time_keeper)
        return security

    def _new(self, symbol: Symbol, underlying: Security | None, add_to_symbol_cache: bool) -> Security:
        kind = _KINDS.get(symbol.security_type)
        if kind is None:
            raise UnsupportedMemberError(f"securities of type {symbol.security_type.to_string()} ({symbol})")
        entry = self._algorithm.market_hours_database.get_entry(
            symbol.id.market, symbol, symbol.security_type
        )
        properties = self._properties_of(symbol)
        if add_to_symbol_cache:
            SymbolCache.set(symbol.value, symbol)
            if symbol.security_type.is_option():
                SymbolCache.set(symbol.underlying.value, symbol.underlying)
        named: dict[str, Any] = {}
        if issubclass(kind, Option):
            named["underlying"] = underlying
            properties = _option_properties(kind, properties)
        quote = self._quote_cash(properties.quote_currency)
        hours = entry.exchange_hours
        security = kind(symbol, hours, quote, properties, self._cash_book, **named)
        tick_types = self._algorithm.subscription_manager.available_data_types[symbol.security_type]
        security.cache.session = session = Session(tick_types[0], hours, symbol)
        session.on_started = lambda: self._algorithm.keep_session(security)
        security.on_volatility_model = self._algorithm.data_manager.subscriptions.plan_anew
        return security

    def _properties_of(self, symbol: Symbol) -> SymbolProperties:
        return self._algorithm.symbol_properties_database.get_symbol_properties(
            symbol.id.market, symbol, symbol.security_type, self._cash_book.account_currency
        )

    def _quote_cash(self, currency: str) -> Cash:
        known = self._cash_book.get(currency)
        if known is not None:
            return known
        # no conversion is known yet
        added = self._cash_book.add(currency, 0, 0)
        assert added is not None
        return added

    def _initialize(self, security: Security, seed_security: bool) -> None:
        if security.is_initialized:
            return
        if seed_security and self._algorithm.settings.seed_initial_prices:
            self.seed([security])
        self._algorithm.security_initializer.initialize(security)
        security.is_initialized = True

    def seed(self, securities: Iterable[Security]) -> None:
        """Give securities without a price their last known ones (LEAN: AlgorithmUtils.SeedSecurities)."""
        wanted = [security for security in securities if not security.price]
        if not wanted:
            return
        prices = self._algorithm.get_last_known_prices([security.symbol for security in wanted])
        for security in wanted:
            for point in prices.get(security.symbol) or ():
                security.set_market_price(point)

    def _finish(self, security: Security, leverage: float | Decimal) -> None:
        # an explicit leverage wins over the initializer's
        if leverage:
            security.set_leverage(leverage)
        raw = security.subscriptions and security.data_normalization_mode == DataNormalizationMode.RAW
        if security.type == SecurityType.EQUITY and (raw or self._is_live_mode):
            security.price_variation_model = EquityPriceVariationModel()

    def _compare_with_canonical(self, security: Security) -> None:
        if self._mismatch_was_told or not security.symbol.has_canonical():
            return
        canonical = self._algorithm.securities.get(security.symbol.canonical)
        if canonical is None:
            return
        if any(type(getattr(security, name)) is not type(getattr(canonical, name)) for name in _MODELS):
            self._mismatch_was_told = True
            self._algorithm.debug(
                f"Warning: Security {security.symbol} its canonical security {canonical.symbol} have at "
                "least one "
                "model of different types (fill, fee, buying power, margin interest rate, slippage, "
                "volatility, "
                "settlement). To avoid this, consider using a security initializer to set the right "
                "models to each "
                "security type according to your algorithm's requirements."
            )


def _option_properties(kind: type[Security], properties: SymbolProperties) -> OptionSymbolProperties:
    if kind is IndexOption:
        return IndexOptionSymbolProperties(properties)
    result = OptionSymbolProperties(properties)
    if kind is FutureOption:
        # exercising delivers one future, whatever its multiplier
        result.set_contract_unit_of_trade(1)
    return result


def _as_list(configs: Configs) -> list[SubscriptionDataConfig]:
    if configs is None:
        return []
    return [configs] if isinstance(configs, SubscriptionDataConfig) else list(configs)
