"""The years of a promise together: each method beside another program's, a published example or the arithmetic by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import POISSON, agreement_of, count, criterion, gone, indicator, observed, one, printed, ratio, years_together
from pages import example_copy
from scipy import stats
from statsmodels.stats import rates
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.judging import claims, intervals, targets
from analysis.judging.dispersion import Dispersion, Dispersions, estimated
from analysis.judging.history import measured
from analysis.judging.together import COLUMNS, SERIES, STEADINESS
from analysis.judging.trend import count_trend, fitted, share_trend
from analysis.plan import Plan

Z = stats.norm.ppf(0.975)
COMPOUND = 'kind = "change_per_year", change = -0.15, from = "baseline", path = "compound"'
AT_MOST = 'kind = "at_most", value = 100, per = "year"'
SAME_YEAR = 'kind = "above_reference", reference = "country", year = "same"'
FROM_2017 = "baseline_year = 2017"
DIRECTION = 'kind = "direction"'
BROKEN = indicator("reports").strip() + '\nbreaks = [{ year = 2019, da = "x", en = "x" }]\n'


def together(criteria: str, *rows: dict, year: int = 2021, **parts: object) -> pd.DataFrame:
    """The years together of these promises and observations, as known at the end of a year."""
    return years_together(agreement_of(criteria, **parts), observed(*rows), year)


def reports(*numbers: float, first: int = 2017, area: str = "a", **more: object) -> list[dict]:
    """Counts of yearly reports, one a year."""
    return [count(area, first + i, number, **more) for i, number in enumerate(numbers)]


def shares(*figures: tuple[float, int], first: int = 2017, area: str = "a") -> list[dict]:
    """Survey shares with their answers, one a year."""
    return [{"indicator": "safe", "area": area, "period": str(first + i), "value": share, "denominator": n} for i, (share, n) in enumerate(figures)]


# --- the trend of shares ---------------------------------------------------------------------------------

SMOKERS = ([83, 90, 129, 70], [86, 93, 136, 82])  # Fleiss (1981), as R's prop.trend.test prints it: X-squared = 8.2249, p-value = 0.004132


def test_the_trend_test_of_shares_has_the_published_p():
    smokers, patients = map(np.array, SMOKERS)
    assert share_trend([1, 2, 3, 4], smokers / patients, patients).p == pytest.approx(0.004132, abs=5e-7)


def test_a_share_s_slope_is_that_of_weighted_least_squares():
    years, answers, share = [2016, 2017, 2019, 2021], [186, 158, 210, 240], [0.591, 0.524, 0.712, 0.795]
    fit = sm.WLS(share, sm.add_constant(years), weights=answers).fit()
    assert share_trend(years, share, answers).slope == pytest.approx(fit.params[1], rel=1e-9)


def test_the_limits_of_a_share_s_slope_are_the_slopes_its_score_test_just_refuses():
    smokers, patients = map(np.array, SMOKERS)
    trend = share_trend([1, 2, 3, 4], smokers / patients, patients)
    away = np.array([1, 2, 3, 4]) - np.average([1, 2, 3, 4], weights=patients)
    for limit in (trend.lower, trend.upper):
        line = smokers.sum() / patients.sum() + limit * away
        error = math.sqrt((patients * away**2 * line * (1 - line)).sum()) / (patients * away**2).sum()
        assert abs(trend.slope - limit) / error == pytest.approx(Z)
    assert trend.lower < trend.slope < trend.upper < 0, "the test refuses 0, and so do its limits"


def test_shares_that_never_change_have_no_trend():
    assert share_trend([1, 2, 3, 4], [1.0, 1.0, 1.0, 1.0], [50, 60, 70, 80]).p == 1
    assert math.isnan(share_trend([1, 1], [0.5, 0.6], [50, 60]).slope)


def test_a_design_effect_widens_the_trend_of_shares():
    rows = shares((0.5, 150), (0.55, 160), (0.6, 170), (0.62, 180))
    first = criterion(DIRECTION, "safe", first=2017)
    wide = indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample", design_effect=2)
    plain, wider = (one(together(first, *rows, **parts)) for parts in ({}, {"indicators": wide}))
    assert wider["trend"] == pytest.approx(plain["trend"])
    assert wider["trend_lower"] < plain["trend_lower"] and wider["trend_p"] > plain["trend_p"]
    assert plain["trend_p"] == pytest.approx(share_trend(range(4), [0.5, 0.55, 0.6, 0.62], [150, 160, 170, 180]).p)
    assert wider["trend_p"] == pytest.approx(share_trend(range(4), [0.5, 0.55, 0.6, 0.62], [75, 80, 85, 90]).p)


# --- the trend of counts ---------------------------------------------------------------------------------

YEARS = np.arange(2017, 2022)
COUNTS, HOMES = np.array([61, 50, 44, 40, 52]), np.array([520, 500, 460, 420, 400])


def poisson_score(shift: float = 0.0):
    """statsmodels' score test of a trend beside the one that is given."""
    return poisson_fit(shift).score_test(exog_extra=(YEARS - YEARS.mean())[:, None])


def poisson_fit(shift: float = 0.0, trend: bool = False):
    """statsmodels' Poisson regression of the counts on a constant and, if asked, the year; with `shift` times the year given."""
    when = YEARS - YEARS.mean()
    explained = sm.add_constant(when) if trend else np.ones((5, 1))
    return sm.GLM(COUNTS, explained, family=sm.families.Poisson(), offset=np.log(HOMES) + shift * when).fit()


def test_the_trend_of_counts_and_its_p_are_those_of_poisson_regression():
    trend = count_trend(YEARS, COUNTS, HOMES)
    assert trend.slope == pytest.approx(math.expm1(poisson_fit(trend=True).params[1]), rel=1e-6)
    assert trend.p == pytest.approx(poisson_score().pvalue.item(), rel=1e-6)
    assert fitted(YEARS, COUNTS, HOMES) == pytest.approx(poisson_fit(trend=True).fittedvalues, rel=1e-6)
    assert count_trend(YEARS, COUNTS).p != pytest.approx(trend.p, rel=1e-2), "the homes that were torn down matter"


@pytest.mark.parametrize(("spread", "freedom"), [(1.0, math.inf), (3.3, math.inf), (2.4, 7)])
def test_the_limits_of_a_trend_of_counts_are_those_its_score_test_just_refuses(spread, freedom):
    trend = count_trend(YEARS, COUNTS, HOMES, spread, freedom)
    far = stats.t.ppf(0.975, freedom) if math.isfinite(freedom) else Z
    for limit in (trend.lower, trend.upper):
        assert math.sqrt(poisson_score(math.log1p(limit)).statistic.item() / spread) == pytest.approx(far, rel=1e-6)
    assert trend.lower < trend.slope < trend.upper


def test_an_estimated_dispersion_takes_p_from_the_t_distribution():
    expected = 2 * stats.t.sf(math.sqrt(poisson_score().statistic.item() / 2.4), 7)
    assert count_trend(YEARS, COUNTS, HOMES, 2.4, 7).p == pytest.approx(expected, rel=1e-6)


def test_events_in_the_first_year_alone_have_a_trend_without_a_lower_end():
    first, last = count_trend([1, 2, 3, 4], [6, 0, 0, 0]), count_trend([1, 2, 3, 4], [0, 0, 0, 6])
    assert (first.slope, first.lower, last.slope, last.upper) == (-1, -1, math.inf, math.inf)
    assert first.upper < 0 < last.lower
    assert math.isnan(count_trend([1, 2, 3, 4], [0, 0, 0, 0]).slope)


def test_homes_are_the_exposure_of_a_trend_only_where_every_year_knows_them():
    counted = indicator("reports", exposure="homes") + indicator("homes", uncertainty="none", measure="stock", disclosure="open")
    homes = [count("a", year, number, "homes") for year, number in zip(YEARS, HOMES, strict=True)]
    promise = criterion(DIRECTION, more=FROM_2017)
    whole, lacking = (one(together(promise, *reports(*COUNTS), *known, indicators=counted)) for known in (homes, homes[1:]))
    assert (whole["trend_per"], lacking["trend_per"]) == ("homes", "")
    spread = estimated([(YEARS, COUNTS, HOMES)])
    assert whole["trend_p"] == pytest.approx(count_trend(YEARS, COUNTS, HOMES, spread.widening, spread.estimation).p)
    assert lacking["trend"] == pytest.approx(count_trend(YEARS, COUNTS).slope)


def test_a_trend_takes_four_years():
    assert together(criterion(DIRECTION, more=FROM_2017), *reports(9, 8, 7)).empty, "three years of a promise without a number say nothing together"
    assert one(together(criterion(DIRECTION, more=FROM_2017), *reports(9, 8, 7, 6)))["points"] == 4
    assert pd.isna(one(together(criterion(AT_MOST), *reports(9, 8, 7, first=2018)))["trend"])


def test_no_slope_is_told_of_fewer_than_ten_cases():
    promise = criterion(DIRECTION, more=FROM_2017)
    few, enough = (one(together(promise, *reports(*numbers), indicators=CHANCE_ALONE)) for numbers in ((0, 5, 0, 0), (0, 5, 3, 2)))
    assert few[["trend", "trend_lower", "trend_p"]].isna().all() and (few["points"], few["claim"]) == (4, "")
    assert pd.notna(enough["trend"])


def test_a_full_count_has_a_trend_and_no_chance():
    row = one(together(criterion('kind = "at_least", value = 8, per = "year"', "evenings"), *reports(8, 8, 2, 10, first=2018, indicator="evenings")))
    assert row["trend"] == pytest.approx(count_trend(range(4), [8, 8, 2, 10]).slope)
    assert row[["trend_lower", "trend_upper", "trend_p", "ratio_lower", "ratio_p", "dispersion"]].isna().all()
    assert (row["total"], row["path_total"], row["ratio"], row["claim"]) == (28, 32, 0.875, "not_met")


def test_shares_printed_without_their_answers_have_a_trend_and_no_chance():
    row = one(together(criterion(SAME_YEAR, "safe", first=2017), *[printed(area, y, 0.6, 2) for y in range(2017, 2021) for area in ("a", "country")]))
    assert row["trend"] == 0 and pd.isna(row["trend_p"]) and row["claim"] == "cannot_tell"


# --- dispersion ------------------------------------------------------------------------------------------


def test_the_dispersion_is_pearson_s_of_poisson_regression_with_each_area_s_own_trend():
    areas = {"a": [61, 50, 44, 40, 52], "b": [38, 33, 30, 28, 44], "c": [10, 19, 8, 9, 12]}
    table = pd.DataFrame([(area, year, n) for area, numbers in areas.items() for year, n in zip(YEARS, numbers, strict=True)], columns=["area", "year", "n"])
    fit = sm.GLM.from_formula("n ~ C(area) * I(year - 2019)", table, family=sm.families.Poisson()).fit()
    found = estimated((YEARS, np.array(numbers), np.ones(5)) for numbers in areas.values())
    assert found.value == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-6) and found.freedom == fit.df_resid == 9
    assert (found.lower, found.upper) == pytest.approx((fit.pearson_chi2 / stats.chi2.ppf(0.975, 9), fit.pearson_chi2 / stats.chi2.ppf(0.025, 9)), rel=1e-6)


def test_areas_where_little_happens_and_short_series_tell_no_dispersion():
    assert estimated([(YEARS, np.array([2, 0, 4, 0, 3]), np.ones(5)), (YEARS[:2], np.array([60, 20]), np.ones(2))]) == Dispersion()


def test_less_variation_than_by_chance_narrows_nothing():
    even = estimated([(YEARS, np.array([50, 50, 50, 50, 50]), np.ones(5))] * 2)
    assert even.value == pytest.approx(0, abs=1e-9) and (even.widening, even.estimation) == (1.0, math.inf)


def test_few_years_are_no_estimate_and_still_widen_what_they_contradict():
    four = np.arange(2017, 2021)
    wild, calm = (estimated([(four, np.array(numbers), np.ones(4))]) for numbers in ((60, 54, 70, 15), (60, 54, 62, 55)))
    assert (wild.source, wild.freedom) == ("few_years", 2) and wild.widening > 10 and wild.level > 0.999, "t of two degrees of freedom"
    assert calm == Dispersion(), "two degrees of freedom that look like chance do not show that it is"


def test_the_register_s_dispersion_wins_and_is_named():
    numbers, promise = (29, 15, 25, 37, 17), criterion(AT_MOST, first=2017)
    found, said = (
        one(together(promise, *reports(*numbers), indicators=indicator("reports", **more)))
        for more in ({}, {"dispersion": 3.3, "dispersion_source": "a report"})
    )
    assert (found["dispersion_source"], said["dispersion_source"], said["dispersion"]) == ("few_years", "declared", 3.3)
    assert said[["dispersion_lower", "dispersion_upper"]].isna().all()
    assert said["trend_p"] == pytest.approx(count_trend(YEARS, numbers, dispersion=3.3).p)
    assert found["trend_p"] == pytest.approx(count_trend(YEARS, numbers, dispersion=found["dispersion"], freedom=3).p)


def test_the_dispersion_is_estimated_from_all_areas_and_on_either_side_of_a_break():
    early, late = (20, 30, 15, 40), (90, 60, 100, 80)  # 2015-2018 and 2019-2022
    rows = [*reports(*early, *late, first=2015), *reports(*late, first=2015, area="b")]
    row = one(together(criterion(AT_MOST, first=2019, last=2022), *rows, indicators=BROKEN, year=2022))
    stretches = [(np.arange(4), np.array(numbers), np.ones(4)) for numbers in (early, late, late)]
    assert row["dispersion"] == pytest.approx(estimated(stretches).value)


def test_areas_that_rise_and_fall_together_make_their_sum_vary_as_its_own_years_show():
    """Each area of 30 swings by 6, hardly more than chance; in step, their sum of 120 swings by 24."""
    in_step = (24, 36, 24, 36, 34, 26, 35)
    agreement = agreement_of(criterion(AT_MOST), indicators=indicator("reports"))
    rows = [count(area, 2013 + i, number) for area in "abcd" for i, number in enumerate(in_step)]
    rows += [count("combined", 2013 + i, 4 * number) for i, number in enumerate(in_step)]
    spreads = Dispersions(agreement, measured(agreement, observed(*rows)), 2019)
    area, whole = spreads.of("reports", "a"), spreads.of("reports", "combined")
    assert (area.source, whole.source, area.freedom, whole.freedom) == ("estimated", "of_sums", 20, 5)
    assert whole.value == pytest.approx(4 * area.value) and area.value < 1.5


def test_the_sum_of_areas_that_swing_each_by_itself_has_the_areas_dispersion():
    agreement = agreement_of(criterion(AT_MOST), indicators=indicator("reports"))
    up, down = (20, 40, 20, 40, 20), (40, 20, 40, 20, 40)
    rows = [count(area, 2013 + i, number) for area, numbers in (("a", up), ("b", down)) for i, number in enumerate(numbers)]
    rows += [count("combined", 2013 + i, 60) for i in range(5)]
    spreads = Dispersions(agreement, measured(agreement, observed(*rows)), 2017)
    assert spreads.of("reports", "combined") == spreads.of("reports", "a") and spreads.of("reports", "a").widening > 3


# --- the period against its path -------------------------------------------------------------------------

CHANCE_ALONE = indicator("reports", **POISSON)


def test_the_years_are_added_up_against_the_sum_of_the_path():
    row = one(together(criterion(COMPOUND, more=FROM_2017), *reports(123, 104, 85, 88, 128)))
    assert row["total"] == 405
    assert row["path_total"] == pytest.approx(123 * (0.85 + 0.85**2 + 0.85**3 + 0.85**4), rel=1e-12)
    assert row["ratio"] == pytest.approx(row["total"] / row["path_total"])


def test_a_missing_year_is_missing_from_the_sum_and_from_the_path():
    row = one(together(criterion(COMPOUND, more=FROM_2017), *reports(123, 104), *reports(88, 128, first=2020)))
    assert (row["total"], row["path_total"]) == (320, pytest.approx(123 * (0.85 + 0.85**3 + 0.85**4)))


def test_a_sum_against_a_path_from_a_measured_baseline_is_exactly_binomial():
    row = one(together(criterion(COMPOUND, more=FROM_2017), *reports(123, 104, 85, 88, 128), indicators=CHANCE_ALONE))
    factor = 0.85 + 0.85**2 + 0.85**3 + 0.85**4
    limits = stats.binomtest(405, 405 + 123).proportion_ci(method="exact")
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx([p / (1 - p) / factor for p in limits], rel=2e-3)
    tails = stats.binom(405 + 123, factor / (1 + factor))
    assert row["ratio_p"] == pytest.approx(2 * min(tails.cdf(405), tails.sf(404)), rel=5e-3)


def test_a_sum_against_a_number_is_exactly_poisson():
    row = one(together(criterion(AT_MOST), *reports(130, 120, 100, 125, first=2018), indicators=CHANCE_ALONE))
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx(np.array(rates.confint_poisson(475, 1, method="exact-c")) / 400, rel=1e-3)
    assert row["ratio_p"] == pytest.approx(rates.test_poisson(475, 1, value=400, method="exact-c").pvalue, rel=1e-2)
    assert row["claim"] == "not_met_clear"


def test_a_p_against_a_number_is_twice_the_smaller_tail():
    for number, expected in ((15, 20.0), (15, 9.0), (0, 3.0), (445, 400.0)):
        tails = stats.poisson(expected)
        assert intervals.poisson_p(number, expected) == pytest.approx(min(1, 2 * min(tails.cdf(number), tails.sf(number - 1))))
    assert math.isnan(intervals.poisson_p(3, 0))


def test_an_estimated_dispersion_widens_a_ratio_by_t():
    numbers = (80, 140, 70, 150)
    row = one(together(criterion(AT_MOST), *reports(*numbers, first=2018)))
    spread = estimated([(np.arange(4), np.array(numbers), np.ones(4))])
    level = 1 - 2 * stats.norm.sf(stats.t.ppf(0.975, 2))
    assert spread.value > 1 and spread.freedom == 2
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx(np.array(intervals.poisson(440, spread.value, level)) / 400)
    normal = intervals.poisson_p(440, 400, spread.value)
    assert row["ratio_p"] == pytest.approx(2 * stats.t.sf(stats.norm.isf(normal / 2), 2))


def test_an_estimated_dispersion_takes_an_exact_ratio_s_p_from_t_too():
    row = one(together(criterion(COMPOUND, more=FROM_2017), *reports(123, 60, 140, 50, 150)))
    factor, (value, freedom) = 0.85 + 0.85**2 + 0.85**3 + 0.85**4, (row["dispersion"], 3)
    normal = float(intervals.count_ratio_p(400, 123, 1.0, factor, 1.0, value))
    assert value > 1 and row["ratio_p"] == pytest.approx(2 * stats.t.sf(stats.norm.isf(normal / 2), freedom))


def test_a_rate_is_pooled_as_sum_over_sum_against_the_path_s_own_sum():
    moves = [ratio("a", year, top, bottom) for year, top, bottom in ((2017, 100, 500), (2018, 90, 480), (2019, 80, 400), (2020, 70, 380))]
    rule = 'kind = "change_per_year", change = -0.10, from = "baseline", path = "compound"'
    row = one(together(criterion(rule, "moves", more=FROM_2017), *moves))
    expected = 0.2 * (0.9 * 480 + 0.81 * 400 + 0.729 * 380)
    assert (row["total"], row["path_total"]) == pytest.approx((240 / 1260, expected / 1260))
    assert row["ratio"] == pytest.approx(240 / expected)
    limits = stats.binomtest(240, 340).proportion_ci(method="exact")
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx([p / (1 - p) * 500 / (expected / 0.2) for p in limits], rel=1e-6)


def test_a_promise_chained_on_last_year_is_held_together_against_the_path_from_its_start():
    chained = 'kind = "change_per_year", change = -0.10, from = "previous_actual"'
    row = one(together(criterion(chained, more=FROM_2017), *reports(100, 95, 95, 95)))
    assert (row["total"], row["path_total"]) == (285, pytest.approx(90 + 81 + 72.9))


def test_pooled_shares_are_held_against_the_reference_weighted_by_the_same_answers():
    ours, theirs = shares((0.60, 100), (0.70, 300), (0.65, 200)), [printed("country", 2017 + i, value, 3) for i, value in enumerate((0.7, 0.72, 0.74))]
    row = one(together(criterion(SAME_YEAR, "safe", first=2017), *ours, *theirs))
    share, reference = (60 + 210 + 130) / 600, (70 + 216 + 148) / 600
    assert (row["total"], row["path_total"], row["ratio"]) == pytest.approx((share, reference, share / reference))
    limits = proportion_confint(share * 600, 600, method="wilson")
    assert (row["ratio_lower"], row["ratio_upper"]) == pytest.approx(np.array(limits) / reference)
    z = (share - reference) / math.sqrt(reference * (1 - reference) / 600)
    assert row["ratio_p"] == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_pooled_shares_against_their_own_start_carry_both_errors():
    rows = shares((0.60, 200), (0.70, 250), (0.68, 220), (0.72, 230))
    row = one(together(criterion('kind = "above_baseline"', "safe", more=FROM_2017), *rows))
    share = (0.70 * 250 + 0.68 * 220 + 0.72 * 230) / 700
    for limit, side in ((row["ratio_lower"], 0), (row["ratio_upper"], 1)):
        assert intervals.share_difference(share, 700, 0.60, 200, factor=limit)[side] == pytest.approx(0, abs=1e-9)
    assert row["ratio_p"] == pytest.approx(float(intervals.share_difference_p(share, 700, 0.60, 200)), rel=1e-4)


def test_pooled_shares_against_a_path_from_their_start_carry_both_errors():
    rule = 'kind = "change_per_year", change = 0.10, from = "baseline", path = "linear"'
    row = one(together(criterion(rule, "safe", more=FROM_2017), *shares((0.50, 200), (0.58, 250), (0.66, 250))))
    assert (row["total"], row["path_total"]) == pytest.approx((0.62, 0.5 * 1.15))
    for limit, side in ((row["ratio_lower"], 0), (row["ratio_upper"], 1)):
        assert intervals.share_difference(0.62, 500, 0.50, 200, factor=1.15 * limit)[side] == pytest.approx(0, abs=1e-9)
    level = 1 - row["ratio_p"]
    assert intervals.share_difference(0.62, 500, 0.50, 200, factor=1.15, level=level)[0] == pytest.approx(0, abs=1e-5)


THREE = shares((0.60, 200), (0.66, 210), (0.72, 220)), shares((0.72, 900), (0.73, 950), (0.74, 990), area="country")


def wilson_ends(share: float, answers: float, level: float = 0.95) -> tuple[float, float]:
    return proportion_confint(share * answers, answers, alpha=1 - level, method="wilson")


def left(row: pd.Series, times: float, level: float = 0.95) -> np.ndarray:
    """Limits of the three years' share less so many times the reference's, recovered from Wilson's of statsmodels."""
    answers, theirs, sizes = np.array([200, 210, 220]), np.array([0.72, 0.73, 0.74]), (900, 950, 990)
    weights, own = times * answers / answers.sum(), (0.60 * 200 + 0.66 * 210 + 0.72 * 220) / 630
    low, high = wilson_ends(own, 630, level)
    ends = [wilson_ends(share, size, level) for share, size in zip(theirs, sizes, strict=True)]
    gap = own - weights @ theirs
    below = math.hypot(own - low, *(weight * (end[1] - share) for weight, share, end in zip(weights, theirs, ends, strict=True)))
    above = math.hypot(high - own, *(weight * (share - end[0]) for weight, share, end in zip(weights, theirs, ends, strict=True)))
    return np.array([gap - below, gap + above])


def test_pooled_shares_against_a_reference_carry_its_errors_too():
    row = one(together(criterion(SAME_YEAR, "safe", first=2017), *THREE[0], *THREE[1]))
    assert left(row, row["ratio_lower"])[0] == pytest.approx(0, abs=1e-9)
    assert left(row, row["ratio_upper"])[1] == pytest.approx(0, abs=1e-9)
    assert left(row, 1, 1 - row["ratio_p"])[1] == pytest.approx(0, abs=1e-6)
    printed_only = [{**each, "denominator": None} for each in THREE[1]]
    exact = one(together(criterion(SAME_YEAR, "safe", first=2017), *THREE[0], *printed_only))
    assert exact["ratio_p"] < row["ratio_p"], "a reference nobody printed the answers of is exact"


def test_a_reference_that_counts_the_area_in_differs_from_it_by_its_rest_alone():
    """By the delta method: each year the share less the whole's is (N − n) / N of the share less the rest's."""
    agreement = agreement_of(criterion(SAME_YEAR, "safe", first=2017))
    country = agreement.references["country"].model_copy(update={"contains": ("a",)})
    near = shares((0.70, 200), (0.70, 210), (0.71, 220))
    inside, rows = replace(agreement, references={"country": country}), observed(*near, *THREE[1])
    row, apart = (one(years_together(each, rows, 2021)) for each in (inside, agreement))
    gap, variance, answers = 0.0, 0.0, np.array([200, 210, 220])
    for n, ours, whole, theirs in zip(answers, (0.70, 0.70, 0.71), (900, 950, 990), (0.72, 0.73, 0.74), strict=True):
        rest, weight = (whole * theirs - n * ours) / (whole - n), n / answers.sum() * (whole - n) / whole
        gap += weight * (ours - rest)
        variance += weight**2 * (ours * (1 - ours) / n + rest * (1 - rest) / (whole - n))
    assert stats.norm.isf(row["ratio_p"] / 2) == pytest.approx(abs(gap) / math.sqrt(variance), rel=0.04)
    assert (row["ratio"], row["total"]) == (apart["ratio"], apart["total"]) and row["ratio_p"] < apart["ratio_p"]


def test_rates_together_against_a_reference_carry_the_errors_of_all_counts():
    ours, theirs = [ratio("a", 2018, 61, 300), ratio("a", 2019, 66, 320)], [ratio("country", 2018, 380, 4000), ratio("country", 2019, 400, 4100)]
    row = one(together(criterion('kind = "above_reference", reference = "country", year = "same"', "moves"), *ours, *theirs, ratio("a", 2020, 60, 310)))

    def ends(number: float, level: float) -> np.ndarray:
        return np.array([stats.chi2.ppf((1 - level) / 2, 2 * number) / 2, stats.chi2.ppf((1 + level) / 2, 2 * number + 2) / 2])

    def lowest(level: float) -> float:
        own, low = 127 / 620, ends(127, level)[0] / 620
        weights, rates_ = np.array([300, 320]) / 620, np.array([380 / 4000, 400 / 4100])
        high = np.array([ends(380, level)[1] / 4000, ends(400, level)[1] / 4100])
        return own - weights @ rates_ - math.hypot(own - low, *(weights * (high - rates_)))

    assert (row["total"], row["points"]) == (pytest.approx(127 / 620), 3)
    assert lowest(1 - row["ratio_p"]) == pytest.approx(0, abs=1e-6) and row["ratio_p"] < 1e-6


def test_a_place_compared_with_has_the_dispersion_of_its_own_years():
    ours, town = reports(100, 95, 90, 80), reports(500, 800, 520, 810, area="town")
    row = one(together(criterion(COMPOUND, more=FROM_2017), *ours, *town, indicators=CHANCE_ALONE + MUNICIPALITY))
    own = estimated([(np.arange(2017, 2021), np.array([500, 800, 520, 810]), np.ones(4))])
    mine, rest = intervals.count_ratio(80, 100, dispersion=1.0001), intervals.count_ratio(730, 400, 1, 1, own.value, own.level)
    assert own.value > 20
    assert row["difference_lower"] == pytest.approx(row["difference"] - math.hypot(0.8 - mine[0], rest[1] - 1.825))


def test_an_estimate_claims_nothing():
    rows = [count("a", year, 500, "readers", status="estimate") for year in range(2018, 2022)]
    readers = indicator("readers", direction="up", uncertainty="estimate", disclosure="open")
    row = one(together(criterion('kind = "at_least", value = 100, per = "year"', "readers"), *rows, indicators=readers))
    assert (row["ratio"], row["claim"]) == (5, "cannot_tell")


def test_figures_printed_too_coarsely_claim_nothing():
    promise = criterion('kind = "at_least", value = 0.752, per = "year"', "trained")
    coarse, fine = (one(together(promise, *[printed("a", year, 0.75, digits, "trained") for year in range(2018, 2022)])) for digits in (2, 4))
    assert (coarse["claim"], fine["claim"]) == ("cannot_tell", "not_met")


def test_a_promise_on_a_sum_takes_the_sum_so_far_and_is_open_until_the_end():
    rule, rows = 'kind = "at_most", value = 250, per = "cumulative"', reports(60, 70, 65, 40, first=2018)
    early, late = (one(together(criterion(rule), *rows, indicators=CHANCE_ALONE, year=year)) for year in (2020, 2021))
    assert (early["total"], early["path_total"], early["claim"]) == (195, 250, "not_yet_due")
    assert (late["total"], late["claim"]) == (235, "cannot_tell")
    reached = one(together(criterion('kind = "at_least", value = 50, per = "cumulative"'), *rows, indicators=CHANCE_ALONE))
    assert reached["steadiness"] == "", "a sum that was reached once is not met again each year"


def test_numbers_of_the_day_of_counting_are_never_added_up():
    rows = [count("a", year, 30, "parents") for year in range(2018, 2022)]
    row = one(together(criterion('kind = "at_least", value = 30, per = "stock"', "parents"), *rows))
    assert pd.isna(row["total"]) and row["trend"] == pytest.approx(0)


def test_persons_who_may_come_again_are_never_added_up():
    """Fifty volunteers a year are not two hundred, unless the promise itself is about the sum."""
    rows, rule = [count("a", year, 50, "visitors", status="estimate") for year in range(2018, 2022)], 'kind = "at_least", value = 40, per = "{}"'
    yearly, so_far = (one(together(criterion(rule.format(per), "visitors"), *rows)) for per in ("year", "cumulative"))
    assert pd.isna(yearly["total"]) and yearly["trend"] == pytest.approx(0)
    assert so_far["total"] == 200


def test_a_sum_is_not_met_where_an_area_that_must_have_some_is_without():
    rows = [count(area, year, 9 if area != "d" else 0, "evenings") for year in range(2018, 2022) for area in ("a", "b", "c", "d")]
    rows += [count("combined", year, 27, "evenings") for year in range(2018, 2022)]
    rule = 'kind = "at_least", value = 20, per = "year"'
    rows_of = (one(together(criterion(rule, "evenings", '"combined"', more=more), *rows)) for more in ("", "each_positive = true"))
    assert [row["claim"] for row in rows_of] == ["met", "not_met"]


# --- two estimates together ------------------------------------------------------------------------------


def test_a_difference_has_newcombe_s_published_limits():
    """56 of 70 against 48 of 80: Newcombe (1998), table II, method 10."""
    found = intervals.difference(56 / 70, intervals.wilson(56 / 70, 70), 48 / 80, intervals.wilson(48 / 80, 80))
    assert np.round(found, 4).tolist() == [0.0524, 0.3339]


@pytest.mark.parametrize(("one_", "limits"), [(3.0, (2.0, 4.5)), (-3.0, (-4.5, -2.0)), (0.5, (-0.5, 1.5)), (-0.2, (-1.0, 0.4))])
@pytest.mark.parametrize(("other", "other_limits"), [(2.0, (1.0, 2.5)), (2.0, (0.5, 6.0)), (-2.0, (-2.5, -1.0))])
def test_a_quotient_s_limits_are_where_one_less_so_many_times_the_other_may_be_nothing(one_, limits, other, other_limits):
    lower, upper = map(float, intervals.quotient(one_, limits, other, other_limits))
    assert lower < one_ / other < upper
    for limit in (lower, upper):
        times = sorted(limit * end for end in other_limits)
        assert min(abs(end) for end in intervals.difference(one_, limits, limit * other, times)) == pytest.approx(0, abs=1e-9)


def test_nothing_is_divided_by_what_may_be_nothing():
    assert np.isnan(intervals.quotient(3.0, (2.0, 4.0), 0.5, (-0.1, 1.0))).all()


def test_a_p_is_the_level_at_which_limits_just_reach_the_value():
    def limits(level):
        return intervals.count_ratio(105, 123, level=level)

    assert intervals.p_of_limits(limits, 1.0) == pytest.approx(float(intervals.count_ratio_p(105, 123)), rel=1e-4)
    assert intervals.p_of_limits(limits, 1.0, 5) == pytest.approx(2 * stats.t.sf(stats.norm.isf(intervals.p_of_limits(limits, 1.0) / 2), 5))
    assert intervals.p_of_limits(limits, 105 / 123) == 1.0
    assert math.isnan(intervals.p_of_limits(lambda level: (np.asarray(math.nan), np.asarray(math.nan)), 1.0))


# --- against others --------------------------------------------------------------------------------------


def test_a_difference_in_differences_of_shares_carries_the_errors_of_all_four_surveys():
    ours, theirs = shares((0.60, 200), (0.66, 210), (0.72, 220)), shares((0.70, 900), (0.71, 950), (0.73, 990), area="country")
    row = one(together(criterion(SAME_YEAR, "safe", first=2017), *ours, *theirs))
    mine = confint_proportions_2indep(0.72 * 220, 220, 0.60 * 200, 200, method="newcomb")
    other = confint_proportions_2indep(0.73 * 990, 990, 0.70 * 900, 900, method="newcomb")
    assert (row["compared_with"], row["difference"]) == ("country", pytest.approx(0.12 - 0.03))
    assert row["difference_lower"] == pytest.approx(0.09 - math.hypot(0.12 - mine[0], other[1] - 0.03))
    assert row["difference_upper"] == pytest.approx(0.09 + math.hypot(mine[1] - 0.12, 0.03 - other[0]))
    assert (row["difference_p"] < 0.05) == (row["difference_lower"] > 0)


def test_a_published_reference_without_its_answers_is_taken_as_printed():
    ours, theirs = shares((0.60, 200), (0.66, 210), (0.72, 220)), [printed("country", 2017 + i, value, 2) for i, value in enumerate((0.70, 0.71, 0.73))]
    row = one(together(criterion(SAME_YEAR, "safe", first=2017), *ours, *theirs))
    mine = confint_proportions_2indep(0.72 * 220, 220, 0.60 * 200, 200, method="newcomb")
    assert (row["difference_lower"], row["difference_upper"]) == pytest.approx((mine[0] - 0.03, mine[1] - 0.03))


MUNICIPALITY = '\n[[reference]]\nid = "town"\nname = "Town"\ngroup = "municipality"\n'


def test_counts_are_compared_with_the_rest_of_their_municipality():
    ours, town = reports(100, 95, 90, 80), reports(500, 510, 505, 520, area="town")
    row = one(together(criterion(COMPOUND, more=FROM_2017), *ours, *town, indicators=CHANCE_ALONE + MUNICIPALITY))
    assert (row["compared_with"], row["difference"]) == ("town", pytest.approx((0.80 - 1) - (440 / 400 - 1)))
    mine, rest = (np.array(intervals.count_ratio(*numbers)) for numbers in ((80, 100, 1, 1, 1.0001), (440, 400)))
    assert row["difference_lower"] == pytest.approx(-0.3 - math.hypot(0.8 - mine[0], rest[1] - 1.1))
    assert row["difference_upper"] == pytest.approx(-0.3 + math.hypot(mine[1] - 0.8, 1.1 - rest[0]))


def test_without_the_reference_s_first_and_last_year_nothing_is_compared():
    row = one(
        together(
            criterion(COMPOUND, more=FROM_2017), *reports(100, 95, 90, 80), *reports(510, 505, first=2018, area="town"), indicators=CHANCE_ALONE + MUNICIPALITY
        )
    )
    assert row["compared_with"] == "" and pd.isna(row["difference"])


# --- steadiness and progress -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "word"), [((90, 80, 100), "consistently_met"), ((110, 120, 101), "consistently_missed"), ((90, 110, 90), "now_and_then"), ((90, 80), "")]
)
def test_steadiness_is_told_of_three_judged_years(numbers, word):
    found = together(criterion(AT_MOST), *reports(*numbers, first=2018), *reports(95, first=2021, area="b"))
    assert (one(found)["steadiness"] if len(numbers) > 2 else "") == word and len(found) == (len(numbers) > 2)


def test_progress_is_the_change_by_the_change_the_path_asks_for():
    row = one(together(criterion(COMPOUND, more=FROM_2017), *reports(100, 95, 90, 80), indicators=CHANCE_ALONE))
    asked = 1 - 0.85**3
    assert row["progress"] == pytest.approx((1 - 0.80) / asked)
    lower, upper = intervals.count_ratio(80, 100, dispersion=1.0001)
    assert (row["progress_lower"], row["progress_upper"]) == pytest.approx(((1 - upper) / asked, (1 - lower) / asked))


def test_progress_towards_a_number_carries_the_errors_of_start_and_now():
    row = one(together(criterion('kind = "at_least", value = 0.75, per = "year"', "safe", more=FROM_2017), *shares((0.50, 200), (0.60, 210), (0.65, 220))))
    assert row["progress"] == pytest.approx(0.15 / 0.25)
    now, start = intervals.wilson(0.65, 220), intervals.wilson(0.50, 200)
    lower, upper = intervals.quotient(0.10, (0.75 - now[1], 0.75 - now[0]), 0.25, (0.75 - start[1], 0.75 - start[0]))
    assert (row["progress_lower"], row["progress_upper"]) == pytest.approx((1 - float(upper), 1 - float(lower)))


def test_a_promise_that_names_its_start_has_come_from_there_however_many_there_were():
    rule = 'kind = "change_per_year", change = 0.1, from = "baseline", path = "linear", first_value = 40'
    row = one(together(criterion(rule, "evenings", more="baseline_year = 2017"), *reports(44, 52, 44, 58, indicator="evenings"), year=2020))
    assert row["progress"] == (58 - 40) / (52 - 40) == 1.5
    gaps = targets.judge(agreement_of(criterion(rule, "evenings", more="baseline_year = 2017")), observed(*reports(44, 52, indicator="evenings")), 2018)
    assert one(gaps, role="baseline")[["value", "target"]].tolist() == [44, 40]


def test_a_start_that_is_good_enough_asks_for_no_progress():
    row = one(together(criterion('kind = "at_least", value = 0.45, per = "year"', "safe", more=FROM_2017), *shares((0.50, 200), (0.60, 210), (0.65, 220))))
    assert pd.isna(row["progress"])
    assert pd.isna(one(together(criterion(AT_MOST, more=FROM_2017), *reports(100, 95, 90, 80)))["progress"])


def test_there_is_no_progress_along_a_path_that_moves_with_another_place():
    rule = 'kind = "narrow_gap", reference = "country", share = 0.5, by = 2021'
    ours = shares((0.50, 200), (0.55, 210), (0.60, 220), (0.62, 220), (0.75, 220))
    theirs = shares((0.80, 900), (0.82, 900), (0.79, 900), (0.80, 900), (0.81, 900), area="country")
    row = one(together(criterion(rule, "safe", more=FROM_2017), *ours, *theirs))
    assert row["to_year"] == 2021 and pd.isna(row["progress"])


# --- what may not be compared, and what may not be shown --------------------------------------------------


def test_nothing_is_judged_across_a_break():
    rows = reports(900, 850, 100, 90, 80, first=2017)
    row = one(together(criterion(AT_MOST, first=2017), *rows, indicators=BROKEN))
    assert (row["from_year"], row["to_year"], row["points"], row["total"], row["path_total"]) == (2019, 2021, 3, 270, 300)
    assert pd.isna(row["trend"]) and row["steadiness"] == "consistently_met"
    assert together(criterion(COMPOUND, more=FROM_2017), *rows, indicators=BROKEN).empty, "a path from before the break is none"
    so_far = criterion('kind = "at_most", value = 2500, per = "cumulative"', first=2017)
    assert together(so_far, *rows, indicators=BROKEN).empty, "nor is a sum that began before it"
    through = BROKEN.replace("year = 2019,", "year = 2019, comparable = true,")
    assert one(together(criterion(AT_MOST, first=2017), *rows, indicators=through))["from_year"] == 2017


def test_a_hidden_year_empties_the_whole_row():
    rows = [*reports(123, 104, 85), gone("a", 2020, "suppressed"), *reports(90, first=2021)]
    row = one(together(criterion(COMPOUND, more=FROM_2017), *rows))
    assert (row["claim"], row["from_year"], row["to_year"], row["points"]) == ("suppressed", 2017, 2021, 4)
    assert not any(row[claims.CLEAR])
    empty = row.drop([*SERIES, "from_year", "to_year", "points", "claim", *claims.CLEAR])
    assert (empty.isna() | (empty == "")).all()


def test_a_hidden_reference_or_start_empties_the_row_too():
    ours = shares((0.60, 100), (0.70, 300), (0.65, 200))
    theirs = [printed("country", 2017, 0.7, 2), gone("country", 2018, "suppressed", "safe"), printed("country", 2019, 0.7, 2)]
    assert one(together(criterion(SAME_YEAR, "safe", first=2017), *ours, *theirs))["claim"] == "suppressed"
    start = [gone("a", 2017, "suppressed"), *reports(104, 85, 90, first=2018)]
    for rule in (COMPOUND, DIRECTION):
        assert one(together(criterion(rule, more=FROM_2017), *start))["claim"] == "suppressed"


def test_a_year_that_never_came_is_no_zero_and_hides_nothing():
    row = one(together(criterion(AT_MOST), *reports(90, 80, first=2018), gone("a", 2020, "not_delivered"), *reports(70, first=2021)))
    assert (row["points"], row["total"], row["path_total"]) == (3, 240, 300)


def test_years_after_the_report_s_are_not_there():
    row = one(together(criterion(AT_MOST), *reports(90, 80, 70, 500, first=2018), year=2020))
    assert (row["to_year"], row["total"], row["claim"]) == (2020, 240, "met_clear")


# --- the claims ------------------------------------------------------------------------------------------


def test_claims_are_those_that_benjamini_and_hochberg_leave():
    """The example of their paper: of fifteen, four."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    table = pd.DataFrame({"indicator": [str(i) for i in range(15)], "area": "a", "from_year": 1, "to_year": 2, "trend_p": p})
    table = table.assign(ratio_p=math.nan, difference_p=math.nan, total=1, path_total=1, compared_with="")
    held = claims.beyond_chance(table)["trend_clear"].tolist()
    assert held == (stats.false_discovery_control(p) <= 0.05).tolist() and sum(held) == 4


def test_promises_that_ask_the_same_question_are_one_test():
    table = pd.DataFrame({"indicator": "i", "area": "a", "from_year": 1, "to_year": 2, "trend_p": [0.03, 0.03], "difference_p": [0.09, math.nan]})
    table = table.assign(ratio_p=math.nan, total=1, path_total=1, compared_with="")
    assert not claims.beyond_chance(table)["trend_clear"].any(), "0.03 is the smaller of two, not the two smallest of three"


def test_a_difference_that_stands_alone_is_claimed_and_among_many_is_not():
    alone = criterion(AT_MOST, id="C0")
    rows = reports(120, 112, 106, first=2018)  # 338 against 300: p = 0.03
    assert one(together(alone, *rows, indicators=CHANCE_ALONE), criterion="C0")["claim"] == "not_met_clear"
    others = "".join(criterion(AT_MOST.replace("100", str(number)), id=f"C{number}") for number in (111, 112, 113, 114, 115))
    assert one(together(alone + others, *rows, indicators=CHANCE_ALONE), criterion="C0")["claim"] == "cannot_tell"


def test_a_trend_is_clear_beside_a_path_that_cannot_be_told():
    """From 59 % up to 80 %, where 69 % was asked for each year: the rise is claimed, though the years together neither keep nor break the promise."""
    rows = shares((0.59, 186), (0.60, 200), (0.71, 210), (0.80, 240), first=2018)
    row = one(together(criterion('kind = "at_least", value = 0.69, per = "year"', "safe"), *rows))
    assert (row["claim"], row["trend_clear"], row["ratio_clear"], row["difference_clear"]) == ("rising_clear", True, False, False)


def test_a_promise_without_a_number_claims_which_way_it_goes():
    rising, falling, still = reports(50, 80, 120, 180), reports(180, 120, 80, 50, area="b"), reports(100, 110, 105, 98, area="c")
    found = together(criterion(DIRECTION, scope='["a", "b", "c"]', more=FROM_2017), *rising, *falling, *still, indicators=CHANCE_ALONE)
    assert found.set_index("area")["claim"].to_dict() == {"a": "rising_clear", "b": "falling_clear", "c": "cannot_tell"}


def test_the_first_thing_that_can_be_told_is_claimed():
    """The path, else the trend, else the change beside others; a promise whose end has not come claims nothing before it."""
    row = {"state": "met", "full_count": False, "trend": 0.04, "trend_p": 1e-6, "ratio_p": 1e-6, "difference": -0.1, "difference_p": 1e-6}
    other = dict.fromkeys(("total", "path_total", "indicator", "area", "from_year", "to_year", "compared_with"), "")
    lines = [row, row | {"ratio_p": 0.5}, row | {"ratio_p": 0.5, "trend_p": 0.4}, row | {"state": "not_yet_due"}]
    lines += [row | {"state": "", "ratio_p": math.nan, "trend": math.nan, "trend_p": math.nan, "difference_p": 0.6}]
    table = pd.DataFrame([other | line | {"area": str(i)} for i, line in enumerate(lines)])
    assert claims.claims(table, claims.beyond_chance(table)) == ["met_clear", "rising_clear", "less_than_others_clear", "not_yet_due", "cannot_tell"]


# --- a whole plan ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


def test_the_example_has_a_row_for_every_series_of_three_comparable_years_and_for_no_shorter_one(example):
    series = example.periods[["criterion", "indicator", "area"]]
    assert not series.duplicated().any()
    assert "K5" not in set(series["criterion"]), "one year of web visitors"
    assert not (series["indicator"] == "neighbourliness").any(), "three surveys without a target say nothing together"
    assert (example.periods["points"] >= 3).where(example.periods["claim"] != "suppressed", True).all()
    assert set(series["criterion"]) >= {"T1a", "T1b", "T1c", "T2", "T3", "E9"}


def test_the_protected_rows_of_the_example_say_nothing_of_hidden_years_and_the_true_ones_do(example):
    hidden = example.periods[example.periods["claim"] == "suppressed"].set_index(["criterion", "area"])
    assert set(hidden.index) >= {("E13", "sydbyen"), ("E13", "skaelskoer")}
    assert hidden[["trend", "total", "path_total", "ratio", "difference", "progress", "dispersion"]].isna().all(axis=None)
    true = Plan.load(example.folder, internal=True).periods.set_index(["criterion", "area"])
    assert not (true["claim"] == "suppressed").any()
    assert true.loc[("E13", "sydbyen"), "total"] > 0


def test_the_example_s_rows_hold_only_what_the_codebook_explains(example):
    assert set(example.periods["claim"]) - {""} <= set(claims.CLAIMS)
    assert set(example.periods["steadiness"]) - {""} == set(STEADINESS)


def test_every_row_is_about_years_that_the_gap_table_judges(example):
    gaps = targets.judge(example.agreement, example.exact_observations, example.year)
    for row in example.periods.itertuples():
        mine = gaps[(gaps["criterion"] == row.criterion) & (gaps["area"] == row.area) & (gaps["indicator"] == row.indicator) & (gaps["reading"] == "primary")]
        verdicts = set(mine.loc[(mine["role"] == "judged") & mine["verdict"].isin(["met", "not_met"]), "verdict"])
        if row.steadiness:
            assert verdicts == {"consistently_met": {"met"}, "consistently_missed": {"not_met"}, "now_and_then": {"met", "not_met"}}[row.steadiness]


def test_a_supposed_promise_has_its_own_years_together(example):
    rule = {"kind": "at_most", "value": 50, "per": "year"}
    supposed = example.what_if("vandalism_reports", ["motalavej"], rule, years=(2018, 2021))
    assert supposed.periods[["criterion", "total", "path_total"]].values.tolist() == [["what_if", 186.0, 200.0]]


def test_a_plan_without_figures_has_no_row():
    empty = together(criterion(AT_MOST))
    assert empty.empty and list(empty.columns) == COLUMNS
