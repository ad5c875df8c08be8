"""What a supplier's table must hold: one contract a kind of table, from text cells to a tidy table.

A tidy table has one row per delivered figure and keeps `file` and `row`, so that every number can be
followed to the cell it came from. Nothing is guessed: a cell is read exactly, means a declared missing
mark, is set aside for a declared reason, or is a problem.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd

from .agreement import COMBINED, UNDATED, Agreement, Indicator, Problem, closest
from .deliveries import Source, parse_number, parse_period, read_cells, sha256


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of table: the kind of each, those that must be there, those that make the key."""

    kinds: Mapping[str, str]
    must: tuple[str, ...]
    key: tuple[str, ...]


CONTRACTS = {
    "published": Contract(
        {"area": "area", "period": "period", "indicator": "indicator", "value": "number", "unit": "unit",
         "answers": "whole", "source": "text", "provenance": "text", "note": "text"},
        ("area", "period", "indicator", "value", "unit", "source"),
        ("area", "period", "indicator", "source"),
    ),
    "counts": Contract(
        {"area": "area", "period": "period", "indicator": "indicator", "value": "whole", "out_of": "whole", "lowest": "whole",
         "highest": "whole", "note": "text"},
        ("area", "period", "indicator", "value"),
        ("area", "period", "indicator"),
    ),
    "moves": Contract(
        {"area": "area", "period": "period", "indicator": "indicator", "value": "whole", "out_of": "whole", "note": "text"},
        ("area", "period", "indicator", "value", "out_of"),
        ("area", "period", "indicator"),
    ),
    "survey": Contract(
        {"area": "area", "period": "period", "indicator": "indicator", "value": "number", "unit": "unit",
         "answers": "whole", "note": "text"},
        ("area", "period", "indicator", "value", "unit", "answers"),
        ("area", "period", "indicator"),
    ),
}  # fmt: skip

_SCALE = {"percent": (Decimal("0.01"), 2), "share": (Decimal(1), 0), "count": (Decimal(1), 0),
          "rate": (Decimal(1), 0), "dkk": (Decimal(1), 0), "million_dkk": (Decimal(1_000_000), -6)}  # fmt: skip
_UNIT_OF = {"percent": ("share", "rate"), "share": ("share", "rate"), "count": ("count",), "rate": ("rate",),
            "dkk": ("dkk",), "million_dkk": ("dkk",)}  # fmt: skip


@dataclass
class Delivery:
    """What one source brought: its tidy table, one line per file, and every problem met.

    Table: file, row, area, period, indicator, delivered (as it stands in the file), value (shares 0–1, DKK), decimals,
    answers (behind a survey share), out_of (what a count is part of), lowest and highest (bounds of an estimate), answers, status, missing,
    doubt, set_aside, source, provenance, note. `status` is empty and `missing` says why where there is no
    value; a row with `set_aside` is kept and not used.
    """

    source: Source
    table: pd.DataFrame
    files: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)

    @property
    def used(self) -> pd.DataFrame:
        """The rows that become observations."""
        return self.table[self.table["set_aside"] == ""]


TIDY = ["file", "row", "area", "period", "indicator", "delivered", "value", "decimals", "answers", "out_of", "lowest",
        "highest", "status", "missing", "doubt", "set_aside", "source", "provenance", "note"]  # fmt: skip


def read_delivery(source: Source, agreement: Agreement, plan: Path, publications: Iterable[str]) -> Delivery:
    """Every file of a source as one tidy table under its contract; problems name file, row and column.

    `publications` are the ids that a `source` column may name. A source with any error keeps no rows.
    """
    problems: list[Problem] = []
    if source.contract not in CONTRACTS:
        file = (source.folder / "source.toml").relative_to(plan).as_posix()
        problems.append(Problem("unknown_contract", file, "is not a contract; known: {known}", source.contract,
                                detail={"known": ", ".join(CONTRACTS)}))  # fmt: skip
        return Delivery(source, pd.DataFrame(columns=TIDY), _files(source, plan, {}), problems)
    tables = {path: _tidy(path, source, agreement, plan, set(publications), problems) for path in source.files}
    refused = any(problem.level == "error" for problem in problems)
    table = pd.concat(tables.values(), ignore_index=True) if tables else pd.DataFrame(columns=TIDY)
    delivery = Delivery(source, table, _files(source, plan, tables), problems)
    if not refused:
        problems += _doubts(delivery, agreement)
        problems += _keys(delivery, agreement)
        problems += _totals(delivery, agreement)
    if any(problem.level == "error" for problem in problems):
        delivery.table = table.iloc[:0]
    return delivery


def _files(source: Source, plan: Path, tables: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """One line per file: what it is, how many rows were read, used and set aside, and its checksum."""
    return pd.DataFrame(
        {
            "source": source.name, "publisher": source.publisher, "contract": source.contract,
            "delivery": source.delivery, "file": path.relative_to(plan).as_posix(), "rows": table["row"].nunique(),
            "used": table.loc[table["set_aside"] == "", "row"].nunique(), "set_aside": int((table["set_aside"] != "").sum()),
            "sha256": sha256(path) if path.is_file() else "",
        }
        for path, table in {path: tables.get(path, pd.DataFrame(columns=TIDY)) for path in source.files}.items()
    )  # fmt: skip


class _Columns:
    """One file's cells under our column names; every check notes its problem with line and heading."""

    def __init__(self, cells: pd.DataFrame, source: Source, file: str, problems: list[Problem]):
        self.cells, self.source, self.file, self.problems = cells, source, file, problems
        self.heading = {ours: theirs for theirs, ours in source.columns.items()}
        self.aside = pd.Series("", index=cells.index)

    def text(self, name: str) -> pd.Series:
        """The column's text as delivered, or its declared constant, or blanks where the file has none."""
        if self.heading.get(name) in self.cells:
            return self.cells[self.heading[name]]
        return pd.Series(str(self.source.constants.get(name, "")), index=self.cells.index)

    def set_aside(self) -> None:
        """Mark the rows whose words are declared unused, with the reason."""
        for name, reasons in self.source.unused.items():
            reason = self.text(name).map(lambda word, reasons=reasons: reasons.get(word, ""))
            self.aside = self.aside.where(self.aside != "", reason)

    def words(self, name: str) -> pd.Series:
        """The column with the supplier's words replaced by ours; rows set aside are left out."""
        text = self.text(name)[self.aside == ""]
        return text.map(lambda word: str(self.source.values.get(name, {}).get(word, word)))

    def read(self, name: str, parse: Callable[[str], object], tell: Callable[[str], tuple[str, str, dict]]) -> pd.Series:
        """Each word parsed; where `parse` gives None, `tell` says code, expectation and detail."""
        words = self.words(name)
        parsed = {word: parse(word) for word in words.unique()}
        for row, word in words[words.map(lambda word: parsed[word] is None)].items():
            code, expected, detail = tell(word)
            self.problems.append(Problem(code, self.file, expected, word, row=row, column=self.heading.get(name, name),
                                         detail=detail))  # fmt: skip
        return words.map(parsed)


def _tidy(path, source, agreement, plan, publications, problems) -> pd.DataFrame:
    """One file as tidy rows; an empty table where its headings cannot be trusted."""
    file, empty = path.relative_to(plan).as_posix(), pd.DataFrame(columns=TIDY)
    cells, found = read_cells(path, source, plan)
    problems += found
    contract = CONTRACTS[source.contract]
    if cells.empty or not _headings_fit(cells, contract, source, file, problems):
        return empty
    columns = _Columns(cells, source, file, problems)
    columns.set_aside()
    places = [*(area.name for area in agreement.areas.values()), COMBINED, *source.areas]
    area = columns.read(
        "area", lambda word: agreement.area_id(source.areas.get(word, word)), lambda word: _unknown_area(word, places)
    )
    period = columns.read(
        "period", lambda word: word if word == UNDATED else parse_period(word),
        lambda word: ("bad_period", "must be a year, half-year, quarter or month such as 2018, 2018-H1, 2018-Q3, 2018-03", {}),
    )  # fmt: skip
    indicator = columns.read(
        "indicator", lambda word: word if word in agreement.indicators else None,
        lambda word: ("unknown_indicator", "is not mapped to an indicator of the register; map it under "
                      "[values.indicator] or set it aside under [unused.indicator]", {}),
    )  # fmt: skip
    rows = pd.DataFrame({"area": area, "period": period, "indicator": indicator})
    rows = rows.join(_values(columns, source, contract, indicator, agreement))
    for name in ("source", "provenance", "note"):
        rows[name] = columns.words(name)
    rows["delivered"] = columns.text("value")[columns.aside == ""]
    if "source" in contract.kinds and publications:
        for row, word in rows.loc[~rows["source"].isin(publications), "source"].items():
            problems.append(Problem("unknown_publication", file, "is not an id in sources.csv", word, row=row,
                                    column=columns.heading.get("source", "source")))  # fmt: skip
    rows = _spans(rows, file, columns, problems)
    aside = pd.DataFrame({name: columns.text(name) for name in ("area", "period", "indicator", "source", "note")})
    aside["delivered"] = columns.text("value")
    aside["set_aside"] = columns.aside
    rows = pd.concat([rows, aside[columns.aside != ""]])
    rows = rows.assign(file=file, row=rows.index, doubt="").reindex(columns=TIDY)
    texts = ["status", "missing", "doubt", "set_aside", "source", "provenance", "note"]
    return rows.fillna(dict.fromkeys(texts, "")).sort_values("row", kind="stable").reset_index(drop=True)


def _headings_fit(cells, contract, source, file, problems) -> bool:
    """Whether every heading is declared and every declared and required column is there."""
    before, found = len(problems), ", ".join(cells.columns)
    for ours in contract.must:
        if ours not in source.columns.values() and ours not in source.constants:
            problems.append(Problem("missing_declaration", f"{source.name}/source.toml",
                                    "no column is declared for '{name}' under [columns] or [constants]",
                                    detail={"name": ours}))  # fmt: skip
    for theirs, ours in source.columns.items():
        if ours not in contract.kinds:
            problems.append(Problem("not_in_contract", f"{source.name}/source.toml",
                                    "is not a column of this contract; known: {known}", str(ours),
                                    detail={"known": ", ".join(contract.kinds)}))  # fmt: skip
        elif theirs not in cells:
            problems.append(Problem("missing_column", file, "the column is missing; found: {found}", column=theirs,
                                    detail={"found": found}))  # fmt: skip
    for heading in cells.columns:
        if heading not in source.columns and heading not in source.ignored_columns:
            problems.append(Problem("undeclared_column", file, "the column is not declared in source.toml; name it "
                                    "under [columns] or ignored_columns", column=heading))  # fmt: skip
    return len(problems) == before


def _unknown_area(word: str, places: list[str]) -> tuple[str, str, dict]:
    near, known = closest(word, places), ", ".join(places)
    try:
        repaired = word.encode("cp1252").decode("utf-8")
    except UnicodeError:
        repaired = word
    if repaired != word:
        return "double_encoded", "unknown area; the text looks encoded twice – meant: {repaired}?", {"repaired": repaired}
    if near:
        return "unknown_area_near", "unknown area; closest: {near}; known: {known}", {"near": near, "known": known}
    return "unknown_area", "unknown area; known: {known}", {"known": known}


def _values(columns: _Columns, source, contract, indicator, agreement) -> pd.DataFrame:
    """value, decimals, answers, status and missing of every used row."""
    missing = columns.text("value")[columns.aside == ""].map(lambda word: source.missing.get(word, ""))
    raw = columns.read("value", lambda word: word if word in source.missing else parse_number(word, source.decimal),
                       lambda word: _bad_number(word, source.decimal))  # fmt: skip
    number = raw.where(missing == "")
    units = columns.read("unit", lambda word: word if word in _SCALE else None,
                         lambda word: ("unknown_unit", "is not a unit; known: {known}", {"known": ", ".join(_SCALE)}),
                         ) if "unit" in contract.kinds else pd.Series("count", index=number.index)  # fmt: skip
    rows = pd.DataFrame({"raw": number, "unit": units, "indicator": indicator, "missing": missing})
    good = rows["raw"].map(lambda value: isinstance(value, Decimal)) & rows["unit"].notna()
    scaled = rows[good].apply(lambda row: row["raw"] * _SCALE[row["unit"]][0], axis=1)
    decimals = rows[good].apply(lambda row: max(0, -row["raw"].as_tuple().exponent + _SCALE[row["unit"]][1]), axis=1)
    rows["value"] = scaled.astype(float) if good.any() else float("nan")
    rows["decimals"] = (decimals if good.any() else pd.Series(dtype=float)).astype("Int64")
    for name in ("answers", "out_of", "lowest", "highest"):
        rows[name] = _whole_or_blank(columns, name, source.decimal) if name in contract.kinds else float("nan")
    rows["status"] = _status(columns, contract).where(rows["missing"] == "", "")
    rows["unit_fits"] = [
        _fits(agreement.indicators[name], unit) if isinstance(name, str) and isinstance(unit, str) else True
        for name, unit in zip(rows["indicator"], rows["unit"], strict=True)
    ]
    _check(rows, columns)
    percent = rows.loc[(rows["unit"] == "percent") & rows["value"].notna(), "value"]
    if len(percent) > 1 and 0 < percent.max() <= 0.01:
        columns.problems.append(Problem("shares_not_percent", columns.file, "all {n} shares are at most 1; expected per cent from 0 to 100",
                                        column=columns.heading.get("value", "value"), detail={"n": len(percent)}))  # fmt: skip
    return rows[["value", "decimals", "answers", "out_of", "lowest", "highest", "status", "missing"]]


def _whole_or_blank(columns: _Columns, name: str, decimal: str) -> pd.Series:
    """A column of numbers that may be blank where the supplier gave none."""
    return columns.read(name, lambda word: Decimal("NaN") if word == "" else parse_number(word, decimal),
                        lambda word: _bad_number(word, decimal)).astype(float)  # fmt: skip


def _fits(indicator: Indicator, unit: str) -> bool:
    """Whether figures in this unit can be the indicator's; a ratio may be delivered as the count on top."""
    return indicator.unit in _UNIT_OF[unit] or (indicator.measure == "ratio" and unit == "count")


def _status(columns: _Columns, contract: Contract) -> pd.Series:
    if "provenance" not in contract.kinds:
        return pd.Series("measured", index=columns.words("value").index)
    words = columns.source.status
    return columns.read(
        "provenance", lambda word: words.get(word, "printed" if not words else None),
        lambda word: ("unknown_status", "is not declared under [status]; known: {known}", {"known": ", ".join(words)}),
    )  # fmt: skip


def _bad_number(word: str, decimal: str) -> tuple[str, str, dict]:
    other = "." if decimal == "," else ","
    if parse_number(word, other) is not None:
        return "ambiguous_number", "is not plainly a number where the decimal mark is '{mark}'", {"mark": decimal}
    if word == "":
        return "blank", "is blank; a blank means nothing until source.toml says so under [missing]", {}
    return "not_a_number", "must be a number, or a mark declared under [missing] in source.toml", {}


def _check(rows: pd.DataFrame, columns: _Columns) -> None:
    """Ranges and units by pandera; each failing cell becomes a problem with its line."""
    import pandera.pandas as pa  # half a second, and only deliveries need it

    as_delivered = columns.text("value")
    rules = {
        "negative": ("value", pa.Check.ge(0), "must not be negative"),
        "above_all": ("share", pa.Check.le(1), "a share cannot be above 100 %"),
        "not_whole": ("whole", pa.Check(lambda value: value == value.round()), "must be a whole number"),
        "unit_of_indicator": ("unit_fits", pa.Check.eq(True), "this unit does not fit the indicator"),
        "no_answers": ("answers", pa.Check.gt(0), "the number of answers must be above 0"),
        "nothing_to_share": ("out_of", pa.Check.gt(0), "must be above 0"),
        "more_than_all": ("part", pa.Check.le(1), "is more than the number it is part of"),
        "bounds_crossed": ("within", pa.Check.eq(True), "must lie between the lowest and the highest estimate"),
    }
    share = rows["unit"].isin(["percent", "share"])
    within = ~((rows["value"] < rows["lowest"]) | (rows["value"] > rows["highest"]))
    part = (rows["value"] / rows["out_of"].where(rows["out_of"] > 0)).where(rows["unit"] == "count")
    checked = rows.assign(within=within, part=part, share=rows["value"].where(share), whole=rows["value"].where(rows["unit"] == "count"))
    schema = pa.DataFrameSchema(
        {
            column: pa.Column(checks=[check for _, (where, check, _) in rules.items() if where == column], nullable=True)
            for column, _, _ in rules.values()
        }
    )
    try:
        schema.validate(checked, lazy=True)
    except pa.errors.SchemaErrors as error:
        by_column = {column: code for code, (column, _, _) in rules.items()}
        for case in error.failure_cases.to_dict("records"):
            code = by_column[case["column"]]
            told = {"no_answers": "answers", "unit_of_indicator": "unit", "nothing_to_share": "out_of"}.get(code, "value")
            found = as_delivered[case["index"]] if told == "value" else str(columns.text(told)[case["index"]])
            columns.problems.append(Problem(code, columns.file, rules[code][2], found, row=int(case["index"]),
                                            column=columns.heading.get(told, told)))  # fmt: skip


def _spans(rows: pd.DataFrame, file: str, columns: _Columns, problems: list[Problem]) -> pd.DataFrame:
    """Rows over several years: a zero is a zero in each of them; anything else cannot be given to a year."""
    span = rows["period"].fillna("").str.fullmatch(r"\d{4}-\d{4}")
    for row in rows.index[span & (rows["value"] != 0)]:
        problems.append(Problem("several_years", file, "covers several years and is not 0, so no year can be given it; "
                                "set it aside under [unused.period]", rows["period"][row], row=row,
                                column=columns.heading.get("period", "period")))  # fmt: skip
    zeros = rows[span & (rows["value"] == 0)]
    years = zeros["period"].map(lambda text: [str(year) for year in range(int(text[:4]), int(text[5:]) + 1)])
    zeros = zeros.assign(period=years, status="derived", note=[
        "; ".join(filter(None, [note, f"0 in {text} as a whole"])) for note, text in zip(zeros["note"], zeros["period"], strict=True)
    ]).explode("period")  # fmt: skip
    return pd.concat([rows[~span], zeros]) if len(zeros) else rows


def _doubts(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """Mark figures the file or source.toml calls doubtful; a declared doubt that matches no row is an error."""
    problems, table, source = [], delivery.table, delivery.source
    suspect = table["status"] == "suspect"
    table.loc[suspect, ["status", "doubt"]] = ["printed", "suspect"]
    for doubt in source.doubt:
        match = pd.Series(True, index=table.index)
        for name in doubt.keys() - {"reason"}:
            word = source.values.get(name, {}).get(doubt[name], doubt[name])
            match &= table[name] == (agreement.area_id(source.areas.get(word, word)) if name == "area" else word)
        if not match.any():
            problems.append(Problem("doubt_matches_nothing", f"{source.name}/source.toml",
                                    "this [[doubt]] matches no row of the source", ", ".join(map(str, doubt.values()))))
        table.loc[match, "doubt"] = "suspect"
        table.loc[match, "note"] = doubt.get("reason", "")
    for row in table[table["doubt"] == "suspect"].to_dict("records"):
        found = row["delivered"] if source.contract == "published" else ""  # the warning stands beside protected tables
        problems.append(Problem("suspect", row["file"], "kept and shown as doubtful: {note}", found,
                                row=row["row"], level="warning", detail={"note": row["note"]}))  # fmt: skip
    return problems


def _totals(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """A delivered total must be the sum of the areas, where all of them were delivered beside it."""
    problems, areas = [], list(agreement.areas)
    added = [id_ for id_, indicator in agreement.indicators.items() if indicator.combine == "sum"]
    used = delivery.used
    for _, rows in used[used["indicator"].isin(added) & used["value"].notna()].groupby(["indicator", "period"], sort=False):
        parts, total = rows[rows["area"].isin(areas)], rows[rows["area"] == COMBINED]
        if set(parts["area"]) == set(areas) and len(total) and total.iloc[0]["value"] != parts["value"].sum():
            row = total.iloc[0]
            problems.append(Problem("total_differs", row["file"], "the total {total} is not the sum of the areas {sum}", row=int(row["row"]),
                                    detail={"total": row["delivered"], "sum": f"{parts['value'].sum():g}"}))  # fmt: skip
    return problems


def _keys(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """Two rows for one figure: the same source twice is an error, two sources that disagree are a conflict."""
    problems, table = [], delivery.used
    key = [name for name in CONTRACTS[delivery.source.contract].key]
    for _, rows in table[table.duplicated(key, keep=False)].groupby(key, sort=False):
        first, *others = rows.to_dict("records")
        for other in others:
            problems.append(Problem("repeated_key", other["file"], "the same figure stands in row {first} of {file} already",
                                    ", ".join(str(other[name]) for name in key), row=other["row"],
                                    detail={"first": first["row"], "file": first["file"]}))  # fmt: skip
    figure = ["indicator", "area", "period"]
    for _, rows in table.groupby(figure, sort=False):
        if rows["value"].nunique() > 1 and rows["source"].nunique() > 1:
            values = ", ".join(f"{row['delivered']} ({row['source']})" for row in rows.to_dict("records"))
            for row in rows.to_dict("records"):
                place = f"{agreement.area_name(row['area'])} {row['period']}"
                problems.append(Problem("conflict", row["file"], "sources disagree, so no figure is used: {values}", entry=place, found=
                                        row["delivered"], row=row["row"], level="warning", detail={"values": values}))
                delivery.table.loc[(delivery.table["row"] == row["row"]) & (delivery.table["file"] == row["file"]),
                                   "doubt"] = "conflict"  # fmt: skip
    return problems

