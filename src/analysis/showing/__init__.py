"""Words, tables and charts.

In come the protected tables of a plan; out go sentences in each language, tables, charts, the workbench and tables for a spreadsheet.
Nothing here may compute a figure, open a supplier's file, or know more of a rule than it says itself.
"""

__all__ = [  # what notebooks are written with; each names its calls for analysts in its own `__all__`
    "audit",
    "charts",
    "evidence",
    "explanations",
    "front",
    "marks",
    "pages",
    "place_charts",
    "quality",
    "run_charts",
    "sections",
    "sheet_maps",
    "tables",
    "years_tables",
]
