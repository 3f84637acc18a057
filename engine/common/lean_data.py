"""How LEAN names its data files, as algorithms ask for it (LEAN: Common/Util/LeanData.cs)."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.common.enums import Resolution, TickType
    from engine.common.symbol import Symbol


class LeanData:
    """Names and paths of zip files and of their entries, and which kinds of data they hold."""

    @staticmethod
    def is_common_lean_data_type(base_data_type: type) -> bool:
        """Tell whether a class is one of those that prices and open interest come as."""
        from engine.data.market.open_interest import OpenInterest
        from engine.data.market.quote_bar import QuoteBar
        from engine.data.market.tick import Tick
        from engine.data.market.trade_bar import TradeBar

        return base_data_type in (Tick, TradeBar, QuoteBar, OpenInterest)

    @staticmethod
    def generate_zip_file_name(
        symbol: Symbol, date: date, resolution: Resolution, tick_type: TickType
    ) -> str:
        from engine.data_source.lean_folder.lean_data import zip_name

        return zip_name(symbol, date, resolution, tick_type)

    @staticmethod
    def generate_relative_zip_file_path(
        symbol: Symbol, date: date, resolution: Resolution, tick_type: TickType
    ) -> str:
        from engine.data_source.lean_folder.lean_data import zip_path

        return zip_path(symbol, date, resolution, tick_type)

    @staticmethod
    def generate_zip_file_path(
        data_directory: str, symbol: Symbol, date: date, resolution: Resolution, tick_type: TickType
    ) -> str:
        relative = LeanData.generate_relative_zip_file_path(symbol, date, resolution, tick_type)
        return os.path.join(data_directory, relative)

    @staticmethod
    def generate_zip_entry_name(
        symbol: Symbol, date: date, resolution: Resolution, tick_type: TickType
    ) -> str:
        from engine.data_source.lean_folder.lean_data import entry_name

        return entry_name(symbol, date, resolution, tick_type)
