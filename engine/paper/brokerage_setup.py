"""What a live start loads from the broker, in LEAN's order (LEAN: Engine/Setup/BrokerageSetupHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_model_factory import get_brokerage_name
from engine.common.enums import OrderStatus, SecurityType
from engine.common.errors import EngineError
from engine.data.market.trade_bar import TradeBar
from engine.orders.group_order_manager import GroupOrderManager
from engine.paper.messages import Fields, event_from, order_from, symbol_from
from engine.paper.settlement import resume_settlement

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.paper.paper_brokerage import PaperBrokerage
    from engine.paper.port import Broker
    from engine.results.live_result_handler import LiveResultHandler
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler


def terms_of(algorithm: QCAlgorithm) -> Fields:
    """Return what account an initialized algorithm wants: its brokerage model, currency and cash."""
    model = algorithm.brokerage_model
    if not type(model).__module__.startswith("engine."):
        raise EngineError(
            f"{type(model).__name__}: a brokerage model of the algorithm's own cannot be taken to the paper "
            "broker; set one by its BrokerageName"
        )
    cash = {each.symbol: str(each.amount_decimal) for each in algorithm.portfolio.cash_book.values()}
    return {
        "brokerage": get_brokerage_name(model).name,
        "account_type": model.account_type.name,
        "currency": algorithm.account_currency,
        "cash": cash,
        "start": algorithm.start_stamp,
        "end": algorithm.end_stamp,
        "data": algorithm.data_feed.source.label,
    }


def load_account(
    algorithm: QCAlgorithm, handler: BrokerageTransactionHandler, brokerage: PaperBrokerage, broker: Broker
) -> Fields:
    """Load cash, then open orders under new ids, then holdings; return the snapshot they came from."""
    snapshot = broker.open(terms_of(algorithm))
    for currency, amount in snapshot["cash"].items():
        algorithm.portfolio.set_cash(currency, Decimal(amount), _rate(algorithm, currency))
    groups: dict[int, GroupOrderManager] = {}
    # options first, so that the equities under them come in raw prices
    for fields in sorted(snapshot["orders"], key=_options_first):
        _load_order(algorithm, handler, brokerage, fields, groups)
    for fields in sorted(snapshot["holdings"], key=_options_first):
        _load_holding(algorithm, fields)
    return snapshot


def take_over_history(
    algorithm: QCAlgorithm, results: LiveResultHandler, history: Fields, snapshot: Fields
) -> None:
    """Let the statistics go on: LEAN forgets closed trades at a restart, the ledger does not."""
    for stamp, profit, won in history["closed_trades"]:
        algorithm.transactions.add_transaction_record(int(stamp), Decimal(profit), bool(won))
    database = algorithm.symbol_properties_database
    fills = []
    for fields in history["fills"]:
        # negative: ids of this run's own orders begin at 1
        fill = event_from(fields, -int(fields["order"]), "")
        assert fill.symbol is not None
        properties = database.get_symbol_properties(
            fill.symbol.id.market, fill.symbol, fill.symbol.security_type, algorithm.account_currency
        )
        fills.append((fill, properties.contract_multiplier_decimal))
    orders = int(history["orders"]) - len(snapshot["orders"])
    results.go_on(orders, Decimal(history["fees"]), fills, int(snapshot["stamp"]))


def _rate(algorithm: QCAlgorithm, currency: str) -> Decimal:
    known = algorithm.portfolio.cash_book.get(currency)
    return Decimal(0) if known is None else known.conversion_rate_decimal


def _options_first(fields: Fields) -> tuple[int, int]:
    kind = symbol_from(fields).security_type
    return -int(kind), int(fields.get("id", 0))


def _load_order(
    algorithm: QCAlgorithm,
    handler: BrokerageTransactionHandler,
    brokerage: PaperBrokerage,
    fields: Fields,
    groups: dict[int, GroupOrderManager],
) -> None:
    symbol = symbol_from(fields)
    security = get_or_add_unrequested_security(algorithm, symbol)
    group = None
    if fields["group"] is not None:
        given = fields["group"]
        group = groups.get(given["id"])
        if group is None:
            group = groups[given["id"]] = GroupOrderManager(
                0, given["count"], Decimal(given["quantity"]), Decimal(given["limit_price"])
            )
    order = order_from({**fields, "id": 0}, algorithm.default_order_properties.clone(), group)
    order.broker_id.append(str(fields["id"]))
    order.status = OrderStatus.SUBMITTED
    handler.add_open_order(order)
    order.price_currency = security.symbol_properties.quote_currency
    brokerage.know(int(fields["id"]), order)
    algorithm.debug(
        f"BrokerageSetupHandler.Setup(): Open order detected.  Creating order tickets for open order "
        f"{symbol.value} with quantity {order.quantity_decimal:f}. Beware that this order ticket may not "
        "accurately reflect the quantity of the order if the open order is partially filled."
    )


def _load_holding(algorithm: QCAlgorithm, fields: Fields) -> None:
    security = get_or_add_unrequested_security(algorithm, symbol_from(fields))
    security.holdings.set_holdings(Decimal(fields["average_price"]), Decimal(fields["quantity"]))
    resume_settlement(security, Decimal(fields["settled_profit"]), Decimal(fields["settled_quantity"]))
    price = Decimal(fields["price"])
    if price:
        number = float(price)
        security.set_market_price(
            TradeBar(security.local_time, security.symbol, number, number, number, number)
        )


def get_or_add_unrequested_security(algorithm: QCAlgorithm, symbol: Symbol) -> Security:
    """Return a security; one that the algorithm never asked for is subscribed by its universe settings."""
    security = algorithm.securities.get(symbol)
    if security is not None:
        return security
    settings = algorithm.universe_settings
    named: dict[str, Any] = {
        "resolution": settings.resolution,
        "fill_forward": settings.fill_forward,
        "leverage": settings.leverage,
        "extended_market_hours": settings.extended_market_hours,
    }
    algorithm.warn_once(
        "unrequested securities",
        "Will use UniverseSettings for automatically added securities for open orders and holdings.",
    )
    if symbol.security_type.is_option():
        return algorithm.add_option_contract(symbol, **named)
    if symbol.security_type == SecurityType.FUTURE:
        return algorithm.add_future_contract(symbol, **named)
    return algorithm.add_security(symbol, **named)
