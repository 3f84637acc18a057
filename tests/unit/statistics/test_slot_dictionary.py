"""The order in which .NET walks a dictionary."""

from __future__ import annotations

from engine.statistics.slot_dictionary import SlotDictionary


def test_new_entries_take_the_slot_that_was_freed_last() -> None:
    """First added, first walked, until something is removed: then its place is filled again."""
    slots: SlotDictionary[str, int] = SlotDictionary()
    for number, key in enumerate("abcd"):
        slots.add(key, number)
    slots.remove("a")
    slots.remove("c")
    slots.add("e", 4)
    assert [key for key, _ in slots.items()] == ["b", "e", "d"]
    slots.add("f", 5)
    slots.add("g", 6)
    assert [key for key, _ in slots.items()] == ["f", "b", "e", "d", "g"]
    assert list(slots.values()) == [5, 1, 4, 3, 6]
    assert len(slots) == 5
    assert "a" not in slots
    assert (slots.get("a"), slots.get("d")) == (None, 3)
