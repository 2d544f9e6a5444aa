"""The verbs for the terminal: the only room, with the flows, that asks what time it is."""
