"""What a list must say beside its columns: the periods it holds in full, the media that count, the rows that count."""

import re
from typing import TYPE_CHECKING

from ...promises.periods import parse_date, parse_period
from ...promises.reasons import Reason
from ..questions import ASK
from ..sources import LISTS
from .proposals import toml
from .vocabulary import WORDS, bare_word, folded

if TYPE_CHECKING:
    from .sketches import Sketch

_MOST_STATES = 8
_MARKS = {"x", "(x)", "-", "–", "✓"}
_STATE = re.compile("(^|_)(status|.*status|aktiv|active|afholdt|gennemfoert|taeller|gyldig|tilstand|state|took_part|deltog)(_|$)")
_STRUCK_OUT = re.compile(r"\b(slettet|aflyst|annulleret|udg[åa]r|udg[åa]et|cancelled|deleted)\b|^ikke ")


def say_lists(sketch: "Sketch") -> None:
    """Which periods a list holds in full, and which media count: proposed as a list from which to strike out."""
    if sketch.contract not in LISTS:
        return
    periods = {parse_period(word) for heading in sketch.headed("period") for word in sketch.columns.words(heading)} - {None}
    days = [word for heading in sketch.headed("date") for word in sketch.columns.words(heading)]
    years = sorted(periods) or sorted({year for word in days if (year := _year_of(word, sketch.proposal.value("dates")))})
    written = [word for heading in sketch.headed("period") for word in sketch.columns.words(heading)] if periods else years
    sketch.proposal.ask(("covers",), (), Reason.of("draft_covers", first=years[0] if years else "?", last=years[-1] if years else "?"), value=[ASK, *written])
    if sketch.contract == "stories":
        media = [word for heading in sketch.headed("medium") for word in sketch.echoed(heading, sketch.columns.words(heading))]
        sketch.proposal.ask(("media",), (), Reason.of("draft_media"), value=[ASK, *sorted(media)])


def say_rows(sketch: "Sketch") -> None:
    """Which rows of a list count: those with these words, from which to strike out; and rows of totals, which are passed over."""
    if sketch.contract not in LISTS:
        return
    for heading in sketch.deciding:
        words = list(dict.fromkeys(sketch.frame[heading]))
        sketch.proposal.ask(("where", heading), (), Reason.of("draft_where", heading=toml(heading)), value=[ASK, *filter(None, words)])
    if totals := sketch.totals:
        sketch.proposal.put(("ignored_rows",), totals, Reason.of("draft_total_rows"))


def decides(heading: str, words: list[str], rows: int) -> bool:
    """Whether a column seems to say which rows count: a mark such as `x`, yes and no, or a state such as `aktiv` and `slettet`."""
    if not 0 < len(words) <= _MOST_STATES or len(words) * 2 > rows:
        return False
    plain = {bare_word(word) for word in words}
    return plain <= _MARKS or plain <= {*WORDS["answer"]} or bool(_STATE.search(folded(heading))) or any(map(_STRUCK_OUT.search, plain))


def _year_of(word: str, form: str | None) -> str | None:
    day = parse_date(word, form if form and form != ASK else "")
    return str(day.year) if day else None
