"""The interface for programs: the verbs and views of the desk as JSON, for whoever holds a token."""
