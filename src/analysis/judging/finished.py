"""Every table that pages are made of, judged once and read back exactly: whoever shows them computes nothing, and loads no library that would."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ..promises.agreement import Agreement, Indicator
from ..promises.periods import months_of
from . import comparison, latest, lookup, months, seasons, targets
from .claims import CLEAR
from .digits import EXACT, read_numbers, write_numbers
from .dispersion import ASSUMED
from .observations import read_csv, write_csv
from .robustness import claimed, compared, robustness

CLAIMED = ("gaps", "periods", "latest")  # the tables that make claims, which share one budget for chance
SEASONS = ["indicator", "area", "p", "years", "parts", "high", "low", "recurs"]
MONTHS = ["indicator", "area", *months.COLUMNS]
SIGNALS = ["indicator", "area", *months.FOUND]
_WHOLE = {"year", "from_year", "to_year", "rank", "of", "others", "unknown", "stretch", "side", "points", "among", "years", "parts", "recurs"}
_FLAGS = {"shared", "pooled", "clear", "stands", *CLEAR}
_TEXTS = {"indicator", "area", "period", "source", "zone", "status", "signal", "kind", "first", "last", "high", "low"}
_TEXTS |= {"criterion", "reading", "trend_per", "compared_with", "steadiness", "dispersion_source", "start_extreme", "claim", "span", *ASSUMED}
_TEXTS |= {"tied", "better_than", "worse_than", "other_readings"}  # several ids, with `;` between them
_PART_OF_A_YEAR = r"\d{4}-([HQ]\d|\d\d)"


def parts_of_years(observations: pd.DataFrame, indicator: str, area: str, year: int) -> pd.DataFrame:
    """The observations of the months of one series up to `year`; of its quarters or half-years where no month has a figure."""
    rows = lookup.rows(observations, indicator=indicator, area=area)
    rows = rows[rows["period"].str.fullmatch(_PART_OF_A_YEAR)]
    rows = rows[rows["period"].str[:4].astype(int) <= year].sort_values("period")
    length = rows["period"].map(lambda period: len(months_of(period)))
    with_figures = length[rows["value"].notna()] if rows["value"].notna().any() else length
    return rows[length == with_figures.min()]


def season(agreement: Agreement, rows: pd.DataFrame, indicator: str) -> seasons.Season | None:
    """Whether a series' calendar months differ; None where that cannot be told: too few of them, or no count of events."""
    known = agreement.indicators[indicator]
    return seasons.season(rows, float(known.dispersion)) if _counted(known, rows) else None


def _counted(indicator: Indicator, rows: pd.DataFrame) -> bool:
    """Whether the months are counts of events, or rates of which the counts are known."""
    return indicator.uncertainty == "process" and (indicator.unit == "count" or bool(rows["numerator"].notna().any()))


def _charts(agreement: Agreement, observations: pd.DataFrame, year: int) -> Iterator[tuple[dict[str, str], pd.DataFrame, seasons.Season | None]]:
    """Each series that has months: which it is, its run chart, its season. Each declared break starts a stretch."""
    rows = observations[observations["period"].str.fullmatch(_PART_OF_A_YEAR)]
    for indicator, area in rows[["indicator", "area"]].drop_duplicates().itertuples(index=False, name=None):
        mine = parts_of_years(observations, indicator, area, year)
        breaks = (agreement.period(indicator, cut["year"]) for cut in agreement.indicators[indicator].breaks)
        cuts = [months_of(period, agreement.start.month).start for period in breaks]
        found = season(agreement, mine, indicator)
        yield {"indicator": indicator, "area": area}, months.run_chart(mine, cuts, found, _counted(agreement.indicators[indicator], mine)), found


Charts = list[tuple[dict[str, str], pd.DataFrame, seasons.Season | None]]


def _months(charts: Charts) -> pd.DataFrame:
    return _together([chart.assign(**series) for series, chart, _ in charts], MONTHS)


def _signals(charts: Charts) -> pd.DataFrame:
    return _together([months.signals(chart, found).assign(**series) for series, chart, found in charts], SIGNALS)


def _seasons(charts: Charts) -> pd.DataFrame:
    """One line a series whose season can be judged; the months that are high and low with `;` between them."""
    found = [series | each._asdict() for series, _, each in charts if each]
    return pd.DataFrame([row | {side: ";".join(map(str, row[side])) for side in ("high", "low")} for row in found], columns=SEASONS)


def _together(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)


def _until(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] <= year].reset_index(drop=True)


_JUDGED: dict[str, Callable[[Agreement, pd.DataFrame, int], pd.DataFrame]] = {
    "per_thousand": lambda agreement, observations, _: latest.per_thousand(agreement, observations),
    "rates": lambda agreement, observations, year: _until(comparison.rates(agreement, observations), year),
    "standings": lambda agreement, observations, year: _until(comparison.standings(agreement, observations), year),
    "funnels": lambda agreement, observations, year: _until(comparison.funnels(agreement, observations), year),
    "contrasts": lambda agreement, observations, year: comparison.contrasts(
        agreement, observations, _until(comparison.rates(agreement, observations), year), year
    ),
}
_CHARTED: dict[str, Callable[[Charts], pd.DataFrame]] = {"months": _months, "signals": _signals, "seasons": _seasons}
TABLES = (*CLAIMED, "robustness", *_JUDGED, *_CHARTED)


def judged(agreement: Agreement, observations: pd.DataFrame, year: int, names: Iterable[str] = TABLES) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each of these tables with its name, as known at the end of a year. Run charts, and what shares a budget for chance, are judged once for all."""
    charts, found = cache(lambda: list(_charts(agreement, observations, year))), cache(lambda: compared(agreement, observations, year))
    tables = cache(lambda: claimed(found()))
    for name in names:
        if name == "robustness":
            yield name, robustness(agreement, observations, year, found(), tables())
        elif name in CLAIMED:
            yield name, tables()[name]
        else:
            yield name, _CHARTED[name](charts()) if name in _CHARTED else _JUDGED[name](agreement, observations, year)


def write(table: pd.DataFrame, path: Path) -> None:
    """One of these tables as CSV."""
    write_csv(write_numbers(table), path)


def read(path: Path) -> pd.DataFrame:
    """The table that `write` wrote, of the same types, numbers digit by digit."""
    if path.stem in ("gaps", "latest"):
        return targets.read_table(path)
    table = read_csv(path)
    exact = {name: read_numbers(table[name]) for name in table.columns if path.stem == "periods" and name in EXACT}
    return table.assign(**{name: _typed(name, table[name].tolist()) for name in table.columns if name not in {*_TEXTS, *exact}}, **exact)


def _typed(name: str, cells: list[str]) -> object:
    """The cells of a column as what they were: whole numbers, yes or no, decimals; else numbers, of which some may be missing."""
    if name in _WHOLE:
        return np.array([int(cell) for cell in cells], dtype="int64")
    if name in _FLAGS:
        return np.array([cell == "True" for cell in cells], dtype=bool)
    if name in ("decimals", "earlier_years"):
        return pd.array([int(cell) if cell else pd.NA for cell in cells], dtype="Int64")
    return np.array([float(cell) if cell else np.nan for cell in cells], dtype=float)
