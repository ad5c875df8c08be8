"""The pages a partner opens: whole, readable by everyone, self-contained, and with the answers in them."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from pages import AREAS, CONTRACT, ROOT, danish, danish_plan, english, real_copy, soup, text

from analysis.plan import Plan
from analysis.running.render import Page, render_page

DANISH = sorted(name for name in CONTRACT if name.endswith(".html"))
ENGLISH = [name for name in DANISH if not name.startswith("area-")] + ["area-motalavej.html"]


parsed_once = cache(soup)  # no test changes what it reads


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.getbasetemp()


@pytest.fixture(params=[("da", name) for name in DANISH] + [("en", name) for name in ENGLISH], ids=lambda page: f"{page[0]}-{page[1]}")
def page(request, home) -> tuple[str, Path, BeautifulSoup]:
    """Each page of the Danish report and of Motalavej's English one: language, file, parsed."""
    lang, name = request.param
    path = (danish(home) if lang == "da" else english(home)) / name
    return lang, path, parsed_once(path)


@pytest.fixture(scope="module")
def plan(home) -> Plan:
    return Plan.load(danish_plan(home), 2017)


# --- what the report consists of -----------------------------------------------------------------------


def test_the_report_has_exactly_the_files_of_the_contract(home):
    assert {path.name for path in danish(home).iterdir()} == CONTRACT
    assert {path.name for path in english(home).iterdir()} == {*ENGLISH, "key_figures.csv"}


def test_every_internal_link_leads_somewhere(page):
    _, path, parsed = page
    links = [link["href"] for link in parsed.find_all("a") if not re.match(r"https?://", link["href"])]
    assert links
    for link in links:
        file, _, fragment = unquote(link).partition("#")
        there = path.parent / file if file else path
        assert there.is_file(), link
        assert not fragment or fragment in ids_of(there), link


@cache
def ids_of(page: Path) -> set[str]:
    """What can be led to on a page, which is read once for all links."""
    return {each["id"] for each in parsed_once(page).find_all(id=True)}


def test_every_page_leads_to_all_the_others(page):
    _, path, parsed = page
    assert {link["href"] for link in parsed.nav.find_all("a")} == {other.name for other in path.parent.glob("*.html")}
    assert [link["href"] for link in parsed.nav.find_all("a", attrs={"aria-current": "page"})] == [path.name]


# --- one page: language, headings, nothing from elsewhere ----------------------------------------------


def test_it_says_its_language(page):
    lang, _, parsed = page
    assert parsed.html["lang"] == lang


def test_it_has_a_title_and_one_h1(page):
    _, _, parsed = page
    assert parsed.title.get_text(strip=True)
    assert len(parsed.find_all("h1")) == 1 and parsed.h1.get_text(strip=True)


def test_its_headings_make_no_jump(page):
    _, _, parsed = page
    levels = [int(heading.name[1]) for heading in parsed.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_it_needs_nothing_from_elsewhere(page):
    _, _, parsed = page
    assert not parsed.find_all(["script", "iframe", "link", "object", "embed", "base", "form"])
    fetching = {"src", "srcset", "href", "xlink:href", "data", "poster", "action", "background"}
    for tag in parsed.find_all(True):
        for name in fetching & set(tag.attrs):
            if not (tag.name == "a" and name == "href"):
                assert tag[name].startswith(("data:", "#")), f"{tag.name} {name}={tag[name][:60]}"
        assert not [name for name in tag.attrs if name.startswith("on")]
    styles = [tag.get_text() for tag in parsed.find_all("style")] + [tag["style"] for tag in parsed.find_all(style=True)]
    fetched = re.findall(r"@import\s*\S+|url\(\s*['\"]?([^)]*)", " ".join(styles))
    assert all(address.startswith("#") for address in fetched), fetched


def test_a_browser_is_told_to_fetch_nothing(page):
    _, _, parsed = page
    policy = parsed.find("meta", attrs={"http-equiv": re.compile("^content-security-policy$", re.I)})
    assert policy.find_parent("head") and "default-src 'none'" in policy["content"]
    assert not re.search(r"script-src|https?:|\*|unsafe-eval", policy["content"])


def test_no_code_is_left_in_it(page):
    _, _, parsed = page
    seen = text(parsed)
    for code in ("Plan.load", "import ", "display(", "plan_folder", "tables.", "audit.", "charts.", "sections.", "<Figure", "object at 0x", "Traceback"):
        assert code not in seen
    assert not parsed.find_all(class_=re.compile(r"highlight|input|jp-|CodeMirror"))


# --- one page: charts and tables for everyone ----------------------------------------------------------


def test_every_chart_has_a_title_and_a_description_of_its_own(page):
    _, path, parsed = page
    charts = parsed.find_all("svg")
    descriptions = []
    for chart in charts:
        assert chart["role"] == "img"
        title, description = chart.find("title"), chart.find("desc")
        assert title.get_text(strip=True) and description.get_text(strip=True)
        assert {title["id"], description["id"]} == set(chart["aria-labelledby"].split())
        descriptions.append(description.get_text(strip=True))
    assert len(set(descriptions)) == len(descriptions)
    assert charts or not path.name.startswith(("area-", "partnership")), "a page without a chart"


def test_every_chart_stands_beside_a_table_of_its_figures(page):
    _, _, parsed = page
    for chart in parsed.find_all("svg"):
        assert chart.find_parent("figure").find("table").tbody.find("tr")


def test_every_table_has_a_caption_and_headings_with_scope(page):
    _, _, parsed = page
    assert parsed.find_all("table")
    for table in parsed.find_all("table"):
        assert table.caption.get_text(strip=True)
        headings = table.find_all("th")
        assert headings and {heading.get("scope") for heading in headings} <= {"col", "row", "rowgroup", "colgroup"}
        assert all(heading.get_text(strip=True) for heading in headings)
        for row in table.tbody.find_all("tr"):
            assert row.find("th") or under_a_rowgroup(row), text(row)


def under_a_rowgroup(row: Tag) -> bool:
    """Whether a heading further up reaches down to this row."""
    above = row.find_previous_siblings("tr")
    return any(int(heading.get("rowspan", 1)) > distance + 1 for distance, other in enumerate(above) for heading in other.find_all("th", scope="rowgroup"))


def test_every_row_of_a_table_is_as_wide_as_its_heading(page):
    _, _, parsed = page
    for table in parsed.find_all("table"):
        width = len(table.thead.find_all("th"))
        hanging = 0
        for row in table.tbody.find_all("tr"):
            cells = row.find_all(["th", "td"])
            assert sum(int(cell.get("colspan", 1)) for cell in cells) + (hanging > 0) == width, text(row)
            hanging = max(hanging - 1, *(int(cell.get("rowspan", 1)) - 1 for cell in cells))


def test_ids_are_unique(page):
    _, _, parsed = page
    counts = Counter(tag["id"] for tag in parsed.find_all(id=True))
    assert [name for name, times in counts.items() if times > 1] == []


def test_every_reference_inside_the_page_is_to_something_in_it(page):
    _, _, parsed = page
    ids = {tag["id"] for tag in parsed.find_all(id=True)}
    used = {tag["xlink:href"][1:] for tag in parsed.find_all(attrs={"xlink:href": True})}
    used |= {word for tag in parsed.find_all(attrs={"aria-labelledby": True}) for word in tag["aria-labelledby"].split()}
    used |= {found for tag in parsed.find_all(attrs={"clip-path": True}) for found in re.findall(r"url\(#([^)]*)\)", tag["clip-path"])}
    assert used <= ids


def test_everything_the_notebook_shows_reaches_the_page(home, tmp_path):
    parameters = {"year": 2017, "area": "motalavej", "plan_folder": str(real_copy(home, tmp_path))}
    done = render_page(Page("area-motalavej", "Motalavej", ROOT / "notebooks" / "area.ipynb", parameters), "da", [])
    outputs = [output for cell in nbformat.reads(done.notebook, as_version=4).cells for output in cell.get("outputs", [])]
    notebook = soup("".join(output["data"].get("text/html", "") for output in outputs))
    page = soup(done.html)
    for kind in ("table", "figure", "svg", "h1", "h3", "p", "li"):
        assert len(notebook.find_all(kind)) <= len(page.main.find_all(kind)), kind
    for kind in ("table", "figure", "svg"):
        count = len(notebook.find_all(kind))
        assert count > 1 and len(page.find_all(kind)) == count, kind


# --- one language a page -------------------------------------------------------------------------------


def own_words(page: Path, lang: str, received: set[str]) -> str:
    """What a page says itself: without what is marked as another language, and without names and words as received."""
    parsed = soup(page)
    for foreign in parsed.find_all(lang={"da": "en", "en": "da"}[lang]):
        foreign.decompose()
    said = text(parsed)
    for words in sorted(received, key=len, reverse=True):
        said = said.replace(" ".join(words.split()), " ") if words else said
    return said


@pytest.fixture(scope="module")
def received(plan) -> set[str]:
    """Names of places, and what suppliers and publishers wrote themselves: names, titles, cells, notes, printed as received."""
    places = [*plan.agreement.areas.values(), *plan.agreement.references.values()]
    words = {name for place in places for name in (place.name, *place.aliases, *getattr(place, "parts", ()))}
    words |= {town for name in plan.agreement.name.values() for town in re.findall(r"[\w/]*[æøåÆØÅ]\w*", name)}
    words |= {*plan.publications["publisher"], *plan.publications["title"], *plan.files["publisher"]}
    words |= {str(cell) for table in plan.documents().values() for cell in table.to_numpy().ravel()}
    return words | {str(words) for problem in plan.problems for words in (problem.found, problem.detail.get("note", ""))}


@pytest.mark.parametrize("name", ENGLISH)
def test_an_english_page_holds_no_danish_but_names_and_quotes(name, home, received):
    said = own_words(english(home) / name, "en", received)
    assert re.findall(r"(?:\S+ ){0,3}\S*[æøåÆØÅ]\S*(?: \S+){0,3}", said) == []
    assert re.findall(r"(?:\S+ ){0,3}\b(?:ikke|der|hvad|kan|med|mål|mangler)\b(?: \S+){0,3}", said, re.I) == []


@pytest.mark.parametrize("name", DANISH)
def test_a_danish_page_holds_no_english_sentence(name, home, received):
    said = own_words(danish(home) / name, "da", received)
    assert re.findall(r"(?:\S+ ){0,3}\b(?:the|is|not|was|and|which|you)\b(?: \S+){0,3}", said, re.I) == []


# --- the five questions: promised, measured, how far off, how sure, from where --------------------------


def area_page(home: Path, area: str) -> BeautifulSoup:
    return soup(danish(home) / f"area-{area}.html")


def known(home: Path, name: str) -> str:
    """What the first page says is known of one area."""
    heading = next(found for found in soup(danish(home) / "index.html").find_all("h3") if found.get_text(strip=True) == name)
    return text(heading.find_next_sibling())


def promise(area: BeautifulSoup, quote: str) -> Tag:
    """The part of a page about the promise with these words."""
    return next(part for part in area.find_all("section", class_="promise") if quote in part.q.get_text())


def year(part: Tag, when: int) -> dict[str, str]:
    """What a promise's table says of one year, by heading."""
    row = next(row for row in part.find("table", id=re.compile("^years-")).tbody.find_all("tr") if text(row.th) == str(when))
    return {cell["data-label"]: text(cell) for cell in row.find_all("td")}


@pytest.mark.parametrize("area", AREAS)
def test_the_page_of_an_area_answers_for_its_promises(area, home, plan):
    parts = area_page(home, area).find_all("section", class_="promise")
    promised = [criterion for criterion in plan.agreement.criteria.values() if area in criterion.primary.areas]
    quotes = [" ".join(part.q.get_text().split()) for part in parts]
    assert promised and sorted(quotes) == sorted(" ".join(criterion.quote.split()) for criterion in promised)
    for part in parts:
        assert part.q["lang"] == "da" and text(part.find("p", class_="answer").strong), "a verdict, or why there is none"
        assert all(text(cell) for cell in part.find_all("td")), "no cell is left blank"


def test_motalavej_is_answered_in_full(home):
    part = promise(area_page(home, "motalavej"), "ligger over gennemsnittet")
    assert text(part.h3).startswith("T1a") and part.find("a", href=re.compile("^https://www.media-naestved.dk/"))
    said, row = text(part.find("p", class_="answer")), year(part, 2016)
    assert "58,3 %" in row["Værdi"] and row["Afstand"] == "−14,1" and "procentpoint" in text(part.find("table", id=re.compile("^years-")).caption)
    for answer in ("58,3 %", "14,1 procentpoint under", "72,4 %", "Antallet af svar er ikke offentliggjort"):
        assert answer in known(home, "Motalavej") and answer in said


def test_ringparken_is_told_to_be_too_close_to_call(home):
    headline = known(home, "Ringparken/Schackenborgvænge")
    assert "72 %" in headline and "72,0 %" not in headline, "as printed"
    assert "procentpoint under" not in headline and "72,4 %" in headline
    assert re.search(r"afrundet, at man ikke kan se, om det ligger over eller under", headline)
    assert year(promise(area_page(home, "ringparken_schackenborgvaenge"), "ligger over gennemsnittet"), 2016)["Afstand"] == "−0,4"


@pytest.mark.parametrize(("area", "name"), [("sydbyen", "Sydbyen"), ("skaelskoer", "Skælskør")])
def test_an_area_without_a_measurement_says_so_and_claims_nothing(area, name, home):
    assert "Tryghed" not in known(home, name)
    part = area_page(home, area)
    assert re.search(r"Ingen måling for området alene: .*Tryghed", text(part.find(class_="headlines")))
    found = promise(part, "skal stige")
    assert "mangler et udgangspunkt" in text(part.find("p", class_="finding")) or "Mangler" in text(found)
    assert not re.search(r"\d+ ?%|Opfyldt", text(found.find("p", class_="answer"))) and not found.find("svg")


def test_every_measured_value_of_a_promise_names_its_source(home):
    drawn = [part for area in AREAS for part in area_page(home, area).find_all("section", class_="promise") if part.find("svg")]
    assert len(drawn) >= 4
    for part in drawn:
        terms = [text(term) for term in part.find_all("dt")]
        assert "Kilde" in terms and text(part.find_all("dd")[terms.index("Kilde")])
