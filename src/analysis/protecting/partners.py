"""The cheapest partners to hide beside what is hidden, until none of it can be told more closely than the rule tells it."""

from collections.abc import Mapping, Sequence

import numpy as np

from .inference import Attack, Block, Bools, Floats, Goal, Unsolved

_TOGETHER = 80  # amounts times goals for which partners are looked for at once; more would take too long


def with_partners(
    block: Block, hidden: Bools, goals: Mapping[int, Goal], rank: Floats, weight: Floats, inputs: Sequence[tuple[int, int]]
) -> tuple[Bools, list[int]]:
    """The hidden columns with the cheapest partners that let every hidden one meet its goal, and those that cannot.

    `rank` says which columns are dearer to hide of those that weigh the same, infinite where none may be. `inputs` are
    pairs (part, whole): hiding the part hides the whole. Where no answer is found, all that may be is hidden.

    Example: four areas have 40, 28, 3 and 15 cases and their total 86 is shown. The 3 is hidden by the rule and can be
    worked out: 86 − 40 − 28 − 15. So the cheapest other area, 15, is hidden too: the two are 18 together, and the
    hidden ones 1 to 4 and 14 to 17.
    """
    may = np.isfinite(rank)
    search, cost = _Search(block, hidden, may, goals), _cost(rank, weight, may)
    try:
        while search.waiting():
            short = search.short()
            if short == {}:
                break
            found = block.partners(search.hidden, cost, inputs, short or {})
            if found is None or not (found[0] & ~search.hidden).any():
                raise Unsolved
            search.hide(with_wholes(search.hidden | found[0], inputs), worlds=found[1])
    except Unsolved:
        return search.hidden | may, sorted({*search.unmet, *search.asked})  # what nobody could find out here may still be found out
    return search.hidden, search.unmet


def _cost(rank: Floats, weight: Floats, may: Bools) -> Floats:
    """What it costs to hide each column: few columns first, then the cheap ones; infinite where none may be."""
    between = rank / (np.max(rank[may], initial=0) + 1) / (2 * may.sum() + 1)  # all of these together are less than half a column
    return np.where(may, weight * (1 + between), np.inf)


class _Search:
    """Which columns are hidden so far, and which of them have been found as uncertain as they must be.

    `asked` are those that were not when the last round began, `unmet` those that no partner can help.
    """

    def __init__(self, block: Block, hidden: Bools, may: Bools, goals: Mapping[int, Goal]):
        self.block, self.hidden, self.goals = block, hidden, dict(goals)
        self.asked: list[int] = []
        self.unmet: list[int] = []
        self._settled: set[int] = set()
        self._attack = Attack(block, hidden, self.goals)
        self._widest = self._by_rule = Attack(block, hidden | may, self.goals)
        if not np.array_equal(self._widest.bounds, block.hidden):  # something here is public whatever is hidden now
            self._by_rule = Attack(block, np.ones_like(hidden), self.goals)

    def waiting(self) -> bool:
        """Whether a hidden column has a goal that it has not been found to meet."""
        self.asked = [column for column in self.goals if self.hidden[column] and column not in self._settled]
        return bool(self.asked)

    def short(self) -> dict[int, Goal] | None:
        """The next columns that do not meet their goals; None where hidden figures were corrected, and it shows against an earlier edition."""
        short: dict[int, Goal] = {}
        for column in self.asked:
            met = self._attack.meets(column, self.goals[column])
            if met is False:
                met = self._meets_what_it_can(column)
            if met is None:
                return None
            if met:
                self._settled.add(column)
            else:
                short[column] = self.goals[column]
            if len(short) * len(self.hidden) >= _TOGETHER:
                break
        return short

    def _meets_what_it_can(self, column: int) -> bool:
        """Whether a column meets as much of its goal as can be had at all, which is its goal from now on.

        Example: of two small areas in a total of 3 neither can be 4, whatever is hidden. That is what the rule itself
        tells and no fault; what is told besides, by something public, makes the column `unmet`.
        """
        aim = self.goals[column]
        least = aim if self._widest.meets(column, aim) else self._by_rule.possible(column, aim)
        self.goals[column] = self._widest.possible(column, least)
        self.unmet += [column] if self.goals[column] != least else []
        return self.goals[column].met(self._attack.low[column], self._attack.high[column])

    def hide(self, hidden: Bools, worlds: Floats) -> None:
        """Hide these from now on; in each world all amounts are such as they could then be."""
        self.hidden = hidden
        self._attack = Attack(self.block, hidden, self.goals, self._attack)
        for world in worlds:
            self._attack.learn(world)


def with_wholes(hidden: Bools, inputs: Sequence[tuple[int, int]]) -> Bools:
    """With what is computed from something hidden, and what that brings with it."""
    hidden = hidden.copy()
    while more := [whole for part, whole in inputs if hidden[part] and not hidden[whole]]:
        hidden[more] = True
    return hidden
