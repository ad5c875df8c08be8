"""What Statistics Denmark is asked, and under which names the answers are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .contracts import STATBANK

TABLE, FOLDER = "STRAF11", "statbank"
OFFENCES = {"1312": "Brandstiftelse", "1390": "Hærværk"}
COUNTRY, POPULATION = "000", "FOLK1A"  # Statistics Denmark's number of the whole country; its table of inhabitants


@dataclass(frozen=True)
class Asked:
    """One question: which table, of which places, with which offences (none: inhabitants), and the folder its answer is kept in."""

    folder: str
    table: str
    places: Mapping[str, str]  # number → the name to look for in the register
    offences: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, Any]:
        """The question as the API wants it: every quarter, these places; a variable left out is summed over."""
        wanted = {"OMRÅDE": list(self.places)} | ({"OVERTRÆD": list(self.offences)} if self.offences else {}) | {"Tid": ["*"]}
        return {
            "table": self.table,
            "format": "CSV",
            "lang": "da",
            "delimiter": "Semicolon",
            "variables": [{"code": name, "values": values} for name, values in wanted.items()],
        }

    @property
    def file(self) -> str:
        """The name under which the answer is kept, byte for byte."""
        return f"{self.table.lower()}.csv"

    @property
    def note(self) -> str:
        """The name of the note of what was asked, when, and what came."""
        return f"{self.table.lower()}.json"

    @property
    def publisher(self) -> str:
        """Who is named as the figures' source, with the licence."""
        return f"Danmarks Statistik, Statistikbanken, {self.table} (CC BY 4.0)"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the answer must have, under our names."""
        return tuple(name for name in STATBANK if self.offences or name != "indicator")


def questions(code: str, name: str, comparison: bool) -> list[Asked]:
    """What is asked: the municipality's offences; for a comparison those of the country, and the inhabitants of both."""
    offences = tuple(OFFENCES)
    home, country = {code: name}, {COUNTRY: "Hele landet"}
    more = [Asked(f"{FOLDER}_country", TABLE, country, offences), Asked(f"{FOLDER}_inhabitants", POPULATION, home | country)]
    return [Asked(FOLDER, TABLE, home, offences), *(more if comparison else [])]
