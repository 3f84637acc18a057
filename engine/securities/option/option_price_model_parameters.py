"""What a price model gets (LEAN: Common/Securities/Option/OptionPriceModelParameters.cs)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.data.market.option_contract import OptionContract
    from engine.data.market.slice import Slice
    from engine.securities.security import Security


@dataclass(slots=True)
class OptionPriceModelParameters:
    """An option, the slice of the moment (None outside one) and the contract to value."""

    security: Security | None = None
    slice: Slice | None = None
    contract: OptionContract | None = None
