"""The pages in a real browser: nothing is fetched, everyone can read them, on any screen and on paper.

Needs Chromium (CONTRIBUTING says how to install it); without one these tests are skipped. The rules are axe-core's, which
comes inside axe-playwright-python.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import AREAS, danish, english, soup

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: run the command of the README")
axe_package = pytest.importorskip("axe_playwright_python", reason="the browser tests need axe-playwright-python: run the command of the README")

OPENED = ("motalavej", "ringparken_schackenborgvaenge")  # of the areas: all that stands on the others' pages stands on these
NAMES = ["index", "partnership", *(f"area-{area}" for area in OPENED), "data-check", "method"]
PAGES = [("da", name) for name in NAMES] + [("en", name) for name in NAMES if not name.startswith("area-")] + [("en", "area-motalavej")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]  # the rules that a dark page may break where the same page by day breaks none
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FILLER = re.compile(r"^(image|chart|figure|graph|plot|billede|figur|graf|diagram)?[\s\d.:]*$", re.I)
REACHABLE = "a[href], summary, [tabindex='0']"


def launch(driver: playwright.Playwright) -> playwright.Browser | None:
    """The machine's own browser; nothing is downloaded for it."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    places = [{"executable_path": found}] if found else [{"channel": channel} for channel in ("chrome", "msedge")]
    for place in places:
        try:
            # pages of ours only, and root in a container has no sandbox to give
            return driver.chromium.launch(args=["--no-sandbox"], **place)
        except playwright.Error:
            continue
    return None


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """The folder with each language's pages, the same that the tests without a browser read."""
    home = tmp_path_factory.getbasetemp()
    return {"da": danish(home), "en": english(home)}


@pytest.fixture(scope="module")
def browser(reports) -> Iterator[playwright.Browser]:
    """One browser for all tests here; the reports are there before it, since rendering forks."""
    with playwright.sync_playwright() as driver:
        started = launch(driver)
        if started is None:
            pytest.skip(f"no browser that starts (looked for {', '.join(BROWSERS)}); see CONTRIBUTING, Tests in a browser")
        yield started
        started.close()


class Visit:
    """One page opened in one kind of window, with all it asked for and complained about."""

    def __init__(self, browser: playwright.Browser, path: Path, width: int = 1280, scheme: str = "light"):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
        self.page, self.asked, self.complaints, self.address = self.context.new_page(), [], [], path.as_uri()
        self.context.set_default_timeout(600_000)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.route("**/*", lambda route: route.continue_() if route.request.url == self.address else route.abort())
        self.page.goto(self.address)

    def unfold(self) -> "Visit":
        """Everything folded away opened, so that it is looked at too."""
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return self

    def violations(self, rules: list[str] | None = None) -> list[str]:
        """What axe-core finds by these rules, or by all: rule, and the elements that break it."""
        self.page.evaluate((Path(axe_package.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
        options = {"runOnly": {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        assert found["passes"] or found["violations"], "axe-core judged nothing"
        return [f"{rule['id']}: {node['html'][:160]} – {node['failureSummary']}" for rule in found["violations"] for node in rule["nodes"]]

    def spoken(self) -> list[tuple[str, str]]:
        """What a screen reader is given: role and name, in order."""
        nodes = self.context.new_cdp_session(self.page).send("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]


@pytest.fixture
def visit(browser) -> Iterator:
    """Opens pages, and closes them after the test."""
    opened: list[Visit] = []

    def open_page(path: Path, **window) -> Visit:
        opened.append(Visit(browser, path, **window))
        return opened[-1]

    yield open_page
    for each in opened:
        each.context.close()


@pytest.fixture(params=PAGES, ids=lambda page: "-".join(page))
def path(request, reports) -> Path:
    """Each page of both reports that is opened."""
    lang, name = request.param
    return reports[lang] / f"{name}.html"


def kinds(page: Path) -> set[tuple[str, ...]]:
    """What a page is made of: each kind of element with its classes, its attributes and what it stands in."""
    every = soup(page).find_all(True)
    return {(each.name, *each.get("class", ()), *sorted(each.attrs), *(around.name for around in list(each.parents)[:3])) for each in every}


def test_whatever_stands_on_the_page_of_an_area_stands_on_one_of_those_that_are_opened(reports):
    there = {area: kinds(reports["da"] / f"area-{area}.html") for area in AREAS}
    opened = set().union(*(there[area] for area in OPENED))
    assert len(opened) > 50 and {area: its - opened for area, its in there.items() if its - opened} == {}


# --- the rules for everyone ------------------------------------------------------------------------------


def test_axe_would_notice(visit, tmp_path):
    """A page with faults of each kind is not let through, so that silence means something."""
    page = tmp_path / "bad.html"
    body = '<p style="color:#999">pale</p><svg role="img"></svg>'
    page.write_text(f"<!doctype html><html><head><title>x</title></head><body>{body}</body></html>", encoding="utf-8")
    opened = visit(page)
    found = " ".join(opened.violations())
    for rule in ("html-has-lang", "color-contrast", "svg-img-alt", "page-has-heading-one", "landmark-one-main"):
        assert rule in found
    assert [said.partition(":")[0] for said in opened.violations(OF_COLOUR)] == ["color-contrast"]


def test_no_rule_of_accessibility_is_broken_by_day_or_night(path, visit):
    page = visit(path).unfold()
    assert page.violations() == []
    page.page.emulate_media(color_scheme="dark")
    assert page.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") and page.violations(OF_COLOUR) == []


@pytest.mark.parametrize("name", ["index", "partnership", "area-motalavej"])
def test_no_rule_is_broken_on_a_telephone(name, reports, visit):
    assert visit(reports["da"] / f"{name}.html", width=320).unfold().violations() == []


def test_the_dark_page_is_dark_and_so_are_its_charts(reports, visit):
    page = visit(reports["da"] / "area-motalavej.html", scheme="dark").page
    shade = "(each, what) => getComputedStyle(each)[what].match(/\\d+/g).slice(0, 3).map(Number)"
    assert max(page.eval_on_selector("body", shade, "backgroundColor")) < 64
    assert page.eval_on_selector(".chart", "each => getComputedStyle(each).backgroundColor") == "rgba(0, 0, 0, 0)", "the page's own ground"
    words = page.eval_on_selector_all(".chart text", "all => all.map(each => Math.max(...getComputedStyle(each).fill.match(/\\d+/g).map(Number)))")
    assert words and min(words) > 128


def test_with_a_readers_own_colours_what_is_drawn_stands_out_from_the_ground(reports, visit):
    page = visit(reports["da"] / "area-motalavej.html").page
    page.emulate_media(forced_colors="active")
    ground = page.eval_on_selector("body", "each => getComputedStyle(each).backgroundColor")
    drawn = page.eval_on_selector_all(".chart text", "all => all.map(each => getComputedStyle(each).fill)")
    assert drawn and ground not in drawn


# --- nothing from elsewhere ------------------------------------------------------------------------------


def test_nothing_is_asked_for_and_nothing_is_complained_about(path, visit):
    page = visit(path).unfold()
    assert (page.asked, page.complaints) == ([page.address], [])


def test_the_page_forbids_what_it_does_not_need(reports, visit):
    page = visit(reports["da"] / "index.html")
    page.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.org/a.png'}))")
    page.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))")
    for _ in range(3000):
        if len([said for said in page.complaints if "Content Security Policy" in said]) >= 2:
            break
        page.page.wait_for_timeout(100)
    assert len([said for said in page.complaints if "Content Security Policy" in said]) == 2
    assert page.page.evaluate("window.ran") is None


# --- what a screen reader is given -----------------------------------------------------------------------


def test_charts_are_described_and_tables_are_tables_for_a_screen_reader_even_on_a_telephone(path, visit):
    """There tables are laid out as lists; what they are must not be lost by it."""
    spoken, written = visit(path, width=320).unfold().spoken(), soup(path)
    names = [name for role, name in spoken if role in ("image", "img")]
    assert len(names) == len(written.find_all("svg"))
    assert all(len(name) > 40 and not FILLER.match(name) for name in names)
    assert len(set(names)) == len(names), "two charts described alike"
    roles = [role for role, _ in spoken]
    for role, tags in {"table": "table", "row": "tr", "figure": "figure", "heading": ["h1", "h2", "h3"]}.items():
        assert roles.count(role) == len(written.find_all(tags)), role
    assert roles.count("rowheader") + roles.count("columnheader") == len(written.find_all("th"))
    assert roles.count("cell") == len(written.find_all("td"))


# --- any screen ------------------------------------------------------------------------------------------


def test_the_page_never_scrolls_sideways(path, visit):
    page = visit(path).unfold().page
    for width in (320, 500, 720, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = "(all, width) => all.filter(each => each.getBoundingClientRect().right > width).map(each => each.outerHTML.slice(0, 120))"
        assert page.eval_on_selector_all("main > *, .wide, .chart, p, li, dd", beyond, width) == []


def test_no_table_needs_scrolling_on_a_telephone_and_every_chart_can_be_seen(path, visit):
    page = visit(path, width=320).unfold().page
    scrolled = "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.innerText.slice(0, 80))"
    assert page.eval_on_selector_all(".wide", scrolled) == []
    page.set_viewport_size({"width": 375, "height": 900})
    assert page.eval_on_selector_all(".chart", scrolled) == []
    drawn = "all => all.filter(each => each.closest('svg').getBoundingClientRect().width < 300).length"
    letters = "all => all.map(each => parseFloat(getComputedStyle(each).fontSize) * each.ownerSVGElement.getScreenCTM().a)"
    assert page.eval_on_selector_all("svg text", drawn) == 0
    assert all(size >= 9 for size in page.eval_on_selector_all("svg text", letters)), "too small to be read"
    beyond = "all => all.filter(each => each.getBoundingClientRect().right > 375 || each.getBoundingClientRect().left < 0).map(each => each.textContent)"
    assert page.eval_on_selector_all("svg text", beyond) == []


# --- keyboard --------------------------------------------------------------------------------------------


def test_the_keyboard_reaches_everything_in_order(path, visit):
    """Tab after tab, opening what is folded away: every link, fold and frame has its turn, none twice, all visibly."""
    page = visit(path).page
    page.evaluate(f'window.turn = () => [...document.querySelectorAll("{REACHABLE}")].indexOf(document.activeElement)')
    turns = []
    for _ in range(2000):
        page.keyboard.press("Tab")
        number, tag, outline = page.evaluate("[turn(), document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")
        if number < 0:
            break
        assert outline != "none", "focus cannot be seen"
        turns.append(number)
        if tag == "SUMMARY":
            page.keyboard.press("Enter")
    assert turns == list(range(len(turns))) and len(turns) == page.locator(REACHABLE).count()


def test_the_first_key_offers_to_skip_to_the_content(path, visit):
    page = visit(path).page
    page.keyboard.press("Tab")
    box = page.locator(".skip").bounding_box()
    assert page.evaluate("document.activeElement.className") == "skip" and box["x"] >= 0 and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_contents_lead_to_every_section(path, visit):
    page = visit(path).unfold().page
    headings = page.eval_on_selector_all("h2", "all => all.map(each => each.textContent.trim())")
    links = page.locator(".contents a")
    assert [words.strip() for words in links.all_text_contents()] == (headings if len(headings) > 2 else [])
    led_to = "all => all.map(each => document.getElementById(decodeURIComponent(each.hash.slice(1))).textContent.trim())"
    assert links.evaluate_all(led_to) == headings[: links.count()]
    if links.count():
        links.last.click()
        assert page.evaluate("document.querySelector(':target').textContent.trim()") == headings[-1]


# --- paper -----------------------------------------------------------------------------------------------


PRINTED = [("da", "area-motalavej"), ("da", "index"), ("da", "method"), ("en", "partnership"), ("en", "data-check")]


@pytest.fixture(scope="module", params=PRINTED, ids="-".join)
def paper(request, reports, browser) -> Iterator[tuple[str, Path, bytes, Visit]]:
    """Pages as a PDF, each printed once: language, page, PDF, the page as laid out for paper."""
    lang, name = request.param
    page = Visit(browser, reports[lang] / f"{name}.html", width=680)  # about what A4 leaves between its margins
    pdf = page.page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    page.page.emulate_media(media="print")
    yield lang, reports[lang] / f"{name}.html", pdf, page
    page.context.close()


NOT_ON_PAPER = (
    "figure details, .promise > details, #provenance-files, details:has(> .directory), .front details:has(> .key)"
    # tables of charts, what stands on the method page, the files' checksums, what stands with each area's years
)


def test_the_pdf_is_tagged_with_title_and_language(paper):
    lang, path, pdf, _ = paper
    assert pdf.startswith(b"%PDF-") and b"/StructTreeRoot" in pdf and re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", pdf)
    assert re.search(rb"/Lang\s*\(" + lang.encode(), pdf)
    title = re.search(rb"/Title\s*(?:\(((?:\\.|[^)\\])*)\)|<([0-9A-Fa-f]+)>)", pdf)
    words = bytes.fromhex(title[2].decode()).decode("utf-16") if title[2] else title[1].decode("latin-1")
    assert words == soup(path).title.get_text()
    written = soup(path)
    for folded in written.select(NOT_ON_PAPER):
        folded.decompose()
    for tag, kind in {"Table": "table", "TH": "th", "Caption": "caption", "Figure": "figure"}.items():
        assert len(re.findall(rb"/S\s*/" + tag.encode() + rb"\b", pdf)) >= len(written.find_all(kind)), tag


def test_paper_is_a4_and_numbered(paper):
    _, path, pdf, _ = paper
    boxes = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert "counter(page)" in soup(path).style.get_text()


def test_on_paper_what_is_folded_away_is_there_unless_it_stands_elsewhere_and_nothing_is_beside_the_sheet(paper):
    _, path, _, page = paper
    heights = page.page.eval_on_selector_all(
        f"details:not({NOT_ON_PAPER}, figure *, .promise *) table:not(:is({NOT_ON_PAPER}) *)", "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert all(height > 10 for height in heights)
    hidden = page.page.eval_on_selector_all(NOT_ON_PAPER, "all => all.map(each => each.getBoundingClientRect().height)")
    assert len(hidden) == len(soup(path).select(NOT_ON_PAPER)) and not any(hidden)
    assert not page.page.locator("figure table").first.is_visible() or not soup(path).select("figure table")
    assert not page.page.locator("nav").first.is_visible() and not page.page.locator("summary").first.is_visible()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 680


def test_on_paper_heads_are_repeated_and_charts_are_whole(paper):
    page = paper[-1].page
    assert set(page.eval_on_selector_all("thead", "all => all.map(each => getComputedStyle(each).display)")) == {"table-header-group"}
    assert set(page.eval_on_selector_all("svg, td", "all => all.map(each => getComputedStyle(each).breakInside)")) == {"avoid"}
