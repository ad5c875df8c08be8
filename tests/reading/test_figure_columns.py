"""Two columns are never one figure: whichever way they are declared, both are named and the figure with them."""

import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from test_intake import figures, folder_with

from analysis.running import building

AREAS = ("Motalavej", "Ringparken", "Sydbyen", "Skaelskoer")


def by_area(*headings: str, first: str = "Sted") -> str:
    """A table with a row an area and these columns, in each cell another number."""
    lines = [";".join([first, *headings])]
    lines += [";".join([area, *(str(20 + 10 * row + column) for column in range(len(headings)))]) for row, area in enumerate(AREAS)]
    return "\n".join(lines) + "\n"


def by_year(*headings: str) -> str:
    """A table with a row a year and these columns."""
    lines = [";".join(["Aar", *headings])]
    lines += [";".join([str(2018 + row), *(str(40 + 10 * row + column) for column in range(len(headings)))]) for row in range(2)]
    return "\n".join(lines) + "\n"


REPORTS = '[constants]\nindicator = "reports"\n'
SAFE = '[constants]\nindicator = "safe"\nunit = "percent"\n'
TWICE = {  # how two columns come to be one figure: (contract and fields, columns, what follows, file, the two headings)
    "years across": ('contract = "counts"', 'Sted = "area"\nA = { period = "2018" }\nB = { period = "2018" }', REPORTS, by_area("A", "B"), ("B", "A")),
    "years across, written in two ways": (
        'contract = "counts"',
        'Sted = "area"\nA = { period = "2018" }\nB = { period = "2018*" }',
        REPORTS + '[values.period]\n"2018*" = "2018"\n',
        by_area("A", "B"),
        ("B", "A"),
    ),
    "a year that stands for all": (
        'contract = "counts"',
        'Sted = "area"\nA = { period = "2018" }\nB = { is = "value" }',
        REPORTS + 'period = "2018"\n',
        by_area("A", "B"),
        ("B", "A"),
    ),
    "areas across": (
        'contract = "counts"',
        'Aar = "period"\nA = { area = "motalavej" }\nB = { area = "Motalavej" }',
        REPORTS,
        by_year("A", "B"),
        ("B", "A"),
    ),
    "answers of an area": (
        'contract = "survey"',
        'Aar = "period"\nA = { area = "motalavej" }\nn = { area = "motalavej", is = "answers" }\nm = { area = "motalavej", is = "answers" }',
        SAFE,
        by_year("A", "n", "m"),
        ("m", "n"),
    ),
    "two indicators with one meaning": (
        'contract = "counts"',
        'Sted = "area"\nA = { indicator = "anmeldt" }\nB = { indicator = "sigtet" }',
        '[constants]\nperiod = "2018"\n[values.indicator]\nanmeldt = "reports"\nsigtet = "reports"\n',
        by_area("A", "B"),
        ("B", "A"),
    ),
    "of how many": (
        'contract = "moves"',
        'Sted = "area"\nA = { indicator = "moves" }\nn = { indicator = "moves", is = "out_of" }\nm = { indicator = "moves", is = "out_of" }',
        '[constants]\nperiod = "2018"\n',
        by_area("A", "n", "m"),
        ("m", "n"),
    ),
    "bounds in one cell and a bound of its own": (
        'contract = "visitors"',
        'Sted = "period"\nA = { indicator = "participants", is = "bounds" }\nB = { indicator = "participants", is = "lowest" }',
        "",
        "Sted;A;B\n2018;10-20;11\n2019;10-20;11\n",
        ("B", "A"),
    ),
    "measures as rows, two columns": (
        'contract = "counts"',
        'Sted = "area"\nMaal = "indicator"\nA = { period = "2018" }\nB = { period = "2018" }',
        '[rows]\nAnmeldt = { indicator = "reports" }\n',
        "Sted;Maal;A;B\n" + "".join(f"{area};Anmeldt;7;8\n" for area in AREAS),
        ("B", "A"),
    ),
    "turned": (
        'contract = "counts"\nturned = true',
        'Aar = "area"\nA = { period = "2018" }\nB = { period = "2018" }',
        REPORTS,
        "Aar;Motalavej;Ringparken;Sydbyen;Skaelskoer\nA;1;2;3;4\nB;5;6;7;8\n",
        ("B", "A"),
    ),
    "amounts of a list": (
        'contract = "incidents"\ncovers = ["2018"]',
        'Sted = "area"\nDag = "date"\nA = { indicator = "cost", unit = "dkk" }\nB = { indicator = "cost", unit = "dkk" }',
        '[constants]\nindicator = "fires"\n',
        "Sted;Dag;A;B\nSydbyen;01-02-2018;100;200\n",
        ("B", "A"),
    ),
}


@pytest.mark.parametrize("way", TWICE)
def test_two_columns_for_one_figure_are_refused_and_both_are_named(way, tmp_path):
    fields, columns, more, text, (second, first) = TWICE[way]
    checked = building.check(folder_with(tmp_path, f"{fields}\n[columns]\n{columns}\n{more}", {"f.csv": text}))
    (problem,) = checked.errors
    assert (problem.code, problem.found, problem.detail["other"]) == ("column_of_same_figure", second, first)


def test_answers_written_for_another_figure_than_the_column_they_stand_beside_are_refused(tmp_path):
    columns = 'Aar = "period"\nA = { area = "motalavej" }\nn = { area = "Motalavej", is = "answers" }'
    checked = building.check(folder_with(tmp_path, f'contract = "survey"\n[columns]\n{columns}\n{SAFE}', {"f.csv": by_year("A", "n")}))
    assert [(problem.code, problem.found) for problem in checked.errors if problem.column == "columns"] == [("column_of_no_figure", "n")]


def test_columns_that_share_no_figure_are_read_each_with_its_own(tmp_path):
    columns = 'Sted = "area"\nA = { period = "2018" }\nB = { period = "2019" }'
    found = figures(building.check(folder_with(tmp_path, f'contract = "counts"\n[columns]\n{columns}\n{REPORTS}', {"f.csv": by_area("A", "B")})))
    assert (found["reports", "motalavej", "2018"], found["reports", "motalavej", "2019"]) == (20, 21)


def test_a_column_of_shares_whose_answers_are_left_out_is_refused_but_not_an_average_of_others(tmp_path):
    def problems(columns: str, more: str = ""):
        fields = f'contract = "survey"\nignored_columns = ["m"]\n[columns]\nAar = "period"\n{columns}\n{SAFE}[missing]\n"" = "not_available"\n'
        return building.check(folder_with(tmp_path, fields + more, {"f.csv": by_year("A", "n", "B", "m")})).errors

    own = 'A = { area = "motalavej" }\nn = { area = "motalavej", is = "answers" }\nB = { area = "%s" }'
    assert [(problem.code, problem.found) for problem in problems(own % "sydbyen") if problem.column == "columns"] == [("column_without_answers", "B")]
    assert not [problem for problem in problems(own % "country") if problem.column == "columns"]
    assert not [problem for problem in problems(own.replace('B = { area = "%s" }', 'B = { area = "sydbyen", answers = 99 }')) if problem.column == "columns"]
