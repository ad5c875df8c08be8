"""The arithmetic: what was measured against what was promised, and how far chance goes.

In come tidy figures and the register; out go observations, gaps, verdicts with their certainty, the years together, latest values,
months and comparisons.
Nothing here may know of files, of words or of pages.
"""
