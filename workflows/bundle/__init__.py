"""The bundle of a case for an inquiry or a court: what is in it, what is left out of it, and how it is checked."""
