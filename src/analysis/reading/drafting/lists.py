"""What a list must say beside its columns: the periods it holds in full, the media that count, the rows that count."""

import re
from typing import TYPE_CHECKING

from ...promises.periods import parse_date, parse_period
from ...promises.reasons import Reason
from ..questions import ASK
from ..sources import LISTS
from .indicators import indicator
from .proposals import Proposal, toml
from .vocabulary import STATE, STRUCK_OUT, WORDS, bare_word, folded

if TYPE_CHECKING:
    from .sketches import Sketch

_TWO_YEARS = re.compile(r"(?<![0-9./-])(?:20)?([0-9]{2})[-/](?:20)?([0-9]{2})(?![0-9./-])")  # 17-18
_ONE_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_MOST_STATES = 8
_CROSSES, _NO_MARK = {"x", "✓"}, {"-", "–"}
_MARKS = {*_CROSSES, "(x)", *_NO_MARK}
_NAMED = ("area", "period", "date", "person", "id", "headline")


def say_lists(sketch: "Sketch") -> None:
    """Which periods a list holds in full, and which media count: proposed as a list from which to strike out."""
    if sketch.contract not in LISTS:
        return
    periods = {parse_period(word) for heading in sketch.headed("period") for word in sketch.columns.words(heading)} - {None}
    days = [word for heading in sketch.headed("date") for word in sketch.columns.words(heading)]
    years = sorted(periods) or sorted({year for word in days if (year := _year_of(word, sketch.proposal.value("dates")))})
    if not periods and _speaks_of_agreement_years(sketch):
        agreement = [(day, sketch.agreement.start.month) for word in days if (day := parse_date(word, _form(sketch)))]
        years = sorted({f"{day.year - (day.month < start)}/{day.year + 1 - (day.month < start)}" for day, start in agreement})
    if sketch.has("until"):  # who is there on the last day of each of the plan's years
        years = [f"{year}/{year + 1}" for year in range(sketch.agreement.start.year, sketch.agreement.end.year)]
    written = [word for heading in sketch.headed("period") for word in sketch.columns.words(heading)] if periods else years
    sketch.proposal.ask(("covers",), (), Reason.of("draft_covers", first=years[0] if years else "?", last=years[-1] if years else "?"), value=[ASK, *written])


def _speaks_of_agreement_years(sketch: "Sketch") -> bool:
    """Whether names of sheets or files, or lines above, hold two years that follow each other, as `17-18`; not where each sheet is a calendar year's."""
    if all(_ONE_YEAR.findall(find.sheet) and not _TWO_YEARS.search(find.sheet) for find in sketch.finds):
        return False
    texts = [text for find in sketch.finds for text in (find.sheet, find.path.stem, *find.titles)]
    return any(int(second) == int(first) + 1 for text in texts for first, second in _TWO_YEARS.findall(text))


def say_media(sketch: "Sketch") -> None:
    """Which media count; where no column names them, each sheet is one."""
    if sketch.contract != "stories":
        return
    media = [word for heading in sketch.headed("medium") for word in sketch.echoed(heading, sketch.columns.words(heading))]
    sheets = list(dict.fromkeys(find.sheet for find in sketch.finds if find.sheet))
    if not sketch.headed("medium") and len(sheets) > 1:
        media = sheets
        for sheet in sheets:
            sketch.proposal.put(("constants_by_sheet", sheet, "medium"), sheet, Reason.of("draft_sheet"))
    sketch.proposal.ask(("media",), (), Reason.of("draft_media"), value=[ASK, *sorted(media)])


def say_rows(sketch: "Sketch") -> None:
    """Which rows of a list count: those with these words, from which to strike out; and rows of totals, which are passed over."""
    if sketch.contract not in LISTS:
        return
    for heading in sketch.deciding:
        words = list(dict.fromkeys(sketch.frame[heading]))
        sketch.proposal.ask(("where", heading), (), Reason.of("draft_where", heading=toml(heading)), value=[ASK, *filter(None, words)])


# --- columns of marks -----------------------------------------------------------------------------------


def stand_for_tables(sketch: "Sketch") -> list[str]:
    """Columns of marks of which each stands for a table: for a period, or for a kind where every row has one mark."""
    marked = [guess.heading for guess in sketch.guesses.values() if guess.name not in _NAMED and _is_marked(sketch.columns.words(guess.heading))]
    dated = [heading for heading in marked if period_of_marks(heading)]
    if len(dated) > 1 and not sketch.has("period"):
        return dated
    counts = (sketch.frame[marked].map(bare_word).isin([*_CROSSES])).sum(axis=1) if len(marked) > 1 else ()
    return marked if len(marked) > 1 and bool((counts <= 1).all()) else []


def period_of_marks(heading: str) -> str:
    """The period that the last part of a heading is."""
    return parse_period(heading.rpartition(" / ")[2]) or ""


def by_marks(sketch: "Sketch") -> list[Proposal]:
    """The table once for each column of marks: only the rows with a mark there."""
    tables = []
    for heading in sketch.marked:
        table = Proposal(dict(sketch.proposal.lines), {name: list(entries) for name, entries in sketch.proposal.entries.items()})
        words = list(filter(None, dict.fromkeys(sketch.frame[heading])))
        crosses = [word for word in words if bare_word(word) in _CROSSES]
        rest = [word for word in words if word not in crosses and bare_word(word) not in _NO_MARK]
        if rest:
            table.ask(("where", heading), (), Reason.of("draft_where", heading=toml(heading)), value=[ASK, *crosses, *rest])
        else:
            table.put(("where", heading), crosses, Reason.of("draft_marked"))
        others = [other for other in sketch.marked if other != heading]
        ignored = table.lines.get(("ignored_columns",))
        table.put(("ignored_columns",), [*(ignored.value if ignored else ()), *others], *(ignored.why if ignored else ()), Reason.of("draft_other_marks"))
        if period := period_of_marks(heading):
            table.put(("constants", "period"), period, Reason.of("draft_across", words=period))
            table.ask(("covers",), (), Reason.of("draft_covers", first=period, last=period), value=[ASK, period])
        elif sketch.contract == "stories":
            tone = WORDS["tone"].get(sketch.legend.get(heading, heading).casefold(), "")
            if tone:
                table.put(("constants", "tone"), tone, Reason.of("draft_legend"))
                indicator(sketch, ("values", "indicator", tone), [tone], tone, table)
            else:
                table.ask(("constants", "tone"), sorted({*WORDS["tone"].values()}))
        else:
            indicator(sketch, ("constants", "indicator"), [sketch.legend.get(heading, heading)], "", table)
        tables.append(table)
    return tables


def _is_marked(words: list[str]) -> bool:
    """Whether nothing but marks stand in a column, crosses among them."""
    plain = {bare_word(word) for word in words}
    return bool(plain & _CROSSES) and plain <= _MARKS


def decides(heading: str, words: list[str], rows: int) -> bool:
    """Whether a column seems to say which rows count: a mark such as `x`, yes and no, or a state such as `aktiv` and `slettet`."""
    if not 0 < len(words) <= _MOST_STATES or len(words) * 2 > rows:
        return False
    plain = {bare_word(word) for word in words}
    return plain <= _MARKS or plain <= {*WORDS["answer"]} or bool(STATE.search(folded(heading))) or any(map(STRUCK_OUT.search, plain))


def _form(sketch: "Sketch") -> str:
    form = sketch.proposal.value("dates")
    return form if form and form != ASK else ""


def _year_of(word: str, form: str | None) -> str | None:
    day = parse_date(word, form if form and form != ASK else "")
    return str(day.year) if day else None
