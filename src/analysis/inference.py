"""What can be worked out about hidden amounts from everything that is known of them.

What is known is linear, so the least and the most that an amount can be are found by integer programming, and so is
the cheapest set of further amounts to hide. Nothing here knows what the amounts are, or which are small.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

_SECONDS = 5.0  # for one programme; most take a millisecond
_NEAR = 1e-6


class Unsolved(Exception):
    """A programme that found no answer in its time; whoever asked must take it for the worst."""


@dataclass(frozen=True)
class Goal:
    """How uncertain a hidden amount must stay: it can be as low, as high, and leave so wide a range."""

    low: float = np.inf
    high: float = -np.inf
    width: float = 0.0

    def met(self, low: float, high: float) -> bool:
        return low <= self.low + _NEAR and high >= self.high - _NEAR and high - low >= self.width - _NEAR

    def within(self, low: float, high: float) -> "Goal":
        """As much of the goal as a range that cannot be widened allows."""
        return Goal(max(self.low, low), min(self.high, high), min(self.width, high - low))


@dataclass(frozen=True)
class System:
    """Amounts and all that is known about them: `least` ≤ `rows` @ amounts ≤ `most`, and each within its bounds.

    One column an amount. `shown` and `hidden` are its bounds (n × 2) while it is shown and while it is not; `whole`
    says which are whole numbers.
    """

    rows: sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    shown: np.ndarray
    hidden: np.ndarray
    whole: np.ndarray

    @cached_property
    def blocks(self) -> np.ndarray:
        """For every column the number of the block of columns that it is tied to."""
        return _blocks(self.rows)

    def ranges(self, hidden: np.ndarray, goals: Mapping[int, Goal]) -> dict[int, tuple[float, float]] | None:
        """Of every column in `goals` the least and the most it can be; None if what is shown contradicts itself.

        `hidden` says which columns are. A range that meets its goal is not looked into further, so it may be
        narrower than it could be told to be, never wider than it is. Raises `Unsolved`.
        """
        bounds = np.where(hidden[:, None], self.hidden, self.shown)
        free = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
        found = {column: tuple(bounds[column]) for column in goals if bounds[column, 1] <= bounds[column, 0]}
        block = dict(zip(free, _blocks(self.rows[:, free]), strict=True))
        for number in dict.fromkeys(block[column] for column in goals if column in block):
            columns = np.array([column for column in free if block[column] == number])
            ranges = self._block_ranges(columns, bounds, {column: goals[column] for column in columns if column in goals})
            if ranges is None:
                return None
            found |= ranges
        return found

    def _block_ranges(self, columns, bounds, goals) -> dict[int, tuple[float, float]] | None:
        """`ranges` for columns that are tied to each other and to no other that is free."""
        rows, least, most = self._part(columns, bounds)
        low, high = bounds[columns].T
        if not rows.shape[0]:
            return {column: tuple(bounds[column]) for column in goals}
        least_seen, most_seen = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
        place = {column: i for i, column in enumerate(columns)}
        narrow = high - low <= 100  # counts hidden by the rule: push as many of them as possible the same way at once
        for column, goal in goals.items():
            for sign in (1, -1):
                i = place[column]
                there = goal.low >= least_seen[i] - _NEAR if sign > 0 else goal.high <= most_seen[i] + _NEAR
                if there and most_seen[i] - least_seen[i] >= goal.width - _NEAR:
                    continue
                cost = np.where(narrow, 1.0, 0.0)
                cost[i] = 1 + (high - low)[narrow].sum()
                point = _solve(sign * cost, rows, least, most, low, high, self.whole[columns])
                if point is None:
                    return None
                least_seen, most_seen = np.minimum(least_seen, point), np.maximum(most_seen, point)
        return {column: (least_seen[place[column]], most_seen[place[column]]) for column in goals}

    def _part(self, columns, bounds) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        """The rows that these columns stand in, with all other columns at the lower of their bounds."""
        inside = self.rows[:, columns]
        touched = np.flatnonzero(np.diff(inside.indptr))
        others = bounds[:, 0].copy()
        others[columns] = 0
        rest = self.rows[touched] @ others
        return inside[touched], self.least[touched] - rest, self.most[touched] - rest

    def partners(self, hidden: np.ndarray, cost: np.ndarray, along: Iterable[tuple[int, int]], column: int | None = None,
                 goal: Goal = Goal()) -> np.ndarray | None:  # fmt: skip
        """The cheapest columns to hide as well so that `column` meets its goal; without one, so that all can be true at once.

        `cost` is infinite where nothing may be hidden. `along` are pairs (part, whole): hiding the part hides the
        whole. None if nothing helps. Raises `Unsolved`.
        """
        size, may = len(cost), np.isfinite(cost) & ~hidden
        reach = 2 * np.abs(self.shown[may]).max(initial=0) + 100  # so far can a figure be from what it is, once it is hidden
        low, high = np.where(hidden[:, None], self.hidden, self.shown).T
        lower = np.where(may, np.minimum(self.hidden[:, 0], low), low)
        higher = np.where(may, np.maximum(np.minimum(self.hidden[:, 1], high + reach), high), high)
        # Columns: the amounts in a world where `column` is high, in one where it is low, and what is hidden in both.
        one, none, unbound = sparse.eye_array(size), sparse.csr_array((size, size)), np.full(size, np.inf)
        empty = sparse.csr_array(self.rows.shape)
        parts = [([self.rows, empty, empty], self.least, self.most), ([empty, self.rows, empty], self.least, self.most)]
        for world in ([one, none], [none, one]):
            parts.append(([*world, -sparse.diags_array(higher - high)], -unbound, high))
            parts.append(([*world, sparse.diags_array(low - lower)], low, unbound))
        pairs = np.array([(part, whole) for part, whole in along if may[part] and may[whole]]).reshape(-1, 2)
        order = sparse.csr_array((np.tile([1.0, -1.0], len(pairs)), (np.repeat(np.arange(len(pairs)), 2), pairs.ravel())), (len(pairs), size))
        parts.append(([sparse.csr_array((len(pairs), 2 * size)), order], np.full(len(pairs), -np.inf), np.zeros(len(pairs))))
        floor, roof = np.concatenate([lower, lower, np.zeros(size)]), np.concatenate([higher, higher, may.astype(float)])
        if column is not None:
            floor[column], roof[size + column] = max(lower[column], goal.high), min(higher[column], goal.low)
            apart = sparse.csr_array(([1.0, -1.0], ([0, 0], [column, size + column])), (1, 3 * size))
            parts.append(([apart], np.array([goal.width]), np.array([np.inf])))
        rows = sparse.vstack([sparse.hstack(blocks) for blocks, _, _ in parts])
        least, most = np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])
        price = np.concatenate([np.zeros(2 * size), np.where(may, cost, 0)])
        point = _solve(price, rows, least, most, floor, roof, np.concatenate([self.whole, self.whole, np.ones(size, dtype=bool)]))
        return None if point is None else point[2 * size :] > 0.5

    def only(self, columns: np.ndarray) -> "System":
        """The system of these columns, which no row ties to any other."""
        rows = np.flatnonzero(np.diff(self.rows[:, columns].indptr))
        return System(self.rows[rows][:, columns], self.least[rows], self.most[rows], self.shown[columns], self.hidden[columns],
                      self.whole[columns])  # fmt: skip


class Columns:
    """Amounts and sums as they are gathered into a `System`, each amount under a name of its own."""

    def __init__(self):
        self.number: dict[Hashable, int] = {}
        self.shown: list[tuple[float, float]] = []
        self.hidden: list[tuple[float, float]] = []
        self.whole: list[bool] = []
        self.sums: dict[tuple, tuple[float, float]] = {}

    def add(self, name: Hashable, shown: tuple[float, float], hidden: tuple[float, float], whole: bool) -> int:
        """The column of this name, added with its bounds if it is new."""
        if name not in self.number:
            self.number[name] = len(self.number)
            self.shown.append(shown)
            self.hidden.append(hidden)
            self.whole.append(whole)
        return self.number[name]

    def add_sum(self, whole: int, parts: Iterable[int], least: float = 0.0, most: float = 0.0) -> tuple:
        """Note that `whole` less the sum of its parts lies between two numbers; returns the name of the sum."""
        name = (whole, *sorted(parts))
        before = self.sums.get(name, (-np.inf, np.inf))
        self.sums[name] = max(before[0], least), min(before[1], most)
        return name

    def widen(self, name: tuple, by: tuple[float, float]) -> None:
        """Let a sum lie so much lower and higher."""
        least, most = self.sums[name]
        self.sums[name] = least - by[0], most + by[1]

    def loosen(self, truth: Mapping[int, tuple[float, float]]) -> dict[tuple, tuple[float, float]]:
        """Widen the sums by as little as lets the true amounts fulfil them; returns by how much down and up.

        Suppliers' totals do not always add up. Amounts that nobody knows may be anything within their bounds.
        """
        system = self.system()
        bounds = np.array([truth.get(column, system.hidden[column]) for column in range(len(self.number))])
        size = len(self.sums)
        rows = sparse.hstack([system.rows, sparse.eye_array(size), -sparse.eye_array(size)])
        cost = np.concatenate([np.zeros(len(bounds)), np.ones(2 * size)])
        low, high = np.concatenate([bounds, np.tile([0.0, np.inf], (2 * size, 1))]).T
        point = _solve(cost, rows, system.least, system.most, low, high, np.zeros(len(cost)))
        down, up = point[len(bounds) :].round(6).reshape(2, size)
        loose = {name: (down[i], up[i]) for i, name in enumerate(self.sums)}
        for name, by in loose.items():
            self.widen(name, by)
        return loose

    def system(self) -> System:
        """All that was gathered."""
        at = [(row, column, 1.0 if place == 0 else -1.0) for row, sum_ in enumerate(self.sums) for place, column in enumerate(sum_)]
        row, column, factor = zip(*at, strict=True) if at else ((), (), ())
        rows = sparse.csr_array((factor, (row, column)), (len(self.sums), len(self.number)), dtype=float)
        least, most = np.array(list(self.sums.values()), dtype=float).reshape(-1, 2).T
        shown, hidden = (np.array(bounds, dtype=float).reshape(-1, 2) for bounds in (self.shown, self.hidden))
        roof = 1e4 + 4 * np.abs(shown[np.isfinite(shown)]).sum()  # higher than anything that a programme could need
        shown, hidden = np.clip(shown, -roof, roof), np.clip(hidden, -roof, roof)
        return System(rows, least, most, shown, hidden, np.array(self.whole, dtype=bool))


def _blocks(rows: sparse.csr_array) -> np.ndarray:
    """The number of the block of every column: columns that stand in a row together are in one."""
    tied = (abs(rows.T) @ abs(rows)) if rows.shape[0] else sparse.csr_array((rows.shape[1], rows.shape[1]))
    return connected_components(tied, directed=False)[1]


def _solve(cost, rows, least, most, low, high, whole) -> np.ndarray | None:
    """A point at the least cost, whole where it must be; None if there is none."""
    options = {"time_limit": _SECONDS, "mip_rel_gap": 0.0}
    result = milp(cost, integrality=whole, bounds=Bounds(low, high), constraints=LinearConstraint(rows, least, most), options=options)
    if result.status == 2:
        return None
    if not result.success:
        raise Unsolved(result.message)
    return np.where(whole, np.round(result.x), result.x)
