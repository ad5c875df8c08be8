"""What a reader can know of one group of figures: the rule, the sums, and every earlier edition, as one system.

A reader may know the register and this program by heart, and which figures were corrected. Only the hidden numbers
are not known.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..judging.observations import KEY
from ..promises.agreement import COMBINED, Agreement
from .inference import Block, Floats, Goal, Ints, solve
from .relations import Key, Relation, amounts, relations
from .thresholds import AT_SOURCE, any_small, as_wide, least_small

Range = tuple[float, float]
SumName = tuple[int, ...]  # the whole's column, then its parts' in their order
ANY: Range = (0.0, np.inf)  # an amount of which nothing is known


class Past(NamedTuple):
    """An amount as an earlier edition had it, where it is another now."""

    figure: Key
    amount: Range


class Revision(NamedTuple):
    """By how much an amount was revised since an earlier edition."""

    figure: Key
    before: Range
    now: Range


class Step(NamedTuple):
    """A sum between a figure and its parts that nobody delivered, as of one earlier edition: the quarters between a year and its months."""

    figure: Key
    edition: int


Name = Key | Past | Revision | Step


def figure_of(name: Name) -> Key:
    """The figure that an amount of this name is about."""
    return name.figure if isinstance(name, Past | Revision | Step) else name


class System:
    """Amounts and the sums between them, gathered one by one; each amount is a column with a name of its own.

    Example: a and b together are 10, and b is hidden. Columns 0 (the whole), 1 and 2, and one sum named (0, 1, 2):
    column 0 less columns 1 and 2 is 0.
    """

    def __init__(self) -> None:
        self.number: dict[Name, int] = {}
        self.shown: list[Range] = []
        self.hidden: list[Range] = []
        self.whole: list[bool] = []
        self.sums: dict[SumName, Range] = {}
        self._true_now: Floats = np.zeros(0)

    def add(self, name: Name, shown: Range, hidden: Range, whole: bool) -> int:
        """The column of this name, added with its bounds if it is new."""
        if name not in self.number:
            self.number[name] = len(self.number)
            self.shown.append(shown)
            self.hidden.append(hidden)
            self.whole.append(whole)
        return self.number[name]

    def add_sum(self, whole: int, parts: Iterable[int], least: float = 0.0, most: float = 0.0) -> SumName:
        """Note that `whole` less the sum of its parts lies between two numbers; returns the name of the sum."""
        name = (whole, *sorted(parts))
        before = self.sums.get(name, (-np.inf, np.inf))
        self.sums[name] = max(before[0], least), min(before[1], most)
        return name

    def widen(self, name: SumName, by: float) -> None:
        """Let a sum lie so much lower or higher."""
        least, most = self.sums[name]
        self.sums[name] = least - by, most + by

    def loosen(self, truth: Mapping[int, Range]) -> dict[SumName, float]:
        """Widen the sums by twice as much as lets the true amounts fulfil them; returns by how much.

        Suppliers' totals do not always add up: where areas of 40 and 28 are 70 together, the sum may be up to 4 off.
        Amounts that nobody knows may be anything within their bounds.
        """
        rows, least, most = self._rows()
        bounds = np.array([truth.get(column, either) for column, either in enumerate(self.hidden)])
        size = len(self.sums)
        cost = np.concatenate([np.zeros(len(bounds)), np.ones(2 * size)])
        low, high = np.concatenate([bounds, np.tile([0.0, np.inf], (2 * size, 1))]).T
        each = sparse.eye_array(size, format="csr")
        point = solve(cost, sparse.hstack([rows, each, -each]), least, most, low, high, np.zeros(len(cost), dtype=bool))
        assert point is not None, "sums that may be off by any amount can be fulfilled"
        self._true_now = point[: len(bounds)]
        down, up = point[len(bounds) :].round(6).reshape(2, size)
        off = 2 * np.maximum(down, up)  # nobody outside knows which way a total is wrong, or by just how much
        loose = dict(zip(self.sums, off, strict=True))
        for name, by in loose.items():
            self.widen(name, by)
        return loose

    @property
    def truth(self) -> Floats:
        """What each amount is: as far as it was known when the sums were loosened, then as it was shown."""
        return np.concatenate([self._true_now, [low for low, _ in self.shown[len(self._true_now) :]]])

    def blocks(self) -> Iterator[tuple[Ints, Block]]:
        """The amounts in blocks that no sum ties to each other: the numbers of the columns, and what is known of them."""
        rows, least, most = self._rows()
        shown, hidden = (np.array(bounds, dtype=float).reshape(-1, 2) for bounds in (self.shown, self.hidden))
        roof = 1e4 + 4 * np.abs(shown[np.isfinite(shown)]).sum()  # higher than anything that a programme could need
        shown, hidden = np.clip(shown, -roof, roof), np.clip(hidden, -roof, roof)
        tied = connected_components(rows.T @ rows, directed=False)[1]
        of_row = tied[rows.indices[rows.indptr[:-1]]]
        for number in range(tied.max(initial=-1) + 1):
            columns, its_rows = np.flatnonzero(tied == number), np.flatnonzero(of_row == number)
            sums = rows[its_rows][:, columns].toarray()
            whole, truth = np.array(self.whole)[columns], self.truth[columns]
            yield columns, Block(sums, least[its_rows], most[its_rows], shown[columns], hidden[columns], whole, truth)

    def _rows(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """The sums as rows, and what they lie between."""
        at = [(row, column, 1.0 if place == 0 else -1.0) for row, name in enumerate(self.sums) for place, column in enumerate(name)]
        row, column, factor = np.array(at, dtype=float).reshape(-1, 3).T
        shape = (len(self.sums), len(self.number))
        rows = sparse.csr_array(sparse.coo_array((factor, (row.astype(int), column.astype(int))), shape))
        least, most = np.array(list(self.sums.values()), dtype=float).reshape(-1, 2).T
        return rows, least, most


@dataclass(frozen=True)
class Edition:
    """What an earlier edition held: the amounts it showed, and those it hid as far as they are kept; `agreement` is the register as it was."""

    agreement: Agreement
    held: Mapping[Key, None]  # in their order
    hid: frozenset[Key]
    seen: Mapping[Key, Range]
    was: Mapping[Key, Range]

    @classmethod
    def of(cls, ledger: pd.DataFrame, agreement: Agreement) -> "Edition":
        """The edition of which these are the lines of the ledger."""
        hidden = ledger["status"] == "hidden"
        keys = list(ledger[KEY].itertuples(index=False, name=None))
        hid = frozenset(key for key, each in zip(keys, hidden, strict=True) if each)
        return cls(agreement, dict.fromkeys(keys), hid, amounts_of(ledger[~hidden], agreement), amounts_of(ledger[hidden], agreement))


def rule_of(key: Key, agreement: Agreement, editions: Sequence[Edition]) -> Agreement:
    """The register with the strictest thresholds by which a figure is hidden or was in an edition: what that promised is kept."""
    rules = [agreement, *(edition.agreement for edition in editions if key in edition.hid)]
    strictest: dict[str, Any] = {
        "small_count": max(rule.small_count for rule in rules),
        "min_answers": max(rule.min_answers for rule in rules),
        "hide_zero": any(rule.hide_zero for rule in rules),
    }
    return agreement if all(getattr(agreement, name) == value for name, value in strictest.items()) else replace(agreement, **strictest)


def is_of_other_areas(key: Key, edition: Edition, agreement: Agreement) -> bool:
    """Whether a figure for all areas together was one of others than it is now."""
    return key[1] == COMBINED and edition.agreement.areas.keys() != agreement.areas.keys()


class Knowledge:
    """All that a reader can know: the rule, the sums, and earlier editions; and goals for what only these hid.

    A column for each figure of this edition, in their order, then one for every other; of those in `public` everybody
    knows that they are as they were. An amount that was hidden before and is hidden now is the same one, unless it is
    known to have been another: that is the most that anybody can assume. A `holder` knows besides what its own figures
    are and were.

    Example: edition 1 showed a total of 20 over a hidden 3 and a 17; now the total is 22 and nothing is hidden. The
    total of 20 gets a column of its own beside that of 22, and the 3 of that time one with a goal: to stay 1 to 4.
    """

    def __init__(self, agreement: Agreement, now: Mapping[Key, Range], public: set[Key], rule: Callable[[Key], Agreement], holder: str = ""):
        self.system, self.goals, self.held, self.shared = System(), dict[int, Goal](), set[int](), set[int]()
        self._rule, self._holder = rule, holder
        self._agreement, self._now, self._public = agreement, now, public
        self._count = 0

    def add_figures(self, rows: pd.DataFrame, keys: Sequence[Key], reasons: np.ndarray) -> None:
        """This edition's figures, and between what each must lie by the rule once it is hidden for its reason."""
        for key, reason, size in zip(keys, reasons, rows["denominator"], strict=True):
            low, high = self._now.get(key, ANY)
            hidden = (0.0 if low >= 0 else -np.inf, size if self._agreement.indicators[key[0]].measure == "survey_share" and size == size else np.inf)
            rule = self._rule(key)
            if reason == "small":
                hidden = (min(low, least_small(rule)), max(high, rule.small_count - 1))
            elif reason == "rest":
                hidden = (min(low, max(size - rule.small_count + 1, 0)), max(high, size - least_small(rule)))
            elif reason == AT_SOURCE:
                hidden = (float(least_small(rule)), float(rule.small_count - 1))
            elif reason != "months" and self._is_whole(key) and low >= rule.small_count:
                hidden = (float(rule.small_count), hidden[1])
            self.system.add(key, (low, high), hidden, self._is_whole(key) and np.floor(high) >= np.ceil(low))
        self._count = len(keys)

    def add_sums(self, keys: Sequence[Key], editions: Sequence[Edition]) -> None:
        """The sums among this edition's figures, and those of each earlier edition that then hid one of theirs."""
        sums = {relation: self._add_sum(relation, [self._column(key) for key in relation.figures]) for relation in relations(keys, self._agreement)}
        loose = self.system.loosen({self.system.number[key]: bounds for key, bounds in self._now.items()})
        for number, edition in enumerate(editions):
            then = list(relations(edition.held, edition.agreement))
            between = {relation.whole for relation in then} - edition.held.keys() - set(keys)  # is another as soon as one of its parts is
            for relation in then:
                if all(key in edition.seen for key in relation.figures):
                    continue
                columns = [
                    self.system.add(Step(key, number), ANY, ANY, False) if key in between else self._column_then(key, edition) for key in relation.figures
                ]
                names = self._add_sum(relation, columns)
                for name, same_now in zip(names, sums.get(relation, ()), strict=False):
                    if name not in loose:  # as far off as the same sum is now
                        self.system.widen(name, loose[same_now])
                        loose[name] = loose[same_now]

    def add_held(self) -> None:
        """Note what the holder knows of all this: `held` are the columns of its figures, of this edition and of earlier ones.

        `shared` are those of totals that it has a part in. They are no figures of another, and what is has its own goal.
        """
        if not self._holder:
            return
        own = {(id_, area) for id_, area, _ in map(figure_of, self.system.number) if self._agreement.is_held(self._holder, id_, area)}
        with_part = {id_ for id_, _ in own}
        for name, column in self.system.number.items():
            id_, area, _ = figure_of(name)
            if (id_, area) in own:
                self.held.add(column)
                self.system.hidden[column] = self.system.shown[column]
            elif area == COMBINED and id_ in with_part:
                self.shared.add(column)
        self.goals = {column: goal for column, goal in self.goals.items() if column not in self.held | self.shared}

    def _add_sum(self, relation: Relation, columns: Sequence[int]) -> list[SumName]:
        """Note a relation between these columns, the whole's first; where it counts each once, the whole is at most their sum and at least each part."""
        whole, *parts = columns
        if not relation.unique:
            return [self.system.add_sum(whole, parts)]
        return [self.system.add_sum(whole, parts, least=-np.inf), *(self.system.add_sum(whole, [part], most=np.inf) for part in parts)]

    def _column(self, key: Key) -> int:
        """The column of a figure as it is now."""
        return self.system.add(key, self._now.get(key, ANY), ANY, self._is_whole(key))

    def _column_then(self, key: Key, edition: Edition) -> int:
        """The column of a figure as an earlier edition has it: a column of its own where it is another now."""
        seen, was, now = edition.seen.get(key, ANY), edition.was.get(key), self._now.get(key)
        if seen == ANY and is_of_other_areas(key, edition, self._agreement):
            return self._hidden_then(key, was or ANY)
        if was and was != now:
            return self._revised(key, was)
        if seen != ANY and not (key in self._public and seen == now):
            return self.system.add(Past(key, seen), seen, ANY, False)
        number = self.system.add(key, seen, ANY, self._is_whole(key))
        if seen == ANY and number >= self._count and key in edition.held:
            self.goals[number] = as_wide(self._rule(key))
        return number

    def _hidden_then(self, key: Key, was: Range) -> int:
        """The column of what a figure was when it was hidden. It must stay hidden."""
        whole, rule = self._is_whole(key), any_small(self._rule(key))
        small = whole and rule.low <= was[0] <= was[1] <= rule.high
        number = self.system.add(Past(key, was), was, (rule.low, rule.high) if small else ANY, whole)
        self.goals[number] = rule if small else as_wide(self._rule(key))
        return number

    def _revised(self, key: Key, was: Range) -> int:
        """The column of what a figure was that is another now. By how much it was revised must stay hidden as well."""
        number = self._hidden_then(key, was)
        if key in self._now:
            change = self._now[key][0] - was[0]
            revision = self.system.add(Revision(key, was, self._now[key]), (change, change), (-np.inf, np.inf), self._is_whole(key))
            self.goals[revision] = as_wide(self._rule(key))
            self.system.add_sum(self.system.number[key], [number, revision])
        return number

    def _is_whole(self, key: Key) -> bool:
        """Whether an amount is a whole number: answers are weighted, and kroner are as good as continuous."""
        indicator = self._agreement.indicators[key[0]]
        return indicator.unit != "dkk" and indicator.measure != "survey_share"


def amounts_of(rows: pd.DataFrame, agreement: Agreement) -> dict[Key, Range]:
    """Between which amounts each figure lies that has a value, by key."""
    amount, half = amounts(rows, agreement)
    keys = rows[KEY].itertuples(index=False, name=None)
    return {key: (low, high) for key, low, high in zip(keys, amount - half, amount + half, strict=True) if low == low}
