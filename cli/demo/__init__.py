"""What `cairn demo` shows: its stage, its mail server, its timeline and the page it ends with."""
