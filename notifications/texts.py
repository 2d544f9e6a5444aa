"""The wordings a committee may change: found, checked, and filled with facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError

from notifications.grammar import FACTS, environment, faults_in, names_in
from notifications.layout import LONGEST_FACT, one_line, subject_of
from states.errors import Refused

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".txt.j2"

# What every message has without being given it.
SUPPLIED: Mapping[str, object] = {
    "late": False,
    "passed": 0,
    "officer": "lead officer",
    "office": "committee",
    "unsaid": "any child, adult or family",
}

_ENVIRONMENT = environment()
_SUBJECT = re.compile(r"Subject:[ \t]*(\S.*)")
_SIGN = re.compile(r"\{%.*?%\}")
_FOOT = re.compile(r"^---[ \t]*$", re.MULTILINE)


class BadWording(Refused):
    """A message has no wording, its wording is faulty, or it asks for a fact the message does not carry."""


@dataclass(frozen=True)
class Text:
    """A wording with its facts in place: the subject, the body, and what to do if it is not theirs."""

    subject: str
    body: str
    foot: str


def kinds(folder: Path = TEMPLATES) -> frozenset[str]:
    """The messages that have a wording: one file each. A file that starts with _ is a part of every letter."""
    return frozenset(path.name.removesuffix(SUFFIX) for path in folder.glob(f"[!_]*{SUFFIX}"))


def check(folder: Path = TEMPLATES) -> tuple[str, ...]:
    """Every fault in the wordings, each as a sentence that says which file, what is wrong and what is allowed."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        return (f"{_shown(folder)} holds no wordings: each message needs its own file, such as reminder{SUFFIX}.",)
    return tuple(fault for path in paths for fault in _faults_of(path))


def needs(kind: str, folder: Path = TEMPLATES) -> frozenset[str]:
    """The facts a message of this kind must carry; the others its text uses are shown only when they are given."""
    path = path_of(kind, folder)
    text = _read(path)
    _compiled(text, _shown(path))
    named, asked = names_in([_ENVIRONMENT.parse(piece) for piece in _parts(text)])
    return (named & FACTS) - asked - SUPPLIED.keys()


def rendered(path: Path, facts: Mapping[str, object]) -> Text:
    """A wording with its facts in place. Raises BadWording, naming the file and the fact that is missing."""
    where = _shown(path)
    wording = _compiled(_read(path), where)
    try:
        subject, body, foot = (piece.render(facts) for piece in wording)
    except UndefinedError as missing:
        raise BadWording(f"{where} asks for a fact its message does not carry: {_fact_in(missing)}.") from None
    except (TemplateError, TypeError, ValueError) as error:
        raise BadWording(f"{where} cannot be written out: {one_line(str(error), LONGEST_FACT)}.") from None
    return Text(subject_of(subject.strip().removesuffix(".")), body.rstrip().strip("\n"), foot.strip())


def _fact_in(missing: UndefinedError) -> str:
    return (missing.message or "unknown").removesuffix(" is undefined")


@lru_cache(maxsize=256)
def _compiled(text: str, where: str) -> tuple[Template, ...]:
    faults = _faults(text, where)
    if faults:
        raise BadWording(*faults)
    return tuple(_ENVIRONMENT.from_string(piece) for piece in _parts(text))


def _faults_of(path: Path) -> Iterator[str]:
    try:
        text = _read(path)
    except BadWording as refused:
        yield from refused.obstacles
    else:
        yield from _faults(text, _shown(path))


@lru_cache(maxsize=256)
def _faults(text: str, where: str) -> tuple[str, ...]:
    return tuple(_found_in(text, where))


def _found_in(text: str, where: str) -> Iterator[str]:
    if _wants_subject(where) and not _SUBJECT.match(text):
        yield f"{where} has no subject: its first line must read 'Subject: ' and then the subject."
    if not _parts(text)[1].strip():
        yield f"{where} has no text: write it below the subject, after an empty line."
    for piece in _parts(text):
        try:
            yield from faults_in(_ENVIRONMENT.parse(piece), where)
        except TemplateSyntaxError as error:
            yield f"{where}, line {error.lineno}, cannot be read: {error.message}"


def _wants_subject(where: str) -> bool:
    file = where.rpartition("/")[2]
    return not file.startswith("_") or file == f"_several{SUFFIX}"


def _parts(text: str) -> tuple[str, str, str]:
    """The subject, the body and what stands below ---, each with the line numbers it has in its file."""
    first, _, rest = "\n".join(map(_kept, text.splitlines())).partition("\n")
    found = _SUBJECT.match(first)
    subject, rest = (found.group(1), f"\n{rest}") if found else ("", text)
    cut = _FOOT.search(rest)
    if cut is None:
        return subject, rest, ""
    above = rest[: cut.start()]
    return subject, above, "\n" * above.count("\n") + rest[cut.end() :]


def _kept(line: str) -> str:
    """A line of text keeps its end where a sign stands last: only a line of nothing but signs leaves no trace."""
    bare = line.rstrip()
    if bare.endswith("%}") and not bare.endswith(("-%}", "+%}")) and _SIGN.sub("", bare).strip():
        return f"{bare[:-2]}+%}}"
    return line


def path_of(kind: str, folder: Path) -> Path:
    """Where the wording of a message is kept. Raises BadWording where it has none."""
    if kind not in kinds(folder):
        raise BadWording(f"No wording for the message '{kind}': write {_shown(folder)}/{kind}{SUFFIX}.")
    return folder / f"{kind}{SUFFIX}"


def part(name: str, folder: Path) -> Path:
    """Where a part that every letter shares is kept: in the folder, or else as it was shipped."""
    own = folder / f"{name}{SUFFIX}"
    return own if own.exists() else TEMPLATES / own.name


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadWording(f"{_shown(path)} cannot be read: it must be a readable file of UTF-8 text.") from None


def _shown(path: Path) -> str:
    """A path as a person knows it: notifications/templates/reminder.txt.j2."""
    return "/".join(path.parts[-3 if path.suffix else -2 :])
