"""Notebooks with parameters to pages: executed to memory, turned to HTML, and published together or not at all.

Knows no indicator. A page counts as rendered only when every code cell ran, none failed, and the notebook's
last element is there.
"""

import contextlib
import csv
import html
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

from .problems import PlanError, Problem
from .tables import FIGURES_MIME
from .wording import LANGUAGES, say

CELL_SECONDS = 300
LAST_ELEMENT = "provenance"
ANALYST, PARAMETERS = "analyst", "parameters"  # cell tags: for JupyterLab only; papermill's parameters
FIGURE_COLUMNS = ["report", "element", "indicator", "area", "period", "value", "shown_as"]


@dataclass(frozen=True)
class Page:
    """One page to make: its name (a slug), title, notebook and the notebook's parameters."""

    name: str
    title: str
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """One finished page: its HTML, the executed notebook as JSON, and its key figures."""

    name: str
    html: str
    notebook: str
    figures: list[dict[str, Any]]


class PageError(Exception):
    """A page that could not be made: which notebook and cell, and why. `notebook` holds it as far as it came."""

    def __init__(self, page: str, reason: str, notebook: str = ""):
        super().__init__(page, reason, notebook)
        self.page, self.reason, self.notebook = page, reason, notebook


def find_notebooks() -> Path:
    """The project's `notebooks/` folder, here or above; raises `PlanError` when the command runs elsewhere."""
    for start in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (start / "notebooks" / "partnership.ipynb").is_file():
            return start / "notebooks"
    raise PlanError([Problem("no_notebooks", "notebooks", "the folder is not here; run the command in the project's folder")])


def render_page(page: Page, lang: str, links: Sequence[tuple[str, str]]) -> Rendered:
    """Execute one notebook with its parameters in a fresh kernel and turn it into one self-contained page."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    _check_parameters(page)
    source = tempfile.TemporaryDirectory()
    with source, _quiet_kernel(source.name):
        kept = Path(source.name) / page.notebook.name
        try:
            done = papermill.execute_notebook(page.notebook, kept, parameters=page.parameters, cwd=Path.cwd(), progress_bar=False,
                                              execution_timeout=CELL_SECONDS, request_save_on_cell_execute=False,
                                              config=_kernel_config())  # fmt: skip
        except PapermillExecutionError as error:
            said = (f"{error.ename}: {error.evalue}".splitlines() or [""])[0]
            raise PageError(page.name, f"{page.notebook.name}, cell {error.cell_index + 1}: {said}", _kept(kept)) from None
        except Exception as error:  # a dead kernel, a cell over its time: told in one line like the rest
            said = (str(error).strip().splitlines() or [""])[0]
            raise PageError(page.name, f"{page.notebook.name}: {type(error).__name__}: {said}", _kept(kept)) from None
    _require_complete(page, done)
    return Rendered(page.name, _html(page, done, lang, links), nbformat.writes(done), _figures(page, done))


def _kernel_config() -> Any:
    """Kernels that encrypt what they say on their local ports, and keep their own log to themselves."""
    from traitlets.config import Config

    return Config(KernelManager={"transport_encryption": "auto"}, NotebookClient={"extra_arguments": ["--log-level=50"]})


def _kept(path: Path) -> str:
    """A failed notebook as far as it came."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@contextlib.contextmanager
def _quiet_kernel(home: str) -> Iterator[None]:
    """Kernels with a home of their own, so that a read-only or foreign one does not matter."""
    before = os.environ.get("IPYTHONDIR")
    os.environ["IPYTHONDIR"] = home
    try:
        yield
    finally:
        os.environ.pop("IPYTHONDIR") if before is None else os.environ.__setitem__("IPYTHONDIR", before)


def _check_parameters(page: Page) -> None:
    """Every parameter must be one that the notebook declares; papermill would only warn."""
    from papermill import inspect_notebook

    known = inspect_notebook(page.notebook)
    for name in page.parameters.keys() - known:
        raise PageError(page.name, f"{page.notebook.name}: no parameter '{name}'; known: {', '.join(sorted(known))}")


def _require_complete(page: Page, notebook: Any) -> None:
    """Judge by our own rule whether the run is whole: papermill's word alone is not enough."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, 1):
        if cell.execution_count is None:
            raise PageError(page.name, f"{page.notebook.name}: code cell {number} did not run")
        for output in cell.outputs:
            if output.output_type == "error":
                raise PageError(page.name, f"{page.notebook.name}, code cell {number}: {output.ename}: {output.evalue}")
    elements = [row["element"] for row in _elements(notebook)]
    if not elements or elements[-1] != LAST_ELEMENT:
        raise PageError(page.name, f"{page.notebook.name}: ended before its last element")


def _elements(notebook: Any) -> Iterator[dict[str, Any]]:
    """The elements a notebook showed, with their figures."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            bundle = output.get("data", {})
            if FIGURES_MIME in bundle:
                yield bundle[FIGURES_MIME]


def _figures(page: Page, notebook: Any) -> list[dict[str, Any]]:
    return [{"report": page.name, **figure} for element in _elements(notebook) for figure in element["figures"]]


def _html(page: Page, notebook: Any, lang: str, links: Sequence[tuple[str, str]]) -> str:
    """The page without code, in one language, by the project's own template."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    kept = [cell for cell in notebook.cells if not _other_language(cell, lang)]
    shown = notebook.copy()
    shown.cells = kept
    here = Path(__file__).parent / "page"
    exporter = HTMLExporter(config=Config(), template_name="page", extra_template_basedirs=[str(here.parent)],
                            template_file="index.html.j2", preprocessors=[], exclude_anchor_links=True,
                            filters={"with_contents": with_contents})  # fmt: skip
    return exporter.from_notebook_node(shown, resources=page_resources(page.title, f"{page.name}.html", lang, links))[0]


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
    if len(entries) < 3:
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
    return {"lang": lang, "title": title, "style": (Path(__file__).parent / "page" / "style.css").read_text(encoding="utf-8"),
            "skip": say("skip", lang), "pages_label": say("pages", lang), "contents_label": say("contents", lang),
            "pages": [{"file": name, "title": text, "current": name == file} for name, text in links]}  # fmt: skip


def page_of(markup: str, title: str, file: str, lang: str, links: Sequence[tuple[str, str]] = ()) -> str:
    """A page that is no notebook (the index, a failed run) in the same frame."""
    from jinja2 import Environment, FileSystemLoader
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    frame = Environment(loader=FileSystemLoader(Path(__file__).parent / "page"), autoescape=False)
    frame.filters |= {"markdown2html": str, "with_contents": with_contents}
    cell = new_code_cell(outputs=[new_output("display_data", data={"text/html": markup})])
    return frame.get_template("index.html.j2").render(nb=new_notebook(cells=[cell]), resources=page_resources(title, file, lang, links))


def render_pages(pages: Sequence[Page], lang: str, links: Sequence[tuple[str, str]], jobs: int,
                 done: Callable[[str], None]) -> list[Rendered]:  # fmt: skip
    """All pages, several at once, in the order given; `done` is told each finished one.

    Raises `PageError` for the first page that fails; the others are not waited for.
    """
    if jobs <= 1:
        rendered = []
        for page in pages:
            rendered.append(render_page(page, lang, links))
            done(page.name)
        return rendered
    import nbconvert  # noqa: F401 (loaded once here, so that forked workers need not)
    import papermill  # noqa: F401

    method = "fork" if "fork" in get_all_start_methods() and sys.platform != "darwin" else "spawn"
    with ProcessPoolExecutor(min(jobs, len(pages)), mp_context=get_context(method)) as pool:
        waiting = {pool.submit(render_page, page, lang, links): page for page in pages}
        try:
            for future in as_completed(waiting):
                future.result()
                done(waiting[future].name)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in waiting]


def key_figures(rendered: Sequence[Rendered], more: Sequence[dict[str, Any]] = ()) -> str:
    """Every number shown, once per place it is shown in, as the text of `key_figures.csv`.

    `more` are figures of pages that are no notebooks, or that stay as they were published before.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, FIGURE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    seen = set()
    for figure in [*more, *(figure for page in rendered for figure in page.figures)]:
        row = {name: f"{float(figure[name]):.12g}" if name == "value" else figure[name] for name in FIGURE_COLUMNS}
        if (key := tuple(row.values())) not in seen:
            seen.add(key)
            writer.writerow(row)
    return buffer.getvalue()


def published_figures(folder: Path, but: Sequence[str]) -> list[dict[str, Any]]:
    """The key figures of pages published in a folder before, other than those named."""
    try:
        with (folder / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
            return [row for row in csv.DictReader(stream) if row["report"] not in but]
    except FileNotFoundError:
        return []


def publish(files: dict[str, str], folder: Path, replace_all: bool = True) -> None:
    """Put all files in the folder together: each is written beside its place, then renamed over it.

    With `replace_all`, pages there before that are not among them are removed; folders below stay. Raises `PlanError` when the
    folder cannot be written, and then leaves it as it was.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
            new = Path(name)
            for file, text in files.items():
                _write_through(new / file, text)
            _replace_all(new, folder, list(files))
        for old in folder.iterdir() if replace_all else ():
            if old.is_file() and old.suffix in (".html", ".csv") and old.name not in files:
                old.unlink()
    except OSError as error:
        raise PlanError([Problem("unwritable", str(folder), "cannot be written: {reason}",
                                 detail={"reason": error.strerror or str(error)})]) from None  # fmt: skip


def _replace_all(new: Path, folder: Path, files: Sequence[str]) -> None:
    """Move each new file over its place; if one cannot be moved, those before it get their old content back."""
    old, moved = new / "old", []
    old.mkdir()
    try:
        for file in files:
            if (folder / file).exists():
                shutil.copy2(folder / file, old / file)
            os.replace(new / file, folder / file)
            moved.append(file)
    except OSError:
        for file in moved:
            if (old / file).exists():
                (old / file).rename(folder / file)
            else:
                (folder / file).unlink()
        raise


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def require_writable(folder: Path) -> None:
    """Refuse an output folder that cannot be written before any work is done for it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".", dir=folder):
            pass
    except OSError as error:
        raise PlanError([Problem("unwritable", str(folder), "cannot be written: {reason}",
                                 detail={"reason": error.strerror or str(error)})]) from None  # fmt: skip


def publish_failed(reports: Path, files: dict[str, str]) -> Path:
    """What a failed run has to show, in `_failed/`, in place of what an earlier one left there."""
    clear_failed(reports)
    publish(files, reports / "_failed")
    return reports / "_failed"


def clear_failed(reports: Path) -> None:
    """A good run leaves no sign of an earlier failed one."""
    shutil.rmtree(reports / "_failed", ignore_errors=True)
