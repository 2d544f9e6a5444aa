"""Findings and actions, each a list with a name of its own: the same commands, without saying which list is meant."""

from __future__ import annotations

from typer import Typer

from cli.attached import Files
from cli.door import Door
from cli.options import Fields, FieldsFile, On, Ref, read, story, verb
from cli.registers import Number, enter, give_answer, record_about, show_lists


def _list_called(register: str, about: str) -> Typer:
    """The commands of one list."""
    app = story(about)

    @app.command()
    @verb
    def add(
        door: Door, ref: Ref, field: Fields = None, fields: FieldsFile = "", file: Files = None, on: On = None
    ) -> None:
        """Enter one."""
        enter(door, ref, register, (field, fields, file), on)

    @app.command("list")
    @read
    def list_(door: Door, ref: Ref) -> None:
        """List what is entered, with what was recorded about each."""
        show_lists(door, ref, register)

    _told_about(app)
    return app


def _told_about(app: Typer) -> None:
    @app.command()
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
        """Answer one, once: the response of the committee."""
        give_answer(door, ref, item, (field, fields, file), on)

    @app.command()
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
        """Record something about one, such as progress."""
        record_about(door, ref, item, (field, fields, file), on)


findings = _list_called("finding", "The findings of a review, and the committee's response to each.")
actions = _list_called("action", "The actions under a recommendation, and progress on each.")
