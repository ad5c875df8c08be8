"""Pages as tagged PDF, printed by the browser that is on the computer. Where there is none, or it fails, that is reported and nothing stops."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 120  # for one page
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge", "microsoft-edge-stable")
_MAC = ("Google Chrome", "Microsoft Edge", "Chromium")
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe", r"Chromium\Application\chrome.exe")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-pdf-header-footer",
    "--print-to-pdf-no-header",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)
_WHEN = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}[^)]*")
_NODE = re.compile(rb"(?<=\(node)\d{8}(?=\))")  # what the browser numbers the elements of a page by, not always from the same number on
_TO_PAGE = re.compile(rb' href="[^"#:]+\.html(?:#[^"]*)?"')


@dataclass(frozen=True)
class Printed:
    """PDFs by name; whether a page printed twice was the same bytes; what made them; and why there are none, as the key of a text."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    same_twice: bool = True
    made_by: str = ""
    trouble: str = ""


class _Trouble(Exception):
    """Why a page could not be printed: the key of a text."""


def find_browser() -> str:
    """A browser that prints without a window: Chromium, Chrome or Edge; empty where none is found."""
    homes = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    places = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in _MAC]
    places += [str(Path(home, *place.split("\\"))) for home in homes if home for place in _WINDOWS]
    return next(filter(None, (shutil.which(name) for name in _NAMES)), "") or next((place for place in places if Path(place).is_file()), "")


def print_pages(pages: Mapping[str, bytes], beside: Path, jobs: int = 1) -> Printed:
    """Every page, by name without ending, as PDF; work is done in a temporary folder below `beside`. All are printed or none."""
    browser = find_browser()
    if not browser:
        return Printed(trouble="pdf_none")
    try:
        # not in the usual place for temporary files: some installations of the browser may not see that
        with TemporaryDirectory(prefix="pdf-", dir=beside, ignore_cleanup_errors=True) as name, ThreadPoolExecutor(jobs) as pool:
            again = next(iter(pages))
            tasks = [*pages.items(), (again, pages[again])]
            *printed, twice = pool.map(lambda task: _print(browser, task[1][1], Path(name) / str(task[0])), enumerate(tasks))
    except _Trouble as trouble:
        return Printed(trouble=str(trouble))
    maker = re.search(rb"/Producer \(([^)]*)\)", twice)
    return Printed(dict(zip(pages, printed, strict=True)), printed[0] == twice, maker[1].decode("latin-1") if maker else "", "")


def _print(browser: str, page: bytes, home: Path) -> bytes:
    """One page as PDF. Links between pages are left out, as the browser would write the page's own place into them; what is folded is unfolded."""
    home.mkdir()
    place = home / "page.html"
    place.write_bytes(_TO_PAGE.sub(b"", page).replace(b"<details>", b"<details open>"))
    flags = [*_FLAGS, f"--user-data-dir={home / 'profile'}", f"--print-to-pdf={home / 'page.pdf'}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        flags.append("--no-sandbox")  # the browser refuses to run as root with it
    _run([browser, *flags, place.resolve().as_uri()])
    try:
        content = (home / "page.pdf").read_bytes()
    except FileNotFoundError:
        raise _Trouble("pdf_failed") from None
    if not content.startswith(b"%PDF") or b"%%EOF" not in content[-64:]:
        raise _Trouble("pdf_failed")
    return same_bytes(content)


def same_bytes(content: bytes) -> bytes:
    """The PDF without the moment it was printed, its elements numbered from 1 in their order; every byte stays in its place."""
    dated = _WHEN.sub(lambda found: found[1] + b"20000101000000Z".ljust(len(found[0]) - len(found[1])), content)
    rank = {number: b"%08d" % place for place, number in enumerate(sorted(set(_NODE.findall(dated))), 1)}
    return _NODE.sub(lambda found: rank[found[0]], dated)


def _run(words: list[str]) -> None:
    """Run the browser to its end; one that takes too long is stopped with all it started."""
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    try:
        process = subprocess.Popen(words, start_new_session=True, **quiet)
    except OSError:
        raise _Trouble("pdf_failed") from None
    try:
        if process.wait(SECONDS):
            raise _Trouble("pdf_failed")
    except subprocess.TimeoutExpired:
        raise _Trouble("pdf_slow") from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            process.wait()
