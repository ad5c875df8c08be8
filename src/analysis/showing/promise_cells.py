"""The cells of the tables of promises: value, target, gap, verdict, certainty and change, each with what a board needs beside it in small print.

Cells are HTML; what is written in them is returned beside them as key figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.certainty import JUDGED
from ..judging.summary import is_total
from ..promises.agreement import Criterion, Indicator
from ..promises.catalogue import say
from . import promise_words, wording
from .elements import area_names, escape, figures_of, sources
from .findings import interval_key, latest_of, least_uncertain
from .promise_words import gap_words, next_target_words, observed_words, target_value, target_words, total_words
from .wording import limit_words, value_of

if TYPE_CHECKING:
    from ..plan import Plan

Cell = tuple[str, list[dict]]


def promise_heading(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator) -> str:
    """The promise that a row is about: its id and what it is called in a few words."""
    return f'<span class="id">{escape(criterion.id)}</span> {escape(promise_words.name(plan, lang, criterion, indicator))}'


def promise_cells(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator, area: str) -> tuple[list[str], list[dict]]:
    """Latest value with its source, target, gap, verdict and certainty of one promise in one area."""
    now = summary.current_row(plan.exact_gaps, plan.year, criterion.id, indicator.id, area)
    judged = summary.with_gap(plan.exact_gaps, plan.year, criterion.id, indicator.id, area)
    value, value_figures = _latest_cell(plan, lang, now, judged, indicator)
    target, target_figures = _target_cell(plan, lang, criterion, now)
    gap, sure, gap_figures = _gap_cells(plan, lang, judged, indicator)
    return [value, target, gap, _verdict_cell(plan, lang, now), sure], [*value_figures, *target_figures, *gap_figures, *figures_of(now, _answers_needed(now))]


def _answers_needed(row: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The number of answers from which a verdict would be clear, where it is told."""
    return [] if pd.isna(row["certain_from_n"]) else [(row["certain_from_n"], str(int(row["certain_from_n"])))]


def _latest_cell(plan: Plan, lang: str, now: Mapping[str, Any], judged: Mapping[str, Any] | None, indicator: Indicator) -> Cell:
    """The latest value with its limits and source; of a promise about a total the sum so far."""
    latest, total = latest_of(plan, indicator.id, now["area"]), is_total(plan.agreement, now)
    if not latest:
        return "–", []
    source = _small(sources(plan, lang, latest["source"]))
    if total and judged is not None:
        value, figures = _total_cell(plan, lang, judged, indicator)
        return value + source, figures
    same = judged is not None and not total and _is_latest(plan, indicator, judged)
    shown = observed_words(plan, judged, indicator, lang) if judged is not None and same else value_of(latest, indicator, lang)
    between, limits = _interval(latest, indicator, lang)
    alone = _small(escape(say("year_alone", lang))) if total else ""
    when = escape(wording.period(latest["period"], lang))
    return f"{escape(shown)} ({when}){alone}{between}{source}", [*figures_of(latest, [(latest["value"], shown)]), *limits]


def _is_latest(plan: Plan, indicator: Indicator, row: Mapping[str, Any]) -> bool:
    """Whether a row judges the latest value itself, or the sum so far that is shown in its place."""
    latest = latest_of(plan, indicator.id, row["area"])
    return is_total(plan.agreement, row) or bool(latest and latest["period"] == plan.agreement.period(indicator.id, int(row["year"])))


def _target_cell(plan: Plan, lang: str, criterion: Criterion, now: Mapping[str, Any]) -> Cell:
    """The target of this year or the next to come, with the year where it is another; a dash where there is none."""
    if now["role"] != "judged" or pd.isna(now["target"]):
        return "–", []
    shown = target_words(plan, now, lang)
    due = "" if now["year"] == plan.year else f" ({_when_due(criterion, now, lang)})"
    return escape(shown) + due, figures_of(now, [(now["target"], shown)])


def _gap_cells(plan: Plan, lang: str, judged: Mapping[str, Any] | None, indicator: Indicator) -> tuple[str, str, list[dict]]:
    """The latest gap with the pace still needed, and whether it is clear; dashes where nothing was judged."""
    if judged is None:
        return "–", "–", []
    number, shown = gap_words(plan, judged, indicator, lang)
    written, against, when = [(number, shown)], "", ""
    if judged["year"] != plan.year:  # the target of another year than the column beside it
        target = target_value(plan, judged, indicator, lang)
        written.append((judged["target"], target))
        against, when = " " + escape(say("from_target", lang, target=target)), f" ({judged['year']})"
        if not _is_latest(plan, indicator, judged):
            value = observed_words(plan, judged, indicator, lang)
            written.append((judged["value"], value))
            against += " " + escape(say("measured_then", lang, value=value))
    needed = summary.pace(plan.agreement, judged)
    pace = wording.gap(needed, indicator.unit, lang)
    gap = _bar(judged) + escape(shown) + against + when + _small_said("pace", pace, lang)
    return gap, _certain(judged, lang, indicator) + when, figures_of(judged, [*written, (needed, pace)])


def reading_cells(plan: Plan, lang: str, indicator: Indicator, row: Mapping[str, Any], last: bool) -> tuple[list[str], list[dict]]:
    """Year, value, target, gap, verdict, certainty and change of one row; of the `last` one also what is to come."""
    value, figures = _value_cell(plan, lang, row, indicator)
    target, (distance, gap) = target_words(plan, row, lang), gap_words(plan, row, indicator, lang)
    ahead = next_target_words(plan, row, lang) if last else ""
    reading = summary.reading_of(plan.agreement, row)
    undated = reading.baseline_years.get(row["area"]) if reading.baseline_period and not reading.rule.chained else None
    change, changes = _change_cell(row, indicator, lang, undated)
    needed = summary.pace(plan.agreement, row)
    pace = wording.gap(needed, indicator.unit, lang) if last else "–"
    figures += figures_of(row, [(row["target"], target), (distance, gap), *changes, *([(needed, pace)] if last else []), *_answers_needed(row)])
    year = say("undated", lang) if row["role"] == "baseline" and row["undated_baseline"] else str(row["year"])
    target = escape(target) + (_small(escape(ahead)) if ahead else "")
    gap = escape(gap) + _small_said("pace", pace, lang)
    return [year, value, target, gap, _verdict_cell(plan, lang, row), _certain(row, lang, indicator), change], figures


def _value_cell(plan: Plan, lang: str, row: Mapping[str, Any], indicator: Indicator) -> Cell:
    """The value of a row, or the total with what it adds up; a dash where nothing was measured."""
    if pd.isna(row["value"]):
        return "–", []
    if is_total(plan.agreement, row):
        return _total_cell(plan, lang, row, indicator)
    shown = observed_words(plan, row, indicator, lang)
    return escape(shown), figures_of(row, [(row["value"], shown)])


def _total_cell(plan: Plan, lang: str, row: Mapping[str, Any], indicator: Indicator) -> Cell:
    """A total with the periods it adds up and what the last one brought in small print."""
    span, figures = total_words(plan, row, lang)
    return escape(observed_words(plan, row, indicator, lang)) + _small(escape(span)), figures


def _change_cell(row: Mapping[str, Any], indicator: Indicator, lang: str, undated: int | None = None) -> tuple[str, list[tuple[float, str]]]:
    """The change with what it is counted from (in the year `undated` a figure of no year), its p and the smallest clear change; with these numbers."""
    if pd.isna(row["change"]):
        return "–", []
    change, smallest = _change_words(row["change"], indicator, lang), _change_words(row["detectable"], indicator, lang)
    p = "–" if pd.isna(row["change_p"]) else wording.p_value(row["change_p"], lang)
    from_start = not pd.isna(row["since"]) and undated and row["since"] == undated
    said = [say("since_undated", lang)] if from_start else promise_words.remarks(row, lang, {}, ["since"])
    since = "".join(_small(escape(text)) for text in said)
    since += _small(escape(say(f"start_is_{row['start_extreme']}", lang))) if row["start_extreme"] and indicator.uncertainty != "none" else ""
    chance = "" if p == "–" else _small(escape(say("p_is", lang, p=p)))
    cell = escape(change) + since + chance + _small_said("detectable", smallest, lang)
    return cell, [(row["change"], change), (row["change_p"], p), (row["detectable"], smallest)]


def _change_words(amount: float, indicator: Indicator, lang: str) -> str:
    return "–" if pd.isna(amount) else wording.change(amount, indicator.unit, lang)


def _small(markup: str) -> str:
    return f"<small>{markup}</small>"


def _small_said(key: str, value: str, lang: str) -> str:
    """A sentence about a value in small print; nothing where the value is a dash."""
    return "" if value == "–" else _small(escape(say(key, lang, value=value)))


def _interval(row: Mapping[str, Any], indicator: Indicator, lang: str) -> Cell:
    """The limits of a value in small print; nothing where there are none."""
    if pd.isna(row["lower"]):
        return "", []
    lower, upper = limit_words(row, indicator, lang)
    between = say(interval_key(indicator, "between"), lang, lower=lower, upper=upper)
    return _small(escape(between)), figures_of(row, [(float(row["lower"]), lower), (float(row["upper"]), upper)])


def _bar(row: Mapping[str, Any]) -> str:
    """The gap as a small bar around zero, as a share of the target: right of the middle is met. Its number stands beside it."""
    if pd.isna(row["gap"]) or not row["target"]:
        return ""
    reach = max(-1.0, min(1.0, float(row["gap"]) / abs(float(row["target"])))) * 50
    start, kind = 50 + min(reach, 0), row["verdict"] if row["verdict"] in ("met", "not_met") else "met" if reach >= 0 else "not_met"
    return f'<span class="bar {kind}" style="--start:{start:.0f}%;--width:{max(abs(reach), 1):.0f}%"></span>'


def _when_due(criterion: Criterion, row: Mapping[str, Any], lang: str) -> str:
    """The year a coming target is for; a promise settled at the end says so."""
    last = criterion.primary.last_year
    return say("by_end", lang, year=last) if criterion.primary.rule.cumulative else str(row["year"])


def _verdict_cell(plan: Plan, lang: str, row: Mapping[str, Any]) -> str:
    """Verdict as symbol and word with its reason; a starting point says that it is one."""
    notes = promise_words.remarks(row, lang, area_names(plan), promise_words.REASONS)
    verdict = row["verdict"]
    if row["role"] == "baseline":
        found = say("at_start", lang, verdict=say(verdict, lang).lower()) if verdict in JUDGED else ""
        unmeasured = pd.isna(row["value"]) and verdict != "not_yet_due"
        notes, verdict = [f"{row['year']}", found, *notes], "baseline_not_measured" if unmeasured else "baseline"
    reasons = "".join(_small(escape(text)) for text in notes if text)
    return f'<span class="verdict {verdict}">{escape(promise_words.verdict(verdict, lang))}</span>{reasons}'


def _certain(row: Mapping[str, Any], lang: str, indicator: Indicator) -> str:
    """The certainty in words; where it rests on the least uncertainty only, that is said."""
    if not row["certainty"]:
        return "–"
    least = promise_words.claimed(indicator, row) == "certain" and least_uncertain(indicator, row)
    return escape(say(promise_words.claimed(indicator, row), lang)) + (_small(escape(say("least", lang))) if least else "")
