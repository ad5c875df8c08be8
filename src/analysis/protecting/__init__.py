"""What may be shown, so that no small number can be worked out.

In come observations and what earlier editions showed; out go the observations with every figure emptied that must be hidden, and why.
Nothing here may know of charts, words or pages.
"""
