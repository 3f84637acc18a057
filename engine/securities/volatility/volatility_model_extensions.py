"""Warming volatility models up with history (LEAN: Common/Securities/Volatility/VolatilityModelExtensions.cs)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, Resolution
from engine.securities.volatility.volatility_model import VolatilityModel

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security


class VolatilityModelExtensions:
    """Static functions, as in LEAN."""

    @staticmethod
    def warm_up(
        volatility_model: Any,
        algorithm: QCAlgorithm,
        security: Security,
        resolution: Resolution | None = None,
        bar_count: int | None = None,
        data_normalization_mode: DataNormalizationMode | None = None,
    ) -> None:
        """Feed a model the history it requires, or `bar_count` bars.

        Raw prices jump at splits and dividends; for them the history is scaled to the last day's prices.
        """
        if volatility_model is VolatilityModel.NULL:
            return
        wanted = () if bar_count is None else (resolution, bar_count)
        requests = volatility_model.get_history_requirements(
            security, algorithm.time_keeper.utc_time, *wanted
        )
        if data_normalization_mode == DataNormalizationMode.RAW:
            scaled = {"data_normalization_mode": DataNormalizationMode.SCALED_RAW}
            requests = [replace(r, configuration=r.configuration.with_changes(**scaled)) for r in requests]
        for slice_ in algorithm.history_provider.slices(requests):
            for request in requests:
                data = slice_.get(request.configuration.type).get(security.symbol)
                if data is not None:
                    volatility_model.update(security, data)
