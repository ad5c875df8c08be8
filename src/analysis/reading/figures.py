"""Tables in which a row is a figure, as tidy rows: exact values in our units, or why there is none."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Any

import pandas as pd

from ..promises.agreement import COMBINED, Agreement, Indicator
from ..promises.catalogue import FALLBACK, say
from ..promises.periods import parse_period
from .contracts import CONTRACTS, MISSING, Columns
from .sources import STATUS, Source

TIDY = [
    "file",
    "sheet",
    "row",
    "delivery",
    "area",
    "period",
    "indicator",
    "delivered",
    "value",
    "decimals",
    "answers",
    "out_of",
    "cases",
    "largest",
    "second",
    "lowest",
    "highest",
    "status",
    "missing",
    "doubt",
    "set_aside",
    "source",
    "provenance",
    "note",
]
FIGURE = ["indicator", "area", "period"]  # which figure it is
TEXTS = ["sheet", "delivered", "status", "missing", "doubt", "set_aside", "source", "provenance", "note"]
_OF_SOME = ("ratio", "survey_share", "census_share")  # measures that are so many of so many
NUMBERS = ["value", "answers", "out_of", "cases", "largest", "second", "lowest", "highest"]  # exact decimals
PLACES = {"percent": 2, "share": 0, "count": 0, "rate": 0, "dkk": 0, "thousand_dkk": -3, "million_dkk": -6}  # that the decimal mark moves left: 58,3 % is 0.583
_IN_THOUSANDS = re.compile(r"\b(t\. ?kr|tkr|1[. ]?000 kr|tusinde? kr|mio\. ?kr|mill\. ?kr)", re.IGNORECASE)  # what a column is in, as its heading says
_FAR = 20  # times another unit makes of a rate: per cent for a share, per 1,000 for per cent
_UNIT_OF = {
    "percent": ("share", "rate"),
    "share": ("share", "rate"),
    "count": ("count",),
    "rate": ("rate",),
    "dkk": ("dkk",),
    "thousand_dkk": ("dkk",),
    "million_dkk": ("dkk",),
}


def tidy_figures(columns: Columns, publications: Iterable[str]) -> pd.DataFrame:
    """One piece of a table of figures as tidy rows, columns as `TIDY`; rows set aside keep the supplier's words.

    Key: file, sheet, row, and for a table with one column a figure also period and indicator. Problems are noted.
    """
    kinds = CONTRACTS[columns.source.contract].kinds
    area, period, indicator = columns.area(), columns.period(), columns.indicator()
    rows = pd.DataFrame({"area": area, "period": period, "indicator": indicator})
    _states(columns, rows)
    rows = rows.join(_values(columns, rows))
    for name in ("source", "provenance", "note"):
        rows[name] = columns.words(name) if name in kinds else ""
    middle = say("note_middle_of_bounds", FALLBACK)
    rows.loc[columns.middle(), "note"] = [f"{note}; {middle}" if note else middle for note in rows.loc[columns.middle(), "note"]]
    rows["delivered"] = columns.text("value")[columns.aside == ""] if columns.has("value") else ""
    if "source" in kinds and (known := set(publications)):
        for row, word in rows.loc[~rows["source"].isin(known), "source"].items():
            columns.say("unknown_publication", row, "source", word)
    rows = _spans(rows, columns)
    aside = pd.DataFrame({name: columns.text(name) for name in ("area", "period", "indicator", "source", "note")}, dtype=object)
    aside["delivered"], aside["set_aside"] = columns.text("value"), columns.aside.map(str)
    rows = pd.concat([rows, aside[columns.aside != ""]]) if (columns.aside != "").any() else rows
    figure = "value" if columns.has("value") else "all_moves"
    return finished(rows.assign(file=columns.file, sheet=columns.sheet, row=[columns.at(row, figure)["row"] or row for row in rows.index]))


def exact_sum(values: Iterable[Decimal]) -> Decimal | float:
    """The sum as if added on paper: 0,10 and 0,20 are 0,30. Missing where any of them is."""
    listed = list(values)
    with localcontext(prec=100):  # the largest and the smallest figure there can be keep all their digits
        return MISSING if any(map(pd.isna, listed)) else sum(listed, Decimal(0))


def plain(value: Decimal | float) -> str:
    """A number as a problem names it: no noughts behind its digits, no exponent; empty where there is none.

    >>> plain(Decimal("40.0")), plain(Decimal("0.583"))
    ('40', '0.583')
    """
    return "" if pd.isna(value) else f"{Decimal(str(value)).normalize():f}"


def exactly(number: Any) -> Decimal | float:
    """The number with the digits it has, as a decimal; missing stays missing."""
    return MISSING if pd.isna(number) else number if isinstance(number, Decimal) else Decimal(str(number))


def finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Tidy rows with every column of `TIDY`, numbers exact decimals or missing, texts never missing, in the order of the file."""
    rows = rows.reindex(columns=TIDY)
    rows["decimals"] = rows["decimals"].astype("Int64")
    for name in NUMBERS:
        rows[name] = pd.Series([exactly(number) for number in rows[name]], index=rows.index, dtype=object)
    rows[TEXTS] = rows[TEXTS].astype(object).fillna("")
    rows[["area", "period", "indicator"]] = rows[["area", "period", "indicator"]].astype(object)  # also where there is no row
    return rows.sort_values("row", kind="stable").reset_index(drop=True)


def _states(columns: Columns, rows: pd.DataFrame) -> None:
    """`ultimo 2017` is a state, and so is what stands for its year by `year_is`; only a stock has one."""
    stock = rows["indicator"].map(lambda id_: isinstance(id_, str) and columns.agreement.indicators[id_].measure in ("stock", "census_share"))
    for row in rows.index[columns.states() & ~stock & rows["indicator"].notna()]:
        columns.say("not_a_state", row, "period", columns.words("period")[row])
    for row in rows.index[~stock & rows["indicator"].notna()] if columns.source.year_is else ():
        columns.say("year_of_a_count", row, "indicator", columns.words("indicator")[row])


def _values(columns: Columns, rows: pd.DataFrame) -> pd.DataFrame:
    """value, decimals, answers, out_of, cases, bounds, status and missing of every used row."""
    kinds, agreement = CONTRACTS[columns.source.contract].kinds, columns.agreement
    out = pd.DataFrame({"indicator": rows["indicator"], "unit": columns.unit() if "unit" in kinds else "count"})
    for name in ("answers", "out_of", "cases", "lowest", "highest", "internal", "all_moves"):
        out[name] = columns.whole_or_blank(name) if name in kinds and columns.has(name) else pd.Series(MISSING, index=out.index, dtype=object)
    _only_its_own(columns, out)
    out["missing"] = columns.missing("value") if columns.has("value") else _missing_moves(columns)
    if "answers" in CONTRACTS[columns.source.contract].must and "" not in columns.source.missing:
        own = (
            rows["area"].astype(object).fillna("").str.split("/").str[0].isin([*agreement.areas, COMBINED])
        )  # of an average over others nobody counts the answers
        for row in out.index[own & out["answers"].isna() & (out["missing"] == "") & (columns.words("answers") == "")]:
            columns.say("blank", row, "answers", "")
    out["raw"] = columns.number("value") if columns.has("value") else _external(columns, out)
    _unit_marks(columns, out)
    _thousands(columns, out)
    _other_unit(columns, rows, out)
    good = out["raw"].map(lambda value: isinstance(value, Decimal)) & out["unit"].notna()
    values = [raw.scaleb(-PLACES[unit]) for raw, unit in zip(out.loc[good, "raw"], out.loc[good, "unit"], strict=True)]
    out["value"] = pd.Series(values, index=out.index[good], dtype=object)
    out["decimals"] = pd.Series([max(0, -value.as_tuple().exponent) for value in values], index=out.index[good], dtype="Int64")
    out["status"] = _status(columns).mask(columns.estimated(), "estimate").where(out["missing"] == "", "")
    out["middle"] = columns.middle()
    measures = {id_: indicator.measure for id_, indicator in agreement.indicators.items()}
    counted = (out["unit"] == "count") & out["indicator"].map(measures).isin(
        ["survey_share", "census_share"]
    )  # so many of all who answered or live there: exact
    if counted.any():
        out.loc[counted, "out_of"], out.loc[counted, "answers"] = out["answers"].fillna(out["out_of"]), MISSING
    share = out["unit"].isin(["percent", "share", "rate"]) & out["out_of"].notna()  # a share already: so many stand behind it
    if share.any():
        out.loc[share, "answers"], out.loc[share, "out_of"] = out["answers"].fillna(out["out_of"]), MISSING
    out["unit_fits"] = [
        _fits(agreement.indicators[name], unit) if isinstance(name, str) and isinstance(unit, str) else True
        for name, unit in zip(out["indicator"], out["unit"], strict=True)
    ]
    of_some = out["indicator"].map(measures).isin(_OF_SOME) & (out["unit"] == "count") & out["value"].notna()
    told = ~columns.words("out_of").isin(["", *columns.source.missing])  # why there is none is said at its own cell
    out["needs_base"] = ~(of_some & out["out_of"].isna() & ~told)
    _check(columns, out)
    return out[["value", "decimals", "answers", "out_of", "cases", "lowest", "highest", "status", "missing"]]


def _only_its_own(columns: Columns, out: pd.DataFrame) -> None:
    """What a row's figure is out of is left with the figure it belongs to; where several could be it, that is a problem."""
    alone: set[str] = set()  # counts with no share beside them, reported once
    given = out["out_of"].notna() & out["indicator"].notna()
    of_some = {id_ for id_, each in columns.agreement.indicators.items() if each.measure in _OF_SOME}
    shared = columns.source.columns.get(columns.heading.get("out_of", "")) == "out_of"  # one column for all the row's figures
    beside = _indicators_beside(columns).map(lambda ids: ids & of_some) if shared and given.any() else pd.Series([set()] * len(out), index=out.index)
    for row in out.index[given]:
        id_, words = out.at[row, "indicator"], columns.words("out_of")[row]
        if id_ not in of_some:
            out.loc[row, "out_of"] = MISSING
            if not beside[row] and id_ not in alone:
                alone.add(id_)
                columns.say("out_of_a_count", row, "out_of", words, "warning", indicator=id_)
        elif beside[row] - {id_}:
            columns.say("out_of_several", row, "out_of", words, indicators=", ".join(sorted(beside[row])), first=min(beside[row]))


def _indicators_beside(columns: Columns) -> pd.Series:
    """The indicators of all figures that stand in each row."""
    index, ours = columns.words("period").index, columns.source.values.get("indicator", {})
    texts = [
        columns.cells.loc[index, block.headings["indicator"]]
        if block.headings.get("indicator") in columns.cells
        else pd.Series(columns.constants_of(block).get("indicator", ""), index=index, dtype=object)
        for block in columns.source.blocks
    ]
    return pd.Series([{ours.get(word, word) for word in words} for words in zip(*texts, strict=True)], index=index, dtype=object)


def _missing_moves(columns: Columns) -> pd.Series:
    """Why the moves out of an area are not known: all moves, or those within it, bear a mark."""
    marks = [columns.missing(name) for name in ("all_moves", "internal")]
    return marks[0].where(marks[0] != "", marks[1])


def _external(columns: Columns, out: pd.DataFrame) -> pd.Series:
    """Households that moved out of the area, where the supplier gives all moves and those within it."""
    for name in ("all_moves", "internal"):
        for row in out.index[out[name].isna() & (columns.words(name) == "") & (columns.missing(name) == "")]:
            columns.say("blank", row, name, columns.text(name)[row])
    return out["all_moves"] - out["internal"]


def _unit_marks(columns: Columns, out: pd.DataFrame) -> None:
    """A `%` or `kr.` written behind a number must be the unit that was declared."""
    if not columns.has("value"):
        return
    marks = columns.unit_mark("value")
    wrong = marks.ne("") & marks.ne(out["unit"]) & ~(marks.eq("dkk") & out["unit"].isin(["thousand_dkk", "million_dkk"]))
    for row in out.index[wrong & out["unit"].notna()]:
        columns.say("unit_mark", row, "value", columns.words("value")[row], unit=out["unit"][row], written=marks[row])
    check_heading(columns, out["unit"])


def check_heading(columns: Columns, units: pd.Series) -> None:
    """Amounts taken for kroner below a heading, or on a sheet, that speaks of thousands or millions of them."""
    heading = columns.heading.get("value", "")
    for row in units.index[units.isin(["dkk", "count"])][:1] if _IN_THOUSANDS.search(f"{heading} {columns.sheet}") else ():
        columns.say("thousands_in_heading", row, "value", columns.words("value")[row], heading=heading or columns.sheet)


def _thousands(columns: Columns, out: pd.DataFrame) -> None:
    """A count or an amount such as `38,000` may be 38 or 38000; it is reported, and not read."""
    if columns.has("value"):
        words = columns.words("value")
        for row in out.index[words.map(columns.like_thousand) & out["unit"].isin(["count", "dkk"]) & out["raw"].notna()]:
            code, detail = columns.thousand_or_not(words[row])
            columns.say(code, row, "value", words[row], **detail)
            out.at[row, "raw"] = None


def _other_unit(columns: Columns, rows: pd.DataFrame, out: pd.DataFrame) -> None:
    """A share that may be written 0–1 among per cents, or a rate a hundred times another: refused until it is confirmed or its unit stands behind it."""
    if not columns.has("value"):
        return
    marked = columns.unit_mark("value") == "percent"
    confirmed = pd.Series(False, index=out.index)
    for entry in columns.source.confirmed:
        confirmed |= named_by(rows, entry, columns.source, columns.agreement)
    raw = out["raw"].where(out["raw"].map(lambda value: isinstance(value, Decimal)) & ~confirmed).dropna().astype(float)
    percent = raw[(out["unit"] == "percent") & ~marked]
    if len(percent) > 1 and 0 < percent.max() <= 1 and not (marked & (out["unit"] == "percent")).any():
        columns.say("shares_not_percent", percent.index[0], "value", n=len(percent))
    else:
        for row in percent.index[(percent > 0) & ((percent < 1) | ((percent == 1) & marked.any()))]:
            whole = f"{(out['raw'][row] * 100).normalize():f}".replace(".", columns.source.decimal)
            columns.say("share_or_percent", row, "value", columns.words("value")[row], whole=whole)
    rates = raw[(out["unit"] == "rate") & (raw != 0)]
    for row, value in rates.items() if len(rates) > 2 else ():
        others = rates.drop(row)
        if value >= _FAR * others.max() or value * _FAR <= others.min():
            columns.say("rate_far_off", row, "value", columns.words("value")[row], times=_FAR)


def named_by(table: pd.DataFrame, entry: Mapping[str, str], source: Source, agreement: Agreement) -> pd.Series:
    """The rows that an entry of source.toml names by area, period and indicator, in the supplier's words or ours."""
    match = pd.Series(True, index=table.index)
    for name in entry.keys() & {"area", "period", "indicator"}:
        word = source.values.get(name, {}).get(entry[name], entry[name])
        ours = {
            "area": lambda word: area_named(word, source, agreement),
            "period": lambda word: parse_period(word) or word,
            "indicator": lambda word: word,
        }[name](word)
        match &= table[name] == ours
    return match


def area_named(word: str, source: Source, agreement: Agreement) -> str | None:
    """The id of the place that source.toml names by a supplier's word; of a department that is added up `id/department`."""
    place = source.areas.get(word, word)
    return agreement.area_id(place) or (agreement.part_id(place) if source.sum else None)


def _fits(indicator: Indicator, unit: str) -> bool:
    """Whether figures in this unit can be the indicator's; a ratio or a share may be delivered as the count on top."""
    return indicator.unit in _UNIT_OF[unit] or (indicator.measure in _OF_SOME and unit == "count")


def _status(columns: Columns) -> pd.Series:
    if "provenance" not in CONTRACTS[columns.source.contract].kinds:
        derived = columns.source.contract == "moves" and not columns.has("value")
        return pd.Series("derived" if derived else "measured", index=columns.words("area").index, dtype=object)
    words = columns.source.status
    return columns.read(
        "provenance",
        lambda word: words.get(word, "printed" if not words else None),
        lambda word: ("unknown_status", {"choices": ", ".join(STATUS)}),
    )


def _check(columns: Columns, rows: pd.DataFrame) -> None:
    """Ranges and units; each failing cell becomes a problem with its row."""
    value, out_of, counted = rows["value"], rows["out_of"], rows["unit"] == "count"
    figure = "value" if columns.has("value") else "all_moves"
    money = rows["unit"].isin([unit for unit in PLACES if unit.endswith("dkk")])
    columns.check_negative(value[money], value[~money], figure)
    columns.check(
        {
            "above_all": ((value > 1) & rows["unit"].isin(["percent", "share"]), "value"),
            "not_whole": (value.notna() & (value % 1 != 0) & counted & ~rows["middle"], figure),
            "no_answers": (rows["answers"] <= 0, "answers"),
            "nothing_to_share": (out_of <= 0, "out_of"),
            "no_base": (rows["needs_base"].eq(False), figure),
            "more_than_all": ((value > out_of) & (out_of > 0) & counted, figure),
            "bounds_crossed": ((value < rows["lowest"]) | (value > rows["highest"]), figure),
            "negative_number": ((rows[["internal", "all_moves", "cases", "lowest", "highest"]] < 0).any(axis=1), "internal"),
        }
    )
    place = "unit" if columns.heading.get("unit") in columns.cells else figure
    for row in rows.index[rows["unit_fits"].eq(False)]:
        name = rows["indicator"][row]
        detail = {"unit": rows["unit"][row], "indicator": name, "kind": columns.agreement.indicators[name].unit}
        columns.say("unit_of_indicator", row, place, columns.words(place)[row], **detail)


def _spans(rows: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Rows over several years: a zero is a zero in each of them; anything else cannot be given to a year."""
    span = rows["period"].map(lambda period: isinstance(period, str) and bool(re.fullmatch(r"[0-9]{4}-[0-9]{4}", period))).astype(bool)
    for row in rows.index[span & (rows["value"] != 0)]:
        columns.say("several_years", row, "period", rows["period"][row])
    zeros = rows[span & (rows["value"] == 0)]
    if not len(zeros):
        return rows[~span]
    years = zeros["period"].map(lambda text: [str(year) for year in range(int(text[:4]), int(text[5:]) + 1)])
    notes = ["; ".join(filter(None, [note, say("note_zero_in_all", FALLBACK, period=text)])) for note, text in zip(zeros["note"], zeros["period"], strict=True)]
    return pd.concat([rows[~span], zeros.assign(period=years, status="derived", note=notes).explode("period")])
