"""How sure one can be: whether chance alone could explain a verdict, or a change, and how small a change could be told from it.

For the whole table at once, by what the register declares of each indicator. Rows are those of `targets`; nothing here knows what was promised.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from . import intervals

JUDGED = ("met", "not_met", "rounding_undecided")  # verdicts of which one can be sure or not


def chance(rows: Sequence[Any]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """certainty, change_p and detectable of every row, by the indicator's declared uncertainty."""
    certainty = np.full(len(rows), "", dtype=object)
    change_p, detectable = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if row.verdict in JUDGED and row.role != "period":
            certainty[i] = {"none": "full_count", "estimate": _bounded(row)}.get(row.indicator.uncertainty, "cannot_tell")
    for kind, parts in {"sample": _sample, "process": _process}.items():
        chosen = [i for i, row in enumerate(rows) if row.indicator.uncertainty == kind and row.point.value is not None and row.role != "period"]
        if chosen:
            sure, p, smallest = parts([rows[i] for i in chosen])
            judged = np.array([rows[i].verdict in ("met", "not_met") for i in chosen])
            certainty[np.array(chosen)[judged & sure]] = "certain"
            change_p[chosen], detectable[chosen] = p, smallest
    return list(certainty), change_p, detectable


def _bounded(row: Any) -> str:
    """An estimate is certain only where the supplier's own bounds lie on one side of the target."""
    if row.target.value is None or row.point.lower is None or row.point.upper is None:
        return "cannot_tell"
    return "cannot_tell" if row.point.lower <= row.target.value <= row.point.upper else "certain"


def _column(rows: Iterable[Any], take: Callable[[Any], Fraction | Decimal | float | None]) -> np.ndarray:
    return np.array([float(value) if (value := take(row)) is not None else math.nan for row in rows])


def _sample(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Survey shares: Wilson against a fixed number, the difference of two surveys against a measured one."""
    share, answers = _column(rows, lambda row: row.point.value), _column(rows, lambda row: row.point.size)
    effect = _column(rows, lambda row: row.indicator.design_effect)
    target, factor = _column(rows, lambda row: row.target.value), _column(rows, lambda row: row.target.factor)
    own = np.array([row.target.base is not None for row in rows])
    lower, upper = intervals.wilson(share, answers, effect)
    from_base = _column(rows, lambda row: row.target.base and row.target.base.value)
    base_answers = _column(rows, lambda row: row.target.base.size if row.target.base else None)
    least, most = intervals.share_difference(share, answers, from_base, base_answers, factor, effect)
    sure = np.where(own, (least > 0) | (most < 0), (lower > target) | (upper < target))
    base, base_size = (_column(rows, partial(_base_field, name=name)) for name in ("value", "size"))
    p = intervals.share_difference_p(share, answers, base, base_size, effect)
    sign = np.where([row.falls for row in rows], -1.0, 1.0)
    smallest = _smallest(lambda step: _outside(intervals.share_difference(np.clip(base + sign * step, 0, 1), answers, base, base_size, 1.0, effect), 0.0), base)
    return sure, p, sign * smallest


def _process(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts of events: exact Poisson against a fixed number, the ratio of two counts against a measured one."""
    count, size = _column(rows, lambda row: row.point.count), _column(rows, lambda row: row.point.size)
    spread = _column(rows, lambda row: row.indicator.dispersion)
    target, factor = _column(rows, lambda row: row.target.value), _column(rows, lambda row: row.target.factor)
    own = np.array([row.target.base is not None for row in rows])
    lower, upper = (limit / size for limit in intervals.poisson(count, spread))
    from_count = _column(rows, lambda row: row.target.base.count if row.target.base else None)
    from_size = _column(rows, lambda row: row.target.base.size if row.target.base else None)
    least, most = intervals.count_ratio(count, from_count, size, from_size, spread)
    sure = np.where(own, (least > factor) | (most < factor), (lower > target) | (upper < target))
    base, base_size = (_column(rows, partial(_base_field, name=name)) for name in ("count", "size"))
    p = intervals.count_ratio_p(count, base, 1.0, size, base_size, spread)
    falls = np.array([row.falls for row in rows])
    rate = base / base_size * size

    def whole(step: np.ndarray) -> np.ndarray:
        return np.where(falls, np.floor(rate - step), np.ceil(rate + step))

    smallest = _smallest_count(
        lambda step: _outside(intervals.count_ratio(np.maximum(whole(step), 0), base, size, base_size, spread), 1.0) & (whole(step) >= 0), rate, falls
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = (whole(smallest) - rate) / rate
    return sure, p, np.where(np.isfinite(smallest) & (rate > 0), relative, np.nan)


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
