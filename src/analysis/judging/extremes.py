"""Whether a start is an unusual one: how it lies among the years before it. What begins far out tends to come back by itself.

Regression to the mean: Galton (1886); Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..promises.agreement import Agreement, Indicator
from ..promises.rules import Measured
from . import intervals
from .dispersion import Dispersion, Dispersions
from .history import NOT_DELIVERED, Key

ABOVE, BELOW, LARGEST, SMALLEST = EXTREMES = ("above_limits", "below_limits", "largest", "smallest")
LEAST_EARLIER = 3  # figures before a start, of which it may be the largest; two where the numbers behind them say how far chance goes


class Start(NamedTuple):
    """How a start lies among the years before it (one of `EXTREMES`, or empty), and how many of these have a figure."""

    extreme: str = ""
    earlier: int = 0


class Starts:
    """The starts of every series, each looked at once."""

    def __init__(self, agreement: Agreement, values: Mapping[Key, Measured], spreads: Dispersions):
        self._agreement, self._values = agreement, values
        self._ask = cache(lambda indicator, area, year: self._start(agreement.indicators[indicator], area, year, spreads.of(indicator, area)))

    def of(self, indicator: str, area: str, year: int) -> Start:
        """That of a series which begins in a year."""
        found: Start = self._ask(indicator, area, year)
        return found

    def _start(self, indicator: Indicator, area: str, year: int, spread: Dispersion) -> Start:
        cuts = [cut["year"] for cut in indicator.breaks if cut["year"] <= year and not cut.get("comparable")]
        years = range(max([self._agreement.first_year, *cuts]), year + 1)
        figures = [self._values.get((indicator.id, area, self._agreement.period(indicator.id, each)), NOT_DELIVERED) for each in years]
        earlier = [figure for figure in figures[:-1] if figure.value is not None]
        return Start(extreme(indicator, figures[-1], earlier, spread) if figures[-1].value is not None else "", len(earlier))


def extreme(indicator: Indicator, start: Measured, earlier: Sequence[Measured], spread: Dispersion) -> str:
    """How a figure lies among earlier ones: outside the limits within which they let one expect another, the largest or smallest of all, or neither.

    In a series that went the same way every year the last is always the largest or smallest: there only a leap from the year before counts.
    The limits are 95 % prediction limits: of counts and shares exact (or Newcombe's) against all earlier years together, of all else those
    of t. A dispersion that is declared widens them; none that was estimated with the start itself, which would hide how far out it lies.
    Source: Nelson (1982), Applied Life Data Analysis, section 6.3, of counts; Hahn and Meeker (1991), Statistical Intervals, section 4.8.
    """
    if start.value is None or len(earlier) < LEAST_EARLIER - 1:
        return ""
    before = [figure.value or 0 for figure in earlier]
    above, below = start.value > max(before), start.value < min(before)
    if _on_its_way([*before, start.value]) and not _outside(indicator, start, earlier[-1:], spread):
        return ""
    if (above or below) and _outside(indicator, start, earlier, spread):
        return ABOVE if above else BELOW
    if len(earlier) < LEAST_EARLIER:
        return ""
    return LARGEST if above else SMALLEST if below else ""


def _on_its_way(values: Sequence[Fraction | int]) -> bool:
    """Whether each figure is above the one before, or each below."""
    steps = {after > before for before, after in pairwise(values)}
    return len(steps) == 1 and len(set(values)) == len(values)


def _outside(indicator: Indicator, start: Measured, earlier: Sequence[Measured], spread: Dispersion) -> bool:
    """Whether the figure lies outside the prediction limits of the earlier ones."""
    figures = [start, *earlier]
    value, count, size = (np.array([math.nan if (n := getattr(each, name)) is None else float(n) for each in figures]) for name in ("value", "count", "size"))
    if indicator.uncertainty == "process" and np.isfinite(count * size).all():
        width = spread.widening if spread.source == "declared" else 1.0
        return bool(intervals.count_ratio_p(count[0], count[1:].sum(), 1.0, size[0], size[1:].sum(), width) < 1 - intervals.LEVEL)
    if indicator.uncertainty == "sample" and np.isfinite(size).all():
        pooled = np.average(value[1:], weights=size[1:])
        lower, upper = intervals.share_difference(value[0], size[0], pooled, size[1:].sum(), 1.0, float(indicator.design_effect))
        return bool(lower > 0 or upper < 0)
    if len(earlier) < LEAST_EARLIER:
        return False
    reach = intervals.quantile(len(earlier) - 1) * value[1:].std(ddof=1) * math.sqrt(1 + 1 / len(earlier))
    return bool(abs(value[0] - value[1:].mean()) > reach)
