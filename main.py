"""State machines for options strategies, hosted in one LEAN algorithm. LEAN wants its class in this file."""

from typing import Any

from AlgorithmImports import Dividends, OrderEvent, QCAlgorithm

from algorithm.lean_host import LeanHost


class OptionsMachines(QCAlgorithm):
    """Hands LEAN's calls to the host; there is no rule here."""

    def initialize(self) -> None:
        self.machines = LeanHost(self)

    def on_warmup_finished(self) -> None:
        self.machines.on_warmup_finished()

    def on_order_event(self, order_event: OrderEvent) -> None:
        self.machines.on_order_event(order_event)

    def on_dividends(self, dividends: Dividends) -> None:
        self.machines.on_dividends(dividends)

    def on_command(self, data: Any) -> bool:
        return self.machines.on_command(data)

    def on_end_of_algorithm(self) -> None:
        self.machines.host.finish()

    def strategy_report(self) -> dict[str, Any]:
        """Return what happened per strategy, as plain data."""
        return self.machines.report()
