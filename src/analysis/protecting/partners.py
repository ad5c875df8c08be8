"""Partners to hide beside what is hidden, until none of it can be told more closely than the rule tells it.

Which partners are taken follows from what is hidden by the rule, from the sums and from an order that is the same every
year, never from how large a partner is: whoever knows this program can run it on every table that fits what is shown,
and would else rule out those for which it takes other partners. Small groups of sums are asked table by table: `lookalikes`.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .inference import Attack, Block, Bools, Floats, Goal, Ints, Unsolved
from .lookalikes import fits, looking_alike

FIRST, LAST = -1e6, 1e6  # columns with a rank below 0 are hidden rather than any other, those from `LAST` on only where no others are left
_TIGHT, _ROUNDED = 1e-6, 0.5


def with_partners(block: Block, hidden: Bools, goals: Mapping[int, Goal], rank: Floats) -> tuple[Bools, list[int]]:
    """The hidden columns with the partners that let every hidden one meet its goal, and those that cannot.

    `rank` says which columns are hidden rather than others, the lowest first, infinite where none may be. Where no answer is found, all that may be is hidden.

    Example: four areas have 40, 28, 3 and 15 cases and their total 86 is shown. The 3 is hidden by the rule and can be
    worked out: 86 − 40 − 28 − 15. So the last area, 15, is hidden too: the two are 18 together, and the
    hidden ones 1 to 4 and 14 to 17.
    """
    by_rule = {column: goal.inside(*block.hidden[column]) for column, goal in goals.items()}
    if fits(block, hidden):
        return _searched(_Search(block, looking_alike(block, hidden, rank), by_rule, rank))
    hidden, unmet = _searched(_Search(block, hidden, by_rule, rank))
    others = np.where(rank < LAST, rank, np.inf)  # what gives no room is not hidden to have more of it
    return _searched(_Search(block, hidden, goals, others))[0], unmet  # to hide more never tells more


def _searched(search: "_Search") -> tuple[Bools, list[int]]:
    """What is hidden when a search is over, and what it could not help."""
    try:
        while (lines := search.short()) is not None:
            search.add_for(lines)
    except Unsolved:
        return search.hidden | search.may, sorted({*search.unmet, *search.asked})  # what nobody could find out here may still be found out
    return search.hidden, search.unmet


class _Search:
    """Which columns are hidden so far, and which of them have been found as uncertain as they must be.

    `lines` are the sums with their columns. One that is known just so and has hidden ones needs two of them, or the one
    is told by it; and more where these leave too little room. `unmet` are columns that no partner can help.
    """

    def __init__(self, block: Block, hidden: Bools, goals: Mapping[int, Goal], rank: Floats):
        self.block, self.hidden, self.goals, self.rank = block, hidden.copy(), dict(goals), rank
        self.may = np.isfinite(rank)
        self.lines = block.rows != 0
        self.needs = np.where(block.most - block.least < _TIGHT, 2, 0)
        self.unmet: list[int] = []
        self._settled: set[int] = set()
        self._open = block.shown[:, 1] - block.shown[:, 0] > _ROUNDED  # figures that nobody delivered, or printed coarsely
        self._cover()
        self._attack = Attack(block, self.hidden, self.goals)
        self._widest = self._by_rule = Attack(block, self.hidden | self.may, self.goals)
        if not np.array_equal(self._widest.bounds, block.hidden):  # something here is public whatever is hidden now
            self._by_rule = Attack(block, np.ones_like(hidden), self.goals)

    @property
    def asked(self) -> list[int]:
        """The hidden columns with a goal that they have not been found to meet."""
        return [column for column in self.goals if self.hidden[column] and column not in self._settled]

    def short(self) -> Ints | None:
        """The sums of the next column that does not meet its goal: more must be hidden in these; None where all do."""
        for column in self.asked:
            met = self._attack.meets(column, self.goals[column])
            if met is None:  # hidden figures were corrected, and it shows against an earlier edition
                sums = self.block.rows @ self.block.truth
                return np.flatnonzero((sums < self.block.least - _TIGHT) | (sums > self.block.most + _TIGHT))
            if not met and not self._meets_what_it_can(column):
                mine = self._with_free(column)
                return np.array([line for line in mine if self._would_do_without(int(line), column)][:1] or mine, dtype=int)
            self._settled.add(column)
        return None

    def _with_free(self, column: int) -> Ints:
        """The sums of a column in which others may be hidden; where some have columns that are to be hidden first, these sums alone."""
        free = self.may & ~self.hidden
        mine, first = np.flatnonzero(self.lines[:, column] & self.lines[:, free].any(axis=1)), free & (self.rank < 0)
        having = self.lines[np.ix_(mine, first)].any(axis=1)
        return mine[having] if having.any() else mine

    def add_for(self, lines: Ints) -> None:
        """Hide one more column in each of these sums; where all there are hidden, in every sum that has hidden ones, and at last everywhere."""
        before = self.hidden.sum()
        self.needs[lines] = np.maximum(self.needs, self.lines[:, self.hidden | self._open].sum(axis=1) + 1)[lines]
        self._cover()
        if self.hidden.sum() == before:
            self.needs[self.lines[:, self.hidden].any(axis=1) & (self.needs > 0)] += 1
            self._cover()
        if self.hidden.sum() == before:
            if not (self.may & ~self.hidden).any():
                raise Unsolved("all that may be hidden is, and it does not help")
            self.hidden = self.hidden | self.may
        self._attack = Attack(self.block, self.hidden, self.goals, self._attack)

    def _would_do_without(self, line: int, column: int) -> bool:
        """Whether a column would meet its goal if this sum were not known."""
        least, most = self.block.least.copy(), self.block.most.copy()
        least[line], most[line] = -np.inf, np.inf
        return bool(Attack(replace(self.block, least=least, most=most), self.hidden, self.goals).meets(column, self.goals[column]))

    def _cover(self) -> None:
        """Hide columns until every sum with hidden ones has as many as it needs, or all that may be."""
        free = self.may & ~self.hidden
        while len(lonely := self._lonely(free)):
            column = self._best(lonely, free)
            self.hidden[column] = True
            free = self.may & ~self.hidden

    def _lonely(self, free: Bools) -> Ints:
        """The sums with hidden columns that need more of them, and have columns that may be hidden."""
        hidden, count = self.lines[:, self.hidden].any(axis=1), self.lines[:, self.hidden | self._open].sum(axis=1)
        return np.flatnonzero(hidden & (count < self.needs) & self.lines[:, free].any(axis=1))

    def _best(self, lonely: Ints, free: Bools) -> int:
        """The column to hide for the first of these sums: it helps others of them rather than leaving new ones with one hidden column."""
        choice = np.flatnonzero(self.lines[lonely[0]] & free)
        for limit in (0, LAST):
            if (self.rank[choice] < limit).any():
                choice = choice[self.rank[choice] < limit]
        helped = self.lines[np.ix_(lonely, choice)].sum(axis=0)
        untouched = ~self.lines[:, self.hidden].any(axis=1)
        begun = self.lines[np.ix_(untouched, choice)].sum(axis=0)
        return int(choice[np.lexsort((self.rank[choice], begun - helped))[0]])

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
