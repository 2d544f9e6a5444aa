"""The words under which it is on record that somebody was refused at the desk, or failed to sign in."""

from __future__ import annotations

REFUSALS, SIGN_INS = "refusals", "sign_ins"
"""The logs: of refused pages and forms, and of signing in."""

FAILED = "failed"
"""The kind of an entry of the log of signing in: it was tried, and did not succeed."""

NO_SUCH_PAGE, FROM_ELSEWHERE, KEPT_FROM = "role", "other_site", "kept_from"
"""Why a page was refused: the role has none such, it was sent from another site, the case is kept to others."""
