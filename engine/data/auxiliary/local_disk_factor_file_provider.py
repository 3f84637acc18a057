"""Factor files of a data folder. LEAN: Common/Data/Auxiliary/LocalDiskFactorFileProvider.cs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.algorithm.globals import Globals
from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from engine.common.text_files import read_text
from engine.data.auxiliary.corporate_factor_provider import CorporateFactorProvider
from engine.data.auxiliary.factor_file import FactorFile
from engine.data.auxiliary.local_disk_map_file_provider import LocalDiskMapFileProvider
from engine.data.auxiliary.mapping_contract_factor_provider import MappingContractFactorProvider
from engine.data.default_data_provider import DefaultDataProvider, must_be_default


class LocalDiskFactorFileProvider:
    """Reads the factor file of a symbol once; it is filed under the permtick that its map file has."""

    def __init__(
        self, data_folder: Path | None = None, map_file_provider: LocalDiskMapFileProvider | None = None
    ) -> None:
        self._data_folder = Path(Globals.data_folder) if data_folder is None else data_folder
        self._map_files = map_file_provider or LocalDiskMapFileProvider(self._data_folder)
        self._files: dict[Symbol, FactorFile[Any]] = {}

    def initialize(
        self, map_file_provider: LocalDiskMapFileProvider, data_provider: DefaultDataProvider
    ) -> None:
        """Take who knows the tickers, and who opens files: the data folder's are opened as they are."""
        must_be_default(data_provider)
        self._map_files = map_file_provider

    def get(self, symbol: Symbol) -> FactorFile[Any]:
        """Return the factors of an equity or future (of its chain); without a file there are no rows."""
        if symbol.security_type is SecurityType.FUTURE:
            symbol = symbol.canonical
        found = self._files.get(symbol)
        if found is None:
            found = self._files[symbol] = self._read(symbol)
        return found

    def _read(self, symbol: Symbol) -> FactorFile[Any]:
        map_file = self._map_files.map_file_of(symbol)
        permtick = map_file.permtick if len(map_file) else symbol.value.lstrip("/")
        is_future = symbol.security_type is SecurityType.FUTURE
        kind = MappingContractFactorProvider if is_future else CorporateFactorProvider
        folder = f"{symbol.security_type.to_string().lower()}/{symbol.id.market}/factor_files"
        path = self._data_folder / folder / f"{permtick.lower()}.csv"
        text = read_text(path)
        return kind(permtick, ()) if text is None else kind.parse(permtick, text, path)
