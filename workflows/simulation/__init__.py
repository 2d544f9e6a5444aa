"""Invented cases: scenarios played step by step, and a committee's years simulated from a seed.

Everything is done by the verbs there are; nothing else imports this room but the interfaces.
"""
