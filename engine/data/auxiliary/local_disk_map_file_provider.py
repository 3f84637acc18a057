"""Map files of a data folder. LEAN: Common/Data/Auxiliary/LocalDiskMapFileProvider.cs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from engine.algorithm.globals import Globals
from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from engine.common.text_files import read_text
from engine.data.auxiliary.map_file import MapFile
from engine.data.auxiliary.map_file_resolver import MapFileResolver
from engine.data.default_data_provider import DefaultDataProvider, must_be_default

# Options are mapped with their underlying's file.
_FOLDER_OF = {SecurityType.OPTION: SecurityType.EQUITY, SecurityType.BASE: SecurityType.EQUITY}


class LocalDiskMapFileProvider:
    """Reads all map files of a market when one is first needed: only all of them know who bears a ticker."""

    def __init__(self, data_folder: Path | None = None) -> None:
        self._data_folder = Path(Globals.data_folder) if data_folder is None else data_folder
        self._resolvers: dict[tuple[str, SecurityType], MapFileResolver] = {}

    def initialize(self, data_provider: DefaultDataProvider) -> None:
        """Take who opens files: the data folder's are opened as they are."""
        must_be_default(data_provider)

    def get(self, market: str, security_type: SecurityType) -> MapFileResolver:
        """Return the resolver of a market; one without files where there are none."""
        key = (market, _FOLDER_OF.get(security_type, security_type))
        resolver = self._resolvers.get(key)
        if resolver is None:
            resolver = self._resolvers[key] = MapFileResolver(self._read(*key))
        return resolver

    def map_file_of(self, symbol: Symbol) -> MapFile:
        """Return the map file of a symbol, an empty one if there is none."""
        return self.get(symbol.id.market, symbol.security_type).resolve_map_file_of(symbol)

    def first_ticker(
        self, ticker: str, market: str, security_type: SecurityType, day: date | None = None
    ) -> tuple[str, datetime] | None:
        """Return first ticker and date of an equity: what SecurityIdentifier.first_ticker is for."""
        moment = None if day is None else datetime(day.year, day.month, day.day)
        return self.get(market, security_type).first_ticker(ticker, moment)

    def _read(self, market: str, security_type: SecurityType) -> list[MapFile]:
        folder = self._data_folder / security_type.to_string().lower() / market / "map_files"
        texts = ((path, read_text(path)) for path in sorted(folder.glob("*.csv")))
        return [MapFile.parse(path.stem, text, path) for path, text in texts if text is not None]
