"""Words, tables and charts.

In come the protected tables of a plan; out go sentences in each language, tables, charts, the workbench and tables for a spreadsheet.
Nothing here may compute a figure, open a supplier's file, or know more of a rule than it says itself.
"""
