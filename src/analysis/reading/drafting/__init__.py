"""What a file may be: in comes a delivered file, out goes a proposed source.toml with the evidence for each line.

What two readings fit is asked for, never guessed. Knows how files are read, and what this supplier and others sent before.
"""
