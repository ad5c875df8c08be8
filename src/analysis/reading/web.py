"""The one module that asks another machine: a question is posted, and its answer comes as a whole or is refused in one line.

The standard library's client goes through the proxy that the computer is set up with and trusts the certificates that the computer trusts.
"""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from ..promises.problems import PlanError, Problem

SILENCE = 60  # seconds without a byte, after which an answer is given up
LONGEST = 300  # seconds for an answer as a whole
PAUSES = (2, 10)  # seconds before the second try and the third
LARGEST = 10_000_000  # bytes; a table of the StatBank has about eight thousand
_BLOCK = 1 << 16


class _TryAgain(Exception):
    """A try that failed for a reason that may pass; holds the problem to report when the last has failed."""

    def __init__(self, problem: Problem):
        self.problem = problem


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A question that is sent on elsewhere comes back as refused: who else answers is nobody's business."""

    def redirect_request(self, *_: Any) -> None:
        """No question to anywhere else."""
        return None


def whole_address(address: str, usual: str) -> str:
    """The address with the path of the usual one where it has none; refused when it is not one of the web."""
    try:
        parts = urllib.parse.urlsplit(address.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isascii() and " " not in address.strip() and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.username is not None:
        raise PlanError([Problem("bad_address", "--address", address, detail={"address": usual})])
    return urllib.parse.urlunsplit(parts._replace(path=urllib.parse.urlsplit(usual).path)) if parts.path in ("", "/") else address.strip()


def ask(address: str, query: Mapping[str, Any]) -> bytes:
    """The answer in full, after as many tries as there are pauses and one. Raises `PlanError` where none comes."""
    request = urllib.request.Request(
        address,
        json.dumps(query, ensure_ascii=False).encode(),
        method="POST",
        headers={"Content-Type": "application/json; charset=utf-8", "Accept": "text/csv"},
    )
    opener = urllib.request.build_opener(_NoRedirect)
    for pause in (*PAUSES, None):
        try:
            return _one_try(opener, request, address)
        except _TryAgain as failed:
            if pause is None:
                raise PlanError([failed.problem]) from None
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _one_try(opener: urllib.request.OpenerDirector, request: urllib.request.Request, address: str) -> bytes:
    """One question asked; what may pass raises `_TryAgain`, what will not raises `PlanError`."""
    try:
        with opener.open(request, timeout=SILENCE) as response:
            return _body(response, address)
    except urllib.error.HTTPError as error:
        with error:
            refused = Problem("statbank_refused", address, _message(error), detail={"status": error.code})
        raise (_TryAgain(refused) if error.code >= 500 or error.code in (408, 429) else PlanError([refused])) from None
    except TimeoutError:
        raise _TryAgain(_slow(address)) from None
    except http.client.HTTPException:  # cut off, or not an answer at all
        raise _TryAgain(_cut(address)) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _TryAgain(_slow(address)) from None
        raise _TryAgain(_unreachable(address, error.reason)) from None
    except OSError as error:
        raise _TryAgain(_unreachable(address, error)) from None


def _body(response: http.client.HTTPResponse, address: str) -> bytes:
    """The answer's bytes: all of them, within the time, and not more than such a table can have."""
    end, blocks, size = time.monotonic() + LONGEST, [], 0
    while block := response.read1(_BLOCK):  # returns with what has come, so that the time is looked at
        blocks.append(block)
        size += len(block)
        if size > LARGEST:
            raise PlanError([Problem("statbank_large", address, detail={"most": LARGEST // 1_000_000})])
        if time.monotonic() > end:
            raise _TryAgain(_slow(address))
    body, length = b"".join(blocks), response.getheader("Content-Length")
    known = length is not None or response.chunked
    # without a length nothing but the last line's end shows that all has come
    if (length is not None and length.isdecimal() and size < int(length)) or (not known and not body.endswith(b"\n")):
        raise _TryAgain(_cut(address))
    return body


def _message(error: urllib.error.HTTPError) -> str:
    """What the API says is wrong: the `message` of its JSON, else nothing but the status."""
    try:
        said = json.loads(error.read(_BLOCK))["message"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
        said = error.reason
    return printable(str(said))


def printable(text: str) -> str:
    """The text in one line without what a terminal would obey."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[:1000]).split())[:200]


def _slow(address: str) -> Problem:
    return Problem("statbank_slow", address, detail={"seconds": SILENCE, "tries": len(PAUSES) + 1})


def _cut(address: str) -> Problem:
    return Problem("statbank_cut", address, detail={"tries": len(PAUSES) + 1})


def _unreachable(address: str, reason: object) -> Problem:
    said = (reason.strerror or str(reason)) if isinstance(reason, OSError) else str(reason)
    return Problem("statbank_unreachable", address, detail={"reason": printable(said)})
