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
_NOTHING, _BEYOND = 1e-12, 12.0  # what is left of nothing; standard errors beyond which no p is told from 0
_NO_END = 1e9  # a ratio beyond which an upper limit is none


def wilson(share: ArrayLike, answers: ArrayLike, design_effect: ArrayLike = 1.0, level: float = LEVEL) -> Both:
    """Wilson score limits of a share among `answers` people; weighted shares need not be whole counts.

    Source: Wilson (1927). Written out as statsmodels' `proportion_confint` has it, whose quantile takes ten times as long as all the rest here.

    >>> lower, upper = wilson(0.795, 240)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.739, 0.841)
    """
    from scipy.special import ndtri

    share, size = np.broadcast_arrays(np.asarray(share, float), np.asarray(answers, float) / design_effect)
    good = np.isfinite(share) & (size > 0)
    size = np.where(good, size, np.nan)
    part, z = share * size / size, -ndtri((1 - level) / 2)
    centre = (part + z**2 / (2 * size)) / (1 + z**2 / size)
    reach = z * np.sqrt(part * (1 - part) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    lower, upper = centre - reach, centre + reach
    # At 0 % and 100 % the formula ends exactly there; binary rounding may not.
    return np.where(share == 0, 0.0, np.clip(lower, 0, 1)), np.where(share == 1, 1.0, np.clip(upper, 0, 1))


def poisson(count: ArrayLike, dispersion: ArrayLike = 1.0, level: ArrayLike = LEVEL) -> Both:
    """Exact (Garwood) limits of the expected number behind a count.

    Source: Garwood (1936), by statsmodels `confint_poisson(method="exact-c")`.

    >>> lower, upper = poisson(15)
    >>> round(float(lower), 1), round(float(upper), 1)
    (8.4, 24.7)
    """
    from statsmodels.stats.rates import confint_poisson

    count, spread = np.broadcast_arrays(np.asarray(count, float), np.asarray(dispersion, float))
    good = count >= 0
    lower, upper = confint_poisson(np.where(good, count / spread, 1.0), 1 / spread, method="exact-c", alpha=1 - np.asarray(level, float))
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
    share, answers, base, base_answers, spread = np.broadcast_arrays(*(np.asarray(v, float) for v in (share, answers, base, base_answers, design_effect)))
    missing = ~(np.isfinite(share) & np.isfinite(base) & (answers > 0) & (base_answers > 0))
    shares, sizes, times = (np.stack(pair, axis=-1) for pair in ((share, base), (answers, base_answers), np.broadcast_arrays(share * 0 + 1, -1.0)))
    p = shares_p(np.nan_to_num(times, nan=1.0), np.nan_to_num(shares), np.where(missing[..., None], 1.0, sizes), 0.0, spread)
    return np.where(missing, np.nan, p)


def poisson_p(count: ArrayLike, expected: ArrayLike, dispersion: ArrayLike = 1.0) -> np.ndarray:
    """Two-sided p of a count against a fixed expected number: twice the smaller tail, as the limits of `poisson`; NaN against 0 or less.

    >>> round(float(poisson_p(15, 8.395)), 3)  # the lower limit behind 15
    0.05
    """
    from scipy.special import gammainc, gammaincc

    count, expected, spread = np.broadcast_arrays(*(np.asarray(v, float) for v in (count, expected, dispersion)))
    good = (count >= 0) & (expected > 0)
    x, mean = np.where(good, count, 1) / spread, np.where(good, expected, 1) / spread
    at_least = np.where(x > 0, gammainc(np.where(x > 0, x, 1), mean), 1.0)
    return np.where(good, np.minimum(1.0, 2 * np.minimum(gammaincc(x + 1, mean), at_least)), np.nan)


# --- several estimates together ---------------------------------------------------------------------------


def shares_p(times: np.ndarray, shares: np.ndarray, answers: np.ndarray, number: ArrayLike = 0.0, design_effect: ArrayLike = 1.0) -> np.ndarray:
    """Two-sided p of a sum of so many times each of several independent shares being a number: one minus the level at which its limits reach it.

    The last axis goes over the shares; those counted 0 times are not there. The limits recover the variances of Wilson's.
    Source: Zou and Donner (2008), Zou, Huang and Zhang (2009), Computational Statistics and Data Analysis 53, of linear functions.

    >>> times, shares = np.array([1.0, -1.0, -0.5, 0.5]), np.array([0.70, 0.80, 0.60, 0.80])  # half of the gap closed: 70 % are just right
    >>> float(shares_p(times, shares, np.array([200, 400, 200, 400])))
    1.0
    """
    size = np.asarray(answers, float) / np.asarray(design_effect, float)[..., None]

    def limit(z: np.ndarray, side: np.ndarray) -> np.ndarray:
        centre, width = shares + z**2 / (2 * size), z * np.sqrt(shares * (1 - shares) / size + z**2 / (4 * size**2))
        return (centre + side * width) / (1 + z**2 / size)

    return _sum_p(times, shares, number, limit)


def counts_p(
    times: np.ndarray, counts: np.ndarray, sizes: np.ndarray, number: ArrayLike, dispersion: ArrayLike = 1.0, freedom: ArrayLike = math.inf
) -> np.ndarray:
    """As `shares_p` of rates: so many counts by what they happen to, with exact Poisson limits, wider by each rate's own dispersion.

    >>> float(counts_p(np.array([1.0, -0.5]), np.array([20.0, 80.0]), np.array([1.0, 1.0]), 0.0).round(3))  # 20 against half of 80
    0.005
    """
    from scipy.special import gammainccinv, gammaincinv, ndtr, stdtrit

    spread, freedom = np.broadcast_to(dispersion, counts.shape), np.broadcast_to(freedom, counts.shape)
    normal, known = np.isinf(freedom), np.where(np.isinf(freedom), 1.0, freedom)

    def limit(z: np.ndarray, side: np.ndarray) -> np.ndarray:
        tail = np.broadcast_to(ndtr(-z), counts.shape)
        tail = np.maximum(np.where(normal, tail, ndtr(stdtrit(known, tail))), 1e-300)
        low = np.where(counts > 0, gammaincinv(np.where(counts > 0, counts, 1) / spread, tail), 0.0)
        return np.where(side < 0, low, gammainccinv(counts / spread + 1, tail)) * spread / sizes

    return _sum_p(times, counts / sizes, number, limit)


def _sum_p(times: np.ndarray, figures: np.ndarray, number: ArrayLike, limit: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Two-sided p of a sum of figures being a number; `limit` gives each one's limit so many standard errors away, below (-1) or above (1)."""
    from scipy.special import ndtr

    away = (times * figures).sum(axis=-1) - number
    away = np.where(np.abs(away) < _NOTHING, 0.0, away)  # what floating-point numbers leave of nothing
    side = np.where((times > 0) == (away > 0)[..., None], -1.0, 1.0)  # the limit that brings the sum nearer to the number
    low, high = np.zeros(away.shape), np.full(away.shape, _BEYOND)
    for _ in range(40):  # bisection on the number of standard errors
        z = (low + high) / 2
        reach = np.sqrt((np.where(times == 0, 0.0, times * (figures - limit(z[..., None], side))) ** 2).sum(axis=-1))
        inside = reach < np.abs(away)
        low, high = np.where(inside, z, low), np.where(inside, high, z)
    return np.where(away == 0, 1.0, 2 * ndtr(-(low + high) / 2))


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


def quotient_of_sums(times: np.ndarray, by: np.ndarray, figures: np.ndarray, lower: np.ndarray, upper: np.ndarray, number: float = 0.0) -> Both:
    """Limits of a sum of so many times each of several independent figures by another sum of them (`by` times each, and a number).

    They are the ratios r at which a limit of the one sum − r × the other is 0, as in `quotient`, of which this is the general case: a figure may
    be in both. Without an upper end where the other sum may be nothing. Source: as `quotient`.

    >>> (one, one_limits), (other, other_limits) = ((share, wilson(share, n)) for share, n in ((0.795, 240), (0.712, 226)))
    >>> low, high = np.array([one_limits, other_limits]).T
    >>> [round(float(end), 3) for end in quotient_of_sums(np.array([1, 0]), np.array([0, 1]), np.array([one, other]), low, high)]
    [1.006, 1.243]
    """
    from scipy.optimize import brentq

    total, path = float(times @ figures), float(by @ figures) + number
    if not path > 0 or not np.isfinite([*figures, *lower, *upper]).all():
        return np.asarray(math.nan), np.asarray(math.nan)

    def beyond(ratio: float, side: int) -> float:
        """How far the sum less so many times the other lies on that side of what its errors reach; 0 is a limit."""
        left = times - ratio * by
        reach = np.where(left * side > 0, figures - lower, upper - figures)
        return float(side * (total - ratio * path) - math.hypot(*(left * reach)))

    low, high = 0.0, math.inf
    if beyond(0.0, 1) > 0:
        low = brentq(lambda ratio: beyond(ratio, 1), 0.0, total / path, xtol=_NOTHING)
    far = max(total / path, 1.0)
    while beyond(far, -1) <= 0 and far < _NO_END:
        far *= 2
    if far < _NO_END:
        high = brentq(lambda ratio: beyond(ratio, -1), total / path, far, xtol=_NOTHING)
    return np.asarray(low), np.asarray(high)


# --- the distribution that limits and p come from ---------------------------------------------------------


def quantile(freedom: float = math.inf, level: float = LEVEL) -> float:
    """How many standard errors the limits lie away: t where the variance was estimated with so much freedom, else normal.

    >>> round(quantile(), 2), round(quantile(4), 2)
    (1.96, 2.78)
    """
    from scipy.special import ndtri, stdtrit

    return float(ndtri((1 + level) / 2) if math.isinf(freedom) else stdtrit(freedom, (1 + level) / 2))


def wider_level(freedom: float = math.inf, level: float = LEVEL) -> float:
    """The level whose normal limits lie as far away as the limits of t: what `wilson`, `poisson` and `count_ratio` are then asked for.

    >>> round(wider_level(12), 4)
    0.9707
    """
    from scipy.special import ndtr

    return level if math.isinf(freedom) else float(1 - 2 * ndtr(-quantile(freedom, level)))


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


def p_with_freedom(p: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """A p of the normal distribution as that of t, as many standard errors away.

    >>> round(float(p_with_freedom(0.05, 4)), 3)
    0.122
    """
    from scipy.special import ndtri, stdtr

    p, freedom = np.broadcast_arrays(np.asarray(p, float), np.asarray(freedom, float))
    normal = np.isinf(freedom)
    return np.where(normal, p, 2 * stdtr(np.where(normal, 1.0, freedom), ndtri(p / 2)))


def p_without_freedom(p: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """The p of the normal distribution that is this p of t: what `poisson_p` and `count_ratio_p` must be below.

    >>> round(float(p_without_freedom(0.122, 4)), 3)
    0.05
    """
    from scipy.special import ndtr, stdtrit

    p, freedom = np.broadcast_arrays(np.asarray(p, float), np.asarray(freedom, float))
    normal = np.isinf(freedom)
    return np.where(normal, p, 2 * ndtr(stdtrit(np.where(normal, 1.0, freedom), p / 2)))


def share_seen(limit: ArrayLike, answers: ArrayLike, falls: ArrayLike, power: float) -> np.ndarray:
    """The true share of which, with this probability, a survey comes out at the limit or beyond it (at or below it where it `falls`).

    Exactly binomial, from whole numbers of answers. Source: Clopper and Pearson (1934), whose limits these are, at another level.

    >>> round(float(share_seen(0.40, 200, True, 0.8)), 3)  # 80 of 200 or fewer, four times in five
    0.374
    """
    from scipy.special import betaincinv

    limit, size, falls = np.broadcast_arrays(np.asarray(limit, float), np.asarray(answers, float), np.asarray(falls, bool))
    edge = np.where(falls, np.floor(limit * size + 1e-9), np.ceil(limit * size - 1e-9))
    good = np.isfinite(edge) & (edge >= 0) & (edge <= size)
    k, n = np.where(good, edge, 1.0), np.where(good, size, 2.0)
    at_most = np.where(k < n, 1 - betaincinv(np.where(k < n, n - k, 1.0), k + 1, power), 1.0)
    at_least = np.where(k > 0, betaincinv(np.where(k > 0, k, 1.0), n - k + 1, power), 0.0)
    return np.where(good, np.where(falls, at_most, at_least), np.nan)


def count_seen(limit: ArrayLike, dispersion: ArrayLike, falls: ArrayLike, power: float) -> np.ndarray:
    """The expected number of which, with this probability, a count comes out at the limit or beyond it (at or below it where it `falls`).

    Source: Garwood (1936), whose limits these are, at another level.

    >>> round(float(count_seen(93, 1, True, 0.8)), 1)
    85.8
    """
    from scipy.special import gammainccinv, gammaincinv

    limit, spread, falls = np.broadcast_arrays(np.asarray(limit, float), np.asarray(dispersion, float), np.asarray(falls, bool))
    good = limit >= 0
    x = np.where(good, limit, 1.0) / spread
    at_least = np.where(x > 0, gammaincinv(np.where(x > 0, x, 1.0), power), 0.0)
    return np.where(good, np.where(falls, gammainccinv(x + 1, power), at_least) * spread, np.nan)


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
