"""What the paper broker's ledger says, and whether the documents agree with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from algorithm.books import TOTAL_CASH
from engine.common.enums import SecurityType
from engine.common.errors import EngineError
from engine.common.security_identifier import SecurityIdentifier
from engine.common.time_zones import TimeZones
from engine.paper.ledger import HeldRow, read_ledger
from engine.paper.messages import Fields
from objectstore.errors import PersistenceError
from objectstore.inspection import Inspection
from objectstore.schema import MachineDocument
from state.ownership import differences
from state.persistence import machine_situation
from state.records import Holding

CENT = Decimal("0.01")


class PaperLedger(NamedTuple):
    """The broker's truth, read once."""

    reached: str
    """New York time that its market has reached."""
    start_cash: Decimal
    cash: Decimal
    held: list[HeldRow]
    orders: list[Fields]
    """Those that rest."""

    @classmethod
    def read(cls, folder: Path) -> PaperLedger:
        """Return what the ledger of a folder says. Raises PersistenceError."""
        try:
            ledger = read_ledger(folder)
            assert ledger is not None
            terms = json.loads(ledger.fact("terms") or "{}")
            currency = terms.get("currency", "USD")
            reached = TimeZones.NEW_YORK.local_datetime(ledger.number("market_time"))
            found = cls(
                f"{reached:%Y-%m-%d %H:%M}",
                Decimal(terms.get("cash", {}).get(currency, 0)),
                ledger.cash().get(currency, Decimal(0)),
                ledger.holdings(),
                [fields for fields, _ in ledger.open_orders()],
            )
            ledger.close()
        except EngineError as error:
            raise PersistenceError(str(folder), str(error)) from None
        return found

    def problems(self, inspection: Inspection) -> list[str]:
        """Return what the documents and the ledger do not agree on."""
        documents = {name: loaded.document for name, loaded in inspection.machines.items() if loaded.document}
        return [
            *self._of_holdings(documents, inspection),
            *self._of_orders(documents),
            *self._of_cash(documents, inspection),
        ]

    def fields(self) -> dict[str, Any]:
        """Return the ledger's figures, ready for JSON."""
        return {
            "market_time": self.reached,
            "start_cash": float(self.start_cash),
            "cash": float(self.cash),
            "holdings": {row.name: float(row.quantity) for row in self.held},
            "open_orders": [order["tag"] for order in self.orders],
        }

    def _of_holdings(self, documents: dict[str, MachineDocument], inspection: Inspection) -> Iterator[str]:
        situations = {name: machine_situation(document) for name, document in documents.items()}
        holdings = [
            Holding(row.security, row.name, float(row.quantity), float(row.average_price))
            for row in self.held
        ]
        manager = inspection.manager.document
        for each in differences(situations, manager.external if manager else (), holdings):
            yield f"{each.name}: the ledger holds {each.held:+g}, the strategies own {each.owned:+g}"

    def _of_orders(self, documents: dict[str, MachineDocument]) -> Iterator[str]:
        for order in self.orders:
            strategy = str(order["tag"] or "").partition("/")[0]
            document = documents.get(strategy)
            contracts = {leg.contract for i in document.intents for leg in i.legs} if document else set()
            if order["security"] not in contracts:
                what = f"{order['quantity']} {order['name']} ({order['tag'] or 'no tag'})"
                yield f"order {order['id']} rests at the broker for {what}, no intent of a document is behind it"

    def _of_cash(self, documents: dict[str, MachineDocument], inspection: Inspection) -> Iterator[str]:
        """Compare what the account has received with what the strategies say they brought.

        Where the positions agree, equal cash is equal profit. A future is margined, not paid for, and what an
        operator declared external was not paid for by a strategy: with either there is no such sum.
        """
        manager = inspection.manager.document
        if (manager is not None and manager.external) or any(_is_future(row) for row in self.held):
            return
        brought = sum(
            (Decimal(str(document.values.get(TOTAL_CASH) or 0)) for document in documents.values()),
            Decimal(0),
        )
        difference = (self.cash - self.start_cash - brought).quantize(CENT)
        if difference:
            yield (
                f"the account's cash has changed by {self.cash - self.start_cash:,.2f} USD, the strategies "
                f"account for {brought:,.2f}: {difference:+,.2f} is unexplained. A fill that nobody saw is booked at "
                "the average price: `state history` names it, `command book STRATEGY USD` puts it right"
            )


def _is_future(row: HeldRow) -> bool:
    return SecurityIdentifier.parse(row.security).security_type == SecurityType.FUTURE
