"""A figure keeps the digits it was delivered in: from the cell through verdict and sentence to the key figures."""

import csv
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from conftest import agreement_of, count, criterion, observed, one
from hypothesis import given
from hypothesis import strategies as st

from analysis.judging import targets
from analysis.judging.digits import cell, exact, read_numbers, written
from analysis.plan import Plan
from analysis.running.render import key_figures
from analysis.showing import chart_tables, exports, tables, wording

AMOUNT, NEXT = "12345678901234567", "12345678901234568"  # one and the same floating-point number
SHARE = "0.1234567890123456789"


@pytest.mark.parametrize(("promised", "verdict", "gap"), [(AMOUNT, "met", "0"), (NEXT, "not_met", "-1")])
def test_an_amount_of_seventeen_digits_is_judged_by_the_last_of_them(promised, verdict, gap):
    assert float(AMOUNT) == float(NEXT)
    agreement = agreement_of(criterion(f'kind = "at_least", value = {promised}, per = "year"', "evenings"))
    row = one(targets.judge(agreement, observed(count("a", 2018, AMOUNT, "evenings")), 2018), year=2018)
    assert (row["verdict"], row["gap"], row["value"]) == (verdict, Decimal(gap), Decimal(AMOUNT))


@pytest.mark.parametrize(
    ("written_so", "verdict"), [("12,34567890123456791", "met"), ("12,34567890123456788", "not_met"), ("12,34567890123456789", "rounding_undecided")]
)
def test_a_share_of_nineteen_digits_arrives_at_verdict_and_key_figures_unchanged(written_so, verdict, small_plan):
    """From the supplier's file through all tables that stand on disk to the figures under a page."""
    rule = criterion(f'kind = "at_least", value = {SHARE}, per = "year"', "safe")
    plan = Plan.load(small_plan(rule, survey=f"a;2018;safe;{written_so};210").folder, year=2018)
    digits = "0." + written_so.replace(",", "")
    row = one(plan.exact_gaps, year=2018)
    assert (row["value"], row["target"], row["gap"]) == (Decimal(digits), Decimal(SHARE), Decimal(digits) - Decimal(SHARE))
    assert row["verdict"] == verdict
    shown = tables.readings(plan, "en", "safe", "a")._repr_mimebundle_()
    figures = [figure for part in shown.values() if isinstance(part, dict) for figure in part["figures"]]
    told = {row["value"] for row in csv.DictReader(key_figures([], [{"report": "area-a", **figure} for figure in figures]).splitlines())}
    assert {digits, SHARE} <= told


def test_a_chart_table_names_a_figure_with_all_its_digits(small_plan):
    plan = Plan.load(small_plan(survey="a;2018;safe;12,34567890123456789;210").folder, year=2018)
    shown = chart_tables.observed(plan, "en", plan.agreement.indicators["safe"], plan.yearly("safe", ["a"]), "t", "t")
    assert Decimal(SHARE) in [figure["value"] for figure in shown.figures]


def test_nine_tenths_of_18_9_are_17_01():
    """In binary 0.9 × 18.9 is 17.009999999999998, and 17.01 would be too much."""
    assert 0.9 * 18.9 != 17.01
    agreement = agreement_of(criterion('kind = "change_per_year", change = -0.1, from = "previous_actual"', "loss", more="", first=2019))
    rows = observed(count("a", 2018, "18.9", "loss"), count("a", 2019, "17.01", "loss"))
    row = one(targets.judge(agreement, rows, 2019), year=2019)
    assert (row["target"], row["gap"], row["verdict"]) == (Decimal("17.01"), 0, "met")


def test_a_floating_point_number_is_never_judged():
    observations = observed(count("a", 2018, 3)).assign(value=3.0)
    with pytest.raises(TypeError, match="Decimal"):
        targets.judge(agreement_of(criterion('kind = "at_most", value = 5, per = "year"')), observations, 2018)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e30"), max_value=Decimal("1e30")))
def test_what_is_written_is_read_with_the_same_digits(number):
    text = written(number)
    assert read_numbers(pd.Series([text]))[0] == number and "e" not in text.lower()
    assert cell(exact(number)) == number


def test_a_limit_without_an_end_is_read_again_as_it_was_written_and_has_a_sign_of_its_own(small_plan):
    """Few years that vary much have a dispersion with few degrees of freedom: the upper limit of a count has no end."""
    few = "a;2018;reports;9\na;2019;reports;30\na;2020;reports;8"
    plan = Plan.load(small_plan(criterion('kind = "direction"', "reports"), counts=few).folder, year=2020)
    latest = one(plan.latest, area="a")
    assert latest["upper"] == float("inf") and wording.value(latest["upper"], "count", "da") == "∞"
    assert not exports.observations_in_words(plan, plan.exact_observations, "da").isin([float("inf")]).any(axis=None)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_a_quotient_is_a_decimal_just_where_it_has_an_end(part, whole):
    found = cell(Fraction(part, whole))
    if isinstance(found, Decimal):
        assert Fraction(found) == Fraction(part, whole)
    else:
        assert found == part / whole and 10**40 * part % whole
