"""Keeping the record: proving it whole, writing it out, copying it, bringing it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Exit, Option, echo

from cli.options import look
from cli.output import answer, bullets, counted, heading, on_terminal, say
from cli.session import Door

if TYPE_CHECKING:
    from workflows.verification.verify import Verdict


class Format(StrEnum):
    """How the history is written out."""

    json = "json"
    csv = "csv"
    xes = "xes"


Case = Annotated[str, Argument(metavar="REF", help="One case; all of them if not said.")]
Against = Annotated[
    Path | None, Option("--against", metavar="CHECKPOINT", help="A checkpoint that was kept elsewhere.")
]
As = Annotated[Format, Option("--format", help="JSON, a table (CSV), or XES 1.0 for process mining.")]
To = Annotated[Path | None, Option("--to", metavar="FILE", help="Write it to this new file instead of the screen.")]
NewFile = Annotated[Path, Argument(metavar="FILE", help="The file to make; it must not exist yet.")]
OldFile = Annotated[Path, Argument(metavar="FILE", help="The backup to bring back.")]
PUT_BACK_THE_KEY = "Before anything else, put the master key that was in use when it was made into {path}."


@look
def verify(door: Door, ref: Case = "", against: Against = None) -> None:
    """Prove that the history is whole, replays to what is shown, and chased whom it should. Ends with 1 if not."""
    from workflows.verification import verify

    with door.house() as house, _progress(door) as progress:
        verdict = verify.verify(
            house.engine,
            ref=ref or None,
            against=against,
            progress=progress,
            keys=house.keys,
            now=door.now,
            evidence=house.settings.evidence,
        )
    answer(_facts(verdict), _tell_verdict, as_json=door.as_json)
    if not verdict.ok:
        raise Exit(1)


@look
def export(door: Door, ref: Case = "", form: As = Format.json, to: To = None) -> None:
    """Write the history out, of one case or of all: no name of a child is in it."""
    from records.files import whole_file
    from workflows.reports import history_export as exporting

    with door.house() as house:
        parts = exporting.parts(house.engine, form.value, ref or None)
        if to is None:
            for part in parts:
                echo(part, nl=False)
            return
        with whole_file(to.absolute()) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
    answer({"file": str(to)}, lambda _: say(f"The history is in {to}."), as_json=door.as_json)


@look
def backup(door: Door, file: NewFile) -> None:
    """Copy everything but the master key into one file, while Cairn goes on working."""
    from records import heartbeats
    from records.backup import backup as copy
    from records.database import transaction
    from workflows.installation.nightly_backup import folders

    with door.house() as house:
        report = copy(house.engine, file.absolute(), door.now, folders(house.settings))
        with transaction(house.engine) as tx:
            heartbeats.beat(tx, "backup", door.now, f"{file.name}, {report.rows} rows")
    answer({**asdict(report), "did": report.sentence}, _tell_done, as_json=door.as_json)


@look
def restore(door: Door, file: OldFile) -> None:
    """Bring a backup back into an empty database, all of it or nothing. Then run cairn verify."""
    from config.settings import settings
    from records.backup import restore as bring_back
    from records.database import connect, reading
    from workflows.checks import Look
    from workflows.installation.installation import make_folder
    from workflows.installation.key_exchange import key_fits
    from workflows.installation.nightly_backup import folders

    chosen = settings()
    make_folder(chosen)
    engine = connect(chosen.database_url())
    try:
        report = bring_back(engine, file.absolute(), door.now, folders(chosen))
        with reading(engine) as tx:
            key_found = [one.ok for one in key_fits(Look(tx, chosen, door.now))]
    finally:
        engine.dispose()
    facts = {**asdict(report), "did": report.sentence, "key_missing": not key_found, "key_fits": all(key_found)}
    answer(facts, _tell_done, as_json=door.as_json)
    if facts["key_missing"] or not facts["key_fits"]:
        echo(PUT_BACK_THE_KEY.format(path=chosen.key_file.absolute()), err=True)


def _facts(verdict: Verdict) -> dict[str, Any]:
    counts = {name: getattr(verdict, name) for name in ("cases", "entries", "rungs", "messages")}
    return {
        "ok": verdict.ok,
        **counts,
        "notes": list(verdict.notes),
        "places": [str(place) for place in verdict.places],
    }


@contextmanager
def _progress(door: Door) -> Iterator[Callable[[int, int], None] | None]:
    """A bar while a long look goes on, where somebody watches."""
    if door.as_json or not on_terminal():
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("Verifying")
        yield lambda done, count: bar.update(task, completed=done, total=count)


def _tell_verdict(facts: dict[str, Any]) -> None:
    if facts["ok"]:
        say("The record is whole: every history is sealed, replays, and chased whom it should.", "good")
        entries = "1 entry" if facts["entries"] == 1 else f"{facts['entries']:,} entries"
        looked = (counted(facts["cases"], "case"), entries, counted(facts["rungs"], "rung"))
        say(f"  {', '.join(looked)}, {counted(facts['messages'], 'message')} looked at.", "quiet")
        bullets(facts["notes"], "warn")
        return
    heading(f"The record does NOT add up, in {counted(len(facts['places']), 'place')}:")
    bullets(facts["places"], "bad")
    bullets(facts["notes"], "warn")


def _tell_done(facts: dict[str, Any]) -> None:
    say(facts["did"], "good")
