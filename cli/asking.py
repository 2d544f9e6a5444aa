"""Interactive commands: ask for what is missing, show it before it is written, and let it be corrected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from typer import BadParameter, Exit, echo

from cli.errors import at_the_terminal, sentences
from cli.form_input import answer_of
from cli.output import bullets, heading, say
from cli.prompts import Stopped, can_edit, read_line
from cli.typed_answers import NoAnswer, taken
from states.answers import MEASURE
from states.errors import Refused

if TYPE_CHECKING:
    from cli.session import Session
    from workflows.installation.installation import Installation
    from workflows.views.question import Question, SaidSoFar

Command = Callable[..., None]
Words = tuple[str, ...]
Seen = TypeVar("Seen")

ONLY_SHOW = frozenset({"show", "history", "recommendation show"})
BEGINS = "Cairn asks for what is missing; nothing is written until you say yes. Ctrl-C stops."
STOPPED = "Stopped: nothing was written."
STOPPED_LATER = "Stopped: nothing more was written."
NOT_WRITTEN = "Nothing was written."
WHO = {"as_name": "name", "as_role": "role", "as_agency": "agency"}
GOING_ON: ContextVar[bool] = ContextVar("GOING_ON", default=False)
"""Whether this command was chosen from what can be done next: then it is always shown before it is written."""


def with_a_person(command: Command, session: Session, verb: str, given: Mapping[str, Any]) -> None:
    """Run a command for a person: as it was typed where nothing is missing, else with what they are asked for."""
    with replace(session, makes=verb == "open" or session.makes).installation() as here:
        dialogue = Dialogue(command, session, verb, dict(given), here)
        if dialogue.next() is None and not GOING_ON.get():
            command(session, **given)
            return
        try:
            dialogue.run()
        except Stopped:
            say(STOPPED_LATER if GOING_ON.get() else STOPPED)
            raise Exit(1) from None
    if session.done:
        go_on(session, session.done[-1])


@dataclass
class Dialogue:
    """What somebody is asked, and what they have said; nothing of it is lost before it is written."""

    command: Command
    session: Session
    verb: str
    given: dict[str, Any]
    here: Installation
    asked: dict[str, Question] = field(default_factory=dict)
    said: dict[str, Words] = field(default_factory=dict)

    def next(self) -> Question | None:
        """The next thing to ask."""
        from workflows.views.questions import next_question

        past = frozenset(self.said)
        return self._look(lambda look: next_question(look, self.verb, past=past))

    def run(self) -> None:
        """Ask, show what would happen, and do it once they say yes. Raises Stopped, or Exit where they say no."""
        say(BEGINS, "quiet")
        self._ask_missing()
        if self.verb in ONLY_SHOW:
            self.command(self.session, **self._filled())
            return
        self._ask_besides()
        while not self._is_done():
            self._ask_missing()

    def _ask_missing(self) -> None:
        while (one := self.next()) is not None:
            self._ask(one)

    def _ask_besides(self) -> None:
        from workflows.views.question import Question
        from workflows.views.questions import besides

        found = self._look(lambda look: besides(look, self.verb))
        if not found:
            return
        known = tuple((one.name, one.label) for one in found)
        more = Question("more", "More can be recorded", "choices", known, "should", help="Enter for no more.")
        for name in self._answer(more, ()):
            self._ask(next(one for one in found if one.name == name))

    def _is_done(self) -> bool:
        """Show what would happen, and do it if they say yes; what is refused is asked for again."""
        try:
            say()
            heading("This is what will happen; nothing is written yet.")
            seen = self._version()
            self.command(replace(self.session_of(), trial=True, done=[], seen=seen), **self._filled())
            say()
            if not self._is_confirmed():
                return False
            self.command(replace(self.session_of(), seen=seen, shown=True), **self._filled())
        except Refused as refused:
            self._put_right(tuple(map(at_the_terminal, sentences(refused))))
            return False
        except BadParameter as wrong:
            self._put_right((str(wrong),))
            return False
        return True

    def _is_confirmed(self) -> bool:
        from workflows.views.question import Question

        ways = (("yes", "write it"), ("no", "write nothing"), ("change", "change an answer first"))
        (said,) = self._answer(Question("write", "Write it?", "choice", ways), ())
        if said == "no":
            say(NOT_WRITTEN)
            raise Exit(1)
        if said == "change":
            self._change("Which answer?", tuple(self.asked))
        return said == "yes"

    def _put_right(self, refused: Words) -> None:
        """Say what is wrong, and ask again for what it names; for what to change where it names nothing asked."""
        bullets(refused, "bad")
        text = " ".join(refused)
        named = [one for one in self.asked.values() if one.label in text or f"{one.name!r}" in text]
        if not named:
            self._change("Which answer do you change? Everything you typed is kept.", tuple(self.asked))
        for one in named:
            self._ask(one, again=True)

    def _change(self, label: str, names: Words) -> None:
        from workflows.views.question import Question

        known = tuple((name, f"{self.asked[name].label}: {', '.join(self.said[name])}") for name in names)
        which = Question("change", label, "choices", known, "should", help="Enter for none: nothing is written.")
        chosen = self._answer(which, ())
        if not chosen:
            say(NOT_WRITTEN)
            raise Exit(1)
        for name in chosen:
            self._ask(self.asked[name], again=True)

    def _ask(self, one: Question, *, again: bool = False) -> None:
        self.asked[one.name] = one
        self.said[one.name] = self._answer(one, self.said.get(one.name, ()) if again else ())

    def _answer(self, one: Question, already: Words) -> Words:
        """An answer that can be taken; a wrong one is asked for again, with why."""
        say()
        tell(one)
        only = [name for name, _ in one.answers] if one.ask == "must" and one.kind in {"choice", "choices"} else []
        typed = ", ".join(already or (only if len(only) == 1 else ()))
        while True:
            if one.kind == "measures":
                return (_measures(),)
            names = [name for name, _ in one.answers]
            typed = read_line(already=typed, words=names, files=one.kind == "files").strip()
            if not typed and one.ask != "must":
                return ()
            try:
                found = taken(one, typed)
                self._check(one, found)
            except (NoAnswer, BadParameter) as wrong:
                say(f"  {wrong}", "bad")
                typed = typed if can_edit() else ""
            else:
                return found

    def _check(self, one: Question, found: Words) -> None:
        value = answer_of(one.field, one.name, list(found)) if one.field else list(found) if one.several else found[0]
        fault = self._look(lambda look: look.fault(one, value))
        if fault:
            raise NoAnswer(fault)
        if one.kind == "files" and not all(map(_is_file, found)):
            say("  No such file is here: it is recorded in words, as where it is filed.", "quiet")

    def session_of(self) -> Session:
        """The session of whoever they said they are."""
        who = {WHO[name]: words[0] for name, words in self.said.items() if name in WHO and words}
        now = self.session
        return replace(
            now,
            name=who.get("name", now.name),
            role=who.get("role", now.role),
            agency=who.get("agency", now.agency),
            aside={name: words[0] for name, words in self.said.items() if self.asked[name].into == "aside" and words},
        )

    def _look(self, see: Callable[[SaidSoFar], Seen]) -> Seen:
        """A look at the database with all that is said so far."""
        from records.database import reading
        from workflows.views.question import SaidSoFar

        with reading(self.here.engine) as tx:
            return see(SaidSoFar(tx, self.session_of().viewer(), self.here.guidance, *self._told()))

    def _version(self) -> int | None:
        if self.session.seen is not None or not self._told()[0].get("ref"):
            return self.session.seen
        return self._look(lambda look: look.case.dossier.version)

    def _told(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The arguments and the answers to fields, as they stand."""
        ours = {name: one for name, one in self.asked.items() if name in self.said}
        answers = _typed_fields(self.given) | {
            name: answer_of(one.field, name, list(self.said[name]))
            for name, one in ours.items()
            if one.field is not None and self.said[name]
        }
        arguments = {
            name: self.said[name] if one.several else "".join(self.said[name])
            for name, one in ours.items()
            if one.field is None
        }
        return {**self.given, **arguments}, answers

    def _filled(self) -> dict[str, Any]:
        """The parameters of the command, with all that was said in its place."""
        filled = dict(self.given)
        for name, words in self.said.items():
            one = self.asked[name]
            if one.field is not None:
                self._add_field(filled, one, words)
            elif name not in WHO and one.into != "aside" and words:
                filled[name] = _as_parameter(one, words, whole=_is_whole(self.command, name))
        return filled

    def _add_field(self, filled: dict[str, Any], one: Question, words: Words) -> None:
        files = [word for word in words if one.kind == "files" and "file" in filled and _is_file(word)]
        pairs = [f"{one.name}={word}" for word in words if word not in files]
        filled["field"] = [*(filled.get("field") or ()), *pairs]
        if files:
            kept = [f"{one.name}={Path(word).expanduser()}" for word in files]
            filled["file"] = [*(filled.get("file") or ()), *kept]


def tell(one: Question) -> None:
    """Show a question, its help, and the answers there are."""
    heading(one.label)
    hint = {
        "yes_no": "yes or no" + (": and the reason after it" if one.field and one.field.reason_when else ""),
        "date": "a day, such as 2/3/2026",
        "number": "a whole number",
        "files": "a file, or where it is filed",
    }.get(one.kind, "")
    several = "several with commas between" if one.several else ""
    line = "; ".join(filter(None, (one.help.rstrip("."), hint, several)))
    if line:
        say(f"  {line}.", "quiet")
    if one.kind != "yes_no":
        bullets(
            (
                f"{place:>2}  {name}{f': {words}' if words else ''}"
                for place, (name, words) in enumerate(one.answers, 1)
            ),
            lead="  ",
        )


def go_on(session: Session, ref: str) -> None:
    """Offer what can be done next on the case, and do it; nothing where nothing is chosen."""
    from cli.command_table import app
    from records.database import reading
    from workflows.views.question import SaidSoFar
    from workflows.views.questions import what_next

    with session.installation() as here, reading(here.engine) as tx:
        found = what_next(SaidSoFar(tx, session.viewer(), here.guidance, {"ref": ref}))
    say()
    heading(f"What next on {ref}? Enter for nothing.")
    bullets((f"{place:>2}  {words}" for place, (_, _, words) in enumerate(found, 1)), lead="  ")
    chosen = _place(len(found))
    if chosen is None:
        return
    verb, more, _ = found[chosen]
    GOING_ON.set(True)
    code = app([*verb.split(), ref, *more.values(), *_who(session)], prog_name="cairn", standalone_mode=False)
    if code:
        raise Exit(code)


def _place(most: int) -> int | None:
    while True:
        try:
            typed = read_line().strip()
        except Stopped:
            return None
        if not typed:
            return None
        if typed.isdecimal() and 0 < int(typed) <= most:
            return int(typed) - 1
        say(f"  Type a number from 1 to {most}, or Enter for nothing.", "bad")


def _who(session: Session) -> Iterable[str]:
    words = {"--name": session.name, "--as": session.role, "--of": session.agency}
    moment = ("--now", session.moment.isoformat()) if session.moment else ()
    return (*(word for pair in words.items() if pair[1] for word in pair), *moment)


def _is_whole(command: Command, name: str) -> bool:
    """Whether a parameter of a command is a whole number."""
    kind = signature(command, eval_str=True).parameters[name].annotation
    return get_origin(kind) is Annotated and get_args(kind)[0] is int


def _as_parameter(one: Question, words: Words, *, whole: bool) -> Any:
    if one.several:
        return list(words)
    if one.kind == "date":
        from states.typed_days import read_day

        return read_day(words[0])
    if whole:  # one of those that are listed is called by its kind and number, such as contact-4
        return int(words[0].rpartition("-")[2])
    return int(words[0]) if one.kind == "number" else words[0]


def _typed_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields given on the command line, as far as they can be read without their form."""
    pairs = (pair.partition("=") for pair in given.get("field") or ())
    found = {
        name.strip(): value.partition(":")[0] if value[:3] in {"yes", "no:"} else value for name, _, value in pairs
    }
    files = (one.partition("=")[0] for one in given.get("file") or () if "=" in one)
    return {**_of_file(given.get("fields") or ""), **found, **dict.fromkeys(files, "a file")}


def _of_file(path: str) -> dict[str, Any]:
    from cli.form_input import given

    return given((), (), path) if path and path != "-" else {}


def _is_file(word: str) -> bool:
    return Path(word).expanduser().is_file()


def _measures() -> str:
    """The measures of a change, part by part, as the JSON that a field of them takes."""
    found: list[dict[str, str]] = []
    while True:
        one = {part: read_line(f"{part} > ").strip() for part in MEASURE}
        if all(one[part] for part in ("indicator", "target", "source")):
            found.append({part: said for part, said in one.items() if said})
        else:
            echo("  A measure has an indicator, a target and a source: write it again.")
        if found and not read_line("another? y or Enter > ").strip():
            return json.dumps(found, ensure_ascii=False)
