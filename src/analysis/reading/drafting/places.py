"""The words for places in a table as fields of a source.toml: areas, departments, totals, and what is no place of the plan."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from ...promises.agreement import COMBINED
from ...promises.catalogue import say
from ...promises.problems import closest
from ...promises.reasons import Reason
from ..contracts import CONTRACTS
from ..questions import ASK
from .spellings import same_place
from .totals import BLANK, sums
from .vocabulary import TOTAL, folded

if TYPE_CHECKING:
    from .sketches import Sketch

_MOST_ROWS = 400  # of one period, among which sums are looked for
_MOST_PLACES = 8  # which are all named as choices


def say_places(sketch: "Sketch") -> None:
    """Words for places the register does not know, departments, and where no column names a place."""
    words = [word for heading in sketch.headed("area") for word in sketch.columns.words(heading)]
    words = [word for word in words if word != COMBINED]
    parts = [word for word in words if sketch.agreement.area_of_part(word) and not sketch.agreement.area_id(word)]
    if parts:
        sketch.proposal.put(("sum",), True, Reason.of("draft_parts", n=len(parts)))
    unknown = [word for word in words if not sketch.columns.is_place(word)]
    for word in sketch.echoed(next(iter(sketch.headed("area")), ""), unknown):
        if same := same_place(sketch.agreement, word):
            sketch.proposal.put(("areas", word), same, Reason.of("draft_same_but_for_signs"))
        else:
            sketch.proposal.ask(("areas", word), likeliest(sketch, word), Reason.of("draft_or_unused", name="area"))
    if not sketch.has("area") and "area" not in CONTRACTS[sketch.contract].constants:
        sketch.proposal.ask(("constants", "area"), [COMBINED, *sketch.agreement.areas])


def likeliest(sketch: "Sketch", word: str) -> list[str]:
    """Ids of places, the likeliest first."""
    places = {name: place.id for place in [*sketch.agreement.areas.values(), *sketch.agreement.references.values()] for name in (place.name, *place.aliases)}
    first = [COMBINED] if TOTAL.search(word) else []
    bare = re.sub("^[0-9]+ ", "", word)
    first += [places[near]] if (near := closest(bare, places)) else []
    first += [id_ for name, id_ in places.items() if folded(bare) in folded(name) or folded(name) in folded(bare)]
    return list(dict.fromkeys([*first, *sketch.agreement.areas, COMBINED, *[id_ for id_ in places.values() if len(places) <= _MOST_PLACES]]))


def say_totals(sketch: "Sketch") -> None:
    """Words that are no places of the plan, where the figures show what they are: all areas together, a sum of other rows, an area by its parts, a blank."""
    asked = [place[1] for place, line in sketch.proposal.lines.items() if place[0] == "areas" and line.value == ASK]
    area, value = next(iter(sketch.headed("area")), ""), next(iter(sketch.headed("value")), "")
    keys = [heading for name in ("period", "indicator") for heading in sketch.headed(name)]
    for word in [word for word in asked if area and value and TOTAL.search(word)]:
        right, of = _sums(sketch, word, area, value, keys)
        if of and right == of:
            sketch.proposal.put(("areas", word), COMBINED, Reason.of("draft_adds_up", right=right, of=of))
            asked.remove(word)
        elif of:
            sketch.proposal.ask(("areas", word), [COMBINED], Reason.of("draft_adds_up", right=right, of=of), Reason.of("draft_or_unused", name="area"))
            asked.remove(word)
    found = _made_of_others(sketch, area, keys) if asked and area else {}
    for word in [word for word in asked if BLANK.fullmatch(word)]:
        _set_aside(sketch, word, "unused_blank", Reason.of("draft_blank", word=word))
    for word in [word for word in asked if word in found]:
        times, parts = found[word]
        why, place = Reason.of("draft_adds_up", right=times, of=times), _without_total(sketch, word)
        if place and place not in sketch.frame[area].to_numpy() and not parts & {*sketch.agreement.areas[place].parts, *_names(sketch, place)}:
            sketch.proposal.put(("areas", word), place, why)
            for part in parts & {*asked}:
                _set_aside(sketch, part, "unused_part", Reason.of("draft_part_of", whole=word), whole=word)
        else:
            _set_aside(sketch, word, "unused_sum", why)


def _set_aside(sketch: "Sketch", word: str, code: str, why: Reason, **detail: str) -> None:
    """Rows with this word kept and not used, and what readers are told of them."""
    sketch.proposal.lines.pop(("areas", word), None)
    sketch.proposal.put(("unused", "area", word), {lang: say(code, lang, **detail) for lang in sketch.agreement.languages}, why)


def _without_total(sketch: "Sketch", word: str) -> str:
    """The area whose name is in a total such as `Sydbyen i alt`; empty where none is."""
    bare = " ".join(TOTAL.sub(" ", word).split()).strip(" :-–")
    place = sketch.agreement.area_id(bare) if bare != word else None
    return place if place in sketch.agreement.areas else ""


def _names(sketch: "Sketch", place: str) -> tuple[str, ...]:
    area = sketch.agreement.areas[place]
    return (area.id, area.name, *area.aliases)


def _made_of_others(sketch: "Sketch", area: str, keys: list[str]) -> dict[str, tuple[int, set[str]]]:
    """The words whose rows are the sum of other rows wherever they stand: how often, and of which."""
    values = [guess.heading for guess in sketch.guesses.values() if guess.name in ("value", "out_of", "all_moves", "internal")]
    known = [word for word in sketch.columns.words(area) if sketch.columns.is_place(word)]
    times: dict[str, int] = {}
    parts: dict[str, set[str]] = {}
    for _, rows in sketch.frame.groupby([sketch.origin.reindex(sketch.frame.index), *(sketch.frame[key] for key in keys)], sort=False):
        if len(rows) > _MOST_ROWS:
            return {}
        table = [(word, [sketch.number(cell) for cell in cells]) for word, *cells in rows[[area, *values]].itertuples(index=False, name=None)]
        added = sums(table, known)
        for place, (word, _) in enumerate(table):
            times[word] = times.get(word, 0) + 1 if place in added and times.get(word, 0) >= 0 else -1
            parts.setdefault(word, set()).update(table[other][0] for other in added.get(place, ()))
    return {word: (n, parts[word]) for word, n in times.items() if n > 0 and word not in known}


def _sums(sketch: "Sketch", total: str, area: str, value: str, keys: list[str]) -> tuple[int, int]:
    """How often a total is the sum of the plan's areas, of how many times all have a figure, or it is no more than those that have."""
    right = of = 0
    for _, rows in sketch.frame.groupby(keys, sort=False) if keys else [("", sketch.frame)]:
        figures = {word: sketch.number(cell) for word, cell in zip(rows[area], rows[value], strict=True)}
        own = {word: id_ for word in figures if (id_ := sketch.agreement.area_id(word)) in sketch.agreement.areas}
        if figures.get(total) is not None and {*own.values()} == {*sketch.agreement.areas}:
            there = [figures[word] for word in own if figures[word] is not None]
            whole, added = len(there) == len(own), sum(there, Decimal(0))
            of += whole or figures[total] <= added
            right += whole and figures[total] == added
    return right, of
