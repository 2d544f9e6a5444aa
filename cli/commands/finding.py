"""Findings and actions, each a list with a name of its own: the same commands, without saying which list is meant."""

from __future__ import annotations

from typer import Typer

from cli.attached import Files
from cli.commands.item import Number, enter, give_answer, record_about, show_lists
from cli.options import Fields, FieldsFile, On, Ref, read, story, verb
from cli.session import Door

WHICH = "cairn procedure show EDITION names the fields, under Lists; where one is missing, the refusal names it."


def _list_called(register: str, about: str, entered: str, later: str) -> Typer:
    """The commands of one list; `entered` and `later` say what is entered in it, and what is recorded after."""
    app = story(about)

    @app.command(short_help=f"Enter {entered}", help=f"Enter {entered}\n\n{WHICH}")
    @verb
    def add(
        door: Door, ref: Ref, field: Fields = None, fields: FieldsFile = "", file: Files = None, on: On = None
    ) -> None:
        enter(door, ref, register, (field, fields, file), on)

    @app.command("list")
    @read
    def list_(door: Door, ref: Ref) -> None:
        """List what is entered, with what was recorded about each."""
        show_lists(door, ref, register)

    @app.command(short_help=later, help=f"{later}\n\n{WHICH}")
    @verb
    def update(
        door: Door,
        ref: Ref,
        item: Number,
        field: Fields = None,
        fields: FieldsFile = "",
        file: Files = None,
        on: On = None,
    ) -> None:
        record_about(door, ref, item, (field, fields, file), on)

    return app


def _answered(app: Typer, answer_of: str) -> Typer:
    """A list whose items are answered, each once."""

    @app.command(short_help=answer_of, help=f"{answer_of}\n\n{WHICH}")
    @verb
    def answer(
        door: Door,
        ref: Ref,
        item: Number,
        field: Fields = None,
        fields: FieldsFile = "",
        file: Files = None,
        on: On = None,
    ) -> None:
        give_answer(door, ref, item, (field, fields, file), on)

    return app


findings = _answered(
    _list_called(
        "finding",
        "The findings of a review, and the committee's response to each.",
        "a finding of a review: what was found, its kind, level and themes, the evidence.",
        "Record something about a finding that is entered.",
    ),
    "Record the committee's response to a finding, once.",
)
actions = _list_called(
    "action",
    "The actions under a recommendation, and progress on each.",
    "an action under a recommendation: what is to be done, who does it, by when.",
    "Record progress on an action: how it stands, what was done, the evidence.",
)
