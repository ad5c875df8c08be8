"""What a reader can know of one table of figures: the rule, the sums, and every earlier edition, as one system.

A reader may know the register and this program by heart, and which figures were corrected. Only the hidden numbers
are not known.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..judging.observations import KEY
from ..promises.agreement import Agreement
from .inference import Block, Goal, solve
from .relations import Key, Relation, amounts, relations

ANY = (0.0, np.inf)  # an amount of which nothing is known


class Columns:
    """Amounts and sums as they are gathered into a `System`, each amount under a name of its own."""

    def __init__(self):
        self.number: dict[Hashable, int] = {}
        self.shown: list[tuple[float, float]] = []
        self.hidden: list[tuple[float, float]] = []
        self.whole: list[bool] = []
        self.sums: dict[tuple, tuple[float, float]] = {}
        self.known = np.zeros(0)

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

    def widen(self, name: tuple, by: float) -> None:
        """Let a sum lie so much lower or higher."""
        least, most = self.sums[name]
        self.sums[name] = least - by, most + by

    def loosen(self, truth: Mapping[int, tuple[float, float]]) -> dict[tuple, float]:
        """Widen the sums by twice as much as lets the true amounts fulfil them; returns by how much.

        Suppliers' totals do not always add up. Amounts that nobody knows may be anything within their bounds.
        """
        rows, least, most = self._rows()
        bounds = np.array([truth.get(column, either) for column, either in enumerate(self.hidden)])
        size = len(self.sums)
        cost = np.concatenate([np.zeros(len(bounds)), np.ones(2 * size)])
        low, high = np.concatenate([bounds, np.tile([0.0, np.inf], (2 * size, 1))]).T
        rows = sparse.hstack([rows, sparse.eye_array(size), -sparse.eye_array(size)])
        point = solve(cost, rows, least, most, low, high, np.zeros(len(cost)))
        self.known = point[: len(bounds)]
        down, up = point[len(bounds) :].round(6).reshape(2, size)
        off = 2 * np.maximum(down, up)  # nobody outside knows which way a total is wrong, or by just how much
        loose = dict(zip(self.sums, off, strict=True))
        for name, by in loose.items():
            self.widen(name, by)
        return loose

    @property
    def truth(self) -> np.ndarray:
        """What each amount is: as far as it was known when the sums were loosened, then as it was shown."""
        return np.concatenate([self.known, [low for low, _ in self.shown[len(self.known) :]]])

    def blocks(self) -> Iterator[tuple[np.ndarray, Block]]:
        """The amounts in blocks that no sum ties to each other: the numbers of the columns, and what is known of them."""
        rows, least, most = self._rows()
        shown, hidden = (np.array(bounds, dtype=float).reshape(-1, 2) for bounds in (self.shown, self.hidden))
        roof = 1e4 + 4 * np.abs(shown[np.isfinite(shown)]).sum()  # higher than anything that a programme could need
        shown, hidden = np.clip(shown, -roof, roof), np.clip(hidden, -roof, roof)
        tied = connected_components(rows.T @ rows, directed=False)[1]
        of_row = tied[rows.indices[rows.indptr[:-1]]]
        for number in range(tied.max(initial=-1) + 1):
            here, its = np.flatnonzero(tied == number), np.flatnonzero(of_row == number)
            block = rows[its][:, here].toarray()
            yield here, Block(block, least[its], most[its], shown[here], hidden[here], np.array(self.whole)[here], self.truth[here])

    def _rows(self) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        """The sums as rows, and what they lie between."""
        at = [(row, column, 1.0 if place == 0 else -1.0) for row, name in enumerate(self.sums) for place, column in enumerate(name)]
        row, column, factor = zip(*at, strict=True) if at else ((), (), ())
        rows = sparse.csr_array((factor, (row, column)), (len(self.sums), len(self.number)), dtype=float)
        least, most = np.array(list(self.sums.values()), dtype=float).reshape(-1, 2).T
        return rows, least, most


@dataclass(frozen=True)
class Edition:
    """What an earlier edition held: the amounts it showed, and those it hid as far as they are kept."""

    held: Mapping[Key, None]  # in their order
    seen: Mapping[Key, tuple[float, float]]
    was: Mapping[Key, tuple[float, float]]

    @classmethod
    def of(cls, ledger: pd.DataFrame, agreement: Agreement) -> "Edition":
        hidden = ledger["status"] == "hidden"
        held = dict.fromkeys(ledger[KEY].itertuples(index=False, name=None))
        return cls(held, amounts_of(ledger[~hidden], agreement), amounts_of(ledger[hidden], agreement))


def known(
    rows: pd.DataFrame, keys: list[Key], agreement: Agreement, reasons: np.ndarray, now: Mapping[Key, tuple[float, float]], then: list[Edition], told: set[Key]
) -> tuple[Columns, dict[int, Goal]]:
    """All that a reader can know: the rule, the sums, and earlier editions; and goals for what only these hid.

    A column for each row, in their order, then one for every other figure; of those in `told` all know that they are
    as they were. An amount that was hidden before and is hidden now is the same one, unless it is known to have been
    another: that is the most that anybody can assume.
    """
    columns, goals, least = Columns(), {}, 0 if agreement.hide_zero else 1
    for key, reason, size in zip(keys, reasons, rows["denominator"], strict=True):
        indicator, (low, high) = agreement.indicators[key[0]], now.get(key, ANY)
        hidden = (0.0 if low >= 0 else -np.inf, size if indicator.measure == "survey_share" and size == size else np.inf)
        if reason == "small":
            hidden = (min(low, least), max(high, agreement.small_count - 1))
        columns.add(key, (low, high), hidden, _is_whole(key, agreement) and np.floor(high) >= np.ceil(low))

    def column(key: Key, edition: Edition | None) -> int:
        """The column of a figure as it is now, or as an edition has it."""
        there = edition.seen.get(key, ANY) if edition else now.get(key, ANY)
        was = edition.was.get(key) if edition else None
        whole = _is_whole(key, agreement)
        if was and was != now.get(key):
            small = whole and least <= was[0] < agreement.small_count
            number = columns.add((key, was), was, (least, agreement.small_count - 1) if small else ANY, whole)
            goals[number] = Goal(least, agreement.small_count - 1) if small else Goal(width=agreement.small_count - 2)
            if key in now:  # nor may be told by how much it was revised
                change = (now[key][0] - was[0],) * 2
                revision = columns.add((key, was, now[key]), change, (-np.inf, np.inf), whole)
                goals[revision] = Goal(width=agreement.small_count - 2)
                columns.add_sum(columns.number[key], [number, revision])
            return number
        if edition and there != ANY and not (key in told and there == now[key]):
            return columns.add((key, there), there, ANY, False)
        number = columns.add(key, there, ANY, whole)
        if edition and there == ANY and number >= len(keys) and key in edition.held:
            goals[number] = Goal(width=agreement.small_count - 2)
        return number

    def add_sums(relation: Relation, edition: Edition | None = None) -> list[tuple]:
        whole, parts = column(relation.whole, edition), [column(part, edition) for part in relation.parts]
        if not relation.unique:
            return [columns.add_sum(whole, parts)]
        return [columns.add_sum(whole, parts, least=-np.inf), *(columns.add_sum(whole, [part], most=np.inf) for part in parts)]

    sums = {relation: add_sums(relation) for relation in relations(keys, agreement)}
    loose = columns.loosen({columns.number[key]: bounds for key, bounds in now.items()})
    for edition in then:
        for relation in relations(edition.held, agreement):
            if any(key not in edition.seen for key in (relation.whole, *relation.parts)):
                for name, before in zip(add_sums(relation, edition), sums.get(relation, ()), strict=False):
                    if name not in loose:  # as far off as the same sum is now
                        columns.widen(name, loose[before])
                        loose[name] = loose[before]
    return columns, goals


def amounts_of(rows: pd.DataFrame, agreement: Agreement) -> dict[Key, tuple[float, float]]:
    """Between which amounts each figure lies that has a value, by key."""
    amount, half = amounts(rows, agreement)
    keys = rows[KEY].itertuples(index=False, name=None)
    return {key: (low, high) for key, low, high in zip(keys, amount - half, amount + half, strict=True) if low == low}


def _is_whole(key: Key, agreement: Agreement) -> bool:
    """Whether an amount is a whole number: answers are weighted, and kroner are as good as continuous."""
    indicator = agreement.indicators[key[0]]
    return indicator.unit != "dkk" and indicator.measure != "survey_share"
