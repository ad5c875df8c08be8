"""Charts: drawn from protected figures, the same every time, legible, and never empty."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import criterion
from hostile import HIDDEN, INDICATOR, is_text, opened
from matplotlib.lines import Line2D
from matplotlib.text import Text
from pages import AREAS, example_copy, real_copy, soup, text

from analysis.plan import Plan
from analysis.showing import charts, drawing, elements, evidence, pictures, place_charts, promise_words, run_charts, sections, sheets


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Plan:
    return Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("real")), 2017)


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")), 2021)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Plan:
    """A plan in which every text tries to be markup, and area b has a hidden figure in 2018."""
    return opened(tmp_path_factory.mktemp("hostile"))


def drawn(plan: Plan, lang: str = "da") -> list[elements.Shown]:
    """Every chart there is of a plan's areas side by side and of its first area."""
    return [
        sections.areas(plan, lang),
        sections.comparisons(plan, lang),
        sections.rates(plan, lang),
        *(draw(plan, lang, next(iter(plan.agreement.areas))) for draw in (evidence.promises, evidence.others, sections.months)),
    ]


# --- the same every time -------------------------------------------------------------------------------


def test_a_chart_drawn_twice_is_the_same_to_the_byte(real):
    for draw in (
        lambda: charts.series(real, "da", "safe_share", "motalavej"),
        lambda: charts.series(real, "da", "vandalism_reports", "motalavej"),
        lambda: charts.small_multiples(real, "da", "safe_share"),
        lambda: place_charts.comparison(real, "da", "safe_share"),
    ):
        first, again = str(draw()), str(draw())
        assert "<svg" in first and first == again


def test_a_chart_does_not_depend_on_the_one_drawn_before(real):
    alone = str(charts.series(real, "da", "vandalism_reports", "motalavej"))
    place_charts.comparison(real, "en", "safe_share")
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
    place_charts.comparison(real, "da", "safe_share")
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


@pytest.mark.parametrize("name", sorted(pictures.COLOURS.keys() - {"grid"}))
def test_every_colour_of_text_and_marks_stands_out_on_white(name):
    assert contrast(pictures.COLOURS[name]) >= 3


def test_every_colour_written_elsewhere_in_the_charts_stands_out_on_white():
    written = "\n".join(Path(room.__file__).read_text(encoding="utf-8") for room in (sheets, pictures, drawing, charts, run_charts, place_charts))
    used = {node.value for node in ast.walk(ast.parse(written)) if isinstance(node, ast.Constant) and re.fullmatch("#[0-9a-fA-F]{6}", str(node.value))}
    assert used > set(pictures.COLOURS.values())
    assert [colour for colour in sorted(used - {pictures.COLOURS["grid"]}) if contrast(colour) < 3] == []


# How colours look to eyes that lack one kind of cone, on linear RGB: Machado, Oliveira & Fernandes 2009, severity 1
EYES = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "no colour": [[0.2126, 0.7152, 0.0722]] * 3,
}
APART = 12  # in CIELAB; about 2 is the smallest difference that can be seen side by side


def seen(colour: str, eyes: str) -> np.ndarray:
    """A colour as these eyes see it, in CIELAB (D65)."""
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    parts = to_xyz @ np.clip(np.array(EYES[eyes]) @ linear, 0, 1) / [0.95047, 1, 1.08883]
    light, middle, dark = np.where(parts > (6 / 29) ** 3, np.cbrt(parts), parts / (3 * (6 / 29) ** 2) + 4 / 29)[[1, 0, 2]]
    return np.array([116 * light - 16, 500 * (middle - light), 200 * (light - dark)])


def apart(one: str, other: str, eyes: str) -> float:
    return float(np.linalg.norm(seen(pictures.COLOURS[one], eyes) - seen(pictures.COLOURS[other], eyes)))


def test_colours_are_seen_as_the_tables_of_the_field_say():
    assert seen("#ffffff", "all cones") == pytest.approx([100, 0, 0], abs=0.05)
    assert seen("#ff0000", "all cones") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert seen("#ff0000", "no colour")[1:] == pytest.approx([0, 0], abs=0.05)


@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if eyes != "no colour"])
@pytest.mark.parametrize(
    ("one", "other"), [("value", "target"), ("value", "reference"), ("target", "reference"), ("value", "other"), ("reference", "other"), ("met", "not_met")]
)
def test_colours_that_meet_in_a_chart_are_told_apart_by_every_eye(one, other, eyes):
    assert apart(one, other, eyes) >= APART


def drawn_on(sheet: sheets.Sheet, kind: type) -> list:
    """The lines, or the texts, that were put on a sheet."""
    return [artist for artist in sheet.figure.artists if isinstance(artist, kind)]


def test_where_colour_alone_fails_a_mark_or_a_word_tells(real):
    """Target and verdict come close for some eyes, and without colour much does: shapes, symbols and words carry the meaning too."""
    assert apart("met", "not_met", "no colour") < APART
    assert promise_words.verdict("met", "da")[0] != promise_words.verdict("not_met", "da")[0]
    sheet = sheets.Sheet(200)
    panel = drawing.Panel(sheet, 30, 20, 300, 180, 2015, 2018, 1)
    known = real.agreement.indicators["safe_share"]
    path = pd.DataFrame({"criterion": "T", "year": [2017, 2018], "target": [0.7, 0.7]})
    drawing.draw_values(panel, real.yearly("safe_share", ["motalavej"]), path, known, "da")
    for number, reference in enumerate(("sub_average", "denmark")):
        drawing.draw_reference(panel, real.yearly("safe_share", [reference]), number)
    looks = {(line.get_marker(), str(line._dash_pattern), line.get_linewidth()) for line in drawn_on(sheet, Line2D) if line.get_color() != "white"}
    assert len(looks) == 5, "values, the bars of targets and the dots between them, and two places compared with"


def boxes(ends: list[sheets.End]) -> list[tuple[float, float, str]]:
    """Top and foot of each line of text that names these ends, from above."""
    sheet = sheets.Sheet(200)
    sheet.stack(ends)
    written = [(part.get_position()[1], part.get_text()) for part in drawn_on(sheet, Text)]
    return [(y + sheets.LINE, y, words) for y, words in sorted(written, reverse=True)]


def test_names_at_the_edge_keep_the_order_of_their_lines_and_cover_no_other():
    ends = [sheets.End(300, y, [name, "1"], "#000000") for name, y in (("a", 100), ("b", 104), ("c", 97), ("d", 5), ("e", 199))]
    written = boxes(ends)
    assert [words for _, _, words in written if words != "1"] == ["e", "b", "a", "c", "d"]
    assert all(foot >= top - 1e-6 for (_, foot, _), (top, _, _) in pairwise(written)) and written[-1][1] >= 0 and written[0][0] <= 200 + sheets.LINE


def test_a_number_stands_where_it_covers_nothing_or_not_at_all():
    sheet = sheets.Sheet(100)
    sheet.take([(0, 40, 100, 60)])
    assert sheet.number("58,3", [(50, 50), (50, 80)]) and drawn_on(sheet, Text)[-1].get_position()[1] > 60
    assert not sheet.number("58,3", [(50, 50)]) and len(drawn_on(sheet, Text)) == 1
    assert sheet.number("58,3", [(50, 50)], always=True)


@pytest.mark.parametrize(("highest", "marks"), [(0, [0, 1]), (1, [0, 1]), (7, [0, 2, 4, 6, 8]), (128, [0, 50, 100, 150]), (12_300, [0, 5000, 10_000, 15_000])])
def test_an_axis_counts_in_ones_twos_and_fives_from_zero_to_above_all_that_is_drawn(highest, marks):
    assert drawing.ticks(highest, "count") == marks


def test_charts_of_an_indicator_have_one_scale_and_no_year_without_a_figure(example):
    def scales(*drawn: elements.Shown) -> set[tuple[str, ...]]:
        return {tuple(part.get_text() for part in soup(str(shown)).svg.find_all("text") if re.fullmatch(r"\d{4}|\d+\xa0%", part.get_text())) for shown in drawn}

    shown = [charts.promise(example, "da", criterion, area) for criterion in ("T1a", "T1c", "E5") for area in ("motalavej", "ringparken_schackenborgvaenge")]
    percents = tuple(f"{number}\xa0%" for number in range(0, 101, 20))
    assert scales(*shown) == {(*percents, *map(str, range(2021, 2015, -1)))}


def test_all_values_of_a_chart_are_written_with_the_decimals_of_the_finest():
    rows = pd.DataFrame({"value": [0.6, 0.591], "decimals": [2, 3], "year": [2018, 2019]})
    known = Plan.load("data/raw", 2017).agreement.indicators["safe_share"]
    assert [drawing.number_words(row, known, "da") for row in drawing.same_decimals(rows).to_dict("records")] == ["60,0", "59,1"]


def test_a_chart_is_headed_by_what_it_shows_in_fifteen_words_and_says_no_sentence_twice(example):
    for shown in (charts.promise(example, "da", "T1a", "motalavej"), charts.series(example, "da", "move_out_rate", "combined")):
        figure = soup(str(shown)).figure
        heading, caption = text(figure.select_one(".takeaway")), figure.figcaption.find(string=True, recursive=False) or ""  # what the heading has no room for
        assert 2 < len(heading.split()) <= 15 and heading.endswith(".") and not (caption and caption in heading)
        assert heading in text(figure.svg.desc) and str(caption) in text(figure.svg.desc)


def test_a_chart_is_drawn_for_a_telephone_in_the_colours_of_its_page(real):
    svg = soup(str(charts.series(real, "da", "safe_share", "motalavej"))).svg
    assert float(svg["viewbox"].split()[2]) * 9 / float(svg["font-size"]) <= 335, "letters of nine pixels where it is 335 wide"
    assert not re.search(r"(?<!, )#[0-9a-f]{6}", str(svg)) and "var(--value, #1d4f7c)" in str(svg)


def test_a_chart_brings_white_paper_to_a_notebook_that_has_none(real):
    """In a dark JupyterLab the lines and words of a chart were nearly as dark as what they stood on."""
    shown = charts.promise(real, "da", "T1a", "motalavej").markup
    assert soup(shown).svg["style"] == "background: var(--paper, #fff)" and "--paper" not in elements.IN_NOTEBOOKS


def test_the_charts_of_a_dark_page_stand_out_from_it():
    style = Path("src/analysis/running/page/style.css").read_text(encoding="utf-8")
    dark = style[style.index("prefers-color-scheme: dark") :].split("@media")[0]
    shades = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", dark))
    names = {name for name in pictures._NAMED.values() if name not in ("grid", "paper", "met", "not-met")}
    assert names <= shades.keys(), "each colour of a chart has its shade"
    ground = contrast(shades["paper"])
    assert [name for name in sorted(names) if ground / contrast(shades[name]) < 3] == []


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


def test_each_promise_about_an_indicator_has_a_chart_with_its_own_targets_and_reference(real):
    t1a, t1c = (charts.promise(real, "da", criterion, "motalavej") for criterion in ("T1a", "T1c"))
    assert t1a.element == "promise-T1a-safe-share-motalavej" and t1c.element == "promise-T1c-safe-share-motalavej"
    told = [" ".join(part.get_text() for part in soup(str(shown)).svg.find_all("text")) for shown in (t1a, t1c)]
    assert "SUB-gennemsnittet" in told[0] and "SUB-gennemsnittet" not in told[1], "T1c holds the area against its own start"


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
    promised = [indicator for criterion in real.agreement.criteria.values() if area in criterion.primary.areas for indicator in criterion.primary.indicators]
    said = text(soup(str(evidence.promises(real, "da", area)) + str(evidence.others(real, "da", area)))).lower()
    for indicator in real.agreement.indicators.values():
        assert indicator.id in promised or indicator.name["da"].lower() in said


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
    word = {"da": "Vises ikke", "en": "Not shown"}[lang]
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


# --- every target, and what is pointed at --------------------------------------------------------------


def pointed_at(chart: elements.Shown) -> list[str]:
    return [point["aria-label"] for point in soup(str(chart)).select(".point[tabindex='0']")]


@pytest.mark.parametrize(("indicator", "areas"), [("safe_share", ["motalavej"]), ("volunteers", ["combined"]), ("safe_share", ["motalavej", "sydbyen"])])
def test_a_chart_of_chosen_areas_has_every_target_that_their_values_are_judged_by(example, indicator, areas):
    gaps = example.gaps
    judged = gaps[(gaps["indicator"] == indicator) & gaps["area"].isin(areas) & (gaps["reading"] == "primary") & (gaps["role"] == "judged")]
    judged = judged[judged["target"].notna() & (judged["year"] <= 2021)]
    said = pointed_at(charts.lines(example, "en", indicator, areas))
    for row in judged.to_dict("records"):
        asked = f"{row['criterion']}, {elements.area_name(example, row['area'], 'en')} {row['year']}: {promise_words.target_words(example, row, 'en')}"
        assert any(asked in each for each in said), asked
    assert judged["criterion"].nunique() > 2


def test_every_value_drawn_can_be_pointed_at_and_is_read_out_with_place_and_year(example):
    chart = charts.lines(example, "en", "safe_share", ["motalavej"], ["sub_average"])
    assert "Motalavej 2019: 71.2% (64.4% – 77.2%)" in pointed_at(chart)
    assert any(each.startswith("SUB-gennemsnittet 2019: ") for each in pointed_at(chart))
    assert soup(str(chart)).svg["role"] == "group", "its parts are read out too"
    months = run_charts.run_chart(example, "en", "vandalism_reports", "combined", pointed=True)
    assert "July 2021: 24" in pointed_at(months)
    assert not pointed_at(charts.series(example, "en", "safe_share", "motalavej")), "a page keeps its few stops for the keyboard"


def test_a_hidden_figure_cannot_be_pointed_at(example):
    said = pointed_at(charts.lines(example, "en", "vandalism_reports", ["sydbyen"]))
    assert not [each for each in said if each.startswith("Sydbyen 2019")] and [each for each in said if each.startswith("Sydbyen 2018")]


def test_of_many_places_ours_stand_out_and_names_cover_nothing(real):
    rows = real.observations
    places = [place for place in real.agreement.references if place in set(rows.loc[(rows["indicator"] == "safe_share") & rows["value"].notna(), "area"])]
    drawing_ = soup(str(charts.lines(real, "da", "safe_share", ["motalavej"], places)))
    named = [text(each) for each in drawing_.svg.find_all("g", id=re.compile("text")) or drawing_.svg.find_all("text")]
    assert len(places) > 40 and 0 < sum(real.agreement.area_name(place) in named for place in places) < len(places)
    ours = [each for each in pointed_at(charts.lines(real, "da", "safe_share", ["motalavej"], places)) if "Vollsmose" in each]
    assert ours, "those without room for a name tell it to whoever points at them"


def test_a_series_of_which_every_year_is_hidden_is_drawn_without_values_to_point_at(small_plan):
    plan = Plan.load(small_plan(criterion('kind = "direction"', scope='["a"]', first=2018), counts="a;2018;reports;3\na;2019;reports;2\n").folder, 2019)
    assert plan.yearly("reports", ["a"])["value"].isna().all()
    drawn = str(charts.promise(plan, "da", "C", "a", "reports"))
    assert "<svg" in drawn and 'class="point"' not in drawn


def test_breaks_since_the_same_year_are_told_once_under_the_years(example):
    notes = soup(str(evidence.promises(example, "da", "motalavej"))).find_all(class_="notes")
    assert sum("Brud i serien i 2019 og 2021." in note.get_text() for note in notes) == 2
    assert not any(item.get_text() == "Brud i serien i 2019." for note in notes for item in note.find_all("li"))
