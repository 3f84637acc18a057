"""Option on a future (LEAN: Common/Securities/FutureOption/FutureOption.cs)."""

from __future__ import annotations

from typing import Any

from engine.securities.future_option.futures_options_margin_model import FuturesOptionsMarginModel
from engine.securities.option.option import Option


class FutureOption(Option):
    """Exercised into a future; the premium is paid when it is bought."""

    __slots__ = ()

    def _new_fill_model(self) -> Any:
        from engine.orders.fills.future_option_fill_model import FutureOptionFillModel

        return FutureOptionFillModel()

    def _new_buying_power_model(self) -> Any:
        return FuturesOptionsMarginModel(0, self)
