"""One plan folder opened: checked, built, protected; and whatever goes wrong, said in one plain line."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import criterion, one, told
from hostile import TAGS, hostile_plan
from pages import example_copy, made_once, real_copy, small_copy, soup

from analysis.judging import finished
from analysis.judging.digits import in_floats
from analysis.plan import Plan
from analysis.promises.problems import PlanError, distinct
from analysis.protecting.editions import write_edition
from analysis.reading.inputs import editions_folder, sha256
from analysis.running import building
from analysis.running.building import build, check, processed_folder
from analysis.running.freshness import up_to_date
from analysis.running.years import latest_year

DIRECTION = criterion('kind = "direction"', scope='["a", "combined"]')


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte by byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(do, *args, **kwargs) -> list:
    """The problems with which this is refused; each is one line without a traceback."""
    with pytest.raises(PlanError) as caught:
        do(*args, **kwargs)
    assert caught.value.problems
    assert all(str(problem) and "\n" not in str(problem) and "Traceback" not in str(problem) for problem in caught.value.problems)
    return list(caught.value.problems)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Plan:
    """The project's own plan, built in a folder of its own."""
    return Plan.load(real_copy(tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("plan")))


@pytest.fixture
def built(tmp_path, tmp_path_factory) -> Path:
    """The project's own plan folder with its tables, which a test may spoil."""
    return real_copy(tmp_path_factory.getbasetemp(), tmp_path)


# --- the year -------------------------------------------------------------------------------------------


def test_without_a_year_the_report_is_about_2017(published):
    assert published.year == 2017  # vandalism reports of Motalavej; later figures are of indicators nobody promised


def test_a_later_figure_of_a_promised_indicator_moves_the_report_on(small_plan):
    plan = small_plan(DIRECTION, counts="a;2018;reports;61\na;2019;evenings;8\n")
    assert Plan.load(plan.folder).year == 2018


def test_a_figure_of_a_reference_or_of_all_together_does_not_move_the_report(small_plan):
    plan = small_plan(DIRECTION, counts="a;2018;reports;61\ncountry;2020;reports;61\ncombined;2020;reports;61\n")
    assert Plan.load(plan.folder).year == 2018


def test_a_hidden_figure_moves_the_report_as_an_open_one_does(small_plan):
    plan = small_plan(DIRECTION, counts="a;2018;reports;61\na;2019;reports;3\n")
    assert Plan.load(plan.folder).year == Plan.load(plan.folder, internal=True).year == 2019


def test_a_plan_without_figures_begins_with_its_first_year(small_plan):
    plan = small_plan(DIRECTION, counts="a;2019;evenings;8")
    assert Plan.load(plan.folder).year == 2017
    assert latest_year(plan.check().agreement, plan.observations().iloc[:0]) == 2017


@pytest.mark.parametrize("year", [2016, 2022, 20177, 0, "2017", "abc", 2017.5, True])
def test_an_unknown_year_is_told_with_the_years_of_the_plan(year, published):
    (problem,) = refused(Plan.load, published.folder, year=year)
    assert str(problem) == f"agreement.toml: {year} – is not a year of the plan; use 2017–2021"


def test_every_year_of_the_plan_can_be_reported(published):
    for year in range(2017, 2022):
        gaps = Plan.load(published.folder, year=year).gaps
        later = gaps[(gaps["year"] > year).fillna(False)]
        assert set(later["verdict"]) <= {"not_yet_due"} and gaps["year"].max() == 2021


# --- areas, sources, folders ----------------------------------------------------------------------------


def test_an_area_of_the_plan_is_accepted_by_its_id(published):
    assert published.require_area("motalavej") == "motalavej"


@pytest.mark.parametrize(
    ("area", "hint"),
    [
        ("motalvej", "did you mean 'motalavej'?"),
        ("x", "known: motalavej, "),
        ("denmark", "known: motalavej, "),
        ("../x", "known: motalavej, "),
        ("combined", "known: motalavej, "),
    ],
)
def test_an_unknown_area_is_told_with_the_nearest_or_all(area, hint, published):
    (problem,) = refused(published.require_area, area)
    assert str(problem).startswith(f"agreement.toml: {area} – is not an area of the plan; ") and hint in str(problem)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    for do in (check, build, Plan.load):
        (problem,) = refused(do, tmp_path / "nowhere")
        assert "nowhere" in str(problem) and "is not a folder; name a plan folder" in str(problem)


def test_a_folder_without_a_register_is_told(tmp_path):
    (problem,) = refused(Plan.load, tmp_path)
    assert problem.code == "no_agreement" and problem.file == "agreement.toml"


def test_the_plan_folder_is_found_from_a_notebook_one_folder_below(two_areas, monkeypatch):
    monkeypatch.chdir(two_areas.parents[1] / "notebooks")
    assert check("data/raw").folder == two_areas.resolve()


def test_a_source_is_a_table_of_its_own_rows(published):
    assert len(published.table("safety_survey")) == 140
    (problem,) = refused(published.table, "safety_surve")
    assert "did you mean 'safety_survey'?" in str(problem)
    (problem,) = refused(published.table, "x")
    assert "known: area_profiles, fires," in str(problem)


def test_a_table_cannot_be_asked_for_by_a_path(published):
    for name in ("../raw/sources", "internal/gaps", "gaps", "observations"):
        refused(published.table, name)


def test_every_published_figure_leads_to_a_publication(published):
    ids = {part.split(":")[1] for source in published.observations["source"] for part in source.split("; ")}
    assert ids <= set(published.publications.index)


def test_the_warnings_are_those_of_the_check(published):
    assert len(published.warnings) == 6
    assert list(map(str, published.problems)) == list(map(str, distinct(check(published.folder).problems)))


def test_the_documents_a_supplier_sent_can_be_read(published):
    (name,) = published.documents()
    assert name == "safety_survey/survey_method_by_year.csv" and len(published.documents()[name]) == 11


# --- protected and true ---------------------------------------------------------------------------------


def test_protected_and_true_figures_are_kept_apart(small_plan):
    rows = "a;2018;reports;61\nb;2018;reports;38\nc;2018;reports;3\nd;2018;reports;10"
    folder = small_plan(DIRECTION, counts=rows).folder
    protected, internal = Plan.load(folder), Plan.load(folder, internal=True)
    assert (protected.internal, internal.internal) == (False, True)
    for plan, expected in ((protected, False), (internal, True)):
        for area in ("c", "d"):  # d, so that c cannot be worked out from the four together
            row = one(plan.observations, indicator="reports", area=area)
            assert (row["value"] == row["value"]) == expected
        assert one(plan.observations, indicator="reports", area="combined")["value"] == 112


def test_no_file_outside_internal_holds_a_hidden_figure(small_plan):
    """58.7 % of 29 answers is withheld; so is what the supplier wrote."""
    folder = small_plan(criterion('kind = "direction"', "safe", more="baseline_year = 2018"), survey="a;2018;safe;58,7;29\na;2019;safe;61,3;400").folder
    home = build(folder)
    for name, content in contents(home).items():
        found = any(word in content for word in (b"58,7", b"0.587", b"58.7"))
        assert found == (name in ("internal/observations.csv", "internal/gaps.csv", "internal/latest.csv", "internal/survey.csv")), name


def test_a_doubt_about_a_hidden_figure_does_not_print_it(small_plan):
    more = '\n[[doubt]]\narea = "a"\nperiod = "2018"\nreason = "looks too low"\n'
    home = build(small_plan(criterion('kind = "direction"', "safe"), survey="a;2018;safe;58,7;29", more_survey=more).folder)
    shown = [name for name, content in contents(home).items() if b"58,7" in content and not name.startswith("internal/")]
    assert shown == []


def test_a_protected_plan_does_not_open_what_a_supplier_sent(small_plan):
    folder = small_plan(DIRECTION, counts="a;2018;reports;3").folder
    assert len(Plan.load(folder, internal=True).table("counts")) == 1
    (problem,) = refused(Plan.load(folder).table, "counts")
    assert problem.code == "not_public"


def test_a_source_that_is_not_there_is_told_with_those_that_can_be_shown(small_plan):
    folder = small_plan(DIRECTION, counts="a;2018;reports;3").folder
    (problem,) = refused(Plan.load(folder, internal=True).table, "x")
    assert problem.code == "no_such_source" and problem.detail["known"] == "counts"
    (problem,) = refused(Plan.load(folder, internal=True).table, "count")
    assert problem.code == "no_such_source_near" and problem.detail["near"] == "counts"
    (problem,) = refused(Plan.load(folder).table, "count")
    assert problem.detail["known"] == "–", "nothing here can be shown"


def test_a_plan_says_of_itself_what_there_is_and_whether_it_may_be_shared(small_plan):
    folder = small_plan(DIRECTION, counts="a;2017;reports;12\na;2018;reports;3").folder
    plan, true = Plan.load(folder, 2018), Plan.load(folder, 2018, internal=True)
    assert "protected figures" in repr(plan) and "internal: do not share" in repr(true)
    row = plan.indicators.loc["reports"]
    assert (row["first"], row["last"], row["figures"], row["suppressed"]) == (2017, 2017, 1, 1)
    assert true.indicators.loc["reports", "last"] == 2018 and Plan.load(folder, 2017).indicators.loc["reports", "suppressed"] == 0
    assert "<code>a</code>" in plan._repr_html_() and "reports" in plan._repr_html_()
    assert plan.promises["rule"].tolist() == ["direction"]


def test_a_plan_with_hostile_names_is_shown_as_text(tmp_path):
    shown = Plan.load(hostile_plan(tmp_path))._repr_html_()
    assert not {tag.name for tag in soup(shown).find_all(True)} & TAGS and "alert(1)" in shown


def test_a_folder_without_a_register_is_refused_before_it_is_searched_through(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.running.building.inputs_of", lambda folder: pytest.fail("it was searched through"))
    (problem,) = refused(build, tmp_path)
    assert problem.file == "agreement.toml"


# --- building -------------------------------------------------------------------------------------------

SPOILED = {
    "a negative number": ("counts/counts.csv", lambda text: text.replace(";61", ";-61")),
    "an unknown area": ("survey/survey.csv", lambda text: text.replace("b;2018", "bb;2018")),
    "a column gone": ("counts/counts.csv", lambda text: text.replace("antal", "tal", 1)),
    "an empty file": ("survey/survey.csv", lambda text: ""),
    "a register with an unknown field": ("agreement.toml", lambda text: text.replace("min_answers", "min_anwsers")),
    "a source.toml that is not TOML": ("counts/source.toml", lambda text: text + "\n[[["),
}


def spoil(folder: Path, what: str) -> str:
    """Spoil one file of the small plan; returns its name."""
    name, spoilt = SPOILED[what]
    before = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(spoilt(before), encoding="utf-8")
    assert (folder / name).read_text(encoding="utf-8") != before
    return name


@pytest.fixture
def two_areas(tmp_path, tmp_path_factory) -> Path:
    """A small plan folder of two deliveries with its tables, which a test may spoil."""
    return small_copy(tmp_path_factory.getbasetemp(), tmp_path) / "data" / "raw"


@pytest.mark.parametrize("what", SPOILED)
def test_an_error_leaves_the_last_good_tables_as_they_were(what, two_areas):
    home = processed_folder(two_areas)
    before = contents(home)
    name = spoil(two_areas, what)
    assert any(problem.file == name for problem in refused(build, two_areas))
    assert contents(home) == before
    assert [path.name for path in home.parent.iterdir() if path.name.startswith(".")] == []
    refused(Plan.load, two_areas)  # nor are old tables shown as if nothing had happened


def test_every_error_in_every_delivery_is_told_at_once(two_areas):
    for what in ("a negative number", "an empty file"):
        spoil(two_areas, what)
    (two_areas / "more").mkdir()
    (two_areas / "more" / "source.toml").write_text((two_areas / "counts" / "source.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (two_areas / "more" / "counts.csv").write_text("omraade;periode;indikator;antal\nmotalavej;2019;evenings;3\n", encoding="utf-8")
    errors = [problem for problem in refused(build, two_areas) if problem.level == "error"]
    assert told(errors) == {"negative", "unknown_area", "empty_file"}


def test_a_build_that_dies_half_way_changes_nothing(two_areas, monkeypatch):
    home = processed_folder(two_areas)
    before = contents(home)

    def dies(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("analysis.judging.finished.write", dies)
    (problem,) = refused(build, two_areas)
    assert "No space left on device" in str(problem)
    assert contents(home) == before and [path.name for path in home.parent.iterdir() if path.name[0] == "."] == []


def test_building_again_gives_the_same_bytes_also_in_another_folder(built):
    before = contents(processed_folder(built))
    assert before and contents(build(built)) == before


def test_what_git_keeps_in_the_folder_stays(two_areas):
    home = processed_folder(two_areas)
    (home / ".gitkeep").touch()
    build(two_areas)
    assert (home / ".gitkeep").is_file()


def test_another_plans_tables_are_not_touched(small_plan):
    first = small_plan(DIRECTION, counts="a;2018;reports;61").folder
    other = small_plan(DIRECTION, counts="a;2018;reports;38", name="example").folder
    build(first)
    build(other)
    before = contents(processed_folder(other))
    build(first)
    assert processed_folder(other) == processed_folder(first) / "example"
    assert contents(processed_folder(other)) == before and before
    assert Plan.load(other, internal=True).observations["value"].dropna().tolist() == [38]
    assert Plan.load(first, internal=True).observations["value"].dropna().tolist() == [61]


def test_the_written_gap_table_is_the_one_a_notebook_gets(published):
    written = pd.read_csv(published.processed / "gaps.csv", keep_default_na=False, na_values=[""])
    assert len(written) == len(published.gaps)
    assert written["verdict"].fillna("").tolist() == published.gaps["verdict"].tolist()
    assert (written["gap"].eq(published.gaps["gap"].astype(float)) | written["gap"].isna()).all()


# --- when tables are built again ------------------------------------------------------------------------


@pytest.fixture
def tabled(small_plan, tmp_path_factory) -> Path:
    """A small plan folder with its tables, which are built once for all tests."""
    folder = small_plan(DIRECTION, counts="a;2018;reports;61\nb;2018;reports;161").folder

    def make(home: Path) -> None:
        build(folder)
        shutil.copytree(folder.parent, home / "data")

    shutil.copytree(made_once(tmp_path_factory.getbasetemp(), "built_small", make) / "data", folder.parent, dirs_exist_ok=True)
    return folder


@pytest.fixture
def builds(monkeypatch) -> list:
    """The folders built since."""
    folders, real = [], building.build

    def counted(folder):
        folders.append(folder)
        return real(folder)

    monkeypatch.setattr(building, "build", counted)
    return folders


def test_tables_are_built_once_and_again_when_a_delivery_changes(small_plan, builds):
    folder = small_plan(DIRECTION, counts="a;2018;reports;61").folder
    Plan.load(folder)
    Plan.load(folder)
    assert len(builds) == 1
    path = folder / "counts" / "counts.csv"
    path.write_text(path.read_text().replace("61", "62"))
    assert Plan.load(folder).observations["value"].dropna().tolist() == [62]
    assert len(builds) == 2


@pytest.mark.parametrize("change", ["a register", "a source.toml", "a new file", "a file gone"])
def test_tables_are_built_again_after_a_change_of(change, two_areas, builds):
    Plan.load(two_areas)
    assert builds == []
    if change == "a register":
        path = two_areas / "agreement.toml"
        path.write_text(path.read_text().replace("A small plan", "Another plan"))
    elif change == "a source.toml":
        path = two_areas / "counts" / "source.toml"
        path.write_text(path.read_text().replace("The supplier", "Another supplier"))
    elif change == "a new file":
        (two_areas / "sources.csv").write_text("source_id,title,publisher,year,url\n")
    else:
        shutil.rmtree(two_areas / "survey")
    Plan.load(two_areas)
    assert len(builds) == 1


def test_a_note_for_people_changes_no_table(small_plan, builds):
    folder = small_plan(DIRECTION, counts="a;2018;reports;61").folder
    Plan.load(folder)
    (folder / "counts" / "README.md").write_text("Who sent it")
    Plan.load(folder)
    assert len(builds) == 1


@pytest.mark.parametrize("name", ["observations.csv", "internal/observations.csv", "deliveries.csv", "warnings.csv", "inputs.json"])
def test_a_table_that_somebody_deleted_is_made_again(name, tabled):
    (processed_folder(tabled) / name).unlink()
    for internal in (False, True):
        plan = Plan.load(tabled, internal=internal)
        assert len(plan.observations) and len(plan.files) and plan.warnings.empty


SPOILT = {
    "empty": lambda text: "",
    "only its heading": lambda text: text.splitlines()[0] + "\n",
    "without its heading": lambda text: text.split("\n", 1)[1],
    "one figure edited": lambda text: text.replace("61", "62"),
    "cut short": lambda text: text[: len(text) // 2],
    "no table": lambda text: "\0 7",
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("internal", [False, True])
def test_tables_that_are_not_as_they_were_written_are_made_again(how, internal, tabled):
    home = processed_folder(tabled) / ("internal" if internal else "")
    before = {path: path.read_bytes() for path in home.glob("*.csv")}
    for path, content in before.items():
        path.write_text(SPOILT[how](content.decode()), encoding="utf-8")
    plan = Plan.load(tabled, internal=internal)
    assert len(before) > 10 and {path: path.read_bytes() for path in home.glob("*.csv")} == before
    assert len(plan.gaps) and len(plan.files) == 1 and plan.warnings.empty


@pytest.mark.parametrize("internal", [False, True])
def test_each_table_that_is_cut_short_is_noticed_also_where_all_others_are_whole(internal, tabled, builds):
    """Also after others were noticed and put back; the last is made again."""
    home = processed_folder(tabled)
    tables = sorted((home / ("internal" if internal else "")).glob("*.csv"))
    for path in tables:
        assert up_to_date(home, tabled, internal)
        before = path.read_bytes()
        path.write_text(SPOILT["cut short"](before.decode()), encoding="utf-8")
        assert not up_to_date(home, tabled, internal), path.name
        if path != tables[-1]:
            path.write_bytes(before)
    Plan.load(tabled, internal=internal)
    assert len(builds) == 1 and path.read_bytes() == before


NO_NOTES = ["", "7", "[]", "null", '"text"', "{", "[" * 100_000, "{}", '{"inputs": 7}', '{"inputs": {"a": 1}, "year": 2018, "errors": 0, "tables": {}}']


@pytest.mark.parametrize(
    "note",
    [*NO_NOTES, ("year", "2018"), ("errors", []), ("errors", "0"), ("inputs", []), ("tables", ["gaps.csv"]), ("tables", {}), ("tables", {"gaps.csv": 1})],
    ids=lambda note: str(note)[:40],
)
def test_a_note_of_another_shape_is_not_trusted_and_the_tables_are_made_again(note, tabled, builds):
    path = processed_folder(tabled) / "inputs.json"
    before = path.read_text(encoding="utf-8")
    path.write_text(note if isinstance(note, str) else json.dumps(json.loads(before) | dict([note])), encoding="utf-8")
    assert len(Plan.load(tabled).observations) and path.read_text(encoding="utf-8") == before
    assert len(builds) == 1


def test_no_checksum_of_a_true_table_stands_beside_the_protected_ones(small_plan):
    """From the checksum of a table with one unknown figure that figure can be worked out."""
    home = Plan.load(small_plan(DIRECTION, counts="a;2018;reports;3").folder).processed
    noted = (home / "inputs.json").read_text(encoding="utf-8")
    assert sha256(home / "observations.csv") in noted
    true = [path for path in (home / "internal").glob("*.csv") if not (home / path.name).is_file() or path.read_bytes() != (home / path.name).read_bytes()]
    assert true and not [path.name for path in true if sha256(path) in noted]


def readable_by_others(*folders: Path) -> list[str]:
    """What in these folders, themselves among it, anybody but the owner may read or enter."""
    return [path.name for folder in folders for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


@pytest.mark.skipif(os.name != "posix", reason="other rights than those of this system")
def test_true_tables_are_their_owners_alone_through_every_build_and_edition(small_plan):
    """Also those of other plans in the same folder, what editions hid, and tables that an earlier version left open."""
    before = os.umask(0)
    try:
        raw, other = (small_plan(DIRECTION, counts="a;2018;reports;3\nb;2018;reports;40", name=name).folder for name in ("raw", "other"))
        home, beside = Plan.load(raw).processed, Plan.load(other).processed
        assert beside.parent == home
        kept = building.remembered_folder(raw)
        plan = Plan.load(raw)
        edition = write_edition(
            editions_folder(raw),
            2018,
            plan.observations,
            plan.verdicts,
            pd.DataFrame({"report": []}),
            {},
            date(2019, 1, 1),
            observations=Plan.load(raw, internal=True).observations,
            private=kept,
        )
        assert (kept / f"{edition.name}.csv").is_file()
        for path in (home / "internal", *(home / "internal").rglob("*")):
            path.chmod(0o755)
        for _ in range(2):
            build(raw)
            assert (kept / f"{edition.name}.csv").is_file() and list(beside.glob("internal/*.csv"))
            assert readable_by_others(home / "internal", beside / "internal") == []
        assert len(readable_by_others(home)) > 5 and readable_by_others(beside), "the protected ones are for others too"
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    "content",
    [
        b"source_id;title;publisher;year;url\nS1;Tryghed;Politiet;2016;x\n",  # saved by a Danish Excel
        "source_id,title,publisher,year,url\nS1,Skælskør,Politiet,2016,x\n".encode("cp1252"),
        b"",
        b'source_id,title\nS1,"never closed\n',
    ],
    ids=["semicolons", "Windows-1252", "empty", "a quote not closed"],
)
def test_a_list_of_publications_that_cannot_be_read_is_told_and_no_crash(content, small_plan):
    folder = small_plan(DIRECTION, counts="a;2018;reports;61").folder
    (folder / "sources.csv").write_bytes(content)
    try:
        problems = check(folder).problems
    except PlanError as error:
        problems = error.problems
    assert any(problem.file == "sources.csv" for problem in problems)


@pytest.mark.parametrize("name", ["raw", "example"])
def test_tables_read_back_are_those_that_were_judged(name, tmp_path, tmp_path_factory):
    """A page's kernel reads what `build` wrote; another year is judged anew from the same observations."""
    plan = Plan.load({"raw": real_copy, "example": example_copy}[name](tmp_path_factory.getbasetemp(), tmp_path))
    judged = dict(finished.judged(plan.agreement, plan.exact_observations, plan.year, finished.CLAIMED))
    for read, again in ((plan.exact_gaps, judged["gaps"]), (plan.exact_latest, judged["latest"])):
        assert len(read) and list(read.columns) == list(again.columns)
        pd.testing.assert_frame_equal(in_floats(read), in_floats(again), check_dtype=False, rtol=0, atol=0)  # a quotient without an end is no decimal


@pytest.mark.parametrize(("number", "times"), [(7, 1), (3, 2)], ids=["nothing hidden", "one hidden"])
def test_figures_of_which_none_is_hidden_are_judged_once_for_both_tables(small_plan, monkeypatch, number, times):
    judged, calls = finished.judged, []
    monkeypatch.setattr(finished, "judged", lambda *asked: calls.append(1) or judged(*asked))
    home = build(small_plan(counts=f"a;2018;reports;40\nb;2018;reports;28\nc;2018;reports;{number}\nd;2018;reports;15\n").folder)
    assert len(calls) == times
    for name in finished.TABLES:
        assert ((home / f"{name}.csv").read_bytes() == (home / "internal" / f"{name}.csv").read_bytes()) or times == 2
