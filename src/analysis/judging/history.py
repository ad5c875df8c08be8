"""What was measured, as a rule may ask for it: exact values by year, how far their print may lie from the truth, and where a series breaks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from ..promises.agreement import Agreement, Indicator, Reading
from ..promises.rules import Measured
from .digits import exact

Key = tuple[str, str, str]  # indicator, area, period
Number = Decimal | float  # of which a float is missing, or a quotient without an end
_MEASURED = ["indicator", "area", "period", "value", "decimals", "numerator", "denominator", "lower", "upper", "status"]
NOT_DELIVERED = Measured(None, "not_delivered")


def measured(agreement: Agreement, observations: pd.DataFrame) -> dict[Key, Measured]:
    """Every observation as exact value with its rounding, by indicator, area and period."""
    rows = observations[_MEASURED].itertuples(index=False, name=None)
    return {(id_, area, period): _measured(agreement.indicators[id_], *figure) for id_, area, period, *figure in rows}


def _measured(indicator: Indicator, value: Number, decimals: Any, top: Number, bottom: Number, lower: Number, upper: Number, status: str) -> Measured:
    """One observation; a share known as so many of so many is judged by these two, and is not rounded."""
    if value != value:
        return Measured(None, status)
    numerator, size, is_count = exact(top), exact(bottom), indicator.unit == "count"
    whole = numerator / size if numerator is not None and size else exact(value)
    rounded = numerator is None and not pd.isna(decimals) and indicator.unit in ("share", "rate")
    half = Fraction(1, 2 * 10 ** int(decimals)) if rounded else Fraction(0)
    bounds = (exact(lower), exact(upper)) if indicator.uncertainty == "estimate" else (None, None)
    return Measured(whole, status, half, whole if is_count else numerator, Fraction(1) if is_count and size is None else size, *bounds)


def exposures(agreement: Agreement, indicator: Indicator, area: str, years: Iterable[int], values: Mapping[Key, Measured]) -> list[Fraction]:
    """What a count happens to (homes) in each of these years, where the register names it; nothing unless every year knows it."""
    if not indicator.exposure:
        return []
    sizes = [values.get((indicator.exposure, area, agreement.period(indicator.id, year)), NOT_DELIVERED).value for year in years]
    known = [size for size in sizes if size]
    return known if len(known) == len(sizes) else []


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
        total, lower, upper = (_sum(getattr(point, name) for point in years) for name in ("value", "lower", "upper"))
        return Measured(total, "derived", count=total, size=Fraction(1), lower=lower, upper=upper)

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


def _sum(numbers: Iterable[Fraction | None]) -> Fraction | None:
    """The sum of the numbers; None where one of them is not known."""
    listed = list(numbers)
    known = [number for number in listed if number is not None]
    return sum(known, Fraction(0)) if len(known) == len(listed) else None


def _parts(year: int) -> Iterator[str]:
    """The names of the half-years, quarters and months of a year."""
    yield from (f"{year}-H{half}" for half in (1, 2))
    yield from (f"{year}-Q{quarter}" for quarter in range(1, 5))
    yield from (f"{year}-{month:02d}" for month in range(1, 13))
