"""The editions of the guidance: listed, shown, checked, drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option, echo

from cli.options import EditionName, read, story
from cli.output import answer, bullets, entries, say
from cli.session import Session, guidance

if TYPE_CHECKING:
    from states.procedure import Procedure

app = story("The editions of the guidance: listed, shown, checked, drawn.")

File = Annotated[Path, Argument(metavar="FILE", help="The file of an edition.")]
Local = Annotated[Path | None, Option("--local", metavar="FILE", help="A committee's file to lay over it.")]
Svg = Annotated[Path | None, Option("--svg", metavar="FILE", help="Write the picture to this file.")]


@app.command("list")
@read
def list_(session: Session) -> None:
    """List the editions of the guidance."""
    from config import procedures

    found = [guidance(name) for name in procedures.names()]
    facts = [
        {
            **one.model_dump(mode="json", include={"name", "title", "kind", "nation", "issued_on", "withdrawn_on"}),
            "committee": one.committee,
            "digest": one.digest,
        }
        for one in found
    ]
    answer(facts, _tell_list, as_json=session.as_json)


@app.command()
@read
def show(session: Session, edition: EditionName) -> None:
    """Show an edition in words: states, steps, time limits, ladders, sources; and what to type for each."""
    from cli.typing_page import typed
    from config.printing import markdown

    found = guidance(edition)
    facts = found.model_dump(mode="json", by_alias=True)
    answer({**facts, "digest": found.digest}, lambda _: echo(markdown(found) + typed(found)), as_json=session.as_json)


@app.command()
@read
def check(session: Session, file: File, local: Local = None) -> None:
    """Check a file, an edition's or a committee's own: every fault at once, each with its place and its remedy."""
    from config import procedures

    laid_over = () if local else procedures.read_local(file)
    if laid_over:
        laid = {"ok": True, "committee": laid_over[0].committee, "editions": [_checked(one) for one in laid_over]}
        answer(laid, _tell_laid_over, as_json=session.as_json)
        return
    answer(_checked(procedures.read(file, local)), _tell_checked, as_json=session.as_json)


@app.command()
@read
def draw(session: Session, edition: EditionName, svg: Svg = None) -> None:
    """Draw an edition as one picture (SVG)."""
    from config.drawing import draw as drawn
    from records.files import plainly_about

    picture = drawn(guidance(edition))
    if svg is None:
        echo(picture)
        return
    with plainly_about(svg):
        svg.write_text(picture, encoding="utf-8")
    answer({"file": str(svg)}, lambda _: say(f"The picture is in {svg}."), as_json=session.as_json)


@app.command()
def schema() -> None:
    """Print the JSON Schema of an edition, for editors that check TOML while it is typed."""
    from config import procedures

    echo(json.dumps(procedures.schema(), ensure_ascii=False, indent=2))


def _tell_list(found: list[dict[str, Any]]) -> None:
    entries((one["name"], "; ".join(filter(None, _about(one))), "heading") for one in found)


def _about(one: dict[str, Any]) -> tuple[str, ...]:
    withdrawn = f"withdrawn {one['withdrawn_on']}" if one["withdrawn_on"] else ""
    local = f"with the changes of {one['committee']}" if one["committee"] else ""
    return one["title"], one["nation"], one["kind"], withdrawn, local


def _checked(found: Procedure) -> dict[str, Any]:
    counts = {name: len(getattr(found, name)) for name in ("states", "transitions", "timescales", "ladders")}
    return {"ok": True, "name": found.name, "title": found.title, "digest": found.digest, **counts}


def _tell_laid_over(facts: dict[str, Any]) -> None:
    say(f"The file of {facts['committee']} is in order. It changes:", "good")
    bullets(one["name"] for one in facts["editions"])


def _tell_checked(facts: dict[str, Any]) -> None:
    parts = ", ".join(f"{facts[name]} {name}" for name in ("states", "transitions", "timescales", "ladders"))
    say(f"{facts['name']} is in order: {parts}.", "good")
