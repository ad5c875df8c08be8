"""How much work it is to make reports: the usual way, stock kernels in a pool, this project, and the floor.

    python tests/benchmark/rendering.py [--reports 20 200] [--usual 6] [--rounds 3]
    python tests/benchmark/rendering.py --whole [--rounds 1]

The example plan, which is full. All make the same area pages with the same figures, in one run on one machine; with
`--whole` instead all seven pages of a report, whole command against whole commands, with the tables built before. `--usual` is how many reports the two
slow ways make; their work grows evenly with the number. Ways that are compared closely take turns, `--rounds` times,
and the least of each counts: the rest is the machine's other work. Times are of all processes together (CPU) and of
the clock; memory is what a worker or the process of a page has to itself (Linux).
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("motalavej", "ringparken_schackenborgvaenge", "sydbyen", "skaelskoer")
JOBS = 2
PLAN, YEAR = "data/example", 2021


def wanted(number: int, home: Path) -> list:
    """So many reports: the areas in turn."""
    from analysis.running.parameters import Page

    return [
        Page(f"report-{n}", area, home / "notebooks" / "area.ipynb", {"year": YEAR, "area": area, "plan_folder": PLAN})
        for n, area in enumerate(islice(cycle(AREAS), number))
    ]


def usual(number: int, home: Path) -> None:
    """papermill and nbconvert as commands, one after the other."""
    with_commands(wanted(number, home), home)


def with_commands(pages: list, home: Path) -> None:
    """Each page by papermill, then nbconvert."""
    bin_ = Path(sys.executable).parent
    for page in pages:
        out = home / f"{page.name}.ipynb"
        words = [word for name, value in page.parameters.items() for word in ("-p", name, str(value))]
        subprocess.run([bin_ / "papermill", page.notebook, out, *words], check=True, capture_output=True, cwd=home)
        subprocess.run([bin_ / "jupyter", "nbconvert", "--to", "html", "--no-input", out], check=True, capture_output=True, cwd=home)


def whole_usual(_: int, home: Path) -> None:
    """All pages of a report by papermill and nbconvert."""
    from analysis import Plan
    from analysis.running.reports import pages_of

    os.chdir(home)
    with_commands(pages_of(Plan.load(PLAN, YEAR), "da"), home)


def whole_project(_: int, home: Path) -> None:
    """All pages of a report by this project's command."""
    words = ["report", "--raw", PLAN, "--out", tempfile.mkdtemp(dir=home), "--jobs", str(JOBS)]
    subprocess.run([sys.executable, "-m", "analysis", *words], check=True, capture_output=True, cwd=home)


def pooled(number: int, home: Path, engine: str | None) -> None:
    """This project's pages; with `kernel` each by a stock kernel."""
    from analysis.running.pool import local_pool, page_alone

    os.chdir(home)
    with local_pool(JOBS, engine) as pool:
        for future in [pool.submit(page_alone, page, "da", [], engine) for page in wanted(number, home)]:
            (home / f"{future.result().name}.html").write_text(future.result().html, encoding="utf-8")


def kernels(number: int, home: Path) -> None:
    pooled(number, home, "kernel")


def project(number: int, home: Path) -> None:
    pooled(number, home, "fork")


def _plain(page, home: Path) -> None:
    """One page by a plain script: the same tables and charts, put into the same template by Jinja."""
    from analysis import Plan
    from analysis.running.render import page_of
    from analysis.showing import evidence, explanations, front, pages, sections

    year, area = page.parameters["year"], page.parameters["area"]
    plan = Plan.load(PLAN, year)
    parts = [
        pages.area_title(plan, "da", plan.require_area(area)),
        front.answer(plan, "da", area),
        evidence.promises(plan, "da", area),
        evidence.others(plan, "da", area),
        sections.months(plan, "da", area),
        explanations.caveats(plan, "da", area),
        pages.provenance(plan, "da"),
    ]
    markup = page_of("\n".join(part._repr_mimebundle_()["text/html"] for part in parts), page.title, f"{page.name}.html", "da")
    (home / f"{page.name}.html").write_text(markup, encoding="utf-8")


def floor(number: int, home: Path) -> None:
    """A process forked for each page from one that has everything loaded."""
    from nbformat.v4 import new_notebook  # noqa: F401

    from analysis.running.render import page_of
    from analysis.showing import pages, pictures, tables  # noqa: F401

    os.chdir(home)
    pictures.warm_up()
    page_of("", "", "", "da")
    running = 0
    for page in wanted(number, home):
        if running == JOBS:
            assert os.wait()[1] == 0
            running -= 1
        if os.fork() == 0:
            _plain(page, home)
            os._exit(0)
        running += 1
    for _ in range(running):
        assert os.wait()[1] == 0


def one_cold(_: int, home: Path) -> None:
    project(1, home)


def one_plain(_: int, home: Path) -> None:
    os.chdir(home)
    _plain(wanted(1, home)[0], home)


def private(process: int) -> int:
    """The largest memory in MiB that any process started by this one's pool has to itself; 0 where that cannot be asked."""
    parents, largest = {process}, 0
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) in parents:
                parents.add(int(folder.name))
                sizes = (line.split() for line in (folder / "smaps_rollup").read_text().splitlines() if line.startswith("Private_"))
                largest = max(largest, sum(int(size[1]) for size in sizes) // 1024)
        except OSError:
            continue
    return largest


def measure(way: str, number: int, home: Path) -> tuple[float, float, int]:
    """CPU and clock seconds of one way in a Python of its own, and the largest private memory of a worker in MiB."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import rendering; from pathlib import Path; "
        f"rendering.{way}({number}, Path({str(home)!r}))"
    )
    before, began, largest = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            time.sleep(0.2)
            if way == "project":
                largest = max(largest, private(running.pid))
        said = running.stderr.read()
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if running.returncode:
        sys.exit(f"{way}: {said[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, largest


def compare_whole(rounds: int, home: Path) -> None:
    """The seven pages of the example's report, both ways in turn."""
    least: dict[str, tuple[float, float]] = {}
    for way in ("whole_project", "whole_usual") * rounds:
        cpu, wall, _ = measure(way, 1, home)
        least[way] = min((cpu, wall), least.get(way, (cpu, wall)))
        print(f"{way:14} {cpu:6.1f} s CPU  {wall:6.1f} s wall", flush=True)
    ratios = [usual / project for usual, project in zip(least["whole_usual"], least["whole_project"], strict=True)]
    print(f"usual / project: {ratios[0]:.2f} CPU, {ratios[1]:.2f} wall")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--reports", type=int, nargs="+", default=[20])
    asked.add_argument("--usual", type=int, default=6)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--whole", action="store_true")
    asked = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        shutil.copytree(ROOT / PLAN, home / PLAN)
        shutil.copytree(ROOT / "notebooks", home / "notebooks")
        measure("one_plain", 1, home)  # the tables are built
        if asked.whole:
            compare_whole(asked.rounds, home)
            return
        found = {}
        ways = [(way, number) for number in asked.reports for way in ("project", "floor")]
        for way, number in [("one_cold", 1), ("one_plain", 1), *ways, ("kernels", asked.usual), ("usual", asked.usual)]:
            if (way, number) in found:
                continue
            turns = {"project": ["project", "floor"], "one_cold": ["one_cold", "one_plain"]}.get(way, [way])
            measured = [(each, measure(each, number, home)) for _ in range(asked.rounds if len(turns) > 1 else 1) for each in turns]
            for each in turns:
                cpu, wall, largest = (pick(part) for pick, part in zip((min, min, max), zip(*(m for w, m in measured if w == each), strict=True), strict=True))
                found[each, number] = cpu / number, wall / number
                print(f"{each:10} {number:4} reports  {cpu / number:6.2f} s CPU  {wall / number:6.2f} s wall each  {largest or '':>4}", flush=True)
        last = ("project", asked.reports[-1])
        pairs = [
            (("one_cold", 1), ("one_plain", 1)),
            *((("project", number), ("floor", number)) for number in asked.reports),
            (last, ("project", asked.reports[0])),
            (("usual", asked.usual), ("kernels", asked.usual)),
            (("usual", asked.usual), last),
        ]
        for one, other in pairs:
            print(f"{one} / {other}: {found[one][0] / found[other][0]:.2f} CPU, {found[one][1] / found[other][1]:.2f} wall")


if __name__ == "__main__":
    main()
