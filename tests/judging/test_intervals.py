"""How far chance alone can move a figure: published vectors, the agreement's own numbers, and what must hold always."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.judging import intervals

# PHEindicatormethods test data (UKHSA/DHSC), wilson limits: events, number, lower and upper limit, level
WILSON = [
    (65, 100, 0.5525444329688797, 0.7363575175690247, 0.95),
    (1045, 5000, 0.19795549880013297, 0.22049130373189027, 0.95),
    (0.445, 1, 0.04381744772058822, 0.9334621276979156, 0.95),
    (65, 100, 0.4954946574070431, 0.7783540614089697, 0.998),
    (1045, 5000, 0.19179381799015244, 0.22731562902525818, 0.998),
    (0.445, 1, 0.019347006132900975, 0.9702259947019541, 0.998),
]

# PHEindicatormethods test data, phe_proportion: numerator, denominator, 95 % limits, 99.8 % limits
PROPORTION = [
    (1, 100, 0.0017674320641406511, 0.054486196178705294, 0.000873065697299977, 0.1045544528370582),
    (5, 100, 0.02154367915436798, 0.11175046923191911, 0.013865320725997183, 0.16458852282596442),
    (20, 100, 0.1333669333310325, 0.28882916559315885, 0.10519162066711432, 0.3471109417008601),
    (65, 100, 0.5525444329688797, 0.7363575175690247, 0.4954946574070431, 0.7783540614089697),
    (9856, 12345, 0.7912101752909069, 0.8053640073614909, 0.7869924108419063, 0.8093061412589626),
    (7776456, 7564336677, 0.0010273201001641094, 0.0010287644578977231, 0.0010269040118442213, 0.0010291812992698397),
    (222, 3215, 0.060791690363636595, 0.07833956681383633, 0.05647101964624248, 0.08418414185270134),
    (999, 3456, 0.27418951080009873, 0.30440389662818057, 0.26583995768074953, 0.3134475449279985),
]

# PHEindicatormethods test data, phe_rate: the exact rows (fewer than 10 events): events, per 100, 95 % and 99.8 % limits
RATE = [
    (1, 100, 0.025317807984289897, 5.571643390938898, 0.0010005003335835344, 9.233413476451585),
    (5, 100, 1.62348639011842, 11.668332079322669, 0.739371731917839, 16.454745203680105),
]


@pytest.mark.parametrize(("events", "number", "lower", "upper", "level"), WILSON)
def test_wilson_limits_are_the_published_ones(events, number, lower, upper, level):
    assert np.allclose(intervals.wilson(events / number, number, level=level), (lower, upper), rtol=1e-12, atol=0)


@pytest.mark.parametrize("row", PROPORTION)
def test_proportions_have_the_published_limits(row):
    events, number, *limits = row
    assert np.allclose(intervals.wilson(events / number, number), limits[:2], rtol=1e-9, atol=0)
    assert np.allclose(intervals.wilson(events / number, number, level=0.998), limits[2:], rtol=1e-9, atol=0)


@pytest.mark.parametrize("row", RATE)
@pytest.mark.parametrize("multiplier", [100, 100_000])
def test_rates_under_ten_events_have_the_published_exact_limits(row, multiplier):
    events, number, *limits = row
    for level, expected in ((0.95, limits[:2]), (0.998, limits[2:])):
        found = [limit / number * multiplier for limit in intervals.poisson(events, level=level)]
        assert found == pytest.approx([limit * multiplier / 100 for limit in expected], rel=1e-9)


def test_a_missing_figure_has_missing_limits_and_spoils_no_other():
    lower, upper = intervals.wilson([math.nan, 0.65, 0.5, 0.5], [100, 100, math.nan, 0])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, False, True, True]
    assert lower[1] == pytest.approx(0.5525444329688797)
    assert np.isnan(intervals.poisson([math.nan, 5])).tolist() == [[True, False]] * 2
    assert np.isnan(intervals.count_ratio([math.nan, 5, 5], [5, math.nan, 5])).tolist() == [[True, True, False]] * 2
    assert np.isnan(intervals.count_ratio_p([math.nan, 5, 5], [5, math.nan, 5])).tolist() == [True, True, False]
    assert np.isnan(intervals.share_difference_p([math.nan, 0.5], [100, 100], 0.4, 100)).tolist() == [True, False]
    assert np.isnan(intervals.share_difference_p(0.5, [math.nan, 100], 0.4, [100, math.nan])).all()


def test_nothing_can_be_said_of_none_against_none():
    assert np.isnan(intervals.count_ratio(0, 0)).all()
    assert np.isnan(intervals.count_ratio_p(0, 0))


def test_from_123_a_fall_is_certain_at_93_and_not_at_94():
    _, upper = intervals.count_ratio([93, 94], 123)
    assert (upper < 1).tolist() == [True, False]


def test_from_123_a_fall_of_15_percent_is_certainly_met_at_78_and_not_at_79():
    _, upper = intervals.count_ratio([78, 79], 123)
    assert (upper < 0.85).tolist() == [True, False]


def test_from_123_a_fall_of_15_percent_is_certainly_missed_at_135_and_not_at_134():
    lower, _ = intervals.count_ratio([135, 134], 123)
    assert (lower > 0.85).tolist() == [True, False]


def test_123_to_105_meets_15_percent_to_the_letter_and_may_be_chance():
    assert round(float(intervals.count_ratio_p(105, 123)), 2) == 0.26
    assert intervals.count_ratio_p(105, 123, 0.85) == pytest.approx(1, abs=0.05)


def test_15_fires_to_28_may_be_chance():
    assert round(float(intervals.count_ratio_p(28, 15)), 3) == 0.066


def test_15_and_28_fires_have_intervals_of_8_4_to_24_7_and_18_6_to_40_5():
    lower, upper = intervals.poisson([15, 28])
    assert np.round(lower, 1).tolist() == [8.4, 18.6]
    assert np.round(upper, 1).tolist() == [24.7, 40.5]


def test_no_fire_at_all_has_a_lower_limit_of_zero_and_an_upper_above_it():
    lower, upper = intervals.poisson(0)
    assert lower == 0
    assert upper == pytest.approx(-math.log(0.025))  # P(0 | upper) = 2.5 %


def test_a_rate_is_compared_by_its_exposure():
    assert intervals.count_ratio_p(50, 100, exposure=500, base_exposure=1000) == pytest.approx(1, abs=0.05)
    lower, upper = intervals.count_ratio(50, 100, exposure=500, base_exposure=1000)
    assert lower < 1 < upper
    plain = intervals.count_ratio(50, 100)
    assert (lower, upper) == pytest.approx([limit * 2 for limit in plain])


@given(st.integers(1, 399), st.integers(400, 900), st.integers(1, 299), st.integers(300, 700))
def test_two_surveys_differ_by_newcombes_interval_as_statsmodels_has_it(count, number, base, base_number):
    expected = confint_proportions_2indep(count, number, base, base_number, method="newcomb", compare="diff")
    found = intervals.share_difference(count / number, number, base / base_number, base_number)
    assert found == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from([0.5, 0.85, 1.0, 1.08]), st.sampled_from([1.0, 3.3]))
def test_counts_are_certain_at_5_percent_exactly_where_the_interval_says_so(count, base, ratio, dispersion):
    assume(count + base > 0)
    p = float(intervals.count_ratio_p(count, base, ratio, dispersion=dispersion))
    assume(abs(p - 0.05) > 1e-9)
    lower, upper = intervals.count_ratio(count, base, dispersion=dispersion)
    assert (p < 0.05) == bool(lower > ratio or upper < ratio)
    assert 0 <= p <= 1


@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from([1.0, 2.0]))
def test_shares_are_certain_at_5_percent_exactly_where_the_interval_says_so(count, base, design_effect):
    p = float(intervals.share_difference_p(count / 300, 300, base / 300, 300, design_effect))
    assume(abs(p - 0.05) > 1e-6)
    lower, upper = intervals.share_difference(count / 300, 300, base / 300, 300, design_effect=design_effect)
    assert (p < 0.05) == bool(lower > 0 or upper < 0)


def test_about_40_answers_tell_motalavej_from_the_sub_average():
    needed = intervals.answers_needed(0.583, 0.724)
    assert needed == 39
    assert intervals.wilson(0.583, needed)[1] < 0.724 <= intervals.wilson(0.583, needed - 1)[1]


def test_no_number_of_answers_tells_a_share_from_itself():
    assert intervals.answers_needed(0.724, 0.724) is None
    assert intervals.answers_needed(0.7240001, 0.724, most=1000) is None


@given(st.integers(1, 500), st.integers(1, 500), st.floats(1.01, 10))
def test_counts_that_vary_more_than_chance_have_wider_limits_and_larger_p(count, base, dispersion):
    plain, wide = intervals.poisson(count), intervals.poisson(count, dispersion)
    assert wide[0] < plain[0] and plain[1] < wide[1]
    plain, wide = intervals.count_ratio(count, base), intervals.count_ratio(count, base, dispersion=dispersion)
    assert wide[0] < plain[0] and plain[1] < wide[1]


def test_a_design_effect_widens_a_share_as_fewer_answers_would():
    assert np.allclose(intervals.wilson(0.583, 180, 1.5), intervals.wilson(0.583, 120), rtol=1e-12, atol=0)


def test_limits_of_a_share_stay_between_none_and_all():
    lower, upper = intervals.wilson([0, 1], 30)
    assert lower.min() >= 0 and upper.max() <= 1
    assert (lower[0], upper[1]) == pytest.approx((0, 1)) and 0 < upper[0] < 1 and 0 < lower[1] < 1
