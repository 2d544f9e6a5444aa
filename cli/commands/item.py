"""The lists kept on a case: findings, actions, learning points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Typer

from cli.form_input import Files, Typed, filled_in
from cli.options import Fields, FieldsFile, On, Ref, read, story, verb
from cli.outcome import carry_out
from cli.output import answer, entries, heading, say
from cli.session import Session

if TYPE_CHECKING:
    from records.cases import Case
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.registers import Registers

app = story("The lists kept on a case: findings, actions, learning points.")

Which = Annotated[str, Argument(metavar="REGISTER", help="The list (cairn item list REF names them).")]
OnAnItem = Callable[[Session, str, str, Typed, date | None], None]
Number = Annotated[str, Argument(metavar="ITEM", help="The item, such as F1 (cairn item list REF).")]


@app.command()
@verb
def add(
    session: Session,
    ref: Ref,
    register: Which,
    field: Fields = None,
    fields: FieldsFile = "",
    file: Files = None,
    on: On = None,
) -> None:
    """Enter an item in one of the lists of a case.

    cairn procedure show EDITION names the fields, under Lists; where one is missing, the refusal names it.
    """
    enter(session, ref, register, (field, fields, file), on)


def on_an_item(app: Typer, name: str, about: str, do: OnAnItem, more: str = "") -> None:
    """Give a list a command that does something to an item; `about` is its sentence."""

    @app.command(name, short_help=about, help=f"{about}\n\n{more}".strip())
    @verb
    def _(
        session: Session,
        ref: Ref,
        item: Number,
        field: Fields = None,
        fields: FieldsFile = "",
        file: Files = None,
        on: On = None,
    ) -> None:
        do(session, ref, item, (field, fields, file), on)


def enter(session: Session, ref: str, register: str, typed: Typed, on: date | None) -> None:
    """Enter an item in a list, and tell what that did."""
    from workflows.verbs.register_items import add_item
    from workflows.views.forms import list_form

    def adding(uow: UnitOfWork) -> Case:
        answers = filled_in(uow.tx, list_form(_case(uow, ref), register), typed)
        return add_item(uow, ref, register, answers, on=on, seen=session.seen)[0]

    carry_out(session, ref, adding)


def give_answer(session: Session, ref: str, item: str, typed: Typed, on: date | None) -> None:
    """Answer an item, and tell what that did."""
    from workflows.verbs.register_items import answer_item
    from workflows.views.forms import item_form

    def answering(uow: UnitOfWork) -> Case:
        answers = filled_in(uow.tx, item_form(_case(uow, ref), item, "answer"), typed)
        return answer_item(uow, ref, item, answers, on=on, seen=session.seen)[0]

    carry_out(session, ref, answering)


def record_about(session: Session, ref: str, item: str, typed: Typed, on: date | None) -> None:
    """Record something about an item, and tell what that did."""
    from workflows.verbs.register_items import update_item
    from workflows.views.forms import item_form

    def updating(uow: UnitOfWork) -> Case:
        answers = filled_in(uow.tx, item_form(_case(uow, ref), item, "update"), typed)
        return update_item(uow, ref, item, answers, on=on, seen=session.seen)[0]

    carry_out(session, ref, updating)


on_an_item(app, "respond", "Answer an item, such as the committee's response to a finding.", give_answer)
on_an_item(app, "update", "Record something about an item, such as progress on an action.", record_about)


@app.command("list")
@read
def list_(session: Session, ref: Ref) -> None:
    """List what the lists of a case hold, and which lists its edition keeps."""
    show_lists(session, ref)


def show_lists(session: Session, ref: str, only: str = "") -> None:
    """Show what the lists of a case hold, or one of them."""
    from workflows.views.registers import registers

    with session.reading() as tx:
        found = registers(tx, ref, only)
    answer(found, _tell, as_json=session.as_json)


def _tell(found: Registers) -> None:
    for name, label in found.registers.items():
        heading(f"{label} ({name})")
        kept = found.of(name)
        entries((f"{one.item.id}: {one.stands}", one.words, "") for one in kept)
        if not kept:
            say("  Nothing is entered yet.", "quiet")
    if not found.registers:
        say("The edition of this case keeps no such list.")


def _case(uow: UnitOfWork, ref: str) -> Case:
    from records import cases

    return cases.find(uow.tx, ref, to_change=False)
