"""From every page one comes to itself in other languages and years, and to its figures; no link leads nowhere."""

import pytest
from pages import soup

from analysis.running.freshness import Made
from analysis.running.ways import connect

PAGE = '<!doctype html><html lang="da"><body><nav></nav>\n<!-- ways --><!-- /ways -->\n<main>{}</main></body></html>'


@pytest.fixture
def reports(tmp_path):
    """Three years' pages, the last in two languages; of Sydbyen none in the first year."""
    for home in ("2019", "2020", "2021", "2021/en"):
        (tmp_path / home).mkdir(parents=True, exist_ok=True)
        for name in ("index", "area-sydbyen")[: 1 if home == "2019" else 2]:
            (tmp_path / home / f"{name}.html").write_text(PAGE.format(f"{name} {home}"), encoding="utf-8")
    for home in ("2019", "2020", "2021", "2021/en"):
        note(tmp_path, home)
    (tmp_path / "2021" / "key_figures.csv").touch()
    return tmp_path


def note(reports, home):
    made = Made.read(reports / home, reports)
    for path in (reports / home).glob("*.html"):
        made.note(path.name, "", "", {}, {})
    made.write(reports)


def ways(reports, page):
    found = soup(reports / page).find("nav", class_="ways")
    return {link.get_text(): link["href"] for link in found.find_all("a")} if found else {}


def test_a_page_leads_to_itself_in_the_other_language_and_the_years_beside_it(reports):
    connect(reports)
    assert ways(reports, "2021/index.html") == {
        "English": "en/index.html",
        "← 2020": "../2020/index.html",
        "Tallene som tabel (CSV)": "key_figures.csv",
        "Alle år og sprog": "../index.html",
    }
    assert ways(reports, "2021/en/index.html") == {"Dansk": "../index.html", "All years and languages": "../../index.html"}
    assert list(ways(reports, "2020/index.html")) == ["← 2019", "2021 →", "Alle år og sprog"]


def test_a_year_that_lacks_the_page_is_not_led_to(reports):
    connect(reports)
    assert list(ways(reports, "2020/area-sydbyen.html")) == ["2021 →", "Alle år og sprog"]


def test_what_is_published_or_removed_later_is_followed_and_the_page_still_counts_as_unchanged(reports):
    connect(reports)
    (reports / "2020" / "index.html").unlink()
    connect(reports)
    assert ways(reports, "2021/index.html")["← 2019"] == "../2019/index.html"
    assert not Made.read(reports / "2021", reports).edited() and Made.read(reports / "2021", reports).unchanged("index.html", "")


def test_a_page_that_was_changed_by_hand_stays_as_it_is(reports):
    edited = reports / "2021" / "index.html"
    edited.write_text(edited.read_text(encoding="utf-8") + "<!-- by hand -->", encoding="utf-8")
    before = edited.read_bytes()
    connect(reports)
    assert edited.read_bytes() == before and Made.read(reports / "2021", reports).edited() == [edited]
