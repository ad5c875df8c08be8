"""What the tests of notebooks, pages and commands share: a plan folder of their own, the command, one rendered report."""

import base64
import binascii
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner, Result
from filelock import FileLock

from analysis.__main__ import main
from analysis.running.building import build

ROOT = Path(__file__).resolve().parents[1]
AREAS = ("motalavej", "ringparken_schackenborgvaenge", "sydbyen", "skaelskoer")
CONTRACT = {"index.html", "partnership.html", *(f"area-{area}.html" for area in AREAS), "data-check.html", "method.html", "key_figures.csv"}
SHORT = ("--area", "motalavej", "--jobs", "2")  # the fewest pages that a report can have


def run(*words: object) -> Result:
    """One command of the program; fails at once where it ended in an exception of its own."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def plan_copy(home: Path) -> Path:
    """The project's own plan folder in a folder of its own, so that nothing is written in the project."""
    return Path(shutil.copytree(ROOT / "data" / "raw", home / "data" / "raw"))


def project_copy(home: Path, to: Path) -> Path:
    """A project of its own with notebooks, the plan and its tables, which are built once for all tests."""

    real_copy(home, to)
    return Path(shutil.copytree(ROOT / "notebooks", to / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))).parent


def made_once(home: Path, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a test run makes, and that the others find made; `home` is a process's own temporary folder."""
    folder = (home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / name
    made = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a process left that did not come to its end
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def _report(*words: object) -> Callable[[Path], None]:
    """What makes the real report in a folder."""

    def make(folder: Path) -> None:
        done = run("report", "--raw", plan_copy(folder), "--out", folder / "reports", *words)
        assert done.exit_code == 0, done.output

    return make


@cache
def danish(home: Path) -> Path:
    """The real report in Danish, rendered once: the folder with its pages."""
    return made_once(home, "danish", _report("--jobs", 2)) / "reports" / "2017"


def danish_plan(home: Path) -> Path:
    """The plan folder of that report; its tables are there."""
    return danish(home).parents[1] / "data" / "raw"


@cache
def english(home: Path) -> Path:
    """Motalavej's report in English, rendered once: the folder with its pages."""
    return made_once(home, "english", _report("--lang", "en", *SHORT)) / "reports" / "2017" / "en"


def real_copy(home: Path, to: Path) -> Path:
    """The project's own plan in a folder of its own, with its tables, which are built once for all tests."""
    return _built_copy("raw", home, to)


def example_copy(home: Path, to: Path) -> Path:
    """The example plan in a folder of its own, with its tables, which are built once for all tests."""
    return _built_copy("example", home, to)


def _built_copy(plan: str, home: Path, to: Path) -> Path:
    def make(folder: Path) -> None:
        build(Path(shutil.copytree(ROOT / "data" / plan, folder / "data" / plan)))

    shutil.copytree(made_once(home, f"built_{plan}", make) / "data", to / "data", dirs_exist_ok=True)
    return to / "data" / plan


def soup(markup: str | Path) -> BeautifulSoup:
    """A page, or a piece of one, parsed."""
    return BeautifulSoup(markup.read_text(encoding="utf-8") if isinstance(markup, Path) else markup, "html.parser")


def text(parsed: object) -> str:
    """What a reader sees, with every run of blanks (no-break spaces among them) as one."""
    seen = parsed if isinstance(parsed, Tag) else soup(str(parsed))
    return " ".join(next(iter(seen("body")), seen).get_text(" ").split())


def told(shown: object) -> str:
    """The sentences around a chart in their order, without its drawing, its name, its source and its table."""
    figure = soup(str(shown)).figure
    heading, caption = figure.select_one(".takeaway"), figure.figcaption.find(string=True, recursive=False) or ""
    first = [] if text(heading) == text(figure.svg.title) else [text(heading)]
    return " ".join(filter(None, [*first, " ".join(caption.split()), *map(text, figure.select("details > p"))]))


def says(page: str, words: str) -> bool:
    """Whether these words stand in a text, not as a part of a longer word or number."""
    return bool(re.search(rf"(?<![\w−]){re.escape(' '.join(words.split()))}(?!\w)", page))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte by byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def everything_in(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file, and of whatever is packed or encoded in it, each with where it stands."""
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for inner in packed.namelist():
                yield from everything_in(f"{name}/{inner}", packed.read(inner))
    for number, coded in enumerate(re.findall(rb"base64,([A-Za-z0-9+/=\s]+)", content)):
        with suppress(binascii.Error):  # program text that only speaks of it
            yield from everything_in(f"{name}#{number}", base64.b64decode(coded))
    if name.endswith(".ipynb"):
        for cell in json.loads(content)["cells"]:
            for output in cell.get("outputs", []):
                for kind, said in output.get("data", {}).items():
                    yield f"{name}:{kind}", "".join(said).encode()
