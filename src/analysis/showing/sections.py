"""The areas side by side and among others, and month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..promises.agreement import COMBINED
from ..promises.catalogue import say
from . import charts, elements, place_charts, run_charts, wording
from .asked import for_analysts
from .elements import Shown

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["areas", "comparisons", "months", "rates"]
__dir__ = __all__.copy  # what an editor offers

_BY_CHANCE = ("process", "estimate")  # kinds of uncertainty of what happens by itself; evenings held are decided


@for_analysts
def months(plan: Plan, lang: str, place: str = COMBINED) -> Shown:
    """The run chart of every series of an area, or of all together, that comes by month, folded; or why there is none.

    >>> sections.months(plan, "en")
    <months-combined: Month by month: reported vandalism...>
    """
    members = [indicator for indicator in plan.agreement.indicators.values() if indicator.uncertainty in _BY_CHANCE]
    found = list(filter(None, (run_charts.run_chart(plan, lang, indicator.id, place) for indicator in members)))
    element = elements.element_id("months", place)
    own = [indicator for indicator in members if len(plan.months(indicator.id, place))]
    joint = [indicator for indicator in members if indicator not in own and len(plan.months(indicator.id, COMBINED))]
    parts = (
        [
            elements.paragraph(
                f"{element}-joint",
                [say("months_elsewhere", lang, n=len(plan.agreement.areas), count=wording.spelled(len(plan.agreement.areas), lang))],
                kind="note",
            )
        ]
        if joint
        else []
    )
    if found:
        listed = wording.listed([indicator.name[lang].lower() for indicator in own], lang)
        parts.insert(0, elements.folded(elements.in_pairs(element, found), say("months_of", lang, what=listed)))
    return elements.together(element, parts or [elements.paragraph(element, [say("no_months", lang)], kind="nothing")])


@for_analysts
def areas(plan: Plan, lang: str) -> Shown:
    """The four areas side by side for each indicator that is measured in any of them and named by a promise.

    >>> sections.areas(plan, "en")
    <areas: Share feeling safe Per cent...>
    """
    measured = [
        indicator.id
        for indicator in plan.agreement.indicators.values()
        if indicator.id in plan.agreement.promised
        and indicator.unit != "dkk"
        and len((rows := plan.yearly(indicator.id, plan.agreement.areas))[rows["value"].notna() | (rows["status"] == "suppressed")])
    ]
    return elements.in_pairs("areas", [charts.small_multiples(plan, lang, indicator) for indicator in measured])


@for_analysts
def comparisons(plan: Plan, lang: str) -> Shown:
    """Our areas among others of their kind: rank and funnel of every indicator that a promise holds against another place.

    >>> sections.comparisons(plan, "en")
    <comparisons: Share feeling safe: rank among vulnerable housing areas...>
    """
    compared = dict.fromkeys(
        id_ for criterion in plan.agreement.criteria.values() if criterion.primary.rule.compared_with for id_ in criterion.primary.indicators
    )
    if not compared:
        return elements.paragraph("comparisons", [say("comparison_no_promise", lang)], kind="nothing")
    return elements.in_pairs("comparisons", [draw(plan, lang, indicator) for indicator in compared for draw in (place_charts.comparison, place_charts.funnel)])


@for_analysts
def rates(plan: Plan, lang: str) -> Shown:
    """Our areas against the municipality and the country: reports per 1,000 inhabitants, of every indicator that names who lives there.

    >>> sections.rates(plan, "en")
    <rates: Reported vandalism per 1,000 inhabitants...>
    """
    inhabited = [indicator.id for indicator in plan.agreement.indicators.values() if indicator.population]
    if not inhabited:
        return elements.paragraph("rates", [say("rates_no_inhabitants", lang)], kind="nothing")
    return elements.together("rates", [place_charts.rates(plan, lang, indicator) for indicator in inhabited])
