"""Writes papers out of a command: to files, to the screen, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from typer import BadParameter

from cli.output import answer, bullets, heading, say, table
from cli.session import Session

if TYPE_CHECKING:
    from workflows.papers.paper import Paper, Table


Contents = list[tuple[Path, bytes]]
"""Files by name, each with what is to stand in it."""


def out(session: Session, made: Paper, docx: Path | None, pdf: Path | None, xlsx: Path | None, template: Path) -> None:
    """Write a paper as it is asked for; as words on the screen, or JSON, where no file is named."""
    told(session, made, made.facts(), write(contents(made, docx, pdf, xlsx, template)))


def told(session: Session, made: Paper, facts: object, files: list[Path]) -> None:
    """Tell which files were written, or the paper itself where none was; as JSON, the facts of it."""
    if session.as_json:
        answer(facts, lambda _: None, as_json=True)
    elif files:
        bullets((f"Written: {path}" for path in files), lead="")
    else:
        _tell(made)


def write(files: Contents) -> list[Path]:
    """Write files; gives where they are. Nothing is written until all of it can be."""
    with appearing(files) as written:
        return written


def contents(made: Paper, docx: Path | None, pdf: Path | None, xlsx: Path | None, template: Path) -> Contents:
    """What is to stand in the files that are named of a paper."""
    from workflows.papers.kinds import kinds

    wanted = zip((docx, pdf, xlsx), kinds(made, template).values(), strict=True)
    return [(path, make()) for path, make in wanted if path is not None]


@contextmanager
def appearing(files: Contents) -> Iterator[list[Path]]:
    """Write files, which all appear when this ends well.

    Where a kill came between two, those that are there to the letter stay. Raises AlreadyThere for any other.
    """
    from config.durable import make_durable
    from records.files import check_not_there, whole_file

    files = [(path.absolute(), content) for path, content in files]
    missing = [(path, content) for path, content in files if not _is_there(path, content)]
    for path, _ in missing or files:
        check_not_there(path)
    with ExitStack() as together:
        for path, content in missing:
            draft = together.enter_context(whole_file(path))
            draft.write_bytes(content)
            make_durable(draft)
        yield [path for path, _ in files]


def _is_there(path: Path, content: bytes) -> bool:
    from records.files import plainly_about

    _check_file(path)
    with plainly_about(path):
        return path.is_file() and path.read_bytes() == content


def _check_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise BadParameter(f"{path} is not a file that can be written over: give another name.")


def keep(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Keep something in a file of that name: in a new one, unless it may take the place of an old one."""
    from records.files import replaced_file, whole_file

    path = path.absolute()
    _check_file(path)
    with replaced_file(path) if replace else whole_file(path) as draft:
        draft.write_bytes(content)


def _tell(made: Paper) -> None:
    from workflows.papers.paper import HEADINGS, grouped

    heading(made.title)
    say(f"{made.committee}. {made.about}.", "quiet")
    if made.warning:
        say(made.warning, "warn")
    bullets(made.opening, lead="")
    for one in made.tables.values():
        _tell_table(one)
    for name, told in made.told.items():
        if told and name in HEADINGS:
            say()
            heading(HEADINGS[name])
        for under, all_of_it in grouped(told):
            say(under)
            bullets(f"{one.text} ({one.more})" if one.more else one.text for one in all_of_it)


def _tell_table(one: Table) -> None:
    if not one.rows:
        return
    say()
    heading(one.caption)
    table(one.columns, [(row.label, *row.shown) for row in one.rows])
    if one.note:
        say(one.note, "quiet")
