"""Figures from a plan's protected data, each with a text twin: the table of its numbers stands under it.

Nothing is computed here.
"""


import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import MaxNLocator

from . import drawing, findings, tables, wording
from .drawing import COLOURS, THEME
from .findings import area_name
from .plan import Plan
from .tables import Shown
from .wording import say


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
    rows = plan.yearly(indicator, [area])
    element = f"chart-{indicator}-{area}".replace("_", "-")
    finding, figures = findings.change_sentence(plan, lang, known, area)
    if rows["value"].notna().sum() == 0 and not (rows["status"] == "suppressed").any():
        return tables.paragraph(element, [finding], figures, "nothing")
    if known.labels:  # yes or no is a word a year, not a chart
        return tables.observed(plan, lang, known, rows, element, f"{known.name[lang]}, {area_name(plan, area, lang)}")
    title = f"{known.name[lang]}, {area_name(plan, area, lang)}"
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
        path, other = _path(plan, indicator, area)
        references = _references(plan, indicator, area)
        first = min(rows["year"].min(), plan.agreement.start.year)
        last = max(plan.agreement.end.year, rows["year"].max())
        drawing.draw_values(axes, rows, known, lang)
        drawing.draw_path(axes, path, known, lang, other)
        taken = drawing.label_places(rows, path)
        for number, reference in enumerate(references):
            drawing.draw_reference(axes, plan.yearly(indicator, [reference]), plan.agreement.area_name(reference), known, lang, number, taken)
        drawing.mark_years(axes, known, first, plan.year, lang)
        drawing.finish(axes, known, first, last, lang, title, drawing.size(rows, known, lang))
        verdict, kind = _verdict(plan, lang, indicator, area)
        axes.text(1, 1.02, verdict, transform=axes.transAxes, ha="right", fontsize=9, fontweight="bold", color=COLOURS.get(kind, "#111111"))
    kind = say("bar_chart" if known.unit in ("count", "dkk") else "line_chart", lang)
    alternative = say("chart_series", lang, kind=kind, what=known.name[lang].lower(), area=area_name(plan, area, lang), first=first, last=last,
                      finding=" ".join([finding, *_path_words(plan, path, lang), verdict]).strip())  # fmt: skip
    behind = pd.concat([rows, *(plan.yearly(indicator, [reference]) for reference in references)])
    data = tables.observed(plan, lang, known, behind, f"{element}-data", say("table_of", lang, title=title))
    data.figures += figures
    return drawing.shown(plan, figure, element, title, finding, alternative, data, behind, lang)


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


def small_multiples(plan: Plan, lang: str, indicator: str) -> Shown:
    """One small chart an area on the same scale; an area without a measurement says so instead of an empty chart."""
    import seaborn as sns  # a second, and only the partnership's page needs it

    known, areas = plan.agreement.indicators[indicator], plan.agreement.areas
    rows = plan.yearly(indicator, areas)
    element = f"areas-{indicator}".replace("_", "-")
    if rows["value"].notna().sum() == 0:
        missing = say("no_data", lang, year=plan.year, delivery=known.delivery.get(lang, known.name[lang]))
        text = say("all_hidden", lang) if (rows["status"] == "suppressed").any() else missing
        return tables.paragraph(element, [f"{known.name[lang]}: {text}"], kind="nothing")
    names = {id_: area.name for id_, area in areas.items()}
    with mpl.rc_context(THEME):
        grid = sns.FacetGrid(rows.assign(name=rows["area"].map(names)), col="name", col_order=list(names.values()), col_wrap=2, height=2.3,
                             aspect=1.55, sharey=True)  # fmt: skip
        for (id_, name), axes in zip(names.items(), grid.axes.flat, strict=True):
            mine = rows[rows["area"] == id_]
            drawing.draw_values(axes, mine, known, lang, labels=None if known.unit == "count" else 1)
            if mine["value"].notna().sum() == 0 and not len(mine[mine["status"] == "suppressed"]):
                axes.annotate(say("no_data_area", lang), (0.5, 0.5), xycoords="axes fraction", ha="center", color=COLOURS["quiet"])
            axes.set_title(name, fontweight="bold", fontsize=10)
            axes.set(xlabel="", ylabel="", xlim=(rows["year"].min() - 0.7, plan.year + 0.9))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.yaxis.set_major_formatter(drawing.formatter(known, lang))
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
    return drawing.shown(plan, grid.figure, element, known.name[lang], finding, say("chart_areas", lang, what=known.name[lang].lower(), finding=finding),
                  data, rows, lang)  # fmt: skip


def run_chart(plan: Plan, lang: str, indicator: str, area: str) -> Shown | None:
    """The months of one indicator in one area in a row: the usual, the limits of chance, signals and gaps, with a table a line a year.

    One sentence instead where all months are hidden, all figures are the same, or there is only one. None where no months came.
    """
    known, chart, rows = plan.agreement.indicators[indicator], plan.run_chart(indicator, area), plan.months(indicator, area)
    if chart.empty:
        return None
    element, words = f"months-{indicator}-{area}".replace("_", "-"), findings.month_words(chart, lang)
    if chart["value"].nunique() < 2:
        sentence, figures = findings.months_alike(plan, lang, known, area)
        return tables.paragraph(element, [sentence], figures, "nothing")
    sentences, notes, figures = findings.run_chart_sentences(plan, lang, known, area)
    title, finding = say("by_month", lang, title=f"{known.name[lang]}, {area_name(plan, area, lang)}", **words), " ".join(sentences)
    with mpl.rc_context(THEME):
        figure, axes = plt.subplots(figsize=(7.2, 3.1), layout="constrained")
        drawing.draw_months(axes, chart, known, lang, words["month"])
        drawing.finish_months(axes, chart, known, lang, title)
    first, last = (wording.period(period, lang) for period in chart["period"].iloc[[0, -1]])
    alternative = say("chart_months", lang, what=known.name[lang].lower(), area=area_name(plan, area, lang), first=first, last=last,
                      finding=" ".join([*sentences, *notes]), **words)  # fmt: skip
    data = tables.months(plan, lang, known, area, f"{element}-data", say("table_of", lang, title=title))
    data.figures += figures
    chart = drawing.shown(plan, figure, element, title, finding, alternative, data, rows, lang)
    return tables.together(element, [chart, tables.paragraph(f"{element}-note", notes, kind="note")])


def comparison(plan: Plan, lang: str, indicator: str) -> Shown:
    """Our areas among the other areas of their kind, with the reference areas: each one's latest figure and its year."""
    import seaborn as sns

    known, agreement = plan.agreement.indicators[indicator], plan.agreement
    others = {id_ for id_, each in agreement.references.items() if each.group in ("sub_area", "sub_average", "country")}
    rows = plan.yearly(indicator, [*agreement.areas, *others]).dropna(subset="value")
    rows = rows.groupby("area", sort=False).tail(1).sort_values("value", kind="stable")
    element = f"comparison-{indicator}".replace("_", "-")
    if not rows["area"].isin(agreement.areas).any() or len(rows) < 3:
        text = say("no_data", lang, year=plan.year, delivery=known.delivery.get(lang, known.name[lang]))
        return tables.paragraph(element, [text], kind="nothing")
    kind = {id_: "reference" if agreement.references.get(id_) and agreement.references[id_].group != "sub_area" else
            "own" if id_ in agreement.areas else "other" for id_ in rows["area"]}  # fmt: skip
    rows = rows.assign(name=rows["area"].map(agreement.area_name), kind=rows["area"].map(kind))
    with mpl.rc_context(THEME | {"axes.grid.axis": "x"}):
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
        axes.xaxis.set_major_formatter(drawing.formatter(known, lang))
        axes.set_title(f"{known.name[lang]}: {say('latest_of_each', lang, year=plan.year).lower()}", fontsize=10, fontweight="bold")
    compared = rows[rows["kind"] != "reference"]
    found = [say("comparison_finding", lang, area=row["name"], value=findings.value_of(row, known, lang), when=row["year"])
             for row in compared[compared["kind"] == "own"].to_dict("records")]  # fmt: skip
    finding = " ".join([*found, say("comparison_caveat", lang, n=len(compared), first=compared["year"].min(), last=compared["year"].max())])
    data = tables.observed(plan, lang, known, rows.iloc[::-1], f"{element}-data", say("latest_of_each", lang, year=plan.year))
    alternative = say("chart_comparison", lang, n=len(rows), what=known.name[lang].lower(), finding=finding)
    title = f"{known.name[lang]}: {say('latest_of_each', lang, year=plan.year).lower()}"
    return drawing.shown(plan, figure, element, title, finding, alternative, data, rows, lang)
