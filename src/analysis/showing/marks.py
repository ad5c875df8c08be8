"""Marks for promises: their form says met, not met or why it is not known, their fill clear or within chance; a word says it again.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..promises.agreement import COMBINED, PRIMARY, Criterion, Indicator
from ..promises.catalogue import say
from .asked import for_analysts
from .elements import Shown, area_name, breakable, element_id, escape, figure, figures_of
from .promise_cells import promise_heading
from .promise_words import MARKS, NOTHING, UNDECIDED, WAITING, claimed, observed_words, sure, target_words

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["table"]
__dir__ = __all__.copy  # what an editor offers

Judged = tuple[Criterion, Indicator, Mapping[str, Any]]  # a promise, what it is measured by, its row of the report's year
_MEANINGS = {  # of each mark beside those of clear answers, in the order of the key above the table
    "○": "mark_chance",
    "◐": "mark_estimate",
    "≈": "mark_rounding",
    WAITING: "mark_waiting",
    "▨": "mark_hidden",
    "≠": "mark_not_comparable",
    NOTHING: "mark_nothing",
    "·": "mark_not_due",
}
_ALIKE = {"○": "□", "◐": "◧"}  # of a promise that is not met the mark that says the same as one that is
_EMPTY = "<td></td>"
_ANSWERS = {*MARKS["met"], *MARKS["not_met"], UNDECIDED["rounding_undecided"]}


@for_analysts
def table(plan: Plan, lang: str, links: Sequence[tuple[str, str]] = (), places: Sequence[str] = ()) -> Shown:
    """Every promise × area × year as a mark, of all places or of those named, under the key to them; the last column says the report's year in words.

    >>> marks.table(plan, "en")
    <marks: The promises year by year ...>
    """
    named, tables, figures = dict(links), [], []
    for place in places or (*plan.agreement.areas, COMBINED):
        if rows := list(rows_at(plan, place)):
            caption, counts = ("", []) if len(places) == 1 else _caption(plan, lang, place, named)
            page = "" if len(places) == 1 else page_of(place) if page_of(place) in named else None
            tables.append(_table(plan, lang, place, rows, caption, page))
            figures += [*counts, *(each for _, indicator, row in rows for each in measured_against(plan, indicator, row, lang)[1])]
    shown = "".join(tables)
    return Shown(f'{key(lang, shown)}<div class="places">{shown}</div>', "marks", figures)


def _table(plan: Plan, lang: str, place: str, rows: list[Judged], caption: str, page: str | None) -> str:
    """The marks of one place, from the first year in which one of its promises is judged."""
    years = range(_first_year(plan, place), plan.year + 1)
    head = "".join(
        f'<th scope="col">{text}</th>' for text in (escape(say("criterion", lang)), *map(_year, years), escape(say("in_words", lang, year=plan.year)))
    )
    lines = "".join(_lines(plan, lang, place, rows, years, page))
    caption = caption or f'<span class="said">{escape(say("marks", lang))}</span>'
    return f'<table class="marks" id="{element_id("marks", place)}"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def _year(year: int) -> str:
    """A year above its marks; its century goes where there is no room."""
    return f'<span class="century">{year // 100}</span>{year % 100:02}'


def _first_year(plan: Plan, place: str) -> int:
    rows = plan.exact_gaps
    judged = rows[(rows["area"] == place) & (rows["reading"] == PRIMARY) & (rows["role"] == "judged") & (rows["year"] <= plan.year)]
    return plan.agreement.start.year if judged.empty else int(judged["year"].min())


def key(lang: str, shown: str) -> str:
    """What the marks in some tables mean, each once, and what an empty cell does."""
    signs = [each for each in _MEANINGS if f">{each}</span>" in shown or f">{_ALIKE.get(each)}</span>" in shown]
    listed = " ".join(f"<span>{escape(each)}</span>" for each in meanings(lang, signs, empty=_EMPTY in shown))
    return f'<p class="key"><strong>{escape(say("marks", lang))}:</strong> {listed}</p>'


def meanings(lang: str, signs: Iterable[str] = _MEANINGS, empty: bool = True) -> list[str]:
    """What these marks mean, those of clear answers first and an `empty` cell last."""
    told = [say("marks_clear", lang), *(f"{sign}{_ALIKE.get(sign, '')} {say(_MEANINGS[sign], lang)}" for sign in signs)]
    return [*told, say("mark_none", lang)] if empty else told


def page_of(place: str) -> str:
    """The file of a place's page."""
    return "partnership.html" if place == COMBINED else f"area-{place}.html"


def card_of(criterion: Criterion, indicator: Indicator, place: str) -> str:
    """The name of the part of a place's page that is about one promise, which links lead to."""
    return element_id("card", criterion.id, indicator.id, place)


def _caption(plan: Plan, lang: str, place: str, named: Mapping[str, str]) -> tuple[str, list[dict]]:
    """What stands above a place's promises: its name, which leads to its page, and how its promises stand; with the counts."""
    name, page = breakable(area_name(plan, place, lang)), page_of(place)
    link = f'<a href="{page}">{name}</a>' if page in named else name
    found = summary.standing(summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, place))
    clear = len(summary.clearly_not_met(plan.agreement, plan.exact_gaps, plan.year, place))
    stands = say("stands_clear" if clear else "stands", lang, met=found.met_now, not_met=found.not_met, clear=clear, open=found.open)
    counts = [found.met_now, found.not_met, *([clear] if clear else []), found.open]
    return f"{link} <small>{escape(stands)}</small>", [figure("promises", place, plan.year, n, str(n)) for n in counts]


def _lines(plan: Plan, lang: str, place: str, rows: list[Judged], years: Sequence[int], page: str | None) -> Iterator[str]:
    """A row a promise, which leads to its evidence on a page (this one, if it has no name); those that no year could judge share the last one, with why."""
    open_: dict[str, dict[str, str]] = {}
    for criterion, indicator, current in rows:
        link = "" if page is None else f'<a href="{page}#{card_of(criterion, indicator, place)}">'
        judged = {row["year"]: row for row in summary.of_promise(plan.exact_gaps, criterion.id, indicator.id, place) if row["role"] == "judged"}
        cells = [_mark(indicator, judged[year], lang) if year in judged else "" for year in years]
        if any(f">{answer}</span>" in cell for cell in cells for answer in _ANSWERS):
            marked = "".join(f"<td>{cell}</td>" for cell in cells)
            heading = f"{link}{promise_heading(plan, lang, criterion, indicator)}{link and '</a>'}"
            row = '<tr class="counted">' if current["certainty"] == "full_count" and current["verdict"] == "met" else "<tr>"
            yield f'{row}<th scope="row">{heading}</th>{marked}<td>{_words(plan, indicator, current, lang)}</td></tr>'
        else:
            why = say("not_yet_due" if current["role"] == "baseline" else current["verdict"], lang)
            name = f'<span class="id">{escape(criterion.id)}</span>'  # once, whatever measures it; on page one its name stands with what it waits for
            name += "" if page != "" else f" {escape(plan.agreement.promise_name(criterion.id, lang))}"
            open_.setdefault(why, {}).setdefault(criterion.id, f"{link}{name}{link and '</a>'}")
    if open_:
        listed = "; ".join(f"{', '.join(names.values())} ({escape(why).lower()})" for why, names in open_.items())
        yield f'<tr><th class="open" scope="row" colspan="{len(years) + 2}">{escape(say("not_judged_yet", lang))} {listed}</th></tr>'


def rows_at(plan: Plan, place: str) -> Iterator[Judged]:
    """Each promise × indicator of a place, with its row of the report's year, in the order of the goals."""
    for criterion in summary.by_goal(plan.agreement):
        if place in criterion.primary.areas:
            for id_ in criterion.primary.indicators:
                yield criterion, plan.agreement.indicators[id_], summary.current_row(plan.exact_gaps, plan.year, criterion.id, id_, place)


def _mark(indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """The mark of one year, with its words for those who cannot see it."""
    return f'{mark(indicator, row)}<span class="said">{escape(said(indicator, row, lang))}</span>'


def mark(indicator: Indicator, row: Mapping[str, Any]) -> str:
    """The mark of a judged row, which its words have to stand beside."""
    kind, letter = row["verdict"], sign(indicator, row)
    kind = kind if kind in MARKS else "waiting" if letter == WAITING else "open"
    return f'<span class="m {kind}" aria-hidden="true">{letter}</span>'


def sign(indicator: Indicator, row: Mapping[str, Any]) -> str:
    """The letter of the mark of a judged row; a year in which nobody measured waits for nothing."""
    if row["verdict"] in MARKS:
        clear, chance, estimate = MARKS[row["verdict"]]
        return clear if sure(indicator, row) else estimate if indicator.uncertainty == "estimate" else chance
    if row["verdict"] == "not_measured" and not pd.isna(row["no_measurement_year"]):
        return NOTHING
    return UNDECIDED.get(row["verdict"], WAITING)


def marked(indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """The mark of a row with its words beside it; a starting point is called one."""
    if row["role"] == "baseline":
        return escape(say("baseline", lang))
    return f'{mark(indicator, row)} <span class="verdict {row["verdict"]}">{escape(said(indicator, row, lang))}</span>'


def said(indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """A verdict in the fewest words, and whether it is clear; of a full count that needs no saying."""
    verdict = say(row["verdict"], lang)
    if row["verdict"] not in MARKS or row["certainty"] == "full_count":
        return verdict
    return f"{verdict}, {say(how_sure(indicator, row), lang)}"


def how_sure(indicator: Indicator, row: Mapping[str, Any]) -> str:
    """The key of how sure a verdict is, in the fewest words."""
    if indicator.uncertainty == "estimate":
        return "estimate_short"
    return {"certain": "clear_short", "unknown": "unknown_short"}.get(claimed(indicator, row), "chance_short")


def _words(plan: Plan, indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """The row's own year in words, with value and target of what is judged; a starting point waits for its first year."""
    if row["role"] == "baseline":
        return escape(say("not_yet_due", lang))
    measured, _ = measured_against(plan, indicator, row, lang)
    words = said(indicator, row, lang) + ("" if row["year"] == plan.year or row["verdict"] not in MARKS else f" ({row['year']})")
    return f'<span class="verdict {row["verdict"]}">{escape(f"{words}:" if measured else words)}</span> {escape(measured)}'.strip()


def measured_against(plan: Plan, indicator: Indicator, row: Mapping[str, Any], lang: str) -> tuple[str, list[dict]]:
    """What was measured against what of a promise that is met or not, with both figures; empty of all others."""
    if row["role"] != "judged" or row["verdict"] not in MARKS:
        return "", []
    value, target = observed_words(plan, row, indicator, lang), target_words(plan, row, lang)
    return say("total_against", lang, total=value, path=target), figures_of(row, [(row["value"], value), (row["target"], target)])
