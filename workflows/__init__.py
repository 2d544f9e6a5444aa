"""What can be done and what is shown: verbs, messages, views, reports, papers, and what keeps an installation going.

It knows no terminal and no web page. What is kept is in records, what may happen is in states.
"""
