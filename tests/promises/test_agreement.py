"""What was promised stands in the register word for word, and a register that contradicts itself is refused whole."""

import re
from datetime import date

import pytest
from conftest import INDICATORS, PLAN, ROOT, agreement_of, criterion, examples, indicator, register, told
from hypothesis import given
from hypothesis import strategies as st
from test_registers import ANY, as_toml

from analysis.promises.agreement import read_agreement
from analysis.promises.problems import PlanError, closest
from analysis.promises.rules import RULES, NotSet

# criteria.yml of the project: the promises, and the four things the agreement describes without promising
CRITERIA = ["T1a", "T1b", "T1c", "T2", "T3", "D1", "D2", "D3", "D4", "F1", "F2", "F3", "F4", "F5", "K0", "K1", "K2", "K3", "K4", "K5", "K6", "B1", "B2"]
HOLDER = '\n[[holder]]\nid = "north"\nname = "Boligforeningen Nord"\n'
CONTEXT = {"G1": "on_list", "X1": "arson_fires", "X2": "vandalism_repairs", "X3": "vacancy_loss"}


@pytest.fixture(scope="module")
def agreement():
    return read_agreement(ROOT / "data" / "raw" / "agreement.toml")


def refused(path_or_text, tmp_path=None):
    """The problems for which this register is refused."""
    path = path_or_text
    if tmp_path is not None:
        path = tmp_path / "agreement.toml"
        content = path_or_text
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PlanError) as caught:
        read_agreement(path)
    return caught.value.problems


# --- the project's own register -------------------------------------------------------------------------


def test_every_quote_stands_word_for_word_in_the_agreement(agreement):
    path = ROOT.parent / "shared" / "delaftale.txt"
    if not path.is_file():
        pytest.skip(f"the agreement's text is not at {path}; the quotes cannot be compared with it")
    text = " ".join(path.read_text(encoding="utf-8").split())
    quotes = {id_: criterion.quote for id_, criterion in agreement.criteria.items()}
    quotes |= {found.context: found.quote for found in agreement.indicators.values() if found.context}
    assert len(quotes) == 27
    assert {id_: quote for id_, quote in quotes.items() if not quote or " ".join(quote.split()) not in text} == {}


def test_all_23_promises_and_4_context_series_are_in_the_register(agreement):
    assert list(agreement.criteria) == CRITERIA
    assert {found.context: id_ for id_, found in agreement.indicators.items() if found.context} == CONTEXT


def test_the_plan_runs_from_october_2017_to_september_2021_in_four_areas(agreement):
    assert (agreement.start, agreement.end) == (date(2017, 10, 1), date(2021, 9, 30))
    assert list(agreement.areas) == ["motalavej", "ringparken_schackenborgvaenge", "sydbyen", "skaelskoer"]


def test_ringparken_is_another_name_of_ringparken_schackenborgvaenge(agreement):
    for name in ("Ringparken", "ringparken", "Ringparken/Schackenborgvænge", "ringparken_schackenborgvaenge"):
        assert agreement.area_id(name) == "ringparken_schackenborgvaenge"
    assert agreement.area_id("Nordbyen") is None


def test_every_criterion_has_a_reading_in_both_languages_and_what_the_board_must_decide(agreement):
    for found in agreement.criteria.values():
        assert {"da", "en"} <= found.primary.text.keys(), found.id
        assert {"da", "en"} <= found.decide.keys() or found.id == "D4", found.id  # D4 is settled with K4


def test_no_board_decision_is_invented(agreement):
    assert [found.id for found in agreement.criteria.values() if found.decided_by or found.decided_on] == []
    assert agreement.criteria["T1b"].primary.rule == NotSet()


def test_an_agreement_year_is_named_by_both_its_years(agreement):
    assert agreement.period("fire_evenings", 2018) == "2017/2018"
    assert agreement.period("safe_share", 2018) == "2018"


def test_in_a_plan_that_starts_at_new_year_the_agreement_year_is_the_calendar_year():
    plan = PLAN.replace("2017-10-01", "2018-01-01")
    assert agreement_of(plan=plan, indicators=indicator("reports", period="agreement_year")).period("reports", 2018) == "2018"


def test_an_alternative_reading_changes_only_what_it_names(agreement):
    primary, linear, each = agreement.criteria["T3"].readings
    assert (primary.slug, linear.slug, each.slug) == ("primary", "linear", "each_area")
    assert (primary.areas, linear.areas) == (("combined",), ("combined",))
    assert each.areas == tuple(agreement.areas) and each.rule.path == "compound"
    assert linear.rule.path == "linear" and linear.first_year == primary.first_year == 2018


def test_the_nearest_known_word_is_suggested_and_a_far_one_is_not():
    assert closest("Nordbyen", ["Sydbyen", "Motalavej"]) == "Sydbyen"
    assert closest("xyz", ["Sydbyen", "Motalavej"]) == ""


@pytest.mark.parametrize("written", ['"north"', '["north"]', '["north", "south"]'])
def test_an_area_or_an_indicator_names_who_holds_its_figures(written, tmp_path):
    holders = HOLDER + (HOLDER.replace("north", "south") if "south" in written else "")
    held = f"holder = {written}\n"
    (tmp_path / "agreement.toml").write_text(register(indicators=INDICATORS + indicator("fires") + held).replace('id = "a"\n', 'id = "a"\n' + held) + holders)
    agreement = read_agreement(tmp_path / "agreement.toml")
    assert agreement.areas["a"].holder == agreement.indicators["fires"].holder == tuple(agreement.holders)
    assert agreement.is_held("north", "reports", "a") and agreement.is_held("north", "fires", "combined") and not agreement.is_held("north", "reports", "b")


# --- registers that are refused -------------------------------------------------------------------------

ABOVE = 'kind = "above_reference", reference = "country", year = "same"'
CHANGE = 'kind = "change_per_year", change = -0.15, from = "baseline", path = "compound"'
BASE = "baseline_year = 2017"

WRONG = {  # what is wrong: (register, code, entry, words of the message)
    "a criterion names an unknown indicator": (
        register(criterion('kind = "direction"', "report")),
        "unknown_name_near",
        "criterion C",
        "did you mean 'reports'?",
    ),
    "a criterion names an unknown area": (register(criterion('kind = "direction"', scope='["a", "e"]')), "unknown_name", "criterion C", "known: a, b, c, d"),
    "an area is held by somebody unknown": (
        register().replace('id = "a"\n', 'id = "a"\nholder = "fob"\n') + HOLDER,
        "unknown_holder",
        "area a",
        "declare it with id and name, or name one of those declared (north)",
    ),
    "an indicator is held by somebody unknown": (
        register(indicators=INDICATORS + indicator("fires", holder="fob")),
        "unknown_holder",
        "indicator fires",
        "(–)",
    ),
    "a holder holds nothing": (register() + HOLDER, "holds_nothing", "holder north", "is named as `holder` by no area and no indicator"),
    "a baseline is given for an unknown area": (
        register(criterion('kind = "above_baseline"', more="baseline_year = { e = 2017 }")),
        "unknown_name",
        "criterion C",
        "known: a, b, c, d",
    ),
    "a rule names an unknown reference": (
        register(criterion(ABOVE.replace("country", "contry"))),
        "unknown_name_near",
        "criterion C",
        "did you mean 'country'?",
    ),
    "a rule is of an unknown kind": (register(criterion('kind = "at_last", value = 1')), "unknown_rule", "criterion C", "is not a rule"),
    "a rule's kind is a table": (register(criterion("kind = {}")), "unknown_rule", "criterion C", "is not a rule"),
    "a rule's kind is a list": (register(criterion("kind = []")), "unknown_rule", "criterion C", "is not a rule"),
    "a rule has no kind": (register(criterion("value = 1")), "unknown_rule", "criterion C", "is not a rule"),
    "a rule lacks a field": (register(criterion('kind = "at_least", per = "year"')), "missing_field", "criterion C", "'value' is missing"),
    "a rule has a field too many": (register(criterion('kind = "at_least", value = 1, per = "year", strict = true')), "unknown_field", "criterion C", "strict"),
    "a misspelt field": (register(criterion('kind = "direction"', more='decidedby = "x"')), "unknown_field_near", "criterion C", "did you mean 'decided_by'?"),
    "a fall of 15 instead of 0.15": (register(criterion(CHANGE.replace("-0.15", "-15"), more=BASE)), "bad_change", "criterion C", "-0.15"),
    "a growth of more than all": (register(criterion(CHANGE.replace("-0.15", "1.01"), more=BASE)), "bad_change", "criterion C", "1.01"),
    "a target of 75 for a share": (register(criterion('kind = "at_least", value = 75, per = "year"', "safe")), "not_a_share", "criterion C", "75 % is 0.75"),
    "a first value of 75 for a share": (
        register(criterion(CHANGE.replace('"compound"', '"compound", first_value = 75'), "safe")),
        "not_a_share",
        "criterion C",
        "75 % is 0.75",
    ),
    "a margin of 5 instead of 0.05": (register(criterion(ABOVE + ", margin = -5", "safe")), "bad_margin", "criterion C", "is -0.05"),
    "50 instead of half a gap": (
        register(criterion('kind = "narrow_gap", reference = "country", share = 50, by = 2021', "safe", more=BASE)),
        "not_a_share",
        "criterion C",
        "75 % is 0.75",
    ),
    "a year that is a text": (register(criterion('kind = "direction"', first='"2018"')), "not_a_year", "criterion C", '"2018" – must be a year'),
    "a number that is a text": (
        register(criterion('kind = "at_least", value = "40", per = "year"')),
        "not_a_plain_number",
        "criterion C",
        '"40" – must be a number',
    ),
    "a change from a baseline that is not named": (register(criterion(CHANGE)), "missing_field", "criterion C", "'baseline_year' is missing"),
    "a change from a baseline without a path": (
        register(criterion(CHANGE.replace(', path = "compound"', ""), more=BASE)),
        "missing_field",
        "criterion C",
        "'path'",
    ),
    "a path for a chained change": (register(criterion(CHANGE.replace('"baseline"', '"previous_actual"'))), "path_without_baseline", "criterion C", "compound"),
    "a margin and a ratio": (register(criterion(ABOVE + ", margin = -0.05, ratio = 0.9", "safe")), "margin_and_ratio", "criterion C", "not both"),
    "the last year before the first": (register(criterion('kind = "direction"', first=2021, last=2018)), "last_before_first", "criterion C", "2018"),
    "an indicator without uncertainty": (
        register(indicators=indicator("reports").replace('uncertainty = "process"\n', "")),
        "missing_field",
        "indicator reports",
        "'uncertainty' is missing",
    ),
    "an indicator without disclosure": (
        register(indicators=indicator("reports").replace('disclosure = "protect"\n', "")),
        "missing_field",
        "indicator reports",
        "'disclosure' is missing",
    ),
    "an indicator with an unknown unit": (register(indicators=indicator("reports", unit="percent")), "not_a_choice", "indicator reports", "percent"),
    "a dispersion below 1": (register(indicators=indicator("reports", dispersion=0.5)), "too_low", "indicator reports", "must be at least 1"),
    "an id used twice": (register(criterion('kind = "direction"') * 2), "repeated_id", "criterion C", "give each its own"),
    "an indicator id used twice": (register(indicators=INDICATORS + indicator("reports")), "repeated_id", "indicator reports", "give each its own"),
    "an id with blanks": (register(areas=("a", "b c")), "bad_id", "area b c", "letters"),
    "an id that leaves the folder": (register(areas=("a", "../b")), "bad_id", "area ../b", "letters"),
    "an area called combined": (register(areas=("a", "combined")), "bad_id", "area combined", "combined"),
    "an empty quote": (register(criterion('kind = "direction"').replace("The words of the promise", "  ")), "not_a_text", "criterion C", "not empty"),
    "a missing quote": (
        register(criterion('kind = "direction"').replace('quote = "The words of the promise"', "")),
        "missing_field",
        "criterion C",
        "'quote' is missing",
    ),
    "a small count that is no whole number": (
        register(plan=PLAN.replace("small_count = 5", "small_count = 5.5")),
        "not_whole",
        "plan",
        "must be a whole number",
    ),
    "a small count below 3": (register(plan=PLAN.replace("small_count = 5", "small_count = 2")), "too_low", "plan", "at least 3"),
    "a plan that ends before it starts": (register(plan=PLAN.replace("2021-09-30", "2016-09-30")), "ends_before_start", "plan", "2017-10-01"),
    "an alias shared by two areas": (register().replace('name = "B"', 'name = "B"\naliases = ["A"]'), "shared_alias", "b", "also a name of a"),
    "an alias shared with a reference": (register().replace('name = "B"', 'name = "B"\naliases = ["country"]'), "shared_alias", "country", "also a name of b"),
    "an alias that means all areas together": (register().replace('name = "B"', 'name = "B"\naliases = ["Combined"]'), "shared_alias", "b", "combined"),
    "a value set without a decision": (register(criterion('kind = "not_set", value = 0.7', "safe")), "undecided_value", "criterion C", "decided_by"),
    "an alternative without a slug": (
        register(criterion('kind = "direction"', more='[[criterion.alternatives]]\nkind = "direction"')),
        "bad_slug",
        "criterion C",
        "slug",
    ),
    "an alternative called primary": (
        register(criterion('kind = "direction"', more='[[criterion.alternatives]]\nslug = "primary"\nkind = "direction"')),
        "bad_slug",
        "criterion C",
        "primary",
    ),
    "an alternative with an unknown area": (
        register(criterion('kind = "direction"', more='[[criterion.alternatives]]\nslug = "x"\nkind = "direction"\nscope = ["e"]')),
        "unknown_name",
        "criterion C, alternative x",
        "known: a, b, c, d",
    ),
    "a criterion without an indicator": (
        register(criterion('kind = "direction"').replace('indicators = ["reports"]', "indicators = []")),
        "no_indicator",
        "criterion C",
        "at least one indicator",
    ),
    "an area named twice in a scope": (register(criterion('kind = "direction"', scope='["a", "a"]')), None, "criterion C", "a"),
    "a year that is no number": (
        register(criterion('kind = "direction"').replace("first_year = 2018", "first_year = nan")),
        "not_a_year",
        "criterion C",
        "must be a year",
    ),
    "a stray table": (register() + "\n[arae]\nx = 1\n", "unknown_field", "", "arae"),
    "a plan without areas": (register(areas=()), "none_declared", "area", "at least one"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_register_is_refused_for(wrong, tmp_path):
    text, code, entry, words = WRONG[wrong]
    problems = refused(text, tmp_path)
    matching = [found for found in problems if found.code == (code or found.code) and found.entry == entry]
    assert matching, problems
    assert any(words in str(found) for found in matching), problems
    assert {found.file for found in problems} == {"agreement.toml"}
    assert all(str(found).startswith("agreement.toml") and "\n" not in str(found) for found in problems)


def test_every_problem_of_a_register_is_told_at_once(tmp_path):
    wrong = register(
        criterion('kind = "direction"', "report", id="one")
        + criterion('kind = "direction"', scope='["e"]', id="two")
        + criterion(ABOVE.replace("country", "contry"), id="three")
        + criterion('kind = "at_least", per = "year"', id="four")
        + criterion(CHANGE.replace("-0.15", "-15"), id="five", more=BASE)
        + criterion('kind = "direction"', id="six", first=2021, last=2018)
        + criterion('kind = "not_set", value = 1', id="seven"),
        indicators=INDICATORS.replace('uncertainty = "process"\n', "", 1),
        plan=PLAN.replace("small_count = 5", "small_count = 2"),
    )
    problems = refused(wrong, tmp_path)
    found = {(problem.entry, problem.code) for problem in problems}
    assert found == {
        ("plan", "too_low"),
        ("indicator reports", "missing_field"),
        ("criterion one", "unknown_name_near"),
        ("criterion two", "unknown_name"),
        ("criterion three", "unknown_name_near"),
        ("criterion four", "missing_field"),
        ("criterion five", "bad_change"),
        ("criterion six", "last_before_first"),
        ("criterion seven", "undecided_value"),
    }


def table(name: str, text: str) -> str:
    """One more table of a kind, to be put at a register's end."""
    return f"\n[[{name}]]\n{text}\n"


GOAL = table("goal", 'id = "g"\nname = "A goal"')
NOT_TEXTS, NOT_YEARS, NOT_FLAGS, NOT_LISTS = ["3", '" "', "[]"], ['"2018"', "true", "2018.5", "18"], ["1", '"true"'], ['"a"', "[1]", '["a", "a"]', '[""]']
NOT_BOTH, NOT_NUMBERS, NOT_WHOLE = ["3", '""', '{ de = "x" }', "{ da = 3 }"], ['"5"', "true", "nan", "[]"], ["4.5", '"5"', "true"]
KINDS = {  # where, what stands there that may not, and the problem each is
    "plan": {
        "name": (NOT_BOTH, "not_bilingual"),
        "start": (['"2017-10-01"', "2017", "2017-10-01T10:00:00"], "not_a_date"),
        "end": (['"soon"', "true"], "not_a_date"),
        "languages": (['["xx"]', "[1]"], "not_a_choice"),
        "small_count": (NOT_WHOLE, "not_whole"),
        "min_answers": (NOT_WHOLE, "not_whole"),
        "hide_zero": (NOT_FLAGS, "not_a_flag"),
        "example": (NOT_FLAGS, "not_a_flag"),
        "municipality": (NOT_TEXTS, "not_a_text"),
    },
    "goal g": {"name": (NOT_BOTH, "not_bilingual")},
    "area a": {"name": (NOT_TEXTS, "not_a_text"), "aliases": (NOT_LISTS, "not_a_list"), "parts": (NOT_LISTS, "not_a_list")},
    "reference country": {"name": (NOT_TEXTS, "not_a_text"), "aliases": (NOT_LISTS, "not_a_list"), "group": (NOT_TEXTS, "not_a_text")},
    "indicator reports": {
        **{name: (NOT_BOTH, "not_bilingual") for name in ("name", "topic", "meaning", "delivery", "note", "labels")},
        **{name: (NOT_TEXTS, "not_a_text") for name in ("context", "quote", "exposure", "population", "part_of")},
        **{name: (NOT_NUMBERS, "not_a_plain_number") for name in ("dispersion", "design_effect")},
        **{name: (['"x"', "1", '""', "[]"], "not_a_choice") for name in ("unit", "direction", "measure", "period", "combine", "uncertainty", "disclosure")},
        "repeats": (['"often"', "1"], "not_a_choice"),
        **{name: (["1", "[1]", "[{ year = 2018 }]", '[{ year = "2018", da = "x", en = "x" }]'], "not_dated") for name in ("breaks", "no_measurement")},
    },
    "criterion C": {
        **{name: (NOT_TEXTS, "not_a_text") for name in ("goal", "quote", "baseline_period", "decided_by")},
        **{name: (NOT_YEARS, "not_a_year") for name in ("first_year", "last_year")},
        **{name: (NOT_BOTH, "not_bilingual") for name in ("reading", "decide", "note")},
        "indicators": (NOT_LISTS, "not_a_list"),
        "scope": (['"some"', "[]", "1", '["a", "a"]'], "not_a_scope"),
        "each_positive": (NOT_FLAGS, "not_a_flag"),
        "baseline_year": (['"2017"', "{}", '{ a = "2017" }', "true"], "not_a_baseline"),
        "decided_on": (['"in May"', "2018"], "not_a_date"),
        "rule": (["1", '"direction"'], "not_nested"),
        "alternatives": (["1", '"x"'], "not_nested"),
    },
}


def with_value(entry: str, field: str, value: str) -> str:
    """A register in which one field of one entry has this value."""
    kind, _, id_ = entry.partition(" ")
    whole = GOAL + register(criterion('kind = "direction"'))
    named = whole.index(f'id = "{id_}"', whole.index(f"[[{kind}]]")) if id_ else 0
    start = whole.rindex(f"[[{kind}]]", 0, named) if id_ else whole.index("[plan]")
    end = whole.find("\n[", start + 1) if "\n[" in whole[start + 1 :] else len(whole)
    lines = [line for line in whole[start:end].splitlines() if not line.startswith(f"{field} =")]
    return whole[:start] + "\n".join([*lines, f"{field} = {value}", ""]) + whole[end:]


@pytest.mark.parametrize(("entry", "field"), [(entry, field) for entry, fields in KINDS.items() for field in fields])
def test_a_field_of_the_register_with_a_value_of_another_kind_is_refused_in_its_place(entry, field, tmp_path):
    values, code = KINDS[entry][field]
    for value in values:
        (problem,) = refused(with_value(entry, field, value), tmp_path)
        place = (problem.entry, problem.column) if field != "languages" else (problem.entry.split(",")[0], "languages")
        assert (problem.code, *place) == (code, entry, field), value


def test_all_mistakes_of_kind_name_and_number_in_a_register_are_told_at_once(tmp_path):
    more = 'decidedby = "x"\ndecided_on = 3\n[[criterion.alternatives]]\nslug = "x"\nkind = "at_last"\n'
    more += '[[criterion.alternatives]]\nslug = "y"\nscope = 3\nkind = "direction"'
    text = register(criterion('kind = "at_least", value = "4", per = "week"', "report", more=more), plan=PLAN.replace("2017-10-01", '"x"'))
    found = {(problem.code, problem.entry, problem.column) for problem in refused(text.replace('name = "A"', "name = 3"), tmp_path)}
    assert found == {
        ("not_a_date", "plan", "start"),
        ("not_a_text", "area a", "name"),
        ("unknown_field_near", "criterion C", ""),
        ("not_a_date", "criterion C", "decided_on"),
        ("unknown_name_near", "criterion C", "indicators"),
        ("unknown_name_near", "criterion C, alternative x", "indicators"),
        ("unknown_name_near", "criterion C, alternative y", "indicators"),
        ("not_a_plain_number", "criterion C", "value"),
        ("not_a_choice", "criterion C", "per"),
        ("unknown_rule", "criterion C, alternative x", "kind"),
        ("not_a_scope", "criterion C, alternative y", "scope"),
    }


@pytest.mark.parametrize("kind", ["goal", "area", "reference", "indicator", "criterion"])
def test_an_id_too_long_for_a_files_name_is_refused(kind, tmp_path):
    text = GOAL + register(criterion('kind = "direction"', id="C"))
    start = text.index('id = "', text.index(f"[[{kind}]]"))
    long = text[:start] + f'id = "{"x" * 61}"' + text[text.index("\n", start) :]
    assert "too_long" in {problem.code for problem in refused(long, tmp_path)}


def test_a_slug_too_long_for_a_files_name_is_refused(tmp_path):
    more = f'[[criterion.alternatives]]\nslug = "{"x" * 61}"\nkind = "direction"'
    (problem,) = refused(register(criterion('kind = "direction"', more=more)), tmp_path)
    assert (problem.code, problem.entry) == ("too_long", "criterion C")


@examples(100)
@given(st.sampled_from([(entry, field) for entry, fields in KINDS.items() for field in [*fields, "id"] if (entry, field) != ("plan", "id")]), ANY)
def test_whatever_stands_in_a_field_of_the_register_is_read_or_refused_and_never_a_crash(tmp_path, place, value):
    path = tmp_path / "agreement.toml"
    path.write_text(with_value(*place, as_toml(value)), encoding="utf-8")
    try:
        assert read_agreement(path).areas
    except PlanError as error:
        assert "not_toml" not in told(error.problems) and all(problem.line("da") for problem in error.problems)


RULE_FIELDS = sorted({name for rule in RULES.values() for name in rule.parameters().model_fields})
OF_RULES = st.dictionaries(st.sampled_from(RULE_FIELDS), ANY | st.just("same"), max_size=5)


@examples(100)
@given(st.sampled_from([*RULES, "x"]), OF_RULES, st.sampled_from([*KINDS["criterion C"], "slug", "kind"]), ANY)
def test_whatever_stands_in_a_rule_or_another_reading_is_read_or_refused_and_never_a_crash(tmp_path, kind, fields, field, value):
    rule = as_toml({"kind": kind} | fields)[1:-1]
    alternative = as_toml({"slug": "x", "kind": kind} | fields | {field: value})
    path = tmp_path / "agreement.toml"
    path.write_text(register(criterion(rule, more=f"baseline_year = 2017\nalternatives = [{alternative}]")), encoding="utf-8")
    try:
        assert read_agreement(path).areas
    except PlanError as error:
        assert "not_toml" not in told(error.problems) and all(problem.line("da") for problem in error.problems)


def test_a_register_that_is_not_toml_is_refused_with_the_place_of_the_mistake(tmp_path):
    (problem,) = refused(PLAN + "\n[[area]\n", tmp_path)
    assert problem.code == "not_toml" and "line" in str(problem)


def test_a_register_saved_as_cp1252_is_refused_with_the_byte(tmp_path):
    (problem,) = refused(register().replace("A small plan", "Skælskør").encode("cp1252"), tmp_path)
    assert problem.code == "not_utf8" and "byte 18" in str(problem)


def test_a_register_that_is_not_there_is_told_in_one_line(tmp_path):
    (problem,) = refused(tmp_path / "agreement.toml")
    assert problem.code == "no_agreement" and str(tmp_path) in str(problem)


def test_a_register_saved_by_windows_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "agreement.toml"
    path.write_bytes(b"\xef\xbb\xbf" + register().replace("\n", "\r\n").encode())
    assert list(read_agreement(path).areas) == ["a", "b", "c", "d"]


def test_a_value_the_board_has_recorded_is_accepted_with_who_and_when(tmp_path):
    more = 'decided_by = "The board"\ndecided_on = 2018-05-01'
    found = agreement_of(criterion('kind = "not_set", value = 0.7', "safe", more=more)).criteria["C"]
    assert (found.decided_by, found.decided_on) == ("The board", date(2018, 5, 1))


def test_a_name_saved_with_split_letters_is_the_same_name(tmp_path):
    """An å typed on a Mac may be stored as a and a ring; deliveries are read with å as one letter."""
    path = tmp_path / "agreement.toml"
    path.write_text(register().replace('name = "B"', 'name = "Ga\u030ardparken"'), encoding="utf-8")
    assert read_agreement(path).area_id("G\u00e5rdparken") == "b"


def test_problems_are_known_by_a_code_for_the_danish_words(tmp_path):
    problems = refused(register(criterion('kind = "direction"', "report")), tmp_path)
    assert told(problems) == {"unknown_name_near"} and re.fullmatch(r"[a-z_]+", problems[0].code)
