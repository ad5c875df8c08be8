"""The commands: `tryghed …`, the same as `python -m analysis …`. Heavy modules are loaded when a command needs them; help stands in the catalogues."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .help import Commands, Usage
from .promises.catalogue import FALLBACK, FIRST, LANGUAGES, missing, say

if TYPE_CHECKING:
    from .running.runs import Asked

RAW = click.option("--raw", "raw", default="data/raw", metavar="DIR")
LANG = click.option("--lang", type=click.Choice(LANGUAGES), default=FIRST)
BOTH = "both"  # every language there is
AS_OF = click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
JOBS = click.option("--jobs", type=click.IntRange(1, 64), default=lambda: min(os.cpu_count() or 1, 8))


@click.group("tryghed", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="analysis", prog_name="tryghed")
@click.option("--lang", type=click.Choice(LANGUAGES))
@click.pass_context
def main(context: click.Context, lang: str | None) -> None:
    """A language asked for before the command is that command's, unless another is asked for behind it."""
    if lang:
        context.default_map = {name: {"lang": lang} for name in main.commands}


def _plain_errors(command: Callable) -> Callable:
    """Whatever a user can cause ends in plain lines and an exit code, never in a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        from .promises.cpr import masked
        from .promises.problems import PlanError, distinct

        spoken = LANGUAGES if options.get("lang") == BOTH else [options.get("lang", FIRST)]
        lang = FIRST if len(spoken) > 1 else spoken[0]
        try:
            _warn_untranslated(spoken)
            command(*args, **options)
        except PlanError as error:
            lines = "\n".join(problem.line(lang) for problem in distinct(error.problems))
            if error.wrongly_requested:
                raise Usage(lines) from None
            click.echo(lines, err=True)
            sys.exit(1)
        except OSError as error:
            click.echo(masked(f"{error.filename or ''}: {error.strerror or error}"), err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo(say("stopped", lang), err=True)
            sys.exit(1)

    return wrapped


def _warn_untranslated(spoken: Iterable[str]) -> None:
    """How many texts of a language stand in English because its catalogue lacks them, a line a language; never on a page."""
    for lang in spoken:
        if lang not in (FIRST, FALLBACK) and (lacking := missing(lang)):  # tests hold these two whole, and commands are to be quick
            click.echo(say("untranslated", lang, n=len(lacking), file=f"{lang}.po", first=lacking[0]), err=True)


@main.command(epilog="tryghed check --source police_reports --csv problems.csv")
@RAW
@LANG
@AS_OF
@click.option("--source", metavar="NAME")
@click.option("--csv", "table", type=click.Path(dir_okay=False))
@click.option("--internal", is_flag=True)
@click.option("--stale", is_flag=True)
@click.option("--out", default="reports", metavar="DIR")
@_plain_errors
def check(raw: str, lang: str, as_of: Any, source: str | None, table: str | None, internal: bool, stale: bool, out: str) -> None:
    """Read every delivery and print every problem once."""
    if stale:
        sys.exit(_print_stale(Path(out), lang))
    from .promises.problems import distinct
    from .reading.inputs import remembered_folder
    from .running.checking import check as check_plan

    checked = check_plan(raw, as_of and as_of.date(), source)
    problems, counted = (checked.problems, checked.files) if internal else (checked.reportable, checked.reportable_files)
    _print_problems(distinct(problems), lang)
    if table:
        _write_problems(problems, lang, Path(table))
    if source:
        click.echo(say("checked_alone", lang, name=source))
    elif problems != checked.problems or len(counted) < len(checked.files) or (checked.looks_for_jumps and not internal):
        there, here = remembered_folder(checked.folder).parent / "warnings.csv", Path.cwd()
        path = there.relative_to(here) if there.is_relative_to(here) else there
        click.echo(say("figures_withheld", lang, path=path))
    errors = len(checked.errors)
    numbers = {
        "files": checked.files["file"].nunique(),
        "rows": int(counted.drop_duplicates(["file", "sheet"])["rows"].sum()),
        "errors": errors,
        "warnings": len(problems) - errors,
    }
    said = {name: say(f"n_{name}", lang, n=number) for name, number in numbers.items()}
    if len(checked.files) and counted.empty:
        said["rows"] = say("rows_not_counted", lang)
    click.echo(say("checked", lang, **said))
    sys.exit(1 if errors else 0)


def _print_stale(reports: Path, lang: str) -> int:
    """Each published page that is not as it would be made now, with why; returns the exit code."""
    from .reading.inputs import find_notebooks
    from .running.freshness import stale

    found = list(stale(reports, find_notebooks()))
    for page, reason, inputs in found:
        what = ", ".join(inputs[:3]) + ("…" if len(inputs) > 3 else "") or (say("stale_program", lang) if reason == "changed" else "")
        click.echo(f"{page}: {' '.join(filter(None, [what, say(f'stale_{reason}', lang)]))}")
    click.echo(say("pages_stale", lang, n=len(found)))
    return 1 if found else 0


def _print_problems(problems: Sequence[Any], lang: str) -> None:
    """Problems grouped by file, with a count; warnings are marked as such."""
    for file in dict.fromkeys(problem.file for problem in problems):
        mine = [problem for problem in problems if problem.file == file]
        click.echo(f"{file} ({len(mine)})")
        for problem in mine:
            click.echo(f"  {say(problem.level, lang)}: {problem.line(lang)}")


def _write_problems(problems: Sequence[Any], lang: str, path: Path) -> None:
    import pandas as pd

    from .judging.observations import write_csv

    rows = [(p.level, p.file, p.entry, p.sheet, p.row, p.column, p.found, p.text(lang), p.code) for p in problems]
    columns = ["level", "file", "entry", "sheet", "row", "column", "found", "text", "code"]
    write_csv(pd.DataFrame(rows, columns=columns, dtype=object), path)


@main.command(epilog="tryghed build --raw data/example")
@RAW
@LANG
@_plain_errors
def build(raw: str, lang: str) -> None:
    """Check the deliveries and write the tables."""
    from .promises.agreement import find_folder
    from .running.building import build as build_plan
    from .running.freshness import spoilt

    damaged = spoilt(find_folder(raw))
    home = build_plan(raw)
    _report_spoilt(damaged, lang)
    _warn_exposed(home, lang)
    click.echo(home)


def _report_spoilt(paths: Sequence[Path], lang: str) -> None:
    """Report each table or page that somebody cut, emptied or edited by hand: it was not trusted, and is made again."""
    from .promises.catalogue import say

    for path in paths:
        click.echo(say("made_again", lang, path=path), err=True)


def _warn_exposed(home: Path, lang: str) -> None:
    """Warn whoever built the tables that nothing can hide some figures any more; never on a page."""
    from .running.checking import read_problems

    for problem in read_problems(home / "internal" / "warnings.csv"):
        if problem.code == "exposed":
            click.echo(problem.line(lang), err=True)


@main.command(epilog="tryghed template counts --raw data/example --out counts-2022.xlsx")
@click.argument("contract")
@RAW
@LANG
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE")
@_plain_errors
def template(contract: str, raw: str, lang: str, out: str | None) -> None:
    """Write a workbook for a supplier to fill in."""
    from .promises.agreement import find_folder, read_agreement
    from .reading.supplier_templates import write_template

    path = Path(out or say("form_file", lang, contract=contract))
    write_template(contract, read_agreement(find_folder(raw) / "agreement.toml"), path, lang)
    click.echo(path)


@main.command(epilog="tryghed draft data/raw/housing/2022.xlsx --write")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@RAW
@LANG
@click.option("--write", is_flag=True)
@_plain_errors
def draft(files: tuple[Path, ...], raw: str, lang: str, write: bool) -> None:
    """Propose a source.toml for delivered files."""
    from .promises.agreement import find_folder
    from .promises.problems import PlanError
    from .reading.drafting.draft import draft as draft_files
    from .running.checking import publication_ids

    try:
        folder = find_folder(raw)
        drafts = draft_files(files, folder, publication_ids(folder, needed=False)[0], lang)
    except PlanError as error:  # whatever is wrong with these files is wrong with what was asked for
        raise Usage("\n".join(problem.line(lang) for problem in error.problems)) from None
    for each in drafts:
        if write and each.is_new:
            click.echo(say("draft_written" if each.write() else "draft_is_there", lang, path=each.path))
        else:
            click.echo(each.text, nl=False)


@main.command(epilog="tryghed report --year 2017 --area motalavej --lang both")
@RAW
@click.option("--lang", type=click.Choice([*LANGUAGES, BOTH]), default=FIRST)
@click.option("--year", type=int)
@click.option("--area", "areas", multiple=True)
@JOBS
@click.option("--out", default="reports", metavar="DIR")
@click.option("--internal", is_flag=True)
@click.option("--allow-missing", is_flag=True)
@click.option("--engine", type=click.Choice(["fork", "kernel"]))
@click.option("--scheduler", metavar="ADDRESS")
@click.option("--plans", metavar="DIR")
@_plain_errors
def report(
    raw: str,
    lang: str,
    year: int | None,
    areas: tuple[str, ...],
    jobs: int,
    out: str,
    internal: bool,
    allow_missing: bool,
    engine: str | None,
    scheduler: str | None,
    plans: str | None,
) -> None:
    """Build, then render all pages of the year."""
    from .promises.received import opened_once
    from .running.runs import Asked

    with opened_once():
        for each in LANGUAGES if lang == BOTH else (lang,):
            for folder in _reports(raw, Asked(each, year, areas, internal, allow_missing), jobs, Path(out), engine, scheduler, plans):
                click.echo(folder / "index.html")


@main.command(epilog="tryghed share --year 2017")
@RAW
@LANG
@click.option("--year", type=int, required=True)
@JOBS
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE")
@_plain_errors
def share(raw: str, lang: str, year: int, jobs: int, out: str | None) -> None:
    """Render the report of the year, keep it as its next edition, and write all that is handed over as one zip."""
    from .plan import Plan
    from .promises.agreement import find_folder
    from .running.runs import Asked
    from .sharing.share import REPORTS, hand_over

    def render(each: str) -> Path:
        return _reports(raw, Asked(each, year), jobs, REPORTS)[0]

    handed = hand_over(find_folder(raw), year, lang, Path(out) if out else None, render, Plan.load, jobs)
    if handed.trouble:
        click.echo(handed.trouble, err=True)
    click.echo(handed.edition)
    click.echo(handed.zip)


def _reports(raw: str, asked: "Asked", jobs: int, out: Path, engine: str | None = None, scheduler: str | None = None, plans: str | None = None) -> list[Path]:
    """Build and render one plan, or all below a folder; returns the folders of pages. Exits with 1 if any failed, whose pages stay as they were."""
    from .plan import Plan
    from .reading.folders import refuse_inside
    from .reading.inputs import processed_folder
    from .running.engine import CAN_FORK
    from .running.freshness import untouched
    from .running.runs import run
    from .sharing.handing import finish_interrupted

    if engine == "fork" and not CAN_FORK:
        raise Usage(say("no_fork", asked.lang))
    reports = out / "internal" if asked.internal else out
    wanted = _plans_below(plans, reports) if plans else [(_asked_for(raw, reports, asked), reports)]
    folders = [folder for folder, _ in wanted]
    refuse_inside(folders, out)
    for folder in folders:
        finish_interrupted(folder)
    with _progress(say("unit_page", asked.lang)) as bar:
        made, failed = run(wanted, reports, asked, jobs, _told(asked.lang, bar, one=not plans), Plan.load, engine, scheduler)
    for folder in folders:
        if untouched((home := processed_folder(folder)) / "internal"):
            _warn_exposed(home, asked.lang)
    if failed:
        sys.exit(1)
    return made


def _plans_below(plans: str, reports: Path) -> list[tuple[Path, Path]]:
    """Every plan folder below a folder, and where its reports go."""
    from .promises.agreement import find_folder
    from .running.runs import plan_folders

    home = find_folder(plans)
    return [(folder, reports / folder.relative_to(home)) for folder in plan_folders(home)]


def _asked_for(raw: str, reports: Path, asked: "Asked") -> Path:
    """The plan folder, once its register is read and has the areas that were asked for."""
    from .promises.agreement import find_folder
    from .running.checking import read_register
    from .running.runs import logged
    from .running.years import require_area

    folder = find_folder(raw)
    with logged(reports, asked):
        agreement = read_register(folder)
    for area in asked.areas:
        require_area(agreement, area)
    return folder


def _told(lang: str, bar: Any, one: bool) -> Any:
    """What a user sees of a run: each page, and a line for what failed."""
    from .promises.problems import WRONGLY_REQUESTED
    from .running.parameters import PageError
    from .running.runs import Progress, keep

    class Terminal(Progress):
        def waiting(self) -> None:
            click.echo(say("waiting", lang), err=True)

        def made_again(self, path: Path) -> None:
            _report_spoilt([path], lang)

        def pages(self, number: int) -> None:
            bar.pages(number)

        def page(self, name: str) -> None:
            bar.page(name)

        def failed(self, error: Any, reports: Path) -> None:
            if isinstance(error, PageError):
                click.echo(f"{say('failed_title', lang)}: {error.problem.line(lang)} ({keep(error, reports, lang) or '-'})", err=True)
                return
            codes = {problem.code for problem in error.problems}
            if one and codes <= {*WRONGLY_REQUESTED, "unwritable", "is_link", "busy", "no_cluster", "no_scheduler"}:
                raise error
            click.echo(f"{say('failed_title', lang)}: {keep(error, reports, lang) or '-'}", err=True)
            if one:
                raise error
            for problem in error.problems:
                click.echo(f"{reports}: {problem.line(lang)}", err=True)

    return Terminal()


class _Bar:
    """A bar on a terminal, a plain line a page in a log."""

    def __init__(self, unit: str) -> None:
        self.bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=0, unit=unit)

    def pages(self, number: int) -> None:
        if self.bar is not None:
            self.bar.total += number

    def page(self, name: str) -> None:
        if self.bar is None:
            click.echo(f"{name}.html", err=True)
        else:
            self.bar.set_postfix_str(name)
            self.bar.update()


@contextmanager
def _progress(unit: str) -> Iterator[_Bar]:
    """Shows each page as it is finished; a signal to end is an interruption like Ctrl-C, so that everything is tidied up."""
    import signal

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: whoever runs us there handles signals
        before = None
    bar = _Bar(unit)
    try:
        yield bar
    finally:
        if bar.bar is not None:
            bar.bar.close()
        if before is not None:
            signal.signal(signal.SIGTERM, before)


@main.command(epilog="tryghed explore --raw data/example --port 8890")
@RAW
@LANG
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--no-browser", is_flag=True)
@click.option("--partner", is_flag=True)
@click.option("--listen", metavar="ADDRESS")
@_plain_errors
def explore(raw: str, lang: str, port: int | None, no_browser: bool, partner: bool, listen: str | None) -> None:
    """Open JupyterLab on the workbench, or serve it to partners."""
    from .promises.agreement import find_folder
    from .reading.inputs import find_notebooks
    from .showing.workbench import ASKED

    if partner:
        sys.exit(_serve_partners(raw, lang, port, no_browser, listen))
    if listen:
        raise Usage(say("listen_alone", lang))
    notebooks, folder = find_notebooks(), find_folder(raw)
    asked = [*(["--no-browser"] if no_browser else []), *([f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else [])]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in most containers; JupyterLab would refuse, but root was chosen already
        asked.append("--allow-root")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebooks.parent}", "--LabApp.default_url=/lab/tree/notebooks/explore.ipynb", *asked]
    project = notebooks.parent
    inside = folder.relative_to(project).as_posix() if folder.is_relative_to(project) else str(folder)
    named = {ASKED["folder"]: inside, ASKED["lang"]: lang}
    _warn_unfiltered(project, lang)
    sys.exit(_until_ended(command, project, {**os.environ, **{key: value for key, value in named.items() if value not in ("data/raw", FIRST)}}))


def _serve_partners(raw: str, lang: str, port: int | None, no_browser: bool, listen: str | None) -> int:
    """Serve the protected tables of a plan folder until told to stop; what is not protected is refused in one line."""
    from .plan import Plan
    from .running import partners

    partners.require_protected(raw)
    if not partners.has_voila():
        raise Usage(say("no_voila", lang))
    with partners.laid_out(Plan.load(raw), lang) as (served, environment):
        return _until_ended(partners.command(served, listen or partners.LOOPBACK, port, not no_browser), served, environment)


def _until_ended(command: Sequence[str], folder: Path, environment: dict[str, str]) -> int:
    """Run a server until it ends or is told to: 0, or 2 where it could not."""
    import signal
    import subprocess

    server = subprocess.Popen(command, cwd=folder, env=environment)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while True:
        try:
            return 0 if server.wait() in (0, -signal.SIGTERM) else 2
        except KeyboardInterrupt:  # the server hears it too, asks whether it is meant, and may go on
            continue


def _warn_unfiltered(project: Path, lang: str) -> None:
    """Warn whoever works in a clone in which git would take notebooks with what they show; nothing where there is no repository, or no git."""
    import subprocess

    def git(*words: str) -> str:
        try:
            return subprocess.run(["git", *words], cwd=project, capture_output=True, encoding="utf-8", errors="replace").stdout.strip()
        except OSError:
            return ""

    if git("rev-parse", "--is-inside-work-tree") == "true" and not git("config", "--get", "filter.nbstripout.clean"):
        click.echo(say("no_filter", lang), err=True)


@main.command(epilog="tryghed fetch statbank --comparison")
@click.argument("what", type=click.Choice(["statbank"]))
@RAW
@LANG
@click.option("--address", metavar="URL")
@click.option("--comparison", is_flag=True)
@_plain_errors
def fetch(what: str, raw: str, lang: str, address: str | None, comparison: bool) -> None:
    """Fetch Statistics Denmark's reported vandalism and arson for the plan's municipality into the plan folder."""
    from .reading import statbank
    from .showing.wording import period

    for found in statbank.fetch(raw, address or statbank.ADDRESS, comparison):
        click.echo(say("fetched" if found.new else "fetched_same", lang, path=found.path, n=found.rows, last=period(found.last, lang)))
        toml = found.path.with_name("source.toml")
        if found.described:
            for offence, indicator in found.used.items():
                click.echo(say("fetched_used", lang, offence=offence, indicator=indicator, toml=toml))
            for offence in found.unused:
                click.echo(say("fetched_unused", lang, offence=offence, toml=toml))
            if not found.counted:
                click.echo(say("fetched_no_inhabitants", lang, toml=toml))
            for place in found.unplaced:
                click.echo(say("fetched_no_place", lang, place=place, toml=toml))


@main.command(epilog="tryghed new data/my-plan")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@LANG
@_plain_errors
def new(folder: Path, lang: str) -> None:
    """Lay out a commented plan folder with made-up figures that checks clean, to start another plan."""
    from .reading.starter import lay_out

    lay_out(folder)
    click.echo(say("started", lang, folder=folder))


if __name__ == "__main__":
    main(prog_name="tryghed")
