"""The table under each chart: the same figures in text, for whoever cannot or would rather not read a picture.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging.months import BESIDE_HIDDEN
from ..promises.agreement import Indicator
from ..promises.catalogue import say
from ..promises.periods import months_of
from . import wording
from .benchmarking import place_words, rate_decimals
from .elements import Shown, area_name, escape, figure, figures_of, sources, table
from .findings import interval_key
from .promise_words import observed_words, target_words
from .wording import limit_words, value_of

if TYPE_CHECKING:
    from ..plan import Plan


def observed(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, element: str, caption: str) -> Shown:
    """The measured figures behind a chart: area, period, value, interval, status and source.

    >>> known, rows = plan.agreement.indicators["safe_share"], plan.yearly("safe_share", ["motalavej"])
    >>> chart_tables.observed(plan, "en", known, rows, "mine", "Share feeling safe")
    <mine: Share feeling safe Period Area Value 95% interval Status Source 2016...>
    """
    header = [say(key, lang) for key in ("period", "area", "value", interval_key(indicator, "interval"), "status", "source")]
    cells, figures = [], []
    for row in plan.exact_observations.loc[rows.index].to_dict("records"):
        shown = value_of(row, indicator, lang) if not pd.isna(row["value"]) else say(row["status"], lang)
        between = "–"
        if not pd.isna(row["lower"]):
            between = " – ".join(limit_words(row, indicator, lang))
            figures += figures_of(row, [(float(row[key]), between) for key in ("lower", "upper")])
        figures += figures_of(row, [(row["value"], shown)])
        if not pd.isna(row["denominator"]) and indicator.unit in ("share", "rate"):
            out_of = wording.number(row["denominator"], 0, lang)
            figures += figures_of(row, [(row["denominator"], out_of)])
            between += f"<small>n = {out_of}</small>"
        period, area, status = wording.period(row["period"], lang), area_name(plan, row["area"], lang), say(row["status"], lang)
        cells.append([escape(period), escape(area), escape(shown), between, escape(status), sources(plan, lang, row["source"])])
    return Shown(table(element, caption, header, cells), element, figures)


def totals(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, element: str, caption: str) -> Shown:
    """The sum of the years so far beside what is asked of it, for a promise about a total; `rows` are its gaps.

    >>> rows = plan.gaps.query("criterion == 'B1' and reading == 'primary' and role == 'judged'")
    >>> chart_tables.totals(plan, "en", plan.agreement.indicators["parent_groups"], rows, "mine", "Added up")
    <mine: Added up Year Added up Target 2018 2 at least 4 in total 2019 4...>
    """
    cells, figures = [], []
    for row in plan.exact_gaps.loc[rows.index].to_dict("records"):
        shown, words = observed_words(plan, row, indicator, lang), target_words(plan, row, lang)
        figures += figures_of(row, [(row["value"], shown), (row["target"], words)])
        cells.append([str(row["year"]), escape(shown), escape(words)])
    header = [say("year", lang), say("legend_total", lang), say("target_plain", lang)]
    return Shown(table(element, caption, header, cells, numeric=(1,)), element, figures)


def standings(plan: Plan, lang: str, indicator: Indicator, element: str, caption: str) -> Shown:
    """Every year's standing: the areas by rank, and for the plan's own the places they may have and those it cannot be told apart from.

    >>> chart_tables.standings(plan, "en", plan.agreement.indicators["safe_share"], "mine", "Ranks")
    <mine: Ranks Year Rank Area Value Cannot be told apart from 2021 1 of 10...>
    """
    header = [say(key, lang) for key in ("year", "rank", "area", "value", "tied_with")]
    rows = plan.standings[plan.standings["indicator"] == indicator.id].sort_values(["year", "rank"], ascending=[False, True], kind="stable")
    cells, figures, before = [], [], None
    for row in rows.to_dict("records"):
        place, value, tied = say("of_many", lang, rank=place_words(row, lang), of=row["of"]), value_of(row, indicator, lang), "–"
        answers, between = say("answers_unknown", lang), ""
        written = [(row["rank"], place), (row["of"], place), (row["value"], value)]
        if not pd.isna(row["answers"]):
            answers = say("answers_of", lang, n=wording.number(row["answers"], 0, lang))
            written.append((row["answers"], answers))
        if not pd.isna(row["rank_low"]):
            words = say("rank_between", lang, low=int(row["rank_low"]), high=int(row["rank_high"]))
            written += [(row["rank_low"], words), (row["rank_high"], words)]
            between = f"<small>{escape(words)}</small>"
            tied = _tied_words(plan, row, set(rows.loc[rows["year"] == row["year"], "area"]), lang)
        name = escape(area_name(plan, row["area"], lang))
        name = f"<strong>{name}</strong>" if row["area"] in plan.agreement.areas else name
        year = str(row["year"]) if row["year"] != before else None
        cells.append([year, place + between, name, f"{escape(value)}<small>{escape(answers)}</small>", escape(tied)])
        before = row["year"]
        figures += figures_of(row, dict.fromkeys(written))
    return Shown(table(element, caption, header, cells), element, figures)


def _tied_words(plan: Plan, row: Mapping[str, Any], ranked: set[str], lang: str) -> str:
    """The places an area cannot be told apart from, or those few from which it can."""
    tied = [*filter(None, row["tied"].split(";"))]
    apart = ranked - {*tied, row["area"]}
    if not row["unknown"] and len(apart) < len(tied):
        return say("all_but", lang, areas=", ".join(sorted(area_name(plan, area, lang) for area in apart))) if apart else say("all_others", lang)
    return ", ".join(area_name(plan, area, lang) for area in tied) or say("no_others", lang)


def funnel(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, element: str, caption: str) -> Shown:
    """A funnel's areas by number of answers, with the limits that belong to this number.

    >>> known, rows = plan.agreement.indicators["safe_share"], plan.funnels.query("indicator == 'safe_share' and year == 2021")
    >>> chart_tables.funnel(plan, "en", known, rows, "mine", "Funnel")
    <mine: Funnel Area Answers Value...>
    """
    header = [say(key, lang) for key in ("area", "answers", "value", "limits95", "limits998", "zone")]
    cells, figures = [], []
    for row in rows.to_dict("records"):
        answers, value = wording.number(row["answers"], 0, lang), value_of(row, indicator, lang)
        limits = {name: f"{wording.percent(row[f'low{name}'], lang)} – {wording.percent(row[f'high{name}'], lang)}" for name in ("95", "998")}
        written = [(row["answers"], answers), (row["value"], value), *((row[f"{side}{name}"], limits[name]) for name in limits for side in ("low", "high"))]
        figures += figures_of(row, dict.fromkeys(written))
        cells.append([escape(area_name(plan, row["area"], lang)), answers, value, *limits.values(), say(f"zone_{row['zone']}", lang)])
    return Shown(table(element, caption, header, cells, numeric=(1, 2)), element, figures)


def rates(plan: Plan, lang: str, indicator: Indicator, rows: pd.DataFrame, element: str, caption: str) -> Shown:
    """Counts, inhabitants and their rate with its interval, place by place and year by year.

    >>> known, rows = plan.agreement.indicators["vandalism_reports"], plan.rates.query("indicator == 'vandalism_reports'")
    >>> chart_tables.rates(plan, "en", known, rows, "mine", "Rates")
    <mine: Rates Area Year...>
    """
    keys = ("area", "year", "rates_count", "rates_people", "rates_axis", interval_key(indicator, "interval"), "source")
    header = [say(key, lang) for key in keys]
    cells, figures, before = [], [], None
    for row in rows.to_dict("records"):
        shown = {name: wording.number(row[name], decimals, lang) for name, decimals in (("value", 0), ("exposure", 0), ("rate", rate_decimals(rows)))}
        written = [(row[name], text) for name, text in shown.items()]
        between = " – ".join(wording.number(row[name], rate_decimals(rows), lang) for name in ("lower", "upper")) if not pd.isna(row["lower"]) else "–"
        written += [(row[name], between) for name in ("lower", "upper")]
        figures += figures_of(row, dict.fromkeys(written))
        area = escape(area_name(plan, row["area"], lang)) if row["area"] != before else None
        cells.append([area, str(row["year"]), *shown.values(), between, sources(plan, lang, row["source"])])
        before = row["area"]
    return Shown(table(element, caption, header, cells, numeric=(2, 3, 4)), element, figures)


def months(plan: Plan, lang: str, indicator: Indicator, area: str, element: str, caption: str) -> Shown:
    """The figures behind a run chart: a line a year, a column a month; what is hidden or missing in words.

    >>> chart_tables.months(plan, "en", plan.agreement.indicators["vandalism_reports"], "combined", "mine", "Months")
    <mine: Months Year Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 2017 12 9 14...>
    """
    chart, rows = plan.run_chart(indicator.id, area), plan.months(indicator.id, area).set_index("period")
    parts = 12 // len(months_of(chart["period"].iloc[0]))
    header = [say("year", lang), *(wording.part_of_year(part, parts, lang, "abbreviated") for part in range(1, parts + 1))]
    cells, figures = {}, []
    for row in chart.to_dict("records"):
        start = months_of(row["period"]).start
        line = cells.setdefault(start // 12, ["–"] * parts)
        if pd.isna(row["value"]) and row["status"] != BESIDE_HIDDEN:
            hidden = row["status"] in ("suppressed", "suppressed_at_source")
            line[start % 12 * parts // 12] = f"<small>{escape(say('cell_hidden' if hidden else 'cell_missing', lang))}</small>"
            continue
        shown = value_of(rows.loc[row["period"]], indicator, lang)
        line[start % 12 * parts // 12] = escape(shown)
        figures.append(figure(indicator.id, area, row["period"], rows.loc[row["period"], "value"], shown))
    lines = [[str(year), *line] for year, line in sorted(cells.items())]
    return Shown(table(element, caption, header, lines, numeric=range(1, parts + 1)), element, figures)
