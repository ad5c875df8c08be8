"""The years of the promises together in one table, and under it, folded, how far chance goes behind each number of it.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from . import wording, years_together
from .asked import for_analysts
from .elements import Shown, element_id, escape, table
from .elements import figures_of as element_figures
from .years_together import figures_of, place_words, slope_words, span

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["of_promise"]
__dir__ = __all__.copy  # what an editor offers

Cell = tuple[str, list[dict]]


@for_analysts
def of_promise(plan: Plan, lang: str, criterion: str, indicator: str, area: str) -> Shown | None:
    """What the years of one promise say together in one place, a line a question with its limits and p; None where they say nothing yet.

    >>> years_tables.of_promise(plan, "en", "T1a", "safe_share", "motalavej")
    <years-together-T1a-safe-share-motalavej: The years together 2016–2021 ...>
    """
    rows = [row for row in years_together.rows_of(plan, indicator, area) if row["criterion"] == criterion]
    found = [(key, said(plan, lang, rows[0]), chance(plan, lang, rows[0])) for key, said, chance in _ASKED] if rows else []
    lines = [[escape(say(key, lang)), said[0], chance[0]] for key, said, chance in found if (said[0], chance[0]) != ("–", "–")]
    if not lines:
        return None
    element, caption = element_id("years-together", criterion, indicator, area), f"{say('together_table', lang)} {span(rows[0])}"
    header = [say(key, lang) for key in ("years_asked", "together_head", "limits_head")]
    return Shown(table(element, caption, header, lines), element, [figure for _, *cells in found for _, more in cells for figure in more])


# --- what is said ----------------------------------------------------------------------------------------


def _trend(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    """The change a year with its sign, and whether chance alone could be behind it."""
    indicator, slope = plan.agreement.indicators[row["indicator"]], row["trend"]
    if not years_together.has_trend(indicator, row) or not years_together.has_direction(plan, row) or indicator.uncertainty == "estimate":
        return "–", []
    shown = _signed(slope, slope_words(abs(slope), indicator, lang))
    per = say("trend_per", lang, what=plan.agreement.indicators[row["trend_per"]].name[lang].lower()).strip() if row["trend_per"] else ""
    sizes, figures = _behind_rate(plan, lang, row) if per else ("", [])
    told = (_small(escape(per)) if per else "") + sizes + _sure(indicator, row["trend_clear"], lang)
    return escape(shown) + told, [*figures_of(row, (slope, shown)), *figures]


def _behind_rate(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    """What each year's count is in proportion to, in small print, so that the change a year can be worked out again."""
    counted = plan.agreement.indicators[row["trend_per"]]
    years = set(plan.yearly(row["indicator"], [row["area"]]).dropna(subset="value")["year"])
    rows = plan.yearly(counted.id, [row["area"]]).dropna(subset="value")
    rows = rows[rows["year"].isin(years) & rows["year"].between(row["from_year"], row["to_year"])].sort_values("year")
    told = [(each, wording.value_of(each, counted, lang)) for each in rows.to_dict("records")]
    listed = wording.listed([f"{shown} ({each['year']})" for each, shown in told], lang)
    return _small(escape(f"{counted.name[lang]}: {listed}")), [part for each, shown in told for part in element_figures(each, [(each["value"], shown)])]


def _path(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    """What the judged years come to against what their targets come to, how steadily they were met, and how far the change has come."""
    text, figures = "", []
    if not pd.isna(row["total"]):
        total, aim = years_together.path_words(plan, lang, row)
        text = escape(say("total_against", lang, total=total, path=aim))
        if row["claim"] in years_together.OF_THE_PATH:
            text += _small(escape(years_together.outcome(plan, lang, row, "claim").lower()))
        figures = figures_of(row, (row["total"], total), (row["path_total"], aim))
    if row["steadiness"]:
        text += _small(escape(say(row["steadiness"], lang)))
    if (said := years_together.progress(plan, lang, row)) and said.known:
        text += _small(escape(said.text))
        figures += said.figures
    return text or "–", figures


def _others(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    """The change beside that of another place over the same years."""
    if pd.isna(row["difference"]):
        return "–", []
    shown = _signed(row["difference"], wording.distance(abs(row["difference"]), "share", lang))
    against = say("beside", lang, place=place_words(plan, lang, row))
    indicator = plan.agreement.indicators[row["indicator"]]
    how = "" if indicator.unit == "share" else _small(escape(say("others_in_numbers", lang)))
    sure = _sure(indicator, row["difference_clear"], lang)
    return escape(shown) + _small(escape(against)) + how + sure, figures_of(row, (row["difference"], shown))


def _sure(indicator: Indicator, clear: bool, lang: str) -> str:
    """That a comparison is beyond chance or a full count, in small print; nothing where it may be chance."""
    key = "full_count" if indicator.uncertainty == "none" else "certain" if clear else ""
    return _small(say(key, lang).lower()) if key else ""


# --- what is behind it -----------------------------------------------------------------------------------


def _slope(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    indicator = plan.agreement.indicators[row["indicator"]]
    return _limits(row, "trend", lang, lambda amount: _signed(amount, slope_words(abs(amount), indicator, lang).removesuffix(f" {say('points', lang)}")))


def _part(row: Mapping[str, Any], name: str, lang: str) -> Cell:
    """So many per cent of what was asked for, with its limits where chance has any; in words where they are too wide to say anything."""
    if pd.isna(row[name]):
        return "–", []
    if summary.too_wide(row, name):
        return escape(say("too_uncertain", lang)), []
    shown = wording.percent(row[name], lang, 0)
    limits, figures = _limits(row, name, lang, lambda amount: wording.percent(amount, lang, 0))
    return escape(shown) + ("" if limits == "–" else limits), [*figures_of(row, (row[name], shown)), *figures]


def _ratio(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    return _part(row, "ratio", lang)


def _difference(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    return _limits(row, "difference", lang, lambda amount: _signed(amount, wording.number(abs(amount) * 100, 1, lang)))


def _progress(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    return _part(row, "progress", lang)


def _dispersion(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    """How much more than by chance the counts vary, and where that comes from."""
    if pd.isna(row["dispersion"]):
        return "–", []
    if row["dispersion_source"] == "few_years":
        return _small(escape(say("dispersion_few_years", lang))), []
    shown = wording.number(row["dispersion"], 1, lang)
    limits, figures = _limits(row, "dispersion", lang, lambda amount: wording.number(amount, 1, lang))
    source = _small(escape(say(f"dispersion_{row['dispersion_source']}", lang)))
    return escape(shown) + source + ("" if limits == "–" else limits), [*figures_of(row, (row["dispersion"], shown)), *figures]


def _limits(row: Mapping[str, Any], name: str, lang: str, words: Callable[[float], str]) -> Cell:
    """The 95 % limits of one comparison and its p, in small print; a limit without an end is said to be one."""
    lower, upper, p = row[f"{name}_lower"], row[f"{name}_upper"], row.get(f"{name}_p", math.nan)
    if pd.isna(lower) or pd.isna(upper):
        return "–", []
    if summary.too_wide(row, name):
        return _small(escape(say("too_uncertain", lang))), []
    told = [(limit, words(limit) if math.isfinite(limit) else say("no_end", lang)) for limit in (lower, upper)]
    text = _small(escape(say("limits_to", lang, lower=told[0][1], upper=told[1][1])))
    figures = figures_of(row, *((limit, shown) for limit, shown in told if math.isfinite(limit)))
    if not pd.isna(p):
        shown = wording.p_value(p, lang)
        text += _small(escape(say("p_is", lang, p=shown)))
        figures += figures_of(row, (p, shown))
    return text, figures


def _signed(amount: Any, text: str) -> str:
    return f"{'+' if amount > 0 else '−' if amount < 0 else ''}{text}"


def _small(markup: str) -> str:
    return f"<small>{markup}</small>"


def _nothing(plan: Plan, lang: str, row: Mapping[str, Any]) -> Cell:
    return "–", []


_ASKED = [  # of the years of one promise: the key of the question, its answer, how far chance goes
    ("trend_head", _trend, _slope),
    ("path_head", _path, _ratio),
    ("others_head", _others, _difference),
    ("progress_head", _nothing, _progress),
    ("dispersion_head", _nothing, _dispersion),
]
