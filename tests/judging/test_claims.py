"""What a report may claim: all its comparisons in one budget for chance."""

import numpy as np
import pandas as pd
import pytest
from conftest import POISSON, agreement_of, count, criterion, indicator, observed, one
from hypothesis import given
from hypothesis import strategies as st
from pages import example_copy
from statsmodels.stats.multitest import multipletests

from analysis.judging import claims, finished, summary
from analysis.plan import Plan

AT_MOST = 'kind = "at_most", value = 20, per = "year"'


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


def comparisons_of(plan: Plan) -> claims.Tests:
    return claims.asked(plan.exact_gaps) | claims.asked(plan.exact_latest) | claims.asked(plan.exact_periods)


def line(tests: claims.Tests, *question: str) -> float:
    """The largest p that Benjamini and Hochberg keep among the comparisons of one question."""
    mine = [p for test, p in tests.items() if test[0] in question]
    kept = multipletests(mine, alpha=0.05, method="fdr_bh")[0]
    return max(p for p, one_ in zip(mine, kept, strict=True) if one_)


def test_a_year_is_claimed_where_benjamini_and_hochberg_keep_it_among_all_of_its_question(plan):
    tests = comparisons_of(plan)
    kept, changed = line(tests, "target_p", "ratio_p"), line(tests, "change_p", "trend_p", "difference_p")
    gaps = plan.gaps[plan.gaps["target_p"].notna() & plan.gaps["verdict"].isin(["met", "not_met"])]
    assert (gaps["claim"].str.endswith("_clear") == (gaps["target_p"] <= kept)).all()
    for table in (plan.gaps, plan.latest):
        changes = table[table["change_p"].notna()]
        assert (changes["change_claim"].str.endswith("_clear") == (changes["change_p"] <= changed)).all()
    assert (plan.periods["trend_clear"] == (plan.periods["trend_p"] <= changed)).all()
    assert (plan.periods["ratio_clear"] == (plan.periods["ratio_p"] <= kept)).all()
    assert set(gaps.loc[gaps["claim"].str.endswith("_clear"), "certainty"]) == {"certain"}, "who is clear among all is certain alone"
    assert (gaps["certainty"] == "certain").sum() > gaps["claim"].str.endswith("_clear").sum()


def test_targets_far_away_do_not_make_a_change_easy_to_claim():
    far = {("target_p", str(n)): 1e-9 for n in range(50)}
    change = {("change_p", "x"): 0.03, ("change_p", "y"): 0.6}
    assert claims.held(far | change) == set(far), "0.03 of two comparisons is within chance, whatever the targets say"


@given(st.lists(st.sampled_from([0.0, 0.001, 0.004, 0.01, 0.02, 0.03, 0.04, 0.05, 0.2, 0.6, 1.0]), min_size=1, max_size=12))
def test_what_holds_is_what_statsmodels_lets_hold(numbers):
    tests = {("change_p", str(n)): p for n, p in enumerate(numbers)}
    hold = multipletests(numbers, alpha=0.05, method="fdr_bh")[0]
    assert claims.held(tests) == {test for test, one in zip(tests, hold, strict=True) if one}
    (_, changed, _) = claims.questions(tests)
    assert (changed.asked, changed.held) == (len(numbers), sum(hold))


def test_a_claim_says_on_which_side_a_year_lies_and_which_way_it_changed(plan):
    row = one(plan.gaps, criterion="E2", area="combined", year=2021, reading="primary")
    assert (row["verdict"], row["certainty"], row["claim"]) == ("not_met", "certain", "cannot_tell"), "clear by itself, not among all comparisons"
    assert one(plan.gaps, criterion="T1c", area="motalavej", year=2021)["claim"] == "met_clear"
    assert one(plan.gaps, criterion="F1", year=2019, reading="primary")["claim"] in ("met", "not_met"), "a full count knows no chance"
    assert one(plan.gaps, criterion="T1c", area="motalavej", year=2021)["change_claim"] == "rising_clear"


def test_the_same_question_asked_by_two_promises_is_one_comparison():
    table = pd.DataFrame({"indicator": ["x", "x", "x"], "area": "a", "year": 2018, "value": 30, "target": [20, 20, 25], "target_p": [0.01, 0.01, 0.2]})
    assert sorted(claims.asked(table).values()) == [0.01, 0.2]
    table = pd.DataFrame({"indicator": ["x", "x"], "area": "a", "year": 2018, "since": 2017, "change_p": [0.3, 0.001]})
    assert claims.beyond_chance(table)["change_clear"].tolist() == [False, True], "from another start it is another question"


def test_the_budget_says_how_many_comparisons_would_look_clear_by_chance(plan):
    tests, places = comparisons_of(plan), plan.contrasts["p"].dropna()
    found = summary.budget(plan.exact_gaps, plan.exact_latest, plan.exact_periods, plan.contrasts)
    assert len(places) > 5 and found.comparisons == len(tests) + len(places) and found.by_chance == pytest.approx(found.comparisons / 20)
    assert found.alone == sum(p < 0.05 for p in [*tests.values(), *places])


def test_where_nothing_changes_a_report_seldom_claims_anything():
    """Twenty areas, four years, twenty expected each year: certain alone somewhere in most reports, claimed in one of twenty."""
    areas, draw = tuple(f"a{n}" for n in range(20)), np.random.default_rng(17)
    scope = "[" + ", ".join(f'"{area}"' for area in areas) + "]"
    promise = criterion(AT_MOST, scope=scope) + criterion('kind = "direction"', scope=scope, id="D", more="baseline_year = 2017")
    agreement = agreement_of(promise, areas=areas, indicators=indicator("reports", **POISSON))
    alone = claimed = 0
    for _ in range(8):
        numbers = draw.poisson(20, (len(areas), 5))
        rows = [count(area, 2017 + i, int(number)) for area, mine in zip(areas, numbers, strict=True) for i, number in enumerate(mine)]
        tables = dict(finished.judged(agreement, observed(*rows), 2021, finished.CLAIMED))
        said = [*tables["gaps"]["claim"], *tables["gaps"]["change_claim"], *tables["latest"]["change_claim"], *tables["periods"]["claim"]]
        alone += "certain" in set(tables["gaps"]["certainty"])
        claimed += any(word.endswith("_clear") for word in said)
    assert alone >= 6 and claimed <= 2  # of 8; with 5 % a report, three or more have a chance of 0.6 %
