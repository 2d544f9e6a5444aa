"""What every page shows, as frozen dataclasses: read by the terminal and by the web, and written as JSON.

No rule of what may be done (verbs), no terminal and no HTML.
"""
