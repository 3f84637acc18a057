"""What the paper broker knows, on disk: one SQLite file that a kill at any moment leaves whole.

Everything that one request or one moment changes is one transaction, committed before anybody hears of it. The
file is written ahead (WAL): a killed process loses nothing that was committed. `synchronous` is FULL where
something changes hands, so that a power failure does not lose it either, and NORMAL where only the clock moves:
a clock that falls back by a minute is made up for at the next request.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from engine.common.errors import EngineError
from engine.common.time_zones import TimeZones
from engine.paper.messages import Fields

FILE = "paper-broker.sqlite"
VERSION = 1
_LOCK_WAIT_SECONDS = 10.0

_SCHEMA = """
create table if not exists facts (name text primary key, value text not null) without rowid;
create table if not exists cash (currency text primary key, amount text not null) without rowid;
create table if not exists securities (
    security text primary key, name text not null, underlying text, resolution text not null,
    extended_hours integer not null) without rowid;
create table if not exists holdings (
    security text primary key, name text not null, quantity text not null, average_price text not null,
    settled_profit text not null, settled_quantity text not null) without rowid;
create table if not exists orders (
    id integer primary key, status text not null, security text not null, name text not null,
    quantity text not null, filled text not null, tag text, stamp integer not null, open integer not null,
    fields text not null);
create index if not exists open_orders on orders (id) where open = 1;
create table if not exists notices (
    seq integer primary key, stamp integer not null, kind text not null, fields text not null);
create table if not exists closed_trades (
    number integer primary key, stamp integer not null, profit text not null, won integer not null);
create table if not exists faults (
    fault text primary key, used integer not null, stamp integer not null) without rowid;
"""


class HeldRow(NamedTuple):
    """A position."""

    security: str
    name: str
    quantity: Decimal
    average_price: Decimal
    settled_profit: Decimal
    """Of a future: what daily settlements have paid, and for how many contracts."""
    settled_quantity: Decimal


class SecurityRow(NamedTuple):
    """A security whose data the account needs."""

    security: str
    name: str
    underlying: str | None
    resolution: str
    extended_hours: bool


class Ledger:
    """The paper broker's file.

    Parameters
    ----------
    file : made where it does not exist
    durable : wait for the disk where something changes hands; tests that survive no power failure need not
    look_only : the file is there, and nothing of it is changed
    """

    def __init__(self, file: Path, *, durable: bool = True, look_only: bool = False) -> None:
        self.file = file
        self._durable = durable
        self._synchronous = ""
        try:
            self._connection = sqlite3.connect(
                file, timeout=_LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            if not look_only:
                self._connection.execute("pragma journal_mode = wal")
                self._connection.executescript(_SCHEMA)
            version = self.fact("version")
        except sqlite3.DatabaseError as error:
            raise EngineError(f"{file.name}: not a ledger of the paper broker: {error}") from None
        if version is not None and version != str(VERSION):
            raise EngineError(
                f"{file.name}: written by another version ({version}, this one is {VERSION}); "
                "start with an empty storage folder"
            )

    # reading

    def fact(self, name: str) -> str | None:
        row = self._connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def number(self, name: str) -> int:
        """Return a fact that is a whole number, 0 where it is not known."""
        return int(self.fact(name) or 0)

    def cash(self) -> dict[str, Decimal]:
        rows = self._connection.execute("select currency, amount from cash order by currency")
        return {currency: Decimal(amount) for currency, amount in rows}

    def securities(self) -> list[SecurityRow]:
        rows = self._connection.execute("select * from securities order by security")
        return [SecurityRow(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def holdings(self) -> list[HeldRow]:
        rows = self._connection.execute("select * from holdings order by security")
        return [HeldRow(*row[:2], *(Decimal(number) for number in row[2:])) for row in rows]

    def open_orders(self) -> list[tuple[Fields, Decimal]]:
        """Return the open orders and what has filled of each, by id."""
        rows = self._connection.execute("select fields, filled from orders where open = 1 order by id")
        return [(json.loads(fields), Decimal(filled)) for fields, filled in rows]

    def orders(self) -> list[Fields]:
        """Return every order there ever was, by id."""
        return [
            json.loads(row[0]) for row in self._connection.execute("select fields from orders order by id")
        ]

    def notices(self, after: int = 0) -> list[Fields]:
        """Return what was told of, oldest first, each with its number `seq`."""
        rows = self._connection.execute(
            "select seq, fields from notices where seq > ? order by seq", (after,)
        )
        return [{**json.loads(fields), "seq": seq} for seq, fields in rows]

    def order_count(self) -> int:
        return int(self._connection.execute("select count(*) from orders").fetchone()[0])

    def closed_trades(self) -> list[tuple[int, str, bool]]:
        """Return stamp, profit and whether it was won of every closed trade, in their order."""
        rows = self._connection.execute("select stamp, profit, won from closed_trades order by number")
        return [(stamp, profit, bool(won)) for stamp, profit, won in rows]

    def legs_done(self) -> list[Fields]:
        """Return the closed orders of combos of which others are open."""
        groups = {fields["group"]["id"] for fields, _ in self.open_orders() if fields["group"]}
        return [
            fields
            for fields in (self.orders() if groups else ())
            if fields["group"] and fields["group"]["id"] in groups and fields["status"] == "FILLED"
        ]

    def used_faults(self) -> dict[str, int]:
        """Return how often each fault has happened, by its key."""
        return dict(self._connection.execute("select fault, used from faults"))

    # writing

    def begin(self, *, changes_hands: bool) -> None:
        """Begin the one transaction of a request or a moment."""
        wanted = "full" if changes_hands and self._durable else "normal"
        if wanted != self._synchronous:
            self._connection.execute(f"pragma synchronous = {wanted}")
            self._synchronous = wanted
        self._connection.execute("begin immediate")

    def commit(self) -> None:
        self._connection.execute("commit")

    def roll_back(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.execute("rollback")

    def set_fact(self, name: str, value: str | int) -> None:
        self._connection.execute("insert or replace into facts values (?, ?)", (name, str(value)))

    def set_cash(self, cash: dict[str, Decimal]) -> None:
        rows = [(currency, str(amount)) for currency, amount in cash.items()]
        self._connection.executemany("insert or replace into cash values (?, ?)", rows)

    def add_security(self, row: SecurityRow) -> None:
        self._connection.execute("insert or replace into securities values (?, ?, ?, ?, ?)", row)

    def set_holdings(self, rows: Iterable[HeldRow]) -> None:
        """Replace all positions."""
        self._connection.execute("delete from holdings")
        texts = [(row.security, row.name, *(str(number) for number in row[2:])) for row in rows]
        self._connection.executemany("insert into holdings values (?, ?, ?, ?, ?, ?)", texts)

    def set_order(self, fields: Fields, filled: Decimal, *, is_open: bool) -> None:
        row = (
            fields["id"],
            fields["status"],
            fields["security"],
            fields["name"],
            fields["quantity"],
            str(filled),
            fields["tag"],
            fields["stamp"],
            int(is_open),
            json.dumps(fields),
        )
        self._connection.execute("insert or replace into orders values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def add_notice(self, seq: int, stamp: int, notice: Fields) -> None:
        row = (seq, stamp, notice["kind"], json.dumps(notice))
        self._connection.execute("insert into notices values (?, ?, ?, ?)", row)

    def add_closed_trade(self, stamp: int, profit: Decimal, won: bool) -> None:
        self._connection.execute(
            "insert into closed_trades (stamp, profit, won) values (?, ?, ?)", (stamp, str(profit), int(won))
        )

    def use_fault(self, key: str, used: int, stamp: int) -> None:
        self._connection.execute("insert or replace into faults values (?, ?, ?)", (key, used, stamp))

    def close(self) -> None:
        self._connection.close()


def read_ledger(folder: Path) -> Ledger | None:
    """Return the ledger of a storage folder to look at, None where there is none."""
    file = folder / FILE
    return Ledger(file, look_only=True) if file.is_file() else None


def period_of(folder: Path) -> tuple[date, date] | None:
    """Return the first and the last day that the account of a storage folder was opened for, None without one."""
    ledger = read_ledger(folder)
    if ledger is None:
        return None
    try:
        text = ledger.fact("terms")
        if text is None:
            return None
        terms = json.loads(text)
        first, last = (TimeZones.NEW_YORK.local_datetime(int(terms[name])) for name in ("start", "end"))
        return first.date(), last.date()
    finally:
        ledger.close()
