"""Short references at the terminal: whatever a command calls REF or OTHER case may be typed as `2`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.session import Session
    from records.references import Among

OF_RECOMMENDATIONS = ("recommendation", "action")
OF_CASES = ("finding", "recommendation propose", "recommendation list", "pack")


def whole_references(session: Session, command: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The references typed short after a command, each as it is kept. Raises NotFound where one may be several."""
    names = ("ref", "other") if command.startswith(("case link", "case unlink")) else ("ref",)
    short = {name: given[name] for name in names if is_short(given.get(name))}
    if not short:
        return {}
    from records.references import whole_reference

    with session.reading() as tx:
        return {name: whole_reference(tx, typed, _among(command), session.hidden()) for name, typed in short.items()}


def is_short(typed: Any) -> bool:
    """Whether something typed ends in a number, and so may be short, or of before an import."""
    return isinstance(typed, str) and typed.strip()[-1:].isdigit()


def _among(command: str) -> Among:
    if command.startswith(OF_CASES):
        return "cases"
    return "recommendations" if command.startswith(OF_RECOMMENDATIONS) else "all"
