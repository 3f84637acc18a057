"""Adding and removing securities (LEAN: QCAlgorithm.cs, AddSecurity and its kin)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.qc_algorithm_universe import UserUniverseChange
from engine.common.enums import DataMappingMode, DataNormalizationMode, Resolution, SecurityType, TickType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException
from engine.common.market import Market
from engine.common.symbol import Symbol, symbol_of
from engine.common.symbol_cache import SymbolCache
from engine.data.market.tick import Tick
from engine.data.universe_selection.futures_universes import (
    ContinuousContractUniverse,
    FuturesChainUniverse,
    add_continuous_configs,
)
from engine.data.universe_selection.option_chain_universe import OptionChainUniverse
from engine.data.universe_selection.universe_settings import UniverseSettings
from engine.data.universe_selection.user_defined_universe import OptionContractUniverse, UserDefinedUniverse
from engine.data_feeds.data_types import OPTION_TYPES, config_data_types
from engine.securities.index_option.index_option_symbol import IndexOptionSymbol

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.securities.security import Security

_MAXIMUM_DEPTH = 4


class QCAlgorithmSecurities:
    """`add_equity` and the others; every one ends in a subscription of a universe."""

    def _market(
        self: QCAlgorithm, market: str | None, ticker: str | None, security_type: SecurityType
    ) -> str:
        if market:
            return market
        found = None
        if (security_type == SecurityType.FUTURE and ticker) or (
            security_type == SecurityType.INDEX and ticker
        ):
            found = self.symbol_properties_database.try_get_market(ticker, security_type)
        return found or self.brokerage_model.default_markets.get(security_type, Market.USA)

    def _symbol_of(self: QCAlgorithm, ticker: Any, security_type: SecurityType, market: str) -> Symbol:
        ticker = str(ticker)  # a symbol stands for its text, as in .NET
        known = SymbolCache.try_get_symbol(ticker)
        if known is not None and known.id.market == market and known.security_type == security_type:
            return known
        return Symbol.create(ticker, security_type, market)

    def add_security(
        self: QCAlgorithm,
        symbol: Any,
        resolution: Any = None,
        fill_forward: Any = None,
        leverage: Any = 0,
        extended_market_hours: bool | None = None,
        data_mapping_mode: DataMappingMode | None = None,
        data_normalization_mode: DataNormalizationMode | None = None,
        contract_depth_offset: int = 0,
        **more: Any,
    ) -> Security:
        """Add a security by symbol, or by (security type, ticker, resolution, ...)."""
        if isinstance(symbol, SecurityType):
            return self._add_security_by_ticker(
                symbol,
                resolution,
                fill_forward,
                leverage,
                extended_market_hours,
                data_mapping_mode,
                data_normalization_mode,
                more,
            )
        if abs(contract_depth_offset) > _MAXIMUM_DEPTH:
            raise ArgumentOutOfRangeException(
                f"'contractDepthOffset' current maximum value is {_MAXIMUM_DEPTH}. Front month (0) and only "
                f"{_MAXIMUM_DEPTH} back month contracts are currently supported.",
                "contractDepthOffset",
            )
        settings = self.universe_settings
        filled = settings.fill_forward if fill_forward is None else fill_forward
        extended = settings.extended_market_hours if extended_market_hours is None else extended_market_hours
        canonical = symbol.is_canonical()
        if not canonical and symbol.security_type in OPTION_TYPES:
            return self.add_option_contract(symbol, resolution, filled, leverage, extended)
        configs = self.data_manager.add_configs(
            symbol,
            Resolution.DAILY if canonical else resolution,
            False if canonical else filled,
            extended,
            is_filtered_subscription=not canonical,
            data_normalization_mode=_chosen(data_normalization_mode, DataNormalizationMode.ADJUSTED),
            contract_depth_offset=contract_depth_offset,
        )
        security = self.securities.create_security(symbol, configs, leverage)
        if not canonical:
            return self._add_to_user_defined_universe(security, configs)
        security.is_tradable = False
        self.securities.add(security)
        if symbol not in self.universe_manager:
            chain = UniverseSettings(
                settings.resolution if resolution is None else resolution,
                leverage,
                filled,
                extended,
                settings.minimum_time_in_universe,
            )
            chain.asynchronous = settings.asynchronous
            if symbol.security_type in OPTION_TYPES:
                self._add_universe(OptionChainUniverse(security, chain))  # type: ignore[arg-type]
            else:
                self._add_futures(
                    security,
                    configs[0],
                    chain,
                    data_mapping_mode,
                    data_normalization_mode,
                    contract_depth_offset,
                )
        return security

    def _add_security_by_ticker(
        self: QCAlgorithm,
        security_type: SecurityType,
        ticker: str,
        resolution: Any,
        market: Any,
        fill_forward: Any,
        leverage: Any,
        extended_market_hours: Any,
        more: dict[str, Any],
    ) -> Security:
        # LEAN's overload (type, ticker, resolution, fill_forward, extended) has no market in fourth place
        if isinstance(market, bool):
            market, fill_forward, leverage, extended_market_hours = None, market, 0, fill_forward
        market = more.pop("market", market)
        if security_type == SecurityType.OPTION:
            return self.add_option(ticker, resolution, market, fill_forward, leverage or 0)
        if security_type == SecurityType.FUTURE:
            return self.add_future(
                ticker, resolution, market, fill_forward, leverage or 0, extended_market_hours
            )
        market = self._market(market if isinstance(market, str) else None, ticker, security_type)
        symbol = self._symbol_of(ticker, security_type, market)
        filled = fill_forward if isinstance(fill_forward, bool) else None
        return self.add_security(symbol, resolution, filled, leverage or 0, extended_market_hours)

    def _add_typed(
        self: QCAlgorithm,
        security_type: SecurityType,
        ticker: str,
        resolution: Resolution | None,
        market: str | None,
        fill_forward: bool,
        leverage: float,
        extended_market_hours: bool,
        data_normalization_mode: DataNormalizationMode | None = None,
    ) -> Any:
        market = self._market(market, ticker, security_type)
        symbol = self._symbol_of(ticker, security_type, market)
        configs = self.data_manager.add_configs(
            symbol,
            resolution,
            fill_forward,
            extended_market_hours,
            data_normalization_mode=_chosen(
                data_normalization_mode, self.universe_settings.data_normalization_mode
            ),
            data_mapping_mode=self.universe_settings.data_mapping_mode,
        )
        security = self.securities.create_security(symbol, configs, leverage)
        return self._add_to_user_defined_universe(security, configs)

    def add_equity(
        self: QCAlgorithm,
        ticker: str,
        resolution: Resolution | None = None,
        market: str | None = None,
        fill_forward: bool = True,
        leverage: float = 0,
        extended_market_hours: bool = False,
        data_normalization_mode: DataNormalizationMode | None = None,
    ) -> Any:
        return self._add_typed(
            SecurityType.EQUITY,
            ticker,
            resolution,
            market,
            fill_forward,
            leverage,
            extended_market_hours,
            data_normalization_mode,
        )

    def add_index(
        self: QCAlgorithm,
        ticker: str,
        resolution: Resolution | None = None,
        market: str | None = None,
        fill_forward: bool = True,
    ) -> Any:
        return self._add_typed(SecurityType.INDEX, ticker, resolution, market, fill_forward, 1, False)

    # -- options -----------------------------------------------------------------------------------------------

    def add_option(self: QCAlgorithm, underlying: Any, *args: Any, **named: Any) -> Any:
        """Add a chain: (underlying[, target_option][, resolution, market, fill_forward, leverage])."""
        values = dict(zip(_option_names(args), args)) | named
        market = values.get("market")
        if isinstance(underlying, str):
            market = self._market(market, underlying, SecurityType.OPTION)
            underlying = Symbol.create(underlying, SecurityType.EQUITY, market)
        target = values.get("target_option")
        kind = Symbol.get_option_type_from_underlying(underlying)
        market = self._market(market, target, kind)
        alias = f"?{target or underlying.value}"
        canonical = SymbolCache.try_get_symbol(alias)
        if canonical is None or canonical.id.market != market or canonical.security_type not in OPTION_TYPES:
            canonical = Symbol.create_canonical_option(underlying, target, market, alias)
        return self.add_security(
            canonical, values.get("resolution"), values.get("fill_forward"), values.get("leverage", 0)
        )

    def add_index_option(self: QCAlgorithm, underlying: Any, *args: Any, **named: Any) -> Any:
        """Add a chain of index options: (index or ticker[, target_option][, resolution, market, fill_forward])."""
        values = dict(zip(_option_names(args), args)) | named
        target, market = values.get("target_option"), values.get("market")
        if isinstance(underlying, str):
            index = IndexOptionSymbol.map_to_underlying(underlying)
            if target is None and index.upper() != underlying.upper():
                self.debug(
                    f"Warning: '{underlying}' is an index option ticker, using index '{index}' as the underlying and "
                    f"'{underlying}' as the target option."
                )
                target, underlying = underlying, index
            underlying = Symbol.create(
                underlying, SecurityType.INDEX, self._market(market, underlying, SecurityType.INDEX)
            )
        if underlying.security_type != SecurityType.INDEX:
            raise ArgumentException("Symbol provided must be of type SecurityType.Index")
        return self.add_option(
            underlying,
            target,
            values.get("resolution"),
            underlying.id.market,
            values.get("fill_forward", True),
        )

    def add_index_option_contract(
        self: QCAlgorithm, symbol: Symbol, resolution: Resolution | None = None, fill_forward: bool = True
    ) -> Any:
        symbol = symbol_of(symbol)
        if symbol.security_type != SecurityType.INDEX_OPTION or symbol.is_canonical():
            raise ArgumentException(
                "Symbol provided must be non-canonical and of type SecurityType.IndexOption"
            )
        return self.add_option_contract(symbol, resolution, fill_forward)

    def add_future_option_contract(
        self: QCAlgorithm,
        symbol: Symbol,
        resolution: Resolution | None = None,
        fill_forward: bool = True,
        leverage: float = 0,
        extended_market_hours: bool = False,
    ) -> Any:
        symbol = symbol_of(symbol)
        if symbol.is_canonical():
            raise ArgumentException(
                "Expected non-canonical Symbol (i.e. a Symbol representing a specific Future contract"
            )
        return self.add_option_contract(symbol, resolution, fill_forward, leverage, extended_market_hours)

    def add_option_contract(
        self: QCAlgorithm,
        symbol: Symbol,
        resolution: Resolution | None = None,
        fill_forward: bool = True,
        leverage: float = 0,
        extended_market_hours: bool = False,
    ) -> Any:
        """Add one option contract and, where it is missing, its underlying."""
        symbol = None if symbol is None else symbol_of(symbol)
        if symbol is None or symbol.security_type not in OPTION_TYPES or not symbol.has_underlying:
            raise ArgumentException(
                f"Unexpected option symbol {symbol}. Please provide a valid option contract with it's underlying symbol set."
            )
        underlying = self._underlying_of_contract(
            symbol, resolution, fill_forward, leverage, extended_market_hours
        )
        underlying_configs = self.data_manager.get_configs(symbol.underlying)
        configs = self.data_manager.add_configs(
            symbol,
            resolution,
            fill_forward,
            extended_market_hours,
            data_normalization_mode=DataNormalizationMode.RAW,
        )
        option = self.securities.create_security(symbol, configs, leverage, underlying=underlying)
        underlying.set_data_normalization_mode(DataNormalizationMode.RAW)
        self.securities.add(option)
        self._add_to_contract_universe(option, configs, underlying_configs, extended_market_hours)
        return option

    def _underlying_of_contract(
        self: QCAlgorithm,
        symbol: Symbol,
        resolution: Any,
        fill_forward: bool,
        leverage: float,
        extended: bool,
    ) -> Security:
        underlying = symbol.underlying
        security = self.securities.get(underlying)
        configs = self.data_manager.get_configs(underlying)
        if security is None or (not security.is_tradable and not configs):
            return self.add_security(underlying, resolution, fill_forward, leverage, extended)
        kind = underlying.security_type.to_string()
        if security.is_delisted:
            raise ArgumentException(
                f"The underlying {kind} asset ({underlying.value}) is delisted (current time is {self.time})"
            )
        if symbol.security_type == SecurityType.OPTION and self._locked:
            modes = [
                c.data_normalization_mode
                for c in configs
                if c.data_normalization_mode != DataNormalizationMode.RAW
            ]
            if modes:
                raise ArgumentException(
                    f"The underlying {kind} asset ({underlying.value}) is set to {modes[0].to_string()}, "
                    "please change this to "
                    "DataNormalizationMode.Raw with the SetDataNormalization() method"
                )
        return security

    def _add_to_contract_universe(
        self: QCAlgorithm,
        option: Security,
        configs: list[SubscriptionDataConfig],
        underlying_configs: list[SubscriptionDataConfig],
        extended: bool,
    ) -> None:
        symbol = option.symbol
        universe_symbol = OptionContractUniverse.create_symbol(
            symbol.underlying.security_type, symbol.id.market
        )
        universe = self.universe_manager.get(universe_symbol)
        if universe is None:
            settings = UniverseSettings(self.universe_settings)
            settings.data_normalization_mode = DataNormalizationMode.RAW
            settings.resolution = min(c.resolution for c in underlying_configs)
            settings.extended_market_hours = extended
            config = configs[0].with_changes(
                data_type=Tick, symbol=universe_symbol, extended_hours=extended, fill_forward=False
            )
            universe = self._add_universe(OptionContractUniverse(config, settings))
        self._pending_user_universe_changes.append(
            UserUniverseChange(universe, [*configs, *underlying_configs], option)  # type: ignore[arg-type]
        )

    # -- futures -----------------------------------------------------------------------------------------------

    def add_future(
        self: QCAlgorithm,
        ticker: str,
        resolution: Resolution | None = None,
        market: str | None = None,
        fill_forward: bool | None = None,
        leverage: float = 0,
        extended_market_hours: bool | None = None,
        data_mapping_mode: DataMappingMode | None = None,
        data_normalization_mode: DataNormalizationMode | None = None,
        contract_depth_offset: int = 0,
    ) -> Any:
        """Add the continuous contract and the chain of a future."""
        market = self._market(market, ticker, SecurityType.FUTURE)
        alias = "/" + ticker
        canonical = SymbolCache.try_get_symbol(alias)
        if (
            canonical is None
            or canonical.id.market != market
            or canonical.security_type != SecurityType.FUTURE
        ):
            canonical = Symbol.create(ticker, SecurityType.FUTURE, market, alias)
        return self.add_security(
            canonical,
            resolution,
            fill_forward,
            leverage,
            extended_market_hours,
            data_mapping_mode,
            data_normalization_mode,
            contract_depth_offset,
        )

    def add_future_contract(
        self: QCAlgorithm,
        symbol: Symbol,
        resolution: Resolution | None = None,
        fill_forward: bool = True,
        leverage: float = 0,
        extended_market_hours: bool = False,
    ) -> Any:
        return self.add_security(symbol_of(symbol), resolution, fill_forward, leverage, extended_market_hours)

    def add_future_option(self: QCAlgorithm, symbol: Symbol, option_filter: Any = None) -> None:
        """Add the option chains of every future that the chain of `symbol` selects."""
        if not symbol.is_canonical():
            raise ArgumentException(
                "Symbol provided must be canonical (i.e. the Symbol returned from AddFuture(), not AddFutureContract()."
            )
        self.add_universe_options(symbol, option_filter)
        continuous = ContinuousContractUniverse.create_symbol(symbol)
        if continuous in self.universe_manager:
            self.add_universe_options(continuous, option_filter)

    def _add_futures(
        self: QCAlgorithm,
        security: Security,
        config: SubscriptionDataConfig,
        settings: UniverseSettings,
        mapping: DataMappingMode | None,
        normalization: DataNormalizationMode | None,
        depth: int,
    ) -> None:
        symbol, general = security.symbol, self.universe_settings
        continuous = UniverseSettings(settings)
        continuous.data_mapping_mode = _chosen(
            mapping, general.mapping_or_default(symbol.security_type, symbol.id.market)
        )
        continuous.data_normalization_mode = _chosen(
            normalization, general.normalization_or_default(symbol.security_type)
        )
        continuous.contract_depth_offset = abs(depth)
        continuous.subscription_data_types = config_data_types(
            SecurityType.FUTURE, settings.resolution, False
        )
        add_continuous_configs(self.data_manager, continuous, symbol)
        universe_config = config.with_changes(
            data_type=Tick,
            symbol=ContinuousContractUniverse.create_symbol(symbol),
            extended_hours=settings.extended_market_hours,
            tick_type=TickType.TRADE,
        )
        self._add_universe(
            ContinuousContractUniverse(
                security, continuous, universe_config, self.data_feed.source.map_file_of(symbol)
            )
        )
        self._add_universe(FuturesChainUniverse(security, settings))  # type: ignore[arg-type]

    # -- removing ----------------------------------------------------------------------------------------------

    def remove_option_contract(self: QCAlgorithm, symbol: Symbol, tag: str | None = None) -> bool:
        return self.remove_security(symbol, tag)

    def remove_security(self: QCAlgorithm, symbol: Any, tag: str | None = None) -> bool:
        """Close a security's position and end its subscriptions."""
        symbol = symbol_of(symbol)
        security = self.securities.get(symbol)
        if security is None:
            return False
        tag = "Removed" if tag is None else tag
        if not self._is_warming_up:
            self.transactions.cancel_open_orders(symbol, tag)
        if security.invested:
            self.liquidate(symbol, tag=tag)
        security.reset()
        if symbol.is_canonical():
            self._remove_chain(symbol, tag)
            return True
        changes = self._pending_user_universe_changes
        changes[:] = [change for change in changes if change.security.symbol != symbol]
        for universe in list(self.universe_manager.values()):
            if isinstance(universe, UserDefinedUniverse) and universe.contains_member(symbol):
                changes.append(UserUniverseChange(universe, None, security))
        return True

    def _remove_chain(self: QCAlgorithm, symbol: Symbol, tag: str) -> None:
        keys = {symbol, ContinuousContractUniverse.create_symbol(symbol)}
        for key in [k for k in self.universe_manager if k in keys]:
            universe = self.universe_manager[key]
            others = [u for u in self.universe_manager.values() if u is not universe]
            if symbol.has_underlying and not any(symbol.underlying in u.securities for u in others):
                self.remove_security(symbol.underlying, tag)
            for member in sorted(universe.members.values(), key=lambda s: s.symbol):
                if not member.symbol.is_canonical() and not any(
                    member.symbol in u.securities for u in others
                ):
                    self.remove_security(member.symbol, tag)
            self.universe_manager.remove(key)


def _chosen(given: Any, default: Any) -> Any:
    # not `given or default`: RAW, TICK and LAST_TRADING_DAY are 0
    return default if given is None else given


def _option_names(args: tuple[Any, ...]) -> tuple[str, ...]:
    # LEAN overloads on the second argument: a ticker (or nothing, when a resolution follows) is the target option
    rest = ("resolution", "market", "fill_forward", "leverage")
    if args and (
        isinstance(args[0], str) or (args[0] is None and len(args) > 1 and isinstance(args[1], Resolution))
    ):
        return ("target_option", *rest)
    if args and args[0] is None and len(args) > 2 and isinstance(args[2], str):
        return ("target_option", *rest)
    return rest
