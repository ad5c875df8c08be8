"""The parts of a page in order: one section a topic, one part an indicator, the areas side by side, the comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging import summary
from ..promises.agreement import COMBINED, Indicator
from ..promises.catalogue import say
from . import charts, elements, findings, place_charts, promise_words, run_charts, tables, years_together
from .elements import Shown, area_name, escape

if TYPE_CHECKING:
    from ..plan import Plan

_BY_CHANCE = ("process", "estimate")  # kinds of uncertainty of what happens by itself; evenings held are decided


def indicators(plan: Plan, lang: str, area: str) -> Shown:
    """One section a topic, one part an indicator, all of the same build: what is measured, chart, meaning, gap.

    >>> sections.indicators(plan, "en", "motalavej")
    <sections: Safety Share feeling safe ...>
    """
    parts: list[Shown] = []
    for topic, members in findings.topics(plan, lang).items():
        parts.append(Shown(f"<h2>{escape(topic)}</h2>", f"topic-{topic}"))
        for indicator in members:
            parts += _part(plan, lang, indicator, area)
    return elements.together("sections", parts)


def _part(plan: Plan, lang: str, indicator: Indicator, area: str) -> list[Shown]:
    """One indicator for one area; where only the combined figure exists, that is what is shown, and said."""
    own = findings.latest_of(plan, indicator.id, area) or _hidden(plan, indicator.id, area)
    place = area if own else COMBINED
    heading = indicator.name[lang] if place == area else f"{indicator.name[lang]} ({area_name(plan, COMBINED, lang).lower()})"
    parts = [Shown(f'<h3>{escape(heading)}</h3><p class="meaning">{escape(indicator.meaning.get(lang, ""))}</p>', f"part-{indicator.id}")]
    if not own and not findings.latest_of(plan, indicator.id, COMBINED):
        sentence, _ = findings.change_sentence(plan, lang, indicator, area)
        return [*parts, elements.paragraph(f"none-{indicator.id}", [sentence], kind="nothing"), *_months(plan, lang, indicator, area, place)]
    parts += [charts.series(plan, lang, indicator.id, place), *_months(plan, lang, indicator, area, place)]
    parts += filter(None, [years_together.findings(plan, lang, indicator.id, place)])
    for row in summary.held_against_target(plan.exact_gaps, plan.year, indicator.id, place)[:1]:
        sentence, figures = promise_words.gap_sentence(plan, lang, row)
        parts.append(elements.paragraph(elements.element_id("gap", indicator.id, place), [sentence], figures))
    sentence, figures = findings.per_thousand_sentence(plan, lang, indicator, place)
    if sentence:
        parts.append(elements.paragraph(elements.element_id("homes", indicator.id, place), [sentence], figures))
    more = [
        tables.comments(plan, lang, indicator.id, place),
        tables.readings(plan, lang, indicator.id, place),
        tables.fixed_path(plan, lang, indicator.id, place),
    ]
    return [*parts, *filter(None, more)]


def _months(plan: Plan, lang: str, indicator: Indicator, area: str, place: str) -> list[Shown]:
    """The run chart of what happens by chance or is estimated: the area's own, or, where its years stand for all areas together, theirs.

    Where an area has years of its own, but months come only for all areas together, a line says where these stand.
    """
    if indicator.uncertainty not in _BY_CHANCE:
        return []
    own, joint = (len(plan.months(indicator.id, each)) > 0 for each in (area, COMBINED))
    if joint and not own and place != COMBINED:
        return [elements.paragraph(f"months-of-{indicator.id}", [say("months_elsewhere", lang, n=len(plan.agreement.areas))], kind="note")]
    return list(filter(None, [run_charts.run_chart(plan, lang, indicator.id, area if own else COMBINED)]))


def months(plan: Plan, lang: str) -> Shown:
    """The run chart of every series of all areas together that comes by month, or why there is none.

    >>> sections.months(plan, "en")
    <months: The 4 areas combined: ...>
    """
    shown = [
        run_charts.run_chart(plan, lang, indicator.id, COMBINED) for indicator in plan.agreement.indicators.values() if indicator.uncertainty in _BY_CHANCE
    ]
    found = list(filter(None, shown))
    return elements.together("months", found or [elements.paragraph("no-months", [say("no_months_joint", lang)], kind="nothing")])


def _hidden(plan: Plan, indicator: str, area: str) -> bool:
    """Whether a whole year is hidden here; hidden months alone make no chart of years."""
    return bool((plan.yearly(indicator, [area])["status"] == "suppressed").any())


def areas(plan: Plan, lang: str) -> Shown:
    """The four areas side by side for each indicator that is measured in any of them and named by a promise.

    >>> sections.areas(plan, "en")
    <areas: Motalavej: Share feeling safe: 79.5% (2021)...>
    """
    measured = [
        indicator.id
        for indicator in plan.agreement.indicators.values()
        if indicator.id in plan.agreement.promised
        and indicator.unit != "dkk"
        and len((rows := plan.yearly(indicator.id, plan.agreement.areas))[rows["value"].notna() | (rows["status"] == "suppressed")])
    ]
    return elements.together("areas", [charts.small_multiples(plan, lang, indicator) for indicator in measured])


def comparisons(plan: Plan, lang: str) -> Shown:
    """Our areas among others of their kind: rank and funnel of every indicator that a promise holds against another place.

    >>> sections.comparisons(plan, "en")
    <comparisons: In 2021 Sydbyen lay clearly above Opdigterparken...>
    """
    compared = dict.fromkeys(
        id_ for criterion in plan.agreement.criteria.values() if criterion.primary.rule.compared_with for id_ in criterion.primary.indicators
    )
    if not compared:
        return elements.paragraph("comparisons", [say("comparison_no_promise", lang)], kind="nothing")
    return elements.together("comparisons", [draw(plan, lang, indicator) for indicator in compared for draw in (place_charts.comparison, place_charts.funnel)])


def rates(plan: Plan, lang: str) -> Shown:
    """Our areas against the municipality and the country: reports per 1,000 inhabitants, of every indicator that names who lives there.

    >>> sections.rates(plan, "en")
    <rates: Reported vandalism per 1,000 inhabitants was higher in 2021 in the 4 areas combined (26.1)...>
    """
    inhabited = [indicator.id for indicator in plan.agreement.indicators.values() if indicator.population]
    if not inhabited:
        return elements.paragraph("rates", [say("rates_no_inhabitants", lang)], kind="nothing")
    return elements.together("rates", [place_charts.rates(plan, lang, indicator) for indicator in inhabited])
