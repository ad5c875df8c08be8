"""Small numbers are hidden with everything computed from them; what was printed in public stays."""

from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import PLAN, agreement_of, count, criterion, examples, indicator, judge, observed, one, ratio
from hypothesis import given
from hypothesis import strategies as st

from analysis.judging.digits import in_floats
from analysis.judging.observations import CASES, NUMBERS, _combined, observe, with_limits
from analysis.protecting.disclosure import protection
from analysis.protecting.editions import shown as shown_in_edition
from analysis.reading.figures import finished

AGREEMENT = agreement_of()

# Worked by hand (oracle 01, column dst_min5: 1-4 hidden, 0 shown)
THRESHOLDS = {
    0: "show",
    1: "hide",
    2: "hide",
    3: "hide",
    4: "hide",
    5: "show",
    6: "show",
    7: "show",
    8: "show",
    9: "show",
    10: "show",
    11: "show",
    12: "show",
    17: "show",
    18: "show",
    22: "show",
    23: "show",
}

# Worked by hand (oracle 05): answers, share in percent, what becomes of it
SHARES = [
    (29, 58.6, "withhold"),
    (30, 60.0, "show"),
    (35, 97.1, "withhold"),
    (35, 100.0, "withhold"),
    (40, 2.5, "withhold"),
    (40, 0.0, "withhold"),
    (180, 58.3, "show"),
    (210, 72.0, "show"),
    (140, 99.3, "withhold"),
    (12, 75.0, "withhold"),
    (100, 96.0, "withhold"),
    (100, 95.0, "show"),
    (0, 0.0, "withhold"),
]


def shown(*rows: dict) -> pd.DataFrame:
    """These observations with their sums and limits, as they may be shown."""
    table = observed(*rows)
    table = pd.concat([table, _combined(table, AGREEMENT)], ignore_index=True)
    return protection(with_limits(table, AGREEMENT), AGREEMENT).table


def status(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["area"], table["status"], strict=True))


@pytest.mark.parametrize(("number", "expected"), THRESHOLDS.items())
def test_a_count_from_1_to_4_is_hidden_and_0_is_shown(number, expected):
    row = shown(count("a", 2018, number)).iloc[0]
    assert (row["status"] == "suppressed") == (expected == "hide")
    assert row["value"] == number or (expected == "hide" and pd.isna(row["value"]))


@pytest.mark.parametrize(("number", "expected"), [(2, "hide"), (3, "show"), (4, "show")])
def test_the_threshold_is_the_registers(number, expected):
    agreement = agreement_of(plan=PLAN.replace("small_count = 5", "small_count = 3"))
    row = protection(observed(count("a", 2018, number)), agreement).table.iloc[0]
    assert (row["status"] == "suppressed") == (expected == "hide")


@pytest.mark.parametrize(("answers", "percent", "expected"), SHARES)
def test_a_share_is_withheld_when_few_answered_or_few_stand_behind_it(answers, percent, expected):
    row = {"indicator": "safe", "area": "a", "period": "2018", "value": percent / 100, "decimals": 3, "denominator": answers}
    row = protection(observed(row), AGREEMENT).table.iloc[0]
    assert row["status"] == ("suppressed" if expected == "withhold" else "measured")
    assert row[NUMBERS].isna().all() == (expected == "withhold")


def test_a_share_of_which_the_answers_are_not_known_is_withheld():
    row = {"indicator": "safe", "area": "a", "period": "2018", "value": 0.583, "decimals": 3}
    assert protection(observed(row), AGREEMENT).table["status"].tolist() == ["suppressed"]


def test_what_was_printed_in_public_stays_open():
    rows = (count("a", 2018, 3, published=True), count("b", 2018, 3))
    assert status(protection(observed(*rows), AGREEMENT).table) == {"a": "measured", "b": "suppressed"}


def reference(value: float, indicator: str = "moves", period: int = 2018, **more: object) -> dict:
    """A figure of a place that is not ours, of which only the printed value is known."""
    return {"indicator": indicator, "area": "country", "period": str(period), "value": value, "decimals": 3} | more


@pytest.mark.parametrize(("value", "indicator"), [(0.098, "moves"), (0.72, "safe"), (0.0, "moves")])
def test_a_rate_of_a_place_that_is_not_ours_is_no_small_count_and_hides_none_of_ours(value, indicator):
    agreement = agreement_of(plan=PLAN + '\n[[reference]]\nid = "average"\nname = "Average"\ngroup = "sub_average"\n')
    ours = [ratio(area, 2018, moves, 500) for area, moves in zip("abcd", (60, 45, 30, 50), strict=True)]
    for delivered in ({}, {"published": True, "status": "printed"}):
        table = protection(observed(*ours, reference(value, indicator, **delivered) | {"area": "average"}), agreement).table
        assert "suppressed" not in set(table["status"]) and float(one(table, area="average")["value"]) == value


def test_a_known_small_number_of_another_place_is_hidden_unless_it_was_printed_in_public():
    rows = (
        count("country", 2017, 3),
        count("country", 2018, 3, published=True),
        ratio("country", 2018, 3, 100),
        reference(0.75, "safe", denominator=12),
        reference(0.75, "safe", 2019, denominator=12, published=True),
    )
    assert protection(observed(*rows), AGREEMENT).table["status"].tolist() == ["suppressed", "measured", "suppressed", "suppressed", "measured"]


def test_a_share_of_a_single_area_like_ours_is_withheld_where_the_answers_are_not_known():
    places = PLAN + '\n[[reference]]\nid = "elsewhere"\nname = "Elsewhere"\ngroup = "sub_area"\n'
    row = reference(0.72, "safe") | {"area": "elsewhere"}
    rows = (row, row | {"period": "2019", "published": True}, reference(0.72, "safe"))  # nor where it is not known what sort of place it is
    assert protection(observed(*rows), agreement_of(plan=places)).table["status"].tolist() == ["suppressed", "measured", "suppressed"]


@pytest.mark.parametrize(
    ("value", "denominator", "expected"),
    [
        (0.12, None, "suppressed"),
        (26.1, None, "suppressed"),
        (0.0, None, "measured"),
        (0.12, 500, "measured"),
        (0.008, 500, "suppressed"),
    ],
)
def test_a_rate_of_ours_is_judged_by_the_number_behind_it_and_hidden_where_that_is_not_known(value, denominator, expected):
    row = reference(value, denominator=denominator) | {"area": "a"}
    assert protection(observed(row), AGREEMENT).table["status"].tolist() == [expected]


def test_a_figure_of_statistics_denmark_of_another_place_is_public_however_small():
    rows = (count("country", 2017, 3), count("a", 2017, 3), count("country", 2018, 30))
    table = observed(*rows)
    delivery = SimpleNamespace(
        used=finished(table[["indicator", "area", "period", "value"]].assign(source="S", file="f.csv")),
        source=SimpleNamespace(name="statbank", contract="statbank"),
    )
    assert protection(observe([delivery], AGREEMENT), AGREEMENT).table.set_index(["area", "period"])["status"].eq("suppressed").to_dict() == {
        ("a", "2017"): True,
        ("combined", "2017"): False,
        ("country", "2017"): False,
        ("country", "2018"): False,
    }


def test_an_open_indicator_is_shown_however_small():
    assert status(protection(observed(count("a", 2018, 1, "evenings")), AGREEMENT).table) == {"a": "measured"}


@pytest.mark.parametrize(("cases", "expected"), [(None, "suppressed"), (4, "suppressed"), (5, "measured")])
def test_money_over_fewer_than_5_cases_is_hidden(cases, expected):
    row = {"indicator": "loss", "area": "a", "period": "2018", "value": 700_000, "denominator": cases}
    assert protection(observed(row), AGREEMENT).table["status"].tolist() == [expected]


def test_a_rate_over_few_persons_is_hidden_with_its_parts():
    row = protection(observed(ratio("a", 2018, 3, 100)), AGREEMENT).table.iloc[0]
    assert row["status"] == "suppressed" and row[NUMBERS].isna().all()


def of_share(plan: str = PLAN, **more: str):
    """A register with one share of persons."""
    trained = indicator("trained", unit="share", measure="ratio", combine="ratio", uncertainty="none", **more)
    return agreement_of(criterion('kind = "direction"', "trained"), indicators=trained, plan=plan)


SHARE = of_share()


@pytest.mark.parametrize(
    ("part", "of", "hidden"),
    [
        (0, 8, False),
        (8, 8, False),
        (7, 8, True),
        (6, 8, True),
        (5, 9, True),
        (5, 10, False),
        (4, 10, True),
        (2, 3, True),
        (0, 3, True),
        (3, 3, True),
        (0, 0, False),
    ],
)
def test_of_a_share_those_left_out_are_protected_as_those_counted(part, of, hidden):
    """0 of 3 leaves 3 out: who these are is as small a number as 3 of 3 are."""
    row = ratio("a", 2018, part, of, "trained") if of else count("a", 2018, 0, "trained", numerator=0, denominator=0)
    assert (protection(observed(row), SHARE).table["status"].iloc[0] == "suppressed") == hidden


def test_none_and_all_of_them_are_hidden_where_0_is_and_a_rate_or_an_open_rest_leaves_nobody_out():
    zero = of_share(PLAN + "hide_zero = true\n")
    assert [protection(observed(ratio("a", 2018, part, 8, "trained")), zero).table["status"].iloc[0] for part in (0, 8)] == ["suppressed"] * 2
    assert protection(observed(ratio("a", 2018, 98, 100)), AGREEMENT).table["status"].iloc[0] == "measured"
    open_ = of_share(rest="open")
    assert [protection(observed(ratio("a", 2018, part, 8, "trained")), open_).table["status"].iloc[0] for part in (6, 2)] == ["measured", "suppressed"]


def test_all_but_two_is_not_worked_out_from_the_others_and_their_total():
    """78 of 130 less 20, 15 and 15 are 28 of 30: the last area is hidden too, so that a can be 26 to 29."""
    rows = [ratio(area, 2018, part, of, "trained") for area, part, of in (("a", 28, 30), ("b", 20, 40), ("c", 15, 30), ("d", 15, 30), ("combined", 78, 130))]
    assert {area for area, each in status(protection(observed(*rows), SHARE).table).items() if each == "suppressed"} == {"a", "d"}


def test_a_sum_that_we_add_up_stays_and_another_area_is_hidden_as_beside_a_delivered_one():
    table = shown(count("a", 2018, 40), count("b", 2018, 28), count("c", 2018, 3), count("d", 2018, 15))
    assert status(table) == {"a": "measured", "b": "measured", "c": "suppressed", "d": "suppressed", "combined": "derived"}
    assert table.set_index("area")["value"]["combined"] == 86


def test_where_two_areas_are_hidden_anyway_the_sum_that_we_add_up_costs_nothing():
    table = shown(count("a", 2018, 40), count("b", 2018, 28), count("c", 2018, 1), count("d", 2018, 4))
    assert status(table) == {"a": "measured", "b": "measured", "c": "suppressed", "d": "suppressed", "combined": "derived"}


def test_a_sum_of_a_month_is_hidden_when_one_of_its_areas_is():
    """No other area is hidden for it; and where all its areas are shown it tells nothing."""
    march, april = (
        [count(area, f"2018-{month}", number) for area, number in zip("abcd", (40, 28, number, 15), strict=True)] for month, number in (("03", 3), ("04", 0))
    )
    found = shown(*march, *april).set_index(["area", "period"])["status"]
    assert set(found[found == "suppressed"].index) == {("c", "2018-03"), ("combined", "2018-03")}


def test_a_sum_of_areas_that_may_be_shown_is_shown():
    table = shown(count("a", 2018, 16), count("b", 2018, 12), count("c", 2018, 0), count("d", 2018, 0))
    assert "suppressed" not in status(table).values()
    assert table.set_index("area")["value"]["combined"] == 28


def test_a_sum_is_hidden_where_no_area_is_left_to_hide_rather_than_it():
    """Four areas of 4 are 16 together, and 16 leaves each of them nothing but 4."""
    rows = [count(area, year, number) for year, number in ((2018, 4), (2019, 30)) for area in "abcd"]
    table = shown(*rows, *(count(area, 2018, 3, "evenings") for area in "abcd"))
    sums = table[table["area"] == "combined"].set_index(["indicator", "period"])["status"].to_dict()
    assert sums == {("reports", "2018"): "suppressed", ("reports", "2019"): "derived", ("evenings", "2018"): "derived"}


def test_a_total_the_supplier_sent_does_not_give_a_hidden_area_away():
    """Total less the three shown areas is the hidden one: either the total or a second area must be hidden too."""
    table = shown(count("a", 2018, 40), count("b", 2018, 28), count("c", 2018, 3), count("d", 2018, 15), count("combined", 2018, 86))
    found = status(table)
    assert found["c"] == "suppressed"
    assert "suppressed" in (found["combined"], found["a"], found["b"], found["d"])


@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_no_true_value_is_left_of_what_is_hidden(numbers):
    table = shown(*(count(area, 2018, number, note=f"{number} in all") for area, number in zip("abcd", numbers, strict=True)))
    hidden = table[table["status"] == "suppressed"]
    assert hidden[[*NUMBERS, "decimals"]].isna().all(axis=None) and hidden["note"].eq("").all()
    assert set(hidden["area"]) >= {area for area, number in zip("abcd", numbers, strict=True) if 0 < number < 5}


@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
@examples(20)
def test_the_protected_figures_are_the_same_whatever_the_hidden_one_is(numbers):
    """Nothing shown may depend on a hidden number: with 1 or 4 in its place the table of a month is the same."""

    def table(small):
        return shown(*(count(area, "2018-03", small if 0 < number < 5 else number) for area, number in zip("abcd", numbers, strict=True)))

    pd.testing.assert_frame_equal(table(1), table(4))


def test_a_verdict_on_hidden_figures_is_suppressed_and_shows_no_number():
    agreement = agreement_of(
        """
[[criterion]]
id = "C"
goal = "g"
quote = "q"
indicators = ["reports"]
scope = ["a"]
baseline_year = 2017
first_year = 2018
last_year = 2021
rule = { kind = "change_per_year", change = -0.15, from = "baseline", path = "compound" }
[[criterion.alternatives]]
slug = "chained"
kind = "change_per_year"
change = -0.15
from = "previous_actual"
[[criterion.alternatives]]
slug = "above"
kind = "above_baseline"
[[criterion.alternatives]]
slug = "so_far"
kind = "at_least"
value = 10
per = "cumulative"
[[criterion.alternatives]]
slug = "toward"
kind = "direction"
"""
    )
    for hidden in (2017, 2018, 2019):

        def table(small, hidden=hidden):
            rows = [count("a", year, small if year == hidden else 40) for year in range(2017, 2022)]
            return judge(agreement, protection(observed(*rows), agreement).table, 2021)

        pd.testing.assert_frame_equal(table(1), table(4))
        found = table(2)
        assert "suppressed" in set(found["verdict"])
        assert found.loc[found["year"] == hidden, "value"].isna().all()


ABOVE = 'kind = "above_reference", reference = "country", year = "same"'
GAP = 'kind = "narrow_gap", reference = "country", share = 0.5, by = 2021'


@pytest.mark.parametrize(("rule", "more", "hidden"), [(ABOVE, "", 2018), (GAP, "baseline_year = 2017", 2018), (GAP, "baseline_year = 2017", 2017)])
def test_a_verdict_against_a_hidden_reference_is_suppressed_and_not_unmeasured(rule, more, hidden):
    agreement = agreement_of(criterion(rule, "safe", more=more))
    rows = [count("a", year, 0.6, "safe", denominator=300, decimals=3) for year in (2017, 2018)]
    rows += [reference(0.7, "safe", year, denominator=12 if year == hidden else 3000) for year in (2017, 2018)]
    found = one(judge(agreement, protection(observed(*rows), agreement).table, 2018), year=2018)
    assert found["verdict"] == "suppressed" and not found["reference_missing"]


def test_a_promise_held_against_a_municipalitys_rate_keeps_all_its_verdicts():
    agreement = agreement_of(criterion(ABOVE, "moves", '["a", "b", "c", "d"]'))
    rows = [ratio(area, year, 40, 500) for area in "abcd" for year in range(2018, 2022)] + [reference(0.098, period=year) for year in range(2018, 2022)]
    judged = judge(agreement, protection(observed(*rows), agreement).table, 2021).query("role == 'judged'")
    assert len(judged) == 16 and set(judged["verdict"]) <= {"met", "not_met"}


def test_protecting_changes_nothing_in_the_true_table():
    table = observed(count("a", 2018, 3))
    before = table.copy()
    protection(table, AGREEMENT)
    pd.testing.assert_frame_equal(table, before)


def test_numbers_kept_digit_by_digit_are_protected_the_same_and_shown_as_they_came():
    rows = [ratio(area, 2018, moves, size) for area, moves, size in (("a", 3, 100), ("b", 45, 500), ("c", 30, 450), ("d", 50, 800))]
    rows += [
        {"indicator": "safe", "area": area, "period": "2018", "value": 0.583, "decimals": 3, "denominator": answers}
        for area, answers in zip("ab", (180, 20), strict=True)
    ]
    rows += [{"indicator": "loss", "area": "a", "period": "2018", "value": 700_000, "denominator": 4, "largest": 400_000, "second": 200_000}]
    floats = in_floats(observed(*rows))
    floats = floats.assign(**{name: floats.get(name, float("nan")) for name in CASES})
    numbers = ["value", "numerator", "denominator", "largest", "second"]
    exact = floats.assign(**{name: [None if number != number else Decimal(repr(float(number))) for number in floats[name]] for name in numbers})
    ledger = shown_in_edition(protection(floats, AGREEMENT).table).assign(edition="2018-1")
    for earlier in (None, ledger):
        by_floats, by_digits = (protection(table, AGREEMENT, earlier) for table in (floats, exact))
        assert by_digits.reasons.tolist() == by_floats.reasons.tolist() and "small" in set(by_digits.reasons)
        kept = by_digits.reasons == ""
        assert kept.any() and by_digits.table["value"][kept].tolist() == exact["value"][kept].tolist()
        assert by_digits.table["value"][~kept].isna().all()


@pytest.mark.parametrize("combine", ["sum", "none"])
def test_a_place_that_counts_our_areas_in_does_not_tell_a_small_one_by_what_it_leaves(combine):
    """56 in the town, 30 and 25 in two of its areas: the third has 1 at most."""
    town = '[[reference]]\nid = "town"\nname = "Town"\ncontains = ["a", "b", "c"]\n'
    agreement = agreement_of(indicators=indicator("reports", combine=combine) + town, areas=("a", "b", "c"))
    rows = [count(area, 2018, number) for area, number in (("a", 1), ("b", 30), ("c", 25), ("town", 56))]
    table = protection(observed(*rows), agreement).table.set_index("area")["status"]
    assert table["a"] == "suppressed" and "suppressed" in {table["b"], table["c"], table["town"]}
    roomy = [*rows[:-1], count("town", 2018, 90)]
    assert list(protection(observed(*roomy), agreement).table["status"] == "suppressed") == [True, False, False, False], "34 elsewhere hide it"


def test_a_share_of_fewer_than_the_threshold_is_hidden_whatever_it_is():
    """1 of 1 is hidden as few; once 0 of 1 was shown, that would tell it."""
    trained = indicator("trained", unit="share", direction="up", measure="ratio", uncertainty="none", disclosure="protect", combine="ratio")
    rows = [ratio(area, 2018, some, of, "trained") for area, some, of in (("a", 0, 1), ("b", 4, 4), ("c", 12, 30), ("d", 0, 20))]
    table = protection(observed(*rows), agreement_of(criterion('kind = "direction"', "trained"), indicators=trained)).table.set_index("area")["status"]
    assert table["a"] == table["b"] == "suppressed" and table["d"] != "suppressed"
