"""Files as received, read exactly.

In come suppliers' files and how each lays them out (`source.toml`); out go tidy figures and records with the place each came from, what became
of every row, and every problem. Also the workbooks sent to suppliers, and figures fetched from Statistics Denmark.
Nothing here may know of targets, of what may be shown, or of words beyond those of problems.
"""
