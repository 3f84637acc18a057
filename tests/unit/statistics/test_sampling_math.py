"""Moments and ratios against NumPy, SciPy and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.statistics import sampling_math

RETURNS = [0.01, -0.004, 0.0125, 0.0, -0.02, 0.003, 0.007, -0.0011]
BENCHMARK = [0.008, -0.001, 0.004, 0.002, -0.015, 0.001, 0.0, -0.004]


def test_variance_and_covariance_are_those_of_samples() -> None:
    """Both divide by one less than the number of samples."""
    assert sampling_math.variance(RETURNS) == pytest.approx(np.var(RETURNS, ddof=1))
    assert sampling_math.covariance(RETURNS, BENCHMARK) == pytest.approx(np.cov(RETURNS, BENCHMARK)[0, 1])
    assert sampling_math.variance([0.3]) == 0.0


def test_skewness_and_kurtosis_are_unbiased_and_excess() -> None:
    """MathNet's estimators are SciPy's without bias."""
    from scipy import stats

    skewness, kurtosis = sampling_math.skewness_and_kurtosis(RETURNS)
    assert skewness == pytest.approx(stats.skew(RETURNS, bias=False))
    assert kurtosis == pytest.approx(stats.kurtosis(RETURNS, bias=False))


@pytest.mark.parametrize("samples", [[0.1, 0.2], [0.1, 0.2, 0.4], [0.1] * 9])
def test_undefined_moments_are_not_a_number(samples: list[float]) -> None:
    """Too few samples, or equal ones, have no kurtosis."""
    assert math.isnan(sampling_math.skewness_and_kurtosis(samples)[1])


def test_probabilistic_sharpe_ratio_follows_its_definition() -> None:
    """The ratio of the samples, less the one to beat, over its standard error."""
    from scipy import stats

    observed = (np.mean(RETURNS) - 0.0001) / np.std(RETURNS, ddof=1)
    skew, kurtosis = stats.skew(RETURNS, bias=False), stats.kurtosis(RETURNS, bias=False)
    error = math.sqrt((1 - skew * observed + (kurtosis - 1) / 4 * observed**2) / (len(RETURNS) - 1))
    expected = stats.norm.cdf((observed - 0.063) / error)
    assert sampling_math.probabilistic_sharpe_ratio(RETURNS, 0.063, 0.0001) == pytest.approx(expected)


def test_probabilistic_sharpe_ratio_of_equal_returns_is_zero() -> None:
    """Where the error is not defined, nothing is claimed."""
    assert sampling_math.probabilistic_sharpe_ratio([0.0] * 10, 0.063, 0.0) == 0.0


def test_value_at_risk_looks_back_a_year_at_most() -> None:
    """Samples before the last 252 do not count."""
    from scipy import stats

    samples = [0.5] * 10 + RETURNS * 40
    recent = samples[-252:]
    expected = stats.norm.ppf(0.05, np.mean(recent), np.std(recent, ddof=1))
    assert sampling_math.value_at_risk(samples, 252, 0.95) == pytest.approx(expected)


def test_downside_deviation_takes_losing_days_only() -> None:
    """Gains, however wild, are no risk."""
    losses = [sample for sample in RETURNS if sample < 0]
    expected = math.sqrt(np.var(losses, ddof=1) * 252)
    assert sampling_math.annual_downside_deviation(RETURNS, 252) == pytest.approx(expected)
    assert sampling_math.annual_downside_deviation([0.1, -0.1], 252) == 0.0


def test_tracking_error_of_unequal_samples_is_zero() -> None:
    """Samples that do not pair up can not be compared."""
    assert sampling_math.tracking_error(RETURNS, BENCHMARK[:-1], 252) == 0.0
    assert sampling_math.sharpe_ratio(0.1, 0.0, 0.02) == 0.0
