"""The bundle of a case for an inquiry or a court: what is in it, what is left out of it, and how it is checked.

That one was made is put on record by a verb; papers in Word or PDF are in reports and papers.
"""
