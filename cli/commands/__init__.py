"""One file a command, named as it is typed: it reads through views, acts through verbs and words what came of it."""
