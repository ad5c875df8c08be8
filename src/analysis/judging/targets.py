"""The heart: what each promise asks for in each year, how far off the measured value is, and how sure one can be.

Targets, gaps and verdicts are exact fractions of the printed digits; chance is a second, separate question,
answered for the whole table at once. Nothing here knows files or words.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..promises.agreement import COMBINED, UNDATED, Agreement, Criterion, Indicator, Reading, adds_up, side_of
from ..promises.periods import period_year
from . import intervals
from .certainty import chance
from .observations import read_csv

KEY = ["criterion", "indicator", "area", "year", "reading"]
COLUMNS = [
    *KEY,
    "role",
    "value",
    "target",
    "target_whole",
    "gap",
    "verdict",
    "certainty",
    "change",
    "change_p",
    "detectable",
    "pace_needed",
    "fixed_path",
    "note",
]
_NUMBERS = ["value", "target", "gap", "change", "change_p", "detectable", "pace_needed", "fixed_path", "lower", "upper", "previous"]


@dataclass(frozen=True)
class Point:
    """One observation as the rules see it. `half` is how far the printed figure may lie from the true one."""

    value: Fraction | None
    status: str
    half: Fraction = Fraction(0)
    count: float = math.nan
    size: float = math.nan
    lower: float = math.nan
    upper: float = math.nan


NOT_DELIVERED = Point(None, "not_delivered")


@dataclass(frozen=True)
class Target:
    """What a rule asks for in one year: the value, and where it came from.

    `base` is the measured figure that the target is `factor` times of (None for a number written in the
    agreement or a published reference). `state` names why there is no target.
    """

    value: Fraction | None = None
    half: Fraction = Fraction(0)
    base: Point | None = None
    factor: Fraction = Fraction(1)
    state: str = ""


@dataclass
class Row:
    """One line of the gap table while it is being worked out; names as in `COLUMNS`. `falls` says whether low values are wanted."""

    criterion: str
    indicator: Indicator
    area: str
    year: int | None
    reading: str
    role: str
    falls: bool
    point: Point = NOT_DELIVERED
    target: Target = Target()
    base: Point | None = None
    target_whole: int | None = None
    gap: Fraction | None = None
    verdict: str = ""
    pace_needed: Fraction | None = None
    fixed_path: Fraction | None = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def change(self) -> Fraction | None:
        """Change since the base: points for shares, relative for counts and rates; None from a base of zero."""
        if self.base is None or self.base.value is None or self.point.value is None:
            return None
        difference = self.point.value - self.base.value
        if self.indicator.unit == "share":
            return difference
        return difference / self.base.value if self.base.value else None


def judge(agreement: Agreement, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Every criterion × indicator × area × year × reading, as known at the end of `year`.

    Columns as `COLUMNS`; key criterion, indicator, area, year, reading. Shares 0–1. Role `judged`, `baseline`
    (the starting point, counted nowhere) or `period` (the whole plan; its year is empty). Later years keep
    their target and are `not_yet_due`. `gap` is signed so that positive is met.
    """
    known = [(period_year(period) or 0) <= year for period in observations["period"]]
    series = _points(agreement, observations[np.array(known, dtype=bool)])
    rows: list[Row] = []
    for criterion in agreement.criteria.values():
        for reading in criterion.readings:
            for indicator in reading.indicators:
                for area in reading.areas:
                    rows += _Series(agreement, criterion, reading, agreement.indicators[indicator], area, series).rows(year)
    return _table(rows)


def latest(agreement: Agreement, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """The latest measured value of every indicator in every area of the plan, and its change since the one before.

    Columns: indicator, area, period, value, lower, upper, decimals, status, source, note, and of the measurement
    before it previous_period and previous, change and change_p as in the gap table, but from 0, of which no percentage
    can be told, two counts still have their p. Undated figures count only where there is no dated one. Measurements on
    two sides of a break that forbids comparing have no change.
    """
    points, order = _points(agreement, observations), [*agreement.areas, COMBINED]
    usual = {id_: {agreement.period(id_, each): each for each in range(1990, year + 1)} | {UNDATED: -1} for id_ in agreement.indicators}
    own = observations[observations["area"].isin(order) & observations["value"].notna()]
    own = own.assign(year=[usual[id_].get(period) for id_, period in zip(own["indicator"], own["period"], strict=True)])
    rows, lines = [], []
    for (id_, area), group in own.dropna(subset="year").sort_values("year").groupby(["indicator", "area"], sort=False):
        last, before = group.iloc[-1], group[group["year"] > 0].iloc[:-1].tail(1)
        indicator = agreement.indicators[id_]
        row = Row("", indicator, area, int(last["year"]), "", "", indicator.direction == "down", points[id_, area, last["period"]])
        cut = any(b["year"] <= last["year"] and not b.get("comparable") and b["year"] > before["year"].max() for b in indicator.breaks)
        if len(before) and not cut:
            row.base = points[id_, area, before["period"].item()]
        rows.append(row)
        names = ["indicator", "area", "period", "value", "lower", "upper", "decimals", "status", "source", "note"]
        lines.append(
            last[names].to_dict()
            | {
                "previous_period": before["period"].item() if row.base else "",
                "previous": before["value"].item() if row.base else math.nan,
                "change": math.nan if row.change is None else float(row.change),
            }
        )
    _, change_p, _ = chance(rows)
    columns = ["indicator", "area", "period", "value", "lower", "upper", "decimals", "status", "source", "note", "previous_period", "previous", "change"]
    return pd.DataFrame(lines, columns=columns).astype({"decimals": "Int64"}).assign(change_p=change_p)


def per_thousand(agreement: Agreement, observations: pd.DataFrame, per: str = "exposure") -> pd.DataFrame:
    """Counts per 1,000 of what they happen to, where both are known for the same area and period.

    `per` is the field of the register that names what is counted there: `exposure` (homes) or `population` (inhabitants).
    Columns: indicator, area, period, exposure, rate, lower, upper. Buildings are torn down, and counts fall with them.
    """
    columns = ["indicator", "area", "period", "value", "lower", "upper"]
    frames = []
    for indicator in agreement.indicators.values():
        if counted := getattr(indicator, per):
            counts = observations.loc[observations["indicator"] == indicator.id, columns].dropna(subset="value")
            there = observations.loc[(observations["indicator"] == counted) & (observations["value"] > 0), ["area", "period", "value"]]
            frames.append(counts.merge(there.rename(columns={"value": "exposure"}), on=["area", "period"], validate="one_to_one"))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns, "exposure"])
    rates = {new: table[old] * 1000 / table["exposure"] for new, old in (("rate", "value"), ("lower", "lower"), ("upper", "upper"))}
    return table.assign(**rates)[["indicator", "area", "period", "exposure", "rate", "lower", "upper"]]


def exact(value: float) -> Fraction:
    """The fraction of the printed digits: 0.583 is 583/1000, not the nearest binary number."""
    return Fraction(repr(float(value)))


def _points(agreement: Agreement, observations: pd.DataFrame) -> dict[tuple[str, str, str], Point]:
    """Every observation as a Point, by indicator, area and period."""
    points = {}
    columns = ["indicator", "area", "period", "value", "decimals", "numerator", "denominator", "lower", "upper", "status"]
    for indicator, area, period, value, decimals, top, bottom, lower, upper, status in observations[columns].itertuples(index=False, name=None):
        if value != value:
            points[indicator, area, period] = Point(None, status)
            continue
        unit = agreement.indicators[indicator].unit
        counted = unit == "count" or top == top
        rounded = not counted and not pd.isna(decimals) and unit in ("share", "rate")
        points[indicator, area, period] = Point(
            exact(top) / exact(bottom) if top == top and bottom else exact(value),
            status,
            Fraction(1, 2 * 10 ** int(decimals)) if rounded else Fraction(0),
            value if unit == "count" else top,
            bottom if bottom == bottom or unit != "count" else 1.0,
            lower,
            upper,
        )
    return points


class _Series:
    """One promise for one indicator in one area under one reading, year by year."""

    def __init__(
        self, agreement: Agreement, criterion: Criterion, reading: Reading, indicator: Indicator, area: str, points: Mapping[tuple[str, str, str], Point]
    ):
        self.agreement, self.criterion, self.reading = agreement, criterion, reading
        self.indicator, self.area, self.points = indicator, area, points
        self._targets: dict[int, Target] = {}
        self.rule = {name: Fraction(value) if isinstance(value, Decimal) else value for name, value in reading.rule.items()}
        self.baseline_year = reading.baseline_years.get(area)
        self.side = side_of(reading.rule, indicator)

    # --- what was measured ---------------------------------------------------------------------------

    def at(self, year: int, area: str | None = None) -> Point:
        """The value measured for a year; cumulative promises add up the plan's years so far."""
        if adds_up(self.rule, self.indicator):
            return self._so_far(year)
        return self._measured(year, area or self.area)

    def _measured(self, year: int, area: str) -> Point:
        period = self.agreement.period(self.indicator.id, year)
        point = self.points.get((self.indicator.id, area, period))
        if point is None and any((self.indicator.id, area, part) in self.points for part in _parts(year)):
            return Point(None, "part_year")
        return point or NOT_DELIVERED

    def _so_far(self, year: int) -> Point:
        years = [self._measured(each, self.area) for each in range(self.reading.first_year, year + 1)]
        missing = [point for point in years if point.value is None]
        if missing or not years:
            return Point(None, missing[0].status if missing else "not_delivered")
        total, (lower, upper) = sum(point.value for point in years), (sum(getattr(point, end) for point in years) for end in ("lower", "upper"))
        return Point(total, "derived", count=float(total), size=1.0, lower=lower, upper=upper)

    @cached_property
    def baseline(self) -> Point:
        """The figure the promise starts from."""
        if self.reading.baseline_period:
            return self.points.get((self.indicator.id, self.area, self.reading.baseline_period), NOT_DELIVERED)
        return NOT_DELIVERED if self.baseline_year is None else self._measured(self.baseline_year, self.area)

    @cached_property
    def start_year(self) -> int:
        """The year the path counts from: the baseline's, or the one before the first judged."""
        return self.baseline_year if self.baseline_year is not None else self.reading.first_year - 1

    @property
    def first_value_year(self) -> int:
        """The year whose target is the promise's `first_value`: the baseline's, or the first judged."""
        return self.baseline_year if self.baseline_year is not None else self.reading.first_year

    def broken(self, since: int, until: int) -> bool:
        """Whether a declared break after `since` and up to `until` forbids comparing the two."""
        return any(since < cut["year"] <= until and not cut.get("comparable") for cut in self.indicator.breaks)

    # --- what was promised ---------------------------------------------------------------------------

    def target(self, year: int) -> Target:
        """What the rule asks for in this year, or the state that says why nothing can be asked."""
        if year not in self._targets:
            self._targets[year] = getattr(self, "_" + self.rule["kind"])(year)
        return self._targets[year]

    def _at_least(self, year: int) -> Target:
        return Target(Fraction(self.rule["value"]))

    _at_most = _at_least

    def _not_set(self, year: int) -> Target:
        return Target(Fraction(self.rule["value"])) if "value" in self.rule else Target(state="target_not_set")

    def _direction(self, year: int) -> Target:
        return Target(state="no_target")

    def _above_reference(self, year: int) -> Target:
        fixed = self.rule["year"] != "same"
        point = self._measured(int(self.rule["year"]) if fixed else year, self.rule["reference"])
        if point.value is None:
            return Target(state=_no_reference(point))
        ratio = Fraction(self.rule.get("ratio", 1))
        value = point.value * ratio + Fraction(self.rule.get("margin", 0))
        # A fixed year's figure is written in the promise itself and is exact as written.
        return Target(value, Fraction(0) if fixed else point.half * ratio)

    def _narrow_gap(self, year: int) -> Target:
        there = self._measured(self.start_year, self.rule["reference"])
        reference, start = self._measured(year, self.rule["reference"]), self.baseline
        if start.value is None or there.value is None:
            return Target(state=_no_base(start if start.value is None else there))
        if self.broken(self.start_year, year):
            return Target(state="not_comparable")
        if reference.value is None:
            return Target(state=_no_reference(reference))
        elapsed = Fraction(year - self.start_year, int(self.rule["by"]) - self.start_year)
        left = 1 - Fraction(self.rule["share"]) * min(elapsed, 1)
        return Target(reference.value + (start.value - there.value) * left, reference.half + left * (start.half + there.half))

    def _above_baseline(self, year: int) -> Target:
        start = self.baseline
        if start.value is None:
            return Target(state=_no_base(start))
        if self.broken(self.start_year, year):
            return Target(state="not_comparable")
        return Target(start.value, start.half, start)

    def _change_per_year(self, year: int) -> Target:
        if self.rule["from"] == "previous_actual":
            return self._from_previous(year)
        if "first_value" in self.rule:
            return Target(Fraction(self.rule["first_value"]) * self._factor(year - self.first_value_year))
        steps, start = year - self.start_year, self.baseline
        if start.value is None:
            return Target(state=_no_base(start))
        return self._times(start, self._factor(steps), self.start_year, year)

    def _from_previous(self, year: int) -> Target:
        if "first_value" in self.rule and year == self.first_value_year:
            return Target(Fraction(self.rule["first_value"]))
        previous = self._measured(year - 1, self.area)
        if previous.value is None:
            return Target(state="suppressed" if previous.status == "suppressed" else "previous_year_missing")
        return self._times(previous, self._factor(1), year - 1, year)

    def _times(self, base: Point, factor: Fraction, since: int, year: int) -> Target:
        if base.value == 0 or self.broken(since, year):
            return Target(state="not_comparable")
        return Target(base.value * factor, base.half * factor, base=base, factor=factor)

    def _factor(self, steps: int) -> Fraction:
        change = self.rule["change"]
        return max(1 + change * steps, Fraction(0)) if self.rule.get("path") == "linear" else (1 + change) ** steps

    def fixed_path(self, year: int) -> Fraction | None:
        """For a promise chained on last year's actual: where the path would be had every year just been met."""
        if self.rule.get("from") != "previous_actual" or year < self.start_year:
            return None
        if "first_value" in self.rule:
            return Fraction(self.rule["first_value"]) * self._factor(1) ** max(year - self.first_value_year, 0)
        start = self.baseline
        return None if start.value is None else start.value * self._factor(1) ** (year - self.start_year)

    # --- the rows ------------------------------------------------------------------------------------

    def rows(self, as_of: int) -> list[Row]:
        """The baseline row, one row a judged year, and the row for the whole plan period."""
        years = range(self.reading.first_year, self.reading.last_year + 1)
        start = self.baseline_year
        rows = [self._row(year, as_of) for year in years if start is None or year > start]
        return [*self._baseline_row(as_of), *rows, self._period_row(rows, as_of)]

    def _baseline_row(self, as_of: int) -> list[Row]:
        if self.baseline_year is None:
            return []
        row = self._start("baseline", self.baseline_year)
        row.point = self.baseline
        row.verdict = _not_judged(row.point) or ""
        if self.reading.baseline_period:
            row.notes.append("undated_baseline")
        if not row.verdict and self.rule["kind"] == "above_reference":
            row.target = self.target(self.baseline_year)
            self._decide(row)
        if self.baseline_year > as_of:
            row.verdict, row.point, row.gap = "not_yet_due", NOT_DELIVERED, None
        row.fixed_path = self.fixed_path(self.baseline_year)
        return [row]

    def _start(self, role: str, year: int | None) -> Row:
        return Row(self.criterion.id, self.indicator, self.area, year, self.reading.slug, role, self.side.low)

    def _row(self, year: int, as_of: int) -> Row:
        row = self._start("judged", year)
        row.target, row.fixed_path = self.target(year), self.fixed_path(year)
        row.target_whole = self._whole(row.target, NOT_DELIVERED)
        if year > as_of:
            row.verdict = "not_yet_due"
            return row
        row.point, (since, row.base) = self.at(year), self._base(year)
        row.notes += self._notes(year, row) + ([f"since:{since}"] if row.change is not None else [])
        row.verdict = _not_judged(row.point) or row.target.state
        if not row.verdict:
            self._decide(row)
        open_ = {"met", "not_met"} if self.rule["kind"] == "narrow_gap" else {"met"} if self._may_still_break else {"not_met"}
        if self._open_until_deadline and row.verdict in open_ and year < self.reading.last_year:
            row.verdict = "not_yet_due"
        row.pace_needed = self._pace(year, row.point)
        return row

    @property
    def _open_until_deadline(self) -> bool:
        """Whether a shortfall before the last year is no breach: such promises fall due at the end."""
        return self.rule.get("per") in ("cumulative", "stock") or self.rule["kind"] == "narrow_gap"

    @property
    def _may_still_break(self) -> bool:
        """Whether the promise is a cap on a growing sum, which is kept only at the end, but broken for good."""
        return self.rule["kind"] == "at_most" and self.rule["per"] == "cumulative"

    def _decide(self, row: Row) -> None:
        """Gap and verdict by exact comparison; printed roundings that overlap leave it undecided."""
        if row.target.value is None:
            row.verdict = row.target.state
            return
        row.target_whole = self._whole(row.target, row.point)
        row.gap = (row.target.value - row.point.value) * (1 if self.side.low else -1)
        met = row.gap > 0 if self.side.strict else row.gap >= 0
        slack = row.point.half + row.target.half
        if slack and abs(row.gap) <= slack:
            row.verdict = "rounding_undecided"
        else:
            row.verdict = "met" if met else "not_met"
            if self._size_unknown(row):
                row.notes.append("size_unknown")
            if needed := self._answers_needed(row):
                row.notes.append(f"certain_from_n:{needed}")
        if self.reading.each_positive and row.verdict == "met":
            self._each_positive(row)

    def _size_unknown(self, row: Row) -> bool:
        """Whether chance cannot be told, because the number behind the value or what it is held against is not known."""
        sides = [row.point, *([row.target.base] if row.target.base else [])]
        by_chance = self.indicator.uncertainty in ("sample", "process")
        return by_chance and any(math.isnan(side.size) or (self.indicator.unit != "share" and math.isnan(side.count)) for side in sides)

    def _answers_needed(self, row: Row) -> int | None:
        """From how many answers a share printed without them would certainly differ from a fixed target."""
        if self.indicator.uncertainty != "sample" or row.target.base or not math.isnan(row.point.size):
            return None
        return intervals.answers_needed(float(row.point.value), float(row.target.value), float(self.indicator.design_effect))

    def _each_positive(self, row: Row) -> None:
        """`I alle områder`: the total counts only if no area is without."""
        parts = {area: self._measured(row.year, area) for area in self.agreement.areas}
        if any(point.status == "suppressed" for point in parts.values()):
            row.verdict, row.gap = "suppressed", None
        elif any(point.value is None for point in parts.values()):
            row.verdict, row.gap = "not_measured", None
            row.notes.append("area_missing:" + "+".join(area for area, point in parts.items() if point.value is None))
        elif empty := [area for area, point in parts.items() if point.value == 0]:
            row.verdict, row.gap = "not_met", None  # the total is there; what is missing is not a distance
            row.notes.append("area_without:" + "+".join(empty))

    def _whole(self, target: Target, point: Point) -> int | None:
        """The whole number needed: of things counted, or of people behind a share where all are known."""
        if target.value is None or self.indicator.unit == "dkk":
            return None
        if self.indicator.unit == "count":
            bar = target.value
        elif point.size == point.size and not point.half:
            bar = target.value * exact(point.size)
        else:
            return None
        if self.side.low:
            return math.ceil(bar) - 1 if self.side.strict else math.floor(bar)
        return math.floor(bar) + 1 if self.side.strict else math.ceil(bar)

    def _base(self, year: int) -> tuple[int, Point | None]:
        """What the change is measured from, and its year: the baseline, or the previous year where there is none."""
        chained = self.rule.get("from") == "previous_actual"
        since = year - 1 if chained or not (self.baseline_year or self.reading.baseline_period) else self.start_year
        if self.rule.get("per") == "cumulative" or self.broken(since, year):
            return since, None
        return since, self._measured(since, self.area) if chained or since != self.baseline_year else self.baseline

    def _pace(self, year: int, point: Point) -> Fraction | None:
        """Change still needed a year to be at the path's last target in time; empty when nothing is left, or nothing would help."""
        last, left = self.reading.last_year, self.reading.last_year - year
        chained = self.rule.get("from") == "previous_actual"
        if point.value is None or left <= 0 or self.rule["kind"] in ("above_reference", "narrow_gap"):
            return None
        goal = self.fixed_path(last) if chained else self.target(last).value
        reached = goal is None or (point.value <= goal if self.side.low else point.value >= goal)
        used_up = self.side.low and adds_up(self.rule, self.indicator)  # a sum never shrinks
        return None if reached or used_up else (goal - point.value) / left

    def _notes(self, year: int, row: Row) -> list[str]:
        """Why and how this year is special, as codes that `wording` knows."""
        notes = []
        for gap in self.indicator.no_measurement:
            if gap["year"] == year and row.point.value is None:
                notes.append(f"no_measurement:{year}")
        since = self.start_year if self.baseline_year is not None else year - 1
        against_own = self.rule["kind"] in ("above_baseline", "change_per_year", "direction", "narrow_gap") or self.rule.get("year", "same") != "same"
        if row.point.value is not None and against_own:  # a reference of the same year was measured the same way
            notes += [f"break:{cut['year']}" for cut in self.indicator.breaks if since < cut["year"] <= year]
        if row.point.value is not None and adds_up(self.rule, self.indicator):
            notes.append(f"added_up:{self.reading.first_year}")
        if row.point.status in ("partial", "part_year"):
            notes.append(row.point.status)
        if row.base is not None and row.base.value == 0:
            notes.append("baseline_zero")
        if self.rule["kind"] == "above_reference" and row.target.state == "not_measured":
            notes.append("reference_missing")
        plan = self.agreement
        if (
            self.indicator.period == "calendar_year"
            and row.point.value is not None
            and ((year == plan.start.year and plan.start.timetuple().tm_yday > 1) or (year == plan.end.year and plan.end.month < 12))
        ):
            notes.append("plan_covers_part")
        return notes

    def _period_row(self, rows: list[Row], as_of: int) -> Row:
        """Was it kept? Yearly promises in every judged year, the others in their last year."""
        row = self._start("period", None)
        judged = [each for each in rows if each.verdict in ("met", "not_met")]
        due = [each for each in rows if each.verdict != "not_yet_due"]
        row.notes += [
            f"years_met:{sum(each.verdict == 'met' for each in judged)}",
            f"years_judged:{len(judged)}",
            f"years_due:{len(due)}",
            f"years:{len(rows)}",
        ]
        unsettled = [each.verdict for each in due if each.verdict not in ("met", "not_met")]
        if self._open_until_deadline or len(due) < len(rows):
            row.verdict = rows[-1].verdict if rows else "not_measured"
        elif any(each.verdict == "not_met" for each in judged):
            row.verdict = "not_met"
        else:
            row.verdict = next(iter(unsettled), "met" if judged else "not_measured")
        return row


def _parts(year: int) -> Iterator[str]:
    """The names of the half-years, quarters and months of a year."""
    yield from (f"{year}-H{half}" for half in (1, 2))
    yield from (f"{year}-Q{quarter}" for quarter in range(1, 5))
    yield from (f"{year}-{month:02d}" for month in range(1, 13))


def _not_judged(point: Point) -> str:
    """The verdict for a value that cannot be judged; empty for one that can."""
    if point.value is not None:
        return ""
    return {"suppressed": "suppressed", "partial": "not_comparable", "part_year": "not_comparable"}.get(point.status, "not_measured")


def _no_base(point: Point) -> str:
    """The state of a target whose starting figure is not there."""
    return {"suppressed": "suppressed", "part_year": "not_comparable"}.get(point.status, "baseline_missing")


def _no_reference(point: Point) -> str:
    """The state of a target whose figure to compare with is not there."""
    return "suppressed" if point.status == "suppressed" else "not_measured"


def read_table(path: Path) -> pd.DataFrame:
    """A gap table or table of latest values as it was written, numbers digit by digit."""
    table = read_csv(path)
    for name in table.columns.intersection(_NUMBERS):
        table[name] = [float(text) if text else math.nan for text in table[name]]
    for name in table.columns.intersection(["year", "target_whole", "decimals"]):
        table[name] = pd.array([int(text) if text else pd.NA for text in table[name]], dtype="Int64")
    return table


# --- the whole table ------------------------------------------------------------------------------------


def _table(rows: list[Row]) -> pd.DataFrame:
    """The rows as the gap table, with certainty, p and the smallest change one could see filled in."""
    certainty, change_p, detectable = chance(rows)
    change_p[[row.change is None for row in rows]] = np.nan  # no p beside a change that is not told
    number = lambda value: math.nan if value is None else float(value)  # noqa: E731
    table = pd.DataFrame(
        [
            (
                row.criterion,
                row.indicator.id,
                row.area,
                row.year,
                row.reading,
                row.role,
                number(row.point.value),
                number(row.target.value),
                row.target_whole,
                number(row.gap),
                row.verdict,
                certainty[i],
                number(row.change),
                change_p[i],
                detectable[i],
                number(row.pace_needed),
                number(row.fixed_path),
                ";".join(row.notes),
            )
            for i, row in enumerate(rows)
        ],
        columns=COLUMNS,
    ).astype({"year": "Int64", "target_whole": "Int64"})
    return _with_certain_years(table)


def _with_certain_years(table: pd.DataFrame) -> pd.DataFrame:
    """Each period row's note completed with the number of years certainly met, and certainly not."""
    series, period = ["criterion", "indicator", "area", "reading"], table["role"] == "period"
    sure = table[(table["role"] == "judged") & table["certainty"].isin(["certain", "full_count"])]
    keys = pd.MultiIndex.from_frame(table.loc[period, series])
    met, missed = (
        sure[sure["verdict"] == verdict].groupby(series, sort=False).size().reindex(keys).fillna(0).astype(int).astype(str) for verdict in ("met", "not_met")
    )
    table.loc[period, "note"] += ";years_certain:" + met.to_numpy() + ";years_missed_certain:" + missed.to_numpy()
    return table
