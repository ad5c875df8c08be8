"""A plan folder to begin with: whole and clean from the first moment; and the ways to go on from it in the how-tos, walked as they are written."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, judge, one
from pages import contents, run, soup, text
from test_docs import page, section

from analysis.judging.observations import observe
from analysis.promises.agreement import read_agreement
from analysis.promises.problems import Problem
from analysis.reading import starter
from analysis.running import building, years

HOW_TO = page("how-to/another-plan")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """The plan folder as it is laid out; not to be changed."""
    folder = tmp_path_factory.mktemp("fresh") / "data" / "nyby"
    folder.parent.mkdir()
    assert run("new", folder).exit_code == 0
    return folder


# --- what is laid out ------------------------------------------------------------------------------------


def test_it_checks_without_a_single_problem(fresh):
    done = run("check", "--raw", fresh)
    assert done.exit_code == 0 and done.output == "1 fil, 17 rækker læst: 0 fejl, 0 advarsler\n"
    assert set(contents(fresh)) == {"agreement.toml", "notes.toml", "README.md", "coordinators/source.toml", "coordinators/tal_2023-2024.csv"}


def test_it_shows_areas_a_reference_three_kinds_of_indicators_and_rules_and_another_reading(fresh):
    agreement = read_agreement(fresh / "agreement.toml")
    assert agreement.example and len(agreement.areas) == 2 and len(agreement.references) == 1
    assert len({(each.unit, each.measure, each.combine, each.uncertainty) for each in agreement.indicators.values()}) == 3
    assert len({type(each.primary.rule) for each in agreement.criteria.values()}) == 3
    assert [len(each.readings) for each in agreement.criteria.values()] == [1, 2, 1]


def test_every_kind_of_field_a_newcomer_needs_has_a_comment(fresh):
    lines = (fresh / "agreement.toml").read_text(encoding="utf-8").splitlines()
    explained = {line.split(" = ")[0].strip() for line in lines if " = " in line and "#" in line}
    assert {
        "municipality",
        "small_count",
        "min_answers",
        "example",
        "unit",
        "direction",
        "measure",
        "period",
        "combine",
        "uncertainty",
        "disclosure",
        "scope",
        "first_year",
    } <= explained
    assert max(map(len, lines)) <= 160


def test_the_commented_note_fits_the_plan_once_it_is_taken_in(fresh, tmp_path):
    from analysis.promises.comments import read_comments

    told = (fresh / "notes.toml").read_text(encoding="utf-8")
    taken_in = tmp_path / "notes.toml"
    taken_in.write_text(re.sub(r"(?m)^# (?=\[\[|[a-z.]+ =)", "", told), encoding="utf-8")
    agreement = read_agreement(fresh / "agreement.toml")
    assert read_comments(fresh / "notes.toml", agreement) == ([], [])
    [comment], problems = read_comments(taken_in, agreement)
    assert not problems and comment.criterion == "S2"


def test_the_other_fields_shown_in_comments_are_right_as_well(fresh, tmp_path):
    told = (fresh / "agreement.toml").read_text(encoding="utf-8")
    taken_in = tmp_path / "agreement.toml"
    taken_in.write_text(re.sub(r"(?m)^# (?=(parts|decided_by|decided_on) =)", "", told), encoding="utf-8")
    agreement = read_agreement(taken_in)
    assert agreement.areas["vesterled"].parts and agreement.criteria["S2"].decided_on


def test_the_statbank_knows_its_municipality_and_finds_its_indicator(fresh):
    from analysis.reading import statbank_description
    from analysis.reading.municipalities import municipality

    agreement = read_agreement(fresh / "agreement.toml")
    assert municipality(agreement.municipality) == ("330", "Slagelse")
    assert statbank_description._indicator("Hærværk", agreement) == "vandalism_reports"


# --- where it is laid out --------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["file in it", "hidden file in it", "file", "link", "dead link", "no folder above"])
def test_what_is_there_already_is_left_alone(tmp_path, there):
    folder = tmp_path / "plan"
    if there == "file":
        folder.write_text("mine", encoding="utf-8")
    elif there.endswith("link"):
        (tmp_path / "other").mkdir()
        folder.symlink_to(tmp_path / ("other" if there == "link" else "none"))
    elif there == "no folder above":
        folder = tmp_path / "none" / "plan"
    else:
        folder.mkdir()
        (folder / (".git" if there.startswith("hidden") else "mine")).write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*")), contents(tmp_path)
    for lang in ("da", "en"):
        done = run("new", folder, "--lang", lang)
        assert done.exit_code == 2 and len(done.output.strip().splitlines()) == 1 and str(folder) in done.output
    assert (sorted(tmp_path.rglob("*")), contents(tmp_path)) == before


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path, fresh, monkeypatch):
    monkeypatch.chdir(tmp_path)
    node = tmp_path.stat().st_ino
    assert run("new", ".").exit_code == 0
    assert contents(tmp_path) == contents(fresh) and tmp_path.stat().st_ino == node and Path.cwd() == tmp_path


@pytest.mark.parametrize("name", ["with blank", "æøå", "sub/"])
def test_any_name_will_do(tmp_path, fresh, name):
    assert run("new", f"{tmp_path}/{name}").exit_code == 0
    assert contents(tmp_path / name.rstrip("/")) == contents(fresh)


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("stopped_at", [1, 2, 4])
def test_stopped_at_any_moment_it_leaves_nothing_behind(tmp_path, monkeypatch, empty, stopped_at):
    folder = tmp_path / "plan"
    if empty:
        folder.mkdir()
    done, real_rename, real_copy = [], os.rename, starter.shutil.copyfile

    def counted(real):
        def wrapped(*args: object, **more: object) -> object:
            done.append(args)
            if len(done) == stopped_at + (5 if empty else 0):  # five files are copied first
                raise KeyboardInterrupt
            return real(*args, **more)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", counted(real_rename))
        patch.setattr(starter.shutil, "copyfile", counted(real_copy))
        assert run("new", folder).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == (["plan"] if empty else []) and contents(tmp_path) == {}
    assert run("new", folder).exit_code == 0 and building.check(folder).problems == []


def test_no_name_at_all_is_a_wrong_request():
    assert run("new").exit_code == 2


# --- the how-tos -------------------------------------------------------------------------------


def blocks(part: str) -> list[tuple[str, str]]:
    """The files that a part of a how-to says to write: the name that stands last before each block, and the block."""
    found = re.findall(r"(?ms)^([^\n]+)\n\n```(?:csv|toml)\n(.*?)^```$", part)
    return [(re.findall(r"`([\w/.-]+\.(?:csv|toml))`", sentence)[-1], block) for sentence, block in found]


def write(folder: Path, part: str) -> list[str]:
    """Do what it says: a file that is there gets the block at its end, `files = …` takes the place of that line; returns the problems after each."""
    problems = []
    for name, block in blocks(part):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if block.startswith("files = "):
            there, count = re.subn(r"(?m)^files = .*\n", lambda _, block=block: block, there)
            assert count == 1
            path.write_text(there, encoding="utf-8")
        else:
            path.write_text(there + ("\n" if there else "") + block, encoding="utf-8")
        problems.append(building.check(folder).problems)
    return problems


def codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def judged(folder: Path, year: int):
    checked = building.check(folder)
    observations = observe(checked.deliveries, checked.agreement)
    return observations, judge(checked.agreement, observations, year)


def test_start_another_plan_as_the_how_to_says(tmp_path, monkeypatch):
    commands = re.search(r"(?ms)^```console\n(.*?)^```$", HOW_TO)[1].splitlines()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert [command.split()[1] for command in commands] == ["new", "check", "report"]
    for command in commands:
        more = ["--area", "vesterled", "--jobs", "2"] if " report " in command else []  # the fewest pages
        done = run(*shlex.split(command)[1:], *more)
        assert done.exit_code == 0, done.output
    home = tmp_path / "reports" / "nyby" / "2024"
    index = re.search(r"`(reports/nyby/\d+/index\.html)`", HOW_TO)[1]
    assert Path(index) == (home / "index.html").relative_to(tmp_path) and (tmp_path / index).is_file()
    for made in home.glob("*.html"):
        assert "EKSEMPELDATA" in text(soup(made)), made.name
    assert "79,4" in text(soup(home / "area-vesterled.html"))  # 131 of 165
    assert not (tmp_path / "reports" / "nyby" / "_failed").exists()


def test_add_a_year_a_supplier_an_area_and_a_criterion_as_the_how_to_says(tmp_path):
    folder = tmp_path / "data" / "nyby"
    folder.parent.mkdir()
    run("new", folder)

    first, last = write(folder, page("how-to/year"))
    assert codes(first) == {"unlisted_file"} and last == []
    observations, _ = judged(folder, 2025)
    assert one(observations, indicator="safe_share", area="vesterled", period="2025")["numerator"] == 127
    assert years.measured_years(read_agreement(folder / "agreement.toml"), observations)[-1] == 2025

    proposed = re.compile(r"(?ms)^It writes [^\n]+\n\n```toml\n.*?^```$")  # with what is to be answered
    first, last = write(folder, proposed.sub("", page("how-to/delivery"), count=1))
    assert "no_source_toml" in codes(first) and last == []
    observations, gaps = judged(folder, 2025)
    assert one(observations, indicator="vandalism_reports", area="oestervang", period="2025")["value"] == 35
    assert one(gaps, criterion="S2", year=2025)["verdict"] == "met"  # 65 of at most 67.7

    missing, half, last = write(folder, section(HOW_TO, "## Add an area"))
    assert codes(missing) == codes(half) == {"area_missing_in_file"} and last == []
    assert {problem.file.split("/")[0] for problem in missing} == {"coordinators", "police"} and {problem.file.split("/")[0] for problem in half} == {"police"}
    observations, gaps = judged(folder, 2025)
    assert one(observations, indicator="vandalism_reports", area="soendervang", period="2025")["status"] == "not_delivered"
    assert one(gaps, criterion="S2", year=2025)["verdict"] != "met"  # as the section says: no figure for all areas together

    assert write(folder, section(HOW_TO, "## Add a criterion")) == [[]]
    _, gaps = judged(folder, 2025)
    assert one(gaps, criterion="S3", year=2025, area="oestervang")["verdict"] == "met"  # 118 of 154 after 96 of 150
    assert run("check", "--raw", folder).output.endswith("0 fejl, 0 advarsler\n")


def test_the_template_that_the_how_to_names_can_be_written(fresh, tmp_path):
    command = re.search(r"`tryghed (template [a-z]+) --raw data/nyby`", page("how-to/delivery"))[1]
    assert run(*command.split(), "--raw", fresh, "--out", tmp_path / "a.xlsx").exit_code == 0


def test_it_is_laid_out_by_the_installed_program_too(tmp_path):
    done = subprocess.run([sys.executable, "-m", "analysis", "new", "plan"], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "plan" / "agreement.toml").is_file()
    assert (ROOT / "src" / "analysis" / "reading" / "plan_folder" / "agreement.toml").read_bytes() == (tmp_path / "plan" / "agreement.toml").read_bytes()
