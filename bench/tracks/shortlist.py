"""Subscribes to 40 contracts of a day's chain for an entry window, once a week."""

from AlgorithmImports import DayOfWeek, Market, QCAlgorithm, Resolution, Symbol


class ShortlistTrack(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2021, 2, 1)
        self.set_end_date(2021, 2, 26)
        self.set_cash(250_000)
        self.spx = self.add_index("SPX", Resolution.MINUTE).symbol
        self.canonical = Symbol.create_canonical_option(self.spx, "SPXW", Market.USA, "?SPXW")
        friday = self.date_rules.every(DayOfWeek.FRIDAY)
        self.schedule.on(friday, self.time_rules.at(9, 58), self.shortlist)
        self.schedule.on(friday, self.time_rules.at(10, 0), self.drop)
        self.live = 0

    def shortlist(self):
        spot = self.securities[self.spx].price
        today = [c for c in self.option_chain(self.canonical) if c.expiry.date() == self.time.date()]
        near = sorted(today, key=lambda c: (abs(c.strike - spot), c.strike, str(c.right)))[:40]
        self.chosen = [self.add_index_option_contract(c.symbol, Resolution.MINUTE).symbol for c in near]

    def drop(self):
        self.live += sum(self.securities[symbol].bid_price > 0 for symbol in self.chosen)
        for symbol in self.chosen:
            self.remove_option_contract(symbol)

    def on_end_of_algorithm(self):
        if not self.live:
            raise ValueError("no quote was read")
