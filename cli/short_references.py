"""Short references at the terminal: whatever a command calls REF or OTHER case may be typed as `2`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from states.errors import NotFound

if TYPE_CHECKING:
    from cli.session import Session
    from records.references import Among

OF_RECOMMENDATIONS = ("recommendation", "action")
OF_CASES = ("finding", "recommendation propose", "recommendation list", "pack")


def with_whole_references(
    session: Session, command: str, given: Mapping[str, Any], do: Callable[[dict[str, Any]], None]
) -> None:
    """Do a command with the references typed short after it, each as it is kept.

    One that looks whole is taken as it is. Only where there is no such case is it looked for among those that a sheet
    called so. Raises NotFound where a short one may be several, and what the command raises.
    """
    try:
        do({**given, **whole_references(session, command, given, is_short)})
    except NotFound:
        found = whole_references(session, command, given)
        if not any(found[name] != given[name] and not is_short(given[name]) for name in found):
            raise
        do({**given, **found})


def whole_references(
    session: Session, command: str, given: Mapping[str, Any], wanted: Callable[[str], bool] = bool
) -> dict[str, str]:
    """The references given that end in a number, each as it is kept. Raises NotFound where one may be several."""
    names = ("ref", "other") if command.startswith(("case link", "case unlink")) else ("ref",)
    typed = {name: given[name] for name in names if _is_numbered(given.get(name)) and wanted(given[name])}
    if not typed:
        return {}
    from records.references import whole_reference

    with session.reading() as tx:
        return {name: whole_reference(tx, one, _among(command), session.hidden()) for name, one in typed.items()}


def is_short(typed: str) -> bool:
    """Whether something typed is no whole reference."""
    from records.references import WHOLE

    return WHOLE.fullmatch(typed.strip()) is None


def _is_numbered(typed: Any) -> bool:
    return isinstance(typed, str) and typed.strip()[-1:].isdigit()


def _among(command: str) -> Among:
    if command.startswith(OF_CASES):
        return "cases"
    return "recommendations" if command.startswith(OF_RECOMMENDATIONS) else "all"
