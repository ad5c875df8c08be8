"""A plan as it may be handed over: a folder that `Plan.load` opens, with the register and the protected tables, and nothing that was delivered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..promises.comments import Comment
from ..promises.problems import PlanError, Problem
from ..reading.inputs import SHARED, editions_folder
from ..running.freshness import made_from_what

if TYPE_CHECKING:
    from ..plan import Plan


def plan_folder(plan: Plan) -> dict[str, bytes]:
    """Every file of the folder: the register, where published figures were printed, comments up to the plan's year, tables, and the last edition.

    A `source.toml` is none of it: what it says of a correction or a doubt may be a hidden figure. Raises `PlanError` for a table
    that is not as `build` wrote it.
    """
    register = {name: (plan.folder / name).read_bytes() for name in ("agreement.toml", "sources.csv") if (plan.folder / name).is_file()}
    register |= {"notes.toml": _notes(plan.comments)} if plan.comments else {}
    tables = _tables(plan) | {"documents.json": _documents(plan)}
    made = {"inputs": _seals(register), "year": plan.year, "errors": 0, "tables": _seals(tables)}
    inside = tables | _edition(plan) | {"inputs.json": json.dumps(made, indent=1).encode()}
    return register | {f"{SHARED}/{name}": content for name, content in inside.items()}


def _seals(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def _tables(plan: Plan) -> dict[str, bytes]:
    """The protected tables, byte for byte as `build` wrote them."""
    sealed = made_from_what(plan.processed).get("tables", {})
    tables = {name: (plan.processed / name).read_bytes() for name in sealed}
    if not sealed or _seals(tables) != dict(sorted(sealed.items())):
        raise PlanError([Problem("changed_meanwhile", str(plan.folder))])
    return tables


def _documents(plan: Plan) -> bytes:
    """What suppliers sent to explain their figures, as the method page shows it."""
    return json.dumps({name: table.to_dict("split") for name, table in plan.documents().items()}, indent=1, ensure_ascii=False).encode()


def _edition(plan: Plan) -> dict[str, bytes]:
    """What the plan's year is compared with: the edition that was handed over before, without its note of what it was made from."""
    if not plan.last_edition:
        return {}
    home = editions_folder(plan.folder) / plan.last_edition
    files = sorted(path for path in home.iterdir() if path.suffix in (".csv", ".toml"))
    return {f"editions/{plan.last_edition}/{path.name}": path.read_bytes() for path in files}


def _notes(comments: Iterable[Comment]) -> bytes:
    """The comments as `notes.toml` has them. A text in JSON is one in TOML as well."""
    entries = []
    for comment in comments:
        text = ", ".join(f"{lang} = {json.dumps(words, ensure_ascii=False)}" for lang, words in comment.text.items())
        said = {name: json.dumps(getattr(comment, name), ensure_ascii=False) for name in ("criterion", "area", "author") if getattr(comment, name)}
        lines = [f"{name} = {value}" for name, value in {**said, "year": comment.year, "text": f"{{ {text} }}", "date": comment.date}.items()]
        entries.append("\n".join(["[[note]]", *lines, ""]))
    return "\n".join(entries).encode()
