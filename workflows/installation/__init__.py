"""An installation as a whole: opened, checked, backed up, its keys exchanged, Prefect's server found.

What comes round by the clock is in timetable.
"""
