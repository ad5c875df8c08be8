"""Figures that a later delivery corrects: which stands, what it was before, and which totals were left behind.

A later delivery is a file, another folder's file with a higher number, a letter about one figure, or a list with other records.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

import pandas as pd

from ..promises.agreement import COMBINED, Agreement, Indicator
from ..promises.catalogue import FALLBACK, say
from ..promises.periods import months_of, overlap, period_year
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .contracts import MISSING, UNITS, meaning, number_of
from .figures import FIGURE, PLACES, TIDY, exact_sum, finished, named_by, plain
from .intake import Delivery, refuse
from .records import place_name
from .sources import FIGURE_FIELDS, LISTS, Correction, Source

REVISED = [*FIGURE, "source", "delivery", "file", "row", "before", "after", "reason", "baseline_of"]


def correct(deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> list[dict]:
    """Let later deliveries' figures take the place of earlier ones', by the declared number alone; the revised figures, rows of `REVISED`.

    Rows that are replaced are set aside. Nothing is decided about publications, which may disagree.
    """
    from_letters = _letters(deliveries, agreement, problems)
    unknown = _months_unknown(from_letters, deliveries, agreement, problems)
    revised, matched = _replaced(deliveries, agreement, problems, from_letters, unknown)
    used = _used(deliveries)
    _without_earlier(used, matched, deliveries, agreement, problems)
    for delivery in deliveries:
        refuse(delivery)
    return revised


def of_sums(deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> list[dict]:
    """The same where the earlier figure of an area is the sum of its departments, which is there only once they are added up."""
    return _replaced(deliveries, agreement, problems, {}, {})[0]


def _replaced(
    deliveries: list[Delivery], agreement: Agreement, problems: list[Problem], from_letters: Mapping[tuple, str], unknown: Mapping[tuple, str]
) -> tuple[list[dict], set[tuple]]:
    """Set aside what a later delivery has anew; the revised figures, and which rows of later deliveries found an earlier one."""
    used = _used(deliveries)
    revised: list[dict] = []
    matched: set[tuple] = set()
    if used["delivery"].nunique() < 2:
        return revised, matched
    for key, rows in used[used.duplicated(FIGURE, keep=False)].groupby(FIGURE, sort=False):
        newest = rows["delivery"].max()
        last, earlier = rows[rows["delivery"] == newest], rows[rows["delivery"] < newest].sort_values("delivery", kind="stable")
        if not len(earlier):
            continue
        later = rows[rows["delivery"] > rows["delivery"].min()]  # of two corrections of a figure both correct it
        matched |= {(row["file"], *key) for row in later.to_dict("records")}
        for index, row in earlier.iterrows():
            deliveries[row["place"]].table.loc[index, "set_aside"] = str(Reason.of("aside_revised", n=newest))
        letter = (last.iloc[0]["place"], newest, *key)
        reason = from_letters.get(letter) or unknown.get(letter) or _reason(deliveries[last.iloc[0]["place"]].source, last.iloc[0])
        told = [] if letter in unknown else problems  # of all its months together
        found = list(_revision(earlier.iloc[-1], last.iloc[0], deliveries, reason, agreement, told))
        if found:
            _part_of_year(used, last.iloc[0], deliveries, agreement, problems)
        revised += found
    return revised, matched


def _used(deliveries: list[Delivery]) -> pd.DataFrame:
    """The rows used of all deliveries but publications; `place` is the number of the delivery, the index that of its table."""
    frames = [delivery.used.assign(place=number) for number, delivery in enumerate(deliveries) if delivery.source.contract != "published"]
    return pd.concat(frames) if frames else pd.DataFrame(columns=[*TIDY, "place"])


def _refused(problem: Problem, delivery: Delivery, problems: list[Problem]) -> None:
    problems.append(problem)
    delivery.problems.append(problem)


def _of_figure(code: str, row: pd.Series, agreement: Agreement, level: str = "error", **detail: object) -> Problem:
    """A problem of one figure, said by the words for it."""
    entry = f"{place_name(row['area'], agreement)}, {row['period']}, {row['indicator']}"
    return Problem(code, row["file"], entry=entry, sheet=row["sheet"], row=int(row["row"]), level=level, detail=detail)


def _reason(source: Source, row: pd.Series) -> str:
    """Why a delivery corrects, in its own words; of several corrections in it the file's, or all that are about records."""
    of_file = [file.reason for file in source.files if file.correction and file.path.relative_to(source.folder.parent).as_posix() == row["file"]]
    of_records = [each.reason for each in source.correction if each.kind == "record" and each.delivery == row["delivery"]]
    return "; ".join(dict.fromkeys(filter(None, of_file or of_records)))


def _without_earlier(used: pd.DataFrame, matched: set, deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> None:
    """Rows of a correction for which no earlier delivery has a figure."""
    files = {file.path.relative_to(delivery.source.folder.parent).as_posix() for delivery in deliveries for file in delivery.source.files if file.correction}
    for row in used[used["file"].isin(files)].to_dict("records") if files else ():
        if (row["file"], *(row[name] for name in FIGURE)) not in matched:
            found = f"{agreement.area_name(row['area'])}, {row['period']}, {row['indicator']}"
            _refused(Problem("corrects_nothing", row["file"], found, sheet=row["sheet"], row=row["row"]), deliveries[row["place"]], problems)


def _part_of_year(used: pd.DataFrame, new: pd.Series, deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> None:
    """A month of a list that is revised while its year is not, or the other way round: they would no longer be of one list."""
    indicator, first_month = agreement.indicators[new["indicator"]], agreement.start.month
    if deliveries[new["place"]].source.contract not in LISTS or indicator.combine != "sum":
        return
    same = used[(used["indicator"] == new["indicator"]) & (used["area"] == new["area"])].sort_values("delivery").groupby("period").tail(1).set_index("period")
    own, code, detail = months_of(new["period"], first_month), "", {}
    for period in [period for period in same.index if overlap(period, new["period"], first_month)]:
        if _holds(months_of(period, first_month), own) and same.at[period, "delivery"] < new["delivery"]:
            code, detail = "corrects_part_of_year", {"year": period}
    inside = same[[period != new["period"] and _holds(own, months_of(period, first_month)) for period in same.index]]
    if len(inside) == len(own) and inside["value"].notna().all() and (added := exact_sum(inside["value"])) != new["value"]:
        code, detail = "corrects_year_alone", {"sum": plain(added)}
    if code:
        entry = f"{agreement.area_name(new['area'])}, {new['period']}, {new['indicator']}"
        _refused(Problem(code, new["file"], entry, sheet=new["sheet"], row=int(new["row"]), detail=detail), deliveries[new["place"]], problems)


def _revision(old: pd.Series, new: pd.Series, deliveries: list[Delivery], reason: str, agreement: Agreement, problems: list[Problem]) -> Iterator[dict]:
    """One revised figure as a row, and the warnings about it; nothing where the figure stayed as it was."""
    same = (old["value"] == new["value"] or (pd.isna(old["value"]) and pd.isna(new["value"]))) and old["missing"] == new["missing"]
    if same and (old["out_of"] == new["out_of"] or pd.isna(old["out_of"])) and (old["answers"] == new["answers"] or pd.isna(old["answers"])):
        return
    before, after = (row["delivered"] or row["missing"] or plain(row["value"]) for row in (old, new))
    moved = sorted(
        {
            criterion.id
            for criterion in agreement.criteria.values()
            for reading in criterion.readings[:1]
            if new["indicator"] in reading.indicators
            and period_year(new["period"]) in {reading.baseline_years.get(new["area"]), reading.baseline_years.get(COMBINED)} - {None}
        }
    )
    problems.append(_of_figure("revised", new, agreement, "warning", delivery=int(new["delivery"]), before=before, after=after))
    if moved:
        problems.append(_of_figure("baseline_moved", new, agreement, "warning", criteria=", ".join(moved)))
    yield {
        **{name: new[name] for name in FIGURE},
        "source": deliveries[new["place"]].source.name,
        "delivery": int(new["delivery"]),
        "file": new["file"],
        "row": new["row"],
        "before": old["value"],
        "after": new["value"],
        "reason": reason,
        "baseline_of": "; ".join(moved),
        "old": old,
    }


# --- one figure, by a letter ---------------------------------------------------------------------------------


def _letters(deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> dict[tuple, str]:
    """Put figures beside the earlier ones where a letter says what they should have been; by place, delivery and figure the letter's reason."""
    reasons: dict[tuple, str] = {}
    for name, tables in groupby(deliveries, lambda delivery: delivery.source.name):
        folder = list(tables)
        entries = [(number, each) for table in folder for number, each in enumerate(table.source.correction, 1) if each.kind == "figure"]
        told = dict.fromkeys(sorted(entries, key=lambda entry: entry[1].delivery))  # one said above the tables belongs to each of them
        refused = any(problem.level == "error" for table in folder for problem in table.problems)
        for number, letter in told if not refused else ():
            found = _by_letter(letter, folder, agreement)
            if isinstance(found, Problem):
                found = _elsewhere(letter, folder, deliveries, agreement, found) if found.code == "corrects_nothing" else found
                _refused(replace(found, file=f"{name}/source.toml", entry=f"[[correction]] {number}"), folder[0], problems)
            else:
                delivery, row = found
                reasons[deliveries.index(delivery), letter.delivery, *(row[name] for name in FIGURE)] = letter.reason
    return reasons


def _elsewhere(letter: Correction, folder: list[Delivery], deliveries: list[Delivery], agreement: Agreement, problem: Problem) -> Problem:
    """The problem of a letter whose figure stands in other folders alone, if it does: it reaches only its own."""
    names = dict.fromkeys(each.source.name for each in deliveries if each not in folder and named_by(each.used, letter.figure, each.source, agreement).any())
    return replace(problem, code="corrects_elsewhere", detail={"folders": ", ".join(names)}) if names and letter.figure else problem


def _months_unknown(letters: Mapping[tuple, str], deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> dict[tuple, str]:
    """Take back the months of a list's year where a letter says the year alone and they no longer add up to it; by place, delivery and figure the reason.

    Which month is wrong nobody said, so none of them has a figure.
    """
    unknown: dict[tuple, str] = {}
    for (place, number, id_, area, year), reason in letters.items():
        delivery, own = deliveries[place], months_of(year, agreement.start.month)
        if delivery.source.contract not in LISTS or agreement.indicators[id_].combine != "sum":
            continue
        mine = delivery.used[(delivery.used["indicator"] == id_) & (delivery.used["area"] == area)].sort_values("delivery").groupby("period").tail(1)
        now = mine.loc[mine["period"] == year, "value"].iloc[0]
        months = mine[[period != year and _holds(own, months_of(period, agreement.start.month)) for period in mine["period"]]]
        told = any((place, number, id_, area, period) in letters for period in months["period"])
        if told or len(months) != len(own) or months["value"].isna().any() or exact_sum(months["value"]) == now:
            continue
        note = say("note_months_unknown", FALLBACK, n=number, year=year)
        lost = {"value": MISSING, "cases": MISSING, "decimals": pd.NA, "status": "", "missing": "not_available", "delivered": "", "note": note}
        rows = months.assign(**lost, file=f"{delivery.source.name}/source.toml", sheet="", row=0, delivery=number)
        delivery.table = finished(pd.concat([delivery.table, finished(rows)], ignore_index=True))
        unknown |= {(place, number, id_, area, period): reason or note for period in months["period"]}
        entry = f"{agreement.area_name(area)}, {year}, {id_}"
        problems.append(Problem("months_unknown", f"{delivery.source.name}/source.toml", entry=entry, level="warning", detail={"year": year}))
    return unknown


def _by_letter(letter: Correction, folder: list[Delivery], agreement: Agreement) -> tuple[Delivery, pd.Series] | Problem:
    """The table of a folder with the figure that a letter corrects, and its row as corrected; or why that cannot be done."""
    meant = [
        (delivery, row)
        for delivery in folder
        for _, row in delivery.used[named_by(delivery.used, letter.figure, delivery.source, agreement)].iterrows()
        if row["delivery"] <= letter.delivery
    ]
    words = ", ".join(letter.figure.values())
    if not meant:
        return Problem("corrects_nothing", "", words)
    if len({tuple(row[name] for name in FIGURE) for _, row in meant}) > 1:
        others = "; ".join(", ".join(str(row[name]) for name in ("area", "period", "indicator")) for _, row in meant[:3])
        return Problem("correction_of_several", "", words, detail={"figures": others})
    delivery, old = max(meant, key=lambda each: each[1]["delivery"])
    new = _as_corrected(letter, old, delivery.source, agreement.indicators[old["indicator"]])
    if isinstance(new, Problem):
        return new
    others = delivery.table if old["delivery"] < letter.delivery else delivery.table.drop(index=old.name)
    delivery.table = finished(pd.concat([others, finished(new.to_frame().T)], ignore_index=True))
    return delivery, new


def _as_corrected(letter: Correction, old: pd.Series, source: Source, indicator: Indicator) -> pd.Series | Problem:
    """The row of a figure with what a letter says now, if what it says was there is what stands."""
    name = {"answers": "out_of", "out_of": "answers"}.get(letter.is_, letter.is_) if pd.isna(old[letter.is_]) else letter.is_
    name = name if pd.notna(old[name]) else letter.is_
    if source.contract in LISTS and (indicator.unit == "dkk" or name != "value"):
        return Problem("correct_the_record", "", letter.was)
    for each in (letter.was, letter.now):
        if number_of(each, source) is None and not (name == "value" and meaning(each, source)):
            return Problem("not_a_figure", "", each, detail={"mark": source.decimal})
    units = [letter.unit] if letter.unit else sorted(_units(source)) if name == "value" else ["count"]
    units = [source.values.get("unit", {}).get(unit, unit) for unit in units]
    if unknown := [unit for unit in units if unit not in UNITS]:
        return Problem("unknown_unit", "", unknown[0], detail={"known": ", ".join(UNITS)})
    fitting = [unit for unit in units if _stands(letter.was, unit, old, name, source)]
    if not fitting:
        standing = old["missing"] if pd.isna(old[name]) else old["delivered"] if name == "value" and old["delivered"] else plain(old[name])
        return Problem("was_differs", "", letter.was, detail={"stands": standing})
    if len({PLACES[unit] for unit in fitting}) > 1:
        return Problem("unit_not_known", "", letter.now, detail={"known": ", ".join(fitting)})
    new = old.copy()
    new["delivery"], new["file"], new["sheet"], new["row"] = letter.delivery, f"{source.name}/source.toml", "", 0
    new["source"] = f"{source.name}/{letter.document}" if letter.document else ""
    _write(letter.now, fitting[0], new, name, source)
    return next(_impossible(new, fitting[0] if name == "value" else "", letter.now), new)


def _units(source: Source) -> set[str]:
    """The units in which a table's figures may be; a count where nothing else is said."""
    said = [source.constants, *source.constants_by_file.values(), *source.constants_by_sheet.values(), *(block.constants for block in source.blocks)]
    named = {words["unit"] for words in said if "unit" in words} | set(source.values.get("unit", {}).values())
    return named | ({"count"} if any("unit" not in source.constants | block.constants for block in source.blocks) else set())


def _exact(word: str, unit: str, source: Source) -> Decimal | None:
    number = number_of(word, source)
    return None if number is None else number.scaleb(-PLACES[unit])


def _stands(word: str, unit: str, old: pd.Series, name: str, source: Source) -> bool:
    """Whether what the letter says was there is what stands, in this unit."""
    if name == "value" and pd.isna(old["value"]):
        return old["missing"] == meaning(word, source)
    return not meaning(word, source) and old[name] == _exact(word, unit, source)


def _write(word: str, unit: str, row: pd.Series, name: str, source: Source) -> None:
    """What the letter says now, in the figure's row."""
    mark, counted = meaning(word, source), row["cases"] == row["value"]
    if name == "value":
        row["delivered"], row["missing"] = word, mark
        row["status"] = "" if mark else row["status"] or "measured"
    row[name] = MISSING if mark else _exact(word, unit, source)
    if name == "value":
        row["decimals"] = pd.NA if mark else max(0, -row["value"].as_tuple().exponent)
        row["cases"] = row["value"] if counted else row["cases"]


def _impossible(row: pd.Series, unit: str, word: str) -> Iterator[Problem]:
    """What a figure cannot be, corrected or not; `unit` is empty where another number than its value was corrected."""
    value, of, answers, cases, lowest, highest = (float(row[name]) for name in FIGURE_FIELDS)  # what is missing breaks no rule
    rules = {
        "negative": any(number < 0 for number in (value, of, answers, cases, lowest, highest)),
        "above_all": unit in ("percent", "share") and value > 1,
        "not_whole": any(number % 1 != 0 for number in (of, answers, cases, value if unit == "count" else 0) if number == number),
        "nothing_to_share": of <= 0,
        "no_answers": answers <= 0,
        "more_than_all": unit in ("count", "") and value > of,
        "bounds_crossed": value < lowest or value > highest,
    }
    yield from (Problem(code, "", word) for code, broken in rules.items() if broken)


# --- departments ----------------------------------------------------------------------------------------------


def of_areas(revised: list[dict], deliveries: list[Delivery], agreement: Agreement, problems: list[Problem]) -> list[dict]:
    """The revised figures with the areas' own in place of their departments', once these are added up."""
    areas = [each for each in revised if "/" not in each["area"]]
    of_parts: dict[tuple, dict[str, dict]] = {}
    for each in revised:
        home, _, part = each["area"].partition("/")
        if part:
            of_parts.setdefault((each["indicator"], home, each["period"]), {})[each["area"]] = each
    if not of_parts:
        return areas
    used = _used(deliveries)
    added_up = str(Reason("aside_department"))
    departments = pd.concat([each.table[each.table["set_aside"] == added_up] for each in deliveries])
    for (id_, home, period), parts in of_parts.items():
        standing = used[(used["indicator"] == id_) & (used["area"] == home) & (used["period"] == period)]
        rows = departments[(departments["indicator"] == id_) & departments["area"].str.startswith(f"{home}/") & (departments["period"] == period)]
        if not len(standing):  # why they could not be added up is said already
            continue
        new = standing.iloc[0]
        if new["missing"] == "not_delivered" and not (rows["missing"] == "not_delivered").any():  # another department lacks, and lacked before
            continue
        before = [parts[row["area"]]["old"] if row["area"] in parts else row for _, row in rows.iterrows()]
        old = new.copy()
        for name in ("value", "out_of"):
            old[name] = exact_sum(row[name] for row in before)
        old["missing"] = max(row["missing"] for row in before)
        reason = "; ".join(dict.fromkeys(filter(None, (each["reason"] for each in parts.values()))))
        areas += _revision(old, new, deliveries, reason, agreement, problems)
    return areas


# --- totals ---------------------------------------------------------------------------------------------------


def left_behind(revised: Iterable[dict], deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """Delivered totals, of all areas or of a year, older than a part that was revised, and not known to be what the parts add up to now."""
    used = _used(deliveries)
    lists = [number for number, each in enumerate(deliveries) if each.source.contract in LISTS]
    told = set()
    for part in revised:
        indicator = agreement.indicators[part["indicator"]]
        same = used[(used["indicator"] == part["indicator"]) & (used["delivery"] < part["delivery"])]
        same = same[~same["place"].isin(lists)]  # what a list holds is counted anew
        together = same[(same["area"] == COMBINED) & (same["period"] == part["period"])] if part["area"] != COMBINED else same.iloc[:0]
        own = same[same["area"] == part["area"]]
        months = months_of(part["period"], agreement.start.month)
        longer = [year for year in own["period"].unique() if year != part["period"] and _holds(months_of(year, agreement.start.month), months)]
        adds_up = indicator.combine != "none", indicator.combine == "sum" and indicator.measure != "stock"
        for totals, added in zip((together, own[own["period"].isin(longer)]), adds_up, strict=True):
            for _, total in totals.iterrows() if added else ():
                source, key = deliveries[total["place"]].source, (total["place"], *(total[name] for name in FIGURE))
                confirmed = any(named_by(total.to_frame().T, entry, source, agreement).all() for entry in source.confirmed)
                parts = _parts(total, used, agreement)
                if key in told or confirmed or _is_sum(total, parts, agreement):
                    continue
                told.add(key)
                place = f"{agreement.area_name(part['area'].split('/')[0])}, {part['period']}"
                now = plain(exact_sum(parts["value"].dropna()))
                yield (
                    deliveries[total["place"]],
                    _of_figure("total_left_behind", total, agreement, part=place, total=plain(total["value"]), sum=now),
                )


def _holds(longer: range, months: range) -> bool:
    return bool(months) and longer.start <= months.start and months.stop <= longer.stop


def _parts(total: pd.Series, used: pd.DataFrame, agreement: Agreement) -> pd.DataFrame:
    """The figures that a total is of: those of the areas, or of the longest periods within its own of which each month is in one."""
    same = used[used["indicator"] == total["indicator"]]
    if total["area"] == COMBINED and len(areas := same[same["area"].isin(agreement.areas) & (same["period"] == total["period"])]):
        return areas
    whole = months_of(total["period"], agreement.start.month)
    inside = same[(same["area"] == total["area"]) & (same["period"] != total["period"])]
    inside = inside[[_holds(whole, months_of(period, agreement.start.month)) for period in inside["period"]]]
    lengths = inside["period"].map(lambda period: len(months_of(period, agreement.start.month)))
    return inside[lengths == lengths.min()]


def _is_sum(total: pd.Series, parts: pd.DataFrame, agreement: Agreement) -> bool:
    """Whether a total is known to be what all its parts add up to."""
    month = agreement.start.month
    areas = total["area"] == COMBINED and parts["area"].isin(agreement.areas).all()
    there = (
        set(parts["area"]) == set(agreement.areas)
        if areas
        else sum(len(months_of(each, month)) for each in parts["period"]) == len(months_of(total["period"], month))
    )
    names = ("value", "out_of") if agreement.indicators[total["indicator"]].combine == "ratio" else ("value",)
    return there and all(pd.isna(total[name]) or total[name] == exact_sum(parts[name]) for name in names)
