"""The broker as a client sees it, without an algorithm: what is told is stored, and nothing else."""

from __future__ import annotations

import socket
import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.common.errors import EngineError
from engine.common.time import MINUTE
from engine.common.time_zones import TimeZones
from engine.data_source.modelled.source import ModelledSource
from engine.paper.broker import PaperBroker
from engine.paper.ledger import FILE, VERSION, Ledger, period_of
from engine.paper.messages import Fields
from engine.paper.session import open_ledger_broker
from engine.paper.transport import BrokerConnection, BrokerGone, serve


def at(text: str) -> int:
    return TimeZones.NEW_YORK.utc_stamp(datetime.fromisoformat(f"2015-01-{text}"))


TERMS: Fields = {
    "brokerage": "INTERACTIVE_BROKERS_BROKERAGE",
    "account_type": "MARGIN",
    "currency": "USD",
    "cash": {"USD": "10000"},
    "start": at("02 00:00"),
    "end": at("10 00:00") - 1,
    "data": ModelledSource.label,
}
SPY: Fields = {
    "type": "MARKET",
    "security": "SPY R735QTJ8XC9X",
    "name": "SPY",
    "quantity": "3",
    "tag": "a",
    "time_in_force": "gtc",
    "price": "0",
    "group": None,
    "resolution": "MINUTE",
    "extended_hours": False,
}


def order(moment: int, **changes: object) -> Fields:
    return {**SPY, "stamp": moment, **changes}


@pytest.fixture
def broker(source: ModelledSource, tmp_path: Path) -> PaperBroker:
    broker = open_ledger_broker(tmp_path, source, durable=False)  # type: ignore[arg-type]
    broker.open(TERMS)
    return broker


def statuses(answer: Fields) -> list[str]:
    return [event["status"] for notice in answer["notices"] for event in notice["events"]]


def test_what_is_told_is_in_the_ledger(broker: PaperBroker) -> None:
    """Order, fill, cash and position are stored when the answer comes."""
    moment = at("02 10:00")
    answer = broker.place(moment, [order(moment)])
    assert statuses(answer) == ["SUBMITTED", "FILLED"]
    assert answer["ids"] == [1]
    fill = answer["notices"][-1]["events"][0]
    (held,) = broker.ledger.holdings()
    assert (held.name, held.quantity, str(held.average_price)) == ("SPY", 3, fill["fill_price"])
    assert broker.ledger.cash()["USD"] == 10000 - 3 * held.average_price - 1
    assert [notice["seq"] for notice in broker.ledger.notices()] == [1, 2]
    assert broker.ledger.number("market_time") == moment


def test_nothing_is_told_twice(broker: PaperBroker) -> None:
    """Each answer has what happened since the last one; a new client has a snapshot."""
    moment = at("02 10:00")
    assert broker.place(moment, [order(moment)])["notices"]
    assert broker.advance(moment + MINUTE)["notices"] == []
    snapshot = broker.open(TERMS)
    assert [held["quantity"] for held in snapshot["holdings"]] == ["3"]
    assert broker.advance(moment + 2 * MINUTE)["notices"] == []


def test_broker_goes_on_from_its_ledger(broker: PaperBroker, source: ModelledSource) -> None:
    """Another process knows resting orders, positions and ids, and the market at which they stand."""
    moment = at("02 10:00")
    broker.place(moment, [order(moment)])
    resting = broker.place(moment, [order(moment, type="LIMIT", limit_price="1", tag="low")])
    before = broker.snapshot()
    folder = broker.ledger.file.parent
    broker.close()
    again = open_ledger_broker(folder, source, durable=False)  # type: ignore[arg-type]
    assert again.status()["stamp"] == moment
    assert again.open(TERMS) == before
    assert again.cancel(moment, resting["ids"][0])["accepted"] is True
    assert again.place(moment + MINUTE, [order(moment + MINUTE)])["ids"] == [3]


def test_order_that_rests_no_more_cannot_be_changed(broker: PaperBroker) -> None:
    """The reason is told; nothing changes."""
    moment = at("02 10:00")
    (done,) = broker.place(moment, [order(moment)])["ids"]
    assert broker.cancel(moment, done)["reason"] == "order 1 does not rest any more"
    assert broker.update(moment, order(moment, id=done))["accepted"] is False


def test_account_stays_what_it_was_opened_as(broker: PaperBroker) -> None:
    """Another brokerage needs another folder."""
    with pytest.raises(
        EngineError, match="brokerage 'INTERACTIVE_BROKERS_BROKERAGE', this run wants 'TRADIER"
    ):
        broker.open({**TERMS, "brokerage": "TRADIER_BROKERAGE"})


def test_stop_that_trails_is_stored_as_it_moves(broker: PaperBroker) -> None:
    """No event tells of it, the ledger knows it all the same."""
    moment = at("02 10:00")
    trailing = order(
        moment,
        type="TRAILING_STOP",
        quantity="-3",
        stop_price="150",
        trailing_amount="2",
        trailing_as_percentage=False,
    )
    broker.place(moment, [order(moment)])
    broker.place(moment, [trailing])
    first = broker.ledger.open_orders()[0][0]["stop_price"]
    broker.advance(at("02 10:30"))
    assert float(broker.ledger.open_orders()[0][0]["stop_price"]) > float(first)


def test_failed_write_is_the_end_of_the_account(broker: PaperBroker) -> None:
    """What could not be stored has not happened: nothing more is answered from memory."""
    moment = at("02 10:00")
    broker.ledger.close()
    with pytest.raises(EngineError, match="ledger cannot be written"):
        broker.place(moment, [order(moment)])
    with pytest.raises(EngineError, match="is not open"):
        broker.snapshot()


def test_ledger_of_another_version_is_refused(broker: PaperBroker, tmp_path: Path) -> None:
    """One line says which."""
    broker.ledger.begin(changes_hands=False)
    broker.ledger.set_fact("version", VERSION + 1)
    broker.ledger.commit()
    broker.close()
    with pytest.raises(EngineError, match=rf"{FILE}: written by another version \({VERSION + 1}"):
        Ledger(tmp_path / FILE)


def test_period_of_an_account(broker: PaperBroker, tmp_path: Path) -> None:
    """Its first and last day; a folder without an account has none."""
    assert period_of(tmp_path) == (date(2015, 1, 2), date(2015, 1, 9))
    assert period_of(tmp_path / "nothing") is None


def test_socket_says_the_same(broker: PaperBroker) -> None:
    """The two transports are one Protocol; errors come across as lines, an end as BrokerGone."""
    ours, theirs = socket.socketpair()
    server = threading.Thread(target=serve, args=(broker, theirs))
    server.start()
    client = BrokerConnection(ours)
    moment = at("02 10:00")
    try:
        assert client.status() == broker.status()
        assert statuses(client.place(moment, [order(moment)])) == ["SUBMITTED", "FILLED"]
        assert client.snapshot() == broker.snapshot()
        assert client.cash() == broker.cash()
        assert client.history()["orders"] == 1
        with pytest.raises(EngineError, match="use another storage folder"):
            client.open({**TERMS, "data": "other"})
    finally:
        client.close()
        server.join()
    theirs.close()
    ours, theirs = socket.socketpair()
    theirs.close()
    with pytest.raises(BrokerGone, match="the same command goes on from its ledger"):
        BrokerConnection(ours).status()
    ours.close()
