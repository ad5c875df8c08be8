"""`key_figures.csv`: every number a reader sees, once, and none that no reader sees."""

import csv
import re
from functools import cache
from pathlib import Path

import pytest
from pages import danish, english, says, soup, text

COLUMNS = ["report", "element", "indicator", "area", "period", "value", "shown_as"]


@pytest.fixture(params=["da", "en"])
def report(request, tmp_path_factory) -> Path:
    """The folder of a rendered report."""
    home = tmp_path_factory.getbasetemp()
    return danish(home) if request.param == "da" else english(home)


@cache
def seen(page: Path) -> str:
    return text(soup(page))


def figures(report: Path) -> list[dict[str, str]]:
    with (report / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_its_columns_are_those_of_the_contract(report):
    with (report / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == COLUMNS


def test_every_figure_is_whole(report):
    rows = figures(report)
    assert len(rows) > 50
    for row in rows:
        assert None not in row.values() and all(row[name] for name in COLUMNS if name != "period"), row
        assert float(row["value"]) == float(row["value"]), f"not a number: {row}"


def test_every_figure_stands_in_the_text_of_its_page(report):
    missing = [row for row in figures(report) if not says(seen(report / f"{row['report']}.html"), row["shown_as"])]
    assert missing == []


def test_a_share_is_shown_as_the_percentage_it_is(report):
    shares = [row for row in figures(report) if row["indicator"] == "safe_share" and row["shown_as"].strip().endswith("%")]
    exact = [row for row in shares if row["shown_as"][0].isdigit() and "–" not in row["shown_as"]]
    assert len(exact) > 10
    for row in exact:
        shown = float(row["shown_as"].rstrip("%\u00a0 ").replace(",", "."))
        assert abs(shown - float(row["value"]) * 100) <= 0.0501, row


def test_no_figure_stands_in_it_twice(report):
    rows = [tuple(row.values()) for row in figures(report)]
    assert len(rows) == len(set(rows))


def test_every_page_with_figures_is_in_it(report):
    assert {row["report"] for row in figures(report)} >= {"index", "partnership", "area-motalavej", "data-check"}


def test_it_holds_what_was_measured_in_motalavej_and_the_gap(report):
    found = {
        (row["report"], round(float(row["value"]), 6), row["shown_as"].replace("\u00a0", " "))
        for row in figures(report)
        if (row["indicator"], row["area"], row["period"]) == ("safe_share", "motalavej", "2016")
    }
    danish_report = report.name != "en"
    measured, gap = ("58,3 %", "−14,1") if danish_report else ("58.3%", "−14.1")
    assert ("index", 0.583, measured) in found
    assert {("area-motalavej", 0.583, measured), ("area-motalavej", -0.141, gap)} <= found


def test_every_number_in_a_table_of_a_page_is_in_it(report):
    """Years and what suppliers wrote are no figures of ours; the page of deliveries counts rows and cells."""
    shown: dict[str, str] = {}
    for row in figures(report):
        shown[row["report"]] = shown.get(row["report"], "") + " ¦ " + " ".join(row["shown_as"].split())
    checked = 0
    for path in sorted(report.glob("*.html")):
        if path.stem in ("data-check", "method"):
            continue
        for table in soup(path).find_all("table", id=lambda id_: id_ and id_ != "provenance"):
            for cell in table.find_all("td"):
                said = re.sub(r"95 ?%[- ]interval", "", text(cell))  # how sure, not a figure
                for link in cell.find_all("a"):  # who published it, such as 112news.dk
                    said = said.replace(text(link), "")
                for number in re.findall(r"(?<![\w.,−])−?\d[\d.,]*(?! områder| areas)", said):
                    number = number.rstrip(".,")
                    if not re.fullmatch(r"(19|20)\d\d", number):
                        checked += 1
                        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?!\d)", shown[path.stem]), (path.name, table["id"], text(cell))
    assert checked > 50
