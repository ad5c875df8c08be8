"""What a column of a delivered table may be: by its heading, by what stands in it, and only where both allow one reading.

Nothing here is taken for true: each guess says what it rests on, and whoever drafts a source.toml leaves open what fits two.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ...promises.agreement import Agreement
from ...promises.periods import lies_within, parse_date, parse_period, period_year
from ...promises.reasons import Reason
from ..numbers import taken_apart, unit_of
from .finds import Find
from .spellings import same_place
from .totals import BLANK
from .vocabulary import INTENT, TOTAL, WORDS, bare_word, meaning, meanings
from .written import are_bounds, has_base, is_date, is_figure, months_of_days

_KINDS = {  # what must stand below a heading for it to mean what it says
    **dict.fromkeys(("value", "bounds", "with_base", "answers", "out_of", "all_moves", "internal", "lowest", "highest", "number"), "figures"),
    **{"date": "dates", "until": "dates", "done": "dates", "period": "periods"},
    **dict.fromkeys(("area", "indicator", "medium", "tone", "deliberate", "estimated", "unit", "source", "provenance"), "words"),
}
FIGURES = tuple(name for name, kind in _KINDS.items() if kind == "figures")
_BESIDE = ("answers", "out_of", "lowest", "highest")  # what may stand behind each of several columns of figures
_MOST_CODES = 12  # different numbers of a column that may be codes
MOST_WORDS = 40  # different words of a column that may be written out


@dataclass(frozen=True)
class Guess:
    """What one column is: our name, or the area, period and rest that its heading names for a column of figures; empty where nothing fits.

    `choices` are the names that fit where more than one does.
    """

    heading: str
    name: str = ""
    across: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    choices: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()


class Columns:
    """The columns of one table as they are looked at: what stands in each."""

    def __init__(self, find: Find, agreement: Agreement, publications: Iterable[str]):
        self.find, self.agreement, self.publications = find, agreement, set(publications)
        self.frame = find.frame

    def words(self, heading: str) -> list[str]:
        """The different words below a heading, blanks left out."""
        return [word for word in dict.fromkeys(self.frame[heading]) if word]

    def share(self, heading: str, test) -> tuple[int, int]:
        """How many cells below a heading are so, of how many that hold anything."""
        cells = self.frame[heading][self.frame[heading] != ""]
        fits = {word: bool(test(word)) for word in cells.unique()}
        return int(cells.map(fits).sum()), len(cells)

    # --- what stands below a heading ---

    def kind(self, heading: str) -> str:
        """What most of a column is: periods, dates, figures, words, or nothing."""
        words = self.words(heading)
        if not words:
            return "blank"
        if _are_codes(words):
            return "words"
        for kind, test in (("periods", self.is_period), ("dates", is_date), ("figures", is_figure)):
            fits, of = self.share(heading, test)
            if fits == of or (fits >= of / 2 and kind != "periods"):
                return kind
        fits, of = self.share(heading, self.is_period)
        return "periods" if fits > of / 2 else "words"

    def is_period(self, word: str) -> bool:
        """Whether a word is a period that can be real."""
        period = parse_period(word)
        return bool(period) and lies_within(period, self.agreement.first_year, date.today(), self.agreement.start.month)

    def is_place(self, word: str) -> bool:
        """Whether a word is an area, a place to compare with, or a department."""
        return bool(self.agreement.area_id(word) or self.agreement.area_of_part(word))

    # --- what it means ---

    def guesses(self) -> dict[str, Guess]:
        """What each column is."""
        found = {heading: self._alone(heading) for heading in self.frame.columns}
        named = {guess.name for guess in found.values()}
        if ("period" not in named and "date" not in named) or "area" not in named:
            found = {heading: self._across(guess, "period" in named or "date" in named, "area" in named) for heading, guess in found.items()}
        found = self._beside(found)
        texts = [guess for guess in found.values() if not guess.name and not guess.choices and self.kind(guess.heading) == "words"]
        if "indicator" not in named and len(texts) == 1 and any(guess.across for guess in found.values()):
            found[texts[0].heading] = Guess(texts[0].heading, "indicator", why=(Reason.of("draft_measures_down"),))
        if "date" in named and "deliberate" not in named:
            mine = [guess.heading for guess in found.values() if not guess.name and any(map(INTENT.search, self.words(guess.heading)))]
            found |= {heading: Guess(heading, "deliberate", why=(Reason.of("draft_intent"),)) for heading in mine}
        return self._each_once(found)

    def _beside(self, found: dict[str, Guess]) -> dict[str, Guess]:
        """Where columns of one heading stand behind several columns of figures, as `n` behind each year, each belongs to the one before it."""
        roles = {heading: said[0] for heading in found if len(said := meanings(_without_letter(heading))) == 1 and said[0] in _BESIDE}
        twice = {role for role in roles.values() if list(roles.values()).count(role) > 1}
        before: Guess | None = None
        for heading, guess in list(found.items()):
            if guess.across and guess.name in ("value", "bounds"):
                before = guess
            elif before and not guess.across and roles.get(heading) in twice and _stands_behind(heading, before):
                found[heading] = Guess(heading, roles[heading], before.across, why=(Reason.of("draft_behind", heading=before.heading),))
        return found

    def _alone(self, heading: str) -> Guess:
        """A column by its heading and what stands below it."""
        kind, said = self.kind(heading), meanings(heading)
        words = self.words(heading)
        if said == ["area"] and not meaning(heading) and words and not any(map(self.is_place, words)):
            said = []
        if said == ["indicator"] and kind == "figures" and len(words) <= _MOST_CODES and all(map(str.isdigit, words)):  # 1390, 1312
            kind = "words"
        for name, of, test in (("period", "periods", self.is_period), ("date", "dates", is_date)):
            if said == [name] and any(map(test, self.words(heading))):
                kind = of
        fits = [name for name in said if _KINDS.get(name, kind) == kind or (kind == "blank") or (name == "value" and kind == "words")]
        if len(fits) > 1:
            return Guess(heading, choices=tuple(fits), why=(Reason.of("draft_two_names"),))
        if fits in (["value"], ["number"]) and any(map(are_bounds, self.words(heading))):
            fits = ["bounds"]
        if fits == ["value"] and any(map(has_base, words)):
            fits = ["with_base"]
        if fits:
            return Guess(heading, fits[0], why=(*self._evidence(heading, fits[0], kind),))
        return self._by_content(heading, kind)

    def _by_content(self, heading: str, kind: str) -> Guess:
        """A column whose heading says nothing: by what stands below it alone."""
        words = self.words(heading)
        if kind == "figures":
            name = "bounds" if any(map(are_bounds, words)) else "with_base" if any(map(has_base, words)) else "value"
            return Guess(heading, name, rest=heading, why=(*self._evidence(heading, "", kind),))
        if kind in ("periods", "dates"):
            return Guess(heading, "period" if kind == "periods" else "date", why=(*self._evidence(heading, "", kind),))
        if kind == "blank":
            return Guess(heading)
        named = [word for word in words if not (TOTAL.search(word) or BLANK.fullmatch(word))] or words
        if sum(map(self.is_place, named)) * 2 >= len(named):
            return Guess(heading, "area", why=(*self._evidence(heading, "area", kind),))
        if self.publications and set(words) <= self.publications:
            return Guess(heading, "source", why=(Reason.of("draft_publications"),))
        for name in ("tone", "unit"):
            if {word.casefold() for word in words} <= WORDS[name].keys():
                return Guess(heading, name, why=(Reason.of("draft_closed", n=len(words)),))
        return Guess(heading)

    def _evidence(self, heading: str, name: str, kind: str) -> Iterable[Reason]:
        if kind in ("periods", "dates"):
            fits, of = self.share(heading, self.is_period if kind == "periods" else is_date)
            years = sorted({year for word in self.words(heading) if (year := _year(word))})
            yield Reason.of(f"draft_{kind}", fits=fits, of=of, first=years[0] if years else "?", last=years[-1] if years else "?")
        elif kind == "figures":
            fits, of = self.share(heading, is_figure)
            yield Reason.of("draft_figures", fits=fits, of=of)
        elif name == "area":
            words = self.words(heading)
            yield Reason.of("draft_places", fits=sum(map(self.is_place, words)), of=len(words))
        elif name:
            yield Reason.of("draft_heading")

    # --- columns of figures ---

    def _across(self, guess: Guess, dated: bool, placed: bool) -> Guess:
        """A column of figures whose heading names its period or area, where no column has these."""
        if (
            self.kind(guess.heading) not in ("figures", "blank", "words")
            or TOTAL.fullmatch(guess.heading)
            or guess.name in ("area", "period", "date", "indicator")
        ):
            return guess
        across, rest, months = {}, [], months_of_days(self.frame.columns)
        for part in guess.heading.split(" / "):
            if not placed and (area := self.agreement.area_id(part) or same_place(self.agreement, part)):
                across["area"] = area
            elif not dated and part in months:
                across["period"] = months[part]
            elif not dated and (period := _period_in(part)):
                across["period"] = period[0]
                rest += [period[1]] if period[1] else []
            else:
                rest.append(part)
        if not across or (self.kind(guess.heading) == "words" and not self._may_be_figures(guess.heading)):
            return guess
        said = [name for name in meanings(" ".join(rest)) if name in FIGURES]
        why = Reason.of("draft_across", words=", ".join(across.values()))
        name = guess.name if guess.name in ("bounds", "with_base") else said[0] if len(said) == 1 else "value"
        return Guess(guess.heading, name, across, " ".join(rest), why=(why,))

    def _may_be_figures(self, heading: str) -> bool:
        """Whether words below a heading that is a place or period may stand for figures: there are some, or yes and no, or the same text throughout."""
        words = self.words(heading)
        answers = sum(bare_word(word) in WORDS["answer"] for word in words) * 2 > len(words)
        return any(map(is_figure, words)) or answers or (len(words) == 1 and parse_period(heading) is not None)

    def _each_once(self, found: dict[str, Guess]) -> dict[str, Guess]:
        """Two columns of one name: what both could be is left open, unless they are columns of figures."""
        for name in {guess.name for guess in found.values()} - {"", "value"}:
            mine = [guess for guess in found.values() if guess.name == name and not guess.across]
            exact = [guess for guess in mine if meaning(guess.heading) == name] or [guess for guess in mine if meanings(guess.heading) == [name]]
            if name == "indicator" and len(mine) > 1:  # the code or the words, whichever are fewer
                exact = [min(mine, key=lambda guess: len(self.words(guess.heading)))]
                found |= {guess.heading: Guess(guess.heading) for guess in mine if guess not in exact}
                continue
            keep = exact[:1] if len(exact) == 1 else []
            for guess in mine if len(mine) > 1 else ():
                if guess not in keep:
                    others = (name, "note") if not keep else ("note",)
                    found[guess.heading] = Guess(guess.heading, rest=guess.heading, choices=others, why=(Reason.of("draft_twice", name=name),))
        figures = [guess for guess in found.values() if guess.name in FIGURES and not guess.across]
        if len(figures) == 1 and figures[0].name in ("out_of", "answers", "number"):
            found[figures[0].heading] = Guess(figures[0].heading, "value", rest=figures[0].heading, why=figures[0].why)
        return found


def _stands_behind(heading: str, before: Guess) -> bool:
    """Whether a heading says nothing of its own but what it is of the figures before it: `n`, or `2018 / n` behind `2018 / Pct.`."""
    *upper, last = _without_letter(heading).split(" / ")
    return bool(meaning(last)) and upper in ([], before.heading.split(" / ")[: len(upper)])


def _year(word: str) -> int | None:
    if day := parse_date(word):
        return day.year
    return period_year(parse_period(word) or "")


def _period_in(part: str) -> tuple[str, str] | None:
    """The one period that a heading is or holds, in our form, and what else the heading says."""
    if period := parse_period(part):
        return period, ""
    years = re.findall(r"(?<![0-9/-])(?:19|20)[0-9]{2}(?![0-9/-])", part)
    if len(years) != 1 or not parse_period(years[0]):
        return None
    return years[0], " ".join(part.replace(years[0], " ").split()).strip(" -–:,()")


def _are_codes(words: Iterable[str]) -> bool:
    """Whether words are codes with what they mean: `1390 Hærværk`, each with words of its own."""
    parts = [taken_apart(word) for word in words]
    names = [part.unit for part in parts]
    coded = all(len(part.number) > 2 and part.number.isdigit() and not unit_of(part.unit, {}) for part in parts)
    return 1 < len(parts) <= _MOST_CODES and len({*names}) == len(parts) and coded


def _without_letter(heading: str) -> str:
    """A heading without the letter or number by which one of two is called."""
    return re.sub(r" ?\[[A-Z0-9]+\]$", "", heading)
