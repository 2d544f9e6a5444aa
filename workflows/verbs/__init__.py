"""What can be done: one verb a function, one transaction, an entry of the history for every change.

A page reads through views; what an entry owes to people is in messages.
"""
