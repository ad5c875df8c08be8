"""Partners such that enough tables look just like the true one, also to a reader who runs this program on every table.

What is hidden follows from what is shown alone, step by step: first what is small; then, while a number of a small
figure is found in no table that looks the same and has come the same way, more, chosen by what is still shown. Tables
that look the same are thus extended together, and none is ever told from another by what is hidden. At the very end all
is hidden, and tables that look the same there are kept for it: so an end is always found.

Example: of 40, 28, 1 and 4 with their total 73 the two small ones are hidden; each can be any of 1 to 4, as they are 5
together. Of 40, 28, 3 and 15 the 15 is hidden too, as c and d are 18 and c can be any.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from .inference import Block, Bools, Floats

Cells = frozenset[int]
Amounts = tuple[int, ...]
Sums = tuple[tuple[tuple[tuple[int, int], ...], int], ...]  # the cells of each with their signs, and what they come to

MOST_CELLS = 16  # of a block that is asked table by table; larger ones have their partners by `partners` alone
_HIGHEST, _UNBOUNDED = 10**7, 1000  # more than any amount; more than any that is small
_NODES, _TRIED, _LARGEST = 1500, 120, 3
_TIGHT = 1e-6


def fits(block: Block, hidden: Bools) -> bool:
    """Whether a block is small and plain: whole numbers that all are known, sums that are exact, and nothing hidden yet but what is small."""
    plain = bool(block.whole.all() and block.consistent and (block.shown[:, 0] == block.shown[:, 1]).all() and (block.hidden[:, 0] >= 0).all())
    return plain and len(block.whole) <= MOST_CELLS and bool((block.most - block.least < _TIGHT).all() and (block.hidden[hidden, 1] < _UNBOUNDED).all())


def _zero(block: Block) -> Bools:
    """Counts of 0 that are not small by the rule: a reader may know which they are, so they are no partners."""
    return (block.truth == 0) & (block.hidden[:, 1] >= _UNBOUNDED)


def looking_alike(block: Block, hidden: Bools, rank: Floats) -> Bools:
    """What must be hidden of a block so that enough tables look like it; `hidden` is by the rule, `rank` as in `partners`."""
    table = tuple(map(int, block.truth.round()))
    small = hidden & (block.hidden[:, 1] < _UNBOUNDED)
    order = [int(cell) for cell in np.argsort(rank, kind="stable") if np.isfinite(rank[cell]) and not hidden[cell] and not _zero(block)[cell]]
    start = frozenset(map(int, np.flatnonzero(hidden)))
    sums = tuple((tuple((int(cell), int(row[cell])) for cell in np.flatnonzero(row)), round(least)) for row, least in zip(block.rows, block.least, strict=True))
    low, high = tuple(map(int, block.hidden[:, 0])), tuple(int(most) if few else _HIGHEST for most, few in zip(block.hidden[:, 1], small, strict=True))
    public = tuple(0 if cell in start or cell in order else amount for cell, amount in enumerate(table))
    found = hidden.copy()
    found[sorted(_lookalikes(sums, low, high, start, tuple(order), public).hidden(table))] = True
    return found


@lru_cache(maxsize=256)
def _lookalikes(*known: Any) -> "Lookalikes":
    """The same for all tables of which a reader knows as much: what was found out for one is not looked for again."""
    return Lookalikes(*known)


class Lookalikes:
    """All tables that a reader may take for the true one, and what the program would hide of each.

    `small` are hidden by the rule, `start` is all that is hidden at first, `everything` all that may be. A *part* is a
    set of hidden cells that sums tie to each other; `left` is what its sums leave for it when all else is shown.
    """

    def __init__(self, sums: Sums, low: Amounts, high: Amounts, start: Cells, order: Amounts, public: Amounts):
        self.sums, self.low, self.high, self.start, self.order, self.public = sums, low, high, start, order, public
        self.small: Cells = frozenset(cell for cell in start if high[cell] < _HIGHEST)
        self.everything: Cells = start | frozenset(order)
        self.rows = np.zeros((len(sums), len(low)))
        for k, (terms, _) in enumerate(sums):
            for cell, sign in terms:
                self.rows[k, cell] = sign
        self.sums_of = [[k for k, (terms, _) in enumerate(sums) if any(cell == each for each, _ in terms)] for cell in range(len(low))]
        for asked_again in ("_kept", "_next_circuit", "_is_loose", "_is_tight", "_numbers", "_can_be_wide", "_shape", "_parts"):
            setattr(self, asked_again, cache(getattr(self, asked_again)))
        self._short: dict[tuple[Cells, Amounts], bool] = {}
        self._next: dict[tuple[Cells, Cells, Amounts], Cells] = {}

    # --- what is hidden -------------------------------------------------------------------------------------

    def hidden(self, table: Amounts) -> Cells:
        """What is hidden of a table."""
        hidden = self._on_the_way(table)
        for end in reversed(self.ends):
            if self._is_among(self._kept(end, self._seen(end, table)), hidden, table):
                return end
        if hidden == self.ends[0]:
            return next((end for end in self.ends if self._kept(end, self._seen(end, table))), self.everything)
        return hidden

    @staticmethod
    def _seen(hidden: Cells, table: Amounts) -> Amounts:
        """A table with 0 for all that is hidden."""
        return tuple(0 if cell in hidden else amount for cell, amount in enumerate(table))

    def _on_the_way(self, table: Amounts) -> Cells:
        """What is hidden of a table when enough tables look the same, or nearly everything is hidden."""
        hidden = self.start
        while (more := self._step(hidden, table)) is not None:
            hidden = more
        return hidden

    @staticmethod
    def _is_among(tables: Sequence[Amounts], hidden: Cells, table: Amounts) -> bool:
        """Whether what is shown of a table is what would be shown of one of these."""
        return any(all(now == other for cell, (now, other) in enumerate(zip(table, each, strict=True)) if cell not in hidden) for each in tables)

    def _kept(self, end: Cells, seen: Amounts) -> list[Amounts]:
        """For each number of a small figure a table of which this end is hidden, so that there too each is found in some; none where it is not enough."""
        kept, left = [], self._left(end, seen)
        if end != self.everything and any(self._is_tight(part, self._left(part, seen)) for part in self._parts(end)):
            return []
        larger = self.ends[self.ends.index(end) + 1 :]
        for cell, n in self._numbers(self.everything):
            for amounts in itertools.islice(self._tables(end, left, {cell: (n, n)}), _TRIED):
                table = self._with(end, amounts, seen)
                if not any(self._is_among(self._kept(more, self._seen(more, table)), self._on_the_way(table), table) for more in larger):
                    kept.append(table)
                    break
            else:
                return []
        return kept

    @cached_property
    def ends(self) -> list[Cells]:
        """What is hidden where no step was enough: everything but the dearest cell that the others can do without, then everything."""
        ends = [self.everything]
        for cell in self.order[::-1]:
            less = ends[0] - {cell}
            if len(ends) == 1 and all(self._is_loose(each, less) for each in less):
                ends.insert(0, less)
        return ends

    def _with(self, part: Cells, amounts: Sequence[int], table: Amounts) -> Amounts:
        """A table with other amounts in these cells."""
        other = list(table)
        for cell, amount in zip(sorted(part), amounts, strict=True):
            other[cell] = amount
        return tuple(other)

    def _step(self, hidden: Cells, table: Amounts) -> Cells | None:
        """What is hidden next of a table of which this is hidden; None where it is enough."""
        if hidden == self.ends[0]:
            return None
        for part in self._parts(hidden):
            if self._is_short(part, table):
                return hidden | self._extension(hidden, part, table)
        return None

    def _is_short(self, part: Cells, table: Amounts) -> bool:
        """Whether some number of a small figure here is in no table that looks the same."""
        key = part, self._left(part, table)
        if key not in self._short:
            self._short[key] = self._is_tight(*key) or (not part <= self.start and not self._all_found(part, table))
        return self._short[key]

    def _all_found(self, part: Cells, table: Amounts) -> bool:
        """Whether for every number of a small figure a table is found that looks the same and comes the same way."""
        left, wanted = self._left(part, table), dict.fromkeys(self._numbers(part))
        while wanted:
            cell, n = next(iter(wanted))
            for amounts in itertools.islice(self._tables(part, left, {cell: (n, n)}), _TRIED):
                other = self._with(part, amounts, table)
                if self._comes_to(part, other):
                    wanted = {(each, number): None for each, number in wanted if other[each] != number}
                    break
            else:
                return False
        return True

    def _comes_to(self, part: Cells, table: Amounts) -> bool:
        """Whether just this part is hidden on the way, of a table that differs from the true one nowhere else."""
        hidden: Cells | None = self.start & part
        while hidden is not None and hidden != part and hidden <= part:
            hidden = self._step(hidden, table)
        return hidden == part

    # --- what is hidden next --------------------------------------------------------------------------------

    def _extension(self, hidden: Cells, part: Cells, table: Amounts) -> Cells:
        """The fewest cells to hide beside a part; of as many, the first in order.

        As long as a small figure is told by the sums whatever the numbers are, those that free it; then those that would
        be enough if every table came this way; else any that can be another number themselves.
        """
        key = hidden, part, tuple(amount for cell, amount in enumerate(table) if cell not in hidden)
        if key not in self._next:
            free = [cell for cell in self.order if cell in self.ends[0] - hidden]
            self._next[key] = self._next_circuit(part, tuple(free)) if self._is_told(part) else self._next_room(part, free, table)
        return self._next[key]

    def _next_room(self, part: Cells, free: list[int], table: Amounts) -> Cells:
        """The fewest cells that would be enough if every table came this way, else any that can be another number themselves."""
        if self._is_tight(part, self._left(part, table)):
            for more in self._choices(free, _LARGEST):
                if self._are_loose(part, more):
                    joint = next(each for each in self._parts(part | more) if part <= each)
                    if more <= joint and not self._is_tight(joint, self._left(joint, table)):
                        return more
        return self._next_circuit(part, tuple(free))

    def _next_circuit(self, part: Cells, free: tuple[int, ...]) -> Cells:
        """The fewest cells that free the small ones from what the sums tell; where they are free, the fewest that give new room to one of them."""
        mine, told = sorted(self.small & part), self._is_told(part)
        near = {k for cell in mine for k in self.sums_of[cell]}
        for more in self._choices(list(free), _LARGEST + 2):
            if (
                all(self._is_loose(cell, part | more) for cell in mine)
                if told
                else self._are_loose(part, more) and any(near & {*self.sums_of[c]} for c in more)
            ):
                return more
        return frozenset(free)

    @staticmethod
    def _choices(free: list[int], largest: int) -> Iterator[Cells]:
        """All choices of these cells, the smallest first, and of as many those first in order."""
        return (frozenset(more) for size in range(1, largest + 1) for more in itertools.combinations(free, size))

    def _is_told(self, part: Cells) -> bool:
        """Whether the sums tell a small figure of this part, whatever the numbers are."""
        return not all(self._is_loose(cell, part) for cell in self.small & part)

    def _are_loose(self, part: Cells, more: Cells) -> bool:
        """Whether the sums leave each of these cells open beside this part."""
        return all(self._is_loose(cell, part | more) for cell in more)

    def _is_loose(self, cell: int, hidden: Cells) -> bool:
        """Whether the sums leave it open what a hidden cell is, as long as others may be anything: it depends on the others' columns."""
        others = self.rows[:, sorted(hidden - {cell})]
        return (
            bool(np.linalg.matrix_rank(others) == np.linalg.matrix_rank(self.rows[:, sorted(hidden | {cell})])) if others.size else not self.rows[:, cell].any()
        )

    # --- all tables that fit --------------------------------------------------------------------------------

    def _is_tight(self, part: Cells, left: Amounts) -> bool:
        """Whether this part leaves less room than there would be if everything were hidden: for a number of a small
        figure, or one more or less than these, or for as many numbers of another figure as are small."""
        if self._is_told(part):
            return True
        found: set[tuple[int, int]] = set()  # numbers that stand in a table which was found for another
        for cell, n in self._numbers(part, wider=True):
            wider = self._is_beyond(cell, n)
            if (cell, n) not in found:
                table = next(self._tables(part, left, {cell: (n, n)}, wider), None)
                if table is None:
                    return True
                found.update((each, number) for each, number in zip(sorted(part), table, strict=True) if self._is_beyond(each, number) == wider)
        return any(self._can_be_wide(cell) and not self._is_wide(cell, part, left) for cell in part - self.small)

    def _is_beyond(self, cell: int, number: int) -> bool:
        """Whether the rule excludes that a hidden figure is this number."""
        return not self.low[cell] <= number <= self.high[cell]

    def _numbers(self, part: Cells, wider: bool = False) -> tuple[tuple[int, int], ...]:
        """The small figures of this part with the numbers that the rule leaves each, or the `wider` range, as far as public figures allow."""
        if part != self.everything:
            return tuple(each for each in self._numbers(self.everything, wider) if each[0] in part)
        left, found = self._left(self.everything, self.public), []
        for cell in sorted(self.small):
            for n in range(self.low[cell] - wider, self.high[cell] + 1 + wider):
                if next(self._tables(self.everything, left, {cell: (n, n)}, self._is_beyond(cell, n)), None) is not None:
                    found.append((cell, n))
        return tuple(found)

    def _can_be_wide(self, cell: int) -> bool:
        """Whether a figure that is not small can be as many numbers as are small, when everything is hidden."""
        return self._is_wide(cell, self.everything, self._left(self.everything, self.public))

    def _is_wide(self, cell: int, part: Cells, left: Amounts) -> bool:
        """Whether a figure that is not small can be as many numbers as are small."""
        first, width = next(self._tables(part, left, {}), None), max((self.high[each] - self.low[each] for each in self.small), default=0)
        if first is None:
            return False
        now = first[sorted(part).index(cell)]
        for low, high in ((self.low[cell], now - width), (now + width, self.high[cell])):
            if low <= high and next(self._tables(part, left, {cell: (low, high)}), None) is not None:
                return True
        lowest = next(n for n in range(now - width + 1, now + 1) if next(self._tables(part, left, {cell: (n, n)}), None) is not None)
        return lowest < now and next(self._tables(part, left, {cell: (lowest + width, self.high[cell])}), None) is not None

    def _left(self, part: Cells, table: Amounts) -> Amounts:
        """What the sums of this part leave for its cells, all others being shown."""
        return tuple(self.sums[k][1] - sum(sign * table[cell] for cell, sign in self.sums[k][0] if cell not in part) for k in self._shape(part)[0])

    def _tables(self, part: Cells, left: Amounts, fixed: Mapping[int, tuple[int, int]], wider: bool = False) -> Iterator[Amounts]:
        """Amounts of a part, in the order of its cells, that its sums and the rule allow, some of them fixed; those found with the work allowed."""
        low = [self.low[cell] - (wider and cell in self.small) for cell in sorted(part)]
        high = [self.high[cell] + (wider and cell in self.small) for cell in sorted(part)]
        for place, cell in enumerate(sorted(part)):
            low[place], high[place] = fixed.get(cell, (low[place], high[place]))
        _, sums, sums_of = self._shape(part)
        return _completions(sums, sums_of, left, low, high)

    def _shape(self, part: Cells) -> tuple[list[int], list[list[tuple[int, int]]], list[list[int]]]:
        """The sums with cells of a part: their numbers, their cells there by place with their signs, and the sums of each place."""
        place = {cell: i for i, cell in enumerate(sorted(part))}
        numbers = sorted({k for cell in part for k in self.sums_of[cell]})
        sums = [[(place[cell], sign) for cell, sign in self.sums[k][0] if cell in place] for k in numbers]
        return numbers, sums, [[k for k, terms in enumerate(sums) if any(i == each for each, _ in terms)] for i in range(len(place))]

    def _parts(self, hidden: Cells) -> list[Cells]:
        """The hidden cells in parts that no sum ties to each other, in their order."""
        found, rest = [], set(hidden)
        while rest:
            part, new = set(), {min(rest)}
            while new:
                part |= new
                new = {cell for each in new for k in self.sums_of[each] for cell, _ in self.sums[k][0] if cell in hidden} - part
            found.append(frozenset(part))
            rest -= part
        return found


def _completions(sums: list[list[tuple[int, int]]], sums_of: list[list[int]], left: Amounts, low: list[int], high: list[int]) -> Iterator[Amounts]:
    """Whole numbers between bounds that fulfil all sums, the lowest first, as many as `_NODES` steps find."""
    waiting = [(low, high, set(range(len(sums))))]
    for _ in range(_NODES):
        if not waiting:
            return
        low, high, changed = waiting.pop()
        if not _narrow(sums, sums_of, left, low, high, changed):
            continue
        width, i = min(((high[i] - low[i], i) for i in range(len(low)) if high[i] > low[i]), default=(0, -1))
        if not width:
            yield tuple(low)
            continue
        first, rest = high[:], low[:]
        first[i], rest[i] = low[i], low[i] + 1
        waiting += [(rest, high, set(sums_of[i])), (low, first, set(sums_of[i]))]


def _narrow(sums: list[list[tuple[int, int]]], sums_of: list[list[int]], left: Amounts, low: list[int], high: list[int], todo: set[int]) -> bool:
    """Narrow the bounds by what the sums tell, in place; whether anything is left."""
    while todo:
        k = todo.pop()
        up = down = left[k]  # how much room there is above the least, and below the most
        for i, sign in sums[k]:
            up -= low[i] if sign > 0 else -high[i]
            down -= high[i] if sign > 0 else -low[i]
        down = -down
        if up < 0 or down < 0:
            return False
        for i, sign in sums[k]:
            above, below = (up, down) if sign > 0 else (down, up)
            if high[i] - low[i] > above or high[i] - low[i] > below:
                least, most = max(low[i], high[i] - below), min(high[i], low[i] + above)
                higher, lower = least - low[i], high[i] - most
                if higher or lower:
                    up, down = (up - higher, down - lower) if sign > 0 else (up - lower, down - higher)
                    low[i], high[i] = least, most
                    todo.update(sums_of[i])
    return True
