"""Tidy tables as one long table of observations: one measured value per indicator, area and period.

Areas are joined to `combined` as sum over sum, never as a mean of rates, and a combined value with an
area missing is `partial` and has no number.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..promises.agreement import COMBINED, Agreement
from ..promises.periods import months_of, period_year, split
from ..reading.figures import exact_sum
from ..reading.intake import Delivery
from . import intervals
from .digits import MISSING, cell, exact, in_floats, read_numbers, write_numbers
from .dispersion import Dispersions
from .history import measured

KEY = ["indicator", "area", "period"]
COLUMNS = [*KEY, "value", "decimals", "numerator", "denominator", "lower", "upper", "status", "source", "note"]
_EVALUATED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes a text that begins so for a formula
CASES = ["largest", "second"]  # of an amount, where single ones are known: never written, only used to protect it
_NEVER = 1_000_000  # the month of what has no date, after all others
_PART_OF_A_YEAR = r"[0-9]{4}-.{2}"
NUMBERS = ["value", "numerator", "denominator", "lower", "upper"]


def observe(deliveries: Iterable[Delivery], agreement: Agreement) -> pd.DataFrame:
    """All delivered figures as observations, each once, with 95 % limits and combined values.

    Columns as `COLUMNS` (shares 0–1, DKK whole; numbers as in `digits`) plus `published`: true where the figure was printed in public before,
    and `largest`, `second`: the two largest single amounts in a sum, where a list tells them. `value` is empty where
    `status` says why. `decimals` are those of `value` as printed.
    """
    frames = [_delivered(delivery, agreement) for delivery in deliveries]
    table = _each_once(pd.concat(frames, ignore_index=True)) if frames else pd.DataFrame(columns=[*COLUMNS, "published", *CASES])
    table = pd.concat([table, _years(table, agreement)], ignore_index=True)
    table = pd.concat([table, _combined(table, agreement)], ignore_index=True)
    return with_limits(table, agreement).sort_values(KEY, kind="stable").reset_index(drop=True)


def _delivered(delivery: Delivery, agreement: Agreement) -> pd.DataFrame:
    """One source's figures; of publications that disagree none has a value."""
    used = delivery.used
    value, out_of = used["value"].where(used["doubt"] != "conflict"), used["out_of"]
    money = used["indicator"].map({id_: indicator.unit == "dkk" for id_, indicator in agreement.indicators.items()}).eq(True)
    part = out_of.notna()  # delivered as a count out of another: the share is exact, and so are both counts
    rows = pd.DataFrame(
        {
            "indicator": used["indicator"],
            "area": used["area"],
            "period": used["period"],
            "value": value.where(~part, pd.Series(map(_quotient, value, out_of), index=used.index, dtype=object)),
            "decimals": used["decimals"].astype("Int64").where(~part),
            "numerator": value.where(part),
            "denominator": used["answers"].where(~part, out_of).fillna(used["cases"].where(money)),
            "lower": used["lowest"],
            "upper": used["highest"],
            "status": used["status"].where(used["missing"] == "", used["missing"]),
            "source": delivery.source.name + ":" + used["source"].where(used["source"] != "", used["file"]),
            "largest": used["largest"],
            "second": used["second"],
            "note": _notes(used),
            "published": _in_public(delivery, agreement),
        }
    )
    rows.loc[used["doubt"] == "conflict", ["status", "decimals"]] = ["not_available", pd.NA]
    return rows


def _each_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Publications that agree about a figure, each in its folder or all in one, give one row: with the most decimals, and all their sources."""
    rows = rows.sort_values("decimals", ascending=False, kind="stable", na_position="last")
    together = {"source": lambda ids: "; ".join(dict.fromkeys(ids)), "note": lambda notes: "; ".join(dict.fromkeys(filter(None, notes)))}
    single = rows.groupby(KEY, sort=False, as_index=False).agg(dict.fromkeys(rows.columns.difference(KEY), "first") | together)
    return single.assign(**{name: single[name].fillna(MISSING) for name in [*NUMBERS, *CASES]})  # pandas puts None where nothing is first


def _quotient(part: Decimal | float, whole: Decimal | float) -> Decimal | float:
    """So many of so many as a share; missing where either is, or where there are none."""
    top, bottom = exact(part), exact(whole)
    return cell(top / bottom) if top is not None and bottom else MISSING


def _in_public(delivery: Delivery, agreement: Agreement) -> pd.Series:
    """Which figures everybody could read before: all that were printed, and Statistics Denmark's of places that are not ours."""
    contract, elsewhere = delivery.source.contract, delivery.used["area"].isin(agreement.references)
    return elsewhere if contract == "statbank" else pd.Series(contract == "published", index=elsewhere.index)


def _notes(used: pd.DataFrame) -> pd.Series:
    """The supplier's note, with what we doubt about the figure in front."""
    text = {"": "", "suspect": "doubtful: ", "conflict": "conflict: "}
    figures = (used["delivered"] + " (" + used["source"] + ")").where(used["doubt"] == "conflict", used["note"])
    return (used["doubt"].map(text) + figures).str.strip()


def _years(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """Years whose halves, quarters or months were all delivered and that were not delivered themselves: their sum.

    Only counts and amounts that add up over time; a year with a part missing is left for the reader to see as such.
    """
    added = [id_ for id_, each in agreement.indicators.items() if each.combine == "sum" and each.measure == "count"]
    mine, rows = table[table["indicator"].isin(added) & table["value"].notna()], []
    for (id_, area), group in mine.groupby(["indicator", "area"], sort=False):
        by_period = group.set_index("period")
        have = set(table.loc[(table["indicator"] == id_) & (table["area"] == area), "period"])
        for year in sorted({int(period[:4]) for period in have if re.fullmatch(_PART_OF_A_YEAR, period)}):
            period = agreement.period(id_, year)
            parts = next((parts for parts in split(period, agreement.start.month) if set(parts) <= set(by_period.index)), None)
            if period not in have and parts:
                there = by_period.loc[parts]
                rows.append(
                    {
                        "indicator": id_,
                        "area": area,
                        "period": period,
                        "value": exact_sum(there["value"]),
                        "decimals": 0,
                        "status": "derived",
                        "denominator": exact_sum(there["denominator"]),
                        "published": bool(there["published"].all()),
                        **_largest_of(there),
                        "source": "; ".join(dict.fromkeys(there["source"])),
                        "note": "",
                    }
                )
    return pd.DataFrame(rows, columns=table.columns).astype(table.dtypes) if rows else table.iloc[:0]


def _combined(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """Sum over sum of the plan's areas, per indicator and period in which any area has a row.

    A combined figure that was delivered stands; nothing is added beside it.
    """
    rows, areas = [], list(agreement.areas)
    added = [id_ for id_, indicator in agreement.indicators.items() if indicator.combine in ("sum", "ratio")]
    delivered = set(table.loc[table["area"] == COMBINED, ["indicator", "period"]].itertuples(index=False, name=None))
    own = table[table["area"].isin(areas) & table["indicator"].isin(added)]
    for (indicator, period), group in own.groupby(["indicator", "period"], sort=False):
        if (indicator, period) in delivered:
            continue
        ratio = agreement.indicators[indicator].combine == "ratio"
        needed = ["numerator", "denominator"] if ratio else ["value"]
        there = group.dropna(subset=needed)
        missing = [area for area in areas if area not in set(there["area"])]
        row = {
            "indicator": indicator,
            "area": COMBINED,
            "period": period,
            "published": bool(group["published"].all()),
            "source": "; ".join(dict.fromkeys(group["source"])),
            "note": "",
        }
        if missing:
            row |= {"status": "partial", "note": "missing: " + ", ".join(missing)}
        elif ratio:
            top, bottom = exact_sum(there["numerator"]), exact_sum(there["denominator"])
            row |= {"value": _quotient(top, bottom), "numerator": top, "denominator": bottom, "status": "derived"}
        else:
            row |= {"value": exact_sum(there["value"]), "decimals": there["decimals"].max(), "status": "derived", **_largest_of(there)}
        rows.append(row)
    return pd.DataFrame(rows, columns=table.columns).astype(table.dtypes) if rows else table.iloc[:0]


def _largest_of(parts: pd.DataFrame) -> dict[str, Decimal | float]:
    """The two largest single amounts in a sum of these parts; NaN where those of a part are not known."""
    single = parts.reindex(columns=CASES)
    known = single.notna().all(axis=None)
    return dict(zip(CASES, sorted(single.to_numpy().ravel(), reverse=True)[:2] if known else (MISSING, MISSING), strict=True))


def with_limits(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """The observations with 95 % limits by each indicator's declared uncertainty; an estimate keeps its supplier's bounds.

    Counts vary as the table's own figures show (see `dispersion`): limits of protected figures are made from protected figures alone.
    """
    table = table.copy()
    estimated = table["indicator"].map(lambda id_: agreement.indicators[id_].uncertainty == "estimate") & table["status"].isin(["measured"])
    table.loc[estimated, "status"] = "estimate"
    years = [period_year(period) for period in table["period"]]
    spreads = Dispersions(agreement, measured(agreement, table), max((year for year in years if year), default=0))
    for id_, rows in in_floats(table[table["status"].isin(["measured", "printed", "derived"])]).groupby("indicator"):
        indicator = agreement.indicators[id_]
        if indicator.uncertainty == "sample":
            limits = intervals.wilson(rows["value"], rows["denominator"], float(indicator.design_effect))
        elif indicator.uncertainty == "process":
            found = [spreads.of(id_, area) for area in rows["area"]]
            width, level = [each.widening for each in found], [each.level for each in found]
            counted = indicator.unit == "count"
            limits = intervals.poisson(rows["value" if counted else "numerator"], width, level)
            limits = limits if counted else (limits[0] / rows["denominator"].to_numpy(), limits[1] / rows["denominator"].to_numpy())
        else:
            continue
        table.loc[rows.index, ["lower", "upper"]] = np.column_stack(limits)
    return table


def in_time(table: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """The observations to work with: the `year` in which each period ends, periods in the order of time, ids as categories in the register's order.

    Of periods that begin together the longest comes first: 2018, its first half-year, its first quarter, January.
    """

    def begins(period: str) -> tuple[int, int]:
        months = months_of(period, agreement.start.month)
        return (months.start, -len(months)) if months else (_NEVER, 0)

    known = {"indicator": agreement.indicators, "area": [*agreement.areas, COMBINED, *agreement.references], "status": sorted(set(table["status"]))}
    types = {name: pd.CategoricalDtype(_there(table[name], ids)) for name, ids in known.items()}
    types["period"] = pd.CategoricalDtype(sorted(set(table["period"]), key=begins), ordered=True)
    years = pd.array([period_year(period) or pd.NA for period in table["period"]], dtype="Int64")
    ordered = table.astype(types).assign(year=years)
    return ordered[[*KEY, "year", *table.columns.drop(KEY)]]


def _there(column: pd.Series, ids: Iterable[str]) -> list[str]:
    """The ids that stand in a column, in the order given; any other after them."""
    there = dict.fromkeys(column)
    return [*(id_ for id_ in ids if id_ in there), *(id_ for id_ in there if id_ not in set(ids))]


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as CSV: UTF-8, commas, a point as decimal mark, a blank between several in one cell; no text that a spreadsheet would evaluate."""
    texts = table.select_dtypes(["object", "string"]).columns
    table.assign(**{name: table[name].map(as_text) for name in texts}).to_csv(path, index=False, lineterminator="\n")


def as_text(cell: Any) -> Any:
    """A text that could be taken for a formula, with the mark that makes spreadsheets leave it a text; a decimal as its digits."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    cell = " ".join(map(str, cell)) if isinstance(cell, tuple) else cell
    risky = isinstance(cell, str) and cell.startswith((*_EVALUATED, "'")) and not re.fullmatch(r"-?[0-9]+([.,][0-9]+)?|[-−]", cell)
    return f"'{cell}" if risky else cell


def read_csv(path: Path) -> pd.DataFrame:
    """A table that `write_csv` wrote, every cell as text; empty cells stay empty texts."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.apply(lambda column: column.map(lambda cell: cell[1:] if cell.startswith("'") and as_text(cell[1:]) == cell else cell))


def write_observations(table: pd.DataFrame, path: Path) -> None:
    """The table as `observations.csv`: UTF-8, commas, a point as decimal mark, empty where there is no value."""
    write_csv(write_numbers(table[COLUMNS]), path)


def read_observations(path: Path) -> pd.DataFrame:
    """The table that `write_observations` wrote, with the same types."""
    table = read_csv(path)
    decimals = pd.array([int(text) if text else pd.NA for text in table["decimals"]], dtype="Int64")
    return table.assign(**{name: read_numbers(table[name]) for name in NUMBERS}, decimals=decimals)
