"""Where what the workbench saves is kept: in a file of its own below `reports/explore/`, or with whoever looks at it in a browser."""

import base64
import html
import itertools
from contextlib import suppress
from pathlib import Path

from ..reading.folders import owner_only
from ..reading.inputs import find_notebooks

SAVED = "explore"  # below reports/, and not in git
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".csv": "text/csv;charset=utf-8"}


def write(content: bytes, name: str, ending: str, internal: bool) -> Path:
    """Write a file below `reports/explore/`, its owner's alone where it is internal; nothing there is ever written over. Its place in the project."""
    project = find_notebooks().parent
    home = project / "reports" / SAVED
    home.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        path = home / f"{name}{f'-{number}' if number > 1 else ''}{ending}"
        with suppress(FileExistsError), path.open("xb") as file:
            try:
                if internal:
                    owner_only(path)
                file.write(content)
            except OSError:
                path.unlink()
                raise
            return path.relative_to(project)
    raise AssertionError("there is always a next number")


def download(content: bytes, name: str, ending: str, words: str) -> str:
    """A link by which the browser keeps the file where its user keeps files; nothing is written here."""
    kind = _KINDS[ending[ending.rindex(".") :]]
    file = html.escape(name + ending)
    return f'<a download="{file}" href="data:{kind};base64,{base64.b64encode(content).decode()}">{html.escape(words)}</a>'
