"""What was promised: the plan, its areas, indicators and criteria, read from `agreement.toml`.

A register that contradicts itself is refused as a whole, with every problem named at once.
This module knows nothing of data, files of suppliers, or words shown to a reader.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from .catalogue import LANGUAGES
from .problems import BILINGUAL, DATE, DATED, FLAG, ID, NAMES, NUMBER, TEXT, YEAR, PlanError, Problem, Reader, read_toml
from .rules import Rule, read_rule, years_named

_BEFORE, _LONGEST, _AFTER = 50, 40, 20  # years before a plan that figures may be from, that it lasts, and after it that promises speak of
DEFAULT = "data/raw"  # the plan folder meant where none is named
COMBINED = "combined"
PRIMARY = "primary"
UNDATED = "undated"
OTHERS = "sub_area"  # the group of references that are areas of the kind of ours, and as small
OF_MANY = ("sub_average", "municipality", "country")  # groups of which a survey asks many


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
    population: str = ""
    repeats: str = ""
    part_of: str = ""

    def label(self, value: float, lang: str) -> str:
        """The word for a value that is no number, such as `ja` for 1 under labels `nej|ja`; empty without labels."""
        words = self.labels.get(lang, "").split("|")
        return words[int(value)] if self.labels and 0 <= value < len(words) else ""


@dataclass(frozen=True)
class Reading:
    """One way to understand a promise, complete: the rule, for whom, from where, in which years.

    `slug` is `primary` for the chosen reading.
    """

    slug: str
    rule: Rule
    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    first_year: int
    last_year: int
    baseline_years: Mapping[str, int]
    baseline_period: str = ""
    each_positive: bool = False
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_combined(self) -> bool:
        """Whether it is a promise for all areas together."""
        return COMBINED in self.areas

    @property
    def common_start(self) -> int | None:
        """The year that all its areas count from, the one before the first judged where none is named; None where they differ."""
        years = {self.baseline_years.get(area, self.first_year - 1) for area in self.areas}
        return years.pop() if len(years) == 1 else None


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

    def reading(self, slug: str) -> Reading:
        """The reading with this slug."""
        return next(reading for reading in self.readings if reading.slug == slug)


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
    municipality: str = ""

    def area_id(self, name: str) -> str | None:
        """The id of an area, reference or `combined` known by exactly this id, name or alias; else None."""
        return self._names.get(name.casefold())

    def area_of_part(self, name: str) -> str | None:
        """The id of the area that this department (afdeling) is declared a part of; else None."""
        return next((area.id for area in self.areas.values() if name.casefold() in {part.casefold() for part in area.parts}), None)

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

    @property
    def first_year(self) -> int:
        """The earliest year a figure can be from: half a century before the plan is before any register it could use."""
        return self.start.year - _BEFORE

    def period(self, indicator: str, year: int) -> str:
        """The period in which an indicator is measured for a year: `2018`, or `2017/2018` ending in it."""
        agreement_year = self.indicators[indicator].period == "agreement_year"
        return f"{year - 1}/{year}" if agreement_year and self.start.timetuple().tm_yday > 1 else str(year)

    @property
    def promised(self) -> set[str]:
        """Ids of the indicators that some criterion names under its chosen reading."""
        return {indicator for criterion in self.criteria.values() for indicator in criterion.primary.indicators}


# --- reading -------------------------------------------------------------------------------------------

_UNITS = ("share", "count", "rate", "dkk")
_PERIODS = ("calendar_year", "agreement_year")
_INDICATOR = {
    "id": TEXT,
    "name": BILINGUAL,
    "unit": _UNITS,
    "direction": ("up", "down", "none"),
    "measure": ("survey_share", "count", "ratio", "census_share", "stock"),
    "period": _PERIODS,
    "combine": ("sum", "ratio", "unique", "none"),
    "uncertainty": ("sample", "process", "none", "estimate"),
    "disclosure": ("protect", "open", "money"),
}
_INDICATOR_MAY = {
    "topic": BILINGUAL,
    "meaning": BILINGUAL,
    "delivery": BILINGUAL,
    "breaks": DATED,
    "no_measurement": DATED,
    "dispersion": NUMBER,
    "design_effect": NUMBER,
    "context": TEXT,
    "quote": TEXT,
    "note": BILINGUAL,
    "labels": BILINGUAL,
    "exposure": TEXT,
    "population": TEXT,
    "part_of": TEXT,
    "repeats": ("each", "once_a_period", "once"),
}
_OVERRIDES = {
    "indicators": NAMES,
    "scope": "scope",
    "each_positive": FLAG,
    "baseline_year": "baseline",
    "baseline_period": TEXT,
    "first_year": YEAR,
    "last_year": YEAR,
    "reading": BILINGUAL,
}
_CRITERION = {
    "id": TEXT,
    "goal": TEXT,
    "quote": TEXT,
    "indicators": NAMES,
    "scope": "scope",
    "first_year": YEAR,
    "last_year": YEAR,
    "rule": "rule",
}
_CRITERION_MAY = _OVERRIDES | {
    "alternatives": "alternatives",
    "decide": BILINGUAL,
    "decided_by": TEXT,
    "decided_on": DATE,
    "note": BILINGUAL,
}


def find_folder(folder: str | Path) -> Path:
    """The plan folder, looked for here and in the folders above (a notebook stands one below the project).

    Raises `PlanError` when there is none.
    """
    asked = Path(folder)
    for start in [Path()] if asked.is_absolute() else [Path.cwd(), *Path.cwd().parents]:
        if (found := start / asked).is_dir():
            return found.resolve()
    raise PlanError([Problem("no_folder", str(folder))])


def read_agreement(path: Path) -> Agreement:
    """The register in this file.

    Raises `PlanError` with every problem: not found, not TOML, an unknown or missing field, a repeated id,
    a criterion naming an unknown indicator, area or reference, a rule that is not complete.
    """
    reader = Reader(path.name)
    raw = read_toml(path, reader)
    _no_stray_tables(raw, reader)
    plan = reader.entry(
        raw.get("plan", {}),
        "plan",
        {"name": BILINGUAL, "start": DATE, "end": DATE},
        {"languages": NAMES, "small_count": NUMBER, "min_answers": NUMBER, "hide_zero": FLAG, "example": FLAG, "municipality": TEXT},
    )
    goals = reader.entries(raw, "goal", {"id": TEXT, "name": BILINGUAL}, {})
    places = {"id": TEXT, "name": TEXT}
    areas = reader.entries(raw, "area", places, {"aliases": NAMES, "parts": NAMES})
    references = reader.entries(raw, "reference", places, {"aliases": NAMES, "group": TEXT})
    indicators = reader.entries(raw, "indicator", _INDICATOR, _INDICATOR_MAY)
    criteria = reader.entries(raw, "criterion", _CRITERION, _CRITERION_MAY)
    _check_plan(plan, areas, references, indicators, criteria, reader)
    built = {id_: criterion for id_, read in criteria.items() if (criterion := _criterion(read, areas, references, indicators, goals, reader))}
    if reader.problems:
        raise PlanError(reader.problems)
    return Agreement(
        plan["name"],
        plan["start"],
        plan["end"],
        tuple(plan.get("languages", LANGUAGES)),
        int(plan.get("small_count", 5)),
        int(plan.get("min_answers", 30)),
        plan.get("example", False),
        {id_: read["name"] for id_, read in goals.items()},
        _built(Area, areas),
        _built(Reference, references),
        _built(Indicator, indicators),
        built,
        plan.get("hide_zero", False),
        plan.get("municipality", ""),
    )


def supposing(
    agreement: Agreement, indicator: str, areas: Iterable[str], rule: Mapping[str, Any], years: tuple[int, int] | None = None, baseline_year: int | None = None
) -> Agreement:
    """The register with one supposed promise, `what_if`, in place of all its own: to see what another target would say.

    `rule` is written as in the register: `kind` and the fields of that rule, shares as 0–1; a decimal may be a float and is
    taken as it is printed. `years` are the first and last judged; without them the plan's own, from the year after the
    baseline on. Raises `PlanError` as the register itself would.
    """
    start, reader = agreement.start.year if baseline_year is None else baseline_year, Reader("what_if")
    first, last = years or (start + 1, max(agreement.end.year, start + 1))
    goal = next(iter(agreement.goals), "")
    exact = {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in rule.items()}
    asked = {"indicators": [indicator], "scope": list(areas), "first_year": first, "last_year": last, "rule": exact}
    asked |= {} if baseline_year is None else {"baseline_year": baseline_year}
    must = {name: kind for name, kind in _CRITERION.items() if name not in ("id", "goal", "quote")}
    read = reader.entry(asked, "what_if", must, {"baseline_year": "baseline"}) | {"id": "what_if", "goal": goal, "quote": ""}
    supposed = _criterion(read, agreement.areas, agreement.references, agreement.indicators, agreement.goals, reader)
    if reader.problems or supposed is None:
        raise PlanError(reader.problems)
    return replace(agreement, criteria={supposed.id: supposed})


def _built(kind: type, entries: Mapping[str, dict]) -> dict[str, Any]:
    """Register entries as objects of their kind, by id."""
    names = {field.name for field in fields(kind)}
    return {id_: kind(**{key: value for key, value in read.items() if key in names}) for id_, read in entries.items()}


def _no_stray_tables(raw: Mapping, reader: Reader) -> None:
    known = ("plan", "goal", "area", "reference", "indicator", "criterion")
    for name in raw.keys() - set(known):
        reader.say("unknown_field", "", name, known=", ".join(known))


def _check_plan(plan, areas, references, indicators, criteria, reader: Reader) -> None:
    for name, entries in {"area": areas, "indicator": indicators, "criterion": criteria}.items():
        if not entries:
            reader.say("none_declared", name, name=name)
    if "start" in plan and "end" in plan and plan["start"] >= plan["end"]:
        reader.say("ends_before_start", "plan", plan["end"], "end", start=plan["start"])
    for name, least in {"small_count": 3, "min_answers": 1}.items():
        if name in plan and plan[name] != int(plan[name]):
            reader.say("not_whole", "plan", plan[name], name)
        elif name in plan and plan[name] < least:
            reader.say("too_low", "plan", plan[name], name, least=least)
    _check_years(plan, indicators, criteria, reader)
    for language in set(plan.get("languages", ())) - {*LANGUAGES}:
        reader.say("not_a_choice", "plan", language, "languages", choices=", ".join(LANGUAGES))
    owners: dict[str, str] = {COMBINED: COMBINED}
    for id_, place in (areas | references).items():
        if id_ in areas and id_ in references:
            reader.say("repeated_id", f"reference {id_}", id_)
        for name in {id_, place.get("name", id_), *place.get("aliases", ())}:
            if owners.setdefault(name.casefold(), id_) != id_:
                reader.say("shared_alias", id_, name, other=owners[name.casefold()])
    for id_, read in indicators.items():
        for name in ("exposure", "population", "part_of"):
            if name in read and read[name] not in indicators:
                reader.say_unknown(f"indicator {id_}", name, read[name], indicators)
        for name in ("dispersion", "design_effect"):
            if name in read and read[name] < 1:
                reader.say("too_low", f"indicator {id_}", read[name], name, least=1)


def _check_years(plan, indicators, criteria, reader: Reader) -> None:
    """Years that no plan means: a slip such as 2084 for 2024 would be the last of its targets."""
    told = [
        ("plan", name, plan[name].year, 1950, plan["start"].year + _LONGEST if "start" in plan and name == "end" else 2100)
        for name in ("start", "end")
        if name in plan
    ]
    if "start" in plan and "end" in plan:
        years = [
            (f"indicator {id_}", name, item["year"]) for id_, read in indicators.items() for name in ("breaks", "no_measurement") for item in read.get(name, ())
        ]
        years += [each for id_, read in criteria.items() for each in _years_of(f"criterion {id_}", read)]
        told += [(*each, plan["start"].year - _BEFORE, plan["end"].year + _AFTER) for each in years]
    for entry, name, year, first, last in told:
        if not first <= year <= last:
            reader.say("absurd_year", entry, year, name, first=first, last=last)


def _years_of(entry: str, read: Mapping) -> Iterator[tuple[str, str, int]]:
    """Every year that a criterion names, with the entry and field it stands in; those of its alternatives too."""
    baseline = read.get("baseline_year", {})
    rule = read["rule"] if isinstance(read.get("rule"), dict) else read
    named = [("baseline_year", year) for year in (baseline.values() if isinstance(baseline, dict) else [baseline])]
    named += [(name, read.get(name)) for name in ("first_year", "last_year")] + [*years_named(rule).items()]
    yield from ((entry, name, int(year)) for name, year in named if isinstance(year, int | Decimal) and not isinstance(year, bool))
    for table in read.get("alternatives", ()):
        if isinstance(table, dict):
            yield from _years_of(f"{entry}, alternative {table.get('slug', '')}", table)


def _criterion(read, areas, references, indicators, goals, reader: Reader) -> Criterion | None:
    entry, before = f"criterion {read['id']}", len(reader.problems)
    if goals and read.get("goal", "") not in goals:
        reader.say_unknown(entry, "goal", read.get("goal", ""), goals)
    if not _CRITERION.keys() <= read.keys():
        return None
    readings = [_reading(read, read["rule"], PRIMARY, entry, areas, references, indicators, reader)]
    slugs = set()
    for table in read.get("alternatives", ()):
        slug = table.get("slug") if isinstance(table, dict) else None
        if not isinstance(slug, str) or not ID.fullmatch(slug) or slug in slugs | {PRIMARY}:
            reader.say("bad_slug", entry, slug or "")
            continue
        slugs.add(slug)
        where = f"{entry}, alternative {slug}"
        rule = {key: value for key, value in table.items() if key not in _OVERRIDES and key != "slug"}
        overrides = reader.entry({k: v for k, v in table.items() if k in _OVERRIDES}, where, {}, _OVERRIDES)
        readings.append(_reading({**read, "reading": {}, **overrides}, rule, slug, where, areas, references, indicators, reader))
    if len(reader.problems) > before:
        return None
    return Criterion(
        read["id"],
        read["goal"],
        read["quote"],
        tuple(readings),
        read.get("decide", {}),
        read.get("decided_by", ""),
        read.get("decided_on"),
        read.get("note", {}),
    )


def _reading(read, rule, slug, entry, areas, references, indicators, reader: Reader) -> Reading | None:
    """One reading checked against the register; problems are noted, and None returned where it has any."""
    before = len(reader.problems)
    for name in read["indicators"]:
        if name not in indicators:
            reader.say_unknown(entry, "indicators", name, indicators)
    if not read["indicators"]:
        reader.say("no_indicator", entry, column="indicators")
    scope = read["scope"]
    ids = {"each": tuple(areas), COMBINED: (COMBINED,)}.get(scope) if isinstance(scope, str) else tuple(scope)
    for name in ids:
        if name not in areas and name != COMBINED:
            reader.say_unknown(entry, "scope", name, areas)
    if read["last_year"] < read["first_year"]:
        reader.say("last_before_first", entry, read["last_year"], "last_year", first=read["first_year"])
    baseline = read.get("baseline_year", {})
    baseline = baseline if isinstance(baseline, dict) else {area: int(baseline) for area in (*areas, COMBINED)}
    for name in baseline.keys() - areas.keys() - {COMBINED}:
        reader.say_unknown(entry, "baseline_year", name, areas)
    decided = {"decided_by", "decided_on"} <= read.keys()
    rule = read_rule(rule, entry, bool(baseline) or "baseline_period" in read, decided, references, reader)
    if rule and rule.last_step is not None and any(rule.last_step <= year for year in baseline.values()):
        reader.say("by_before_baseline", entry, rule.last_step, "by")
    if rule is None or len(reader.problems) > before:
        return None
    return Reading(
        slug,
        rule,
        read["indicators"],
        ids,
        int(read["first_year"]),
        int(read["last_year"]),
        baseline,
        read.get("baseline_period", ""),
        read.get("each_positive", False),
        read.get("reading", {}),
    )
