"""The commands as a user and a scheduler meet them: exit codes, plain lines, and nothing spoilt when something is wrong."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from conftest import COUNTS_HEADER
from pages import AREAS, CONTRACT, SHORT, contents, plan_copy, real_copy, run, small_copy, small_report, soup, text

from analysis.__main__ import main
from analysis.promises.catalogue import HELP, LANGUAGES, texts
from analysis.reading.contracts import CONTRACTS

POLICE = "police_reports/police_reports_area_published.csv"


@pytest.fixture
def raw(tmp_path) -> Path:
    """The project's plan folder, to be spoilt."""
    return plan_copy(tmp_path)


@pytest.fixture
def small(tmp_path, tmp_path_factory) -> Path:
    """A small plan's folder, with its tables."""
    return small_copy(tmp_path_factory.getbasetemp(), tmp_path / "small") / "data" / "raw"


@pytest.fixture
def bare(tmp_path) -> Path:
    """A report folder with stand-ins for pages, for runs that must not touch them."""
    (tmp_path / "reports" / "2017").mkdir(parents=True)
    for file in CONTRACT:
        (tmp_path / "reports" / "2017" / file).write_text(f"published {file}")
    return tmp_path / "reports"


def lines(result) -> list[str]:
    """What was printed, line by line; never a traceback."""
    assert "Traceback" not in result.output
    return result.output.strip().splitlines()


def spoil(raw: Path) -> int:
    """An area misspelt in the police's file; returns its line."""
    path = raw / POLICE
    rows = path.read_text(encoding="utf-8").split("\n")
    number = next(number for number, row in enumerate(rows) if row.startswith("Motalavej,2016,Hærværk,37"))
    rows[number] = rows[number].replace("Motalavej,", "Motalvaj,", 1)
    path.write_text("\n".join(rows), encoding="utf-8")
    return number + 1


# --- check and build -----------------------------------------------------------------------------------


def test_check_finds_no_error_in_the_projects_own_plan_folder_and_writes_nothing(raw):
    before = contents(raw.parent)
    done = run("check", "--raw", raw)
    files = sum(1 for source in raw.glob("*/source.toml") for _ in re.findall(r'"[^"]+\.csv"', re.search(r"(?m)^files = .*$", source.read_text())[0]))
    counted = re.fullmatch(r"(\d+) filer, (\d+) rækker læst: 0 fejl, (\d+) advars(?:el|ler)", lines(done)[-1])
    assert done.exit_code == 0
    assert counted and int(counted[1]) == files and int(counted[2]) > 100
    assert sum(times(line) for line in lines(done) if "advarsel:" in line) == int(counted[3]) > 0
    assert contents(raw.parent) == before


def times(line: str) -> int:
    """How often a printed problem is met: one line may stand for several rows."""
    several = re.search(r", i (\d+) rækker, først i række", line)
    return int(several[1]) if several else 1


def test_check_says_the_same_in_english(small):
    (small / "counts" / "later.csv").write_text(COUNTS_HEADER)
    for lang, counted in (("da", "2 filer, 9 rækker læst: 0 fejl, 1 advarsel"), ("en", "2 files, 9 rows read: 0 errors, 1 warning")):
        done = run("check", "--raw", small, "--lang", lang)
        assert done.exit_code == 0 and lines(done)[-1] == counted
        assert ("advarsel" in done.output) == (lang == "da")


def test_a_misspelt_area_is_told_with_file_line_column_and_the_nearest_name_and_all_problems_stand_in_a_csv(raw, tmp_path):
    line = spoil(raw)
    done = run("check", "--raw", raw, "--csv", tmp_path / "problems.csv")
    assert done.exit_code == 1
    told = [each for each in lines(done) if "fejl:" in each]
    assert len(told) == 1
    for part in (POLICE, f"række {line}", "'area'", "Motalvaj", "Motalavej"):
        assert part in told[0]
    assert re.search(r"\b1 fejl\b", lines(done)[-1])
    with (tmp_path / "problems.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    printed = [line.strip() for line in lines(done) if re.match(r"\s+(fejl|advarsel): ", line)]
    assert len(written) == sum(map(times, printed)) > 1
    told = [line for line in printed for _ in range(times(line))]
    for row, line in zip(written, told, strict=True):
        assert row["file"] in line and row["text"] in line and (not row["row"] or times(line) > 1 or f"række {row['row']}" in line)
    assert [row["level"] for row in written].count("error") == 1


def test_a_cell_with_a_line_break_in_it_is_told_in_one_line(small):
    path = small / "counts" / "counts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("a;2018", '"mota\nlavej";2018'), encoding="utf-8")
    done = run("check", "--raw", small)
    assert done.exit_code == 1
    told = [line for line in lines(done) if line.startswith("  ") or re.match(r"\S+ \(\d+\)$|\d+ filer", line)]
    assert lines(done) == told and len(told) == 3, "a heading a file, an indented line a problem, the count"


def test_a_csv_that_cannot_be_written_is_told_in_one_line(small, tmp_path):
    done = run("check", "--raw", small, "--csv", tmp_path / "no such folder" / "problems.csv")
    assert done.exit_code in (1, 2)
    assert len([line for line in lines(done) if "no such folder" in line]) == 1


def test_build_writes_the_tables_and_says_where(small):
    shutil.rmtree(small.parent / "processed")
    done = run("build", "--raw", small)
    assert done.exit_code == 0 and lines(done) == [str(small.parent / "processed")]
    assert {"observations.csv", "gaps.csv", "internal"} <= {path.name for path in (small.parent / "processed").iterdir()}


def test_build_refuses_a_bad_delivery_and_leaves_the_tables_as_they_were(tmp_path, tmp_path_factory):
    raw = real_copy(tmp_path_factory.getbasetemp(), tmp_path)
    before = contents(raw.parent / "processed")
    spoil(raw)
    done = run("build", "--raw", raw)
    assert done.exit_code == 1 and any("Motalvaj" in line for line in lines(done))
    assert contents(raw.parent / "processed") == before


# --- wrong usage: one line, exit 2, nothing touched -----------------------------------------------------

BROKEN = {
    "is no TOML": (lambda text: text + "\n[[area]\n", 1),
    "misses a field": (lambda text: re.sub(r'(?m)^id = "motalavej"\n', "", text, count=1), None),
    "has an impossible unit": (lambda text: text.replace('unit = "share"', 'unit = "shares"', 1), None),
    "has two mistakes": (lambda text: text.replace("small_count = 5", 'small_count = "five"', 1).replace('direction = "up"', 'direction = "upp"', 1), 2),
    "promises without an indicator": (lambda text: re.sub(r"(?m)^indicators = \[.*\]$", "indicators = []", text, count=1), None),
    "is empty": (lambda text: "", None),
    "is in another encoding": (lambda text: text.encode("cp1252", "replace"), 1),
}


@pytest.mark.parametrize("mistake", BROKEN)
@pytest.mark.parametrize("command", ["check", "build", "report"])
def test_a_register_that_cannot_be_used_is_refused_line_by_line(command, mistake, raw, bare):
    broken, expected = BROKEN[mistake]
    content = broken((raw / "agreement.toml").read_text(encoding="utf-8"))
    (raw / "agreement.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = contents(bare)
    done = run(command, "--raw", raw, *(["--out", bare, *SHORT] if command == "report" else []))
    assert done.exit_code == 1
    assert lines(done) and all(line.startswith("agreement.toml") for line in lines(done))
    assert expected is None or len(lines(done)) == expected
    assert {name: content for name, content in contents(bare).items() if name != "report.log"} == before
    assert not (raw.parent / "processed").exists()


def wrong(raw: Path, bare: Path, *words: object) -> str:
    """The one line with which a report is refused as wrong usage, everything left as it was."""
    before = contents(bare)
    done = run("report", "--raw", raw, "--out", bare, *words)
    assert done.exit_code == 2
    assert len(lines(done)) == 1, done.output
    assert contents(bare) == before
    return lines(done)[0]


def test_an_unknown_area_is_told_with_the_nearest_name(raw, bare):
    line = wrong(raw, bare, "--area", "motalavje")
    assert "motalavje" in line and "'motalavej'" in line


def test_an_area_like_no_other_is_told_with_all_names(raw, bare):
    line = wrong(raw, bare, "--area", "xyz")
    assert "xyz" in line and all(area in line for area in AREAS)


def test_the_suggestion_is_danish_where_danish_is_spoken(raw, bare):
    for area in ("motalavje", "xyz"):
        assert not re.search(r"did you mean|known:", wrong(raw, bare, "--area", area))


@pytest.mark.parametrize("year", [1999, 2030])
def test_a_year_that_is_not_the_plans_is_told_with_those_that_are(year, small, bare):
    line = wrong(small, bare, "--year", year)
    assert str(year) in line and "2017" in line and "2021" in line


@pytest.mark.parametrize("words", [["--year", "nu"], ["--year", "2017.5"], ["--lang", "sv"], ["--jobs", "0"], ["--aera", "motalavej"]])
def test_a_word_that_is_no_year_language_or_option_is_wrong_usage(words, raw, bare):
    before = contents(bare)
    done = run("report", "--raw", raw, "--out", bare, *words)
    assert done.exit_code == 2 and words[0] in lines(done)[-1]
    assert contents(bare) == before


@pytest.mark.parametrize("command", ["check", "build", "report"])
def test_a_missing_plan_folder_is_told_in_one_line(command, tmp_path):
    done = run(command, "--raw", tmp_path / "nowhere", *(["--out", tmp_path / "out"] if command == "report" else []))
    assert done.exit_code == 2 and len(lines(done)) == 1 and "nowhere" in lines(done)[0]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_register_is_told_in_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("report", "--raw", tmp_path / "empty", "--out", tmp_path / "out")
    assert done.exit_code in (1, 2) and len(lines(done)) == 1 and "agreement.toml" in lines(done)[0]
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("place", ["", "below"])
def test_an_output_folder_that_cannot_be_written_is_told_in_one_line(place, raw, tmp_path):
    (tmp_path / "taken").write_text("a file")
    done = run("report", "--raw", raw, "--out", tmp_path / "taken" / place, *SHORT)
    assert done.exit_code in (1, 2) and len(lines(done)) == 1 and "taken" in lines(done)[0]
    assert (tmp_path / "taken").read_text() == "a file"


# --- a bad delivery ------------------------------------------------------------------------------------


def test_a_bad_delivery_is_explained_on_a_page_and_published_pages_stay(raw, bare):
    line, before = spoil(raw), contents(bare / "2017")
    done = run("report", "--raw", raw, "--out", bare, *SHORT)
    assert done.exit_code == 1
    assert any("data-check.html" in each for each in lines(done)) and any("Motalvaj" in each for each in lines(done))
    assert contents(bare / "2017") == before
    page = soup(bare / "_failed" / "data-check.html")
    assert page.html["lang"] == "da" and "ikke lavet" in page.h1.get_text() and "1 fejl" in text(page)
    row = next(row for row in page.find_all("tr") if "Motalvaj" in text(row))
    assert POLICE in text(row) and f"række {line}" in text(row) and "Motalavej" in text(row) and "fejl" in text(row)


def test_allow_missing_goes_on_without_the_refused_source(small, bare):
    path = small / "counts" / "counts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("a;2018", "aa;2018"), encoding="utf-8")
    assert run("report", "--raw", small, "--out", bare, "--area", "a").exit_code == 1 and (bare / "_failed").is_dir()
    done = run("report", "--raw", small, "--out", bare, "--area", "a", "--allow-missing")
    assert done.exit_code == 0, done.output
    assert not (bare / "_failed").exists(), "a good run leaves no sign of a failed one"
    said = text(soup(bare / "2018" / "area-a.html").main)
    assert "Kan ikke vurderes: C reports (intet tal)" in said and "S safe: 55,2 %" in said
    refused = "counts/counts.csv, række 4, kolonne 'omraade' ukendt område"
    assert refused in text(soup(bare / "2018" / "data-check.html")), "the data check names what was refused"


# --- a report ------------------------------------------------------------------------------------------


def figures(reports: Path) -> list[dict[str, str]]:
    with (reports / "2018" / "key_figures.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_areas_report_leaves_the_other_pages_and_makes_its_own_the_same_again(tmp_path, tmp_path_factory):
    reports = Path(shutil.copytree(small_report(tmp_path_factory.getbasetemp()), tmp_path / "made")) / "new"
    shutil.rmtree(reports / ".made")
    pages = contents(reports / "2018")
    for name in ("area-b.html", "area-a.html"):
        (reports / "2018" / name).write_text((reports / "2018" / name).read_text(encoding="utf-8") + "<!-- touched -->", encoding="utf-8")
    listed = figures(reports)
    done = run("report", "--raw", reports.parent / "data" / "raw", "--out", reports, "--area", "a")
    assert done.exit_code == 0 and lines(done)[-1] == str(reports / "2018" / "index.html")
    after = contents(reports / "2018")
    assert after.pop("area-b.html") == pages.pop("area-b.html") + b"<!-- touched -->", "another area's page"
    del after["key_figures.csv"], pages["key_figures.csv"]
    assert after == pages, "byte for byte what the first run made"
    assert sorted(map(str, figures(reports))) == sorted(map(str, listed))
    assert {row["report"] for row in listed} >= {"area-a", "area-b"}


def test_internal_pages_stand_apart_and_every_one_is_marked(small, bare):
    before = contents(bare)
    done = run("report", "--raw", small, "--out", bare, "--internal", "--area", "a")
    assert done.exit_code == 0, done.output
    made = {path.relative_to(bare).as_posix() for path in bare.rglob("*.html")} - before.keys()
    assert {name.rpartition("/")[0] for name in made} == {"internal/2018"} and len(made) == 5
    assert {name: contents(bare)[name] for name in before} == before
    unmarked = [name for name in sorted(made) if not any("INTERN" in mark.get_text() for mark in soup(bare / name).find_all(class_="mark"))]
    assert unmarked == []


# --- help ----------------------------------------------------------------------------------------------


def test_a_public_page_carries_no_mark(tmp_path_factory):
    pages = [*(small_report(tmp_path_factory.getbasetemp()) / "new" / "2018").glob("*.html")]
    assert len(pages) == 6 and not [path.name for path in pages if "INTERN" in text(soup(path))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_documents_every_option_and_has_an_example_in_the_language_asked_for(lang):
    for name, command in main.commands.items():
        said = flat(run(name, "--help", "--lang", lang).output)
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert all(f" {each}" in said for each in option.opts)
            detail = {"default": option.default, "most": getattr(option.type, "max", None)}
            assert flat(explained(name, option.opts[0], lang).format(**detail)) in said, f"{name} {option.opts[0]}"
        assert all(flat(part) in said for part in texts(lang, HELP)[name][0].split("\n"))
        assert f"{texts(lang, HELP)['example'][0].split()[0]} tryghed {name} " in said


def flat(said: str) -> str:
    """A text without its line breaks, also those at hyphens."""
    return re.sub(r"-\s+", "-", " ".join(said.split()))


def explained(command: str, option: str, lang: str) -> str:
    """What the catalogue says of an option: of this command's, or of all that bear its name."""
    there = texts(lang, HELP)
    return there.get(f"{command} {option}", there.get(option, ("",)))[0]


def test_no_text_of_help_is_left_over():
    options = {each for command in [main, *main.commands.values()] for option in command.params for each in option.opts} | {"--help", "--version"}
    of_commands = {key for key in texts("en", HELP) if key.split("_")[0] != "wrong"}  # what is said of a wrong line has a test of its own
    for key in of_commands - {"usage", "options", "commands", "example"}:
        command, _, option = key.rpartition(" ") if "--" in key else (key, "", "")
        assert command in ("", "tryghed", *main.commands) and option in ("", *options), key


@pytest.mark.parametrize("words", [["check", "--help", "--lang", "da"], ["check", "--lang=da", "-h"], ["--lang", "da", "check", "--help"]])
def test_help_is_in_the_language_asked_for_wherever_that_stands_on_the_line(words):
    said = run(*words).output
    assert said.startswith("Brug: tryghed check ") and "\nTilvalg:\n" in said and "\n  Eksempel: tryghed check " in said
    assert not re.search(r"Usage|Options|Example|default|Show this|without", said)


def test_help_of_all_commands_is_danish_where_danish_is_asked_for():
    for words in (["--lang", "da", "--help"], ["--help", "--lang", "da"]):
        said = run(*words).output
        assert said.startswith("Brug: tryghed ") and "\nKommandoer:\n" in said and "  check     Læs alle leverancer" in said


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["report", "--lang", "both", "--help"], []])
def test_help_is_english_where_no_language_is_asked_for(words):
    assert run(*words).output.startswith("Usage: tryghed ")


def test_a_language_before_the_command_is_the_commands_unless_it_has_its_own(raw):
    for words, said in ((["--lang", "en", "check"], "is no supplier's"), (["--lang", "en", "check", "--lang", "da"], "er ikke ")):
        assert said in run(*words, "--source", "polise", "--raw", raw).output


def test_a_command_reads_no_help_where_none_is_shown():
    code = "import sys, analysis.__main__ as program; program.main.commands['check'].make_context('check', []); assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_has_an_example_that_can_be_typed(name):
    example = main.commands[name].epilog.split()
    assert example[:2] == ["tryghed", name]
    main.commands[name].make_context(name, example[2:])  # every option in it exists, and what they say is allowed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_lists_the_contracts_a_template_can_be_asked_for(lang):
    listed = re.search(r"CONTRACT [^:]+: ([^.]+)\.", " ".join(run("template", "--help", "--lang", lang).output.split()))[1]
    assert re.split(r", | or | eller ", listed) == list(CONTRACTS)


@pytest.mark.parametrize(
    ("words", "danish", "english"),
    [
        ("chek", "tryghed chek – er ikke en kommando; menes 'check'?", "tryghed chek – is not a command; is 'check' meant?"),
        ("check --intrenal", "tryghed check --intrenal – er ikke et tilvalg her; menes '--internal'?", "is not an option here; is '--internal' meant?"),
        ("check -x", "tryghed check -x – er ikke et tilvalg her; `tryghed check --help` viser dem, der er", "shows those there are"),
        ("check --raw", "tryghed check --raw – skal følges af en værdi; ", "must be followed by a value; "),
        ("check --internal=1", "tryghed check --internal – er til eller fra og skrives uden værdi", "is on or off and is written without a value"),
        ("check extra", "extra – er mere, end kommandoen tager; ", "extra – is more than the command takes; "),
        ("report --jobs 99", "tryghed report --jobs 99 – skal være et helt tal fra 1 til 64", "must be a whole number from 1 to 64"),
        ("share --year abc", "tryghed share --year abc – skal være et helt tal, fx 2021", "must be a whole number, such as 2021"),
        ("report --engine thread", "tryghed report --engine thread – skal være en af: fork, kernel", "must be one of: fork, kernel"),
        ("check --as-of 2021-13-01", "tryghed check --as-of 2021-13-01 – skal være en dato, der findes, skrevet som 2021-12-31", "must be a date that exists"),
        (
            "check --csv .",
            "tryghed check --csv . – er en mappe eller kan ikke bruges; skriv navnet på en anden fil",
            "is a folder or cannot be used; write the name of another file",
        ),
        ("template", "tryghed template – CONTRACT mangler og skal angives; ", "CONTRACT is missing and must be given; "),
        ("share", "tryghed share – --year mangler og skal angives; ", "--year is missing and must be given; "),
    ],
)
def test_what_a_command_does_not_take_is_told_in_one_line_in_the_language_asked_for(words, danish, english):
    for lang, said in ((None, danish), ("da", danish), ("en", english)):
        done = run(*(["--lang", lang] if lang else []), *words.split())
        assert done.exit_code == 2 and len(lines(done)) == 1 and said in lines(done)[0]


def test_there_are_words_for_a_wrong_value_of_every_option():
    kinds = {option.type.name for command in [main, *main.commands.values()] for option in command.params}
    anything = {"text", "path", "boolean"}  # whatever is written is one of these
    assert {f"wrong_{kind}" for kind in kinds - anything} <= texts("en", HELP).keys()


def test_a_language_there_is_not_is_told_with_those_there_are():
    assert lines(run("check", "--lang", "xx")) == ["tryghed check --lang xx – skal være en af: da, en"]


def test_outside_the_project_a_line_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (["check"], ["report"], ["template", "counts"], ["explore", "--no-browser"]):
        done = run(*words)
        assert done.exit_code == 2 and len(lines(done)) == 1
        assert lines(done)[0].startswith("data/raw: findes hverken i ") and "gå til projektets mappe (cd)" in lines(done)[0]


def test_no_message_begins_with_an_empty_place(raw, tmp_path, monkeypatch):
    for words in (["template", "count", "--raw", raw], ["check", "--source", "polise", "--raw", raw]):
        done = run(*words)
        assert done.exit_code == 2 and re.match(r"(count|polise) – er ikke ", lines(done)[0])


def test_help_names_every_command_with_what_it_does():
    said = run("--help").output
    assert {"check", "build", "report"} <= set(main.commands)
    for name in main.commands:
        assert re.search(rf"(?m)^  {name} +\w", said)


def test_the_program_says_the_same_under_both_its_names():
    tryghed = shutil.which("tryghed", path=str(Path(sys.executable).parent))
    assert tryghed, "the command is installed"
    said = [
        subprocess.run([*words, "--help"], capture_output=True, encoding="utf-8", check=True).stdout
        for words in ([tryghed], [sys.executable, "-m", "analysis"])
    ]
    assert said[0] == said[1] and "Usage: tryghed" in said[0]


def test_both_languages_are_made_in_one_run_and_a_page_leads_to_all(small, tmp_path):
    done = run("report", "--raw", small, "--out", tmp_path / "new", "--lang", "both", "--area", "a")
    assert done.exit_code == 0, done.output
    page = soup(tmp_path / "new" / "index.html")
    links = [link["href"] for link in page.find_all("a") if not link["href"].startswith("#")]
    assert {"2018/index.html", "2018/en/index.html", "2018/area-a.html", "2018/en/area-a.html"} <= set(links)
    assert all((tmp_path / "new" / link).is_file() for link in links)
    assert [section["lang"] for section in page.find_all("section")] == ["da", "en"]
