"""The first page: a mark for every promise, place and year; what is broken, missing and clear; and a plan in which nothing can be judged yet."""

import pytest
from bs4 import BeautifulSoup
from conftest import criterion
from pages import example_copy, real_copy, soup, text

from analysis import Plan
from analysis.judging import summary
from analysis.running import building
from analysis.showing import evidence, explanations, front, marks, tables

AT_MOST = 'kind = "at_most", value = 50, per = "year"'
NAMED = 'short.da = "Højst 50"\nshort.en = "At most 50"\n'
FORMS = {"met": "●○◐", "not_met": "■□◧", "rounding_undecided": "≈"}
OPEN = "?▨≠–·"


def first_page(plan: Plan, lang: str = "en") -> BeautifulSoup:
    return soup("".join(map(str, front.index(plan, lang, [(f"area-{area}.html", area) for area in plan.agreement.areas]))))


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("example")))


@pytest.fixture
def counted(small_plan) -> Plan:
    """At most 50 a year: 20 is clearly fewer, 45 and 60 may be chance, 120 is clearly more; nobody has counted the last year."""
    rows = "".join(f"a;{year};reports;{number}\n" for year, number in ((2018, 20), (2019, 45), (2020, 120)))
    rows += "".join(f"b;{year};reports;{number}\n" for year, number in ((2018, 60), (2019, 60), (2020, 60)))
    plan = small_plan(criterion(AT_MOST, scope='["a", "b"]', more=NAMED), counts=rows)
    building.build(plan.folder, year=2020)
    return Plan.load(plan.folder, 2020)


def marks_of(page: BeautifulSoup) -> list[list[str]]:
    tables = page.find_all("table", class_="marks")
    lines = [[[text(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")] for table in tables]
    return [line for table, mine in zip(tables, lines, strict=True) for line in ([text(table.caption)], *mine)]


def test_a_mark_says_met_or_not_by_its_form_and_clear_by_its_fill_and_again_in_words(counted):
    assert marks_of(first_page(counted)) == [
        ["A 0 met, 1 not (1 clearly), 0 not judged"],
        ["C At most 50", "● Met, clearly", "○ Met, may be chance", "■ Not met, clearly", "Not met, clearly: 120 against at most 50"],
        ["B 0 met, 1 not, 0 not judged"],
        [
            "C At most 50",
            "□ Not met, may be chance",
            "□ Not met, may be chance",
            "□ Not met, may be chance",
            "Not met, may be chance: 60 against at most 50",
        ],
    ]
    assert first_page(counted).find("a", href="area-a.html")


def test_what_is_not_met_stands_in_the_table_and_what_is_clearly_not_met_is_named(counted):
    page = first_page(counted)
    heading = page.find("h2", string="Clearly not met in 2020")
    assert [text(line) for line in heading.find_next("ul").find_all("li")] == ["A: C At most 50: 120 against at most 50"]
    own = soup(str(front.answer(counted, "en", "b"))).find("h2", string="Promises that are not met in 2020")
    assert [text(line) for line in own.find_next("ul").find_all("li")] == ["C At most 50: 60 against at most 50 (may be chance)"]


def test_every_judged_year_of_the_example_has_the_mark_of_its_verdict(example):
    gaps, seen = example.gaps, 0
    tables = first_page(example).find_all("table", class_="marks")
    for row in [row for each in tables for row in each.tbody.find_all("tr")]:
        link = row.find_parent("table").caption.a
        place = link["href"].removeprefix("area-").removesuffix(".html") if link else "combined"
        if row.find("td"):
            id_ = text(row.find(class_="id"))
            mine = gaps[(gaps["criterion"] == id_) & (gaps["area"] == place) & (gaps["reading"] == "primary") & (gaps["role"] == "judged")]
            years = [int(cell.get_text()) for cell in row.find_parent("table").thead.find_all("th")[1:-1]]
            for year, cell in zip(years, row.find_all("td")[:-1], strict=True):
                verdicts = set(mine.loc[mine["year"] == year, "verdict"])
                assert not text(cell) if not verdicts else any(text(cell)[0] in FORMS.get(verdict, OPEN) for verdict in verdicts), (id_, place, year)
                seen += bool(verdicts)
            assert set(mine.loc[mine["year"] <= example.year, "year"]) <= set(years), "no judged year is left out"
    assert seen > 100


def test_the_mark_tells_why_a_year_has_no_answer_and_the_key_names_every_mark_there_is(example):
    page, found = first_page(example), {}
    for row in example.exact_gaps.query("reading == 'primary' and role == 'judged'").to_dict("records"):
        nobody = row["verdict"] == "not_measured" and (row["indicator"], row["year"]) == ("safe_share", 2020)
        found.setdefault("nobody" if nobody else row["verdict"], set()).add(marks.sign(example.agreement.indicators[row["indicator"]], row))
    assert found["not_yet_due"] == {"·"} and found["suppressed"] == {"▨"} and found["not_comparable"] == {"≠"}
    assert found["baseline_missing"] == {"?"} and found["nobody"] == {"–"}, "nobody measured in 2020: there is nothing to wait for"
    used = {mark.string for mark in page.select("table.marks .m")}
    key = page.find("table", class_="marks").find_previous("p", class_="key")
    told = {sign for part in key.find_all("span") for sign in text(part).partition(" ")[0]}
    assert used <= told | set("■") and told & set(OPEN + "≈") == used & set(OPEN + "≈") > set("▨≠–·")


def test_chance_and_an_estimate_have_marks_of_their_own(example):
    rows = example.exact_gaps.query("reading == 'primary' and role == 'judged' and verdict in ('met', 'not_met')").to_dict("records")
    known = example.agreement.indicators
    signs = {sign: {known[row["indicator"]].uncertainty for row in rows if marks.sign(known[row["indicator"]], row) == sign} for sign in "○□◐◧"}
    assert signs["◐"] == signs["◧"] == {"estimate"} and "estimate" not in signs["○"] | signs["□"] and signs["○"]


def test_a_plan_of_which_nothing_can_be_judged_says_so_and_when_the_first_answer_can_come(tmp_path, tmp_path_factory):
    page = text(first_page(Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path))))
    assert "None of the partnership's 23 promises can be judged in 2017: 14 to be judged later" in page and "0 met" not in page
    assert (
        "Some promises can be judged as soon as the missing figures are delivered; the first of the others with the figures for 2018 at the earliest." in page
    )


def test_a_full_count_is_neither_clear_nor_chance_and_an_estimate_never_clear(example):
    words = {cells[0].split(" ")[0]: cells[-1] for cells in marks_of(first_page(example)) if len(cells) > 2}
    assert words["F1"] == "Met: 58 against at least 50", "what is met has its figure too"
    assert words["F3"] == "Not met, an estimate: 280 against at least 300"


def test_page_one_says_how_many_of_the_promises_that_are_not_met_clearly_are_not(example):
    assert "10 not met (none of them clearly), 7 cannot be judged." in text(first_page(example))
    earlier = Plan.load(example.folder, 2020)
    page, clear = first_page(earlier), summary.clearly_not_met(earlier.agreement, earlier.exact_gaps, 2020)
    named = [text(each) for each in page.find("h2", string="Clearly not met in 2020").find_next("ul").select(".id")]
    assert named == clear and {"F1", "K2"} <= set(clear)
    assert f"({len(clear)} clearly; the other " in text(page)


def test_what_fell_clearly_and_yet_less_than_promised_is_said_in_one_sentence(example):
    lines = [text(line) for line in first_page(example).find_all("li")]
    told = "fell from 2017 to 2021 by about 5.6% a year, but not as much as promised in 2021 (T2: 16.7% against at most 15.3%, may be chance)."
    assert f"The four areas combined: Move-out rate {told}" in lines


def test_a_figure_missing_in_an_earlier_year_is_among_what_is_missing(example):
    (missing,) = summary.years_missing(example.agreement, example.exact_gaps, example.year)
    assert missing == ("T2", "move_out_rate", "combined", [2019], [2019, 2020])
    assert "in each housing area: 2019 (without it T2 Move-out rate 10% lower every year cannot be judged in 2019 and 2020)" in text(first_page(example))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_made_up_plan_says_so_once_and_not_at_each_name(example, lang):
    shown = text(first_page(example, lang))
    assert "opdigtet eksempel" not in shown and "Politiet og" in front.figures_from(example, "da").text
    assert shown.count("EKSEMPELDATA" if lang == "da" else "EXAMPLE DATA") == 1


def test_what_the_years_clearly_show_is_what_may_be_claimed(example):
    claimed = example.periods[example.periods[["trend_clear", "ratio_clear", "difference_clear"]].any(axis=1)]
    heading = first_page(example).find("h2", string="What the years together clearly show")
    lines = [text(line) for line in heading.find_next("ul").find_all("li")]
    told = set(claimed[["indicator", "area"]].itertuples(index=False, name=None))
    assert len(lines) == len(told - {("vandalism_reports", "combined")}) > 1, "what the broken promises say already stands there"
    assert any(line.startswith("Motalavej: Share feeling safe rose from 2016 to 2021") for line in lines)


def test_page_one_says_of_what_no_direction_is_clear(example):
    asked = example.periods[example.periods["trend_p"].notna()].groupby("indicator")["trend_clear"].any()
    names = {example.agreement.indicators[id_].name["en"].lower(): told for id_, told in asked.items()}
    said = next(text(line) for line in first_page(example)("p") if text(line).startswith("Nowhere is it clear whether these rise or fall"))
    assert names["share feeling safe"] and not names["reported vandalism"]
    assert {name for name in names if name in said} == {name for name, told in names.items() if not told}


def test_the_counts_above_the_joint_promises_are_those_of_the_table_below_them_and_say_where_the_others_stand(example):
    page = soup(str(front.answer(example, "en", "combined")))
    rows = [text(row) for row in page.find("table", class_="marks").tbody.find_all("tr")]
    told = text(page)
    assert ("Of the areas' joint 25 promises in 2021: 16 met (10 of them not in every year before), 5 not met (none of them clearly)") in told
    assert len(rows) - 1 == 16 + 5 and rows[-1].startswith("Cannot be judged: D2") and rows[-1].count("D3") == 1
    assert "the remaining 11 promises" in told and len(example.agreement.criteria) == 25 + 11
    assert not str(front.answer(example, "en", "motalavej")).count("joint")


def test_what_is_missing_names_who_brings_it_and_every_promise_that_waits(example):
    heading = first_page(example).find("h2", string="What is missing before the rest can be judged?")
    waiting = text(heading.find_next("ul"))
    assert "The police safety survey in each of the four areas" in waiting and "(1 promise waits: T1c Safer than in the starting year (Skælskør))" in waiting


def test_page_one_the_method_and_the_data_check_name_the_same_unconfirmed_readings(example):
    judged, waiting = summary.unconfirmed(example.agreement, example.exact_gaps, example.year)
    assert {"T1c", "E7"} <= set(judged) and "T1b" not in [*judged, *waiting], "T1c is judged in three areas; of T1b the board has decided"
    page = text(first_page(example))
    assert f"how {len(judged)} of the promises judged are understood ({', '.join(judged)}; another reading would turn the verdict of T1a," in page
    assert f"how {len(waiting)} promises are to be understood (D1 Better" in page and all(f"{id_} " in page for id_ in waiting)
    both = [id_ for id_ in example.agreement.criteria if id_ in {*judged, *waiting}]
    method = text(soup(str(explanations.method(example, "en"))))
    assert method.startswith(f"{len(both)} promises are read as the analyst reads them, which the board has not confirmed: {', '.join(both)}.")
    assert method.count("The board still has to settle") == len(both)
    listed = soup(str(tables.not_judged(example, "en"))).find("table", id="missing-decisions")
    assert [text(row.find_all(["th", "td"])[1]) for row in listed.tbody.find_all("tr")] == both


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_plan_in_which_nothing_can_be_judged_yet_has_no_table_of_dashes(lang, tmp_path, tmp_path_factory):
    page = first_page(Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path)), lang)
    assert page.find("table", class_="marks") is None and not [cell for cell in page.find_all("td") if text(cell) == "–" and not cell.find_parent("details")]
    assert len(page.find_all("svg")) == 2, "what was measured for several years is drawn"
    assert ("58,3" if lang == "da" else "58.3") in text(page)


def test_the_words_of_a_promise_are_escaped(small_plan):
    plan = small_plan(criterion(AT_MOST, more='short.da = "<b>x"\nshort.en = "<b>x"\n'), counts="a;2018;reports;20\n")
    building.build(plan.folder, year=2018)
    assert "&lt;b&gt;x" in str(marks.table(Plan.load(plan.folder, 2018), "en"))


def test_every_promise_area_measure_and_source_is_found_by_name_where_it_stands(example):
    links = [(f"area-{area}.html", "") for area in example.agreement.areas] + [("partnership.html", ""), ("data-check.html", "")]
    found = soup(str(front.directory(example, "da", links)))
    names = [text(line).partition(":")[0] for line in found.find_all("li")]
    promised = {indicator.name["da"] for id_, indicator in example.agreement.indicators.items() if id_ in example.agreement.promised}
    short = {example.agreement.promise_name(id_, "da") for id_ in example.agreement.criteria}
    assert promised | short | {area.name for area in example.agreement.areas.values()} | {"Politiet", "Brandvæsenet"} <= set(names)
    parts = [(place, soup(str(evidence.promises(example, "da", place)))) for place in ("motalavej", "combined")]
    cards = {f"{marks.page_of(place)}#{card['id']}" for place, part in parts for card in part.find_all("section")}
    assert cards <= {link["href"] for link in found.find_all("a")}
    assert not front.directory(example, "da", []).text.partition(")")[2].strip(), "no link to a page that is not there"


def test_where_nothing_is_clearly_broken_what_is_not_met_is_named_all_the_same(example):
    told = front.broken(example, "en").text
    assert told.startswith("Promises that are not met in 2021 None of them clearly:")
    rows = example.gaps[(example.gaps["year"] == 2021) & (example.gaps["role"] == "judged") & (example.gaps["reading"] == "primary")]
    assert all(id_ in told for id_ in rows.loc[rows["verdict"] == "not_met", "criterion"])
    assert not any(f" {id_}," in told for id_ in ("F1", "K3", "E7")), "met"
