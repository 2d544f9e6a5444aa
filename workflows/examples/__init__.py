"""The examples an edition carries, played without a database and held against what they say must come of them.

No case is changed by it, and nothing is sent: what a person does is in verbs, what an entry owes to people in messages.
"""
