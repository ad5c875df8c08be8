"""This program as a wheel, which pip installs: a zip of its files, and of what it is called and needs. A builder of wheels would have to be fetched first."""

import base64
import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

from ..showing.exports import packed

_PROGRAM = Path(__file__).parents[1]
_WHEEL = "Wheel-Version: 1.0\nGenerator: tryghed\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel_name() -> str:
    """What the wheel is called."""
    return f"analysis-{metadata.version('analysis')}-py3-none-any.whl"


@cache
def wheel() -> bytes:
    """The wheel; the same bytes from the same program."""
    installed = metadata.distribution("analysis")
    info = f"analysis-{installed.version}.dist-info"
    files = {f"analysis/{path.relative_to(_PROGRAM).as_posix()}": path.read_bytes() for path in _PROGRAM.rglob("*") if _belongs(path)}
    head = (installed.read_text("METADATA") or "").partition("\n\n")[0] + "\n"  # without the README, whose links lead nowhere there
    files |= {f"{info}/METADATA": head.encode(), f"{info}/WHEEL": _WHEEL.encode()}
    for text in ("entry_points.txt", "licenses/LICENSE"):
        files |= {f"{info}/{text}": said.encode()} if (said := installed.read_text(text)) else {}
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return packed(files)


def _belongs(path: Path) -> bool:
    """Whether a file is the program's, not one that running it left behind."""
    return path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts


def _record(files: dict[str, bytes], itself: str) -> bytes:
    """Every file with its checksum and size, as an installer wants it."""
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode() for name, content in files.items()}
    lines = [f"{name},sha256={digests[name]},{len(files[name])}" for name in sorted(files)]
    return ("\n".join([*lines, f"{itself},,"]) + "\n").encode()
