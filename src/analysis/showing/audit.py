"""The tables of the data check: what was delivered, what was done with it, what is doubtful, revised or hidden.

In the examples `plan` is `Plan.load("data/example")`, whose figures are made up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..judging import summary
from ..judging.observations import KEY
from ..promises.agreement import COMBINED
from ..promises.catalogue import say
from ..promises.periods import period_year
from ..promises.problems import Problem, distinct
from ..promises.reasons import from_json
from . import wording
from .asked import for_analysts
from .elements import Shown, area_name, breakable, escape, figure, publisher_name, table
from .findings import latest_of

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["arrivals", "aside", "changed", "coverage", "deliveries", "documents", "hidden", "problems", "revised"]
__dir__ = __all__.copy  # what an editor offers


@for_analysts
def deliveries(plan: Plan, lang: str) -> Shown:
    """What arrived: one line a file, sheet and table, with all its rows and what became of them.

    >>> audit.deliveries(plan, "en")
    <deliveries: Files read File Publisher Rows Headings, titles...>
    """
    files = plan.files.assign(headings_titles=plan.files["headings"] + plan.files["titles"], blank_rows=plan.files["blank"]).to_dict("records")
    keys = ("rows", "headings_titles", "blank_rows", "not_read", "used", "set_aside")
    header = [say("file", lang), say("publisher", lang), *(say(key, lang) for key in keys)]
    numbers = [[say("hidden_value", lang) if pd.isna(row[key]) else str(row[key]) for key in keys] for row in files]
    rows = [[_file(row), escape(publisher_name(plan, row["publisher"])), *said] for row, said in zip(files, numbers, strict=True)]
    figures = [figure("rows_" + key, row["source"], "", row[key], str(row[key])) for row in files for key in keys if not pd.isna(row[key])]
    return Shown(table("deliveries", say("files", lang), header, rows, numeric=range(2, 8)), "deliveries", figures)


def _file(row: Mapping[str, Any]) -> str:
    """A file, and which of its sheets and which table reads it where there are several."""
    beside = [row["sheet"], f"[[table]] {row['table']}" if row["table"] else ""]
    return breakable(row["file"]) + "".join(f"<small>{escape(words)}</small>" for words in beside if words)


@for_analysts
def arrivals(plan: Plan, lang: str) -> Shown:
    """What each supplier brought for each year: figures there, missing, hidden and revised.

    >>> audit.arrivals(plan, "en")
    <arrivals: Figures from each source and year Source 2015 2016...>
    """
    found = summary.arrivals(plan.exact_observations, plan.agreement.start.year - 2, plan.year)
    years = sorted(found["year"].unique())
    counted = {(row["source"], row["year"]): row for row in found.to_dict("records")}
    revised = {(source, period_year(period)) for source, period in zip(plan.revised["source"], plan.revised["period"], strict=True)}
    rows = [
        [escape(source), *(_arrived(counted.get((source, year), {}), (source, year) in revised, lang) for year in years)]
        for source in dict.fromkeys(plan.files["source"])
    ]
    return Shown(table("arrivals", say("arrivals", lang), [say("source", lang), *map(str, years)], rows), "arrivals")


def _arrived(counts: Mapping[str, Any], revised: bool, lang: str) -> str:
    """One supplier's year in few words; a dash where nothing came."""
    words = [escape(say(f"figures_{key}", lang, n=counts[key])) for key in ("there", "hidden", "missing") if counts.get(key)]
    return "<br>".join(words + [escape(say("figures_revised", lang))] * revised) or "–"


@for_analysts
def revised(plan: Plan, lang: str) -> Shown:
    """Figures that a later delivery revised, old and new where they may be shown, and the promises whose baseline moved.

    >>> audit.revised(plan, "en")
    <revised: Figures revised by a later delivery Indicator Area...>
    """
    if plan.revised.empty:
        return Shown(f"<p>{say('nothing_here', lang)}</p>", "revised")
    header = [say("indicator", lang), say("area", lang), say("period", lang), say("revised_head", lang), say("baseline_of", lang), say("reason", lang)]
    rows, figures = [], []
    for row in plan.revised.to_dict("records"):
        cells, more = before_and_after(plan, row, lang)
        rows.append([*cells, escape(row["baseline_of"] or "–"), escape(row["reason"] or say("delivery_no", lang, n=int(row["delivery"])))])
        figures += more
    return Shown(table("revised", say("revised_caption", lang), header, rows), "revised", figures)


@for_analysts
def changed(plan: Plan, lang: str) -> Shown:
    """Figures that are not what the last edition with them said, old and new where they may be shown.

    >>> audit.changed(plan, "en")
    <changed: There is no earlier edition to compare with.>
    """
    if plan.changed.empty:
        return Shown(f"<p>{say('nothing_here' if plan.last_edition else 'first_edition', lang)}</p>", "changed")
    header = [say("indicator", lang), say("area", lang), say("period", lang), say("revised_head", lang), say("edition", lang)]
    found = [(*before_and_after(plan, row, lang), row["edition"]) for row in plan.changed.to_dict("records")]
    rows = [[*cells, escape(edition)] for cells, _, edition in found]
    return Shown(table("changed", say("changed_caption", lang), header, rows), "changed", [each for _, figures, _ in found for each in figures])


def reason_of(plan: Plan, row: Mapping[str, Any]) -> str:
    """The supplier's reason for the correction behind a changed figure; empty where none is given."""
    same = (plan.revised[list(KEY)] == [row[name] for name in KEY]).all(axis=1)
    return next(iter(plan.revised.loc[same, "reason"].iloc[::-1]), "")


def before_and_after(plan: Plan, row: Mapping[str, Any], lang: str) -> tuple[list[str], list[dict]]:
    """One revised figure: which, where, when and its old and new value as cells, and these as key figures."""
    indicator, values = plan.agreement.indicators[row["indicator"]], [row["before"], row["after"]]
    shown = [] if any(map(pd.isna, values)) else [wording.value(value, indicator.unit, lang) for value in values]
    cells = [indicator.name[lang], area_name(plan, row["area"], lang), wording.period(row["period"], lang), " → ".join(shown) or say("revised_hidden", lang)]
    return [*map(escape, cells)], [figure(row["indicator"], row["area"], row["period"], value, text) for value, text in zip(values, shown, strict=False)]


@for_analysts
def aside(plan: Plan, lang: str) -> Shown:
    """Rows that were kept and not used, with the reason, counted by source; as many in all as the table of files says.

    >>> audit.aside(plan, "en")
    <set-aside: Set aside Source Reason Rows fire_service – ...>
    """
    found = []
    for source, files in plan.files.groupby("source", sort=False):
        counted: Counter[str] = Counter()
        for reasons, rows in (each for written in files["reasons"] for each in from_json(written)):
            counted["; ".join(reason.text(lang) for reason in reasons)] += rows
        found += [[escape(source), escape(reasons), str(rows)] for reasons, rows in counted.items()]
        if files["set_aside"].isna().any():  # of a list that is hidden, as in the table of files
            found.append([escape(source), "–", say("hidden_value", lang)])
    header = [say("source", lang), say("reason", lang), say("rows", lang)]
    if not found:
        return Shown(f"<p>{say('nothing_here', lang)}</p>", "set-aside")
    return Shown(table("set-aside", say("set_aside", lang), header, found, numeric=(2,)), "set-aside")


@for_analysts
def problems(found: Sequence[Problem], lang: str, element: str = "problems") -> Shown:
    """Problems grouped by file: where, what is wrong, error or warning.

    >>> audit.problems(plan.problems, "en")
    <problems: None.>
    """
    if not found:
        return Shown(f"<p>{say('nothing_here', lang)}</p>", element)
    header = [say("place", lang), say("problem", lang), say("level", lang)]
    rows = [[escape(problem.place(lang)), escape(problem.text(lang)), say(problem.level, lang)] for problem in distinct(found)]
    return Shown(table(element, say("problem", lang), header, rows), element)


@for_analysts
def coverage(plan: Plan, lang: str) -> Shown:
    """Which indicators were measured in which area: the latest period, or a dash where nothing is.

    >>> audit.coverage(plan, "en")
    <coverage: Latest period measured Indicator Motalavej...>
    """
    places = [*plan.agreement.areas, COMBINED]
    header = [say("indicator", lang), *(area_name(plan, place, lang) for place in places)]
    rows = []
    for indicator in plan.agreement.indicators.values():
        latest = [latest_of(plan, indicator.id, place) for place in places]
        rows.append([escape(indicator.name[lang]), *(escape(wording.period(row["period"], lang)) if row else "–" for row in latest)])
    return Shown(table("coverage", say("coverage", lang), header, rows), "coverage")


@for_analysts
def hidden(plan: Plan, lang: str) -> Shown:
    """How many figures are hidden, by indicator, without showing or naming them, and without a reason, which could tell which of them are small.

    >>> audit.hidden(plan, "en")
    <hidden: Hidden figures Indicator Figures Arson fires...>
    """
    if plan.hidden.empty:
        return Shown(f"<p>{say('nothing_hidden', lang)}</p>", "hidden")
    rows = [[escape(plan.agreement.indicators[row.indicator].name[lang]), str(row.figures)] for row in plan.hidden.itertuples()]
    figures = [figure("hidden", row.indicator, "", row.figures, str(row.figures)) for row in plan.hidden.itertuples()]
    header = [say("indicator", lang), say("hidden_count", lang)]
    return Shown(table("hidden", say("hidden_caption", lang), header, rows, numeric=(1,)), "hidden", figures)


@for_analysts
def documents(plan: Plan, lang: str) -> Shown:
    """Tables that suppliers sent to explain their figures, as they came.

    >>> audit.documents(plan, "en")
    <documents: >
    """
    parts = [
        table("document-" + re.sub(r"\W+", "-", name), name, list(rows.columns), [[escape(cell) for cell in row] for row in rows.itertuples(index=False)])
        for name, rows in plan.documents().items()
    ]
    return Shown("".join(parts), "documents")
