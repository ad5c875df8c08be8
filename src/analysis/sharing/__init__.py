"""What is handed over.

In come finished pages and protected tables; out goes one zip with pages, PDF, tables and notebooks, searched for what may never leave.
Nothing here may know of rules, or make a figure of its own.
"""
