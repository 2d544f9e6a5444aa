"""What we keep: cases, their history, the messages owed, the keys."""
