"""What can be worked out about hidden amounts from everything that is known of them.

What is known is linear, so the least and the most that an amount can be are found by integer programming.
Nothing here knows what the amounts are, or which are small.
"""

from collections.abc import Mapping
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

_NODES = 1000  # that one programme may look at, so that the same figures are always hidden, on every machine; most take one
_NEAR = 1e-6


class Unsolved(Exception):
    """A programme that found no answer with the work it may do; whoever asked must take it for the worst."""


@dataclass(frozen=True)
class Goal:
    """How uncertain a hidden amount must stay: it can be as low, as high, and leave so wide a range."""

    low: float = np.inf
    high: float = -np.inf
    width: float = 0.0

    def met(self, low: float, high: float) -> bool:
        """Whether an amount that can be so low and so high is as uncertain as that."""
        return bool(low <= self.low + _NEAR and high >= self.high - _NEAR and high - low >= self.width - _NEAR)

    def inside(self, low: float, high: float) -> "Goal":
        """The goal without what asks for room beyond these bounds."""
        return Goal(max(self.low, low), min(self.high, high), self.width)

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

    @cached_property
    def few(self) -> sparse.csc_array:
        """The rows, of which most is 0."""
        return sparse.csc_array(self.rows)

    def cut(self, columns: Ints, amounts: Floats) -> tuple[Floats, Floats, Floats]:
        """What is known of these columns alone, when all others have these amounts: rows, and what they lie between.

        Example: of a + b + c = 10 there remains a + b = 7 where c is 3.
        """
        touched = np.unique(self.few[:, columns].indices)
        rows, others = self.few[touched], amounts.copy()
        others[columns] = 0
        rest = rows @ others
        return rows[:, columns].toarray(), self.least[touched] - rest, self.most[touched] - rest


class Attack:
    """The search for the least and the most that each amount of a block can be, when some are hidden.

    `low` and `high` are what was found so far: an amount can be that low and that high, and perhaps more. To hide
    more never makes it less, so a search can go on from what another found. Searches raise `Unsolved`.
    """

    low: Floats
    high: Floats

    def __init__(self, block: Block, hidden: Bools, goals: Mapping[int, Goal], found: "Attack | None" = None):
        self.block, self.bounds, self.goals, self.reach = block, block.bounds(hidden), goals, block.bounds(hidden)
        for column, goal in goals.items():
            if hidden[column]:
                low, high = self.bounds[column]
                self.reach[column] = min(low, goal.low), max(high, goal.high)
        true = np.where(block.consistent, block.truth, np.nan)
        self.low, self.high = (found.low.copy(), found.high.copy()) if found else (np.fmin(true, np.inf), np.fmax(true, -np.inf))
        self.certain: set[tuple[int, int]] = set()  # which ends are the very last
        self.free = np.flatnonzero(self.bounds[:, 1] > self.bounds[:, 0])
        tied = abs(block.few[:, self.free])
        self.piece = connected_components(tied.T @ tied, directed=False)[1]
        self._cut: dict[int, tuple[Ints, Floats, Floats, Floats]] = {}  # of each piece its columns, and what is known of them alone

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
        piece = int(self.piece[place[0]])
        if piece not in self._cut:
            here = self.free[self.piece == piece]
            self._cut[piece] = here, *self.block.cut(here, self.bounds[:, 0])
        here, rows, least, most = self._cut[piece]
        low, high = (self.reach if sign > 0 else self.bounds)[here, 0], (self.bounds if sign > 0 else self.reach)[here, 1]
        if len(rows) == 1 and self.block.whole[here].all():
            return self._push_along(rows[0], (least[0], most[0]), low, high, int(np.flatnonzero(here == column)[0]), column, sign)
        along = np.array([each in self.goals and not self._reached(each, sign, self.goals[each]) for each in here]) & (high - low <= 100)
        cost = along.astype(float)
        cost[here == column] = 1 + (high - low)[along].sum()
        point = solve(sign * cost, rows, least, most, low, high, self.block.whole[here])
        if point is None:
            return False
        self.learn(point, here, sign)
        return True

    def _push_along(self, sum_: Floats, ends: tuple[float, float], low: Floats, high: Floats, place: int, column: int, sign: int) -> bool:
        """The same where one sum is all there is: what it leaves when all others go as far as they can the other way. No programme is needed for that."""
        low, high = np.ceil(low - _NEAR), np.floor(high + _NEAR)
        below, above = np.where(sum_ > 0, low, -high), np.where(sum_ > 0, high, -low)
        least, most = np.ceil(ends[0] - _NEAR) - np.delete(above, place).sum(), np.floor(ends[1] + _NEAR) - np.delete(below, place).sum()
        least, most = max(least, below[place]), min(most, above[place])
        if least > most or (low > high).any():
            return False
        lowest, highest = (least, most) if sum_[place] > 0 else (-most, -least)
        self.low[column] = min(self.low[column], lowest) if sign > 0 else self.low[column]
        self.high[column] = max(self.high[column], highest) if sign < 0 else self.high[column]
        return True

    def learn(self, point: Floats, here: Ints, sign: int) -> None:
        """Take note of amounts that could be true, or nearly."""
        if sign < 0 or (point <= self.bounds[here, 1] + _NEAR).all():
            self.high[here] = np.maximum(self.high[here], point)
        if sign > 0 or (point >= self.bounds[here, 0] - _NEAR).all():
            self.low[here] = np.minimum(self.low[here], point)


def solve(cost: Floats, rows: Floats | sparse.sparray, least: Floats, most: Floats, low: Floats, high: Floats, whole: Bools) -> Floats | None:
    """A point at the least cost between these bounds, whole where it must be; None if there is none. Raises `Unsolved`."""
    for integrality in (None, whole.astype(int)):  # sums over two ways have whole corners, so mostly the first will do
        result = milp(
            cost,
            integrality=integrality,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(rows, least, most),
            options={"node_limit": _NODES, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            return None
        if not result.success:
            raise Unsolved(result.message)
        point: Floats = np.where(whole, np.round(result.x), result.x)
        if np.abs(point - result.x).max(initial=0) < _NEAR:
            return point
    return point
