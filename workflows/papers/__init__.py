"""Writing any paper as Word, PDF, spreadsheet, chart or calendar feed: what a paper says is made in reports and views.

This room knows no case and asks no database.
"""
