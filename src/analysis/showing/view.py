"""One view of the workbench: what was chosen, the chart and the verdicts of it, its figures to save, and the lines that make it in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..promises.catalogue import say
from . import charts, elements, exports, findings, run_charts, tables, wording
from .elements import Shown

if TYPE_CHECKING:
    from ..plan import Plan


@dataclass(frozen=True)
class View:
    """An indicator in some areas, over some years with its targets or month by month; `rule` is a supposed target, counted `since` a year."""

    indicator: str
    areas: tuple[str, ...]
    references: tuple[str, ...]
    years: tuple[int, int]
    monthly: bool = False
    rule: Mapping[str, Any] | None = None
    since: int | None = None

    def supposed(self, plan: Plan) -> Plan:
        """The plan with the supposed target in place of its promises, or the plan itself."""
        return plan if self.rule is None else plan.what_if(self.indicator, self.areas, self.rule, self.since)

    def drawn(self, plan: Plan, lang: str) -> list[Shown]:
        """The chart of the years, or a run chart an area."""
        if self.monthly:
            return [run_charts.run_chart(plan, lang, self.indicator, area, pointed=True) or self._no_months(plan, lang, area) for area in self.areas]
        return [charts.lines(plan, lang, self.indicator, self.areas, self.references, self.years)]

    def _no_months(self, plan: Plan, lang: str, area: str) -> Shown:
        what = plan.agreement.indicators[self.indicator].name[lang]
        return elements.paragraph("no-months", [say("bench_no_months", lang, what=what, area=elements.area_name(plan, area, lang))], kind="nothing")

    def verdicts(self, plan: Plan, lang: str) -> Shown:
        """What became of each promise about the indicator, year by year."""
        return tables.year_by_year(plan, lang, self.indicator, self.areas)

    def csv(self, plan: Plan, what: str, lang: str, marks: list[str]) -> bytes:
        """The `figures` behind the chart, or the targets and `gaps`, as Excel set to Danish opens them; limits are rounded as shown."""
        chosen = [*self.areas, *self.references]
        if what == "figures" and self.monthly:
            table = pd.concat([plan.months(self.indicator, area) for area in self.areas])
        else:
            table = plan.gaps if what == "gaps" else plan.yearly(self.indicator, chosen)
            table = table[(table["indicator"] == self.indicator) & table["area"].isin(chosen)]
            table = table[table["year"].isna() | table["year"].between(*self.years)]
        if what == "gaps":
            return exports.danish_csv(exports.gaps_in_words(plan, table, lang), "table_gaps", lang, marks)
        decimals = wording.LIMIT_DECIMALS[plan.agreement.indicators[self.indicator].unit]
        table = table.round({"lower": decimals, "upper": decimals})
        return exports.danish_csv(exports.observations_in_words(plan, table, lang), "table_observations", lang, marks)

    @property
    def name(self) -> str:
        """What a file of it is called."""
        places = self.areas if len(self.areas) < 3 else [f"{len(self.areas)}-areas"]
        return "-".join([self.indicator, *places, *(["months"] if self.monthly else map(str, self.years))])

    def code(self, folder: str, lang: str, internal: bool) -> str:
        """The lines that make its chart in a notebook of one's own."""
        lines = ["from analysis import Plan", f"from analysis.showing import {'run_charts' if self.monthly else 'charts'}", ""]
        lines.append(f"plan = Plan.load({folder!r}{', internal=True' if internal else ''})")
        if self.rule is not None:
            lines.append(f"plan = plan.what_if({self.indicator!r}, {list(self.areas)!r}, {dict(self.rule)!r}, baseline_year={self.since!r})")
        asked = f"plan, {lang!r}, {self.indicator!r}"
        if not self.monthly:
            lines.append(f"charts.lines({asked}, {list(self.areas)!r}, {list(self.references)!r}, years={self.years!r})")
        elif len(self.areas) == 1:
            lines.append(f"run_charts.run_chart({asked}, {self.areas[0]!r}, pointed=True)")
        else:
            lines += [f"for area in {list(self.areas)!r}:", f"    display(run_charts.run_chart({asked}, area, pointed=True))"]
        return "\n".join(lines)


def without_figures(plan: Plan, indicator: str, lang: str) -> str:
    """Why nothing of an indicator can be drawn in any area of ours: which delivery is missing, or that its figures are of no whole year, and these."""
    known, rows = plan.agreement.indicators[indicator], plan.exact_observations
    rows = rows[(rows["indicator"] == indicator) & rows["area"].isin([*plan.agreement.areas, elements.COMBINED]) & rows["value"].notna()]
    if rows.empty:
        return say("bench_no_figures", lang, what=known.name[lang], delivery=findings.delivery(known, lang))
    told = [
        f"{elements.area_name(plan, row['area'], lang)}, {wording.period(row['period'], lang)}: {wording.value_of(row, known, lang)}"
        for row in rows.to_dict("records")
    ]
    return say("bench_other_figures", lang, what=known.name[lang], year=plan.year, list="; ".join(told))


def own_figures(plan: Plan, indicator: str) -> pd.DataFrame:
    """The whole years of an indicator in areas of ours or all of them that have a figure, if only a hidden one."""
    rows = plan.yearly(indicator, {*plan.agreement.areas, elements.COMBINED})
    return rows[rows["value"].notna() | (rows["status"] == "suppressed")]
