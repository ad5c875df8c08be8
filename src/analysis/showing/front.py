"""The first page: how the promises stand in a sentence and a picture of marks, which are broken, what is missing, what is new.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..judging import summary
from ..promises.agreement import COMBINED
from ..promises.catalogue import say
from . import charts, marks, pages, wording, years_together
from .asked import for_analysts
from .elements import Shown, area_name, breakable, element_id, escape, folded, in_pairs, paragraph, publisher_name, together
from .findings import delivery
from .promise_cells import promise_heading
from .promise_words import sure, waiting

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["answer", "broken", "clear", "directory", "figures_from", "index", "known", "missing", "several_years"]
__dir__ = __all__.copy  # what an editor offers

_SHORT_NAME = 60  # letters in the name of who delivered; a longer one lists publications, and stands with them
_DELIVERIES = 5  # that are missing stand on page one unfolded, those that most promises wait for
_NAMED = 5  # promises that wait for the same are named, more are told by their ids alone
_CHARTS = 2  # of a plan in which nothing can be judged yet: so many series are drawn, those of most years


@for_analysts
def index(plan: Plan, lang: str, links: Sequence[tuple[str, str]]) -> list[Shown]:
    """The first page: the answer, what stands out, what is broken, what is missing and from whom, what is new.

    >>> front.index(plan, "en", [])[0]
    <title: EXAMPLE DATA ... What was...>
    """
    parts, stands = [pages.title(plan, lang, say("index_title", lang), short=False)], pages.partnership_headlines(plan, lang)
    if any(state in summary.DECIDED for state in summary.promise_states(plan.agreement, plan.exact_gaps, plan.year).values()):
        parts += [in_pairs("front", [stands, broken(plan, lang)]), pages.short_forms(plan, lang), marks.table(plan, lang, links)]
        found, more = clear(plan, lang), []
    else:
        parts += [pages.short_forms(plan, lang), stands]
        found, more = known(plan, lang), [several_years(plan, lang)]
    news = [Shown(f"<h2>{say('news', lang)}</h2>", "heading-news"), pages.news(plan, lang)] if plan.last_edition else []
    parts += [in_pairs("front", [together("found", [found, *news]), missing(plan, lang)]), *more]
    parts += [figures_from(plan, lang)] if ("data-check.html" in dict(links)) else []
    return [*parts, directory(plan, lang, links), folded(pages.provenance(plan, lang), say("about_report", lang))]


@for_analysts
def answer(plan: Plan, lang: str, place: str) -> Shown:
    """How the promises of one place stand: a sentence, the marks, what the years clearly show, what is not met; else what is known there.

    >>> front.answer(plan, "en", "motalavej")
    <answer-motalavej: Of the area's own 9 promises in 2021: 6 met (3 of them not in every year before), 1 not met...>
    """
    states = summary.promise_states(plan.agreement, plan.exact_gaps, plan.year, place)
    joint = place == COMBINED
    stands = [pages.partnership_headlines(plan, lang), pages.combined_standing(plan, lang)] if joint else [pages.area_standing(plan, lang, place)]
    if not any(state in summary.DECIDED for state in states.values()):
        return together(element_id("answer", place), stands if joint else [*stands, pages.topics_of(plan, lang, place)])
    found = [*stands, marks.table(plan, lang, places=[place]), clear(plan, lang, [place]), broken(plan, lang, place)]
    return together(element_id("answer", place), found)


# --- what follows ----------------------------------------------------------------------------------------


@for_analysts
def clear(plan: Plan, lang: str, places: Sequence[str] = ()) -> Shown:
    """What the years together tell beyond chance, the first thing of each indicator and place, and how much chance alone would make look so.

    Of all places, without what stands among the broken promises already and with the budget for chance, or of those named.

    >>> front.clear(plan, "en")
    <clear: What the years together clearly show ...>
    """
    items, breaks, figures, rows = [], [], [], plan.exact_periods
    told = rows[rows[["trend_clear", "ratio_clear", "difference_clear"]].any(axis=1)]
    named = set() if places else {(criterion.id, row["area"]) for criterion, _, row in _missed(plan, "")}
    for place in places or (*plan.agreement.areas, COMBINED):
        for id_ in dict.fromkeys(told.loc[told["area"] == place, "indicator"]):
            said = years_together.lead(plan, lang, id_, place)
            if (said.criterion, place) in named:
                continue
            where = "" if len(places) == 1 else f"<strong>{escape(area_name(plan, place, lang))}:</strong> "
            items.append(f"<li>{where}{escape(said.short)}</li>")
            breaks.append(said.breaks)
            figures += said.figures
    crossed = " ".join(filter(None, dict.fromkeys(breaks)))
    budget, counts = ("", []) if places else pages.budget_sentence(plan, lang)
    open_ = [] if places else years_together.no_direction(plan, lang)
    body = f"<h2>{escape(say('clear_head', lang))}</h2><ul>{''.join(items)}</ul>" if items else ""
    behind = [*filter(None, [crossed, open_ and say("no_direction", lang, what=wording.listed(open_, lang)), budget])]
    told = paragraph("behind-clear", behind, kind="key") if places else folded(_each(behind), say("behind_clear", lang))
    return Shown(body + (told.markup if behind else ""), "clear", [*figures, *counts])


def _each(sentences: Iterable[str]) -> Shown:
    """Sentences, each a paragraph of its own."""
    return together("behind-clear", [paragraph("behind-clear", [sentence], kind="key") for sentence in sentences])


@for_analysts
def broken(plan: Plan, lang: str, place: str = "") -> Shown:
    """The promises that are not kept in the report's year: of all places those that are clear, of one place all of them; each with what was measured.

    Where none of all is clear, the others are named.

    >>> front.broken(plan, "en")
    <broken: Promises that are not met in 2021 ...>
    """
    items, figures = [], []
    for criterion, indicator, row in _missed(plan, place):
        missed, more = marks.measured_against(plan, indicator, row, lang)
        how = f" ({escape(say(marks.how_sure(indicator, row), lang))})" if place and row["certainty"] != "full_count" else ""
        where = "" if place else f"<strong>{breakable(area_name(plan, row['area'], lang))}:</strong> "
        items.append(f"<li>{where}{promise_heading(plan, lang, criterion, indicator)}: {escape(missed)}{how}</li>")
        figures += more
    unclear = "" if items or place else _unclear(plan, lang)
    key = "broken" if place or unclear else "broken_clear"
    nothing = say("none_broken_clear", lang, list=unclear) if unclear else say("none_broken", lang, year=plan.year)
    listed = f"<ul>{''.join(items)}</ul>" if items else f"<p>{escape(nothing)}</p>"
    return Shown(f"<h2>{escape(say(key, lang, year=plan.year))}</h2>{listed}", "broken", figures)


def _missed(plan: Plan, place: str) -> list[marks.Judged]:
    """The promises that are not met in the report's year: of all places (`place` empty) those that clearly are not, of one place all, clear ones first."""
    missed = [each for one in ((place,) if place else (*plan.agreement.areas, COMBINED)) for each in _not_met(plan, one)]
    return sorted((each for each in missed if place or sure(*each[1:])), key=lambda each: not sure(*each[1:]))


def _not_met(plan: Plan, place: str) -> list[marks.Judged]:
    return [each for each in marks.rows_at(plan, place) if each[2]["role"] == "judged" and each[2]["verdict"] == "not_met"]


def _unclear(plan: Plan, lang: str) -> str:
    """The promises that are not met, by place; empty where all are."""
    missed = {place: [criterion.id for criterion, *_ in _not_met(plan, place)] for place in (*plan.agreement.areas, COMBINED)}
    return "; ".join(f"{area_name(plan, place, lang)} {', '.join(dict.fromkeys(ids))}" for place, ids in missed.items() if ids)


@for_analysts
def missing(plan: Plan, lang: str) -> Shown:
    """What has to come before the rest can be judged: from whom, and which promises wait for it; and what the board has to decide.

    >>> front.missing(plan, "en")
    <missing: What is missing ...>
    """
    lacking = summary.unmeasured(plan.agreement, plan.exact_gaps, plan.year)
    by_need = sorted(lacking.items(), key=lambda each: -len(each[1]))
    items = [_waits(plan, delivery(plan.agreement.indicators[id_], lang), waiting(plan, ids), lang) for id_, ids in by_need]
    items += [_waits_for_years(plan, each, lang) for each in summary.years_missing(plan.agreement, plan.exact_gaps, plan.year)]
    decisions, states = _decisions(plan, lang), summary.promise_states(plan.agreement, plan.exact_gaps, plan.year)
    listed = _list([*items[:_DELIVERIES], *decisions]) if items or decisions else f"<p>{escape(say('nothing_missing', lang))}</p>"
    rest = items[_DELIVERIES:]
    more = folded(Shown(_list(rest)), say("more_missing", lang, n=len(rest))).markup if rest else ""
    return Shown(f"<h2>{escape(say('missing_first', lang))}</h2>{_first_answers(plan, lang, states, bool(lacking))}{listed}{more}", "missing")


def _list(items: Iterable[str]) -> str:
    return f'<ul class="waits">{"".join(items)}</ul>'


def _decisions(plan: Plan, lang: str) -> list[str]:
    """What the board has to decide or to confirm, and what no number was agreed for: a line each, where there is anything."""
    judged, waiting_for_board = summary.unconfirmed(plan.agreement, plan.exact_gaps, plan.year)
    items = [_says(say("decisions_wait", lang, n=len(waiting_for_board)), _called(plan, waiting_for_board, lang))] if waiting_for_board else []
    states, lacking = (told(plan.agreement, plan.exact_gaps, plan.year) for told in (summary.promise_states, summary.unmeasured))
    named = {*waiting_for_board, *(id_ for ids in lacking.values() for id_ in ids)}
    numberless = [id_ for id_, state in states.items() if state == "no_target" and id_ not in named]
    if numberless:
        items.append(f"<li>{escape(say('no_number', lang, n=len(numberless), ids=_called(plan, numberless, lang)))}</li>")
    if judged:
        turned = [id_ for id_ in judged if summary.differing_readings(plan.exact_gaps, plan.year, id_)]
        otherwise = say("turned_by_reading", lang, ids=", ".join(turned)) if turned else ""
        items.append(_says(say("judged_undecided", lang, n=len(judged)), ", ".join(judged) + otherwise))
    return items


def _called(plan: Plan, promises: Sequence[str], lang: str) -> str:
    """Promises by id (each with the places it waits in, where not everywhere), with their names where they are few."""
    names = [f"{id_} {plan.agreement.promise_name(id_, lang)}" for id_ in (each.partition(" ")[0] for each in promises)]
    few = len(promises) <= _NAMED
    return ", ".join(each.replace(each.partition(" ")[0], name, 1) if few else each for each, name in zip(promises, names, strict=True))


def _first_answers(plan: Plan, lang: str, states: Mapping[str, str], lacking: bool) -> str:
    """When the first answers can come, as a paragraph, where no promise could be judged yet and some are not yet due."""
    later = [plan.agreement.criteria[id_].primary.first_year for id_, state in states.items() if state == "not_yet_due"]
    if not later or any(state in summary.DECIDED for state in states.values()):
        return ""
    waits = lacking and any(state not in ("not_yet_due", "no_target", "target_not_set") for state in states.values())
    return f"<p>{escape(say('first_answers' if waits else 'first_answers_later', lang, first=max(plan.year + 1, min(later))))}</p>"


@for_analysts
def figures_from(plan: Plan, lang: str) -> Shown:
    """Who delivered the figures, and where each one's source is to be found.

    >>> front.figures_from(plan, "en")
    <figures-from: The figures are made up, as if they came from ...>
    """
    names = [each for each in dict.fromkeys(publisher_name(plan, name) for name in plan.files["publisher"]) if len(each) <= _SHORT_NAME]
    key = "figures_from_made_up" if plan.agreement.example else "figures_from"
    sentences = [say(key, lang, who=wording.listed(names, lang))] if names else []
    sentences += [say("figures_where", lang, link="{link}"), *([] if plan.last_edition else [say("first_edition", lang)])]
    text = escape(" ".join(sentences))
    text = text.replace("{link}", f'<a href="data-check.html">{escape(say("page_data_check", lang))}</a>')
    return Shown(f'<p class="key">{text}</p>', "figures-from")


def _waits(plan: Plan, what: str, promises: Sequence[str], lang: str) -> str:
    return _says(what, say("promises_wait", lang, n=len(promises), ids=_called(plan, promises, lang)))


def _says(what: str, more: str) -> str:
    return f"<li>{escape(what)} <small>({escape(more)})</small></li>"


def _waits_for_years(plan: Plan, each: summary.YearsMissing, lang: str) -> str:
    """The line of a figure that is missing for earlier years alone."""
    without, unjudged = (wording.listed(list(map(str, years)), lang) for years in (each.without, each.unjudged))
    promise = _called(plan, [each.criterion], lang) + ("" if each.area == COMBINED else f", {area_name(plan, each.area, lang)}")
    told = say("years_wait", lang, promise=promise, years=unjudged)
    return _says(f"{delivery(plan.agreement.indicators[each.indicator], lang)}: {without}", told)


@for_analysts
def known(plan: Plan, lang: str) -> Shown:
    """Of a plan in which nothing can be judged yet what is known of each area.

    >>> front.known(plan, "en")
    <known: What is known so far ...>
    """
    items, figures = [], []
    for area in plan.agreement.areas:
        told, more, _ = pages.topics_known(plan, lang, area, [indicator for indicator, where in _drawn(plan) if where == area])
        items.append(
            f"<h3>{breakable(area_name(plan, area, lang))}</h3>" + (f"<ul>{''.join(told)}</ul>" if told else f"<p>{escape(say('nothing_known', lang))}</p>")
        )
        figures += more
    return Shown(f"<h2>{escape(say('known_so_far', lang))}</h2>{''.join(items)}", "known", figures)


@for_analysts
def several_years(plan: Plan, lang: str) -> Shown:
    """Of a plan in which nothing can be judged yet the charts of what was measured for most years.

    >>> front.several_years(plan, "en")
    <several-years: ...>
    """
    return in_pairs("several-years", [charts.series(plan, lang, *series) for series in _drawn(plan)])


def _drawn(plan: Plan) -> list[tuple[str, str]]:
    """The indicators and areas with figures for most years, which are drawn where nothing can be judged yet."""
    rows = plan.exact_observations
    rows = rows[rows["area"].isin(list(plan.agreement.areas)) & rows["indicator"].isin(plan.agreement.promised) & rows["value"].notna()]
    several = rows.groupby(["indicator", "area"], sort=False).size().loc[lambda years: years > 1]
    return list(several.sort_values(ascending=False, kind="stable").index[:_CHARTS])


# --- where to find what ----------------------------------------------------------------------------------


@for_analysts
def directory(plan: Plan, lang: str, links: Sequence[tuple[str, str]]) -> Shown:
    """Every promise, area, indicator and source by name, each leading to where it stands; folded, and only to pages there are.

    >>> front.directory(plan, "en", [("area-motalavej.html", "Motalavej"), ("data-check.html", "Data check")])
    <directory: Find a promise, an area, a measure or a source (A–Z) ...>
    """
    there, found = {file for file, _ in links}, {}

    def note(name: str, where: str, address: str) -> None:
        if address.partition("#")[0] in there:
            found.setdefault(name, {}).setdefault(where, address)

    for place in (*plan.agreement.areas, COMBINED):
        where = area_name(plan, place, lang)
        note(where, where, marks.page_of(place))
        for criterion, indicator, _ in marks.rows_at(plan, place):
            for name in (plan.agreement.promise_name(criterion.id, lang), indicator.name[lang]):
                note(name, where, f"{marks.page_of(place)}#{marks.card_of(criterion, indicator, place)}")
    for publisher in plan.files["publisher"]:
        note(publisher_name(plan, publisher), say("page_data_check", lang), "data-check.html")
    lines = []
    for name in sorted(found, key=_alphabetical):
        places = ", ".join(f'<a href="{address}">{breakable(where)}</a>' for where, address in found[name].items())
        lines.append(f"<li>{escape(name)}: {places}</li>")
    return folded(Shown(f'<ul class="directory">{"".join(lines)}</ul>', "directory"), say("directory", lang))


def _alphabetical(name: str) -> str:
    """A name as it is sorted in both languages: the letters after z last, whatever the case."""
    return name.casefold().translate({0xE6: "{", 0xF8: "|", 0xE5: "}"})  # in the alphabet's order: ae, oe, aa
