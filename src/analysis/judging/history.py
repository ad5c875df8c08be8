"""What was measured, as a rule may ask for it: exact values by year, how far their print may lie from the truth, and where a series breaks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from ..promises.agreement import COMBINED, Agreement, Indicator, Reading
from ..promises.periods import split
from ..promises.rules import Measured, Target, Term
from .digits import exact

Key = tuple[str, str, str]  # indicator, area, period
Number = Decimal | float  # of which a float is missing, or a quotient without an end
_MEASURED = ["indicator", "area", "period", "value", "decimals", "numerator", "denominator", "lower", "upper", "status"]
NOT_DELIVERED = Measured(None, "not_delivered")


def measured(agreement: Agreement, observations: pd.DataFrame) -> dict[Key, Measured]:
    """Every observation as exact value with its rounding, by indicator, area and period."""
    rows = observations[_MEASURED].itertuples(index=False, name=None)
    kinds = {id_: (each.unit, each.uncertainty) for id_, each in agreement.indicators.items()}
    return {(id_, area, period): _measured(*kinds[id_], *figure) for id_, area, period, *figure in rows}


@lru_cache(maxsize=1 << 14, typed=True)  # a report judges the same figures under a dozen assumptions
def _measured(unit: str, uncertainty: str, value: Number, decimals: Any, top: Number, bottom: Number, lower: Number, upper: Number, status: str) -> Measured:
    """One observation; a share known as so many of so many is judged by these two, and is not rounded."""
    if value != value:
        return Measured(None, status)
    numerator, size, is_count = exact(top), exact(bottom), unit == "count"
    whole = numerator / size if numerator is not None and size else exact(value)
    rounded = numerator is None and not pd.isna(decimals) and unit in ("share", "rate")
    half = Fraction(1, 2 * 10 ** int(decimals)) if rounded else Fraction(0)
    bounds = (exact(lower), exact(upper)) if uncertainty == "estimate" else (None, None)
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


def breaks_between(indicator: Indicator, since: int, until: int) -> tuple[int, ...]:
    """The years after `since` and up to `until` in which a declared break lies, comparable or not."""
    return tuple(cut["year"] for cut in indicator.breaks if since < cut["year"] <= until)


def known(indicator: Indicator, figure: Measured) -> bool:
    """Whether what is behind a figure is known, so that chance can be told."""
    return bool(figure.size) and (indicator.unit == "share" or figure.count is not None)


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
        total, lower, upper = (sum_if_known(getattr(point, name) for point in years) for name in ("value", "lower", "upper"))
        return Measured(total, "derived", count=total, size=Fraction(1), lower=lower, upper=upper)

    def so_far(self, year: int) -> Measured:
        """The least that a year not wholly delivered comes to, by the parts that were, with the whole years before it of a promise on a total.

        Only of counts that add up; not of a year of which nothing came, or that was delivered.
        """
        indicator, whole = self.indicator, self.in_year(year)
        if whole.status != "part_year" or whole.value is not None or (indicator.combine, indicator.measure, indicator.unit) != ("sum", "count", "count"):
            return NOT_DELIVERED
        ways = split(self.agreement.period(indicator.id, year), self.agreement.start.month)
        came = [[self.values.get((indicator.id, self.area, part), NOT_DELIVERED).value for part in parts] for parts in ways]
        least = max(sum((number for number in numbers if number is not None), Fraction(0)) for numbers in came)
        before = [self.in_year(each).value for each in range(self.reading.first_year, year)] if self.reading.rule.adds_up(indicator) else []
        total = sum_if_known([least, *before])
        return NOT_DELIVERED if total is None else Measured(total, "part_year", count=total, size=Fraction(1))

    def apart(self, place: str, there: Measured, own: Measured) -> tuple[Fraction, Fraction, Measured] | None:
        """A place's figure as this area's own, so many times, and that of the rest of it, so many times; None where it does not count us in.

        Of shares and rates each counts by what is behind it. None, too, where that is not known, or no such rest can be.
        """
        contained = self.agreement.references[place].contains
        if not (self.area in contained or (self.area == COMBINED and set(self.agreement.areas) <= set(contained))):
            return None
        if there.value is None or own.value is None or not there.size or not own.size:
            return None
        if self.indicator.unit == "count":
            rest = there.value - own.value
            return None if rest < 0 else (Fraction(1), Fraction(1), Measured(rest, there.status, count=rest, size=Fraction(1)))
        size = there.size - own.size
        happened = there.value * there.size - own.value * own.size
        if size <= 0 or happened < 0 or (self.indicator.unit == "share" and happened > size):
            return None
        return own.size / there.size, size / there.size, Measured(happened / size, there.status, count=happened, size=size)

    def distance(self, value: Measured, year: int, target: Target) -> list[Term]:
        """The figures whose sum, each so many times, is a value less its target, but for the numbers written in it."""
        asked = target.terms or (() if target.base is None else (Term(target.factor, target.base, self.start_year),))
        return [Term(Fraction(1), value, year), *(replace(each, times=-each.times) for each in asked)]

    def independent(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """The same sum of figures that are independent of each other, each of them once, this area's own first.

        A place that counts this area in is taken as this area and the rest of it, by what is behind each. A place of which nobody printed
        what is behind its figure is left out: it is taken as it stands, without an error of its own.
        """
        listed = list(terms)
        if len({each.year for each in listed}) == len(listed) and not any(each.place for each in listed):
            return tuple(listed)  # as most are: figures of the area's own, each of another year
        own: dict[tuple[int, Measured], Fraction] = {}
        others: dict[tuple[int, str, Measured], Fraction] = {}
        for each in listed:
            if not each.place:
                own[each.year, each.figure] = own.get((each.year, each.figure), Fraction(0)) + each.times
        for each in listed:
            if not each.place or not known(self.indicator, each.figure):
                continue
            here, weight, there, figure = next((key for key in own if key[0] == each.year), None), Fraction(0), Fraction(1), each.figure
            if here and (parts := self.apart(each.place, each.figure, here[1])):
                weight, there, figure = parts
                own[here] += each.times * weight
            key = (each.year, each.place, figure)
            others[key] = others.get(key, Fraction(0)) + each.times * there
        mine = (Term(times, figure, year) for (year, figure), times in own.items())
        return (*mine, *(Term(times, figure, year, place) for (year, place, figure), times in others.items()))

    @property
    def baseline_year(self) -> int | None:
        """The year of the figure the promise starts from."""
        return self.reading.baseline_years.get(self.area)

    @cached_property
    def start(self) -> Measured:
        """The figure the promise starts from."""
        if self.starts_undated:
            return self.values.get((self.indicator.id, self.area, self.reading.baseline_period), NOT_DELIVERED)
        return NOT_DELIVERED if self.baseline_year is None else self.in_year(self.baseline_year)

    @property
    def starts_undated(self) -> bool:
        """Whether it starts from a figure of no year; one that counts from last year's actual figure only where nobody measured the year before."""
        if not self.reading.baseline_period:
            return False
        return not self.reading.rule.chained or self.baseline_year is None or self.in_year(self.baseline_year).value is None

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


def sum_if_known(numbers: Iterable[Fraction | None]) -> Fraction | None:
    """The sum of the numbers; None where one of them is not known."""
    listed = list(numbers)
    known = [number for number in listed if number is not None]
    return sum(known, Fraction(0)) if len(known) == len(listed) else None


def _parts(year: int) -> Iterator[str]:
    """The names of the half-years, quarters and months of a year."""
    yield from (f"{year}-H{half}" for half in (1, 2))
    yield from (f"{year}-Q{quarter}" for quarter in range(1, 5))
    yield from (f"{year}-{month:02d}" for month in range(1, 13))
