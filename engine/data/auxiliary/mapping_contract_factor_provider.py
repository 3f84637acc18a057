"""Roll factors of a continuous future. LEAN: MappingContractFactor*.cs."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.common.enums import DataMappingMode, DataNormalizationMode
from engine.common.errors import DataFileError
from engine.data.auxiliary.factor_file import FactorFile, unknown_mode

_SCALES = {
    DataNormalizationMode.BACKWARDS_RATIO: "BackwardsRatioScale",
    DataNormalizationMode.BACKWARDS_PANAMA_CANAL: "BackwardsPanamaCanalScale",
    DataNormalizationMode.FORWARD_PANAMA_CANAL: "ForwardPanamaCanalScale",
}


class MappingContractFactorRow:
    """Factors up to `date` of one mapping mode, by normalization and then by contract offset."""

    __slots__ = ("data_mapping_mode", "date", "scales")

    def __init__(
        self,
        date: datetime,
        scales: dict[DataNormalizationMode, list[Decimal]],
        data_mapping_mode: DataMappingMode | None,
    ) -> None:
        self.date = date
        self.scales = scales
        self.data_mapping_mode = data_mapping_mode


class MappingContractFactorProvider(FactorFile[MappingContractFactorRow]):
    """Factors that join the contracts of a continuous future."""

    @classmethod
    def parse(cls, permtick: str, text: str, path: object) -> MappingContractFactorProvider:
        """Read the rows of a file, one JSON object a line; unknown mapping modes are skipped."""
        rows = []
        for line in dict.fromkeys(text.splitlines()):
            if not line.strip():
                continue
            try:
                row = _parse_row(json.loads(line, parse_float=Decimal, parse_int=Decimal))
            except (ValueError, KeyError, TypeError, InvalidOperation) as error:
                number = text.splitlines().index(line) + 1
                raise DataFileError(path, number, f"it is no row of a factor file ({error})") from None
            if row is not None:
                rows.append(row)
        return cls(permtick, rows)

    def _factor(
        self,
        rows: list[MappingContractFactorRow],
        mode: DataNormalizationMode,
        mapping_mode: DataMappingMode | None,
        contract_offset: int,
    ) -> Decimal | None:
        if mode not in _SCALES:
            raise unknown_mode(mode)
        for row in rows:
            if row.data_mapping_mode == mapping_mode:
                scales = row.scales[mode]
                return scales[contract_offset] if contract_offset < len(scales) else None
        return None


def _parse_row(source: dict[str, Any]) -> MappingContractFactorRow | None:
    mode = source.get("DataMappingMode")
    if mode is not None and int(mode) not in set(DataMappingMode):
        return None
    return MappingContractFactorRow(
        datetime.fromisoformat(source["Date"]),
        {name: [Decimal(number) for number in source.get(key) or ()] for name, key in _SCALES.items()},
        None if mode is None else DataMappingMode(int(mode)),
    )
