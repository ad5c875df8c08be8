"""What the figures of a year say, on plans small enough to check by hand."""

import math

import pandas as pd
import pytest
from conftest import PLAN, agreement_of, count, criterion, gone, indicator, observed

from analysis.judging import summary
from analysis.judging.latest import latest
from analysis.judging.targets import judge

AT_MOST_10 = 'kind = "at_most", value = 10, per = "year"'
FROM_2017 = "baseline_year = 2017"
MINUS_10 = 'kind = "change_per_year", change = -0.10, from = "baseline", path = "linear"'
COMPOUND = MINUS_10.replace("linear", "compound")
CHAINED = 'kind = "change_per_year", change = -0.10, from = "previous_actual"'
TWO_READINGS = f'{FROM_2017}\n[[criterion.alternatives]]\nslug = "compound"\n' + COMPOUND.replace(", ", "\n")


def judged(criteria: str, *rows: dict, year: int = 2019, **register: object):
    """A register and its gaps as known at the end of a year."""
    agreement = agreement_of(criteria, **register)
    return agreement, judge(agreement, observed(*rows), year)


# --- the rows of a promise -------------------------------------------------------------------------------


def test_the_row_of_a_year_is_the_judged_one_before_that_the_starting_point():
    _, gaps = judged(criterion(MINUS_10, more=FROM_2017), count("a", 2017, 100), count("a", 2018, 95), count("a", 2019, 70))
    now = summary.current_row(gaps, 2019, "C", "reports", "a")
    assert (now["year"], now["value"], now["target"], now["verdict"]) == (2019, 70, 80, "met")
    assert summary.current_row(gaps, 2017, "C", "reports", "a")["role"] == "baseline"
    assert summary.current_row(gaps, 2010, "C", "reports", "a")["year"] == 2017, "before the plan, the first row to come"


def test_the_latest_row_with_a_gap_is_that_of_the_year_before_where_this_year_is_not_delivered():
    _, gaps = judged(criterion(MINUS_10, more=FROM_2017), count("a", 2017, 100), count("a", 2018, 95))
    row = summary.with_gap(gaps, 2019, "C", "reports", "a")
    assert (row["year"], row["gap"]) == (2018, -5), "95 where at most 90 was asked for"
    assert [each["year"] for each in summary.held_against_target(gaps, 2019, "reports", "a")] == [2018]
    assert summary.with_gap(gaps, 2016, "C", "reports", "a") is None


def test_the_next_target_is_that_of_the_first_year_after_the_report():
    _, gaps = judged(criterion(MINUS_10, more=FROM_2017), count("a", 2017, 100), count("a", 2018, 95), count("a", 2019, 70))
    coming = summary.next_target(gaps, 2019, summary.current_row(gaps, 2019, "C", "reports", "a"))
    assert (coming["year"], coming["target"]) == (2020, 70)
    last = summary.current_row(gaps, 2021, "C", "reports", "a")
    assert summary.next_target(gaps, 2021, last) is None, "nothing is asked for after the last year"
    assert summary.next_target(gaps, 2019, last) is None, "a row of a year to come is the next target itself"


def test_a_promise_chained_on_last_years_actual_has_no_next_target_before_that_year_is_measured():
    _, gaps = judged(criterion(CHAINED, more=FROM_2017), count("a", 2017, 100), count("a", 2018, 95))
    now = summary.current_row(gaps, 2018, "C", "reports", "a")
    assert summary.next_target(gaps, 2018, now)["target"] == pytest.approx(85.5)
    assert summary.next_target(gaps, 2019, summary.current_row(gaps, 2019, "C", "reports", "a")) is None


def test_readings_differ_where_one_calls_the_year_met_and_another_does_not():
    """From 100: 20 % linear asks for at most 80 in 2019, compound for at most 81; 81 reports are met by one reading alone."""
    rows = count("a", 2017, 100), count("a", 2018, 90), count("a", 2019, 81)
    _, gaps = judged(criterion(MINUS_10, more=TWO_READINGS), *rows)
    assert summary.differing_readings(gaps, 2019, "C") == [("reports", "a", {"primary": "not_met", "compound": "met"})]
    assert summary.differing_readings(gaps, 2018, "C") == [], "at most 90 in 2018 by both"


def test_all_years_are_shown_of_the_chosen_reading_and_the_current_one_of_another():
    rows = count("a", 2017, 100), count("a", 2018, 90), count("a", 2019, 81)
    _, gaps = judged(criterion(MINUS_10, more=TWO_READINGS), *rows)
    shown = {row["reading"]: [each["year"] for each in summary.years_shown(gaps, 2019, row)] for row in summary.rows_of(gaps, 2019, "reports", "a")}
    assert shown == {"primary": [2017, 2018, 2019], "compound": [2019]}


def test_the_gap_of_a_count_is_told_against_the_whole_number_that_is_needed():
    """15 % below 17 is 14.45: of whole reports at most 14. With 15 there is one too many, with 14 none to spare."""
    rule = MINUS_10.replace("-0.10", "-0.15")
    for value, gap, whole in ((15, -0.55, -1), (14, 0.45, 0), (12, 2.45, 2)):
        agreement, gaps = judged(criterion(rule, more=FROM_2017), count("a", 2017, 17), count("a", 2018, value), year=2018)
        row = summary.current_row(gaps, 2018, "C", "reports", "a")
        assert (float(row["gap"]), summary.whole_gap(agreement, row)) == (pytest.approx(gap), whole)


def test_a_target_path_is_drawn_by_the_chosen_reading_and_totals_only_where_years_add_up():
    rows = count("a", 2017, 100), count("a", 2018, 90), count("a", 2019, 81)
    agreement, gaps = judged(criterion(MINUS_10, more=TWO_READINGS), *rows)
    path = summary.target_path(agreement, gaps, "reports", "a")
    assert dict(zip(path["year"], path["target"], strict=True)) == {2018: 90, 2019: 80, 2020: 70, 2021: 60}
    assert set(path["reading"]) == {"primary"}
    assert summary.totals(agreement, path).empty
    groups = criterion('kind = "at_least", value = 6, per = "cumulative"', "evenings")
    agreement, gaps = judged(groups, count("a", 2018, 4, "evenings"), count("a", 2019, 3, "evenings"))
    totals = summary.totals(agreement, summary.target_path(agreement, gaps, "evenings", "a"))
    assert dict(zip(totals["year"], totals["value"], strict=True)) == {2018: 4, 2019: 7}


def test_the_path_fixed_at_the_start_is_shown_where_it_is_more_than_one_year():
    _, gaps = judged(criterion(CHAINED, more=FROM_2017), count("a", 2017, 100), count("a", 2018, 95), count("a", 2019, 80))
    path = summary.fixed_path(gaps, "reports", "a")
    assert [float(target) for target in path["fixed_path"]] == pytest.approx([100, 90, 81, 72.9, 65.61])
    assert summary.fixed_path(gaps[gaps["year"] == 2018], "reports", "a").empty


# --- all promises together -------------------------------------------------------------------------------


def four_promises():
    """Met everywhere; met in one area of two; never delivered; beginning in 2021."""
    criteria = "".join(
        [
            criterion(AT_MOST_10, id="kept", scope='["a", "b"]'),
            criterion('kind = "at_least", value = 5, per = "year"', "evenings", id="half", scope='["a", "b"]'),
            criterion('kind = "at_least", value = 5, per = "year"', "visitors", id="silent"),
            criterion(AT_MOST_10, id="later", first=2021),
        ]
    )
    rows = count("a", 2019, 7), count("b", 2019, 9), count("a", 2019, 6, "evenings"), count("b", 2019, 4, "evenings")
    return judged(criteria, *rows)


def test_a_promise_for_several_areas_is_met_only_where_all_are():
    agreement, gaps = four_promises()
    assert summary.promise_states(agreement, gaps, 2019) == {"kept": "met", "half": "not_met", "silent": "not_measured", "later": "not_yet_due"}
    assert summary.promise_states(agreement, gaps, 2019, "a") == {"kept": "met", "half": "met", "silent": "not_measured", "later": "not_yet_due"}
    assert summary.promise_states(agreement, gaps, 2019, "b") == {"kept": "met", "half": "not_met"}


def test_promises_are_counted_as_met_not_met_and_open_with_the_reasons_most_first():
    states = {"1": "not_measured", "2": "met", "3": "not_yet_due", "4": "not_met", "5": "not_yet_due", "6": "met"}
    standing = summary.standing(states)
    assert standing == (6, 2, 0, 1, 3, {"not_yet_due": 2, "not_measured": 1})
    assert list(standing.reasons) == ["not_yet_due", "not_measured"]
    assert summary.standing({}) == (0, 0, 0, 0, 0, {})


@pytest.mark.parametrize(
    ("rule", "numbers", "state"),
    [
        ('kind = "at_most", value = 10, per = "year"', (9, 12, 8), "broken_before"),
        ('kind = "at_most", value = 10, per = "year"', (9, 8, 12), "not_met"),
        ('kind = "at_most", value = 10, per = "year"', (9, 10, 8), "met"),
        ('kind = "change_per_year", change = -0.1, from = "previous_actual"', (20, 21, 8), "broken_before"),
        ('kind = "at_least", value = 5, per = "stock"', (2, 3, 8), "met"),
        ('kind = "at_least", value = 25, per = "cumulative"', (2, 3, 30), "met"),
    ],
)
def test_what_is_due_every_year_is_not_kept_by_the_latest_year_alone(rule, numbers, state):
    rows = [count("a", year, number) for year, number in zip((2019, 2020, 2021), numbers, strict=True)]
    agreement, gaps = judged(criterion(rule, id="p", first=2019, last=2021), *rows, year=2021)
    states = summary.promise_states(agreement, gaps, 2021)
    assert states == {"p": state}
    assert summary.standing(states).broken_before == (state == "broken_before")


@pytest.mark.parametrize(
    ("name", "lower", "upper", "wide"),
    [
        ("ratio", 0.07, 50.16, True),
        ("ratio", 0.4, 3.9, False),
        ("ratio", 0.0, 0.9, False),
        ("ratio", 1.1, 40.0, False),
        ("ratio", 0.0, math.inf, True),
        ("trend", -0.8, 1.5, True),
        ("trend", -0.8, -0.1, False),
        ("difference", -0.9, 1.0, False),
        ("difference", -0.9, 1.2, True),
        ("progress", -90.9, 2.9, True),
        ("progress", -0.6, 1.3, False),
        ("progress", 1.2, 4.5, False),
        ("progress", 0.5, 4.5, True),
        ("progress", math.nan, math.nan, False),
    ],
)
def test_limits_say_nothing_where_they_are_wide_and_tell_no_side(name, lower, upper, wide):
    assert summary.too_wide({f"{name}_lower": lower, f"{name}_upper": upper}, name) == wide


def test_most_promises_wait_for_their_first_year_only_where_more_than_half_do():
    criteria = "".join(criterion(AT_MOST_10, id=id_, first=first) for id_, first in (("p", 2018), ("q", 2019), ("r", 2019), ("s", 2020)))
    agreement = agreement_of(criteria)
    assert summary.usual_start(agreement, 2017) == 2019, "two of four begin then"
    assert summary.usual_start(agreement, 2018) == 2019
    assert summary.usual_start(agreement, 2019) is None, "one of four is not most"


def test_a_promise_waits_for_a_delivery_where_any_of_its_areas_does():
    agreement, gaps = four_promises()
    assert summary.unmeasured(agreement, gaps, 2019) == {"visitors": {"silent": ["a"]}, "reports": {"later": ["a"]}}


def test_promises_stand_in_the_order_of_their_goals():
    goals = "".join(f'\n[[goal]]\nid = "{id_}"\nname = "{id_}"\n' for id_ in ("first", "second"))
    promises = [criterion(AT_MOST_10, id=id_).replace('goal = "g"', f'goal = "{goal}"') for id_, goal in (("x", "second"), ("y", "first"), ("z", "second"))]
    assert [each.id for each in summary.by_goal(agreement_of("".join(promises), plan=PLAN + goals))] == ["y", "x", "z"]


def test_the_places_compared_with_are_those_that_the_rules_name():
    agreement = agreement_of(criterion('kind = "above_reference", reference = "country", year = "same"', "safe") + criterion(AT_MOST_10, id="D"))
    assert summary.compared_with(agreement, "safe", "a") == ["country"]
    assert summary.compared_with(agreement, "safe", "b") == summary.compared_with(agreement, "reports", "a") == []


# --- what was measured -----------------------------------------------------------------------------------


def test_a_topic_is_summed_up_by_what_was_held_against_a_promise_else_by_what_was_measured_first():
    rows = [count("a", 2019, 6, "evenings"), count("a", 2019, 7), count("b", 2019, 6, "evenings")]
    agreement, gaps = judged(criterion(AT_MOST_10), *rows)
    topic, seen = [agreement.indicators[id_] for id_ in ("visitors", "evenings", "reports")], latest(agreement, observed(*rows), 2019)
    assert summary.leading(seen, gaps, 2019, topic, "a").id == "reports", "the only one with a promise"
    assert summary.leading(seen, gaps, 2019, topic, "b").id == "evenings"
    assert summary.leading(seen, gaps, 2019, topic, "c") is None


def change(before: float, after: float, indicator: str = "reports", **bounds: float) -> str:
    rows = observed(count("a", 2018, before, indicator, **bounds), count("a", 2019, after, indicator, **bounds))
    agreement = agreement_of()
    row = latest(agreement, rows, 2019).iloc[0]
    return summary.change_found(agreement.indicators[indicator], row, rows)


def test_a_change_of_counts_is_certain_within_chance_or_none():
    assert change(123, 105) == "within", "p = 0.26"
    assert change(123, 90) == "certain_fall"
    assert change(90, 123) == "certain_rise"
    assert change(40, 40) == "same"
    assert change(4, 5, "evenings") == "rise", "evenings held are counted in full: no chance in it"


def test_two_estimates_differ_only_where_their_bounds_lie_apart():
    def estimates(lower: float) -> str:
        rows = observed(count("a", 2018, 100, "visitors", lower=90, upper=110), count("a", 2019, 130, "visitors", lower=lower, upper=150))
        agreement = agreement_of()
        return summary.change_found(agreement.indicators["visitors"], latest(agreement, rows, 2019).iloc[0], rows)

    assert (estimates(111), estimates(110)) == ("change_estimate_certain", "change_estimate")
    assert change(100, 130, "visitors") == "change_estimate", "without bounds that cannot be told"


def test_a_first_measurement_has_nothing_to_be_compared_with():
    rows, agreement = observed(count("a", 2019, 12)), agreement_of()
    assert summary.change_found(agreement.indicators["reports"], latest(agreement, rows, 2019).iloc[0], rows) == "only_value"


def test_new_figures_are_those_of_whole_years_of_promised_indicators_in_our_own_areas():
    agreement = agreement_of(criterion(AT_MOST_10))
    fresh = observed(count("a", 2019, 1), count("a", "2019-Q1", 1), count("country", 2019, 1), count("a", 2020, 1), count("a", 2019, 1, "evenings"))
    assert summary.new_years(agreement, fresh, 2019).index.tolist() == [0]
    assert summary.new_years(agreement, fresh.iloc[:0], 2019).columns.tolist() == fresh.columns.tolist()


def test_rows_of_later_years_are_left_out_and_undated_ones_kept():
    rows = observed(count("a", 2019, 1), count("a", "undated", 1), count("a", "2020-Q1", 1))
    assert summary.until(rows, 2019)["period"].tolist() == ["2019", "undated"]


def test_what_a_source_brought_is_there_hidden_or_missing_and_added_up_figures_are_not_counted_again():
    rows = observed(
        count("a", 2018, 3, source="police:x"),
        gone("b", 2018, "suppressed") | {"source": "police"},
        gone("c", 2018, "not_delivered") | {"source": "police"},
        count("combined", 2018, 9, source="police"),
        count("combined", 2018, 2, "evenings", source="ours"),
        count("a", 2020, 3, source="police"),
    )
    found = summary.arrivals(rows, 2015, 2019)
    assert found.to_dict("records") == [
        {"source": "ours", "year": 2018, "there": 1, "hidden": 0, "missing": 0},
        {"source": "police", "year": 2018, "there": 1, "hidden": 1, "missing": 1},
    ]


# --- places ----------------------------------------------------------------------------------------------

RANKS = pd.DataFrame(
    [("safe", "a", 2018, 1), ("safe", "x", 2018, 2), ("safe", "a", 2019, 2), ("safe", "x", 2019, 1), ("safe", "b", 2018, 3)],
    columns=["indicator", "area", "year", "rank"],
)


def test_the_latest_standing_of_each_area_may_be_of_different_years():
    found = summary.latest_standings(RANKS, "safe", ["b", "a", "c"])
    assert [(row["area"], row["year"], row["rank"]) for row in found] == [("b", 2018, 3), ("a", 2019, 2)]


def test_the_latest_figure_of_each_area_stands_the_newest_first_and_then_the_largest():
    yearly = pd.DataFrame([("a", 2018, 0.5), ("b", 2018, 0.6), ("a", 2019, 0.7), ("c", 2018, 0.9), ("d", 2019, None)], columns=["area", "year", "value"])
    assert summary.latest_of_each(yearly)[["area", "year"]].values.tolist() == [["a", 2019], ["c", 2018], ["b", 2018]]


def test_rates_are_those_of_our_latest_year_or_each_places_own_where_we_have_none():
    rates = pd.DataFrame([("combined", 2018, 26.0), ("country", 2018, 6.0), ("country", 2019, 5.0)], columns=["area", "year", "rate"])
    assert summary.latest_rates(rates)["rate"].tolist() == [26.0, 6.0]
    assert summary.latest_rates(rates.iloc[1:])["rate"].tolist() == [5.0]


def test_an_area_has_no_place_where_its_figure_is_hidden_or_was_never_there():
    yearly = pd.DataFrame([("a", 2018, "measured"), ("b", 2020, "suppressed")], columns=["area", "year", "status"])
    found = summary.without_place(RANKS, yearly, "safe", ["a", "b", "c"])
    assert found == {"no_figure": {"b": [2019], "c": [2018, 2019]}, "suppressed": {"b": [2020]}}


def test_our_rate_is_higher_lower_or_alike_by_whether_chance_explains_the_difference():
    rows = [("m", 26.1, 7.0, 0.001, True), ("n", 5.0, 5.5, 0.03, False), ("o", 2.0, 4.0, 0.02, True)]
    contrasts = pd.DataFrame(rows, columns=["area", "own_rate", "rest_rate", "p", "clear"])
    assert {kind: [row["area"] for row in rows] for kind, rows in summary.against_rest(contrasts).items()} == {"higher": ["m"], "lower": ["o"], "alike": ["n"]}
    assert list(summary.against_rest(contrasts.iloc[:1])) == ["higher"]


def test_a_reading_for_each_area_is_held_against_the_one_for_all_together():
    """Ten evenings in all are met, five in each area are not: 7 and 3."""
    alternatives = '[[criterion.alternatives]]\nslug = "each_area"\nscope = "each"\nkind = "at_least"\nvalue = 5\nper = "year"\n'
    promise = criterion('kind = "at_least", value = 10, per = "year"', "visits", scope='"combined"', more=alternatives)
    agreement = agreement_of(promise, indicators=indicator("visits", direction="up", uncertainty="none", disclosure="open"), areas=("a", "b"))
    gaps = judge(agreement, observed(count("a", 2019, 7, "visits"), count("b", 2019, 3, "visits"), count("combined", 2019, 10, "visits")), 2019)
    assert summary.differing_readings(gaps, 2019, "C") == [("visits", "combined", {"primary": "met", "each_area": "not_met"})]
