"""Many pages at once, each in a process of its own, behind `concurrent.futures.Executor`.

Where there is fork, the workers are forked from this process once everything is loaded, and fork again for each page;
elsewhere each worker is a new Python that starts a stock kernel for each page.
"""

import contextlib
import gc
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from ..promises.problems import Problem
from .engine import CAN_FORK, die_with_parent
from .handover import handed
from .parameters import Page, PageError
from .render import FORK, Rendered, render_page, usual_engine, warm_up


def page_alone(page: Page, lang: str, links: Sequence[tuple[str, str]], engine: str | None = None, plan: bytes | None = None) -> Rendered:
    """One page of a finished plan as a task: without the executed notebook, which nobody reads once the page is whole."""
    with handed(plan):
        return replace(render_page(page, lang, links, engine), notebook="")


@contextlib.contextmanager
def local_pool(jobs: int, engine: str | None = None) -> Iterator[Executor]:
    """So many workers on this machine. When the block ends in an error, nothing they do is waited for."""
    forked = (engine or usual_engine()) == FORK
    if forked:
        warm_up()
        gc.collect()
        gc.freeze()  # what is loaded stays in memory that the workers share
    context = get_context("fork" if CAN_FORK else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker, initargs=(forked,))
    try:
        yield pool
    except BaseException:
        for worker in list((getattr(pool, "_processes", None) or {}).values()):
            worker.terminate()
        with contextlib.suppress(AttributeError):  # else a plan half handed over waits for ever for a reader (CPython issue 94777)
            pool._call_queue._reader.close()  # type: ignore[attr-defined]
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    else:
        pool.shutdown()
    finally:
        if forked:
            gc.unfreeze()


def _start_worker(forked: bool) -> None:
    """A worker ends with the run it belongs to; Ctrl-C is the run's to handle."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if forked:
        from .shell import notebook_shell

        notebook_shell()


def as_page_error(page: Page, error: BaseException) -> PageError:
    """What became of a page, where its worker was killed or something failed outside the notebook, in one line."""
    if isinstance(error, PageError):
        return error
    if isinstance(error, BrokenExecutor):
        return PageError(page.name, Problem("worker_killed", page.notebook.name))
    return PageError(page.name, Problem("page_failed", page.notebook.name, f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"))
