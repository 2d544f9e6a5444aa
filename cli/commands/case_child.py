"""The children of a case: entered and read by those who need to, never in a history, never on a command line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option

from cli.confirm import typed
from cli.options import OneOrAll, Ref, act, day, look, story, verb
from cli.outcome import carry_out
from cli.output import answer, say, spoken, table
from cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records.children import ChildDetails
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.name_readings import NameReading

app = story("Enter whom a case is about; cairn case children reads their names.")

NAME, NO_NAME = "Name of whom it is about", "give the name of whom it is about, on the prompt or on standard input."
NO_NAMES = "Nobody whom this case is about is on record; none can be entered any more once it is erased."

Born = Annotated[
    date | None, Option("--born", parser=day, metavar="DATE", help="The date of birth, such as 2019-05-01.")
]
Identifiers = Annotated[
    list[str] | None, Option("--identifier", metavar="KIND=VALUE", help="A number, such as a CHI number; repeat it.")
]


@app.command()
@verb
def add(session: Session, ref: Ref, born: Born = None, identifier: Identifiers = None) -> None:
    """Enter whom a case is about. The name is asked for, or read from standard input, never typed behind it."""
    from records.children import ChildDetails
    from workflows.verbs.people import add_child

    numbers = dict(_identifier(one) for one in identifier or ())
    person = ChildDetails(session.aside.get("child") or typed(NAME, NO_NAME), born, numbers)
    carry_out(session, ref, lambda uow: add_child(uow, ref, person, seen=session.seen)[0])


@act
def children(session: Session, ref: Ref) -> None:
    """Read the names of those whom a case is about, for those who keep it."""
    from workflows.verbs.people import names_of

    with session.uow() as uow:
        found = names_of(uow, ref)
    facts = [
        {"number": one.number, "name": one.name, "born": one.born, "identifiers": dict(one.identifiers)}
        for one in found
    ]
    answer(facts, lambda _: _tell(found), as_json=session.as_json)


@look
def readings(session: Session, ref: OneOrAll = "") -> None:
    """Show who read the names of those whom a case is about (of all cases), when and by what right."""
    from workflows.views.name_readings import name_readings

    with session.reading() as tx:
        found = tuple(one for one in name_readings(tx, ref) if one.ref not in session.hidden())
        called = session.called(tx, (one.right for one in found))
    answer(found, lambda _: _tell_readings(found, called), as_json=session.as_json)


def show_what_goes(session: Session, ref: str, reason: str) -> int:
    """Show what an erasure would destroy; gives the version of the case it was shown for. Nothing is changed.

    Raises what the erasure would be refused with.
    """
    from records.children import kept_numbers
    from workflows.verbs import preview as previewing
    from workflows.verbs.people import erase_personal_data

    def looking(uow: UnitOfWork) -> previewing.Preview[tuple[tuple[int, ...], str]]:
        return previewing.preview(
            uow,
            ref,
            lambda case: (kept_numbers(uow.tx, case.id), case.procedure.subject),
            lambda: erase_personal_data(uow, ref, reason),
            seen=session.seen,
        )

    found = session.preview(looking)
    if found.refused is not None:
        raise found.refused
    numbers, whom = found.shown
    if not session.as_json:
        whose = " and ".join(f"{whom} {number}" for number in numbers)
        say(f"The names, dates of birth and numbers of {whose} go." if numbers else NO_NAMES, "warn")
        say("Nobody can bring them back. The history, which names nobody, stays; evidence and older backups stay too.")
    return found.version


def _tell_readings(found: tuple[NameReading, ...], called: Mapping[str, str]) -> None:
    if not found:
        say("Nobody has read such a name.")
        return
    rows = [(f"{spoken(one.on)}, {one.at}", one.ref, one.name, called[one.right], one.children) for one in found]
    table(("When", "Case", "Who", "By what right", "Whose"), rows)


def _tell(found: tuple[ChildDetails, ...]) -> None:
    if not found:
        say("Nobody is entered on this case, or the names were erased.")
        return
    rows = [
        (str(one.number), one.name, spoken(one.born), ", ".join(f"{k} {v}" for k, v in one.identifiers.items()))
        for one in found
    ]
    table(("", "Name", "Born", "Numbers"), rows)


def _identifier(written: str) -> tuple[str, str]:
    kind, sign, value = written.partition("=")
    if not sign or not value.strip():
        raise BadParameter(f"write a number as kind=value, not {written[:20]!r}.")
    return kind.strip(), value.strip()
