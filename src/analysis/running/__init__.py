"""A plan folder built, and its pages made.

In comes a plan folder; out go its tables, written all at once or not at all, then the pages of a year and a log of the run.
Nothing here may know what an indicator is or what a promise asks for.
"""
