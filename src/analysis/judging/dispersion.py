"""How much more a count varies from year to year than pure chance would make it: declared in the register, or estimated from all its series."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..promises.agreement import COMBINED, Agreement, Indicator
from ..promises.rules import Measured
from . import intervals
from .history import NOT_DELIVERED, Key, exposures
from .trend import fitted

Counts = tuple[np.ndarray, np.ndarray, np.ndarray]  # of one series: the years, the counts, and what they happen to

ASSUMED = ("by_chance", "estimated", "at_upper_limit")  # what may be assumed of all counts instead: no more than chance, what they show, its upper limit
LEAST_CASES = 10  # in all years of a series: of fewer the chi-square distribution does not hold (Koehler and Larntz, 1980)
LEAST_YEARS = 3
LEAST_FREEDOM = 5  # of fewer the upper limit is more than six times the estimate, which then is no figure to print


class Dispersion(NamedTuple):
    """The variance of a count as a multiple of what pure chance gives it, with 95 % limits where it was estimated, and with how much freedom.

    `source` is `declared` in the register, `estimated` from the areas' figures, `of_sums` from those of all areas together, which vary more,
    `few_years` where figures vary more than by chance but are too few to say how much, or empty where nothing tells.
    """

    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    freedom: float = math.inf
    source: str = ""

    @property
    def widening(self) -> float:
        """What limits are widened by: nothing varies less than by chance, so never below 1."""
        return max(self.value, 1.0) if self.source else 1.0

    @property
    def estimation(self) -> float:
        """The freedom of the t distribution; infinite (the normal one) where nothing that was estimated widens the limits."""
        return self.freedom if self.value > 1 else math.inf

    @property
    def level(self) -> float:
        """The level that normal limits are asked for to lie as far away as the 95 % limits of t."""
        return intervals.wider_level(self.estimation)


def estimated(series: Iterable[Counts]) -> Dispersion:
    """The dispersion of an indicator from its series: of each the years, the counts and the exposure.

    Pearson's chi-square around each series' own exponential trend, all together by their degrees of freedom (years less two a series).
    Series of fewer than three years or fewer than ten cases are left out; without any other there is nothing to estimate from.
    With fewer than five degrees of freedom it is no estimate: what varies more than by chance there still makes limits as wide as t of so
    few has them, and what does not tells nothing.
    Assumes that all series share one dispersion; the limits are those of a variance. Source: McCullagh and Nelder,
    Generalized Linear Models (1989), section 6.2.3.

    >>> estimated([(np.arange(2013, 2018), np.array([29, 15, 25, 37, 17]), np.ones(5))]).value.__round__(1)  # Motalavej
    4.4
    """
    from scipy.special import chdtri

    usable = [each for each in series if len(each[0]) >= LEAST_YEARS and each[1].sum() >= LEAST_CASES]
    freedom = sum(len(years) - 2 for years, _, _ in usable)
    if not freedom:
        return Dispersion()
    pearson = sum(float(((counts - expected) ** 2 / expected).sum()) for counts, expected in ((each[1], fitted(*each)) for each in usable))
    if freedom < LEAST_FREEDOM and pearson <= freedom:
        return Dispersion()
    lower, upper = (pearson / float(chdtri(freedom, side)) for side in ((1 - intervals.LEVEL) / 2, (1 + intervals.LEVEL) / 2))
    return Dispersion(pearson / freedom, lower, upper, freedom, "estimated" if freedom >= LEAST_FREEDOM else "few_years")


class Dispersions:
    """The dispersion of every indicator's counts, each worked out once, when it is asked for; with `assumed`, one of `ASSUMED`, that instead."""

    def __init__(self, agreement: Agreement, values: Mapping[Key, Measured], year: int, assumed: str = ""):
        self._references = agreement.references
        self._ask = cache(lambda indicator, place: dispersion_of(agreement, agreement.indicators[indicator], values, year, place, assumed))

    def of(self, indicator: str, place: str = COMBINED) -> Dispersion:
        """That of an indicator's counts in an area of ours or all of them, or in a place that we compare with."""
        found: Dispersion = self._ask(indicator, place if place in (COMBINED, *self._references) else "")
        return found


def dispersion_of(agreement: Agreement, indicator: Indicator, values: Mapping[Key, Measured], year: int, place: str = "", assumed: str = "") -> Dispersion:
    """How much more than by chance an indicator's counts vary: as the register declares, else as all areas and years up to `year` show.

    Where no area has a count of its own, the series of all areas together. Nothing of an indicator that is no count of events.
    Areas that rise and fall together make their sum vary more than each of them: of all areas together (`combined`) it is what their sum's own
    years show, where that is more.
    What varies so in a housing area says nothing of a whole municipality, where a hundred times as much happens: a place that we compare
    with has the dispersion of its own years alone, and none where they are too few. For fewer cases than the estimate was made of it
    stays: neighbours' reports come in as large bursts where little happens, and less certain is not wrong. With `assumed`: none at all
    (`by_chance`), the estimated one whatever is declared, or the upper limit of that, taken as known.
    """
    if indicator.uncertainty != "process" or assumed == "by_chance":
        return Dispersion()
    if indicator.dispersion > 1 and not assumed and place not in agreement.references:
        return Dispersion(float(indicator.dispersion), source="declared")
    areas = [place] if place in agreement.references else agreement.areas
    by_area = [stretch for area in areas for stretch in _stretches(agreement, indicator, area, values, year)]
    own = estimated(_stretches(agreement, indicator, COMBINED, values, year)) if place == COMBINED or not by_area else Dispersion()
    found = estimated(by_area) if by_area else own
    if assumed == "at_upper_limit":
        found = Dispersion(found.upper, source=found.source)
    if own.widening <= found.widening:
        return found
    return own._replace(source="of_sums") if own.source == "estimated" else own


def _stretches(agreement: Agreement, indicator: Indicator, area: str, values: Mapping[Key, Measured], year: int) -> Iterator[Counts]:
    """An area's counts between breaks that forbid comparing."""
    every = range(agreement.first_year, year + 1)
    points = {when: values.get((indicator.id, area, agreement.period(indicator.id, when)), NOT_DELIVERED) for when in every}
    known = {when: point for when, point in points.items() if point.count is not None and point.size}
    cuts = sorted(cut["year"] for cut in indicator.breaks if not cut.get("comparable"))
    for first, after in pairwise([agreement.first_year, *cuts, year + 1]):
        stretch = {when: point for when, point in known.items() if first <= when < after}
        if stretch:
            sizes: Sequence[Fraction | None] = exposures(agreement, indicator, area, stretch, values) or [point.size for point in stretch.values()]
            columns = (stretch, (point.count for point in stretch.values()), sizes)
            years, counts, exposure = (np.array([float(number or 0) for number in column]) for column in columns)
            yield years, counts, exposure
