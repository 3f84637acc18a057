"""What only an operator, or a strategy's own rule, can end: in the paper live run, with the real main.py."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from algorithm.host import Host
from command_line.main import main
from engine.data_source.modelled.source import ModelledSource
from engine.paper.faults import read_faults
from engine.paper.session import OBJECT_STORE, LiveRequest, PaperSession, open_ledger_broker
from tests.crash.kills import problems_of
from tests.crash.live_runs import host_of, request_for
from tests.crash.moments import accounted, moment, world_with

STRATEGIES = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")


def only(request: LiveRequest, name: str, **parameters: str) -> LiveRequest:
    """Return a run with one strategy alone."""
    enabled = {f"{each}.enabled": str(each == name).lower() for each in STRATEGIES}
    own = {f"{name}.{key}": value for key, value in parameters.items()}
    return dataclasses.replace(request, parameters={**enabled, **own})


def live(
    request: LiveRequest, faults: str = "", each_step: Callable[[Host], None] = lambda host: None
) -> Host:
    """Run to the end, and return the host as it is then."""
    file = request.storage.parent / "faults.json"
    file.write_text(faults)
    broker = open_ledger_broker(
        request.storage, request.source, read_faults(file) if faults else (), durable=False
    )

    def look(kind: str, detail: str) -> None:
        host = host_of(session) if kind == "step" else None
        if host is not None:
            each_step(host)

    session = PaperSession(request, broker, look)
    assert session.run().error is None
    broker.close()
    return session.algorithm.machines.host  # type: ignore[union-attr, no-any-return]


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    """Return the built-in data."""
    return ModelledSource()


def test_a_rung_without_papers_is_reported_then_adopted_and_flattened(
    source: ModelledSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both copies of its document are lost, weeks after: blocked until `adopt`; managed on, and closed by `flatten`."""
    first, second = date(2015, 1, 5), date(2015, 1, 6)
    request = only(request_for(tmp_path, source, first, first), "leap_ladder")
    rung = live(request).manager.machine("leap_ladder").legs[0]
    for copy in ("", "-previous"):
        (request.storage / OBJECT_STORE / "options-machines" / f"leap_ladder{copy}.json").write_bytes(b"{")
    # With longer rungs wanted, this one is too short to be known as one that was bought only just now.
    request = dataclasses.replace(only(request, "leap_ladder", dte="700", dte_max="900"), end=second)
    commands = {
        time(9, 45): ("flatten", {}),
        time(9, 50): ("adopt", {"contract": rung.name, "strategy": "leap_ladder", "role": rung.role}),
        time(10, 0): ("flatten", {"strategy": "leap_ladder"}),
    }
    seen: list[object] = []

    def operator(host: Host) -> None:
        now = host.market.now()
        if now.date() == second and now.time() in commands:
            machine, (text, arguments) = host.manager.machine("leap_ladder"), commands[now.time()]
            seen.append((text, str(machine.state), machine.legs, len(host.manager.situation.differences)))
            assert host.on_command(text, arguments)

    host = live(request, each_step=operator)
    assert seen == [
        ("flatten", "WAITING", (), 1),
        ("adopt", "WAITING", (), 1),
        ("flatten", "BUILDING", (rung,), 0),
    ]
    assert not host.broker.holdings()
    assert host.manager.machine("leap_ladder").state in ("COMPLETE", "WAITING")
    assert all("set aside" in problem for problem in problems_of(request.storage))
    assert main(["state", "verify", "--storage", str(request.storage)]) == 1
    assert "set aside" in capsys.readouterr().out


def test_an_option_on_a_future_that_is_assigned_becomes_a_future_and_is_closed(
    source: ModelledSource, tmp_path: Path
) -> None:
    """The strangle owns the future, is out of both sides within the minute, and its books close to the cent."""
    request = request_for(tmp_path, source, date(2015, 1, 6), date(2015, 1, 8))
    near = {"short_delta": "0.45", "delta_tolerance": "0.2", "roll_delta": "0.9", "loss_pct": "900"}
    request = only(request, "futures_strangle", **near)
    request.storage.parent.mkdir(parents=True, exist_ok=True)
    fault = '{"faults": [{"fault": "early_assignment", "time": "2015-01-08 15:20", "contract": "ES*C*"}]}'
    host = live(request, fault)
    told = [record for record in host.audit.recent if record.machine == "futures_strangle"]
    delivered = next(record for record in told if "delivered at" in record.reason)
    closed = next(record for record in told if record.target == "COMPLETE")
    assert "-7 ES20H15 delivered at 2035.00" in delivered.reason
    assert (closed.at - delivered.at).total_seconds() <= 60
    assert not host.broker.holdings()
    assert abs(host.report()["portfolio"]["unattributed_usd"]) < 0.01
    assert host.manager.machine("futures_strangle").values["settled.assigned"] == 1
    assert problems_of(request.storage) == []


def test_a_one_one_two_without_papers_is_adopted_as_a_whole_and_closed() -> None:
    """Two of its legs are short, so that nobody takes it for his own: reported, and out of it by `adopt all`."""
    disk = {key: data for key, data in moment().disk.items() if "/lt112" not in key}
    world = world_with(disk)
    world.parameters["lt112.structure"] = "one_one_two"
    world.boot()
    world.start()
    machine, manager = world.host.manager.machine("lt112"), world.host.manager
    assert (machine.legs, len(manager.situation.differences)) == ((), 2)
    assert world.host.on_command("adopt all lt112", {})
    assert accounted(world)
    world.run(world.market.at + timedelta(minutes=2))
    assert (str(machine.state), machine.legs, manager.situation.differences) == ("COMPLETE", (), ())
    assert accounted(world)
