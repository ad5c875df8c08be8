"""What else a reader gets tells no hidden figure either: the numbers beside money, printed lines, logs, tables of problems."""

import re
from datetime import date

import pandas as pd
import pytest
from attacker import cases_behind
from click.testing import CliRunner
from conftest import COUNTS_SOURCE, PLAN, agreement_of, count, observed, register

from analysis.__main__ import main
from analysis.judging.observations import read_csv, read_observations
from analysis.plan import Plan
from analysis.protecting.disclosure import protection, without_cases
from analysis.protecting.editions import VERDICTS, changes, read_ledger, write_edition
from analysis.running.building import build

AGREEMENT = agreement_of()
TWICE = (
    COUNTS_SOURCE.replace('files = ["counts.csv"]', 'files = ["counts.csv"]\njump = 3')
    + """
[areas]
"I alt" = "combined"

[[correction]]
files = ["again.csv"]
delivery = 2
reason = "counted again: not {0}"

[[doubt]]
area = "b"
period = "2018"
indicator = "reports"
reason = "it may be {0} instead"
"""
)


def loss(area: str, value: float, cases: float, **more) -> dict:
    return {"indicator": "loss", "area": area, "period": "2018", "value": value, "denominator": cases} | more


def run(*words: object):
    return CliRunner().invoke(main, list(map(str, words)), catch_exceptions=False)


# --- cases behind money --------------------------------------------------------------------------------------


def test_no_table_tells_how_many_cases_are_behind_money_so_that_nothing_is_left_by_subtraction():
    """9 cases cost money, 7 of them are counted beside it: the 2 of the hidden kind are what is left."""
    rows = [count("a", 2018, 2), count("a", 2018, 7, "evenings"), loss("a", 90_000, 9), loss("b", 80_000, 12, published=True)]
    table = protection(observed(*rows), AGREEMENT).table
    assert table.set_index(["indicator", "area"]).loc["loss", "value"].tolist() == [90_000, 80_000]
    assert cases_behind(table, {"loss"}) == {}


def test_an_edition_without_the_cases_behind_money_calls_no_figure_revised(tmp_path):
    true = observed(loss("a", 90_000, 9), loss("b", 40_000, 3))
    shown = protection(true, AGREEMENT).table
    verdicts = pd.DataFrame(columns=VERDICTS)
    edition = write_edition(tmp_path / "editions", 2018, shown, verdicts, verdicts, {}, date(2018, 1, 1), False, true, tmp_path / "kept")
    assert cases_behind(read_ledger(edition.parent), {"loss"}) == {}
    ledger = without_cases(read_ledger(edition.parent, tmp_path / "kept"), AGREEMENT)
    assert changes(ledger, without_cases(true, AGREEMENT), shown).empty
    other = observed(loss("a", 95_000, 9), loss("b", 41_000, 3))
    assert changes(ledger, without_cases(other, AGREEMENT), protection(other, AGREEMENT).table)["area"].tolist() == ["a", "b"]


# --- what is made of all years -----------------------------------------------------------------------------------


def test_how_wide_chance_is_is_made_of_shown_years_alone(small_plan):
    """A year with 1 report varies more than one with 4, and the limits of the year before, which is shown, would tell which it was."""
    written = set()
    for hidden in (1, 3, 4):
        counts = {2016: (40, 60), 2017: (45, 52), 2018: (hidden, 70 - hidden), 2019: (38, 44), 2020: (52, 49)}
        lines = [f"{area};{year};reports;{number}\n" for year, numbers in counts.items() for area, number in zip("ab", numbers, strict=True)]
        lines += [f"I alt;{year};reports;{sum(numbers)}\n" for year, numbers in counts.items()]
        home = build(small_plan(counts="".join(lines), areas=("a", "b"), more_counts='\n[areas]\n"I alt" = "combined"\n').folder)
        written.add((home / "observations.csv").read_bytes())
    assert len(written) == 1
    row = read_observations(home / "observations.csv").set_index(["area", "period"]).loc[("a", "2017")]
    assert row["lower"] < 45 < row["upper"]


# --- what is printed -------------------------------------------------------------------------------------------


@pytest.fixture
def revised(small_plan):
    """A function that lays out a plan of which one number, hidden on every page, is given: revised, doubtful and far from the year before."""

    def lay_out(number: int, more: str = "", before: int = 60):
        counts = f"a;2017;reports;40\nb;2017;reports;{before}\nc;2017;reports;30\nd;2017;reports;30\n"
        counts += f"a;2018;reports;40\nb;2018;reports;{number}\nc;2018;reports;31\nd;2018;reports;32\nI alt;2018;reports;{103 + number}\n"
        plan = small_plan(counts=counts + more, counts_source=TWICE.format(number))
        header = "omraade;periode;indikator;antal\n"
        cells = f"b;2018;reports;{number - 1}\nI alt;2018;reports;{102 + number}\n"
        (plan.folder / "counts" / "again.csv").write_text(header + cells, encoding="utf-8")
        return plan

    return lay_out


@pytest.mark.parametrize("before", [60, 9])
def test_what_check_prints_is_the_same_whatever_the_hidden_number_is(revised, tmp_path, before):
    """Also how many warnings there are: after 9 it would tell 2, which is a jump, from 3, which is none."""
    said = []
    for number in (3, 4):
        folder = revised(number, before=before).folder
        done = run("check", "--raw", folder, "--csv", tmp_path / "problems.csv")
        assert done.exit_code == 0
        said.append((done.output, (tmp_path / "problems.csv").read_bytes()))
    assert said[0] == said[1] and "again.csv" in said[0][0]
    assert len(re.findall("rettet ved levering …: … → …", said[0][0])) == 2 and "internal/warnings.csv" in said[0][0]


def test_no_reason_is_given_for_a_revised_figure_that_is_hidden(revised):
    """A supplier writes the figures into it."""
    home = build(revised(3).folder)
    told, true = (read_csv(where / "revised.csv") for where in (home, home / "internal"))
    assert "counted again: not 3" in set(true["reason"])
    assert (told["reason"] == "").all() and len(told) == len(true) == 2


def test_the_letter_behind_a_correction_is_shown_to_its_owner_alone(revised):
    folder = revised(3).folder
    (folder / "counts" / "letter.csv").write_text("brev\nder var 3, ikke 2\n", encoding="utf-8")
    source = folder / "counts" / "source.toml"
    source.write_text(source.read_text(encoding="utf-8").replace("delivery = 2\n", 'delivery = 2\ndocument = "letter.csv"\n'), encoding="utf-8")
    assert [list(Plan.load(folder, internal=internal).documents()) for internal in (False, True)] == [[], ["counts/letter.csv"]]


def test_check_says_with_figures_what_is_asked_for_as_internal(revised, tmp_path):
    folder = revised(3).folder
    told = run("check", "--raw", folder, "--internal", "--csv", tmp_path / "problems.csv").output
    for said in ("rettet ved levering 2: 3 → 2", "it may be 3 instead", "(60)"):
        assert said in told and said in (tmp_path / "problems.csv").read_text(encoding="utf-8")
    assert "internal/warnings.csv" not in told
    warned = (build(folder) / "internal" / "warnings.csv").read_text(encoding="utf-8")
    assert "it may be 3 instead" in warned and '""before"": ""3""' in warned


def test_a_jump_is_not_even_named_where_others_read_along(revised):
    folder = revised(3).folder
    assert "så stort eller lille" not in run("check", "--raw", folder).output
    told = run("check", "--raw", folder, "--lang", "en").output
    assert "warnings of jumps" in told and told.count("  warning:") == 4 and told.endswith(", 4 warnings\n")


def test_an_error_shows_the_cell_to_mend_and_the_warnings_beside_it_no_figure(revised, tmp_path, monkeypatch):
    folder = revised(3, "e;2018;reports;77\n").folder
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["build"], ["report", "--out", tmp_path / "reports"]):
        done = run(*command, "--raw", folder)
        assert done.exit_code == 1 and "e – " in done.output and not re.search(r"3 → 2|may be 3", done.output)
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert tmp_path / "reports" / "_failed" / "data-check.html" in written
    for path in written:
        assert not re.search(r"3 → 2|may be 3", path.read_text(encoding="utf-8"))


def test_check_does_not_count_the_rows_of_a_list_of_single_cases(tmp_path):
    """The total less the rows of the other files, which the data check tells, would be the number of cases."""
    told = run("check", "--raw", "data/example").output
    everything = run("check", "--raw", "data/example", "--internal").output
    rows = [int(re.search(r"(\d+) rækker læst", said)[1]) for said in (told, everything)]
    assert 0 < rows[0] < rows[1] and "ikke talt med" in told and "ikke talt med" not in everything


# --- how many rows a list has ------------------------------------------------------------------------------------

LIST = """
contract = "incidents"
publisher = "The supplier of a list"
files = ["counts.csv"]
covers = ["2018"]
columns = { Dato = "date", Sted = "area" }
constants = { indicator = "reports" }
"""


def listed(*areas: tuple[str, int]) -> bytes:
    """A list without ids, of so many cases of one day in each area, and a line of text below."""
    return ("Dato;Sted\n" + "".join(f"03-04-2018;{area}\n" * number for area, number in areas) + "I alt 7 sager;\n").encode()


def test_where_and_how_often_a_list_is_odd_does_not_tell_how_many_hidden_cases_it_has(small_plan):
    """A line of text in row 6 stands below four cases; where three rows are like an earlier one, there are at least four."""
    told = set()
    for number in (3, 4):
        home = build(small_plan(counts=listed(("a", number)), counts_source='holds = ["A"]' + LIST, areas=("a",)).folder)
        told.add((home / "warnings.csv").read_text(encoding="utf-8"))
        true = read_csv(home / "internal" / "warnings.csv").set_index("code")
        assert true.loc["number_in_text", "row"] == str(number + 2) and true.loc["rows_alike", "times"] == str(number - 1)
    assert len(told) == 1 and {"number_in_text", "rows_alike"} <= set(read_csv(home / "warnings.csv")["code"])


def test_no_warning_tells_that_a_hidden_figure_is_0(small_plan):
    home = build(small_plan(counts=listed(("a", 30)), counts_source=LIST, areas=("a", "b"), plan=PLAN + "hide_zero = true\n").folder)
    codes = [set(read_csv(where / "warnings.csv")["code"]) for where in (home, home / "internal")]
    assert "zero_where_never_named" in codes[1] - codes[0]


def test_no_department_is_told_by_how_many_rows_its_list_has(small_plan):
    """The area's 62 are shown, and of what the departments' lists hold nothing."""
    areas = '\n[[area]]\nid = "a"\nname = "A"\nparts = ["North", "South"]\n'
    agreement = PLAN + areas + register(areas=()).removeprefix(PLAN)
    home = build(small_plan(counts=listed(("North", 2), ("South", 60)), counts_source="sum = true" + LIST, agreement=agreement).folder)
    files = read_csv(home / "deliveries.csv")
    assert read_csv(home / "observations.csv").query("area == 'a'").set_index("period").loc["2018", "value"] == "62.0"
    assert (files[["rows", "used", "blank"]] == "").all(axis=None) and set(read_csv(home / "warnings.csv")["row"]) == {""}
