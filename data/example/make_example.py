"""EKSEMPELDATA: writes the made-up deliveries of this folder, byte for byte the same each time.

`python data/example/make_example.py` writes every .csv and .xlsx below this folder anew. All figures, ids, dates and headlines are invented here.
What the figures must lead to is worked out by hand in `tests/test_example_plan.py`.
"""

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import canonicalize

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

M, R, S, K, ALL = "Motalavej", "Ringparken/Schackenborgvænge", "Sydbyen", "Skælskør", "Alle fire områder"
AREAS = (M, R, S, K)
PARTS = ("Schackenborgvænge", "FOB 23", "FOB 24", "FOB 26")  # the departments of Ringparken/Schackenborgvænge
MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december")
YEARS = ("2017/18", "2018/19", "2019/20", "2020/21")  # agreement years, 1 October to 30 September

# --- the figures ----------------------------------------------------------------------------------------

SURVEY_YEARS = (2016, 2017, 2018, 2019, 2021)
SAFE = {  # per cent as printed, and answers; 2020 was not surveyed
    M: (("59,1", 186), ("52,4", 158), ("61,3", 181), ("71,2", 226), ("79,5", 240)),
    R: (("71,6", 264), ("64,8", 232), ("69,9", 247), ("70", 302), ("72,0", 318)),
    S: (("ikke spurgt", None), ("78,0", 142), ("76,2", 136), ("80,4", 171), ("83,6", 168)),
    K: (("ikke spurgt", None), ("..", None), ("66,7", 24), ("71,8", 124), ("74,6", 126)),
    "SUB-gennemsnit": (("72,4", 3120), ("66,0", 2980), ("68,5", 3050), ("70,0", 4410), ("70,5", 4380)),
    "Slagelse Kommune": (("85,2", 410), ("84,1", 395), ("84,0", 402), ("84,6", 655), ("85,0", 640)),
    "Hele landet": (("87,9", 9850), ("87,2", 9720), ("87,5", 9910), ("88,1", 12400), ("88,4", 12150)),
}
OTHER_AREAS = {  # housing areas that do not exist, as the survey would have others beside ours; not all are asked every year
    "Eksempelhøj": (("62,0", 205), ("58,2", 196), ("60,4", 212), ("63,1", 298), ("64,9", 301)),
    "Prøvevænget": (("77,5", 168), ("70,1", 171), ("73,4", 166), ("75,2", 240), ("74,1", 236)),
    "Opdigterparken": (("68,9", 320), ("61,7", 301), ("66,0", 315), ("67,4", 468), ("68,2", 455)),
    "Mønsterbo": (("81,3", 118), ("75,6", 121), ("78,8", 115), ("80,2", 170), ("80,5", 164)),
    "Skabelonvej": (("55,4", 240), ("48,8", 232), ("52,9", 247), ("55,0", 352), ("54,3", 347)),
    "Tænkehaven": (("73,0", 144), ("67,2", 139), ("69,4", 150), ("71,3", 201), ("71,2", None)),
    "Forsøgsbyen": (("ikke spurgt", None), ("64,4", 188), ("67,1", 190), ("69,9", 262), ("72,0", 258)),
    "Påhitparken": (("79,8", 131), ("72,9", 127), ("ikke spurgt", None), ("ikke spurgt", None), ("ikke spurgt", None)),
}
NEIGHBOURS = {
    2017: (("62,1", 132), ("66,4", 158), ("71,5", 124), ("69,0", 121)),
    2019: (("63,0", 140), ("69,9", 166), ("70,9", 127), ("72,2", 126)),
    2021: (("74,8", 151), ("71,8", 170), ("74,4", 133), ("68,5", 130)),
}
REPORTS = {2017: (61, 38, 14, 10), 2018: (50, 33, 12, 9), 2019: (44, 30, 3, 8), 2020: (40, 28, 11, 9), 2021: (52, 44, 20, 12)}
FIRST_WRONG = 44  # what the first delivery said of Motalavej in 2018
REPORTS_BY_MONTH = {  # the four areas together; they add up to the years above, and no month is small
    2017: (12, 9, 14, 8, 11, 10, 7, 13, 9, 12, 8, 10),
    2018: (9, 11, 7, 10, 8, 12, 6, 9, 10, 7, 8, 7),
    2019: (8, 6, 7, 9, 5, 8, 6, 7, 8, 6, 9, 6),
    2020: (7, 8, 6, 9, 7, 5, 8, 6, 9, 7, 8, 8),
    2021: (9, 8, 11, 10, 9, 12, 24, 10, 9, 8, 9, 9),
}
BURGLARIES = {2017: (21, 18, 9, 6), 2018: (19, 16, 8, 7), 2019: (17, 15, 9, 6), 2020: (12, 10, 7, 6), 2021: (15, 14, 8, 7)}
ARSON = {2015: (9, 6, 0, 0), 2016: (17, 11, 0, 0), 2017: (14, 9, 0, 6), 2018: (11, 8, 5, 0), 2019: (9, 7, 0, 0), 2020: (6, 0, 0, 0), 2021: (6, 7, 0, 5)}
HOMES = {
    2015: (520, 880, 640, 460),
    2016: (520, 880, 640, 460),
    2017: (520, 880, 640, 460),
    2018: (500, 860, 640, 460),
    2019: (460, 820, 640, 460),
    2020: (420, 800, 640, 460),
    2021: (400, 780, 640, 460),
}
RESIDENTS = {2017: (1180, 1990, 1390, 890), 2018: (1130, 1940, 1385, 885), 2019: (1040, 1850, 1380, 885), 2021: (905, 1740, 1375, 880)}
STATBANK = {  # the municipality and the country: per year arson and vandalism reported in each quarter, and inhabitants on 1 January
    "330 Slagelse": {
        2017: ((9, 14, 16, 10), (150, 172, 181, 160), 78100),
        2018: ((8, 12, 15, 9), (141, 166, 170, 149), 78400),
        2019: ((7, 13, 12, 8), (138, 159, 168, 140), 78700),
        2020: ((6, 10, 11, 9), (128, 151, 163, 137), 78900),
        2021: ((8, 11, 13, 7), (146, 170, 178, 152), 79000),
    },
    "000 Hele landet": {
        2017: ((610, 655, 690, 580), (8120, 8640, 8810, 8300), 5710000),
        2018: ((590, 640, 668, 571), (7990, 8505, 8660, 8145), 5740000),
        2019: ((575, 632, 641, 560), (7720, 8240, 8415, 7950), 5770000),
        2020: ((540, 601, 622, 548), (7380, 7935, 8110, 7640), 5790000),
        2021: ((552, 615, 634, 541), (7610, 8150, 8295, 7805), 5800000),
    },
}
REPAIRS = {
    2015: (58, 39, 15, 11),
    2016: (60, 41, 16, 12),
    2017: (62, 43, 15, 11),
    2018: (55, 36, 14, 10),
    2019: (50, 35, 12, 9),
    2020: (47, 31, 13),
    2021: (40, 30, 12, 8),
}
MOVES = {  # households that moved out of the area, tenancies; nothing was delivered for 2019
    2016: ((120, 520), (195, 880), (136, 640), (88, 460)),
    2017: ((118, 520), (190, 880), (132, 640), (85, 460)),
    2018: ((104, 500), (168, 860), (116, 640), (76, 460)),
    2020: ((79, 420), (142, 800), (104, 640), (70, 460)),
    2021: ((74, 400), (134, 780), (104, 640), (68, 460)),
}
MOVES_BY_MONTH = {  # of the four areas together, most in summer; they add up to the years above
    2016: (38, 35, 40, 43, 44, 59, 65, 60, 46, 43, 34, 32),
    2017: (36, 34, 40, 42, 41, 58, 62, 59, 45, 42, 35, 31),
    2018: (33, 29, 35, 37, 38, 50, 57, 51, 39, 37, 31, 27),
    2020: (28, 26, 29, 31, 32, 44, 48, 43, 34, 32, 25, 23),
    2021: (27, 24, 29, 30, 31, 41, 46, 42, 32, 31, 24, 23),
}
NEGATIVE = {2017: 60, 2018: 54, 2019: 31, 2020: 70, 2021: 15}  # 2019: first half-year only
POSITIVE = {2017: 4, 2018: 5, 2019: 9, 2020: 3, 2021: 14}
VISITORS = {2017: (9400, "", ""), 2018: (10250, 10050, 10450), 2019: (11070, "", ""), 2020: (12300, "", ""), 2021: (13000, 12600, 13400)}
VISITORS_BY_MONTH = {  # whoever comes in two months is one of the year's visitors, so they add up to more
    2017: (940, 980, 1010, 905, 960, 1040, 870, 930, 1000, 1055, 990, 925),
    2018: (1010, 1065, 980, 1090, 1030, 1110, 950, 1045, 1120, 1075, 1060, 1000),
    2019: (1085, 1120, 1040, 1150, 1095, 1170, 1010, 1130, 1180, 1125, 1160, 1075),
    2020: (1240, 1190, 1310, 1270, 1225, 1290, 1120, 1205, 1300, 1260, 1330, 1215),
    2021: (1250, 1285, 1320, 1345, 1390, 1420, 1475, 1300, 1365, 1330, 1405, 1290),
}
PERSONS = {  # by agreement year: the four areas, then different persons in all of them
    "Frivillig": ((18, 15, 9, 7, 44), (20, 17, 11, 9, 52), (21, 16, 12, 0, 44), (22, 19, 13, 10, 58)),
    "Fortæller": ((7, 6, 5, 0, 16), (8, 7, 6, 5, 21), (7, 6, 0, 0, 12), (7, 6, 6, 0, 17)),
    "Aktiv forælder": ((9, 7, 6, 0, 20), (13, 11, 9, 0, 31), (11, 10, 9, 0, 28), (13, 11, 9, 6, 34)),
}
ACTIVITIES = {
    "Temaaften om brand": ((2, 2, 2, 2), (3, 2, 2, 1), (1, 1, 0, 0), (3, 3, 2, 2)),
    "Ny arbejdsgruppe": ((1, 0, 0, 0), (1, 1, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0)),
    "Ny forældregruppe": ((1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 0, 0), (0, 0, 0, 1)),
}
EVENTS = [  # day, name, participants, estimated, lowest, highest; 2017/18 310 (270-360), 2018/19 450 (390-520), 2020/21 280 (250-295)
    (date(2017, 12, 9), "Opdigtet julemarked", 130, "ja", 110, 160),
    (date(2018, 6, 16), "Opdigtet sommerfest", 180, "ja", 160, 200),
    (date(2018, 12, 8), "Opdigtet julemarked", 140, "ja", 120, 170),
    (date(2019, 5, 25), "Opdigtet loppemarked", 90, "ja", 70, 110),
    (date(2019, 8, 24), "Opdigtet områdefestival", 220, "ja", 200, 240),
    (date(2020, 12, 12), "Opdigtet lysvandring", 95, "nej", 95, 95),
    (date(2021, 8, 28), "Opdigtet høstfest", 185, "ja", 155, 200),
]
TRAINED = (5, 7, 8, 9)  # of 11 caretakers
ON_LIST = {2017: "ja ja nej nej", 2018: "ja ja nej nej", 2019: "ja nej nej nej", 2020: "nej nej nej nej", 2021: "nej nej nej nej"}

# --- writing --------------------------------------------------------------------------------------------


def write_csv(path: Path, rows: Iterable[Sequence], encoding: str = "utf-8", ends: str = "\n") -> None:
    """Rows as a CSV file with semicolons."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator=ends).writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, sheets: dict[str, list[Sequence]], merged: dict[str, list[str]], bold: int) -> None:
    """Sheets of rows as a workbook without a trace of when and where it was written; nothing in it is packed, as packers differ."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cell in sheet[bold]:
            cell.font = Font(bold=True)
        for cells in merged.get(name, []):
            sheet.merge_cells(cells)
            sheet[cells.split(":")[0]].alignment = Alignment(horizontal="center", vertical="top")
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, date):
                    cell.number_format = "dd-mm-yyyy"
        sheet.column_dimensions["A"].width = 30
    book.properties.creator = "EKSEMPELDATA"
    raw = io.BytesIO()
    book.save(raw)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(raw) as written, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as fixed:
        for name in sorted(written.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            part = written.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>2022-01-31T12:00:00Z", part)
            plain = canonicalize(part.decode())  # openpyxl writes XML in other words where lxml is installed
            fixed.writestr(entry, '<?xml version="1.0" encoding="UTF-8"?>\n' + plain)


# --- the suppliers --------------------------------------------------------------------------------------


def police_survey(home: Path) -> None:
    """One table, the years across: two rows of headings, the upper one merged."""
    rows = [
        ["EKSEMPELDATA: Tryghedsmåling (opdigtede tal)"],
        ["Andel, der generelt føler sig trygge, i pct."],
        ["Område", *(text for year in SURVEY_YEARS for text in (str(year), None))],
        [None, *["Tryg, pct.", "Antal svar"] * len(SURVEY_YEARS)],
        *([area, *(cell for pair in pairs for cell in pair)] for area, pairs in (SAFE | OTHER_AREAS).items()),
        [],
        [".. : ikke opgjort"],
        ["Kilde: opdigtet måling, der efterligner politiets"],
    ]
    merged = ["A3:A4", *(f"{left}3:{right}3" for left, right in zip("BDFHJ", "CEGIK", strict=True))]
    write_xlsx(home / "tryghedsmaaling_2016-2021.xlsx", {"Tryghed": rows}, {"Tryghed": merged}, bold=3)


def police_reports(home: Path) -> None:
    """An extract from an old system (Windows' own letters and ends of line), and one with the figure that was wrong."""

    def lines(reports: dict) -> list[Sequence]:
        return [
            (area, offence, year, number)
            for offence, years in (("Anmeldt hærværk", reports), ("Indbrud i beboelse", BURGLARIES))
            for year, cells in years.items()
            for area, number in (*zip(AREAS, cells, strict=True), ("I alt", sum(cells)))
        ]

    head = ("Område", "Gerningskode", "År", "Antal anmeldelser")
    first = REPORTS | {2018: (FIRST_WRONG, *REPORTS[2018][1:])}
    write_csv(home / "anmeldelser_2017-2021.csv", [("EKSEMPELDATA: anmeldelser (opdigtede tal)", "", "", ""), head, *lines(first)], "cp1252", "\r\n")
    right = [row for row in lines(REPORTS) if row[:3] in ((M, "Anmeldt hærværk", 2018), ("I alt", "Anmeldt hærværk", 2018))]
    write_csv(home / "anmeldelser_rettelse_2018.csv", [head, *right], "cp1252", "\r\n")


def fire_service(home: Path) -> None:
    """Every call-out as a row; the date is a date, then words, then figures, as the fire service changed its system."""
    kinds = ("Containerbrand", "Brand i opgang", "Bilbrand", "Brand i skur")
    calls = []
    for year, cells in ARSON.items():
        months = 6 if year == 2020 else 12
        for place, (area, number) in enumerate(zip(AREAS, cells, strict=True)):
            told = ["ja"] * number + ["nej"] * (1 + (year + place) % 2) + ["ukendt"] * (place < 2)
            for turn, word in enumerate([*told, ""]):
                day = date(year, 1 + (5 * turn + 3 * place + year) % months, 1 + (11 * turn + 7 * place + year) % 28)
                kind = kinds[(turn + place) % 4] if word else "Blind alarm"
                calls.append((day, area, kind, word or "nej", 2400 + 350 * ((turn + place + year) % 9)))
    rows = [
        ["EKSEMPELDATA: udrykninger (opdigtede)"],
        ["Hele 2015-2019 og 2021; 2020 kun til og med juni"],
        [],
        ["Løbenr.", "Dato", "Område", "Type", "Påsat", "Udgift, kr."],
    ]
    for number, (day, *rest) in enumerate(sorted(calls), 1):
        written = day if day.year < 2019 else f"{day.day}. {MONTHS[day.month - 1]} {day.year}" if day.year == 2019 else day.strftime("%d-%m-%Y")
        rows.append([f"EKS-{number:04}", written, *rest])
    write_xlsx(home / "udrykninger_2015-2021.xlsx", {"Udrykninger": rows}, {}, bold=4)


def housing(home: Path) -> None:
    """One sheet a measure, one block of rows an area with its name in a merged cell."""
    sheets: dict[str, list[Sequence]] = {"Læs mig": [["EKSEMPELDATA: opdigtede tal fra boligorganisationerne"]]}
    merged: dict[str, list[str]] = {}
    for name, years, state in (("Boliger", HOMES, True), ("Beboere", RESIDENTS, True), ("Hærværk", REPAIRS, False)):
        rows: list[Sequence] = [[f"EKSEMPELDATA: {name.lower()} efter område"], [], ["Område", "År", "Antal"]]
        merged[name] = []
        for place, area in enumerate(AREAS):
            own = [(f"ultimo {year}" if state else year, cells[place]) for year, cells in years.items() if place < len(cells)]
            merged[name].append(f"A{len(rows) + 1}:A{len(rows) + len(own)}")
            rows += [(area if not turn else None, *cells) for turn, cells in enumerate(own)]
        sheets[name] = rows
    write_xlsx(home / "boligorganisationerne_2015-2021.xlsx", sheets, merged, bold=1)


def move_outs(home: Path) -> None:
    """One sheet a year, departments for one of the areas, moves within the area among the moves; and the agreement's 22 %."""
    head = ("Afdeling", "Flytninger i alt", "Heraf interne", "Lejemål")
    sheets: dict[str, list[Sequence]] = {}
    for year, cells in MOVES.items():
        rows: list[Sequence] = [[f"EKSEMPELDATA: flytninger {year}"], head]
        for place, (area, (out, homes)) in enumerate(zip(AREAS, cells, strict=True)):
            thirds, quarter = (out // 5, out // 4, out // 4), homes // 4
            parts = zip(PARTS, (*thirds, out - sum(thirds)), (quarter - 10, quarter + 10, quarter, homes - 3 * quarter), strict=True)
            for turn, (name, moved, there) in enumerate(parts if area == R else [(area, out, homes)]):
                within = 3 + (year + 2 * place + turn) % 6
                rows.append((name, moved + within, within, there))
        sheets[str(year)] = rows
    write_xlsx(home / "flytninger_2016-2021.xlsx", sheets, {}, bold=2)
    write_csv(home / "aftalens_22_procent.csv", [head, (ALL, 560, 32, 2400)])


def story_list(path: Path, negative: dict, positive: dict, neutral: int, media: Sequence[str], letter: str) -> None:
    """A list of stories, one a row; headlines hold quotes and semicolons, as headlines do."""
    subjects = ("lysmaster", "cykelskure", "en legeplads", "postkasser", "et beboermøde", "en opgang", "en container")
    heads = {
        "negativ": 'Opdigtet: "Ballade" om {what}; beboere er trætte af det',
        "positiv": "Opdigtet: Naboer samles om {what}",
        "neutral": "Opdigtet: Nyt om {what}; se side 4",
    }
    told, begins = [], {"negativ": 0, "positiv": 7, "neutral": 40}  # each tone has days, media and subjects of its own
    for tone, years in (("negativ", negative), ("positiv", positive), ("neutral", dict.fromkeys(positive, neutral))):
        for year, number in years.items():
            months = 6 if year == 2019 and negative else 12
            told += [
                (
                    date(year, 1 + (turn * turn + 3 * turn * year) % 89 % months, 1 + (9 * turn + len(tone)) % 28),
                    media[(turn + year) % len(media)],
                    heads[tone].format(what=subjects[(turn + year) % len(subjects)]),
                    tone,
                )
                for turn in range(begins[tone], begins[tone] + number)
            ]
    rows = [(day.strftime("%d.%m.%Y"), *rest, f"{letter}{number:03}") for number, (day, *rest) in enumerate(sorted(told), 1)]
    write_csv(path, [("Dato", "Medie", "Overskrift", "Tone", "Historie"), *rows])


def media(home: Path) -> None:
    """The media's own list, which lacks the second half of 2019 and holds a medium the agreement does not count."""
    own = ("Eksempelavisen", "Opdigtet Radio", "Prøvebladet Online")
    path = home / "medieomtale_2017-2021.csv"
    story_list(path, NEGATIVE, dict.fromkeys(POSITIVE, 2), 3, own, "N")
    more = [
        ("11.11.2018", "Opdigtet Lands-TV", 'Opdigtet: "Områderne" set udefra; et portræt', "negativ", "N900"),
        ("03.03.2021", "Opdigtet Lands-TV", "Opdigtet: Besøg i fire områder", "neutral", "N901"),
    ]
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\n").writerows(more)


def positive_stories(home: Path) -> None:
    """The plan's own list of the stories it helped to bring about."""
    story_list(home / "positive_historier_2017-2021.csv", {}, POSITIVE, 1, ("Eksempelavisen", "Opdigtet Radio", "Prøvebladet Online"), "H")


def registrations(home: Path) -> None:
    """Persons by agreement year and area under invented ids; some are active in two areas."""
    rows = []
    for first, (role, years) in zip((1, 201, 301), PERSONS.items(), strict=True):
        for year, (*cells, different) in zip(YEARS, years, strict=True):
            twice, following = sum(cells) - different, first
            for place, (area, number) in enumerate(zip(AREAS, cells, strict=True)):
                also = range(first, first + twice) if place == 1 else range(0)  # active on Motalavej too
                own = range(following, following + number - len(also))
                rows += [(year, area, f"P{id_:03}", role) for id_ in (*also, *own)]
                following = own.stop
    write_csv(home / "deltagerliste_2017-2021.csv", [("Aftaleår", "Område", "Deltagernr.", "Rolle"), *sorted(rows)])


def activities(home: Path) -> None:
    """Evenings held and groups begun, one a row with its day."""
    rows = []
    for kind, years in ACTIVITIES.items():
        for start, cells in enumerate(years, 2017):
            for place, (area, number) in enumerate(zip(AREAS, cells, strict=True)):
                for turn in range(number):
                    month = (9 + 3 * turn + 2 * place + len(kind)) % 12 + 1
                    day = date(start if month >= 10 else start + 1, month, 3 + (7 * turn + 5 * place) % 25)
                    rows.append((day, area, kind))
    write_csv(
        home / "aktiviteter_2017-2021.csv",
        [("Dato", "Område", "Aktivitet"), *((f"{day.day}. {MONTHS[day.month - 1]} {day.year}", *rest) for day, *rest in sorted(rows))],
    )


def events(home: Path) -> None:
    """Larger events for all four areas, with participants counted or estimated."""
    head = ("Dato", "Arrangement", "Deltagere", "Skøn", "Mindst", "Højst")
    write_csv(home / "stoerre_aktiviteter_2017-2021.csv", [head, *((day.strftime("%d-%m-%Y"), *rest) for day, *rest in EVENTS)])


def statbank(folder: Path) -> None:
    """Three tables as Statistics Denmark's API would send them, byte order mark and CRLF included: two of reports, one of inhabitants."""

    def quarters(place: str, row: int) -> list[tuple[str, int]]:
        return [(f"{year}K{quarter}", number) for year, cells in STATBANK[place].items() for quarter, number in enumerate(cells[row], 1)]

    for home, place in zip(("statbank", "statbank_country"), STATBANK, strict=True):
        rows = [(place, offence, *cell) for row, offence in enumerate(("1312 Brandstiftelse", "1390 Hærværk")) for cell in quarters(place, row)]
        write_csv(folder / home / "straf11.csv", [("OMRÅDE", "OVERTRÆD", "TID", "INDHOLD"), *rows], "utf-8-sig", "\r\n")
    people = [
        (place, f"{year}K{quarter}", cells[2] + (quarter - 1) * cells[2] // 1000)
        for place, years in STATBANK.items()
        for year, cells in years.items()
        for quarter in (1, 2, 3, 4)
    ]
    write_csv(folder / "statbank_inhabitants/folk1a.csv", [("OMRÅDE", "TID", "INDHOLD"), *people], "utf-8-sig", "\r\n")


def simple(folder: Path) -> None:
    """The suppliers that keep to a plain table."""
    write_csv(
        folder / "caretakers/kurser.csv",
        [("omraade", "aftaleaar", "paa_kursus", "ansatte"), *((ALL, year, number, 11) for year, number in zip(YEARS, TRAINED, strict=True))],
    )
    write_csv(
        folder / "resident_survey/beboerundersoegelse.csv",
        [
            ("omraade", "aar", "andel_godt_naboskab", "antal_svar"),
            *((area, year, *cell) for year, cells in NEIGHBOURS.items() for area, cell in zip(AREAS, cells, strict=True)),
        ],
    )
    write_csv(
        folder / "list_status/ministeriets_liste.csv",
        [("omraade", "aar", "paa_listen"), *((area, year, word) for year, words in ON_LIST.items() for area, word in zip(AREAS, words.split(), strict=True))],
    )
    write_csv(
        folder / "website/besoegende.csv",
        [("aar", "unikke_besoegende", "laveste_skoen", "hoejeste_skoen"), *((year, *cells) for year, cells in VISITORS.items())],
    )


def by_month(folder: Path) -> None:
    """What comes by month as well, for the four areas together: layouts of their own, so suppliers of their own."""
    write_csv(
        folder / "police_months/haervaerk_pr_maaned_2017-2021.csv",
        [
            ("EKSEMPELDATA: hærværk pr. måned (opdigtede tal)", "", ""),
            ("Område", "Måned", "Anmeldt hærværk"),
            *(("I alt", f"{name} {year}", number) for year, numbers in REPORTS_BY_MONTH.items() for name, number in zip(MONTHS, numbers, strict=True)),
        ],
        "cp1252",
        "\r\n",
    )
    rows = [["EKSEMPELDATA: fraflytninger pr. måned, alle fire områder (opdigtede tal)"], [], ["Måned", "Fraflytninger", "Lejemål"]]
    for year, numbers in MOVES_BY_MONTH.items():
        homes = sum(there for _, there in MOVES[year])
        rows += [[f"{year}M{month:02}", number, homes] for month, number in enumerate(numbers, 1)]
    write_xlsx(folder / "move_outs_months/fraflytninger_pr_maaned_2016-2021.xlsx", {"Måneder": rows}, {}, bold=3)
    write_csv(
        folder / "website_months/besoegende_pr_maaned.csv",
        [
            ("maaned", "unikke_besoegende"),
            *((f"{year}-{month:02}", number) for year, numbers in VISITORS_BY_MONTH.items() for month, number in enumerate(numbers, 1)),
        ],
    )


def make(folder: Path) -> None:
    """Write every delivery below the folder."""
    for supplier in (police_survey, police_reports, fire_service, housing, move_outs, media, positive_stories, registrations, activities, events):
        supplier(folder / supplier.__name__)
    statbank(folder)
    simple(folder)
    by_month(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
