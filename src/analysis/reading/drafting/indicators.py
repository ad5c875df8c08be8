"""Which indicators the figures of a table are of: called by their names, the only ones that fit, or asked for with the likeliest first."""

from typing import TYPE_CHECKING

import pandas as pd

from ...promises.agreement import Indicator
from ...promises.periods import parse_period, period_year
from ...promises.reasons import Reason
from ..questions import ASK
from ..sources import LISTS
from .proposals import Proposal
from .units import PERCENT
from .vocabulary import WORDS

if TYPE_CHECKING:
    from .sketches import Sketch

_UNITS = (("percent", "share", "rate"), ("dkk", "thousand_dkk", "million_dkk"))  # indicators in one of these may be delivered in any of the same


def fitting(sketch: "Sketch", unit: str = "") -> list[Indicator]:
    """The indicators that a table of this contract can hold; of those figures that have a `unit`."""
    units = next((units for units in _UNITS if unit in units), ())
    listed = [each for each in sketch.agreement.indicators.values() if not units or each.unit in units]
    if sketch.contract in ("survey", "answers"):
        return [each for each in listed if each.measure == "survey_share"]
    if sketch.contract in (*LISTS, "visitors", "statbank"):
        return [each for each in listed if each.unit in ("count", "dkk")]
    alone = sketch.contract == "counts" and not (
        sketch.has("out_of") or sketch.has("with_base") or any(map(PERCENT.search, sketch.texts))
    )  # a share needs what it is out of
    return [each for each in listed if not (alone and each.measure in ("survey_share", "ratio"))]


def say_indicators(sketch: "Sketch") -> None:
    """Which indicator the figures are of: by a word that is its name, by the sheet's name, or asked for."""
    for word, name in sketch.measures.items():
        _measure(sketch, word, name)
    if (headings := sketch.headed("indicator")) and not sketch.measures:
        words = [word for heading in headings for word in sketch.columns.words(heading)]
        for word in sketch.echoed(headings[0], words):
            indicator(sketch, ("values", "indicator", word), [*filter(None, [sketch.legend.get(word)]), word], word)
    if headings or (sketch.marked and (sketch.contract == "stories" or not any(map(_is_dated, sketch.marked)))):
        return
    if sketch.contract == "stories":
        heading = next(iter(sketch.headed("tone")), "")
        for tone in dict.fromkeys(WORDS["tone"].get(word.casefold(), word) for word in sketch.columns.words(heading)) if heading else ():
            indicator(sketch, ("values", "indicator", tone), [tone], tone)
        return
    tables = [value for place in sketch.proposal.lines if place[0] == "columns" and isinstance(value := sketch.proposal.value(*place), dict)]
    if sketch.contract not in LISTS and any("indicator" in table for table in tables):
        return
    if only := _only_rate(sketch):
        sketch.proposal.put(("constants", "indicator"), only.id, Reason.of("draft_only_rate"))
        return
    sheets = list(dict.fromkeys(find.sheet for find in sketch.finds if find.sheet))
    if len(sheets) > 1 and not any(place[0] == "constants_by_sheet" for place in sketch.proposal.lines):
        for sheet in sheets:
            titles = [title for find in sketch.finds if find.sheet == sheet for title in find.titles]
            indicator(sketch, ("constants_by_sheet", sheet, "indicator"), [sheet, *titles])
        return
    rests = {guess.rest for guess in sketch.guesses.values() if guess.name in ("value", "answer") and guess.rest}
    headed = [heading for heading in sketch.headed("value") if sketch.known.indicator_called(heading)]
    called = [*headed, *(rests if len(rests) == 1 else ())]
    named = [*(() if tables and sketch.headed("value") else called), *sheets[:1]]  # one heading of several names its own column alone
    titles = [title for find in sketch.finds for title in (*find.titles, find.path.stem)]
    indicator(sketch, ("constants", "indicator"), named if any(map(sketch.known.indicator_called, named)) else [*named, *titles])


def _only_rate(sketch: "Sketch") -> Indicator | None:
    """The one indicator of the plan that who moved out, of so many tenancies, can be of."""
    rates = [each for each in fitting(sketch) if each.measure == "ratio" and each.unit == "rate"]
    return rates[0] if sketch.contract == "moves" and (sketch.has("out_of") or sketch.has("with_base")) and len(rates) == 1 else None


def _measure(sketch: "Sketch", word: str, name: str) -> None:
    """A measure that stands in rows of its own: a figure, or what figures are out of."""
    table = {"is": name} if name != "value" else {"unit": "percent"} if PERCENT.search(word) else {}
    if name in ("answers", "lowest", "highest"):
        sketch.proposal.put(("rows", word), table, Reason.of("draft_heading"))
    elif called := sketch.known.indicator_called(word):
        sketch.proposal.put(("rows", word), {"indicator": called, **table}, Reason.of("draft_called"))
    else:
        choices = sketch.known.ranked([word], sketch.texts, fitting(sketch))
        sketch.proposal.ask(("rows", word), choices, Reason.of("draft_or_unused", name="indicator"), value={"indicator": ASK, **table})


def _is_dated(heading: str) -> bool:
    return bool(parse_period(heading.rpartition(" / ")[2]))


def indicator(sketch: "Sketch", place: tuple[str, ...], texts: list[str], word: str = "", proposal: Proposal | None = None) -> None:
    """One place for an indicator's id, in the sketch's proposal or another."""
    proposal = proposal or sketch.proposal
    called = {id_ for text in texts if (id_ := sketch.known.indicator_called(text))}
    if len(called) == 1:
        if word not in called:
            proposal.put(place, called.pop(), Reason.of("draft_called"))
        return
    unit = proposal.value("constants", "unit") or ""
    choices = sketch.known.ranked(texts, sketch.texts, fitting(sketch, unit), _figures(sketch))
    why = [Reason.of("draft_or_unused", name="indicator")] if place[0] == "values" else []
    proposal.ask(place, choices, *why)


def _figures(sketch: "Sketch") -> pd.DataFrame:
    """The plan's own areas' figures by year, to be held against earlier ones."""
    area, period, value = (next(iter(sketch.headed(name)), "") for name in ("area", "period", "value"))
    rows = []
    for row in sketch.frame.to_dict("records") if value and area and period else ():
        number, year = sketch.number(row[value]), period_year(parse_period(row[period]) or "")
        if number is not None and year:
            rows.append((sketch.agreement.area_id(row[area]), year, float(number)))
    return pd.DataFrame(rows, columns=["area", "year", "value"])
