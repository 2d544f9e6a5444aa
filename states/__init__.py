"""What may happen to a case, and by when. Pure: no clock, no database, no network, no files."""
