"""The heart: what each promise asks for in each year, how far off the measured value is, and how sure one can be.

Targets, gaps and verdicts are exact fractions of the printed digits; chance is a second, separate question,
answered for the whole table at once. Which rule asks for what is the rules' own affair; nothing here knows files or words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import Agreement, Criterion, Indicator, Reading
from ..promises.periods import period_year
from ..promises.rules import Measured, Side, Target, Term
from . import intervals
from .certainty import chance
from .digits import EXACT, MISSING, cell, read_numbers
from .dispersion import Dispersions
from .extremes import Start, Starts
from .history import NOT_DELIVERED, Series, breaks_between, known, measured
from .observations import read_csv

KEY = ["criterion", "indicator", "area", "year", "reading"]
_AMOUNTS = ["gap", "verdict", "certainty", "target_p", "claim", "change", "change_p", "change_claim", "detectable", "detectable_80"]
_AMOUNTS += ["pace_needed", "fixed_path", "dispersion", "dispersion_source", "start_extreme", "earlier_years", "side", "rounding"]
FLAGS = ["size_unknown", "reference_as_printed", "plan_covers_part", "baseline_zero", "undated_baseline", "reference_missing", "partial", "part_year"]
COUNTS = ["years_met", "years_judged", "years_certain", "years_missed_certain", "years_due", "years"]  # of a row for the whole plan
_YEARS = ["since", "added_up_from", "no_measurement_year"]
_WHOLE = ["year", "target_whole", "decimals", "earlier_years", *_YEARS, "certain_from_n", *COUNTS]
_LISTS = {"break_year": int, "area_missing": str, "area_without": str}  # what several may be told of, and what each of them is
REMARKS = ["since", "added_up_from", "break_year", "no_measurement_year", "certain_from_n", *FLAGS, "area_missing", "area_without", *COUNTS]
COLUMNS = [*KEY, "role", "value", "target", "target_whole", *_AMOUNTS, *REMARKS, "note"]
_BY_CHANCE = ["target_p", "change_p", "detectable", "detectable_80", "dispersion"]
_NOT_JUDGED = {"suppressed": "suppressed", "partial": "not_comparable", "part_year": "not_comparable"}  # a figure's status: the verdict


NO_TARGET = Target()


@dataclass
class Row:
    """One line of the gap table while it is being worked out; names as in `COLUMNS`. `side` is where a value keeps the promise."""

    criterion: str
    indicator: Indicator
    area: str
    year: int | None
    reading: str
    role: str
    side: Side
    point: Measured = NOT_DELIVERED
    target: Target = NO_TARGET
    base: Measured | None = None
    target_whole: int | None = None
    gap: Fraction | None = None
    rounding: Fraction | None = None
    verdict: str = ""
    pace_needed: Fraction | None = None
    fixed_path: Fraction | None = None
    since: int | None = None
    added_up_from: int | None = None
    break_year: tuple[int, ...] = ()
    no_measurement_year: int | None = None
    certain_from_n: int | None = None
    size_unknown: bool = False
    reference_as_printed: bool = False
    plan_covers_part: bool = False
    baseline_zero: bool = False
    undated_baseline: bool = False
    reference_missing: bool = False
    area_missing: tuple[str, ...] = ()
    area_without: tuple[str, ...] = ()
    partial: bool = False
    part_year: bool = False
    judged: "Sequence[Row]" = ()
    terms: tuple[Term, ...] = ()
    number: Fraction | None = None
    begins: int | None = None

    @cached_property
    def change(self) -> Fraction | None:
        """Change since the base: points for shares, relative for counts and rates; None from a base of zero."""
        if self.base is None or self.base.value is None or self.point.value is None:
            return None
        difference = self.point.value - self.base.value
        if self.indicator.unit == "share":
            return difference
        return difference / self.base.value if self.base.value else None


_OWN = [name for name in COLUMNS if name in {*Row.__dataclass_fields__, "change"}]  # the columns that a row itself knows


def judge(agreement: Agreement, observations: pd.DataFrame, year: int, spreads: Dispersions | None = None) -> pd.DataFrame:
    """Every criterion × indicator × area × year × reading, as known at the end of `year`.

    Columns as `COLUMNS`, numbers as in `digits`; key criterion, indicator, area, year, reading. Shares 0–1. Role `judged`, `baseline`
    (the starting point, counted nowhere) or `period` (the whole plan; its year is empty). Later years keep
    their target and are `not_yet_due`. `gap` is signed so that positive is met. `spreads` where it is known, or assumed otherwise, how counts vary.
    """
    come = [(period_year(period) or 0) <= year for period in observations["period"]]
    values = measured(agreement, observations[np.array(come, dtype=bool)])
    spreads = spreads or Dispersions(agreement, values, year)
    rows: list[Row] = []
    for criterion in agreement.criteria.values():
        for reading in criterion.readings:
            for indicator in reading.indicators:
                for area in reading.areas:
                    rows += _Promise(criterion, Series(agreement, reading, agreement.indicators[indicator], area, values)).rows(year)
    return _table(rows, spreads, Starts(agreement, values, spreads))


def years_judged(criterion: Criterion, series: Series, year: int) -> list[Row]:
    """The rows of a promise's own years in one series as known at the end of `year`, without what chance says of them."""
    return [row for row in _Promise(criterion, series).rows(year) if row.role == "judged"]


class _Promise:
    """One promise for one indicator in one area under one reading, year by year."""

    def __init__(self, criterion: Criterion, series: Series):
        self.criterion, self.series = criterion, series
        self.reading: Reading = series.reading
        self.rule = self.reading.rule
        self.side: Side = self.rule.side(series.indicator)

    def rows(self, as_of: int) -> list[Row]:
        """The baseline row, one row a judged year, and the row for the whole plan period."""
        start = self.series.baseline_year
        years = range(self.reading.first_year, self.reading.last_year + 1)
        rows = [self._judged(year, as_of) for year in years if start is None or year > start]
        return [*([] if start is None else [self._baseline(start, as_of)]), *rows, self._period(rows)]

    def _row(self, role: str, year: int | None) -> Row:
        return Row(self.criterion.id, self.series.indicator, self.series.area, year, self.reading.slug, role, self.side)

    # --- the starting point --------------------------------------------------------------------------

    def _baseline(self, year: int, as_of: int) -> Row:
        row = self._row("baseline", year)
        row.fixed_path = self.rule.fixed_path(year, self.series)
        row.undated_baseline = self.series.starts_undated
        if year > as_of:
            row.verdict = "not_yet_due"
            return row
        row.point, row.begins = self.series.start, year
        row.verdict = _not_judged(row.point)
        if not row.verdict and self.rule.judged_at_start:
            row.target = self.rule.target(year, self.series)
            self._decide(row)
        elif self.rule.path_start(self.series) is not self.series.start:
            row.target = self.rule.path_target(year, self.series)
        return row

    # --- a year --------------------------------------------------------------------------------------

    def _judged(self, year: int, as_of: int) -> Row:
        row = self._row("judged", year)
        row.target, row.fixed_path = self.rule.target(year, self.series), self.rule.fixed_path(year, self.series)
        row.target_whole = self._whole(row.target, NOT_DELIVERED)
        if year > as_of:
            row.verdict = "not_yet_due"
            return row
        row.point = self._settled(year, row.target) or self.series.judged_in(year)
        since = None if row.point.status == "part_year" else self._measure_change(row, year)
        row.since, row.begins = None if row.change is None else since, None if row.base is None else since
        self._remark(year, row)
        row.verdict = _not_judged(row.point) or row.target.state
        if not row.verdict:
            self._decide(row)
        undecided = {"rounding_undecided"} if self.rule.open_until_end else set()
        if row.verdict in self.rule.open_until_end | undecided and year < self.reading.last_year:
            row.verdict = "not_yet_due"
        row.pace_needed = self._pace(year, row.point)
        return row

    def _settled(self, year: int, target: Target) -> Measured | None:
        """What has come of a year that was delivered in part, where that alone settles the promise: it can only grow; else None."""
        point = self.series.so_far(year) if self.rule.settled_by_a_part else NOT_DELIVERED
        if point.value is None or target.value is None:
            return None
        past = point.value > target.value if self.side.low else point.value >= target.value
        return point if past else None

    def _measure_change(self, row: Row, year: int) -> int | None:
        """Give the row what its change is measured from; the year of that."""
        series = self.series
        begins = series.start_year if series.baseline_year or self.reading.baseline_period else None
        since = self.rule.change_since(year, begins)
        if since is not None and not series.broken(since, year):
            row.base = series.in_year(since) if self.rule.chained or since != series.baseline_year else series.start
        return since

    def _decide(self, row: Row) -> None:
        """Gap and verdict by exact comparison; printed roundings that overlap leave it undecided."""
        if row.target.value is None or row.point.value is None:
            row.verdict = row.target.state
            return
        row.target_whole = self._whole(row.target, row.point)
        row.gap = (row.target.value - row.point.value) * (1 if self.side.low else -1)
        row.rounding = row.point.half + row.target.half
        if row.rounding and abs(row.gap) <= row.rounding:
            row.verdict = "rounding_undecided"
            return
        row.verdict = "met" if row.gap > 0 or (row.gap == 0 and not self.side.strict) else "not_met"
        self._take_apart(row)
        row.size_unknown, row.certain_from_n = _size_unknown(row), _answers_needed(row)
        if self.reading.each_positive and row.verdict == "met":
            self._each_positive(row)

    def _take_apart(self, row: Row) -> None:
        """The value less its target as a sum of measured figures (`terms`), independent of each other, held against a `number`."""
        terms = self.series.distance(row.point, row.year or 0, row.target)
        told = [each for each in terms if not each.place or known(row.indicator, each.figure)]
        row.reference_as_printed = len(told) < len(terms) and row.indicator.uncertainty in ("sample", "process")
        row.terms = self.series.independent(terms)
        row.number = sum((each.times * each.figure.value for each in told[1:] if each.figure.value is not None), row.target.value or Fraction(0))

    def _each_positive(self, row: Row) -> None:
        """`I alle områder`: the total counts only if no area is without."""
        parts = {area: self.series.in_year(row.year or 0, area) for area in self.series.agreement.areas}
        if any(point.status == "suppressed" for point in parts.values()):
            row.verdict, row.gap = "suppressed", None
        elif missing := [area for area, point in parts.items() if point.value is None]:
            row.verdict, row.gap = "not_measured", None
            row.area_missing = tuple(missing)
        elif empty := [area for area, point in parts.items() if point.value == 0]:
            row.verdict, row.gap = "not_met", None  # the total is there; what is missing is not a distance
            row.area_without = tuple(empty)
            row.terms = ()  # and no chance of the total's says how sure it is

    def _whole(self, target: Target, point: Measured) -> int | None:
        """The whole number needed: of things counted, or of people behind a share where all are known."""
        unit = self.series.indicator.unit
        if target.value is None or unit == "dkk":
            return None
        if unit == "count":
            bar = target.value
        elif point.size is not None and not point.half:
            bar = target.value * point.size
        else:
            return None
        if self.side.low:
            return math.ceil(bar) - 1 if self.side.strict else math.floor(bar)
        return math.floor(bar) + 1 if self.side.strict else math.ceil(bar)

    @cached_property
    def _goal(self) -> Fraction | None:
        """Where the path ends, the same for every year."""
        return self.rule.goal(self.reading.last_year, self.series)

    def _pace(self, year: int, point: Measured) -> Fraction | None:
        """Change still needed a year to be at the path's last target in time; empty when nothing is left, or nothing would help."""
        last = self.reading.last_year
        if point.value is None or year >= last or (goal := self._goal) is None:
            return None
        reached = point.value <= goal if self.side.low else point.value >= goal
        used_up = self.side.low and self.rule.adds_up(self.series.indicator)  # a sum never shrinks
        return None if reached or used_up else (goal - point.value) / (last - year)

    def _remark(self, year: int, row: Row) -> None:
        """Why and how this year is special."""
        indicator = self.series.indicator
        row.baseline_zero = row.base is not None and row.base.value == 0
        row.reference_missing = row.target.state == "not_measured"
        row.partial, row.part_year = (row.point.status == status for status in ("partial", "part_year"))
        if row.point.value is None:
            row.no_measurement_year = next((gap["year"] for gap in indicator.no_measurement if gap["year"] == year), None)
            return
        if self.rule.compares_over_time:
            row.break_year = breaks_between(indicator, self._held_since(year), year)
        row.added_up_from = self.reading.first_year if self.rule.adds_up(indicator) else None
        row.plan_covers_part = indicator.period == "calendar_year" and self._covered_in_part(year)

    def _held_since(self, year: int) -> int:
        """The year of what a year's value is held against: the reference's where it is fixed, the year before of a chain, else the start's."""
        before = year - 1 if self.rule.chained or self.series.baseline_year is None else self.series.baseline_year
        return self.rule.reference_year or before

    def _covered_in_part(self, year: int) -> bool:
        """Whether the plan begins or ends within this calendar year."""
        plan = self.series.agreement
        return (year == plan.start.year and plan.start.timetuple().tm_yday > 1) or (year == plan.end.year and plan.end.month < 12)

    # --- the whole plan ------------------------------------------------------------------------------

    def _period(self, rows: list[Row]) -> Row:
        """Was it kept? Yearly promises in every judged year, the others in their last year."""
        row = self._row("period", None)
        row.judged = rows
        due = [each.verdict for each in rows if each.verdict != "not_yet_due"]
        unsettled = [verdict for verdict in due if verdict not in ("met", "not_met")]
        if self.rule.open_until_end or len(due) < len(rows):
            row.verdict = rows[-1].verdict if rows else "not_measured"
        elif "not_met" in due:
            row.verdict = "not_met"
        else:
            row.verdict = next(iter(unsettled), "met" if due else "not_measured")
        return row


def _not_judged(point: Measured) -> str:
    """The verdict for a value that cannot be judged; empty for one that can."""
    return _NOT_JUDGED.get(point.status, "not_measured") if point.value is None else ""


def _size_unknown(row: Row) -> bool:
    """Whether chance cannot be told, because the number behind the value or what it is held against is not known."""
    return row.indicator.uncertainty in ("sample", "process") and not all(known(row.indicator, each.figure) for each in row.terms)


def _answers_needed(row: Row) -> int | None:
    """From how many answers a share printed without them would certainly differ from a fixed target."""
    if row.indicator.uncertainty != "sample" or len(row.terms) != 1 or row.point.size is not None:
        return None
    if row.point.value is None or row.target.value is None:
        return None
    return intervals.answers_needed(float(row.point.value), float(row.target.value), float(row.indicator.design_effect))


# --- the whole table ------------------------------------------------------------------------------------


def _table(rows: list[Row], spreads: Dispersions, starts: Starts) -> pd.DataFrame:
    """The rows as the gap table, with certainty, p and the smallest change one could see filled in."""
    found = chance(rows, spreads.of)
    found.change_p[[row.change is None for row in rows]] = np.nan  # no p beside a change that is not told
    sure = {id(row) for row, word in zip(rows, found.certainty, strict=True) if word in ("certain", "full_count")}
    table = pd.DataFrame([_line(row) | _counts(row, sure) | _context(row, spreads, starts) for row in rows], columns=COLUMNS)
    table = table.assign(**found._asdict(), claim="", change_claim="", note="")
    kinds = dict.fromkeys(table.columns.intersection(_WHOLE), "Int64") | dict.fromkeys(table.columns.intersection(EXACT), object)
    return table.astype(kinds)


def _line(row: Row) -> dict[str, Any]:
    """What a row says itself, its numbers exact."""
    line = {name: getattr(row, name) for name in _OWN}
    amounts = {"value": row.point.value, "target": row.target.value, "gap": row.gap, "change": row.change}
    amounts |= {"pace_needed": row.pace_needed, "fixed_path": row.fixed_path, "rounding": row.rounding}
    return line | {name: cell(amount) for name, amount in amounts.items()} | {"indicator": row.indicator.id}


def _context(row: Row, spreads: Dispersions, starts: Starts) -> dict[str, Any]:
    """How much its counts vary, and how what its change is measured from lies among the years before."""
    spread = spreads.of(row.indicator.id, row.area)
    start = Start() if row.begins is None else starts.of(row.indicator.id, row.area, row.begins)
    known = {"start_extreme": start.extreme, "earlier_years": None if row.begins is None else start.earlier}
    return known | {"dispersion": spread.value, "dispersion_source": spread.source}


def _counts(row: Row, sure: set[int]) -> dict[str, int | None]:
    """Of the whole plan: how many of its years are met, judged, certainly so, have come, and are promised."""
    if row.role != "period":
        return dict.fromkeys(COUNTS)
    met, missed = ([each for each in row.judged if each.verdict == verdict] for verdict in ("met", "not_met"))
    certain, certain_missed = (sum(id(each) in sure for each in some) for some in (met, missed))
    due = sum(each.verdict != "not_yet_due" for each in row.judged)
    return dict(zip(COUNTS, (len(met), len(met) + len(missed), certain, certain_missed, due, len(row.judged)), strict=True))


def read_table(path: Path) -> pd.DataFrame:
    """A gap table or table of latest values as it was written, numbers digit by digit."""
    table = read_csv(path)
    for name in table.columns.intersection(EXACT):
        table[name] = read_numbers(table[name])
    for name in table.columns.intersection(_BY_CHANCE):
        table[name] = [float(text) if text else MISSING for text in table[name]]
    for name in table.columns.intersection(_WHOLE):
        table[name] = pd.array([int(text) if text else pd.NA for text in table[name]], dtype="Int64")
    for name in table.columns.intersection(FLAGS):
        table[name] = table[name] == "True"
    for name in table.columns.intersection(list(_LISTS)):
        table[name] = [tuple(map(_LISTS[name], text.split())) for text in table[name]]
    return table
