"""Another target than the agreed one, tried on the same figures."""

import pandas as pd
import pytest
from pages import example_copy

from analysis.judging import finished
from analysis.plan import Plan
from analysis.promises.problems import PlanError

FALL = {"kind": "change_per_year", "change": -0.1, "from": "baseline"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")), 2021)


def judged(plan: Plan, area: str = "motalavej") -> pd.DataFrame:
    rows = plan.gaps
    return rows[(rows["area"] == area) & (rows["role"] == "judged")].set_index("year")


def test_a_linear_fall_of_ten_percent_from_61_reports_asks_for_36_6_in_2021(plan):
    row = judged(plan.what_if("vandalism_reports", ["motalavej"], FALL | {"path": "linear"}, 2017)).loc[2021]
    assert (row["criterion"], row["value"], row["target"], row["verdict"]) == ("what_if", 52, 36.6, "not_met")
    assert row["gap"] == -15.4 and row["certainty"] == "cannot_tell"


def test_a_compound_fall_of_ten_percent_asks_for_61_times_0_9_to_the_fourth(plan):
    row = judged(plan.what_if("vandalism_reports", ["motalavej"], FALL | {"path": "compound"}, 2017)).loc[2021]
    assert row["target"] == float("40.0221") and row["target_whole"] == 40


def test_a_decimal_is_taken_as_it_is_printed(plan):
    assert judged(plan.what_if("vandalism_reports", ["motalavej"], FALL | {"path": "linear"}, 2017)).loc[2018, "target"] == 54.9  # not 54.900000000000006


def test_supposing_what_was_agreed_gives_the_verdicts_that_were_given(plan):
    agreed = plan.agreement.criteria["T3"].primary
    rule = {"kind": "change_per_year", "change": -0.15, "from": "baseline", "path": "compound"}
    supposed = plan.what_if("vandalism_reports", agreed.areas, rule, 2017, (2018, 2021))
    real = plan.gaps[(plan.gaps["criterion"] == "T3") & (plan.gaps["reading"] == "primary")]
    assert len(real) > 5
    pd.testing.assert_frame_equal(supposed.gaps.drop(columns="criterion"), real.drop(columns="criterion").reset_index(drop=True), check_dtype=False)


def test_the_smallest_change_that_would_be_certain_comes_with_it(plan):
    row = judged(plan.what_if("safe_share", ["motalavej"], {"kind": "above_baseline"}, 2016)).loc[2019]
    assert row["verdict"] == "met" and row["certainty"] == "certain" and 0.09 < row["detectable"] < 0.12


def test_the_plan_itself_stays_as_it_was(plan):
    supposed = plan.what_if("vandalism_reports", ["motalavej"], FALL | {"path": "linear"}, 2017)
    assert set(supposed.gaps["criterion"]) == {"what_if"} and "what_if" not in set(plan.gaps["criterion"]) and "T3" in plan.agreement.criteria
    assert supposed.latest.equals(plan.latest) and supposed.supposed and not plan.supposed


def test_what_is_hidden_stays_hidden_under_any_target(plan):
    row = judged(plan.what_if("vandalism_reports", ["sydbyen"], {"kind": "at_most", "value": 10, "per": "year"}), "sydbyen").loc[2019]
    assert row["verdict"] == "suppressed" and row[["value", "gap"]].isna().all()


@pytest.mark.parametrize(
    ("indicator", "areas", "rule", "year", "told"),
    [
        ("vandalism", ["motalavej"], FALL | {"path": "linear"}, 2017, "vandalism_re"),
        ("vandalism_reports", ["motalave"], FALL | {"path": "linear"}, 2017, "'motalavej'"),
        ("vandalism_reports", ["motalavej"], FALL, 2017, "'path'"),
        ("vandalism_reports", ["motalavej"], FALL | {"path": "linear"}, None, "'baseline_year'"),
        ("vandalism_reports", ["motalavej"], {"kind": "fall"}, 2017, "is not a rule"),
        ("vandalism_reports", ["motalavej"], FALL | {"path": "linear", "change": -15}, 2017, "-0.15"),
        ("safe_share", ["motalavej"], {"kind": "above_reference", "reference": "denmrk", "year": "same"}, None, "'denmark'"),
        ("safe_share", [], {"kind": "above_baseline"}, 2016, "scope"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused_in_the_registers_own_words(plan, indicator, areas, rule, year, told):
    with pytest.raises(PlanError) as refused:
        plan.what_if(indicator, areas, rule, year)
    assert told in str(refused.value) and "Traceback" not in str(refused.value)


@pytest.mark.parametrize("indicator", ["vandalism_reports", "safe_share", "move_out_rate", "on_list"])
def test_one_indicator_alone_is_judged_as_among_all(plan, indicator):
    alone = plan.about(indicator)
    for name in ("exact_gaps", "exact_latest", "exact_periods"):
        whole = getattr(plan, name)
        there = getattr(alone, name)
        pd.testing.assert_frame_equal(there[there["indicator"] == indicator], whole[whole["indicator"] == indicator])


@pytest.mark.parametrize("indicator", ["vandalism_reports", "safe_share"])
def test_what_is_supposed_of_one_indicator_alone_is_judged_as_among_all(plan, indicator):
    rules = [FALL | {"path": "compound"}, {"kind": "above_reference", "reference": "slagelse_municipality", "year": "same"}]
    for rule in rules:
        among, alone = (each.what_if(indicator, ["motalavej", "combined"], rule, 2017) for each in (plan, plan.about(indicator)))
        pd.testing.assert_frame_equal(alone.exact_gaps, among.exact_gaps)
        newly = dict(finished.judged(among.agreement, plan.exact_observations, 2021, ["gaps"]))
        pd.testing.assert_frame_equal(among.exact_gaps, newly["gaps"])
