"""What a committee may change without a programmer: editions, calendars, ladders, settings."""
