"""The tables of promises: what was asked for, measured and judged, by area, by reading and year by year; and what is missing to judge the rest.

Each function returns something `Shown`: HTML for a page or JupyterLab, together with every figure in it, so
that `key_figures.csv` lists what a reader sees. Text from data is always escaped. In the examples `plan` is
`Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..judging import summary
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from ..promises.comments import Comment
from . import wording, years_together
from .asked import for_analysts
from .elements import Shown, area_name, breakable, element_id, escape, figure, paragraph, table
from .findings import delivery
from .promise_cells import reading_cells
from .promise_words import to_decide, waiting

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["comments", "fixed_path", "not_judged", "readings", "year_by_year"]
__dir__ = __all__.copy  # what an editor offers


_READING = ("criterion", "year", "value", "target_plain", "gap", "verdict_word", "certainty", "change")  # headings of a reading's rows


def _comment(comment: Comment, lang: str) -> str:
    """One comment, marked as one, with who wrote it and when."""
    by = say("comment_by", lang, author=comment.author, on=wording.day(comment.date, lang))
    return f'<span class="comment"><b>{escape(by)}</b> {escape(comment.text[lang])}</span>'


@for_analysts
def comments(plan: Plan, lang: str, indicator: str, area: str, promise: str = "") -> Shown | None:
    """What the coordinators said of the promises about an indicator (or of one of them), every year; None where nobody did.

    >>> tables.comments(plan, "en", "safe_share", "sydbyen")
    <comments-safe-share-sydbyen: T1c, 2019: Comment, Koordinator...>
    """
    said = [(comment, plan.agreement.criteria[comment.criterion].primary) for comment in plan.comments]
    mine = [comment for comment, reading in said if indicator in reading.indicators and area in reading.areas and comment.area in ("", area)]
    mine = [comment for comment in mine if promise in ("", comment.criterion)]
    body = "".join(f"<p>{escape(comment.criterion)}, {comment.year}: {_comment(comment, lang)}</p>" for comment in mine)
    return Shown(body, element_id("comments", *filter(None, [promise]), indicator, area)) if mine else None


@for_analysts
def readings(plan: Plan, lang: str, indicator: str, area: str, promise: str = "") -> Shown | None:
    """The rows of every promise (or of one) and reading about an indicator in an area: target, gap, verdict, change.

    >>> tables.readings(plan, "en", "safe_share", "motalavej")
    <readings-safe-share-motalavej: Share feeling safe, Motalavej:...>
    """
    rows, figures, known = [], [], plan.agreement.indicators[indicator]
    for current in summary.rows_of(plan.exact_gaps, plan.year, indicator, area):
        if promise not in ("", current["criterion"]):
            continue
        criterion = plan.agreement.criteria[current["criterion"]]
        text = criterion.reading(current["reading"]).text.get(lang, "") or criterion.quote
        if current["reading"] != "primary":
            text = say("or_reading", lang, text=text)
        heading = f'<span class="id">{escape(criterion.id)}</span> {escape(text)}'
        for number, row in enumerate(summary.years_shown(plan.exact_gaps, plan.year, current)):
            cells, more = reading_cells(plan, lang, known, row, last=row["year"] == current["year"])
            rows.append([heading if number == 0 else None, *cells])
            figures += more
    if not rows:
        return None
    element, header = element_id("readings", *filter(None, [promise]), indicator, area), [say(key, lang) for key in _READING]
    caption = f"{known.name[lang]}, {area_name(plan, area, lang)}: {say('gap', lang).lower()}"
    return Shown(table(element, caption, header, rows), element, figures)


@for_analysts
def fixed_path(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """For promises chained on last year's actual: where the path would be had each year just been met, and why it matters.

    >>> tables.fixed_path(plan, "en", "move_out_rate", "combined")
    <path-move-out-rate-combined: The promise counts from the...>
    """
    rows = summary.fixed_path(plan.exact_gaps, indicator, area)
    if rows.empty:
        return None
    known = plan.agreement.indicators[indicator]
    steps = [_step(plan, row, known, lang) for row in rows.to_dict("records")]
    figures = [figure(indicator, area, *row) for row in zip(rows["year"], rows["fixed_path"], steps, strict=True)]
    return paragraph(element_id("path", indicator, area), [say("fixed_path", lang, path=" → ".join(steps))], figures, "note")


def _step(plan: Plan, row: Mapping[str, Any], indicator: Indicator, lang: str) -> str:
    """One target of a fixed path as it is written, before it is rounded where things are counted: what it comes to together can be added up."""
    if indicator.unit == "count":
        return years_together.part_words(row["fixed_path"], lang)
    return wording.target(row["fixed_path"], indicator.unit, lang)


@for_analysts
def year_by_year(plan: Plan, lang: str, indicator: str, areas: Sequence[str]) -> Shown:
    """Every year of the chosen reading of each promise about an indicator: target, gap, verdict, certainty, and the smallest certain change.

    >>> tables.year_by_year(plan, "en", "safe_share", ["motalavej"])
    <year-by-year: Share feeling safe: gap to target Promise Year...>
    """
    known, rows, figures = plan.agreement.indicators[indicator], [], []
    gaps = plan.exact_gaps[(plan.exact_gaps["indicator"] == indicator) & (plan.exact_gaps["reading"] == "primary") & (plan.exact_gaps["role"] != "period")]
    for (criterion, area), mine in gaps[gaps["area"].isin(areas)].groupby(["criterion", "area"], sort=False):
        promise = say("what_if", lang) if plan.supposed else criterion
        heading = f'<span class="id">{escape(promise)}</span> {breakable(area_name(plan, area, lang))}'
        for number, row in enumerate(mine.sort_values("year").to_dict("records")):
            cells, more = reading_cells(plan, lang, known, row, last=row["year"] == plan.year)
            rows.append([heading if number == 0 else None, *cells])
            figures += more
    if not rows:
        return paragraph("year-by-year", [say("no_promise", lang, what=known.name[lang])], kind="nothing")
    caption = f"{known.name[lang]}: {say('gap', lang).lower()}"
    return Shown(table("year-by-year", caption, [say(key, lang) for key in _READING], rows), "year-by-year", figures)


@for_analysts
def not_judged(plan: Plan, lang: str) -> Shown:
    """What is missing before the rest can be judged: deliveries, and decisions the board has to take.

    >>> tables.not_judged(plan, "en")
    <not-judged: Deliveries that are missing Delivery Promise The...>
    """
    unmeasured = summary.unmeasured(plan.agreement, plan.exact_gaps, plan.year)
    items = [[escape(delivery(plan.agreement.indicators[id_], lang)), escape(", ".join(waiting(plan, ids)))] for id_, ids in unmeasured.items()]
    deliveries = table("missing-deliveries", say("missing_deliveries", lang), [say("delivery", lang), say("criterion", lang)], items)
    open_ = [[escape(to_decide(criterion, lang)), escape(criterion.id)] for criterion in plan.agreement.criteria.values() if criterion.unconfirmed]
    decisions = table("missing-decisions", say("missing_decisions", lang), [say("to_decide", lang), say("criterion", lang)], open_)
    return Shown((deliveries if items else "") + (decisions if open_ else ""), "not-judged")
