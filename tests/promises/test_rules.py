"""One class a rule: nobody else asks which rule it is, or reads what it was written with."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import analysis
from analysis.promises.rules import RULES, AtLeast, ChangePerYear, Side

HOME = Path(analysis.__file__).parent
# names that a rule's parameters have and nothing else in the program has: what asks for them looks into a rule
PARAMETERS = {each.name for rule in RULES.values() for each in fields(rule)} - {"value", "year", "reference", "change", "share", "path", "strict"}


def looking_in(source: str) -> list[str]:
    """Where a source text asks for a rule's kind, or for something by the name of a rule's parameter."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value, attr) if attr in PARAMETERS | {"kind"}:
                asked = value
            case ast.Subscript(value, ast.Constant()):
                asked = value
            case ast.Call(ast.Attribute(value, "get")):
                asked = value
            case _:
                continue
        found += [ast.unparse(node)] if ast.unparse(asked).endswith("rule") else []
    return found


def test_no_other_module_asks_for_a_rules_kind_or_what_it_was_written_with():
    sources = {path.relative_to(HOME).as_posix(): path.read_text(encoding="utf-8") for path in HOME.rglob("*.py") if path.name != "rules.py"}
    found = {name: places for name, source in sources.items() if (places := looking_in(source))}
    assert found.pop("plan.py", []) == ["each.primary.rule.kind"], "the table of promises tells the kind, and nothing hangs on it"
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'rule["kind"]',
        'reading.rule.get("per")',
        "reading.rule.per == 'year'",
        "x = criterion.primary.rule.kind",
        "reading.rule.by",
        "rule.kind in ('at_most',)",
    ],
)
def test_looking_into_a_rule_is_seen_in_every_way_it_can_be_written(line):
    assert looking_in(line)


def test_every_kind_of_the_contract_has_its_class():
    kinds = ["at_least", "at_most", "above_reference", "narrow_gap", "above_baseline", "change_per_year", "direction", "not_set"]
    assert list(RULES) == kinds and [rule.kind for rule in RULES.values()] == kinds


def test_a_rule_is_what_it_says_and_cannot_be_altered():
    rule = ChangePerYear.of({"change": -1, "from": "previous_actual"})
    assert rule == ChangePerYear(change=-1, counted_from="previous_actual") != AtLeast(value=1, per="year")
    with pytest.raises(AttributeError):
        rule.change = 1


@pytest.mark.parametrize(("strict", "whole"), [(Side.MORE_THAN, Side.AT_LEAST), (Side.LESS_THAN, Side.AT_MOST)])
def test_the_whole_number_needed_keeps_the_promise_itself(strict, whole):
    assert strict.strict and not whole.strict and strict.whole == whole and strict.low == whole.low
