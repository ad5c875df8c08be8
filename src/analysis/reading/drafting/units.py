"""In which unit the figures of a table are: by what stands beside them, by their headings and titles, or asked for."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from ...promises.reasons import Reason
from ..contracts import CONTRACTS, UNITS
from ..numbers import taken_apart, unit_of
from ..sources import LISTS
from .written import are_bounds, is_figure

if TYPE_CHECKING:
    from .sketches import Sketch

PERCENT = re.compile(r"(?<![^\W\d_])pct(?![^\W\d_])|procent|%|percent", re.IGNORECASE)
CROWNS = re.compile(r"\bkr\b|\bkroner\b|\bdkk\b", re.IGNORECASE)
THOUSANDS = re.compile(r"\bt\. ?kr\b|\btkr\b|\b1[. ]?000 ?kr\b|\btusinde? kr", re.IGNORECASE)


def read_words_beside(sketch: "Sketch") -> None:
    """What stands beside numbers: words that make them estimates, and words for units that are asked for."""
    beside = [taken_apart(word) for word in sketch.figure_words() if not are_bounds(word)]
    if estimates := list(dict.fromkeys(each.about for each in beside if each.about)):
        sketch.proposal.put(("estimates",), estimates, Reason.of("draft_estimates"))
    for unit in dict.fromkeys(each.unit for each in beside if each.unit and not unit_of(each.unit, {})):
        sketch.proposal.ask(("values", "unit", unit), UNITS, Reason.of("draft_beside"))


def say_unit(sketch: "Sketch") -> None:
    """The unit, where figures can only be of one; 0,583 may be a share or per cent, and is asked for."""
    kinds = CONTRACTS[sketch.contract].kinds
    if "unit" not in kinds or sketch.headed("unit") or sketch.contract in LISTS:
        return
    if sketch.measures:
        if "unit" in CONTRACTS[sketch.contract].must:
            sketch.proposal.put(("constants", "unit"), "count", Reason.of("draft_whole"))
        return
    tables = {heading: table for heading in sketch.frame.columns if isinstance(table := sketch.proposal.value("columns", heading), dict)}
    said = [heading for heading, table in tables.items() if "unit" in table or _is_count(sketch, table.get("indicator"))]
    if _is_count(sketch, sketch.proposal.value("constants", "indicator")):
        if "unit" in CONTRACTS[sketch.contract].must:
            sketch.proposal.put(("constants", "unit"), "count", Reason.of("draft_whole"))
        return
    words = [word for name in ("value", "all_moves") for heading in sketch.headed(name) if heading not in said for word in sketch.columns.words(heading)]
    words = [word for word in words if is_figure(word)]
    if not words and said:
        return
    numbers = [number for word in words if (number := sketch.number(word)) is not None]
    must, place = "unit" in CONTRACTS[sketch.contract].must, ("constants", "unit")
    percent = any(map(PERCENT.search, sketch.texts)) or any(word.endswith("%") for word in words)
    fraction, largest = any(number % 1 for number in numbers), max(numbers, default=Decimal(0))
    beside = {unit_of(taken_apart(word).unit, {}) for word in words}
    if len(beside) == 1 and beside != {""}:
        sketch.proposal.put(place, beside.pop(), Reason.of("draft_unit_beside"))
        return
    if any(map(THOUSANDS.search, sketch.texts)) and not percent:
        sketch.proposal.put(place, "thousand_dkk", Reason.of("draft_thousands"))
    elif any(map(CROWNS.search, sketch.titles if said else sketch.texts)) and not percent:
        sketch.proposal.ask(place, ["dkk", "thousand_dkk", "million_dkk", "count"], Reason.of("draft_crowns"))
    elif fraction and largest <= 1:
        sketch.proposal.ask(place, ["share", "percent"], Reason.of("draft_share_or_percent", largest=largest))
    elif percent and largest <= 100:
        sketch.proposal.put(place, "percent", Reason.of("draft_percent", largest=largest))
    elif fraction and sketch.contract == "survey":
        sketch.proposal.put(place, "percent", Reason.of("draft_percent_only", largest=largest))
    elif fraction:
        sketch.proposal.ask(place, ["percent", "rate", "dkk"], Reason.of("draft_decimals"))
    elif must:
        sketch.proposal.ask(place, ["percent", "count"] if sketch.contract == "survey" else UNITS, Reason.of("draft_whole"))


def unit_in(heading: str, units: Iterable[str]) -> str:
    """The unit of a column of figures: the one beside all of them, or the one its heading says; empty where neither tells."""
    beside = {*units}
    if len(beside) == 1 and beside != {""}:
        return beside.pop()
    return "thousand_dkk" if THOUSANDS.search(heading) else "dkk" if CROWNS.search(heading) else ""


def _is_count(sketch: "Sketch", indicator: str | None) -> bool:
    """Whether an indicator is known, and a plain number."""
    known = sketch.agreement.indicators.get(indicator or "")
    return known is not None and known.unit == "count"
