"""Nobody works out a hidden figure: an attacker who knows the rule, the sums and all that is printed tries each one."""

import itertools

import pandas as pd
import pytest
from attacker import attack, attack_once, printed, small
from conftest import PLAN, agreement_of, count, observed
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import protect, protection

AGREEMENT = agreement_of()
AREAS = tuple("abcd")
AGREEMENT_OF_3 = agreement_of(areas=tuple("abc"))

# Worked by hand (oracle 02): the counts of four areas, which of them are hidden, whether the delivered total is shown,
# and between which numbers an attacker who knows the rule can place each hidden one.
WORKED = {
    "one small cell": ([40, 28, 3, 15], {"c": (1, 4), "d": (14, 17)}, True),
    "two small cells, sum 3": ([40, 28, 1, 2], {"b": (23, 29), "c": (1, 4), "d": (1, 4)}, True),
    "two small cells, 4 + 4": ([40, 28, 4, 4], {"b": (28, 34), "c": (1, 4), "d": (1, 4)}, True),
    "zeros": ([12, 16, 0, 0], {}, True),
    "small and zeros": ([25, 0, 3, 0], {"a": (24, 27), "c": (1, 4)}, True),
    "the total itself small": ([3, 0, 0, 0], {"a": (1, 4), "combined": (1, 4)}, False),
    "all safe": ([61, 38, 14, 10], {}, True),
    "4 and 5": ([40, 5, 4, 30], {"b": (5, 8), "c": (1, 4)}, True),
    "one area only": ([28, 0, 0, 0], {}, True),
    "two small cells, sum 5": ([40, 28, 1, 4], {"c": (1, 4), "d": (1, 4)}, True),
    "all four small": ([1, 2, 3, 4], {area: (1, 4) for area in AREAS}, True),
    "1 + 1 with large": ([50, 50, 1, 1], {"a": (44, 50), "c": (1, 4), "d": (1, 4)}, True),
}  # fmt: skip


def table_of(numbers: dict[tuple[str, str], int], totals: bool = True, **more: object) -> pd.DataFrame:
    """Counts by area and period, with the total a supplier would deliver for each period."""
    rows = [count(area, period, number, **more) for (area, period), number in numbers.items()]
    for period in dict.fromkeys(period for _, period in numbers) if totals else ():
        rows.append(count("combined", period, sum(number for (_, each), number in numbers.items() if each == period), **more))
    return observed(*rows)


@pytest.mark.parametrize(("numbers", "hidden", "total_shown"), WORKED.values(), ids=WORKED)
def test_four_areas_and_their_total_as_worked_by_hand(numbers, hidden, total_shown):
    true = table_of({(area, "2018"): number for area, number in zip(AREAS, numbers, strict=True)})
    shown = protect(true, AGREEMENT)
    found = {area: ends for (_, area, _), ends in attack_once(true, shown, AREAS).items()}
    assert found == hidden
    assert (printed(shown)["reports", "combined", "2018"] is not None) == total_shown


def worked_out(shown: dict, rule: set, areas: tuple[str, ...] = AREAS, k: int = 5) -> dict:
    """Hidden figures that are determined, or small ones told more closely than the rule tells, with their ends.

    What the rule itself tells is what the attacker finds when nothing at all is shown: of two small areas in a small
    total neither can be k − 1.
    """
    bare, told = dict.fromkeys(shown), {}
    for key in [key for key, value in shown.items() if value is None]:
        ((low, high),) = attack([(shown, rule, set())], areas, k, only={key}).values()
        if high - low < k - 2 or (key in rule and (low, high) != (1, k - 1)):
            ((least, most),) = attack([(bare, rule, set())], areas, k, only={key}).values()
            if (low > least or high < most) if key in rule else high - low < min(k - 2, most - least):
                told[key] = (low, high)
    return told


def is_safe(true: pd.DataFrame, shown: pd.DataFrame, k: int = 5) -> bool:
    figures = printed(shown)
    return not worked_out(figures, small(true, figures, k), AREAS, k)


def years(numbers: list[list[int]]) -> dict[tuple[str, str], int]:
    return {(area, str(2015 + i)): number for i, row in enumerate(numbers) for area, number in zip(AREAS, row, strict=True)}


def with_sums(numbers: dict[tuple[str, str], int], wholes: dict[str, list[str]]) -> dict[tuple[str, str], int]:
    """The counts with those of longer periods, each the sum of its parts."""
    areas = dict.fromkeys(area for area, _ in numbers)
    return numbers | {(area, whole): sum(numbers[area, part] for part in parts) for whole, parts in wholes.items() for area in areas}


COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))


@given(st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=5, max_size=5))
@settings(max_examples=200, deadline=None)
def test_no_cell_of_4_areas_and_5_years_with_both_margins_is_worked_out(numbers):
    cells = years(numbers)
    true = table_of(with_sums(cells, {"2015-2019": [str(year) for year in range(2015, 2020)]}))
    shown = protect(true, AGREEMENT)
    assert is_safe(true, shown)
    if not any(0 < value < 5 for value in true["value"]):
        assert "suppressed" not in set(shown["status"])


@given(st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_quarter_is_worked_out_from_half_years_and_the_year(numbers):
    cells = {(area, f"2018-Q{i + 1}"): number for i, row in enumerate(numbers) for area, number in zip(AREAS, row, strict=True)}
    halves = with_sums(cells, {"2018-H1": ["2018-Q1", "2018-Q2"], "2018-H2": ["2018-Q3", "2018-Q4"]})
    true = table_of(with_sums(halves, {"2018": ["2018-H1", "2018-H2"]}))
    assert is_safe(true, protect(true, AGREEMENT))


def table_of_halves(numbers: list[list[int]]) -> pd.DataFrame:
    """Counts of the areas in two half-years, with the year and the totals."""
    cells = {(area, f"2018-H{i + 1}"): number for i, row in enumerate(numbers) for area, number in zip(AREAS, row, strict=False)}
    return table_of(with_sums(cells, {"2018": ["2018-H1", "2018-H2"]}))


def fewest(true: pd.DataFrame, most: int) -> int | None:
    """The fewest figures that can be hidden so that the attacker finds nothing, if fewer than `most`; by trying all."""
    everything = printed(true)
    rule = {key for key, value in everything.items() if 0 < value < 5}
    others = [key for key in everything if key not in rule]
    areas = tuple(area for area in AREAS if any(key[1] == area for key in everything))

    def safe(partners: tuple) -> bool:
        shown = {key: None if key in rule or key in partners else value for key, value in everything.items()}
        return not worked_out(shown, rule, areas)

    for size in range(most - len(rule)):
        if any(safe(partners) for partners in itertools.combinations(others, size)):
            return len(rule) + size
    return None


@given(st.lists(st.lists(st.one_of(st.integers(0, 6), st.integers(5, 60)), min_size=3, max_size=3), min_size=2, max_size=2))
@settings(max_examples=25, deadline=None)
def test_at_most_one_more_is_hidden_than_must_be(numbers):
    true = table_of_halves(numbers)
    hidden = int((protect(true, AGREEMENT_OF_3)["status"] == "suppressed").sum())
    assert fewest(true, hidden - 1) is None
