"""How far chance alone can move a figure: 95 % intervals and tests, thin over statsmodels and scipy.

Everything takes and returns arrays (or single numbers) and works a whole table at a time. A missing input
gives a missing result. `dispersion` (counts) and `design_effect` (shares) widen what is the least uncertainty.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

Both = tuple[np.ndarray, np.ndarray]  # lower and upper limits

# statsmodels and scipy are loaded where they are used: they take seconds, and whoever only reads finished tables need not wait.
LEVEL = 0.95
_NEAREST, _FARTHEST = 1e-4, 8.0  # standard errors between which a p is looked for


def wilson(share: ArrayLike, answers: ArrayLike, design_effect: ArrayLike = 1.0, level: float = LEVEL) -> Both:
    """Wilson score limits of a share among `answers` people; weighted shares need not be whole counts.

    Source: Wilson (1927), by statsmodels `proportion_confint`.

    >>> lower, upper = wilson(0.795, 240)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.739, 0.841)
    """
    from statsmodels.stats.proportion import proportion_confint

    share, size = np.broadcast_arrays(np.asarray(share, float), np.asarray(answers, float) / design_effect)
    good = np.isfinite(share) & (size > 0)
    size = np.where(good, size, np.nan)
    lower, upper = proportion_confint(share * size, size, alpha=1 - level, method="wilson")
    # At 0 % and 100 % the formula ends exactly there; binary rounding may not.
    return np.where(share == 0, 0.0, np.clip(lower, 0, 1)), np.where(share == 1, 1.0, np.clip(upper, 0, 1))


def poisson(count: ArrayLike, dispersion: ArrayLike = 1.0, level: float = LEVEL) -> Both:
    """Exact (Garwood) limits of the expected number behind a count.

    Source: Garwood (1936), by statsmodels `confint_poisson(method="exact-c")`.

    >>> lower, upper = poisson(15)
    >>> round(float(lower), 1), round(float(upper), 1)
    (8.4, 24.7)
    """
    from statsmodels.stats.rates import confint_poisson

    count, spread = np.broadcast_arrays(np.asarray(count, float), np.asarray(dispersion, float))
    good = count >= 0
    lower, upper = confint_poisson(np.where(good, count / spread, 1.0), 1 / spread, method="exact-c", alpha=1 - level)
    lower = np.where(count == 0, 0.0, lower)
    return np.where(good, lower, np.nan), np.where(good, upper, np.nan)


def count_ratio(
    count: ArrayLike, base: ArrayLike, exposure: ArrayLike = 1.0, base_exposure: ArrayLike = 1.0, dispersion: ArrayLike = 1.0, level: float = LEVEL
) -> Both:
    """Exact limits of the ratio between the rates behind two counts (count over base).

    Given their sum, the count is binomial: Clopper–Pearson limits of its share, turned into a ratio.
    Source: Przyborowski and Wilenski (1940); Clopper and Pearson (1934).

    >>> lower, upper = count_ratio(105, 123)
    >>> round(float(lower), 2), round(float(upper), 2)  # 1 lies between: no certain change
    (0.65, 1.12)
    """
    from statsmodels.stats.proportion import proportion_confint

    count, base, spread = np.broadcast_arrays(*(np.asarray(v, float) for v in (count, base, dispersion)))
    total = (count + base) / spread
    good = (count >= 0) & (base >= 0) & (total > 0)
    lower, upper = proportion_confint(np.where(good, count / spread, 0), np.where(good, total, 1), alpha=1 - level, method="beta")
    lower, upper = np.where(count == 0, 0, lower), np.where(base == 0, 1, upper)
    scale = np.asarray(base_exposure, float) / np.asarray(exposure, float)
    with np.errstate(divide="ignore"):
        return (np.where(good, lower / (1 - lower) * scale, np.nan), np.where(good, upper / (1 - upper) * scale, np.nan))


def count_ratio_p(
    count: ArrayLike, base: ArrayLike, ratio: ArrayLike = 1.0, exposure: ArrayLike = 1.0, base_exposure: ArrayLike = 1.0, dispersion: ArrayLike = 1.0
) -> np.ndarray:
    """Two-sided p against `ratio` between two counts' rates: twice the smaller tail, as `count_ratio`'s limits.

    >>> round(float(count_ratio_p(28, 15)), 3)  # arson 15 → 28
    0.066
    """
    from scipy.special import betainc

    count, base, spread = np.broadcast_arrays(*(np.asarray(v, float) for v in (count, base, dispersion)))
    odds = np.asarray(ratio, float) * np.asarray(exposure, float) / np.asarray(base_exposure, float)
    share = odds / (1 + odds)
    good = (count >= 0) & (base >= 0) & (count + base > 0) & np.isfinite(share)
    x, b = np.where(good, count, 1) / spread, np.where(good, base, 1) / spread
    at_most = np.where(b > 0, 1 - betainc(x + 1, np.where(b > 0, b, 1), share), 1.0)
    at_least = np.where(x > 0, betainc(np.where(x > 0, x, 1), b + 1, share), 1.0)
    return np.where(good, np.minimum(1, 2 * np.minimum(at_most, at_least)), np.nan)


def share_difference(
    share: ArrayLike,
    answers: ArrayLike,
    base: ArrayLike,
    base_answers: ArrayLike,
    factor: ArrayLike = 1.0,
    design_effect: ArrayLike = 1.0,
    level: float = LEVEL,
) -> Both:
    """Limits of share − factor × base between two surveys; with factor 1 Newcombe's hybrid score interval.

    Source: Newcombe (1998), method 10; with a factor Zou and Donner (2008), the same recovery of variances.

    >>> lower, upper = share_difference(0.795, 240, 0.712, 226)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.005, 0.16)
    """
    share, base, factor = (np.asarray(v, float) for v in (share, base, factor))
    lower, upper = wilson(share, answers, design_effect, level)
    base_lower, base_upper = wilson(base, base_answers, design_effect, level)
    gap = share - factor * base
    return (gap - np.hypot(share - lower, factor * (base_upper - base)), gap + np.hypot(upper - share, factor * (base - base_lower)))


def share_difference_p(share: ArrayLike, answers: ArrayLike, base: ArrayLike, base_answers: ArrayLike, design_effect: ArrayLike = 1.0) -> np.ndarray:
    """Two-sided p of no difference: one minus the level at which `share_difference` just reaches 0.

    >>> round(float(share_difference_p(0.795, 240, 0.712, 226)), 3)
    0.038
    """
    from scipy.special import ndtr

    arrays = np.broadcast_arrays(*(np.asarray(v, float) for v in (share, answers, base, base_answers, design_effect)))
    share, answers, base, base_answers, spread = map(np.atleast_1d, arrays)
    low, high = np.zeros(share.shape), np.full(share.shape, 40.0)
    for _ in range(60):  # bisection on the number of standard errors
        z = (low + high) / 2
        reach = np.hypot(*_reach(share, base, answers / spread, base_answers / spread, z))
        inside = reach < np.abs(share - base)
        low, high = np.where(inside, z, low), np.where(inside, high, z)
    p = 2 * ndtr(-(low + high) / 2)
    missing = ~(np.isfinite(share) & np.isfinite(base) & (answers > 0) & (base_answers > 0))
    p = np.where(share == base, 1.0, p)
    return np.where(missing, np.nan, p).reshape(arrays[0].shape)


def _reach(share: np.ndarray, base: np.ndarray, size: np.ndarray, base_size: np.ndarray, z: np.ndarray) -> Both:
    """How far each share's Wilson limit lies from it, on the side that faces the other share."""

    def limit(p: np.ndarray, n: np.ndarray, side: np.ndarray) -> np.ndarray:
        centre, width = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return (centre + side * width) / (1 + z**2 / n)

    side = np.where(share > base, -1, 1)
    return share - limit(share, size, side), base - limit(base, base_size, -side)


def poisson_p(count: float, expected: float, dispersion: float = 1.0) -> float:
    """Two-sided p of a count against a fixed expected number: twice the smaller tail, as the limits of `poisson`.

    >>> round(float(poisson_p(15, 8.395)), 3)  # the lower limit behind 15
    0.05
    """
    from scipy.special import gammainc, gammaincc

    if not (count >= 0 and expected > 0):
        return math.nan
    at_least = gammainc(count / dispersion, expected / dispersion) if count else 1.0
    return float(min(1.0, 2 * min(gammaincc(count / dispersion + 1, expected / dispersion), at_least)))


# --- two estimates together -------------------------------------------------------------------------------


def difference(one: float, limits: Both, other: float, other_limits: Both) -> Both:
    """Limits of one estimate less another, independent of it, from the limits of each.

    Source: Zou and Donner (2008), Statistics in Medicine 27, the method of variance estimates recovery (MOVER).

    >>> lower, upper = difference(0.795, wilson(0.795, 240), 0.712, wilson(0.712, 226))  # Newcombe's
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.005, 0.16)
    """
    gap, (low, high), (other_low, other_high) = one - other, limits, other_limits
    return gap - np.hypot(one - low, other_high - other), gap + np.hypot(high - one, other - other_low)


def quotient(one: float, limits: Both, other: float, other_limits: Both) -> Both:
    """Limits of one estimate by another, independent of it, from the limits of each; NaN where the other may be nothing.

    They are the ratios r at which a limit of one − r × other is 0. Source: Donner and Zou (2012), Statistical Methods in Medical Research
    21; Newcombe (2016), the same journal 25 (MOVER-R).

    >>> lower, upper = quotient(0.795, wilson(0.795, 240), 0.712, wilson(0.712, 226))
    >>> round(float(lower), 3), round(float(upper), 3)
    (1.006, 1.243)
    """
    if other < 0:
        return quotient(-one, (-limits[1], -limits[0]), -other, (-other_limits[1], -other_limits[0]))
    (low, high), (other_low, other_high) = limits, other_limits
    if not other_low > 0:
        return np.asarray(math.nan), np.asarray(math.nan)

    def where_nothing_is_left(limit: float, beyond: float, side: int) -> np.ndarray:
        a, b, c = other**2 - (beyond - other) ** 2, one * other, one**2 - (one - limit) ** 2
        return (b + side * np.sqrt(np.maximum(b**2 - a * c, 0))) / a

    lower = where_nothing_is_left(float(low), float(other_high if low >= 0 else other_low), -1)
    return lower, where_nothing_is_left(float(high), float(other_low if high >= 0 else other_high), 1)


# --- the distribution that limits and p come from ---------------------------------------------------------


def quantile(freedom: float = math.inf) -> float:
    """How many standard errors the 95 % limits lie away: t where the variance was estimated with so much freedom, else normal.

    >>> round(quantile(), 2), round(quantile(4), 2)
    (1.96, 2.78)
    """
    from scipy.special import ndtri, stdtrit

    return float(ndtri((1 + LEVEL) / 2) if math.isinf(freedom) else stdtrit(freedom, (1 + LEVEL) / 2))


def wider_level(freedom: float = math.inf) -> float:
    """The level whose normal limits lie as far away as the 95 % limits of t: what `wilson`, `poisson` and `count_ratio` are then asked for.

    >>> round(wider_level(12), 4)
    0.9707
    """
    from scipy.special import ndtr

    return float(1 - 2 * ndtr(-quantile(freedom)))


def p_beyond(errors: float, freedom: float = math.inf) -> float:
    """Two-sided p of lying so many standard errors away.

    >>> round(p_beyond(1.96), 3), round(p_beyond(1.96, 4), 3)
    (0.05, 0.122)
    """
    from scipy.special import ndtr, stdtr

    return float(2 * (ndtr(-errors) if math.isinf(freedom) else stdtr(freedom, -errors)))


def p_of_limits(limits: Callable[[float], Both], value: float, freedom: float = math.inf) -> float:
    """Two-sided p of a value: one minus the level at which the limits just reach it; with t where a variance was estimated.

    >>> round(p_of_limits(lambda level: share_difference(0.795, 240, 0.712, 226, level=level), 0.0), 3)
    0.038
    """
    from scipy.optimize import brentq

    def beyond(errors: float) -> float:
        lower, upper = limits(1 - p_beyond(errors))
        return float(np.maximum(lower - value, value - upper))

    if not beyond(_NEAREST) > 0:
        return 1.0 if beyond(_NEAREST) <= 0 else math.nan
    return p_beyond(float(brentq(beyond, _NEAREST, _FARTHEST, xtol=1e-6)) if beyond(_FARTHEST) < 0 else _FARTHEST, freedom)


def p_with_freedom(p: float, freedom: float) -> float:
    """A p of the normal distribution as that of t, as many standard errors away.

    >>> round(p_with_freedom(0.05, 4), 3)
    0.122
    """
    from scipy.special import ndtri

    return p if math.isinf(freedom) else p_beyond(float(-ndtri(p / 2)), freedom)


def answers_needed(share: float, target: float, design_effect: float = 1.0, most: int = 10_000_000) -> int | None:
    """The smallest number of answers from which this share would certainly differ from the target.

    None where the two are equal, or more than `most` answers would be needed.

    >>> answers_needed(0.583, 0.724)  # from so many answers on, 58.3 % is certainly below 72.4 %
    39
    """

    def certain(answers: int) -> bool:
        lower, upper = wilson(share, answers, design_effect)
        return not lower <= target <= upper

    if share == target or not certain(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if certain(middle) else (middle, high)
    return high
