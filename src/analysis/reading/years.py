"""Years of which halves, quarters or months were delivered that do not make them up: such a year has no figure, which somebody should know."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby

import pandas as pd

from ..promises.agreement import Agreement
from ..promises.periods import months_of, overlap, parse_period, period_of, split
from ..promises.problems import Problem
from .intake import Delivery
from .sources import LISTS


def unfinished(table: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """A warning for each indicator and year that lacks parts, unless an [[absent]] names it; `table` has all suppliers' figures, `place` their deliveries.

    Only of what adds up over time; a list says by `covers` what it holds.
    """
    found: dict[tuple[str, str, str], list[dict]] = {}
    for (id_, _), rows in table[table["area"].isin([*agreement.areas, *agreement.references])].groupby(["indicator", "area"], sort=False):
        indicator = agreement.indicators[id_]
        if indicator.combine != "sum" or indicator.measure != "count" or not any("-" in period for period in rows["period"]):
            continue
        counted = [row for row in rows.to_dict("records") if not pd.isna(row["value"])]
        there = {row["period"]: row for row in counted if deliveries[row["place"]].source.contract not in LISTS}
        for year in _years(id_, there, agreement) - set(rows["period"]):
            parts = [period for period in there if overlap(period, year, agreement.start.month)]
            if lacking := _lacking(year, parts, agreement):
                found.setdefault((id_, year, lacking), []).append(there[parts[0]])
    for (id_, year, lacking), rows in found.items():
        if not any(_declared(id_, year, delivery, agreement) for delivery in deliveries):
            areas = ", ".join(agreement.area_name(row["area"]) for row in rows)
            detail = {"indicator": id_, "year": year, "lacking": lacking, "areas": areas}
            place = {"sheet": rows[0]["sheet"], "row": int(rows[0]["row"])}
            yield deliveries[rows[0]["place"]], Problem("year_unfinished", rows[0]["file"], **place, level="warning", detail=detail)


def _years(indicator: str, periods: Collection[str], agreement: Agreement) -> set[str]:
    """The indicator's years that lie partly in one of these halves, quarters or months."""
    parts = [period for period in periods if "-" in period]
    near = {agreement.period(indicator, int(period[:4]) + later) for period in parts for later in (0, 1)}
    return {year for year in near if any(overlap(year, period, agreement.start.month) for period in parts)}


def _lacking(year: str, parts: Collection[str], agreement: Agreement) -> str:
    """What of a year is in none of its parts and has begun; where nothing is, and the parts are of several lengths, these. Empty if they make it up."""
    month = agreement.start.month
    if any({*parts} >= {*whole} for whole in split(year, month)):
        return ""
    there = {each for part in parts for each in months_of(part, month)}
    today = date.today().year * 12 + date.today().month - 1
    lacking = [each for each in months_of(year, month) if each not in there]
    if lacking and lacking[0] > today:
        return ""
    runs = [[each for _, each in run] for _, run in groupby(enumerate(lacking), lambda each: each[1] - each[0])]
    return ", ".join(map(_named, runs)) or " + ".join(sorted(parts))


def _named(run: list[int]) -> str:
    """Months in a row as a period, where they are one, else the first and the last."""
    if len(run) in (1, 3, 6) and run[0] % len(run) == 0:
        return period_of(run[0], len(run))
    return f"{period_of(run[0], 1)} – {period_of(run[-1], 1)}"


def _declared(indicator: str, year: str, delivery: Delivery, agreement: Agreement) -> bool:
    """Whether an [[absent]] says that the year of this indicator, or a part of it, is not delivered."""
    for entry in delivery.source.absent:
        said = {name: delivery.source.values.get(name, {}).get(word, word) for name, word in entry.items() if name in ("period", "indicator")}
        period = parse_period(said.get("period", year)) or ""
        if said.get("indicator", indicator) == indicator and (period == year or overlap(period, year, agreement.start.month)):
            return True
    return False
