"""What adjusts raw prices: a factor (splits, dividends, ratio rolls) or an addend (panama canal).

LEAN: Common/Extensions.cs Normalize and Scale.
"""

from __future__ import annotations

from decimal import Decimal

from engine.common.numbers import ONE, ZERO, round_decimal, to_float


class PriceFactor:
    """price x factor + sum of dividends, or price + factor; volumes are divided by a factor of shares."""

    __slots__ = ("_exponent", "_integer", "additive", "factor", "sum_of_dividends", "volume_factor")

    def __init__(
        self,
        factor: Decimal,
        additive: bool = False,
        scale_volume: bool = True,
        sum_of_dividends: Decimal = ZERO,
    ) -> None:
        self.factor = factor
        self.additive = additive
        self.sum_of_dividends = sum_of_dividends
        self.volume_factor = ONE / factor if scale_volume and not additive else ONE
        exponent = factor.as_tuple().exponent
        assert isinstance(exponent, int)
        self._exponent = min(exponent, 0)
        self._integer = int(factor.scaleb(-self._exponent))

    def price(self, digits: float, exponent: int) -> float:
        """Return the double of (digits / 10**exponent) adjusted, as .NET makes it of the exact product."""
        if self.additive or self.sum_of_dividends:
            return to_float(self.exact(Decimal(int(digits)).scaleb(-exponent)))
        places = exponent - self._exponent
        product = int(digits) * self._integer
        if abs(product) >= 1 << 64 or places > 28:
            return to_float(self.exact(Decimal(int(digits)).scaleb(-exponent)))
        return float(product) / float(10**places)

    def exact(self, price: Decimal) -> Decimal:
        """Return the adjusted price."""
        if self.additive:
            return price + self.factor
        return price * self.factor + self.sum_of_dividends if self.sum_of_dividends else price * self.factor

    def volume(self, volume: float) -> float:
        """Return the adjusted volume, a whole number."""
        return float(round_decimal(Decimal(volume) * self.volume_factor))
