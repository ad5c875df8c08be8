"""The picture of a delivered sheet: every cell with what it is read as, readable without colour, and no text of a sheet that is not the reader's."""

import re

import pytest
from bs4 import BeautifulSoup
from conftest import COUNTS_SOURCE, told
from pages import example_copy, soup

from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES, say
from analysis.promises.problems import PlanError
from analysis.showing import sheet_maps


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("maps"))


@pytest.fixture(scope="module")
def plan(folder) -> Plan:
    return Plan.load(folder, 2021)


def picture(shown, file: str, sheet: int = 0) -> list[list[str]]:
    """A drawn sheet: the rows' numbers and the letters."""
    part = next(part for part in soup(str(shown)).find_all("details") if part.summary.text == file)
    return [[cell.text.strip() for cell in row.find_all(["th", "td"])] for row in part.find_all("table")[sheet].tbody.find_all("tr")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_roles_have_the_same_letter(lang):
    letters = [say(f"cell_{role}", lang)[0] for role in sheet_maps.LETTERS]
    assert len({*letters}) == len(letters)


def test_the_homes_of_the_example_are_drawn_as_they_were_delivered(plan):
    assert picture(plan.sheet_map("housing", "en"), "housing/boligorganisationerne_2015-2021.xlsx") == [
        ["1", "T", "", ""],
        ["2", "", "", ""],
        ["3", "H", "H", "H"],
        ["4–31", "A", "P", "V"],
    ]


def test_rows_set_aside_and_columns_not_read_are_told_apart(folder):
    drawn = picture(Plan.load(folder, 2021, internal=True).sheet_map("fire_service", "en"), "fire_service/udrykninger_2015-2021.xlsx")
    assert drawn[4] == ["5", "O EKS-0001", "P 2015-01-01", "A Ringparken/Scha…", "I Brand i skur", "O ja", "N 3100"]
    assert drawn[6] == ["7", "S EKS-0003", "S 2015-02-04", "S Skælskør", "S Blind alarm", "S nej", "N 3450"]
    assert len(drawn) == sheet_maps.MOST_ROWS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_bears_no_text_of_a_sheet_and_of_a_list_no_record(plan, lang):
    page = soup(str(sheet_maps.sheet_maps(plan, lang)))
    letters = {say(f"cell_{role}", lang)[0] for role in sheet_maps.LETTERS} | {""}
    assert {cell.text for cell in page.find_all("td")} <= letters
    assert picture(sheet_maps.sheet_maps(plan, "en"), "fire_service/udrykninger_2015-2021.xlsx")[2:] == [
        ["4", *"HHHHHH"],
        ["each row", "O", "P", "A", "I", "O", "N"],
    ]
    assert len(str(page)) < 60_000


def test_every_letter_of_a_picture_stands_in_the_legend(plan):
    page = BeautifulSoup(str(sheet_maps.sheet_maps(plan, "da")), "html.parser")
    legend = {mark["class"][0]: mark.text for mark in page.find_all("i")}
    assert all(cell.text == (legend[cell["class"][0]] if cell["class"] != ["b"] else "") for cell in page.find_all("td"))


def test_what_is_not_drawn_of_a_sheet_is_said(small_plan):
    heads = ";".join(f"x{number}" for number in range(30))
    months = [f"{2015 + number // 12}-{number % 12 + 1:02}" for number in range(90)]
    rows = "".join(f"{area};{month};reports;3;{'' if number % 2 else 'n'}{';' * 29}\n" for number, month in enumerate(months) for area in "A")
    more = "ignored_columns = [" + ", ".join(f'"x{number}"' for number in range(30)) + "]\n"
    plan = Plan.load(small_plan(counts=f"omraade;periode;indikator;antal;{heads}\n{rows}".encode(), counts_source=more + COUNTS_SOURCE).folder)
    shown = plan.sheet_map("counts", "en")
    assert "… 51 more rows: used" in shown.text and "… 14 more columns" in shown.text
    assert len(picture(shown, "counts/counts.csv")) == 40 and {len(row) for row in picture(shown, "counts/counts.csv")} == {21}
    assert "91 rows: headings and titles 1, used 90, set aside 0, blank 0, not read 0" in shown.text


def test_a_name_in_a_sheet_cannot_become_part_of_the_page(small_plan):
    plan = Plan.load(small_plan(counts="A;2018;reports;7\n").folder, internal=True)
    markup = str(sheet_maps.sheet_maps(plan, "en", "counts", {("counts/counts.csv", ""): {2: ["<script>x</script>", "2018", "reports", "7"]}}))
    assert "<script" not in markup and re.search("&lt;script", markup)


def test_a_source_that_is_not_there_is_told_with_the_nearest_that_is(plan):
    with pytest.raises(PlanError) as raised:
        plan.sheet_map("houses")
    assert told(raised.value.problems) == {"no_such_source_near"} and "housing" in str(raised.value)
