"""What a verb would do, shown before it is done; then it is done with the version of the case it was shown for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from records import cases, queries
from records.cases import Case
from states.errors import Refused
from states.letters import TAKEN_OUT
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.recommend import Proposed
from workflows.views.outcome import LetterLine, Outcome, message_line, outcome

if TYPE_CHECKING:
    from workflows.messages.deliver import Post

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Preview(Generic[Shown]):
    """What is shown before a verb is done; `refused` is what it would be refused with (None: it can be done).

    `letters` are those it would owe, in their words, where somebody asked for them.

    `version` is that of the case, or of all that was shown where that is more. Whoever says yes does the verb with
    `seen=version`: then what was shown is done, or StaleVersion is raised.
    """

    version: int
    shown: Shown
    refused: Refused | None = None
    letters: tuple[LetterLine, ...] = ()


def preview(
    uow: UnitOfWork,
    ref: str,
    show: Callable[[Case], Shown],
    verb: Callable[[], object],
    *,
    seen: int | None = None,
) -> Preview[Shown]:
    """Try a verb on a case, and take it back: nothing is changed, whatever it does.

    Raises NotFound for an unknown case, StaleVersion where it changed since it was `seen`.
    """
    try:
        case = cases.find(uow.tx, ref, seen=seen, to_change=False)
        shown = show(case)
        try:
            verb()
        except Refused as refused:
            return Preview(case.dossier.version, shown, refused)
        return Preview(case.dossier.version, shown)
    finally:
        uow.tx.rollback()


def trial(
    uow: UnitOfWork,
    ref: str,
    verb: Callable[[], Case | Proposed],
    *,
    seen: int | None = None,
    post: Post | None = None,
) -> Preview[Outcome | None]:
    """What a verb would do to a case (to a new one where `ref` is empty): done, told, and taken back.

    A verb may do something to another case than the one it is done on: a recommendation is proposed out of a case.
    With a `post` the letters are put in words.
    Raises NotFound for an unknown case, StaleVersion where it changed since it was `seen`.
    """
    try:
        before = cases.find(uow.tx, ref, seen=seen, to_change=False) if ref else None
        version = before.dossier.version if before else 0
        try:
            did = verb()
            found, case = outcome_of(uow, before, did), did.case if isinstance(did, Proposed) else did
            return Preview(version, found, letters=tuple(_letters(uow, case, found, post)))
        except Refused as refused:
            return Preview(version, None, refused)
    finally:
        uow.tx.rollback()


def tried(
    uow: UnitOfWork, verb: Callable[[], Shown], version: int = 0, version_of: Callable[[Shown], int] | None = None
) -> Preview[Shown | None]:
    """What a verb does, told by itself: done, and taken back. `version_of` says of what version what it tells is."""
    try:
        shown = verb()
        return Preview(version_of(shown) if version_of else version, shown)
    except Refused as refused:
        return Preview(version, None, refused)
    finally:
        uow.tx.rollback()


def outcome_of(uow: UnitOfWork, before: Case | None, done: Case | Proposed) -> Outcome:
    """What a verb did, told. A verb may do something to another case than the one it was done on (`before`)."""
    case, warnings = (done.case, done.warnings) if isinstance(done, Proposed) else (done, ())
    if before is None or before.id != case.id:
        return outcome(uow, None, case, place=0).warned(*warnings)
    return outcome(uow, before, case).warned(*warnings)


def _letters(uow: UnitOfWork, case: Case, found: Outcome, post: Post | None) -> Iterator[LetterLine]:
    """The letters that what was done owes, as they would be written now."""
    if post is None:
        return
    from workflows.messages.deliver import as_letters

    rows = [row for row in queries.told_by(uow.tx, case.id, found.entry) if row["status"] not in TAKEN_OUT]
    for row, written in zip(rows, as_letters(uow.tx, post, rows, uow.now), strict=True):
        yield LetterLine(message_line(row, uow.now), written.subject, written.body)
