"""The page of compatibility says what the results say, and gives no reason too few or too many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.compatibility import NOT_COVERED, REASONS, scenarios
from tests.conformance.compatibility_page import Algorithm, PageError, Scenario, render

_ALGORITHMS = [
    Algorithm("ChainA", "core", ("equity_option", "template_or_basics"), "2015-12-24 to 2015-12-28", "2"),
    Algorithm("ChainB", "extended", ("equity_option", "template_or_basics"), "2015-12-24 to 2015-12-24", "0"),
    Algorithm("Basics", "core", ("template_or_basics",), "2013-10-07 to 2013-10-11", "1"),
]
_SCENARIOS = [Scenario("opt_fills", "Fills on | stale quotes."), Scenario("odd_one", "Something else.")]
_AGREED: dict[str, list[str]] = {"ChainA": [], "ChainB": [], "Basics": [], "opt_fills": [], "odd_one": []}


def _rows(page: str, first: str) -> list[list[str]]:
    found = [line for line in page.splitlines() if line.startswith(f"| `{first}` |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found]


def test_page_counts_and_lists_what_agrees() -> None:
    """Everything stands in one table with its outcome, and the totals are of tiers, categories and scenarios."""
    page = render(_ALGORITHMS, _SCENARIOS, _AGREED, {}, "## Not covered\n\nNothing.")
    assert _rows(page, "ChainA") == [
        ["`ChainA`", "core", "2015-12-24 to 2015-12-28", "2", "Templates and basics", "agrees"]
    ]
    assert page.index("### Equity options") < page.index("`ChainA`") < page.index("### Templates and basics")
    assert "| LEAN's regression algorithms, core | 2 | 2 |" in page
    assert "| Templates and basics | 3 | 3 |" in page
    assert "| Scenarios | 2 | 2 |" in page
    assert "| `opt_fills` | Fills on \\| stale quotes. | agrees |" in page
    assert "### odd" in page
    assert "## What differs\n\nNothing." in page
    assert page.endswith("## Not covered\n\nNothing.\n")


def test_page_shows_the_first_difference_and_its_reason() -> None:
    """What differs has its first difference, shortened, and the reason; it does not count as agreeing."""
    found = {**_AGREED, "ChainB": ["Net Profit: LEAN '1%', here '2%'", "second"], "opt_fills": ["x" * 500]}
    page = render(_ALGORITHMS, _SCENARIOS, found, {"ChainB": "because | so", "opt_fills": "long"}, "")
    assert "| `ChainB` | Net Profit: LEAN '1%', here '2%' | because \\| so |" in page
    assert "second" not in page
    assert "x" * 197 + "... |" in page
    assert _rows(page, "ChainB")[0][-1] == "differs"
    assert "| LEAN's regression algorithms, extended | 0 | 1 |" in page
    assert "| Equity options | 1 | 2 |" in page


@pytest.mark.parametrize(
    ("found", "reasons", "text"),
    [
        ({"ChainA": ["Beta"]}, {}, "ChainA: differs without a reason: Beta"),
        ({"ChainA": ["Beta"]}, {"ChainA": ""}, "ChainA: differs without a reason"),
        ({}, {"ChainA": "once"}, "ChainA: a reason, but nothing differs"),
        ({}, {"Gone": "once"}, "Gone: a reason, but nothing differs"),
        ({"Gone": []}, {}, "Gone: a result of something unknown"),
    ],
)
def test_reasons_and_results_must_fit(
    found: dict[str, list[str]], reasons: dict[str, str], text: str
) -> None:
    """A difference without a reason, a reason without a difference and an unknown name are refused by name."""
    with pytest.raises(PageError, match=text):
        render(_ALGORITHMS, _SCENARIOS, {**_AGREED, **found}, reasons, "")


def test_result_must_be_there() -> None:
    """A name that was not run is refused."""
    with pytest.raises(PageError, match="ChainA: no result"):
        render(_ALGORITHMS, _SCENARIOS, {k: v for k, v in _AGREED.items() if k != "ChainA"}, {}, "")


def test_committed_page_is_whole(repository: Path) -> None:
    """The committed page has well-formed tables and the text on what is not covered, and no folder of a machine."""
    page = (repository / "docs" / "lean-compatibility.md").read_text(encoding="utf-8")
    tables = [line for line in page.splitlines() if line.startswith("|")]
    width = 0
    for above, line in zip(["", *page.splitlines()], page.splitlines()):
        if line.startswith("|"):
            cells = line.replace("\\|", "").count("|")
            assert not above.startswith("|") or cells == width, line
            width = cells
    assert tables
    assert page.endswith(NOT_COVERED.read_text(encoding="utf-8"))
    assert not any(folder in page for folder in ("/home/", "/tmp/", "/work/", "C:\\"))


@pytest.mark.shared
def test_committed_page_names_everything_that_has_a_record(repository: Path, shared: Path) -> None:
    """Every algorithm and every scenario of ../shared stands in the page once, with its outcome."""
    page = (repository / "docs" / "lean-compatibility.md").read_text(encoding="utf-8")
    listed = page[: page.index("## What differs")] + page[page.index("## Scenarios") :]
    names = [e["name"] for e in json.loads((shared / "lean-conformance.json").read_text(encoding="utf-8"))]
    names += [scenario.name for scenario in scenarios(shared)]
    outcomes = {name: [row[-1] for row in _rows(listed, name)] for name in names}
    assert {name: found for name, found in outcomes.items() if found not in (["agrees"], ["differs"])} == {}
    differing = {name for name, found in outcomes.items() if found == ["differs"]}
    assert all(f"{name} = " in REASONS.read_text(encoding="utf-8") for name in differing)
