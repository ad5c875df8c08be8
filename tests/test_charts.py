"""Charts: drawn from protected figures, the same every time, legible, and never empty."""

import ast
import re
from pathlib import Path

import pytest
from hostile import HIDDEN, INDICATOR, is_text, opened
from pages import AREAS, plan_copy, soup, text

from analysis import charts
from analysis.plan import Plan


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Plan:
    return Plan.load(plan_copy(tmp_path_factory.mktemp("real")), 2017)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Plan:
    """A plan in which every text tries to be markup, and area b has a hidden figure in 2018."""
    return opened(tmp_path_factory.mktemp("hostile"))


def drawn(plan: Plan, lang: str = "da") -> list[charts.Shown]:
    """Every chart there is of a plan's areas side by side and of its first area."""
    return [charts.partnership_sections(plan, lang), charts.comparisons(plan, lang), charts.sections(plan, lang, next(iter(plan.agreement.areas)))]


# --- the same every time -------------------------------------------------------------------------------


def test_a_chart_drawn_twice_is_the_same_to_the_byte(real):
    for draw in (lambda: charts.series(real, "da", "safe_share", "motalavej"), lambda: charts.series(real, "da", "vandalism_reports", "motalavej"),
                 lambda: charts.small_multiples(real, "da", "safe_share"), lambda: charts.comparison(real, "da", "safe_share")):  # fmt: skip
        first, again = str(draw()), str(draw())
        assert "<svg" in first and first == again


def test_a_chart_does_not_depend_on_the_one_drawn_before(real):
    alone = str(charts.series(real, "da", "vandalism_reports", "motalavej"))
    charts.comparison(real, "en", "safe_share")
    assert str(charts.series(real, "da", "vandalism_reports", "motalavej")) == alone


def test_no_two_charts_share_an_id(real):
    markup = "".join(map(str, drawn(real)))
    assert len(soup(markup).find_all("svg")) > 4
    ids = [tag["id"] for tag in soup(markup).find_all(id=True)]
    assert len(ids) == len(set(ids))
    for chart in soup(markup).find_all("svg"):
        inside = {tag["id"] for tag in chart.find_all(id=True)}
        assert {tag["xlink:href"][1:] for tag in chart.find_all(attrs={"xlink:href": True})} <= inside


def test_no_drawing_is_left_open(real):
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    charts.series(real, "da", "safe_share", "motalavej")
    charts.comparison(real, "da", "safe_share")
    assert pyplot.get_fignums() == before


# --- legible -------------------------------------------------------------------------------------------


def contrast(colour: str) -> float:
    """Contrast with white by WCAG 2.1: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_contrast_is_computed_as_the_web_does():
    assert contrast("#000000") == pytest.approx(21) and contrast("#ffffff") == 1
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)  # the grey known to fall just short of 4.5


@pytest.mark.parametrize("name", sorted(charts.COLOURS.keys() - {"grid"}))
def test_every_colour_of_text_and_marks_stands_out_on_white(name):
    assert contrast(charts.COLOURS[name]) >= 3


def test_every_colour_written_elsewhere_in_the_charts_stands_out_on_white():
    source = ast.parse(Path(charts.__file__).read_text(encoding="utf-8"))
    used = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and re.fullmatch("#[0-9a-fA-F]{6}", str(node.value))}
    assert used > set(charts.COLOURS.values())
    assert [colour for colour in sorted(used - {charts.COLOURS["grid"]}) if contrast(colour) < 3] == []


def test_the_words_in_a_chart_are_text_that_can_be_read_and_searched(real):
    svg = soup(str(charts.series(real, "da", "safe_share", "motalavej"))).svg
    written = " ".join(part.get_text() for part in svg.find_all("text"))
    assert "58,3" in written and "SUB-gennemsnittet" in written


def test_a_chart_is_described_with_what_it_shows(real):
    svg = soup(str(charts.series(real, "da", "safe_share", "motalavej"))).svg
    assert svg["role"] == "img" and "Motalavej" in svg.title.get_text()
    assert "58,3" in svg.desc.get_text() and "70,2" in svg.desc.get_text()
    assert soup(str(charts.series(real, "en", "safe_share", "motalavej"))).svg.desc.get_text() != svg.desc.get_text()


def test_the_table_under_a_chart_holds_every_figure_in_it(real):
    chart = charts.series(real, "da", "vandalism_reports", "motalavej")
    table = text(soup(str(chart)).figure.table)
    for year, count in {2013: 29, 2014: 15, 2015: 25, 2016: 37, 2017: 17}.items():
        assert re.search(rf"{year} Motalavej {count}\b", table)


# --- never empty, never hostile, nothing given away ----------------------------------------------------


@pytest.mark.parametrize("lang", ["da", "en"])
def test_an_indicator_without_data_is_one_line_that_names_the_delivery(real, lang):
    indicator = real.agreement.indicators["positive_stories"]
    for part in (charts.series(real, lang, "positive_stories", "combined"), charts.small_multiples(real, lang, "positive_stories")):
        parsed = soup(str(part))
        assert indicator.delivery[lang] in parsed.get_text() and "2017" in parsed.get_text()
        assert not parsed.find(["svg", "figure", "table"]) and len(parsed.find_all("p")) == 1
        assert part.figures == []


@pytest.mark.parametrize("area", AREAS)
def test_every_indicator_of_the_plan_is_on_every_areas_page(real, area):
    page = soup(str(charts.sections(real, "da", area)))
    headings = [text(heading) for heading in page.find_all("h3")]
    assert len(headings) == len(real.agreement.indicators)
    for heading, indicator in zip(headings, real.agreement.indicators.values(), strict=True):
        assert heading.startswith(indicator.name["da"])


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_text_in_a_chart_becomes_markup(hostile, lang):
    parts = [charts.series(hostile, lang, "reports", "a"), charts.series(hostile, lang, "reports", "b"), *drawn(hostile, lang)]
    assert sum(str(part).count("<svg") for part in parts) > 2
    for part in parts:
        is_text(str(part))
    assert INDICATOR in soup(str(parts[0])).svg.title.get_text()


def test_a_name_is_written_as_it_is_even_if_it_looks_like_a_formula(tmp_path):
    folder = opened(tmp_path).folder
    register = folder / "agreement.toml"
    register.write_text(register.read_text(encoding="utf-8").replace("<script>alert(1)</script>", r"Vej $\nix$ _5_"), encoding="utf-8")
    chart = soup(str(charts.small_multiples(Plan.load(folder, 2018), "da", "reports")))
    assert r"Vej $\nix$ _5_" in " ".join(part.get_text() for part in chart.svg.find_all("text"))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_hidden_number_is_a_word_in_the_chart_and_no_number(hostile, lang):
    word = {"da": "Diskretioneret", "en": "Suppressed"}[lang]
    for chart in (charts.series(hostile, lang, "reports", "b"), charts.small_multiples(hostile, lang, "reports")):
        parsed = soup(str(chart))
        assert word.lower() in text(parsed).lower()
        assert not re.search(rf"(?<!\d){HIDDEN}(?!\d)", text(parsed))
        assert ("b", "2018") not in {(figure["area"], figure["period"]) for figure in chart.figures}
    assert word in " ".join(part.get_text() for part in soup(str(charts.series(hostile, lang, "reports", "b"))).svg.find_all("text"))


def test_the_place_of_a_hidden_number_does_not_depend_on_it(tmp_path):
    charts_of = []
    for hidden in ("37", "12"):
        folder = opened(tmp_path / hidden).folder
        path = folder / "counts" / "counts.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("b;2018;reports;37", f"b;2018;reports;{hidden}"), encoding="utf-8")
        charts_of.append(str(charts.series(Plan.load(folder, 2018), "da", "reports", "b")))
    marks = [re.sub(r"-[mph][0-9a-f]{10}|[0-9a-f]{64}", "", chart) for chart in charts_of]
    assert marks[0] == marks[1], "drawn from the hidden number"
