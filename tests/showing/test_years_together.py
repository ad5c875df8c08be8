"""The years together in words: what is known first, no more than the figures carry, and every number of it a key figure."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import POISSON, agreement_of, count, criterion, gone, indicator, observed
from pages import example_copy, soup, text

from analysis.judging import summary
from analysis.judging.claims import CLAIMS
from analysis.judging.together import STEADINESS
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES, known
from analysis.showing import evidence, findings, promise_words, tables, years_tables, years_together

BEYOND = {"da": "tilfældig variation", "en": "chance variation"}
OPEN = {"da": "kan være tilfældig", "en": "may be chance"}
ALONE = {"da": "ville være tydelig set alene", "en": "would be clear by itself"}
ESTIMATE = {"da": "Tallene er skøn", "en": "The figures are estimates"}
CHAIN = 'kind = "change_per_year", change = -0.1, from = "baseline", path = "compound"'
FROM_2017 = "baseline_year = 2017"
COUNTED = indicator("reports", **POISSON)


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


def plan_of(criteria: str, *rows: dict, indicators: str = "", year: int = 2021) -> Plan:
    """A plan with these promises and figures; nothing on disk."""
    agreement = agreement_of(criteria, **({"indicators": indicators} if indicators else {}))
    plan = Plan(Path("nowhere"), agreement, observed(*({"decimals": pd.NA, **row} for row in rows)), year, False)
    plan.supposed = True
    return plan


def reports(*numbers: float, first: int = 2017) -> list[dict]:
    return [count("a", first + i, number) for i, number in enumerate(numbers)]


def said(plan: Plan, lang: str, indicator: str = "reports", area: str = "a") -> list[years_together.Said]:
    return [each for row in years_together.rows_of(plan, indicator, area) for each in years_together.said_of(plan, lang, row)]


@pytest.mark.parametrize(("lang", "words"), [("da", "for usikkert til at sige noget"), ("en", "too uncertain to say anything")])
def test_limits_that_say_nothing_are_not_written_out(lang, words):
    few, many = (plan_of(criterion(CHAIN, more=FROM_2017), *reports(*numbers), indicators=COUNTED) for numbers in ((2, 1, 3, 1), (200, 190, 180, 150)))
    assert few.periods.iloc[0]["ratio_upper"] > 10 * few.periods.iloc[0]["ratio_lower"], "the table keeps them"
    told = [years_tables.of_promise(plan, lang, "C", "reports", "a").text for plan in (few, many)]
    assert words in told[0] and words not in told[1]


# --- what is known first ---------------------------------------------------------------------------------


def test_motalavej_s_years_are_told_before_its_last_step(example):
    told = [text for text, _ in findings.indicator_findings(example, "da", example.agreement.indicators["safe_share"], "motalavej")]
    rise = "Andel trygge steg fra 2016 til 2021 med omkring 5,0 procentpoint om året (95 %-interval: 3,2 til 6,7 procentpoint), regnet ud fra alle årene."
    breaks = "2019 (ny dataindsamler og større stikprøve) og 2021 (undersøgelsen overgik til Justitsministeriets Forskningskontor)"
    assert told[0] == f"{rise} Det er mere end tilfældig variation. Andel trygge har brud i serien: {breaks}."
    assert told[-1] == "Det sidste skridt alene, fra 71,2\u00a0% (2019) til 79,5\u00a0% (2021), kan være tilfældigt."
    english = years_together.lead(example, "en", "safe_share", "motalavej")
    limits = "(95% interval: 3.2 to 6.7 percentage points)"
    rose = f"Share feeling safe rose from 2016 to 2021 by about 5.0 percentage points a year {limits}, worked out from all the years."
    assert english.text == f"{rose} That is more than chance variation."


def test_where_neither_the_years_nor_the_last_step_tell_it_is_said_once(example):
    told = [text for text, _ in findings.indicator_findings(example, "da", example.agreement.indicators["vandalism_reports"], "motalavej")]
    ours = "Anmeldt hærværk i 2018–2021 under ét: 186 mod højst 215,0, hvis hvert år netop havde holdt løftet."
    assert told[0] == f"{ours} Afstanden kan være tilfældig."
    assert not any("skridt" in text for text in told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_last_step_that_is_clear_by_itself_alone_is_not_called_chance(example, lang):
    """74.8 % of 151 against 63.0 % of 140: 0 lies outside the limits of the difference, and all the report's comparisons keep it from being clear."""
    known = example.agreement.indicators["neighbourliness"]
    row = findings.latest_of(example, "neighbourliness", "motalavej")
    assert row["change_p"] < 0.05 and row["change_claim"] == "cannot_tell"
    told = [findings.change_sentence(example, lang, known, "motalavej")[0], findings.change_sentence(example, lang, known, "motalavej", after_years=True)[0]]
    side_by_side = findings.side_by_side(example, lang, known, ["motalavej", "sydbyen"])
    assert all(ALONE[lang].split(" ")[0] in text and OPEN[lang] not in text for text in told), told
    assert told[0] in side_by_side and "Motalavej 74" not in side_by_side, "it does not share the sentence of those within chance"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_known_stands_before_what_cannot_be_told(example, lang):
    for row in example.exact_periods.to_dict("records"):
        order = [each.known for each in years_together.said_of(example, lang, row)]
        assert order == sorted(order, reverse=True) and order, row["criterion"]


# --- no more than the figures carry ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_a_comparison_that_the_budget_for_chance_leaves_is_said_to_be_beyond_it(example, lang):
    rows = example.exact_periods.to_dict("records")
    asked = [(years_together.trend, "trend_clear"), (years_together.others, "difference_clear")]
    for row in rows:
        for ask, clear in asked:
            if each := ask(example, lang, row):
                assert (BEYOND[lang] in each.text) == row[clear], each.text
        if each := years_together.path(example, lang, row):
            assert (BEYOND[lang] in each.text) == (row["claim"] in ("met_clear", "not_met_clear")), each.text
            estimate = example.agreement.indicators[row["indicator"]].uncertainty == "estimate"
            asked_alone = "" if row["claim"] in years_together.OF_THE_PATH else ESTIMATE if estimate else ALONE if row["ratio_p"] < 0.05 else OPEN
            for words in (OPEN, ALONE, ESTIMATE):
                assert (words[lang] in each.text) == (words is asked_alone), each.text
    assert sum(row["trend_clear"] for row in rows) > 2 and sum(row["difference_clear"] for row in rows) > 1


def test_every_claim_and_every_steadiness_has_its_words():
    for lang in LANGUAGES:
        assert all(known(f"claim_{claim}", lang) for claim in CLAIMS) and all(known(word, lang) for word in STEADINESS)
        assert all(known(f"together_{claim}", lang) for claim in (*years_together.OF_THE_PATH, "cannot_tell"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_direction_is_clear_the_years_say_how_much_it_can_be_at_most(example, lang):
    row = next(row for row in years_together.rows_of(example, "vandalism_reports", "combined") if row["criterion"] == "T3")
    said = years_together.trend(example, lang, row)
    assert not said.known and all(each["shown_as"] in said.text for each in said.figures) and len(said.figures) == 2
    assert [round(each["value"], 3) for each in said.figures] == [round(row["trend_lower"], 3), round(row["trend_upper"], 3)]


def test_a_change_in_proportion_to_homes_has_the_homes_beside_it(example):
    told = text(soup(str(years_tables.of_promise(example, "en", "T3", "vandalism_reports", "combined"))))
    assert "Homes: 2,500 (2017), 2,460 (2018), 2,380 (2019), 2,320 (2020) and 2,280 (2021)" in told


def test_hidden_years_say_so_and_no_more():
    rows = [*reports(123, 104, 85), gone("a", 2020, "suppressed"), *reports(90, first=2021)]
    plan = plan_of(criterion(CHAIN, more=FROM_2017), *rows)
    assert [each.text for each in said(plan, "da")] == ["reports, 2017–2021: Årene under ét vises ikke, fordi de bygger på et tal, der ikke vises."]
    assert years_tables.of_promise(plan, "da", "C", "reports", "a") is None


def test_an_estimate_on_both_sides_of_its_target_says_how_far_it_goes(example):
    row = summary.current_row(example.exact_gaps, 2021, "K6", "web_visitors", "combined")
    told = promise_words.gap_sentence(example, "en", row)[0]
    assert told.endswith("the target is not met, but the supplier's estimate goes from 12,600 to 13,400 and reaches both sides of the target.")


def test_a_change_from_a_figure_of_no_year_is_not_said_to_be_since_a_year(example):
    shown = soup(str(tables.readings(example, "en", "move_out_rate", "combined", "T2"))).tbody
    changes = [change for row in shown.find_all("tr") if "since" in (change := text(row.find_all("td")[-1]))]
    assert [("without a year" in change, "since 2017" in change) for change in changes] == [(False, True), (False, False), (True, False), (True, False)]


def test_a_change_across_breaks_names_them_where_the_verdict_does_not(example):
    """T1a is held against the same year's average, on the same side of every break; the change since 2016 reaches across two."""
    shown = soup(str(tables.readings(example, "en", "safe_share", "motalavej", "T1a"))).tbody
    cells = {text(row.find_all("td")[0]): [text(cell) for cell in row.find_all("td")] for row in shown.find_all("tr")[:6]}
    assert "break" not in cells["2018"][-1] and "break in the series in 2019" in cells["2019"][-1]
    assert "break in the series in 2019 and 2021" in cells["2021"][-1] and "break" not in cells["2021"][-3]
    promise, known = example.agreement.criteria["T1a"], example.agreement.indicators["safe_share"]
    current = summary.current_row(example.exact_gaps, 2021, "T1a", "safe_share", "motalavej")
    assert "2019 (new data collector and larger sample) and 2021" in text(soup(str(evidence.promise(example, "en", promise, known, current))))


def test_a_promise_chained_on_the_year_before_is_not_marked_by_a_break_that_lies_before_it(example):
    """K6 compares 2021 with 2020, both measured by the new tool; its other reading starts from a number of 2018, and is marked."""
    rows = {
        row["reading"]: row for row in example.exact_gaps[(example.exact_gaps["criterion"] == "K6") & (example.exact_gaps["year"] == 2021)].to_dict("records")
    }
    assert rows["primary"]["break_year"] == () and rows["from_10000"]["break_year"] == (2020,)


def test_a_promise_whose_first_year_was_unusual_says_what_that_does(example):
    arson, criterion = example.agreement.indicators["arson_fires"], example.agreement.criteria["E9"]
    rest = evidence._together(example, "da", criterion, arson, "skaelskoer")[1:]
    told = text(soup(str(evidence._behind(example, "da", criterion, arson, "skaelskoer", rest))))
    assert "Tallet i 2017 var usædvanligt højt blandt årene før; en del af ændringen siden kan være, at det vender tilbage af sig selv." in told


def test_so_few_cases_have_no_slope(example):
    row = next(row for row in years_together.rows_of(example, "arson_fires", "sydbyen") if row["criterion"] == "E9")
    assert [each.text for each in years_together.said_of(example, "en", row)] == [
        "Arson fires: Too few cases from 2017 to 2021 to say which way the number went."
    ]


def test_persons_who_may_come_again_are_not_added_up_in_words(example):
    assert not [row for row in years_together.rows_of(example, "volunteers", "combined") if years_together.path(example, "da", row)]


def test_a_share_so_far_is_that_of_its_last_year(example):
    (row,) = years_together.rows_of(example, "caretakers_trained", "combined")
    assert years_together.path(example, "en", row).text == "Caretakers trained in 2021: 81.8%; the target was at least 75.0%. The target is met (full count)."


def test_an_area_without_is_named_where_the_sum_itself_is_enough():
    rows = [count(area, year, 9 if area != "d" else 0, "evenings") for year in range(2018, 2022) for area in ("a", "b", "c", "d")]
    rows += [count("combined", year, 27, "evenings") for year in range(2018, 2022)]
    plan = plan_of(criterion('kind = "at_least", value = 20, per = "year"', "evenings", '"combined"', more="each_positive = true"), *rows)
    (row,) = years_together.rows_of(plan, "evenings", "combined")
    assert years_together.path(plan, "en", row).text.endswith("108; the target was at least 80. The target is not met: in some years an area was without.")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((1000, 930, 870, 800, 720), "About 81% of the promised change has been reached (between 60% and 101%)"),  # 280 of 344
        ((1000, 900, 800, 700, 500), "More than the whole promised change has been reached"),
        ((1000, 1000, 1010, 990, 1000), "is uncertain, but the figures fit 25% of it at most"),
        ((20, 17, 20, 18, 17), "too uncertain to say"),
        ((1000, 1100, 1200, 1300, 1400), "The change has gone the opposite way of what was promised"),
    ],
)
def test_progress_is_told_in_parts_only_where_chance_leaves_one(numbers, words):
    plan = plan_of(criterion(CHAIN, more=FROM_2017), *reports(*numbers), indicators=COUNTED)
    (text,) = [each.text for each in said(plan, "en") if "promised" in each.text]
    assert words in text


def test_two_shares_that_differ_are_never_printed_alike(example):
    for row in example.exact_periods.dropna(subset="total").to_dict("records"):
        total, aim = years_together.path_words(example, "en", row)
        if example.agreement.indicators[row["indicator"]].unit != "count" and row["total"] != row["path_total"]:
            assert not aim.endswith(f" {total}"), (total, aim)


# --- the table -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_the_years_together_is_a_key_figure_of_its_years(example, lang):
    years, checked = {str(year) for year in range(2010, 2030)}, 0
    for row in example.exact_periods.to_dict("records"):
        if not (shown := years_tables.of_promise(example, lang, row["criterion"], row["indicator"], row["area"])):
            continue
        told = {number for figure in shown.figures for number in re.findall(r"\d[\d.,]*", figure["shown_as"])}
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", shown.markup):
            said = re.sub(r"<[^>]+>", " ", cell).replace("&lt;", "<")
            assert {number.rstrip(".,") for number in re.findall(r"\d[\d.,]*", said)} <= told | years | {"4"}, said  # 4 areas
        own = [figure for figure in shown.figures if figure["indicator"] == row["indicator"]]  # the others are what it is in proportion to, year by year
        assert {figure["period"] for figure in own} <= {f"{row['from_year']}-{row['to_year']}"}
        checked += 1
    assert checked > 30


def test_a_plan_of_too_few_years_says_nothing_of_them_together():
    plan = plan_of(criterion(CHAIN, more=FROM_2017), *reports(10, 9), year=2018)
    assert years_tables.of_promise(plan, "da", "C", "reports", "a") is None and years_together.lead(plan, "da", "reports", "a") is None
