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
from .elements import area_names, escape, figures_of
from .findings import least_uncertain
from .promise_words import gap_words, next_target_words, observed_words, target_words, total_words

if TYPE_CHECKING:
    from ..plan import Plan

Cell = tuple[str, list[dict]]


def promise_heading(plan: Plan, lang: str, criterion: Criterion, indicator: Indicator) -> str:
    """The promise that a row is about: its id and what it is called in a few words."""
    return f'<span class="id">{escape(criterion.id)}</span> {escape(promise_words.name(plan, lang, criterion, indicator))}'


def _answers_needed(row: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The number of answers from which a verdict would be clear, where it is told."""
    return [] if pd.isna(row["certain_from_n"]) else [(row["certain_from_n"], str(int(row["certain_from_n"])))]


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
    if crossed := summary.breaks_of_change(indicator, row):
        said = [*said, say("break", lang, value=wording.listed([str(year) for year in crossed], lang))]
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
