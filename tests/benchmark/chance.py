"""How often a report claims what is not so when nothing changes: `python tests/benchmark/chance.py [PLANS [DISPERSION]]`.

Not a test: it prints, it asserts nothing. The figures of the example plan are drawn anew, whole plans at a time: each survey share and each
count has one true level an area, the mean of what was delivered, in all its years, and what the plan promises stays as it is. Where all
figures lie at their true level one knows whether a promise is kept; what a drawn plan claims beyond that is false. DISPERSION is how many
times the variance of the counts is their mean (1: Poisson).
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.judging import finished
from analysis.judging.observations import observe
from analysis.judging.summary import CHANCE
from analysis.judging.together import SERIES
from analysis.promises.agreement import Agreement
from analysis.promises.received import opened_once
from analysis.reading.intake import Delivery
from analysis.running.checking import check

EXAMPLE, YEAR = Path(__file__).parents[2] / "data" / "example", 2021
ROW = ["criterion", "indicator", "area", "year", "reading", "role"]
INTERVALS = ["trend", "ratio", "difference", "progress"]
KEPT = {"met_clear": "met", "not_met_clear": "not_met"}
CHANGES = {"claimed: a change", *(f"claimed: the years together {word}" for word in ("rising", "falling", "more_than_others", "less_than_others"))}


@opened_once()
def delivered() -> tuple[Agreement, list[Delivery]]:
    """The example plan as it was delivered."""
    checked = check(EXAMPLE)
    return checked.agreement, checked.deliveries


class Unchanging:
    """The deliveries of a plan with one true level a series: at that level, or drawn around it."""

    def __init__(self, agreement: Agreement, deliveries: list[Delivery], dispersion: float):
        self.agreement, self.deliveries, self.dispersion = agreement, deliveries, dispersion
        tables = [delivery.used for delivery in deliveries]
        figures = pd.concat([table.assign(length=table["period"].str.len(), delivery=i) for i, table in enumerate(tables)])
        figures = figures[figures["value"].notna()]
        weight = pd.to_numeric(figures["out_of"].fillna(figures["answers"])).fillna(1.0).astype(float)
        counted = figures["out_of"].notna() | figures["indicator"].map(lambda id_: agreement.indicators[id_].unit == "count")
        events = figures["value"].astype(float) * np.where(counted, 1.0, weight)
        same = [figures["indicator"], figures["area"], figures["length"], figures["delivery"]]
        self.behind = {each.exposure for each in agreement.indicators.values()}  # homes that are torn down would be a change
        self.level = (events.groupby(same).sum() / weight.groupby(same).sum()).to_dict()

    def observations(self, draw: np.random.Generator | None = None) -> pd.DataFrame:
        """Observed figures; without a `draw` at their true level."""
        return observe([replace(delivery, table=self._table(i, delivery.table, draw)) for i, delivery in enumerate(self.deliveries)], self.agreement)

    def _table(self, i: int, table: pd.DataFrame, draw: np.random.Generator | None) -> pd.DataFrame:
        table = table.copy()
        for at, row in table[(table["set_aside"] == "") & table["value"].notna()].iterrows():
            indicator, level = self.agreement.indicators[row["indicator"]], self.level[row["indicator"], row["area"], len(row["period"]), i]
            if indicator.id in self.behind:
                table.at[at, "value"] = _exact(round(level))
            elif indicator.uncertainty == "process":
                size = 1.0 if pd.isna(row["out_of"]) else float(row["out_of"])
                table.at[at, "value"] = _exact(level * size if draw is None else self._count(draw, level * size))
                table.at[at, "decimals"] = 0 if draw is not None else pd.NA
            elif indicator.uncertainty == "sample" and draw is None:
                table.at[at, "value"], table.at[at, "decimals"] = _exact(level), pd.NA
            elif indicator.uncertainty == "sample" and not pd.isna(row["answers"]):
                drawn = max(1, round(float(row["answers"]) / float(indicator.design_effect)))
                table.at[at, "value"] = _exact(round(draw.binomial(drawn, level) / drawn, int(row["decimals"])))
        return table

    def _count(self, draw: np.random.Generator, mean: float) -> float:
        """Events of a Poisson law, or of one whose variance is so many times its mean."""
        extra = self.dispersion - 1
        return float(draw.poisson(draw.gamma(mean / extra, extra) if extra > 0 and mean else mean))


def _exact(number: float) -> Decimal:
    return Decimal(str(number))


class Truth:
    """What is so of a plan whose figures lie at their true level: each promise's verdict by year, and the years together."""

    def __init__(self, agreement: Agreement, tables: Mapping[str, pd.DataFrame]):
        self.verdicts = {tuple(row[:-1]): row[-1] for row in tables["gaps"][[*ROW, "verdict"]].itertuples(index=False, name=None)}
        self.periods = tables["periods"]
        rows = self.periods[[*SERIES, "total", "path_total"]].itertuples(index=False, name=None)
        self.ahead = {tuple(row): float(path) - float(total) for *row, total, path in rows}
        self.low = {id_: criterion.primary.rule.low for id_, criterion in agreement.criteria.items()}
        self.agreement = agreement

    def keeps(self, series: tuple[str, ...]) -> bool:
        """Whether the years together keep a promise."""
        ahead = self.ahead[series] * (1 if self.low[series[0]](self.agreement.indicators[series[1]]) else -1)
        return ahead > -1e-12


def said_of(tables: Mapping[str, pd.DataFrame], truth: Truth) -> Iterator[tuple[str, bool]]:
    """What a report says beyond chance, and whether that is false: by one comparison alone, and claimed among all of them."""
    gaps = tables["gaps"][tables["gaps"]["role"].eq("judged")]
    for row in gaps.to_dict("records"):
        verdict = truth.verdicts[tuple(row[name] for name in ROW)]
        if row["certainty"] == "certain":
            yield f"alone: a year {row['verdict']}", verdict != row["verdict"]
        if row["claim"] in KEPT:
            yield f"claimed: a year {KEPT[row['claim']]}", verdict != KEPT[row["claim"]]
    for table in (gaps[gaps["reading"].eq("primary")], tables["latest"]):
        yield from [("alone: a change", True)] * int((table["change_p"] < CHANCE).sum())
        yield from [("claimed: a change", True)] * int(table["change_claim"].str.endswith("_clear").sum())
    for row in tables["periods"][tables["periods"]["claim"].str.endswith("_clear")].to_dict("records"):
        kept = KEPT.get(row["claim"])
        false = kept is None or truth.keeps(tuple(row[name] for name in SERIES)) != (kept == "met")
        yield f"claimed: the years together {row['claim'].removesuffix('_clear')}", false


def covered(periods: pd.DataFrame, true_periods: pd.DataFrame) -> Iterator[tuple[str, bool]]:
    """Of each interval of the years together, whether it holds the true amount."""
    both = periods.merge(true_periods[[*SERIES, *INTERVALS]], on=SERIES, suffixes=("", "_true"))
    for name in INTERVALS:
        found = both[both[f"{name}_lower"].notna() & both[f"{name}_true"].notna()]
        for least, most, amount in found[[f"{name}_lower", f"{name}_upper", f"{name}_true"]].itertuples(index=False, name=None):
            yield name, bool(least - 1e-12 <= float(amount) <= most + 1e-12)


def judged(agreement: Agreement, observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that make claims."""
    return dict(finished.judged(agreement, observations, YEAR, finished.CLAIMED))


if __name__ == "__main__":
    plans, dispersion = int(sys.argv[1]) if len(sys.argv) > 1 else 100, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    agreement, deliveries = delivered()
    plan, draw = Unchanging(agreement, deliveries, dispersion), np.random.default_rng(1)
    truth = Truth(agreement, judged(agreement, plan.observations()))
    said: dict[str, Counter[bool]] = defaultdict(Counter)
    held: dict[str, Counter[bool]] = defaultdict(Counter)
    wrong: Counter[str] = Counter()
    for _ in range(plans):
        tables = judged(agreement, plan.observations(draw))
        found = list(said_of(tables, truth))
        for name, false in found:
            said[name][false] += 1
        for name, inside in covered(tables["periods"], truth.periods):
            held[name][inside] += 1
        false_ones = {name for name, false in found if false}
        wrong.update({name.split(":")[0] for name in false_ones} | {"claimed: a change or trend" for name in false_ones if name in CHANGES})
    print(f"{plans} plans in which nothing changes, dispersion {dispersion:g}")
    for name, counts in sorted(said.items()):
        print(f"  {name}: {counts.total() / plans:.2f} a plan, {counts[True] / plans:.3f} of them false")
    for name, count in sorted(wrong.items()):
        print(f"  plans with something false {name}: {count / plans:.1%}")
    for name, counts in sorted(held.items()):
        print(f"  95 % interval of {name}: holds the truth in {counts[True] / counts.total():.1%} of {counts.total()}")
