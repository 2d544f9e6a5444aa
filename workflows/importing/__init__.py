"""What committees keep in spreadsheets today: read cell by cell, questions asked of it, and what would be made of it.

What is made of it is done by a verb; nothing here writes to the record, and no formula of a file is ever worked out.
"""
