"""How an answer of Statistics Denmark is read: which words of it are which indicator and place of the register, as a source.toml."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..promises.agreement import Agreement, Indicator
from ..promises.catalogue import LANGUAGES, say
from .statbank_questions import COUNTRY, OFFENCES, Asked

_ABOUT = {"Brandstiftelse": ("brand", "ildspåsæt", "arson"), "Hærværk": ("hærværk", "vandalism")}
_REPORTED = ("anmeld", "report")


@dataclass(frozen=True)
class Description:
    """Words of an answer, each with the id of the indicator or place it is; empty where the register has none."""

    asked: Asked
    indicators: Mapping[str, str]
    places: Mapping[str, str]
    inhabitants: str
    encoding: str

    @classmethod
    def of(cls, asked: Asked, table: pd.DataFrame, agreement: Agreement, encoding: str) -> "Description":
        """The description of this answer, columns under our names."""
        places = {word: _place(word, asked, agreement) for word in table["area"].unique()}
        indicators = {word: _indicator(word, agreement) for word in table["indicator"].unique()} if asked.offences else {}
        return cls(asked, indicators, places, "" if asked.offences else _inhabitants(agreement), encoding)

    @property
    def used(self) -> dict[str, str]:
        """Offences that an indicator of the register counts."""
        return {word: id_ for word, id_ in self.indicators.items() if id_}

    @property
    def unused(self) -> dict[str, dict[str, str]]:
        """Offences that none counts, with why they are not used, by language."""
        return {word: _in_each_language("aside_no_reports") for word, id_ in self.indicators.items() if not id_}

    @property
    def is_counted(self) -> bool:
        """Whether the register has an indicator for inhabitants, where these were asked for."""
        return bool(self.asked.offences or self.inhabitants)

    def toml(self) -> str:
        """A source.toml that checks clean: what the register has no place or indicator for is kept and not used."""
        lines = self._heading()
        for name, words in self._tables().items():
            lines += ["", f"[{name}]", *(f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in words.items())] if words else []
        text = "\n".join(lines) + "\n"
        tomllib.loads(text)
        return text

    def _heading(self) -> list[str]:
        """What the file is about, and how the answer is written."""
        offences, asked = bool(self.asked.offences), self.asked
        what = "Reported offences" if offences else "Inhabitants on the first day of each quarter"
        about = (
            "An offence is used when [values.indicator] names the indicator that counts it; take it out of [unused.indicator] then."
            if offences
            else "The figure of 1 January stands for the year; the other quarters are kept and not used."
        )
        return [
            f"# {what} in {', '.join(self.places)}, fetched from Statistics Denmark (table {asked.table}).",
            f"# {asked.note} says what was asked, where and when. Fetching again replaces both, never this file.",
            f"# {about}",
            'contract = "statbank"',
            f'publisher = "{asked.publisher}"',
            f'files = ["{asked.file}"]',
            f'encoding = "{self.encoding}"',
            *([] if offences else ['year_is = "Q1"']),
            "",
            "[columns]",
        ]

    def _tables(self) -> dict[str, Mapping[str, str | Mapping[str, str]]]:
        """The tables of words, by name: what is used, and what is not and why."""
        why = _in_each_language("aside_no_reference" if self.is_counted else "aside_no_inhabitants")
        unplaced = {word: why for word, id_ in self.places.items() if not id_ or not self.is_counted}
        return {
            "areas": {word: id_ for word, id_ in self.places.items() if word not in unplaced},
            "values.indicator": self.used,
            "unused.indicator": self.unused,
            "constants": {} if self.asked.offences else {"indicator": self.inhabitants or "inhabitants"},
            "unused.area": unplaced,
        }


def _indicator(word: str, agreement: Agreement) -> str:
    """The one indicator of the register that counts reports of this offence by the calendar year; empty where none or several do."""
    offence = next((OFFENCES[code] for code in OFFENCES if word.startswith(code) or OFFENCES[code].casefold() in word.casefold()), "")
    fits = [each.id for each in agreement.indicators.values() if _counts_reports(each, _ABOUT.get(offence, ()))]
    return fits[0] if len(fits) == 1 else ""


def _counts_reports(indicator: Indicator, about: tuple[str, ...]) -> bool:
    said = " ".join([indicator.id, *indicator.name.values()]).casefold()
    added = (indicator.unit, indicator.measure, indicator.combine, indicator.period) == ("count", "count", "sum", "calendar_year")
    return added and any(word in said for word in about) and any(word in said for word in _REPORTED)


def _inhabitants(agreement: Agreement) -> str:
    """The one indicator that others name as the one counting inhabitants; empty where none or several are named."""
    named = {each.population for each in agreement.indicators.values() if each.population}
    return named.pop() if len(named) == 1 else ""


def _place(word: str, asked: Asked, agreement: Agreement) -> str:
    """The register's id of a place of the answer, whichever way it is written there; empty where it has none."""
    plain = word.partition(" ")[2] if word.partition(" ")[0].isdecimal() else word
    code, name = next(
        ((code, name) for code, name in asked.places.items() if plain.casefold() == name.casefold() or word == code),
        next(iter(asked.places.items())) if len(asked.places) == 1 else ("", word),
    )
    country = ("Danmark", "Denmark") if code == COUNTRY else ()
    tries = (word, name, f"{name} Kommune", f"{name}s Kommune", f"{code} {name}", code, *country)
    return next((id_ for each in tries if (id_ := agreement.area_id(each)) in agreement.references), "")


def _in_each_language(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in LANGUAGES}


def _quoted(text: str | Mapping[str, str]) -> str:
    """The text, or the text in each language, as TOML writes it; JSON writes a text the same."""
    if not isinstance(text, str):
        return f"{{ {', '.join(f'{lang} = {_quoted(words)}' for lang, words in text.items())} }}"
    return json.dumps(text, ensure_ascii=False)
