"""A plan folder in which every text that anyone can write tries to be something else than text."""

from pathlib import Path

from pages import soup

from analysis.plan import Plan

AREA = "<script>alert(1)</script>"
OTHER = "\"A\" & 'B' </td><h1>C</h1>"
INDICATOR = '<img src=x onerror="alert(2)">'
QUOTE = "</q></td></tr></table><h1>Taken over</h1> \"so\" & 'so'"
NOTE = "]]></desc></svg><script>alert(3)</script>"
PUBLISHER = '"><iframe src="//evil.example"></iframe>'
TAGS = {"script", "h1", "img", "iframe"}

AGREEMENT = f"""
[plan]
name = '''{NOTE}'''
start = 2017-10-01
end = 2021-09-30
small_count = 50
min_answers = 30

[[goal]]
id = "g"
name = '''{QUOTE}'''

[[area]]
id = "a"
name = '''{AREA}'''

[[area]]
id = "b"
name = '''{OTHER}'''

[[reference]]
id = "r"
name = '''{PUBLISHER}'''
group = "sub_average"

[[indicator]]
id = "reports"
name = '''{INDICATOR}'''
topic = '''{NOTE}'''
meaning = '''{QUOTE}'''
delivery = '''{PUBLISHER}'''
note = '''{NOTE}'''
unit = "count"
direction = "down"
measure = "count"
period = "calendar_year"
combine = "sum"
uncertainty = "process"
disclosure = "protect"
breaks = [{{ year = 2018, comparable = true, da = '''{NOTE}''', en = '''{NOTE}''' }}]

[[indicator]]
id = "evenings"
name = "Evenings <b>held</b>"
delivery.da = "Registreringer & lister"
delivery.en = "Registrations & lists"
unit = "count"
direction = "up"
measure = "count"
period = "calendar_year"
combine = "sum"
uncertainty = "none"
disclosure = "open"

[[criterion]]
id = "C1"
goal = "g"
quote = '''{QUOTE}'''
indicators = ["reports"]
scope = "each"
first_year = 2018
last_year = 2021
rule = {{ kind = "at_most", value = 60, per = "year" }}
reading = '''{NOTE}'''
decide = '''{QUOTE}'''
note = '''{NOTE}'''

[[criterion.alternatives]]
slug = "other"
kind = "at_most"
value = 70
per = "year"
reading = '''{AREA}'''

[[criterion]]
id = "C2"
goal = "g"
quote = "Evenings & more"
indicators = ["evenings"]
scope = "each"
first_year = 2018
last_year = 2021
rule = {{ kind = "at_least", value = 8, per = "year" }}
"""
SOURCE = f"""
contract = "counts"
publisher = '''{PUBLISHER}'''
files = ["counts.csv"]
delimiter = ";"
decimal = ","

[columns]
area = "area"
period = "period"
indicator = "indicator"
value = "value"
note = "note"

[unused.indicator]
"<h1>other</h1>" = '''{NOTE}'''

[[doubt]]
area = "a"
period = "2017"
reason = '''{NOTE}'''
"""
# 37 in area b in 2018 is below the 50 under which a number is hidden here; no other number contains it.
COUNTS = f"""area;period;indicator;value;note
a;2017;reports;123;{NOTE}
a;2018;reports;105;{NOTE}
b;2017;reports;61;
b;2018;reports;37;
r;2018;reports;900;
a;2018;<h1>other</h1>;1;
"""
HIDDEN = "37"


def hostile_plan(home: Path) -> Path:
    """The plan folder, written below `home`."""
    folder = home / "data" / "raw"
    (folder / "counts").mkdir(parents=True)
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    (folder / "counts" / "source.toml").write_text(SOURCE, encoding="utf-8")
    (folder / "counts" / "counts.csv").write_text(COUNTS, encoding="utf-8")
    return folder


def opened(home: Path, year: int = 2018, internal: bool = False) -> Plan:
    return Plan.load(hostile_plan(home), year, internal)


def is_text(markup: str) -> None:
    """Nothing in this piece of a page became an element, an attribute or an end that a text had asked for."""
    parsed = soup(f"<main>{markup}</main>")
    assert [name for name in TAGS - {"h1"} if parsed.find(name)] == []
    assert not {"Taken over", "C"} & {found.get_text() for found in parsed.find_all("h1")}
    assert not [tag for tag in parsed.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert len(parsed.contents) == 1, "something broke out of the frame it was put in"
