"""A supplier's `source.toml`: whatever stands in it is what the field says, or a problem with its place."""

import pytest
from conftest import COUNTS_HEADER, COUNTS_SOURCE, examples, told
from hypothesis import given
from hypothesis import strategies as st
from test_registers import ANY, as_toml

from analysis.reading.sources import Layout
from analysis.reading.suppliers import read_sources
from analysis.running import building

WRONG = {  # a field's wrong values as they are written, and the problem each is
    "contract": (["3", '""', "[]"], "not_a_text"),
    "publisher": (["true", '"  "'], "not_a_text"),
    "files": (['"counts.csv"', '["counts.csv", "counts.csv"]', "[1]", '[""]'], "not_a_list"),
    "columns": (['"area"', "[]", "1"], "not_nested"),
    "columns.antal": (["1", "[]", "{}", '""', '{ unitt = "count" }', "{ unit = 1 }"], "bad_column"),
    "documents": (['"a.pdf"'], "not_a_list"),
    "delimiter": (['""', '";;"', "1"], "not_one_mark"),
    "decimal": (['""', '";"', "1"], "not_a_choice"),
    "thousands": (['"x"', "1"], "not_a_choice"),
    "header": (["0", '"1"', "[]", "[1, 1]", "true", "1.0"], "not_a_header"),
    "constants": (["1", "{ unit = 1 }"], "not_words"),
    "constants_by_file": (["1", '"x"', "[]"], "not_nested"),
    "constants_by_file.x": (["1", "{ unit = 1 }"], "not_words"),
    "constants_by_sheet": (["1", '"x"', "[]"], "not_nested"),
    "values": (["1", "[]"], "not_nested"),
    "values.indicator": (["1", '"x"', "{ a = 1 }"], "not_words"),
    "unused": (["1", "[]"], "not_nested"),
    "areas": (["1", "{ a = 1 }"], "not_words"),
    "sum": (["1", '"true"'], "not_a_flag"),
    "ids": (['"folds"', "1", '""'], "not_a_choice"),
    "status": (["1", "[]"], "not_nested"),
    "status.x": (['"perhaps"', "1", "[]"], "bad_mark"),
    "missing": (["1", "[]"], "not_nested"),
    "missing.x": (['"perhaps"', "1", "{}"], "bad_mark"),
    "nested_periods": (["1"], "not_a_flag"),
    "year_is": (['"Q5"', "1", '"13"', '""'], "not_a_choice"),
    "jump": (["1", "0.5", "-2"], "too_low"),
    "media": (['"TV"'], "not_a_list"),
    "delivery": (["0", '"1"', "true", "1.5"], "not_whole_number"),
    "received": (['"2018-01-01"', "2018", "2018-01-01T10:00:00"], "not_a_date"),
    "correction": (["1", '"x"'], "not_nested"),
    "doubt": (["1", '"x"'], "not_nested"),
    "absent": (["1"], "not_nested"),
    "confirmed": (["1"], "not_nested"),
}


def with_field(field: str, value: str) -> str:
    """A source.toml of counts in which one field has this value."""
    table, _, name = field.rpartition(".")
    lines = COUNTS_SOURCE.splitlines()
    if field == "columns":
        return "\n".join([*lines[: lines.index("[columns]")], f"columns = {value}"])
    if field == "columns.antal":
        return "\n".join([*(line for line in lines if not line.startswith("antal")), f"antal = {value}"])
    lines = [line for line in lines if not line.startswith(f"{field} =")]
    return "\n".join([f"{table}.{name} = {value}" if table else f"{field} = {value}", *lines])


@pytest.mark.parametrize("field", WRONG)
def test_a_field_of_a_source_with_a_value_of_another_kind_is_refused_by_its_name(field, small_plan):
    values, code = WRONG[field]
    plan = small_plan(counts="a;2017;reports;1")
    for value in values:
        (plan.folder / "counts" / "source.toml").write_text(with_field(field, value), encoding="utf-8")
        sources, problems = read_sources(plan.folder)
        assert sources == [] and [(problem.code, problem.column) for problem in problems] == [(code, field)], value


def test_everything_wrong_with_a_source_is_told_at_once(small_plan):
    wrong = """
    contrct = "counts"
    publisher = 3
    files = ["counts.csv", "other.csv"]
    decimal = "."
    thousands = "."
    jump = 1
    footnotes = ["a"]
    not_cpr = ["nowhere"]
    columns = { a = "area", b = "area", c = 3 }
    [missing]
    "-" = "perhaps"
    [[doubt]]
    reason = "odd"
    aera = "a"
    [[correction]]
    delivery = 1
    files = ["../x.csv"]
    """
    _, problems = read_sources(small_plan(counts="a;2017;reports;1", counts_source=wrong).folder)
    assert sorted((problem.code, problem.entry, problem.column) for problem in problems) == [
        ("bad_column", "", "columns.c"),
        ("bad_footnote", "", "footnotes"),
        ("bad_mark", "", "missing.-"),
        ("missing_field", "", ""),
        ("no_such_file", "", ""),
        ("not_a_text", "", "publisher"),
        ("not_later", "[[correction]] 1", "delivery"),
        ("outside_plan", "", ""),
        ("same_marks", "", "thousands"),
        ("too_low", "", "jump"),
        ("unknown_field_near", "", ""),
        ("unknown_field_near", "[[doubt]] 1", ""),
    ]


def test_what_a_correction_or_doubt_lacks_is_told_with_its_number(small_plan):
    more = 'correction = [{ delivery = 2, files = ["counts.csv"] }, { delivery = 3 }]\ndoubt = [{ area = "a" }]\n'
    _, problems = read_sources(small_plan(counts="a;2017;reports;1", counts_source=more + COUNTS_SOURCE).folder)
    assert [str(problem) for problem in problems] == [
        "counts/source.toml, [[correction]] 2: the field 'files' is missing",
        "counts/source.toml, [[doubt]] 1: the field 'reason' is missing",
    ]


def test_a_folder_whose_name_is_too_long_for_files_is_refused(small_plan):
    folder = small_plan(counts="a;2017;reports;1").folder
    (folder / "counts").rename(folder / ("c" * 61))
    sources, (problem,) = read_sources(folder)
    assert sources == [] and str(problem) == f"{'c' * 61}: is too long a name for files to be called by; use at most 60 characters"


@pytest.fixture(scope="module")
def plan_of(tmp_path_factory):
    """A function that writes a source.toml and checks its plan."""
    from conftest import register

    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "agreement.toml").write_text(register(), encoding="utf-8")
    (folder / "counts").mkdir()
    (folder / "counts" / "counts.csv").write_text(COUNTS_HEADER + "a;2017;reports;1\n", encoding="utf-8")

    def check(source: str):
        (folder / "counts" / "source.toml").write_text(source, encoding="utf-8")
        return building.check(folder)

    return check


@examples(50)
@given(st.sampled_from([*Layout.model_fields, *(field for field in WRONG if "." in field)]), ANY)
def test_whatever_stands_in_a_field_of_a_source_is_read_or_refused_and_never_a_crash(plan_of, field, value):
    checked = plan_of(with_field(field, as_toml(value)))
    assert "not_toml" not in told(checked.problems)
    assert all(problem.line("da") and "\n" not in str(problem) for problem in checked.problems)


@pytest.mark.parametrize("name", ["**x.csv", "a\\u0000b.csv", "[.csv", "x" * 300, "/", "~", "a/../b", "C:\\\\x.csv"])
def test_a_file_name_that_no_file_can_have_is_told(name, small_plan):
    _, problems = read_sources(small_plan(counts="a;2017;reports;1", counts_source=with_field("files", f'["{name}"]')).folder)
    assert told(problems) <= {"no_such_file", "outside_plan"} and problems
