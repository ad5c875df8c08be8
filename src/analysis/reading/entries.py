"""What `[[absent]]` and `[[confirmed]]` in source.toml name: words that are known, and something they are about.

An entry with a misspelt word says nothing of what was meant, and a list would make zeros there. Tables of one folder may
share an entry: it is wrong where it is wrong in all of them.
"""

from collections.abc import Callable, Iterator

from ..promises.agreement import Agreement
from ..promises.periods import months_of, parse_period
from ..promises.problems import Problem, closest
from .figures import area_named, named_by
from .intake import Delivery
from .sources import LISTS, Source

Found = Iterator[tuple[Delivery, Problem]]


def words_of(entry: dict) -> str:
    """The supplier's words by which an entry names its figures."""
    return ", ".join(str(entry[name]) for name in ("area", "period", "indicator") if name in entry)


def entries_of(folder: list[Delivery], table: str) -> Iterator[tuple[str, dict, list[Delivery]]]:
    """Each entry of one kind in a folder once, as it is called, with the tables that it belongs to."""
    told: list[dict] = []
    for delivery in folder:
        for number, entry in enumerate(getattr(delivery.source, table), 1):
            if entry not in told:
                told.append(entry)
                yield f"[[{table}]] {number}", entry, [each for each in folder if entry in getattr(each.source, table)]


def unknown_words(folder: list[Delivery], agreement: Agreement) -> Found:
    """Areas, periods and indicators of `[[absent]]` and `[[confirmed]]` that are none."""
    for table in ("absent", "confirmed"):
        for called, entry, tables in entries_of(folder, table):
            for name in [name for name in ("area", "period", "indicator") if name in entry]:
                wrong = [_unknown(name, entry[name], delivery.source, agreement) for delivery in tables]
                if all(wrong):
                    code, detail = wrong[0]
                    yield tables[0], Problem(code, _toml(tables[0]), entry[name], entry=called, column=name, detail=detail)


def _toml(delivery: Delivery) -> str:
    return f"{delivery.source.name}/source.toml"


def _unknown(name: str, word: str, source: Source, agreement: Agreement) -> tuple[str, dict] | None:
    """Why a word names nothing, as a problem's code and detail; None for one that is known."""
    ours = source.values.get(name, {}).get(word, word)
    if name == "period":
        return None if parse_period(ours) else ("entry_without_period", {})
    known = [*agreement.indicators] if name == "indicator" else [*(area.name for area in agreement.areas.values()), *source.areas]
    if ours in agreement.indicators if name == "indicator" else area_named(ours, source, agreement):
        return None
    if name == "area" and (home := agreement.area_of_part(source.areas.get(ours, ours))):
        return "entry_of_a_part", {"area": agreement.area_name(home)}
    near = closest(word, known)
    return ("entry_unknown_near" if near else "entry_unknown"), {"name": name, "near": near, "known": ", ".join(known)}


def about_nothing(folder: list[Delivery], agreement: Agreement, met: Callable[[Delivery, dict], bool]) -> Found:
    """Entries for which nothing lacks that they declare absent, or no figure is there to be confirmed. `met` tells the absent ones that stand for something."""
    for called, entry, tables in entries_of(folder, "absent"):
        if not entry.get("closed") and not any(met(delivery, entry) or _is_true(entry, delivery, agreement) for delivery in tables):
            level = "error" if all(delivery.source.contract in LISTS for delivery in tables) else "warning"  # a list makes zeros of what was meant
            detail = {"covers": ", ".join(tables[0].source.covers) or "–"}
            yield tables[0], Problem("nothing_is_absent", _toml(tables[0]), words_of(entry), entry=called, level=level, detail=detail)
    for called, entry, tables in entries_of(folder, "confirmed"):
        if not any(named_by(delivery.table, entry, delivery.source, agreement).any() for delivery in tables):
            yield tables[0], Problem("nothing_is_confirmed", _toml(tables[0]), words_of(entry), entry=called, level="warning")


def _is_true(entry: dict, delivery: Delivery, agreement: Agreement) -> bool:
    """Whether a table has no figure that the entry names, though it might: what is said of it is so, whoever else delivers it."""
    source = delivery.source
    if entry.keys() <= {"reason", "closed"}:  # whatever lacks
        return True
    if source.contract not in LISTS:
        return "area" in entry or not named_by(delivery.used, entry, source, agreement).any()
    covered = {month for period in source.covers for month in months_of(parse_period(period) or "", agreement.start.month)}
    period = source.values.get("period", {}).get(entry.get("period", ""), entry.get("period", ""))
    in_time = not period or bool(covered & {*months_of(parse_period(period) or "", agreement.start.month)})
    return "area" in entry and in_time and ("indicator" not in entry or source.may_hold(entry["indicator"]))
