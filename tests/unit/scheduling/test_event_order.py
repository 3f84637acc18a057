"""Events of one minute fire in LEAN's order: record time_event_order."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.common.enums import DayOfWeek, SecurityType


def test_event_order_over_thirty_days_is_leans(scripted, golden_log):
    """Six weeks of events that share minutes, some removed, added or disabled, fire as LEAN fired them."""
    algorithm = scripted(datetime(2013, 9, 3), datetime(2013, 10, 15))
    spy = algorithm.add("SPY", SecurityType.EQUITY, "usa")
    d, t = algorithm.date_rules, algorithm.time_rules
    today, events, log = [], {}, []

    def fire(name):
        if (algorithm.time.hour, algorithm.time.minute) in ((10, 0), (15, 30)):
            today.append(name)

    def put(name, dates, times):
        events[name] = algorithm.schedule.on(name, dates, times, lambda: fire(name))

    for n in range(6):
        put(f"a{n}", d.every_day(spy), t.at(10, 0))
    for n in range(4):
        put(f"b{n}", d.every_day(spy), t.at(15, 30))
    put("mon", d.every(DayOfWeek.MONDAY), t.at(10, 0))
    put("wed", d.every(DayOfWeek.WEDNESDAY), t.at(10, 0))
    put("tue", d.every(DayOfWeek.TUESDAY), t.at(15, 30))
    put("fri", d.week_end(spy), t.at(10, 0))
    put("first", d.month_start(spy), t.at(10, 0))
    put("half", d.every_day(spy), t.every(timedelta(hours=1)))
    put("open30", d.every_day(spy), t.after_market_open(spy, 30))
    put("close30", d.every_day(spy), t.before_market_close(spy, 30))
    put("z", d.every_day(spy), t.at(10, 0))

    def after_bar():
        now = algorithm.time
        if now.hour == 10:
            today.append("|")
        elif now.hour == 16:
            log.append(f"{now:%a %m-%d} {' '.join(today)}")
            today.clear()
            edit(now)

    def edit(now):
        if now.day == 13:
            algorithm.schedule.remove(events["a3"])
            log.append("removed a3")
        elif now.day == 20:
            put("late", d.every_day(spy), t.at(10, 0))
            log.append("added late")
        elif now.day == 27:
            events["a1"].enabled = False
            log.append("disabled a1")
        elif now.day == 4 and now.month == 10:
            events["a1"].enabled = True
            put("once", d.tomorrow, t.at(10, 0))
            log.append("enabled a1, added once")

    algorithm.after_bar = after_bar
    algorithm.run()
    assert log == golden_log("time_event_order")
