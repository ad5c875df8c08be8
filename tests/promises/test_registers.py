"""What stands in a register is taken as what it is, and all that is wrong with it is told at once, each thing with its place."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from conftest import agreement_of, told
from hypothesis import given
from hypothesis import strategies as st

from analysis.promises.comments import Comment, read_comments
from analysis.promises.problems import Reader
from analysis.promises.registers import (
    LISTED,
    LONGEST_ID,
    Bilingual,
    Date,
    Entry,
    Flag,
    Id,
    Names,
    Number,
    Text,
    Whole,
    Words,
    Year,
    one_of,
    read_entries,
    read_entry,
)


class Part(Entry):
    """A table within an entry."""

    reason: Text
    area: Text = ""


class Example(Entry):
    """One field of each kind."""

    id: Id = "x"
    text: Text = ""
    number: Number = 0
    whole: Whole = 1
    year: Year = 2018
    date: Date = date(2018, 1, 1)
    flag: Flag = False
    names: Names = ()
    bilingual: Bilingual = {"da": "", "en": ""}  # noqa: RUF012
    words: Words = {}  # noqa: RUF012
    choice: Annotated[str, one_of("up", "down")] = "up"
    parts: Annotated[tuple[Part, ...], LISTED] = ()


def problems_of(raw: object, kind: type[Entry] = Example) -> list[tuple[str, str, str]]:
    """The code, field and entry of everything wrong with an entry."""
    reader = Reader("register.toml")
    read_entry(kind, raw, "entry", reader)
    assert all("\n" not in str(problem) and problem.line("da") != problem.line("en") for problem in reader.problems)
    return [(problem.code, problem.column, problem.entry) for problem in reader.problems]


NOT_A_TEXT, NOT_A_NUMBER = ["", "  ", 3, True, [], {}, date(2018, 1, 1)], ["5", "", True, [], {}, Decimal("NaN"), Decimal("Infinity"), date(2018, 1, 1)]
WRONG = {  # a field's wrong values, and the problem each is
    "id": (["a b", "../a", "combined", "æ", "a-"], "bad_id"),
    "text": (NOT_A_TEXT, "not_a_text"),
    "number": (NOT_A_NUMBER, "not_a_plain_number"),
    "whole": ([*NOT_A_NUMBER, 0, -1, Decimal("2.5")], "not_whole_number"),
    "year": ([*NOT_A_NUMBER, 18, 22018, Decimal("2018.5")], "not_a_year"),
    "date": (["2018-01-01", 2018, datetime(2018, 1, 1), time(1), True, [], {}], "not_a_date"),
    "flag": (["true", "", 0, 1, [], {}], "not_a_flag"),
    "names": (["a", 3, True, {}, ["a", "a"], ["a", 3], ["a", ""], [["a"]]], "not_a_list"),
    "bilingual": (["", 3, [], {}, {"de": "x"}, {"da": ""}, {"da": "x", "en": 3}], "not_bilingual"),
    "words": (["x", 3, [], {"a": 3}, {"a": ["x"]}], "not_words"),
    "choice": (["", "Up", "upp", 3, True, [], ["up"], {}], "not_a_choice"),
    "parts": (["x", 3, {}, True], "not_nested"),
}


@pytest.mark.parametrize("field", Example.model_fields)
def test_a_value_of_another_kind_is_refused_in_its_field_and_never_taken_for_what_it_looks_like(field):
    values, code = WRONG[field]
    for value in values:
        assert problems_of({field: value}) == [(code, field, "entry")], value


def test_a_decimal_of_a_register_is_exactly_the_one_written():
    read = read_entry(Example, {"number": Decimal("0.10")}, "entry", Reader("register.toml"))
    assert read.number.as_tuple() == Decimal("0.10").as_tuple()


def test_a_name_for_files_is_refused_where_no_file_could_bear_it():
    assert problems_of({"id": "x" * LONGEST_ID}) == []
    assert problems_of({"id": "x" * (LONGEST_ID + 1)}) == [("too_long", "id", "entry")]


def test_everything_wrong_with_an_entry_is_told_at_once():
    wrong = {field: values[0] for field, (values, _) in WRONG.items()} | {"txt": 1, "something": 2}
    found = problems_of(wrong)
    assert {(code, field) for code, field, _ in found} == {(code, field) for field, (_, code) in WRONG.items()} | {
        ("unknown_field_near", ""),
        ("unknown_field", ""),
    }
    assert len(found) == len(WRONG) + 2


def test_what_is_wrong_within_a_list_of_tables_is_told_with_the_number_of_the_table():
    assert problems_of({"parts": [{"reason": "x"}, {"reson": "x", "area": 3}, 4]}) == [
        ("missing_field", "", "entry, [[parts]] 2"),
        ("not_a_text", "area", "entry, [[parts]] 2"),
        ("unknown_field_near", "", "entry, [[parts]] 2"),
        ("not_a_table", "", "entry, [[parts]] 3"),
    ]


def test_what_is_right_in_an_entry_with_a_mistake_is_there_to_be_checked_as_well():
    read = read_entry(Example, {"year": "2018", "parts": [{"reason": "x"}], "names": ["a"]}, "entry", Reader("register.toml"))
    assert (read.parts[0].reason, read.names, read.year) == ("x", ("a",), 2018)
    assert read_entry(Part, {"area": "a"}, "entry", Reader("register.toml")).reason is None


def test_an_id_used_twice_and_an_entry_without_one_are_told():
    reader = Reader("register.toml")
    read = read_entries(Comment, {"note": [{"id": "a"}, {"id": "a"}, {"id": 3}, 4]}, "note", reader)
    assert list(read) == ["a"] and {"repeated_id", "missing_field", "not_a_table"} <= told(reader.problems)


# --- whatever a person writes ---------------------------------------------------------------------------

PLAIN = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 3000),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
)
ANY = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abæ .*/\\\0", max_size=4), inner, max_size=3), max_leaves=6)


def as_toml(value: object) -> str:
    """A value as it is written in a TOML file."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{as_toml(name)} = {as_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return value.isoformat() if isinstance(value, date | time) else repr(value)


GOOD_NOTE = {"criterion": "C", "year": 2018, "text": "x", "author": "y", "date": date(2019, 2, 1)}
AGREEMENT = agreement_of()


@given(st.sampled_from([*Comment.model_fields, "note"]), ANY)
def test_whatever_stands_in_a_field_of_a_note_is_that_fields_value_or_a_problem(tmp_path, field, value):
    path: Path = tmp_path / "notes.toml"
    path.write_text(f"note = [{as_toml(GOOD_NOTE | {field: value})}]" if field != "note" else f"note = {as_toml(value)}", encoding="utf-8")
    comments, problems = read_comments(path, AGREEMENT)
    assert "not_toml" not in told(problems), path.read_text(encoding="utf-8")
    assert bool(problems) != bool(comments) or value in ([], {})
    assert all(str(problem) and problem.line("da") for problem in problems)
