"""Run charts of months (or quarters): what is usual, how far chance takes it, and which months are signals. Knows no words.

Two lines that are easily mixed up. The *centre* is the median of the points: the run rules count on which side of it the months
lie (Anhøj and Olesen, Run charts revisited, 2014). The *limits* lie around the mean, so far away that a series in which nothing changes
has a month beyond them in one case of twenty at most, however many months it has: of counts exact, of all else by mean moving ranges
(the XmR chart: Wheeler, Understanding Variation, 1993; as in NHS-R's plotthedots). All are made from protected figures alone.
"""

from collections.abc import Iterable, Iterator
from math import comb, factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..promises.periods import months_of, period_of
from .digits import in_floats
from .seasons import Season, explained

COLUMNS = ["period", "value", "status", "stretch", "centre", "mean", "lower", "upper", "signal"]
FOUND = ["kind", "side", "first", "last", "points", "among", "value", "centre", "chance"]
BESIDE_HIDDEN = "beside_hidden"  # the status of a month that is shown, but in a year with hidden ones
RUN, LEAST = 7, 12  # so many in a row are a signal; so many points are needed for limits
RARE = 0.05  # a row that chance makes more often than this is told, and marks no point; a month beyond the limits is as rare by their choice
SCALE, _SCREEN, _D2 = 2.66, 3.267, 1.128  # 3 / d2 and D4 for ranges of two, and d2 itself


class Limits(NamedTuple):
    """The mean of single values, and their natural process limits; NaN where there are none."""

    mean: float
    lower: float
    upper: float


_NONE = Limits(np.nan, np.nan, np.nan)


def xmr(values: ArrayLike, screen: bool = True, scale: float = SCALE) -> Limits:
    """XmR limits: the mean and 2.66 (or `scale`) mean moving ranges to either side. NaN in `values` breaks the ranges.

    With `screen`, ranges above 3.267 times their mean are left out, once; but where that would leave nothing but zeros, all count,
    as limits without width would make every other month a signal. No limits where no range is above 0.
    Source: Wheeler (1993); the screening as in NHSRplotthedots.
    """
    values = np.asarray(values, float)
    ranges = np.abs(np.diff(values))
    ranges = ranges[np.isfinite(ranges)]
    if not (ranges > 0).any():
        return _NONE
    kept = ranges[ranges <= _SCREEN * ranges.mean()]
    width = scale * (kept if screen and kept.any() else ranges).mean()
    mean = np.nanmean(values)
    return Limits(mean, mean - width, mean + width)


def series_scale(points: int) -> float:
    """How many mean moving ranges to either side are passed once in twenty series of so many normal points, in which nothing changes.

    The t distribution, as ranges that overlap estimate the spread with 0.62 degrees of freedom a point.
    Source: Bonferroni's inequality; the degrees of freedom: Wheeler, Advanced Topics in Statistical Process Control (1995).

    >>> round(series_scale(12), 2), round(series_scale(60), 2)
    (3.74, 3.23)
    """
    from scipy.special import stdtrit  # loaded where it is used: whoever only reads finished tables need not wait

    return float(stdtrit(0.62 * (points - 1), 1 - RARE / points / 2)) / _D2


def count_limits(values: ArrayLike) -> Limits:
    """The mean of counts, and the limits that are passed once in twenty series at most in which nothing changes.

    Given their sum, a count of one of n equal months is binomial with 1 / n: its exact limits at 5 % / n. Where neighbours differ by more
    than chance (half their mean squared difference by the mean, wide ranges screened as in `xmr`), the negative binomial distribution of
    that dispersion, at the tail of t with two thirds of a degree of freedom a difference.
    Source: c-charts with probability limits, Montgomery, Introduction to Statistical Quality Control (2009), section 7.3; the squared
    differences: von Neumann (1941), Annals of Mathematical Statistics 12.

    >>> count_limits([8, 9, 7, 10, 8, 6, 9, 8, 7, 11, 8, 5])
    Limits(mean=8.0, lower=1.0, upper=18.0)
    """
    from scipy.special import ndtr, stdtrit
    from scipy.stats import binom, nbinom

    numbers = np.asarray(values, float)
    known = numbers[np.isfinite(numbers)]
    ranges = np.abs(np.diff(numbers))
    ranges = ranges[np.isfinite(ranges)]
    if not (ranges > 0).any():
        return _NONE
    mean, tail = known.mean(), RARE / len(known) / 2
    kept = ranges[ranges <= _SCREEN * ranges.mean()]
    dispersion = float(((kept if kept.any() else ranges) ** 2).mean()) / 2 / mean
    if dispersion > 1:
        tail = float(ndtr(stdtrit(2 / 3 * len(ranges), tail)))
        lower, upper = nbinom.ppf([tail, 1 - tail], mean / (dispersion - 1), 1 / dispersion)
    else:
        lower, upper = binom.ppf([tail, 1 - tail], round(known.sum()), 1 / len(known))
    return Limits(float(mean), float(lower), float(upper))


# --- the run rules -------------------------------------------------------------------------------------


def _streaks(keys: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Of equal neighbours the number of their streak, and how many there are so far; NaN equals nothing."""
    each = pd.Series(np.asarray(keys, float))
    streak = (each != each.shift()).cumsum()
    return streak.to_numpy(), each.groupby(streak).cumcount().to_numpy() + 1


def shift(sides: ArrayLike) -> np.ndarray:
    """1 where a point is the seventh or later in a row on one side (1 above, -1 below), else 0. On the centre (0) neither counts nor breaks."""
    sides = np.asarray(sides, float)
    useful = sides != 0
    found = np.zeros(len(sides), int)
    found[useful] = (_streaks(sides[useful])[1] >= RUN) & np.isfinite(sides[useful])
    return found


def trend(values: ArrayLike) -> np.ndarray:
    """1 where a point is the seventh or later of a rising row, -1 of a falling one, else 0; equal neighbours end a row."""
    steps = np.sign(np.diff(np.asarray(values, float)))
    found = np.where((_streaks(steps)[1] >= RUN - 1) & np.isfinite(steps), steps, 0)
    return np.concatenate([[0], found]).astype(int)[: len(np.atleast_1d(values))]


def rows_of_seven(found: ArrayLike) -> list[slice]:
    """The whole rows, of which only the seventh and later points are marked (by `shift` or `trend`)."""
    marked = np.flatnonzero(found)
    ends = np.split(marked, np.flatnonzero(np.diff(marked) > 1) + 1)
    return [slice(int(each[0]) - RUN + 1, int(each[-1]) + 1) for each in ends if len(each)]


def two_of_three(near: ArrayLike, sides: ArrayLike) -> np.ndarray:
    """1 for the points of every three in a row that lie on one side of the mean and of which two are near its limit."""
    near, sides = np.asarray(near, bool), np.asarray(sides, float)
    found = np.zeros(len(near), int)
    for start in range(len(near) - 2):
        three = slice(start, start + 3)
        if near[three].sum() >= 2 and abs(sides[three].sum()) == 3:
            found[three] = 1
    return found


def run_chance(above: int, below: int, length: int) -> float:
    """How often so many points above and below, in an order that chance alone makes, have a row of at least this length on one side.

    Source: counted exactly, as in Mosteller, Note on an Application of Runs to Quality Control Charts, 1941.
    """
    orders = {side: [[0] * (below + 1) for _ in range(above + 1)] for side in (0, 1)}  # without such a row, by the side of the last point
    orders[0][0][0] = orders[1][0][0] = 1
    for a in range(above + 1):
        for b in range(below + 1):
            if a or b:
                orders[0][a][b] = sum(orders[1][a - last][b] for last in range(1, min(length - 1, a) + 1))
                orders[1][a][b] = sum(orders[0][a][b - last] for last in range(1, min(length - 1, b) + 1))
    without = 1 if not above + below else orders[0][above][below] + orders[1][above][below]
    return 1 - without / comb(above + below, above)


def trend_chance(points: int) -> float:
    """How often so many points, in an order that chance alone makes, have seven or more in a row that rise, or that fall: at most.

    By Bonferroni's inequality over the places where such a row may begin; no two points being equal.

    >>> round(trend_chance(60), 3)
    0.019
    """
    if points < RUN:
        return 0.0
    return min(1.0, 2 * (1 / factorial(RUN) + (points - RUN) * (1 / factorial(RUN) - 1 / factorial(RUN + 1))))


def near_chance(points: int, near: float, side: float) -> float:
    """How often two of three neighbours are near a limit with the third on their side, if each is near with one probability, and on that side with another."""
    return min(1.0, (points - 1) * near**2 + (points - 2) * near**2 * side)


# --- a whole chart -------------------------------------------------------------------------------------


def run_chart(rows: pd.DataFrame, cuts: Iterable[int] = (), season: Season | None = None, counted: bool = False) -> pd.DataFrame:
    """Months in a row with centre, limits and signals; columns `COLUMNS`, one line a period from the first to the last.

    `rows` are one series' observations of one kind of period, `cuts` the months (counted from year 0) in which a declared break
    starts a stretch with a centre and limits of its own; `counted` says that they are counts of events, or rates of them. A period
    without a row has status `not_delivered`; a year with a hidden month has no values here, as those shown are never the small
    ones (`beside_hidden`). `centre` is the median; `mean`, `lower` (never below 0, as nothing that is counted is) and `upper` are
    NaN where the stretch has fewer than 12 points, its ranges no width, too little happens (`sparse`), or a season moves the
    months, around which no one level holds.
    `signal` holds the kinds of `signals` that a point is part of, `;` between them, but no row that chance often makes;
    `season` marks the points that lie where the season puts them.
    """
    table = _every_period(rows)
    if table.empty:
        return table.reindex(columns=COLUMNS)
    starts = [months_of(period).start for period in table["period"]]
    table["stretch"] = pd.Series(np.searchsorted(sorted(cuts), starts, side="right")).rank(method="dense").astype(int)
    season = season if season and season.high + season.low else None
    sizes = rows["denominator"].astype(float) if counted and rows["numerator"].notna().any() else pd.Series([1.0])
    size = float(sizes.mean()) if counted else None
    table = pd.concat([_with_lines(part, season is not None, size) for _, part in table.groupby("stretch")], ignore_index=True)
    sides = np.sign(table["value"] - table["centre"])
    words = [["season"] if explained(period, side, season) else [] for period, side in zip(table["period"], sides, strict=True)]
    for kind, _, places, chance in _all_signals(table, season):
        for place in places if not chance > RARE else ():
            words[place] += [kind] if kind not in words[place] else []
    return table.assign(signal=[";".join(each) for each in words])[COLUMNS]


def _every_period(rows: pd.DataFrame) -> pd.DataFrame:
    """Period, value and status from the first period to the last, those without a row in between too."""
    if rows.empty:
        return pd.DataFrame(columns=["period", "value", "status"])
    there = in_floats(rows.drop_duplicates("period").set_index("period")[["value", "status"]])
    months = [months_of(period) for period in there.index]
    length, first, last = len(months[0]), min(each.start for each in months), max(each.start for each in months)
    there = there.reindex([period_of(start, length) for start in range(first, last + 1, length)])
    year, hidden = there.index.str[:4], there["status"].eq("suppressed")
    beside = np.isin(year, year[hidden]) & there["value"].notna()
    status = there["status"].mask(beside, BESIDE_HIDDEN).fillna("not_delivered")
    return there.assign(value=there["value"].mask(beside), status=status).rename_axis("period").reset_index()


def _with_lines(part: pd.DataFrame, seasonal: bool, size: float | None) -> pd.DataFrame:
    """One stretch with its centre and its limits; `size` is what lies behind a count (1) or rate on average, None of what is neither."""
    values = part["value"].to_numpy(dtype=float)
    known = values[np.isfinite(values)]
    centre = np.median(known) if len(known) > 1 else np.nan
    limits = _NONE
    if len(known) >= LEAST and not seasonal and not sparse(known):
        limits = xmr(values, scale=series_scale(len(known))) if size is None else Limits(*(line / size for line in count_limits(values * size)))
    lower = max(limits.lower, 0.0) if np.isfinite(limits.lower) else np.nan
    return part.assign(centre=centre, mean=limits.mean, lower=lower, upper=limits.upper)


def sparse(values: ArrayLike) -> bool:
    """Whether too little happens for limits: half of the points are 0, or a count is below 1 on average, so that a second case would be outside.

    Source: Wheeler and Chambers, Understanding Statistical Process Control, 1992, on measurement units that are too large.
    """
    numbers = np.asarray(values, float)
    known = numbers[np.isfinite(numbers)]
    return bool(not len(known) or np.median(known) == 0 or ((known % 1 == 0).all() and known.mean() < 1))


def signals(chart: pd.DataFrame, season: Season | None = None) -> pd.DataFrame:
    """What a chart signals, one line a finding; columns `FOUND`.

    `kind` is `outlier` (beyond a limit), `shift` (7 or more in a row on one side of the centre; not looked for where half of the
    points lie on it, or too little happens, as too few are left to count), `trend` (7 or more in a row rising or falling) or `near_limit` (two of three
    in a row beyond two thirds of the way to a limit, and in no such row; not looked for where chance makes such pairs in more than one
    series of twenty). Where there is a season, rows count only from a whole year on. `side` is 1 above or rising, -1 below or falling.
    `chance` is how often a series of so many points in which nothing changes has such a signal anywhere: at most, but of a `shift`
    exactly so long a row among so many points above and below (`run_chance`). `among` are the points from first to last; more than
    `points` where some lie on the centre itself.
    """
    found = [
        {
            "kind": kind,
            "side": side,
            "first": chart["period"][places[0]],
            "last": chart["period"][places[-1]],
            "points": len(places),
            "among": int(places[-1] - places[0]) + 1,
            "value": chart["value"][places[-1]],
            "centre": chart["centre"][places[0]],
            "chance": chance,
        }
        for kind, side, places, chance in _all_signals(chart, season)
    ]
    return pd.DataFrame(found, columns=FOUND)


def _all_signals(chart: pd.DataFrame, season: Season | None) -> Iterator[tuple[str, int, np.ndarray, float]]:
    """Kind, side, places and chance of every signal, stretch by stretch."""
    shortest = season.parts if season and season.high + season.low else RUN
    for _, part in chart.groupby("stretch"):
        rows = [row for row in _rows(part) if len(row[2]) >= shortest]
        within = {place for _, _, places, _ in rows for place in places}
        yield from (single for single in _single(part) if single[0] == "outlier" or single[2][0] not in within)
        yield from rows


def _single(part: pd.DataFrame) -> Iterator[tuple[str, int, np.ndarray, float]]:
    """Points beyond a limit, then those near one that are two of three in a row on one side of the mean."""
    values, mean, upper, lower = part["value"].to_numpy(dtype=float), part["mean"].iloc[0], part["upper"].iloc[0], part["lower"].iloc[0]
    away = values - mean
    near = (np.abs(away) > (upper - mean) * 2 / 3) & np.isfinite(away)
    outside = (values > upper) | (values < lower)
    pairs = _chance_of_pairs(values, upper)
    beside = (two_of_three(near, np.sign(away)) > 0) & near & ~outside & (pairs <= RARE)
    for kind, mark, chance in (("outlier", outside, RARE), ("near_limit", beside, pairs)):
        for place in np.flatnonzero(mark):
            yield kind, int(np.sign(away[place])), part.index[[place]].to_numpy(), chance


def _chance_of_pairs(values: np.ndarray, upper: float) -> float:
    """How often chance makes a `near_limit` on either side of so many points, whose limits are those of a series of that length; NaN without limits."""
    from scipy.special import ndtr, ndtri

    points = int(np.isfinite(values).sum())
    if not np.isfinite(upper):
        return np.nan
    return 2 * near_chance(points, float(ndtr(ndtri(RARE / points / 2) * 2 / 3)), 0.5)


def _rows(part: pd.DataFrame) -> Iterator[tuple[str, int, np.ndarray, float]]:
    """Rows of seven or more on one side of the centre, then rising or falling ones."""
    values = part["value"].to_numpy(dtype=float)
    sides = np.sign(values - part["centre"].to_numpy(dtype=float))
    if countable(part):
        useful = np.flatnonzero(sides != 0)
        for row in rows_of_seven(shift(sides[useful])):
            places = useful[row]
            yield "shift", int(sides[places[0]]), part.index[places].to_numpy(), run_chance(int((sides > 0).sum()), int((sides < 0).sum()), len(places))
    found = trend(values)
    for row in rows_of_seven(found):
        yield "trend", int(found[row.stop - 1]), part.index[row].to_numpy(), trend_chance(int(np.isfinite(values).sum()))


def without_limits(part: pd.DataFrame) -> str:
    """Why a stretch of a run chart has no limits: `few` points, too little happens (`sparse`), a `season` moves them, or they never vary (`flat`)."""
    if part["value"].notna().sum() < LEAST:
        return "few"
    if sparse(part["value"]):
        return "sparse"
    return "season" if (part["signal"] == "season").any() else "flat"


def countable(part: pd.DataFrame) -> bool:
    """Whether more than half of a stretch's points lie beside its centre, and enough happens, so that rows of them mean something."""
    known = part["value"].notna()
    return bool(((part["value"] != part["centre"]) & known).sum() * 2 > known.sum()) and not sparse(part["value"])
