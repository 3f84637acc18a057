"""Dates and times of every rule are LEAN's: records time_date_rules and time_market_clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.common.enums import DayOfWeek, SecurityType
from engine.common.symbol import Symbol
from engine.common.time_zones import TimeZones
from engine.scheduling.func_date_rule import FuncDateRule


def _date_rules(d, spy, unlucky):
    return (
        ("monday friday", d.every(DayOfWeek.MONDAY, DayOfWeek.FRIDAY)),
        ("wednesday", d.every(DayOfWeek.WEDNESDAY)),
        ("week start", d.week_start()),
        ("week start +2", d.week_start(2)),
        ("week start spy", d.week_start(spy)),
        ("week start spy +1", d.week_start(spy, 1)),
        ("week start spy +4", d.week_start(spy, 4)),
        ("week end", d.week_end()),
        ("week end spy", d.week_end(spy)),
        ("week end spy -1", d.week_end(spy, 1)),
        ("week end spy -4", d.week_end(spy, 4)),
        ("month start", d.month_start()),
        ("month start +5", d.month_start(5)),
        ("month start spy", d.month_start(spy)),
        ("month start spy +2", d.month_start(spy, 2)),
        ("month end", d.month_end()),
        ("month end -3", d.month_end(3)),
        ("month end spy", d.month_end(spy)),
        ("month end spy -3", d.month_end(spy, 3)),
        ("quarter start spy", d.quarter_start(spy, 1)),
        ("quarter end spy", d.quarter_end(spy)),
        ("year start spy", d.year_start(spy)),
        ("year end spy", d.year_end(spy, 2)),
        ("on one", d.on(2013, 11, 28)),
        ("on many", d.on([datetime(2014, 1, 4), datetime(2013, 12, 25), datetime(2014, 1, 3)])),
        ("today", d.today),
        ("tomorrow", d.tomorrow),
        ("custom", FuncDateRule("fridays the 13th", unlucky)),
    )


def _time_rules(t, spy):
    return (
        ("at", t.at(10, 0)),
        ("at seconds", t.at(10, 0, 30)),
        ("at span", t.at(timedelta(hours=26))),
        ("chicago", t.at(9, 0, TimeZones.CHICAGO)),
        ("utc", t.at(9, 0, TimeZones.UTC)),
        ("gap", t.at(2, 30)),
        ("twice", t.at(1, 30)),
        ("midnight", t.midnight),
        ("noon", t.noon),
        ("every 6h", t.every(timedelta(hours=6))),
        ("every 7h", t.every(timedelta(hours=7))),
        ("close -1200", t.before_market_close(spy, 1200)),
        ("open +60", t.after_market_open(60)),
        ("open -570", t.after_market_open(spy, -570)),
    )


def _errors(d, t):
    return (
        ("week 7", lambda: d.week_start(7)),
        ("week -1", lambda: d.week_end(-1)),
        ("week spy 5", lambda: d.week_start("SPY", 5)),
        ("month 31", lambda: d.month_start(31)),
        ("year 366", lambda: d.year_end(366)),
        ("every 0", lambda: t.every(timedelta(0))),
        ("hour 25", lambda: t.at(25, 0)),
        ("string", lambda: d.every_day("ABCD")),
    )


def test_date_and_clock_rules_over_half_a_year_are_leans(scripted, golden_log):
    """Every date and clock rule is named and fires as LEAN's, over holidays and both clock changes."""
    algorithm = scripted(datetime(2013, 10, 31), datetime(2014, 4, 25))
    spy = algorithm.add("SPY", SecurityType.EQUITY, "usa")
    d, t = algorithm.date_rules, algorithm.time_rules
    seen, log = {}, []

    def unlucky(start, end):
        log.append(f"custom rule asked from {start} to {end}")
        days = [start + timedelta(n) for n in range((end - start).days + 1)]
        return [x for x in days if x.day == 13 and x.weekday() == 4]

    def watch(label, dates, times, form):
        label = f"{label} ({dates.name}: {times.name})"
        seen[label] = []
        algorithm.schedule.on(label, dates, times, lambda: seen[label].append(f"{algorithm.utc_time:{form}}"))

    for label, rule in _date_rules(d, spy, unlucky):
        watch(label, rule, t.at(10, 0), "%m-%d")
    switch = d.on([datetime(2013, 11, 3), datetime(2014, 3, 9), datetime(2014, 3, 10)])
    for label, rule in _time_rules(t, spy):
        watch(label, switch, rule, "%m-%d %H:%M:%S")
    for label, make in _errors(d, t):
        try:
            log.append(f"{label}: {make().name}")
        except Exception as e:
            log.append(f"{label}: {type(e).__name__} {str(e).splitlines()[0]}")
    algorithm.run()
    log += [f"{label}: {len(fired)} {' '.join(fired)}" for label, fired in seen.items()]
    assert algorithm.messages + log == golden_log("time_date_rules")


_WINDOWS = [
    (date(2013, 10, 30), date(2013, 11, 5)),
    (date(2013, 11, 27), date(2013, 12, 2)),
    (date(2013, 12, 23), date(2013, 12, 27)),
    (date(2013, 12, 31), date(2014, 1, 2)),
    (date(2014, 1, 17), date(2014, 1, 21)),
    (date(2014, 3, 7), date(2014, 3, 14)),
]


class _MarketClock:
    """The scenario time_market_clock without its engine."""

    def __init__(self, algorithm):
        self.algorithm = algorithm
        self.fired, self.bars, self.log, self.total = [], [], [], 0
        self.day = None

    def fire(self, name):
        now, utc = self.algorithm.time, self.algorithm.utc_time
        self.total += 1
        if name == "day":
            self.flush()
            self.day = now
        seconds = "" if now.second == 0 else f":{now.second:02d}"
        self.fired.append(f"{name} {now:%H:%M}{seconds}/{utc:%H:%M}")
        if now.date() != self.day.date():
            self.fired[-1] += f"@{now:%d}"

    def bar(self):
        self.bars.append(f"{self.algorithm.time:%H}")
        self.fired.append("|")

    def flush(self):
        if self.fired and any(a <= self.day.date() <= b for a, b in _WINDOWS):
            bars = " ".join(self.bars) or "-"
            self.log.append(f"{self.day:%a %Y-%m-%d} bars {bars} :: {' '.join(self.fired)}")
        self.fired, self.bars = [], []


def test_market_open_and_close_rules_over_half_a_year_are_leans(scripted, golden_log):
    """Rules around opens and closes of SPY, SPX and ES fire at LEAN's times, on half days too."""
    algorithm = scripted(datetime(2013, 10, 30), datetime(2014, 3, 14))
    spy = algorithm.add("SPY", SecurityType.EQUITY, "usa")
    spx = algorithm.add("SPX", SecurityType.INDEX, "usa")
    es = Symbol.create("ES", SecurityType.FUTURE, "cme")
    d, t = algorithm.date_rules, algorithm.time_rules
    rules = {
        "day": (d.every_day(), t.midnight),
        "noon": (d.every_day(), t.noon),
        "at": (d.every_day(), t.at(9, 30)),
        "open0": (d.every_day(spy), t.after_market_open(spy)),
        "open30": (d.every_day(spy), t.after_market_open(spy, 30)),
        "close30": (d.every_day(spy), t.before_market_close(spy, 30)),
        "close0": (d.every_day(spy), t.before_market_close(spy, 0)),
        "late": (d.every_day(spy), t.after_market_close(spy, 5)),
        "early": (d.every_day(spy), t.before_market_open(spy, 10)),
        "pre": (d.every_day(spy), t.after_market_open(spy, 0, True)),
        "post": (d.every_day(spy), t.before_market_close(spy, 0, True)),
        "alldays": (d.every_day(), t.before_market_close(spy, 15)),
        "nosymbol": (d.every_day(), t.before_market_close(15)),
        "spx0": (d.every_day(spx), t.after_market_open(spx, 0)),
        "spx15": (d.every_day(spx), t.before_market_close(spx, 15)),
        "es0": (d.every_day(es), t.after_market_open(es, 0)),
        "es15": (d.every_day(es), t.before_market_close(es, 15)),
        "half": (d.every_day(spy), t.before_market_close(spy, 0.5)),
    }
    clock = _MarketClock(algorithm)
    for name, (dates, times) in rules.items():
        algorithm.schedule.on(name, dates, times, lambda name=name: clock.fire(name))
    for name in ("open30", "nosymbol", "es0"):
        clock.log.append(f"rule {name}: {rules[name][0].name} / {rules[name][1].name}")
    algorithm.after_bar = clock.bar
    algorithm.run()
    clock.flush()
    clock.log.append(f"total {clock.total} at {algorithm.time}")
    assert clock.log == golden_log("time_market_clock")
