"""`cairn verify`: proof that the history is whole and replays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Exit, Option

from cli.options import OneOrAll, look
from cli.output import answer, bullets, heading, on_terminal, say
from cli.session import Session
from states.words import counted

if TYPE_CHECKING:
    from workflows.verification.verify import Verdict
Against = Annotated[
    Path | None, Option("--against", metavar="CHECKPOINT", help="A checkpoint that was kept elsewhere.")
]
Since = Annotated[
    str, Option("--since", metavar="CHECKPOINT", help="Only what came after a checkpoint: its number, or its file.")
]
Processes = Annotated[
    int,
    Option("--processes", min=0, max=16, help="How many processes share the work."),
]


@look
def verify(
    session: Session, ref: OneOrAll = "", against: Against = None, since: Since = "", processes: Processes = 0
) -> None:
    """Prove that the history is whole, replays to what is shown, and chased whom it should. Ends with 1 if not.

    What was found of the whole record is shown at the desk, under Quality.
    """
    from workflows.verification import verify
    from workflows.verification.kept_verdict import keep_if_it_can

    with session.installation() as installation, _progress(session) as progress:
        verdict = verify.verify(
            installation.engine,
            ref=ref or None,
            against=against,
            since=since or None,
            processes=processes or None,
            progress=progress,
            keys=installation.keys,
            now=session.now,
            evidence=installation.settings.evidence,
            checkpoint_files=installation.settings.data / "checkpoints",
        )
        if not ref and against is None and not since:
            keep_if_it_can(installation.engine, verdict, session.now)
    answer(_as_json(verdict), lambda _: _tell(verdict), as_json=session.as_json)
    if not verdict.ok:
        raise Exit(1)


def _as_json(verdict: Verdict) -> dict[str, object]:
    counts = {name: getattr(verdict, name) for name in ("cases", "entries", "rungs", "messages", "logged")}
    return {
        "ok": verdict.ok,
        **counts,
        "since": verdict.since or None,
        "notes": verdict.notes,
        "causes": [{"what": str(cause), "count": len(cause.places)} for cause in verdict.causes],
        "places": [str(place) for place in verdict.places],
    }


@contextmanager
def _progress(session: Session) -> Iterator[Callable[[int, int], None] | None]:
    """A bar while a long look goes on, where somebody watches."""
    if session.as_json or not on_terminal():
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("Verifying")
        yield lambda done, count: bar.update(task, completed=done, total=count)


def _tell(found: Verdict) -> None:
    what = f"What came after {found.since}" if found.since else "The record"
    if found.ok:
        say(f"{what} is whole: every history is sealed, replays, and chased whom it should.", "good")
        looked = (counted(found.cases, "case"), counted(found.entries, "entry"), counted(found.rungs, "rung"))
        log = f"{found.logged:,} of the audit log" if found.logged else ""
        say(f"  {', '.join(filter(None, (*looked, log)))}, {counted(found.messages, 'message')} looked at.", "quiet")
        bullets(found.notes, "warn")
        return
    causes = found.causes
    heading(f"{what} does NOT add up, in {counted(len(found.places), 'place')}:")
    bullets(map(str, causes), "bad")
    if len(causes) < len(found.places):
        say("  cairn verify --json names every place.", "quiet")
    bullets(found.notes, "warn")
