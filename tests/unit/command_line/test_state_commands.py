"""`options-machines state`: right words, right exit codes, one line for a wrong question."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from command_line.main import main
from command_line.state_hindsight import Hindsight
from objectstore.folder_store import FolderStore
from objectstore.inspection import inspect
from objectstore.journal import Journal
from objectstore.keys import BACKTEST_PREFIX, PREFIX
from objectstore.repository import Repository
from state.audit import AuditLog
from state.clock import SettableClock
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.persistence import Keeper
from state.records import Holding
from state.rules import NotKnown
from state.states import StrategyState as S
from state.table import table
from strategies.portfolio_rules import PortfolioParameters, settings
from strategies.registry import STRATEGIES
from tests.unit.state.samples import LONG_PUT, SHORT_PUT, clock_at

REAL = STRATEGIES["iron_condor"].table
TABLE = table(
    {source: {edge.target: None for edge in row.values()} for source, row in REAL.edges.items()},
    initial=REAL.initial,
    holding=REAL.holding,
    timeouts=REAL.timeouts,
    exits=REAL.exits,
)
"""The iron condor's table with every guard open: what is looked at are documents, not markets."""


class World:
    """A run with the iron condor and a strategy of the user's own, in a storage folder."""

    def __init__(self, folder: Path, prefix: str = PREFIX) -> None:
        store = FolderStore(folder, create=True)
        self.clock: SettableClock = clock_at()
        self.audit = AuditLog(Journal(store, prefix))
        keeper = Keeper(Repository(store, prefix), self.audit)
        self.manager = UnifiedStateManager(self.clock)
        keeper.bind_manager(self.manager)
        for name in ("iron_condor", "my_own"):
            keeper.bind(self.manager.register(Machine(name, TABLE, self.clock)))
        self.condor = self.manager.machine("iron_condor")

    def go(self, *way: S) -> None:
        for state in way:
            self.clock.advance(timedelta(minutes=1))
            assert self.condor.transition(state, f"to {state}")

    def hold(self) -> None:
        """Take the condor to ACTIVE with two legs."""
        self.go(S.WAITING, S.VALIDATION, S.ENTERING)
        self.condor.update(legs=(SHORT_PUT, LONG_PUT), values={"credit": 2.3})
        self.go(S.EXITING)
        self.audit.flush()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "storage"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run the tool and return its exit code and what it printed."""
    code = main(["state", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_list_shows_every_machine_and_the_manager(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line per strategy: state, since when, what comes next by itself."""
    world = World(folder)
    world.hold()
    world.manager.machine("my_own").transition(S.WAITING, "ready")
    world.manager.pause("my_own", "holiday", by="me")
    code, out, _ = run(capsys, "list", "--storage", folder)
    assert code == 0
    (condor,) = [line for line in out.splitlines() if "iron_condor" in line]
    assert "EXITING" in condor
    assert f"{world.condor.since:%Y-%m-%d %H:%M:%S}" in condor
    deadline = world.condor.deadline
    timeout = TABLE.timeouts[S.EXITING]
    assert f"{timeout.to} at {deadline:%Y-%m-%d %H:%M:%S}" in condor
    assert any("my_own" in line and "WAITING" in line for line in out.splitlines())
    assert any("manager" in line and "RUNNING" in line for line in out.splitlines())


def test_list_as_json_is_what_documents_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another program gets everything."""
    World(folder).hold()
    code, out, _ = run(capsys, "list", "--storage", folder, "--json")
    said = {each["name"]: each for each in json.loads(out)}
    assert code == 0
    assert said["iron_condor"]["legs"][0]["name"] == SHORT_PUT.name
    assert said["iron_condor"]["state"] == "EXITING"
    assert said["manager"]["copy"] is None


def test_show_says_what_is_held_why_and_what_comes_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Position, reason, next step, the way out, figures, the last records."""
    World(folder).hold()
    code, out, _ = run(capsys, "show", "iron_condor", "--storage", folder)
    assert code == 0
    for words in (
        SHORT_PUT.name,
        "short_put",
        "-2",
        "3.45",
        "to EXITING",
        "credit",
        "2.3",
        "way to be flat",
        "EXITING -> COMPLETE",
    ):
        assert words in out


def test_show_manager_says_which_rule_blocks_whom(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who may not enter, by which rule, and why the rule is there."""
    world = World(folder)
    world.hold()
    world.go(S.ERROR)
    world.manager.machine("my_own").transition(S.WAITING, "ready")
    world.manager.can_enter("my_own")
    world.manager.pause("my_own", "holiday", by="me")
    code, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert code == 1
    assert "my_own may not enter, rule pause: holiday" not in out
    assert "my_own may not enter, rule pause: paused: holiday (an operator has paused the strategy)" in out
    assert "my_own may not enter, rule errors: iron_condor is in ERROR" in out
    assert "my_own asked at 2024-01-05 15:05:00: allowed" in out
    code, out, _ = run(capsys, "show", "manager", "--storage", folder, "--json")
    rules = [each["rule"] for each in json.loads(out)["blocked"]["my_own"]]
    assert rules == ["pause", "errors"]


def test_show_manager_judges_by_the_parameters_of_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rules and drawdown ladder are made of what the run was given, not of the defaults."""
    world = World(folder)
    shares = {"iron_condor": 0.25, "my_own": 0.1}
    world.manager.remember_settings(settings(PortfolioParameters(max_entering=1, no_entries_pct=7), shares))
    world.manager.machine("my_own").transition(S.WAITING, "ready")
    world.go(S.WAITING, S.VALIDATION, S.ENTERING)
    world.manager.ladder = PortfolioParameters(no_entries_pct=7).ladder()
    world.manager.observe_equity(100_000)
    world.manager.observe_equity(92_000)
    _, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert "my_own may not enter, rule entering: iron_condor: 1 of at most 1" in out
    assert "my_own may not enter, rule drawdown: equity is 7% or more below its peak of 100,000.00" in out
    assert "drawdown ladder: NO_ENTRIES" in out
    assert "by the defaults" not in out


def test_show_manager_says_when_it_has_to_judge_by_the_defaults(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document of an older version has no parameters; one of another version may have unusable ones."""
    world = World(folder)
    world.go(S.WAITING)
    world.manager.pause("my_own", "holiday", by="me")
    _, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert "! the documents do not say with which parameters they were made; rules are judged by the" in out
    world.manager.remember_settings({"portfolio.max_entering": "99", "lt112.max_share_pct": "25"})
    _, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert "portfolio.max_entering must be a whole number from 1 to 5 machines, was '99'; rules are" in out
    world.manager.remember_settings({"lt112.max_share_pct": "a lot"})
    _, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert "lt112.max_share_pct must be a number, was 'a lot'; rules are judged by the defaults" in out


def test_show_everything_and_intents_and_commitments(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a name everything is shown; orders at work and money tied up are part of it."""
    from tests.unit.state.samples import ENTRY

    world = World(folder)
    world.go(S.WAITING, S.VALIDATION, S.ENTERING)
    world.condor.update(intents=(ENTRY,))
    world.manager.commit("iron_condor", 12_345.0)
    world.manager.observe_equity(250_000)
    world.manager.check_ownership([Holding("XYZ", "a stock", 100, 5.0)])
    world.manager.adopt("XYZ", "me")
    code, out, _ = run(capsys, "show", "--storage", folder)
    assert code == 0
    for words in (
        "entry entry-1: sent",
        "iron_condor ties up 12,345.00",
        "highest equity 250,000.00",
        "a stock",
        "no rule blocks its entry",
    ):
        assert words in out
    code, out, _ = run(capsys, "show", "--storage", folder, "--json")
    assert [each["name"] for each in json.loads(out)] == ["iron_condor", "manager"]


def test_history_is_every_record_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What happened, also as JSON lines, also only the end of it."""
    world = World(folder)
    world.hold()
    code, out, _ = run(capsys, "history", "--storage", folder, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["to"] for line in lines] == ["WAITING", "VALIDATION", "ENTERING", "EXITING"]
    code, out, _ = run(capsys, "history", "iron_condor", "--last", 1, "--storage", folder, "--json")
    assert [json.loads(line)["seq"] for line in out.splitlines()] == [4]
    world.condor.fail("looking", "ValueError: no bid")
    code, out, _ = run(capsys, "history", "iron_condor", "--storage", folder)
    assert code == 1
    assert "(failure) looking [ValueError: no bid]" in out


def test_verify_of_a_calm_folder_says_that_all_adds_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to do is exit code 0."""
    World(folder).hold()
    code, out, _ = run(capsys, "verify", "--storage", folder)
    assert (code, out) == (0, "1 documents and 4 records, everything adds up\n")
    code, out, _ = run(capsys, "verify", "--storage", folder, "--json")
    assert (code, json.loads(out)) == (0, {"machines": 1, "records": 4, "problems": [], "attention": []})


def test_verify_names_what_the_table_does_not_allow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step that is no edge, a position where none can be, a state of another version: each in one line."""
    world = World(folder)
    world.go(S.WAITING)
    world.condor.update(legs=(SHORT_PUT,))
    assert run(capsys, "verify", "--storage", folder)[1] == (
        "! iron_condor: holds 1 legs in WAITING, which cannot hold any\n"
    )
    last = world.condor.last
    assert last is not None
    world.condor.update(legs=())
    for number, (source, target) in enumerate((("WAITING", "EXITING"), ("EXITING", "NOWHERE"))):
        record = last._replace(seq=2 + number, source=source, target=target)
        situation = world.condor.situation._replace(state=target, seq=2 + number, last=record)
        assert world.condor.save is not None
        world.condor.save(world.condor, situation)
    code, out, _ = run(capsys, "verify", "--storage", folder)
    assert code == 1
    assert out == (
        "! iron_condor: NOWHERE is no state of its table\n"
        "! iron_condor: record 2 goes WAITING -> EXITING, no edge of its table\n"
        "! iron_condor: record 3 goes EXITING -> NOWHERE, no edge of its table\n"
    )


def test_verify_names_who_is_overdue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A machine far beyond its timeout while others go on has been forgotten by somebody."""
    world = World(folder)
    world.go(S.WAITING, S.VALIDATION, S.ENTERING)
    span = TABLE.timeouts[S.ENTERING].span
    world.clock.advance(3 * span)
    world.manager.machine("my_own").transition(S.WAITING, "ready")
    code, out, _ = run(capsys, "verify", "--storage", folder)
    assert code == 1
    assert out.startswith("! iron_condor has been in ENTERING for ")


def test_torn_document_of_a_crashed_run_is_named_and_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking changes nothing: setting aside is the next start's business."""
    World(folder).hold()
    file = folder / PREFIX / "iron_condor.json"
    file.write_bytes(file.read_bytes()[:200])
    before = {path.name: path.read_bytes() for path in (folder / PREFIX).iterdir()}
    for command in ("list", "show", "history", "verify"):
        code, out, _ = run(capsys, command, "--storage", folder)
        assert code == 1
        assert ("iron_condor.json is torn" in out) == (command != "history")
    (folder / PREFIX / "iron_condor-previous.json").write_text("")
    assert "UNKNOWN" in run(capsys, "list", "--storage", folder)[1]
    assert "no document that can be believed" in run(capsys, "show", "iron_condor", "--storage", folder)[1]
    assert "only the broker knows its position" in run(capsys, "verify", "--storage", folder)[1]
    (folder / PREFIX / "iron_condor-previous.json").write_bytes(before["iron_condor-previous.json"])
    assert {path.name: path.read_bytes() for path in (folder / PREFIX).iterdir()} == before


def test_lost_document_of_the_manager_is_shown_as_unknown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be known is not made up."""
    world = World(folder)
    world.hold()
    world.manager.pause("my_own", "holiday", by="me")
    (folder / PREFIX / "manager.json").write_text("torn")
    assert any(
        "manager" in line and "UNKNOWN" in line
        for line in run(capsys, "list", "--storage", folder)[1].splitlines()
    )
    code, out, _ = run(capsys, "show", "manager", "--storage", folder)
    assert code == 1
    assert "no document that can be believed" in out


def test_backtest_is_read_where_there_is_no_live_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backtest keeps its documents beside the live ones; live comes first, a folder named is taken."""
    World(folder, BACKTEST_PREFIX).go(S.WAITING)
    assert "WAITING" in run(capsys, "list", "--storage", folder)[1]
    World(folder, PREFIX).hold()
    assert "EXITING" in run(capsys, "list", "--storage", folder)[1]
    assert "WAITING" in run(capsys, "list", "--storage", folder / BACKTEST_PREFIX)[1]
    assert "EXITING" in run(capsys, "list", "--storage", folder / PREFIX)[1]


def test_halt_is_shown_and_needs_an_operator(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A halt is the first thing to see."""
    world = World(folder)
    world.hold()
    world.manager.halt("flash crash", by="me")
    world.audit.flush()
    code, out, _ = run(capsys, "list", "--storage", folder)
    assert code == 1
    assert "HALTED" in out
    assert "! everything is halted: flash crash" in out
    assert "halted: flash crash" in run(capsys, "show", "manager", "--storage", folder)[1]


def test_diagram_is_mermaid_with_the_current_state(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A diagram needs no storage; with one, the state is marked."""
    code, out, _ = run(capsys, "diagram", "iron_condor", "--storage", folder)
    assert code == 0
    assert out.startswith("---\ntitle: iron_condor\n---\nstateDiagram-v2\n")
    assert "current" not in out
    World(folder).hold()
    assert "class EXITING current" in run(capsys, "diagram", "iron_condor", "--storage", folder)[1]
    said = json.loads(run(capsys, "diagram", "iron_condor", "--storage", folder, "--json")[1])
    assert (said["name"], said["state"]) == ("iron_condor", "EXITING")


@pytest.mark.parametrize("command", ["list", "show", "history", "verify"])
def test_folder_that_is_not_there_or_empty_is_a_wrong_question(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on stderr, exit code 2."""
    code, out, err = run(capsys, command, "--storage", tmp_path / "missing")
    assert (code, out) == (2, "")
    assert err == f"options-machines state: {tmp_path / 'missing'}: is not a folder\n"
    code, out, err = run(capsys, command, "--storage", tmp_path)
    assert (code, out) == (2, "")
    assert err == f"options-machines state: nothing of ours is stored in {tmp_path}\n"


def test_unknown_name_is_answered_with_the_nearest_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing mistake costs one line."""
    World(folder).hold()
    code, _, err = run(capsys, "show", "iron_kondor", "--storage", folder)
    assert (code, err) == (2, "options-machines state: there is no iron_kondor, did you mean iron_condor?\n")
    code, _, err = run(capsys, "history", "zzz", "--storage", folder)
    assert (code, err) == (2, "options-machines state: there is no zzz; there are iron_condor, manager\n")
    code, _, err = run(capsys, "diagram", "iron_kondor")
    assert code == 2
    assert "did you mean iron_condor?" in err


@pytest.mark.parametrize("words", [["history", "--last", "0"], ["history", "--last", "x"], ["nothing"], []])
def test_wrong_arguments_exit_with_2(words: list[str]) -> None:
    """Arguments that make no sense are refused by the parser, with the same exit code."""
    with pytest.raises(SystemExit) as raised:
        main(["state", *words])
    assert raised.value.code == 2


def test_hindsight_answers_rules_from_documents(folder: Path) -> None:
    """Rules of any room get what documents know; nobody asks for anything any more."""
    world = World(folder)
    world.go(S.WAITING, S.VALIDATION, S.ENTERING)
    seen = Hindsight(inspect(FolderStore(folder)))
    assert (seen.entering(), seen.asked_now("iron_condor"), seen.unsaved()) == (("iron_condor",), None, {})
    with pytest.raises(NotKnown, match="the manager's document"):
        _ = seen.situation


def test_show_of_a_failed_machine_says_its_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Why a machine is in ERROR is the first thing an operator wants to know."""
    World(folder).condor.fail("looking", "ValueError: no bid")
    code, out, _ = run(capsys, "show", "iron_condor", "--storage", folder)
    assert code == 1
    assert "ValueError: no bid" in out
