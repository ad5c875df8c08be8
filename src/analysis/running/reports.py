"""One plan's report on one year: the pages that changed are made, and all are published together.

A failure leaves the pages published before as they were, and stands in `_failed/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judging.observations import read_observations
from ..promises.agreement import find_folder
from ..promises.catalogue import FIRST, say
from ..promises.problems import PlanError
from ..promises.received import let_go, opened_once
from ..reading.folders import refuse_link, replace_file, replacing, sweep, unwritable, write_file
from ..reading.inputs import find_notebooks, inputs_of, made_from, processed_folder
from ..showing import audit, elements, front
from ..showing.elements import escape
from .checking import read_register
from .freshness import MADE, Made, made_from_what, spoilt, up_to_date
from .handover import packed
from .parameters import Page, PageError
from .pool import as_page_error
from .render import Rendered, front_page, has_key_figures, key_figures, page_of, page_title, published_figures
from .ways import folder_of, published
from .years import require_area, require_year

if TYPE_CHECKING:
    from ..plan import Plan

_NOT_PLANS = ("internal", "editions")  # folders of a report folder that hold no other plan's report, and that no page leads to
Submit = Callable[[bytes, Page, str, Sequence[tuple[str, str]]], "Future[Rendered]"]
Open = Callable[[Any, int | None, bool], Any]  # opens a plan folder for a year, with true figures or without: `Plan.load`


@dataclass(frozen=True)
class Asked:
    """What was asked for: language, year (or the latest), areas (or all), true figures, going on without refused sources."""

    lang: str = FIRST
    year: int | None = None
    areas: tuple[str, ...] = ()
    internal: bool = False
    allow_missing: bool = False


@dataclass
class Report:
    """A report under way: its plan, where it goes, its pages, which of them are unchanged, and those being made."""

    plan: Plan
    asked: Asked
    reports: Path
    pages: list[Page]
    links: list[tuple[str, str]]
    made: Made
    inputs: dict[str, str]
    figures_stay: bool  # those of pages that are not made again are taken from the key figures published with them
    waiting: dict[Future[Rendered], Page] = field(default_factory=dict)  # until published: what is in it is in memory
    new: list[Page] = field(default_factory=list)
    spoilt: list[Path] = field(default_factory=list)  # tables and pages that were not as they had been written, and are made again

    @property
    def folder(self) -> Path:
        """Where the pages of the year and language stand."""
        return folder_of(self.reports, self.plan.year, self.asked.lang)

    def from_what(self, page: Page | None) -> tuple[str, str, dict[str, Any]]:
        """What a page (None: the index) is made from: the checksum of everything, its notebook, what was asked for."""
        asked: dict[str, Any] = {
            "lang": self.asked.lang,
            "year": self.plan.year,
            "internal": self.asked.internal,
            "links": list(map(list, self.links)),
            "allow_missing": self.asked.allow_missing,
        }
        if page:
            asked |= {"page": page.name, "title": page.title, **{name: value for name, value in page.parameters.items() if name != "plan_folder"}}
        notebook = page.notebook.name if page else ""
        return made_from(self.inputs, find_notebooks(), notebook, asked), notebook, asked


@opened_once()
def begin(raw: str | Path, asked: Asked, reports: Path, submit: Submit, open_plan: Open) -> Report:
    """Build the plan's tables where they changed, and have every page made that is not as it would be made now.

    Raises `PlanError` for a plan, year or area that cannot be used.
    """
    agreement = read_register(find_folder(raw))
    areas = [require_area(agreement, area) for area in dict.fromkeys(asked.areas)]
    damaged = spoilt(find_folder(raw))
    built(raw, asked.allow_missing, asked.year)
    plan = open_plan(raw, asked.year, asked.internal)
    if plan.undelivered and not asked.allow_missing:
        raise PlanError(plan.undelivered)
    folder = folder_of(reports, plan.year, asked.lang)
    refuse_link(reports / str(plan.year), folder, reports / MADE)
    wanted = {f"area-{area}" for area in areas or plan.agreement.areas}
    every = pages_of(plan, asked.lang)
    made = Made.read(folder, reports)
    stay = made.untouched("key_figures.csv") or (not made.path.exists() and has_key_figures(folder))
    if not stay:  # the figures of pages that stay are in it
        wanted |= {page.name for page in every if (folder / f"{page.name}.html").is_file()}
    edited = made.edited()
    wanted |= {path.stem for path in edited}
    pages = [page for page in every if page.name in wanted or not page.name.startswith("area-")]
    links = [("index.html", say("page_index", asked.lang))]
    links += [(f"{page.name}.html", page.title) for page in every if page in pages or (folder / f"{page.name}.html").is_file()]
    report = Report(plan, asked, reports, pages, links, made, inputs_of(plan.folder), stay, spoilt=[*damaged, *edited])
    report.new = [page for page in pages if not stay or not made.unchanged(f"{page.name}.html", report.from_what(page)[0])]
    finished = packed(pages[0].parameters, plan.complete()) if report.new else b""
    let_go()
    report.waiting = {submit(finished, page, asked.lang, links): page for page in report.new}
    return report


@opened_once()
def built(folder: str | Path, allow_missing: bool = False, year: int | None = None) -> Path:
    """The folder of tables as `build` would write them, built only if what is there was not made from the same."""
    found = find_folder(folder)
    home = processed_folder(found)
    if up_to_date(home, found, internal=True) and (allow_missing or not made_from_what(home).get("errors", 1)):
        made, agreement = made_from_what(home), read_register(found)
        if made.get("year") == require_year(agreement, read_observations(home / "observations.csv"), year):
            return home
    from .building import build  # judging and protecting take seconds to load

    return build(found, allow_missing, year)


def pages_of(plan: Plan, lang: str) -> list[Page]:
    """The year's pages: the partnership, each area, the data check, the method."""
    home = find_notebooks()
    year = {"plan_folder": _from_here(plan.folder), "lang": lang, "year": plan.year, "internal": plan.internal}
    return [
        Page("partnership", say("page_partnership", lang), home / "partnership.ipynb", year),
        *(Page(f"area-{id_}", plan.agreement.area_name(id_), home / "area.ipynb", year | {"area": id_}) for id_ in plan.agreement.areas),
        Page("data-check", say("page_data_check", lang), home / "data_check.ipynb", year),
        Page("method", say("page_method", lang), home / "method.ipynb", year),
    ]


def _from_here(folder: Path) -> str:
    """A folder as it is called from where the command runs, so that no path of this machine is written down."""
    here = Path.cwd().resolve()
    return folder.relative_to(here).as_posix() if folder.is_relative_to(here) else str(folder)


def finish(report: Report, done: Callable[[str], None]) -> Path:
    """Wait for the pages and publish them together with the index and the key figures; returns their folder.

    `done` is called with each finished page. Raises `PageError` for the first page that fails.
    """
    fresh = {file: report.from_what(page) for page, file in [(None, "index.html"), *((page, f"{page.name}.html") for page in report.pages)]}
    same = report.folder / "key_figures.csv"
    if not report.new and report.made.unchanged("index.html", fresh["index.html"][0]) and report.made.unchanged(same.name, fresh["index.html"][0]):
        return report.folder
    new = [f"{page.name}.html" for page in report.new]
    listed = {"index.html", *(file for file, _ in report.links)}
    publish(_files(report, done), report.folder, lambda file: file in listed)
    for file in ("index.html", "key_figures.csv", *new):
        report.made.note(file, *fresh.get(file, fresh["index.html"]), report.inputs)
    try:
        report.made.write(report.plan.folder)
    except OSError as error:
        raise unwritable(report.made.path, error) from None
    return report.folder


def _files(report: Report, done: Callable[[str], None]) -> Iterable[tuple[str, str]]:
    """Every file to publish, each page as soon as it is made."""
    figures: list[dict[str, Any]] = []
    for future in as_completed(report.waiting):
        page = report.waiting.pop(future)
        try:
            rendered = future.result()
        except Exception as error:
            raise as_page_error(page, error) from None
        done(page.name)
        figures += rendered.figures
        yield f"{page.name}.html", rendered.html
    lang = report.asked.lang
    parts = front.index(report.plan, lang, report.links)
    yield "index.html", page_of("\n".join(map(str, parts)), say("index_title", lang), "index.html", lang, report.links)
    figures += [{"report": "index", **figure} for part in parts for figure in part.figures]
    if report.figures_stay:
        figures += published_figures(report.folder, ["index", *(page.name for page in report.new)])  # of pages that stay
    order = ["index", *(page.name for page in pages_of(report.plan, lang))]
    yield "key_figures.csv", key_figures([], [figure for figure in figures if figure["report"] in order], order)


def lead_to_all(reports: Path) -> None:
    """`index.html` above the years: every year, language and page that is published here, the latest first; then the plans in folders of their own."""
    groups, example = [], False
    for year, lang, home in published(reports):
        pages = _pages(home, reports)
        example |= any(_is_example(page, lang) for page in pages.values())
        groups.append((f"{year} · {say('language', lang)}", lang, [(page_title(page), name) for name, page in pages.items()]))
    for folder in sorted(path for path in reports.iterdir() if path.is_dir() and path.name not in _NOT_PLANS and (path / "index.html").is_file()):
        for year, lang, home in published(folder)[:1]:
            pages = _pages(home, reports)
            mark = f"{say('example', lang)} · " if any(_is_example(page, lang) for page in pages.values()) else ""
            groups.append((f"{mark}{folder.name} {year}", lang, [(page_title(page), name) for name, page in pages.items()]))
    text, path = front_page(groups, FIRST, example), reports / "index.html"
    try:
        if not path.is_file() or path.read_bytes() != text.encode():
            replace_file(path, text)
    except OSError as error:
        raise unwritable(path, error) from None


def _pages(home: Path, reports: Path) -> dict[str, str]:
    """The pages of a folder by their address from the report folder, the index first."""
    files = [path for path in sorted(home.glob("*.html"), key=lambda path: (path.name != "index.html", path.name)) if not path.is_symlink()]
    return {path.relative_to(reports).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in files}


def _is_example(page: str, lang: str) -> bool:
    return escape(say("example", lang)) in page


def publish(files: Iterable[tuple[str, str]], folder: Path, stays: Callable[[str], bool] = lambda file: False) -> None:
    """Put all files in the folder together, in one step.

    Pages there before that are not among them go, unless `stays` holds for their name; everything else stays. Raises
    `PlanError` when the folder cannot be written, and then leaves it as it was.
    """

    def kept(path: Path) -> bool:
        return path.is_dir() or path.suffix not in (".html", ".csv") or stays(path.name)

    try:
        with replacing(folder, kept) as new:
            for file, text in files:
                refuse_link(folder / file)
                write_file(new / file, text)
    except OSError as error:
        raise unwritable(folder, error) from None


def publish_failed(reports: Path, files: dict[str, str]) -> Path:
    """What a failed run has to show, in `_failed/`, in place of what an earlier one left there."""
    clear_failed(reports)
    publish(files.items(), reports / "_failed")
    return reports / "_failed"


def clear_failed(reports: Path) -> None:
    """A good run leaves no sign of an earlier failed one, nor of one that was killed."""
    sweep(reports / "_failed")
    if not (reports / "_failed").is_symlink():
        shutil.rmtree(reports / "_failed", ignore_errors=True)


def keep_failed(reports: Path, error: PlanError | PageError, lang: str) -> Path:
    """What failed, to be looked at: the notebook as far as it came, or a page that says what is wrong with the deliveries."""
    if isinstance(error, PageError):
        return publish_failed(reports, {f"{error.page}.ipynb": error.notebook} if error.notebook else {})
    return publish_failed(reports, {"data-check.html": _failed_page(error.problems, lang)}) / "data-check.html"


def _failed_page(problems: Sequence[Any], lang: str) -> str:
    """What is wrong with the deliveries, as a page for the analyst."""
    errors = sum(problem.level == "error" for problem in problems)
    intro = f"<h1>{elements.escape(say('failed_title', lang))}</h1><p>{elements.escape(say('failed_intro', lang, n=errors))}</p>"
    return page_of(intro + audit.problems(problems, lang).markup, say("failed_title", lang), "data-check.html", lang)
