"""Marks for promises: their form says met, not met or why it is not known, their fill clear or within chance; a word says it again.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..promises.agreement import COMBINED, Criterion, Indicator
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
_MEANINGS = {  # of each mark, which no answer is, in the order of the key under the table
    "≈": "mark_rounding",
    WAITING: "mark_waiting",
    "▨": "mark_hidden",
    "≠": "mark_not_comparable",
    NOTHING: "mark_nothing",
    "·": "mark_not_due",
}
_ANSWERS = {*MARKS["met"], *MARKS["not_met"], UNDECIDED["rounding_undecided"]}


@for_analysts
def table(plan: Plan, lang: str, links: Sequence[tuple[str, str]] = (), places: Sequence[str] = ()) -> Shown:
    """Every promise × area × year as a mark, of all places or of those named; the last column says the report's year in words.

    >>> marks.table(plan, "en")
    <marks: The promises year by year ...>
    """
    years = range(plan.agreement.start.year, plan.year + 1)
    named, tables, figures = dict(links), [], []
    head = "".join(f'<th scope="col">{text}</th>' for text in (escape(say("criterion", lang)), *years, escape(say("in_words", lang, year=plan.year))))
    for place in places or (*plan.agreement.areas, COMBINED):
        if rows := list(rows_at(plan, place)):
            counts = summary.standing(summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, place))
            figures += [figure("promises", place, plan.year, n, str(n)) for n in counts.counts[1:]]
            caption = escape(say("marks", lang)) if len(places) == 1 else _caption(plan, lang, place, counts, named)
            page = "" if len(places) == 1 else page_of(place) if page_of(place) in named else None
            lines = "".join(_lines(plan, lang, place, rows, years, page))
            name = element_id("marks", place)
            tables.append(f'<table class="marks" id="{name}"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>')
            figures += [each for _, indicator, row in rows for each in missed_by(plan, indicator, row, lang)[1]]
    shown = "".join(tables)
    signs = [each for each in _MEANINGS if f">{each}</span>" in shown]
    heading = "" if len(places) == 1 else f'<p class="caption">{escape(say("marks", lang))}</p>'
    return Shown(f'{heading}<div class="places">{shown}</div><p class="key">{escape(key(lang, signs))}</p>', "marks", figures)


def key(lang: str, signs: Iterable[str] = _MEANINGS) -> str:
    """What fill, the marks without an answer and no mark mean; of the marks there are."""
    meanings = [say("mark_fill", lang), *(f"{sign} {say(_MEANINGS[sign], lang)}" for sign in signs), say("mark_none", lang)]
    return f"{'; '.join(meanings)}. {say('marks_words', lang)}"


def page_of(place: str) -> str:
    """The file of a place's page."""
    return "partnership.html" if place == COMBINED else f"area-{place}.html"


def card_of(criterion: Criterion, indicator: Indicator, place: str) -> str:
    """The name of the part of a place's page that is about one promise, which links lead to."""
    return element_id("card", criterion.id, indicator.id, place)


def _caption(plan: Plan, lang: str, place: str, counts: summary.Standing, named: Mapping[str, str]) -> str:
    """What stands above a place's promises: its name, which leads to its page, and how its promises stand."""
    name, page = breakable(area_name(plan, place, lang)), page_of(place)
    link = f'<a href="{page}">{name}</a>' if page in named else name
    stands = say(
        "stands_before" if counts.broken_before else "stands", lang, met=counts.met_now, before=counts.broken_before, not_met=counts.not_met, open=counts.open
    )
    return f"{link} <small>{escape(stands)}</small>"


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
            yield f'<tr><th scope="row">{heading}</th>{marked}<td>{_words(plan, indicator, current, lang)}</td></tr>'
        else:
            why = say("not_yet_due" if current["role"] == "baseline" else current["verdict"], lang)
            name = f'<span class="id">{escape(criterion.id)}</span> {escape(plan.agreement.promise_name(criterion.id, lang))}'  # once, whatever measures it
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
        return MARKS[row["verdict"]][not sure(indicator, row)]
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
    return {"certain": "clear_short", "alone": "alone_short"}.get(claimed(indicator, row), "chance_short")


def _words(plan: Plan, indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """The row's own year in words, with value and target of what is not met; a starting point waits for its first year."""
    if row["role"] == "baseline":
        return escape(say("not_yet_due", lang))
    missed, _ = missed_by(plan, indicator, row, lang)
    words = said(indicator, row, lang) + ("" if row["year"] == plan.year or row["verdict"] not in MARKS else f" ({row['year']})")
    return f'<span class="verdict {row["verdict"]}">{escape(f"{words}:" if missed else words)}</span> {escape(missed)}'.strip()


def missed_by(plan: Plan, indicator: Indicator, row: Mapping[str, Any], lang: str) -> tuple[str, list[dict]]:
    """What was measured against what of a promise that is not met, with both figures; empty of all others."""
    if row["role"] != "judged" or row["verdict"] != "not_met":
        return "", []
    value, target = observed_words(plan, row, indicator, lang), target_words(plan, row, lang)
    return say("total_against", lang, total=value, path=target), figures_of(row, [(row["value"], value), (row["target"], target)])
