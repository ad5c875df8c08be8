"""What may never be handed on, looked for in every channel a file has: CPR-like numbers, paths and user names of this computer.

A channel is a text after decoding: entities and escapes, base64, packed files, the strings of JSON, a PDF's letters. Knows no plan.
"""

import getpass
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..promises.cpr import holds_cpr
from ..promises.problems import Problem
from ..reading.channels import channels

_DRAWN = re.compile(r"""(?<=[-#"'])[A-Za-z]{1,2}[0-9a-f]{10}(?=["')])""")  # an id in a chart
_PATH = re.compile(
    r"/(?<![\w.:/\\-]/)(?:home|Users|root|tmp|var/folders|private/(?:var|tmp)|mnt/[a-z])/\w"
    r"|file:/+\w|(?<![A-Za-z0-9])[A-Za-z]:(?:\\+\w|/+(?i:users|temp|windows|documents))|(?<![\\\w])\\\\[\w.-]+\\+\w"
)
_EVERYBODY = {
    "root",
    "user",
    "admin",
    "administrator",
    "guest",
    "test",
    "tester",
    "runner",
    "build",
    "docker",
    "ubuntu",
    "debian",
    "jovyan",
    "vagrant",
    "data",
    "bruger",
    "gæst",
    "public",
}  # fmt: skip  (names of an account, not of a person)


@dataclass(frozen=True)
class Secrets:
    """What is known of this computer that no text may reveal: folders, and the name of who is at it."""

    folders: tuple[str, ...] = ()
    user: str = ""


def secrets_here(folders: Iterable[Path], words: str = "") -> Secrets:
    """The secrets of this computer. A user name that is an account's, too short, or one of the `words` that stand there anyhow identifies nobody."""
    known = [Path.cwd(), Path.home(), Path(tempfile.gettempdir()), *folders]
    spelt = {spelling for path in known if len(path.resolve().parts) > 2 for spelling in (str(path.resolve()), path.resolve().as_posix())}
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    telling = len(user) > 3 and user.casefold() not in _EVERYBODY and not re.search(rf"(?<!\w){re.escape(user)}(?!\w)", words)
    return Secrets(tuple(sorted(spelt)), user if telling else "")


def leaks(files: Mapping[str, bytes], secrets: Secrets, figures: Iterable[str] = ()) -> list[Problem]:
    """What must be taken out of these files before they are handed on: one problem a file and kind, in the order of the files.

    `figures` are numbers that were measured, such as amounts of kroner: written undivided these are no CPR number.
    """
    figures = tuple(figures)
    found = {}
    for name, content in files.items():
        for place, text in channels(name, content):
            for problem in _in_text(name, "" if place == name else place.removeprefix(name).strip("/"), text, secrets, figures):
                found.setdefault((name, problem.code), problem)
    return list(found.values())


def _in_text(name: str, entry: str, text: str, secrets: Secrets, figures: tuple[str, ...]) -> Iterator[Problem]:
    """What one text reveals. A CPR number is never repeated."""
    bare = _DRAWN.sub("", text)
    if holds_cpr(bare) and holds_cpr(re.sub(rf"(?<!\d)(?:{'|'.join(figures)})(?!\d)", "\n", bare) if figures else bare):
        yield Problem("shared_cpr", name, entry=entry)
    ours = "|".join(_alone(folder) for folder in secrets.folders)
    found = (re.search(ours, text, re.IGNORECASE) if ours else None) or _PATH.search(text)
    if found:
        yield Problem("shared_path", name, found[0], entry=entry)
    if secrets.user and secrets.user in text and re.search(rf"(?<!\w){re.escape(secrets.user)}(?!\w)", text):
        yield Problem("shared_user", name, secrets.user, entry=entry)


def _alone(folder: str) -> str:
    """The pattern of a folder that is no part of a longer word. What stands before is looked at second: so long pages are searched ten times as fast."""
    first, rest = re.escape(folder[0]), re.escape(folder[1:])
    return rf"{first}(?<![\w.]{first}){rest}(?!\w)"
