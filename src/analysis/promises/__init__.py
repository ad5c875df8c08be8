"""What was agreed.

In come the files a partnership writes by hand, `agreement.toml` and `notes.toml`; out goes the register: areas, indicators, promises with
their quotes and readings, the partnership's comments, and every problem in them.
Nothing here may know of delivered figures, of other packages, or of words shown to a reader.
"""
