"""Messages whose way out works: followed, the file is read."""

import openpyxl
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import told
from test_corrections import value
from test_intake import folder_with

from analysis.running import building

SUSPECTS = "Sag;Dato;Sted;Rolle\nF-1;03-04-2018;Motalavej;første\nF-1;03-04-2018;Motalavej;anden\nF-2;05-04-2018;Motalavej;første\n"
FIELDS = 'covers = ["2018"]\nholds = ["Motalavej", "Ringparken", "Sydbyen", "Skaelskoer"]\n%s[columns]\nSag = "%s"\nDato = "date"\nSted = "area"\n'
FIELDS += '[constants]\nindicator = "%s"\n'


@pytest.mark.parametrize(
    "fields",
    [
        'contract = "incidents"\nwhere = { Rolle = "første" }\nleave = { Rolle = "anden" }\n' + FIELDS % ("", "id", "fires"),
        'contract = "registrations"\n' + FIELDS % ('ignored_columns = ["Rolle"]\n', "person", "once"),
    ],
)
def test_a_case_with_a_row_for_each_suspect_counts_once_by_either_way_the_message_names(fields, tmp_path):
    without = 'contract = "incidents"\n' + FIELDS % ('ignored_columns = ["Rolle"]\n', "id", "fires")
    (problem,) = building.check(folder_with(tmp_path, without, {"f.csv": SUSPECTS})).errors
    assert problem.code == "repeated_id_row" and "where = " in str(problem) and "registrations" in str(problem)
    assert value(building.check(folder_with(tmp_path, fields, {"f.csv": SUSPECTS})), "fires" if "incidents" in fields else "once", "motalavej", "2018") == 2


def test_words_to_fill_down_in_merged_cells_are_told_to_be_there_already(tmp_path):
    def merged(path):
        book = openpyxl.Workbook()
        for row in [
            ["Sted", "Aar", "Antal"],
            *([area * (year == 2018), year, year - 2012] for area in ("Motalavej", "Ringparken", "Sydbyen", "Skaelskoer") for year in (2018, 2019)),
        ]:
            book.active.append(row)
        for row in (2, 4, 6, 8):
            book.active.merge_cells(start_row=row, end_row=row + 1, start_column=1, end_column=1)
        book.save(path)

    fields = 'contract = "counts"\nfill_down = ["Sted"]\n[columns]\nSted = "area"\nAar = "period"\nAntal = "value"\n[constants]\nindicator = "reports"\n'
    assert told(building.check(folder_with(tmp_path, fields, {"f.xlsx": merged})).problems) == {"nothing_to_fill_down"}
    checked = building.check(folder_with(tmp_path, fields.replace('fill_down = ["Sted"]\n', ""), {"f.xlsx": merged}))
    assert not checked.problems and value(checked, "reports", "sydbyen", "2019") == 7


def test_one_cell_that_is_left_may_be_written_as_the_cell(tmp_path):
    rows = [["Sted", "Antal", None], ["Motalavej", 7, 99], *([area, 7] for area in ("Ringparken", "Sydbyen", "Skaelskoer"))]
    fields = 'contract = "counts"\nrange = "A1:B5"\n%s[columns]\nSted = "area"\nAntal = "value"\n[constants]\nindicator = "reports"\nperiod = "2018"\n'
    assert told(building.check(folder_with(tmp_path, fields % "", {"f.xlsx": rows})).problems) == {"outside_range"}
    assert not building.check(folder_with(tmp_path, fields % 'ignored_ranges = ["C2"]\n', {"f.xlsx": rows})).problems


def test_crosses_by_year_are_a_table_each_and_a_row_of_one_of_them_is_not_told_to_be_in_none(tmp_path):
    fields = 'contract = "registrations"\nholds = ["Motalavej", "Sydbyen", "Ringparken", "Skaelskoer"]\n' + "".join(
        f'[[table]]\ncovers = ["{year}"]\nwhere = {{ "{year}" = "x" }}\nconstants = {{ period = "{year}", indicator = "once" }}\n'
        'columns = { Id = "person", Sted = "area" }\n'
        for year in (2018, 2019)
    )
    rows = "Id;Sted;2018;2019\nP1;Motalavej;x;\nP2;Sydbyen;x;x\n"
    checked = building.check(folder_with(tmp_path, fields, {"f.csv": rows}))
    assert not checked.problems
    assert [value(checked, "once", area, year) for area in ("motalavej", "sydbyen") for year in ("2018", "2019")] == [1, 0, 1, 1]
    left = building.check(folder_with(tmp_path, fields, {"f.csv": rows + "P3;Sydbyen;;\n"}))
    assert told(left.problems) == {"rows_of_no_table"}
