"""Figures from a plan's protected data: one theme, direct labels, and a text twin of every chart.

Nothing is computed here. Each chart is inline SVG with a generated alternative text and, underneath, the
table of its numbers. Colours mean the same everywhere, and none carries a meaning alone.
"""

import io
import re
from collections.abc import Iterable

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from . import findings, tables, wording
from .agreement import COMBINED, Indicator
from .findings import area_name
from .plan import Plan
from .tables import Shown, escape
from .wording import say

COLOURS = {
    "value": "#1d4f7c", "target": "#a84300", "reference": "#5b6570", "other": "#8a949d", "met": "#1c6b3c", "not_met": "#a3221b",
    "hidden": "#6b7680", "quiet": "#6b7680", "grid": "#dfe3e7",
}  # fmt: skip
_LABEL = 0.085  # height of a number beside a point, as a part of a 0–100 % axis
_PLOT_POINTS = 160  # height of that axis on the page, about
_THEME = {
    "font.family": "sans-serif", "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "analysis", "text.parse_math": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": COLOURS["quiet"],
    "axes.grid": True, "axes.grid.axis": "y", "grid.color": COLOURS["grid"], "axes.axisbelow": True,
    "xtick.color": "#333333", "ytick.color": "#333333", "figure.facecolor": "white", "axes.titlelocation": "left",
}  # fmt: skip


def _svg(figure: Figure, element: str, title: str, alternative: str) -> str:
    """The drawing as inline SVG with title and description; ids carry the element's name, so pages can hold many."""
    buffer = io.StringIO()
    with mpl.rc_context(_THEME):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    drawing = buffer.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
    drawing = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{element}-", drawing)
    _, _, inner = drawing.partition(">")
    box = re.search(r'viewBox="([^"]+)"', drawing)[1]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" role="img" '
            f'aria-labelledby="{element}-t {element}-d"><title id="{element}-t">{escape(title)}</title>'
            f'<desc id="{element}-d">{escape(alternative)}</desc>{inner}')  # fmt: skip


def warm_up() -> None:
    """Find the fonts and draw once, so that processes forked afterwards need not."""
    figure, axes = plt.subplots()
    axes.set_title("0")
    axes.plot([0, 1])
    _svg(figure, "warm-up", "", "")


def _shown(plan: Plan, figure: Figure, element: str, title: str, finding: str, alternative: str, data: Shown, rows: pd.DataFrame, lang: str) -> Shown:
    """Chart, what it means, where it is from, and its numbers, as one figure of the page."""
    svg = _svg(figure, element, title, alternative)
    summary = say("table_of", lang, title=title)
    from_ = tables.sources(plan, lang, "; ".join(dict.fromkeys("; ".join(rows.loc[rows["value"].notna(), "source"]).split("; "))))
    caption = escape(finding) + (f"<small>{escape(say('source', lang))}: {from_}</small>" if from_ else "")
    frame = f'<div class="chart" role="group" aria-label="{escape(title)}" tabindex="0">{svg}</div>'  # it may scroll, and keys must reach it
    return Shown(f'<figure id="{element}">{frame}<figcaption>{caption}</figcaption><details><summary>{escape(summary)}</summary>'
                 f"{data.markup}</details></figure>", element, data.figures)  # fmt: skip


def _observed(plan: Plan, indicator: str, areas: Iterable[str]) -> pd.DataFrame:
    """Full-year observations up to the report's year, with the year as a number."""
    rows = plan.observations
    rows = rows[(rows["indicator"] == indicator) & rows["area"].isin(list(areas))]
    years = {plan.agreement.period(indicator, year): year for year in range(1990, plan.year + 1)}
    rows = rows.assign(year=rows["period"].map(years)).dropna(subset="year")
    return rows.astype({"year": int}).sort_values("year")


def _path(plan: Plan, indicator: str, area: str) -> tuple[pd.DataFrame, bool]:
    """The targets to draw, by year, and whether they are another reading than the chosen one."""
    rows = plan.gaps[(plan.gaps["indicator"] == indicator) & (plan.gaps["area"] == area) & plan.gaps["target"].notna()
                     & plan.gaps["role"].isin(["judged", "baseline"])]  # fmt: skip
    numbered = [plan.agreement.criteria[id_].primary.rule["kind"] not in ("above_reference", "above_baseline")
                for id_ in rows["criterion"]]  # fmt: skip
    rows = rows[numbered] if len(rows) else rows
    if rows.empty:
        return rows, False
    chosen = rows[rows["reading"] == "primary"] if (rows["reading"] == "primary").any() else rows
    first = chosen.iloc[0]
    return chosen[(chosen["criterion"] == first["criterion"]) & (chosen["reading"] == first["reading"])], first["reading"] != "primary"


def _references(plan: Plan, indicator: str, area: str) -> list[str]:
    """The reference areas that promises about this indicator in this area compare with."""
    rules = [criterion.primary.rule for criterion in plan.agreement.criteria.values()
             if indicator in criterion.primary.indicators and area in criterion.primary.areas]  # fmt: skip
    return list(dict.fromkeys(rule["reference"] for rule in rules if "reference" in rule))


def series(plan: Plan, lang: str, indicator: str, area: str) -> Shown:
    """One indicator in one area over the years: values with intervals, target path, reference, breaks and gaps.

    Where nothing was measured there is no chart but one line saying which delivery is missing.
    """
    known = plan.agreement.indicators[indicator]
    rows = _observed(plan, indicator, [area])
    element = f"chart-{indicator}-{area}".replace("_", "-")
    finding, figures = findings.change_sentence(plan, lang, known, area)
    if rows["value"].notna().sum() == 0 and not (rows["status"] == "suppressed").any():
        return tables.paragraph(element, [finding], figures, "nothing")
    if known.labels:  # yes or no is a word a year, not a chart
        return tables.observed(plan, lang, known, rows, element, f"{known.name[lang]}, {area_name(plan, area, lang)}")
    title = f"{known.name[lang]}, {area_name(plan, area, lang)}"
    with mpl.rc_context(_THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
        path, other = _path(plan, indicator, area)
        references = _references(plan, indicator, area)
        first = min(rows["year"].min(), plan.agreement.start.year)
        last = max(plan.agreement.end.year, rows["year"].max())
        _draw_values(axes, rows, known, lang)
        _draw_path(axes, path, known, lang, other)
        taken = _label_places(rows, path)
        for number, reference in enumerate(references):
            _draw_reference(axes, plan, indicator, reference, lang, number, taken)
        _mark_years(axes, known, first, plan.year, lang)
        _finish(axes, known, first, last, lang, title, _size(rows, known, lang))
        verdict, kind = _verdict(plan, lang, indicator, area)
        axes.text(1, 1.02, verdict, transform=axes.transAxes, ha="right", fontsize=9, fontweight="bold", color=COLOURS.get(kind, "#111111"))
    kind = say("bar_chart" if known.unit in ("count", "dkk") else "line_chart", lang)
    alternative = say("chart_series", lang, kind=kind, what=known.name[lang].lower(), area=area_name(plan, area, lang), first=first, last=last,
                      finding=" ".join([finding, *_path_words(plan, path, lang), verdict]).strip())  # fmt: skip
    behind = pd.concat([rows, *(_observed(plan, indicator, [reference]) for reference in references)])
    data = tables.observed(plan, lang, known, behind, f"{element}-data", say("table_of", lang, title=title))
    data.figures += figures
    return _shown(plan, figure, element, title, finding, alternative, data, behind, lang)


def _verdict(plan: Plan, lang: str, indicator: str, area: str) -> tuple[str, str]:
    """The latest verdict on this indicator's first promise here, as year, promise, symbol and word, and its kind; empty without one."""
    for current in findings.rows_of(plan, indicator, area):
        row = findings.with_gap(plan, current["criterion"], indicator, area)
        if current["reading"] == "primary" and row is not None and row["role"] == "judged":
            sure = f" ({say(row['certainty'], lang).lower()})" if row["certainty"] else ""
            return f"{row['criterion']} {row['year']}: {wording.verdict(row['verdict'], lang)}{sure}", row["verdict"]
    return "", ""


def _path_words(plan: Plan, path: pd.DataFrame, lang: str) -> list[str]:
    if path.empty:
        return []
    last = path.iloc[-1]
    return [say("next_target", lang, year=last["year"], target=findings.target_words(plan, last, lang))]


def _draw_values(axes: Axes, rows: pd.DataFrame, indicator: Indicator, lang: str, labels: int | None = None) -> None:
    """Bars for counts, joined points for shares; each with its interval, the last `labels` with their number.

    Hidden values are hatched over the whole height, so that nothing can be measured from them.
    """
    measured = rows[rows["value"].notna()]
    bars = indicator.unit in ("count", "dkk")
    span = [(measured["value"] - measured["lower"]).clip(lower=0), (measured["upper"] - measured["value"]).clip(lower=0)]
    if bars:
        axes.bar(measured["year"], measured["value"], width=0.55, color=COLOURS["value"], label=say("legend_value", lang))
    else:
        years = range(measured["year"].min(), measured["year"].max() + 1) if len(measured) else []
        joined = measured.set_index("year")["value"].reindex(years)  # a missing year is a gap in the line
        axes.plot(joined.index, joined, color=COLOURS["value"], marker="o", markersize=7, label=say("legend_value", lang))
    if measured["lower"].notna().any():
        interval = axes.errorbar(measured["year"], measured["value"], yerr=span, fmt="none", ecolor="#222222", elinewidth=1.1, capsize=4, zorder=1.5,
                                 label=say("legend_interval", lang))  # fmt: skip
        for line in (*interval.lines[1], *interval.lines[2]):
            line.set_path_effects(_on_white(3 if line in interval.lines[2] else 2.4))
    for row in measured.to_dict("records")[-(labels or len(measured)):]:
        side = 0.06 if row["lower"] == row["lower"] else 0
        label = findings.value_of(row, indicator, lang)
        axes.annotate(label, (row["year"] + side, row["value"]), xytext=(2 if side else 0, 5), textcoords="offset points",
                      ha="left" if side else "center", va="bottom", fontweight="bold", color="#111111",
                      bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6})  # fmt: skip
    for year in rows.loc[rows["status"] == "suppressed", "year"]:
        axes.axvspan(year - 0.28, year + 0.28, facecolor="none", edgecolor=COLOURS["hidden"], hatch="///", linewidth=0)
        axes.annotate(say("suppressed", lang), (year, 0.5), xycoords=("data", "axes fraction"), rotation=90, ha="center", va="center",
                      bbox={"facecolor": "white", "linewidth": 0, "pad": 1})  # fmt: skip


def _on_white(width: float) -> list[withStroke]:
    """A white edge, so that a mark stands out from a bar it lies on as it does from the paper."""
    return [withStroke(linewidth=width, foreground="white")]


def _draw_path(axes: Axes, path: pd.DataFrame, indicator: Indicator, lang: str, other: bool) -> None:
    if path.empty:
        return
    label = say("legend_target_other" if other else "legend_target", lang)
    axes.plot(path["year"].astype(int), path["target"], color=COLOURS["target"], marker="_", markersize=22, markeredgewidth=2.5,
              linestyle="none", label=label, path_effects=_on_white(5))  # fmt: skip
    axes.plot(path["year"].astype(int), path["target"], color=COLOURS["target"], linestyle=":", linewidth=1.2)
    ends = [0, -1] if len(path) > 1 and indicator.unit == "count" else [-1]
    for row in path.iloc[ends].to_dict("records"):
        shown = row["target_whole"] if indicator.unit == "count" and not pd.isna(row["target_whole"]) else row["target"]
        axes.annotate(wording.target(float(shown), indicator.unit, lang), (row["year"], row["target"]), xytext=(0, -6),
                      textcoords="offset points", ha="center", va="top", color=COLOURS["target"],
                      bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 0.8})  # fmt: skip


def _label_places(rows: pd.DataFrame, path: pd.DataFrame) -> list[tuple[int, float]]:
    """Year and height of the numbers beside the values and the last target."""
    measured = rows[rows["value"].notna()]
    places = [(year, value + 0.75 * _LABEL) for year, value in zip(measured["year"], measured["value"], strict=True)]
    return [*places, *((int(row["year"]), row["target"] - 0.75 * _LABEL) for row in path.tail(1).to_dict("records"))]


def _free_height(year: int, height: float, taken: list[tuple[int, float]]) -> float:
    """The height nearest to a point's own at which its number covers no other of that year; from then on taken."""
    others = [other for when, other in taken if when == year]
    steps = (height + sign * part * _LABEL / 4 for part in range(40) for sign in (1, -1))
    free = next((step for step in steps if all(abs(step - other) >= _LABEL for other in others)), height)
    taken.append((year, free))
    return free


def _draw_reference(axes: Axes, plan: Plan, indicator: str, reference: str, lang: str, number: int, taken: list[tuple[int, float]]) -> None:
    """A place compared with, in a dash and marker of its own; its number beside those already there."""
    rows = _observed(plan, indicator, [reference]).dropna(subset="value")
    if rows.empty:
        return
    line = rows.set_index("year")["value"].reindex(range(rows["year"].min(), rows["year"].max() + 1))
    axes.plot(line.index, line, color=COLOURS["reference"], linestyle=("--", "-.", ":")[number % 3],
              marker="sD^"[number % 3], markersize=4.5,
              label=plan.agreement.area_name(reference))  # fmt: skip
    last = rows.iloc[-1].to_dict()
    label = findings.value_of(last, plan.agreement.indicators[indicator], lang)
    share = plan.agreement.indicators[indicator].unit == "share"
    lift = (_free_height(last["year"], last["value"], taken) - last["value"]) * _PLOT_POINTS if share else 0
    axes.annotate(label, (last["year"], last["value"]), xytext=(8, lift), textcoords="offset points", va="center", color=COLOURS["reference"])


def _mark_years(axes: Axes, indicator: Indicator, first: int, last: int, lang: str) -> None:
    """Breaks as dotted lines, years without a measurement in words."""
    cuts = [cut["year"] for cut in indicator.breaks if first < cut["year"] <= last]
    for number, year in enumerate(cuts):
        axes.axvline(year - 0.5, color=COLOURS["quiet"], linestyle=(0, (1, 2)), label=say("legend_break", lang) if number == 0 else None)
    for gap in indicator.no_measurement:
        if first <= gap["year"] <= last:
            axes.annotate(say("not_surveyed", lang), (gap["year"], 0.06), xycoords=("data", "axes fraction"), ha="center", fontsize=8.5,
                          color=COLOURS["quiet"])  # fmt: skip


def _size(rows: pd.DataFrame, indicator: Indicator, lang: str) -> str:
    """How many the latest figure is out of, where that is known: answers of a survey, tenancies, employees."""
    known = rows[rows["denominator"].notna() & rows["value"].notna()]
    if known.empty or indicator.unit not in ("share", "rate"):
        return ""
    last = known.iloc[-1]
    return " · " + say("size_of", lang, n=wording.number(last["denominator"], 0, lang), year=last["year"])


def _finish(axes: Axes, indicator: Indicator, first: int, last: int, lang: str, title: str, size: str) -> None:
    """Axes in Danish numbers from zero, the title, what is measured and how many it is out of, and the legend below."""
    axes.set_xlim(first - 0.6, last + 0.6)
    axes.set_xticks(range(first, last + 1))
    if indicator.unit in ("share", "rate"):
        top = 1 if indicator.unit == "share" else None
        axes.set_ylim(0, top)
    else:
        axes.set_ylim(0, max(axes.get_ylim()[1] * 1.08, 1))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_formatter(_formatter(indicator, lang))
    axes.set_title(f"{title}\n", fontweight="bold", fontsize=11)
    axes.text(0, 1.02, say(f"unit_{indicator.unit}", lang) + size, transform=axes.transAxes, color=COLOURS["quiet"], fontsize=9)
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1:
        axes.figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9)


def _formatter(indicator: Indicator, lang: str) -> FuncFormatter:
    """Axis numbers as the page writes them."""
    share = indicator.unit in ("share", "rate")
    return FuncFormatter(lambda value, _: wording.percent(value, lang, 0) if share else wording.number(value, 0, lang))


def small_multiples(plan: Plan, lang: str, indicator: str) -> Shown:
    """One small chart an area on the same scale; an area without a measurement says so instead of an empty chart."""
    import seaborn as sns  # a second, and only the partnership's page needs it

    known, areas = plan.agreement.indicators[indicator], plan.agreement.areas
    rows = _observed(plan, indicator, areas)
    element = f"areas-{indicator}".replace("_", "-")
    if rows["value"].notna().sum() == 0:
        missing = say("no_data", lang, year=plan.year, delivery=known.delivery.get(lang, known.name[lang]))
        text = say("all_hidden", lang) if (rows["status"] == "suppressed").any() else missing
        return tables.paragraph(element, [f"{known.name[lang]}: {text}"], kind="nothing")
    names = {id_: area.name for id_, area in areas.items()}
    with mpl.rc_context(_THEME):
        grid = sns.FacetGrid(rows.assign(name=rows["area"].map(names)), col="name", col_order=list(names.values()), col_wrap=2, height=2.3,
                             aspect=1.55, sharey=True)  # fmt: skip
        for (id_, name), axes in zip(names.items(), grid.axes.flat, strict=True):
            mine = rows[rows["area"] == id_]
            _draw_values(axes, mine, known, lang, labels=None if known.unit == "count" else 1)
            if mine["value"].notna().sum() == 0 and not len(mine[mine["status"] == "suppressed"]):
                axes.annotate(say("no_data_area", lang), (0.5, 0.5), xycoords="axes fraction", ha="center", color=COLOURS["quiet"])
            axes.set_title(name, fontweight="bold", fontsize=10)
            axes.set(xlabel="", ylabel="", xlim=(rows["year"].min() - 0.7, plan.year + 0.9))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.yaxis.set_major_formatter(_formatter(known, lang))
        if known.unit == "count":
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        highest = rows[["value", "upper"]].max(axis=None)
        grid.set(ylim=(0, 1 if known.unit == "share" else max(highest * 1.15, 1)))
        grid.figure.set_size_inches(7.2, 2.35 * -(-len(names) // 2) + 0.4)
        grid.figure.suptitle(f"{known.name[lang]} ({say(f'unit_{known.unit}', lang).lower()})", x=0.02, ha="left", fontsize=11, fontweight="bold")
        grid.figure.set_layout_engine("constrained")
    found = [findings.change_sentence(plan, lang, known, id_)[0] for id_ in names if findings.latest_of(plan, indicator, id_)]
    without = [name for id_, name in names.items() if not findings.latest_of(plan, indicator, id_)]
    finding = " ".join(f"{name}: {text}" for name, text in zip([n for i, n in names.items() if findings.latest_of(plan, indicator, i)], found, strict=True))
    if without:
        finding += f" {say('no_data_area', lang)}: {', '.join(without)}."
    data = tables.observed(plan, lang, known, rows, f"{element}-data", say("table_of", lang, title=known.name[lang]))
    return _shown(plan, grid.figure, element, known.name[lang], finding, say("chart_areas", lang, what=known.name[lang].lower(), finding=finding),
                  data, rows, lang)  # fmt: skip


def comparison(plan: Plan, lang: str, indicator: str) -> Shown:
    """Our areas among the other areas of their kind, with the reference areas: each one's latest figure and its year."""
    import seaborn as sns

    known, agreement = plan.agreement.indicators[indicator], plan.agreement
    others = {id_ for id_, each in agreement.references.items() if each.group in ("sub_area", "sub_average", "country")}
    rows = _observed(plan, indicator, [*agreement.areas, *others]).dropna(subset="value")
    rows = rows.groupby("area", sort=False).tail(1).sort_values("value", kind="stable")
    element = f"comparison-{indicator}".replace("_", "-")
    if not rows["area"].isin(agreement.areas).any() or len(rows) < 3:
        text = say("no_data", lang, year=plan.year, delivery=known.delivery.get(lang, known.name[lang]))
        return tables.paragraph(element, [text], kind="nothing")
    kind = {id_: "reference" if agreement.references.get(id_) and agreement.references[id_].group != "sub_area" else
            "own" if id_ in agreement.areas else "other" for id_ in rows["area"]}  # fmt: skip
    rows = rows.assign(name=rows["area"].map(agreement.area_name), kind=rows["area"].map(kind))
    with mpl.rc_context(_THEME | {"axes.grid.axis": "x"}):
        figure, axes = plt.subplots(figsize=(7.2, 0.34 * len(rows) + 0.9), layout="constrained")
        sns.scatterplot(rows, x="value", y="name", hue="kind", style="kind", s=70, legend=False, ax=axes,
                        palette={"own": COLOURS["value"], "other": COLOURS["other"], "reference": COLOURS["reference"]},
                        markers={"own": "o", "other": "s", "reference": "D"})  # fmt: skip
        for row in rows.to_dict("records"):
            label = f"{findings.value_of(row, known, lang)} ({row['year']})"
            axes.annotate(label, (row["value"], row["name"]), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9,
                          fontweight="bold" if row["kind"] == "own" else "normal")  # fmt: skip
        for tick, own in zip(axes.get_yticklabels(), rows["kind"] == "own", strict=True):
            tick.set_fontweight("bold" if own else "normal")
        axes.set(xlabel="", ylabel="", xlim=(0, 1.12 if known.unit == "share" else None))
        axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1] if known.unit == "share" else axes.get_xticks())
        axes.xaxis.set_major_formatter(_formatter(known, lang))
        axes.set_title(f"{known.name[lang]}: {say('latest_of_each', lang, year=plan.year).lower()}", fontsize=10, fontweight="bold")
    compared = rows[rows["kind"] != "reference"]
    found = [say("comparison_finding", lang, area=row["name"], value=findings.value_of(row, known, lang), when=row["year"])
             for row in compared[compared["kind"] == "own"].to_dict("records")]  # fmt: skip
    finding = " ".join([*found, say("comparison_caveat", lang, n=len(compared), first=compared["year"].min(), last=compared["year"].max())])
    data = tables.observed(plan, lang, known, rows.iloc[::-1], f"{element}-data", say("latest_of_each", lang, year=plan.year))
    alternative = say("chart_comparison", lang, n=len(rows), what=known.name[lang].lower(), finding=finding)
    title = f"{known.name[lang]}: {say('latest_of_each', lang, year=plan.year).lower()}"
    return _shown(plan, figure, element, title, finding, alternative, data, rows, lang)


def sections(plan: Plan, lang: str, area: str) -> Shown:
    """One section a topic, one part an indicator, all of the same build: what is measured, chart, meaning, gap."""
    parts: list[Shown] = []
    for topic, indicators in findings.topics(plan, lang).items():
        parts.append(Shown(f"<h2>{escape(topic)}</h2>", f"topic-{topic}"))
        for indicator in indicators:
            parts += _part(plan, lang, indicator, area)
    return tables.together("sections", parts)


def _part(plan: Plan, lang: str, indicator: Indicator, area: str) -> list[Shown]:
    """One indicator for one area; where only the combined figure exists, that is what is shown, and said."""
    own = findings.latest_of(plan, indicator.id, area) or _hidden(plan, indicator.id, area)
    place = area if own else COMBINED
    heading = indicator.name[lang] if place == area else f"{indicator.name[lang]} ({area_name(plan, COMBINED, lang).lower()})"
    parts = [Shown(f'<h3>{escape(heading)}</h3><p class="meaning">{escape(indicator.meaning.get(lang, ""))}</p>', f"part-{indicator.id}")]
    if not own and not findings.latest_of(plan, indicator.id, COMBINED):
        sentence, _ = findings.change_sentence(plan, lang, indicator, area)
        return [*parts, tables.paragraph(f"none-{indicator.id}", [sentence], kind="nothing")]
    parts.append(series(plan, lang, indicator.id, place))
    judged = [findings.with_gap(plan, row["criterion"], indicator.id, place) for row in findings.rows_of(plan, indicator.id, place)]
    for row in [row for row in judged if row is not None][:1]:
        sentence, figures = findings.gap_sentence(plan, lang, row)
        parts.append(tables.paragraph(f"gap-{indicator.id}-{place}".replace("_", "-"), [sentence], figures))
    sentence, figures = findings.per_thousand_sentence(plan, lang, indicator, place)
    if sentence:
        parts.append(tables.paragraph(f"homes-{indicator.id}-{place}".replace("_", "-"), [sentence], figures))
    more = [tables.comments(plan, lang, indicator.id, place), tables.readings(plan, lang, indicator.id, place),
            tables.fixed_path(plan, lang, indicator.id, place)]  # fmt: skip
    return [*parts, *filter(None, more)]


def _hidden(plan: Plan, indicator: str, area: str) -> bool:
    """Whether a whole year is hidden here; hidden months alone make no chart of years."""
    return bool((_observed(plan, indicator, [area])["status"] == "suppressed").any())


def partnership_sections(plan: Plan, lang: str) -> Shown:
    """The four areas side by side for each indicator that is measured in any of them and named by a promise."""
    measured = [indicator.id for indicator in plan.agreement.indicators.values()
                if indicator.id in plan.agreement.promised and indicator.unit != "dkk"
                and len((rows := _observed(plan, indicator.id, plan.agreement.areas))[rows["value"].notna() | (rows["status"] == "suppressed")])]  # fmt: skip
    return tables.together("areas", [small_multiples(plan, lang, indicator) for indicator in measured])


def comparisons(plan: Plan, lang: str) -> Shown:
    """The comparison panel of every indicator that some promise holds against another place."""
    compared = [id_ for criterion in plan.agreement.criteria.values() if "reference" in criterion.primary.rule
                for id_ in criterion.primary.indicators]  # fmt: skip
    return tables.together("comparisons", [comparison(plan, lang, indicator) for indicator in dict.fromkeys(compared)])
