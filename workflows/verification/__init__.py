"""Whether the record is whole: every case replayed from its history, and what should have been sent held against what was."""
