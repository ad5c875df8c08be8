"""The years of a promise together: the trend, the period against its path and against others, how steadily it was kept, how far it has come.

One year's figure rarely tells; all of them may. One row a series of a promise's chosen reading, in which the years are compared that may be:
none before a break that forbids it. What is measured is judged in exact fractions, chance in floating-point numbers, as in `targets`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import Agreement, Criterion, Indicator
from ..promises.rules import Measured, Term
from . import intervals
from .certainty import against_target
from .claims import CLEAR, DECIDED_BY, Tests, beyond_chance, claims
from .digits import cell
from .dispersion import Dispersion, Dispersions
from .extremes import Starts
from .history import NOT_DELIVERED, Key, Series, exposures, known, measured, sum_if_known
from .intervals import Both
from .targets import Row, years_judged
from .trend import Trend, count_trend, share_trend

LEAST_YEARS, LEAST_FOR_TREND, LEAST_JUDGED = 3, 4, 3
LEAST_CASES = 10  # in all years together, for a trend of a count: fewer tell of no slope (Peduzzi and others, 1996, ten events a parameter)
AGAINST = ("sub_average", "municipality")  # groups of references that a series is compared with, where its promise names none
STEADINESS = ("consistently_met", "now_and_then", "consistently_missed")
SERIES = ["criterion", "indicator", "area", "reading"]
_EXACT = ["total", "path_total", "ratio", "difference", "progress"]
_CHANCE = ["trend", "trend_lower", "trend_upper", "trend_p", "ratio_lower", "ratio_upper", "ratio_p", "difference_lower", "difference_upper", "difference_p"]
_CHANCE += ["progress_lower", "progress_upper", "dispersion", "dispersion_lower", "dispersion_upper"]
_TEXTS = ["trend_per", "compared_with", "steadiness", "dispersion_source", "start_extreme", "claim"]
_WHOLE = ["from_year", "to_year", "points"]
COLUMNS = [
    *SERIES,
    "from_year",
    "to_year",
    "points",
    "trend",
    "trend_lower",
    "trend_upper",
    "trend_p",
    "trend_per",
    "total",
    "path_total",
    "ratio",
    "ratio_lower",
    "ratio_upper",
    "ratio_p",
    "compared_with",
    "difference",
    "difference_lower",
    "difference_upper",
    "difference_p",
    "steadiness",
    "progress",
    "progress_lower",
    "progress_upper",
    "dispersion",
    "dispersion_lower",
    "dispersion_upper",
    "dispersion_source",
    "start_extreme",
    "earlier_years",
    "claim",
    *CLEAR,
]
_FINDINGS = ["trend", "total", "difference", "steadiness", "progress"]
_UNKNOWN = (math.nan, math.nan)


def claimed(table: pd.DataFrame, among: Tests) -> pd.DataFrame:
    """What `compared` found with its claims: those left when of all that is claimed by the comparisons `among` which it stands at most 5 % may be false.

    Which of a row's three comparisons are left is in `trend_clear`, `ratio_clear` and `difference_clear`.
    """
    clear = beyond_chance(table, among)
    table = table.assign(claim=claims(table, clear), **clear)[COLUMNS]
    kinds: dict[str, Any] = {"earlier_years": "Int64"} | dict.fromkeys(_WHOLE, "int64") | dict.fromkeys(CLEAR, bool)
    kinds |= dict.fromkeys(_CHANCE, float) | dict.fromkeys(_EXACT, object) | dict.fromkeys([*SERIES, *_TEXTS], "str")
    return table.astype(kinds).fillna(dict.fromkeys(_TEXTS, ""))


def compared(agreement: Agreement, observations: pd.DataFrame, year: int, spreads: Dispersions | None = None) -> pd.DataFrame:
    """Every series of every promise's chosen reading with at least three comparable years, as known at the end of `year`; nothing is claimed yet.

    Columns as `COLUMNS`; key criterion, indicator, area, reading. Shares 0–1. What has no answer is empty: a trend of three years, a path
    of a promise without a number, limits of a full count. A hidden figure in any year that a row would need empties the row, whose
    claim is then `suppressed`. `spreads` where it is known, or assumed otherwise, how counts vary.
    """
    values = measured(agreement, observations)
    spreads = spreads or Dispersions(agreement, values, year)
    starts = Starts(agreement, values, spreads)
    rows = [line for years in _all_years(agreement, values, spreads, starts, year) if (line := years.line())]
    return pd.DataFrame(rows, columns=[*COLUMNS, *DECIDED_BY])


def _floats(numbers: Iterable[Fraction | int | None]) -> np.ndarray:
    return np.array([math.nan if number is None else float(number) for number in numbers])


# --- one series ------------------------------------------------------------------------------------------


def _all_years(agreement: Agreement, values: Mapping[Key, Measured], spreads: Dispersions, starts: Starts, year: int) -> Iterator["_Years"]:
    for criterion in agreement.criteria.values():
        for id_ in criterion.primary.indicators:
            for area in criterion.primary.areas:
                series = Series(agreement, criterion.primary, agreement.indicators[id_], area, values)
                yield _Years(criterion, series, year, spreads, starts)


@dataclass(frozen=True)
class _Pooled:
    """The years that can be held against a path, and the path: their sums, or of shares and rates what all of them together come to.

    The years less their path are the sum of `terms`, figures independent of each other, less a `number`; `over` says how many times each of
    the figures is in the years alone.
    """

    indicator: Indicator
    area: str
    total: Fraction
    path: Fraction
    half: Fraction
    terms: tuple[Term, ...]
    over: tuple[Fraction, ...]
    number: Fraction


@dataclass(frozen=True)
class _Years:
    """The comparable years of one promise for one indicator in one area, as known at the end of the year `until`."""

    criterion: Criterion
    series: Series
    until: int
    spreads: Dispersions
    starts: Starts

    def line(self) -> dict[str, Any] | None:
        """The row of the table; None where there are too few years, or nothing that they say together."""
        known = [year for year in self.come if self._in(year).value is not None or self._in(year).status == "suppressed"]
        if len(known) < LEAST_YEARS:
            return None
        line: dict[str, Any] = dict(zip(SERIES, (self.criterion.id, self.indicator.id, self.series.area, self.series.reading.slug), strict=True))
        line |= {"from_year": known[0], "to_year": known[-1], "points": len(self.points), "full_count": self.indicator.uncertainty == "none"}
        if self._hidden:
            return line | {"state": "suppressed"}
        start = self.starts.of(self.indicator.id, self.series.area, known[0])
        line |= {"start_extreme": start.extreme, "earlier_years": start.earlier}
        found = self._trend() | self._against_path() | self._against_others() | {"steadiness": self._steadiness()} | self._progress()
        many = self.indicator.uncertainty == "process" and len(self.points) >= LEAST_FOR_TREND  # of which it is told that too little happened
        if not many and all(found.get(name) in (None, "") or found[name] != found[name] for name in _FINDINGS):
            return None
        spread = dict(zip(("dispersion", "dispersion_lower", "dispersion_upper"), self.spread, strict=False))
        return line | found | spread | {"dispersion_source": self.spread.source}

    @property
    def indicator(self) -> Indicator:
        return self.series.indicator

    @cached_property
    def spread(self) -> Dispersion:
        """How much more than by chance the area's own counts vary."""
        return self.spreads.of(self.indicator.id, self.series.area)

    def _in(self, year: int) -> Measured:
        return self.series.in_year(year)

    @cached_property
    def come(self) -> list[int]:
        """The years that have come, from the start, or from the last break that forbids comparing."""
        reading, start = self.series.reading, self.series.baseline_year
        last = min(reading.last_year, self.until)
        return [year for year in range(reading.first_year if start is None else start, last + 1) if not self.series.broken(year, last)]

    @cached_property
    def points(self) -> dict[int, Measured]:
        """The years with a figure."""
        return {year: point for year in self.come if (point := self._in(year)).value is not None}

    @cached_property
    def judged(self) -> list[Row]:
        """The rows of the promise's own years among them."""
        return [row for row in years_judged(self.criterion, self.series, self.until) if row.year in self.come]

    @property
    def judged_once(self) -> bool:
        """Whether one year alone settles the promise."""
        reading = self.series.reading
        return reading.rule.cumulative or reading.first_year == reading.last_year

    @property
    def _hidden(self) -> bool:
        """Whether a figure of any of these years is hidden, or what one is held against."""
        return any(self._in(year).status == "suppressed" for year in self.come) or any(row.verdict == "suppressed" for row in self.judged)

    @property
    def _level(self) -> float:
        return self.spread.level

    # --- the trend -----------------------------------------------------------------------------------

    def _trend(self) -> dict[str, Any]:
        """The change a year; its limits and p only where chance plays a part and the numbers behind the figures are known."""
        if len(self.points) < LEAST_FOR_TREND:
            return {}
        points, years, per = list(self.points.values()), np.array([float(year) for year in self.points]), ""
        values, counts, sizes = (_floats(getattr(point, name) for point in points) for name in ("value", "count", "size"))
        if self.indicator.unit == "share":
            by_chance = self.indicator.uncertainty == "sample" and bool(np.isfinite(sizes).all())
            weights = sizes if np.isfinite(sizes).all() else np.ones(len(points))
            trend = share_trend(years, values, weights / float(self.indicator.design_effect))
        else:
            by_chance = self.indicator.uncertainty == "process" and bool(np.isfinite(counts * sizes).all())
            if by_chance and (homes := exposures(self.series.agreement, self.indicator, self.series.area, self.points, self.series.values)):
                sizes, per = _floats(homes), self.indicator.exposure
            if by_chance and counts.sum() < LEAST_CASES:
                return {}
            counts, sizes = (counts, sizes) if by_chance else (values, np.ones(len(points)))
            trend = count_trend(years, counts, sizes, self.spread.widening, self.spread.estimation)
        trend = trend if by_chance else Trend(trend.slope)
        return dict(zip(("trend", "trend_lower", "trend_upper", "trend_p"), trend, strict=True)) | {"trend_per": per}

    # --- the period against its path -----------------------------------------------------------------

    @cached_property
    def pooled(self) -> _Pooled | None:
        """The judged years and their path together; None where there is no path, or of fewer than two years.

        Of a promise that counts the years so far, the last alone is judged. Numbers of the day of counting, and of persons who may come again, are
        never added up.
        """
        rule, series = self.series.reading.rule, self.series
        known_years = [row.year for row in self.judged if row.year in self.points and row.year is not None]
        pairs = [(year, series.judged_in(year), rule.path_target(year, series)) for year in (known_years[-1:] if rule.cumulative else known_years)]
        pairs = [each for each in pairs if each[1].value is not None and each[2].value is not None]
        if rule.open_until_end and not rule.cumulative:
            return None  # due once: the years before are on the way, and the last alone is judged
        cut = rule.cumulative and self.come[0] > series.reading.first_year  # the sum so far reaches across a break
        apart = self.indicator.measure == "stock" or (self.indicator.combine == "unique" and not rule.cumulative)  # the same ones may come again each year
        if cut or apart or len(pairs) < (1 if self.judged_once else 2):
            return None
        years, points, paths = zip(*pairs, strict=True)
        averaged, sizes = self.indicator.unit in ("share", "rate"), [point.size for point in points]
        weights = sizes if averaged and all(sizes) else [Fraction(1)] * len(points)
        weights = [weight / sum(weights) for weight in weights] if averaged else weights
        total, path, half, slack = (
            sum(weight * getattr(each, name) for weight, each in zip(weights, some, strict=True))
            for some, name in ((points, "value"), (paths, "value"), (points, "half"), (paths, "half"))
        )
        weighted = [
            replace(term, times=term.times * weight)
            for weight, year, point, aim in zip(weights, years, points, paths, strict=True)
            for term in series.distance(point, year, aim)
        ]
        in_years = dict(zip(zip(years, points, strict=True), weights, strict=True))
        terms, over = _as_one(series.independent(weighted), in_years)
        number = sum((term.times * (term.figure.value or 0) for term in terms), Fraction(0)) - (total - path)
        return _Pooled(self.indicator, series.area, total, path, half + slack, terms, over, number)

    def _against_path(self) -> dict[str, Any]:
        """The ratio of the years to their path, its limits and p, and what decides the claim: on which side, and how sure one can be."""
        if not (pooled := self.pooled):
            waits = self.judged_once and self.until < self.series.reading.last_year
            return {"state": "not_yet_due"} if waits else {}
        found: dict[str, Any] = {"total": cell(pooled.total), "path_total": cell(pooled.path), "state": self._state(pooled)}
        if not pooled.path:
            return found
        (lower, upper), p = self._ratio_by_chance(pooled)
        return found | {"ratio": cell(pooled.total / pooled.path), "ratio_lower": float(lower), "ratio_upper": float(upper), "ratio_p": p}

    def _state(self, pooled: _Pooled) -> str:
        """Whether the years together keep the promise, as far as that is due; `cannot_tell` where the printed roundings overlap."""
        reading, side = self.series.reading, self.series.reading.rule.side(self.indicator)
        ahead = (pooled.path - pooled.total) * (1 if side.low else -1)
        if pooled.half and abs(ahead) <= pooled.half:
            return "cannot_tell"
        verdict = "met" if ahead > 0 or (ahead == 0 and not side.strict) else "not_met"
        if verdict == "met" and any(row.area_without for row in self.judged):  # that an area has none may be chance, unless all were counted
            verdict = "not_met" if self.indicator.uncertainty == "none" else "cannot_tell"
        return "not_yet_due" if verdict in reading.rule.open_until_end and self.until < reading.last_year else verdict

    def _ratio_by_chance(self, pooled: _Pooled) -> tuple[Both | tuple[float, float], float]:
        """Limits and p of the ratio; nothing where chance plays no part, or a number behind the figures is not known."""
        if self.indicator.uncertainty not in ("sample", "process") or not all(known(self.indicator, term.figure) for term in pooled.terms):
            return _UNKNOWN, math.nan
        return self._ratio_limits(pooled), float(against_target([pooled], self.spreads.of)[0])

    def _ratio_limits(self, pooled: _Pooled) -> Both:
        """Limits of the ratio: exact of a count against so many times one other, else from those of every figure in it."""
        first, other = pooled.terms[0], pooled.terms[-1]
        alike = self.spreads.of(self.indicator.id, other.place or self.series.area) == self.spread
        if self.indicator.uncertainty == "process" and len(pooled.terms) == 2 and not pooled.number and not pooled.over[1] and alike:
            count, base, size, base_size = _floats((first.figure.count, other.figure.count, first.figure.size, other.figure.size))
            at_risk = size / float(first.times), base_size / -float(other.times)
            return intervals.count_ratio(count, base, *at_risk, self.spread.widening, self._level)
        lower, upper = np.array([self._limits(term.figure, term.place) or _UNKNOWN for term in pooled.terms], dtype=float).T
        over, times, figures = _floats(pooled.over), _floats(term.times for term in pooled.terms), _floats(term.figure.value for term in pooled.terms)
        return intervals.quotient_of_sums(over, over - times, figures, lower, upper, float(pooled.number))

    # --- against others over the same years ----------------------------------------------------------

    def _against_others(self) -> dict[str, Any]:
        """The change since the first year less that of the reference: in points for shares, else relative; the rest of a whole it is part of."""
        years = sorted(self.points)[:1] + sorted(self.points)[-1:]
        ours = [self.points[year] for year in years]
        for place in self._references:
            theirs = [self._rest(self.series.in_year(year, place), self.points[year]) for year in years]
            if all(there.value is not None for there in theirs) and (change := self._change(ours)) is not None:
                if (their_change := self._change(theirs)) is None:
                    continue
                found = {"compared_with": place, "difference": cell(change - their_change)}
                return found | self._difference_by_chance(ours, theirs, place, float(change), float(their_change))
        return {}

    @property
    def _references(self) -> list[str]:
        """The reference that the promise names, else the average, else the municipality."""
        named, references = self.series.reading.rule.compared_with, self.series.agreement.references
        return [named] if named else [id_ for group in AGAINST for id_, each in references.items() if each.group == group]

    def _rest(self, there: Measured, ours: Measured) -> Measured:
        """The reference without our own events, where it counts them in; a share of answers can have nothing taken out."""
        if self.indicator.unit != "count" or there.value is None or ours.value is None:
            return there
        rest = there.value - ours.value
        return Measured(rest, there.status, count=rest, size=Fraction(1)) if rest >= 0 else NOT_DELIVERED

    def _change(self, points: list[Measured]) -> Fraction | None:
        """From the first to the last: points for shares, relative for all else; None from a start of zero."""
        first, last = points[0].value, points[-1].value
        if first is None or last is None:
            return None
        if self.indicator.unit == "share":
            return last - first
        return last / first - 1 if first else None

    def _difference_by_chance(self, ours: list[Measured], theirs: list[Measured], place: str, change: float, their_change: float) -> dict[str, float]:
        """Limits and p of the difference in differences; a published share without a number of answers is taken as it is printed."""
        counted = self.indicator.uncertainty == "process" and all(each.count is not None and each.size for each in (*ours, *theirs))
        sampled = self.indicator.uncertainty == "sample" and all(each.size for each in ours)
        if not (counted or sampled):
            return {}
        known = all(each.size for each in theirs)

        def limits(level: float) -> Both:
            """The limits of the difference at this level; the other place's change is exact where its numbers are not known."""
            there = self._change_limits(theirs, level, place) if known else (np.asarray(their_change), np.asarray(their_change))
            return intervals.difference(change, self._change_limits(ours, level), their_change, there)

        lower, upper = limits(intervals.LEVEL)
        return {"difference_lower": float(lower), "difference_upper": float(upper), "difference_p": intervals.p_of_limits(limits, 0.0)}

    def _change_limits(self, points: list[Measured], level: float, place: str = "") -> Both:
        """Limits of the change from the first figure to the last, of the area or another place."""
        first, last = points
        if self.indicator.unit == "share":
            effect = float(self.indicator.design_effect)
            now, answers, then, base_answers = _floats((last.value, last.size, first.value, first.size))
            return intervals.share_difference(now, answers, then, base_answers, 1.0, effect, level)
        lower, upper = self._times(last, first, level, place)
        return lower - 1, upper - 1

    def _times(self, now: Measured, then: Measured, level: float = intervals.LEVEL, place: str = "") -> Both:
        """Limits of how many times as much happens now as then."""
        count, base, size, base_size = _floats((now.count, then.count, now.size, then.size))
        spread = self.spreads.of(self.indicator.id, place or self.series.area)
        return intervals.count_ratio(count, base, size, base_size, spread.widening, intervals.wider_level(spread.estimation, level))

    # --- steadiness and progress ---------------------------------------------------------------------

    def _steadiness(self) -> str:
        """Whether it was met in each of at least three judged years, in none, or now and then; not of what is settled only at the end."""
        verdicts = [row.verdict for row in self.judged if row.verdict in ("met", "not_met")]
        if len(verdicts) < LEAST_JUDGED or self.series.reading.rule.open_until_end:
            return ""
        always, now_and_then, never = STEADINESS
        return now_and_then if len(set(verdicts)) > 1 else always if verdicts[0] == "met" else never

    def _progress(self) -> dict[str, Any]:
        """The change since the start by the change that the path asks for by now: 1 is all of it, 0 none, below 0 the wrong way.

        With a path of so many times the start it is (1 − now / start) / (1 − factor); with a number to be reached
        1 − (number − now) / (number − start). In both a ratio of two independent figures, whose limits carry both errors. None along a path
        that moves with another place: the number to be reached would have errors of its own, and be another one each year.
        """
        series, rule = self.series, self.series.reading.rule
        year, start = max(self.points, default=0), rule.path_start(series)
        if (
            not rule.has_path
            or rule.compared_with
            or rule.cumulative
            or start.value is None
            or year not in [row.year for row in self.judged]
            or year <= series.start_year
        ):
            return {}
        now, path = self.points[year], rule.path_target(year, series)
        if now.value is None or path.value is None or series.broken(series.start_year, year):
            return {}
        if (start.value <= path.value) if rule.low(self.indicator) else (start.value >= path.value):
            return {}  # where it started is enough: no change is asked for
        goal, part = (Fraction(0), 1 - path.factor) if path.base is start else (path.value, Fraction(1))
        left = self._left_by_chance(now, start, float(goal))
        lower, upper = sorted((1 - float(limit)) / float(part) for limit in left)
        amount = (1 - (goal - now.value) / (goal - start.value)) / part
        return {"progress": cell(amount), "progress_lower": lower, "progress_upper": upper}

    def _left_by_chance(self, now: Measured, start: Measured, goal: float) -> Both | tuple[float, float]:
        """Limits of what is left to the goal now by what was left at the start."""
        if self.indicator.uncertainty == "process" and not goal:
            return self._times(now, start)
        ours = self._limits(now)
        named = np.asarray(float(start.value or 0))  # a number in the promise itself has no error
        theirs = (named, named) if start.status == "named" else self._limits(start)
        if ours is None or theirs is None:
            return _UNKNOWN
        left, was_left = goal - float(now.value or 0), goal - float(start.value or 0)
        return intervals.quotient(left, (goal - ours[1], goal - ours[0]), was_left, (goal - theirs[1], goal - theirs[0]))

    def _limits(self, point: Measured, place: str = "") -> Both | None:
        """Limits of one figure of the area, or of another place; None where chance plays no part, or the number behind it is not known."""
        if self.indicator.uncertainty == "sample" and point.size and point.value is not None:
            return intervals.wilson(float(point.value), float(point.size), float(self.indicator.design_effect))
        if self.indicator.uncertainty == "process" and point.count is not None and point.size:
            spread = self.spreads.of(self.indicator.id, place or self.series.area)
            lower, upper = intervals.poisson(float(point.count), spread.widening, spread.level)
            return lower / float(point.size), upper / float(point.size)
        return None


def _as_one(terms: Iterable[Term], in_years: Mapping[tuple[int, Measured], Fraction]) -> tuple[tuple[Term, ...], tuple[Fraction, ...]]:
    """The area's own years that count alike by what is behind them as one figure; with how many times each figure is in the years alone.

    So shares of several years are one share of all who answered, and counts one count. `in_years` says how many times each year's figure is there.
    """
    alike: dict[Any, list[Term]] = {}
    for i, term in enumerate(terms):
        times = Fraction(0) if term.place else in_years.get((term.year, term.figure), Fraction(0))
        alike.setdefault((term.times / term.figure.size, times / term.figure.size) if times and term.figure.size else i, []).append(term)
    found = []
    for same in alike.values():
        over = sum((Fraction(0) if term.place else in_years.get((term.year, term.figure), Fraction(0)) for term in same), Fraction(0))
        found.append((_one(same) if len(same) > 1 else same[0], over))
    return tuple(term for term, _ in found), tuple(over for _, over in found)


def _one(terms: Sequence[Term]) -> Term:
    """Figures of several years, each counted in proportion to what is behind it, as one."""
    times, size = (sum(numbers, Fraction(0)) for numbers in ([term.times for term in terms], [term.figure.size or Fraction(0) for term in terms]))
    value = sum((term.figure.size or Fraction(0)) * (term.figure.value or Fraction(0)) for term in terms) / size
    counts = [term.figure.count for term in terms]
    return Term(times, Measured(value, "derived", count=sum_if_known(counts), size=size), terms[-1].year)
