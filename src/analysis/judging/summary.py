"""What the figures of a year say: which row of a promise is the year's own, and what has become of each promise."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..promises.agreement import PRIMARY, Agreement

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
    "met",
]


def _of(gaps: pd.DataFrame, criterion: str, indicator: str, area: str, reading: str) -> pd.DataFrame:
    """The rows of one series, by year; without the one for the whole plan."""
    keys = {"criterion": criterion, "indicator": indicator, "area": area, "reading": reading}
    same = gaps["role"] != "period"
    for column, key in keys.items():
        same &= gaps[column] == key
    return gaps[same].sort_values("year")


def current_row(gaps: pd.DataFrame, year: int, criterion: str, indicator: str, area: str, reading: str = PRIMARY) -> pd.Series:
    """The gap row a reader wants for this year: the judged one, else the starting point, else the next to come."""
    dated = _of(gaps, criterion, indicator, area, reading)
    until = dated[dated["year"] <= year]
    return (until if len(until) else dated).iloc[-1 if len(until) else 0]


def with_gap(gaps: pd.DataFrame, year: int, criterion: str, indicator: str, area: str, reading: str = PRIMARY) -> pd.Series | None:
    """The latest gap row up to the report's year in which a value could be held against a target; None without one."""
    rows = _of(gaps, criterion, indicator, area, reading)
    rows = rows[rows["gap"].notna() & (rows["year"] <= year)]
    return rows.iloc[-1] if len(rows) else None


def rows_of(gaps: pd.DataFrame, year: int, indicator: str, area: str) -> list[dict[str, Any]]:
    """This year's gap row of every promise and reading about an indicator in an area, primary readings first."""
    mine = gaps[(gaps["indicator"] == indicator) & (gaps["area"] == area) & (gaps["role"] != "period")]
    keys = mine[["criterion", "reading"]].drop_duplicates().itertuples(index=False, name=None)
    rows = [current_row(gaps, year, criterion, indicator, area, reading).to_dict() for criterion, reading in keys]
    return sorted(rows, key=lambda row: row["reading"] != PRIMARY)


def years_shown(gaps: pd.DataFrame, year: int, current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The years of a reading that are due: all of them for the chosen one, the current one for the others."""
    rows = _of(gaps, *(current[name] for name in ("criterion", "indicator", "area", "reading")))
    rows = rows[rows["year"] <= max(year, current["year"])]
    shown = (rows["reading"] == PRIMARY) & (rows["value"].notna() | (rows["role"] == "judged"))
    return rows[(rows["year"] == current["year"]) | shown].to_dict("records")


def _state(row: Mapping[str, Any]) -> str:
    """What has become of a promise by a row; one still at its starting point waits for its first year, or for a start that nobody measured."""
    if row["role"] == "judged":
        return str(row["verdict"])
    return "baseline_missing" if pd.isna(row["value"]) and row["verdict"] != "not_yet_due" else "not_yet_due"


def promise_states(agreement: Agreement, gaps: pd.DataFrame, year: int, area: str | None = None) -> dict[str, str]:
    """One verdict a promise for the report's year; a promise for several areas is met only where all are.

    With an area: of the promises made for that area, what became of them there.
    """
    states = {}
    for id_, criterion in agreement.criteria.items():
        places = [place for place in criterion.primary.areas if area in (None, place)]
        found = [_state(current_row(gaps, year, id_, indicator, place)) for indicator in criterion.primary.indicators for place in places]
        if found:
            states[id_] = min(found, key=_WORST_FIRST.index)
    return states
