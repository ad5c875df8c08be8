"""Whoever gets the zip can check it with Python alone: every file, and every verdict from its figures."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pages import example_copy

from analysis.plan import Plan
from analysis.promises.catalogue import LANGUAGES
from analysis.sharing import bundle, printing, recheck
from analysis.sharing.notebooks import Shown
from analysis.showing.exports import packed

FIGURES = "report,element,indicator,area,period,value,shown_as\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    return Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("plan")), 2021)


@pytest.fixture(scope="module")
def unzipped(plan, tmp_path_factory) -> Path:
    """What is handed over of the example plan, unpacked in a folder of its own."""
    home, elsewhere = tmp_path_factory.mktemp("sender"), tmp_path_factory.mktemp("recipient")
    pages = home / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<title>Forside</title><h1>Forside</h1>", encoding="utf-8")
    (pages / "key_figures.csv").write_text(FIGURES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "find_browser", lambda: "")
        files, _ = bundle.make_bundle(plan, {"da": pages}, Shown(), {}, "2021-1", home)
    (elsewhere / "2021-1.zip").write_bytes(packed(files))
    with zipfile.ZipFile(elsewhere / "2021-1.zip") as handed:
        handed.extractall(elsewhere / "her")
    return elsewhere / "her"


@pytest.fixture
def spoilt(unzipped):
    """A function that runs the check after one text in a file was exchanged; `sealed` makes the checksums fit again. All is put back afterwards."""
    before = {path: path.read_bytes() for path in unzipped.rglob("*") if path.is_file()}

    def check(file: str = "", old: str = "", new: str = "", sealed: bool = False) -> tuple[int, list[str]]:
        if file:
            path = unzipped / file
            text = path.read_bytes().decode()
            assert old in text
            path.write_bytes(text.replace(old, new, 1).encode())
        if sealed:
            manifest = unzipped / "kontrol" / "manifest.json"
            said = json.loads(manifest.read_text(encoding="utf-8"))
            said["files"][file] = hashlib.sha256(path.read_bytes()).hexdigest()
            manifest.write_text(json.dumps(said), encoding="utf-8")
        words = [sys.executable, "-I", str(unzipped / "kontrol" / "kontrol.py")]
        done = subprocess.run(words, cwd=unzipped.parent, capture_output=True, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"})
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    yield check
    for path, content in before.items():
        path.write_bytes(content)


def line_of(unzipped: Path, criterion: str, area: str, year: str, verdict: str) -> str:
    """The line of the table of promises of this promise, area and year under the chosen reading, which has this verdict."""
    lines = (unzipped / "data" / "maal.csv").read_text(encoding="utf-8-sig").splitlines()
    (found,) = [line for line in lines if line.startswith(f"{criterion};") and f";{area};{year};valgt" in line and f";{verdict};" in line]
    return found


def test_all_verdicts_of_the_example_follow_from_its_figures(spoilt):
    code, lines = spoilt()
    assert code == 0 and lines[-1].startswith("Alt er, som det blev udleveret")
    compared = [line for line in lines if ": regnet efter " in line]
    assert len(compared) > 36 and all(line.endswith("afvigende 0") for line in compared), "one line a promise and what measures it"
    assert sum(int(line.partition(": regnet efter ")[2].partition(",")[0]) for line in compared) > 150


def test_a_number_that_was_changed_is_found_even_where_the_checksums_fit_again(spoilt, unzipped):
    met = line_of(unzipped, "T1a", "Motalavej", "2021", "Opfyldt")
    value = met.split(";")[7]
    assert value == "0,795", "the value stands in the eighth column"
    code, lines = spoilt("data/maal.csv", met, met.replace(";0,795;", ";0,695;"), sealed=True)
    assert code == 1
    assert [line for line in lines if "Motalavej, 2021" in line] and [line for line in lines if line.startswith("T1a ") and line.endswith("afvigende 1")]


def test_a_verdict_that_was_changed_is_found_even_where_the_checksums_fit_again(spoilt, unzipped):
    met = line_of(unzipped, "T1a", "Motalavej", "2021", "Opfyldt")
    code, lines = spoilt("data/maal.csv", met, met.replace(";Opfyldt;", ";Ikke opfyldt;"), sealed=True)
    assert code == 1
    assert [line for line in lines if "Motalavej, 2021" in line and "giver »Opfyldt«" in line]


@pytest.mark.parametrize(("file", "old", "new"), [("data/maalinger.csv", "0,795", "0,895"), ("sider/da/index.html", "Forside", "Bagside")])
def test_any_file_that_was_changed_is_named(spoilt, file, old, new):
    code, lines = spoilt(file, old, new)
    assert code == 1 and lines[0].startswith(f"{file}: ") and lines[-1].startswith("Noget afviger")


def test_the_check_reads_no_library_and_is_short():
    source = Path(recheck.__file__).read_text(encoding="utf-8")
    imported = {line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names and len(source.splitlines()) <= 150


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_that_the_check_reads_stands_for_one_thing(plan, lang):
    """Two verdicts of one word could not be told apart."""
    words = json.loads(bundle.check_words(plan, lang))
    assert set(words["verdict"].values()) >= {*plan.gaps["verdict"]} - {""} and len(words["verdict"]) >= 8
    assert (len(words["side"]), len(words["role"]), len(set(words["columns"].values()))) == (4, 3, len(words["columns"]))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("at_least", 3, 3, 0), "met"),
        (("more_than", 3, 3, 0), "not_met"),
        (("at_most", 4, 3, 0), "not_met"),
        (("less_than", 2, 3, 0), "met"),
        (("at_least", 2, 3, 1), "rounding_undecided"),
        (("at_least", 2, 3, 0), "not_met"),
    ],
)
def test_a_verdict_is_worked_out_from_value_target_side_and_rounding(given, found):
    side, value, target, rounding = given
    gap = target - value if side in ("at_most", "less_than") else value - target
    assert recheck.verdict({"side": side, "value": value, "target": target, "gap": gap, "rounding": rounding}) == found
    assert recheck.verdict({"side": side, "value": value, "target": target, "gap": gap + 1, "rounding": rounding}) == "?"
