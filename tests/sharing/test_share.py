"""An edition keeps what was shown; a hidden number is in nothing that is handed over, not even by its correction."""

import base64
import csv
import io
import json
import posixpath
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from attacker import by_checksum
from conftest import COUNTS_HEADER, COUNTS_SOURCE, INDICATORS, PLAN, SURVEY_HEADER, SURVEY_SOURCE, criterion, register
from pages import contents, everything_in, run, soup, text

from analysis.plan import Plan
from analysis.reading.inputs import sha256
from analysis.running.building import build
from analysis.running.checking import read_problems

FORCED = "48271"  # a hidden figure that is nowhere else; it stands for a small one, of which nobody could say where it came from
NEXT = "48293"  # what it is corrected to
COUNTS = f"""a;2017;reports;60100
b;2017;reports;60200
I alt;2017;reports;120300
a;2018;reports;{FORCED}
b;2018;reports;61002
I alt;2018;reports;109273
a;2019;reports;62000
b;2019;reports;63000
I alt;2019;reports;125000
a;2018;evenings;3
b;2018;evenings;5
"""
SURVEY = f"a;2018;safe;{FORCED[:2]},{FORCED[2:]};29\nb;2018;safe;61,5;200\n"
DOUBT = f"""
[[doubt]]
indicator = "reports"
area = "a"
period = "2018"
reason = "{FORCED} is more than we thought"
"""


def plan_folder(home: Path, small_count: int = 50_000) -> Path:
    """A plan in which figures below a high threshold are hidden, with promises about them."""
    folder = home / "data" / "raw"
    criteria = criterion('kind = "change_per_year", change = -0.1, from = "previous_actual"', scope='"each"', first=2018)
    criteria += criterion('kind = "change_per_year", change = -0.1, from = "previous_actual"', scope='"combined"', id="D", first=2018)
    criteria += criterion('kind = "at_least", value = 0.5, per = "year"', indicator="safe", scope='"each"', id="S")
    plan = PLAN.replace("small_count = 5", f"small_count = {small_count}")
    for name, source, cells in (("counts", COUNTS_SOURCE + DOUBT, COUNTS_HEADER + COUNTS), ("survey", SURVEY_SOURCE, SURVEY_HEADER + SURVEY)):
        (folder / name).mkdir(parents=True)
        absent = '\n[[absent]]\nreason = "not asked"\n'
        (folder / name / "source.toml").write_text(source + absent + ('[areas]\n"I alt" = "combined"\n' if name == "counts" else ""), encoding="utf-8")
        (folder / name / f"{name}.csv").write_text(cells, encoding="utf-8")
    (folder / "agreement.toml").write_text(register(criteria, INDICATORS, areas=("a", "b"), plan=plan), encoding="utf-8")
    return folder


def correct(folder: Path) -> None:
    """A second delivery that corrects the hidden figure, and its total with it."""
    cells = COUNTS_HEADER + f"a;2018;reports;{NEXT}\nI alt;2018;reports;{109273 + int(NEXT) - int(FORCED)}\n"
    (folder / "counts" / "correction.csv").write_text(cells, encoding="utf-8")
    source = (folder / "counts" / "source.toml").read_text(encoding="utf-8")
    correction = '\n[[correction]]\nfiles = ["correction.csv"]\ndelivery = 2\nreason = "counted again"\n'
    (folder / "counts" / "source.toml").write_text(source + correction, encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A project whose plan was shared, corrected, and shared again."""
    home = tmp_path_factory.mktemp("share")
    folder = plan_folder(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr("analysis.sharing.printing.find_browser", lambda: "")  # printing has its own tests
        first = run("share", "--raw", folder, "--year", 2019, "--jobs", 2)
        assert first.exit_code == 0, first.output
        correct(folder)
        second = run("share", "--raw", folder, "--year", 2019, "--jobs", 2)
        assert second.exit_code == 0, second.output
    return home


def holds(number: str, content: bytes) -> bool:
    """Whether a number stands there, with or without thousands separators or a decimal mark.

    Keyed checksums are left out: made with a key drawn anew, one in a thousand runs spells the number by chance. What a checksum tells has its own test.
    """
    mark = r"(?:[.,]|\s|&nbsp;|&#160;|&#8239;)?"
    read = re.sub(r"(?<![0-9a-f])(?:hmac-sha256:)?[0-9a-f]{64}(?![0-9a-f])", "", content.decode("utf-8", "replace"))
    return bool(re.search(mark.join(number), read))


def handed_over(home: Path) -> dict[str, bytes]:
    """All output but what is internal."""
    files = contents(home / "reports") | {f"processed/{name}": its for name, its in contents(home / "data" / "processed").items()}
    return {name: content for name, content in files.items() if not name.startswith("processed/internal/")}


@pytest.mark.parametrize("number", [FORCED, NEXT])
def test_a_hidden_number_is_in_no_byte_of_the_output(home, number):
    files = handed_over(home)
    assert {"2019/index.html", "2019/key_figures.csv", "editions/2019-1/ledger.csv", "2019-1.zip", "2019-2.zip", "processed/observations.csv"} <= files.keys()
    found = [place for name, content in files.items() for place, inner in everything_in(name, content) if holds(number, inner)]
    assert found == []
    assert any(holds(FORCED, content) for content in contents(home / "data" / "processed" / "internal").values())


def test_the_notebooks_handed_over_have_run_and_open_the_plan_beside_them(home, tmp_path):
    with zipfile.ZipFile(home / "reports" / "2019-2.zip") as packed:
        packed.extractall(tmp_path)
    for path in (tmp_path / "notebooks").glob("*.ipynb"):
        cells = [cell for cell in json.loads(path.read_bytes())["cells"] if cell["cell_type"] == "code"]
        assert all(cell["execution_count"] for cell in cells) and cells[-1]["outputs"] and 'plan_folder: str = "notebooks/plan"' in "".join(cells[0]["source"])
    there = Plan.load(tmp_path / "notebooks" / "plan")
    assert there.last_edition == "2019-1", "the edition it was compared with; the zip's own was not there yet"
    assert (there.year, (there.observations["status"] == "suppressed").sum() > 1) == (2019, True)
    assert there.reread == [] and there.turned["causes"].tolist() == [("data",), ("data",)], "what the correction turned since then"


def test_a_hidden_number_is_found_where_it_stands():
    for written in ("48271", "48.271", "48,271", "48\u00a0271", "48.271,0", "0.48271", "48&nbsp;271"):
        assert holds(FORCED, f"<td>{written}</td>".encode())
    digest = f"hmac-sha256:{FORCED}{'0a' * 29}0"
    assert not holds(FORCED, f'{{"counts.csv": "{digest}"}}'.encode()), "a checksum may spell it by chance"
    assert holds(FORCED, f"{digest} {FORCED}".encode()) and holds(FORCED, f"hmac-sha256:{FORCED}".encode()), "but not hide what stands beside it"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.svg", "<text>48.271</text>")
    coded = b"<img src='data:application/zip;base64," + base64.b64encode(packed.getvalue()) + b"'>"
    assert any(holds(FORCED, inner) for _, inner in everything_in("page.html", coded)) and not holds(FORCED, coded)


def test_a_hidden_value_is_a_word_and_a_hatched_mark(home):
    page = soup(home / "reports" / "2019" / "area-a.html")
    cells = [row for row in page.find_all("tr") if "2018" in row.get_text() and "ises ikke" in row.get_text()]
    assert cells
    chart = page.find(id=re.compile("^promise-c-reports-a$", re.IGNORECASE)).svg
    assert "Vises ikke" in chart.get_text() and chart.find("pattern") is not None


def test_no_checksum_in_any_file_that_is_handed_over_tells_a_hidden_figure(home):
    """The layout of the delivery is known, and all but one number in it: whoever has its checksum tries them all."""
    delivery = (home / "data" / "raw" / "counts" / "counts.csv").read_text(encoding="utf-8")
    toml = (home / "data" / "raw" / "counts" / "source.toml").read_text(encoding="utf-8")
    assert str(FORCED) in delivery
    files = {place: inner for name, content in handed_over(home).items() for place, inner in everything_in(name, content)}
    assert {"2019-2.zip/kontrol/manifest.json", "processed/inputs.json", "processed/deliveries.csv", "2019/data-check.html", ".made/2019.json"} <= files.keys()
    numbers = range(int(FORCED) - 100, int(FORCED) + 100)
    for delivered in (delivery, toml):
        assert by_checksum({number: delivered.replace(str(FORCED), str(number)).encode() for number in numbers}, files) == {}
    register = (home / "data" / "raw" / "agreement.toml").read_bytes()
    assert by_checksum({0: register}, files)[0], "of what is no delivery the checksum stands there"


def test_every_page_that_report_leaves_is_called_a_draft_and_none_that_share_hands_over(home):
    """No edition is protected against a draft: two of them, before and after a correction, can tell what neither shows."""
    mark = "Udkast: må ikke offentliggøres"
    drafts = sorted((home / "reports").rglob("*.html"))
    assert {"index.html", "2019/index.html", "2019/data-check.html"} <= {path.relative_to(home / "reports").as_posix() for path in drafts}
    for path in drafts:
        assert text(soup(path)).count(mark) == 1 and soup(path).body.find(True, recursive=False).find_next_sibling().get_text().startswith(mark), path
    shared = {place: inner for zip_ in (home / "reports").glob("*.zip") for place, inner in everything_in(zip_.name, zip_.read_bytes())}
    assert {"2019-2.zip/Begynd her.html", "2019-2.zip/sider/da/index.html"} <= shared.keys()
    assert [place for place, content in shared.items() if mark.encode() in content and ".whl/" not in place] == [], "but the program's own words"


def test_every_link_in_what_is_handed_over_leads_to_something_in_it(home):
    with zipfile.ZipFile(home / "reports" / "2019-2.zip") as packed:
        pages = {name: soup(packed.read(name).decode()) for name in packed.namelist() if name.endswith(".html")}
        files = set(packed.namelist())
    assert {"Begynd her.html", "sider/da/area-a.html"} <= pages.keys()
    for name, page in pages.items():
        for address, _, fragment in (unquote(link["href"]).partition("#") for link in page.find_all("a") if not link["href"].startswith("http")):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) if address else name
            assert there in files, (name, address)
            assert not fragment or pages[there].find(id=fragment), (name, address, fragment)
    ways = [link["href"] for link in pages["sider/da/area-a.html"].find("nav", class_="ways").find_all("a")]
    assert ways == ["../../data/tryghed-2019-2.xlsx", "../../Begynd%20her.html"]


def test_an_edition_holds_what_was_shown_and_what_it_was_made_from(home):
    for number in (1, 2):
        folder = home / "reports" / "editions" / f"2019-{number}"
        assert {path.name for path in folder.iterdir()} == {"key_figures.csv", "ledger.csv", "verdicts.csv", "agreement.toml", "manifest.json"}
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert (manifest["year"], manifest["edition"]) == (2019, number)
        assert manifest["outputs"] == {name: sha256(folder / name) for name in ("key_figures.csv", "ledger.csv", "verdicts.csv", "agreement.toml")}
        assert {"agreement.toml", "counts/counts.csv"} <= manifest["inputs"].keys()
        assert ("edition 2019-1" in manifest["inputs"]) == (number == 2)
    assert (folder / "key_figures.csv").read_bytes() == (home / "reports" / "2019" / "key_figures.csv").read_bytes()
    ledger = pd.read_csv(folder / "ledger.csv")
    table = pd.read_csv(home / "data" / "processed" / "observations.csv")
    assert set(ledger["status"]) == {"shown", "hidden"}
    assert len(ledger) == (table["value"].notna() | (table["status"] == "suppressed")).sum()
    assert ledger.loc[ledger["status"] == "hidden", "value"].isna().all()


def test_a_corrected_figure_that_was_hidden_is_just_revised(home):
    page = soup(home / "reports" / "2019" / "data-check.html")
    for element in ("changed", "revised"):
        rows = [text(row) for row in page.find(id=element).find_all("tr") if "2018" in row.get_text()]
        assert rows and all("revideret" in row for row in rows)
    with (home / "data" / "processed" / "changed.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["area"], row["before"], row["after"]) for row in rows} >= {("a", "", "")}


def test_the_data_check_counts_hidden_figures_by_indicator_alone(home):
    """Why each is hidden would tell which of them are small."""
    page = soup(home / "reports" / "2019" / "data-check.html")
    rows = [[text(cell) for cell in row.find_all(["th", "td"])] for row in page.find(id="hidden").find_all("tr")[1:]]
    assert rows == [["reports", "3"], ["safe", "2"]]


def test_hidden_figures_of_an_edition_stay_hidden_when_the_tables_are_made_anew(home):
    """A clone without the private folder has only the ledger."""
    ledger = pd.read_csv(home / "reports" / "editions" / "2019-1" / "ledger.csv")
    hidden = set(ledger.loc[ledger["status"] == "hidden", ["indicator", "area", "period"]].itertuples(index=False, name=None))
    table = pd.read_csv(home / "data" / "processed" / "observations.csv")
    now = set(table.loc[table["status"] == "suppressed", ["indicator", "area", "period"]].itertuples(index=False, name=None))
    assert hidden and hidden <= now


# --- what goes wrong --------------------------------------------------------------------------------------


@pytest.fixture
def spoilt(home, tmp_path) -> Path:
    """A copy of the project that a test may spoil."""
    return Path(shutil.copytree(home, tmp_path / "home"))


def unlogged(home: Path) -> dict[str, bytes]:
    """Every file of a project but those that say what went wrong in a run."""
    return {name: content for name, content in contents(home).items() if "_failed" not in name and name != "reports/report.log"}


def refused(home: Path, command: str, patch: pytest.MonkeyPatch) -> str:
    """What a command says that must end with exit code 1 and change nothing but the log and the page that says why."""
    patch.chdir(home)
    before = unlogged(home)
    words = [command, "--raw", home / "data" / "raw", *(["--year", 2019] if command == "share" else [])]
    done = run(*words)
    assert done.exit_code == 1
    assert unlogged(home) == before
    return done.output


@pytest.mark.parametrize("command", ["build", "report", "share"])
def test_an_edited_edition_stops_every_command_that_makes_tables(spoilt, command, monkeypatch):
    """Also where the tables are there already and nothing else has changed."""
    assert run("build", "--raw", spoilt / "data" / "raw").exit_code == 0
    for path in sorted((spoilt / "reports" / "editions" / "2019-1").iterdir()):
        before = path.read_bytes()
        path.write_text(path.read_text(encoding="utf-8").replace("20", "21", 1), encoding="utf-8")
        lines = [line for line in refused(spoilt, command, monkeypatch).splitlines() if "2019-1" in line]
        assert len(lines) == 1 and "manifest.json" in lines[0] and "git restore" in lines[0], path.name
        path.write_bytes(before)
    assert len(list(path.parent.iterdir())) == 5


def test_a_lost_edition_is_missed(spoilt, monkeypatch):
    (spoilt / "reports" / "editions" / "2019-1").rename(spoilt / "elsewhere")
    assert "2019-1" in refused(spoilt, "build", monkeypatch)


def test_what_editions_hid_outlives_a_new_build(spoilt):
    kept = spoilt / "data" / "processed" / "internal" / "editions" / "2019-1.csv"
    before = kept.read_bytes()
    (spoilt / "data" / "raw" / "counts" / "counts.csv").write_text(COUNTS_HEADER + COUNTS + "a;2020;evenings;3\nb;2020;evenings;5\n", encoding="utf-8")
    done = run("build", "--raw", spoilt / "data" / "raw")
    assert done.exit_code == 0, done.output
    assert kept.read_bytes() == before


def test_the_page_that_says_what_went_wrong_is_a_draft_as_well(spoilt, monkeypatch):
    (spoilt / "reports" / "editions" / "2019-1").rename(spoilt / "elsewhere")
    refused(spoilt, "report", monkeypatch)
    assert "Udkast: må ikke offentliggøres" in text(soup(spoilt / "reports" / "_failed" / "data-check.html"))


def test_a_threshold_below_3_is_refused(tmp_path):
    folder = plan_folder(tmp_path, small_count=2)
    done = run("build", "--raw", folder)
    assert done.exit_code == 1 and "small_count" in done.output and not (tmp_path / "data" / "processed").exists()


def test_an_indicator_without_a_declared_disclosure_is_refused(tmp_path):
    folder = plan_folder(tmp_path)
    register_ = (folder / "agreement.toml").read_text(encoding="utf-8")
    (folder / "agreement.toml").write_text(register_.replace('disclosure = "protect"\n', "", 1), encoding="utf-8")
    done = run("build", "--raw", folder)
    assert done.exit_code == 1 and "disclosure" in done.output and not (tmp_path / "data" / "processed").exists()


def test_share_needs_a_year_of_the_plan(tmp_path):
    folder = plan_folder(tmp_path)
    assert run("share", "--raw", folder).exit_code == 2
    assert run("share", "--raw", folder, "--year", 1999).exit_code == 2
    assert not (tmp_path / "reports").exists()


def test_what_stands_in_a_refused_cell_or_a_doubt_is_for_the_analyst_alone(small_plan):
    """The warnings inside repeat it, those that a page shows do not."""
    doubt = '\n[[doubt]]\narea = "B"\nperiod = "2018"\nreason = "rather 17"\n'
    plan = small_plan(counts="a;2018;reports;3x\nb;2018;reports;16\n", survey="b;2018;safe;61,5;200\n", more_survey=doubt)
    home = build(plan.folder, allow_missing=True)
    inside, shown = (read_problems(where / "warnings.csv") for where in (home / "internal", home))
    assert "3x" in {problem.found for problem in inside} and "17" in str(inside)
    assert [(problem.code, problem.row) for problem in shown] == [(problem.code, problem.row) for problem in inside]
    assert "3x" not in str(shown) and "17" not in str([problem.detail for problem in shown])
