"""What is counted and told of many cases or of one, as the content of a paper: summaries, boards, packs, extracts.

Counting and disclosure belong here; how a paper is written as Word or PDF is in papers, a page's facts are in views.
"""
