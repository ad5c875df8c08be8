"""What no single cell shows: doubts, corrections, the same figure twice, totals, overlaps, areas that lack, jumps.

Works on the tidy tables of all sources together, and marks in them what is revised or doubted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, groupby

import pandas as pd

from ..promises.agreement import COMBINED, Agreement
from ..promises.catalogue import FALLBACK
from ..promises.periods import months_of, overlap, period_year, split
from ..promises.problems import Problem
from ..promises.reasons import Reason
from .absences import absences
from .contracts import CONTRACTS
from .copies import copied, copied_years
from .corrections import REVISED, correct, left_behind, of_areas, of_sums
from .departments import add_up
from .entries import about_nothing, unknown_words, words_of
from .figures import FIGURE, TIDY, area_named, exact_sum, finished, named_by, plain
from .intake import Delivery, refuse
from .sources import LISTS
from .years import unfinished


def check_together(deliveries: list[Delivery], agreement: Agreement) -> tuple[list[Problem], pd.DataFrame]:
    """Every problem that shows only between figures, and the table of revised figures (columns `REVISED`).

    Rows a correction replaces are set aside. A file with an error loses its figures, whichever check found it.
    """
    problems: list[Problem] = []
    deliveries = [delivery for delivery in deliveries if delivery.source.contract in CONTRACTS]
    folders = [list(tables) for _, tables in groupby(deliveries, lambda delivery: delivery.source.name)]
    for folder in folders:
        for delivery, found in list(unknown_words(folder, agreement)):
            _run(delivery, [found], problems)
    for delivery in deliveries:
        _run(delivery, _doubts(delivery, agreement), problems)
    problems += _conflicts([delivery for delivery in deliveries if delivery.source.contract == "published"], agreement)
    revised = correct(deliveries, agreement, problems)
    for delivery, found in add_up(deliveries, agreement, complete=not any(map(_is_refused, deliveries))):
        _run(delivery, [found], problems)
    revised = of_areas(revised + of_sums(deliveries, agreement, problems), deliveries, agreement, problems)
    for delivery, found in list(left_behind(revised, deliveries, agreement)):
        _run(delivery, [found], problems)
    for delivery in deliveries:
        for check in (_keys, _overlaps, _negative):
            _run(delivery, check(delivery, agreement), problems)
    for delivery, found in _totals(deliveries, agreement):
        _run(delivery, [found], problems)
    whole, met = not any(map(_is_refused, deliveries)), []
    for delivery, found in _coverage(deliveries, agreement, met):
        _run(delivery, [found], problems)
    for delivery, found in unfinished(_together(deliveries), deliveries, agreement) if whole else ():
        _run(delivery, [found], problems)
    for folder in folders if whole else ():
        for delivery, found in list(about_nothing(folder, agreement, lambda delivery, entry: (delivery.source.name, entry) in met)):
            _run(delivery, [found], problems)
    for delivery in deliveries:
        _run(delivery, _jumps(delivery, agreement), problems)
    for search in (copied, copied_years):
        for delivery, found in search(_together(deliveries), deliveries, agreement):
            _run(delivery, [found], problems)
    problems += _delivered_twice(deliveries, agreement)
    return problems, pd.DataFrame(revised, columns=REVISED)


def _is_refused(delivery: Delivery) -> bool:
    """Whether figures of a delivery were refused, so that what lacks may stand among these."""
    return any(problem.level == "error" for problem in delivery.problems)


def _together(deliveries: list[Delivery]) -> pd.DataFrame:
    """The rows used of all suppliers' tables, each figure once; `place` is the number of the delivery. Publications stand by themselves."""
    frames = [_once(delivery).assign(place=number) for number, delivery in enumerate(deliveries) if delivery.source.contract != "published"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*TIDY, "place"])


def _run(delivery: Delivery, found: list[Problem], problems: list[Problem]) -> None:
    """Note what a check found, and take out the figures it refuses."""
    problems += found
    if any(problem.level == "error" for problem in found):
        delivery.problems += found
        refuse(delivery)


def _doubts(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """Mark figures the file or source.toml calls doubtful; a declared doubt that matches no row is an error."""
    problems, table, source = [], delivery.table, delivery.source
    reasons: dict[int, Mapping[str, str]] = {}
    suspect = table["status"] == "suspect"
    table.loc[suspect, ["status", "doubt"]] = ["printed", "suspect"]
    for doubt in source.doubt:
        match = named_by(table, doubt, source, agreement)
        if not match.any() and not any(problem.level == "error" for problem in delivery.problems):
            meant = ", ".join(str(word) for name, word in doubt.items() if name != "reason")
            problems.append(Problem("doubt_matches_nothing", f"{source.name}/source.toml", meant))
        table.loc[match, "doubt"] = "suspect"
        table.loc[match, "note"] = doubt["reason"][FALLBACK]
        reasons |= dict.fromkeys(table.index[match], doubt["reason"])
    doubted = table[table["doubt"] == "suspect"]
    for index, row in zip(doubted.index, doubted.to_dict("records"), strict=True):
        note = reasons.get(index, row["note"])
        found = row["delivered"] if source.contract == "published" else ""  # the warning stands beside protected tables
        problems.append(Problem("suspect", row["file"], found, sheet=row["sheet"], row=row["row"], level="warning", detail={"note": note}))
    return problems


def _conflicts(published: list[Delivery], agreement: Agreement) -> list[Problem]:
    """Publications that disagree about a figure, in one folder or in several: none of them is used."""
    problems = []
    if not published:
        return problems
    used = _placed(published)
    for _, rows in used.groupby(FIGURE, sort=False):
        if rows["value"].nunique() > 1 and rows["source"].nunique() > 1:
            values = ", ".join(f"{row['delivered']} ({row['source']})" for row in rows.to_dict("records"))
            for row in rows.to_dict("records"):
                published[row["place"]].table.loc[row["at"], "doubt"] = "conflict"
                place = f"{agreement.area_name(row['area'])} {row['period']}"
                problem = Problem("conflict", row["file"], entry=place, found=row["delivered"], row=row["row"], level="warning", detail={"values": values})
                published[row["place"]].problems.append(problem)
                problems.append(problem)
    return problems


def _placed(deliveries: list[Delivery]) -> pd.DataFrame:
    """The rows used of these deliveries; `place` is the number of the delivery, `at` the row's label in its table."""
    frames = [delivery.used.assign(place=number, at=delivery.used.index) for number, delivery in enumerate(deliveries) if len(delivery.used)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*TIDY, "place", "at"])


def _grouped(table: pd.DataFrame, *names: str) -> dict[tuple, list[dict]]:
    """The rows that have the same words in these columns, by these words, in the order of the table."""
    groups: dict[tuple, list[dict]] = defaultdict(list)
    for row in table.to_dict("records") if len(table) else ():
        groups[tuple(row[name] for name in names)].append(row)
    return groups


# --- checks of one source ----------------------------------------------------------------------------------


def _keys(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """Two rows for one figure in one delivery."""
    table, key = delivery.used, list(CONTRACTS[delivery.source.contract].key)
    problems = []
    for _, rows in table[table.duplicated(key, keep=False)].groupby(key, sort=False):
        first, *others = rows.to_dict("records")
        problems += [_repeated(other, first, key) for other in others]
    return problems


def _negative(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """Amounts of which more was taken back than there was; single ones may be so where `signed` says it."""
    if not delivery.source.signed:
        return []
    return [
        Problem("negative_sum", row["file"], entry=f"{agreement.area_name(row['area'])}, {row['period']}, {row['indicator']}", sheet=row["sheet"])
        for row in delivery.used[delivery.used["value"] < 0].to_dict("records")
    ]


def _repeated(other: dict, first: dict, key: list[str], code: str = "repeated_key") -> Problem:
    return Problem(
        code,
        other["file"],
        ", ".join(str(other[name]) for name in key),
        sheet=other["sheet"],
        row=other["row"],
        detail={"first": first["row"], "file": first["file"]},
    )


def _delivered_twice(deliveries: list[Delivery], agreement: Agreement) -> list[Problem]:
    """The same figure from two suppliers' folders under the same delivery number: it would be counted twice. Publications may say the same."""
    problems: list[Problem] = []
    if len(deliveries) < 2:
        return problems
    used = _placed(deliveries).drop_duplicates([*FIGURE, "place"])
    told: set[tuple] = set()
    for _, rows in used[used.duplicated(FIGURE, keep=False)].groupby(FIGURE, sort=False):
        first, *others = rows.to_dict("records")
        if {deliveries[row["place"]].source.contract for row in (first, *others)} == {"published"}:
            continue
        if lists := _two_lists(first, others[0], used, deliveries, agreement):
            other = others[0]["place"]
            if (first["indicator"], first["place"], other) not in told:
                told.add((first["indicator"], first["place"], other))
                problems.append(lists)
                deliveries[other].problems.append(lists)
            continue
        found = [_repeated(other, first, FIGURE, "delivered_twice") for other in others]
        problems += found
        for other, problem in zip(others, found, strict=True):
            deliveries[other["place"]].problems.append(problem)
    for delivery in deliveries:
        refuse(delivery)
    return problems


def _two_lists(one: dict, other: dict, used: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> Problem | None:
    """Two lists that count one indicator in the same areas, since nobody said which areas each of them holds."""
    sources = [deliveries[row["place"]].source for row in (one, other)]
    if not all(source.contract in LISTS for source in sources):
        return None
    places = [set(used.loc[(used["indicator"] == one["indicator"]) & (used["place"] == row["place"]), "area"]) for row in (one, other)]
    areas = ", ".join(map(agreement.area_name, sorted(places[0] & places[1])))
    other_list = ", ".join(filter(None, [f"{sources[0].name}/source.toml", sources[0].entry]))
    where = {"entry": sources[1].entry, "column": "holds", "detail": {"other": other_list, "indicator": one["indicator"], "areas": areas}}
    return Problem("two_lists", f"{sources[1].name}/source.toml", **where)


def _once(delivery: Delivery) -> pd.DataFrame:
    """The rows used, each figure once: publications may agree about one, and none that they disagree about."""
    return delivery.used[delivery.used["doubt"] != "conflict"].drop_duplicates(FIGURE)


def _totals(deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """A delivered total must be the sum of the areas, whichever suppliers delivered these; where some have no figure, it must be more than the others' sum."""
    published = [(_once(each).assign(place=number)) for number, each in enumerate(deliveries) if each.source.contract == "published"]
    for table in [_together(deliveries), *published]:
        for (id_, _), rows in _grouped(table if COMBINED in set(table["area"]) else table.iloc[:0], "indicator", "period").items():
            combine = agreement.indicators[id_].combine if id_ in agreement.indicators else "none"
            parts, total = {row["area"]: row for row in rows if row["area"] in agreement.areas}, next((row for row in rows if row["area"] == COMBINED), None)
            there = {area: row for area, row in parts.items() if not pd.isna(row["value"])}
            if combine == "none" or total is None or (combine == "ratio" and any(pd.isna(row["out_of"]) for row in (total, *there.values()))):
                continue  # shares do not add up
            if len(there) == len(agreement.areas):
                found = _total_differs(total, list(there.values()), combine)
            else:
                found = _total_of_some(total, there, combine, deliveries[total["place"]], agreement)
            for problem in found:
                yield deliveries[total["place"]], problem
        yield from _totals_of_time(table, deliveries, agreement)


def _total_of_some(total: dict, there: dict[str, dict], combine: str, delivery: Delivery, agreement: Agreement) -> Iterator[Problem]:
    """A total beside areas without a figure: it is not of all areas where it is just what the others add up to, unless that is confirmed, or less."""
    if pd.isna(total["value"]) or not there:
        return
    added = max(row["value"] for row in there.values()) if combine == "unique" else exact_sum(row["value"] for row in there.values())
    figure = pd.DataFrame([total])
    confirmed = any("area" in entry and named_by(figure, entry, delivery.source, agreement).all() for entry in delivery.source.confirmed)
    if total["value"] < added or (total["value"] == added and combine != "unique" and not confirmed):
        lacking = ", ".join(agreement.area_name(area) for area in agreement.areas if area not in there)
        detail = {"indicator": total["indicator"], "period": total["period"], "total": total["delivered"] or plain(total["value"]), "sum": plain(added)}
        code = "total_below_some" if total["value"] < added else "total_of_some"
        yield Problem(code, total["file"], sheet=total["sheet"], row=int(total["row"]), detail=detail | {"areas": lacking})


def _total_differs(total: dict, parts: list[dict], combine: str) -> Iterator[Problem]:
    """What of a total is not the sum of its parts; different persons may be fewer than the sum, and not fewer than in one area."""
    for name in ("value", "out_of") if combine == "ratio" else ("value",):
        if pd.isna(total[name]) or any(pd.isna(row[name]) for row in parts):
            continue
        added, most = exact_sum(row[name] for row in parts), max(row[name] for row in parts)
        if total[name] != added if combine in ("sum", "ratio") else not most <= total[name] <= added:
            written = total["delivered"] if name == "value" and total["delivered"] else plain(total[name])
            detail = {"indicator": total["indicator"], "period": total["period"], "total": written, "sum": plain(added), "most": plain(most)}
            code = "total_impossible" if combine == "unique" else "total_differs"
            yield Problem(code, total["file"], sheet=total["sheet"], row=int(total["row"]), detail=detail)


def _totals_of_time(table: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """A year delivered beside all its parts must be their sum. Two suppliers who count one thing may differ, which is a warning."""
    in_parts = table["period"].map(lambda period: "-" in str(period)).any()
    for (id_, area), rows in _grouped(table if in_parts else table.iloc[:0], "indicator", "area").items():
        if agreement.indicators[id_].combine != "sum" or agreement.indicators[id_].measure == "stock":
            continue
        by_period = {row["period"]: row for row in rows if not pd.isna(row["value"])}
        for row in by_period.values():
            if deliveries[row["place"]].source.contract in LISTS:
                continue
            for parts in split(row["period"], agreement.start.month):
                if by_period.keys() >= set(parts) and row["value"] != (added := exact_sum(by_period[part]["value"] for part in parts)):
                    own = {by_period[part]["place"] for part in parts} == {row["place"]}
                    detail = {"indicator": id_, "area": area, "period": row["period"], "total": plain(row["value"]), "sum": plain(added)}
                    level = "error" if own else "warning"
                    if not own and _is_confirmed(row, [row, *(by_period[part] for part in parts)], deliveries, agreement):
                        continue
                    yield (
                        deliveries[row["place"]],
                        Problem("year_differs", row["file"], sheet=row["sheet"], row=int(row["row"]), level=level, detail=detail),
                    )


def _is_confirmed(figure: dict, rows: list[dict], deliveries: list[Delivery], agreement: Agreement) -> bool:
    """Whether one of the suppliers of these rows confirms a figure in its source.toml."""
    sources = [deliveries[place].source for place in {row["place"] for row in rows}]
    return any(named_by(pd.DataFrame([figure]), entry, source, agreement).all() for source in sources for entry in source.confirmed)


def _overlaps(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """A year and a part of it are two figures of one time: refused unless source.toml says that it is so."""
    problems = []
    if delivery.source.nested_periods or delivery.source.contract == "published" or delivery.source.contract in LISTS:
        return problems
    used = delivery.used.drop_duplicates(FIGURE)
    for rows in _grouped(used[used.duplicated(["indicator", "area"], keep=False)], "indicator", "area").values():
        for one, other in combinations(rows, 2):
            if overlap(one["period"], other["period"], agreement.start.month):
                problems.append(
                    Problem(
                        "overlapping_periods",
                        other["file"],
                        other["period"],
                        sheet=other["sheet"],
                        row=other["row"],
                        detail={"indicator": one["indicator"], "area": one["area"], "other": one["period"], "first": one["row"]},
                    )
                )
    return problems


def _coverage(deliveries: list[Delivery], agreement: Agreement, met: list[tuple[str, dict]]) -> list[tuple[Delivery, Problem]]:
    """Every area of the plan must be delivered by someone once any of them is, or be declared absent; then it counts as not delivered.

    To `met` are added the entries of [[absent]] that a figure which lacks is named by, each with its folder.
    """
    found: list[tuple[Delivery, Problem]] = []
    named: set[int] = set()  # entries of [[absent]] that stand for something
    told: list[tuple[str, str, int, range]] = []  # what lacks in a list, of which its months need not be told
    lines: dict[int, list[dict]] = {}
    there = _areas_there(deliveries, agreement)
    longest_first = sorted(there.items(), key=lambda each: -len(months_of(each[0][1], agreement.start.month)))
    for (id_, period), (areas, first) in longest_first:
        months = months_of(period, agreement.start.month)
        refused = [each for each in deliveries if _is_refused(each) and each.source.may_hold(id_)]
        for area in [area for area in agreement.areas if area not in areas and not refused]:
            lacking = pd.DataFrame([{"area": area, "period": period, "indicator": id_}])
            entries = _entries_of(lacking, deliveries, agreement)
            met += [(deliveries[at].source.name, each) for at, each in entries]
            number, entry = next(iter(entries), (first["place"], None))
            if entry is None:
                holders = [at for at, each in enumerate(deliveries) if each.source.may_hold(id_) and area in _held(each, agreement)]
                number = holders[0] if holders else number
                detail = {"area": agreement.area_name(area), "indicator": id_, "period": period}
                if deliveries[first["place"]].source.contract in LISTS:
                    if any((id_, area, number) == each[:3] and set(months) <= set(each[3]) for each in told):
                        continue
                    told.append((id_, area, number, months))
                at = {"file": f"{deliveries[number].source.name}/source.toml"} if holders else {"file": first["file"], "sheet": first["sheet"]}
                found.append((deliveries[number], Problem("area_missing_in_file", detail=detail, **at)))
            elif "area" in entry:
                lines.setdefault(number, []).append(_placeholder(lacking, entry, first, deliveries[number]))
                named.add(id(entry))
    found += _absent_and_there(deliveries, named, agreement)
    if not found:
        for number, rows in lines.items():
            deliveries[number].table = finished(pd.concat([deliveries[number].table, finished(pd.DataFrame(rows))], ignore_index=True))
    return found


def _held(delivery: Delivery, agreement: Agreement) -> set[str]:
    """The areas whose figures, or those of departments of them, the supplier was said to hold."""
    return {(area_named(word, delivery.source, agreement) or "").partition("/")[0] for word in delivery.source.holds}


def _areas_there(deliveries: list[Delivery], agreement: Agreement) -> dict[tuple[str, str], tuple[set[str], dict]]:
    """By indicator and period the areas that anyone delivered, and the first row of a delivery that must be whole."""
    there: dict[tuple[str, str], tuple[set[str], dict]] = {}
    for key, rows in _grouped(_together(deliveries), "indicator", "period").items():
        own = [row for row in rows if row["area"] in agreement.areas]
        if own:
            there[key] = {row["area"] for row in own}, own[0]
    added_up = str(Reason("aside_department"))
    for delivery in deliveries:
        departments = delivery.table[delivery.table["set_aside"] == added_up]
        for id_, area, period in zip(*(departments[name] for name in FIGURE), strict=True):  # of what lacks for one of them `add_up` has told
            if (id_, period) in there:
                there[id_, period][0].add(area.partition("/")[0])
        if delivery.source.contract == "published":
            for row in delivery.used.to_dict("records"):
                if (row["indicator"], row["period"]) in there:
                    there[row["indicator"], row["period"]][0].add(row["area"])
    return there


def _entries_of(lacking: pd.DataFrame, deliveries: list[Delivery], agreement: Agreement) -> list[tuple[int, dict]]:
    """The entries of [[absent]] that a figure which lacks is named by, those that name its area first.

    A supplier who names neither indicator nor period speaks only of what it delivers for other areas.
    """
    found = []
    for number, delivery in enumerate(deliveries):
        used = delivery.used
        delivers = ((used["indicator"] == lacking.at[0, "indicator"]) & (used["period"] == lacking.at[0, "period"])).any()
        for entry in delivery.source.absent if delivery.source.may_hold(lacking.at[0, "indicator"]) else ():
            if (delivers or "period" in entry or "indicator" in entry) and _names(entry, lacking, delivery, agreement):
                found.append((number, entry))
    return sorted(found, key=lambda each: "area" not in each[1])


def _names(entry: dict, lacking: pd.DataFrame, delivery: Delivery, agreement: Agreement) -> bool:
    """Whether a figure that lacks is named by an entry of [[absent]]; in a list also by a part of its time, and by a time it is part of."""
    if delivery.source.contract not in LISTS or "area" not in entry:
        return named_by(lacking, entry, delivery.source, agreement).all()
    indicator, area, period = (lacking.at[0, name] for name in FIGURE)
    months = months_of(period, agreement.start.month)
    return any(each.about(indicator, area, months) and not each.closed for each in absences(delivery.source, agreement, [entry]))


def _placeholder(lacking: pd.DataFrame, entry: dict, first: dict, delivery: Delivery) -> dict:
    """The row of a figure that is declared not to be delivered."""
    beside = first["file"].split("/")[0] == delivery.source.name
    file, row = (first["file"], first["row"]) if beside else (f"{delivery.source.name}/source.toml", 0)
    why = {"missing": "not_delivered", "note": entry["reason"][FALLBACK], "file": file, "row": row, "delivery": delivery.source.delivery}
    return {**lacking.iloc[0].to_dict(), **why}


def _absent_and_there(deliveries: list[Delivery], named: set[int], agreement: Agreement) -> Iterator[tuple[Delivery, Problem]]:
    """Figures that are declared absent and were delivered in the same table; of lists the records themselves tell it."""
    for delivery in (each for each in deliveries if each.source.contract not in LISTS):
        for entry in delivery.source.absent:
            match = named_by(delivery.used, entry, delivery.source, agreement)
            if "area" in entry and id(entry) not in named and match.any():
                row = delivery.used[match].iloc[0]
                yield delivery, Problem("absent_is_there", row["file"], words_of(entry), sheet=row["sheet"], row=row["row"])


def _jumps(delivery: Delivery, agreement: Agreement) -> list[Problem]:
    """A figure so many times larger or smaller than the year before's is reported, to be confirmed."""
    source, problems = delivery.source, []
    if not source.jump:
        return problems
    used = _once(delivery)
    used = used[used["period"].str.fullmatch(r"\d{4}(/\d{4})?") & (used["value"] > 0)]
    rate = used["value"] / used["out_of"].where(used["out_of"] > 0, 1)
    kind = used["period"].str.len()  # calendar and agreement years are not compared with each other
    for _, rows in used.assign(rate=rate, year=used["period"].map(period_year), kind=kind).groupby(["indicator", "area", "kind"], sort=False):
        by_year = rows.set_index("year")
        for year in [year for year in by_year.index if year - 1 in by_year.index]:
            now, before = by_year.at[year, "rate"], by_year.at[year - 1, "rate"]
            row = by_year.loc[year]
            confirmed: Callable = lambda entry, row=row: named_by(row.to_frame().T, entry, source, agreement).all()  # noqa: E731
            if max(now / before, before / now) > float(source.jump) and not any(map(confirmed, source.confirmed)):
                place = f"{agreement.area_name(row['area'])}, {row['period']}, {row['indicator']}"
                detail = {"factor": plain(float(source.jump)), "before": plain(by_year.at[year - 1, "value"])}
                problems.append(
                    Problem(
                        "jump",
                        row["file"],
                        row["delivered"] or plain(row["value"]),
                        entry=place,
                        sheet=row["sheet"],
                        row=int(row["row"]),
                        level="warning",
                        detail=detail,
                    )
                )
    return problems
