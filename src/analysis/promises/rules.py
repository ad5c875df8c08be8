"""What a promise asks for: one class a rule, and everything that depends on which rule it is.

A rule knows its parameters and what they must satisfy, the target of a year, on which side of it a promise is kept, when it falls due,
what a change is measured from, and what its formula says. Nobody else asks for a rule's kind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol

from pydantic import create_model

from . import registers
from .phrases import OWN_DISTANCE, PLAIN, SHARE, Number, Part, Period, Phrase, Place, Row
from .problems import Reader
from .registers import Entry, Flag, Text, Year, else_reported, one_of, read_entry

if TYPE_CHECKING:
    from .agreement import Indicator, Reading

_SAME = Annotated[Literal["same"] | Year, else_reported("not_same")]
NEVER: frozenset[str] = frozenset()


class Side(StrEnum):
    """On which side of its target a value keeps a promise; the words for it have the same key."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"

    @property
    def low(self) -> bool:
        """Whether low values keep the promise."""
        return self in (Side.AT_MOST, Side.LESS_THAN)

    @property
    def strict(self) -> bool:
        """Whether a value equal to the target breaks the promise."""
        return self in (Side.MORE_THAN, Side.LESS_THAN)

    @property
    def whole(self) -> "Side":
        """The same in terms of the whole number needed, which itself keeps the promise."""
        return Side.AT_MOST if self.low else Side.AT_LEAST


# --- what a rule is asked about ------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """One measured value, or why there is none. `half` is how far the printed figure may lie from the true one.

    `count` is the number of cases or events behind it, `size` what they are out of, `lower` and `upper` are a supplier's own bounds of an
    estimate; None where not known.
    """

    value: Fraction | None
    status: str
    half: Fraction = Fraction(0)
    count: Fraction | None = None
    size: Fraction | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None


@dataclass(frozen=True)
class Term:
    """A measured figure that a target is made of, and how many times it counts; `place` is the reference's, empty for the area's own."""

    times: Fraction
    figure: Measured
    year: int
    place: str = ""


@dataclass(frozen=True)
class Target:
    """What a rule asks for in one year, and where it came from.

    `base` is the measured figure that the target is `factor` times of (None for a number written in the agreement). `terms` are the
    figures of a target that is made of others' figures: it is their sum and a number. `half` is how far the target may lie from the true
    one, by the rounding of what it was made from. `state` names why there is no target.
    """

    value: Fraction | None = None
    half: Fraction = Fraction(0)
    base: Measured | None = None
    factor: Fraction = Fraction(1)
    state: str = ""
    terms: tuple[Term, ...] = ()


class History(Protocol):
    """What was measured of one promise in one area, as far as a rule may ask."""

    @property
    def start(self) -> Measured:
        """The figure the promise starts from."""

    @property
    def start_year(self) -> int:
        """The year the path counts from: the baseline's, or the one before the first judged."""

    @property
    def first_value_year(self) -> int:
        """The year whose target is the promise's first value: the baseline's, or the first judged."""

    def in_year(self, year: int, area: str = "") -> Measured:
        """The area's own figure of a year, or that of the area named."""

    def broken(self, since: int, until: int) -> bool:
        """Whether a declared break after `since` and up to `until` forbids comparing the two."""


def _no_base(start: Measured) -> Target:
    """The target whose starting figure is not there."""
    return Target(state={"suppressed": "suppressed", "part_year": "not_comparable"}.get(start.status, "baseline_missing"))


def _no_reference(reference: Measured) -> Target:
    """The target whose figure to compare with is not there."""
    return Target(state="suppressed" if reference.status == "suppressed" else "not_measured")


# --- what every rule answers ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule answers; the answers here are those of most of them."""

    kind: ClassVar[str]
    needs_baseline: ClassVar[bool] = False
    judged_at_start: ClassVar[bool] = False  # whether the starting point itself can be held against a target
    names_each_area: ClassVar[bool] = False  # whether the formula itself says that no area may be without
    has_path: ClassVar[bool] = True  # whether its targets make a line of their own in a chart

    @classmethod
    @cache
    def parameters(cls) -> type[Entry]:
        """The parameters as the register writes them."""
        written: dict[str, Any] = {_written(each): (each.metadata["kind"], ... if each.default is MISSING else each.default) for each in fields(cls)}
        return create_model(cls.__name__, __base__=Entry, **written)

    @classmethod
    def of(cls, read: Mapping[str, Any]) -> "Rule":
        """The rule with the parameters that the register has."""
        return cls(**{each.name: read[_written(each)] for each in fields(cls) if _written(each) in read})

    def problems(self, has_baseline: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is wrong with the parameters together: the problem's code, and what to say of it."""
        if self.needs_baseline and not has_baseline:
            yield "missing_field", {"name": "baseline_year"}

    def problems_of_a_share(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is wrong with the parameters where the indicator is a share or rate, 0–1: a target of 75 would be met by none or by all."""
        for name in ("value", "first_value"):
            if (amount := getattr(self, name, None)) is not None and not 0 <= amount <= 1:
                yield "not_a_share", {"found": amount, "column": name}
        if (margin := getattr(self, "margin", None)) is not None and not -1 < margin < 1:
            yield "bad_margin", {"found": margin, "column": "margin"}

    @property
    def strict(self) -> bool:
        """Whether a value equal to the target breaks the promise."""
        return False

    @property
    def paced(self) -> bool:
        """Whether a pace leads to its last target: none does where each year is due in full, and asks for the same."""
        return True

    @property
    def chained(self) -> bool:
        """Whether each year's target comes from last year's actual figure."""
        return False

    @property
    def cumulative(self) -> bool:
        """Whether it is about all the years so far together."""
        return False

    @property
    def compares_over_time(self) -> bool:
        """Whether a break in the series may lie between a value and what it is held against."""
        return False

    @property
    def open_until_end(self) -> frozenset[str]:
        """The verdicts that are not yet due before the last year: none of a promise for every year."""
        return NEVER

    @property
    def settled_by_a_part(self) -> bool:
        """Whether a part of a year, which can only grow, may settle it: a number of what happens, not of what is there on a day."""
        return False

    @property
    def compared_with(self) -> str:
        """The reference area that the rule compares with; empty where it compares with none."""
        return ""

    @property
    def equals_reference(self) -> bool:
        """Whether the target is the reference's figure itself."""
        return False

    @property
    def reference_year(self) -> int | None:
        """The one year whose reference counts; None where each year has its own."""
        return None

    @property
    def set_by_board(self) -> Decimal | int | None:
        """The number that the board has recorded since, which must name who decided it."""
        return None

    @property
    def last_step(self) -> int | None:
        """The year by which the path must be at its end, where the rule names one."""
        return None

    def adds_up(self, indicator: "Indicator") -> bool:
        """Whether the promise is about the sum of the years so far; a share is never added up, but stands for all who took part so far."""
        return self.cumulative and indicator.unit == "count"

    def low(self, indicator: "Indicator") -> bool:
        """Whether low values keep the promise: where they are better for the indicator, unless the rule itself says a side."""
        return indicator.direction == "down"

    def side(self, indicator: "Indicator") -> Side:
        """On which side of its target a value of this indicator keeps the promise. Decided here and nowhere else."""
        if self.low(indicator):
            return Side.LESS_THAN if self.strict else Side.AT_MOST
        return Side.MORE_THAN if self.strict else Side.AT_LEAST

    def target(self, year: int, history: History) -> Target:
        """What is asked for in this year, or the state that says why nothing can be asked."""
        raise NotImplementedError

    def change_since(self, year: int, start_year: int | None) -> int | None:
        """The year that a change is measured from: the start's, or the year before where there is none; None for a sum, which only grows."""
        return year - 1 if start_year is None else start_year

    def fixed_path(self, year: int, history: History) -> Fraction | None:
        """For a promise chained on last year's actual: where the path would be had every year just been met."""
        return None

    def path_start(self, history: History) -> Measured:
        """Where its path begins: the figure that the promise starts from, unless the promise itself names a number for that year."""
        return history.start

    def path_target(self, year: int, history: History) -> Target:
        """What a year is held against where the years are judged together: its target, unless that comes from last year's actual figure."""
        return self.target(year, history)

    def goal(self, last_year: int, history: History) -> Fraction | None:
        """Where the path ends, as far as that can be known; None where no pace leads there."""
        return self.target(last_year, history).value

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        """What the rule asks for in one line, with every number in it, and the side of the target on which it is kept."""
        raise NotImplementedError


def _written(parameter: "Field[Any]") -> str:
    """A parameter's name in the register, which may be no name in Python."""
    return str(parameter.metadata.get("written", parameter.name))


def _size(number: Decimal | int) -> Decimal | int:
    """A number without its sign."""
    return -number if number < 0 else number


def _lies(kept: Side) -> Phrase:
    return Phrase(f"lies_{kept}")


def _counted_from(reading: "Reading") -> Part:
    """The year that a reading counts from: one for all its areas, or each area's own."""
    return Phrase("own_start") if reading.common_start is None else str(reading.common_start)


# --- a number that somebody wrote ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Level(Rule):
    """A number to be reached, or not to be passed: every year, added up over the plan, or on the day of counting."""

    names_each_area = True
    value: Decimal | int = field(metadata={"kind": registers.Number})
    per: str = field(metadata={"kind": Annotated[str, one_of("year", "cumulative", "stock")]})

    def target(self, year: int, history: History) -> Target:
        return Target(Fraction(self.value))

    @property
    def paced(self) -> bool:
        return self.per != "year"

    @property
    def cumulative(self) -> bool:
        return self.per == "cumulative"

    @property
    def settled_by_a_part(self) -> bool:
        return self.per != "stock"

    @property
    def open_until_end(self) -> frozenset[str]:
        """Added up or counted once, a shortfall before the last year is no breach."""
        return NEVER if self.per == "year" else frozenset({"not_met"})

    def change_since(self, year: int, start_year: int | None) -> int | None:
        return None if self.cumulative else super().change_since(year, start_year)

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        over = "by_end" if self.cumulative and not self.adds_up(indicators[0]) else self.per  # a share is not added up
        one_year = self.per == "year" and reading.first_year == reading.last_year
        per = Phrase("per_one_year", {"year": str(reading.last_year)}) if one_year else Phrase(f"per_{over}")
        each, positive = [] if reading.is_combined else [Phrase("in_each")], [Phrase("and_each_positive")] if reading.each_positive else []
        return Phrase(f"rule_{kept}", {"value": Number(self.value), "per": Row((*each, per, *positive))})


class AtLeast(_Level):
    """At least so many: 30 active parents on the day of counting."""

    kind = "at_least"

    def low(self, indicator: "Indicator") -> bool:
        return False


class AtMost(_Level):
    """At most so many."""

    kind = "at_most"

    def low(self, indicator: "Indicator") -> bool:
        return True

    @property
    def open_until_end(self) -> frozenset[str]:
        """A cap on a growing sum is kept only at the end, but broken for good."""
        return frozenset({"met"}) if self.cumulative else super().open_until_end


@dataclass(frozen=True, kw_only=True)
class NotSet(Rule):
    """A number the board sets later: no target until it has been recorded."""

    kind = "not_set"
    value: Decimal | int | None = field(default=None, metadata={"kind": registers.Number})

    @property
    def paced(self) -> bool:
        return False

    @property
    def set_by_board(self) -> Decimal | int | None:
        return self.value

    def target(self, year: int, history: History) -> Target:
        return Target(state="target_not_set") if self.value is None else Target(Fraction(self.value))

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        if self.value is None:
            return Phrase("rule_not_set")
        return Phrase("rule_set", {"value": Phrase(kept, {"value": Number(self.value)})})


@dataclass(frozen=True, kw_only=True)
class Direction(Rule):
    """No number agreed, only which way: there is no target, and the change is reported."""

    kind = "direction"
    compares_over_time = True

    def target(self, year: int, history: History) -> Target:
        return Target(state="no_target")

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        ways = dict.fromkeys(f"direction_{indicator.direction}" for indicator in indicators)
        return Phrase("rule_direction", {"direction": Row(tuple(map(Phrase, ways)), ", ")})


# --- another area's figure -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AboveReference(Rule):
    """Above another area's figure, of the same year or of one fixed year; a margin in points or a ratio may be conceded."""

    kind = "above_reference"
    judged_at_start, has_path = True, False
    reference: str = field(metadata={"kind": Text})
    year: int | str = field(metadata={"kind": _SAME})
    strict: bool = field(default=True, metadata={"kind": Flag})
    margin: Decimal | int | None = field(default=None, metadata={"kind": registers.Number})
    ratio: Decimal | int | None = field(default=None, metadata={"kind": registers.Number})

    def problems(self, has_baseline: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from super().problems(has_baseline)
        if self.margin is not None and self.ratio is not None:
            yield "margin_and_ratio", {}

    @property
    def compared_with(self) -> str:
        return self.reference

    @property
    def equals_reference(self) -> bool:
        return self.margin is None and self.ratio is None

    @property
    def reference_year(self) -> int | None:
        return None if self.year == "same" else int(self.year)

    @property
    def compares_over_time(self) -> bool:
        """A reference of the same year was measured the same way; one of a fixed year may not have been."""
        return self.reference_year is not None

    def target(self, year: int, history: History) -> Target:
        when = self.reference_year or year
        there = history.in_year(when, self.reference)
        if there.value is None:
            return _no_reference(there)
        ratio = Fraction(1 if self.ratio is None else self.ratio)
        value = there.value * ratio + Fraction(self.margin or 0)
        # A fixed year's figure is written in the promise itself and is exact as written.
        half = there.half * ratio if self.reference_year is None else Fraction(0)
        return Target(value, half, terms=(Term(ratio, there, when, self.reference),))

    def goal(self, last_year: int, history: History) -> Fraction | None:
        return None  # it moves with others

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        year = self.reference_year
        when = Phrase("when_same") if year is None else Phrase("when_fixed", {"year": str(year)})
        times: tuple[Part, ...] = () if self.ratio is None else (Number(self.ratio, PLAIN), "×")
        reference: Part = Row((*times, Place(self.reference), when))
        if self.margin is not None:
            reference = Phrase("less" if self.margin < 0 else "plus", {"what": reference, "amount": Number(_size(self.margin), OWN_DISTANCE)})
        return Phrase("rule_above_reference", {"over": _lies(kept), "reference": reference})


@dataclass(frozen=True, kw_only=True)
class NarrowGap(Rule):
    """A share of the starting gap to another area closed by a year, in equal steps."""

    kind = "narrow_gap"
    needs_baseline = compares_over_time = True
    reference: str = field(metadata={"kind": Text})
    share: Decimal | int = field(metadata={"kind": registers.Number})
    by: int = field(metadata={"kind": Year})

    def problems(self, has_baseline: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from super().problems(has_baseline)
        if not 0 < self.share <= 1:
            yield "not_a_share", {"found": self.share, "column": "share"}

    @property
    def open_until_end(self) -> frozenset[str]:
        return frozenset({"met", "not_met"})

    @property
    def compared_with(self) -> str:
        return self.reference

    @property
    def last_step(self) -> int | None:
        return int(self.by)

    def target(self, year: int, history: History) -> Target:
        """60 % against 80 %, half of the gap by the fourth year: the first asks for 80 − 20 × (1 − 1/8) = 62.5 %."""
        start, start_year = history.start, history.start_year
        there_then, there_now = history.in_year(start_year, self.reference), history.in_year(year, self.reference)
        if start.value is None or there_then.value is None:
            return _no_base(start if start.value is None else there_then)
        if history.broken(start_year, year):
            return Target(state="not_comparable")
        if there_now.value is None:
            return _no_reference(there_now)
        elapsed = Fraction(year - start_year, int(self.by) - start_year)
        left = 1 - Fraction(self.share) * min(elapsed, Fraction(1))
        now, then = Term(Fraction(1), there_now, year, self.reference), Term(-left, there_then, start_year, self.reference)
        half = there_now.half + left * (start.half + there_then.half)
        return Target(there_now.value + (start.value - there_then.value) * left, half, terms=(now, Term(left, start, start_year), then))

    def goal(self, last_year: int, history: History) -> Fraction | None:
        return None  # it moves with others

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        parts: dict[str, Part] = {"reference": Place(self.reference), "share": Number(self.share, SHARE), "by": str(self.by), "year": _counted_from(reading)}
        return Phrase("rule_narrow_gap", {"over": _lies(kept), **parts})


# --- where it came from --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AboveBaseline(Rule):
    """Better than where it started."""

    kind = "above_baseline"
    needs_baseline = compares_over_time = True
    has_path = False
    strict: bool = field(default=True, metadata={"kind": Flag})

    @property
    def paced(self) -> bool:
        return False

    def target(self, year: int, history: History) -> Target:
        start = history.start
        if start.value is None:
            return _no_base(start)
        if history.broken(history.start_year, year):
            return Target(state="not_comparable")
        return Target(start.value, start.half, start)

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        year = Period(reading.baseline_period) if reading.baseline_period else _counted_from(reading)
        return Phrase("rule_above_baseline", {"over": _lies(kept), "year": year})


@dataclass(frozen=True, kw_only=True)
class ChangePerYear(Rule):
    """So much more or less each year: of last year's actual figure, or along a path from the baseline or from a first value."""

    kind = "change_per_year"
    compares_over_time = True
    change: Decimal | int = field(metadata={"kind": registers.Number})
    counted_from: str = field(metadata={"kind": Annotated[str, one_of("previous_actual", "baseline")], "written": "from"})
    path: str = field(default="", metadata={"kind": Annotated[str, one_of("compound", "linear")]})
    first_value: Decimal | int | None = field(default=None, metadata={"kind": registers.Number})

    def problems(self, has_baseline: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        if not -1 <= self.change <= 1:
            yield "bad_change", {"found": self.change, "column": "change"}
        if self.chained and self.path:
            yield "path_without_baseline", {"found": self.path, "column": "path"}
        if not self.chained and not self.path:
            yield "missing_field", {"name": "path"}
        if not self.chained and self.first_value is None and not has_baseline:
            yield "missing_field", {"name": "baseline_year"}

    @property
    def chained(self) -> bool:
        return self.counted_from == "previous_actual"

    def low(self, indicator: "Indicator") -> bool:
        """A rise promised for what should fall is a cap (`may rise by 2 % a year at most`), and a fall promised for what should rise is a
        floor. Where neither way is better, the sign of the promised change decides.
        """
        return super().low(indicator) or (indicator.direction == "none" and self.change < 0)

    def change_since(self, year: int, start_year: int | None) -> int | None:
        return super().change_since(year, None if self.chained else start_year)

    def target(self, year: int, history: History) -> Target:
        """123 reports in 2017 and 15 % fewer each year: 104.55 in 2018 and, compound, 88.8675 in 2019."""
        if self.chained:
            return self._from_previous(year, history)
        if self.first_value is not None:
            return Target(Fraction(self.first_value) * self._factor(year - history.first_value_year))
        start = history.start
        if start.value is None:
            return _no_base(start)
        return self._times(start, self._factor(year - history.start_year), history.broken(history.start_year, year))

    def _from_previous(self, year: int, history: History) -> Target:
        if self.first_value is not None and year == history.first_value_year:
            return Target(Fraction(self.first_value))
        previous = history.in_year(year - 1)
        if previous.value is None:
            return Target(state="suppressed" if previous.status == "suppressed" else "previous_year_missing")
        return self._times(previous, self._factor(1), history.broken(year - 1, year))

    def _times(self, base: Measured, factor: Fraction, broken: bool) -> Target:
        """So many times what was measured; nothing can be asked of a start of zero, or across a break."""
        if not base.value or broken:
            return Target(state="not_comparable")
        return Target(base.value * factor, base.half * factor, base, factor)

    def _factor(self, steps: int) -> Fraction:
        change = Fraction(self.change)
        factor: Fraction = max(1 + change * steps, Fraction(0)) if self.path == "linear" else (1 + change) ** steps
        return factor

    def fixed_path(self, year: int, history: History) -> Fraction | None:
        if not self.chained or year < history.start_year:
            return None
        if self.first_value is not None:
            return Fraction(self.first_value) * self._factor(max(year - history.first_value_year, 0))
        start = history.start
        return None if start.value is None else start.value * self._factor(year - history.start_year)

    def path_start(self, history: History) -> Measured:
        """Ten per cent of 40 more each year is counted from these 40, however many there were."""
        named = self.first_value is not None and history.first_value_year == history.start_year
        return Measured(Fraction(self.first_value or 0), "named") if named else history.start

    def path_target(self, year: int, history: History) -> Target:
        """Chained on last year's actual, 10 % fewer of ever more is no path: the one from the start is, had every year just been met."""
        if not self.chained:
            return self.target(year, history)
        if self.first_value is not None:
            return Target(self.fixed_path(year, history))
        start = history.start
        if start.value is None:
            return _no_base(start)
        return self._times(start, self._factor(year - history.start_year), history.broken(history.start_year, year))

    def goal(self, last_year: int, history: History) -> Fraction | None:
        return self.fixed_path(last_year, history) if self.chained else super().goal(last_year, history)

    def formula(self, kept: Side, reading: "Reading", indicators: Sequence["Indicator"]) -> Part:
        keeps = Phrase("rule_kept", {"side": Phrase(kept, {"value": Phrase("the_target")})})
        first = None if self.first_value is None else Number(self.first_value)
        year = _counted_from(reading) if reading.baseline_years or first is None else str(reading.first_year)
        factor = Number(1 + self.change, PLAIN)
        if self.chained:
            begins = [] if first is None else [Phrase("rule_first_value", {"first": first, "year": year})]
            return Row((Phrase("rule_previous_actual", {"factor": factor}), *begins, keeps))
        change = Row(("−" if self.change < 0 else "+", Number(_size(self.change), PLAIN)))
        path = {"start": first or Phrase("start_value"), "factor": factor, "year": year, "change": change}
        return Row((Phrase(f"rule_{self.path}", path), keeps))


RULES: dict[str, type[Rule]] = {rule.kind: rule for rule in (AtLeast, AtMost, AboveReference, NarrowGap, AboveBaseline, ChangePerYear, Direction, NotSet)}


# --- reading -------------------------------------------------------------------------------------------


def read_rule(raw: Mapping[str, Any], entry: str, has_baseline: bool, decided: bool, references: Iterable[str], reader: Reader) -> Rule | None:
    """The rule that the register writes as `kind` and that kind's fields; None, and its problems noted, where it is not whole.

    `decided` says whether the promise names who decided, without which no number can have been set by the board.
    """
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in RULES:
        reader.say("unknown_rule", entry, kind or "", "kind", known=", ".join(RULES))
        return None
    before = len(reader.problems)
    read = read_entry(RULES[kind].parameters(), {name: value for name, value in raw.items() if name != "kind"}, entry, reader)
    reference = getattr(read, "reference", None)
    if reference and reference not in references:
        reader.say_unknown(entry, "reference", reference, references)
    if any(getattr(read, name) is None for name, field in RULES[kind].parameters().model_fields.items() if field.is_required()):
        return None
    rule = RULES[kind].of(dict(read))
    for code, detail in rule.problems(has_baseline):
        reader.say(code, entry, **detail)
    if rule.set_by_board is not None and not decided:
        reader.say("undecided_value", entry, rule.set_by_board)
    return rule if len(reader.problems) == before else None


def years_named(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The years that a rule as written in the register names, by the field they stand in."""
    kind = raw.get("kind")
    asked = RULES.get(kind) if isinstance(kind, str) else None
    return {_written(each): raw.get(_written(each)) for each in fields(asked) if each.metadata["kind"] == Year} if asked else {}
