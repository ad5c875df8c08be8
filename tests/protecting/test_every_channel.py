"""Nothing a partner gets tells what is hidden: two plans that the rule cannot tell apart are handed over as the very same bytes."""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import COUNTS_SOURCE, INDICATORS, SURVEY_HEADER, SURVEY_SOURCE, criterion, indicator, register
from pages import contents, everything_in, run

from analysis.running import reports
from analysis.sharing.printing import find_browser, print_pages


class Hidden(NamedTuple):
    """What no reader may know: two neighbours' numbers of whatever is counted, before and after a correction, and the answers of a survey in one of them."""

    a: int
    b: int
    corrected_a: int
    corrected_b: int
    safe: str
    answers: int
    loss: int

    @property
    def neighbours(self) -> dict[str, int]:
        """The hidden numbers by area; both together are 5."""
        return {"a": self.a, "b": self.b}


ONE = Hidden(a=1, b=4, corrected_a=2, corrected_b=3, safe="58,3", answers=24, loss=11_000)
OTHER = Hidden(a=2, b=3, corrected_a=1, corrected_b=4, safe="66,7", answers=21, loss=17_500)
MONTHS = [f"2018-{month:02d}" for month in range(1, 13)]
ABSENT = '\n[[absent]]\nreason = "not asked"\n'
TYPES = indicator("fires") + indicator("theft") + indicator("helpers", direction="up", uncertainty="none", combine="unique", measure="stock")
CRITERIA = (
    criterion('kind = "change_per_year", change = -0.1, from = "previous_actual"', scope='"each"', id="R")
    + criterion('kind = "change_per_year", change = -0.1, from = "baseline", path = "linear"', scope='"combined"', id="S", more="baseline_year = 2017")
    + criterion('kind = "at_most", value = 8, per = "cumulative"', scope='["a", "b"]', id="U")
    + criterion('kind = "at_least", value = 0.6, per = "year"', indicator="safe", scope='"each"', id="V")
    + criterion('kind = "at_most", value = 3, per = "year"', indicator="fires", scope='"each"', id="W")
    + criterion('kind = "direction"', indicator="theft", scope='"each"', id="X")
    + criterion('kind = "at_most", value = 0.02, per = "year"', indicator="moves", scope='"each"', id="Y")
    + criterion('kind = "at_least", value = 3, per = "stock"', indicator="helpers", scope='"each"', id="Z")
)


def write(folder: Path, name: str, source: str, **files: str) -> None:
    """One supplier's folder."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "source.toml").write_text(source, encoding="utf-8")
    for stem, content in files.items():
        (folder / name / f"{stem}.csv").write_text(content, encoding="utf-8")


def lay_out(home: Path, hidden: Hidden) -> Path:
    """A plan whose hidden figures are these, in every kind of delivery that can have some; 3 after 12 is a jump, and 4 is none."""
    folder = home / "data" / "raw"
    folder.mkdir(parents=True)
    (folder / "agreement.toml").write_text(register(CRITERIA, INDICATORS + TYPES, areas=("a", "b", "c")), encoding="utf-8")
    low, high = hidden.neighbours.values()
    counted = [("a", 2017, 40), ("b", 2017, 12), ("c", 2017, 30), ("a", 2018, low), ("b", 2018, high), ("c", 2018, 31), ("a", 2019, 38), ("b", 2019, 44)]
    counted += [("c", 2019, 29), ("I alt", 2017, 82), ("I alt", 2018, 36), ("I alt", 2019, 111)]
    cells = [f"{area};{year};reports;{number};counted by {number} people" for area, year, number in counted]
    cells += [f"{area};{year};evenings;{number};" for year in (2017, 2018, 2019) for area, number in (("a", 3), ("b", 5), ("c", 4))]
    monthly = {"a": [low, high] + [6] * 10, "b": [9] * 12, "c": [12, 14] * 6}
    cells += [f"{area};{month};theft;{number};" for area, numbers in monthly.items() for month, number in zip(MONTHS, numbers, strict=True)]
    cells += [f"{area};2019;theft;{number};" for area, number in (("a", 70), ("b", 104), ("c", 150))]
    doubt = f'\n[areas]\n"I alt" = "combined"\n\n[[doubt]]\narea = "b"\nperiod = "2018"\nindicator = "reports"\nreason = "it may be {high} instead"\n'
    source = COUNTS_SOURCE.replace('files = ["counts.csv"]', 'files = ["counts.csv"]\njump = 3') + 'bemaerk = "note"\n'
    write(folder, "counts", source + doubt + ABSENT, counts="omraade;periode;indikator;antal;bemaerk\n" + "\n".join(cells) + "\n")
    survey = [("a", 2018, hidden.safe, hidden.answers), ("b", 2018, "61,5", 200), ("c", 2018, "70,2", 180), ("a", 2019, "62,0", 150), ("b", 2019, "64,0", 210)]
    write(folder, "survey", SURVEY_SOURCE + ABSENT, survey=SURVEY_HEADER + "".join(f"{area};{year};safe;{share};{of}\n" for area, year, share, of in survey))
    fires = [
        (area, year, day) for year, its in ((2018, {"a": low, "b": high, "c": 9}), (2019, {"a": 7, "b": 6, "c": 8})) for area in its for day in range(its[area])
    ]
    listed = "".join(f"F{number};{1 + 2 * day:02d}-03-{year};{area}\n" for number, (area, year, day) in enumerate(fires))
    head = 'contract = "incidents"\npublisher = "The fire service"\nfiles = ["fires.csv"]\ncovers = ["2018", "2019"]\n'
    columns = '\n[columns]\nnr = "id"\ndato = "date"\nomraade = "area"\n\n[constants]\nindicator = "fires"\n'
    write(folder, "fires", head + columns + ABSENT, fires="nr;dato;omraade\n" + listed)
    persons = [
        (area, year, person)
        for year in (2018, 2019)
        for area, many in ({"a": low, "b": high, "c": 9} | ({} if year == 2018 else {"a": 7, "b": 8})).items()
        for person in range(many)
    ]
    head = 'contract = "registrations"\npublisher = "The plan"\nfiles = ["helpers.csv"]\ncovers = ["2018", "2019"]\n'
    columns = '\n[columns]\naar = "period"\nomraade = "area"\nperson = "person"\n\n[constants]\nindicator = "helpers"\n'
    write(
        folder,
        "helpers",
        head + columns + ABSENT,
        helpers="aar;omraade;person\n" + "".join(f"{year};{area};{area}{person}\n" for area, year, person in persons),
    )
    moved = [("a", 2018, low, 100), ("b", 2018, high, 200), ("c", 2018, 40, 500), ("a", 2019, 12, 100), ("b", 2019, 22, 200), ("c", 2019, 41, 500)]
    head = 'contract = "moves"\npublisher = "The housing organisation"\nfiles = ["moves.csv"]\n\n[columns]\naar = "period"\nomraade = "area"\n'
    columns = 'alle = "all_moves"\ninterne = "internal"\nboliger = "out_of"\n\n[constants]\nindicator = "moves"\n'
    rows = "".join(f"{year};{area};{number + 6};6;{homes}\n" for area, year, number, homes in moved)
    write(folder, "moves", head + columns + ABSENT, moves="aar;omraade;alle;interne;boliger\n" + rows)
    lost = [("a", 2018, hidden.loss, low), ("b", 2018, 280_000, 20), ("c", 2018, 321_000 - hidden.loss, 25), ("a", 2019, 90_000, 9), ("b", 2019, 260_000, 19)]
    head = 'contract = "counts"\npublisher = "The housing organisation"\nfiles = ["loss.csv"]\n\n[columns]\naar = "period"\nomraade = "area"\n'
    columns = 'beloeb = "value"\nsager = "cases"\n\n[constants]\nindicator = "loss"\nunit = "dkk"\n'
    write(folder, "loss", head + columns + ABSENT, loss="aar;omraade;beloeb;sager\n" + "".join(f"{year};{area};{sum_};{of}\n" for area, year, sum_, of in lost))
    return folder


def correct(folder: Path, hidden: Hidden) -> None:
    """A second delivery: both hidden neighbours are other than was delivered, their total is not, and one that is shown is corrected besides."""
    cells = f"a;2018;reports;{hidden.corrected_a};\nb;2018;reports;{hidden.corrected_b};\na;2019;evenings;6;\n"
    source = (folder / "counts" / "source.toml").read_text(encoding="utf-8")
    correction = '\n[[correction]]\nfiles = ["again.csv"]\ndelivery = 2\nreason = "counted again"\n'
    write(folder, "counts", source + correction, again="omraade;periode;indikator;antal;bemaerk\n" + cells)


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Everything that either plan gives away, by its name: of an edition in Danish, and of one in both languages after a correction."""
    return tuple(shared(tmp_path_factory.mktemp("plan"), hidden) for hidden in (ONE, OTHER))


def shared(home: Path, hidden: Hidden) -> dict[str, bytes]:
    """What is shared twice, and what the commands say of it.

    All pages there are stand in the second edition in Danish. In English, and before the correction, pages are left out that differ from others
    only in the area they are about, or in words.
    """
    folder, said, every = lay_out(home, hidden), {}, reports.pages_of
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)

        def pages(danish: set[str], english: set[str]) -> None:
            names = {"da": danish, "en": english}
            patch.setattr(reports, "pages_of", lambda plan, lang: [page for page in every(plan, lang) if page.name in names[lang]])

        def command(name: str, *words: object) -> None:
            done = run(*words, "--raw", "data/raw")
            assert done.exit_code == 0, done.output
            said[f"said/{name}"] = done.output.encode()

        patch.setattr("analysis.sharing.printing.find_browser", lambda: "")  # the same pages are printed again below
        pages({"area-a", "data-check"}, set())
        command("share 1", "share", "--year", 2019, "--jobs", 1)
        correct(folder, hidden)
        pages({"partnership", "area-a", "area-b", "area-c", "data-check", "method"}, {"partnership", "area-a", "data-check", "method"})
        command("check", "check")
        command("report", "report", "--year", 2019, "--lang", "en", "--jobs", 1)
        command("share 2", "share", "--year", 2019, "--jobs", 1)
    tables = {f"processed/{name}": content for name, content in contents(home / "data" / "processed").items() if not name.startswith("internal/")}
    made = said | tables | {place: inner for name, content in contents(home / "reports").items() for place, inner in everything_in(name, content)}
    return {place: content.replace(str(home).encode(), b"") for place, content in made.items()}


def masked(place: str, content: bytes) -> bytes:
    """A file without what differs each time it is made: digests under the plan's key and those made from them, and when a run was."""
    content = re.sub(rb"hmac-sha256:[0-9a-f]{64}", b"keyed", content)
    content = re.sub(rb'("edition [0-9]{4}-[0-9]+": ")[0-9a-f]{64}', rb"\1keyed", content)
    if place.startswith(".made/"):
        return re.sub(rb"[0-9a-f]{64}", b"keyed", content)
    return re.sub(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z run=[0-9T]{15}-[0-9]+", b"then", content) if place == "report.log" else content


def test_two_plans_that_the_rule_cannot_tell_apart_are_handed_over_as_the_same_bytes(handed_over):
    """Pages, key figures, tables, workbook, notebooks, editions, checksums, what was revised, the log, and what the commands print."""
    one, other = handed_over
    assert one.keys() == other.keys()
    assert [place for place in one if not place.endswith(".zip") and masked(place, one[place]) != masked(place, other[place])] == []


def test_that_is_said_of_everything_that_is_handed_over(handed_over):
    names = set(handed_over[0])
    pages = {f"sider/{lang}/{page}.html" for lang in ("da", "en") for page in ("index", "partnership", "area-a", "data-check", "method")}
    pages |= {"sider/da/area-b.html", "sider/da/area-c.html"}
    tables = {f"data/{name}.csv" for name in ("maal", "aarene", "maalinger", "noegletal")} | {"data/tryghed-2019-2.xlsx/xl/worksheets/sheet1.xml"}
    assert {"2019-1.zip/sider/da/area-a.html", "2019-1.zip/sider/da/data-check.html", "2019-1.zip/notebooks/area.ipynb"} <= names
    assert {f"2019-2.zip/{name}" for name in pages | tables | {"notebooks/area.ipynb", "kontrol/manifest.json", "Begynd her.html"}} <= names
    assert {"editions/2019-2/ledger.csv", "editions/2019-2/key_figures.csv", "2019/key_figures.csv", "2019/en/key_figures.csv", "report.log"} <= names
    assert {f"processed/{name}.csv" for name in ("observations", "gaps", "periods", "latest", "months", "revised", "changed", "hidden", "warnings")} <= names


def test_both_plans_hide_a_sum_a_share_months_a_list_and_a_correction(handed_over):
    rows = list(csv.DictReader(io.StringIO(handed_over[0]["processed/observations.csv"].decode())))
    hidden = {(row["indicator"], row["area"], row["period"]) for row in rows if row["status"] == "suppressed"}
    assert {("reports", "a", "2018"), ("reports", "b", "2018"), ("theft", "a", "2018-01"), ("theft", "a", "2018-02")} <= hidden
    assert {(id_, "a", "2018") for id_ in ("safe", "fires", "moves", "helpers", "loss")} <= hidden and ("reports", "combined", "2018") not in hidden
    revised = list(csv.DictReader(io.StringIO(handed_over[0]["processed/revised.csv"].decode())))
    assert {(row["area"], row["before"], row["after"]) for row in revised if row["indicator"] == "reports"} == {("a", "", ""), ("b", "", "")}


@pytest.mark.skipif(not find_browser(), reason="no browser that prints")
def test_a_page_is_printed_as_the_same_bytes(handed_over, tmp_path):
    name = "2019-2.zip/sider/da/data-check.html"
    one, other = (print_pages({"data-check": each[name]}, tmp_path).files["data-check"] for each in handed_over)
    assert one == other and one.startswith(b"%PDF")
