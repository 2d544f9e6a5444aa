"""Whether the record is whole: cases are replayed from its history, and what was sent is held against what was owed.

Nothing is changed here.
"""
