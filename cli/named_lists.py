"""`cairn finding` and its like: `cairn item` with the register already chosen."""

from __future__ import annotations

from typer import Typer

from cli.commands.item import enter, give_answer, on_an_item, record_about, show_lists
from cli.form_input import Files
from cli.options import Fields, FieldsFile, On, Ref, read, story, verb
from cli.session import Session

WHICH = "cairn procedure show EDITION names the fields, under Lists; where one is missing, the refusal names it."


def list_called(register: str, about: str, entered: str, later: str) -> Typer:
    """The commands of one list; `entered` and `later` say what is entered in it, and what is recorded after."""
    app = story(about)

    @app.command(short_help=f"Enter {entered}", help=f"Enter {entered}\n\n{WHICH}")
    @verb
    def add(
        session: Session, ref: Ref, field: Fields = None, fields: FieldsFile = "", file: Files = None, on: On = None
    ) -> None:
        enter(session, ref, register, (field, fields, file), on)

    @app.command("list")
    @read
    def list_(session: Session, ref: Ref) -> None:
        """List what is entered, with what was recorded about each."""
        show_lists(session, ref, register)

    on_an_item(app, "update", later, record_about, WHICH)
    return app


def answered(app: Typer, answer_of: str) -> Typer:
    """A list whose items are answered, each once."""
    on_an_item(app, "answer", answer_of, give_answer, WHICH)
    return app
