"""The first page: how the promises stand in a sentence and a picture of marks, which are broken, what is missing, what is new.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..judging import summary
from ..promises.agreement import COMBINED, PRIMARY, Criterion, Indicator
from ..promises.catalogue import say
from . import charts, pages, years_together
from .elements import Shown, area_name, breakable, escape, figure, figures_of, together
from .findings import delivery
from .promise_cells import promise_heading
from .promise_words import claimed, observed_words, target_words

if TYPE_CHECKING:
    from ..plan import Plan

Judged = tuple[Criterion, Indicator, Mapping[str, Any]]  # a promise, what it is measured by, its row of the report's year
MARKS = {"met": "●○", "not_met": "■□"}  # of a verdict: clear (or a full count), and within chance
UNDECIDED, OPEN = "≈", "·"
_CHARTS = 2  # of a plan in which nothing can be judged yet: so many series are drawn, those of most years


def index(plan: Plan, lang: str, links: Sequence[tuple[str, str]]) -> list[Shown]:
    """The first page: the answer, what stands out, what is broken, what is missing and from whom, what is new.

    >>> front.index(plan, "en", [])[0]
    <title: EXAMPLE DATA ... What was...>
    """
    parts = [pages.title(plan, lang, say("index_title", lang)), pages.partnership_headlines(plan, lang)]
    if any(state in summary.DECIDED for state in summary.promise_states(plan.agreement, plan.exact_gaps, plan.year).values()):
        parts += [marks(plan, lang, links), clear(plan, lang), broken(plan, lang)]
    else:
        parts.append(known(plan, lang))
    parts.append(missing(plan, lang))
    parts += [Shown(f"<h2>{say('news', lang)}</h2>", "heading-news"), pages.news(plan, lang)]
    return [*parts, pages.provenance(plan, lang)]


# --- the picture -----------------------------------------------------------------------------------------


def marks(plan: Plan, lang: str, links: Sequence[tuple[str, str]] = ()) -> Shown:
    """Every promise × area × year as a mark: its form says met, not met or not known, its fill clear or within chance; the last column says it in words.

    >>> front.marks(plan, "en")
    <marks: The promises at a glance ...>
    """
    years = range(plan.agreement.start.year, plan.year + 1)
    named, body, figures = dict(links), [], []
    for place in (*plan.agreement.areas, COMBINED):
        if rows := list(_rows(plan, place)):
            counts = summary.standing(summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, place))
            figures += [figure("promises", place, plan.year, n, str(n)) for n in counts[1:5]]
            body += [_heading(plan, lang, place, counts, named, len(years)), *_lines(plan, lang, place, rows, years)]
    head = "".join(f'<th scope="col">{text}</th>' for text in (escape(say("criterion", lang)), *years, escape(say("in_words", lang, year=plan.year))))
    caption = f'<caption id="marks-caption">{escape(say("marks", lang))}</caption>'
    table = f'<table class="marks" id="marks">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    return Shown(f'{table}<p class="key">{escape(say("marks_key", lang))}</p>', "marks", figures)


def _heading(plan: Plan, lang: str, place: str, counts: summary.Standing, named: Mapping[str, str], years: int) -> str:
    """The row above a place's promises: its name, which leads to its page, and how its promises stand."""
    name, file = breakable(area_name(plan, place, lang)), "partnership.html" if place == COMBINED else f"area-{place}.html"
    link = f'<a href="{file}">{name}</a>' if file in named else name
    key = "stands_before" if counts.broken_before else "stands"
    stands = escape(say(key, lang, met=counts.met, before=counts.broken_before, not_met=counts.not_met, open=counts.open))
    return f'<tr class="group"><th scope="colgroup" colspan="{years + 2}">{link} <small>{stands}</small></th></tr>'


def _lines(plan: Plan, lang: str, place: str, rows: list[Judged], years: Sequence[int]) -> Iterator[str]:
    """A row a promise; those that no year could judge share the last one, with why."""
    open_: dict[str, list[str]] = {}
    for criterion, indicator, current in rows:
        cells = [_mark(plan, lang, criterion, indicator, place, year) for year in years]
        if any(mark in cell for cell in cells for mark in (*MARKS["met"], *MARKS["not_met"], UNDECIDED)):
            marked = "".join(f"<td>{cell}</td>" for cell in cells)
            yield f'<tr><th scope="row">{promise_heading(plan, lang, criterion, indicator)}</th>{marked}<td>{_words(indicator, current, lang)}</td></tr>'
        else:
            open_.setdefault(say("not_yet_due" if current["role"] == "baseline" else current["verdict"], lang), []).append(
                promise_heading(plan, lang, criterion, indicator)
            )
    if open_:
        listed = "; ".join(f"{', '.join(names)} ({escape(why).lower()})" for why, names in open_.items())
        yield f'<tr><th class="open" scope="row" colspan="{len(years) + 2}">{escape(say("not_judged_yet", lang))} {listed}</th></tr>'


def _rows(plan: Plan, place: str) -> Iterator[Judged]:
    """Each promise × indicator of a place, with its row of the report's year, in the order of the goals."""
    for criterion in summary.by_goal(plan.agreement):
        if place in criterion.primary.areas:
            for id_ in criterion.primary.indicators:
                yield criterion, plan.agreement.indicators[id_], summary.current_row(plan.exact_gaps, plan.year, criterion.id, id_, place)


def _mark(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, place: str, year: int) -> str:
    """The mark of one year, with its words for those who cannot see it; nothing where the promise has no such year."""
    rows = plan.exact_gaps
    same = (rows["criterion"] == criterion.id) & (rows["indicator"] == indicator.id) & (rows["area"] == place) & (rows["year"] == year)
    found = rows[same & (rows["reading"] == PRIMARY) & (rows["role"] == "judged")].to_dict("records")
    if not found:
        return ""
    row = found[0]
    kind = row["verdict"] if row["verdict"] in MARKS else "open"
    text = MARKS[kind][not _sure(indicator, row)] if kind in MARKS else UNDECIDED if row["verdict"] == "rounding_undecided" else OPEN
    return f'<span class="m {kind}" aria-hidden="true">{text}</span><span class="said">{escape(_said(indicator, row, lang))}</span>'


def _sure(indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether a verdict is claimed among all of the report's, or a full count; never of what a supplier has estimated."""
    return claimed(indicator, row) in ("full_count", "certain")


def _said(indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """A verdict in the fewest words, and whether it is clear; of a full count that needs no saying."""
    verdict = say(row["verdict"], lang)
    if row["verdict"] not in MARKS or row["certainty"] == "full_count":
        return verdict
    return f"{verdict}, {say(_how_sure(indicator, row), lang)}"


def _how_sure(indicator: Indicator, row: Mapping[str, Any]) -> str:
    if indicator.uncertainty == "estimate":
        return "estimate_short"
    return {"certain": "clear_short", "alone": "alone_short"}.get(claimed(indicator, row), "chance_short")


def _words(indicator: Indicator, row: Mapping[str, Any], lang: str) -> str:
    """The row's own year in words; a starting point waits for its first year."""
    if row["role"] == "baseline":
        return escape(say("not_yet_due", lang))
    return f'<span class="verdict {row["verdict"]}">{escape(_said(indicator, row, lang))}</span>'


# --- what follows ----------------------------------------------------------------------------------------


def clear(plan: Plan, lang: str) -> Shown:
    """What the years together tell beyond chance, the first thing of each indicator and place, and how much chance alone would make look so.

    >>> front.clear(plan, "en")
    <clear: What the years clearly show ...>
    """
    items, figures, rows = [], [], plan.exact_periods
    told = rows[rows[["trend_clear", "ratio_clear", "difference_clear"]].any(axis=1)]
    for place in (*plan.agreement.areas, COMBINED):
        for id_ in dict.fromkeys(told.loc[told["area"] == place, "indicator"]):
            said = years_together.lead(plan, lang, id_, place)
            items.append(f"<li><strong>{escape(area_name(plan, place, lang))}:</strong> {escape(said.text)}</li>")
            figures += said.figures
    budget, counts = pages.budget_sentence(plan, lang)
    body = f"<h2>{escape(say('clear_head', lang))}</h2><ul>{''.join(items)}</ul>" if items else ""
    return Shown(body + (f'<p class="key">{escape(budget)}</p>' if budget else ""), "clear", [*figures, *counts])


def broken(plan: Plan, lang: str) -> Shown:
    """The promises that are not kept in the report's year, by place: what was measured against what, the clear ones first.

    >>> front.broken(plan, "en")
    <broken: Not met in 2021 ...>
    """
    items, figures = [], []
    for place in (*plan.agreement.areas, COMBINED):
        mine = [each for each in _rows(plan, place) if each[2]["role"] == "judged" and each[2]["verdict"] == "not_met"]
        lines = []
        for criterion, indicator, row in sorted(mine, key=lambda each: not _sure(each[1], each[2])):
            value, target = observed_words(plan, row, indicator, lang), target_words(plan, row, lang)
            sure = "" if row["certainty"] == "full_count" else f" ({escape(say(_how_sure(indicator, row), lang))})"
            lines.append(f"<li>{promise_heading(plan, lang, criterion, indicator)}: {escape(say('broken_by', lang, value=value, target=target))}{sure}</li>")
            figures += figures_of(row, [(row["value"], value), (row["target"], target)])
        if lines:
            items.append(f"<h3>{breakable(area_name(plan, place, lang))}</h3><ul>{''.join(lines)}</ul>")
    heading = f"<h2>{escape(say('broken', lang, year=plan.year))}</h2>"
    return Shown(heading + ("".join(items) or f"<p>{escape(say('none_broken', lang, year=plan.year))}</p>"), "broken", figures)


def missing(plan: Plan, lang: str) -> Shown:
    """What has to come before the rest can be judged: from whom, and how many promises wait for it; and what the board has to decide.

    >>> front.missing(plan, "en")
    <missing: What is missing ...>
    """
    waiting = summary.unmeasured(plan.agreement, plan.exact_gaps, plan.year)
    items = [_waits(delivery(plan.agreement.indicators[id_], lang), ids, lang) for id_, ids in sorted(waiting.items(), key=lambda each: -len(each[1]))]
    states = summary.promise_states(plan.agreement, plan.exact_gaps, plan.year)
    undecided = [criterion.id for criterion in plan.agreement.criteria.values() if criterion.decide and not criterion.decided_by]
    waiting_for_board = [id_ for id_ in undecided if states[id_] not in summary.DECIDED]
    if waiting_for_board:
        items.append(_waits(say("decisions_wait", lang, n=len(waiting_for_board)), waiting_for_board, lang))
    body = f'<ul class="waits">{"".join(items)}</ul>' if items else f"<p>{escape(say('nothing_missing', lang))}</p>"
    judged = [id_ for id_ in undecided if states[id_] in summary.DECIDED]
    note = f'<p class="key">{escape(say("judged_undecided", lang, n=len(judged), ids=", ".join(judged)))}</p>' if judged else ""
    return Shown(f"<h2>{escape(say('missing_first', lang))}</h2>{body}{note}", "missing")


def _waits(what: str, ids: Iterable[str], lang: str) -> str:
    listed = list(ids)
    return f"<li>{escape(what)} <small>({escape(say('promises_wait', lang, n=len(listed), ids=', '.join(listed)))})</small></li>"


def known(plan: Plan, lang: str) -> Shown:
    """Of a plan in which nothing can be judged yet what is known of each area, with the charts of what was measured for several years.

    >>> front.known(plan, "en")
    <known: What is known so far ...>
    """
    items, figures = [], []
    for area in plan.agreement.areas:
        told, more, _ = pages.topics_known(plan, lang, area)
        items.append(
            f"<h3>{breakable(area_name(plan, area, lang))}</h3>" + (f"<ul>{''.join(told)}</ul>" if told else f"<p>{escape(say('nothing_known', lang))}</p>")
        )
        figures += more
    rows = plan.exact_observations
    rows = rows[rows["area"].isin(list(plan.agreement.areas)) & rows["indicator"].isin(plan.agreement.promised) & rows["value"].notna()]
    several = rows.groupby(["indicator", "area"], sort=False).size().loc[lambda years: years > 1]
    drawn = [charts.series(plan, lang, *series) for series in several.sort_values(ascending=False, kind="stable").index[:_CHARTS]]
    return together("known", [Shown(f"<h2>{escape(say('known_so_far', lang))}</h2>{''.join(items)}", "known-areas", figures), *drawn])
