"""System.Random with a seed: Knuth's subtractive generator, which .NET keeps for seeded instances."""

from __future__ import annotations

_LARGEST = 2**31 - 1
_SEED = 161803398
_LENGTH = 55
_LAG = 21


class Random:
    """The numbers that .NET gives for the same seed."""

    def __init__(self, seed: int) -> None:
        state = [0] * (_LENGTH + 1)
        newest, older = _SEED - min(abs(int(seed)), _LARGEST), 1
        state[_LENGTH] = newest
        for step in range(1, _LENGTH):
            place = _LAG * step % _LENGTH
            state[place] = older
            newest, older = older, newest - older
            if older < 0:
                older += _LARGEST
            newest = state[place]
        for _ in range(4):
            for place in range(1, _LENGTH + 1):
                state[place] = _wrapped(state[place] - state[1 + (place + 30) % _LENGTH])
                if state[place] < 0:
                    state[place] += _LARGEST
        self._state = state
        self._next, self._other = 0, _LAG

    def _sample(self) -> int:
        self._next = self._next % _LENGTH + 1
        self._other = self._other % _LENGTH + 1
        value = self._state[self._next] - self._state[self._other]
        if value == _LARGEST:
            value -= 1
        if value < 0:
            value += _LARGEST
        self._state[self._next] = value
        return value

    def next_double(self) -> float:
        """Return the next number from 0 (inclusive) to 1."""
        return self._sample() * (1.0 / _LARGEST)

    def next(self, first: int | None = None, second: int | None = None) -> int:
        """Return the next integer: any, below `first`, or from `first` to below `second`."""
        if first is None:
            return self._sample()
        low, high = (0, first) if second is None else (first, second)
        if low > high:
            raise ValueError(f"Random.next: {low} to {high} is no range")
        return int(self.next_double() * (high - low)) + low


def _wrapped(value: int) -> int:
    # .NET's arithmetic is that of 32-bit integers
    return (value + 2**31) % 2**32 - 2**31
