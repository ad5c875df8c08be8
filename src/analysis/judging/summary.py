"""What the figures of a year say: which row of a promise is the year's own, what has become of each promise, and what stands out.

Decides and counts, and knows no words: `showing` only puts into words what is found here.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pandas as pd

from ..promises.agreement import COMBINED, PRIMARY, Agreement, Criterion, Indicator, Reading
from ..promises.periods import period_year
from . import lookup
from .certainty import JUDGED
from .claims import Question, asked, questions
from .history import breaks_between
from .lookup import Row
from .together import LEAST_FOR_TREND

CHANCE = 0.05  # a p-value from here on is within chance
_WIDEST_RATIO, _WIDEST_STEP = 10, 2  # limits of a ratio, and of a difference or a progress, beyond which they say nothing
_WORST_FIRST = [
    "not_met",
    "rounding_undecided",
    "suppressed",
    "not_comparable",
    "previous_year_missing",
    "baseline_missing",
    "target_not_set",
    "not_measured",
    "no_target",
    "not_yet_due",
    "broken_before",
    "met",
]
_WAITS_FOR_NOTHING = {*JUDGED, "no_target", "target_not_set", "suppressed"}  # verdicts that no delivery would change
BROKEN_BEFORE = "broken_before"  # a promise for every year, met in the report's year and not in one before
DECIDED = (*JUDGED, BROKEN_BEFORE)  # the states of promises that could be judged


# --- the rows of a promise -------------------------------------------------------------------------------


def _about_years(gaps: pd.DataFrame) -> pd.DataFrame:
    """The rows about years, without those for the whole plan."""
    return gaps[gaps["role"] != "period"]


def _by_year(gaps: pd.DataFrame) -> pd.DataFrame:
    return _about_years(gaps).sort_values("year", kind="stable")


def of_promise(gaps: pd.DataFrame, criterion: str, indicator: str, area: str, reading: str = PRIMARY) -> list[Row]:
    """The rows of one series, by year; without the one for the whole plan."""
    return lookup.records(gaps, _by_year, criterion=criterion, indicator=indicator, area=area, reading=reading)


def _series(gaps: pd.DataFrame, row: Mapping[str, Any]) -> list[Row]:
    """The rows of the series that a row is of, by year."""
    return of_promise(gaps, *(row[name] for name in ("criterion", "indicator", "area", "reading")))


def current_row(gaps: pd.DataFrame, year: int, criterion: str, indicator: str, area: str, reading: str = PRIMARY) -> Row:
    """The gap row a reader wants for this year: the judged one, else the starting point, else the next to come."""
    return _at(of_promise(gaps, criterion, indicator, area, reading), year)


def _at(dated: Sequence[Row], year: int) -> Row:
    """Of rows by year the last up to a year, else the first."""
    return next((row for row in reversed(dated) if row["year"] <= year), dated[0])


def with_gap(gaps: pd.DataFrame, year: int, criterion: str, indicator: str, area: str, reading: str = PRIMARY) -> Row | None:
    """The latest gap row up to the report's year in which a value could be held against a target; None without one."""
    rows = of_promise(gaps, criterion, indicator, area, reading)
    return next((row for row in reversed(rows) if row["year"] <= year and not pd.isna(row["gap"])), None)


def rows_of(gaps: pd.DataFrame, year: int, indicator: str, area: str) -> list[Row]:
    """This year's gap row of every promise and reading about an indicator in an area, primary readings first."""
    series: dict[tuple[str, str], list[Row]] = {}
    for row in _about(gaps, indicator, area):
        series.setdefault((row["criterion"], row["reading"]), []).append(row)
    rows = [_at(sorted(each, key=lambda row: row["year"]), year) for each in series.values()]
    return sorted(rows, key=lambda row: row["reading"] != PRIMARY)


def held_against_target(gaps: pd.DataFrame, year: int, indicator: str, area: str) -> list[Row]:
    """Of each promise about an indicator in an area the latest row with a gap, by the chosen reading; promises without one are left out."""
    held = [row for row in _about(gaps, indicator, area) if row["reading"] == PRIMARY and row["year"] <= year and not pd.isna(row["gap"])]
    latest = {row["criterion"]: row for row in sorted(held, key=lambda row: row["year"])}
    return [row for row in held if row is latest[row["criterion"]]]


def _about(gaps: pd.DataFrame, indicator: str, area: str) -> list[Row]:
    """The rows of every promise about an indicator in an area, without those for the whole plan."""
    return lookup.records(gaps, _about_years, indicator=indicator, area=area)


def years_shown(gaps: pd.DataFrame, year: int, current: Mapping[str, Any]) -> list[Row]:
    """The years of a reading that are due: all of them for the chosen one, the current one for the others."""
    rows, last = _series(gaps, current), max(year, current["year"])
    chosen = current["reading"] == PRIMARY
    return [
        row for row in rows if row["year"] == current["year"] or (chosen and row["year"] <= last and (row["role"] == "judged" or not pd.isna(row["value"])))
    ]


def next_target(gaps: pd.DataFrame, year: int, row: Mapping[str, Any]) -> Row | None:
    """The row of the first year after the report's that has a target already; None where none has, or the row itself is of a year to come."""
    if row["year"] > year:
        return None
    return next((each for each in _series(gaps, row) if each["year"] > year and each["role"] == "judged" and not pd.isna(each["target"])), None)


def reading_of(agreement: Agreement, row: Mapping[str, Any]) -> Reading:
    """The reading of a promise that a row judges by."""
    return agreement.criteria[row["criterion"]].reading(row["reading"])


def is_total(agreement: Agreement, row: Mapping[str, Any]) -> bool:
    """Whether the row's value is the sum of the years so far."""
    return reading_of(agreement, row).rule.adds_up(agreement.indicators[row["indicator"]])


def clear_years(gaps: pd.DataFrame, row: Mapping[str, Any]) -> tuple[int, int]:
    """Of the judged years of a series how many are claimed to be met, and how many not, beyond chance or by a full count."""
    claims = [each["claim"] for each in _series(gaps, row) if each["role"] == "judged"]
    return sum(claim in ("met", "met_clear") for claim in claims), sum(claim in ("not_met", "not_met_clear") for claim in claims)


def pace(agreement: Agreement, row: Mapping[str, Any]) -> Decimal | float:
    """The change still needed a year, where a pace leads to what was promised; missing elsewhere, as where each year is due in full."""
    return row["pace_needed"] if reading_of(agreement, row).rule.paced else math.nan


def whole_gap(agreement: Agreement, row: Mapping[str, Any]) -> Decimal | float:
    """The gap as a reader can check it: against the whole number needed where things are counted; missing where there is no gap."""
    indicator = agreement.indicators[row["indicator"]]
    if indicator.unit != "count" or pd.isna(row["target_whole"]) or pd.isna(row["gap"]):
        return row["gap"]
    over = row["value"] - int(row["target_whole"])
    return 0 - over if reading_of(agreement, row).rule.side(indicator).low else over


def target_path(agreement: Agreement, gaps: pd.DataFrame, indicator: str, area: str) -> pd.DataFrame:
    """The targets of the first promise about an indicator in an area that has a number for each year, by year; of another reading where the chosen has none."""
    numbered = [id_ for id_, criterion in agreement.criteria.items() if criterion.primary.rule.has_path]
    rows = lookup.rows(gaps, _with_target, indicator=indicator, area=area)
    rows = rows[rows["criterion"].isin(numbered)]
    chosen = rows[rows["reading"] == PRIMARY]
    rows = chosen if len(chosen) else rows
    return rows[(rows["criterion"] == rows["criterion"].iloc[0]) & (rows["reading"] == rows["reading"].iloc[0])] if len(rows) else rows


def target_paths(agreement: Agreement, gaps: pd.DataFrame, indicator: str, area: str) -> pd.DataFrame:
    """The targets of every promise about an indicator in an area by its chosen reading, promise by promise, by year; that of `target_path` first."""
    rows = lookup.rows(gaps, _with_target, indicator=indicator, area=area, reading=PRIMARY)
    with_path = [agreement.criteria[id_].primary.rule.has_path for id_ in rows["criterion"]]
    return pd.concat([rows.loc[with_path], rows.loc[[not each for each in with_path]]])


def promise_path(gaps: pd.DataFrame, criterion: str, indicator: str, area: str) -> pd.DataFrame:
    """The targets that a promise is judged by in an area, by year; none where no number was agreed or is known."""
    return lookup.rows(gaps, _targets_by_year, criterion=criterion, indicator=indicator, area=area, reading=PRIMARY)


def asked_for(gaps: pd.DataFrame, indicator: str, area: str) -> list[Row]:
    """The rows of every promise about an indicator in an area that have a target for a year by the chosen reading."""
    return lookup.records(gaps, _with_target, indicator=indicator, area=area, reading=PRIMARY)


def _with_target(gaps: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a target for a year."""
    return gaps[gaps["target"].notna() & gaps["role"].isin(["judged", "baseline"])]


def _targets_by_year(gaps: pd.DataFrame) -> pd.DataFrame:
    return _by_year(_with_target(gaps))


def totals(agreement: Agreement, path: pd.DataFrame) -> pd.DataFrame:
    """The rows of a target path whose values are sums of the years so far; none where the targets are about the years themselves."""
    first = path[path["criterion"] == path["criterion"].iloc[0]] if len(path) else path
    return first[first["value"].notna()] if len(path) and is_total(agreement, path.iloc[0]) else path.iloc[:0]


def fixed_path(gaps: pd.DataFrame, indicator: str, area: str) -> pd.DataFrame:
    """Of promises chained on last year's actual the rows that also have the path fixed at the start, by year; none where it is but one year."""
    rows = lookup.rows(gaps, indicator=indicator, area=area, reading=PRIMARY)
    rows = rows[rows["fixed_path"].notna()]
    return rows.sort_values("year") if len(rows) > 1 else gaps.iloc[:0]


def differing_readings(gaps: pd.DataFrame, year: int, criterion: str) -> list[tuple[str, str, dict[str, str]]]:
    """Where another reading of a promise gives another verdict in this year: indicator, area, and the verdict by reading.

    A reading made for other places than the chosen one (each area instead of all together) is held against it as a whole: it is met where
    every one of its places meets it.
    """
    rows = gaps[(gaps["criterion"] == criterion) & (gaps["year"] == year) & (gaps["role"] == "judged")]
    found = [(*key, dict(zip(same["reading"], same["verdict"], strict=True))) for key, same in rows.groupby(["indicator", "area"], sort=False)]
    found = [each for each in found if PRIMARY in each[2]]
    for indicator, same in rows.groupby("indicator", sort=False):
        chosen = same[same["reading"] == PRIMARY]
        elsewhere = same[~same["area"].isin(chosen["area"])]
        if len(chosen) and len(elsewhere):
            place = chosen["area"].iloc[0] if len(chosen) == 1 else COMBINED
            whole = {PRIMARY: _worst(chosen["verdict"])} | {slug: _worst(its["verdict"]) for slug, its in elsewhere.groupby("reading", sort=False)}
            found.append((str(indicator), str(place), whole))
    return [each for each in found if len(set(each[2].values())) > 1]


def _worst(verdicts: Iterable[str]) -> str:
    return min(verdicts, key=_WORST_FIRST.index)


# --- all promises together -------------------------------------------------------------------------------


def _state(agreement: Agreement, gaps: pd.DataFrame, row: Mapping[str, Any]) -> str:
    """What has become of a promise by a row; one still at its starting point waits for its first year, or for a start that nobody measured.

    What is due every year and was not met in one of them is not kept by being met in the latest.
    """
    if row["role"] == "judged":
        before = [each["verdict"] for each in _series(gaps, row) if each["role"] == "judged" and each["year"] < row["year"]]
        every_year = not reading_of(agreement, row).rule.open_until_end
        return BROKEN_BEFORE if row["verdict"] == "met" and every_year and "not_met" in before else str(row["verdict"])
    return "baseline_missing" if pd.isna(row["value"]) and row["verdict"] != "not_yet_due" else "not_yet_due"


def promise_states(agreement: Agreement, gaps: pd.DataFrame, year: int, area: str | None = None) -> dict[str, str]:
    """One verdict a promise for the report's year; a promise for several areas is met only where all are, one for every year only where all have been.

    With an area: of the promises made for that area, what became of them there.
    """
    states = {}
    for id_, criterion in agreement.criteria.items():
        places = [place for place in criterion.primary.areas if area in (None, place)]
        found = [_state(agreement, gaps, current_row(gaps, year, id_, indicator, place)) for indicator in criterion.primary.indicators for place in places]
        if found:
            states[id_] = _worst(found)
    return states


def clearly_not_met(agreement: Agreement, gaps: pd.DataFrame, year: int, area: str | None = None) -> list[str]:
    """The promises that are not met in the report's year in some place beyond chance, or by a full count; an estimate tells neither."""
    states, found = promise_states(agreement, gaps, year, area), []
    for id_ in [id_ for id_, state in states.items() if state == "not_met"]:
        known = [each for each in agreement.criteria[id_].primary.indicators if agreement.indicators[each].uncertainty != "estimate"]
        places = [place for place in agreement.criteria[id_].primary.areas if area in (None, place)]
        rows = [current_row(gaps, year, id_, indicator, place) for indicator in known for place in places]
        if any(row["role"] == "judged" and row["claim"] in ("not_met", "not_met_clear") for row in rows):
            found.append(id_)
    return found


class Standing(NamedTuple):
    """How many promises there are, how many of them are met, met though broken in an earlier year, not met and open, and how many are open for which
    reason, most first.
    """

    promises: int
    met: int
    broken_before: int  # met in the report's year, and not in every one before
    not_met: int
    open: int
    reasons: dict[str, int]

    @property
    def met_now(self) -> int:
        """How many are met in the report's year, whatever was before it."""
        return self.met + self.broken_before

    @property
    def undecided(self) -> bool:
        """Whether none of several promises could be judged."""
        return self.open == self.promises > 1

    @property
    def counts(self) -> list[int]:
        """The numbers as they are told: all, met in the report's year, of these not in every year before (where there are any), not met, open."""
        return [self.promises, self.met_now, *([self.broken_before] if self.broken_before else []), self.not_met, self.open]


def standing(states: Mapping[str, str]) -> Standing:
    """The states of promises counted."""
    counts = Counter(states.values())
    met, before, not_met = (counts.pop(state, 0) for state in ("met", BROKEN_BEFORE, "not_met"))
    return Standing(len(states), met, before, not_met, counts.total(), dict(counts.most_common()))


def unconfirmed(agreement: Agreement, gaps: pd.DataFrame, year: int) -> tuple[list[str], list[str]]:
    """The promises whose reading the board has not confirmed: those judged by it in any area and year so far, and those that wait for the board."""
    due = (gaps["role"] == "judged") & (gaps["reading"] == PRIMARY) & (gaps["year"] <= year)
    judged = set(gaps.loc[due & gaps["verdict"].isin(JUDGED), "criterion"])
    open_ = [id_ for id_, criterion in agreement.criteria.items() if criterion.unconfirmed]
    return [id_ for id_ in open_ if id_ in judged], [id_ for id_ in open_ if id_ not in judged]


def usual_start(agreement: Agreement, year: int) -> int | None:
    """The year in which most of the promises that are not yet due begin; None unless more than half of all promises still wait."""
    later = [criterion.primary.first_year for criterion in agreement.criteria.values() if criterion.primary.first_year > year]
    return max(later, key=later.count) if len(later) * 2 > len(agreement.criteria) else None


def by_goal(agreement: Agreement) -> list[Criterion]:
    """The promises in the order of the goals they serve; those without a goal of the register last."""
    goals = list(agreement.goals)
    return sorted(agreement.criteria.values(), key=lambda criterion: goals.index(criterion.goal) if criterion.goal in goals else len(goals))


def unmeasured(agreement: Agreement, gaps: pd.DataFrame, year: int) -> dict[str, dict[str, list[str]]]:
    """By indicator and promise the places that could not be judged this year for want of a delivery; not where figures are hidden, or a start of zero is."""
    found: dict[str, dict[str, list[str]]] = {}
    for id_, criterion in agreement.criteria.items():
        for indicator in criterion.primary.indicators:
            rows = [current_row(gaps, year, id_, indicator, area) for area in criterion.primary.areas]
            waiting = [row["area"] for row in rows if not row["baseline_zero"] and row["verdict"] not in _WAITS_FOR_NOTHING]
            if waiting:
                found.setdefault(indicator, {})[id_] = waiting
    return found


class YearsMissing(NamedTuple):
    """Of a promise that is judged in the report's year the earlier years without a figure, and those that cannot be judged for want of it."""

    criterion: str
    indicator: str
    area: str
    without: list[int]
    unjudged: list[int]


def years_missing(agreement: Agreement, gaps: pd.DataFrame, year: int) -> list[YearsMissing]:
    """Where a figure of an earlier year is missing though the promise can be judged this year; not of years in which nobody measures."""
    found = []
    for id_, criterion in agreement.criteria.items():
        for indicator, area in itertools.product(criterion.primary.indicators, criterion.primary.areas):
            rows = [row for row in of_promise(gaps, id_, indicator, area) if row["role"] == "judged" and row["year"] <= year]
            without = [row["year"] for row in rows if row["verdict"] == "not_measured" and pd.isna(row["no_measurement_year"])]
            if without and rows[-1]["verdict"] in JUDGED:
                unjudged = [row["year"] for row in rows if row["year"] in without or row["verdict"] == "previous_year_missing"]
                found.append(YearsMissing(id_, indicator, area, without, unjudged))
    return found


class Coverage(NamedTuple):
    """The yearly figures that promises need: how many are there, hidden, not measured by plan that year, and missing."""

    there: int
    hidden: int
    unmeasured: int
    missing: int


def coverage(agreement: Agreement, gaps: pd.DataFrame, observations: pd.DataFrame, year: int) -> Coverage:
    """What has become of every figure of an indicator, area and year that a promise's chosen reading is judged by or starts from, up to the year.

    Each figure counts once, whatever asks for it. `unmeasured` are those of years in which the register says that nobody measures; `missing`
    all others without a value, whether they came in part or nobody has delivered them.
    """
    rows = gaps[(gaps["reading"] == PRIMARY) & (gaps["role"] != "period") & (gaps["year"] <= year)]
    rows = rows[rows["role"].eq("judged") | ~rows["undated_baseline"]]
    asked_for = rows[["indicator", "area", "year"]].drop_duplicates().itertuples(index=False, name=None)
    keys = zip(*(observations[name] for name in ("indicator", "area", "period")), strict=True)
    figures = dict(zip(keys, zip(observations["value"].notna(), observations["status"], strict=True), strict=True))
    pauses = {(id_, gap["year"]) for id_, indicator in agreement.indicators.items() for gap in indicator.no_measurement}
    found: Counter[str] = Counter()
    for id_, area, when in asked_for:
        there, status = figures.get((id_, area, agreement.period(id_, int(when))), (False, ""))
        found["there" if there else "hidden" if status == "suppressed" else "unmeasured" if (id_, when) in pauses else "missing"] += 1
    return Coverage(*(found[name] for name in Coverage._fields))


def compared_with(agreement: Agreement, indicator: str, area: str) -> list[str]:
    """The reference areas that promises about an indicator in an area compare with."""
    readings = [criterion.primary for criterion in agreement.criteria.values()]
    rules = [reading.rule for reading in readings if indicator in reading.indicators and area in reading.areas]
    return list(dict.fromkeys(rule.compared_with for rule in rules if rule.compared_with))


class Budget(NamedTuple):
    """How many different comparisons a report makes, how many of them would look clear one by one if nothing but chance were at work, and how many do."""

    comparisons: int
    by_chance: float
    alone: int
    questions: list[Question]


def budget(gaps: pd.DataFrame, latest: pd.DataFrame, periods: pd.DataFrame, contrasts: pd.DataFrame) -> Budget:
    """The budget for chance of all that these four tables ask: of what they claim at most 5 % may be false; ranks, which are stricter, are not counted."""
    tests = asked(gaps) | asked(latest) | asked(periods) | asked(contrasts.rename(columns={"p": "contrast_p"}))
    return Budget(len(tests), len(tests) * CHANCE, sum(p < CHANCE for p in tests.values()), questions(tests))


def less_than_shown(indicator: Indicator, row: Mapping[str, Any], decimals: int | None = None) -> bool:
    """Whether a row's value lies beside its target by less than can be shown: 69.96 % is written as 70.0 %, and is below 70 %.

    `decimals` are those that the value is written with, of a share as 0–1; without them three of shares and rates, one of counts, none of kroner.
    """
    if pd.isna(row["gap"]) or row["gap"] == 0 or pd.isna(row["target"]):
        return False
    places = {"share": 3, "rate": 3, "count": 1}.get(indicator.unit, 0) if decimals is None else decimals
    value, target = (Decimal(str(row[name])).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for name in ("value", "target"))
    return value == target


def too_few(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether so few cases happened in the years together that no trend can be told of them."""
    return bool(indicator.uncertainty == "process" and row["points"] >= LEAST_FOR_TREND and pd.isna(row["trend"]) and row["claim"] != "suppressed")


def too_wide(row: Mapping[str, Any], name: str) -> bool:
    """Whether the limits of a comparison of the years together are too wide to say anything, so that they are not told.

    Limits that leave out what the comparison is held against (1 for a ratio, no change for a trend or a difference) always tell the side.
    Others tell nothing where the upper is more than ten times the lower (of a ratio, and of the yearly factor of a count's trend), or where they
    are more than two apart (twice all that was promised of a progress, 200 points of a difference). False where there are no limits.

    >>> summary.too_wide({"ratio_lower": 0.07, "ratio_upper": 50.16}, "ratio"), summary.too_wide({"ratio_lower": 0.0, "ratio_upper": 0.5}, "ratio")
    (True, False)
    """
    lower, upper = row[f"{name}_lower"], row[f"{name}_upper"]
    if pd.isna(lower) or pd.isna(upper):
        return False
    if name in ("ratio", "trend"):
        low, high = (lower, upper) if name == "ratio" else (1 + lower, 1 + upper)
        return bool(low <= 1 <= high and high > _WIDEST_RATIO * low)
    inside = any(lower <= held <= upper for held in ((0, 1) if name == "progress" else (0,)))
    return bool(inside and upper - lower > _WIDEST_STEP)


# --- what was measured -----------------------------------------------------------------------------------


def leading(latest: pd.DataFrame, gaps: pd.DataFrame, year: int, indicators: Iterable[Indicator], area: str) -> Indicator | None:
    """The indicator a topic is summed up by in an area: the first held against a promise, else the first measured; None without any."""
    there = set(latest.loc[latest["area"] == area, "indicator"])
    measured = [indicator for indicator in indicators if indicator.id in there]
    return next((each for each in measured if held_against_target(gaps, year, each.id, area)), measured[0] if measured else None)


def breaks_of_change(indicator: Indicator, row: Mapping[str, Any]) -> list[int]:
    """The years of the breaks that the change of a row of the gap table reaches across and its verdict does not (a target of the same year)."""
    if pd.isna(row["change"]) or pd.isna(row["since"]):
        return []
    return [year for year in breaks_between(indicator, int(row["since"]), int(row["year"])) if year not in row["break_year"]]


def change_found(indicator: Indicator, row: Mapping[str, Any], observations: pd.DataFrame) -> str:
    """What can be said of a row of the latest values against the measurement before it.

    `labelled` (words, not numbers), `only_value`, `same`, `rise` or `fall` of a full count; `change_unknown` where the numbers
    behind them are not known, `within` chance, `alone` where only the report's many other comparisons keep it from being clear, `certain_rise` or
    `certain_fall` where the report claims it. Of two estimates `change_estimate_certain` where their suppliers' bounds lie apart, else `change_estimate`.
    """
    if indicator.labels:
        return "labelled"
    if not row["previous_period"]:
        return "only_value"
    if row["value"] == row["previous"]:
        return "same"
    if indicator.uncertainty == "estimate":
        return "change_estimate_certain" if _bounds_apart(row, observations) else "change_estimate"
    way = "rise" if row["value"] > row["previous"] else "fall"
    if indicator.uncertainty == "none":
        return way
    if pd.isna(row["change_p"]):
        return "change_unknown"
    clear = row["change_claim"] != "cannot_tell" if row["change_claim"] else row["change_p"] < CHANCE  # by itself, where no report claims anything
    return f"certain_{way}" if clear else "alone" if row["change_p"] < CHANCE else "within"


def _bounds_apart(row: Mapping[str, Any], observations: pd.DataFrame) -> bool:
    """Whether the bounds of an estimate and of the one before it have nothing in common; False where bounds are missing."""
    keys = {"indicator": row["indicator"], "area": row["area"], "period": row["previous_period"]}
    before = observations[(observations[list(keys)] == list(keys.values())).all(axis=1)].iloc[0]
    if any(map(pd.isna, (row["lower"], row["upper"], before["lower"], before["upper"]))):
        return False
    return bool(row["lower"] > before["upper"] or row["upper"] < before["lower"])


def until(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows whose period lies in the year or before it; undated ones too."""
    return rows.loc[[(period_year(period) or 0) <= year for period in rows["period"]]]


def new_years(agreement: Agreement, figures: pd.DataFrame, year: int) -> pd.DataFrame:
    """Of figures that were not there before those of the plan's own areas, of promised indicators, and of whole years up to the report's."""
    own = figures[figures["area"].isin([*agreement.areas, COMBINED]) & figures["indicator"].isin(agreement.promised)]
    whole = [
        (when := period_year(period) or year + 1) <= year and agreement.period(id_, when) == period
        for id_, period in zip(own["indicator"], own["period"], strict=True)
    ]
    return own.loc[whole]


def arrivals(observations: pd.DataFrame, first: int, year: int) -> pd.DataFrame:
    """How many figures each source brought for each year: source, year, and how many are there, hidden and missing.

    Figures of all areas together count only where there are none by area: else they are added up by us, or stand beside the areas.
    """
    rows = observations.assign(source=observations["source"].str.split(":").str[0], year=[period_year(period) for period in observations["period"]])
    both = ["indicator", "period"]
    by_area = pd.MultiIndex.from_frame(rows.loc[rows["area"] != COMBINED, both])
    added_up = (rows["area"] == COMBINED) & pd.MultiIndex.from_frame(rows[both]).isin(by_area)
    rows = rows[rows["year"].between(first, year) & ~added_up]
    there, hidden = rows["value"].notna(), rows["status"] == "suppressed"
    counted = rows.assign(there=there, hidden=hidden, missing=~there & ~hidden).astype({"year": int})
    return counted.groupby(["source", "year"], as_index=False)[["there", "hidden", "missing"]].sum()


# --- places ----------------------------------------------------------------------------------------------


def latest_standings(standings: pd.DataFrame, indicator: str, areas: Iterable[str]) -> list[dict[str, Any]]:
    """The latest year's standing of each of these areas that has one, in their order."""
    rows = standings[standings["indicator"] == indicator].sort_values("year")
    return [mine.iloc[-1].to_dict() for area in areas if len(mine := rows[rows["area"] == area])]


def latest_of_each(yearly: pd.DataFrame) -> pd.DataFrame:
    """The latest figure of each area, the newest first and of one year the largest; areas without a figure have none."""
    latest = yearly.dropna(subset="value").groupby("area", sort=False).tail(1)
    return latest.sort_values(["year", "value"], ascending=False, kind="stable")


def latest_rates(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates of the latest year in which our areas together have one; where they never do, the latest of each place."""
    ours = rates[rates["area"] == COMBINED]
    return rates[rates["year"] == ours["year"].max()] if len(ours) else rates.groupby("area", sort=False).tail(1)


def without_place(standings: pd.DataFrame, yearly: pd.DataFrame, indicator: str, areas: Sequence[str]) -> dict[str, dict[str, list[int]]]:
    """Why areas have no place in years in which others are ranked or theirs is hidden: by reason, by area, the years; `yearly` are their figures."""
    ranked = standings[standings["indicator"] == indicator]
    status = dict(zip(zip(yearly["area"], yearly["year"], strict=True), yearly["status"], strict=True))
    placed, years = set(zip(ranked["area"], ranked["year"], strict=True)), set(ranked["year"])
    found: dict[str, dict[str, list[int]]] = {}
    for area in areas:
        for year in sorted({*years, *(when for (_, when), why in status.items() if why == "suppressed")}):
            why = status.get((area, year), "no_figure")
            if (area, year) not in placed and (why == "suppressed" or year in years):
                found.setdefault(why, {}).setdefault(area, []).append(year)
    return found


def against_rest(contrasts: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Contrasts by what they show: our rate is `higher` or `lower` than that of the rest, or `alike` within chance; only what there is."""
    found: dict[str, list[dict[str, Any]]] = {"higher": [], "lower": [], "alike": []}
    for row in contrasts.to_dict("records"):
        found["alike" if not row["clear"] else "higher" if row["own_rate"] > row["rest_rate"] else "lower"].append(row)
    return {kind: rows for kind, rows in found.items() if rows}
