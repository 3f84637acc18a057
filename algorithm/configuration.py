"""All parameters of a run: read as text, checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from strategies.parameters import ParameterError, choice, day, defaults, number, read, refuse_unknown
from strategies.portfolio_rules import PREFIX, PortfolioParameters, settings
from strategies.registry import STRATEGIES

BROKERAGES = (
    "INTERACTIVE_BROKERS_BROKERAGE",
    "QUANT_CONNECT_BROKERAGE",
    "TASTYTRADE",
    "TRADE_STATION",
    "CHARLES_SCHWAB",
    "TRADIER_BROKERAGE",
    "WEBULL",
    "ALPACA",
)


@dataclass(frozen=True, slots=True)
class AccountParameters:
    """Period and account of a backtest."""

    start: date = day("2014-01-03", "1998-01-01", "2100-01-01", "first day of a backtest")  # noqa: RUF009
    end: date = day("2018-12-31", "1998-01-01", "2100-01-01", "last day of a backtest")  # noqa: RUF009
    cash: float = number(250_000, 1, 1e12, "USD", "cash at the start of a backtest")
    brokerage: str = choice("INTERACTIVE_BROKERS_BROKERAGE", BROKERAGES, "whose fees and order types apply")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that can be set."""

    account: AccountParameters
    portfolio: PortfolioParameters
    strategies: Mapping[str, Any]
    """Name of each strategy: its parameters."""

    @property
    def shares(self) -> dict[str, float]:
        """Return the fraction of equity that each strategy may tie up."""
        return {name: p.max_share_pct / 100 for name, p in self.strategies.items()}

    def settings_of_rules(self) -> dict[str, str]:
        """Return the parameters that the account's entry rules are made with, as texts."""
        return settings(self.portfolio, self.shares)


def all_defaults() -> dict[str, str]:
    """Return every parameter with its default, as config.json lists them."""
    found = {**defaults(AccountParameters, ""), **defaults(PortfolioParameters, PREFIX)}
    for name, definition in STRATEGIES.items():
        found |= defaults(definition.parameters, f"{name}.")
    return found


def read_configuration(texts: Mapping[str, str]) -> Configuration:
    """Return the configuration that the parameters of a run say.

    Raises
    ------
    ParameterError
        At the first name that nobody declared, or value that cannot be used.
    """
    refuse_unknown(texts, all_defaults())
    account = read(AccountParameters, "", texts)
    if account.end < account.start:
        raise ParameterError(f"end must not be before start ({account.start}), was {account.end}")
    portfolio = read(PortfolioParameters, PREFIX, texts)
    rising = [step.loss_frac for step in portfolio.ladder()]
    if rising != sorted(set(rising)):
        raise ParameterError(f"the steps of {PREFIX}*_pct must rise from watch to close_all, were {rising}")
    strategies = {name: read(d.parameters, f"{name}.", texts) for name, d in STRATEGIES.items()}
    return Configuration(account, portfolio, strategies)
