"""What source.toml says is not in a list: an area or a department, in some time or at all, of one indicator or of every one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..promises.agreement import Agreement
from ..promises.periods import months_of, parse_period
from .figures import area_named
from .sources import Source


@dataclass(frozen=True)
class Absence:
    """One `[[absent]]` of an area or of a department, `area/department`, which is then not zero where the list has nothing of it.

    `months` are those it is about, counted from year 0, all where it names no period; `indicator` is empty where it names
    none. A department that is `closed` is no more, and its area goes without it. `words` are the supplier's, to be found
    again in source.toml.
    """

    area: str
    months: range | None
    indicator: str
    words: str
    closed: bool = False

    def about(self, indicator: str, area: str, months: range) -> bool:
        """Whether a figure of these months is not known for this absence: one month that lacks is enough, and one department of an area."""
        lacks_part = not self.closed and self.area.startswith(f"{area}/")
        return (self.names(area) or lacks_part) and self.indicator in ("", indicator) and self._in(months)

    def names(self, area: str) -> bool:
        """Whether it names this area or department, or the area that the department is of."""
        return f"{area}/".startswith(f"{self.area}/")

    def _in(self, months: range) -> bool:
        if self.months is None:
            return True
        if self.closed:  # in the months before there were figures of it
            return self.months.start <= months.start and months.stop <= self.months.stop
        return max(self.months.start, months.start) < min(self.months.stop, months.stop)


def absences(source: Source, agreement: Agreement, entries: Iterable[Mapping[str, str]] | None = None) -> list[Absence]:
    """Every `[[absent]]` of a list that names an area, or those of these entries."""
    found = []
    for entry in source.absent if entries is None else entries:
        area = area_named(source.values.get("area", {}).get(entry.get("area", ""), entry.get("area", "")), source, agreement)
        period = _period(entry.get("period", ""), source)
        months = months_of(period or "", agreement.start.month) if "period" in entry else None
        words = ", ".join(str(entry[name]) for name in ("area", "period", "indicator") if name in entry)
        indicator = source.values.get("indicator", {}).get(entry.get("indicator", ""), entry.get("indicator", ""))
        found += [Absence(area, months, indicator, words, bool(entry.get("closed")))] if area else []
    return found


def _period(word: str, source: Source) -> str | None:
    return parse_period(source.values.get("period", {}).get(word, word))
