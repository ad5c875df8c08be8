"""What can be worked out about hidden amounts from everything that is known of them.

What is known is linear, so the least and the most that an amount can be are found by integer programming, and so is
the cheapest set of further amounts to hide. Nothing here knows what the amounts are, or which are small.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

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

    rows: np.ndarray
    least: np.ndarray
    most: np.ndarray
    shown: np.ndarray
    hidden: np.ndarray
    whole: np.ndarray
    truth: np.ndarray

    def bounds(self, hidden: np.ndarray) -> np.ndarray:
        """Between what each amount lies by itself, when these are hidden."""
        return np.where(hidden[:, None], self.hidden, self.shown)

    @cached_property
    def consistent(self) -> bool:
        """Whether the true amounts fulfil all that is known; not so when a hidden one was corrected since an edition."""
        sums = self.rows @ self.truth
        return bool(np.all(sums >= self.least - _NEAR) and np.all(sums <= self.most + _NEAR))

    def near(self, columns: Iterable[int], steps: int) -> np.ndarray:
        """Which columns stand in a row with one of these, or in so many steps from row to row."""
        near = np.zeros(len(self.truth), dtype=bool)
        near[list(columns)] = True
        for _ in range(steps):
            near = (self.rows[(self.rows[:, near] != 0).any(axis=1)] != 0).any(axis=0) | near
        return near

    def partners(self, hidden: np.ndarray, cost: np.ndarray, along: list[tuple[int, int]], goals: Mapping[int, Goal]) -> tuple[np.ndarray, np.ndarray] | None:
        """The cheapest columns to hide as well so that these columns meet their goals; without goals, so that all can be true at once.

        With them come worlds, amounts that could then be true, in which each of these columns is at both its ends.
        `cost` is infinite where nothing may be hidden. `along` are pairs (part, whole): hiding the part hides the
        whole. None if nothing helps. Raises `Unsolved`. Looked for near the columns first, where most are found.
        """
        everywhere = np.ones(len(cost), dtype=bool)
        tries = [(everywhere, 2 * np.abs(self.truth).max() + 100)]
        if goals and self.consistent:
            moves = [max(goal.high - self.truth[column], self.truth[column] - goal.low, goal.width) for column, goal in goals.items()]
            tries = [(self.near(goals, 2), max(moves)), (everywhere, max(moves)), *tries]
        found = (self._partners(hidden, cost, along, goals, movable, reach) for movable, reach in tries)
        return next((more for more in found if more is not None), None)

    def _partners(self, hidden, cost, along, goals, movable, reach) -> tuple[np.ndarray, np.ndarray] | None:
        """`partners` among the movable columns, none of them moved further than `reach` where it is shown now."""
        here = np.flatnonzero(movable)
        place = {column: i for i, column in enumerate(here)}
        rows = self.rows[:, here]
        touched = (rows != 0).any(axis=1)
        rest = self.rows[touched] @ np.where(movable, 0, self.truth)
        rows, least, most = rows[touched], self.least[touched] - rest, self.most[touched] - rest
        may, (low, high) = (np.isfinite(cost) & ~hidden)[here], self.bounds(hidden)[here].T
        lower = np.where(may, np.maximum(np.minimum(self.hidden[here, 0], low), low - reach), low)
        higher = np.where(may, np.maximum(np.minimum(self.hidden[here, 1], high + reach), high), high)
        # Columns: the amounts in every world, two for each goal, and at the end what is hidden in all of them.
        size, worlds = len(here), max(2 * len(goals), 1)
        one = np.eye(size)[may]
        each = np.kron(np.eye(worlds), one)
        matrix = [
            np.hstack([np.kron(np.eye(worlds), rows), np.zeros((worlds * len(rows), size))]),
            np.hstack([each, np.tile(-one * (higher - high), (worlds, 1))]),
            np.hstack([each, np.tile(one * (low - lower), (worlds, 1))]),
        ]
        unbound = np.full(len(one), np.inf)
        bounds = [np.tile(between, worlds) for between in ([least, most], [-unbound, high[may]], [low[may], unbound])]
        floor, roof = np.append(np.tile(lower, worlds), np.zeros(size)), np.append(np.tile(higher, worlds), may)
        for i, (column, goal) in enumerate(goals.items()):
            up, down = 2 * i * size + place[column], (2 * i + 1) * size + place[column]
            floor[up], roof[down] = max(floor[up], goal.high), min(roof[down], goal.low)
            matrix.append(_difference(up, down, len(floor)))
            bounds.append(np.array([[goal.width], [np.inf]]))
        for part, whole in along:
            if part in place and whole in place and may[place[part]] and may[place[whole]]:
                matrix.append(_difference(worlds * size + place[whole], worlds * size + place[part], len(floor)))
                bounds.append(np.array([[0.0], [np.inf]]))
        if (floor > roof + _NEAR).any():
            return None
        price = np.append(np.zeros(worlds * size), np.where(may, cost[here], 0))
        whole = np.append(np.tile(self.whole[here], worlds), np.ones(size, dtype=bool))
        whole &= len(whole) <= _EXACTLY
        point = solve(price, np.vstack(matrix), *np.hstack(bounds), floor, roof, whole)
        if point is None:
            return None
        found, true = np.zeros(len(cost), dtype=bool), np.tile(self.truth, (worlds, 1))
        found[here], true[:, here] = point[worlds * size :] > _SOME, point[: worlds * size].reshape(worlds, size)
        broken = np.abs(true - true.round())[:, self.whole].max(axis=1, initial=0) > _NEAR
        return found, true[~broken]


def _difference(plus: int, minus: int, size: int) -> np.ndarray:
    """A row that takes one column from another."""
    row = np.zeros((1, size))
    row[0, plus], row[0, minus] = 1, -1
    return row


class Attack:
    """The search for the least and the most that each amount of a block can be, when some are hidden.

    `low` and `high` are what was found so far: an amount can be that low and that high, and perhaps more. To hide
    more never makes it less, so a search can go on from what another found. Searches raise `Unsolved`.
    """

    def __init__(self, block: Block, hidden: np.ndarray, goals: Mapping[int, Goal], found: "Attack | None" = None):
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
        return self.low[column] <= goal.low + _NEAR if sign > 0 else self.high[column] >= goal.high - _NEAR

    def _push(self, column: int, sign: int) -> bool:
        """Find the least (1) or the most (−1) this amount can be, moving others that have yet to go there the same way."""
        self.certain.add((column, sign))
        place = np.flatnonzero(self.free == column)
        if not len(place):
            self.low[column], self.high[column] = self.bounds[column]
            return True
        here = self.free[self.piece == self.piece[place[0]]]
        rows = self.block.rows[:, here]
        touched = (rows != 0).any(axis=1)
        others = self.bounds[:, 0].copy()
        others[here] = 0
        rest = self.block.rows[touched] @ others
        low, high = self.bounds[here].T
        along = np.array([each in self.goals and not self._reached(each, sign, self.goals[each]) for each in here]) & (high - low <= 100)
        cost = along.astype(float)
        cost[here == column] = 1 + (high - low)[along].sum()
        point = solve(sign * cost, rows[touched], self.block.least[touched] - rest, self.block.most[touched] - rest, low, high, self.block.whole[here])
        if point is None:
            return False
        self.learn(point, here)
        return True

    def learn(self, point: np.ndarray, here: np.ndarray | slice = slice(None)) -> None:
        """Take note of amounts that could be true."""
        self.low[here], self.high[here] = np.minimum(self.low[here], point), np.maximum(self.high[here], point)


def solve(cost, rows, least, most, low, high, whole) -> np.ndarray | None:
    """A point at the least cost between these bounds, whole where it must be; None if there is none. Raises `Unsolved`."""
    for integrality in (None, whole):  # sums over two ways have whole corners, so mostly the first will do
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
        point = np.where(whole, np.round(result.x), result.x)
        if np.abs(point - result.x).max(initial=0) < _NEAR:
            return point
    return point
