"""Moments and ratios of return samples (LEAN: Common/Statistics/Statistics.cs, with MathNet's estimators)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

_STANDARD_NORMAL = NormalDist()


def mean(samples: Sequence[float]) -> float:
    return sum(samples) / len(samples)


def variance(samples: Sequence[float]) -> float:
    """Return the sample variance; 0 where there are fewer than two samples."""
    count = len(samples)
    if count < 2:
        return 0.0
    total = samples[0]
    result = 0.0
    for index in range(1, count):
        total += samples[index]
        difference = (index + 1) * samples[index] - total
        result += difference * difference / ((index + 1.0) * index)
    return result / (count - 1)


def covariance(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the sample covariance of two equally long samples of at least two."""
    mean_first, mean_second = first[0], second[0]
    comoment = 0.0
    for index in range(1, len(first)):
        previous = mean_second
        mean_first += (first[index] - mean_first) / (index + 1)
        mean_second += (second[index] - mean_second) / (index + 1)
        comoment += (first[index] - mean_first) * (second[index] - previous)
    return comoment / (len(first) - 1)


def skewness_and_kurtosis(samples: Sequence[float]) -> tuple[float, float]:
    """Return sample skewness and *excess* kurtosis; NaN where they are not defined."""
    count = len(samples)
    center = m2 = m3 = m4 = 0.0
    for n, sample in enumerate(samples, 1):  # one pass, so that equal samples have no spread at all
        delta = sample - center
        step = delta / n
        term = delta * step * (n - 1)
        center += step
        m4 += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * m2 - 4 * step * m3
        m3 += term * step * (n - 2) - 3 * step * m2
        m2 += term
    if m2 == 0.0 or count < 3:
        return math.nan, math.nan
    skewness = count * m3 * math.sqrt(m2 / (count - 1)) / (m2 * m2 * (count - 2)) * (count - 1)
    if count < 4:
        return skewness, math.nan
    factor = (count * count - 1) / ((count - 2) * (count - 3))
    return skewness, factor * (count * m4 / (m2 * m2) - 3 + 6 / (count + 1))


def annual_performance(samples: Sequence[float], days_per_year: float) -> float:
    """Return the mean return, compounded over a year."""
    return math.pow(mean(samples) + 1, days_per_year) - 1


def annual_variance(samples: Sequence[float], days_per_year: float) -> float:
    return variance(samples) * days_per_year


def annual_downside_deviation(samples: Sequence[float], days_per_year: float) -> float:
    """Return the yearly standard deviation among the losing samples."""
    return math.sqrt(annual_variance([sample for sample in samples if sample < 0], days_per_year))


def tracking_error(samples: Sequence[float], benchmark: Sequence[float], days_per_year: float) -> float:
    """Return the yearly standard deviation of the differences; 0 where the samples do not pair up."""
    if len(samples) != len(benchmark):
        return 0.0
    differences = [a - b for a, b in zip(samples, benchmark)]
    return math.sqrt(annual_variance(differences, days_per_year))


def sharpe_ratio(performance: float, deviation: float, risk_free_rate: float) -> float:
    return 0.0 if deviation == 0 else (performance - risk_free_rate) / deviation


def probabilistic_sharpe_ratio(
    samples: Sequence[float], benchmark_sharpe: float, risk_free_rate: float
) -> float:
    """Return how likely the true Sharpe ratio is above `benchmark_sharpe`; both per sample, not per year."""
    deviation = math.sqrt(variance(samples))
    observed = 0.0 if deviation == 0 else (mean(samples) - risk_free_rate) / deviation
    skewness, kurtosis = skewness_and_kurtosis(samples)
    spread = (1 - skewness * observed + (kurtosis - 1) / 4 * observed**2) / (len(samples) - 1)
    if math.isnan(spread) or spread < 0:
        return 0.0
    estimate = math.sqrt(spread)
    z = 0.0 if estimate == 0 else (observed - benchmark_sharpe) / estimate
    return 0.5 * math.erfc(-z / math.sqrt(2))


def value_at_risk(samples: Sequence[float], lookback: int, confidence: float) -> float:
    """Return what one of the last `lookback` samples falls short of with probability 1 - `confidence`."""
    recent = samples[-lookback:]
    return mean(recent) + math.sqrt(variance(recent)) * _STANDARD_NORMAL.inv_cdf(1 - confidence)
