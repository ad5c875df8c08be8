"""Every text that can be read out of a file, with where in it: entities and escapes, base64, packed files, the strings of JSON, a PDF's letters."""

import base64
import binascii
import gzip
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

_DEEPEST = 8  # packings inside one another that are opened
_CODED = re.compile(r"base64,((?:[A-Za-z0-9+/=\s]|%2[BbFf]|%3[Dd])+)")
_ONLY_CODED = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*")
_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{32,}|[0-9A-F]{32,})(?![0-9A-Za-z])")  # a checksum, in which any ten digits can stand
_INLINE = re.compile(r"</?(?:a|b|em|i|mark|small|span|strong|sub|sup|tspan|wbr)\b[^>]*>", re.IGNORECASE)


def channels(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text that can be read out of a file, each with where it stands; the names of packed files are texts too."""
    if depth > _DEEPEST:
        return
    if content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield name, "\n".join([packed.comment.decode("utf-8", "replace"), *packed.namelist()])
            for inner in packed.infolist():
                yield f"{name}/{inner.filename}", inner.comment.decode("utf-8", "replace")
                yield from channels(f"{name}/{inner.filename}", packed.read(inner), depth + 1)
    elif content.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield from channels(f"{name}/gzip", gzip.decompress(content), depth + 1)
    elif content.startswith(b"%PDF"):
        yield name, pdf_text(content)
    elif content.startswith(b"\x89PNG"):
        yield name, "\n".join(_png_texts(content))
    else:
        yield from _of_text(name, _decoded(content), depth)


def _decoded(content: bytes) -> str:
    """The bytes as text, whatever they are: UTF-8, UTF-16, or else byte by byte with what could be UTF-16 in between."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1") + "\n" + re.sub(rb"([\x20-\x7e])\x00", rb"\1", content).decode("latin-1")


def _of_text(name: str, text: str, depth: int) -> Iterator[tuple[str, str]]:
    """A text, what it says once entities and escapes are resolved, and what is coded in it."""
    for number, coded in enumerate(_CODED.findall(text), 1):
        with suppress(binascii.Error, ValueError):
            yield from channels(f"{name}/base64 {number}", base64.b64decode("".join(unquote(coded).split())), depth + 1)
    strings = None
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            strings = list(_strings(json.loads(text)))
    if strings is not None:  # read as JSON, not as it is written: there a line break is a backslash and an n
        for number, string in enumerate(strings, 1):
            if _ONLY_CODED.fullmatch(string) and not _DIGEST.fullmatch(string):
                with suppress(binascii.Error, ValueError):
                    yield from channels(f"{name}/base64 {number}", base64.b64decode("".join(string.split()), validate=True), depth + 1)
            if "base64," in string:
                yield from _of_text(name, string, depth + 1)
        text = "\n".join(strings)
    bare = unicodedata.normalize("NFKC", _CODED.sub("", text))
    for each in dict.fromkeys([bare, unquote(html.unescape(bare)), unquote(html.unescape(_INLINE.sub("", bare)))]):
        yield name, each


def _strings(read: Any) -> Iterator[str]:
    """Every text in a JSON document; the lines of a notebook's cell as one."""
    if isinstance(read, dict):
        for key, value in read.items():
            yield key
            yield from _strings(value)
    elif isinstance(read, list):
        yield from ["".join(read)] if read and all(isinstance(each, str) for each in read) else [text for each in read for text in _strings(each)]
    elif isinstance(read, str | int | float):
        yield str(read)


def _png_texts(content: bytes) -> Iterator[str]:
    """What a PNG picture says beside its dots."""
    place = 8
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        chunk = content[place + 8 : place + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            yield _decoded(chunk)
            for start in [found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", chunk)]:
                with suppress(zlib.error):
                    yield _decoded(zlib.decompress(chunk[start:]))
        place += size + 12


# --- PDF -----------------------------------------------------------------------------------------------

_OBJECT = re.compile(rb"(\d+) \d+ obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\bstream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [-\d.]+ Tf|<([0-9A-Fa-f\s]*)>|\(((?:\\.|[^\\()])*)\)|(?<=\s)((?!0 )[-\d.]+ T[dD]|T\*|Tm|ET|'|\")(?=\s)", re.DOTALL)


def pdf_text(content: bytes) -> str:
    """What a PDF says: its texts outside streams (title, links, labels), and the letters of each page through its fonts' own tables."""
    said, streams, plain = [], {}, {}
    for number, body in _OBJECT.findall(content):
        if inside := _STREAM.match(body):
            body, packed = inside.groups()
            if b"/Subtype /Image" not in body and b"/Length1" not in body:  # neither dots nor the shapes of letters
                with suppress(zlib.error):
                    streams[number] = zlib.decompressobj().decompress(packed) if b"/FlateDecode" in body else packed
        plain[number] = body
    for body in [*plain.values(), *(stream for stream in streams.values() if b" obj" not in stream and b" Tf" not in stream)]:
        said += [_pdf_string(hexed, literal) for _, hexed, literal, _ in _SHOWN.findall(body)]
    tables = {number: _letters(stream) for number, stream in streams.items() if b"begincmap" in stream}
    fonts = {
        name: tables.get(to[1], {})
        for body in plain.values()
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", body)
        if (to := re.search(rb"/ToUnicode (\d+) 0 R", plain.get(number, b"")))
    }
    for stream in streams.values():
        font, line = {}, []
        for name, hexed, literal, done in _SHOWN.findall(stream):
            if name:
                font = fonts.get(name, {})
            elif done:
                line.append("\n")
            else:
                coded = "".join(hexed.decode().split())
                line.append("".join(font.get(coded[at : at + 4].upper(), "") for at in range(0, len(coded), 4)) or _pdf_string(hexed, literal))
        said.append("".join(line) if b" Tf" in stream else "")
    return "\n".join(filter(None, said))


def _pdf_string(hexed: bytes, literal: bytes) -> str:
    """A string of a PDF as text: UTF-16 where it says so, else byte by byte."""
    octal = re.sub(rb"\\([0-7]{1,3})", lambda found: bytes([int(found[1], 8) % 256]), literal)
    with suppress(ValueError):
        octal = bytes.fromhex("".join(hexed.decode().split())) or octal
    octal = re.sub(rb"\\(.)", rb"\1", octal)
    return octal.decode("utf-16", "replace") if octal[:2] == b"\xfe\xff" else octal.decode("latin-1")


def _letters(table: bytes) -> dict[str, str]:
    """A font's own table from glyphs to letters."""
    letters = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        letters |= {glyph.decode().upper(): _utf16(to) for glyph, to in re.findall(rb"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, to in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start, letter = int(first, 16), ord(_utf16(to)[-1])
            letters |= {f"{start + step:04X}": _utf16(to)[:-1] + chr(letter + step) for step in range(int(last, 16) - start + 1)}
    return letters


def _utf16(coded: bytes) -> str:
    return bytes.fromhex(coded.decode()).decode("utf-16-be", "replace") or "\ufffd"
