"""How fast figures are protected: `python tests/benchmark/protect.py`. Not a test: it prints, it asserts nothing.

4 areas and their delivered total × 10 years × 20 counts, all of them protected and most of them small, with a ledger of
10 editions, in each of which three figures of the one before were corrected. Then monthly counts of one indicator, with
quarters, halves and the year: the time of a plan is that times its indicators and years. Then months and years of 40 areas × 10 years. Last many areas ×
10 years with both margins, and types with their sum.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
from conftest import agreement_of, count, criterion, indicator, observed

from analysis.promises.agreement import Agreement
from analysis.protecting.disclosure import protection
from analysis.protecting.editions import shown

YEARS, AREAS = range(2012, 2022), "abcd"
AGREEMENT = agreement_of(indicators="".join(indicator(f"i{n}") for n in range(20)) + indicator("reports"))
DRAW = np.random.default_rng(1)


def with_totals(numbers: dict[tuple[str, str, str], int]) -> pd.DataFrame:
    """Counts by indicator, area and period, with the total of each period."""
    totals: dict[tuple[str, str, str], int] = {}
    for (id_, _, period), number in numbers.items():
        totals[id_, "combined", period] = totals.get((id_, "combined", period), 0) + number
    return observed(*(count(area, period, float(number), id_) for (id_, area, period), number in (numbers | totals).items()))


def yearly() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The last year's table, and the ledger of the editions before it."""
    numbers = {(f"i{n}", area, str(year)): int(DRAW.poisson(8 * DRAW.choice([0.2, 1, 3]))) for n in range(20) for year in YEARS for area in AREAS}
    ledger: list[pd.DataFrame] = []
    for last in YEARS:
        table = with_totals({key: number for key, number in numbers.items() if int(key[2]) <= last})
        editions = pd.concat(ledger) if ledger else None
        ledger.append(shown(protection(table, AGREEMENT, editions).table).assign(edition=f"{last}-1"))
        for key in [list(numbers)[i] for i in DRAW.choice(len(numbers), 3)]:
            numbers[key] = max(numbers[key] + int(DRAW.integers(-2, 3)), 0)
    return with_totals(numbers), pd.concat(ledger)


def monthly(scale: int) -> pd.DataFrame:
    """One indicator's months of a year in four areas, with every longer period."""
    numbers = {}
    for area in AREAS:
        months = DRAW.poisson(scale * DRAW.choice([0.2, 1, 3]) / 12, 12)
        numbers |= {("reports", area, f"2018-{i + 1:02d}"): int(number) for i, number in enumerate(months)}
        for name, size in (("Q", 3), ("H", 6)):
            numbers |= {("reports", area, f"2018-{name}{i + 1}"): int(months[size * i : size * (i + 1)].sum()) for i in range(12 // size)}
        numbers["reports", area, "2018"] = int(months.sum())
    return with_totals(numbers)


def months_of_many(areas: int, cases: int) -> tuple[pd.DataFrame, Agreement]:
    """Months and years of areas × 10 years, of very different size around so many cases a year, without totals."""
    numbers = {}
    for place, year in ((f"a{i}", year) for i in range(areas) for year in YEARS):
        months = DRAW.poisson(cases * DRAW.choice([0.3, 1, 3]) / 12, 12)
        numbers |= {(place, f"{year}-{i + 1:02d}"): int(number) for i, number in enumerate(months)} | {(place, str(year)): int(months.sum())}
    places = tuple(f"a{i}" for i in range(areas))
    agreement = agreement_of(criterion('kind = "direction"', scope='"each"'), indicators=indicator("reports"), areas=places)
    return observed(*(count(area, period, float(number)) for (area, period), number in numbers.items())), agreement


def many(areas: int, types: int = 1) -> tuple[pd.DataFrame, Agreement]:
    """Areas × 10 years (× types) of very different size, with the sums over years, areas and types."""
    names = [f"type{n}" for n in range(types)] if types > 1 else ["reports"]
    size = DRAW.lognormal(3, 1, areas)
    numbers = {(id_, f"a{i}", str(year)): int(DRAW.poisson(size[i])) for id_ in names for i in range(areas) for year in YEARS}
    wholes: dict[tuple[str, str, str], int] = {}
    for (id_, area, year), number in numbers.items():
        for key in {(id_, area, "2012-2021"), ("reports", area, year), ("reports", area, "2012-2021")} - numbers.keys():
            wholes[key] = wholes.get(key, 0) + number
    all_types = indicator("reports") + "".join(indicator(id_, part_of="reports") for id_ in names if id_ != "reports")
    places = tuple(f"a{i}" for i in range(areas))
    return with_totals(numbers | wholes), agreement_of(criterion('kind = "direction"', scope='"each"'), indicators=all_types, areas=places)


if __name__ == "__main__":
    table, ledger = yearly()
    start = time.perf_counter()
    found = protection(table, AGREEMENT, ledger)
    hidden = found.reasons[found.reasons != ""].value_counts().to_dict()
    print(f"{len(table)} figures, ledger of {len(ledger)} lines: {time.perf_counter() - start:.2f} s, hidden {hidden}")
    for scale in (8, 30, 100):
        tables = [monthly(scale) for _ in range(10)]
        start = time.perf_counter()
        hidden = sum(int((protection(table, AGREEMENT).table["status"] == "suppressed").sum()) for table in tables)
        print(
            f"months, about {scale} a year and area: {(time.perf_counter() - start) / len(tables):.3f} s an indicator and year, "
            f"{hidden / len(tables):.0f} of {len(tables[0])} figures hidden"
        )
    for name, (table, agreement) in {
        "months of 40 areas × 10 years": months_of_many(40, 30),
        **{f"{areas} areas × 10 years × {types}": many(areas, types) for areas, types in ((200, 1), (40, 3))},
    }.items():
        start = time.process_time()
        found = protection(table, agreement)
        small = float(((table["value"].astype(float) > 0) & (table["value"].astype(float) < 5)).mean())
        print(
            f"{name}: {time.process_time() - start:.1f} s of computing, "
            f"{small:.0%} small, {(found.reasons != '').mean():.0%} hidden, {len(found.exposed)} exposed"
        )
