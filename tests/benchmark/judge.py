"""How fast promises are judged: `python tests/benchmark/judge.py`. Not a test: it prints, it asserts nothing.

10 promises × 50 areas × 20 years = 10,000 judged years, survey shares and counts mixed, with every kind of chance
worked out. The first round loads statsmodels; the second is the engine alone. The exact fractions alone (a target and
a gap a year, no chance, no table) are timed beside it as a floor, so that the ratio can be compared between machines.
"""

import random
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from analysis.judging import certainty, targets
from analysis.judging.digits import MISSING
from analysis.promises.agreement import Agreement, Area, Criterion, Indicator, Reading
from analysis.promises.rules import AboveBaseline, AtMost, ChangePerYear

YEARS, BASE = range(2001, 2021), 2000
RULES = [
    ChangePerYear(change=Decimal("-0.1"), counted_from="baseline", path="compound"),
    ChangePerYear(change=Decimal("-0.1"), counted_from="previous_actual"),
    AboveBaseline(),
    AtMost(value=Decimal("0.6"), per="year"),
    ChangePerYear(change=Decimal("-0.05"), counted_from="baseline", path="linear"),
]


def register() -> Agreement:
    """Ten promises, one an indicator, for fifty areas."""
    areas = {f"a{n}": Area(id=f"a{n}", name=f"A{n}") for n in range(50)}
    name = {"da": "x", "en": "x"}
    kinds = [("share", "sample"), ("count", "process")]
    indicators = {
        f"i{n}": Indicator(
            id=f"i{n}",
            name=name,
            unit=kinds[n % 2][0],
            direction="down",
            measure="count",
            period="calendar_year",
            combine="none",
            uncertainty=kinds[n % 2][1],
            disclosure="open",
        )
        for n in range(10)
    }
    baseline = dict.fromkeys(areas, BASE)
    criteria = {
        f"C{n}": Criterion(f"C{n}", "g", "q", (Reading("primary", RULES[n % 5], (f"i{n}",), tuple(areas), YEARS[0], YEARS[-1], baseline),), {}, "", None, {})
        for n in range(10)
    }
    return Agreement(name, date(BASE, 1, 1), date(2020, 12, 31), ("da",), 5, 30, False, {}, areas, {}, indicators, criteria)


def measured(agreement: Agreement) -> pd.DataFrame:
    """A value for every indicator, area and year."""
    draw = random.Random(1)
    rows = []
    for indicator in agreement.indicators.values():
        share = indicator.unit == "share"
        for area in agreement.areas:
            for year in (BASE, *YEARS):
                value = Decimal(draw.randint(400, 900)).scaleb(-3) if share else Decimal(draw.randint(20, 120))
                size = Decimal(200) if share else MISSING
                rows.append((indicator.id, area, str(year), value, 3 if share else 0, MISSING, size, MISSING, MISSING, "measured"))
    columns = ["indicator", "area", "period", "value", "decimals", "numerator", "denominator", "lower", "upper", "status"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["value", "numerator", "denominator", "lower", "upper"], object))


def floor(observations: pd.DataFrame) -> None:
    """The least that exact judging costs: one fraction read, multiplied and subtracted a year."""
    factor = Fraction(9, 10)
    for value in observations["value"]:
        exact = Fraction(value)
        _ = exact * factor - exact >= 0


if __name__ == "__main__":
    agreement = register()
    observations = measured(agreement)
    times = {}
    for name, work in (("first", targets.judge), ("engine", targets.judge)):
        start = time.process_time()
        table = work(agreement, observations, 2020)
        times[name] = time.process_time() - start
    start = time.process_time()
    floor(observations)
    times["floor"] = time.process_time() - start
    judged = int(table["verdict"].isin(certainty.JUDGED).sum())
    print(
        f"{judged} judged years: first round {times['first']:.2f} s CPU, engine alone {times['engine']:.2f} s, exact fractions alone "
        f"{times['floor']:.2f} s, ratio {times['engine'] / times['floor']:.0f}"
    )
