"""What we say, and how it reaches people."""
