"""What is counted and told of many cases or of one, as a paper's content: summaries, boards, packs, extracts, exports.

Counting and what may be disclosed belong here; how a paper is written as Word or PDF is in papers, a page's facts are in views.
"""
