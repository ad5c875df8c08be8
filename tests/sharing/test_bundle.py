"""What is handed over: complete, the same bytes from the same inputs, and nothing in it that may not leave the house."""

import base64
import csv
import datetime
import errno
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import stat
import sys
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest
from conftest import COUNTS_SOURCE, criterion, register
from openpyxl import load_workbook
from pages import ROOT, contents, example_copy, made_once, run

from analysis.judging import targets
from analysis.plan import Plan
from analysis.promises.problems import PlanError
from analysis.reading import channels
from analysis.running.building import build
from analysis.sharing import bundle, handing, leaks, printing
from analysis.sharing.leaks import Secrets
from analysis.sharing.notebooks import Shown
from analysis.showing import audit, evidence, exports, front, quality, sections

FORMULA = "=cmd|' /C calc'!A0"
CPR = "010170-1234"
USER = "kirsten7"
PATH = "/home/kirsten7/plan"
SECRETS = Secrets(("/srv/projekter/tryghed",), USER)
NUMBERS = "a;2017;reports;1234;=1+1\nb;2017;reports;20;+1\na;2018;reports;1100;@x\nb;2018;reports;3;\ta\n"
SURVEY = "a;2018;safe;58,3;200\nb;2018;safe;72;300\n"
FIGURES = "report,element,indicator,area,period,value,shown_as\n"
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "explore")  # the analyst's workbench is in no report
SHOWN = Shown({f"notebooks/{path.name}": path.read_bytes() for path in NOTEBOOKS})  # how they are run has tests of its own
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for a browser is a script")


def page(body: str = "", title: str = "Forside") -> str:
    return (
        f'<!doctype html><html lang="da"><head><title>{title}</title></head><body><!-- ways --><!-- /ways --><main><h1>{title}</h1>{body}</main></body></html>'
    )


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch, request):
    """Without a browser, so that nothing depends on what the computer has; the tests of printing bring their own. The program in it has its own tests."""
    monkeypatch.setattr(bundle, "wheel", lambda: b"")
    if "browser" not in request.keywords:
        monkeypatch.setattr(printing, "find_browser", lambda: "")


@pytest.fixture
def plan(small_plan, tmp_path_factory) -> Plan:
    """A plan whose names and notes are hostile, and in which b's three reports of 2018 are hidden."""
    criteria = criterion('kind = "change_per_year", change = -0.1, from = "previous_actual"', scope='"each"', first=2018)
    criteria += criterion('kind = "at_least", value = 0.6, per = "year"', indicator="safe", scope='"each"', id="S", last=2018)
    text = register(criteria, areas=("a", "b")).replace('name = "reports"', f'name = "{FORMULA}"').replace('name = "B"', 'name = "@x"')
    source = COUNTS_SOURCE + 'bemaerk = "note"\n'
    counts = ("omraade;periode;indikator;antal;bemaerk\n" + NUMBERS).encode()
    folder = small_plan(agreement=text, counts=counts, survey=SURVEY, counts_source=source).folder

    def make(home: Path) -> None:
        build(folder)
        shutil.copytree(folder.parent, home / "data")

    shutil.copytree(made_once(tmp_path_factory.getbasetemp(), "built_hostile", make) / "data", folder.parent, dirs_exist_ok=True)
    return Plan.load(folder, 2018)


@pytest.fixture
def pages(tmp_path) -> Path:
    """A folder of pages as a report leaves it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "index.html").write_text(page('<a href="area-a.html">A</a>'), encoding="utf-8")
    (folder / "area-a.html").write_text(page("<details><summary>Tal</summary>1.234</details>", "Område A"), encoding="utf-8")
    (folder / "key_figures.csv").write_text(FIGURES + 'area-a,promises,reports,a,2017,1234,1.234\narea-a,promises,safe,a,2018,0.583,"58,3 %"\n')
    return folder


def made(plan: Plan, pages: Path, **more) -> dict[str, bytes]:
    return bundle.make_bundle(plan, more.pop("folders", {"da": pages}), SHOWN, {"counts/counts.csv": "0" * 64}, "2018-1", pages.parent, **more)[0]


def codes(plan: Plan, pages: Path) -> set[tuple[str, str]]:
    """What refuses the bundle: code and file."""
    with pytest.raises(PlanError) as refused:
        made(plan, pages)
    return {(problem.code, problem.file) for problem in refused.value.problems}


def book(files: dict[str, bytes]):
    return load_workbook(io.BytesIO(files["data/tryghed-2018-1.xlsx"]))


def rows(sheet) -> list[dict]:
    head, *body = sheet.iter_rows()
    return [{name.value: cell for name, cell in zip(head, row, strict=True)} for row in body]


# --- what is in it -------------------------------------------------------------------------------------


def test_everything_that_is_handed_over_is_in_it(plan, pages):
    files = made(plan, pages)
    assert {name.split("/")[0] for name in files} == {"Begynd her.html", "sider", "data", "notebooks", "kontrol"}
    assert files["sider/da/index.html"].partition(b"<main>")[2] == (pages / "index.html").read_bytes().partition(b"<main>")[2]
    assert {"data/maal.csv", "data/aarene.csv", "data/maalinger.csv", "data/noegletal.csv", "notebooks/area.ipynb"} <= files.keys()


def test_a_second_language_is_put_beside_the_first(plan, pages):
    english = Path(shutil.copytree(pages, pages.parent / "en"))
    files = made(plan, pages, folders={"da": pages, "en": english})
    assert {"sider/da/index.html", "sider/en/index.html", "kontrol/LAESMIG.txt", "kontrol/README.txt"} <= files.keys()
    assert '<a href="../en/area-a.html" lang="en" hreflang="en">English</a>' in files["sider/da/area-a.html"].decode()
    start = files["Begynd her.html"].decode()
    assert "sider/en/index.html" in start and "sider/da/index.html" in start and '<section lang="en">' in start


def test_the_manifest_knows_every_other_file_and_every_input(plan, pages):
    files = made(plan, pages)
    manifest = json.loads(files["kontrol/manifest.json"])
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "kontrol/manifest.json"}
    assert manifest["inputs"] == {"counts/counts.csv": "0" * 64} and manifest["edition"] == "2018-1"


def test_the_readme_is_danish_and_opens_in_a_plain_editor(plan, pages):
    text = made(plan, pages)["kontrol/LAESMIG.txt"]
    assert text.startswith(b"\xef\xbb\xbf") and b"\r\n" in text and not re.search(rb"(?<!\r)\n", text)
    assert "Udgave 2018-1" in text.decode() and max(map(len, text.decode().splitlines())) <= 100


def test_a_plan_opened_with_its_true_figures_is_refused(plan, pages):
    with pytest.raises(PlanError) as refused:
        made(Plan.load(plan.folder, 2018, internal=True), pages)
    assert [problem.code for problem in refused.value.problems] == ["internal_edition"]


def test_the_same_inputs_are_the_same_bytes(plan, pages, monkeypatch, tmp_path):
    first = exports.packed(made(plan, pages))

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2031, 5, 4, 3, 2, 1, tzinfo=tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime", type("", (), {"datetime": Later, "timezone": datetime.timezone}))
    for path in pages.iterdir():
        os.utime(path, (1, 1))
    assert exports.packed(made(Plan.load(plan.folder, 2018), pages)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert packed.namelist() == sorted(packed.namelist())
        assert {(entry.date_time, entry.external_attr >> 16, entry.create_system) for entry in packed.infolist()} == {((1980, 1, 1, 0, 0, 0), 0o100644, 3)}


# --- tables --------------------------------------------------------------------------------------------


def test_the_workbook_has_one_table_a_sheet_and_notes_with_a_header_that_stays(plan, pages):
    sheets = book(made(plan, pages)).worksheets
    assert [sheet.title for sheet in sheets] == ["Overblik", "Løfter", "Årene under ét", "Målinger", "Noter"]
    for sheet in sheets:
        assert sheet.freeze_panes == ("C2" if sheet.title == "Overblik" else "A2") and sheet.sheet_state == "visible" and not sheet.merged_cells.ranges
        assert all(cell.value and cell.font.bold for cell in sheet[1])
        assert not [1 for each in (*sheet.column_dimensions.values(), *sheet.row_dimensions.values()) if each.hidden]


def test_the_workbook_begins_with_the_marks_of_page_one_as_a_table_that_can_be_filtered(plan, pages):
    """A colour says nothing that the mark and its word do not say."""
    sheets = book(made(plan, pages))
    head, *lines = [[cell.value for cell in row] for row in sheets["Overblik"].iter_rows(max_row=5)]
    assert head == ["Område", "Løfte", "Id", "2017", "2018"] and len(lines) == 4
    said = {(line[0], line[2]): line[4] for line in lines}
    assert said["@x", "S"].startswith(("○ Opfyldt", "● Opfyldt")) and said["A", "S"].startswith(("□ Ikke opfyldt", "■ Ikke opfyldt"))
    assert said["A", "C"] == said["@x", "C"] == "▨ Vises ikke (for små tal)", "hidden figures give no verdict away"
    cells = [row[4] for row in sheets["Overblik"].iter_rows(min_row=2, max_row=5)]
    assert len({(cell.value[0], cell.fill.start_color.rgb) for cell in cells}) == len({cell.value[0] for cell in cells})
    for name in ("Overblik", "Løfter", "Målinger"):
        (table,) = sheets[name].tables.values()
        assert table.autoFilter.ref == table.ref and sheets[name].page_setup.fitToHeight == 0 and sheets[name].sheet_properties.pageSetUpPr.fitToPage


def test_numbers_are_numbers_with_danish_formats(plan, pages):
    seen = {(row["Målingens id"].value, row["Områdets id"].value, row["Periode"].value): row for row in rows(book(made(plan, pages))["Målinger"])}
    whole, share, coarse = seen["reports", "a", "2017"]["Værdi"], seen["safe", "a", "2018"]["Værdi"], seen["safe", "b", "2018"]["Værdi"]
    assert (whole.value, whole.data_type, whole.number_format) == (1234, "n", "#,##0")
    assert (share.value, share.number_format) == (0.583, '0.0"\u00a0"%')
    assert (coarse.value, coarse.number_format) == (0.72, '0"\u00a0"%'), "as many decimals as were printed"
    gap = next(row for row in rows(book(made(plan, pages))["Løfter"]) if row["Målingens id"].value == "safe" and row["Områdets id"].value == "a")
    assert gap["Afstand til mål"].value == pytest.approx(0.583 - 0.6) and gap["Afstand til mål"].number_format.startswith("+0.0")
    assert (gap["År"].value, gap["År"].number_format) == (2018, "0")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (("value", "dkk", 1500.0), '#,##0"\u00a0kr."'),
        (("gap", "count", 3.0), '+#,##0;"−"#,##0;#,##0'),
        (("p", "count", 0.0301), "0.000"),
        (("value", "count", 14.5), "#,##0.0"),
        (("change", "count", -0.15), '+0.0"\u00a0"%;"−"0.0"\u00a0"%;0.0"\u00a0"%'),
    ],
)
def test_a_number_format_is_that_of_the_unit(asked, shown):
    assert exports.number_format(*asked) == shown


def test_every_number_and_status_of_the_protected_tables_is_there(plan, pages):
    files = made(plan, pages)
    found = [(row["Værdi"].value, row["Status"].value) for row in rows(book(files)["Målinger"])]
    assert [value is None for value, _ in found] == list(plan.observations["value"].isna())
    assert [value for value, _ in found if value is not None] == list(plan.observations["value"].dropna())
    assert len(rows(book(files)["Løfter"])) == len(plan.gaps)
    table = pd.read_csv(io.BytesIO(files["data/maalinger.csv"]), sep=";", decimal=",", encoding="utf-8-sig")
    assert [value for value in table["Værdi"] if value == value] == list(plan.observations["value"].dropna())
    assert table["Nedre grænse (95\u00a0%; af skøn leverandørens)"].dropna().tolist() == plan.observations["lower"].dropna().tolist(), "with all digits"


def test_a_hidden_figure_is_a_word_and_no_number(plan, pages):
    files = made(plan, pages)
    hidden = [row for row in rows(book(files)["Målinger"]) if row["Status"].value == "Vises ikke (for små tal)"]
    assert hidden and all(cell.data_type != "n" or cell.value is None for row in hidden for cell in row.values())


def test_csv_is_what_danish_excel_opens(plan, pages):
    for name, content in made(plan, pages).items():
        if name.startswith("data/") and name.endswith(".csv"):
            assert content.startswith(b"\xef\xbb\xbf") and not re.search(rb"(?<!\r)\n", content)
            table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
            assert (len(table) > 2 or name == "data/aarene.csv") and {len(row) for row in table} == {len(table[0])}
            assert not [cell for row in table for cell in row if re.fullmatch(r"-?\d+\.\d+|\d+[eE]-?\d+", cell)]


WRITTEN = [(0.583, "0,583"), (1234567.0, "1234567"), (1e-7, "0,0000001"), (1e22, "1" + "0" * 22), (-0.5, "-0,5"), (None, "")]


@pytest.mark.parametrize(("number", "written"), WRITTEN)
def test_a_number_is_written_in_full(number, written):
    assert exports._csv_number(number) == written


HOSTILE = [
    FORMULA,
    "+1",
    "@x",
    "-2+3",
    "\t=1",
    "\n=1+1",
    " =1",
    "\x01=1",
    "\u200b=1",
    "'=1",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "#REF!",
    "2-3",
    "03/04",
    "1e5",
    "0123",
    "a;b",
    'a"b',
    "2018-03",
    "\x00",
    "\ud800",
    "=" + "A" * 400,
]


@pytest.fixture
def hostile(plan) -> pd.DataFrame:
    """A table of observations with one hostile note a row."""
    nothing = pd.DataFrame(columns=["report", "element", "indicator", "area", "period", "value", "shown_as"])
    one = exports.in_words(plan, nothing, "da")["table_observations"].iloc[:1]
    return pd.concat([one] * len(HOSTILE), ignore_index=True).assign(note=HOSTILE)


def test_text_stays_text_in_csv(hostile):
    told = exports.danish_csv(hostile, "table_observations", "da").decode("utf-8-sig")
    notes = [row[11] for row in csv.reader(io.StringIO(told, newline=""), delimiter=";")][1:]
    assert len(notes) == len(HOSTILE)
    for text in notes:
        assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", " ")), text
        assert not re.fullmatch(r"\d+[-/]\d+|\d+e\d+|0\d+", text)


def test_text_stays_text_in_the_workbook(plan, hostile):
    content = exports.workbook(plan, {"table_observations": hostile}, "da")
    cells = [row["Bemærk"] for row in rows(load_workbook(io.BytesIO(content))["Målinger"])]
    assert [cell.value or "" for cell in cells] == [exports.plain(text) for text in HOSTILE]
    for cell in cells:
        assert cell.data_type == ("s" if cell.value else "n")
        assert cell.quotePrefix == bool(cell.value and cell.value.startswith(("=", "+", "-", "@", "'")))


def test_hostile_names_of_the_plan_are_texts_everywhere(plan, pages):
    files = made(plan, pages)
    assert FORMULA in {row["Måling"].value for row in rows(book(files)["Målinger"])}
    for sheet in book(files):
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type in ("f", "e")]
    for name in ("data/maal.csv", "data/maalinger.csv"):
        table = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline=""), delimiter=";"))
        texts = {cell for row in table for cell in row if cell and not re.fullmatch(r"-?\d+(,\d+)?", cell)}
        assert "'" + FORMULA in texts and "'@x" in texts and not [text for text in texts if text[0] in "=+-@\t\r"]


def test_the_workbook_names_nobody_and_no_moment(plan, pages):
    with zipfile.ZipFile(io.BytesIO(made(plan, pages)["data/tryghed-2018-1.xlsx"])) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    core = parts["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"1980-01-01"} and "openpyxl" not in core and "lastModifiedBy" not in core
    assert not re.search(r"<dc:creator>[^<]+<", core) and not [name for name in parts if re.search("vba|external|connection|comment|custom", name)]
    assert not [name for name, text in parts.items() if re.search(r'<f[ >]|<hyperlink|state="(very)?[hH]idden"|hidden="(1|true)"', text)]


# --- what must not be in it ----------------------------------------------------------------------------


def zipped(content: bytes, name: str = "a.txt") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return stream.getvalue()


def in_output(text: str) -> bytes:
    """A notebook with a picture that says this."""
    return json.dumps({"cells": [{"outputs": [{"data": {"image/png": base64.b64encode(png(text.encode())).decode()}}]}]}).encode()


def coded(content: bytes) -> bytes:
    return b"<img src='data:image/svg+xml;base64," + base64.b64encode(content) + b"'>"


def png(text: bytes, kind: bytes = b"tEXt") -> bytes:
    chunk = b"Comment\0" + (b"\0" + zlib.compress(text) if kind == b"zTXt" else text)
    return b"\x89PNG\r\n\x1a\n" + len(chunk).to_bytes(4, "big") + kind + chunk + b"\0\0\0\0"


def pdf(text: bytes, packed: bool = True, title: bytes = b"") -> bytes:
    """A PDF with one page whose content stream shows this text."""
    shown = b"BT /F1 12 Tf (" + text + b") Tj ET "
    stream = zlib.compress(shown) if packed else shown
    head = b"%PDF-1.4\n1 0 obj\n<</Title (" + title + b")>>\nendobj\n2 0 obj\n<</Length 9" + (b" /Filter /FlateDecode" if packed else b"")
    return head + b">> stream\n" + stream + b"\nendstream\nendobj\n%%EOF\n"


def glyphs(text: str) -> bytes:
    """A PDF in which letters are numbers of glyphs, and only the font's own table tells which."""
    codes_ = {letter: f"{number:04X}" for number, letter in enumerate(dict.fromkeys(text), 3)}
    table = "begincmap\n1 beginbfchar\n" + "\n".join(f"<{code}> <{ord(letter):04X}>" for letter, code in codes_.items()) + "\nendbfchar"
    shown = "BT\n/F4 12 Tf\n" + "\n".join(f"5.5 0 Td <{codes_[letter]}> Tj" for letter in text) + "\nET\n"
    parts = [b"1 0 obj\n<</Font <</F4 4 0 R>>>>\nendobj\n", b"4 0 obj\n<</Type /Font\n/ToUnicode 6 0 R>>\nendobj\n"]
    for number, stream in ((5, shown), (6, table)):
        parts.append(b"%d 0 obj\n<</Filter /FlateDecode>> stream\n" % number + zlib.compress(stream.encode()) + b"\nendstream\nendobj\n")
    return b"%PDF-1.4\n" + b"".join(parts) + b"%%EOF"


CHANNELS = {
    "text": ("a.txt", str.encode),
    "utf-16": ("a.txt", lambda text: text.encode("utf-16")),
    "in bytes": ("a.bin", lambda text: b"\xff\x00\xd8" + text.encode("utf-16-le")),
    "entities": ("a.html", lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode()),
    "percent": ("a.html", lambda text: ("<a href='data:text/plain," + "".join(f"%{ord(letter):02X}" for letter in text) + "'>").encode()),
    "split by tags": ("a.html", lambda text: "<b></b>".join(text).encode()),
    "base64": ("a.html", lambda text: coded(text.encode())),
    "base64 in base64": ("a.html", lambda text: coded(coded(text.encode()))),
    "zip in zip": ("a.zip", lambda text: zipped(zipped(text.encode()), "inner.zip")),
    "zip in base64": ("a.html", lambda text: coded(zipped(text.encode()))),
    "name in zip": ("a.zip", lambda text: zipped(b"", text + ".txt")),
    "gzip": ("a.gz", lambda text: gzip.compress(text.encode())),
    "workbook": ("a.xlsx", lambda text: zipped(f"<si><t>{text}</t></si>".encode(), "xl/sharedStrings.xml")),
    "json escapes": ("a.json", lambda text: ('{"a": ["' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"]}').encode()),
    "notebook output": ("a.ipynb", in_output),
    "notebook lines": ("a.ipynb", lambda text: json.dumps({"cells": [{"source": ["x = 1\n", text]}]}).encode()),
    "png": ("a.png", lambda text: png(text.encode())),
    "packed png": ("a.png", lambda text: png(text.encode(), b"zTXt")),
    "pdf": ("a.pdf", lambda text: pdf(text.encode())),
    "plain pdf": ("a.pdf", lambda text: pdf(text.encode(), packed=False)),
    "pdf title": ("a.pdf", lambda text: pdf(b"x", title=text.encode())),
    "pdf glyphs": ("a.pdf", glyphs),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("secret", "code"), [(CPR, "shared_cpr"), ("0101701234", "shared_cpr"), (PATH, "shared_path"), (USER, "shared_user")])
def test_a_secret_is_found_in_every_channel(channel, secret, code):
    name, hide = CHANNELS[channel]
    if channel == "name in zip" and "/" in secret:
        pytest.skip("a path is no name of one file")
    found = leaks.leaks({name: hide(f"Set af {secret} i dag")}, SECRETS)
    assert code in {problem.code for problem in found}
    assert leaks.leaks({name: hide("Set af alle i dag")}, SECRETS) == []


def test_a_cpr_number_is_never_repeated_and_each_finding_is_one_line():
    found = leaks.leaks({"a.html": f"{CPR} {CPR} {PATH}".encode(), "b.html": CPR.encode()}, SECRETS)
    told = [(problem.file, problem.code.removeprefix("shared_")) for problem in found]
    assert told == [("a.html", "cpr"), ("a.html", "path"), ("a.html", "user"), ("b.html", "cpr")]
    assert all(CPR not in str(problem) and "\n" not in str(problem) for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        "/home/anna/x.csv",
        "/Users/anna/x",
        "/root/plan",
        "/tmp/x1/page.html",
        "file:///C:/x",
        r"C:\Users\anna",
        "C:/Users/anna",
        r"D:\projekt",
        r"\\server\deling\plan",
        "/srv/projekter/tryghed/data",
        "file:///srv/x",
        "/private/var/folders/x",
    ],
)
def test_a_local_path_is_one_however_it_is_written(text):
    for around in (text, f"se {text}, tak", f'"{text}"', f"({text})", json.dumps({"a": text})):
        assert [problem.code for problem in leaks.leaks({"a.txt": around.encode()}, SECRETS)] == ["shared_path"], around


@pytest.mark.parametrize(
    "text",
    [
        "https://example.dk/home/user",
        "http://www.dst.dk/tmp/x",
        "og/eller",
        "12/2018",
        "Plan B:\nja",
        "kl. 10:30",
        "a/home/b",
        "counts:counts/counts.csv",
        "58,3 % (2016)",
        "kirsten70",
        "kirsten7s",
        hashlib.sha256(b"14").hexdigest(),
        "ab" * 11 + "0101701234" + "ab" * 16,
        'id="chart-x-p0101701234"',
        "url(#m0101701234)",
        "0.0101701234",
        "1.010.170.123",
        "10101701234",
        "2010-01-01",
        json.dumps({"a": "Plan B:\nja"}),
    ],
)
def test_what_only_looks_like_a_secret_is_none(text):
    assert leaks.leaks({"a.txt": text.encode()}, SECRETS) == []


def test_an_amount_that_was_measured_is_no_cpr_number_and_hides_none_beside_it():
    text = "Tab;1012001234;2018\n"
    assert [problem.code for problem in leaks.leaks({"a.csv": text.encode()}, SECRETS)] == ["shared_cpr"]
    assert leaks.leaks({"a.csv": text.encode()}, SECRETS, ["1012001234"]) == []
    for person in ("101200-1234", "0101901234", "1012001235"):
        assert [problem.code for problem in leaks.leaks({"a.csv": (text + person).encode()}, SECRETS, ["1012001234"])] == ["shared_cpr"]


def test_any_checksum_may_stand_in_a_manifest():
    digests = {f"f{number}": hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)}
    assert leaks.leaks({"manifest.json": json.dumps(digests).encode()}, SECRETS) == []


@pytest.mark.parametrize(("user", "told"), [("root", ""), ("abc", ""), ("Runner", ""), ("kommune", ""), ("kirsten7", "kirsten7")])
def test_a_user_name_that_is_nobodys_is_no_secret(user, told, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: user)
    assert leaks.secrets_here([], "Slagelse kommune").user == told


def test_the_folders_of_this_computer_are_secrets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    secrets = leaks.secrets_here([tmp_path / "data"])
    assert {str(tmp_path), str(tmp_path / "data")} <= set(secrets.folders) and "/" not in secrets.folders


@pytest.mark.parametrize("secret", [CPR, "/home/anna/plan", '<img src="data:x;base64,' + base64.b64encode(CPR.encode()).decode() + '">'])
def test_a_page_with_a_secret_refuses_the_bundle(plan, pages, secret):
    (pages / "index.html").write_text(page(secret), encoding="utf-8")
    ((code, file),) = codes(plan, pages)
    assert code in ("shared_cpr", "shared_path") and file == "sider/da/index.html"


def test_a_notebook_drawn_from_true_figures_or_with_a_secret_refuses_the_bundle(plan, pages):
    for said, code in (("INTERN – må ikke deles", "shared_internal"), (CPR, "shared_cpr"), ("/home/anna/plan", "shared_path")):
        output = {"output_type": "display_data", "data": {"text/html": said}, "metadata": {}}
        spoilt = {"notebooks/area.ipynb": json.dumps({"cells": [{"outputs": [output]}]}, ensure_ascii=False).encode()}
        with pytest.raises(PlanError) as refused:
            bundle.make_bundle(plan, {"da": pages}, Shown(spoilt), {}, "2018-1", pages.parent)
        assert [(problem.code, problem.file) for problem in refused.value.problems] == [(code, "notebooks/area.ipynb")]


def test_a_page_drawn_from_true_figures_refuses_the_bundle(plan, pages):
    (pages / "index.html").write_text(page("INTERN – må ikke deles"), encoding="utf-8")
    assert codes(plan, pages) == {("shared_internal", "sider/da/index.html")}


@pytest.mark.parametrize("figure", ["reports,b,2018,3,3", "reports,b,2018,1234,x", "reports,a,2017,48271,x", "safe,a,2018,0.584,x"])
def test_a_figure_that_the_protected_tables_do_not_have_refuses_the_bundle(plan, pages, figure):
    in_notebook = dict(zip(FIGURES.strip().split(","), ["area", "promises", *figure.split(",")], strict=True))
    with pytest.raises(PlanError) as refused:
        bundle.make_bundle(plan, {"da": pages}, Shown(SHOWN.files, [in_notebook]), {}, "2018-1", pages.parent)
    assert [(problem.code, problem.file) for problem in refused.value.problems] == [("shared_figure", "area.html")]
    with (pages / "key_figures.csv").open("a") as stream:
        stream.write(f"area-b,promises,{figure}\n")
    assert codes(plan, pages) == {("shared_figure", "area-b.html")}


def test_a_minus_before_nothing_is_no_other_figure():
    assert bundle._digits(-0.0) == bundle._digits("0") == "0"


def test_the_target_of_a_hidden_figure_may_be_told(plan, pages):
    (target,) = plan.gaps.loc[(plan.gaps["indicator"] == "reports") & (plan.gaps["area"] == "b") & (plan.gaps["year"] == 2018), "target"]
    with (pages / "key_figures.csv").open("a") as stream:
        stream.write(f"area-b,promises,reports,b,2018,{target:.12g},højst 18\n")
    assert made(plan, pages)


@pytest.mark.parametrize("name", ["data/maalinger.csv", "data/tryghed-2018-1.xlsx", "data/maal.csv"])
def test_a_number_in_a_table_that_is_not_the_protected_one_refuses_the_bundle(plan, pages, name, monkeypatch):
    true = exports.in_words

    def spoilt(*asked):
        tables = true(*asked)
        if name.endswith("maal.csv"):
            tables["table_gaps"].loc[0, "value"] = 4.0
        tables["table_observations"]["value"] = tables["table_observations"]["value"].fillna(3.0 if not name.endswith("maal.csv") else float("nan"))
        return tables

    monkeypatch.setattr(bundle, "in_words", spoilt)
    assert ("shared_figure", name) in codes(plan, pages)


# --- writing -------------------------------------------------------------------------------------------


def test_the_zip_takes_its_place_only_when_its_edition_was_made(tmp_path):
    path, editions = tmp_path / "x.zip", tmp_path / "editions"
    with pytest.raises(RuntimeError), handing.with_zip({"a.txt": b"a"}, path, editions, "2018-1"):
        assert not path.exists()
        raise RuntimeError
    assert [each.name for each in tmp_path.rglob("*")] == ["editions"]
    with handing.with_zip({"a.txt": b"a"}, path, editions, "2018-1"):
        pass
    assert not path.exists(), "there is no edition of that name"
    with handing.with_zip({"a.txt": b"a"}, path, editions, "2018-1"):
        (editions / "2018-1").mkdir()
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["2018-1", "editions", "x.zip"] and zipfile.ZipFile(path).read("a.txt") == b"a"


@pytest.mark.parametrize("where", ["os.fsync", "os.replace", "tempfile.NamedTemporaryFile"])
def test_a_full_disk_leaves_nothing_half_written(where, tmp_path, monkeypatch):
    def full(*args, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "editions").mkdir()
    monkeypatch.setattr(where, full)
    with pytest.raises(PlanError) as refused, handing.with_zip({"a.txt": b"a"}, tmp_path / "x.zip", tmp_path / "editions", "2018-1"):
        (tmp_path / "editions" / "2018-1").mkdir()
    assert [problem.code for problem in refused.value.problems] == ["unwritable"]
    assert {each.name for each in tmp_path.rglob("*")} <= {"editions", "2018-1"}


@pytest.fixture
def shared(plan, pages, monkeypatch, tmp_path):
    """A function that runs `share` on the plan with pages that are made already; returns what it said."""
    monkeypatch.chdir(tmp_path)

    def report(raw, asked, *more):
        folder = tmp_path / "reports" / "2018" / ("" if asked.lang == "da" else asked.lang)
        build(raw, year=2018)
        shutil.copytree(pages, folder, dirs_exist_ok=True)
        return [folder]

    monkeypatch.setattr("analysis.__main__._reports", report)
    monkeypatch.setattr("analysis.sharing.share.shown", lambda plan, paths, lang: Shown({f"notebooks/{path.name}": path.read_bytes() for path in paths}))
    return lambda *more: run("share", "--raw", plan.folder, "--year", 2018, *more)


def test_share_writes_an_edition_and_its_zip(shared, tmp_path):
    for number in (1, 2):
        done = shared()
        assert done.exit_code == 0, done.output
        assert f"2018-{number}.zip" in done.stdout and "PDF" in done.stderr
        with zipfile.ZipFile(tmp_path / "reports" / f"2018-{number}.zip") as packed:
            manifest = json.loads(packed.read("kontrol/manifest.json"))
        edition = json.loads((tmp_path / "reports" / "editions" / f"2018-{number}" / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["edition"] == f"2018-{number}" and manifest["inputs"] == edition["inputs"]
        assert "Chromium" in manifest["pdf"]["missing"] and manifest["not_same_bytes"] == []
    (tmp_path / "reports" / "2018" / "en").mkdir()
    (tmp_path / "reports" / "2018" / "en" / "index.html").write_text("old")
    assert shared("--out", tmp_path / "to the board.zip").exit_code == 0
    with zipfile.ZipFile(tmp_path / "to the board.zip") as packed:
        assert packed.read("sider/en/index.html") != b"old" and "kontrol/README.txt" in packed.namelist()


def test_a_notebook_of_the_analysts_own_is_not_handed_over(shared, tmp_path, monkeypatch):
    mine = Path(shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks"))
    shutil.copy(mine / "area.ipynb", mine / "my notes.ipynb")
    monkeypatch.setattr("analysis.running.reports.find_notebooks", lambda: mine)
    assert shared().exit_code == 0
    with zipfile.ZipFile(tmp_path / "reports" / "2018-1.zip") as packed:
        assert [name for name in packed.namelist() if name.endswith(".ipynb")] == [f"notebooks/{path.name}" for path in NOTEBOOKS]


def test_a_refused_bundle_leaves_neither_zip_nor_edition(shared, pages, tmp_path):
    (pages / "index.html").write_text(page(CPR), encoding="utf-8")
    done = shared()
    assert done.exit_code == 1 and CPR not in done.output
    assert [line for line in done.stderr.splitlines() if "sider/da/index.html" in line and "CPR" in line]
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {"2018"}


@pytest.mark.parametrize("out", ["there.zip", "missing/x.zip"])
def test_a_zip_never_overwrites_and_needs_its_folder(shared, tmp_path, out):
    (tmp_path / "there.zip").write_bytes(b"mine")
    before = contents(tmp_path)
    done = shared("--out", tmp_path / out)
    assert done.exit_code == 2 and len(done.output.splitlines()) == 1 and contents(tmp_path) == before


def test_a_disk_that_is_full_before_the_edition_leaves_no_edition(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(handing, "packed", lambda files: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
    done = shared()
    assert done.exit_code == 1 and "No space left" in done.output
    assert {path.relative_to(tmp_path / "reports").parts[0] for path in (tmp_path / "reports").rglob("*") if path.is_file()} == {"2018"}


# --- printing ------------------------------------------------------------------------------------------

SCRIPT = """#!{python}
import sys, time, os
asked = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
page = open(sys.argv[-1].removeprefix("file://"), encoding="utf-8").read()
{before}
open(asked["--print-to-pdf"], "w").write("%PDF-1.4\\n1 0 obj\\n<</Producer (Fake 1)\\n/CreationDate (D:"
    + time.strftime("%Y%m%d%H%M%S") + "+01'00')\\n/ModDate (D:" + str(time.time_ns())[-14:] + "+01'00')>>\\nendobj\\n"
    + "2 0 obj\\n<<>> stream\\nBT (" + page + ") Tj ET\\nendstream\\nendobj\\n{more}%%EOF\\n")
"""


def install(folder: Path, monkeypatch, before: str = "", more: str = "", name: str = "chromium") -> None:
    """A browser of our own on PATH, and no other."""
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(SCRIPT.replace("{python}", sys.executable).replace("{before}", before).replace("{more}", more))
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(folder))


@posix
@pytest.mark.browser
@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"])
def test_a_browser_is_found_by_any_of_its_names(name, tmp_path, monkeypatch):
    install(tmp_path / "bin", monkeypatch, name=name)
    assert printing.find_browser() == str(tmp_path / "bin" / name)


@pytest.mark.browser
def test_a_browser_is_found_where_windows_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    monkeypatch.setattr(printing, "_MAC", ())
    place = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    place.parent.mkdir(parents=True)
    place.touch()
    assert printing.find_browser() == str(place)


@posix
@pytest.mark.browser
def test_pages_are_printed_unfolded_without_links_between_them_and_without_a_date(plan, pages, tmp_path, monkeypatch):
    install(tmp_path / "bin", monkeypatch)
    files = made(plan, pages, jobs=2)
    assert {name for name in files if name.endswith(".pdf")} == {"Side 1.pdf", "pdf/da/area-a.pdf"}
    assert b"href" not in files["Side 1.pdf"] and b"<details open>" in files["pdf/da/area-a.pdf"]
    assert set(re.findall(rb"Date \(([^)]*)\)", files["Side 1.pdf"])) == {b"D:20000101000000Z      "}
    manifest = json.loads(files["kontrol/manifest.json"])
    assert manifest["pdf"] == {"made_by": "Fake 1", "missing": ""} and manifest["not_same_bytes"] == []
    assert exports.packed(made(plan, pages)) == exports.packed(files)
    assert not list(tmp_path.glob("pdf-*"))


def test_elements_that_are_numbered_from_elsewhere_are_the_same_bytes():
    one, other = (f"/ID (node0000004{at})>> /Names [(node0000004{at}) 1 0 R (node0000004{at + 3}) 2 0 R] node00000049".encode() for at in (0, 1))
    assert printing.same_bytes(one) == printing.same_bytes(other)
    assert printing.same_bytes(one) == b"/ID (node00000001)>> /Names [(node00000001) 1 0 R (node00000002) 2 0 R] node00000049"


def test_the_notes_name_every_column_as_the_codebook_does(plan, pages):
    notes = [row["Noter"].value for row in rows(book(made(plan, pages))["Noter"])]
    called = {found[1] for note in notes if (found := re.match(r"hedder (\w+) i", note))}
    assert called == {*plan.gaps.columns, *plan.periods.columns, *plan.exact_observations.columns} - {"published", *targets.REMARKS}, (
        "remarks are told in words, in one column"
    )


@posix
@pytest.mark.browser
def test_pdfs_that_differ_each_time_are_named_in_the_manifest(plan, pages, tmp_path, monkeypatch):
    install(tmp_path / "bin", monkeypatch, more='" + "%" + str(time.time_ns()) + "\\n')
    assert json.loads(made(plan, pages)["kontrol/manifest.json"])["not_same_bytes"] == ["Side 1.pdf", "pdf/da/area-a.pdf"]


@posix
@pytest.mark.browser
@pytest.mark.parametrize(("before", "word"), [("sys.exit(3)", "kunne ikke"), ("sys.exit(0)", "kunne ikke"), ("time.sleep(3600)", "for længe")])
def test_a_browser_that_fails_is_told_and_stops_nothing(plan, pages, tmp_path, monkeypatch, before, word):
    install(tmp_path / "bin", monkeypatch, before)
    if "sleep" in before:
        monkeypatch.setattr(printing, "SECONDS", 0.5)
    files, told = bundle.make_bundle(plan, {"da": pages}, SHOWN, {}, "2018-1", tmp_path)
    assert word in told and "\n" not in told and word in " ".join(files["kontrol/LAESMIG.txt"].decode().split())
    assert not [name for name in files if name.endswith(".pdf")] and json.loads(files["kontrol/manifest.json"])["pdf"]["missing"]


@pytest.mark.browser
def test_without_a_browser_that_is_told_in_one_line(plan, pages, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(printing, "_MAC", ())
    _, told = bundle.make_bundle(plan, {"da": pages}, SHOWN, {}, "2018-1", tmp_path)
    assert "Chromium" in told and "\n" not in told


@pytest.mark.browser
def test_the_browser_here_makes_a_tagged_pdf_whose_text_can_be_searched(plan, pages):
    if not printing.find_browser():
        pytest.skip("no browser on this computer")
    (pages / "index.html").write_text(page("<p>Æblegård 58,3 %</p>", "Trygheden på Motalavej"), encoding="utf-8")
    (pages / "area-a.html").unlink()
    printed = made(plan, pages)["Side 1.pdf"]
    assert b"/MarkInfo" in printed and b"/StructTreeRoot" in printed and b"/Lang" in printed
    said = channels.pdf_text(printed)
    assert "Æblegård" in said and "58,3" in said and "Trygheden på Motalavej" in said
    (pages / "index.html").write_text(page(f"<p>{CPR}</p>"), encoding="utf-8")
    assert codes(plan, pages) == {("shared_cpr", "sider/da/index.html"), ("shared_cpr", "Side 1.pdf")}


def test_every_figure_of_the_example_plans_pages_is_one_of_the_protected_tables(tmp_path, tmp_path_factory):
    """Counts of years met, missed and certain among them, and whole numbers of gaps."""
    plan = Plan.load(example_copy(tmp_path_factory.getbasetemp(), tmp_path), 2021)
    parts = [
        *front.index(plan, "da", []),
        quality.quality(plan, "da"),
        audit.revised(plan, "da"),
        *(evidence.promises(plan, "da", place) for place in (*plan.agreement.areas, "combined")),
        *(evidence.others(plan, "da", area) for area in plan.agreement.areas),
        *(sections.months(plan, "da", area) for area in plan.agreement.areas),
    ]
    figures = pd.DataFrame([{"report": "p", **figure} for part in parts for figure in part.figures]).astype({"value": str, "period": str})
    assert len(figures) > 1000 and {"2019/2020", "2021"} <= set(figures["period"])
    assert bundle._wrong_figures(plan, figures) == []
    wrong = figures.assign(value=figures["value"].where(figures["indicator"] != "arson_fires", "48271"))
    assert bundle._wrong_figures(plan, wrong)
