"""Reads every contract of an SPXW chain every minute."""

from AlgorithmImports import QCAlgorithm, Resolution


class ChainTrack(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2021, 2, 1)
        last = self.get_parameter("end", "2021-02-26").split("-")
        self.set_end_date(*(int(part) for part in last))
        self.set_cash(250_000)
        spx = self.add_index("SPX", Resolution.MINUTE).symbol
        option = self.add_index_option(spx, "SPXW", Resolution.MINUTE)
        option.set_filter(lambda universe: universe.include_weeklys().strikes(-20, 20).expiration(0, 7))
        self.canonical = option.symbol
        self.widest = 0

    def on_data(self, data):
        chain = data.option_chains.get(self.canonical)
        if chain is not None:
            self.widest = max(self.widest, sum(1 for c in chain if c.expiry.date() == self.time.date()))

    def on_end_of_algorithm(self):
        if not self.widest:
            raise ValueError("no chain was read")
