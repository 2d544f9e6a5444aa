"""`cairn verify`: proof that the history is whole and replays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Exit, Option

from cli.options import look
from cli.output import answer, bullets, heading, on_terminal, say
from cli.session import Session
from states.words import counted

if TYPE_CHECKING:
    from workflows.verification.verify import Verdict
Case = Annotated[str, Argument(metavar="REF", help="One case; all of them if not said.")]
Against = Annotated[
    Path | None, Option("--against", metavar="CHECKPOINT", help="A checkpoint that was kept elsewhere.")
]


@look
def verify(session: Session, ref: Case = "", against: Against = None) -> None:
    """Prove that the history is whole, replays to what is shown, and chased whom it should. Ends with 1 if not."""
    from workflows.verification import verify

    with session.installation() as installation, _progress(session) as progress:
        verdict = verify.verify(
            installation.engine,
            ref=ref or None,
            against=against,
            progress=progress,
            keys=installation.keys,
            now=session.now,
            evidence=installation.settings.evidence,
            checkpoint_files=installation.settings.data / "checkpoints",
        )
    answer(_facts(verdict), _tell_verdict, as_json=session.as_json)
    if not verdict.ok:
        raise Exit(1)


def _facts(verdict: Verdict) -> dict[str, Any]:
    counts = {name: getattr(verdict, name) for name in ("cases", "entries", "rungs", "messages", "logged")}
    return {
        "ok": verdict.ok,
        **counts,
        "notes": list(verdict.notes),
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


def _tell_verdict(facts: dict[str, Any]) -> None:
    if facts["ok"]:
        say("The record is whole: every history is sealed, replays, and chased whom it should.", "good")
        entries = "1 entry" if facts["entries"] == 1 else f"{facts['entries']:,} entries"
        looked = (counted(facts["cases"], "case"), entries, counted(facts["rungs"], "rung"))
        log = f"{facts['logged']:,} of the audit log" if facts["logged"] else ""
        say(f"  {', '.join(filter(None, (*looked, log)))}, {counted(facts['messages'], 'message')} looked at.", "quiet")
        bullets(facts["notes"], "warn")
        return
    causes = facts["causes"]
    heading(f"The record does NOT add up, in {counted(len(facts['places']), 'place')}:")
    bullets((cause["what"] for cause in causes), "bad")
    if len(causes) < len(facts["places"]):
        say("  cairn verify --json names every place.", "quiet")
    bullets(facts["notes"], "warn")
