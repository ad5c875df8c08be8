"""The program is public: a reader who runs it on every table that fits what is shown rules no number of a small figure out."""

import itertools

import numpy as np
from conftest import agreement_of, count, observed

from analysis.protecting.disclosure import protection

AGREEMENT = agreement_of()
AREAS = (*"abcd", "combined")
Table = tuple[int, ...]  # the counts of four areas, then their total


def with_total(*numbers: int) -> Table:
    return (*numbers, sum(numbers))


def drawn(tables: int) -> list[Table]:
    """Tables of which about half the areas have few cases."""
    draw = np.random.default_rng(1)
    few = draw.random((tables, 4)) < 0.5
    return [with_total(*map(int, row)) for row in np.where(few, draw.integers(0, 7, few.shape), draw.integers(0, 61, few.shape))]


def printed(tables: list[Table]) -> list[tuple[int | None, ...]]:
    """What the program shows of each table, None where it hides. All at once, each as a year of its own: no sum ties one year to another."""
    rows = [count(area, str(1000 + year), number) for year, table in enumerate(tables) for area, number in zip(AREAS, table, strict=True)]
    found = protection(observed(*rows), AGREEMENT).table
    values = [None if status == "suppressed" else int(value) for status, value in zip(found["status"], found["value"], strict=True)]
    return [tuple(values[i : i + 5]) for i in range(0, len(values), 5)]


def range_of(number: int, highest: int) -> range:
    """What a hidden number can be for a reader who even knows whether it is small, 0 or neither."""
    return range(1) if number == 0 else range(1, 5) if number < 5 else range(5, highest + 1)


def fitting(table: Table, shown: tuple[int | None, ...]) -> list[Table]:
    """All tables that fit what is shown, those first in which all partners are as small as can be, but one where their sum is shown."""
    highest = min(table[4], 90) if shown[4] is not None else 12
    each = [range_of(number, highest) if seen is None else (seen,) for number, seen in zip(table[:4], shown[:4], strict=True)]
    found = [with_total(*numbers) for numbers in itertools.product(*each) if shown[4] is None or sum(numbers) == table[4]]
    found = [other for other in found if other[4] in range_of(table[4], 10**6)] if shown[4] is None else found
    unseen = [i for i in range(4) if shown[i] is None]
    return sorted(found, key=lambda other: sum(other[i] for i in unseen) - 2 * (shown[4] is not None) * max((other[i] for i in unseen), default=0))


def ruled_out(tables: list[Table], tries: int = 12) -> dict[Table, set[tuple[str, int]]]:
    """The numbers of small figures that fit what is shown of a table, or would if nothing were shown, and for which the program shows something else."""
    shown = printed(tables)
    open_: dict[Table, set[tuple[int, int]]] = {}
    fits = {table: fitting(table, seen) for table, seen in zip(tables, shown, strict=True)}
    for table in tables:
        small = [i for i, number in enumerate(table) if 0 < number < 5]
        by_rule = fitting(table, (None,) * 5) if table[4] < 5 else []
        open_[table] = {(i, n) for i in small for n in range(1, 5) if n != table[i] and (table[4] >= 5 or any(other[i] == n for other in by_rule))}
    looks = dict(zip(tables, shown, strict=True))
    for attempt in range(tries):
        asked = [
            (table, candidates[attempt])
            for table, wanted in open_.items()
            for i, n in sorted(wanted)
            if attempt < len(candidates := [other for other in fits[table] if other[i] == n])
        ]
        for (table, other), seen in zip(asked, printed([other for _, other in asked]), strict=True):
            if seen == looks[table]:
                open_[table] -= set(enumerate(other))
    return {table: {(AREAS[i], n) for i, n in wanted} for table, wanted in open_.items() if wanted}


def test_no_number_of_a_small_figure_is_ruled_out_by_running_the_program_on_all_that_fits():
    assert ruled_out(list(dict.fromkeys(drawn(200)))) == {}


def test_four_and_thirty_are_hidden_with_enough_room_that_neither_is_told():
    """9, 30, 4 and 8 are 51 together: partners taken by their size left only 4 and 8 for the two that were hidden."""
    assert ruled_out([(9, 30, 4, 8, 51)]) == {}


def test_what_that_costs_is_less_than_one_figure_a_table():
    """Taken by their size, 1.93 of 5 figures were hidden."""
    hidden = [sum(number is None for number in seen) for seen in printed(drawn(200))]
    assert np.mean(hidden) < 2.5
