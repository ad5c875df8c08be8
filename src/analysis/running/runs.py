"""One run of `tryghed report`: one plan or many, alone in its output folder, with a log of what happened when."""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..promises.problems import PlanError, Problem
from ..reading.folders import owner_only, unwritable
from ..reading.locks import locked
from .parameters import PageError
from .pool import local_pool, page_alone
from .reports import Asked, Open, Report, Submit, begin, clear_failed, finish, keep_failed, lead_to_all
from .ways import connect

AHEAD = 3  # plans being made at once, so that workers have something to do and memory stays level
LOG = "report.log"


class Log:
    """What a run did, a line an event, added to a file: when (UTC), which run, what. A log that cannot be written stops nothing.

    Its first line waits for the second: a wrong request is no run.
    """

    def __init__(self, path: Path):
        self.path = path
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}"
        self.lines: list[str] = []

    def __call__(self, event: str, **detail: Any) -> None:
        said = " ".join(f"{name}={' '.join(str(value).split())}" for name, value in detail.items())
        self.lines.append(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} run={self.run} {event} {said}".rstrip() + "\n")
        if event != "started" and not self.path.is_symlink():
            with suppress(OSError), self.path.open("a", encoding="utf-8") as stream:
                stream.writelines(self.lines)
                self.lines.clear()


def _in_short(error: PlanError | PageError) -> dict[str, Any]:
    """What failed, for the log: of refused data how many problems, the first one's kind and place, and the files; never what stands there."""
    if isinstance(error, PageError):
        return {"reason": error.reason}
    first, *_ = errors = [problem for problem in error.problems if problem.level == "error"] or error.problems
    place = f"{first.file} row {first.row}" if first.row else first.file
    return {"problems": len(errors), "first": first.code, "at": place, "files": ", ".join(dict.fromkeys(problem.file for problem in errors))}


@contextmanager
def logged(home: Path, asked: Asked) -> Iterator[None]:
    """Read a plan's register before its run begins: where it is refused, the log says so, as for any other run."""
    try:
        yield
    except PlanError as error:
        if not error.wrongly_requested and home.is_dir():
            log = Log(home / LOG)
            log("started", plans=1, lang=asked.lang, year=asked.year or "latest")
            log("failed", reports=home, **_in_short(error))
            log("ended", made=0, failed=1)
        raise


@contextmanager
def workers(jobs: int, engine: str | None, scheduler: str | None) -> Iterator[Submit]:
    """Who makes pages: on this machine, or those of a Dask scheduler; started when the first page is asked for."""
    with ExitStack() as stack:
        started: list[Any] = []

        def submit(plan: bytes, page: Any, lang: str, links: Sequence[tuple[str, str]]) -> Any:
            if scheduler:
                from .cluster import cluster, page_elsewhere, same_program

                if not started:
                    started.append(stack.enter_context(cluster(scheduler)))
                return started[0].submit(page_elsewhere, plan, page.notebook.read_bytes(), page, lang, links, same_program())
            with suppress(BrokenExecutor, IndexError):
                return started[0].submit(page_alone, page, lang, links, engine, plan)
            started[:] = [stack.enter_context(local_pool(jobs, engine))]  # the first one, or one in place of one whose worker was killed
            return started[0].submit(page_alone, page, lang, links, engine, plan)

        yield submit


def plan_folders(home: Path) -> list[Path]:
    """Every plan folder below a folder, in a fixed order; raises `PlanError` when there is none."""
    found = sorted(path.parent for path in home.rglob("agreement.toml") if not any(part.startswith(".") for part in path.relative_to(home).parts))
    if not found:
        raise PlanError([Problem("no_plans", str(home))])
    return found


def require_writable(folder: Path) -> None:
    """Refuse an output folder that cannot be written before any work is done for it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".", dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from None


@contextmanager
def closed(home: Path | None) -> Iterator[None]:
    """Keep a folder of pages with true figures its owner's alone, and what a run leaves in it, however that ends."""
    if home is None:
        yield
        return
    owner_only(home)
    try:
        yield
    finally:
        owner_only(home)


def run(
    wanted: Sequence[tuple[Path | str, Path]],
    home: Path,
    asked: Asked,
    jobs: int,
    progress: "Progress",
    open_plan: Open,
    engine: str | None = None,
    scheduler: str | None = None,
) -> tuple[list[Path], list[PlanError | PageError]]:
    """Make the reports of plans, each into its own report folder in `home`; returns the folders of pages, and what failed.

    One that fails stays as it was published before, and stops no other.
    """
    require_writable(home)
    with closed(home if asked.internal else None), locked(home, progress.waiting), workers(jobs, engine, scheduler) as submit:
        log = Log(home / LOG)
        log("started", plans=len(wanted), lang=asked.lang, year=asked.year or "latest")
        going = _Run(asked, progress, log, lambda raw, reports: begin(raw, asked, reports, submit, open_plan))
        for raw, reports in wanted:
            going.begin(raw, reports)
        while going.under_way:
            going.finish_first()
        going.end()
    return going.made, going.failed


class _Run:
    """The reports of a run: a few under way at once, finished in the order they were begun."""

    def __init__(self, asked: Asked, progress: "Progress", log: Log, begin: Callable[[Path | str, Path], Report]):
        self.asked, self.progress, self.log, self._begin = asked, progress, log, begin
        self.made: list[Path] = []
        self.failed: list[PlanError | PageError] = []
        self.under_way: deque[tuple[Report, Path]] = deque()

    def begin(self, raw: Path | str, reports: Path) -> None:
        """Begin a plan's report, and finish the first under way where they are enough."""
        try:
            require_writable(reports)
            report = self._begin(raw, reports)
            self.under_way.append((report, reports))
            for path in report.spoilt:
                self.log("made_again", file=path)
                self.progress.made_again(path)
            self.progress.pages(len(report.waiting))
        except PlanError as error:
            self._failure(error, reports)
        if len(self.under_way) >= AHEAD:
            self.finish_first()

    def finish_first(self) -> None:
        """Publish the report that was begun first, or note that it failed."""
        report, reports = self.under_way.popleft()
        try:
            self.made.append(finish(report, self._page))
            if not self.asked.internal:
                lead_to_all(reports)
                connect(reports)
            clear_failed(reports)
            self.log("published", folder=self.made[-1], pages=len(report.new), unchanged=len(report.pages) - len(report.new))
        except (PlanError, PageError) as error:
            for future in report.waiting:
                future.cancel()
            self._failure(error, reports)

    def _page(self, name: str) -> None:
        self.log("page", name=f"{name}.html")
        self.progress.page(name)

    def _failure(self, error: PlanError | PageError, reports: Path) -> None:
        self.failed.append(error)
        noted = isinstance(error, PageError) or not error.wrongly_requested
        if noted:
            self.log("failed", reports=reports, **_in_short(error))
        try:
            self.progress.failed(error, reports)
        except PlanError:  # the run ends here
            if noted:
                self.end()
            raise

    def end(self) -> None:
        """The log's last line."""
        self.log("ended", made=len(self.made), failed=len(self.failed))


class Progress:
    """Called as a run goes on; this one shows nothing."""

    def waiting(self) -> None:
        """Another run holds the folder."""

    def made_again(self, path: Path) -> None:
        """A table or page was not as it had been written."""

    def pages(self, number: int) -> None:
        """So many more pages will be made."""

    def page(self, name: str) -> None:
        """A page is made."""

    def failed(self, error: PlanError | PageError, reports: Path) -> None:
        """A plan's report was not published; may raise the error to end the run."""


def keep(error: PlanError | PageError, reports: Path, lang: str) -> Path | None:
    """What failed, kept in `_failed/` to be looked at; None where the disk does not even take that."""
    with suppress(PlanError):
        return keep_failed(reports, error, lang)
    return None
