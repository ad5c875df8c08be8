"""Which way a series goes from year to year, by the score test, and how far chance goes. Knows no promises."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .intervals import p_beyond, quantile

_STEEPEST = 50.0  # a change by e to the power of 50 a year: nothing steeper can be told from everything in one year


class Trend(NamedTuple):
    """The change a year with its 95 % limits, and p of no change: points for shares, relative for counts (−0.1 is 10 % fewer each year)."""

    slope: float
    lower: float = math.nan
    upper: float = math.nan
    p: float = math.nan


def share_trend(years: ArrayLike, share: ArrayLike, answers: ArrayLike) -> Trend:
    """The straight line through yearly shares, each weighted by its answers (divided by the design effect, where there is one).

    p is that of the Cochran–Armitage test; the limits are the slopes which its score test does not refuse, so that 0 lies between them
    where p is above 0.05. Each slope is tested with the variance of its own line through the pooled share, which is a quadratic equation,
    as Wilson's for one share. Assumes that every year's people were drawn anew. NaN where all answers are of one year.
    Source: Cochran (1954), Armitage (1955), Biometrics 10 and 11.

    >>> [round(number, 3) for number in share_trend([2016, 2017, 2019, 2021], [0.59, 0.52, 0.71, 0.80], [186, 158, 210, 240])]
    [0.05, 0.034, 0.066, 0.0]
    """
    when, part, size = (np.asarray(numbers, float) for numbers in (years, share, answers))
    pooled, centre = float(np.average(part, weights=size)), float(np.average(when, weights=size))
    away = when - centre
    spread, skew, peak = (float((size * away**power).sum()) for power in (2, 3, 4))
    if not spread:
        return Trend(math.nan)
    slope, variance, z = float((size * away * (part - pooled)).sum()) / spread, pooled * (1 - pooled), quantile()
    a, b, c = 1 + z**2 * peak / spread**2, slope + z**2 * (1 - 2 * pooled) * skew / (2 * spread**2), slope**2 - z**2 * variance / spread
    reach = math.sqrt(max(b**2 - a * c, 0.0))
    p = p_beyond(abs(slope) / math.sqrt(variance / spread)) if variance > 0 else 1.0
    return Trend(slope, (b - reach) / a, (b + reach) / a, p)


def count_trend(years: ArrayLike, counts: ArrayLike, exposure: ArrayLike = 1.0, dispersion: float = 1.0, freedom: float = math.inf) -> Trend:
    """The yearly change of a count, or of its rate where its exposure is given, as a proportion of itself.

    Given their sum, the counts fall on the years as their exposure times an exponential trend has it. p is that of the score test of no trend; the limits are
    the trends which the same test does not refuse. The variance is `dispersion` times that of pure chance; where it was estimated with so
    much `freedom`, t takes the place of the normal distribution. −1 and infinity are limits without an end; NaN where nothing happened.
    Source: score test of a log-linear Poisson trend, Armitage, Berry and Matthews, Statistical Methods in Medical Research (2002), section
    15.2; with dispersion McCullagh and Nelder, Generalized Linear Models (1989), section 6.2.

    >>> [round(number, 3) for number in count_trend([2017, 2018, 2019, 2020, 2021], [123, 104, 85, 88, 128])]
    [-0.006, -0.064, 0.056, 0.854]
    """
    when, happened, at_risk = np.broadcast_arrays(*(np.asarray(numbers, float) for numbers in (years, counts, exposure)))
    total = happened.sum()
    if not total > 0 or not (at_risk > 0).all():
        return Trend(math.nan)
    z, reach = _Score(when, happened, at_risk), quantile(freedom) * math.sqrt(dispersion)
    slope, lower, upper = (math.expm1(z.reaches(aim)) for aim in (0.0, reach, -reach))
    return Trend(slope, lower, upper, p_beyond(abs(z.at(0.0)) / math.sqrt(dispersion), freedom))


def fitted(years: ArrayLike, counts: ArrayLike, exposure: ArrayLike = 1.0) -> np.ndarray:
    """What the series' own exponential trend leads one to expect in each year; their sum is that of the counts."""
    when, happened, at_risk = np.broadcast_arrays(*(np.asarray(numbers, float) for numbers in (years, counts, exposure)))
    score = _Score(when, happened, at_risk)
    return float(happened.sum()) * score.parts(max(min(score.reaches(0.0), _STEEPEST), -_STEEPEST))


class _Score:
    """How many standard errors a series lies above (positive) or below an exponential trend: less, the steeper the trend rises."""

    def __init__(self, when: np.ndarray, happened: np.ndarray, exposure: np.ndarray):
        self.when, self.exposure, self.total = when - when.min(), exposure, float(happened.sum())
        self.mean = float((self.when * happened).sum()) / self.total

    def parts(self, trend: float) -> np.ndarray:
        """Which part of the sum falls on each year."""
        power = trend * self.when
        weight = self.exposure * np.exp(power - power.max())
        return weight / weight.sum()

    def at(self, trend: float) -> float:
        """How many standard errors the series lies above what a trend expects."""
        part = self.parts(trend)
        expected = float((part * self.when).sum())
        variance = float((part * (self.when - expected) ** 2).sum()) / self.total
        return (self.mean - expected) / math.sqrt(variance) if variance else 0.0

    def reaches(self, aim: float) -> float:
        """The trend above which the series lies by so many standard errors; infinite where no trend is so steep."""
        from scipy.optimize import brentq  # loaded where it is used, as in `intervals`

        if self.at(-_STEEPEST) <= aim:
            return -math.inf
        if self.at(_STEEPEST) >= aim:
            return math.inf
        return float(brentq(lambda trend: self.at(trend) - aim, -_STEEPEST, _STEEPEST))
