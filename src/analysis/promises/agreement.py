"""What was promised: the plan, its areas, indicators and criteria, read from `agreement.toml`.

A register that contradicts itself is refused as a whole, with every problem named at once.
This module knows nothing of data, files of suppliers, or words shown to a reader.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model
from pydantic_core import PydanticCustomError

from .catalogue import FALLBACK, FIRST, LANGUAGES, in_every_language
from .problems import PlanError, Problem, Reader, read_toml
from .registers import (
    LISTED,
    Bilingual,
    Date,
    Entry,
    Flag,
    Id,
    Names,
    Number,
    OneOrMore,
    Text,
    Year,
    as_id,
    at_least,
    else_reported,
    one_of,
    read_entries,
    read_entry,
    table_of,
)
from .rules import Rule, read_rule, years_named

_BEFORE, _LONGEST, _AFTER = 50, 40, 20  # years before a plan that figures may be from, that it lasts, and after it that promises speak of
DEFAULT = "data/raw"  # the plan folder meant where none is named
COMBINED = "combined"
PRIMARY = "primary"
UNDATED = "undated"
OTHERS = "sub_area"  # the group of references that are areas of the kind of ours, and as small
OF_MANY = ("sub_average", "municipality", "country")  # groups of which a survey asks many


class Holder(Entry):
    """An organisation that contributes figures and so knows its own, also those that are hidden from others."""

    id: Id
    name: Text


class Area(Entry):
    """One housing area of the plan; `parts` are the departments (afdelinger) it is made of, `holder` who knows its figures without this report."""

    id: Id
    name: Text
    aliases: Names = ()
    parts: Names = ()
    holder: OneOrMore = ()


class Reference(Entry):
    """An area we compare with and promised nothing for; `group` says what sort of place it is, `contains` which of our areas it counts in."""

    id: Id
    name: Text
    aliases: Names = ()
    group: Text = "other"
    contains: Names = ()


_DATED = ("breaks", "no_measurement")


# A break in a series, or a year in which nothing was measured, and the words for it.
_WORDS: dict[str, Any] = {lang: (Text, ... if lang in (FIRST, FALLBACK) else "") for lang in LANGUAGES}
_Dated = create_model("_Dated", __base__=Entry, year=(int, ...), comparable=(Flag, False), **_WORDS)
_InYear = Annotated[dict[str, Any], table_of(_Dated), AfterValidator(lambda table: table | in_every_language(table))]
_Years = Annotated[tuple[_InYear, ...], LISTED, else_reported("not_dated")]
_Widening = Annotated[Number, at_least(1)]


class Indicator(Entry):
    """One thing measured. Texts are dictionaries by language; missing texts are empty."""

    id: Id
    name: Bilingual
    unit: Annotated[str, one_of("share", "count", "rate", "dkk")]
    direction: Annotated[str, one_of("up", "down", "none")]
    measure: Annotated[str, one_of("survey_share", "count", "ratio", "census_share", "stock")]
    period: Annotated[str, one_of("calendar_year", "agreement_year")]
    combine: Annotated[str, one_of("sum", "ratio", "unique", "none")]
    uncertainty: Annotated[str, one_of("sample", "process", "none", "estimate")]
    disclosure: Annotated[str, one_of("protect", "open", "money")]
    rest: Annotated[str, one_of("protect", "open")] = "protect"
    topic: Bilingual = Field(default_factory=dict)
    meaning: Bilingual = Field(default_factory=dict)
    delivery: Bilingual = Field(default_factory=dict)
    breaks: _Years = ()
    no_measurement: _Years = ()
    dispersion: _Widening = 1
    dispersion_source: Text = ""
    design_effect: _Widening = 1
    context: Text = ""
    quote: Text = ""
    note: Bilingual = Field(default_factory=dict)
    labels: Bilingual = Field(default_factory=dict)
    exposure: Text = ""
    population: Text = ""
    repeats: Annotated[str, one_of("each", "once_a_period", "once")] = ""
    part_of: Text = ""
    holder: OneOrMore = ()

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
    short: Mapping[str, str] = field(default_factory=dict)

    @property
    def primary(self) -> Reading:
        """The chosen reading; it gives the verdict."""
        return self.readings[0]

    @property
    def unconfirmed(self) -> bool:
        """Whether it can be understood in several ways, or leaves something open, and the board has not said how it is to be read."""
        return bool(self.decide or self.readings[1:]) and not self.decided_by

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
    holders: Mapping[str, Holder] = field(default_factory=dict)
    same_events: Mapping[str, str] = field(default_factory=dict)  # indicators of the same events, as their figures show; never in the register

    def is_held(self, holder: str, indicator: str, area: str) -> bool:
        """Whether this organisation knows the figures of an indicator in an area, or in a department of one, without being told."""
        place = self.areas.get(area) or self.areas.get(self.area_of_part(area) or "")
        return holder in self.indicators[indicator].holder or bool(place and holder in place.holder)

    def area_id(self, name: str) -> str | None:
        """The id of an area, reference or `combined` known by exactly this id, name or alias; else None."""
        return self._names.get(name.casefold())

    def area_of_part(self, name: str) -> str | None:
        """The id of the area that this department (afdeling) is declared a part of; else None."""
        return (self.part_id(name) or "").partition("/")[0] or None

    def part_id(self, name: str) -> str | None:
        """A department with the area that it is declared a part of, `area/department`; else None."""
        return next((f"{area.id}/{part}" for area in self.areas.values() for part in area.parts if part.casefold() == name.casefold()), None)

    @cached_property
    def _names(self) -> dict[str, str]:
        places: list[Area | Reference] = [*self.areas.values(), *self.references.values()]
        known = {COMBINED: COMBINED}
        for place in places:
            known |= {name.casefold(): place.id for name in (place.id, place.name, *place.aliases)}
        return known

    def area_name(self, area: str) -> str:
        """The printed name of an area or reference id; `combined` has none of its own and is returned as is."""
        place = self.areas.get(area) or self.references.get(area)
        return place.name if place else area

    def promise_name(self, criterion: str, lang: str) -> str:
        """What a promise is called in a few words; the names of its indicators where the register has none."""
        promise = self.criteria[criterion]
        return promise.short.get(lang) or ", ".join(self.indicators[id_].name[lang] for id_ in promise.primary.indicators)

    @property
    def first_year(self) -> int:
        """The earliest year a figure can be from: half a century before the plan is before any register it could use."""
        return self.start.year - _BEFORE

    def period(self, indicator: str, year: int) -> str:
        """The period in which an indicator is measured for a year: `2018`, or `2017/2018` ending in it."""
        agreement_year = self.indicators[indicator].period == "agreement_year"
        return f"{year - 1}/{year}" if agreement_year and (self.start.month, self.start.day) != (1, 1) else str(year)

    @property
    def promised(self) -> set[str]:
        """Ids of the indicators that some criterion names under its chosen reading."""
        return {indicator for criterion in self.criteria.values() for indicator in criterion.primary.indicators}


# --- reading -------------------------------------------------------------------------------------------

_WHOLE = Annotated[int, else_reported("not_whole")]
_Scope = Annotated[Literal["each", "combined"] | Annotated[Names, Field(min_length=1)], else_reported("not_a_scope")]
_Baseline = Annotated[int | Annotated[dict[str, int], Field(min_length=1)], else_reported("not_a_baseline")]


class _Plan(Entry):
    """The plan itself; `languages` are those its partners read, of which both are made."""

    name: Bilingual
    start: Date
    end: Date
    languages: Annotated[tuple[Annotated[str, one_of(*LANGUAGES)], ...], LISTED] = LANGUAGES
    small_count: Annotated[_WHOLE, at_least(3)] = 5
    min_answers: Annotated[_WHOLE, at_least(1)] = 30
    hide_zero: Flag = False
    example: Flag = False
    municipality: Text = ""


class _Goal(Entry):
    """What a group of promises is for."""

    id: Id
    name: Bilingual


class _Understood(Entry):
    """What a promise, or another reading of it, says beside its rule."""

    indicators: Names
    scope: _Scope
    first_year: Year
    last_year: Year
    each_positive: Flag = False
    baseline_year: _Baseline | None = None
    baseline_period: Text = ""
    reading: Bilingual = Field(default_factory=dict)


class _Otherwise(_Understood):
    """What another reading says; what it leaves out is as in the chosen one."""

    indicators: Names = ()
    scope: _Scope = "each"
    first_year: Year = 0
    last_year: Year = 0


class _Promise(_Understood):
    """A promise with its rule."""

    rule: dict[str, Any]


class _Criterion(_Promise):
    """A promise as it is written in the register; an alternative holds what it says otherwise and the fields of its rule, under a slug."""

    id: Id
    goal: Text
    quote: Text
    alternatives: Annotated[tuple[dict[str, Any], ...], LISTED] = ()
    decide: Bilingual = Field(default_factory=dict)
    decided_by: Text = ""
    decided_on: Date | None = None
    note: Bilingual = Field(default_factory=dict)
    short: Bilingual = Field(default_factory=dict)


@dataclass(frozen=True)
class _Known:
    """The entries of the register that others name, also those with mistakes, and the reader that notes mistakes."""

    goals: Mapping[str, Any]
    areas: Mapping[str, Area]
    references: Mapping[str, Reference]
    indicators: Mapping[str, Indicator]
    reader: Reader
    holders: Mapping[str, Holder] = field(default_factory=dict)

    def check(self, entry: str, field: str, names: Iterable[str], kind: str) -> None:
        """Report each name in a field that no entry of this kind has."""
        known = getattr(self, kind)
        for name in names:
            if name not in known and not (kind == "areas" and name == COMBINED):
                self.reader.say_unknown(entry, field, name, known)


def find_folder(folder: str | Path) -> Path:
    """The plan folder, looked for here and in the folders above (a notebook stands one below the project).

    Raises `PlanError` when there is none.
    """
    asked = Path(folder)
    for start in [Path()] if asked.is_absolute() else [Path.cwd(), *Path.cwd().parents]:
        if (found := start / asked).is_dir():
            return found.resolve()
    raise PlanError([Problem("no_project" if str(folder) == DEFAULT else "no_folder", str(folder), detail={"here": str(Path.cwd())})])


def read_agreement(path: Path) -> Agreement:
    """The register in this file.

    Raises `PlanError` with every problem: not found, not TOML, an unknown or missing field, a repeated id,
    a criterion naming an unknown indicator, area or reference, a rule that is not complete.
    """
    reader = Reader(path.name)
    raw = read_toml(path, reader)
    _no_stray_tables(raw, reader)
    plan = read_entry(_Plan, raw.get("plan", {}), "plan", reader)
    goals, areas, holders = read_entries(_Goal, raw, "goal", reader), read_entries(Area, raw, "area", reader), read_entries(Holder, raw, "holder", reader)
    references, indicators = read_entries(Reference, raw, "reference", reader), read_entries(Indicator, raw, "indicator", reader)
    written = read_entries(_Criterion, raw, "criterion", reader)
    known = _Known(goals, areas, references, indicators, reader, holders)
    for name, entries in {"area": areas, "indicator": indicators, "criterion": written}.items():
        if not entries:
            reader.say("none_declared", name, name=name)
    _check_years(plan, indicators, written, reader)
    _check_names(areas, references, reader)
    _check_holders(known)
    for id_, reference in references.items():
        known.check(f"reference {id_}", "contains", reference.contains, "areas")
    for id_, indicator in indicators.items():
        for name in ("exposure", "population", "part_of"):
            known.check(f"indicator {id_}", name, filter(None, [getattr(indicator, name)]), "indicators")
        if indicator.dispersion > 1 and not indicator.dispersion_source:
            reader.say("missing_field", f"indicator {id_}", name="dispersion_source")
    criteria = {id_: criterion for id_, read in written.items() if (criterion := _criterion(id_, read, known))}
    if reader.problems:
        raise PlanError(reader.problems)
    return Agreement(
        name=plan.name,
        start=plan.start,
        end=plan.end,
        languages=plan.languages,
        small_count=plan.small_count,
        min_answers=plan.min_answers,
        example=plan.example,
        goals={id_: goal.name for id_, goal in goals.items()},
        areas=areas,
        references=references,
        indicators=indicators,
        criteria=criteria,
        hide_zero=plan.hide_zero,
        municipality=plan.municipality,
        holders=holders,
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
    exact = {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in rule.items()}
    asked = {"indicators": [indicator], "scope": list(areas), "first_year": first, "last_year": last, "rule": exact}
    asked |= {} if baseline_year is None else {"baseline_year": baseline_year}
    promise = read_entry(_Promise, asked, "what_if", reader)
    known = _Known(agreement.goals, agreement.areas, agreement.references, agreement.indicators, reader)
    reading = None if reader.problems else _reading(promise, promise.rule, PRIMARY, "what_if", False, known)
    if reader.problems or reading is None:
        raise PlanError(reader.problems)
    supposed = Criterion("what_if", next(iter(agreement.goals), ""), "", (reading,), {}, "", None, {})
    return replace(agreement, criteria={supposed.id: supposed})


def _no_stray_tables(raw: Mapping[str, Any], reader: Reader) -> None:
    known = ("plan", "goal", "holder", "area", "reference", "indicator", "criterion")
    for name in raw.keys() - set(known):
        reader.say("unknown_field", "", name, known=", ".join(known))


def _check_holders(known: _Known) -> None:
    """Each holder that is named is declared, and each that is declared is named: one spelt in two ways would be taken for two that know less."""
    named: dict[str, tuple[str, ...]] = {f"area {id_}": area.holder for id_, area in known.areas.items()}
    named |= {f"indicator {id_}": indicator.holder for id_, indicator in known.indicators.items()}
    for entry, name in [(entry, name) for entry, holders in named.items() for name in holders if name not in known.holders]:
        known.reader.say("unknown_holder", entry, name, "holder", known=", ".join(known.holders) or "–")
    for id_ in (id_ for id_ in known.holders if id_ not in set().union(*named.values())):
        known.reader.say("holds_nothing", f"holder {id_}", id_, "id")


def _check_names(areas: Mapping[str, Area], references: Mapping[str, Reference], reader: Reader) -> None:
    """Each name of a place must mean one place."""
    owners: dict[str, str] = {COMBINED: COMBINED}
    places: list[tuple[str, Area | Reference]] = [*areas.items(), *references.items()]
    for id_, place in places:
        if id_ in areas and place is references.get(id_):
            reader.say("repeated_id", f"reference {id_}", id_)
        for name in sorted({id_, place.name or id_, *place.aliases}):
            if owners.setdefault(name.casefold(), id_) != id_:
                reader.say("shared_alias", id_, name, other=owners[name.casefold()])


def _check_years(plan: _Plan, indicators: Mapping[str, Indicator], criteria: Mapping[str, _Criterion], reader: Reader) -> None:
    """Years that no plan means: a slip such as 2084 for 2024 would be the last of its targets."""
    named = [("plan", name, day.year, 1950, 2100) for name, day in (("start", plan.start), ("end", plan.end)) if day]
    if plan.start and plan.end:
        if plan.start >= plan.end:
            reader.say("ends_before_start", "plan", plan.end, "end", start=plan.start)
        named[1] = ("plan", "end", plan.end.year, 1950, plan.start.year + _LONGEST)
        years = [(f"indicator {id_}", name, item["year"]) for id_, each in indicators.items() for name in _DATED for item in getattr(each, name)]
        for id_, each in criteria.items():
            years += _years_of(f"criterion {id_}", dict(each), each.rule or {})
            years += [year for table in each.alternatives for year in _years_of(f"criterion {id_}, alternative {table.get('slug', '')}", table, table)]
        named += [(*year, plan.start.year - _BEFORE, plan.end.year + _AFTER) for year in years]
    for entry, name, year, first, last in named:
        if not first <= year <= last:
            reader.say("absurd_year", entry, year, name, first=first, last=last)


def _years_of(entry: str, written: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Every year that a criterion or another reading of it names, with the entry and field it stands in."""
    baseline = written.get("baseline_year")
    years = [("baseline_year", year) for year in (baseline.values() if isinstance(baseline, dict) else [baseline])]
    years += [(name, written.get(name)) for name in ("first_year", "last_year")] + [*years_named(rule).items()]
    yield from ((entry, name, year) for name, year in years if type(year) is int)


def _criterion(id_: str, written: _Criterion, known: _Known) -> Criterion | None:
    """A promise with all its readings; None where anything is wrong with it, which is reported."""
    entry, before = f"criterion {id_}", len(known.reader.problems)
    if known.goals and written.goal:
        known.check(entry, "goal", [written.goal], "goals")
    decided = bool(written.decided_by and written.decided_on)
    readings = [_reading(written, written.rule, PRIMARY, entry, decided, known)]
    slugs: set[str] = set()
    for table in written.alternatives:
        if (slug := _slug(table.get("slug"), slugs, entry, known.reader)) is not None:
            slugs.add(slug)
            readings.append(_alternative(written, table, slug, f"{entry}, alternative {slug}", decided, known))
    sound = [reading for reading in readings if reading]
    if len(known.reader.problems) > before or len(sound) < len(readings):
        return None
    return Criterion(id_, written.goal, written.quote, tuple(sound), written.decide, written.decided_by, written.decided_on, written.note, written.short)


def _slug(slug: Any, others: set[str], entry: str, reader: Reader) -> str | None:
    """The name of another reading, which files and columns are called by."""
    try:
        if not isinstance(slug, str) or slug in others | {PRIMARY}:
            raise PydanticCustomError("bad_slug", "bad_slug")
        return as_id(slug)
    except PydanticCustomError as error:
        reader.say(error.type.replace("bad_id", "bad_slug"), entry, slug or "", **(error.context or {}))
        return None


def _alternative(chosen: _Criterion, table: Mapping[str, Any], slug: str, entry: str, decided: bool, known: _Known) -> Reading | None:
    """Another reading: the chosen one, but for what it says otherwise."""
    rule = {name: value for name, value in table.items() if name not in _Understood.model_fields and name != "slug"}
    says = read_entry(_Otherwise, {name: value for name, value in table.items() if name in _Understood.model_fields}, entry, known.reader)
    otherwise = {"reading": {}} | {name: getattr(says, name) for name in says.model_fields_set}
    return _reading(chosen.model_copy(update=otherwise), rule, slug, entry, decided, known)


def _reading(said: _Understood, rule: Mapping[str, Any] | None, slug: str, entry: str, decided: bool, known: _Known) -> Reading | None:
    """One reading checked against the register; None where anything is wrong with it, which is reported here or was before."""
    reader, before = known.reader, len(known.reader.problems)
    known.check(entry, "indicators", said.indicators or (), "indicators")
    if said.indicators == ():
        reader.say("no_indicator", entry, column="indicators")
    named = {"each": tuple(known.areas), COMBINED: (COMBINED,)}
    areas = named[said.scope] if isinstance(said.scope, str) else said.scope or ()
    known.check(entry, "scope", areas, "areas")
    if said.first_year and said.last_year and said.last_year < said.first_year:
        reader.say("last_before_first", entry, said.last_year, "last_year", first=said.first_year)
    baseline = dict.fromkeys((*known.areas, COMBINED), said.baseline_year) if isinstance(said.baseline_year, int) else said.baseline_year or {}
    known.check(entry, "baseline_year", baseline, "areas")
    if rule is None:
        return None
    checked = read_rule(rule, entry, bool(baseline or said.baseline_period), decided, known.references, reader)
    if checked and checked.last_step is not None and any(checked.last_step <= year for year in baseline.values()):
        reader.say("by_before_baseline", entry, checked.last_step, "by")
    if checked and any(known.indicators[id_].unit in ("share", "rate") for id_ in said.indicators or () if id_ in known.indicators):
        for code, detail in checked.problems_of_a_share():
            reader.say(code, entry, **detail)
    if checked is None or len(reader.problems) > before:
        return None
    years = (said.first_year, said.last_year)
    return Reading(slug, checked, said.indicators, areas, *years, baseline, said.baseline_period, said.each_positive, said.reading)
