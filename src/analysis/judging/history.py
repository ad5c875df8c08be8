"""What was measured, as a rule may ask for it: exact values by year, how far their print may lie from the truth, and where a series breaks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd

from ..promises.agreement import Agreement, Indicator, Reading
from ..promises.rules import Measured

Key = tuple[str, str, str]  # indicator, area, period
NOT_DELIVERED = Measured(None, "not_delivered")


def exact(value: float) -> Fraction:
    """The fraction of the printed digits: 0.583 is 583/1000, not the nearest binary number."""
    return Fraction(repr(float(value)))


def measured(agreement: Agreement, observations: pd.DataFrame) -> dict[Key, Measured]:
    """Every observation as exact value with its rounding, by indicator, area and period."""
    found = {}
    columns = ["indicator", "area", "period", "value", "decimals", "numerator", "denominator", "lower", "upper", "status"]
    for indicator, area, period, value, decimals, top, bottom, lower, upper, status in observations[columns].itertuples(index=False, name=None):
        if value != value:
            found[indicator, area, period] = Measured(None, status)
            continue
        unit = agreement.indicators[indicator].unit
        counted = unit == "count" or top == top
        rounded = not counted and not pd.isna(decimals) and unit in ("share", "rate")
        found[indicator, area, period] = Measured(
            exact(top) / exact(bottom) if top == top and bottom else exact(value),
            status,
            Fraction(1, 2 * 10 ** int(decimals)) if rounded else Fraction(0),
            value if unit == "count" else top,
            bottom if bottom == bottom or unit != "count" else 1.0,
            lower,
            upper,
        )
    return found


def broken(indicator: Indicator, since: int, until: int) -> bool:
    """Whether a declared break after `since` and up to `until` forbids comparing the two."""
    return any(since < cut["year"] <= until and not cut.get("comparable") for cut in indicator.breaks)


@dataclass(frozen=True)
class Series:
    """One indicator in one area as one reading of a promise looks at it: the `History` that its rule asks."""

    agreement: Agreement
    reading: Reading
    indicator: Indicator
    area: str
    values: Mapping[Key, Measured]

    def in_year(self, year: int, area: str = "") -> Measured:
        """The area's own figure of a year, or that of the area named."""
        period = self.agreement.period(self.indicator.id, year)
        found = self.values.get((self.indicator.id, area or self.area, period))
        if found is None and any((self.indicator.id, area or self.area, part) in self.values for part in _parts(year)):
            return Measured(None, "part_year")
        return found or NOT_DELIVERED

    def judged_in(self, year: int) -> Measured:
        """The value that is held against a year's target; promises on a total add up the plan's years so far."""
        if not self.reading.rule.adds_up(self.indicator):
            return self.in_year(year)
        years = [self.in_year(each) for each in range(self.reading.first_year, year + 1)]
        missing = [point for point in years if point.value is None]
        if missing or not years:
            return Measured(None, missing[0].status if missing else "not_delivered")
        total = sum((point.value or Fraction(0) for point in years), Fraction(0))
        lower, upper = (math.fsum(getattr(point, end) for point in years) for end in ("lower", "upper"))
        return Measured(total, "derived", count=float(total), size=1.0, lower=lower, upper=upper)

    @property
    def baseline_year(self) -> int | None:
        """The year of the figure the promise starts from."""
        return self.reading.baseline_years.get(self.area)

    @cached_property
    def start(self) -> Measured:
        """The figure the promise starts from."""
        if self.reading.baseline_period:
            return self.values.get((self.indicator.id, self.area, self.reading.baseline_period), NOT_DELIVERED)
        return NOT_DELIVERED if self.baseline_year is None else self.in_year(self.baseline_year)

    @property
    def start_year(self) -> int:
        """The year the path counts from: the baseline's, or the one before the first judged."""
        return self.reading.first_year - 1 if self.baseline_year is None else self.baseline_year

    @property
    def first_value_year(self) -> int:
        """The year whose target is the promise's first value: the baseline's, or the first judged."""
        return self.reading.first_year if self.baseline_year is None else self.baseline_year

    def broken(self, since: int, until: int) -> bool:
        """Whether a declared break after `since` and up to `until` forbids comparing the two."""
        return broken(self.indicator, since, until)


def _parts(year: int) -> Iterator[str]:
    """The names of the half-years, quarters and months of a year."""
    yield from (f"{year}-H{half}" for half in (1, 2))
    yield from (f"{year}-Q{quarter}" for quarter in range(1, 5))
    yield from (f"{year}-{month:02d}" for month in range(1, 13))
