"""Nobody works out a hidden figure: an attacker who knows the rule, the sums and all that is printed tries each one."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from attacker import attack, attack_once, printed, small
from conftest import PLAN, agreement_of, count, examples, indicator, observed, ratio
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.protecting import inference
from analysis.protecting.disclosure import protection
from analysis.protecting.thresholds import dominated

AGREEMENT = agreement_of()
AREAS = tuple("abcd")

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
    "4 and 5": ([40, 5, 4, 30], {"c": (1, 4), "d": (30, 33)}, True),
    "one area only": ([28, 0, 0, 0], {}, True),
    "two small cells, sum 5": ([40, 28, 1, 4], {"c": (1, 4), "d": (1, 4)}, True),
    "all four small": ([1, 2, 3, 4], {area: (1, 4) for area in AREAS}, True),
    "1 + 1 with large": ([50, 50, 1, 1], {"b": (44, 50), "c": (1, 4), "d": (1, 4)}, True),
}


def table_of(numbers: dict[tuple[str, str], int], totals: bool = True, **more: object) -> pd.DataFrame:
    """Counts by area and period, with the total a supplier would deliver for each period."""
    rows = [count(area, period, number, **more) for (area, period), number in numbers.items()]
    for period in dict.fromkeys(period for _, period in numbers) if totals else ():
        rows.append(count("combined", period, sum(number for (_, each), number in numbers.items() if each == period), **more))
    return observed(*rows)


@pytest.mark.parametrize(("numbers", "hidden", "total_shown"), WORKED.values(), ids=WORKED)
def test_four_areas_and_their_total_as_worked_by_hand(numbers, hidden, total_shown):
    true = table_of({(area, "2018"): number for area, number in zip(AREAS, numbers, strict=True)})
    shown = protection(true, AGREEMENT).table
    found = {area: ends for (_, area, _), ends in attack_once(true, shown, AREAS).items()}
    assert found == hidden
    assert (printed(shown)["reports", "combined", "2018"] is not None) == total_shown


def worked_out(shown: dict, rule: set, areas: tuple[str, ...] = AREAS, k: int = 5) -> dict:
    """Hidden figures that are determined, or small ones told more closely than the rule tells, with their ends.

    What the rule itself tells is what the attacker finds when nothing at all is shown: of two small areas in a small
    total neither can be k − 1.
    """
    bare, told = dict.fromkeys(shown), {}
    for (_, key), (low, high) in attack([(shown, rule, set())], areas, k, enough=k - 2).items():
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
@examples(12)
def test_no_cell_of_4_areas_and_5_years_with_both_margins_is_worked_out(numbers):
    cells = years(numbers)
    true = table_of(with_sums(cells, {"2015-2019": [str(year) for year in range(2015, 2020)]}))
    shown = protection(true, AGREEMENT).table
    assert is_safe(true, shown)
    if not any(0 < value < 5 for value in true["value"]):
        assert "suppressed" not in set(shown["status"])


@given(st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=4, max_size=4))
@examples(8)
def test_no_quarter_is_worked_out_from_half_years_and_the_year(numbers):
    cells = {(area, f"2018-Q{i + 1}"): number for i, row in enumerate(numbers) for area, number in zip(AREAS, row, strict=True)}
    halves = with_sums(cells, {"2018-H1": ["2018-Q1", "2018-Q2"], "2018-H2": ["2018-Q3", "2018-Q4"]})
    true = table_of(with_sums(halves, {"2018": ["2018-H1", "2018-H2"]}))
    assert is_safe(true, protection(true, AGREEMENT).table)


# --- other totals, other rules ----------------------------------------------------------------------------


@pytest.mark.parametrize("k", [3, 5, 7, 10])
@given(st.lists(COUNTS, min_size=4, max_size=4))
@examples(15)
def test_every_threshold_of_the_register_protects(k, numbers):
    agreement = agreement_of(plan=PLAN.replace("small_count = 5", f"small_count = {k}"))
    true = table_of({(area, "2018"): number for area, number in zip(AREAS, numbers, strict=True)})
    shown = protection(true, agreement).table
    assert is_safe(true, shown, k)
    assert ("suppressed" in set(shown["status"])) == any(0 < number < k for number in true["value"])


@given(st.lists(COUNTS, min_size=4, max_size=4))
@examples(15)
def test_a_total_printed_in_public_stays_and_more_areas_are_hidden(numbers):
    cells = {(area, "2018"): number for area, number in zip(AREAS, numbers, strict=True)}
    true = table_of(cells)
    true.loc[true["area"] == "combined", "published"] = True
    found = protection(true, AGREEMENT)
    figures = printed(found.table)
    assert figures["reports", "combined", "2018"] == sum(numbers)
    told = worked_out(figures, small(true, figures))
    assert set(told) <= set(found.exposed)  # what cannot be helped is at least said
    if sum(numbers) >= 20 and numbers.count(0) < 3:
        assert not told


def test_figures_that_public_ones_tell_are_named_and_nothing_more_is_hidden_for_them():
    rows = [
        count("a", 2018, 40, published=True),
        count("b", 2018, 28, published=True),
        count("c", 2018, 3),
        count("d", 2018, 15, published=True),
        count("combined", 2018, 86, published=True),
    ]
    found = protection(observed(*rows), AGREEMENT)
    assert found.exposed == (("reports", "c", "2018"),)
    assert found.table.set_index("area")["status"].eq("suppressed").to_dict() == {"a": False, "b": False, "c": True, "d": False, "combined": False}


def test_the_counts_of_hidden_figures_say_how_many_and_not_why_or_which():
    true = table_of({("a", "2018"): 40, ("b", "2018"): 28, ("c", "2018"): 3, ("d", "2018"): 15})
    counts = protection(true, AGREEMENT).counts
    assert counts.to_dict("records") == [
        {"indicator": "reports", "figures": 2},
    ]


def test_the_order_of_the_rows_changes_nothing_but_the_order():
    numbers = {(area, str(year)): (3 * i + 5 * j) % 17 for i, area in enumerate(AREAS) for j, year in enumerate(range(2015, 2019))}
    true = table_of(with_sums(numbers, {"2015-2018": ["2015", "2016", "2017", "2018"]}))
    once, again = protection(true, AGREEMENT).table, protection(true, AGREEMENT).table
    pd.testing.assert_frame_equal(once, again)


def test_zero_is_hidden_where_the_register_says_so():
    agreement = agreement_of(plan=PLAN + "hide_zero = true\n")
    shown = protection(table_of({("a", "2018"): 40, ("b", "2018"): 28, ("c", "2018"): 0, ("d", "2018"): 15}), agreement).table
    assert shown.set_index("area")["status"].eq("suppressed").sum() == 2 and shown.set_index("area")["status"]["c"] == "suppressed"


def hidden_of(*rows: dict, agreement=AGREEMENT, ledger=None) -> set[tuple[str, str]]:
    """Area and period of what is hidden."""
    table = protection(observed(*rows), agreement, ledger).table
    return set(table.loc[table["status"] == "suppressed", ["area", "period"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("2018", ["2018-H1", "2018-H2"]),
        ("2018", ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]),
        ("2018-H1", ["2018-Q1", "2018-04", "2018-05", "2018-06"]),
        ("2017/2018", ["2017-Q4", "2018-H1", "2018-Q3"]),
        ("2015-2016", ["2015", "2016"]),
    ],
)
def test_the_rest_of_a_period_is_not_left_to_tell_the_one_hidden_in_it(whole, parts):
    numbers = [3, *range(20, 20 + len(parts) - 1)]
    rows = [count("a", part, number) for part, number in zip(parts, numbers, strict=True)]
    hidden = hidden_of(*rows, count("a", whole, sum(numbers)))
    assert ("a", parts[0]) in hidden and len(hidden) == 2
    assert hidden_of(*rows, count("a", "undated", sum(numbers))) == {("a", parts[0])}  # nobody knows what that is the sum of


MONTHS = [f"2018-{month:02d}" for month in range(1, 13)]


@example([1] * 11 + [0], 30)
@example([4] * 12, 30)
@given(st.lists(st.one_of(st.integers(0, 2), st.integers(0, 9)), min_size=12, max_size=12), st.integers(0, 30))
@examples(10)
def test_months_are_hidden_rather_than_their_year_and_each_can_be_any_small_number(numbers, other):
    """Eleven fires in eleven months are one in each, had a reader known that these eleven are the small ones."""
    rows = [count("a", month, number) for month, number in zip(MONTHS, numbers, strict=True)]
    true = observed(*rows, count("a", 2018, sum(numbers)), count("a", 2019, other))
    shown = protection(true, AGREEMENT).table
    hidden = set(shown.loc[shown["status"] == "suppressed", "period"])
    assert hidden - set(MONTHS) == {*(["2018"] if 0 < sum(numbers) < 5 else []), *(["2019"] if 0 < other < 5 else [])}
    assert hidden >= {month for month, number in zip(MONTHS, numbers, strict=True) if 0 < number < 5}
    figures = printed(shown)
    rule = {key for key in small(true, figures) if key[2] not in MONTHS}
    for low, high in attack([(figures, rule, set())], AREAS).values():
        assert low <= 1 and high >= 4


def test_months_of_other_areas_are_hidden_rather_than_a_year():
    """A total of each month, delivered, would tell the months of the area that hides them."""
    numbers = {"a": [2] * 12, "b": [20] * 12, "c": [30] * 12, "d": [40] * 12}
    cells = {(area, month): number for area, its in numbers.items() for month, number in zip(MONTHS, its, strict=True)}
    true = table_of(with_sums(cells, {"2018": MONTHS}))
    shown = protection(true, AGREEMENT).table
    hidden = shown[shown["status"] == "suppressed"]
    assert set(hidden["period"]) == set(MONTHS) and hidden.groupby("area").size().to_dict() == {"a": 12, "d": 12}
    figures = printed(shown)
    assert all(low <= 1 and high >= 4 for (_, key), (low, high) in attack([(figures, set(), set())], AREAS).items() if key[1] == "a")


def test_homes_of_a_year_are_not_the_sum_of_its_quarters():
    agreement = agreement_of(indicators=indicator("reports", measure="stock"))
    assert hidden_of(
        count("a", "2018-Q1", 3), count("a", "2018-Q2", 20), count("a", "2018-Q3", 20), count("a", "2018-Q4", 20), count("a", 2018, 63), agreement=agreement
    ) == {("a", "2018-Q1")}


def test_a_total_that_does_not_quite_add_up_tells_almost_as_much():
    """One off: the hidden area would be told to within one, so a partner is hidden; far off, and it tells nothing."""
    areas = [count(area, 2018, number) for area, number in zip(AREAS, (40, 28, 3, 15), strict=True)]
    assert len(hidden_of(*areas, count("combined", 2018, 87))) == 2
    assert hidden_of(*areas, count("combined", 2018, 186)) == {("c", "2018")}


def test_an_area_without_a_figure_bounds_what_is_left_for_the_hidden_one():
    """10 in all and 8 in one area: the other has at most 2, so it is told more closely than 1–4."""
    hidden = hidden_of(count("a", 2018, 8), count("b", 2018, 2), count("combined", 2018, 10))
    assert ("b", "2018") in hidden and len(hidden) == 2


def test_what_the_supplier_hid_is_not_worked_out_from_the_total():
    rows = [
        count("a", 2018, 40),
        count("b", 2018, 28),
        count("d", 2018, 15),
        count("combined", 2018, 86),
        {"indicator": "reports", "area": "c", "period": "2018", "status": "suppressed_at_source"},
    ]
    table = protection(observed(*rows), AGREEMENT).table.set_index("area")["status"]
    assert (table == "suppressed").sum() == 1 and table["c"] == "suppressed_at_source"


@pytest.mark.parametrize(
    ("total", "hidden"), [(50, 1), (49, 1), (47, 0), (44, 1), (72, 0)], ids=["4 and 4", "3 and 4", "1 and 4 or 2 and 3", "1 and 1", "others"]
)
def test_two_that_the_supplier_marks_as_few_are_not_worked_out_from_their_sum(total, hidden):
    """`<5` twice beside 42 in a total of 50 is 4 twice. 30 are no two small ones: they are hidden for another reason."""
    rows = [{"indicator": "reports", "area": area, "period": "2018", "status": "suppressed_at_source"} for area in "ab"]
    table = protection(observed(*rows, count("c", 2018, 20), count("d", 2018, 22), count("combined", 2018, total)), AGREEMENT).table
    assert (table["status"] == "suppressed").sum() == hidden


@pytest.mark.parametrize(("rest", "hidden"), [(0, 0), (1, 1), (3, 1), (4, 1), (5, 0), (60, 0)])
@pytest.mark.parametrize("why", ["not_delivered", "not_available"])
def test_a_total_does_not_tell_that_the_one_area_that_was_left_out_has_few(rest, hidden, why):
    """Of 65 reports the three areas that were delivered have 62."""
    rows = [
        {"indicator": "reports", "area": area, "period": "2018", "value": value} for area, value in (("a", 12), ("b", 20), ("d", 30), ("combined", 62 + rest))
    ]
    table = protection(observed(*rows, {"indicator": "reports", "area": "c", "period": "2018", "status": why}), agreement_of()).table
    assert table["status"].eq("suppressed").sum() == hidden


def test_a_total_that_we_added_up_tells_nothing_of_an_area_that_was_left_out():
    rows = [{"indicator": "reports", "area": area, "period": "2018", "value": value} for area, value in (("a", 12), ("b", 20), ("d", 30))]
    more = [
        {"indicator": "reports", "area": "combined", "period": "2018", "value": 62, "status": "derived"},
        {"indicator": "reports", "area": "c", "period": "2018", "status": "not_delivered"},
    ]
    table = protection(observed(*rows, *more), agreement_of(plan=PLAN + "hide_zero = true\n")).table
    assert not table["status"].eq("suppressed").any()


def test_persons_counted_once_bound_each_other():
    """8 volunteers in all, 8 of them in one area, 5 of which are also in another: max ≤ all ≤ sum."""
    agreement = agreement_of(indicators=indicator("reports", combine="unique"))
    assert hidden_of(count("a", 2018, 6), count("b", 2018, 2), count("c", 2018, 0), count("d", 2018, 0), count("combined", 2018, 8), agreement=agreement) > {
        ("b", "2018")
    }
    assert (
        len(hidden_of(count("a", 2018, 6), count("b", 2018, 3), count("c", 2018, 0), count("d", 2018, 0), count("combined", 2018, 8), agreement=agreement)) == 2
    )  # at least 2 of them are in b alone
    assert hidden_of(
        count("a", 2018, 60), count("b", 2018, 2), count("c", 2018, 30), count("d", 2018, 9), count("combined", 2018, 70), agreement=agreement
    ) == {("b", "2018")}


def test_a_type_is_not_worked_out_from_all_types_together():
    agreement = agreement_of(indicators=indicator("reports") + indicator("graffiti", part_of="reports") + indicator("windows", part_of="reports"))
    table = protection(observed(count("a", 2018, 30), count("a", 2018, 3, "graffiti"), count("a", 2018, 27, "windows")), agreement).table
    assert (table["status"] == "suppressed").sum() == 2 and table["status"].iloc[1] == "suppressed"


def test_departments_are_not_worked_out_from_their_area():
    agreement = agreement_of()
    area = agreement.areas["a"]
    agreement = dataclasses.replace(agreement, areas=dict(agreement.areas) | {"a": area.model_copy(update={"parts": ("a1", "a2", "a3")})})
    hidden = hidden_of(count("a", 2018, 40), count("a1", 2018, 3), count("a2", 2018, 17), count("a3", 2018, 20), agreement=agreement)
    assert hidden == {("a1", "2018"), ("a2", "2018")}


def test_a_rate_is_not_worked_out_from_the_rates_and_tenancies_of_the_others():
    rows = [ratio(area, 2018, moves, 500) for area, moves in zip(AREAS, (60, 45, 3, 50), strict=True)]
    total = ratio("combined", 2018, 158, 2000)
    assert hidden_of(*rows, total) == {("c", "2018"), ("d", "2018")}
    rounded = {"indicator": "moves", "area": "combined", "period": "2018", "value": 0.079, "decimals": 3, "status": "printed", "published": True}
    assert len(hidden_of(*rows, rounded)) == 2  # 7,9 % of 2,000 is 157 to 159
    coarse = rounded | {"value": 0.08, "decimals": 2}
    assert hidden_of(ratio("a", 2018, 62, 500), *rows[1:], coarse) == {("c", "2018")}  # 8 % of 2,000 is 150 to 170


def test_a_whole_number_between_printed_bounds_is_told_as_a_whole_number():
    """Between 14.4 and 17.4 there are three of them, not a width of three."""
    one = np.ones(1)
    block = inference.Block(np.ones((1, 1)), 14.4 * one, 17.4 * one, np.array([[15.0, 15.0]]), np.array([[0.0, 99.0]]), one > 0, 15 * one)
    attack = inference.Attack(block, one > 0, {})
    assert attack.meets(0, inference.Goal(width=3)) is False and (attack.low[0], attack.high[0]) == (15, 17)


def test_a_share_is_not_worked_out_from_the_share_of_all_areas():
    rows = [
        {"indicator": "safe", "area": area, "period": "2018", "value": share, "decimals": 3, "denominator": answers}
        for area, share, answers in (("a", 0.6, 100), ("b", 0.55, 200), ("c", 0.75, 12), ("d", 0.5, 100), ("combined", 0.556, 412))
    ]
    hidden = hidden_of(*rows)
    assert ("c", "2018") in hidden and len(hidden) == 2


def test_a_loss_is_not_worked_out_from_the_total_within_10_percent():
    def loss(area: str, value: float, cases: float) -> dict:
        return {"indicator": "loss", "area": area, "period": "2018", "value": value, "denominator": cases}

    rows = [loss("a", 900_000, 30), loss("b", 700_000, 20), loss("c", 120_000, 3), loss("d", 5_000, 9)]
    hidden = hidden_of(*rows, loss("combined", 1_725_000, 62))
    assert hidden == {("c", "2018"), ("d", "2018"), ("b", "2018")}  # d comes first, but 5,000 more or less is less than a tenth of c


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([50, 45, 5, 3, 2], True), ([40, 30, 20, 10, 5], False), ([100, 4, 3, 1], True), ([10] * 12, False), ([0, 0], False), ([7, 0], True)],
)
def test_a_sum_is_dominated_by_two_of_90_percent_or_by_one_that_the_rest_cannot_blur(amounts, expected):
    largest, second = sorted(amounts, reverse=True)[:2]
    assert dominated(*(pd.Series([number]) for number in (sum(amounts), largest, second))).tolist() == [expected]


def test_an_amount_that_nearly_all_comes_from_one_case_is_hidden():
    rows = [
        {"indicator": "loss", "area": "a", "period": "2018", "value": 1_000_000, "denominator": 12} | more
        for more in ({"largest": 930_000, "second": 20_000}, {"largest": 300_000, "second": 200_000}, {})
    ]
    table = observed(*rows).assign(largest=[row.get("largest") for row in rows], second=[row.get("second") for row in rows])
    found = protection(table.astype({"largest": float, "second": float}), AGREEMENT)
    assert found.reasons.tolist() == ["money", "", ""]
    assert not {"largest", "second"} & set(found.table.columns)


def test_no_note_beside_a_hidden_figure_tells_it():
    rows = [
        count("a", 2017, 40, note="3 of them in 2018"),
        count("a", 2018, 3, note="three"),
        count("b", 2018, 9, note="doubtful: rather 3"),
        count("c", 2018, 8, "evenings", note="3 with music"),
        count("d", 2018, 30, published=True, note="printed"),
    ]
    assert protection(observed(*rows), AGREEMENT).table["note"].tolist() == ["", "", "doubtful:", "3 with music", "printed"]


def test_sources_that_disagree_do_not_tell_a_small_number():
    row = {"indicator": "reports", "area": "a", "period": "2018", "status": "not_available", "note": "conflict: 3 (x), 4 (y)"}
    assert protection(observed(row), AGREEMENT).table["note"].tolist() == ["conflict:"]


def test_when_no_answer_is_found_everything_that_may_be_is_hidden(monkeypatch):
    def unsolved(*_):
        raise inference.Unsolved("out of time")

    true = table_of({("a", "2018"): 40, ("b", "2018"): 28, ("c", "2018"): 3, ("d", "2018"): 15})
    monkeypatch.setattr(inference.Attack, "meets", unsolved)
    found = protection(true, AGREEMENT)
    assert set(found.table["status"]) == {"suppressed"} and ("reports", "c", "2018") in found.exposed
