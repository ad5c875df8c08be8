"""What source.toml says is not in a list: an area, in some time or at all, of one indicator or of every one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..promises.agreement import Agreement
from ..promises.periods import months_of, parse_period
from .figures import area_named
from .sources import Source


@dataclass(frozen=True)
class Absence:
    """One `[[absent]]` of an area, which is then not zero where the list has nothing of it.

    `months` are those it is about, counted from year 0, all where it names no period; `indicator` is empty where it names
    none. Of a `part` of its area alone there may be records of the other parts, which tell nothing of the whole. `words` are
    the supplier's, to be found again in source.toml.
    """

    area: str
    months: range | None
    indicator: str
    words: str
    part: bool = False

    def about(self, indicator: str, area: str, months: range) -> bool:
        """Whether a figure of these months is not known for this absence: one month that lacks is enough."""
        in_time = self.months is None or max(self.months.start, months.start) < min(self.months.stop, months.stop)
        return in_time and area == self.area and self.indicator in ("", indicator)


def absences(source: Source, agreement: Agreement, entries: Iterable[Mapping[str, str]] | None = None) -> list[Absence]:
    """Every `[[absent]]` of a list that names an area, or those of these entries."""
    found = []
    for entry in source.absent if entries is None else entries:
        area, _, part = (area_named(source.values.get("area", {}).get(entry.get("area", ""), entry.get("area", "")), source, agreement) or "").partition("/")
        period = _period(entry.get("period", ""), source)
        months = months_of(period or "", agreement.start.month) if "period" in entry else None
        words = ", ".join(str(entry[name]) for name in ("area", "period", "indicator") if name in entry)
        indicator = source.values.get("indicator", {}).get(entry.get("indicator", ""), entry.get("indicator", ""))
        found += [Absence(area, months, indicator, words, bool(part))] if area and not entry.get("closed") else []
    return found


def _period(word: str, source: Source) -> str | None:
    return parse_period(source.values.get("period", {}).get(word, word))
