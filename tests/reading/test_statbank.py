"""Fetching from the StatBank: the real client against a server on this machine that answers as the API does, well and badly."""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import ROOT, observe, register, told
from pages import contents, run

import analysis
from analysis.promises.problems import PlanError
from analysis.reading import municipalities, statbank, web
from analysis.reading.municipalities import municipality
from analysis.running import building

SLAGELSE = register(plan='[plan]\nname = "A small plan"\nstart = 2017-10-01\nend = 2021-09-30\nmunicipality = "Slagelse Kommune"\n')
PLACE = '\n[[reference]]\nid = "slagelse"\nname = "Slagelse Kommune"\n'
REPORTS = "".join(
    f'\n[[indicator]]\nid = "{id_}"\nname = "{name}"\nunit = "count"\ndirection = "down"\nmeasure = "count"\nperiod = "calendar_year"\n'
    'combine = "sum"\nuncertainty = "process"\ndisclosure = "protect"\n'
    for id_, name in {"vandalism_reports": "Anmeldt hærværk", "arson_reports": "Anmeldte ildspåsættelser"}.items()
)


def table(years: range = range(2016, 2019), area: str = "Slagelse", offences: tuple[str, ...] = ("Brandstiftelse", "Hærværk")) -> str:
    """A table as the API sends it: byte order mark, CRLF, a row a quarter."""
    rows = [
        f"{area};{offence};{year}K{quarter};{10 * number + quarter}" for number, offence in enumerate(offences, 1) for year in years for quarter in (1, 2, 3, 4)
    ]
    return "\ufeff" + "\r\n".join(["OMRÅDE;OVERTRÆD;TID;INDHOLD", *rows]) + "\r\n"


class Server:
    """An API on this machine: it plays the answers it was given, the last of them again and again."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.asked: list[tuple[str, str, bytes]] = []  # path, kind of content, body
        self.over, self.reached = threading.Event(), threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.asked.append((self.path, self.headers["Content-Type"], body))
                answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                try:
                    answer(self)
                except OSError:  # the client has gone
                    self.close_connection = True

            def do_GET(self) -> None:
                server.asked.append((self.path, "GET", b""))
                reply(200, table())(self)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/v1/data"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()


def reply(status: int = 200, body: str | bytes = "", length: int | None = None, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A whole answer; with `length` one that promises another number of bytes than it brings."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(content) if length is None else length)} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    """The API on this machine, and a client that does not wait between its tries."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(web, "PAUSES", (0, 0))
    server = Server()
    server.answers = [reply(200, table())]
    yield server
    server.over.set()
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def folder(small_plan) -> Path:
    """A small plan in Slagelse, with indicators for both offences and the municipality to compare with."""
    return small_plan(agreement=SLAGELSE + PLACE + REPORTS, counts="a;2018;reports;12\n").folder


def fetched(server: Server, folder: Path, *words: object):
    return run("fetch", "statbank", "--raw", folder, "--address", server.address, *words)


def line(result) -> str:
    """The one line that was printed; never a traceback."""
    lines = result.output.strip().splitlines()
    assert len(lines) == 1 and "Traceback" not in result.output, result.output
    return lines[0]


# --- what is asked, and what is kept ---------------------------------------------------------------------


def test_the_question_is_the_one_that_the_api_documents(server, folder):
    assert fetched(server, folder).exit_code == 0
    [(path, kind, body)] = server.asked
    assert path == "/v1/data" and kind.startswith("application/json")
    assert json.loads(body.decode("utf-8")) == {
        "table": "STRAF11",
        "format": "CSV",
        "lang": "da",
        "delimiter": "Semicolon",
        "variables": [{"code": "OMRÅDE", "values": ["330"]}, {"code": "OVERTRÆD", "values": ["1312", "1390"]}, {"code": "Tid", "values": ["*"]}],
    }


def test_the_answer_is_kept_byte_for_byte_with_a_note_of_where_it_is_from(server, folder):
    done = fetched(server, folder)
    kept, note = folder / "statbank" / "straf11.csv", json.loads((folder / "statbank" / "straf11.json").read_text(encoding="utf-8"))
    assert done.exit_code == 0 and str(kept) in done.output and "4. kvartal 2018" in done.output
    assert kept.read_bytes() == table().encode()
    assert note["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest() and note["bytes"] == kept.stat().st_size
    assert note["url"] == server.address and note["query"] == json.loads(server.asked[0][2])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", note["time"])
    assert "CC BY 4.0" in note["licence"] and "Danmarks Statistik" in note["source"]
    assert {path.name for path in (folder / "statbank").iterdir()} == {"straf11.csv", "straf11.json", "source.toml"}
    assert not list(folder.glob(".*"))


def test_the_plan_checks_clean_and_has_the_figures_by_the_year(server, folder):
    fetched(server, folder)
    checked = building.check(folder)
    assert checked.problems == []
    years = observe(checked.deliveries, checked.agreement).set_index(["indicator", "area", "period"])["value"]
    assert years["arson_reports", "slagelse", "2017"] == 11 + 12 + 13 + 14 and years["vandalism_reports", "slagelse", "2018"] == 21 + 22 + 23 + 24


@pytest.mark.parametrize("area", ["330 Slagelse", "330", "Slagelse"])
def test_each_way_in_which_the_statbank_writes_a_word_checks_clean(server, folder, area):
    server.answers = [reply(200, table(area=area, offences=("1312 Brandstiftelse", "1390 Hærværk")))]
    assert fetched(server, folder).exit_code == 0
    assert building.check(folder).problems == []
    assert len(building.check(folder).deliveries[1].used) == 24


def test_a_register_without_place_and_indicators_checks_clean_and_is_told_what_to_add(server, small_plan):
    folder = small_plan(agreement=SLAGELSE, counts="a;2018;reports;12\n").folder
    done = fetched(server, folder, "--lang", "en")
    assert done.exit_code == 0 and building.check(folder).problems == []
    assert len(done.output.splitlines()) == 4
    assert "Hærværk is not used: add an indicator" in done.output and "add it to agreement.toml as a [[reference]]" in done.output
    assert len(building.check(folder).deliveries[1].used) == 0


def test_two_indicators_that_could_be_meant_are_not_chosen_between(server, small_plan):
    both_vandalism = REPORTS.replace("arson_reports", "other_reports").replace("ildspåsættelser", "hærværk i kældre")
    folder = small_plan(agreement=SLAGELSE + PLACE + both_vandalism, counts="a;2018;reports;12\n").folder
    done = fetched(server, folder, "--lang", "en")
    assert "Hærværk is not used" in done.output and "counts as" not in done.output and building.check(folder).problems == []


def test_the_projects_own_plan_takes_it_without_a_new_problem(server, tmp_path):
    folder = Path(shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw"))
    before = building.check(folder).problems
    assert fetched(server, folder).exit_code == 0
    assert json.loads(server.asked[0][2])["variables"][0]["values"] == ["330"]
    assert sorted(map(str, building.check(folder).problems)) == sorted(map(str, before))


# --- once more -------------------------------------------------------------------------------------------


def test_the_same_answer_once_more_changes_no_byte(server, folder):
    fetched(server, folder)
    before = contents(folder)
    done = fetched(server, folder)
    assert done.exit_code == 0 and "uændret" in line(done) and contents(folder) == before


def test_a_later_answer_takes_the_place_of_the_earlier_and_source_toml_stays(server, folder):
    fetched(server, folder)
    toml = folder / "statbank" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "# mended by hand\n", encoding="utf-8")
    before = toml.read_bytes()
    server.answers = [reply(200, table(range(2016, 2020)))]
    done = fetched(server, folder)
    assert done.exit_code == 0 and "4. kvartal 2019" in line(done)
    assert (folder / "statbank" / "straf11.csv").read_bytes() == table(range(2016, 2020)).encode() and toml.read_bytes() == before
    assert building.check(folder).problems == []


# --- answers that are none -------------------------------------------------------------------------------


def hold(server: Server, body: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer that begins and then says nothing more until the test is over."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(table().encode())))
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()
        server.reached.set()
        server.over.wait(600)

    return answer


def silent(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: (server.reached.set(), server.over.wait(600))[0]


def chunks(*parts: bytes, end: bool) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer in pieces, with or without the piece that says it is the last."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in parts:
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n" if end else b"")
        handler.close_connection = True

    return answer


def until_closed(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer that does not say how long it is."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


WHOLE = table().encode()
ROWS = table().split("\r\n")
WITHOUT_ONE = "\r\n".join([*ROWS[:5], *ROWS[6:]])
BAD = {  # name: (the answer, how often it is asked for, the code of the problem)
    "400 with the API's words": (reply(400, json.dumps({"errorTypeCode": "X", "message": "Tabellen findes \x1b[2J ikke"})), 1, "statbank_refused"),
    "400 with a page": (reply(400, "<html>"), 1, "statbank_refused"),
    "400 with JSON of another shape": (reply(400, "[1]"), 1, "statbank_refused"),
    "404": (reply(404, ""), 1, "statbank_refused"),
    "500": (reply(500, ""), 3, "statbank_refused"),
    "503 with a cut message": (reply(503, '{"message": "', 500), 3, "statbank_refused"),
    "sent on to another machine": (reply(302, "", Location="http://127.0.0.1:9/v1/data"), 1, "statbank_refused"),
    "sent on to a file": (reply(307, "", Location="file:///etc/hostname"), 1, "statbank_refused"),
    "cut": (reply(200, WHOLE[:-40], len(WHOLE)), 3, "statbank_cut"),
    "nothing of what was promised": (reply(200, "", len(WHOLE)), 3, "statbank_cut"),
    "pieces without the last": (chunks(WHOLE[:300], WHOLE[300:], end=False), 3, "statbank_cut"),
    "no length and no end of the line": (until_closed(WHOLE[:-3]), 3, "statbank_cut"),
    "not HTTP": (lambda handler: handler.wfile.write(b"220 ftp ready\r\n"), 3, "statbank_cut"),
    "hung up": (lambda handler: handler.connection.close(), 3, None),
    "too large": (reply(200, b"x" * 10_100_000), 1, "statbank_large"),
    "a page": (reply(200, "<!DOCTYPE html><html><body>Log p\u00e5 netv\u00e6rket</body></html>"), 1, "statbank_no_table"),
    "JSON": (reply(200, '{"message": "ok"}'), 1, "statbank_no_table"),
    "empty": (reply(200, ""), 1, "statbank_no_table"),
    "no content": (reply(204, ""), 1, "statbank_no_table"),
    "only the headings": (reply(200, ROWS[0] + "\r\n"), 1, "statbank_no_table"),
    "another table": (reply(200, table().replace("OVERTRÆD", "ALDER")), 1, "statbank_no_table"),
    "a column more": (reply(200, table().replace("TID;", "TID;KØN;").replace("K1;", "K1;M;")), 1, "statbank_no_table"),
    "commas": (reply(200, table().replace(";", ",")), 1, "statbank_no_table"),
    "UTF-16": (reply(200, table().encode("utf-16")), 1, "statbank_no_table"),
    "a workbook": (reply(200, b"PK\x03\x04" + bytes(500)), 1, "statbank_no_table"),
    "packed": (reply(200, b"\x1f\x8b\x08" + bytes(range(256))), 1, "statbank_no_table"),
    "an offence lacks": (reply(200, table(offences=("Hærværk",))), 1, "statbank_no_table"),
    "a quarter lacks": (reply(200, WITHOUT_ONE), 1, "statbank_no_table"),
    "a row twice": (reply(200, table() + ROWS[1] + "\r\n"), 1, "statbank_no_table"),
    "two municipalities": (reply(200, table().replace("Slagelse;Hærværk", "Sorø;Hærværk")), 1, "statbank_no_table"),
    "a period that is none": (reply(200, table().replace("2017K2", "2017K7")), 1, "statbank_no_table"),
    "a number that is none": (reply(200, table().replace("2017K2;12", "2017K2;1.2e1")), 1, "statbank_no_table"),
    "a quote left open": (reply(200, table().replace("Slagelse;Hærværk;2017K2", 'Slagelse;"Hærværk;2017K2')), 1, "statbank_no_table"),
    "NUL bytes": (reply(200, table().replace("2017K2;12", "2017K2;\0")), 1, "statbank_no_table"),
}


@pytest.mark.parametrize(("name", "first"), [*((name, False) for name in BAD), ("400 with a page", True), ("cut", True), ("a page", True)])
def test_an_answer_that_is_none_is_told_and_changes_nothing(server, folder, name, first):
    if not first:
        fetched(server, folder)
        server.asked.clear()
    before = contents(folder)
    answer, tries, code = BAD[name]
    server.answers = [answer]
    with pytest.raises(PlanError) as refused:
        statbank.fetch(folder, server.address)
    assert code is None or code in told(refused.value.problems)
    assert len(server.asked) == tries
    for problem in refused.value.problems:
        assert len(str(problem).splitlines()) == 1 and str(problem).isprintable() and len(str(problem)) < 600
    assert contents(folder) == before and not list(folder.glob(".*"))


def test_the_apis_own_words_reach_the_user(server, folder):
    server.answers = [BAD["400 with the API's words"][0]]
    done = fetched(server, folder)
    assert done.exit_code == 1 and "Tabellen findes [2J ikke" in line(done) and "400" in line(done) and "intet er ændret" in line(done)


@pytest.mark.parametrize("bad", ["500", "cut", "hung up", "pieces without the last"])
def test_a_fault_that_passes_is_tried_again(server, folder, bad):
    server.answers = [BAD[bad][0], BAD[bad][0], reply(200, table())]
    assert fetched(server, folder).exit_code == 0 and len(server.asked) == 3
    assert (folder / "statbank" / "straf11.csv").read_bytes() == WHOLE


@pytest.mark.parametrize(
    "good", [chunks(WHOLE[:7], WHOLE[7:], end=True), until_closed(WHOLE), reply(200, WHOLE[3:]), reply(200, table().replace("\r\n", "\n"))]
)
def test_every_way_to_send_the_whole_table_is_taken(server, folder, good):
    server.answers = [good]
    assert fetched(server, folder).exit_code == 0 and building.check(folder).problems == []


def test_a_table_in_windows_1252_is_kept_as_it_came_and_checks_clean(server, folder):
    server.answers = [reply(200, table()[1:].encode("cp1252"))]
    assert fetched(server, folder).exit_code == 0
    assert (folder / "statbank" / "straf11.csv").read_bytes() == table()[1:].encode("cp1252") and building.check(folder).problems == []


@pytest.mark.parametrize("slow", [silent, hold, lambda server: hold(server, WHOLE[:200])], ids=["silent", "headers only", "part"])
def test_an_answer_that_does_not_come_is_given_up(server, folder, slow, monkeypatch):
    monkeypatch.setattr(web, "SILENCE", 0.2)
    server.answers = [slow(server)]
    before = contents(folder)
    done = fetched(server, folder)
    assert done.exit_code == 1 and "svarede ikke helt inden for" in line(done) and len(server.asked) == 3
    assert contents(folder) == before


def test_an_answer_that_drips_for_ever_is_given_up(server, folder, monkeypatch):
    monkeypatch.setattr(web, "LONGEST", -1)
    done = fetched(server, folder, "--lang", "en")
    assert done.exit_code == 1 and "did not answer in full" in line(done)


def test_offline_is_told_in_one_line(server, folder):
    server.http.shutdown()
    server.http.server_close()
    before = contents(folder)
    for lang, words in {"da": "kan ikke nås", "en": "is this machine online"}.items():
        done = fetched(server, folder, "--lang", lang)
        assert done.exit_code == 1 and words in line(done)
    assert contents(folder) == before


def test_a_machine_that_does_not_exist_is_told_in_one_line(folder, monkeypatch):
    def no_such_name(*_: object, **__: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(web, "PAUSES", ())
    monkeypatch.setattr("socket.getaddrinfo", no_such_name)
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    done = run("fetch", "statbank", "--raw", folder)
    assert done.exit_code == 1 and "Name or service not known" in line(done) and statbank.ADDRESS in line(done)


# --- the disk --------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_told_in_one_line(server, folder):
    (folder / "statbank").write_text("a file where the folder should be", encoding="utf-8")
    before = contents(folder)
    assert fetched(server, folder).exit_code == 1 and contents(folder) == before
    if os.geteuid() != 0:  # whom nothing is forbidden
        (folder / "statbank").unlink()
        folder.chmod(0o555)
        assert fetched(server, folder).exit_code == 1
        folder.chmod(0o755)


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_whenever_it_is_stopped_no_half_file_is_left_and_the_next_fetch_mends_it(server, folder, monkeypatch, stopped_at, first):
    if not first:
        fetched(server, folder)
        (folder / "statbank" / "source.toml").unlink()
        server.answers = [reply(200, table(range(2016, 2020)))]
    before, real, done = contents(folder), os.replace, []

    def replace(*paths: object) -> None:
        done.append(paths)
        if len(done) == stopped_at:
            raise KeyboardInterrupt
        real(*paths)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        assert fetched(server, folder).exit_code == 1
    after = contents(folder)
    assert not [path for path in after if "/." in path or path.startswith(".")]
    wholes = {table().encode(), table(range(2016, 2020)).encode()}
    assert after == before if first else after["statbank/straf11.csv"] in wholes
    assert fetched(server, folder).exit_code == 0 and building.check(folder).problems == []
    note = json.loads((folder / "statbank" / "straf11.json").read_text(encoding="utf-8"))
    assert note["sha256"] == hashlib.sha256((folder / "statbank" / "straf11.csv").read_bytes()).hexdigest()


def test_killed_in_the_middle_of_the_answer_it_leaves_everything_as_it_was(server, folder):
    server.answers = [hold(server, WHOLE[:200])]
    before = contents(folder)
    command = [sys.executable, "-m", "analysis", "fetch", "statbank", "--raw", str(folder), "--address", server.address]
    client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert server.reached.wait(600), "the client never asked"
    client.kill()
    client.communicate()
    assert contents(folder) == before and not list(folder.glob(".*"))


# --- for a comparison: the whole country, and inhabitants ------------------------------------------------

COUNTRY = '\n[[reference]]\nid = "denmark"\nname = "Danmark"\naliases = ["Hele landet"]\n'
RESIDENTS = (
    '\n[[indicator]]\nid = "residents"\nname = "Residents"\nunit = "count"\ndirection = "none"\nmeasure = "stock"\nperiod = "calendar_year"\n'
    'combine = "sum"\nuncertainty = "none"\ndisclosure = "open"\n'
)
COUNTED = REPORTS.replace('uncertainty = "process"', 'uncertainty = "process"\npopulation = "residents"')
FILES = {"statbank/straf11.csv", "statbank_country/straf11.csv", "statbank_inhabitants/folk1a.csv"}


def inhabitants(years: range = range(2016, 2019), places: tuple[str, ...] = ("Slagelse", "Hele landet")) -> str:
    """FOLK1A as the API sends it when sex, age and marital status are not asked for: one row a place and quarter."""
    rows = [
        f"{place};{year}K{quarter};{1000 * number + 10 * (year - 2000) + quarter}"
        for number, place in enumerate(places, 1)
        for year in years
        for quarter in (1, 2, 3, 4)
    ]
    return "\ufeff" + "\r\n".join(["OMRÅDE;TID;INDHOLD", *rows]) + "\r\n"


def compared(server: Server, folder: Path, *words: object):
    server.answers = [reply(200, table()), reply(200, table(area="Hele landet")), reply(200, inhabitants())]
    return fetched(server, folder, "--comparison", *words)


@pytest.fixture
def wide(small_plan) -> Path:
    return small_plan(agreement=SLAGELSE + PLACE + COUNTRY + RESIDENTS + COUNTED, counts="a;2018;reports;12\n").folder


def test_a_comparison_asks_for_the_country_and_for_inhabitants_as_well(server, wide):
    assert compared(server, wide).exit_code == 0
    asked = [json.loads(body.decode("utf-8")) for _, _, body in server.asked]
    assert [each["table"] for each in asked] == ["STRAF11", "STRAF11", "FOLK1A"]
    assert [{each["code"]: each["values"] for each in query["variables"]} for query in asked] == [
        {"OMRÅDE": ["330"], "OVERTRÆD": ["1312", "1390"], "Tid": ["*"]},
        {"OMRÅDE": ["000"], "OVERTRÆD": ["1312", "1390"], "Tid": ["*"]},
        {"OMRÅDE": ["330", "000"], "Tid": ["*"]},
    ]


def test_a_comparison_keeps_each_answer_byte_for_byte_with_its_note_and_checks_clean(server, wide):
    done = compared(server, wide)
    assert done.exit_code == 0 and building.check(wide).problems == []
    for file, sent in zip(sorted(FILES), (table(), table(area="Hele landet"), inhabitants()), strict=True):
        kept = wide / file
        note = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
        assert kept.read_bytes() == sent.encode() and note["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
        assert note["table"] == kept.stem.upper() and str(kept) in done.output


def test_the_inhabitants_of_1_january_are_those_of_the_year(server, wide):
    compared(server, wide)
    checked = building.check(wide)
    years = observe(checked.deliveries, checked.agreement).set_index(["indicator", "area", "period"])["value"]
    assert years["residents"].to_dict() == {("slagelse", str(year)): 1001 + 10 * (year - 2000) for year in (2016, 2017, 2018)} | {
        ("denmark", str(year)): 2001 + 10 * (year - 2000) for year in (2016, 2017, 2018)
    }
    assert years["vandalism_reports", "denmark", "2018"] == 21 + 22 + 23 + 24


def test_without_the_option_nothing_more_is_asked_or_kept(server, wide):
    assert fetched(server, wide).exit_code == 0
    assert len(server.asked) == 1 and not list(wide.glob("statbank_*"))


BROKEN = {
    "no country": ([reply(200, table()), reply(404, ""), reply(200, inhabitants())], "statbank_refused"),
    "no inhabitants": ([reply(200, table()), reply(200, table(area="Hele landet")), reply(500, "")], "statbank_refused"),
    "inhabitants of one place": ([reply(200, table()), reply(200, table()), reply(200, inhabitants(places=("Slagelse",)))], "statbank_no_inhabitants"),
    "a quarter lacks": (
        [reply(200, table()), reply(200, table()), reply(200, inhabitants().replace("Slagelse;2017K2;1172\r\n", ""))],
        "statbank_no_inhabitants",
    ),
    "inhabitants by age": ([reply(200, table()), reply(200, table()), reply(200, inhabitants().replace("OMRÅDE;TID", "ALDER;TID"))], "statbank_no_inhabitants"),
    "offences for inhabitants": ([reply(200, table())], "statbank_no_inhabitants"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_of_a_comparison_all_is_kept_or_nothing(server, wide, name, first):
    if not first:
        compared(server, wide)
    before = contents(wide)
    answers, code = BROKEN[name]
    server.answers = [*answers] if first else [reply(200, table(range(2016, 2020))), *answers[1:]] if len(answers) > 1 else [*answers]
    with pytest.raises(PlanError) as refused:
        statbank.fetch(wide, server.address, comparison=True)
    assert code in told(refused.value.problems)
    assert contents(wide) == before and not list(wide.glob(".*"))


def test_a_file_where_a_folder_should_be_changes_nothing_of_a_comparison(server, wide):
    fetched(server, wide)
    (wide / "statbank_inhabitants").write_text("not a folder", encoding="utf-8")
    before = contents(wide)
    server.answers = [reply(200, table(range(2016, 2020))), reply(200, table(area="Hele landet")), reply(200, inhabitants())]
    assert fetched(server, wide, "--comparison").exit_code == 1 and contents(wide) == before


def test_a_register_without_country_or_inhabitants_checks_clean_and_is_told_what_to_add(server, folder):
    done = compared(server, folder, "--lang", "en")
    assert done.exit_code == 0 and building.check(folder).problems == []
    assert "Hele landet is not used: add it to agreement.toml as a [[reference]]" in done.output and "(population)" in done.output
    assert not [delivery for delivery in building.check(folder).deliveries if delivery.source.name == "statbank_inhabitants" and len(delivery.used)]


def test_the_part_that_stands_for_a_year_is_for_what_is_counted_on_a_day(server, wide):
    compared(server, wide)
    toml = wide / "statbank" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[columns]", 'year_is = "Q1"\n\n[columns]', 1), encoding="utf-8")
    assert told(building.check(wide).problems) == {"year_of_a_count"}


def test_a_part_of_the_year_that_is_none_is_refused_in_one_line(server, wide):
    compared(server, wide)
    toml = wide / "statbank_inhabitants" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"Q1"', '"K1"'), encoding="utf-8")
    [problem] = building.check(wide).errors
    assert problem.code == "not_a_choice" and "Q1" in str(problem) and len(str(problem).splitlines()) == 1


# --- asked wrongly ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.statbank.dk",
        "file:///etc/passwd",
        "ftp://a.dk/v1/data",
        "http://",
        "http://[",
        "http://a b/",
        "http://a:99999/",
        "http://user:secret@a.dk/",
        "http://å.dk/",
    ],
)
def test_an_address_that_is_none_is_refused(server, folder, address):
    if address:
        done = run("fetch", "statbank", "--raw", folder, "--address", address)
        assert done.exit_code == 2 and "https://api.statbank.dk/v1/data" in line(done)
    assert server.asked == []


def test_an_address_without_a_path_is_the_machine_of_the_api(server, folder):
    done = run("fetch", "statbank", "--raw", folder, "--address", server.address.removesuffix("/v1/data"))
    assert done.exit_code == 0 and server.asked[0][0] == "/v1/data"


def test_something_else_than_the_statbank_and_a_folder_that_is_not_there_are_wrong_requests(tmp_path):
    assert run("fetch", "weather").exit_code == run("fetch").exit_code == run("fetch", "statbank", "--raw", tmp_path / "none").exit_code == 2


@pytest.mark.parametrize("line_", ["", 'municipality = "Slagelsse Kommune"', 'municipality = "999"', 'municipality = "330 Sorø"', 'municipality = "Atlantis"'])
def test_a_municipality_that_is_none_is_refused_before_anything_is_asked(server, small_plan, line_):
    folder = small_plan(agreement=SLAGELSE.replace('municipality = "Slagelse Kommune"', line_), counts="a;2018;reports;12\n").folder
    done = fetched(server, folder)
    assert done.exit_code == 1 and "agreement.toml" in line(done) and server.asked == []


@pytest.mark.parametrize("words", ["330", "Slagelse", "slagelse kommune", "330 Slagelse", " 330 Slagelse Kommune "])
def test_a_municipality_is_known_by_number_and_name(words):
    assert municipality(words) == ("330", "Slagelse")


def test_every_municipality_is_known_by_each_of_its_names():
    known = municipalities._municipalities()
    assert len(known) == len(set(known.values())) == 98
    for code, name in known.items():
        assert all(municipality(words) == (code, name) for words in (code, name, f"{name} Kommune", f"{code} {name}")), name
    assert municipality("Københavns Kommune") == ("101", "København")


# --- nothing else asks another machine -------------------------------------------------------------------

NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3", "xmlrpc", "socketserver", "webbrowser"}


def test_no_other_module_can_reach_the_network():
    asking = set()
    for path in Path(analysis.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = isinstance(node, ast.ImportFrom) and node.level
            asking |= {path.stem for name in named if name.split(".")[0] in NETWORK and name != "urllib.parse" and not ours}
    assert asking == {"web"}
