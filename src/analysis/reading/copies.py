"""Figures that are those of something else, in so many periods or places that chance does not make it: a column copied twice, a year copied on."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from ..promises.agreement import COMBINED, Agreement, Indicator
from ..promises.periods import months_of
from ..promises.problems import Problem
from .figures import named_by
from .intake import Delivery

LEAST = 5  # periods in a row
PLACES = 3  # figures of a year at least, by area and part of the year
RARE = 0.001  # what chance makes less often is told


class _Series(NamedTuple):
    """The figures of one indicator in one area, by periods of one length, and the row that each is from."""

    indicator: str
    area: str
    figures: dict[int, float]  # by the month in which a period begins, counted in periods
    rows: dict[int, dict]


class _Run(NamedTuple):
    """Periods in a row in which two series have the same figures."""

    one: _Series
    other: _Series
    first: int
    last: int


def copied(used: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """A warning for every two indicators of an area, and two areas of an indicator, whose figures are the same for too long in a row.

    `used` are the rows of all suppliers, each with the number of its delivery as `place`. Nothing of a run whose figures a `[[confirmed]]` names.
    """
    for run in _runs(list(_series(used, agreement))):
        rows = [each.rows[at] for each in (run.one, run.other) for at in range(run.first, run.last + 1)]
        if any(_confirmed([row for row in rows if row["indicator"] == each.indicator], deliveries, agreement) for each in (run.one, run.other)):
            continue
        first, last, other = run.other.rows[run.first], run.other.rows[run.last], run.one.rows[run.first]
        names = {"indicator": run.other.indicator, "other": run.one.indicator, "file": other["file"], "n": run.last - run.first + 1}
        names |= {
            "area": agreement.area_name(run.other.area),
            "other_area": agreement.area_name(run.one.area),
            "first": first["period"],
            "last": last["period"],
        }
        place = f"{names['area']}, {names['indicator']}"
        yield (
            deliveries[first["place"]],
            Problem("copied", first["file"], entry=place, sheet=first["sheet"], row=int(first["row"]), level="warning", detail=names),
        )


def _confirmed(rows: list[dict], deliveries: list[Delivery], agreement: Agreement) -> bool:
    """Whether a supplier of these figures confirms all of them."""
    sources, figures = [deliveries[place].source for place in {row["place"] for row in rows}], pd.DataFrame(rows)
    return any(named_by(figures, entry, source, agreement).all() for source in sources for entry in source.confirmed)


def _series(used: pd.DataFrame, agreement: Agreement) -> Iterator[_Series]:
    """The series of the suppliers' rows, months apart from quarters and years; sums of all areas only where no area has figures."""
    found: dict[tuple[str, str, int], _Series] = {}
    for row in used[used["value"].notna()].to_dict("records"):
        months = months_of(row["period"], agreement.start.month)
        if months and row["area"] in (*agreement.areas, COMBINED):
            key = (row["indicator"], row["area"], len(months))
            series = found.setdefault(key, _Series(row["indicator"], row["area"], {}, {}))
            series.figures[months.start // len(months)] = float(row["value"])
            series.rows[months.start // len(months)] = row
    return iter(found.values())


def _runs(series: list[_Series]) -> Iterator[_Run]:
    """The longest run of each two series that have one which chance makes less often than once in a thousand."""
    met: dict[tuple, list[int]] = defaultdict(list)
    for number, each in enumerate(series):
        for at in each.figures:
            window = tuple(each.figures.get(at + step) for step in range(LEAST))
            if None not in window and len(set(window)) > 1:
                met[at, len(each.rows[at]["period"]), window].append(number)
    pairs = dict.fromkeys(pair for same in met.values() for pair in combinations(same, 2))
    for one, other in ((series[a], series[b]) for a, b in pairs):
        parts = one.indicator == other.indicator and COMBINED in (one.area, other.area)  # a total may be one area's alone
        if (one.area == other.area or one.indicator == other.indicator) and not parts and (run := _longest(one, other)):
            yield run


def _longest(one: _Series, other: _Series) -> _Run | None:
    """The longest run of two series, where chance hardly makes one as long of figures that are as often there."""
    common = sorted(one.figures.keys() & other.figures.keys())
    best, begun = (0, 0), 0
    for at in common:
        same, before = one.figures[at] == other.figures[at], at - 1 in other.figures and one.figures.get(at - 1) == other.figures[at - 1]
        begun = begun if same and before else at
        best = max(best, (at - begun + 1, begun)) if same else best
    length, first = best
    counts = [Counter(each.figures[at] for at in common) for each in (one, other)]
    alike = sum(counts[0][figure] * counts[1][figure] for figure in counts[0]) / len(common) ** 2
    chance = (len(common) - length + 1) * alike**length  # at most, of figures that come independently of each other
    return _Run(one, other, first, first + length - 1) if length >= LEAST and chance < RARE else None


def copied_years(used: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """A warning for every year of an indicator that a supplier delivers with the figures of the year before, in every area and part of the year.

    Asked of events and of surveys, of which is known how often chance leaves a figure as it was.
    """
    told: set[tuple] = set()
    years = _years(used, agreement)
    for (place, id_, length, year), now in sorted(years.items(), key=lambda item: (-item[0][2], *item[0][:2], item[0][3])):
        before, indicator = years.get((place, id_, length, year - 1), {}), agreement.indicators[id_]
        if (place, id_, year) in told or len(now) < PLACES or not now.keys() <= before.keys() or any(now[at]["value"] != before[at]["value"] for at in now):
            continue
        if math.prod(_chance_of_the_same(row, indicator) for row in now.values()) >= RARE or _confirmed([*now.values()], deliveries, agreement):
            continue
        told.add((place, id_, year))
        first = next(iter(now.values()))
        detail = {"indicator": id_, "other": id_, "year": first["period"][:4], "before": next(iter(before.values()))["period"][:4], "n": len(now)}
        where = {"entry": id_, "sheet": first["sheet"], "row": int(first["row"]), "level": "warning", "detail": detail}
        yield deliveries[place], Problem("copied_year", first["file"], **where)


def _years(used: pd.DataFrame, agreement: Agreement) -> dict[tuple[int, str, int, int], dict[tuple[str, int], dict]]:
    """The suppliers' rows by supplier, indicator, length of the period and year, each by its area and part of the year."""
    found: dict[tuple[int, str, int, int], dict[tuple[str, int], dict]] = defaultdict(dict)
    for row in used[used["value"].notna() & used["area"].isin([*agreement.areas])].to_dict("records"):
        if row["indicator"] in agreement.indicators and (months := months_of(row["period"], agreement.start.month)):
            year, part = divmod(months.start, 12)
            found[row["place"], row["indicator"], len(months), year][row["area"], part] = row
    return found


def _chance_of_the_same(row: dict, indicator: Indicator) -> float:
    """How often at most a figure comes again where nothing has changed: of two counts of events, or two surveys; 1 where that is not known."""
    value = float(row["value"])
    if indicator.uncertainty == "process" and indicator.unit == "count":
        from scipy.special import ive  # loaded where a year repeats the one before, which is rare

        return float(ive(0, 2 * value))  # two Poisson counts with this mean are equal
    if indicator.uncertainty == "sample" and indicator.unit == "share" and 0 < value < 1 and not (pd.isna(row["answers"]) or pd.isna(row["decimals"])):
        spread = math.sqrt(2 * value * (1 - value) / float(row["answers"]))
        return min(1.0, 10.0 ** -int(row["decimals"]) / (spread * math.sqrt(2 * math.pi)))
    return 1.0
