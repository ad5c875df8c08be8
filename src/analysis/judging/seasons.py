"""Whether the calendar's months differ by more than chance in a count, year after year. Knows no words."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..promises.periods import months_of, period_of

LEAST_YEARS, LEAST_EXPECTED = 2, 5  # expected cases in a month, below which the chi-square distribution does not hold
CERTAIN, _FAR = 0.05, 2.0
_RECURS = 0.75  # of the years: two of two, three of four, four of five


class Season(NamedTuple):
    """The months (or quarters, from 1) that are high and low each year, `p` of no difference between them, and what it rests on.

    `years` is how many whole years, `parts` of how many months or quarters each; `recurs` in how many of the years, at least, each month
    named lies on its side of what was expected. None is high or low where p is 0.05 or more.
    """

    p: float
    years: int
    parts: int
    high: tuple[int, ...]
    low: tuple[int, ...]
    recurs: int = 0

    def __repr__(self) -> str:
        """The season in a sentence, as an analyst meets it."""
        part = {12: "months", 4: "quarters"}.get(self.parts, "halves")
        sides = [f"{side} in {part} {', '.join(map(str, each))}" for side, each in (("high", self.high), ("low", self.low)) if each]
        said = f"The {part} of {self.years} years differ no more than by chance"
        if self.p < CERTAIN:
            said = f"The {part} of {self.years} years differ by more than chance, none of them year after year"
        if sides:
            said = f"{', '.join(sides).capitalize()}, in at least {self.recurs} of {self.years} years"
        return f"{said} (p = {self.p:.2g})"


def season(rows: pd.DataFrame, dispersion: float = 1.0) -> Season | None:
    """Whether the months (or quarters) of the calendar differ by more than chance in a count; None where that cannot be told.

    Whole years alone are used, two at least, with 5 expected cases in every month. Homogeneity is tested by Pearson's
    chi-square of the months' sums against what the length of the months (and a rate's denominator) leads to, divided by the
    dispersion: the declared one, or that of the months around their own season where it is larger. A month is high (low) where its
    standardised residual is above 2 (below −2) and it lies above (below) what was expected in three years of four: one wild month
    is no season, and there may be none to name though the months differ.
    Source: Pearson's chi-square of equal frequencies as a quasi-likelihood F test (McCullagh and Nelder, Generalized Linear
    Models, 1989, chapter 9); the residuals: Agresti, An Introduction to Categorical Data Analysis, 2007, section 2.4.
    """
    from scipy.special import fdtrc  # loaded where it is used: whoever only reads finished tables need not wait

    counts, exposure = _calendar(rows)
    if len(counts) < LEAST_YEARS:
        return None
    years, parts = counts.shape
    expected = exposure / exposure.sum(axis=1, keepdims=True) * counts.sum(axis=1, keepdims=True)
    number, awaited = counts.sum(axis=0), expected.sum(axis=0)
    if awaited.min() < LEAST_EXPECTED:
        return None
    freedom = (years - 1) * (parts - 1)
    fitted = expected * number / awaited
    around = np.divide((counts - fitted) ** 2, fitted, out=np.zeros_like(fitted), where=fitted > 0).sum() / freedom
    spread = max(dispersion, around)
    p = float(fdtrc(parts - 1, freedom, ((number - awaited) ** 2 / awaited).sum() / (parts - 1) / spread))
    away = (number - awaited) / np.sqrt(awaited * spread * (1 - awaited / awaited.sum()))
    if p >= CERTAIN:
        return Season(p, years, parts, (), ())
    above, below = (counts > expected).sum(axis=0), (counts < expected).sum(axis=0)
    sides = ((away > _FAR) & (above >= _RECURS * years), (away < -_FAR) & (below >= _RECURS * years))
    high, low = (tuple(int(part) for part in np.flatnonzero(side) + 1) for side in sides)
    recurs = min([*above[sides[0]].tolist(), *below[sides[1]].tolist()], default=0)
    return Season(p, years, parts, high, low, recurs)


def _calendar(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Cases and exposure (days, times a rate's denominator), a line a whole year, a column a part of the year."""
    if rows.empty:
        return np.empty((0, 12)), np.empty((0, 12))
    months = [months_of(period) for period in rows["period"]]
    parts, ratio = 12 // len(months[0]), rows["numerator"].notna().any()
    days = np.array([sum(pd.Period(period_of(month, 1), "M").days_in_month for month in each) for each in months], dtype=float)
    table = pd.DataFrame(
        {
            "year": [each.start // 12 for each in months],
            "part": [each.start % 12 // len(each) + 1 for each in months],
            "count": rows["numerator" if ratio else "value"].to_numpy(dtype=float),
            "exposure": days * (rows["denominator"].to_numpy(dtype=float) if ratio else 1.0),
        }
    )
    wide = table.pivot(index="year", columns="part").reindex(columns=[(name, part) for name in ("count", "exposure") for part in range(1, parts + 1)])
    whole = wide[wide.notna().all(axis=1)]
    whole = whole[(whole["count"].sum(axis=1) > 0) & (whole["exposure"].min(axis=1) > 0)]
    return whole["count"].to_numpy(), whole["exposure"].to_numpy()


def explained(period: str, side: float, season: Season | None) -> bool:
    """Whether a point above (1) or below (-1) the centre is where the season puts this part of the year."""
    if season is None:
        return False
    months = months_of(period)
    return months.start % 12 // len(months) + 1 in (season.high if side > 0 else season.low)
