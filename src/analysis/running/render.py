"""Notebooks with parameters to pages: executed to memory, judged by our own rule, turned to HTML.

Knows no indicator. A page counts as rendered only when every code cell ran, none failed, its tables and figures are
all in the HTML, and the notebook's last element is there.
"""

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..promises.catalogue import FALLBACK, LANGUAGES, say
from ..promises.problems import Problem
from ..showing import pictures
from ..showing.elements import FIGURES_MIME, digits
from .engine import CAN_FORK, Stopped, code_cells, light_imports, run_forked
from .kernel import run_in_kernel
from .parameters import ANALYST, Page, PageError, check_parameters, with_parameters

FORK, KERNEL = "fork", "kernel"
LAST_ELEMENT = "provenance"
FIGURE_COLUMNS = ["report", "element", "indicator", "area", "period", "value", "shown_as"]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PLACE = re.compile(r"File ([^\s,]+?):(\d+)|Cell In\[\d+\], line (\d+)|File <ipython-input[^>]*>:(\d+)")


@dataclass(frozen=True)
class Rendered:
    """One finished page: its HTML, the executed notebook as JSON, and its key figures."""

    name: str
    html: str
    notebook: str
    figures: list[dict[str, Any]]


def usual_engine() -> str:
    """How notebooks are run where nothing else is asked for."""
    return FORK if CAN_FORK else KERNEL


def warm_up() -> None:
    """Load and set up what every page needs, once, for all processes forked from this one."""
    from . import shell  # noqa: F401 - loads IPython and its figures; set up in the processes that run notebooks

    light_imports()
    _exporter()
    pictures.warm_up()


def render_page(page: Page, lang: str, links: Sequence[tuple[str, str]], engine: str | None = None) -> Rendered:
    """Execute one notebook with its parameters in a process of its own and turn it into one self-contained page; what is for analysts is not run."""
    import nbformat

    notebook = run_notebook(page, engine, without=ANALYST)
    html = _html(page, notebook, lang, links)
    _require_shown(page, notebook, html, lang)
    return Rendered(page.name, html, nbformat.writes(notebook), figures_of(page, notebook))


def run_notebook(page: Page, engine: str | None = None, without: str = "") -> Any:
    """A page's notebook, run whole with its parameters, but for cells with the tag `without`. Raises `PageError` for one that did not come to its end."""
    light_imports()
    import nbformat

    try:
        notebook = nbformat.read(page.notebook, as_version=4)
    except (OSError, ValueError) as error:
        raise PageError(page.name, Problem("unreadable", page.notebook.name, detail={"reason": _first_line(str(error))})) from None
    check_parameters(page, notebook)
    notebook = with_parameters(notebook, page.parameters)
    run = run_forked if (engine or usual_engine()) == FORK else run_in_kernel
    try:
        run(notebook, Path.cwd(), without=without)
        _require_complete(page, notebook, without)
    except Stopped as stopped:
        raise PageError(page.name, _problem(page, notebook, stopped), nbformat.writes(notebook)) from None
    return notebook


def _problem(page: Page, notebook: Any, stopped: Stopped) -> Problem:
    """What stopped a notebook: the error, the cell, and the place in a file or in the cell where the error was raised."""
    if stopped.code:
        return Problem(stopped.code, page.notebook.name, detail=stopped.detail)
    code, detail = "cell_failed", stopped.detail
    for output in notebook.cells[stopped.cell].get("outputs", ()):
        if output["output_type"] == "error":
            for file, row, line, old in _PLACE.findall(_COLOUR.sub("", "\n".join(output["traceback"]))):
                code = "cell_failed_file" if file else "cell_failed_line"
                detail = stopped.detail | {"line": row or line or old} | ({"place": Path(file).name} if file else {})
    return Problem(code, page.notebook.name, f"{stopped.kind}: {_first_line(stopped.said)}", detail=detail)


def _first_line(said: str) -> str:
    return (said.strip().splitlines() or [""])[0]


def _require_complete(page: Page, notebook: Any, without: str) -> None:
    """Judge by our own rule whether the run is whole: the engine's word alone is not enough."""
    cells = code_cells(notebook, without)
    for number in cells:
        cell = notebook.cells[number]
        if cell.execution_count is None:
            raise Stopped(number, "NotRun", code="cell_not_run")
        for output in cell.outputs:
            if output.output_type == "error":
                raise Stopped(number, output.ename, output.evalue)
    elements = [row["element"] for row in _elements(notebook)]
    if not elements or elements[-1] != LAST_ELEMENT:
        raise Stopped(max(cells, default=0), "NotWhole", code="notebook_cut")


def _require_shown(page: Page, notebook: Any, html: str, lang: str) -> None:
    """Every table and drawing that the notebook shows is in the page as well."""
    shown = [
        output.data["text/html"]
        for cell in _shown_cells(notebook, lang)
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", ())
    ]
    for mark in ("<table", "<svg"):
        here, there = sum("".join(each).count(mark) for each in shown), html.count(mark)
        if here > there:
            raise PageError(page.name, Problem("page_lacks", page.notebook.name, detail={"here": here, "mark": f"{mark}>", "there": there}))


def _elements(notebook: Any) -> Iterator[dict[str, Any]]:
    """The elements a notebook showed, with their figures."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            bundle = output.get("data", {})
            if FIGURES_MIME in bundle:
                yield bundle[FIGURES_MIME]


def figures_of(page: Page, notebook: Any) -> list[dict[str, Any]]:
    """The key figures that a notebook showed."""
    return [{"report": page.name, **figure} for element in _elements(notebook) for figure in element["figures"]]


@cache
def _exporter() -> Any:
    """The one exporter of this process: making it and reading its template costs more than a page."""
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    class PageExporter(HTMLExporter):
        """HTML as the template writes it; read again and rewritten by nbconvert it would cost as much as ten tables, and lose capitals in SVG."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
            return super(HTMLExporter, self).from_notebook_node(nb, resources, **more)

    here = Path(__file__).parent / "page"
    return PageExporter(
        config=Config(),
        template_name="page",
        extra_template_basedirs=[str(here.parent)],
        template_file="index.html.j2",
        preprocessors=[],
        exclude_anchor_links=True,
        filters={"with_contents": with_contents},
    )


def _html(page: Page, notebook: Any, lang: str, links: Sequence[tuple[str, str]]) -> str:
    """The page without code, in one language, by the project's own template."""
    shown = notebook.copy()
    shown.cells = _shown_cells(notebook, lang)
    return _exporter().from_notebook_node(shown, resources=page_resources(page.title, f"{page.name}.html", lang, links))[0]


def _shown_cells(notebook: Any, lang: str) -> list[Any]:
    """The cells of a notebook that a reader of one language sees; the English ones where it has no prose in that language."""
    spoken = set(LANGUAGES) & {tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())}
    read = lang if lang in spoken or not spoken else FALLBACK
    return [cell for cell in notebook.cells if not _other_language(cell, read)]


def with_contents(markup: str, label: str) -> str:
    """The page's body with a list of its sections under the title; a page of one or two sections needs none.

    A section without an id gets one made of its heading, so that it can be linked to.
    """
    taken, entries = {"content", "contents", *re.findall(r'\bid="([^"]+)"', markup)}, []

    def section(found: re.Match[str]) -> str:
        words = " ".join(re.sub(r"<[^>]+>", "", found[2]).split())
        own = re.search(r'\bid="([^"]+)"', found[1])
        id_ = own[1] if own else _free_id(words, taken)
        taken.add(id_)
        entries.append(f'<li><a href="#{id_}">{words}</a></li>')
        return found[0] if own else f'<h2 id="{id_}"{found[1]}>{found[2]}</h2>'

    body = re.sub(r"<h2\b([^>]*)>(.*?)</h2>", section, markup, flags=re.S)
    if len(entries) < 3 or not label:
        return body
    # folded, so that the first screen of a telephone says how the area is doing
    listed = f'<nav class="contents" aria-label="{label}"><details><summary>{label}</summary><ul>{"".join(entries)}</ul></details></nav>'
    return re.sub(r'<h1\b[^>]*>.*?</h1>(?:\s*<p class="lead">.*?</p>)?', lambda found: found[0] + listed, body, count=1, flags=re.S)


def _free_id(words: str, taken: set[str]) -> str:
    """An id no other element has, made of a heading's letters and digits (its words are escaped already)."""
    slug = re.sub(r"\W+", "-", html.unescape(words).lower()).strip("-") or "section"
    return next(id_ for id_ in (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3))) if id_ not in taken)


def _other_language(cell: Any, lang: str) -> bool:
    tags = set(cell.metadata.get("tags", ()))
    return bool(tags & {ANALYST}) or bool(tags & set(LANGUAGES) - {lang} and lang not in tags)


def page_resources(title: str, file: str, lang: str, links: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the page template needs besides the notebook."""
    return {
        "lang": lang,
        "title": title,
        "style": (Path(__file__).parent / "page" / "style.css").read_text(encoding="utf-8"),
        "draft": draft_mark(lang),
        "skip": say("skip", lang),
        "pages_label": say("pages", lang),
        "contents_label": "" if file == "index.html" else say("contents", lang),  # two screens need no list of what is on them
        "pages": [{"file": name, "title": text, "current": name == file} for name, text in links],
    }


def draft_mark(lang: str) -> str:
    """The band on every page: no later report is protected against what a draft showed, as it is against editions."""
    return f'<aside class="mark">{html.escape(say("draft", lang))}</aside>'


def as_shared(markup: str) -> str:
    """A finished page as it is handed over with an edition: no draft any more."""
    for lang in LANGUAGES:
        markup = markup.replace(f"{draft_mark(lang)}\n", "")
    return markup


def page_of(markup: str, title: str, file: str, lang: str, links: Sequence[tuple[str, str]] = ()) -> str:
    """A page that is no notebook (the index, a failed run) in the same frame."""
    light_imports()
    from jinja2 import Environment, FileSystemLoader
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    frame = Environment(loader=FileSystemLoader(Path(__file__).parent / "page"), autoescape=False)
    frame.filters |= {"markdown2html": str, "with_contents": with_contents}
    cell = new_code_cell(outputs=[new_output("display_data", data={"text/html": markup})])
    return frame.get_template("index.html.j2").render(nb=new_notebook(cells=[cell]), resources=page_resources(title, file, lang, links))


def front_page(groups: Iterable[tuple[str, str, Sequence[tuple[str, str]]]], lang: str, example: bool) -> str:
    """A page that leads to others: for each group a heading, its language, and lines with a title and the address."""
    mark = f'<p class="mark">{html.escape(say("example", lang))}</p>' if example else ""
    parts = [f"{mark}<h1>{html.escape(say('index_title', lang))}</h1>"]
    for heading, its_lang, lines in groups:
        listed = "".join(f'<li><a href="{html.escape(page)}">{html.escape(title)}</a></li>' for title, page in lines)
        parts.append(f'<section lang="{its_lang}"><h2>{html.escape(heading)}</h2><ul>{listed}</ul></section>')
    return page_of("\n".join(parts), say("index_title", lang), "", lang)


def page_title(markup: str) -> str:
    """The title a finished page bears; empty for what is no page."""
    found = re.search(r"<title>(.*?)</title>", markup, flags=re.S)
    return html.unescape(found[1]).strip() if found else ""


def key_figures(rendered: Iterable[Rendered], more: Sequence[dict[str, Any]] = (), order: Sequence[str] = ()) -> str:
    """Every number shown, once per place it is shown in, as the text of `key_figures.csv`.

    `more` are figures of pages that are no notebooks, or that stay as they were published before; `order` names the
    pages in the order in which theirs are listed.
    """
    figures = [*more, *(figure for page in rendered for figure in page.figures)]
    places = {name: place for place, name in enumerate(order)}
    figures.sort(key=lambda figure: places.get(figure["report"], len(places)))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, FIGURE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    seen = set()
    for figure in figures:
        row = {name: digits(figure[name]) if name == "value" else figure[name] for name in FIGURE_COLUMNS}
        if (key := tuple(row.values())) not in seen:
            seen.add(key)
            writer.writerow(row)
    return buffer.getvalue()


def has_key_figures(folder: Path) -> bool:
    """Whether the key figures published in a folder are such a table."""
    try:
        with (folder / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
            return csv.DictReader(stream).fieldnames == [*FIGURE_COLUMNS]
    except (OSError, ValueError, csv.Error):
        return False


def published_figures(folder: Path, but: Sequence[str]) -> list[dict[str, Any]]:
    """The key figures of pages published in a folder before, other than those named."""
    with (folder / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["report"] not in but]
