"""Invented cases: scenarios played step by step, and a committee's years simulated from a seed. Uses only the verbs there are."""
