"""Which claims stand whatever is assumed: each assumption turns a claim that it should, beside one that nothing turns."""

import pandas as pd
import pytest
from conftest import agreement_of, count, criterion, gone, indicator, observed, one, printed
from scipy.stats import chi2

from analysis.judging import finished, robustness
from analysis.judging.dispersion import ASSUMED, Dispersions
from analysis.judging.history import measured

AT_MOST = 'kind = "at_most", value = 20, per = "year"'
WIDE = indicator("reports", dispersion=4, dispersion_source="a study")
FIVE = '[[criterion.alternatives]]\nslug = "five"\nkind = "at_most"\nvalue = {}\nper = "year"'
SAFE = indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample")
STEADY, WILD = (31, 31, 31, 31), (14, 50, 12, 42)


def found(numbers: tuple[int, ...], more: str = "", reports: str = indicator("reports"), first: int = 2018) -> pd.DataFrame:
    agreement = agreement_of(criterion(AT_MOST, first=first, more=more), indicators=reports)
    rows = observed(*(count("a", 2018 + i, number) for i, number in enumerate(numbers)))
    return dict(finished.judged(agreement, rows, 2021, ["robustness"]))["robustness"]


def test_what_lies_far_away_stands_whatever_is_assumed():
    table = found((100, 101, 99, 100), FIVE.format(15))
    row = one(table, span="year")
    assert row["claim"] == row["by_chance"] == row["estimated"] == row["at_upper_limit"] == "not_met_clear"
    assert row["other_readings"] == "five=not_met_clear" and row["stands"]
    assert one(table, span="years")["other_readings"] == "five=not_met_clear", "the years together are judged by the other reading too"


def test_a_declared_dispersion_can_be_what_a_claim_depends_on():
    # 31 where 20 are allowed has p = 0.03 by chance alone; varying four times as much, 0.2; the years themselves do not vary at all
    row = one(found(STEADY, reports=WIDE), span="year")
    assert (row["claim"], row["by_chance"], row["estimated"], row["at_upper_limit"]) == ("cannot_tell", *["not_met_clear"] * 3) and not row["stands"]


def test_counts_that_vary_much_are_clear_only_if_all_of_that_were_chance():
    row = one(found(WILD), span="year")  # 42 where 20 are allowed
    assert (row["claim"], row["by_chance"], row["estimated"], row["at_upper_limit"]) == ("cannot_tell", "not_met_clear", "cannot_tell", "cannot_tell")


def test_a_claim_can_be_clear_with_the_estimated_dispersion_and_not_with_its_upper_limit():
    row = one(found((64, 50, 62, 48)), span="year")
    assert (row["claim"], row["estimated"], row["at_upper_limit"]) == ("not_met_clear", "not_met_clear", "cannot_tell") and not row["stands"]


def test_a_claim_can_depend_on_how_the_promise_is_read():
    table = found((100, 101, 99, 100), FIVE.format(200))
    for span in robustness.SPANS:
        row = one(table, span=span)
        assert (row["claim"], row["other_readings"]) == ("not_met_clear", "five=met_clear") and not row["stands"]
        assert {row[name] for name in ASSUMED} == {"not_met_clear"}


def test_a_claim_of_a_share_depends_on_how_much_counts_vary_since_all_comparisons_share_a_budget():
    """53 % of 210 where 60 % are asked for has p = 0.04: enough beside counts that are clear, and not beside others."""
    promises = criterion(AT_MOST) + criterion('kind = "at_least", value = 0.6, per = "year"', "safe", id="S")
    agreement = agreement_of(promises, indicators=indicator("reports") + SAFE)
    figures = observed(*(count("a", 2018 + i, number) for i, number in enumerate((100, 34, 110, 36))), printed("a", 2021, 0.53, 2, denominator=210))
    row = one(dict(finished.judged(agreement, figures, 2021, ["robustness"]))["robustness"], criterion="S", span="year")
    assert (row["claim"], row["by_chance"], row["estimated"]) == ("cannot_tell", "not_met_clear", "cannot_tell")


@pytest.mark.parametrize("uncertainty", ["none", "estimate"])
def test_where_chance_plays_no_part_there_is_nothing_to_ask(uncertainty):
    assert found(WILD, reports=indicator("reports", uncertainty=uncertainty)).empty


def test_what_is_hidden_or_not_yet_due_has_no_claim_that_could_stand():
    agreement = agreement_of(criterion(AT_MOST, last=2023), indicators=indicator("reports"))
    rows = observed(*(count("a", 2018 + i, 100) for i in range(3)), gone("a", 2021, "suppressed"))
    assert dict(finished.judged(agreement, rows, 2021, ["robustness"]))["robustness"].empty


def test_the_assumed_dispersions_are_none_the_estimate_and_its_upper_limit():
    agreement = agreement_of(criterion(AT_MOST), indicators=WIDE)
    values = measured(agreement, observed(*(count("a", 2018 + i, number) for i, number in enumerate(WILD))))
    declared, chance, estimated, upper = (Dispersions(agreement, values, 2021, assumed).of("reports", "a") for assumed in ("", *ASSUMED))
    assert (declared.widening, chance.widening) == (4, 1) and estimated.value > 5
    assert upper.widening == pytest.approx(estimated.value * 2 / chi2.ppf(0.025, 2)) and upper.level == chance.level, "four years less two; taken as known"


def test_the_table_is_read_back_as_it_was_written(tmp_path):
    table = found((100, 101, 99, 100), FIVE.format(200))
    finished.write(table, tmp_path / "robustness.csv")
    pd.testing.assert_frame_equal(finished.read(tmp_path / "robustness.csv"), table, check_dtype=False)
