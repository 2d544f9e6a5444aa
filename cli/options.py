"""The options that commands share: who acts, which version they saw, what time it is in a rehearsal, words or JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial, wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

from typer import Argument, BadParameter, Context, Option, Typer
from typer.core import TyperGroup

from cli.command_runner import RUNNER
from cli.prompts import asks, somebody_is_there
from cli.session import Session
from cli.short_references import with_whole_references
from states.moments import LONDON
from states.typed_days import LIKE, read_day

Asked = ParamSpec("Asked")

GUIDANCE = Path(__file__).parents[1] / "config" / "guidance"
NINE = time(9)


def day(written: str | date) -> date:
    """Read a date as people type it: 2026-03-02, 2/3/2026 (the day first), 2 March 2026; a default is one already."""
    if isinstance(written, date):
        return written
    found = read_day(written)
    if found is None:
        raise BadParameter(f"write a date like {LIKE}, not {written[:40]!r}.")
    return found


def moment(written: str) -> datetime:
    """Read the time of a rehearsal; without a time of day it is 9 in the morning, without a zone it is Scotland's."""
    from config.settings import settings

    if not settings().rehearsal:
        raise BadParameter(
            "the clock can be set in a rehearsal only: set CAIRN_REHEARSAL=1 in a copy that is not used."
        )
    on = read_day(written)
    try:
        at = datetime.combine(on, NINE) if on else datetime.fromisoformat(written)
    except ValueError:
        raise BadParameter(f"write a time like 2026-03-02T09:00, not {written[:40]!r}.") from None
    return at if at.tzinfo else at.replace(tzinfo=LONDON)


def editions(incomplete: str) -> list[str]:
    """The editions whose names begin like this, for the shell to offer."""
    return sorted(path.stem for path in GUIDANCE.glob(f"{incomplete}*.toml"))


Ref = Annotated[str, Argument(metavar="REF", help="A case, such as LR-2026-0007.", show_default=False)]
OneOrAll = Annotated[str, Argument(metavar="REF", help="One case; all of them if not said.")]
DateName = Annotated[str, Argument(metavar="DATE", help="The date, as cairn show REF names it.")]
EditionName = Annotated[
    str, Argument(metavar="EDITION", help="An edition of the guidance (cairn procedure list).", autocompletion=editions)
]
Agency = Annotated[str, Argument(metavar="AGENCY", help='An agency on the case, such as "NHS Fife".')]
Agencies = Annotated[
    list[str] | None, Option("--agency", metavar="AGENCY", help="An agency involved; may be repeated.")
]
On = Annotated[date | None, Option("--on", parser=day, metavar="DATE", help="The day it happened, if not today.")]
Until = Annotated[
    date | None, Option("--until", parser=day, metavar="DATE", help="Until this day, such as 2026-03-02.")
]
AsAt = Annotated[
    date | None, Option("--as-at", parser=day, metavar="DATE", help="As it was known at the end of that day.")
]
Most = Annotated[int, Option("--most", metavar="COUNT", min=1, help="How many to show at most.")]
Reason = Annotated[str, Option("--reason", metavar="TEXT", help="Why. Name nobody whom it is about.")]
Authority = Annotated[str, Option("--authority", metavar="NAME", help="On whose authority, where one is asked for.")]
LateReason = Annotated[str, Option("--late-reason", metavar="TEXT", help="If a date was missed: why.")]
Override = Annotated[str, Option("--override", metavar="TEXT", help="Why you go on without what the step waits for.")]
Kind = Annotated[str, Option("--kind", metavar="REQUEST", help="Which request, if the agency was asked for several.")]
Fields = Annotated[
    list[str] | None,
    Option(
        "--field",
        metavar="NAME=VALUE",
        help="A field to record; repeat it for a list. A yes or no with its reason: NAME=no:why.",
    ),
]
FieldsFile = Annotated[
    str, Option("--fields", metavar="FILE", help="What to record, as a file of JSON; - reads standard input.")
]

Shared = tuple[str, Any, Any]
WHO: tuple[Shared, ...] = (
    (
        "role",
        Annotated[
            str, Option("--as", envvar="CAIRN_ROLE", metavar="ROLE", help="The role you act in, such as lead_officer.")
        ],
        "",
    ),
    ("name", Annotated[str, Option("--name", envvar="CAIRN_NAME", metavar="NAME", help="Your name.")], ""),
)
BY: Shared = (
    "name",
    Annotated[str, Option("--by", envvar="CAIRN_NAME", metavar="NAME", help="Who does it: your name.")],
    "",
)
SEEN: Shared = (
    "seen",
    Annotated[int | None, Option("--seen", metavar="VERSION", help="The version you saw: refused if it has changed.")],
    None,
)
NOW: Shared = (
    "moment",
    Annotated[
        datetime | None, Option("--now", parser=moment, metavar="TIME", help="What time it is, in a rehearsal only.")
    ],
    None,
)
JSON: Shared = ("as_json", Annotated[bool, Option("--json", help="Answer in JSON.")], False)


def verb(command: Callable[Concatenate[Session, Asked], None]) -> Callable[..., None]:
    """A command that changes a case: somebody does it, having seen a version of it."""
    return _dressed(command, (*WHO, _agency(command), SEEN, NOW, JSON))


def act(command: Callable[Concatenate[Session, Asked], None]) -> Callable[..., None]:
    """A command that somebody does, to no one version of a case."""
    return _dressed(command, (*WHO, _agency(command), NOW, JSON))


def keep(command: Callable[Concatenate[Session, Asked], None]) -> Callable[..., None]:
    """A command that changes a register or what is kept: where nobody says who, it is the user of the machine."""
    return _dressed(command, (WHO[0], BY, NOW, JSON))


def look(command: Callable[Concatenate[Session, Asked], None]) -> Callable[..., None]:
    """A command that reads the clock and does nothing in anybody's name."""
    return _dressed(command, (NOW, JSON))


def read(command: Callable[Concatenate[Session, Asked], None]) -> Callable[..., None]:
    """A command for which it does not matter what time it is."""
    return _dressed(command, (JSON,))


def story(about: str, cls: type[TyperGroup] = TyperGroup) -> Typer:
    """A group of commands."""
    return Typer(
        cls=cls,
        help=about,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def _agency(command: Callable[..., None]) -> Shared:
    """The actor's own agency is `--of`; `--agency` as well, where that does not name the agencies of the case."""
    taken = any("--agency" in str(one.annotation) or "Agencies" in str(one.annotation) for one in _own(command))
    names = ("--of",) if taken else ("--of", "--agency")
    told = Option(*names, envvar="CAIRN_AGENCY", metavar="AGENCY", help="The agency you speak for, if any.")
    return "agency", Annotated[str, told], ""


def _own(command: Callable[..., None]) -> list[Parameter]:
    return list(signature(command).parameters.values())[1:]


def _do(command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:
    """Do a command, asking whoever is there for what is missing."""
    if somebody_is_there(as_json=session.as_json) and asks(called):
        from cli.asking import with_a_person

        with_a_person(command, session, called, given)
    else:
        command(session, **given)


def _dressed(command: Callable[Concatenate[Session, Asked], None], shared: tuple[Shared, ...]) -> Callable[..., None]:
    own = list(signature(command, eval_str=True).parameters.values())[1:]
    options = [
        Parameter(f"session_{name}", Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in shared
    ]

    options.append(Parameter("session_context", Parameter.KEYWORD_ONLY, annotation=Context))

    @wraps(command)
    def run(**given: Any) -> None:
        called = given.pop("session_context").command_path.partition(" ")[2]
        session = Session(**{name: given.pop(f"session_{name}") for name, _, _ in shared})
        runner = RUNNER.get()
        if runner is not None:
            runner.run(command, session, called, given)
            return
        with_whole_references(session, called, given, partial(_do, command, session, called))

    dressed: Any = run
    keyworded = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in own]
    dressed.__signature__ = signature(command).replace(parameters=[*keyworded, *options], return_annotation=None)
    dressed.__annotations__ = {one.name: one.annotation for one in (*keyworded, *options)}
    return run
