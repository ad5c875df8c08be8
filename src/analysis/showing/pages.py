"""How a page begins and ends: its title, what a reader should know first, what is new, what it was made from.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any

from ..judging import summary
from ..judging.claims import FALSE_CLAIMS
from ..promises.agreement import COMBINED
from ..promises.catalogue import say, texts
from . import wording
from .asked import for_analysts
from .audit import before_and_after, reason_of
from .elements import Shown, area_name, element_id, escape, figure, paragraph, sources, table
from .findings import indicator_findings, topics
from .promise_words import certainty_key, standing_sentence
from .wording import value_of

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = [
    "area_standing",
    "area_title",
    "combined_standing",
    "data_check_title",
    "method_title",
    "news",
    "partnership_headlines",
    "partnership_title",
    "provenance",
    "topics_of",
]
__dir__ = __all__.copy  # what an editor offers

LETTERS = ("n", "p")  # of statistics, on pages whose tables have them


@for_analysts
def title(plan: Plan, lang: str, heading: str, *letters: str, short: bool = True) -> Shown:
    """The page's one h1, the year it is about, the marks of example or internal data, and (`short`) what short forms and single `letters` stand for."""
    marks = [say(mark, lang) for mark, on in (("example", plan.agreement.example), ("internal", plan.internal)) if on]
    warning = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in marks)
    lead = f"{plan.agreement.name[lang]} · {say('year_report', lang, year=plan.year)} · {say('as_of', lang, year=plan.year)}"
    forms = short_forms(plan, lang, *letters).markup if short else ""
    return Shown(f'{warning}<h1>{escape(heading)}</h1><p class="lead">{escape(lead)}</p>{forms}', "title")


def short_forms(plan: Plan, lang: str, *letters: str) -> Shown:
    """What the short forms in names, and single letters, stand for; nothing where there are none."""
    known, names = texts(lang), " ".join([*_promise_names(plan, lang), *(place.name for place in plan.agreement.references.values())])
    short = [say(f"short_{form}", lang) for form in (*dict.fromkeys(re.findall(r"\w+", names)), *letters) if f"short_{form}" in known]
    return Shown(f'<p class="key">{escape("; ".join(short))}.</p>' if short else "", "short-forms")


def _promise_names(plan: Plan, lang: str) -> list[str]:
    return [plan.agreement.promise_name(id_, lang) for id_ in plan.agreement.criteria]


@for_analysts
def area_title(plan: Plan, lang: str, area: str) -> Shown:
    """The title of an area's page.

    >>> pages.area_title(plan, "en", "motalavej")
    <title: EXAMPLE DATA ... Motalavej...>
    """
    return title(plan, lang, area_name(plan, area, lang), *LETTERS)


@for_analysts
def partnership_title(plan: Plan, lang: str) -> Shown:
    """The title of the page about the whole partnership.

    >>> pages.partnership_title(plan, "en")
    <title: EXAMPLE DATA ... The whole...>
    """
    return title(plan, lang, say("page_partnership", lang), *LETTERS)


@for_analysts
def data_check_title(plan: Plan, lang: str) -> Shown:
    """The title of the data check.

    >>> pages.data_check_title(plan, "en")
    <title: EXAMPLE DATA ... Data check...>
    """
    return title(plan, lang, say("page_data_check", lang))


@for_analysts
def method_title(plan: Plan, lang: str) -> Shown:
    """The title of the method page.

    >>> pages.method_title(plan, "en")
    <title: EXAMPLE DATA ... Method:...>
    """
    return title(plan, lang, say("page_method", lang), *LETTERS)


@for_analysts
def area_standing(plan: Plan, lang: str, area: str) -> Shown:
    """How an area's own promises stand in the report's year, and why some cannot be judged.

    >>> pages.area_standing(plan, "en", "motalavej")
    <standing-motalavej: Of the area's own 9 promises in 2021: 6 met (3 of them not in every year before)...>
    """
    return paragraph(element_id("standing", area), *_standing(plan, lang, area))


@for_analysts
def topics_of(plan: Plan, lang: str, area: str) -> Shown:
    """What is known of an area, one line a topic that was measured there.

    >>> pages.topics_of(plan, "en", "motalavej")
    <topics-motalavej: Safety: Share feeling safe rose...>
    """
    items, figures, missing = topics_known(plan, lang, area)
    if missing:
        items.append(f"<li><strong>{escape(say('no_data_own', lang))}:</strong> {escape(', '.join(missing))}.</li>")
    return Shown(f'<ul class="headlines">{"".join(items)}</ul>', element_id("topics", area), figures)


def topics_known(plan: Plan, lang: str, area: str, drawn: Collection[str] = ()) -> tuple[list[str], list[dict], list[str]]:
    """One line a topic that was measured in an area, the figures in them, and the topics without a figure there.

    Of indicators that are `drawn` beside them the last step is left to the chart, and what has nothing else to say to it.

    >>> pages.topics_known(plan, "en", "motalavej")[2]
    ['Media and website']
    """
    items, figures, missing = [], [], []
    for topic, indicators in topics(plan, lang).items():
        first = summary.leading(plan.exact_latest, plan.exact_gaps, plan.year, indicators, area)
        if first is None:
            missing.append(topic)
            continue
        found = indicator_findings(plan, lang, first, area, step=first.id not in drawn)
        if not found:
            continue
        figures += [each for _, more in found for each in more]
        items.append(f"<li><strong>{escape(topic)}:</strong> {escape(' '.join(sentence for sentence, _ in found))}</li>")
    return items, figures, missing


@for_analysts
def partnership_headlines(plan: Plan, lang: str) -> Shown:
    """How the promises stand in the report's year, counted once per promise; why some cannot be judged only where none can.

    >>> pages.partnership_headlines(plan, "en")
    <summary: Of the partnership's 36 promises in 2021: 19 met (12 of them not...>
    """
    sentences, counts = _standing(plan, lang, why=False)
    decided = any(state in summary.DECIDED for state in summary.promise_states(plan.agreement, plan.exact_gaps, plan.year).values())
    if decided and any(len(each.primary.areas) > 1 for each in plan.agreement.criteria.values()):
        sentences.append(say("summary_once", lang))
    if first := summary.usual_start(plan.agreement, plan.year):
        sentences.append(say("summary_young", lang, start=wording.day(plan.agreement.start, lang), first=first))
    return paragraph("summary", sentences, counts)


@for_analysts
def combined_standing(plan: Plan, lang: str) -> Shown:
    """How the promises for all areas together stand, which alone are in the table of theirs, and where the others are; nothing where these are all or none.

    >>> pages.combined_standing(plan, "en")
    <standing-combined: Of the areas' joint 25 promises in 2021: 16 met...>
    """
    states = summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, COMBINED)
    others = len(plan.agreement.criteria) - len(states)
    if not states or not others:
        return Shown("", element_id("standing", COMBINED))
    sentences, counts = _standing(plan, lang, COMBINED)
    counts.append(figure("promises", COMBINED, plan.year, others, str(others)))
    return paragraph(element_id("standing", COMBINED), [*sentences, say("combined_others", lang, n=others)], counts)


def budget_sentence(plan: Plan, lang: str) -> tuple[str, list[dict]]:
    """How many comparisons the report makes, how many of them chance alone would make look clear, and what is therefore called clear; empty of few.

    >>> pages.budget_sentence(plan, "en")[0]
    'The report makes ... comparisons. One by one 56 of them look clear, and about 14 would by chance...'
    """
    found = summary.budget(plan.exact_gaps, plan.exact_latest, plan.exact_periods, plan.contrasts)
    if found.by_chance < 1:
        return "", []
    by_chance = wording.number(found.by_chance, 0 if found.by_chance >= 1 else 1, lang)
    told = {"comparisons": str(found.comparisons), "by_chance": by_chance, "alone": str(found.alone)}
    text = say("budget_says", lang, share=wording.percent(FALSE_CLAIMS, lang, 0), **told)
    return text, [
        figure("comparisons", COMBINED, plan.year, number, shown)
        for number, shown in zip((found.comparisons, found.by_chance, found.alone), told.values(), strict=True)
    ]


def _standing(plan: Plan, lang: str, area: str | None = None, why: bool = True) -> tuple[list[str], list[dict]]:
    """How the promises stand, of all areas or of one, why some are open (`why`), and the counts as key figures."""
    found = summary.standing(summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, area))
    whose = say("combined_promises" if area == COMBINED else "area_promises", lang, n=found.promises) if area else say("all_promises", lang)
    clear = len(summary.clearly_not_met(plan.agreement, plan.exact_gaps, plan.year, area))
    found = found if why or found.undecided else found._replace(reasons={})
    counts = [*([found.promises] if found.undecided else [*found.counts, *([clear] if clear else [])]), *found.reasons.values()]
    return [standing_sentence(found, clear, whose, plan.year, lang)], [figure("promises", area or COMBINED, plan.year, n, str(n)) for n in counts]


@for_analysts
def news(plan: Plan, lang: str) -> Shown:
    """What is new since the last edition: verdicts that are others now, figures that were not there, figures that were revised.

    >>> pages.news(plan, "en")
    <news: There is no earlier edition to compare with.>
    """
    if not plan.last_edition:
        return Shown(f"<p>{say('first_edition', lang)}</p>", "news")
    parts, figures = [], []
    for row in plan.turned.to_dict("records"):
        place = f"{_promise(plan, row['criterion'], lang)}, {area_name(plan, row['area'], lang)}, {row['year']}"
        why = wording.listed([say(f"turned_by_{cause}", lang) for cause in row["causes"]], lang)
        late = f" {say('reread_late', lang)}" if row["known"] else ""
        parts.append(escape(f"{place}: {_answer(plan, row, '_before', lang)} → {_answer(plan, row, '', lang)}. {say('turned_by', lang, why=why)}{late}"))
    turned = set(plan.turned.loc[plan.turned["known"].astype(bool), "criterion"])
    parts += [escape(f"{_promise(plan, id_, lang)}: {say('reread', lang)}") for id_ in plan.reread if id_ not in turned]
    for (id_, period), rows in summary.new_years(plan.agreement, plan.new_figures, plan.year).groupby(["indicator", "period"], sort=False):
        indicator = plan.agreement.indicators[id_]
        shown = [(row, value_of(row, indicator, lang)) for row in rows.to_dict("records")]
        listed = "; ".join(f"{area_name(plan, row['area'], lang)} {text}" for row, text in shown)
        parts.append(escape(f"{indicator.name[lang]} {wording.period(period, lang)}: {listed}"))
        figures += [figure(id_, row["area"], period, row["value"], text) for row, text in shown]
    for row in summary.until(plan.changed, plan.year).to_dict("records"):
        cells, more = before_and_after(plan, row, lang)
        reason = reason_of(plan, row)
        parts.append(f"{cells[0]}, {cells[1]}, {cells[2]}: {cells[3]}" + (f" ({escape(reason)})" if reason else ""))
        figures += more
    body = "".join(f"<li>{part}</li>" for part in parts)
    since = say("since_edition", lang, edition=plan.last_edition)
    return Shown(f"<p>{since}</p>" + (f"<ul>{body}</ul>" if parts else f"<p>{say('nothing_new', lang)}</p>"), "news", figures)


def _promise(plan: Plan, id_: str, lang: str) -> str:
    """A promise by its name and its id; one that is no longer in the register by its id alone."""
    return f"{plan.agreement.promise_name(id_, lang)} ({id_})" if id_ in plan.agreement.criteria else id_


def _answer(plan: Plan, row: Mapping[str, Any], when: str, lang: str) -> str:
    """Verdict and certainty in words, now or (`_before`) in the last edition."""
    certainty = certainty_key(plan.agreement.indicators[row["indicator"]], row[f"certainty{when}"])
    return say(row[f"verdict{when}"], lang) + (f" ({say(certainty, lang).lower()})" if certainty else "")


@for_analysts
def provenance(plan: Plan, lang: str) -> Shown:
    """The page's footer: as of when, under which settings and by which version it was made, the publications, and the files, public ones with a checksum.

    >>> pages.provenance(plan, "en")
    <provenance: This report was made from the files below, by...>
    """
    settings = say("made_with", lang, year=plan.year, count=plan.agreement.small_count, answers=plan.agreement.min_answers)
    lead = f"{say('made_of', lang, version=metadata.version('analysis'))} {say('as_of', lang, year=plan.year)}. {settings}"
    rows = [
        [escape(row["file"]), f"<code>{row['sha256']}</code>" if row["sha256"] else escape(say("checksum_kept", lang))] for row in plan.files.to_dict("records")
    ]
    listed = table("provenance", say("files", lang), [say("file", lang), say("checksum", lang)], rows)
    used = {id_ for source in plan.exact_observations["source"] for part in source.split("; ") if (id_ := part.partition(":")[2])}
    printed = [
        f"<li>{sources(plan, lang, f':{id_}')}: <cite>{escape(entry['title'])}</cite></li>" for id_, entry in plan.publications.iterrows() if id_ in used
    ]
    if printed:
        listed = f"<h3>{escape(say('publications', lang))}</h3><ul>{''.join(printed)}</ul>{listed}"
    return Shown(f'<p>{escape(lead)}</p><details id="provenance-files"><summary>{escape(say("files", lang))}</summary>{listed}</details>', "provenance")
