"""The quality of the figures is told from the figures: what is in the plan stands there, and nothing that is not."""

import re

import pytest
from pages import example_copy, real_copy, soup

from analysis.judging import summary
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES, known
from analysis.showing import benchmarking, charts, front, promise_words, quality, wording, years_together


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Plan:
    return Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("raw")), 2017)


def test_the_example_tells_its_answers_breaks_and_years_without_a_survey(example):
    told = quality.quality(example, "da").text
    assert "Andel trygge: mellem 124 og 318 svar for et område og år, hvor tallet vises; designeffekt 1,2." in told
    assert "Svarprocenter er ikke leveret" in told and "Der er ingen tidligere udgave at sammenligne med." in told
    assert "Andel trygge: brud i 2019 og 2021, hvor tallene alligevel sammenlignes. Andel trygge: ikke målt i 2020." in told
    assert "Unikke besøgende på hjemmesiden: brud i 2020, og tal før og efter sammenlignes ikke." in told
    assert "Af 19 lovede målinger har 19 et tal for 2021." in told


def test_the_real_plan_tells_how_little_is_there(real):
    told = quality.quality(real, "en").text
    assert "Share feeling safe: the number of answers is not published for 3 of the shares" in told
    assert "Of 17 promised indicators 1 have a figure for 2017." in told and "The latest figure is from 2015 for: Vandalism repairs." in told


def test_doubts_and_conflicts_are_counted_of_all_figures_also_those_of_other_places_and_without_a_year(real):
    """The 22 % without a year, residents of 2019 and a police district's share of 2014; Askerød's two shares of 2013."""
    notes = real.exact_observations["note"]
    assert notes.str.startswith("doubtful").sum() > 2, "some are of later years"
    told = quality.quality(real, "en").text
    assert "2 are marked as doubtful" in told and "1 figures are marked as contradicting another source" in told


def test_the_counts_are_those_of_the_tables(example):
    rows = example.gaps[(example.gaps["reading"] == "primary") & example.gaps["role"].isin(["judged", "baseline"]) & (example.gaps["year"] <= 2021)]
    needed = rows[(rows["role"] == "judged") | ~rows["undated_baseline"]].drop_duplicates(["indicator", "area", "year"])
    figures = example.observations.set_index(["indicator", "area", "period"])["value"].notna()
    keys = [(id_, area, example.agreement.period(id_, int(year))) for id_, area, year in zip(needed["indicator"], needed["area"], needed["year"], strict=True)]
    there = sum(figures.get(key, False) for key in keys)
    told = quality.quality(example, "en").text
    assert f"need {len(keys)} yearly figures up to 2021, starting points included: {there} are there" in told
    found = summary.coverage(example.agreement, example.exact_gaps, example.exact_observations, 2021)
    assert sum(found) == len(keys) and found.unmeasured == 4, "no safety survey in 2020, in four areas"


def test_a_year_that_nobody_has_delivered_is_among_the_missing(example):
    rows, seen = example.exact_gaps, example.exact_observations
    left = seen[~((seen["indicator"] == "arson_fires") & (seen["area"] == "motalavej") & (seen["period"] == "2019"))]
    before, after = (summary.coverage(example.agreement, rows, some, 2021) for some in (seen, left))
    assert (after.there, after.missing) == (before.there - 1, before.missing + 1)


def test_a_reading_that_judges_otherwise_is_named(example):
    told = quality.readings(example, "da").text
    assert "Ringparken/Schackenborgvænge – valgt fortolkning: opfyldt;" in told and "Alle fortolkninger giver samme vurdering." in told


def test_each_clear_verdict_stands_or_says_what_it_depends_on(example):
    told = quality.robustness(example, "da")
    lines = [[cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])] for line in soup(str(told)).find("tbody").find_all("tr")]
    said = {(promise.split()[0], years): [claim, firm] for promise, years, claim, firm in lines}
    tried = "Holder under alle de fortolkninger og udsving, der er prøvet."
    assert said["T1c", "2021"][1] == f"{tried} Et brud i serien kan stadig ligge bag."
    assert said["T2", "2017–2021"] == ["Falder, tydeligt", tried]
    assert said["K1", "2021"] == ["Intet tydeligt", "Det kommer an på: hvis antal kun svingede tilfældigt: opfyldt, tydeligt."]
    linear = "Fraflytningsprocenten skal hvert år falde med en tiendedel af de 22 %: til 19,8, 17,6, 15,4 og 13,2 %."
    assert said["T2", "2021"] == ["Intet tydeligt", f"Det kommer an på: hvis det læses som »{linear}«: ikke opfyldt, tydeligt."]
    rows = example.robustness
    silent = int((rows["stands"] & (rows["claim"] == "cannot_tell")).sum())
    assert len(lines) + silent == len(rows) and f"hvad man end antager: {silent}." in told.text


def test_the_claims_whose_firmness_is_told_are_those_of_the_pages(example):
    rows = example.robustness
    years = example.periods.merge(rows[rows["span"] == "years"], on=["criterion", "indicator", "area"], suffixes=("", "_told"))
    assert len(years) > 20 and (years["claim"] == years["claim_told"]).all()


def test_a_plan_that_claims_nothing_by_chance_says_so(real):
    assert quality.robustness(real, "da").text == "Der siges intet, hvor tilfældet spiller ind."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_method_has_its_formula_what_it_assumes_and_its_source(lang):
    for name in quality.METHODS:
        assert all(known(f"method_{name}{part}", lang) for part in ("", "_formula", "_assumes", "_source")), name


def test_page_one_tells_how_many_comparisons_chance_alone_would_make_look_clear(example):
    found = summary.budget(example.exact_gaps, example.exact_latest, example.exact_periods, example.contrasts)
    told = front.clear(example, "da")
    assert (
        f"Rapporten laver {found.comparisons} sammenligninger. Hver for sig ser {found.alone} af dem tydelige ud; omkring {found.comparisons / 20:.0f} "
        in told.text
    )
    assert {figure["value"] for figure in told.figures} >= {found.comparisons, found.alone}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_limits_outside_the_report_s_comparisons_are_said_to_be_so_where_they_stand(example, lang):
    outside = {"da": "sammenligninger, rapporten ellers tæller sammen", "en": "comparisons that the report counts elsewhere"}[lang]
    safe = example.agreement.indicators["safe_share"]
    assert outside in benchmarking.standing_findings(example, lang, safe)[1]
    rows = example.funnels[(example.funnels["indicator"] == "safe_share") & (example.funnels["year"] == 2021)]
    assert outside in benchmarking.funnel_findings(example, lang, safe, rows)[1]
    budget = quality.budget(example, lang).text
    comparisons = str(summary.budget(example.exact_gaps, example.exact_latest, example.exact_periods, example.contrasts).comparisons)
    found = summary.budget(example.exact_gaps, example.exact_latest, example.exact_periods, example.contrasts)
    assert sum(each.asked for each in found.questions) == found.comparisons
    assert all(f"{each.asked}" in budget and f"{each.held} {'tydelige' if lang == 'da' else 'clear'}" in budget for each in found.questions)
    assert budget.count(comparisons) == 2 and {"da": "tre spørgsmål", "en": "three questions"}[lang] in budget


def test_the_claims_against_other_places_stand_among_what_is_claimed(example):
    told = quality.robustness(example, "en").text
    for row in example.exact_periods[example.exact_periods["difference_clear"]].to_dict("records"):
        assert years_together.others(example, "en", row).text in told
    assert re.search(r"in 2021 .*\(26\.1\).* the rest of Slagelse Kommune \(7\.0\)", told) and example.contrasts["clear"].any()


def test_limits_per_thousand_say_by_how_much_and_with_how_many_degrees_of_freedom_they_are_wider(example):
    indicator, rows = example.agreement.indicators["vandalism_reports"], example.rates[example.rates["indicator"] == "vandalism_reports"]
    told = benchmarking.rate_findings(example, "en", indicator, rows)[1]
    for row in example.contrasts[(example.contrasts["indicator"] == "vandalism_reports") & (example.contrasts["year"] == 2021)].to_dict("records"):
        assert f"{wording.number(row['dispersion'], 1, 'en')} times the variance (degrees of freedom: {int(row['freedom'])})" in told
    assert f"four areas combined {wording.number(row['own_dispersion'], 1, 'en')} times the variance (degrees of freedom: {int(row['own_freedom'])})" in told


def test_persons_of_several_areas_are_said_to_count_once_in_all_where_the_areas_stand_side_by_side(example):
    for id_, said in (("volunteers", True), ("fire_evenings", False)):
        assert ("counts in each of them and only once in all" in charts.small_multiples(example, "en", id_).text) is said


def test_only_what_the_report_claims_is_called_clear(example):
    rows = example.exact_gaps[(example.exact_gaps["certainty"] == "certain") & (example.exact_gaps["claim"] == "cannot_tell")]
    assert len(rows) > 3, "what is clear by itself and not among all that is compared"
    for row in rows.to_dict("records"):
        assert promise_words.claimed(example.agreement.indicators[row["indicator"]], row) == "alone"
