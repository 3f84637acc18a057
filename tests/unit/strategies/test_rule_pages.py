"""The pages in docs/rules: each rule is the sheet's own words, has its parameters, its code and a test that is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from strategies.parameters import declared
from strategies.portfolio_rules import PortfolioParameters
from strategies.registry import STRATEGIES
from strategies.settings import CommonParameters, CreditParameters

PAGES = (*STRATEGIES, "portfolio", "common")
QUOTE = re.compile(r'"([^"]+)"')
NAME = re.compile(r"`([a-z_0-9.]+)`")
ROW = re.compile(r"^\|(.+)\|(.+)\|(.+)\|(.+)\|$", re.MULTILINE)


class Row(NamedTuple):
    """One line of a page's table."""

    rule: str
    parameters: str
    code: str
    tests: str


def rows(repository: Path, page: str) -> list[Row]:
    text = (repository / "docs" / "rules" / f"{page}.md").read_text()
    found = [Row(*(cell.strip() for cell in match)) for match in ROW.findall(text)]
    return [row for row in found if row.rule != "Rule" and not set(row.rule) <= {"-", " "}]


def plain(text: str) -> str:
    """Return a text without marks and line breaks, to compare quotes by."""
    return re.sub(r"[`*_]", "", re.sub(r"\s+", " ", text)).strip(" .").lower()


@pytest.mark.parametrize("page", PAGES)
def test_every_rule_has_a_test_that_exists(repository: Path, page: str) -> None:
    """ "Each rule of the sheet has a test that quotes it"."""
    sources = [*(repository / "tests").rglob("test_*.py")]
    defined = {
        name for file in sources for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    table = rows(repository, page)
    assert table
    for row in table:
        named = [
            name for name in NAME.findall(row.tests) if name.startswith("test_") and not name.endswith(".py")
        ]
        files = [name for name in NAME.findall(row.tests) if name.endswith(".py")]
        assert named or files, row.rule
        assert set(named) <= defined, (row.rule, set(named) - defined)


@pytest.mark.parametrize("page", PAGES)
def test_quoted_rules_are_the_sheets_words(repository: Path, shared: Path, page: str) -> None:
    """A page may shorten with dots, and must not change a word."""
    sheet = plain((shared / "strategy-rules.md").read_text() + (shared / "design.md").read_text())
    for row in rows(repository, page):
        for quote in QUOTE.findall(row.rule):
            for part in quote.split(" ... "):
                assert plain(part) in sheet, (page, part)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_parameter_of_a_strategy_is_on_its_page(repository: Path, name: str) -> None:
    """Every number that can be set belongs to a rule, and every number of a page can be set."""
    common = set(declared(CommonParameters)) | set(declared(CreditParameters))
    known = set(declared(STRATEGIES[name].parameters))
    on_page = {each for row in rows(repository, name) for each in NAME.findall(row.parameters)}
    assert on_page <= known, on_page - known
    assert known - common <= on_page, known - common - on_page


def test_every_parameter_of_the_account_is_on_its_page(repository: Path) -> None:
    """The portfolio's numbers too."""
    on_page = {each for row in rows(repository, "portfolio") for each in NAME.findall(row.parameters)}
    assert set(declared(PortfolioParameters)) <= on_page


@pytest.mark.parametrize("page", PAGES)
def test_the_code_that_a_page_names_is_there(repository: Path, page: str) -> None:
    """A function that was renamed is renamed on the page."""
    files = [*(repository / "strategies").glob("*.py"), *(repository / "algorithm").glob("*.py")]
    files += (repository / "state").glob("*.py")
    text = "\n".join(file.read_text() for file in files)
    for row in rows(repository, page):
        for name in re.findall(r"`([A-Za-z_.]+)`", row.code):
            last = name.rpartition(".")[2]
            assert re.search(rf"\b(def|class) {last}\b|\b{last}\b\s*[:=]", text), (row.rule, name)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_page_says_where_its_tests_are(repository: Path, name: str) -> None:
    """The file it names is there."""
    text = (repository / "docs" / "rules" / f"{name}.md").read_text()
    for path in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert (repository / path).is_file(), path
    importlib.import_module(f"strategies.{name}")
