"""A proposed source.toml for files nobody has described yet: what reconciles, with its evidence; what two readings fit, as `ASK`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from ...promises.agreement import read_agreement
from ...promises.catalogue import FALLBACK, say
from ...promises.problems import PlanError, Problem, Reader
from ...promises.reasons import Reason
from ..consistency import check_together
from ..intake import Delivery, read_deliveries
from ..questions import ASK
from ..sources import LISTS, File, Source, described
from ..suppliers import read_sources
from .finds import Find, find_tables
from .precedents import Precedents
from .proposals import Line, Proposal
from .sketches import Sketch

_MOST_TOLD = 8  # problems told below a draft
_SHARED = ("publisher",)  # said once, above several tables


@dataclass(frozen=True)
class Draft:
    """A proposed source.toml for files of one folder. `is_new` is false where the folder has one already: then only what is to be added is said."""

    home: Path
    text: str
    is_new: bool

    @property
    def path(self) -> Path:
        """Where it belongs."""
        return self.home / "source.toml"

    def write(self) -> bool:
        """Put it beside the files, where there is none; returns whether it was."""
        try:
            with self.path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(self.text)
        except FileExistsError:
            return False
        return True


def draft(files: Iterable[Path], folder: Path, publications: Iterable[str], lang: str = FALLBACK) -> list[Draft]:
    """A draft for each folder in which these files lie, for the plan in `folder`, with evidence in a language.

    Raises `PlanError` for a file that is not there, cannot be read, holds no table, or holds what may be a CPR number.
    """
    paths = [Path(file) for file in files]
    if absent := [Problem("no_file", str(path)) for path in paths if not path.is_file()]:
        raise PlanError(absent)
    known = Precedents(folder, read_agreement(folder / "agreement.toml"), tuple(read_sources(folder)[0]), tuple(publications))
    homes = groupby(sorted(dict.fromkeys(path.resolve() for path in paths)), lambda path: path.parent)
    return [_draft(home, list(there), known, lang) for home, there in homes]


def _draft(home: Path, paths: list[Path], known: Precedents, lang: str) -> Draft:
    """The draft for files of one folder: a table for each layout among them."""
    finds = [find for path in paths for find in find_tables(path, known.agreement)]
    sketches = [Sketch(group, known, home) for group in _by_layout(finds)]
    made = [(sketch, proposal) for sketch in sketches for proposal in sketch.proposed()]
    sketches, proposals = [sketch for sketch, _ in made], [proposal for _, proposal in made]
    _say_sheets(finds, sketches, proposals)
    is_new = not (home / "source.toml").is_file()
    lines = [f"# {Reason.of('draft_of', files=', '.join(path.name for path in paths)).text(lang)}"]
    if not is_new:
        return Draft(home, "\n".join([*lines, *_additions(sketches, proposals, known, home, lang)]) + "\n", False)
    tried = _tried(proposals, home, known)
    _say_absent(proposals, tried, known)
    shared = _shared(proposals) if len(proposals) > 1 else None
    lines += [f"# {each}" for each in _account([*filter(None, [shared]), *proposals], tried, known, lang)]
    if shared is None:
        return Draft(home, "\n".join([*lines, proposals[0].text(lang)]) + "\n", True)
    tables = [proposal.text(lang, table=True) for proposal in proposals]
    return Draft(home, "\n\n".join(["\n".join([*lines, *shared.fields(lang)]), *tables]) + "\n", True)


def _shared(proposals: Sequence[Proposal]) -> Proposal:
    """What all tables say alike, to be said once above them: taken out of them."""
    first, *others = proposals
    alike = [
        place for place, line in first.lines.items() if place[0] != "range" and all(place in other.lines and other.lines[place].says(line) for other in others)
    ]
    entries = {
        name: [entry for entry in there if all(entry in other.entries.get(name, ()) for other in others)]
        for name, there in first.entries.items()
        if name == "absent"
    }
    shared = Proposal({place: first.lines[place] for place in alike}, {name: there for name, there in entries.items() if there})
    for proposal in proposals:
        for place in alike:
            del proposal.lines[place]
        for name, there in shared.entries.items():
            proposal.entries[name] = [entry for entry in proposal.entries[name] if entry not in there]
    return shared


def _by_layout(finds: Sequence[Find]) -> list[list[Find]]:
    """The tables that have the same headings and are written alike, together."""
    groups: dict[Any, list[Find]] = {}
    for find in finds:
        place = find.range and (find.sheet, find.range)
        kind = (find.layout, find.header if len(find.header) > 1 else (), bool(find.sheet), find.turned, place, find.encodings, find.delimiters)
        groups.setdefault(kind, []).append(find)
    return list(groups.values())


def _say_sheets(finds: Sequence[Find], sketches: Sequence[Sketch], proposals: Sequence[Proposal]) -> None:
    """Which sheet is of which table, and which hold none."""
    sheets = list(dict.fromkeys(find.sheet for find in finds if find.sheet))
    without = list(dict.fromkeys(name for find in finds for name in find.ignored if name not in sheets))
    unseen = list(dict.fromkeys(name for find in finds for name in find.unseen))
    for number, (sketch, proposal) in enumerate(zip(sketches, proposals, strict=True)):
        own = list(dict.fromkeys(find.sheet for find in sketch.finds if find.sheet))
        if own and len(sheets) > 1 and not any(place[0] == "constants_by_sheet" for place in proposal.lines):
            proposal.put(("sheets",), own)
        if own and not number and (without or unseen):
            why = [Reason.of(code, sheets=", ".join(names)) for code, names in (("draft_no_table", without), ("draft_unseen", unseen)) if names]
            proposal.put(("ignored_sheets",), [*without, *unseen], *why)


# --- what such a file would read ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tried:
    """The deliveries that a draft would give, with the first choice wherever it asks, and what is then wrong with them."""

    deliveries: list[Delivery]
    used: pd.DataFrame
    problems: list[Problem]


def _tried(proposals: Sequence[Proposal], home: Path, known: Precedents) -> _Tried:
    """The draft read as a source.toml is, together with all other deliveries of the plan."""
    tables = [proposal.answered() for proposal in proposals]
    written = tables[0] if len(tables) == 1 else {"publisher": "?", "table": [_but(table, _SHARED) for table in tables]}
    try:
        sources = described(written, home, home.parent, Reader(f"{home.name}/source.toml"))
    except PlanError as error:
        return _Tried([], pd.DataFrame(columns=["sheet", "area", "period", "indicator"]), list(error.problems))
    mine = read_deliveries(sources, known.agreement, home.parent, known.publications)
    alone = [problem for delivery in mine for problem in delivery.problems]
    others = [replace(each, table=each.table.copy(), problems=[*each.problems]) for each in known.deliveries if each.source.folder != home]
    used = pd.concat([delivery.used for delivery in mine])
    together, _ = check_together([*others, *mine], known.agreement)
    open_ = any(line.is_open for proposal in proposals for place, line in proposal.lines.items() if place[-1] == "indicator")
    own = {str(problem): problem for problem in [*alone, *(together if not open_ else ())] if problem.file.split("/")[0] == home.name}
    return _Tried(mine, used, list(own.values()))


def _but(table: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in names}


def _say_absent(proposals: Sequence[Proposal], tried: _Tried, known: Precedents) -> None:
    """Areas that lack where others are there and nobody else delivers them, each asked for why."""
    used = tried.used.assign(area=tried.used["area"].map(lambda area: area.split("/")[0]))
    own = used[used["area"].isin(known.agreement.areas)]
    there = {key for each in known.deliveries for key in each.used[["indicator", "area", "period"]].itertuples(index=False, name=None)}
    for (indicator, period), rows in own.groupby(["indicator", "period"], sort=False):
        sheet = rows["sheet"].iloc[0]
        proposal = next((each for each in proposals if sheet in (each.value("sheets") or (sheet,))), proposals[0])
        if proposal.value("contract") == "published":  # nobody publishes every area
            continue
        asked = [(place, line) for place, line in proposal.lines.items() if place[-1] == "indicator" and place[0].startswith("constants")]
        line = next((line for place, line in asked if place[0] == "constants" or place[1] == sheet), Line(indicator))
        for area in [area for area in known.agreement.areas if area not in set(rows["area"])]:
            if line.is_open or (indicator, area, period) not in there:
                named = {"area": Line(known.agreement.area_name(area)), "period": Line(period)} | ({"indicator": line} if len(asked) != 1 else {})
                proposal.enter("absent", **named, reason=Line(ASK, (Reason.of("draft_absent"),)))
    tried.problems[:] = [problem for problem in tried.problems if problem.code != "area_missing_in_file"]


def _account(proposals: Sequence[Proposal], tried: _Tried, known: Precedents, lang: str) -> Iterator[str]:
    """What was read by the draft, in lines: areas, years, rows; and what `check` would still say, without what stands in any cell."""
    yield say("draft_open", lang, n=sum(proposal.open for proposal in proposals))
    used = tried.used
    if len(used):
        areas = [known.agreement.area_name(area) for area in dict.fromkeys(used["area"].map(lambda area: area.split("/")[0])) if area in known.agreement.areas]
        lacking = [each.name for each in known.agreement.areas.values() if each.name not in areas]
        periods = sorted(set(used["period"].dropna()))
        yield say("draft_coverage", lang, areas=len(areas), of=len(known.agreement.areas), first=periods[0], last=periods[-1])
        if lacking and areas:
            yield say("draft_lacking", lang, areas=", ".join(lacking))
    errors = [replace(problem, found="") for problem in tried.problems if problem.level == "error"]
    if errors:
        yield say("draft_left", lang, n=len(errors))
        yield from (f"  {problem.line(lang)}" for problem in errors[:_MOST_TOLD])


# --- a folder that has a source.toml ---------------------------------------------------------------------------


def _additions(sketches: Sequence[Sketch], proposals: Sequence[Proposal], known: Precedents, home: Path, lang: str) -> Iterator[str]:
    """What is to be added to the source.toml of the folder: the names of files, and words it does not know."""
    for sketch, proposal in zip(sketches, proposals, strict=True):
        earlier = sketch.earlier
        if earlier is None:
            yield f"# {say('draft_other_layout', lang)}"
            yield proposal.text(lang, table=True, but=_SHARED)
            continue
        there = {file.path.name for file in earlier.files}
        new = [find.path for find in sketch.finds if find.path.name not in there]
        where = f"{home.name}/source.toml" + (f", {earlier.entry}" if earlier.entry else "")
        yield f"# {say('draft_same_layout' if new else 'draft_read_already', lang, toml=where)}"
        del proposal.lines["files",]
        for path in dict.fromkeys(new):
            _say_new_file(path, earlier, proposal, known)
        yield from proposal.fields(lang)


def _say_new_file(path: Path, earlier: Source, proposal: Proposal, known: Precedents) -> None:
    """A file of the layout that source.toml describes: one more of its files, or a correction of figures that were delivered before."""
    files = proposal.value("files") or [file.path.name for file in earlier.files if not file.correction]
    [mine] = read_deliveries(
        [earlier.model_copy(update={"files": (File(path, covers=earlier.covers),)})], known.agreement, path.parent.parent, known.publications
    )
    key = ["indicator", "area", "period"]
    before = {each for delivery in known.deliveries if delivery.source.name == earlier.name for each in delivery.used[key].itertuples(index=False, name=None)}
    figures = [*mine.used[key].itertuples(index=False, name=None)]
    if figures and earlier.contract not in LISTS and set(figures) <= before:
        number = 1 + max(file.delivery for file in earlier.files)
        why = Reason.of("draft_corrects", same=len(figures), of=len(figures), file=", ".join(file.path.name for file in earlier.files))
        proposal.enter("correction", delivery=Line(number, (why,)), files=Line([path.name]), reason=Line(ASK, (Reason.of("draft_reason"),)))
    else:
        proposal.put(("files",), [*files, path.name], Reason.of("draft_only_files"))
