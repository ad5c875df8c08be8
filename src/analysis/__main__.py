"""The commands: `tryghed …`, the same as `python -m analysis …`. Heavy modules are loaded when a command needs them."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

RAW = click.option("--raw", "raw", default="data/raw", show_default=True, metavar="DIR", help="The plan folder to read.")
LANG = click.option("--lang", type=click.Choice(["da", "en"]), default="da", show_default=True, help="Language of words and pages.")


AS_OF = click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
                     help="No delivered date or period may lie after this day, such as 2021-12-31.")  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="analysis", prog_name="tryghed")
def main() -> None:
    """Measure what a neighbourhood partnership promised, and render its annual report.

    Exit codes: 0 fine · 1 problems in the data, or a page failed · 2 wrong usage.
    """


_ASKED_WRONGLY = {"no_folder", "unknown_year", "no_such_area", "no_such_area_near", "no_notebooks",
                  "no_such_template", "no_such_template_near", "nothing_fits", "no_such_folder", "file_exists",
                  "bad_address", "folder_not_empty", "no_parent"}  # fmt: skip


class _Usage(click.ClickException):
    """Something asked for that does not exist, such as an unknown area: exit 2, one line."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def _plain_errors(command: Callable) -> Callable:
    """Whatever a user can cause ends in plain lines and an exit code, never in a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        from .problems import PlanError
        from .wording import problem_line

        lang = options.get("lang", "da")
        try:
            command(*args, **options)
        except PlanError as error:
            lines = "\n".join(problem_line(problem, lang) for problem in error.problems)
            if {problem.code for problem in error.problems} <= _ASKED_WRONGLY:
                raise _Usage(lines) from None
            click.echo(lines, err=True)
            sys.exit(1)
        except OSError as error:
            click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("afbrudt; intet er ændret" if lang == "da" else "stopped; nothing was changed", err=True)
            sys.exit(1)

    return wrapped


@main.command()
@RAW
@LANG
@AS_OF
@click.option("--csv", "table", type=click.Path(dir_okay=False), help="Write the problems to this file as well.")
@_plain_errors
def check(raw: str, lang: str, as_of: Any, table: str | None) -> None:
    """Read every delivery and print every problem: file, row, column, what stands there, what was expected."""
    from .plan import check as check_plan

    checked = check_plan(raw, as_of and as_of.date())
    _print_problems(checked.problems, lang)
    if table:
        _write_problems(checked.problems, lang, Path(table))
    errors, warnings = len(checked.errors), len(checked.problems) - len(checked.errors)
    files, rows = len(checked.files), int(checked.files["rows"].sum()) if len(checked.files) else 0
    click.echo(f"{files} filer, {rows} rækker læst: {errors} fejl, {warnings} advarsler" if lang == "da" else
               f"{files} files, {rows} rows read: {errors} errors, {warnings} warnings")  # fmt: skip
    sys.exit(1 if errors else 0)


def _print_problems(problems: Sequence[Any], lang: str) -> None:
    """Problems grouped by file, with a count; warnings are marked as such."""
    from .wording import problem_line, say

    for file in dict.fromkeys(problem.file for problem in problems):
        mine = [problem for problem in problems if problem.file == file]
        click.echo(f"{file} ({len(mine)})")
        for problem in mine:
            click.echo(f"  {say(problem.level, lang)}: {problem_line(problem, lang)}")


def _write_problems(problems: Sequence[Any], lang: str, path: Path) -> None:
    import pandas as pd

    from .observations import write_csv
    from .wording import problem_text

    rows = [(p.level, p.file, p.entry, p.sheet, p.row, p.column, p.found, problem_text(p, lang), p.code) for p in problems]
    columns = ["level", "file", "entry", "sheet", "row", "column", "found", "text", "code"]
    write_csv(pd.DataFrame(rows, columns=columns, dtype=object), path)


@main.command()
@RAW
@LANG
@_plain_errors
def build(raw: str, lang: str) -> None:
    """Check the deliveries and write the tables to data/processed/."""
    from .plan import build as build_plan

    home = build_plan(raw)
    _warn_exposed(home, lang)
    click.echo(home)


def _warn_exposed(home: Path, lang: str) -> None:
    """Tell whoever built the tables that nothing can hide some figures any more; never on a page."""
    from .plan import read_problems
    from .wording import problem_line

    for problem in read_problems(home / "internal" / "warnings.csv"):
        if problem.code == "exposed":
            click.echo(problem_line(problem, lang), err=True)


@main.command()
@click.argument("contract")
@RAW
@LANG
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="The workbook to write; without it skabelon-CONTRACT.xlsx.")
@_plain_errors
def template(contract: str, raw: str, lang: str, out: str | None) -> None:
    """Write a workbook for a supplier to fill in, in Danish; put back alone in its folder it needs no source.toml."""
    from .plan import find_folder, read_agreement
    from .templates import write_template

    path = Path(out or f"skabelon-{contract}.xlsx")
    write_template(contract, read_agreement(find_folder(raw) / "agreement.toml"), path)
    click.echo(path)


@main.command()
@RAW
@LANG
@click.option("--year", type=int, help="The year of the report; without it the latest one measured.")
@click.option("--area", "areas", multiple=True, help="Only this area's page (and the common pages); may be repeated.")
@click.option("--jobs", type=click.IntRange(1, 64), default=lambda: min(os.cpu_count() or 1, 8), help="Pages rendered at once.")
@click.option("--out", default="reports", show_default=True, metavar="DIR", help="Where the report folders stand.")
@click.option("--internal", is_flag=True, help="Show true figures, watermarked; written to DIR/internal, never to be shared.")
@click.option("--allow-missing", is_flag=True, help="Go on without a refused source; its figures count as not delivered.")
@_plain_errors
def report(raw: str, lang: str, year: int | None, areas: tuple[str, ...], jobs: int, out: str, internal: bool,
           allow_missing: bool) -> None:  # fmt: skip
    """Build, then render all pages of the year to reports/YEAR/."""
    click.echo(_report(raw, lang, year, areas, jobs, Path(out), internal, allow_missing) / "index.html")


@main.command()
@RAW
@LANG
@click.option("--year", type=int, required=True, help="The year of the report.")
@click.option("--jobs", type=click.IntRange(1, 64), default=lambda: min(os.cpu_count() or 1, 8), help="Pages rendered at once.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="The zip to write; without it reports/YEAR-N.zip.")
@_plain_errors
def share(raw: str, lang: str, year: int, jobs: int, out: str | None) -> None:
    """Render the report of the year, keep it as its next edition, reports/editions/YEAR-N/, and write all that is handed over as one zip.

    The edition is never changed. The other language is in the zip where its report of the year was made before.
    """
    import pandas as pd

    from . import plan as plans
    from .bundle import make_bundle, written
    from .editions import next_number, write_edition
    from .observations import read_observations
    from .problems import PlanError, Problem

    folder = plans.find_folder(raw)
    inputs, editions = plans.inputs_of(folder), plans.editions_folder(folder)
    name = f"{year}-{next_number(editions, year)}"
    path = _bundle_path(folder, name, out)
    pages = {each: _report(raw, each, year, (), jobs, Path("reports")) for each in _shared_languages(lang, year)}
    plan = plans.Plan.load(raw, year)
    files, missing = make_bundle(plan, pages, sorted({page.notebook for page in _pages(plan, lang)}), inputs, name, path.parent, lang, jobs)
    changed = PlanError([Problem("changed_meanwhile", raw, "was changed while the report was made; run the command again")])
    if plans.inputs_of(folder) != inputs:
        raise changed
    with written(files, path):  # the zip is there before the edition is, so that neither is without the other
        edition = write_edition(
            editions, year, plan.observations, plan.verdicts, pd.read_csv(pages[lang] / "key_figures.csv", dtype=str, keep_default_na=False),
            inputs, date.today(), plan.internal, read_observations(plan.processed / "internal" / "observations.csv"), plans.remembered_folder(folder),
        )  # fmt: skip
        if edition.name != name:
            raise changed
    if missing:
        click.echo(missing, err=True)
    click.echo(edition)
    click.echo(path)


def _bundle_path(folder: Path, name: str, out: str | None) -> Path:
    """Where the zip goes: `reports/2017-1.zip`, for another plan than `raw` with that plan's name in front, or as asked; never over another file."""
    from .problems import PlanError, Problem

    path = Path(out) if out else Path("reports") / f"{'' if folder.name == 'raw' else f'{folder.name}-'}{name}.zip"
    if out and not path.parent.is_dir():
        raise PlanError([Problem("no_such_folder", str(path.parent), "the folder is not there; make it first")])
    if path.exists() or path.is_symlink():
        raise PlanError([Problem("file_exists", str(path), "is there already and is not overwritten; give another name with --out")])
    return path


def _shared_languages(lang: str, year: int) -> list[str]:
    """The language asked for, and the other one where its report of the year was made before: it is made anew, from the same tables."""
    from .wording import LANGUAGES

    made = {each for each in LANGUAGES if (Path("reports") / str(year) / ("" if each == "da" else each) / "index.html").is_file()}
    return [lang, *(each for each in LANGUAGES if each != lang and each in made)]


def _report(raw: str, lang: str, year: int | None, areas: Sequence[str], jobs: int, out: Path, internal: bool = False,
            allow_missing: bool = False) -> Path:  # fmt: skip
    """Build and render; returns the folder of the pages. A failure leaves them as they were and exits."""
    from . import plan as plans
    from .problems import PlanError
    from .render import PageError, clear_failed, publish_failed, require_writable
    from .wording import say

    reports = out / "internal" if internal else out
    agreement = plans.read_agreement(plans.find_folder(raw) / "agreement.toml")
    chosen = [plans.require_area(agreement, area) for area in dict.fromkeys(areas)]
    require_writable(reports)
    try:
        _warn_exposed(plans.build(raw, allow_missing, year), lang)
    except PlanError as error:
        if {problem.code for problem in error.problems} <= _ASKED_WRONGLY:
            raise
        folder = publish_failed(reports, {"data-check.html": _failed_page(error.problems, lang)})
        click.echo(f"{say('failed_title', lang)}: {folder / 'data-check.html'}", err=True)
        raise
    try:
        folder = _make_pages(plans.Plan.load(raw, year, internal), lang, chosen, jobs, reports)
    except PageError as error:
        folder = publish_failed(reports, {f"{error.page}.ipynb": error.notebook} if error.notebook else {})
        click.echo(f"{say('failed_title', lang)}: {error.reason} ({folder})", err=True)
        sys.exit(1)
    clear_failed(reports)
    return folder


def _failed_page(problems: Sequence[Any], lang: str) -> str:
    """What is wrong with the deliveries, as a page for the analyst."""
    from .render import page_of
    from .tables import escape
    from .tables import problems as problem_table
    from .wording import say

    errors = sum(problem.level == "error" for problem in problems)
    intro = f"<h1>{escape(say('failed_title', lang))}</h1><p>{escape(say('failed_intro', lang, n=errors))}</p>"
    return page_of(intro + problem_table(problems, lang).markup, say("failed_title", lang), "data-check.html", lang)


def _make_pages(plan: Any, lang: str, areas: Sequence[str], jobs: int, reports: Path) -> Path:
    """Render the year's pages and publish them together; returns their folder."""
    from . import tables
    from .render import key_figures, page_of, publish, published_figures, render_pages

    folder = reports / str(plan.year) / ("" if lang == "da" else lang)
    wanted = {f"area-{area}" for area in areas or plan.agreement.areas}
    pages = [page for page in _pages(plan, lang) if page.name in wanted or not page.name.startswith("area-")]
    links = [("index.html", tables.say("page_index", lang))]
    links += [(f"{page.name}.html", page.title) for page in _pages(plan, lang)
              if page in pages or (folder / f"{page.name}.html").is_file()]  # fmt: skip
    with _progress(len(pages)) as done:
        rendered = render_pages(pages, lang, links, jobs, done)
    parts = tables.index(plan, lang, links)
    files = {f"{page.name}.html": page.html for page in rendered}
    files["index.html"] = page_of("\n".join(map(str, parts)), tables.say("index_title", lang), "index.html", lang, links)
    figures = [{"report": "index", **figure} for part in parts for figure in part.figures]
    if areas:  # the other areas' pages stay as they were, and so do their figures
        figures += published_figures(folder, ["index", *(page.name for page in pages)])
    files["key_figures.csv"] = key_figures(rendered, figures)
    publish(files, folder, replace_all=not areas)
    return folder


def _pages(plan: Any, lang: str) -> list[Any]:
    """The year's pages: the partnership, each area, the data check, the method."""
    from .render import Page, find_notebooks
    from .wording import say

    home = find_notebooks()
    year = {"plan_folder": str(plan.folder), "lang": lang, "year": plan.year, "internal": plan.internal}
    return [
        Page("partnership", say("page_partnership", lang), home / "partnership.ipynb", year),
        *(Page(f"area-{id_}", plan.agreement.area_name(id_), home / "area.ipynb", year | {"area": id_})
          for id_ in plan.agreement.areas),
        Page("data-check", say("page_data_check", lang), home / "data_check.ipynb", year),
        Page("method", say("page_method", lang), home / "method.ipynb", year),
    ]  # fmt: skip


@contextmanager
def _progress(pages: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, a plain line a page in a log."""
    if not sys.stderr.isatty():
        yield lambda name: click.echo(f"{name}.html", err=True)
        return
    from tqdm import tqdm

    with tqdm(total=pages, unit="side") as bar:
        yield lambda name: (bar.set_postfix_str(name), bar.update())[0]


@main.command()
@click.argument("what", type=click.Choice(["statbank"]))
@RAW
@LANG
@click.option("--address", metavar="URL", help="Where to ask; without it Statistics Denmark's own address.")
@_plain_errors
def fetch(what: str, raw: str, lang: str, address: str | None) -> None:
    """Fetch Statistics Denmark's reported vandalism and arson for the plan's municipality into the plan folder."""
    from . import statbank
    from .wording import period, say

    found = statbank.fetch(raw, address or statbank.ADDRESS)
    click.echo(say("fetched" if found.new else "fetched_same", lang, path=found.path, rows=found.rows, last=period(found.last, lang)))
    toml = found.path.with_name("source.toml")
    if found.described:
        for offence, indicator in found.used.items():
            click.echo(say("fetched_used", lang, offence=offence, indicator=indicator, toml=toml))
        for offence in found.unused:
            click.echo(say("fetched_unused", lang, offence=offence, toml=toml))
        if not found.placed:
            click.echo(say("fetched_no_place", lang, toml=toml))


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@LANG
@_plain_errors
def new(folder: Path, lang: str) -> None:
    """Lay out a commented plan folder with made-up figures that checks clean, to start another plan."""
    from .starter import lay_out
    from .wording import say

    lay_out(folder)
    click.echo(say("started", lang, folder=folder))


if __name__ == "__main__":
    main(prog_name="tryghed")
