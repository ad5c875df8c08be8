"""Promise by promise the evidence: what has become of it and how sure that is, its chart, its years; words and statistics on demand.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..promises.agreement import COMBINED, Criterion, Indicator
from ..promises.catalogue import say
from . import charts, findings, promise_words, tables, wording, years_tables, years_together
from .asked import for_analysts
from .elements import Shown, area_names, element_id, escape, figures_of, folded, in_pairs, paragraph, sources, table, together
from .marks import card_of, marked, rows_at
from .promise_cells import promise_heading

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["others", "promises"]
__dir__ = __all__.copy  # what an editor offers


_HEADINGS = ("year", "value", "target_plain", "gap_short", "verdict_word")


@for_analysts
def promises(plan: Plan, lang: str, place: str) -> Shown:
    """Every promise made for an area, or for all together (`combined`), under its goal: answer, chart and years of each.

    >>> evidence.promises(plan, "en", "motalavej")
    <promises-motalavej: Good neighbours and safety T1a Safer than the SUB average ...>
    """
    parts, goal = [], None
    for criterion, indicator, current in rows_at(plan, place):
        if criterion.goal != goal:
            goal = criterion.goal
            parts.append(Shown(f'<p class="goal">{escape(plan.agreement.goals.get(goal, {}).get(lang, goal))}</p>', "goal"))
        parts.append(promise(plan, lang, criterion, indicator, current))
    return together(element_id("promises", place), parts or [paragraph("no-promises", [say("no_own_promise", lang)], kind="nothing")])


def promise(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, current: Mapping[str, Any]) -> Shown:
    """One promise in one place, as a part of a page that can be linked to."""
    place, element = current["area"], card_of(criterion, indicator, current["area"])
    heading = f'<h3 id="{element}-name">{promise_heading(plan, lang, criterion, indicator)}</h3>'
    years = _years(plan, lang, criterion, indicator, place)
    drawn = [charts.promise(plan, lang, criterion.id, place, indicator.id), *([years] if years else [])]
    said = _together(plan, lang, criterion, indicator, place)
    parts = [_answer(plan, lang, criterion, indicator, current, said[:1]), together(element, drawn), _behind(plan, lang, criterion, indicator, place, said[1:])]
    shown = together(element, parts)
    answer, drawn_ = parts[0].markup, parts[1].markup
    body = f'{answer}<div class="beside">{drawn_}</div>' if years else f'<div class="beside">{drawn_}{answer}</div>'
    shown.markup = f'<section class="promise" id="{element}" aria-labelledby="{element}-name">{heading}{body}{parts[2].markup}</section>'
    return shown


# --- the answer ------------------------------------------------------------------------------------------


def _answer(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, current: Mapping[str, Any], years: Sequence[years_together.Said]) -> Shown:
    """What has become of the promise in the report's year, with its figures, then what the years say together."""
    sentences, figures = [], []
    judged = summary.with_gap(plan.exact_gaps, plan.year, criterion.id, indicator.id, current["area"])
    if judged is not None:
        sentence, more = promise_words.gap_sentence(plan, lang, judged)
        sentences.append(sentence)
        figures += more
    elif findings.latest_of(plan, indicator.id, current["area"]):
        sentence, more = findings.change_sentence(plan, lang, indicator, current["area"])
        sentences.append(sentence)
        figures += more
    for said in years:
        sentences.append(said.text)
        figures += said.figures
    waits = current["role"] == "baseline" and not current["undated_baseline"]
    stands = f"<strong>{escape(say('baseline_only', lang, year=current['year'])) if waits else marked(indicator, current, lang)}.</strong>"
    return Shown(f'<p class="answer">{stands} {escape(" ".join(sentences))}</p>', element_id("answer", criterion.id, indicator.id, current["area"]), figures)


def _together(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, place: str) -> list[years_together.Said]:
    """What the years say together; which breaks lie among them, and that their first was an unusual one, where it was."""
    rows = [row for row in years_together.rows_of(plan, indicator.id, place) if row["criterion"] == criterion.id]
    found = [said for row in rows for said in years_together.said_of(plan, lang, row)]
    told = (years_together.breaks_sentence, years_together.start_sentence) if found else ()
    return found + [years_together.Said(said, []) for row in rows for tell in told if (said := tell(plan, lang, row))]


# --- the years -------------------------------------------------------------------------------------------


def _years(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, place: str) -> Shown | None:
    """The years that were held against the promise, and below the table once what is special about any of them; None where no year was."""
    current = summary.current_row(plan.exact_gaps, plan.year, criterion.id, indicator.id, place)
    rows = [row for row in summary.years_shown(plan.exact_gaps, plan.year, current) if row["role"] == "baseline" or row["year"] <= plan.year]
    if not any(row["verdict"] in JUDGED for row in rows):
        return None
    element = element_id("years", criterion.id, indicator.id, place)
    cells = [_year_cells(plan, lang, indicator, row) for row in rows]
    points = say("gap_in", lang, unit=say("points", lang)) if indicator.unit in ("share", "rate") else ""
    header = [say(key, lang) for key in _HEADINGS]
    header[2] += f" ({promise_words.side_words(plan, current, lang)})"  # once, and not in each row
    body = table(element, say("year_by_year", lang) + points, header, [line for line, _ in cells], frame="narrow")
    figures, mine = [each for _, more in cells for each in more], years_together.rows_of(plan, indicator.id, place)
    exact = [said for row in mine if row["criterion"] == criterion.id and (said := years_together.before_rounding(plan, lang, row))]
    notes = "".join(f"<li>{escape(note)}</li>" for note in [*(said.text for said in exact), *_notes(plan, lang, rows)])
    figures += [each for said in exact for each in said.figures]
    return Shown(f"<div>{body}{f'<ul class=notes>{notes}</ul>' if notes else ''}</div>", element, figures)


def _year_cells(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any]) -> tuple[list[str], list[dict]]:
    """Year, value, target, gap and verdict of one row."""
    value = "–" if pd.isna(row["value"]) else promise_words.observed_words(plan, row, indicator, lang)
    target = "–" if pd.isna(row["target"]) else promise_words.target_value(plan, row, indicator, lang)
    distance, gap = promise_words.gap_words(plan, row, indicator, lang)
    year = say("undated", lang) if row["role"] == "baseline" and row["undated_baseline"] else str(row["year"])
    gap = gap.removesuffix(f" {say('points', lang)}")
    told = [(row["value"], value), (row["target"], target), (distance, gap)]
    return [year, escape(value), escape(target), escape(gap), marked(indicator, row, lang)], figures_of(row, told)


def _notes(plan: Plan, lang: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is special about the years, each thing once with the years it is about; of breaks since the same year those up to the last."""
    found: dict[str, list[int]] = {}
    breaks = [set(row["break_year"]) for row in rows]
    for row in rows:
        row = {**row, "break_year": ()} if any(set(row["break_year"]) < others for others in breaks) else row
        for text in promise_words.remarks(row, lang, area_names(plan), promise_words.REASONS):
            found.setdefault(text, []).append(int(row["year"]))
    said = [text if all(str(year) in text for year in years) else f"{wording.years(years)}: {text}" for text, years in found.items()]
    return [f"{text[:1].upper()}{text[1:]}." for text in said]


# --- what is on demand -----------------------------------------------------------------------------------


def _behind(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, place: str, rest: Sequence[years_together.Said]) -> Shown:
    """The agreement's words, how they are read, what else the years say, what was delivered by whom, other readings, chance; folded."""
    latest = findings.latest_of(plan, indicator.id, place)
    terms = [(say("quote", lang), f'<q lang="da">{escape(criterion.quote)}</q>'), (say("reading", lang), escape(criterion.primary.text.get(lang, "")))]
    terms += [(say("together_head", lang), escape(" ".join(said.text for said in rest)))] if rest else []
    terms += [(say("source", lang), sources(plan, lang, latest["source"]))] if latest else []
    listed = "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" for term, text in terms if text)
    element = element_id("behind", criterion.id, indicator.id, place)
    more = [
        tables.comments(plan, lang, indicator.id, place, criterion.id),
        tables.readings(plan, lang, indicator.id, place, criterion.id),
        tables.fixed_path(plan, lang, indicator.id, place) if criterion.primary.rule.chained else None,
        years_tables.of_promise(plan, lang, criterion.id, indicator.id, place),
    ]
    told = [each for said in rest for each in said.figures]
    return folded(together(element, [Shown(f"<dl>{listed}</dl>", element, told), *filter(None, more)]), say("behind_promise", lang))


# --- what is not promised here ---------------------------------------------------------------------------


@for_analysts
def others(plan: Plan, lang: str, area: str) -> Shown:
    """What else was measured in an area, without a promise of its own; what is measured for all areas together only, and what nowhere.

    >>> evidence.others(plan, "en", "motalavej")
    <others-motalavej: ...>
    """
    promised = {indicator.id for _, indicator, _ in rows_at(plan, area)}
    found: dict[str, list[Indicator]] = {"here": [], "together": [], "nowhere": []}
    for indicator in plan.agreement.indicators.values():
        if indicator.id not in promised:
            here = findings.latest_of(plan, indicator.id, area) or _hidden(plan, indicator.id, area)
            found["here" if here else "together" if findings.latest_of(plan, indicator.id, COMBINED) else "nowhere"].append(indicator)
    parts = [in_pairs("measured", [_measured(plan, lang, indicator, area) for indicator in found["here"]])] if found["here"] else []
    for kind in ("together", "nowhere"):
        if found[kind]:
            listed = wording.listed([indicator.name[lang].lower() for indicator in found[kind]], lang)
            parts.append(paragraph(element_id(kind, area), [say(f"measured_{kind}", lang, what=listed)], kind="note"))
    return together(element_id("others", area), parts or [paragraph("no-others", [say("nothing_here", lang)], kind="nothing")])


def _measured(plan: Plan, lang: str, indicator: Indicator, area: str) -> Shown:
    shown = charts.series(plan, lang, indicator.id, area)
    shown.markup = f'<h3>{escape(indicator.name[lang])}</h3><p class="meaning">{escape(indicator.meaning.get(lang, ""))}</p>{shown.markup}'
    return shown


def _hidden(plan: Plan, indicator: str, area: str) -> bool:
    """Whether a whole year is hidden here; hidden months alone make no chart of years."""
    return bool((plan.yearly(indicator, [area])["status"] == "suppressed").any())
