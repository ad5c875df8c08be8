"""What was promised: the plan, its areas, indicators and criteria, read from `agreement.toml`.

A register that contradicts itself is refused as a whole, with every problem named at once.
This module knows nothing of data, files of suppliers, or words shown to a reader.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

COMBINED = "combined"
PRIMARY = "primary"
UNDATED = "undated"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, what stands there, what was expected.

    `expected` is the English sentence; `code` finds its Danish twin in `wording`, which fills the same
    `detail`. `level` is `error` (the file's figures are refused) or `warning` (shown with them).
    """

    code: str
    file: str
    expected: str
    found: str = ""
    entry: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    level: str = "error"
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def found_line(self) -> str:
        """What stands there, in one line and short enough to read."""
        line = " ".join(self.found.split())
        return line if len(line) <= 120 else line[:117] + "…"

    def __str__(self) -> str:
        place = [self.file, self.entry, self.sheet and f"sheet '{self.sheet}'"]
        place += [self.row and f"row {self.row}", self.column and f"column '{self.column}'"]
        said = self.expected.format(**self.detail)
        return ", ".join(filter(None, place)) + ": " + " – ".join(filter(None, [self.found_line, said]))


class PlanError(Exception):
    """A plan that cannot be used, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the problems, a line each, instead of a stack of calls."""
        return str(self).splitlines()


@dataclass(frozen=True)
class Area:
    """One housing area of the plan; `parts` are the departments (afdelinger) it is made of."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """An area we compare with and promised nothing for; `group` says what sort of place it is."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    group: str = "other"


@dataclass(frozen=True)
class Indicator:
    """One thing measured. Texts are dictionaries by language; missing texts are empty."""

    id: str
    name: Mapping[str, str]
    unit: str
    direction: str
    measure: str
    period: str
    combine: str
    uncertainty: str
    disclosure: str
    topic: Mapping[str, str] = field(default_factory=dict)
    meaning: Mapping[str, str] = field(default_factory=dict)
    delivery: Mapping[str, str] = field(default_factory=dict)
    breaks: tuple[Mapping[str, Any], ...] = ()
    no_measurement: tuple[Mapping[str, Any], ...] = ()
    dispersion: Decimal | int = 1
    design_effect: Decimal | int = 1
    context: str = ""
    quote: str = ""
    note: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    exposure: str = ""
    part_of: str = ""

    def label(self, value: float, lang: str) -> str:
        """The word for a value that is no number, such as `ja` for 1 under labels `nej|ja`; empty without labels."""
        words = self.labels.get(lang, "").split("|")
        return words[int(value)] if self.labels and 0 <= value < len(words) else ""


@dataclass(frozen=True)
class Reading:
    """One way to understand a promise, complete: the rule, for whom, from where, in which years.

    `slug` is `primary` for the chosen reading. `rule` holds `kind` and the rule's own fields.
    """

    slug: str
    rule: Mapping[str, Any]
    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    first_year: int
    last_year: int
    baseline_years: Mapping[str, int]
    baseline_period: str = ""
    each_positive: bool = False
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """One promise: its exact quote, the chosen reading and every other reading."""

    id: str
    goal: str
    quote: str
    readings: tuple[Reading, ...]
    decide: Mapping[str, str]
    decided_by: str
    decided_on: date | None
    note: Mapping[str, str]

    @property
    def primary(self) -> Reading:
        """The chosen reading; it gives the verdict."""
        return self.readings[0]


@dataclass(frozen=True)
class Agreement:
    """The whole register. Dictionaries are keyed by id and keep the register's order."""

    name: Mapping[str, str]
    start: date
    end: date
    languages: tuple[str, ...]
    small_count: int
    min_answers: int
    example: bool
    goals: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, Area]
    references: Mapping[str, Reference]
    indicators: Mapping[str, Indicator]
    criteria: Mapping[str, Criterion]
    hide_zero: bool = False

    def area_id(self, name: str) -> str | None:
        """The id of an area, reference or `combined` known by exactly this id, name or alias; else None."""
        return self._names.get(name.casefold())

    @cached_property
    def _names(self) -> dict[str, str]:
        places = [*self.areas.values(), *self.references.values()]
        known = {COMBINED: COMBINED}
        for place in places:
            known |= {name.casefold(): place.id for name in (place.id, place.name, *place.aliases)}
        return known

    def area_name(self, area: str) -> str:
        """The printed name of an area or reference id; `combined` has none of its own and is returned as is."""
        place = self.areas.get(area) or self.references.get(area)
        return place.name if place else area

    def period(self, indicator: str, year: int) -> str:
        """The period in which an indicator is measured for a year: `2018`, or `2017/2018` ending in it."""
        agreement_year = self.indicators[indicator].period == "agreement_year"
        return f"{year - 1}/{year}" if agreement_year and self.start.timetuple().tm_yday > 1 else str(year)

    @property
    def promised(self) -> set[str]:
        """Ids of the indicators that some criterion names under its chosen reading."""
        return {indicator for criterion in self.criteria.values() for indicator in criterion.primary.indicators}


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, to be suggested and never taken; empty when none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


# --- reading -------------------------------------------------------------------------------------------

_TEXT, _NUMBER, _YEAR, _DATE, _FLAG, _NAMES, _BILINGUAL = ["text", "number", "year", "date", "flag", "names", "bilingual"]
_DATED = "dated"  # a list of { year, da, en }

_UNITS = ("share", "count", "rate", "dkk")
_PERIODS = ("calendar_year", "agreement_year")
_INDICATOR = {
    "id": _TEXT, "name": _BILINGUAL, "unit": _UNITS, "direction": ("up", "down", "none"),
    "measure": ("survey_share", "count", "ratio", "census_share", "stock"), "period": _PERIODS,
    "combine": ("sum", "ratio", "unique", "none"), "uncertainty": ("sample", "process", "none", "estimate"),
    "disclosure": ("protect", "open", "money"),
}  # fmt: skip
_INDICATOR_MAY = {
    "topic": _BILINGUAL, "meaning": _BILINGUAL, "delivery": _BILINGUAL, "breaks": _DATED,
    "no_measurement": _DATED, "dispersion": _NUMBER, "design_effect": _NUMBER, "context": _TEXT,
    "quote": _TEXT, "note": _BILINGUAL, "labels": _BILINGUAL, "exposure": _TEXT, "part_of": _TEXT,
}  # fmt: skip
_OVERRIDES = {
    "indicators": _NAMES, "scope": "scope", "each_positive": _FLAG, "baseline_year": "baseline",
    "baseline_period": _TEXT, "first_year": _YEAR, "last_year": _YEAR, "reading": _BILINGUAL,
}  # fmt: skip
_CRITERION = {
    "id": _TEXT, "goal": _TEXT, "quote": _TEXT, "indicators": _NAMES, "scope": "scope",
    "first_year": _YEAR, "last_year": _YEAR, "rule": "rule",
}  # fmt: skip
_CRITERION_MAY = _OVERRIDES | {
    "alternatives": "alternatives", "decide": _BILINGUAL, "decided_by": _TEXT, "decided_on": _DATE,
    "note": _BILINGUAL,
}  # fmt: skip
_PER = ("year", "cumulative", "stock")
RULES: dict[str, tuple[dict, dict]] = {  # kind: (fields it must have, fields it may have)
    "at_least": ({"value": _NUMBER, "per": _PER}, {}),
    "at_most": ({"value": _NUMBER, "per": _PER}, {}),
    "above_reference": ({"reference": _TEXT, "year": "same"},
                        {"strict": _FLAG, "margin": _NUMBER, "ratio": _NUMBER}),
    "narrow_gap": ({"reference": _TEXT, "share": _NUMBER, "by": _YEAR}, {}),
    "above_baseline": ({}, {"strict": _FLAG}),
    "change_per_year": ({"change": _NUMBER, "from": ("previous_actual", "baseline")},
                        {"path": ("compound", "linear"), "first_value": _NUMBER}),
    "direction": ({}, {}),
    "not_set": ({}, {"value": _NUMBER}),
}  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")


def _is_dated(item: Mapping[str, Any]) -> bool:
    """Whether a break or a year without measurement is written whole."""
    return type(item.get("year")) is int and item.keys() <= {"year", "da", "en", "comparable"} and {"da", "en"} <= item.keys()


class _Reader:
    """Collects every problem of one register; each check names the entry it stands in."""

    def __init__(self, file: str):
        self.file = file
        self.problems: list[Problem] = []

    def say(self, code: str, entry: str, expected: str, found: object = "", column: str = "", **detail: object):
        """Note one problem; reading goes on so that all are told at once."""
        found = str(found) if found != "" else ""
        self.problems.append(Problem(code, self.file, expected, found, entry, column=column, detail=detail))

    def entry(self, raw: Any, entry: str, must: Mapping, may: Mapping) -> dict[str, Any]:
        """The fields of one entry that are as declared; a missing, unknown or ill-typed one is a problem."""
        if not isinstance(raw, dict):
            self.say("not_a_table", entry, "must be a table of fields", found=raw)
            return {}
        for name in raw.keys() - must.keys() - may.keys():
            near = closest(name, [*must, *may])
            if near:
                self.say("unknown_field_near", entry, "unknown field; did you mean '{near}'?", name, near=near)
            else:
                self.say("unknown_field", entry, "unknown field; known: {known}", name, known=", ".join([*must, *may]))
        for name in must.keys() - raw.keys():
            self.say("missing_field", entry, "the field '{name}' is missing", name=name)
        read = {}
        for name, kind in (must | may).items():
            if name in raw and (value := self.value(raw[name], kind, entry, name)) is not None:
                read[name] = value
        return read

    def value(self, value: Any, kind: Any, entry: str, name: str) -> Any:
        """One field's value as its declared kind, or None with a problem noted."""
        number = isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        texts = isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)
        texts = texts and len(set(value)) == len(value)
        if isinstance(kind, tuple):
            good, code, expected = value in kind, "not_a_choice", "must be one of: {choices}"
        elif kind == _TEXT:
            good, code, expected = isinstance(value, str) and bool(value.strip()), "not_a_text", "must be a text that is not empty"
        elif kind == _NUMBER:
            good, code, expected = number, "not_a_plain_number", "must be a number"
        elif kind == _YEAR:
            good, code, expected = number and value == int(value) and 1900 <= value <= 2200, "not_a_year", "must be a year"
        elif kind == _DATE:
            good, code, expected = type(value) is date, "not_a_date", "must be a date such as 2018-05-01"
        elif kind == _FLAG:
            good, code, expected = isinstance(value, bool), "not_a_flag", "must be true or false"
        elif kind == _NAMES:
            good, code, expected = texts, "not_a_list", "must be a list of texts, each named once"
            value = tuple(value) if texts else value
        elif kind == _BILINGUAL:
            code, expected = "not_bilingual", "must be a text in da and en, not empty"
            both = {"da": value, "en": value} if isinstance(value, str) else value
            good = isinstance(both, dict) and bool(both) and both.keys() <= {"da", "en"}
            good = good and all(isinstance(text, str) and text.strip() for text in both.values())
            value = {"da": both.get("da", both.get("en")), "en": both.get("en", both.get("da"))} if good else value
        elif kind == _DATED:
            code, expected = "not_dated", "must be a list of tables with year, da and en"
            good = isinstance(value, list) and all(isinstance(item, dict) and _is_dated(item) for item in value)
            value = tuple(value) if good else value
        elif kind == "same":
            good, code, expected = value == "same" or (number and 1900 <= value <= 2200), "not_same", "must be \"same\" or a year"
        elif kind == "scope":
            good = (texts and bool(value)) or value in ("each", COMBINED)
            code, expected = "not_a_scope", "must be \"each\", \"combined\" or a list of area ids, each named once"
        elif kind == "baseline":
            per_area = isinstance(value, dict) and bool(value) and all(isinstance(year, int) for year in value.values())
            good = per_area or (number and value == int(value))
            code, expected = "not_a_baseline", "must be a year, or a year for each area id"
        else:  # nested tables: read further down
            good = isinstance(value, dict if kind == "rule" else list)
            code, expected = "not_nested", "must be a table, or a list of tables"
        if not good:
            choices = ", ".join(kind) if isinstance(kind, tuple) else ""
            self.say(code, entry, expected, value, column=name, choices=choices)
            return None
        return value

    def entries(self, raw: Mapping, name: str, must: Mapping, may: Mapping) -> dict[str, dict]:
        """All entries of one array of tables by id; a missing, ill-formed or repeated id is a problem."""
        found: dict[str, dict] = {}
        tables = raw.get(name, [])
        for number, table in enumerate(tables if isinstance(tables, list) else [tables], 1):
            id_ = table.get("id", f"no. {number}") if isinstance(table, dict) else f"no. {number}"
            entry = f"{name} {id_}"
            read = self.entry(table, entry, must, may)
            if "id" not in read:
                continue
            if not _ID.fullmatch(read["id"]) or read["id"] == COMBINED:
                self.say("bad_id", entry, "an id is made of the letters a–z, digits, _ and -, and is not 'combined'", id_)
            if read["id"] in found:
                self.say("repeated_id", entry, "two entries have this id; give each its own", id_)
            found[read["id"]] = read
        return found


def read_agreement(path: Path) -> Agreement:
    """The register in this file.

    Raises `PlanError` with every problem: not found, not TOML, an unknown or missing field, a repeated id,
    a criterion naming an unknown indicator, area or reference, a rule that is not complete.
    """
    reader = _Reader(path.name)
    raw = _parse(path, reader)
    _no_stray_tables(raw, reader)
    plan = reader.entry(raw.get("plan", {}), "plan", {"name": _BILINGUAL, "start": _DATE, "end": _DATE},
                        {"languages": _NAMES, "small_count": _NUMBER, "min_answers": _NUMBER, "hide_zero": _FLAG, "example": _FLAG,
                         "municipality": _TEXT})  # fmt: skip
    goals = reader.entries(raw, "goal", {"id": _TEXT, "name": _BILINGUAL}, {})
    places = {"id": _TEXT, "name": _TEXT}
    areas = reader.entries(raw, "area", places, {"aliases": _NAMES, "parts": _NAMES})
    references = reader.entries(raw, "reference", places, {"aliases": _NAMES, "group": _TEXT})
    indicators = reader.entries(raw, "indicator", _INDICATOR, _INDICATOR_MAY)
    criteria = reader.entries(raw, "criterion", _CRITERION, _CRITERION_MAY)
    _check_plan(plan, areas, references, indicators, criteria, reader)
    built = {
        id_: criterion
        for id_, read in criteria.items()
        if (criterion := _criterion(read, areas, references, indicators, goals, reader))
    }
    if reader.problems:
        raise PlanError(reader.problems)
    return Agreement(
        plan["name"], plan["start"], plan["end"], tuple(plan.get("languages", ("da", "en"))),
        int(plan.get("small_count", 5)), int(plan.get("min_answers", 30)), plan.get("example", False),
        {id_: read["name"] for id_, read in goals.items()},
        _built(Area, areas), _built(Reference, references), _built(Indicator, indicators), built,
        plan.get("hide_zero", False),
    )  # fmt: skip


def _built(kind: type, entries: Mapping[str, dict]) -> dict[str, Any]:
    """Register entries as objects of their kind, by id."""
    names = {field.name for field in fields(kind)}
    return {id_: kind(**{key: value for key, value in read.items() if key in names}) for id_, read in entries.items()}


def _parse(path: Path, reader: _Reader) -> dict[str, Any]:
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
        return tomllib.loads(text, parse_float=Decimal)
    except FileNotFoundError:
        reader.say("no_agreement", "", "not found in {folder}; a plan folder holds the register agreement.toml",
                   folder=str(path.parent))  # fmt: skip
    except OSError as error:
        reader.say("unreadable", "", "cannot be read: {reason}", reason=error.strerror or str(error))
    except UnicodeDecodeError as error:
        reader.say("not_utf8", "", "not UTF-8 at byte {byte}; save the file as UTF-8", byte=error.start)
    except (tomllib.TOMLDecodeError, ArithmeticError, RecursionError) as error:
        reader.say("not_toml", "", "cannot be read as TOML: {reason}", reason=str(error))
    raise PlanError(reader.problems)


def _no_stray_tables(raw: Mapping, reader: _Reader) -> None:
    known = ("plan", "goal", "area", "reference", "indicator", "criterion")
    for name in raw.keys() - set(known):
        reader.say("unknown_field", "", "unknown field; known: {known}", name, known=", ".join(known))


def _check_plan(plan, areas, references, indicators, criteria, reader: _Reader) -> None:
    for name, entries in {"area": areas, "indicator": indicators, "criterion": criteria}.items():
        if not entries:
            reader.say("none_declared", name, "a plan needs at least one [[{name}]]", name=name)
    if "start" in plan and "end" in plan and plan["start"] >= plan["end"]:
        reader.say("ends_before_start", "plan", "must be after the start {start}", plan["end"], "end", start=plan["start"])
    for name, least in {"small_count": 3, "min_answers": 1}.items():
        if name in plan and (plan[name] < least or plan[name] != int(plan[name])):
            reader.say("too_low", "plan", "must be a whole number of at least {least}", plan[name], name, least=least)
    for language in set(plan.get("languages", ())) - {"da", "en"}:
        reader.say("not_a_choice", "plan", "must be one of: {choices}", language, "languages", choices="da, en")
    owners: dict[str, str] = {COMBINED: COMBINED}
    for id_, place in (areas | references).items():
        if id_ in areas and id_ in references:
            reader.say("repeated_id", f"reference {id_}", "two entries have this id; give each its own", id_)
        for name in {id_, place.get("name", id_), *place.get("aliases", ())}:
            if owners.setdefault(name.casefold(), id_) != id_:
                reader.say("shared_alias", id_, "is also a name of {other}; a name may mean one place only", name,
                           other=owners[name.casefold()])  # fmt: skip
    for id_, read in indicators.items():
        for name in ("exposure", "part_of"):
            if name in read and read[name] not in indicators:
                _unknown(reader, f"indicator {id_}", name, read[name], indicators)
        for name in ("dispersion", "design_effect"):
            if name in read and read[name] < 1:
                reader.say("too_low", f"indicator {id_}", "must be at least {least}", read[name], name, least=1)


def _criterion(read, areas, references, indicators, goals, reader: _Reader) -> Criterion | None:
    entry, before = f"criterion {read['id']}", len(reader.problems)
    if goals and read.get("goal", "") not in goals:
        _unknown(reader, entry, "goal", read.get("goal", ""), goals)
    if not _CRITERION.keys() <= read.keys():
        return None
    set_later = [rule["value"] for rule in (read["rule"], *read.get("alternatives", ()))
                 if isinstance(rule, dict) and rule.get("kind") == "not_set" and "value" in rule]  # fmt: skip
    if set_later and not {"decided_by", "decided_on"} <= read.keys():
        reader.say("undecided_value", entry, "a value set later needs decided_by and decided_on", set_later[0])
    readings = [_reading(read, read["rule"], PRIMARY, entry, areas, references, indicators, reader)]
    slugs = set()
    for table in read.get("alternatives", ()):
        slug = table.get("slug") if isinstance(table, dict) else None
        if not isinstance(slug, str) or not _ID.fullmatch(slug) or slug in slugs | {PRIMARY}:
            reader.say("bad_slug", entry, "each alternative needs a slug of its own, other than 'primary'", slug or "")
            continue
        slugs.add(slug)
        where = f"{entry}, alternative {slug}"
        rule = {key: value for key, value in table.items() if key not in _OVERRIDES and key != "slug"}
        overrides = reader.entry({k: v for k, v in table.items() if k in _OVERRIDES}, where, {}, _OVERRIDES)
        readings.append(_reading({**read, "reading": {}, **overrides}, rule, slug, where, areas, references,
                                 indicators, reader))  # fmt: skip
    if len(reader.problems) > before:
        return None
    return Criterion(read["id"], read["goal"], read["quote"], tuple(readings), read.get("decide", {}),
                     read.get("decided_by", ""), read.get("decided_on"), read.get("note", {}))  # fmt: skip


def _unknown(reader: _Reader, entry: str, column: str, name: object, known: Iterable[str]) -> None:
    if near := closest(str(name), known):
        reader.say("unknown_name_near", entry, "is not declared in the register; did you mean '{near}'?", name, column, near=near)
    else:
        reader.say("unknown_name", entry, "is not declared in the register; known: {known}", name, column, known=", ".join(known))


def _reading(read, rule, slug, entry, areas, references, indicators, reader: _Reader) -> Reading | None:
    """One reading checked against the register; problems are noted, and None returned where it has any."""
    before = len(reader.problems)
    for name in read["indicators"]:
        if name not in indicators:
            _unknown(reader, entry, "indicators", name, indicators)
    if not read["indicators"]:
        reader.say("no_indicator", entry, "a criterion names at least one indicator", column="indicators")
    scope = read["scope"]
    ids = {"each": tuple(areas), COMBINED: (COMBINED,)}.get(scope) if isinstance(scope, str) else tuple(scope)
    for name in ids:
        if name not in areas and name != COMBINED:
            _unknown(reader, entry, "scope", name, areas)
    if read["last_year"] < read["first_year"]:
        reader.say("last_before_first", entry, "must not be before first_year {first}", read["last_year"], "last_year",
                   first=read["first_year"])  # fmt: skip
    baseline = read.get("baseline_year", {})
    baseline = baseline if isinstance(baseline, dict) else {area: int(baseline) for area in (*areas, COMBINED)}
    for name in baseline.keys() - areas.keys() - {COMBINED}:
        _unknown(reader, entry, "baseline_year", name, areas)
    rule = _rule(rule, entry, bool(baseline) or "baseline_period" in read, references, reader)
    if rule.get("by") is not None and any(rule["by"] <= year for year in baseline.values()):
        reader.say("by_before_baseline", entry, "must be after the baseline year", rule["by"], "by")
    if len(reader.problems) > before:
        return None
    return Reading(slug, rule, read["indicators"], ids, int(read["first_year"]), int(read["last_year"]), baseline,
                   read.get("baseline_period", ""), read.get("each_positive", False), read.get("reading", {}))  # fmt: skip


def _rule(rule, entry, has_baseline, references, reader: _Reader) -> dict[str, Any]:
    kind = rule.get("kind")
    if kind not in RULES:
        reader.say("unknown_rule", entry, "is not a rule; known: {known}", kind or "", "kind", known=", ".join(RULES))
        return {}
    must, may = RULES[kind]
    read = reader.entry({key: value for key, value in rule.items() if key != "kind"}, entry, must, may)
    if "reference" in read and read["reference"] not in references:
        _unknown(reader, entry, "reference", read["reference"], references)
    if not -1 <= read.get("change", 0) <= 1:
        reader.say("bad_change", entry, "must lie between -1 and 1: a fall of 15 % is -0.15", read["change"], "change")
    if "margin" in read and "ratio" in read:
        reader.say("margin_and_ratio", entry, "give a margin or a ratio, not both")
    if read.get("from") == "previous_actual" and "path" in read:
        reader.say("path_without_baseline", entry, "a path belongs to from = \"baseline\"", read["path"], "path")
    if read.get("from") == "baseline" and "path" not in read:
        reader.say("missing_field", entry, "the field '{name}' is missing", name="path")
    needs = kind in ("above_baseline", "narrow_gap") or (read.get("from") == "baseline" and "first_value" not in read)
    if needs and not has_baseline:
        reader.say("missing_field", entry, "the field '{name}' is missing", name="baseline_year")
    return {"kind": kind, **read}
