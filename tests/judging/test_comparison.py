"""A place among others: ranks with the places they may be, the funnel, rates per 1,000 inhabitants; worked out here by hand."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from conftest import agreement_of, count, criterion, gone, indicator, observed, one, printed, register
from hostile import is_text
from pages import example_copy, real_copy, soup, text, told
from scipy.stats import binom, false_discovery_control
from statsmodels.stats.proportion import proportion_confint

from analysis.judging import comparison, intervals
from analysis.judging.digits import in_floats
from analysis.judging.dispersion import estimated
from analysis.judging.observations import with_limits
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES
from analysis.sharing import bundle
from analysis.showing import benchmarking, elements, place_charts, sections

OTHERS = tuple(f"x{number}" for number in range(1, 9))
PLACES = "".join(f'\n[[reference]]\nid = "{id_}"\nname = "{id_.upper()}"\ngroup = "sub_area"\n' for id_ in OTHERS)
AVERAGE = '\n[[reference]]\nid = "average"\nname = "The average"\ngroup = "sub_average"\n'
ABOVE = criterion('kind = "above_reference", reference = "average", year = "same"', "safe", scope='"each"')
SAFE = indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample")
KNOWN = agreement_of(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))


def share(area: str, value: float, answers: float = math.nan, decimals: int = 3, year: int = 2019) -> dict:
    return printed(area, year, value, decimals, denominator=answers, status="measured")


def ranked(*rows: dict, agreement=KNOWN) -> pd.DataFrame:
    return comparison.standings(agreement, observed(*rows)).set_index("area")


# --- ranks ---------------------------------------------------------------------------------------------


def test_the_best_share_is_number_one_and_equal_shares_have_the_same_place():
    found = ranked(share("x1", 0.8), share("a", 0.7), share("x2", 0.7), share("b", 0.6))
    assert found["rank"].to_dict() == {"x1": 1, "a": 2, "x2": 2, "b": 4}
    assert found["shared"].to_dict() == {"x1": False, "a": True, "x2": True, "b": False} and set(found["of"]) == {4}


def test_where_a_share_should_fall_the_lowest_is_number_one():
    agreement = agreement_of(ABOVE, indicators=SAFE.replace('"up"', '"down"') + PLACES + AVERAGE, areas=("a", "b"))
    assert ranked(share("x1", 0.8), share("a", 0.7), share("b", 0.6), agreement=agreement)["rank"].to_dict() == {"b": 1, "a": 2, "x1": 3}


@pytest.mark.parametrize(
    ("rough", "fine", "tied"), [(0.72, 0.724, True), (0.72, 0.7249, True), (0.72, 0.726, False), (0.72, 0.715, True), (0.72, 0.714, False)]
)
def test_72_per_cent_and_a_finer_figure_within_its_rounding_share_a_place(rough, fine, tied):
    found = ranked(share("a", rough, decimals=2), share("x1", fine, decimals=4))
    assert (found.loc["a", "rank"] == found.loc["x1", "rank"]) == tied


def test_two_figures_of_one_decimal_that_touch_are_in_order():
    assert ranked(share("a", 0.712), share("x1", 0.713))["rank"].to_dict() == {"x1": 1, "a": 2}


def test_figures_equal_by_rounding_are_never_told_apart_however_many_answered():
    found = ranked(share("a", 0.72, 1e6, decimals=2), share("x1", 0.7249, 1e6, decimals=4), share("x2", 0.73, 1e6, decimals=4))
    assert found.loc["a", "tied"] == "x1" and found.loc["a", ["rank_low", "rank_high"]].tolist() == [2, 3]


def holm(pairs: dict) -> set:
    """The pairs that Holm's procedure rejects at 5 % in all: the smallest p against 5 % over all of them, the next over one fewer, …"""
    rejected = set()
    for number, (pair, p) in enumerate(sorted(pairs.items(), key=lambda item: item[1])):
        if p > 0.05 / (len(pairs) - number):
            break
        rejected.add(pair)
    return rejected


def test_the_places_an_area_may_have_follow_from_every_pair_with_ours_corrected_by_holm():
    cells = {"a": (0.60, 200), "b": (0.72, 150), "x1": (0.85, 220), "x2": (0.71, 180), "x3": (0.66, 300), "x4": (0.45, 250)}
    pairs = {
        (one_, other): float(intervals.share_difference_p(*cells[one_], *cells[other]))
        for place, one_ in enumerate(cells)
        for other in list(cells)[place + 1 :]
        if one_ in "ab" or other in "ab"
    }
    assert len(pairs) == 1 + 2 * 4
    apart = holm(pairs)
    assert apart == {("a", "x1"), ("a", "x4"), ("b", "x1"), ("b", "x4")}, "worked out once; Newcombe's p of a against x2 is above 0.05 / 5"
    found = ranked(*(share(area, *cell) for area, cell in cells.items()))
    assert found.loc["a", ["rank", "rank_low", "rank_high", "alike"]].tolist() == [5, 2, 5, 3]
    assert found.loc["b", ["rank", "rank_low", "rank_high", "alike"]].tolist() == [2, 2, 5, 3]
    assert set(found.loc["a", "tied"].split(";")) == {"b", "x2", "x3"} and set(found.loc["b", "tied"].split(";")) == {"a", "x2", "x3"}
    assert found.loc[["x1", "x2", "x3", "x4"], ["rank_low", "rank_high", "alike"]].isna().all(axis=None), "nothing is claimed of the others' places"


def test_that_two_cannot_be_told_apart_holds_both_ways():
    rng = np.random.default_rng(1)
    for _ in range(30):
        found = ranked(
            share("a", round(rng.uniform(0.5, 0.8), 3), 200),
            share("b", round(rng.uniform(0.5, 0.8), 3), 150),
            *(share(area, round(rng.uniform(0.4, 0.9), 3), 180) for area in OTHERS),
        )
        assert ("b" in found.loc["a", "tied"].split(";")) == ("a" in found.loc["b", "tied"].split(";"))
        own = found.loc[["a", "b"]]
        assert (own["rank_low"] <= own["rank"]).all() and (own["rank"] <= own["rank_high"]).all()
        assert (own["alike"] == own["rank_high"] - own["rank_low"]).all(), "all answers known: the places between are those of the tied"


def test_the_true_rank_lies_in_its_interval_in_at_least_95_of_100_surveys():
    rng, truth, answers = np.random.default_rng(7), np.array([0.62, 0.70, 0.58, 0.66, 0.70, 0.75]), 200
    places, inside = ("a", "b", *OTHERS[:4]), 0
    true = {area: (1 + (truth > value).sum(), (truth >= value).sum()) for area, value in zip(places, truth, strict=True)}  # equal ones may swap
    for _ in range(60):
        drawn = rng.binomial(answers, truth) / answers
        found = ranked(*(share(area, value, answers, 6) for area, value in zip(places, drawn, strict=True)))
        inside += all(found.loc[area, "rank_low"] <= true[area][1] and found.loc[area, "rank_high"] >= true[area][0] for area in "ab")
    assert inside / 60 >= 0.95


def test_an_area_without_a_number_of_answers_has_a_rank_and_no_interval():
    found = ranked(share("a", 0.6), share("x1", 0.9, 300), share("x2", 0.8, 300))
    assert found.loc["a", "rank"] == 3 and found.loc["a", ["rank_low", "rank_high", "alike"]].isna().all() and found.loc["a", "tied"] == ""


def test_a_place_without_a_number_of_answers_leaves_the_interval_open_towards_it():
    found = ranked(share("a", 0.6, 300), share("x1", 0.9, 300), share("x2", 0.95))
    assert found.loc["a", ["rank_low", "rank_high", "unknown", "alike"]].tolist() == [2, 3, 1, 0], "x1 is surely above, x2 may be anywhere"


def test_a_design_effect_makes_more_places_possible():
    rows = [share("a", 0.6, 200), share("x1", 0.74, 200), share("x2", 0.45, 200)]
    wide = agreement_of(ABOVE, indicators=SAFE.replace('"sample"', '"sample"\ndesign_effect = 4') + PLACES + AVERAGE, areas=("a", "b"))
    plain, weighted = ranked(*rows), ranked(*rows, agreement=wide)
    assert plain.loc["a", ["rank_low", "rank_high"]].tolist() == [2, 2] and weighted.loc["a", ["rank_low", "rank_high"]].tolist() == [1, 3]


def test_a_hidden_share_has_no_rank_and_leaves_no_gap():
    rows = [share("x1", 0.8, 200), share("a", 0.6, 200), share("x3", 0.5, 200)]
    hidden = gone("b", 2019, "suppressed", "safe")
    pd.testing.assert_frame_equal(ranked(*rows, hidden), ranked(*rows))
    assert ranked(*rows, hidden)["rank"].tolist() == [1, 2, 3] and "b" not in ranked(*rows, hidden).index


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [share("a", 0.6, 100)],
        [share("x1", 0.6, 100), share("x2", 0.7, 100)],
        [gone("a", 2019, "suppressed", "safe")] * 1,
        [share("average", 0.7, 900), share("a", 0.6, 100)],
    ],
)
def test_without_one_of_ours_and_another_of_its_kind_nobody_is_ranked(rows):
    assert comparison.standings(KNOWN, observed(*rows)).empty and comparison.funnels(KNOWN, observed(*rows)).empty


def test_equal_shares_zeros_and_ones_are_ranked_without_complaint():
    with np.errstate(all="raise"):
        same = ranked(*(share(area, 0.5, 100) for area in ("a", "b", *OTHERS)))
    assert set(same["rank"]) == {1} and same.loc["a", ["rank_low", "rank_high"]].tolist() == [1, 10] and same["shared"].all()
    ends = ranked(share("a", 0.0, 100), share("b", 1.0, 100), share("x1", 0.5, 1))
    assert ends["rank"].to_dict() == {"b": 1, "x1": 2, "a": 3} and ends.loc["a", "rank_high"] == 3


def test_half_years_are_not_years():
    assert comparison.standings(KNOWN, observed(share("a", 0.5, 90, year="2019-H1"), share("x1", 0.6, 90, year="2019-H1"))).empty


# --- the funnel ------------------------------------------------------------------------------------------

PHE = [  # share, answers, Wilson limits at 95 % and 99.8 %: PHEindicatormethods' test data for phe_proportion (UKHSA), areas 1-5, 7, 8
    (0.01, 100, 0.0017674320641406511, 0.054486196178705294, 0.000873065697299977, 0.1045544528370582),
    (0.05, 100, 0.02154367915436798, 0.11175046923191911, 0.013865320725997183, 0.16458852282596442),
    (0.2, 100, 0.1333669333310325, 0.28882916559315885, 0.10519162066711432, 0.3471109417008601),
    (0.65, 100, 0.5525444329688797, 0.7363575175690247, 0.4954946574070431, 0.7783540614089697),
    (9856 / 12345, 12345, 0.7912101752909069, 0.8053640073614909, 0.7869924108419063, 0.8093061412589626),
    (222 / 3215, 3215, 0.060791690363636595, 0.07833956681383633, 0.05647101964624248, 0.08418414185270134),
    (999 / 3456, 3456, 0.27418951080009873, 0.30440389662818057, 0.26583995768074953, 0.3134475449279985),
]


@pytest.mark.parametrize(("p", "answers", "low95", "high95", "low998", "high998"), PHE)
def test_a_share_lies_on_the_limit_of_a_funnel_whose_centre_its_wilson_interval_just_reaches(p, answers, low95, high95, low998, high998):
    for level, below, above in ((0.95, low95, high95), (0.998, low998, high998)):
        assert comparison.funnel_limits(below, answers, level)[1] == pytest.approx(p, abs=1e-9)
        assert comparison.funnel_limits(above, answers, level)[0] == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("centre", [0.3, 0.705, 0.95])
@pytest.mark.parametrize("answers", [30, 126, 4000])
@pytest.mark.parametrize("level", comparison.FUNNEL_LEVELS)
def test_outside_the_funnel_is_where_statsmodels_wilson_interval_leaves_the_centre_out(centre, answers, level):
    low, high = comparison.funnel_limits(centre, answers, level)
    for value in np.linspace(0.01, 0.99, 99):
        below, above = proportion_confint(value * answers, answers, alpha=1 - level, method="wilson")
        assert (low <= value <= high) == (below <= centre <= above), value


def test_so_many_surveys_of_a_place_like_the_others_lie_inside():
    low, high = comparison.funnel_limits(0.7, 200, 0.95)
    inside = binom.cdf(np.floor(high * 200), 200, 0.7) - binom.cdf(np.ceil(low * 200) - 1, 200, 0.7)
    assert 0.93 < inside < 0.97


def test_missing_answers_give_missing_limits_and_limits_stay_within_0_and_1():
    low, high = comparison.funnel_limits([0.7, 0.7, 0.99], [math.nan, 0, 5], 0.998)
    assert np.isnan(low[:2]).all() and np.isnan(high[:2]).all() and high[2] == 1 and 0 <= low[2] < 1


def test_the_centre_is_the_published_average_else_the_share_of_all_answers_shown():
    rows = [share("a", 0.6, 100), share("x1", 0.7, 300), share("x2", 0.8, 100)]
    pooled = comparison.funnels(KNOWN, observed(*rows))
    assert set(pooled["centre"]) == {(60 + 210 + 80) / 500} and pooled["pooled"].all()
    average = comparison.funnels(KNOWN, observed(*rows, share("average", 0.655)))
    assert set(average["centre"]) == {0.655} and not average["pooled"].any() and len(average) == 3


def test_a_hidden_share_is_neither_in_the_funnel_nor_in_its_centre():
    rows = [share("a", 0.6, 100), share("x1", 0.7, 300), share("x2", 0.8, 100)]
    pd.testing.assert_frame_equal(comparison.funnels(KNOWN, observed(*rows, gone("b", 2019, "suppressed", "safe"))), comparison.funnels(KNOWN, observed(*rows)))


def test_two_places_make_no_funnel_and_a_place_without_answers_is_not_in_one():
    two = [share("a", 0.6, 100), share("x1", 0.7, 300), share("x2", 0.8)]
    assert comparison.funnels(KNOWN, observed(*two)).empty
    assert set(comparison.funnels(KNOWN, observed(*two, share("x3", 0.7, 90)))["area"]) == {"a", "x1", "x3"}


def test_a_printed_share_is_outside_only_with_all_of_its_rounding():
    limit = float(comparison.funnel_limits(0.7, 100, 0.95)[1])
    assert limit == pytest.approx(0.7 + 1.959964 * math.sqrt(0.21 / 100), abs=1e-6)  # 0.7898

    def zone(value: float, decimals: int) -> str:
        rows = [share("a", value, 100, decimals), share("x1", 0.7, 900), share("x2", 0.7, 900), share("average", 0.7)]
        return comparison.funnels(KNOWN, observed(*rows)).set_index("area").loc["a", "zone"]

    assert (zone(0.79, 2), zone(0.80, 2), zone(0.79, 4), zone(0.6, 3), zone(0.9, 3), zone(0.5, 3)) == (
        "inside",
        "above",
        "above",
        "below",
        "above_998",
        "below_998",
    )


# --- per 1,000 inhabitants -------------------------------------------------------------------------------

COUNTED = indicator("reports", population="people") + indicator("people", measure="stock", direction="none", uncertainty="none", disclosure="open")
CITY = '\n[[reference]]\nid = "city"\nname = "Byen Kommune"\ngroup = "municipality"\n\n[[reference]]\nid = "land"\nname = "Land"\ngroup = "country"\n'
LIVED = agreement_of(indicators=COUNTED + CITY, areas=("a", "b"))


def lived(*rows: dict) -> pd.DataFrame:
    table = observed(*rows)
    counts = table["indicator"] == "reports"
    table.loc[counts, ["lower", "upper"]] = np.column_stack(intervals.poisson(table.loc[counts, "value"]))
    return table


ROWS = [
    count("combined", 2019, 50),
    count("combined", 2019, 4000, "people"),
    count("city", 2019, 400),
    count("city", 2019, 80_000, "people"),
    count("combined", 2020, 40),
    count("city", 2020, 390),
    count("city", 2020, 80_100, "people"),
    count("land", 2020, 6_000_000, "people"),
]


def test_a_rate_is_the_count_per_1000_inhabitants_of_the_same_year_with_the_counts_poisson_limits():
    found = comparison.rates(LIVED, lived(*ROWS))
    assert [(row["area"], row["year"]) for row in found.to_dict("records")] == [("combined", 2019), ("city", 2019), ("city", 2020)]
    ours = found.iloc[0]
    assert ours["rate"] == 50 * 1000 / 4000 == 12.5
    # exact (Garwood) limits of 50: 37.11 and 65.92
    assert [ours["lower"], ours["upper"]] == pytest.approx([37.1105 / 4, 65.9190 / 4], abs=1e-3)


def test_a_year_without_inhabitants_has_no_rate_and_the_years_before_do_not_stand_in_for_it():
    found = comparison.lacking(LIVED, lived(*ROWS), "reports", 2021)
    assert {(row["area"], row["year"]): row["lacks"] for row in found.to_dict("records")} == {
        ("combined", 2020): "inhabitants",
        ("land", 2019): "both",
        ("land", 2020): "count",
    }


def test_a_rate_of_a_hidden_count_or_of_hidden_inhabitants_is_not_shown():
    for hidden in ("reports", "people"):
        rows = [row for row in ROWS if not (row["area"] == "combined" and row["indicator"] == hidden)]
        found = comparison.rates(LIVED, lived(*rows, gone("combined", 2019, "suppressed", hidden)))
        assert "combined" not in set(found["area"]) and len(found) == 2
        why = comparison.lacking(LIVED, lived(*rows, gone("combined", 2019, "suppressed", hidden)), "reports", 2021)
        assert one(why, area="combined", year=2019)["lacks"] == "hidden"
        assert comparison.contrasts(LIVED, lived(*rows), found, 2020).empty


def test_no_inhabitants_at_all_make_no_rate():
    assert comparison.rates(LIVED, lived(count("combined", 2019, 5), count("combined", 2019, 0, "people"))).empty


def contrasts(rows: list[dict]) -> pd.DataFrame:
    return comparison.contrasts(LIVED, lived(*rows), comparison.rates(LIVED, lived(*rows)), 2021)


def test_ours_are_held_against_the_rest_of_the_municipality():
    found = contrasts(ROWS)
    row = found.iloc[0]
    assert len(found) == 1 and (row["area"], row["rest"]) == ("city", 350) and row["rest_rate"] == pytest.approx(350 / 76)
    tail = binom.sf(49, 400, 4 / 80)  # 50 or more of the 400, were they spread like the inhabitants
    assert row["p"] == pytest.approx(2 * tail, rel=1e-9) and row["p"] < 1e-6


def test_more_of_ours_than_of_the_whole_place_is_not_compared():
    rows = [count("combined", 2019, 50), count("combined", 2019, 4000, "people"), count("city", 2019, 49), count("city", 2019, 80_000, "people")]
    assert contrasts(rows)["p"].isna().all()


def five_years(ours: tuple[int, ...], city: tuple[int, ...]) -> list[dict]:
    people = [count(area, year, n, "people") for year in range(2017, 2022) for area, n in (("combined", 4000), ("city", 80_000))]
    return [count(area, 2017 + i, n) for area, some in (("combined", ours), ("city", city)) for i, n in enumerate(some)] + people


def test_counts_that_vary_much_are_clearly_otherwise_only_beyond_that_variation():
    wild, calm = (contrasts(five_years(ours, (600, 602, 598, 601, 599))) for ours in ((20, 60, 15, 70, 55), (55, 54, 56, 55, 55)))
    assert (wild["p"].iloc[-1] > 0.05) and not wild["clear"].iloc[-1], "55 against an expected 29, of a series that goes from 15 to 70"
    assert calm["p"].iloc[-1] < 0.05 and calm["clear"].iloc[-1]


def test_a_rate_s_limits_and_a_contrast_are_as_wide_as_the_counts_of_each_place_vary():
    rows = observed(*five_years((20, 60, 15, 70, 55), (600, 602, 598, 601, 599)))
    found = comparison.rates(LIVED, in_floats(with_limits(rows, LIVED)))
    ours = estimated([(np.arange(2017, 2022), np.array([20, 60, 15, 70, 55]), np.ones(5))])
    told = one(found, area="combined", year=2021)
    assert [told["lower"], told["upper"]] == pytest.approx(np.array(intervals.poisson(55, ours.value, ours.level)) / 4)
    against = one(comparison.contrasts(LIVED, rows, found, 2021), year=2021)
    assert against["own_dispersion"] == pytest.approx(ours.value) and ours.value > 10 and np.isnan(against["dispersion"]), (
        "of a place that hardly varies three degrees of freedom tell nothing"
    )


def test_of_all_differences_between_places_one_in_twenty_may_be_false():
    found = contrasts(five_years((43, 30, 30, 29, 30), (600, 600, 600, 600, 600)))
    kept = false_discovery_control(found["p"].to_numpy()) <= 0.05
    assert found["clear"].tolist() == kept.tolist() == [False] * 5 and found["p"].min() < 0.05


@pytest.mark.parametrize("told", ["Byen Kommune", "Byen", "330 Byen", " 330 Byen Kommune"])
def test_the_municipality_is_found_by_each_of_its_names(told):
    plan = f'[plan]\nname = "P"\nstart = 2017-10-01\nend = 2021-09-30\nmunicipality = "{told}"\n'
    two = CITY + '\n[[reference]]\nid = "other"\nname = "Anden Kommune"\ngroup = "municipality"\n'
    assert comparison.rate_places(agreement_of(indicators=COUNTED + two, plan=plan)) == ["combined", "city", "land"]


def test_of_two_municipalities_none_is_guessed():
    two = CITY + '\n[[reference]]\nid = "other"\nname = "Anden Kommune"\ngroup = "municipality"\n'
    assert comparison.rate_places(agreement_of(indicators=COUNTED + two)) == ["combined", "land"]


def test_an_indicator_of_inhabitants_that_the_register_does_not_have_is_refused_in_one_line(small_plan):
    from analysis.promises.problems import PlanError

    with pytest.raises(PlanError) as refused:
        small_plan(agreement=register(indicators=COUNTED.replace('"people"', '"peeple"', 1)), counts="a;2018;reports;5\n").check()
    [problem] = refused.value.problems
    assert problem.code == "unknown_name_near" and problem.column == "population" and len(str(problem).splitlines()) == 1


# --- on the page ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Plan:
    return Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("real")))


def test_motalavej_2021_was_number_3_of_10_in_the_example(example):
    row = one(example.standings, indicator="safe_share", area="motalavej", period="2021")
    better = {"sydbyen": 83.6, "moensterbo": 80.5}
    assert min(better.values()) > 79.5 and row[["rank", "of"]].tolist() == [1 + len(better), 10]
    page = text(soup(str(place_charts.comparison(example, "da", "safe_share"))))
    assert "Motalavej lå i 2021 som nr. 3" not in page and "3 af 10 mellem nr. 1 og 8" in page, "the rank itself stands in the table"
    assert row[["rank_low", "rank_high"]].tolist() == [1, 8]


CERTAIN = (
    "I 2021 ligger Sydbyen tydeligt over Opdigterparken, Eksempelhøj og Skabelonvej; Motalavej tydeligt over Eksempelhøj og Skabelonvej; "
    "Skælskør og Ringparken/Schackenborgvænge tydeligt over Skabelonvej. Øvrige forskelle mellem planens områder og andre kan være tilfældige."
)
SPAN = "Blandt de 10 områder ligger Sydbyen mellem nr. 1 og 7; Motalavej mellem nr. 1 og 8; Skælskør og Ringparken/Schackenborgvænge mellem nr. 1 og 9."


def test_the_caption_leads_with_what_is_certain_and_tells_places_as_ranges(example):
    latest = {row["area"]: row for row in example.standings[example.standings["period"] == "2021"].query("indicator == 'safe_share'").to_dict("records")}
    for row in latest.values():  # what is named follows from what is not told apart
        if row["area"] in example.agreement.areas:
            apart = set(latest) - {row["area"], *row["tied"].split(";")}
            better, worse = (list(filter(None, row[name].split(";"))) for name in ("better_than", "worse_than"))
            assert {*better, *worse} == apart and row["n_better_than"] + row["n_worse_than"] == len(apart)
            assert [latest[id_]["value"] < row["value"] for id_ in better] == [True] * int(row["n_better_than"])
    assert told(place_charts.comparison(example, "da", "safe_share")).startswith(f"{CERTAIN} {SPAN}")


def test_denmark_is_told_once_beside_the_places(example):
    caption = told(place_charts.comparison(example, "da", "safe_share"))
    value = one(example.observations, indicator="safe_share", area="denmark", period="2021")["value"]
    assert value == 0.884 and caption.count("Danmark") == 1 and "Til sammenligning var tallet for Danmark 88,4 % (2021)." in caption


def test_every_year_of_ours_without_a_place_has_its_reason(example):
    assert benchmarking.without_place(example, "da", "safe_share") == [
        "Ikke leveret og derfor uden plads: Sydbyen (2016) og Skælskør (2016).",
        "Ikke tilgængelig og derfor uden plads: Skælskør (2017).",
        "Vises ikke (for små tal) og derfor uden plads: Skælskør (2018).",
    ]


def test_the_chart_tells_a_range_beside_the_dot_and_marks_place_1(example, real):
    drawn = soup(str(place_charts.comparison(example, "da", "safe_share"))).svg
    words = [label.get_text(strip=True) for label in drawn.find_all("text")]
    assert {"1–7", "1–8", "1–9", "Plads", "1"} <= set(words) and "(delt)" not in " ".join(words)
    without = [label.get_text(strip=True) for label in soup(str(place_charts.comparison(real, "da", "safe_share"))).svg.find_all("text")]
    assert {"4", "1", "5"} <= set(without) and not any("–" in word for word in without), "no range where answers are not known"


def test_the_country_told_of_has_its_source_in_the_caption(real):
    caption = soup(str(place_charts.comparison(real, "da", "safe_share"))).figcaption
    row = benchmarking.country_row(real, "safe_share").iloc[0]
    assert row["area"] == "denmark" and all(source in str(caption) for source in elements.sources(real, "da", row["source"]).split("; "))


def test_many_years_have_their_charts_below_each_other(small_plan):
    written = register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))

    def height(first: int) -> float:
        cells = "".join(f"{area};{year};safe;{value};100\n" for year in (first, 2019) for area, value in (("a", 61), ("b", 70), ("x1", 55)))
        plan = Plan.load(small_plan(agreement=written, survey=cells, name=f"from{first}").folder)
        return float(soup(str(place_charts.comparison(plan, "da", "safe"))).svg["viewbox"].split()[3])

    assert height(2014) > 1.5 * height(2016), "four years fit beside each other with a range at each dot, six do not"


ROWS_OF = {  # share of a with 200 answers, and the others; what is said of a
    "above one, below one": (["a;2019;safe;61;400", "x1;2019;safe;30;400", "x2;2019;safe;90;400"], "a tydeligt over x1 og tydeligt under x2."),
    "above all": (["a;2019;safe;90;400", "x1;2019;safe;30;400", "x2;2019;safe;40;400"], "a tydeligt over alle de andre."),
    "alike": (["a;2019;safe;61;100", "x1;2019;safe;60;100", "x2;2019;safe;62;100"], "I 2019 kan a ikke skelnes fra nogen af de andre."),
    "one apart, one alike": (
        ["a;2019;safe;80;400", "b;2019;safe;70;40", "x1;2019;safe;60;400"],
        "I 2019 ligger A tydeligt over X1. B kan ikke skelnes fra nogen af de andre. Øvrige",
    ),
    "above many": (
        ["a;2019;safe;90;400", *(f"{id_};2019;safe;30;400" for id_ in OTHERS[:7]), "x8;2019;safe;90;400"],
        "a tydeligt over 7 af de 8 andre områder.",
    ),
}


@pytest.mark.parametrize("name", ROWS_OF)
def test_certain_and_uncertain_are_told_apart_in_words(small_plan, name):
    cells, words = ROWS_OF[name]
    written = register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))
    page = told(place_charts.comparison(Plan.load(small_plan(agreement=written, survey="\n".join(cells) + "\n").folder), "da", "safe"))
    assert words.lower() in page.lower()
    assert ("Øvrige forskelle mellem planens områder og andre kan være tilfældige" in page) == (name in ("above many", "one apart, one alike")), (
        "only where there are other differences"
    )


def test_others_without_a_number_of_answers_are_left_out_of_what_is_certain_and_that_is_said(small_plan):
    written = register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))
    plan = Plan.load(small_plan(agreement=written, survey="a;2019;safe;61;100\n").folder)
    vars(plan)["standings"] = comparison.standings(plan.agreement, observed(share("a", 0.61, 100), share("x1", 0.6, 100), share("x2", 0.62)))
    finding = benchmarking.standing_findings(plan, "da", plan.agreement.indicators["safe"])[0]
    assert finding == (
        "I 2019 kan A ikke skelnes fra nogen af de andre, hvis antal svar er kendt. Blandt de 3 områder ligger A mellem nr. 1 og 3. "
        "For 1 af områderne er antallet af svar ikke kendt, så om de kan skelnes fra planens områder, vides ikke."
    )


def test_where_a_share_should_fall_lower_is_said_and_not_above(small_plan):
    written = register(ABOVE, indicators=SAFE.replace('"up"', '"down"') + PLACES + AVERAGE, areas=("a", "b"))
    cells = "a;2019;safe;20;400\nx1;2019;safe;60;400\nx2;2019;safe;5;400\n"
    page = told(place_charts.comparison(Plan.load(small_plan(agreement=written, survey=cells).folder), "da", "safe"))
    assert "A tydeligt lavere end X1 og tydeligt højere end X2." in page and "tydeligt over" not in page


def test_the_funnel_is_told_in_whole_sentences(example):
    caption = told(place_charts.funnel(example, "da", "safe_share"))
    assert caption.startswith(
        "Sydbyen ligger over SUB-gennemsnittet (70,5 %) med mere end tilfældig variation (uden for 99,8 %-grænserne). "
        "Motalavej ligger over det, uden for 95 %-grænserne; så langt når tilfældet for omkring ét af 20 områder. "
        "Skælskør og Ringparken/Schackenborgvænge kan ikke skelnes fra gennemsnittet."
    )
    assert "Her holdes hvert område op mod gennemsnittet" in caption


def test_older_figures_stand_after_those_of_the_newest_year_and_that_is_said(example):
    table = soup(str(place_charts.comparison(example, "da", "safe_share"))).find("table", id=re.compile("latest$"))
    years = [int(text(row.th)) for row in table.tbody.find_all("tr")]
    assert years == sorted(years, reverse=True) and len(set(years)) > 1
    assert "Tal fra tidligere år end 2021 står sidst." in text(table.caption)


def test_the_shared_figures_of_the_comparisons_are_those_of_the_protected_tables(example):
    figures = pd.DataFrame([*sections.comparisons(example, "da").figures, *sections.rates(example, "da").figures]).assign(report="partnership")
    assert bundle._wrong_figures(example, figures) == []
    wrong = figures.assign(value=figures["value"].where(figures["shown_as"] != "7,0", 7.5))
    assert len(bundle._wrong_figures(example, wrong)) == 1, "the rest's rate is looked up too"


def test_where_ours_have_no_rate_there_are_words_and_a_folded_table_and_no_chart(example):
    parsed = soup(str(place_charts.rates(example, "da", "arson_reports")))
    assert not parsed.find("svg") and parsed.details.table and not parsed.details.has_attr("open")
    assert "Intet tal for de fire områder samlet i noget år: antallet mangler." in text(parsed)


def test_an_agreement_without_comparisons_says_so(small_plan):
    plan = Plan.load(small_plan(counts="a;2019;reports;5\n", agreement=register(indicators=indicator("reports"), areas=("a", "b"))).folder)
    assert "Ingen af aftalens løfter" in sections.comparisons(plan, "da").text and "pr. 1.000 indbyggere" in sections.rates(plan, "da").text


def test_the_withheld_shares_of_the_example_stand_nowhere_in_its_comparisons(example):
    hidden = example.observations[(example.observations["indicator"] == "safe_share") & (example.observations["status"] == "suppressed")]
    keys = set(zip(hidden["area"], hidden["period"], strict=True))
    assert "Vises ikke (for små tal) og derfor uden plads: Skælskør (2018)." in text(soup(str(place_charts.comparison(example, "da", "safe_share"))))
    assert keys == {("skaelskoer", "2018"), ("taenkehaven", "2021")}, "24 answers, and a number of answers not told"
    for table in (example.standings, example.funnels):
        assert not keys & set(table.loc[table["indicator"] == "safe_share", ["area", "period"]].itertuples(index=False, name=None))
    shown = elements.together("both", [sections.comparisons(example, "da"), sections.rates(example, "da")])
    assert not keys & {(figure["area"], figure["period"]) for figure in shown.figures}
    for year in ("2018", "2021"):
        ranks = example.standings[(example.standings["indicator"] == "safe_share") & (example.standings["period"] == year)]
        assert ranks["rank"].min() == 1 and ranks["rank"].tolist() == ranks["value"].rank(ascending=False, method="min").tolist()


def test_the_place_of_a_withheld_share_does_not_depend_on_it(small_plan):
    def drawn(hidden: str, name: str) -> str:
        cells = "".join(f"{area};2019;safe;{value};100\n" for area, value in zip(("a", *OTHERS[:4]), ("61,0", "70,0", "55,0", "66,0", "80,0"), strict=True))
        folder = small_plan(
            agreement=register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b")), survey=cells + f"b;2019;safe;{hidden};20\n", name=name
        ).folder
        markup = str(sections.comparisons(Plan.load(folder), "da"))
        return re.sub(r"-[mph][0-9a-f]{10}", "", markup)

    assert drawn("95,0", "one") == drawn("10,0", "two")


def test_the_published_shares_are_ranked_without_intervals_and_without_a_funnel(real):
    assert one(real.standings, area="motalavej", period="2016")[["rank", "of"]].tolist() == [4, 5]  # 72, 71.2, 68.8, 58.3, 56.7
    assert real.standings.loc[real.standings["area"].isin(real.agreement.areas), "rank_low"].isna().all() and real.funnels.empty
    page = text(soup(str(sections.comparisons(real, "da"))))
    caption = told(place_charts.comparison(real, "da", "safe_share"))
    assert not any(word in caption for word in ("ligger", "kan ikke skelnes", "mellem nr."))
    assert "Motalavej lå i 2016 som nr. 4 af de 5 områder, der er tal for." in page and "Antallet af svar er ikke offentliggjort for Motalavej" in page
    assert "95 %-grænserne" not in page and "kræver tal med kendt antal svar for mindst 3 områder" in page


def test_the_published_figures_give_no_rate_and_the_page_says_which_delivery_would(real):
    for id_ in ("vandalism_reports", "arson_reports"):
        part = place_charts.rates(real, "da", id_)
        parsed = soup(str(part))
        assert not parsed.find(["svg", "table"]) and part.figures == []
        assert "Danmarks Statistiks anmeldelser og folketal for Slagelse Kommune, Danmark" in text(parsed)


def test_the_example_says_which_year_lacks_inhabitants_and_holds_ours_against_the_rest(example):
    page = text(soup(str(place_charts.rates(example, "da", "vandalism_reports"))))
    # 128 of 4,900, 646 of 79,000, 31,860 of 5,800,000
    assert (
        "Anmeldt hærværk pr. 1.000 indbyggere lå i 2021 højere i de fire områder samlet (26,1) end i resten af Slagelse Kommune (7,0) og resten af "
        "Danmark (5,5). Forskellene er større end tilfældig variation."
    ) in page  # (646 − 128) of 74,100; (31,860 − 128) of 5,795,100
    assert "hele Slagelse Kommune (8,2) og hele Danmark (5,5)" in page
    assert "med t for så få frihedsgrader: de fire områder samlet 4,8 gange så stor varians (frihedsgrader: 3); Slagelse Kommune 2,0 gange" in page
    assert "Intet tal for de fire områder samlet i 2020: indbyggertallet mangler." in page


# 60, 41 and 20 of 4,000; the rest 740, 759 and 780 of 76,000
@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (60, "højere i de to områder samlet (15,0) end i resten af Byen Kommune (9,7). Forskellen er større end"),
        (41, "på 10,3 pr. 1.000 indbyggere i de to områder samlet mod 10,0 i resten af Byen Kommune. Forskellen kan"),
        (20, "lavere i de to områder samlet (5,0) end i resten af Byen Kommune (10,3). Forskellen er større end"),
    ],
)
def test_more_or_fewer_is_said_only_where_chance_does_not_explain_it(small_plan, ours, words):
    # 4,000 of 80,000 inhabitants and 800 reports: as many as elsewhere would be 40
    cells = f"a;2019;reports;{ours - 10}\nb;2019;reports;10\ncity;2019;reports;800\na;2019;people;3000\nb;2019;people;1000\ncity;2019;people;80000\n"
    written = register(indicators=COUNTED + CITY, areas=("a", "b"))
    page = text(soup(str(place_charts.rates(Plan.load(small_plan(agreement=written, counts=cells).folder), "da", "reports"))))
    said = [each for each in ("højere i", "kan være tilfældig", "lavere i") if each in page]
    assert words in page and len(said) == 1


def test_fires_and_reports_of_arson_never_stand_in_one_series(example):
    for id_ in ("arson_reports", "vandalism_reports"):
        rows = example.rates[example.rates["indicator"] == id_]
        assert ("combined" in set(rows["area"])) == (id_ == "vandalism_reports")
    page = text(soup(str(place_charts.rates(example, "da", "arson_reports"))))
    assert "lå i 2021 på 0,49 i Slagelse Kommune og 0,40 i Danmark pr. 1.000 indbyggere" in page
    assert "kan ikke sammenlignes med områdernes påsatte brande" in page
    assert "arson_fires" not in {figure["indicator"] for figure in place_charts.rates(example, "da", "arson_reports").figures}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_number_in_the_tables_of_the_comparisons_is_a_key_figure(example, lang):
    shown = elements.together("both", [sections.comparisons(example, lang), sections.rates(example, lang)])
    listed = " ¦ ".join(" ".join(str(figure["shown_as"]).split()) for figure in shown.figures)
    checked = 0
    for cell in soup(shown.markup).find_all("td"):
        for number in re.findall(r"(?<![\w.,−])\d[\d.,]*(?! områder| areas)", re.sub(r"(95|99[.,]8) ?%[- ](limits?|grænsen)", "", text(cell))):
            if not re.fullmatch(r"(19|20)\d\d", number.rstrip(".,")):
                checked += 1
                assert re.search(rf"(?<![\d,.]){re.escape(number.rstrip('.,'))}(?!\d)", listed), text(cell)
    assert checked > 300
    page = text(soup(shown.markup))
    assert [figure for figure in shown.figures if " ".join(str(figure["shown_as"]).split()) not in page] == []


HOSTILE = ("<script>alert(1)</script>", "X" * 400, 'A" onload="x', "$\\\\nix$ _5_")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_endless_name_stays_a_name(small_plan, name):
    written = register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))
    for old in ('name = "A"', 'name = "X1"', 'name = "The average"'):
        written = written.replace(old, f"name = '''{name} {old[-2]}'''")
    cells = "".join(f"{area};2019;safe;{value};100\n" for area, value in zip(("a", "b", "x1", "x2", "average"), (61, 70, 55, 66, 64), strict=True))
    plan = Plan.load(small_plan(agreement=written, survey=cells).folder)
    for lang in LANGUAGES:
        shown = sections.comparisons(plan, lang)
        assert shown.markup.count("<svg") == 2
        is_text(shown.markup)


CASES = {
    "one area, one other": ["a;2019;safe;61;100", "x1;2019;safe;70;100"],
    "all equal": [f"{area};2019;safe;50;100" for area in ("a", "b", *OTHERS)],
    "none and all, withheld": ["a;2019;safe;0;100", "b;2019;safe;100;100", "x1;2019;safe;50;100"],
    "a gap of years": ["a;2015;safe;61;100", "x1;2015;safe;70;100", "x2;2015;safe;70;100", "a;2021;safe;65;100", "x1;2021;safe;60;100"],
    "nothing of ours": ["x1;2019;safe;61;100", "x2;2019;safe;70;100"],
    "all of ours hidden": ["a;2019;safe;61;10", "b;2019;safe;61;10", "x1;2019;safe;70;100"],
    "ours in one year, others in another": ["a;2018;safe;61;100", "x1;2019;safe;70;100"],
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_there_is_ends_in_a_chart_or_in_words(small_plan, name):
    written = register(ABOVE, indicators=SAFE + PLACES + AVERAGE, areas=("a", "b"))
    plan = Plan.load(small_plan(agreement=written, survey="\n".join(CASES[name]) + "\n").folder)
    ranked_ = name in ("one area, one other", "all equal", "a gap of years")
    for lang, hidden in (("da", "vises ikke"), ("en", "not shown")):
        shown = sections.comparisons(plan, lang)
        page = text(soup(shown.markup))
        assert ("<svg" in shown.markup) == ranked_ and len(page) > 60 and "nan" not in page.lower().split()
        assert not re.search(r"\d[.,]\d{3,}", re.sub(r"\d\.000", "", page)), "no number with ten decimals"
        assert (hidden in page) == (name in ("none and all, withheld", "all of ours hidden"))


def test_a_rank_of_a_later_year_is_not_told_in_an_earlier_report(example):
    plan = Plan.load(example.folder, 2018)
    assert plan.standings["year"].max() == plan.funnels["year"].max() == plan.rates["year"].max() == 2018
    assert "2019" not in text(soup(str(sections.comparisons(plan, "da")) + str(sections.rates(plan, "da"))))
