"""`security.session`: the trading day so far, and the days before."""

from __future__ import annotations

import pytest

FOLLOW = (
    "self.set_end_date(2013, 10, 9)\n"
    "self.kept = self.securities[self.spy]\n"
    "self.kept.session.size = 3\n"
    "self.days = {}\n"
    "self.checked = []"
)
METHODS = """
    def on_data(self, data):
        bar = data.bars.get(self.spy)
        if bar is not None:
            self.days.setdefault(bar.time.date(), []).append(bar)
        if (self.time.hour, self.time.minute) == (11, 30):
            self.check()

    def check(self):
        days = list(self.days.values())
        for index, bars in enumerate(reversed(days)):
            session = self.kept.session[index]
            self.checked.append((
                index,
                (session.open, session.high, session.low, session.close),
                (bars[0].open, max(b.high for b in bars), min(b.low for b in bars), bars[-1].close),
                session.volume - sum(b.volume for b in bars),
            ))
"""


def test_sessions_add_the_bars_of_each_day_up(ask) -> None:  # type: ignore[no-untyped-def]
    """Two hours after each opening the session is the day's bars so far; those before it are whole days."""
    checked = ask(FOLLOW, METHODS).algorithm.checked
    assert [index for index, *_ in checked] == [0, 0, 1, 0, 1, 2]
    for _, session, bars, missing_volume in checked:
        assert session == pytest.approx(bars, abs=1e-9)
        assert missing_volume == pytest.approx(0, abs=1e-3)


def test_sessions_nobody_asked_for_are_not_kept(ask) -> None:  # type: ignore[no-untyped-def]
    """Without a size every value is zero."""
    session = ask("self.session = self.securities[self.spy].session").algorithm.session
    assert (session.is_kept, session.open, session.volume) == (False, 0, 0)


def test_a_session_wanted_in_the_middle_of_a_day_begins_there(ask) -> None:  # type: ignore[no-untyped-def]
    """The first bar that comes after the wish is the first one that counts."""
    algorithm = ask(
        "self.kept = self.securities[self.spy]\nself.bars = []",
        "    def on_data(self, data):\n"
        "        if self.kept.session.is_kept:\n"
        "            self.bars.append(data.bars[self.spy])\n"
        "        elif self.time.hour == 12:\n"
        "            self.kept.session.size = 1\n",
    ).algorithm
    assert len(algorithm.bars) == 4 * 60
    assert algorithm.kept.session.open == algorithm.bars[0].open
    assert algorithm.kept.session.volume == pytest.approx(sum(bar.volume for bar in algorithm.bars))
