"""The latest measured values and their change since the ones before; and counts per 1,000 of what they happen to."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import COMBINED, UNDATED, Agreement
from ..promises.rules import Measured, Side
from .certainty import chance
from .digits import MISSING, cell, in_floats
from .dispersion import Dispersions
from .history import Key, broken, measured
from .targets import Row

_SEEN = ["indicator", "area", "period", "value", "lower", "upper", "decimals", "status", "source", "note"]
LATEST = [*_SEEN, "previous_period", "previous", "change", "change_p", "change_claim", "dispersion", "dispersion_source"]
_KINDS = {"decimals": "Int64"} | dict.fromkeys(["value", "lower", "upper", "previous", "change"], object)
RATES = ["indicator", "area", "period", "exposure", "rate", "lower", "upper"]


def latest(agreement: Agreement, observations: pd.DataFrame, year: int, spreads: Dispersions | None = None) -> pd.DataFrame:
    """The latest measured value of every indicator in every area of the plan, and its change since the one before.

    Columns: indicator, area, period, value, lower, upper, decimals, status, source, note, and of the measurement
    before it previous_period and previous, change and change_p as in the gap table, but from 0, of which no percentage
    can be told, two counts still have their p. Undated figures count only where there is no dated one. Measurements on
    two sides of a break that forbids comparing have no change. `spreads` where it is known, or assumed otherwise, how counts vary.
    """
    values, places = measured(agreement, observations), [*agreement.areas, COMBINED]
    years = {id_: {agreement.period(id_, each): each for each in range(1990, year + 1)} | {UNDATED: -1} for id_ in agreement.indicators}
    own = observations[observations["area"].isin(places) & observations["value"].notna()]
    own = own.assign(year=[years[id_].get(period) for id_, period in zip(own["indicator"], own["period"], strict=True)]).dropna(subset="year")
    pairs = [_pair(agreement, values, group) for _, group in own.sort_values("year").groupby(["indicator", "area"], sort=False)]
    spreads = spreads or Dispersions(agreement, values, year)
    found = chance([row for row, _ in pairs], spreads.of)
    spread = [spreads.of(row.indicator.id, row.area) for row, _ in pairs]
    table = pd.DataFrame([line for _, line in pairs], columns=LATEST).astype(_KINDS)
    widths = {"dispersion": np.array([each.value for each in spread], dtype=float), "dispersion_source": [each.source for each in spread]}
    return table.assign(change_p=found.change_p, change_claim="", **widths)


def _pair(agreement: Agreement, values: Mapping[Key, Measured], group: pd.DataFrame) -> tuple[Row, dict[str, Any]]:
    """One series' last figure and the one before, of its figures by year."""
    last, dated = group.iloc[-1], group[group["year"] > 0]
    before = dated.iloc[:-1].tail(1)
    indicator = agreement.indicators[last["indicator"]]
    side = Side.AT_MOST if indicator.direction == "down" else Side.AT_LEAST
    row = Row("", indicator, last["area"], int(last["year"]), "", "", side, values[last["indicator"], last["area"], last["period"]])
    if len(before) and not broken(indicator, int(before["year"].item()), int(last["year"])):
        row.base = values[last["indicator"], last["area"], before["period"].item()]
    line = last[_SEEN].to_dict() | {
        "previous_period": before["period"].item() if row.base else "",
        "previous": before["value"].item() if row.base else MISSING,
        "change": cell(row.change),
    }
    return row, line


def per_thousand(agreement: Agreement, observations: pd.DataFrame, per: str = "exposure") -> pd.DataFrame:
    """Counts per 1,000 of what they happen to, where both are known for the same area and period.

    `per` is the field of the register that names what is counted there: `exposure` (homes) or `population` (inhabitants).
    Columns: indicator, area, period, exposure, rate, lower, upper. Buildings are torn down, and counts fall with them.
    """
    columns = ["indicator", "area", "period", "value", "lower", "upper"]
    observations, frames = in_floats(observations), []
    for indicator in agreement.indicators.values():
        if counted := getattr(indicator, per):
            counts = observations.loc[observations["indicator"] == indicator.id, columns].dropna(subset="value")
            exposed = observations.loc[(observations["indicator"] == counted) & (observations["value"] > 0), ["area", "period", "value"]]
            frames.append(counts.merge(exposed.rename(columns={"value": "exposure"}), on=["area", "period"], validate="one_to_one"))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns, "exposure"])
    rates = {new: table[old] * 1000 / table["exposure"] for new, old in (("rate", "value"), ("lower", "lower"), ("upper", "upper"))}
    return table.assign(**rates)[RATES]
