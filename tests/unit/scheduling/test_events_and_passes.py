"""What happens to events that are added, removed, switched off or that raise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.common.enums import AlgorithmStatus, Resolution, SecurityType
from engine.common.errors import EngineError, UnsupportedMemberError
from engine.common.symbol_cache import SymbolCache
from engine.common.time import to_stamp
from engine.scheduling.func_date_rule import FuncDateRule
from engine.scheduling.func_time_rule import FuncTimeRule
from engine.scheduling.scheduled_event import NEVER, ScheduledEvent


@pytest.fixture
def week(scripted):
    """Return an algorithm with SPY over Monday 7 to Wednesday 9 October 2013, hourly bars."""
    algorithm = scripted(datetime(2013, 10, 7), datetime(2013, 10, 9))
    algorithm.spy = algorithm.add("SPY", SecurityType.EQUITY, "usa")
    algorithm.fired = []
    return algorithm


def _note(algorithm, text):
    return lambda: algorithm.fired.append(f"{text} {algorithm.time:%d %H:%M}")


def test_event_removed_in_the_pass_that_runs_still_fires(week):
    """A night is one pass: an event removed at 19:00 still fires at 20:00, and then no more."""
    d, t = week.date_rules, week.time_rules
    late = week.schedule.on(d.every_day(week.spy), t.at(20, 0), _note(week, "late"))

    def remove():
        week.schedule.remove(late)

    week.schedule.on(d.on(2013, 10, 7), t.at(19, 0), remove)
    week.run()
    assert week.fired == ["late 07 20:00"]


def test_event_that_is_switched_off_does_not_fire(week):
    """enabled = False stops an event at once, in the running pass too; its times go by."""
    d, t = week.date_rules, week.time_rules
    late = week.schedule.on(d.every_day(week.spy), t.at(20, 0), _note(week, "late"))
    week.schedule.on(d.on(2013, 10, 7), t.at(19, 0), lambda: setattr(late, "enabled", False))
    week.schedule.on(d.on(2013, 10, 8), t.at(12, 0), lambda: setattr(late, "enabled", True))
    week.run()
    assert week.fired == ["late 08 20:00"]


def test_event_added_overnight_fires_at_the_next_bar(week):
    """An event added during the night joins the list at the next pass, with that bar's time."""
    d, t = week.date_rules, week.time_rules

    def add():
        week.schedule.on(d.every_day(), t.at(20, 0), _note(week, "added"))

    week.schedule.on(d.on(2013, 10, 7), t.at(19, 0), add)
    week.run(Resolution.MINUTE)
    assert week.fired[0] == "added 08 09:31"


def test_event_added_for_now_fires_in_the_next_step(week):
    """An event for this very minute is not dropped: it fires in the next pass."""
    d, t = week.date_rules, week.time_rules

    def after_bar():
        if week.time == datetime(2013, 10, 7, 10, 30):
            week.schedule.on(d.every_day(), t.at(10, 30), _note(week, "now"))
            week.schedule.on(d.every_day(), t.at(10, 29), _note(week, "past"))

    week.after_bar = after_bar
    week.run(Resolution.MINUTE)
    assert week.fired[:2] == ["now 07 10:30", "past 08 10:29"]


def test_event_that_raises_runs_again_at_the_bar(week):
    """An event that fails between bars stays due: LEAN runs it a second time at the bar."""
    d, t = week.date_rules, week.time_rules

    def fail():
        week.fired.append(f"fail {week.time:%d %H:%M}")
        raise ValueError("boom")

    week.schedule.on("failing", d.every_day(week.spy), t.at(10, 30), fail)
    week.schedule.on("after", d.every_day(week.spy), t.at(10, 45), _note(week, "after"))
    week.run()
    assert week.fired == ["fail 07 10:30", "fail 07 11:00"]
    assert [str(error) for error in week.errors] == ["boom", "boom"]
    assert week.status is AlgorithmStatus.RUNTIME_ERROR


def test_event_error_of_the_engine_is_no_error_of_the_algorithm(week):
    """What the engine cannot do ends the run with its own message."""

    def fail():
        raise UnsupportedMemberError("QCAlgorithm.Teleport")

    week.schedule.on(week.date_rules.today, week.time_rules.at(10, 0), fail)
    with pytest.raises(EngineError, match="Teleport"):
        week.run()
    assert week.errors == []


def test_next_stamp_tells_when_a_pass_is_needed(week):
    """Until next_stamp no pass would fire anything; adding an event brings it forward."""
    week.schedule.on(week.date_rules.every_day(), week.time_rules.at(12, 0), _note(week, "noon"))
    week.run()
    handler = week.real_time
    assert handler.next_stamp == to_stamp(datetime(2013, 10, 10, 4))  # the midnight of LEAN's own sampling
    week.schedule.on(week.date_rules.today, week.time_rules.at(18, 0), _note(week, "six"))
    assert handler.next_stamp == to_stamp(datetime(2013, 10, 9, 22))
    handler.set_time(handler.next_stamp - 1)
    assert week.fired[-1] == "noon 09 12:00"


def test_handler_without_events_needs_no_pass(scripted):
    """Without events next_stamp lies after every stamp."""
    assert scripted(datetime(2013, 10, 7), datetime(2013, 10, 7)).real_time.next_stamp == NEVER


class _EndsDays:
    def on_end_of_day(self, symbol):
        self.fired.append(f"{symbol.value} {self.time:%d %H:%M}")


def test_end_of_day_of_each_security_comes_ten_minutes_before_its_close(week):
    """It follows additions and removals (time_callback_order: the events stop when a security is removed)."""
    algorithm = _with_methods(week, _EndsDays)
    security = algorithm.securities[week.spy]
    added = _changes([security], [])

    def after_bar():
        if algorithm.time == datetime(2013, 10, 7, 9, 31):
            algorithm.real_time.on_securities_changed(added)
        elif algorithm.time == datetime(2013, 10, 9, 9, 31):
            algorithm.real_time.on_securities_changed(_changes([], [security]))

    algorithm.after_bar = after_bar
    algorithm.run(Resolution.MINUTE)
    assert algorithm.fired == ["SPY 07 15:50", "SPY 08 15:50"]


class _RaisesAtEnd:
    def on_end_of_day(self, symbol):
        raise ValueError("tired")


def test_end_of_day_error_is_reported_and_the_run_goes_on(week):
    """LEAN hands the error to the results and does not stop."""
    algorithm = _with_methods(week, _RaisesAtEnd)
    algorithm.after_bar = lambda: (
        algorithm.real_time.on_securities_changed(_changes([algorithm.securities[week.spy]], []))
        if algorithm.time == datetime(2013, 10, 7, 9, 31)
        else None
    )
    algorithm.run(Resolution.MINUTE)
    assert algorithm.messages == ["Runtime error in SPY.EndOfDay event: tired"] * 3
    assert algorithm.errors == []


class _EndsAlgorithmDays:
    def on_end_of_day(self):
        self.fired.append(f"day {self.time:%d %H:%M}")


def test_end_of_day_without_symbol_comes_two_minutes_before_midnight(week):
    """A callback without argument fires once a day on which anything trades."""
    algorithm = _with_methods(week, _EndsAlgorithmDays)
    algorithm.end_date = datetime(2013, 10, 8)
    algorithm.run()
    algorithm.real_time.scan_past_events(to_stamp(datetime(2013, 10, 10)))
    assert algorithm.fired == ["day 07 23:58", "day 08 23:58"]
    assert algorithm.messages[0].startswith("Usage of QCAlgorithm.OnEndOfDay() without a symbol")


def _with_methods(algorithm, mixin):
    algorithm.__class__ = type("Scripted", (mixin, type(algorithm)), {})
    return algorithm


def _changes(added, removed):
    from types import SimpleNamespace

    return SimpleNamespace(added_securities=added, removed_securities=removed)


def test_scheduled_event_walks_its_times_once():
    """Skipping drops what lies before, scanning fires all that has come, and then nothing is left."""
    fired = []
    event = ScheduledEvent(
        "x", [datetime(2021, 1, d) for d in (4, 5, 6)], lambda name, time: fired.append((name, time))
    )
    assert event.next_event_utc_time == datetime(2021, 1, 4)
    event.skip_events_until(to_stamp(datetime(2021, 1, 5)))
    event.scan(to_stamp(datetime(2021, 1, 7)))
    assert fired == [("x", datetime(2021, 1, 5)), ("x", datetime(2021, 1, 6))]
    assert event.next_stamp == NEVER
    assert event.next_event_utc_time == datetime(9999, 12, 31, 23, 59, 59, 999999)
    event.scan(NEVER)
    assert len(fired) == 2
    assert str(ScheduledEvent("once", datetime(2021, 1, 4))) == "once"


def test_schedule_on_takes_leans_overloads(week):
    """A name may come first; names of arguments may be given; what is no function is refused."""
    d, t = week.date_rules, week.time_rules
    assert week.schedule.on(d.every_day(), t.at(9, 0), print).name == "EveryDay: 9"
    assert week.schedule.on("named", d.every_day(), t.at(9, 0), print).name == "named"
    assert (
        week.schedule.on(date_rule=d.every_day(), time_rule=t.midnight, callback=print).name
        == "EveryDay: Midnight"
    )
    assert week.schedule.on(name="n", date_rule=d.every_day(), time_rule=t.noon, callback=print).name == "n"
    assert week.schedule.training(d.every_day(), t.at(9, 0), print).name == "EveryDay: 9"
    assert week.schedule.training_now(print).name == "Training: Now: 2013-10-07T04:00:00.0000000Z"
    with pytest.raises(TypeError, match="function to call"):
        week.schedule.on(d.every_day(), t.at(9, 0), None)
    with pytest.raises(UnsupportedMemberError, match=r"Schedule\.Event"):
        week.schedule.event()


def test_rules_made_of_functions_must_be_functions():
    """LEAN's error for a date or time rule that is none."""
    with pytest.raises(Exception, match="DateRule provided is not a function"):
        FuncDateRule("x", [])
    with pytest.raises(Exception, match="TimeRule provided is not a function"):
        FuncTimeRule("x", None)


def test_time_rule_of_a_function_gives_datetimes(week):
    """An algorithm's own time rule speaks UTC datetimes."""
    rule = FuncTimeRule("x", lambda dates: [day + timedelta(hours=15) for day in dates])
    assert list(rule.create_utc_event_times([datetime(2021, 1, 4)])) == [datetime(2021, 1, 4, 15)]
    week.schedule.on(week.date_rules.today, rule, _note(week, "own"))
    week.run()
    assert week.fired == ["own 07 11:00"]


def test_rules_take_tickers(week):
    """A ticker that was added stands for its symbol; an unknown one becomes a US equity, with one warning."""
    SymbolCache.clear()
    assert week.date_rules.month_end("SPY").name == "SPY: MonthEnd"
    assert week.time_rules.before_market_close("SPY", 5).name == "SPY: 5 min before MarketClose"
    assert week.date_rules.every_day("SPY").name == "SPY: EveryDay"
    assert len(week.messages) == 1


def test_events_set_before_the_schedule_exists_wait_for_it(week):
    """Events scheduled before the handler is set are handed over in order; one taken back is not."""
    schedule = type(week.schedule)(week)
    first = schedule.on(week.date_rules.today, week.time_rules.at(10, 0), _note(week, "first"))
    gone = schedule.on(week.date_rules.today, week.time_rules.at(10, 0), _note(week, "gone"))
    schedule.on(week.date_rules.today, week.time_rules.at(10, 0), _note(week, "last"))
    schedule.remove(gone)
    schedule.set_event_schedule(week.real_time)
    assert first.enabled
    week.run()
    assert week.fired == ["first 07 10:00", "last 07 10:00"]


def test_rules_follow_the_algorithms_zone(week):
    """After set_time_zone clock rules read another clock; a rule `at` made before keeps its own."""
    from engine.common.time_zones import TimeZones

    before = week.time_rules.at(10, 0)
    midnight = week.time_rules.midnight
    week.time_rules.set_default_time_zone(TimeZones.CHICAGO)
    day = [datetime(2021, 1, 4)]
    assert list(before.create_utc_event_times(day)) == [datetime(2021, 1, 4, 15)]
    assert list(week.time_rules.at(10, 0).create_utc_event_times(day)) == [datetime(2021, 1, 4, 16)]
    assert list(midnight.create_utc_event_times(day)) == [datetime(2021, 1, 4, 6)]
