"""How sure a year is: the errors of all figures that its target is made of, beside other programs' numbers, and how often it is wrong by chance."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import POISSON, agreement_of, count, criterion, indicator, judge, observed, one, printed, ratio
from scipy import stats
from statsmodels.stats import rates
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.judging import intervals
from analysis.judging.dispersion import Dispersion, Dispersions
from analysis.judging.history import measured

FROM_2017 = "baseline_year = 2017"
SAME_YEAR = 'kind = "above_reference", reference = "country", year = "same"'
NARROW = 'kind = "narrow_gap", reference = "country", share = 0.5, by = 2018'
Z = stats.norm.ppf(0.975)


def gaps(criteria: str, *rows: dict, year: int = 2018, **parts: object) -> pd.DataFrame:
    return judge(agreement_of(criteria, **parts), observed(*rows), year)


def safe(area: str, year: int, share: float, answers: int) -> dict:
    return {"indicator": "safe", "area": area, "period": str(year), "value": share, "decimals": 3, "denominator": answers}


def limits_of_sum(times: list[float], shares: list[float], answers: list[int], z: float = Z) -> tuple[float, float]:
    """Zou and Donner's limits of a sum of shares, from statsmodels' Wilson limits of each."""
    level = 2 * stats.norm.sf(z)
    ends = [sorted(t * end for end in proportion_confint(p * n, n, alpha=level, method="wilson")) for t, p, n in zip(times, shares, answers, strict=True)]
    middle = [t * p for t, p in zip(times, shares, strict=True)]
    below, above = (math.hypot(*(m - end[side] for m, end in zip(middle, ends, strict=True))) for side in (0, 1))
    return sum(middle) - below, sum(middle) + above


# --- against a reference ---------------------------------------------------------------------------------


def test_a_reference_with_known_answers_brings_its_own_error():
    row = one(gaps(criterion(SAME_YEAR, "safe"), safe("a", 2018, 0.7125, 160), safe("country", 2018, 0.78, 400)), year=2018)
    lower, upper = confint_proportions_2indep(114, 160, 312, 400, method="newcomb", compare="diff", alpha=row["target_p"])
    assert max(lower, upper, key=lambda end: -abs(end)) == pytest.approx(0, abs=1e-6), "at the level 1 − p the limits just reach 0"
    alone = one(gaps(criterion(SAME_YEAR, "safe"), safe("a", 2018, 0.7125, 160), printed("country", 2018, 0.78, 3)), year=2018)
    assert (row["certainty"], alone["certainty"]) == ("cannot_tell", "certain")
    assert alone["target_p"] == pytest.approx(2 * stats.norm.sf(0.0675 / math.sqrt(0.78 * 0.22 / 160)), rel=1e-6)
    assert (row["reference_as_printed"], alone["reference_as_printed"]) == (False, True)


@pytest.mark.parametrize(("rule", "times"), [(SAME_YEAR + ", ratio = 0.9", -0.9), (SAME_YEAR + ", margin = -0.05", -1.0)])
def test_a_margin_or_ratio_carries_the_reference_s_error_so_many_times(rule, times):
    row = one(gaps(criterion(rule, "safe"), safe("a", 2018, 0.70, 160), safe("country", 2018, 0.85, 400)), year=2018)
    z = stats.norm.isf(row["target_p"] / 2)
    number = 0.0 if "ratio" in rule else -0.05
    assert min(abs(end - number) for end in limits_of_sum([1, times], [0.70, 0.85], [160, 400], z)) == pytest.approx(0, abs=1e-6)


def test_every_part_of_a_narrowing_gap_brings_its_error():
    rows = safe("a", 2017, 0.60, 150), safe("country", 2017, 0.80, 400), safe("a", 2018, 0.78, 160), safe("country", 2018, 0.80, 380)
    row = one(gaps(criterion(NARROW, "safe", last=2018, more=FROM_2017), *rows), year=2018)
    assert row["target"] == pytest.approx(0.70)
    z = stats.norm.isf(row["target_p"] / 2)
    lower, _ = limits_of_sum([1, -1, -0.5, 0.5], [0.78, 0.80, 0.60, 0.80], [160, 380, 150, 400], z)
    assert lower == pytest.approx(0, abs=1e-6)
    assert row["target_p"] > one(gaps(criterion('kind = "at_least", value = 0.7, per = "year"', "safe"), rows[2]), year=2018)["target_p"]


def test_without_the_start_s_answers_nothing_can_be_told():
    rows = printed("a", 2017, 0.60, 2), safe("country", 2017, 0.80, 400), safe("a", 2018, 0.90, 900), safe("country", 2018, 0.80, 380)
    row = one(gaps(criterion(NARROW, "safe", last=2018, more=FROM_2017), *rows), year=2018)
    assert (row["verdict"], row["certainty"], row["size_unknown"], row["reference_as_printed"]) == ("met", "cannot_tell", True, False)
    assert math.isnan(row["target_p"])


def test_a_reference_that_counts_the_area_in_is_compared_with_the_rest_of_it():
    """100 of 400 answers are the area's own: 70 % less the average of 78 % is three quarters of 70 % less the others' 80.67 %."""
    rows = observed(safe("a", 2018, 0.70, 100), safe("country", 2018, 0.78, 400))
    agreement = agreement_of(criterion(SAME_YEAR, "safe"))
    country = agreement.references["country"].model_copy(update={"contains": ("a",)})
    found = one(judge(replace(agreement, references={"country": country}), rows, 2018), year=2018)
    rest = (0.78 * 400 - 70) / 300
    assert found["target_p"] == pytest.approx(float(intervals.share_difference_p(0.70, 100, rest, 300)), rel=1e-6)
    apart = one(judge(agreement, rows, 2018), year=2018)
    assert (found["gap"], found["target"]) == (apart["gap"], apart["target"]), "what is measured is the same"
    assert found["target_p"] < apart["target_p"], "what both have in common cannot set them apart"


def test_counts_against_so_many_times_a_reference_are_exactly_binomial():
    rule = 'kind = "above_reference", reference = "country", year = "same", ratio = 0.25'
    row = one(gaps(criterion(rule), count("a", 2018, 30), count("country", 2018, 80)), year=2018)
    tails = stats.binom(110, 0.2)
    assert row["target_p"] == pytest.approx(2 * min(tails.cdf(30), tails.sf(29)), rel=1e-6)


def test_a_count_against_a_number_is_exactly_poisson():
    row = one(gaps(criterion('kind = "at_most", value = 20, per = "year"'), count("a", 2018, 33)), year=2018)
    assert row["target_p"] == pytest.approx(rates.test_poisson(33, 1, value=20, method="exact-c").pvalue, rel=1e-9)


def test_rates_in_a_narrowing_gap_have_exact_limits_each():
    rows = ratio("a", 2017, 60, 300), ratio("country", 2017, 400, 4000), ratio("a", 2018, 31, 300), ratio("country", 2018, 410, 4000)
    row = one(gaps(criterion(NARROW, "moves", last=2018, more=FROM_2017), *rows), year=2018)
    times, counts, sizes = [1, -1, -0.5, 0.5], [31, 410, 60, 400], [300, 4000, 300, 4000]
    ends = [
        sorted(t * end / n for end in rates.confint_poisson(x, 1, method="exact-c", alpha=row["target_p"]))
        for t, x, n in zip(times, counts, sizes, strict=True)
    ]
    middle = [t * x / n for t, x, n in zip(times, counts, sizes, strict=True)]
    assert sum(middle) + math.hypot(*(end[1] - m for m, end in zip(middle, ends, strict=True))) == pytest.approx(0, abs=1e-7)
    assert (row["verdict"], row["certainty"]) == ("met", "cannot_tell")


# --- how often it is wrong -------------------------------------------------------------------------------

DRAWS = 20_000
ALLOWED = 0.025 + 3 * math.sqrt(0.025 * 0.975 / DRAWS)  # a side, with the error of so many draws


def sides(p: np.ndarray, away: np.ndarray) -> list[float]:
    """How often, the truth being just on the target, the value is called certainly above it and certainly below."""
    return [float(((p < 0.05) & (away > 0)).mean()), float(((p < 0.05) & (away < 0)).mean())]


BORDERLINE = {  # how many times each share counts, the true shares that just reach the number, the answers
    "a municipality of 400 answers": ([1, -1], [0.70, 0.70], [160, 400], 0.0),
    "nine tenths of it": ([1, -0.9], [0.63, 0.70], [160, 400], 0.0),
    "5 points below it": ([1, -1], [0.65, 0.70], [160, 400], -0.05),
    "an own start": ([1, -1], [0.60, 0.60], [150, 150], 0.0),
    "half of the gap closed": ([1, -1, -0.5, 0.5], [0.70, 0.80, 0.60, 0.80], [160, 400, 150, 400], 0.0),
    "a quarter of the gap closed": ([1, -1, -0.75, 0.75], [0.65, 0.80, 0.60, 0.80], [240, 640, 180, 410], 0.0),
}


@pytest.mark.parametrize("case", BORDERLINE)
def test_a_share_just_on_its_target_is_seldom_called_certain(case):
    times, true, answers, number = (np.array(each, float) for each in BORDERLINE[case])
    drawn = np.random.default_rng(17).binomial(answers.astype(int), true, (DRAWS, len(times))) / answers
    p = intervals.shares_p(np.broadcast_to(times, drawn.shape), drawn, np.broadcast_to(answers, drawn.shape), np.full(DRAWS, number))
    assert max(sides(p, drawn @ times - number)) <= ALLOWED
    alone = intervals.shares_p(np.ones((DRAWS, 1)), drawn[:, :1], np.full((DRAWS, 1), answers[0]), number - drawn[:, 1:] @ times[1:])
    assert max(sides(alone, drawn @ times - number)) > 0.04, "taken as a number without an error, too often"


def test_an_area_just_as_safe_as_the_average_it_is_part_of_is_seldom_called_certain():
    draw = np.random.default_rng(17)
    own, rest = draw.binomial(160, 0.7, DRAWS) / 160, draw.binomial(240, 0.7, DRAWS) / 240
    p = intervals.share_difference_p(own, 160, rest, 240)
    assert max(sides(p, own - rest)) <= ALLOWED


@pytest.mark.parametrize("base", [8, 30, 123])
def test_a_count_just_on_its_path_is_seldom_called_certain(base):
    draw = np.random.default_rng(17)
    then, now = draw.poisson(base, DRAWS), draw.poisson(0.85 * base, DRAWS)
    assert max(sides(intervals.count_ratio_p(now, then, 0.85), now - 0.85 * then)) <= ALLOWED


@pytest.mark.parametrize("base", [30, 123])
def test_counts_that_vary_twice_as_much_are_seldom_called_certain_by_an_estimate_of_12_degrees(base):
    draw = np.random.default_rng(17)
    then, now = (draw.negative_binomial(mean, 0.5, DRAWS) for mean in (base, 0.85 * base))  # the variance is twice the mean
    found = Dispersion(1.0, freedom=12), 2 * draw.chisquare(12, DRAWS) / 12
    width, freedom = np.maximum(found[1], 1), np.where(found[1] > 1, 12, np.inf)
    p = intervals.p_with_freedom(intervals.count_ratio_p(now, then, 0.85, dispersion=width), freedom)
    assert max(sides(p, now - 0.85 * then)) <= ALLOWED
    assert max(sides(intervals.count_ratio_p(now, then, 0.85), now - 0.85 * then)) > 0.06, "taken as chance alone, too often"


def test_rates_in_a_narrowing_gap_just_on_it_are_seldom_called_certain():
    times, sizes = np.array([1, -1, -0.5, 0.5]), np.array([500.0, 4000, 500, 4000])
    drawn = np.random.default_rng(17).poisson(np.array([0.15, 0.10, 0.20, 0.10]) * sizes, (2000, 4)).astype(float)
    p = intervals.counts_p(np.broadcast_to(times, drawn.shape), drawn, np.broadcast_to(sizes, drawn.shape), np.zeros(2000))
    assert max(sides(p, (drawn / sizes) @ times)) <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 2000)


# --- how much counts vary --------------------------------------------------------------------------------


def spreads(*rows: dict, indicators: str = indicator("reports")) -> Dispersions:
    agreement = agreement_of(indicators=indicators)
    return Dispersions(agreement, measured(agreement, observed(*rows)), 2021)


def yearly(area: str, *numbers: int) -> list[dict]:
    return [count(area, 2017 + i, number) for i, number in enumerate(numbers)]


def test_a_place_we_compare_with_has_the_dispersion_of_its_own_years():
    found = spreads(*yearly("a", 29, 15, 25, 37, 17), *yearly("country", 33870, 33300, 32325, 31065, 31860))
    assert found.of("reports", "a").value == found.of("reports", "combined").value == pytest.approx(4.4, abs=0.05)
    assert found.of("reports", "country").value == pytest.approx(14.5, abs=5) and found.of("reports", "country").freedom == 3
    assert spreads(*yearly("a", 29, 15, 25, 37, 17), *yearly("country", 33870, 33300)).of("reports", "country").source == ""


def test_what_the_register_declares_is_of_the_areas_and_needs_a_source():
    found = spreads(*yearly("a", 29, 15, 25, 37, 17), indicators=indicator("reports", dispersion=2.5, dispersion_source="Rapport 2016, s. 4"))
    assert (found.of("reports", "a").value, found.of("reports", "a").source, found.of("reports", "country").source) == (2.5, "declared", "")


def test_a_year_says_how_much_its_counts_vary_and_from_where():
    rows = [*yearly("a", 29, 15, 25, 37, 17), *yearly("b", 61, 50, 44, 40, 52)]
    table = gaps(criterion('kind = "at_most", value = 20, per = "year"', first=2017), *rows, year=2021)
    row = one(table, year=2020)
    assert row["dispersion_source"] == "estimated" and row["dispersion"] > 1
    tail = stats.gamma.cdf(20 / row["dispersion"], 37 / row["dispersion"])  # of 37 or more where 20 are expected
    assert row["target_p"] == pytest.approx(2 * stats.t.sf(stats.norm.isf(tail), 6), rel=1e-6)
    few = one(gaps(criterion('kind = "at_most", value = 20, per = "year"'), count("a", 2018, 37)), year=2018)
    assert few["dispersion_source"] == "" and math.isnan(few["dispersion"]) and few["certainty"] == "certain"


# --- what could be seen ----------------------------------------------------------------------------------


def test_a_change_seen_four_times_in_five_leads_to_a_clear_count_with_80_percent():
    chance_alone = indicator("reports", **POISSON)
    row = one(gaps(criterion('kind = "direction"', more=FROM_2017), count("a", 2017, 123), count("a", 2018, 100), indicators=chance_alone), year=2018)
    assert row["detectable"] == pytest.approx(-30 / 123)
    assert stats.poisson.cdf(93, 123 * (1 + row["detectable_80"])) == pytest.approx(0.8, abs=1e-3)


def test_a_share_seen_four_times_in_five_comes_out_clear_with_80_percent():
    row = one(gaps(criterion('kind = "above_baseline"', "safe", more=FROM_2017), safe("a", 2017, 0.60, 200), safe("a", 2018, 0.65, 200)), year=2018)
    clear = math.ceil((0.60 + row["detectable"]) * 200 - 1e-6)
    assert stats.binom.sf(clear - 1, 200, 0.60 + row["detectable_80"]) == pytest.approx(0.8, rel=1e-6)
    assert row["detectable_80"] > row["detectable"]
