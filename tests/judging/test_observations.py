"""Every figure the agreement prints comes out of `data/raw`, and the four areas are joined as sum over sum."""

import math

import pandas as pd
import pytest
from conftest import ROOT, agreement_of, count, observed, ratio

from analysis.judging.digits import in_floats
from analysis.judging.observations import COLUMNS, KEY, _combined, in_time, observe, read_observations, write_observations
from analysis.running import building


@pytest.fixture(scope="module")
def published():
    """The observations made from the project's own deliveries."""
    checked = building.check(ROOT / "data" / "raw")
    return in_floats(observe(checked.deliveries, checked.agreement))


def figure(table: pd.DataFrame, indicator: str, area: str, period: str) -> pd.Series:
    """The one observation of this indicator, area and period."""
    found = table[(table["indicator"] == indicator) & (table["area"] == area) & (table["period"] == period)]
    assert len(found) == 1, f"{len(found)} observations of {indicator}, {area}, {period}"
    return found.iloc[0]


# What the agreement prints (delaftale.txt): indicator, area, period, value, decimals as printed
PRINTED = {
    "58.3 % feel safe in Motalavej in 2016": ("safe_share", "motalavej", "2016", 0.583, 3),
    "72 % feel safe in Ringparken in 2016": ("safe_share", "ringparken_schackenborgvaenge", "2016", 0.72, 2),
    "89.1 % feel safe in Denmark in 2016": ("safe_share", "denmark", "2016", 0.891, 3),
    "72.4 % feel safe in the SUB areas in 2016": ("safe_share", "sub_average", "2016", 0.724, 3),
    "15 arson fires in 2015": ("arson_fires", "combined", "2015", 15, 0),
    "28 arson fires in 2016": ("arson_fires", "combined", "2016", 28, 0),
    "123 vandalism repairs in 2015": ("vandalism_repairs", "combined", "2015", 123, 0),
    "22 % move out in the areas together": ("move_out_rate", "combined", "undated", 0.22, 2),
    "43 % of the residents together have a non-western background": ("non_western_share", "combined", "undated", 0.43, 2),
    "57 % in Ringparken and Schackenborgvænge": ("non_western_share", "ringparken_schackenborgvaenge", "undated", 0.57, 2),
    "20 % in Skælskør": ("non_western_share", "skaelskoer", "undated", 0.20, 2),
    "no arson in Sydbyen in 2015": ("arson_fires", "sydbyen", "2015", 0, 0),
    "no arson in Sydbyen in 2016": ("arson_fires", "sydbyen", "2016", 0, 0),
    "no arson in Skælskør in 2015": ("arson_fires", "skaelskoer", "2015", 0, 0),
    "no arson in Skælskør in 2016": ("arson_fires", "skaelskoer", "2016", 0, 0),
}


@pytest.mark.parametrize("fact", PRINTED)
def test_the_agreement_prints(fact, published):
    *where, value, decimals = PRINTED[fact]
    row = figure(published, *where)
    assert (row["value"], row["decimals"]) == (value, decimals)
    assert (row["published"] and "AGREEMENT" in row["source"]) or where[1] in ("motalavej", "denmark", "sub_average")


def test_motalavejs_vandalism_reports_are_29_15_25_37_and_17(published):
    """C01 in sources.csv; 17 in 2017 is the only part of the vandalism baseline that is known."""
    found = [figure(published, "vandalism_reports", "motalavej", str(year))["value"] for year in range(2013, 2018)]
    assert found == [29, 15, 25, 37, 17]


def test_the_vandalism_baseline_of_all_four_areas_is_not_known(published):
    row = figure(published, "vandalism_reports", "combined", "2017")
    assert math.isnan(row["value"]) and row["status"] == "partial"
    assert row["note"] == "missing: ringparken_schackenborgvaenge, sydbyen, skaelskoer"


def test_repairs_are_never_mixed_with_reports(published):
    repairs = published[published["indicator"] == "vandalism_repairs"]
    assert repairs[["area", "period", "value"]].values.tolist() == [["combined", "2015", 123]]


def test_sources_that_disagree_about_askeroed_2013_give_no_value(published):
    row = figure(published, "safe_share", "askeroed", "2013")
    assert math.isnan(row["value"]) and row["status"] == "not_available"
    assert "52.9 (S28)" in row["note"] and "59.2 (S29)" in row["note"]


def test_a_doubtful_figure_says_so(published):
    row = figure(published, "residents", "ringparken_schackenborgvaenge", "2019")
    assert row["value"] == 2008 and row["note"].startswith("doubtful: ")


def test_every_figure_names_its_source(published):
    assert published["source"].str.len().gt(0).all() and published["published"].all()


def test_each_indicator_area_and_period_has_one_row(published):
    assert not published.duplicated(KEY).any()


def test_only_figures_with_a_known_number_of_answers_have_limits(published):
    safe = published[published["indicator"] == "safe_share"]
    known = safe[safe["denominator"].notna()]
    assert len(known) == 3 and known[["lower", "upper"]].notna().all(axis=None)
    assert safe.loc[safe["denominator"].isna(), ["lower", "upper"]].isna().all(axis=None)


# --- the four areas together ----------------------------------------------------------------------------


def test_a_combined_rate_is_sum_over_sum_and_not_the_mean_of_the_rates():
    parts = observed(ratio("a", 2018, 10, 100), ratio("b", 2018, 90, 300), ratio("c", 2018, 0, 50), ratio("d", 2018, 20, 50))
    row = in_floats(_combined(parts, agreement_of())).iloc[0]
    assert (row["numerator"], row["denominator"], row["value"]) == (120, 500, 0.24)  # the mean of the rates is 0.2
    assert row["status"] == "derived"


def test_a_combined_count_is_the_sum_of_the_areas(small_plan):
    table = small_plan(counts="a;2018;reports;61\nb;2018;reports;38\nc;2018;reports;14\nd;2018;reports;10").observations()
    row = figure(table, "reports", "combined", "2018")
    assert (row["value"], row["status"]) == (123, "derived")


def test_a_combined_figure_with_an_area_missing_has_no_number():
    parts = observed(ratio("a", 2018, 10, 100), ratio("b", 2018, 90, 300), ratio("c", 2018, 0, 50))
    row = in_floats(_combined(parts, agreement_of())).iloc[0]
    assert row["status"] == "partial" and row["note"] == "missing: d"
    assert row[["value", "numerator", "denominator"]].isna().all()


def test_an_area_whose_supplier_hid_its_figure_leaves_the_sum_incomplete(small_plan):
    more = '\n[missing]\n"<5" = "suppressed_at_source"\n'
    rows = "a;2018;reports;61\nb;2018;reports;38\nc;2018;reports;<5\nd;2018;reports;10"
    row = figure(small_plan(counts=rows, more_counts=more).observations(), "reports", "combined", "2018")
    assert math.isnan(row["value"]) and (row["status"], row["note"]) == ("partial", "missing: c")


def test_a_combined_figure_is_as_finely_printed_as_its_finest_part():
    parts = observed(*({**count(area, 2018, value), "decimals": n} for area, value, n in (("a", 1.25, 2), ("b", 2.0, 0), ("c", 0.5, 1), ("d", 1.0, 0))))
    row = in_floats(_combined(parts, agreement_of())).iloc[0]
    assert (row["value"], row["decimals"]) == (4.75, 2)


def test_a_year_with_a_half_that_is_missing_is_no_sum(small_plan):
    more = '\n[missing]\n".." = "not_available"\n'
    whole, part = (f"a;2018-H1;reports;5\na;2018-H2;reports;{second}" for second in ("6", ".."))
    table = small_plan(counts=whole, more_counts=more).observations()
    assert (figure(table, "reports", "a", "2018")["value"], figure(table, "reports", "a", "2018")["status"]) == (11, "derived")
    table = small_plan(counts=part, more_counts=more).observations()
    assert not ((table["indicator"] == "reports") & (table["area"] == "a") & (table["period"] == "2018")).any()


def test_a_total_that_was_delivered_stands_alone(small_plan):
    table = small_plan(counts="a;2018;reports;61\ncombined;2018;reports;123").observations()
    row = figure(table, "reports", "combined", "2018")
    assert (row["value"], row["status"]) == (123, "measured")


def test_persons_counted_once_are_not_added_over_the_areas(small_plan):
    table = small_plan(counts="a;2018;visitors;1\nb;2018;visitors;2\nc;2018;visitors;3\nd;2018;visitors;4").observations()
    assert "combined" not in set(table["area"])


def test_nothing_delivered_is_no_observation(small_plan):
    plan = small_plan(counts="a;2018;reports;61")
    assert len(observe([], plan.check().agreement)) == 0


def test_a_percentage_becomes_a_share_with_its_printed_decimals(small_plan):
    table = small_plan(survey="a;2016;safe;58,3;180\nb;2016;safe;72;210\nc;2016;safe;72,0;210").observations()
    assert table[["value", "decimals", "denominator"]].values.tolist() == [[0.583, 3, 180], [0.72, 2, 210], [0.72, 3, 210]]


def test_a_survey_share_has_wilson_limits_and_a_full_count_has_none(small_plan):
    table = small_plan(survey="a;2016;safe;65;100", counts="a;2016;evenings;8").observations()
    safe = figure(table, "safe", "a", "2016")
    # PHEindicatormethods test data: 65 of 100
    assert (safe["lower"], safe["upper"]) == pytest.approx((0.5525444329688797, 0.7363575175690247))
    assert figure(table, "evenings", "a", "2016")[["lower", "upper"]].isna().all()


# --- written and read again -----------------------------------------------------------------------------


def test_observations_come_back_exactly_as_they_were_written(published, tmp_path):
    write_observations(published, tmp_path / "observations.csv")
    pd.testing.assert_frame_equal(in_floats(read_observations(tmp_path / "observations.csv")), published[COLUMNS], check_exact=True, check_dtype=False)


def test_hard_numbers_and_words_survive_writing(tmp_path):
    table = observed(
        count("a", 2018, 0.1 + 0.2, note='a "quote", a comma\nand NA'),
        count("b", 2018, 1 / 3, source="NA"),
        count("c", 2018, math.nan, decimals=None, status="not_delivered"),
        ratio("d", 2018, 1, 7),
    )[COLUMNS]
    write_observations(table, tmp_path / "observations.csv")
    back = read_observations(tmp_path / "observations.csv")
    pd.testing.assert_frame_equal(back, table, check_exact=True, check_dtype=False)
    assert b"\r" not in (tmp_path / "observations.csv").read_bytes()
    write_observations(back, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "observations.csv").read_bytes()


# --- as analysts hold them -----------------------------------------------------------------------------


def held(*rows: dict) -> pd.DataFrame:
    """These observations as an analyst holds them."""
    return in_time(in_floats(observed(*rows)[COLUMNS]), agreement_of())


def test_periods_sort_and_compare_in_time_whatever_their_length():
    said = ["undated", "2019", "2018-Q4", "2018/2019", "2018-11", "2018-Q1", "2018", "2018-01", "2018-H2"]
    table = held(*(count("a", period, 1) for period in said))
    in_order = ["2018", "2018-Q1", "2018-01", "2018-H2", "2018/2019", "2018-Q4", "2018-11", "2019", "undated"]
    assert table.sort_values("period")["period"].tolist() == in_order
    assert (table["period"] < "2018/2019").sum() == 4
    assert table.set_index("period")["year"].dropna().to_dict() == {period: 2019 if "2019" in period else 2018 for period in in_order[:-1]}


def test_ids_are_categories_in_the_registers_order_and_none_is_lost():
    table = held(count("country", 2018, 1), count("b", 2018, 2), count("a", 2018, 3), count("combined", 2018, 5), count("elsewhere", 2018, 4, "moves"))
    assert table["area"].cat.categories.tolist() == ["a", "b", "combined", "country", "elsewhere"]
    assert table["area"].tolist() == ["country", "b", "a", "combined", "elsewhere"] and table["indicator"].cat.categories.tolist() == ["reports", "moves"]
