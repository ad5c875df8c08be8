"""Run charts of months: limits and rules as the field publishes them, seasons, and nothing told that is hidden."""

from itertools import combinations, groupby
from math import comb

import numpy as np
import pandas as pd
import pytest
from conftest import count, gone, observed, ratio
from scipy.stats import binom, chisquare, f, nbinom, norm, t

from analysis.judging import months, seasons

NAN = float("nan")

# --- limits: published vectors ---------------------------------------------------------------------------

NHSPY = "nhs-pycom/nhspy-plotthedots, tests/unittests/test_limits_calculations.py and test_pandas_spc_x_calc.py at bfdefe4"
NHSR = "nhs-r-community/NHSRplotthedots, tests/testthat/_snaps/ptd_spc_standard.md at 050b07d"
STATPROCON = "statprocon on PyPI, README"
NORMAL = [
    -0.56047565,
    -0.23017749,
    1.55870831,
    0.07050839,
    0.12928774,
    1.71506499,
    0.46091621,
    -1.26506123,
    -0.68685285,
    -0.44566197,
    1.2240818,
    0.35981383,
    0.40077145,
    0.11068272,
    -0.55584113,
    1.78691314,
    0.49785048,
    -1.96661716,
    0.7013559,
    -0.47279141,
]
WILD = [*NORMAL[:14], 10, *NORMAL[15:]]
MIXED = [1, 2, 3, 2, 1, 2, 3, 4, 5, 6, 7, 4, 3, 2, 1, 2]
LIMITS = [  # values, ranges screened, mean, lower and upper limit, near limits where published, where
    (list(range(1, 11)), True, 5.5, 2.84, 8.16, 3.7266666666666666, 7.273333333333333, NHSPY),
    (list(range(10, 0, -1)), True, 5.5, 2.84, 8.16, 3.7266666666666666, 7.273333333333333, NHSPY),
    ([1, 2, 3, 4, 5, 4, 3, 2, 1, 2], True, 2.7, 0.040000000000000036, 5.36, 0.9266666666666667, 4.473333333333334, NHSPY),
    ([1, 2, 3], True, 2.0, -0.6600000000000001, 4.66, 0.22666666666666657, 3.7733333333333334, NHSPY),
    (list(range(20)), True, 9.5, 6.84, 12.16, 7.726666666666667, 11.273333333333333, NHSPY),
    ([3, 1, 4, 1, 5, 9, 2], True, 3.5714285714285716, -6.625238095238096, 13.768095238095238, -3.2263492063492065, 10.36920634920635, NHSPY),
    (MIXED, True, 3.0, -0.014666666666666828, 6.014666666666667, 0.9902222222222221, 5.009777777777778, NHSPY),
    ([-each for each in MIXED], True, -3.0, -6.014666666666667, 0.014666666666666828, -5.009777777777778, -0.9902222222222221, NHSPY),
    ([16, 9, 4, 2, 1], True, 6.4, -3.575000000000001, 16.375, NAN, NAN, NHSPY),
    ([1, 6, 1, 8, 0, 3], True, 3.1666666666666665, -11.729333333333333, 18.062666666666665, NAN, NAN, NHSPY),
    (NORMAL, True, 0.1416238, -3.01138, 3.294627, NAN, NAN, NHSR),
    (WILD, True, 0.6694159, -2.383666, 3.722497, NAN, NAN, NHSR),
    (WILD, False, 0.6694159, -4.596625, 5.935457, NAN, NAN, NHSR),
    ([10, 50, 40, 30], False, 32.5, -20.7, 85.7, NAN, NAN, STATPROCON),
]


@pytest.mark.parametrize(("values", "screen", "mean", "lower", "upper", "near_lower", "near_upper", "source"), LIMITS)
def test_limits_are_those_published(values, screen, mean, lower, upper, near_lower, near_upper, source):
    found = months.xmr(values, screen)
    digits = 1e-6 if source == NHSR else 1e-12
    near = [found.mean + (limit - found.mean) * 2 / 3 for limit in (found.lower, found.upper)]  # from where a month is near a limit
    expected = [mean, lower, upper, near_lower, near_upper]
    pairs = [(each, awaited) for each, awaited in zip([*found, *near], expected, strict=True) if awaited == awaited]
    assert len(pairs) >= 3 and [pair for pair in pairs if pair[0] != pytest.approx(pair[1], rel=digits, abs=digits)] == []


def test_limits_do_not_collapse_where_screening_would_leave_nothing_but_zeros():
    """Ranges 0, 0, 0, 1: the mean is 0.25, and the 1 lies above 3.267 × 0.25. nhspy-plotthedots has limits of no width here."""
    found = months.xmr([1, 1, 1, 1, 2])
    assert (found.mean, found.lower, found.upper) == pytest.approx((1.2, 1.2 - 2.66 * 0.25, 1.2 + 2.66 * 0.25))


@pytest.mark.parametrize("values", [[], [3], [4, 4, 4, 4], [1, NAN, 2, NAN, 3], [NAN, NAN]])
def test_there_are_no_limits_where_no_two_neighbours_differ(values):
    assert np.isnan(months.xmr(values)).all()


def test_a_month_without_a_figure_breaks_the_ranges():
    """1 to 2 and 10 to 11 are ranges of 1; 2 to 10 across the gap is none."""
    assert months.xmr([1, 2, NAN, 10, 11]).upper == pytest.approx(6 + 2.66)


# --- rules: published vectors ------------------------------------------------------------------------------

# nhs-r-community/NHSRplotthedots, tests/testthat/test-ptd_calculate_point_type.R at 050b07d
ONE_SIDE = [([1] * 6, [0] * 6), ([1] * 6 + [-1], [0] * 7), ([1] * 8 + [-1], [0] * 6 + [1, 1, 0]), ([-1] * 8 + [1], [0] * 6 + [1, 1, 0])]
TRENDS = [
    ([1, 2, 3, 4, 5, 6], [0] * 6),
    ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
    ([1, 2, 3, 4, 5, 6, 7], [0] * 6 + [1]),
    ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] * 7 + [1, 0]),
    ([7, 6, 5, 4, 3, 2, 1], [0] * 6 + [-1]),
    ([2, 7, 6, 5, 4, 3, 2, 1, 3], [0] * 7 + [-1, 0]),
]
PARTS = [([0] * 6, [0] * 6), ([0] * 6 + [1, 0], [1] * 7 + [0]), ([0] * 7 + [1, 0], [0] + [1] * 7 + [0]), ([0] * 6 + [-1, 0], [1] * 7 + [0])]
TWO = [
    ([1, 0, 1], [1, 1, 1], [1, 1, 1]),
    ([1, 0, 1], [1, -1, 1], [0, 0, 0]),
    ([0, 1, 1], [1, 1, 1], [1, 1, 1]),
    ([0, 1, 1], [1, -1, 1], [0, 0, 0]),
    ([1, 1, 0], [1, 1, 1], [1, 1, 1]),
    ([1, 1, 0], [1, -1, 1], [0, 0, 0]),
    ([0, 0, 1, 0, 1, 0, 0], [1] * 7, [0, 0, 1, 1, 1, 0, 0]),
    ([0, 0, 1, 1, 0, 0, 0], [1] * 7, [0, 1, 1, 1, 1, 0, 0]),
    ([0, 0, 1, 0, 1, 0, 0], [1, -1, 1, -1, 1, -1, 1], [0] * 7),
]
PART_OF_TWO = [([1, 0, 0, 1], [1] * 4, [0] * 4), ([1, 0, 0, 1, 1], [1] * 5, [0, 0, 0, 1, 1])]


@pytest.mark.parametrize(("sides", "expected"), ONE_SIDE)
def test_seven_on_one_side_are_marked_as_published(sides, expected):
    assert months.shift(sides).tolist() == expected


@pytest.mark.parametrize(("values", "expected"), TRENDS)
def test_seven_rising_or_falling_are_marked_as_published(values, expected):
    assert months.trend(values).tolist() == expected


@pytest.mark.parametrize(("found", "expected"), PARTS)
def test_the_whole_row_of_seven_is_marked_as_published(found, expected):
    marked = [0] * len(found)
    for row in months.rows_of_seven(found):
        marked[row] = [1] * len(marked[row])
    assert marked == expected


@pytest.mark.parametrize(("near", "sides", "expected"), TWO)
def test_two_of_three_near_a_limit_are_marked_as_published(near, sides, expected):
    assert months.two_of_three(near, sides).tolist() == expected


@pytest.mark.parametrize(("near", "sides", "expected"), PART_OF_TWO)
def test_of_the_three_those_near_the_limit_are_told_as_published(near, sides, expected):
    assert (months.two_of_three(near, sides) * near).tolist() == expected


def test_a_point_on_the_centre_neither_counts_nor_breaks_and_a_missing_one_breaks():
    assert months.shift([1, 1, 1, 0, 1, 1, 1, 1]).tolist() == [0] * 7 + [1]
    assert months.shift([1, 1, 1, 0, 1, 1, 1]).tolist() == [0] * 7
    assert months.shift([1, 1, 1, NAN, 1, 1, 1, 1]).tolist() == [0] * 8
    assert months.trend([1, 2, 3, NAN, 5, 6, 7, 8]).tolist() == [0] * 8


def test_two_rows_of_seven_that_follow_each_other_are_two():
    assert months.rows_of_seven(months.shift([1] * 7 + [-1] * 8)) == [slice(0, 7), slice(7, 15)]


@pytest.mark.parametrize(("above", "below", "length"), [(5, 5, 3), (6, 3, 4), (4, 6, 2), (7, 0, 7), (7, 7, 7), (1, 0, 2), (0, 0, 7), (6, 6, 7)])
def test_how_often_chance_makes_so_long_a_row_is_counted_over_every_order(above, below, length):
    orders = [[place in those for place in range(above + below)] for those in combinations(range(above + below), above)]
    longest = [max([len(list(run)) for _, run in groupby(order)], default=0) for order in orders]
    assert months.run_chance(above, below, length) == pytest.approx(sum(each >= length for each in longest) / comb(above + below, above))


def test_seven_in_a_row_are_common_among_sixty_months():
    assert 0.25 < months.run_chance(30, 30, 7) < 0.31


# --- how often a series in which nothing changes has a signal ---------------------------------------------


def test_the_limits_of_counts_are_exactly_binomial_given_their_sum():
    """Of 96 cases in twelve equal months one has more than 18, or none, less often than 5 % by 12."""
    found = months.count_limits([8, 9, 7, 10, 8, 6, 9, 8, 7, 11, 8, 5])
    tail = 0.05 / 12 / 2
    assert binom.sf(found.upper, 96, 1 / 12) <= tail < binom.sf(found.upper - 1, 96, 1 / 12)
    assert binom.cdf(found.lower - 1, 96, 1 / 12) <= tail < binom.cdf(found.lower, 96, 1 / 12)


def test_counts_that_neighbours_vary_in_more_than_by_chance_have_wider_limits():
    calm, wild = ([8, 9, 7, 10, 8, 6, 9, 8, 7, 11, 8, 5], [2, 14, 3, 15, 1, 13, 4, 14, 2, 16, 3, 9])
    assert sum(calm) == sum(wild) == 96
    spread = np.mean(np.diff(wild) ** 2) / 2 / 8
    tail = norm.cdf(t.ppf(0.05 / 12 / 2, 2 / 3 * 11))
    assert months.count_limits(wild).upper == nbinom.isf(tail, 8 / (spread - 1), 1 / spread) > months.count_limits(calm).upper


UNCHANGED = {
    "2 a month": lambda draw, n: draw.poisson(2, n),
    "8 a month": lambda draw, n: draw.poisson(8, n),
    "30 a month": lambda draw, n: draw.poisson(30, n),
    "8 a month, twice as scattered": lambda draw, n: draw.negative_binomial(8, 1 / 2, n),
    "30 a month, three times as scattered": lambda draw, n: draw.negative_binomial(15, 1 / 3, n),
}


@pytest.mark.parametrize("points", [12, 60])
@pytest.mark.parametrize("kind", UNCHANGED)
def test_a_series_of_counts_in_which_nothing_changes_seldom_has_a_month_outside_its_limits(kind, points):
    draw, outside, series_ = np.random.default_rng(17), 0, 400
    for _ in range(series_):
        numbers = UNCHANGED[kind](draw, points)
        limits = months.count_limits(numbers)
        outside += bool(((numbers > limits.upper) | (numbers < limits.lower)).any())
    assert outside / series_ <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / series_)


@pytest.mark.parametrize("points", [12, 60])
def test_a_series_of_anything_else_in_which_nothing_changes_seldom_has_either(points):
    draw, outside, old, series_ = np.random.default_rng(17), 0, 0, 1000
    for numbers in draw.normal(100, 10, (series_, points)):
        for scale in (months.series_scale(points), months.SCALE):
            limits = months.xmr(numbers, scale=scale)
            found = bool(((numbers > limits.upper) | (numbers < limits.lower)).any())
            outside, old = (outside + found, old) if scale != months.SCALE else (outside, old + found)
    assert outside / series_ <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / series_)
    assert points < 60 or old / series_ > 0.15, "at 2.66 mean moving ranges nearly one series of five"


def test_seven_rising_or_falling_are_as_rare_as_is_said():
    draw = np.random.default_rng(17)
    found = np.mean([bool(months.trend(draw.permutation(60)).any()) for _ in range(600)])
    assert months.trend_chance(60) == pytest.approx(found, abs=3 * np.sqrt(0.019 * 0.981 / 600))
    assert months.trend_chance(6) == 0 and months.trend_chance(7) == pytest.approx(2 / 5040)


def test_every_signal_says_how_often_chance_makes_one():
    outlier = months.signals(months.run_chart(series([*STEADY, 40, *STEADY]), counted=True))
    assert outlier[["kind", "chance"]].values.tolist() == [["outlier", 0.05]]
    rising = months.signals(months.run_chart(series([1, 2, 3, 4, 5, 6, 700])))
    assert rising["chance"].tolist() == [months.trend_chance(7)]


# --- a whole chart -----------------------------------------------------------------------------------------


def series(values: list, start: int = 2017, indicator: str = "reports") -> pd.DataFrame:
    """Observations of months in a row; `hidden` and None stand for a hidden and an undelivered one, `skip` for no row."""
    rows = []
    for number, value in enumerate(values):
        period = f"{start + number // 12}-{number % 12 + 1:02}"
        if value == "hidden":
            rows.append(gone("a", period, "suppressed", indicator))
        elif value is None:
            rows.append(gone("a", period, "not_delivered", indicator))
        elif value != "skip":
            rows.append(count("a", period, value, indicator))
    return observed(*rows)


STEADY = [5, 7, 6, 8, 5, 9, 6, 7, 4, 8, 6, 7]


def test_the_centre_is_the_median_and_the_limits_lie_around_the_mean():
    chart = months.run_chart(series([5, 7, 6, 8, 5, 9, 6, 7, 4, 8, 6, 12]))
    ranges = [2, 1, 2, 3, 4, 3, 1, 3, 4, 2, 6]
    mean = 83 / 12
    assert list(chart.columns) == months.COLUMNS
    assert chart["centre"].unique().tolist() == [6.5] and chart["mean"].unique() == pytest.approx([mean])
    far = t.ppf(1 - 0.05 / 12 / 2, 0.62 * 11) / 1.128  # so that twelve months together pass one of the limits in one series of twenty
    assert chart["upper"].iloc[0] == pytest.approx(mean + far * sum(ranges) / 11)
    assert chart["lower"].iloc[0] == 0, "never below nothing"


def test_eleven_months_have_a_median_and_no_limits_and_twelve_have_both():
    eleven, twelve = months.run_chart(series(STEADY[:11])), months.run_chart(series(STEADY))
    assert eleven["centre"].notna().all() and eleven[["mean", "lower", "upper"]].isna().all(axis=None)
    assert twelve[["centre", "mean", "lower", "upper"]].notna().all(axis=None)


def test_fewer_than_twelve_months_can_still_be_a_row_but_not_outside_limits():
    chart = months.run_chart(series([1, 2, 3, 4, 5, 6, 700]))
    assert chart["signal"].tolist() == ["trend"] * 7


def test_a_month_beyond_a_limit_is_an_outlier_on_its_side():
    found = months.signals(months.run_chart(series([*STEADY, 40, *STEADY])))
    assert found[["kind", "side", "first", "value"]].values.tolist() == [["outlier", 1, "2018-01", 40.0]]
    low = months.signals(months.run_chart(series([*[value + 50 for value in STEADY], 3, *[value + 50 for value in STEADY]])))
    assert low[["kind", "side", "first"]].values.tolist() == [["outlier", -1, "2018-01"]]


def test_a_lasting_change_is_a_shift_told_with_first_last_and_chance():
    chart = months.run_chart(series([9, 8, 10, 9, 8, 10, 9, 8, 3, 4, 2, 3, 4, 2, 3, 4]))
    found = months.signals(chart)
    shifts = found[found["kind"] == "shift"]
    assert shifts[["side", "first", "last", "points", "among"]].values.tolist() == [[1, "2017-01", "2017-08", 8, 8], [-1, "2017-09", "2018-04", 8, 8]]
    assert shifts["chance"].tolist() == pytest.approx([months.run_chance(8, 8, 8)] * 2)
    assert chart["signal"].str.contains("shift").all()


def test_months_on_the_median_inside_a_row_are_not_part_of_it():
    chart = months.run_chart(series([9, 9, 6, 9, 9, 9, 9, 9, 6, 3, 4, 2, 6, 3, 4]))
    found = months.signals(chart)
    first = found[found["kind"] == "shift"].iloc[0]
    assert (first["kind"], first["points"], first["among"], first["last"]) == ("shift", 7, 8, "2017-08")
    assert "shift" not in chart["signal"][2]
    assert first["chance"] == pytest.approx(months.run_chance(7, 5, 7)), "7 above the median, 5 below, 3 on it"


def test_near_a_limit_is_two_thirds_of_the_way_from_the_mean_and_not_from_the_median():
    """Mean 65, upper limit 126.7, so near is above 106.1 and 104 is not; of three in a row only the last two are."""
    usual = [50, 70, 50, 60, 50, 70, 50, 50, 70, 50, 60, 50, 90, 50, 70, 50, 60, 50, 70, 50]
    chart = months.run_chart(series([*usual, 104, 118, 118, 50]))
    assert (chart["mean"][0], chart["upper"][0], chart["centre"][0]) == pytest.approx((65, 126.684673, 55))
    assert 55 + (126.7 - 55) * 2 / 3 < 104 < 65 + (126.7 - 65) * 2 / 3
    assert chart.loc[chart["signal"] == "near_limit", "period"].tolist() == ["2018-10", "2018-11"]


def test_a_month_beyond_a_limit_is_not_told_a_second_time_as_near_it():
    found = months.signals(months.run_chart(series([*STEADY, 40, 41, 12, *STEADY])))
    assert found["kind"].tolist() == ["outlier", "outlier"]


@pytest.mark.parametrize("gap", ["hidden", None, "skip"])
def test_a_month_without_a_figure_breaks_a_row_and_keeps_its_place(gap):
    values = [9, 9, 9, 9, gap, 9, 9, 9, 9, 2, 2, 2, 2, gap, 2, 2, 2]
    chart = months.run_chart(series(values))
    assert len(chart) == 17 and chart["period"].iloc[4] == "2017-05"
    assert chart["status"].iloc[4] == ("suppressed" if gap == "hidden" else "not_delivered")
    assert not chart["signal"].str.contains("shift").any()


def test_a_declared_break_starts_a_stretch_with_a_centre_and_limits_of_its_own():
    low, high = STEADY, [value + 40 for value in STEADY]
    chart = months.run_chart(series([*low, *high]), cuts=[2018 * 12])
    assert chart["stretch"].tolist() == [1] * 12 + [2] * 12
    assert chart["centre"].unique().tolist() == [6.5, 46.5]
    assert chart["signal"].eq("").all(), "a new level after a break is no signal"
    assert months.run_chart(series([*low, *high]))["signal"].str.contains("shift").all(), "without the break it is one"


def test_a_break_before_the_first_month_makes_no_empty_stretch():
    assert months.run_chart(series(STEADY), cuts=[2010 * 12, 2030 * 12])["stretch"].unique().tolist() == [1]


@pytest.mark.parametrize("value", [0, 7])
def test_months_that_are_all_equal_have_no_limits_and_no_signals(value):
    chart = months.run_chart(series([value] * 30))
    assert chart["upper"].isna().all() and chart["signal"].eq("").all() and chart["centre"].eq(value).all()


def test_where_hardly_anything_happens_one_case_is_no_signal():
    rare = [0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    chart = months.run_chart(series(rare))
    assert chart["upper"].isna().all() and chart["signal"].eq("").all()
    assert months.sparse(rare) and not months.sparse(STEADY) and not months.sparse([0.015, 0.018, 0.016]), "a rate is not a count"


def test_rows_are_not_counted_where_half_of_the_months_lie_on_the_centre():
    values = [5] * 10 + [6, 7, 8, 6, 7, 8, 6] + [5, 5, 5]
    chart = months.run_chart(series(values))
    assert not months.countable(chart) and not chart["signal"].str.contains("shift").any()


def test_an_empty_series_is_an_empty_chart():
    chart = months.run_chart(series([]))
    assert chart.empty and list(chart.columns) == months.COLUMNS and months.signals(chart).empty
    assert list(months.signals(chart).columns) == months.FOUND


def test_quarters_and_halves_are_charted_as_months_are():
    rows = observed(*(count("a", f"{2015 + n // 4}-Q{n % 4 + 1}", 5 + n % 3) for n in range(14) if n != 6))
    chart = months.run_chart(rows)
    assert chart["period"].tolist() == [f"{2015 + n // 4}-Q{n % 4 + 1}" for n in range(14)] and chart["upper"].notna().all()
    halves = months.run_chart(observed(*(count("a", f"{2015 + n // 2}-H{n % 2 + 1}", n) for n in range(3))))
    assert halves["period"].tolist() == ["2015-H1", "2015-H2", "2016-H1"]


# --- seasons -----------------------------------------------------------------------------------------------

SUMMER = [10, 10, 10, 10, 10, 20, 20, 20, 10, 10, 10, 10]


def test_a_summer_that_recurs_is_a_season_with_its_months():
    found = seasons.season(series(SUMMER * 4))
    assert found.p < 0.001 and found.high == (6, 7, 8) and (found.years, found.parts) == (4, 12)


def test_the_test_is_pearsons_chi_square_as_an_f_with_the_dispersion():
    """Two whole years, no leap day between them; every month of 2018 as in 2017, so nothing lies around the season."""
    counts = np.array([12, 9, 14, 8, 11, 10, 7, 13, 9, 12, 8, 10])
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    square = chisquare(2 * counts, 2 * counts.sum() * days / 365).statistic
    for dispersion in (1.0, 2.5):
        found = seasons.season(series([*counts, *counts]), dispersion)
        assert found.p == pytest.approx(f.sf(square / 11 / dispersion, 11, 11), rel=1e-9)


def test_a_single_wild_month_is_no_season():
    values = [10] * 48
    values[18] = 60
    found = seasons.season(series(values))
    assert 0.01 < found.p < 0.05 and found.high == found.low == (), "the months differ, and not year after year"


def test_a_declared_dispersion_makes_a_season_harder_to_see():
    slight = [10, 10, 10, 10, 10, 15, 15, 15, 10, 10, 10, 10] * 6
    assert seasons.season(series(slight)).p < 0.05 < seasons.season(series(slight), 6.0).p


def test_a_season_cannot_be_told_from_one_year_or_from_few_cases():
    assert seasons.season(series(SUMMER)) is None
    assert seasons.season(series([*SUMMER, *SUMMER[:11]])) is None, "only one whole year"
    assert seasons.season(series([1, 2] * 12)) is None, "3 cases expected a month"
    assert seasons.season(series(["hidden"] * 24)) is None and seasons.season(series([])) is None and seasons.season(series([0] * 24)) is None


def test_a_year_with_a_gap_is_left_out_of_the_season():
    with_gap = [*SUMMER, *SUMMER, 300, None, *[10] * 10]
    assert seasons.season(series(with_gap)) == seasons.season(series(SUMMER * 2))


def test_a_rate_is_tested_on_its_moves_and_tenancies():
    moves = [ratio("a", f"{2016 + n // 12}-{n % 12 + 1:02}", SUMMER[n % 12], 500 if n < 12 else 250) for n in range(24)]
    assert seasons.season(observed(*moves)).high == (6, 7, 8)
    assert seasons.season(observed(*moves)).p == pytest.approx(seasons.season(series(SUMMER * 2, 2016)).p)


def test_more_moves_from_more_homes_are_no_season():
    moves = [ratio("a", f"{2016 + n // 12}-{n % 12 + 1:02}", SUMMER[n % 12], 50 * SUMMER[n % 12]) for n in range(48)]
    assert seasons.season(observed(*moves)).p > 0.9


def test_a_season_explains_high_figures_in_its_high_months_and_low_ones_in_its_low():
    found = seasons.Season(0.001, 4, 12, (6, 7), (12,))
    assert seasons.explained("2018-06", 1, found) and seasons.explained("2018-12", -1, found)
    assert not seasons.explained("2018-06", -1, found) and not seasons.explained("2018-12", 1, found) and not seasons.explained("2018-06", 1, None)
    assert seasons.explained("2018-Q2", 1, seasons.Season(0.001, 4, 4, (2,), ()))


def test_what_the_season_explains_is_the_season_and_not_a_change():
    rows = series(SUMMER * 4)
    found = seasons.season(rows)
    plain, chart = months.run_chart(rows), months.run_chart(rows, season=found)
    assert plain["signal"].ne("").sum() > 5
    assert set(chart["signal"]) == {"", "season"}
    assert months.signals(chart, found)["kind"].eq("season").all()


def test_in_a_series_with_a_season_a_row_longer_than_a_year_is_still_a_change():
    rows = series([value * 3 for value in SUMMER * 2] + SUMMER * 2)
    found = seasons.season(rows)
    told = months.signals(months.run_chart(rows, season=found), found)
    assert found.high == (6, 7, 8) and told.loc[told["points"] >= 12, "kind"].tolist() == ["shift", "shift"]


def test_a_season_without_high_or_low_months_explains_nothing():
    none = seasons.Season(0.5, 2, 12, (), ())
    chart = months.run_chart(series([*STEADY, 40, *STEADY]), season=none)
    assert chart["signal"][12] == "outlier"
    assert months.run_chart(series([9, 8, 10, 9, 8, 10, 9, 3, 4, 2, 3, 4, 2, 3]), season=none)["signal"].str.contains("shift").all()


def test_in_a_series_with_a_season_half_a_year_above_the_usual_is_the_season():
    """Seven months high and five low each year: a row of seven that comes back is no change."""
    rows = series([20] * 7 + [10] * 5 + [21] * 7 + [11] * 5 + [20] * 7 + [10] * 5)
    found = seasons.season(rows)
    assert set(months.signals(months.run_chart(rows))["kind"]) > {"shift"}
    chart = months.run_chart(rows, season=found)
    assert months.signals(chart, found).empty and set(chart["signal"]) == {"", "season"}
    assert chart[["lower", "upper"]].isna().all(axis=None), "no one level holds, so no limits around it"


@pytest.mark.parametrize(("jump", "kept"), [(4.36, 10), (4.37, 9)])
def test_a_moving_range_is_left_out_from_3_267_times_the_mean_one_on(jump, kept):
    """Nine steps of 1 and a jump: 4.36 is 3.263 times their mean, 4.37 is 3.269 times."""
    values = [0, 1] * 5 + [1 + jump]
    ranges = ([1] * 9 + [jump])[:kept]
    found = months.xmr(values)
    assert found.upper - found.mean == pytest.approx(2.66 * sum(ranges) / kept)


@pytest.mark.parametrize(("numbers", "few"), [([1, 2, 0, 1], False), ([1, 1, 0, 1], True)])
def test_one_case_a_month_on_average_is_enough_for_limits_and_fewer_are_not(numbers, few):
    assert months.sparse(numbers) is few


@pytest.mark.parametrize(
    ("numbers", "signal", "why"),
    [([5, 7] * 5 + [6], "", "few"), ([0, 0, 0, 1] * 3, "", "sparse"), ([5, 7] * 6, "season", "season"), ([6] * 12, "", "flat")],
)
def test_why_a_stretch_has_no_limits_is_known(numbers, signal, why):
    """Eleven months are too few, a case every fourth month too little, twelve equal months have no width, and a season moves the level."""
    assert months.without_limits(pd.DataFrame({"value": map(float, numbers), "signal": signal})) == why


def test_a_season_says_itself_in_a_sentence():
    said = [repr(seasons.Season(p, 4, parts, high, low, 3)) for p, parts, high, low in ((0.001, 12, (6, 7), (12,)), (0.002, 4, (), ()), (0.5, 12, (), ()))]
    assert said == [
        "High in months 6, 7, low in months 12, in at least 3 of 4 years (p = 0.001)",
        "The quarters of 4 years differ by more than chance, none of them year after year (p = 0.002)",
        "The months of 4 years differ no more than by chance (p = 0.5)",
    ]
