"""Years of minutes of an index, and an algorithm that does nothing."""

from AlgorithmImports import QCAlgorithm, Resolution


class LoopTrack(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2021, 2, 1)
        self.set_end_date(2022, 1, 31)
        self.set_cash(250_000)
        self.add_index("SPX", Resolution.MINUTE)
        self.steps = 0

    def on_data(self, data):
        self.steps += 1

    def on_end_of_algorithm(self):
        if not self.steps:
            raise ValueError("no minute was read")
