"""What a run can be given, and what LEAN finds in the folder: parameters, config.json, lean.json, main.py."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

import pytest

from algorithm.brokerages import CAPABILITIES, capabilities_of
from algorithm.configuration import BROKERAGES, all_defaults, read_configuration
from strategies.base import AssetClass
from strategies.parameters import ParameterError, as_text, declared, read
from strategies.portfolio_rules import PREFIX, PortfolioParameters
from strategies.registry import STRATEGIES

RUNTIME = ("main.py", "algorithm", "strategies", "state", "objectstore")
IN_LEANS_IMAGE = {
    "pandas", "numpy", "exchange_calendars", "QuantLib", "py_vollib", "scipy", "pytz", "AlgorithmImports",
}  # fmt: skip


def runtime_files(repository: Path) -> list[Path]:
    return [
        file
        for name in RUNTIME
        for file in (
            [repository / name] if name.endswith(".py") else sorted((repository / name).rglob("*.py"))
        )
    ]


def test_no_parameters_means_the_defaults() -> None:
    """Nothing has to be set."""
    configuration = read_configuration({})
    assert str(configuration.account.start) == "2014-01-03"
    assert str(configuration.account.end) == "2018-12-31"
    assert configuration.account.cash == 250_000
    assert set(configuration.strategies) == set(STRATEGIES)


def test_every_default_reads_back() -> None:
    """What is written in config.json is what is used without it."""
    assert read_configuration(all_defaults()) == read_configuration({})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"iron_condor.short_delt": "0.2"},
            "unknown parameter iron_condor.short_delt; did you mean iron_condor.short_delta?",
        ),
        (
            {"iron_condor.short_delta": "nan"},
            "iron_condor.short_delta must be a number from 0.02 to 0.45 |delta|, was 'nan'",
        ),
        ({"lt112.dte": "1,5"}, "lt112.dte must be a whole number from 30 to 400 days, was '1,5'"),
        (
            {"start": "2018-01-01", "end": "2017-01-01"},
            "end must not be before start (2018-01-01), was 2017-01-01",
        ),
        ({"brokerage": "IB"}, "brokerage must be one of INTERACTIVE_BROKERS_BROKERAGE"),
        ({"portfolio.watch_pct": "30"}, "the steps of portfolio.*_pct must rise from watch to close_all"),
    ],
)
def test_a_wrong_parameter_is_one_line_that_helps(given: dict[str, str], message: str) -> None:
    """Bad input names the range or the nearest name, before anything starts."""
    with pytest.raises(ParameterError) as caught:
        read_configuration(given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_parameter_can_be_set_and_is_refused_beyond_its_range() -> None:
    """ "every number of the sheet can be set as `<strategy>.<name>`": each to both ends, none beyond them."""
    for prefix, parameters in (
        *((f"{n}.", d.parameters) for n, d in STRATEGIES.items()),
        (PREFIX, PortfolioParameters),
    ):
        for name, parameter in declared(parameters).items():
            texts = [as_text(end) for end in (parameter.low, parameter.high) if end is not None]
            texts += list(parameter.choices) or (["true", "false"] if parameter.kind == "flag" else [])
            assert texts, name
            for text in texts:
                found = getattr(read(parameters, prefix, {prefix + name: text}), name)
                assert as_text(found) == text, name
            if parameter.kind in ("number", "whole"):
                for beyond in (float(str(parameter.low)) - 1, float(str(parameter.high)) + 1):
                    text = as_text(int(beyond) if parameter.kind == "whole" else beyond)
                    with pytest.raises(
                        ParameterError, match=re.escape(f"{prefix}{name} must be {parameter.allowed}")
                    ):
                        read_configuration({prefix + name: text})


def test_config_json_lists_every_parameter_with_its_default(repository: Path) -> None:
    """ "config.json lists all of them with their defaults and a test keeps it so"."""
    config = json.loads((repository / "config.json").read_text())
    assert config["parameters"] == all_defaults()
    assert config["algorithm-language"] == "Python"


def test_every_strategy_has_a_share_of_the_account() -> None:
    """A strategy without an allocation could never enter."""
    shares = {name: p.max_share_pct for name, p in read_configuration({}).strategies.items()}
    assert set(shares) == set(STRATEGIES)
    assert all(share > 0 for share in shares.values())


def test_lean_json_knows_its_data_folder_and_environments(repository: Path) -> None:
    """`lean backtest .` takes the folder unchanged."""
    lean = json.loads((repository / "lean.json").read_text())
    assert lean["data-folder"] == "data"
    assert {"backtesting", "live-paper"} <= set(lean["environments"])


def test_the_algorithm_class_is_defined_in_main(repository: Path) -> None:
    """LEAN looks for a QCAlgorithm that the module itself defines."""
    tree = ast.parse((repository / "main.py").read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [(c.name, ast.unparse(c.bases[0])) for c in classes] == [("OptionsMachines", "QCAlgorithm")]


def test_nothing_that_lean_runs_imports_what_lean_lacks(repository: Path) -> None:
    """No engine, no command line, nothing outside LEAN's image."""
    ours = {name.removesuffix(".py") for name in RUNTIME}
    for file in runtime_files(repository):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                root = name.partition(".")[0]
                assert root in ours or root in IN_LEANS_IMAGE or root in sys.stdlib_module_names, (
                    f"{file}: {name}"
                )


def test_imports_go_one_way(repository: Path) -> None:
    """main -> algorithm -> strategies -> state; all may use objectstore's records."""
    allowed = {
        "strategies": {"strategies", "state"},
        "state": {"state", "objectstore"},
        "objectstore": {"objectstore"},
        "algorithm": {"algorithm", "strategies", "state", "objectstore"},
    }
    for package, may in allowed.items():
        for file in sorted((repository / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    root = node.module.partition(".")[0]
                    assert root not in allowed or root in may, f"{file} imports {node.module}"
                    assert root != "AlgorithmImports" or package == "algorithm", f"{file} imports LEAN"


def test_files_fit_the_cloud_and_the_eye(repository: Path) -> None:
    """LEAN's cloud takes files of at most 32 KB; by house style a module has at most 400 lines."""
    for file in runtime_files(repository):
        text = file.read_text()
        assert len(text.encode()) < 32_000, file
        assert text.count("\n") <= 400, file


def test_every_brokerage_of_the_choice_has_its_measured_capabilities() -> None:
    """The table of lean-semantics 15, whole."""
    assert set(BROKERAGES) == set(CAPABILITIES)
    table = {
        "TASTYTRADE": (False, True, 3),
        "TRADIER_BROKERAGE": (False, False, 2),
        "WEBULL": (False, False, 2),
        "ALPACA": (False, False, 1),
        "CHARLES_SCHWAB": (True, True, 2),
        "TRADE_STATION": (True, True, 2),
        "QUANT_CONNECT_BROKERAGE": (True, True, 3),
        "INTERACTIVE_BROKERS_BROKERAGE": (True, True, 3),
    }
    for name, (market, limit, classes) in table.items():
        taken = capabilities_of(name)
        assert (taken.combo_market, taken.combo_limit, len(taken.asset_classes)) == (market, limit, classes)
    assert AssetClass.INDEX_OPTION not in capabilities_of("ALPACA").asset_classes


def test_every_parameter_says_what_it_means() -> None:
    """Name, unit, range and meaning of each number of the sheets."""
    for definition in STRATEGIES.values():
        for name, parameter in declared(definition.parameters).items():
            assert parameter.meaning, name
            if parameter.kind in ("number", "whole"):
                assert parameter.low is not None, name
                assert parameter.unit, name
                assert parameter.low <= parameter.default <= parameter.high, name  # type: ignore[operator]
