"""How sure one can be: whether chance alone could explain a verdict, or a change, and how small a change could be told from it.

For the whole table at once, by what the register declares of each indicator. Rows are those of `targets`; nothing here knows what was promised.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from . import intervals
from .dispersion import Dispersion

JUDGED = ("met", "not_met", "rounding_undecided")  # verdicts of which one can be sure or not
CHANCE = 1 - intervals.LEVEL  # a p-value from here on is within chance
POWER = 0.8


class Chance(NamedTuple):
    """What chance says of every row: certainty, p against the target and of no change, and the smallest changes one could see."""

    certainty: list[str]
    target_p: np.ndarray
    change_p: np.ndarray
    detectable: np.ndarray
    detectable_80: np.ndarray


def chance(rows: Sequence[Any], spread: Callable[[str, str], Dispersion]) -> Chance:
    """What chance says of every row, by the indicator's declared uncertainty; `spread` is the dispersion of an indicator's counts in a place."""
    certainty, numbers = np.full(len(rows), "", dtype=object), np.full((4, len(rows)), np.nan)
    judged = np.array([row.verdict in JUDGED and row.role != "period" for row in rows], dtype=bool)
    for i in np.flatnonzero(judged).tolist():
        certainty[i] = {"none": "full_count", "estimate": _bounded(rows[i])}.get(rows[i].indicator.uncertainty, "cannot_tell")
    for kind, parts in {"sample": _sample, "process": _process}.items():
        chosen = [i for i, row in enumerate(rows) if row.indicator.uncertainty == kind and row.point.value is not None and row.role != "period"]
        if chosen:
            numbers[:, chosen] = parts([rows[i] for i in chosen], spread)
    numbers[0, ~judged] = np.nan
    settled = np.array([row.verdict in ("met", "not_met") for row in rows], dtype=bool)
    certainty[settled & (numbers[0] < CHANCE)] = "certain"
    return Chance(list(certainty), *numbers)


def _bounded(row: Any) -> str:
    """An estimate is certain only where the supplier's own bounds lie on one side of the target, which has bounds itself where it is made of an estimate."""
    if row.target.value is None or row.point.lower is None or row.point.upper is None:
        return "cannot_tell"
    base, least, most = row.target.base, row.target.value, row.target.value
    if base is not None and base.lower is not None and base.upper is not None:
        least, most = (row.target.factor * bound for bound in (base.lower, base.upper))
    return "cannot_tell" if row.point.lower <= most and row.point.upper >= least else "certain"


def _column(rows: Iterable[Any], take: Callable[[Any], Fraction | Decimal | float | None]) -> np.ndarray:
    return np.array([float(value) if (value := take(row)) is not None else math.nan for row in rows])


# --- against the target ----------------------------------------------------------------------------------


class _Terms(NamedTuple):
    """The measured figures whose sum, each so many times, is the distance to the target, a row a line; those counted 0 times fill the lines up.

    `number` is what that sum is held against; `known` whether all that is behind the figures is known.
    """

    times: np.ndarray
    value: np.ndarray
    happened: np.ndarray
    size: np.ndarray
    number: np.ndarray
    known: np.ndarray


def _terms(rows: Sequence[Any]) -> _Terms:
    widest = max(1, max(len(row.terms) for row in rows))
    filled = np.zeros((4, len(rows), widest))
    filled[3] = 1.0
    for i, row in enumerate(rows):
        for k, term in enumerate(row.terms):
            figure = term.figure
            amounts = (term.times, figure.value, figure.count, figure.size)
            filled[:, i, k] = [math.nan if amount is None else float(amount) for amount in amounts]
    counted = rows[0].indicator.uncertainty == "process"
    known = np.isfinite(filled[2 if counted else 1] * filled[3]).all(axis=-1) & (filled[3] > 0).all(axis=-1)
    times, value, happened, size = filled
    return _Terms(times, value, happened, size, _column(rows, lambda row: row.number), known & (times[:, 0] != 0))


def against_target(rows: Sequence[Any], spread: Callable[[str, str], Dispersion]) -> np.ndarray:
    """p of each row's value lying just on its target, with the errors of all figures that both are made of; rows of one kind of uncertainty."""
    return _shares_against_target(rows) if rows[0].indicator.uncertainty == "sample" else _counts_against_target(rows, spread)


def _shares_against_target(rows: Sequence[Any]) -> np.ndarray:
    """p of each share lying just on its target, with the errors of all shares that the target is made of."""
    terms, effect = _terms(rows), _column(rows, lambda row: row.indicator.design_effect)
    size = np.where(terms.known[:, None], terms.size, 1.0)
    return np.where(terms.known, intervals.shares_p(terms.times, np.nan_to_num(terms.value), size, terms.number, effect), np.nan)


def _counts_against_target(rows: Sequence[Any], spread: Callable[[str, str], Dispersion]) -> np.ndarray:
    """p of each count or rate lying just on its target: exact against a number or so many times one other, else as a sum of all."""
    terms, p = _terms(rows), np.full(len(rows), np.nan)
    widths = np.ones((2, *terms.times.shape))
    widths[1] = np.inf
    for i, row in enumerate(rows):
        for k, term in enumerate(row.terms):
            found = spread(row.indicator.id, term.place or row.area)
            widths[:, i, k] = found.widening, found.estimation
    own, freedom = widths[:, :, 0]
    lone = terms.known & ((terms.times[:, 1:] == 0).all(axis=-1))
    pair = terms.known & ~lone & (terms.number == 0)
    if terms.times.shape[1] > 1:
        alike = (widths[:, :, 1] == widths[:, :, 0]).all(axis=0)
        pair &= (terms.times[:, 1] < 0) & (terms.times[:, 0] > 0) & alike & (terms.times[:, 2:] == 0).all(axis=-1)
        ratio = np.divide(-terms.times[:, 1], terms.times[:, 0], out=np.ones(len(rows)), where=pair)
        exact = intervals.count_ratio_p(terms.happened[:, 0], terms.happened[:, 1], ratio, terms.size[:, 0], terms.size[:, 1], own)
        p = np.where(pair, intervals.p_with_freedom(exact, freedom), p)
    expected = np.divide(terms.number * terms.size[:, 0], terms.times[:, 0], out=np.full(len(rows), np.nan), where=lone)
    single = intervals.p_with_freedom(intervals.poisson_p(terms.happened[:, 0], expected, own), freedom)
    p = np.where(lone, np.where(expected > 0, single, (terms.happened[:, 0] == expected).astype(float)), p)
    several = np.flatnonzero(terms.known & ~lone & ~pair)
    if len(several):
        times, happened, size, number = (each[several] for each in (terms.times, terms.happened, terms.size, terms.number))
        p[several] = intervals.counts_p(times, happened, size, number, *widths[:, several])
    return p


# --- since where it came from ----------------------------------------------------------------------------


def _sample(rows: Sequence[Any], spread: Callable[[str, str], Dispersion]) -> tuple[np.ndarray, ...]:
    """Survey shares: p against the target, p of no change, and the smallest changes."""
    share, answers = _column(rows, lambda row: row.point.value), _column(rows, lambda row: row.point.size)
    effect = _column(rows, lambda row: row.indicator.design_effect)
    base, base_size = (_column(rows, partial(_base_field, name=name)) for name in ("value", "size"))
    p = intervals.share_difference_p(share, answers, base, base_size, effect)
    sign = np.where([row.side.low for row in rows], -1.0, 1.0)
    smallest = _smallest(lambda step: _outside(intervals.share_difference(np.clip(base + sign * step, 0, 1), answers, base, base_size, 1.0, effect), 0.0), base)
    seen = intervals.share_seen(np.clip(base + sign * smallest, 0, 1), answers / effect, sign < 0, POWER) - base
    return against_target(rows, spread), p, sign * smallest, seen


def _process(rows: Sequence[Any], spread: Callable[[str, str], Dispersion]) -> tuple[np.ndarray, ...]:
    """Counts of events: p against the target, p of no change, and the smallest changes."""
    count, size = _column(rows, lambda row: row.point.count), _column(rows, lambda row: row.point.size)
    found = [spread(row.indicator.id, row.area) for row in rows]
    width, freedom = np.array([each.widening for each in found]), np.array([each.estimation for each in found])
    base, base_size = (_column(rows, partial(_base_field, name=name)) for name in ("count", "size"))
    p = intervals.p_with_freedom(intervals.count_ratio_p(count, base, 1.0, size, base_size, width), freedom)
    falls, rate, enough = np.array([row.side.low for row in rows]), base / base_size * size, intervals.p_without_freedom(CHANCE, freedom)

    def whole(step: np.ndarray) -> np.ndarray:
        return np.where(falls, np.floor(rate - step), np.ceil(rate + step))

    smallest = _smallest_count(
        lambda step: (intervals.count_ratio_p(np.maximum(whole(step), 0), base, 1.0, size, base_size, width) < enough) & (whole(step) >= 0), rate, falls
    )
    seen = intervals.count_seen(whole(smallest), width, falls, POWER)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = [np.where(np.isfinite(smallest) & (rate > 0), (number - rate) / rate, np.nan) for number in (whole(smallest), seen)]
    return against_target(rows, spread), p, *relative


def _base_field(row: Any, name: str) -> float | None:
    return None if row.base is None or row.base.value is None else getattr(row.base, name)


def _outside(limits: tuple[np.ndarray, np.ndarray], value: float) -> np.ndarray:
    return (limits[0] > value) | (limits[1] < value)


def _smallest(certain: Callable[[np.ndarray], np.ndarray], base: np.ndarray) -> np.ndarray:
    """The smallest difference of shares that would be called certain; nan where none can be."""
    low, high = np.zeros(base.shape), np.ones(base.shape)
    good = certain(high)
    for _ in range(24):
        middle = (low + high) / 2
        yes = certain(middle)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return np.where(good, high, np.nan)


def _smallest_count(certain: Callable[[np.ndarray], np.ndarray], rate: np.ndarray, falls: np.ndarray) -> np.ndarray:
    """The smallest whole step from the rate that would be called certain; nan where none can be."""
    low, high = np.zeros(rate.shape), np.where(falls, np.floor(rate), np.ceil(rate * 3 + 50))
    good = certain(high)
    for _ in range(40):
        if not (high - low > 1).any():
            break
        middle = np.floor((low + high) / 2)
        yes = certain(middle)
        low, high = np.where(yes, low, middle), np.where(yes, middle, high)
    return np.where(good, high, np.nan)
