"""No more months of a year are hidden than must be, and who runs this program on all years that fit what is shown tells none of them."""

import itertools
from math import inf

import pytest
from conftest import agreement_of, count, observed

from analysis.protecting.disclosure import protection
from analysis.protecting.months import hidden_months

AGREEMENT = agreement_of()
MONTHS = [f"{month:02d}" for month in range(1, 13)]
Year = tuple[int, ...]


def shown(numbers: Year, least: int, below: int, known_year: bool = True) -> tuple[int | None, ...]:
    """What is shown of a short year of a few months, None where a month is hidden; all of it where none is small."""
    small = [least <= number < below for number in numbers]
    if not any(small):
        return numbers
    hidden = hidden_months(numbers, small, sum(numbers) if known_year else inf, least, below)
    return tuple(None if place in hidden else number for place, number in enumerate(numbers))


def all_years(months: int, most: int) -> list[Year]:
    return [numbers for numbers in itertools.product(range(most + 1), repeat=months) if sum(numbers) <= most]


@pytest.mark.parametrize(("least", "below", "months", "most"), [(1, 3, 6, 9), (1, 5, 5, 13), (0, 3, 5, 9), (1, 2, 5, 7)])
def test_every_small_month_can_be_any_small_number_in_a_year_of_which_the_same_is_shown(least, below, months, most):
    """Every year there is, as long as it is no small number itself, which hides all."""
    looks: dict[tuple, list[Year]] = {}
    for numbers in all_years(months, most):
        if sum(numbers) >= below:
            looks.setdefault((shown(numbers, least, below), sum(numbers)), []).append(numbers)
    rule, told = set(range(least, below)), []
    for seen, alike in looks.items():
        for place in [place for place in range(months) if seen[0][place] is None]:
            can_be = {numbers[place] for numbers in alike}
            told += [(seen, place)] if can_be & rule and not can_be >= rule else []
    assert told == []


def test_that_attack_tells_months_where_just_the_small_ones_are_hidden():
    """1, 1, 0, 0 and 1 are 3 together, and whoever knows that three months are small knows each."""
    alike = [numbers for numbers in all_years(5, 13) if sum(numbers) == 3 and tuple(0 < n < 5 for n in numbers) == (True, True, False, False, True)]
    assert alike == [(1, 1, 0, 0, 1)]


def test_a_year_that_nobody_knows_hides_no_month_but_the_small_ones():
    assert shown((0, 3, 20, 1, 0, 7), 1, 5, known_year=False) == (0, None, 20, None, 0, 7)


def printed(years: list[Year]) -> list[Year]:
    """What the program shows of each, with the year's number last; each is a year of its own that no sum ties to another."""
    rows = [
        count("a", f"{1000 + i}-{month}" if month else str(1000 + i), number)
        for i, numbers in enumerate(years)
        for month, number in zip([*MONTHS, ""], [*numbers, sum(numbers)], strict=True)
    ]
    table = protection(observed(*rows), AGREEMENT).table
    values = [None if status == "suppressed" else int(value) for status, value in zip(table["status"], table["value"], strict=True)]
    return [tuple(values[i : i + 13]) for i in range(0, len(values), 13)]


SMALL_YEAR = (0, 1, 0, 2, 1, 0, 1, 0, 0, 1, 0, 1)


def test_of_a_small_year_and_a_large_one_most_is_shown_that_is_not_small():
    large = (21, 17, 30, 12, 3, 9, 0, 14, 22, 4, 19, 8)
    few, many, none = printed([SMALL_YEAR, large, (5, 0, 6, 7, 0, 8, 9, 5, 6, 7, 0, 8)])
    assert few == (*[None] * 6, None, 0, 0, None, 0, None, 7)
    assert many == (None, None, 30, 12, None, 9, 0, 14, 22, None, 19, 8, 159)
    assert None not in none


def test_years_that_fit_are_shown_just_the_same_whatever_the_hidden_months_are():
    """July can be 1 to 4, as can May, which was not looked at; nobody knows whether that is small at all."""
    others = [(3, 0, 0, 0, 0, 0, n, 0, 0, 1, 0, 1) for n in (1, 2)] + [(0, 0, 0, 0, 0, 0, 3, 0, 0, 1, 0, 3), (0, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0, 2)]
    others += [(0, 0, 0, 0, n, 0, 1, 0, 0, 1, 0, 5 - n) for n in (1, 2, 3, 4)]
    others = [other for other in others if sum(other) == 7]
    assert {other[6] for other in others} >= {3, 4} and set(printed(others)) == set(printed([SMALL_YEAR]))


def test_months_do_not_tell_a_year_that_is_hidden_as_a_partner():
    """Which months are hidden follows from the year's number: beside a hidden year all are, where one of them is small."""
    months = [count("d", f"2018-{month}", number) for month, number in zip(MONTHS, (1, 0, 6, 2, 0, 1, 0, 0, 1, 0, 7, 2), strict=True)]
    years = [count(area, 2018, number) for area, number in zip((*"abcd", "combined"), (40, 28, 3, 20, 91), strict=True)]
    table = protection(observed(*months, *years), AGREEMENT).table
    hidden = table[table["status"] == "suppressed"]
    assert set(hidden["area"]) == {"c", "d"} and set(hidden.loc[hidden["area"] == "d", "period"]) == {"2018", *(f"2018-{month}" for month in MONTHS)}
