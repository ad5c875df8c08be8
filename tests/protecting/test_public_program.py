"""The program is public: a reader who runs it on every table that fits what is shown rules no number of a small figure out."""

import itertools

import numpy as np
from conftest import agreement_of, count, observed
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.protecting.disclosure import protection
from analysis.protecting.lookalikes import _completions

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
    assert np.mean(hidden) < 2.3


# --- two half-years and their sum, of three areas and theirs -------------------------------------------------

OF_3 = agreement_of(areas=tuple("abc"))
PLACES, HALVES = (*"abc", "combined"), ("H1", "H2", "")
Crossed = tuple[int, ...]  # by area, with their sum: both half-years, then the year
SUMS = [[(3 * i, 1), (3 * i + 1, 1), (3 * i + 2, -1)] for i in range(4)] + [[(i, 1), (3 + i, 1), (6 + i, 1), (9 + i, -1)] for i in range(3)]  # each is 0
SUMS_OF = [[i // 3, 4 + i % 3] for i in range(12)]


def crossed(inner: tuple[int, ...]) -> Crossed:
    """With all sums. Example: 1 and 2 of a, 3 and 4 of b, 0 and 0 of c make (1, 2, 3, 3, 4, 7, 0, 0, 0, 4, 6, 10)."""
    areas = [(inner[i], inner[i + 1], inner[i] + inner[i + 1]) for i in (0, 2, 4)]
    return tuple(number for row in [*areas, tuple(map(sum, zip(*areas, strict=True)))] for number in row)


def crossed_drawn(tables: int) -> list[Crossed]:
    draw = np.random.default_rng(3)
    few = draw.random((tables, 6)) < 0.5
    return [crossed(tuple(map(int, row))) for row in np.where(few, draw.integers(0, 7, few.shape), draw.integers(0, 61, few.shape))]


def crossed_printed(tables: list[Crossed]) -> list[tuple[int | None, ...]]:
    """What the program shows of each, None where it hides."""
    names = [(area, half) for area in PLACES for half in HALVES]
    rows = [
        count(area, f"{1000 + year}-{half}" if half else str(1000 + year), number)
        for year, table in enumerate(tables)
        for (area, half), number in zip(names, table, strict=True)
    ]
    found = protection(observed(*rows), OF_3).table
    values = [None if status == "suppressed" else int(value) for status, value in zip(found["status"], found["value"], strict=True)]
    return [tuple(values[i : i + 12]) for i in range(0, len(values), 12)]


def class_of(number: int) -> int:
    return 0 if number == 0 else 1 if number < 5 else 2


def ends_of(table: Crossed, shown: tuple[int | None, ...], at: int, number: int) -> list[tuple[int, int]]:
    """Between which numbers each figure lies for a reader who knows which are small, 0 or neither, and supposes this number here."""
    known = [((0, 0), (1, 4), (5, 10_000))[class_of(true)] if seen is None else (seen, seen) for true, seen in zip(table, shown, strict=True)]
    return [*known[:at], (number, number), *known[at + 1 :]]


def crossed_fitting(table: Crossed, shown: tuple[int | None, ...], at: int, number: int) -> list[Crossed]:
    """Tables that fit what is shown and have this number here, found with the program's own search, which any reader has too."""
    low, high = (list(each) for each in zip(*ends_of(table, shown, at, number), strict=True))
    return list(_completions(SUMS, SUMS_OF, (0,) * len(SUMS), low, high))


def may_be(table: Crossed, at: int, number: int) -> bool:
    """Whether some table has this number here, where nothing is shown."""
    low, high = zip(*ends_of(table, (None,) * 12, at, number), strict=True)
    rows = np.array([[dict(terms).get(i, 0) for i in range(12)] for terms in SUMS])
    return milp(np.zeros(12), integrality=np.ones(12), bounds=Bounds(low, high), constraints=LinearConstraint(rows, 0, 0)).success


def crossed_ruled_out(tables: list[Crossed]) -> dict[Crossed, set[tuple[int, int]]]:
    """The numbers of small figures that fit what is shown of a table, or would if nothing were shown, and for which the program shows something else."""
    shown = dict(zip(tables, crossed_printed(tables), strict=True))
    fits = {}
    for table in tables:
        for at in [i for i, number in enumerate(table) if class_of(number) == 1]:
            for n in {1, 2, 3, 4} - {table[at]}:
                found = crossed_fitting(table, shown[table], at, n)
                if found or may_be(table, at, n):
                    fits[table, at, n] = found
    for some, n in itertools.product((slice(1), slice(1, 4), slice(4, 20), slice(20, None)), (1, 2, 3, 4)):  # the likeliest first
        asked = list(dict.fromkeys((table, other) for (table, _, number), others in fits.items() if number == n for other in others[some]))
        for (table, other), seen in zip(asked, crossed_printed([other for _, other in asked]) if asked else [], strict=True):
            if seen == shown[table]:
                for place in enumerate(other):
                    fits.pop((table, *place), None)
    return {table: {(at, n) for same, at, n in fits if same == table} for table, _, _ in fits}


def test_nor_is_any_of_figures_that_add_up_over_areas_and_over_the_year():
    """A fixed order of partners alone gave away small figures in 7 to 9 of 60 tables."""
    assert crossed_ruled_out(list(dict.fromkeys(crossed_drawn(60)[::3]))) == {}


def test_where_they_add_up_twice_that_costs_no_more_than_one_figure_of_twelve():
    """The cheapest partners, chosen by their numbers, made it 5.8."""
    hidden = [sum(number is None for number in seen) for seen in crossed_printed(crossed_drawn(60))]
    assert np.mean(hidden) <= 6.8
