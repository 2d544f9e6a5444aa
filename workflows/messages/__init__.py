"""What is owed to whom, when it is sent, and what became of it: notices, reminders, drafts, delivery, digests.

The words of a message are in notifications/templates; rows and attempts are kept by records.
"""
