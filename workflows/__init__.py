"""What can be done. One verb, one transaction."""
