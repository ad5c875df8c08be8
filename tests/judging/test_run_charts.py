"""Run charts on a page: what they say, in words and numbers a reader can check, and nothing that is hidden."""

import re
from functools import cache, partial

import pandas as pd
import pytest
from conftest import INDICATORS, count, criterion, gone, indicator, observed, register
from hostile import TAGS
from pages import example_copy, says, soup, text, told
from scipy.stats import binom

from analysis.judging import finished, months
from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES
from analysis.running.render import FIGURE_COLUMNS
from analysis.sharing.bundle import _wrong_figures
from analysis.showing import month_findings, run_charts, sections


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("made-up"))


@pytest.fixture(scope="module")
def example(folder) -> Plan:
    return Plan.load(folder, 2021)


@pytest.fixture(scope="module")
def area_page(example):
    """The months of an area, made once."""
    return cache(partial(sections.months, example, "da"))


def lines(values: list, area: str = "a", name: str = "reports", year: int = 2017) -> str:
    """Months in a row as lines of a delivery; None for no line."""
    return "".join(f"{area};{year + n // 12}-{n % 12 + 1:02};{name};{value}\n" for n, value in enumerate(values) if value is not None)


STEADY = [15, 17, 16, 18, 15, 19, 16, 17, 14, 18, 16, 17]
SHOWN = [("vandalism_reports", "combined"), ("move_out_rate", "combined"), ("negative_mentions", "combined"), ("web_visitors", "combined")]


# --- what it says ------------------------------------------------------------------------------------------


def test_a_month_that_stands_out_is_named_with_its_number_and_the_limits(example):
    said = text(soup(str(run_charts.run_chart(example, "da", "vandalism_reports", "combined"))))
    assert "Usædvanligt: juli 2021 (24)." in said
    assert "Det sædvanlige pr. måned er 8 (medianen, januar 2017–december 2021)." in said
    numbers = [int(value) for value in example.months("vandalism_reports", "combined")["value"]]
    lower, upper = binom.ppf([0.05 / 120, 1 - 0.05 / 120], sum(numbers), 1 / 60)
    assert f"mellem {lower:.0f} og {upper:.0f}." in said, "sixty months that chance alone makes pass one of these in one series of twenty at most"
    assert "Fra januar 2021 til december 2021 ligger 10 måneder over det sædvanlige (8) og ingen under." in said, "two lie on it"


def test_the_usual_the_limits_and_how_rare_a_row_is_are_figures_too(example):
    shown = {
        figure["shown_as"]: figure["period"]
        for figure in run_charts.run_chart(example, "da", "vandalism_reports", "combined").figures
        if not re.fullmatch(r"\d{4}-\d\d", figure["period"])
    }
    assert shown == {"8": "2017-2021", "1": "2017-2021", "20": "2017-2021", "= 0,99": "season"}
    assert {"7\u00a0%", "24"} <= {figure["shown_as"] for figure in run_charts.run_chart(example, "da", "vandalism_reports", "combined").figures}


def test_the_move_outs_have_a_season_and_the_summer_is_no_change(example):
    da, en = (text(soup(str(run_charts.run_chart(example, lang, "move_out_rate", "combined")))) for lang in LANGUAGES)
    assert "Hvert år er der højere tal i juni, juli og august og lavere tal i januar, februar, november og december. Sammenlign" in da
    assert "Årstiden ses i alle 5 år" in da
    assert "Sammenlign derfor en måned med den samme måned året før." in da and "Usædvanligt" not in da and "i træk" not in da
    assert "higher figures in June, July and August" in en
    assert set(example.run_chart("move_out_rate", "combined")["signal"]) == {"", "season"}


def test_a_break_gives_the_website_two_usual_numbers_and_the_rise_of_2021_is_told(example):
    said = text(soup(str(run_charts.run_chart(example, "da", "web_visitors", "combined"))))
    assert "Efter bruddet i serien er det sædvanlige 1.295 (medianen, januar 2020–december 2021)." in said
    assert "Fra december 2020 til juli 2021 vokser tallet 7 gange i træk, fra 1.215 til 1.475." in said
    assert "er ikke vurderet, fordi tallene er skøn" in said and "den samme person kan tælle med i flere" in said


def test_seven_in_a_row_among_sixty_is_said_to_be_possible_by_chance_and_twelve_to_be_rare(small_plan):
    mixed = [15, 17, 14, 18, 15, 18, 14, 17] * 6 + [17] * 6 + [14, 14, 14, 14, 15, 15]
    often = run_charts.run_chart(Plan.load(small_plan(counts=lines(mixed)).folder, 2021), "da", "reports", "a")
    assert "7 måneder i træk over" in text(soup(str(often))) and "kan være et tilfælde: den ses i" in text(soup(str(often)))
    assert "sjældent ved et tilfælde" not in text(soup(str(often)))
    lasting = lines([*STEADY, *STEADY, *[value + 20 for value in STEADY]])
    rare = run_charts.run_chart(Plan.load(small_plan(counts=lasting).folder, 2021), "da", "reports", "a")
    assert "i træk over" in text(soup(str(rare))) and "sker sjældent ved et tilfælde: i under 1 %" in text(soup(str(rare)))


def test_a_row_of_months_beside_a_year_that_may_be_chance_says_that_it_is_no_second_sign(example):
    """12 months below the usual in 2021, and 15 mentions against 70 the year before, which may be chance: two questions about the same stories."""
    mentions = example.agreement.indicators["negative_mentions"]
    told = " ".join(month_findings.run_chart_sentences(example, "en", mentions, "combined")[1])
    assert told.count("The year's figure rests on the same events and asks something else") == 1
    visitors = example.agreement.indicators["web_visitors"]
    assert "rests on the same events" not in " ".join(month_findings.run_chart_sentences(example, "en", visitors, "combined")[1]), (
        "an estimate, of which chance is not asked"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "area"), SHOWN)
def test_no_run_chart_calls_anything_progress(example, lang, name, area):
    said = text(soup(str(run_charts.run_chart(example, lang, name, area))))
    assert not re.search(r"forbedr|bedre|improve|better|fremskridt|progress|\b(steg|faldt|rose|fell)\b", said)


def test_fewer_than_twelve_months_say_that_they_are_too_few_for_limits(small_plan):
    said = text(soup(str(run_charts.run_chart(Plan.load(small_plan(counts=lines(STEADY[:8])).folder, 2021), "da", "reports", "a"))))
    assert "Der er tal for 8 måneder; før der er 12, kan det ikke siges, hvor langt tilfældige udsving når." in said
    assert "Der er for få måneder eller tilfælde til at se, om årstiden spiller ind." in said
    assert "Grænser" not in said and "Ingen måneder skiller sig ud" not in said


def test_a_season_within_the_limits_is_told_and_not_that_nothing_stands_out(small_plan):
    year = [200, 210, 200, 210, 200, 230, 240, 230, 210, 200, 210, 200]
    plan = Plan.load(small_plan(counts=lines(year * 4)).folder, 2021)
    said = text(soup(str(run_charts.run_chart(plan, "da", "reports", "a"))))
    assert plan.signals("reports", "a").empty
    assert "år er der højere tal i" in said and "skiller sig ud" not in said


def test_a_quiet_series_is_said_to_be_one(small_plan):
    said = text(soup(str(run_charts.run_chart(Plan.load(small_plan(counts=lines(STEADY)).folder, 2021), "da", "reports", "a"))))
    assert "Ingen måneder skiller sig ud: udsvingene kan være tilfældige." in said


def test_many_months_outside_the_limits_are_counted_and_not_listed(small_plan):
    steps = [10, 10, 11] * 6 + [90, 90, 91] * 6
    said = text(soup(str(run_charts.run_chart(Plan.load(small_plan(counts=lines(steps)).folder, 2021), "da", "reports", "a"))))
    assert re.search(r"\d+ måneder ligger uden for eller tæt på grænserne", said) and "Uden for grænserne:" not in said


def test_quarters_are_told_as_quarters_where_no_month_came(small_plan):
    counts = "".join(f"a;{2015 + n // 4}-Q{n % 4 + 1};reports;{20 + n % 3}\n" for n in range(16))
    plan = Plan.load(small_plan(counts=counts).folder, 2021)
    said = text(soup(str(run_charts.run_chart(plan, "da", "reports", "a"))))
    assert "pr. kvartal" in said and "1. kvartal 2015–4. kvartal 2018" in said and "måned" not in said
    assert "1st quarter 2015" in text(soup(str(run_charts.run_chart(plan, "en", "reports", "a"))))


# --- the table under it, and the figures --------------------------------------------------------------------


def test_the_table_has_a_line_a_year_and_a_column_a_month(example):
    table = soup(str(run_charts.run_chart(example, "da", "vandalism_reports", "combined"))).table
    rows = [[text(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]
    assert [text(cell) for cell in table.thead.find_all("th")][:4] == ["År", "jan.", "feb.", "mar."]
    assert rows[0] == ["2017", "12", "9", "14", "8", "11", "10", "7", "13", "9", "12", "8", "10"] and len(rows) == 5
    assert sum(int(cell) for cell in rows[2][1:]) == 85


def test_months_that_are_hidden_missing_and_zero_are_told_apart(small_plan):
    values = [*STEADY, 0, 12, 0, *[12] * 9, *STEADY[:6], *[None] * 6, *[12] * 11, 2]
    shown = run_charts.run_chart(Plan.load(small_plan(counts=lines(values)).folder, 2021), "da", "reports", "a")
    rows = [[text(cell) for cell in row.find_all("td")] for row in soup(str(shown)).table.tbody.find_all("tr")]
    assert rows[1][:3] == ["0", "12", "0"] and rows[2][6:] == ["mangler"] * 6 and rows[3] == [*["skjult"] * 2, *["12"] * 9, "skjult"]
    said = text(soup(str(shown)))
    few, beside = "3 måneder i 2020 (for små til at blive vist)", "9 måneder i 2020 (kun i tabellen, da andre af årets tal er for små til at blive vist)"
    assert f"Uden tal: 6 måneder i 2019 (ikke leveret), {few} og {beside}." in said
    legend = " ".join(part.get_text() for part in soup(str(shown)).svg.find_all("text"))
    assert "Vises ikke" in legend and "Mangler" in legend


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "area"), SHOWN)
def test_every_number_in_a_table_is_a_figure_and_every_figure_stands_in_the_text(example, lang, name, area):
    shown = run_charts.run_chart(example, lang, name, area)
    listed = " ¦ ".join(" ".join(figure["shown_as"].split()) for figure in shown.figures)
    for cell in soup(str(shown)).table.tbody.find_all("td"):
        for number in re.findall(r"\d[\d.,]*", text(cell)):
            assert re.search(rf"(?<![\d,.]){re.escape(number)}(?!\d)", listed), number
    page = text(str(shown))
    assert [figure for figure in shown.figures if not says(page, figure["shown_as"])] == []


@pytest.mark.parametrize("area", ["motalavej", "skaelskoer"])
def test_what_is_handed_on_knows_every_figure_of_the_run_charts(example, area_page, area):
    figures = pd.DataFrame([{"report": "area", **figure} for figure in [*area_page(area).figures, *area_page("combined").figures]])
    assert figures["element"].str.startswith("months-").sum() > 200
    assert _wrong_figures(example, figures[FIGURE_COLUMNS]) == []


def test_a_figure_of_a_run_chart_that_is_not_the_protected_one_would_be_noticed(example):
    true = next(figure for figure in run_charts.run_chart(example, "da", "move_out_rate", "combined").figures if "-" in figure["period"])
    wrong = pd.DataFrame([{"report": "area", **true, "value": true["value"] + 0.0001}])
    assert [problem.code for problem in _wrong_figures(example, wrong[FIGURE_COLUMNS])] == ["shared_figure"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "area"), SHOWN)
def test_a_run_chart_is_described_with_all_it_says_and_names_its_source(example, lang, name, area):
    parsed = soup(str(run_charts.run_chart(example, lang, name, area)))
    source = text(parsed.figcaption.small)
    said = told(parsed).removeprefix("De fire områder samlet: ").removeprefix("The four areas combined: ")
    assert said != told(parsed), "that it is about all of them together stands first"
    assert said and said in text(parsed.svg.desc)
    assert {"da": "(opdigtet eksempel)", "en": "(made-up example)"}[lang] in source


def test_a_run_chart_drawn_twice_is_the_same_to_the_byte_and_small(example):
    for name, area in SHOWN:
        first, again = (str(run_charts.run_chart(example, "da", name, area)) for _ in range(2))
        assert first == again and len(first) < 36_000, name


# --- where it stands ----------------------------------------------------------------------------------------


def test_a_full_count_of_evenings_held_has_no_run_chart(example, area_page):
    assert len(example.months("fire_evenings", "motalavej")) == 48
    page = soup(str(area_page("motalavej")))
    assert page.find(id="months-vandalism-reports-motalavej") is None and not page.find(id=re.compile("^months-(fire-evenings|working-groups)"))


def test_months_of_all_areas_stand_once_and_an_area_with_years_of_its_own_says_where(example, area_page):
    page = soup(str(area_page("motalavej")))
    assert not page.find(id="months-vandalism-reports-combined") and "de står på siden om hele partnerskabet" in text(page)
    together = soup(str(sections.months(example, "da")))
    assert together.find(id="months-vandalism-reports-combined") and together.find(id="months-move-out-rate-combined")


def test_a_plan_without_months_says_so(small_plan):
    plan = Plan.load(small_plan(counts="a;2017;reports;20\n").folder, 2021)
    assert text(soup(str(sections.months(plan, "da")))) == "Ingen tal er leveret pr. måned."


def test_a_row_that_chance_often_makes_is_told_in_small_print_and_marks_no_month(example):
    rows = example.signals("vandalism_reports", "combined").set_index("kind")
    assert rows.loc["shift", "chance"] > 0.05 and "shift" not in "".join(example.run_chart("vandalism_reports", "combined")["signal"])
    figure = soup(str(run_charts.run_chart(example, "da", "vandalism_reports", "combined"))).figure
    notes = text(figure.select("details > p")[-1])
    assert "10 måneder over det sædvanlige" in notes and "kan være et tilfælde" in notes


def test_where_most_months_are_0_there_is_a_table_and_no_chart(example):
    shown = soup(str(run_charts.run_chart(example, "da", "positive_stories", "combined")))
    assert not shown.svg and shown.table and "I de fleste måneder er tallet 0 eller næsten 0" in text(shown)


def test_an_area_with_months_of_its_own_shows_these_and_not_those_of_all_areas(area_page):
    page = text(str(area_page("sydbyen")))
    assert "Påsatte brande, Sydbyen: 0 i alle 66 måneder, der vises. Uden tal: 12 måneder i 2018 (for små til at blive vist) og 6 måneder i 2020" in page
    assert "Påsatte brande, De fire områder samlet: tallene pr. måned" not in page
    assert "Påsatte brande, Motalavej: tallene pr. måned er for små til at blive vist." in text(str(area_page("motalavej")))


def test_the_report_of_a_year_knows_no_later_month(folder):
    plan = Plan.load(folder, 2019)
    assert plan.months("vandalism_reports", "combined")["period"].max() == "2019-12"
    said = text(soup(str(run_charts.run_chart(plan, "da", "vandalism_reports", "combined"))))
    assert "2021" not in said and "juli" not in said


def test_months_are_the_finest_periods_that_have_a_figure(small_plan):
    counts = lines(STEADY) + "a;2018-Q1;reports;40\na;2018-Q2;reports;42\na;2018;reports;160\nb;2017-H1;reports;30\n"
    plan = Plan.load(small_plan(counts=counts, counts_source=NESTED).folder, 2021)
    assert plan.months("reports", "a")["period"].tolist() == [f"2017-{month:02}" for month in range(1, 13)]
    assert plan.months("reports", "b")["period"].tolist() == ["2017-H1"] and plan.months("reports", "c").empty
    rows = observed(gone("a", "2017-01", "suppressed"), count("a", "2017-Q1", 30), gone("b", "2017-01", "suppressed"))
    found = [finished.parts_of_years(rows, "reports", area, 2021)["period"].tolist() for area in ("a", "b")]
    assert found == [["2017-Q1"], ["2017-01"]]


NESTED = """
contract = "counts"
publisher = "The supplier of counts"
files = ["counts.csv"]
delimiter = ";"
nested_periods = true

[columns]
omraade = "area"
periode = "period"
indikator = "indicator"
antal = "value"
"""

# --- nothing that is hidden ---------------------------------------------------------------------------------


def test_a_hidden_month_can_be_told_from_nothing_that_is_shown(small_plan):
    """Of the year of a small month nothing is judged, as those shown are never the small ones; and whatever they were, the page is the same."""
    pages = []
    for name, hidden in (("one", [3, 90, *STEADY[2:]]), ("other", [1, 92, *STEADY[2:]])):
        plan = Plan.load(small_plan(counts=lines([*STEADY, *hidden, *STEADY]), name=name).folder, 2021)
        chart = plan.run_chart("reports", "a")
        assert chart.loc[chart["period"].str.startswith("2018"), "value"].isna().all() and chart["value"].notna().sum() == 24
        shown = run_charts.run_chart(plan, "da", "reports", "a")
        assert {figure["period"]: figure["value"] for figure in shown.figures if figure["period"].startswith("2018-")} == {
            f"2018-{month + 1:02d}": STEADY[month] for month in range(2, 12)
        }, "the table has those that are shown"
        pages.append((str(shown), shown.figures, str(run_charts.run_chart(plan, "en", "reports", "a"))))
    assert re.sub(r"-[mph][0-9a-f]{10}", "", pages[0][0]) == re.sub(r"-[mph][0-9a-f]{10}", "", pages[1][0])
    assert pages[0][1] == pages[1][1]
    open_ = months.run_chart(
        Plan.load(small_plan(counts=lines([*STEADY, 1, 92, *STEADY[2:], *STEADY]), name="other").folder, 2021, internal=True).months("reports", "a")
    )
    assert open_["upper"].iloc[0] != chart["upper"].iloc[0], "with the hidden months the limits would be others"


# --- attacks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_indicator_without_months_has_no_run_chart(small_plan, lang):
    plan = Plan.load(small_plan(counts="a;2017;reports;20\n").folder, 2021)
    assert run_charts.run_chart(plan, lang, "reports", "a") is None and run_charts.run_chart(plan, lang, "loss", "combined") is None


@pytest.mark.parametrize(
    ("values", "danish"),
    [
        ([2] * 12, "Reports, A: tallene pr. måned er for små til at blive vist."),
        ([17], "Reports, A: 17 (januar 2017). Det er det eneste tal pr. måned; en række kræver flere."),
        ([9] * 30, "Reports, A: 9 i alle 30 måneder, der vises."),
        ([0] * 12, "Reports, A: 0 i alle 12 måneder, der vises."),
    ],
)
def test_what_makes_no_chart_is_one_sentence(small_plan, values, danish):
    named = INDICATORS.replace('name = "reports"', 'name = "Reports"')
    shown = run_charts.run_chart(Plan.load(small_plan(counts=lines(values), indicators=named).folder, 2021), "da", "reports", "a")
    assert text(soup(str(shown))) == danish and not soup(str(shown)).find(["svg", "figure", "table"])


STRANGE = {
    "two": [20, 30],
    "huge": [0, 900_000_000] * 10,
    "once": [0] * 23 + [5000],
    "rising": [*range(5, 65)],
    "torn": [5] * 12 + [None] * 12 + [6] * 12,
    "holes": [7, None, 9, None] * 10,
    "late": STEADY + [None] * 24 + [8],
    "december": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60] * 5,
}


def test_every_strange_series_ends_in_an_explanation(small_plan):
    """Each is an indicator of its own, so that none changes what is made of another."""
    counts = "".join(lines(values, name=name) for name, values in STRANGE.items())
    promise = criterion('kind = "direction"', indicator="two")
    plan = Plan.load(small_plan(promise, counts=counts, indicators="".join(map(indicator, STRANGE))).folder, 2021)
    for name, values in STRANGE.items():
        for lang in LANGUAGES:
            parsed = soup(str(run_charts.run_chart(plan, lang, name, "a")))
            said = told(parsed) if parsed.svg else text(parsed.p)
            assert bool(parsed.svg) != (sum(value == 0 for value in values) > len(values) / 2) and len(said) > 40, (name, lang)
            assert not re.search(r"\bnan\b|None\b(?! of)|[.,]\d{4,}", said), (name, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_becomes_markup_or_breaks_a_run_chart(small_plan, lang):
    name = '<script>alert(1)</script> \\"$x^2$\\" & ' + "langt navn " * 30
    named = register(criterion('kind = "direction"'), indicators=indicator("reports", name=name))
    shown = str(run_charts.run_chart(Plan.load(small_plan(agreement=named, counts=lines(STEADY)).folder, 2021), lang, "reports", "a"))
    parsed = soup(shown)
    assert not parsed.find(sorted(TAGS)) and "<script>alert(1)</script>" in parsed.svg.title.get_text()
    ids = [tag["id"] for tag in parsed.find_all(id=True)]
    assert len(ids) == len(set(ids))
