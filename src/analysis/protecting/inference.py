"""What can be worked out about hidden amounts from everything that is known of them.

What is known is linear, so the least and the most that an amount can be are found by integer programming, and so is
the cheapest set of further amounts to hide. Nothing here knows what the amounts are, or which are small.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

_SECONDS = 5.0  # for one programme; most take a millisecond
_NEAR, _SOME = 1e-6, 1e-4
_EXACTLY = 200  # columns up to which the cheapest partners are looked for; of more, all that a cheap continuous answer makes use of


class Unsolved(Exception):
    """A programme that found no answer in its time; whoever asked must take it for the worst."""


@dataclass(frozen=True)
class Goal:
    """How uncertain a hidden amount must stay: it can be as low, as high, and leave so wide a range."""

    low: float = np.inf
    high: float = -np.inf
    width: float = 0.0

    def met(self, low: float, high: float) -> bool:
        """Whether an amount that can be so low and so high is as uncertain as that."""
        return bool(low <= self.low + _NEAR and high >= self.high - _NEAR and high - low >= self.width - _NEAR)

    def within(self, low: float, high: float) -> "Goal":
        """As much of the goal as a range that cannot be widened allows."""
        return Goal(max(self.low, low), min(self.high, high), min(self.width, high - low))


@dataclass(frozen=True)
class Block:
    """Amounts that are tied to each other, and all that is known of them: `least` ≤ `rows` @ amounts ≤ `most`.

    One column an amount. `shown` and `hidden` are its bounds (n × 2) while it is shown and while it is not; `whole`
    says which are whole numbers; `truth` is what they are.
    """

    rows: Floats
    least: Floats
    most: Floats
    shown: Floats
    hidden: Floats
    whole: Bools
    truth: Floats

    def bounds(self, hidden: Bools) -> Floats:
        """Between what each amount lies by itself, when these are hidden."""
        return np.where(hidden[:, None], self.hidden, self.shown)

    @cached_property
    def consistent(self) -> bool:
        """Whether the true amounts fulfil all that is known; not so when a hidden one was corrected since an edition."""
        sums = self.rows @ self.truth
        return bool(np.all(sums >= self.least - _NEAR) and np.all(sums <= self.most + _NEAR))

    def cut(self, columns: Ints, amounts: Floats) -> tuple[Floats, Floats, Floats]:
        """What is known of these columns alone, when all others have these amounts: rows, and what they lie between.

        Example: of a + b + c = 10 there remains a + b = 7 where c is 3.
        """
        rows = self.rows[:, columns]
        touched = (rows != 0).any(axis=1)
        others = amounts.copy()
        others[columns] = 0
        rest = self.rows[touched] @ others
        return rows[touched], self.least[touched] - rest, self.most[touched] - rest

    def near(self, columns: Iterable[int], steps: int) -> Bools:
        """Which columns stand in a row with one of these, or in so many steps from row to row."""
        near = np.zeros(len(self.truth), dtype=bool)
        near[list(columns)] = True
        for _ in range(steps):
            near = (self.rows[(self.rows[:, near] != 0).any(axis=1)] != 0).any(axis=0) | near
        return near

    def partners(self, hidden: Bools, cost: Floats, inputs: Sequence[tuple[int, int]], goals: Mapping[int, Goal]) -> tuple[Bools, Floats] | None:
        """The cheapest columns to hide as well so that these columns meet their goals; without goals, so that all can be true at once.

        With them come worlds, amounts that could then be true, in which each of these columns is at both its ends.
        `cost` is infinite where nothing may be hidden. `inputs` are pairs (part, whole): hiding the part hides the
        whole. None if nothing helps. Raises `Unsolved`. Looked for near the columns first, where most are found.
        """
        everywhere = np.ones(len(cost), dtype=bool)
        tries = [(everywhere, 2 * np.abs(self.truth).max() + 100)]
        if goals and self.consistent:
            moves = [max(goal.high - self.truth[column], self.truth[column] - goal.low, goal.width) for column, goal in goals.items()]
            tries = [(self.near(goals, 2), max(moves)), (everywhere, max(moves)), *tries]
        found = (_Programme(self, hidden, cost, np.flatnonzero(movable), reach).cheapest(goals, inputs) for movable, reach in tries)
        return next((more for more in found if more is not None), None)


class _Programme:
    """One search for the cheapest partners among some columns of a block, none moved further than `reach` where it is shown now.

    Its variables are the amounts in every world, two worlds for each goal (in one the amount is as high as it must be
    able to be, in the other as low), and at the end, for each column, whether it is hidden in all of them.

    Example: a total of 18 is shown, of c, d and e; c = 3 is hidden and must be able to be 1 to 4. Worlds: c = 4 and
    c = 1. In both d or e must move, so one of them has to be hidden; the cheaper one is.
    """

    def __init__(self, block: Block, hidden: Bools, cost: Floats, columns: Ints, reach: float):
        self.block, self.columns, self.cost = block, columns, cost[columns]
        self.place = {int(column): i for i, column in enumerate(columns)}
        self.rows, self.least, self.most = block.cut(columns, block.truth)
        self.may = np.isfinite(self.cost) & ~hidden[columns]
        self.low, self.high = block.bounds(hidden)[columns].T
        self.lowest = np.where(self.may, np.maximum(np.minimum(block.hidden[columns, 0], self.low), self.low - reach), self.low)
        self.highest = np.where(self.may, np.maximum(np.minimum(block.hidden[columns, 1], self.high + reach), self.high), self.high)

    def cheapest(self, goals: Mapping[int, Goal], inputs: Sequence[tuple[int, int]]) -> tuple[Bools, Floats] | None:
        """Which columns of the whole block to hide, and worlds that could then be true; None if none will do."""
        worlds = max(2 * len(goals), 1)
        floor, roof = np.append(np.tile(self.lowest, worlds), np.zeros(len(self.columns))), np.append(np.tile(self.highest, worlds), self.may)
        tied = [*self._sums(worlds), *self._aims(goals, floor, roof), *self._along(inputs, worlds)]
        if (floor > roof + _NEAR).any():
            return None
        price = np.append(np.zeros(worlds * len(self.columns)), np.where(self.may, self.cost, 0))
        whole = np.append(np.tile(self.block.whole[self.columns], worlds), np.ones(len(self.columns), dtype=bool))
        whole &= len(whole) <= _EXACTLY
        rows, least, most = (np.concatenate(each) for each in zip(*tied, strict=True))
        point = solve(price, rows, least, most, floor, roof, whole)
        return None if point is None else self._read(point, worlds)

    def _sums(self, worlds: int) -> list[tuple[Floats, Floats, Floats]]:
        """In every world the sums hold, and a column that may be hidden moves only if it is."""
        may, one = self.may, np.eye(len(self.columns))[self.may]
        each, nowhere = np.kron(np.eye(worlds), one), np.zeros((worlds * len(self.rows), len(self.columns)))
        unbound = np.full(worlds * len(one), np.inf)
        return [
            (np.hstack([np.kron(np.eye(worlds), self.rows), nowhere]), np.tile(self.least, worlds), np.tile(self.most, worlds)),
            (np.hstack([each, np.tile(-one * (self.highest - self.high), (worlds, 1))]), -unbound, np.tile(self.high[may], worlds)),
            (np.hstack([each, np.tile(one * (self.low - self.lowest), (worlds, 1))]), np.tile(self.low[may], worlds), unbound),
        ]

    def _aims(self, goals: Mapping[int, Goal], floor: Floats, roof: Floats) -> list[tuple[Floats, Floats, Floats]]:
        """Each goal's two worlds are as far apart as it asks; their bounds `floor` and `roof` are drawn in."""
        aims = []
        for i, (column, goal) in enumerate(goals.items()):
            up, down = 2 * i * len(self.columns) + self.place[column], (2 * i + 1) * len(self.columns) + self.place[column]
            floor[up], roof[down] = max(floor[up], goal.high), min(roof[down], goal.low)
            aims.append(_at_least(goal.width, up, down, len(floor)))
        return aims

    def _along(self, inputs: Sequence[tuple[int, int]], worlds: int) -> list[tuple[Floats, Floats, Floats]]:
        """A whole is hidden with its part."""
        start, able = worlds * len(self.columns), {column for column, i in self.place.items() if self.may[i]}
        pairs = [(start + self.place[whole], start + self.place[part]) for part, whole in inputs if {part, whole} <= able]
        return [_at_least(0.0, whole, part, start + len(self.columns)) for whole, part in pairs]

    def _read(self, point: Floats, worlds: int) -> tuple[Bools, Floats]:
        """What is to be hidden, and the worlds in which what must be whole is."""
        size, block = len(self.columns), self.block
        partners, true = np.zeros(len(block.truth), dtype=bool), np.tile(block.truth, (worlds, 1))
        partners[self.columns], true[:, self.columns] = point[worlds * size :] > _SOME, point[: worlds * size].reshape(worlds, size)
        broken = np.abs(true - true.round())[:, block.whole].max(axis=1, initial=0) > _NEAR
        return partners, true[~broken]


def _at_least(number: float, plus: int, minus: int, size: int) -> tuple[Floats, Floats, Floats]:
    """A row by which one variable is at least so much more than another, and what it lies between."""
    row = np.zeros((1, size))
    row[0, plus], row[0, minus] = 1, -1
    return row, np.array([number]), np.array([np.inf])


class Attack:
    """The search for the least and the most that each amount of a block can be, when some are hidden.

    `low` and `high` are what was found so far: an amount can be that low and that high, and perhaps more. To hide
    more never makes it less, so a search can go on from what another found. Searches raise `Unsolved`.
    """

    low: Floats
    high: Floats

    def __init__(self, block: Block, hidden: Bools, goals: Mapping[int, Goal], found: "Attack | None" = None):
        self.block, self.bounds, self.goals = block, block.bounds(hidden), goals
        true = np.where(block.consistent, block.truth, np.nan)
        self.low, self.high = (found.low.copy(), found.high.copy()) if found else (np.fmin(true, np.inf), np.fmax(true, -np.inf))
        self.certain: set[tuple[int, int]] = set()  # which ends are the very last
        self.free = np.flatnonzero(self.bounds[:, 1] > self.bounds[:, 0])
        tied = block.rows[:, self.free] != 0
        self.piece = connected_components(tied.T.astype(float) @ tied, directed=False)[1]

    def meets(self, column: int, goal: Goal) -> bool | None:
        """Whether this amount is as uncertain as it must be; None if what is shown contradicts itself."""
        for sign in (1, -1):
            if goal.met(self.low[column], self.high[column]):
                break
            if (not self._reached(column, sign, goal) or goal.width) and (column, sign) not in self.certain and not self._push(column, sign):
                return None
        return goal.met(self.low[column], self.high[column])

    def possible(self, column: int, goal: Goal) -> Goal:
        """As much of a goal as can be had; raises `Unsolved` also where what is shown contradicts itself."""
        if self.meets(column, goal) is None:
            raise Unsolved("no amounts fulfil all that is shown")
        return goal.within(self.low[column], self.high[column])

    def _reached(self, column: int, sign: int, goal: Goal) -> bool:
        """Whether an amount was found to go as low (1) or as high (−1) as it must."""
        return bool(self.low[column] <= goal.low + _NEAR if sign > 0 else self.high[column] >= goal.high - _NEAR)

    def _push(self, column: int, sign: int) -> bool:
        """Find the least (1) or the most (−1) this amount can be, moving others that have yet to go there the same way."""
        self.certain.add((column, sign))
        place = np.flatnonzero(self.free == column)
        if not len(place):
            self.low[column], self.high[column] = self.bounds[column]
            return True
        here = self.free[self.piece == self.piece[place[0]]]
        rows, least, most = self.block.cut(here, self.bounds[:, 0])
        low, high = self.bounds[here].T
        along = np.array([each in self.goals and not self._reached(each, sign, self.goals[each]) for each in here]) & (high - low <= 100)
        cost = along.astype(float)
        cost[here == column] = 1 + (high - low)[along].sum()
        point = solve(sign * cost, rows, least, most, low, high, self.block.whole[here])
        if point is None:
            return False
        self.learn(point, here)
        return True

    def learn(self, point: Floats, here: Ints | slice = slice(None)) -> None:
        """Take note of amounts that could be true."""
        self.low[here], self.high[here] = np.minimum(self.low[here], point), np.maximum(self.high[here], point)


def solve(cost: Floats, rows: Floats | sparse.sparray, least: Floats, most: Floats, low: Floats, high: Floats, whole: Bools) -> Floats | None:
    """A point at the least cost between these bounds, whole where it must be; None if there is none. Raises `Unsolved`."""
    for integrality in (None, whole.astype(int)):  # sums over two ways have whole corners, so mostly the first will do
        result = milp(
            cost,
            integrality=integrality,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(rows, least, most),
            options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            return None
        if not result.success:
            raise Unsolved(result.message)
        point: Floats = np.where(whole, np.round(result.x), result.x)
        if np.abs(point - result.x).max(initial=0) < _NEAR:
            return point
    return point
