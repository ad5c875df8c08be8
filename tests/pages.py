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
from contextlib import chdir, suppress
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner, Result
from conftest import COUNTS_HEADER, COUNTS_SOURCE, SURVEY_HEADER, SURVEY_SOURCE, criterion, register
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
    return notebooks_copy(to).parent


def notebooks_copy(to: Path) -> Path:
    """The notebooks in a project of its own."""
    return Path(shutil.copytree(ROOT / "notebooks", to / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints")))


SMALL_PAGES = {"index.html", "partnership.html", "area-a.html", "area-b.html", "data-check.html", "method.html", "key_figures.csv"}
SMALL_COUNTS = "a;2017;reports;61\nb;2017;reports;48\na;2018;reports;58\nb;2018;reports;30\n"
SMALL_SURVEY = "a;2017;safe;58,7;290\na;2018;safe;55,2;281\nb;2018;safe;61,3;400\n"


def small_copy(home: Path, to: Path) -> Path:
    """A project of its own with notebooks and a made-up plan of two areas, with its tables, which are built once for all tests.

    A report on 2018 of it shows something of every kind, and costs a quarter of a real one.
    """

    def make(folder: Path) -> None:
        build(_small_plan(folder / "data" / "raw"))

    shutil.copytree(made_once(home, "built_two_areas", make) / "data", to / "data", dirs_exist_ok=True)
    return notebooks_copy(to).parent


def small_report(home: Path) -> Path:
    """A project with that plan and its report in `new`, which is made once for all tests."""

    def make(folder: Path) -> None:
        small_copy(home, folder)
        with chdir(folder):
            done = run("report", "--out", "new")
        assert done.exit_code == 0 and len(done.output.splitlines()) == len(SMALL_PAGES - {"index.html", "key_figures.csv"}) + 1, done.output

    return made_once(home, "small_report", make)


def _small_plan(folder: Path) -> Path:
    rules = ('kind = "change_per_year", change = -0.1, from = "previous_actual"', 'kind = "at_least", value = 0.6, per = "year"')
    promises = criterion(rules[0], scope='"each"', first=2018) + criterion(rules[1], "safe", scope='"each"', id="S", first=2018)
    delivered = (("counts", COUNTS_SOURCE, COUNTS_HEADER + SMALL_COUNTS), ("survey", SURVEY_SOURCE, SURVEY_HEADER + SMALL_SURVEY))
    for name, source, cells in delivered:
        (folder / name).mkdir(parents=True)
        (folder / name / "source.toml").write_text(source + '\n[[absent]]\nreason = "not asked"\n', encoding="utf-8")
        (folder / name / f"{name}.csv").write_text(cells, encoding="utf-8")
    (folder / "agreement.toml").write_text(register(promises, areas=("a", "b")), encoding="utf-8")
    return folder


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
