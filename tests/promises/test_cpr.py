"""What may be a person's CPR number is found however it is written and wherever it stands, and no ordinary number is taken for one."""

import re
import unicodedata
from datetime import date, datetime

import pytest
from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from analysis.promises.cpr import holds_cpr, masked

WRITTEN = [
    "010190-1234",
    "0101901234",
    "010190 1234",
    "010190 - 1234",
    "010190 -1234",
    "010190–1234",
    "010190—1234",
    "010190‒1234",
    "010190−1234",
    "010190‐1234",
    "010190‑1234",
    "010190－1234",
    "010190﹣1234",
    "010190/1234",
    "010190∕1234",
    "010190.1234",
    "010190_1234",
    "01 01 90 1234",
    "01-01-90-1234",
    "01-01-90 1234",
    "01.01.90-1234",
    "01/01/90-1234",
    "01.01.90.1234",
    "010190\u00a01234",
    "010190\u202f-\u202f1234",
    "010190\u00ad1234",
    "010190\u200b1234",
    "０１０１９０－１２３４",
    "٠١٠١٩٠-١٢٣٤",
    "۰۱۰۱۹۰۱۲۳۴",
    "𝟘𝟙𝟘𝟙𝟡𝟘-𝟙𝟚𝟛𝟜",
    "0\u03321\u03320190-1234",
    "121290-1234",
    "121290/1234",
    "3112991234",
    "290200-4123",
    "12 12 90 1234",
]
AROUND = [
    "{}",
    "sag {}.",
    "({})",
    "cpr:{},",
    "cpr.nr.{}",
    "sag {}, 12 år",
    "CPR{}x",
    "«{}»",
    "a;{};b",
    "3 sager {}; 4",
    "[{}]",
    "nr. {}!",
    "={}",
    '"{}"',
    "{}\n",
    "\t{}\t",
]
HARMLESS = [
    "1.010.190,1234",
    "1.012.001.234",
    "1012001234,50",
    "0,0101901234",
    "0.0101901234",
    "12.0101901234",
    "121290.1234",
    "38;121290.1234;2",
    "-121290.1234 %",
    "2018-04-03 10:15",
    "2018-04-03T10:15:00Z",
    "31-12-2017 1000",
    "31-12-2017 10:00",
    "20171231-1000",
    "201712311000",
    "31.12.2017 1000",
    "2017-12-31 1000",
    "01.01.17-31.12.17",
    "01-10-2017 – 30-09-2021",
    "+45 12 10 17 20",
    "tlf. 12101720",
    "+4512101720",
    "0045 12 10 17 20",
    "5701017012345",
    "978-87-02-12345-6",
    "9788702123456",
    "8702123456",
    "CVR 12101720",
    "27.36.00-P19-1-17",
    "0800-70123-00123-17",
    "310290-1234",
    "300290-1234",
    "290290-1234",
    "290200-1234",
    "310490-1234",
    "001290-1234",
    "121390-1234",
    "9912901234",
    "450190-1234",
    "10101901234",
    "01019012345",
    "010190-12345",
    "1010190-1234",
    "5 12 10 17 1234",
    "12 10 17 2018 2019",
    "101217 1234,50",
    "a0101901234f" * 4,
    "ab" * 16,
    "{AB010190-1234-1234-1234-0101901234AB}",
    "12101712341210171234",
    "10.12171234",
    "1012.171234",
    "12-10-171234",
    "",
    "Motalavej",
    "uge 10-12",
    "1/4 2018",
    "01-01-1990",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_cpr_number_is_found_however_it_is_written_and_whatever_stands_beside_it(written):
    for around in AROUND:
        text = around.format(written)
        assert holds_cpr(text), text
        assert holds_cpr(unicodedata.normalize("NFD", "Skælskør " + text))


@pytest.mark.parametrize("text", HARMLESS)
def test_no_ordinary_number_is_taken_for_a_cpr_number(text):
    for around in ("{}", "{} kr.", ";{};", "{}\n", "\t{}\t"):
        assert not holds_cpr(around.format(text)), around.format(text)
    assert masked(text) == text


def test_cpr_numbers_in_a_list_are_each_seen():
    for text in ("1501901234,0202911234", "010190-1234,020291-1234", "0101901234,5", "1,010190-1234", "2.010190-1234"):
        assert holds_cpr(text), text
    assert masked("1501901234,0202911234 og 010190-1234") == "xxxxxxxxxx,xxxxxxxxxx og xxxxxx-xxxx"


def test_a_masked_text_keeps_all_but_the_digits_of_the_number():
    assert masked("sag 010190 – 1234 fra 2018.csv") == "sag xxxxxx - xxxx fra 2018.csv"
    assert masked("Skælskør – 2018") == "Skælskør – 2018"


def test_a_number_that_fails_modulus_11_is_found_since_numbers_from_2007_on_may():
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    failing = [text for text in (f"010107{serial:04}" for serial in range(4000, 4020)) if sum(int(d) * w for d, w in zip(text, weights, strict=True)) % 11]
    assert failing and all(map(holds_cpr, failing))


def test_a_case_number_stands_alone_and_undivided():
    assert not holds_cpr("2301191234", but_bare=True) and not holds_cpr("K-2301191234", but_bare=True)
    for text in ("230119-1234", "23 01 19 1234", "sag 2301191234", "2301191234 2301191235", "2301191234,230119-1234", "cpr:2301191234"):
        assert holds_cpr(text, but_bare=True), text


DAYS = st.dates(date(1937, 1, 1), date(1999, 12, 31))
DASHES = [chr(code) for code in range(0x11000) if unicodedata.category(chr(code)) == "Pd"] + ["−"]
BLANKS = ["", " ", "\u00a0", "\u2009", "\u202f"]
DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]


@st.composite
def cpr_numbers(draw):
    """A number of a day that was, written in one of the ways there are."""
    day, serial = draw(DAYS), draw(st.integers(0, 3999))
    mark = draw(st.sampled_from(["", "", " ", ".", "/", *DASHES]))
    gap = draw(st.sampled_from(BLANKS)) + draw(st.sampled_from([*DASHES, "/", "_", " "])) + draw(st.sampled_from(BLANKS))
    gap = draw(st.sampled_from([gap] if mark else [gap, ""]))
    text = mark.join((f"{day:%d}", f"{day:%m}", f"{day:%y}")) + gap + f"{serial:04}"
    return text.translate({ord(plain): other for plain, other in zip("0123456789", draw(st.sampled_from(DIGITS)), strict=True)})


BESIDE = st.text(st.characters(exclude_categories=("Nd", "Mn", "Me", "Cf", "Cs", "Cc"), exclude_characters=".,"), max_size=8)


@examples(300)
@given(cpr_numbers(), BESIDE, BESIDE)
def test_every_way_to_write_a_cpr_number_is_found_in_any_text(number, before, after):
    assert holds_cpr(before + number + after) and holds_cpr(f"{before} {number}.")
    shown = masked(before + number + after)
    assert not holds_cpr(shown) and not re.search(r"\d", shown)


ORDINARY = st.one_of(
    st.decimals(0, 10**9, places=2).map(str),
    st.floats(0, 1).map(repr),
    st.integers(0, 10**9 - 1).map(str),
    st.integers(10**10, 10**20).map(str),
    st.integers(0, 10**12).map("{:,}".format),
    st.datetimes(datetime(1900, 1, 1)).map(str),
    st.uuids().map(str),
    st.dates(date(1900, 1, 1)).map("{:%d-%m-%Y} 1015".format),
    st.dates(date(1900, 1, 1)).map("{:%d.%m.%Y}".format),
)


@examples(300)
@given(ORDINARY)
def test_numbers_amounts_shares_moments_and_ids_of_programs_are_none(text):
    assert not holds_cpr(text) and masked(text) == text
