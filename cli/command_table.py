"""The table of all commands, each with its one-line help. A command's module is loaded only when it is called."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any

from typer import BadParameter, Context, Exit, Option, Typer, echo
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cli.app import VERSION
from cli.errors import plainly
from cli.prompts import asks, somebody_is_there

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Cases": {
        "open": ("cli.commands.open:open_", "Open a case under an edition of the guidance."),
        "list": ("cli.commands.list:list_", "List cases, the most urgent first."),
        "agenda": ("cli.commands.agenda:agenda", "Show what needs you today: overdue, due soon, waiting for a yes."),
        "show": ("cli.commands.show:show", "Show a case: where it stands, its dates, what can be done now."),
        "advance": ("cli.commands.advance:advance", "Take the next step of a case."),
        "request": ("cli.commands.request:app", "Ask agencies for information, and record what comes back."),
        "pause": ("cli.commands.pause:app", "Hold a case for proceedings elsewhere."),
        "extend": ("cli.commands.extend:app", "More time for a date: asked for, granted, refused, taken back."),
        "item": ("cli.commands.item:app", "The lists kept on a case: findings, actions, learning points."),
        "case": ("cli.commands.case:app", "Links, people, whom it is about, corrections, editions of a case."),
        "meeting": ("cli.commands.meeting:app", "Meetings: agendas, what is decided in them, minutes."),
        "import": ("cli.commands.import:app", "A register out of a spreadsheet: looked at, imported, taken back."),
        "history": ("cli.commands.history:history", "Show what was recorded on a case, and what was known on a day."),
    },
    "Learning": {
        "recommendation": (
            "cli.commands.recommendation:app",
            "Recommendations: proposed, listed, followed through, found again.",
        ),
        "finding": ("cli.commands.finding:findings", "The findings of a review, and the committee's response to each."),
        "action": ("cli.commands.action:actions", "The actions under a recommendation, and progress on each."),
        "board": ("cli.commands.board:board", "What was promised, what is proven, what it changed."),
        "summary": ("cli.commands.summary:summary", "Sum up a year: every case considered, and what was learned."),
        "pack": ("cli.commands.pack:pack", "What goes to the Care Inspectorate, and what is still missing."),
        "extract": ("cli.commands.extract:extract", "The reviews completed in a period, with their data items."),
        "forum-paper": ("cli.commands.forum_paper:forum_paper", "The paper for the chairs' forum."),
        "calendar-feed": ("cli.commands.calendar_feed:calendar_feed", "The dates owed as a calendar, without names."),
    },
    "Dates and messages": {
        "due": ("cli.commands.due:due", "Count a date, and show how it was counted."),
        "ladder": ("cli.commands.ladder:app", "Ladders of reminders and escalations: shown, rehearsed, confirmed."),
        "inbox": ("cli.commands.inbox:app", "What came back by mail: reports, answers, what is to be sorted."),
        "outbox": ("cli.commands.outbox:app", "Messages owed, sent and failed; sent again, or recorded as come back."),
        "tasks": ("cli.commands.tasks:tasks", "Show what waits for a person."),
        "task": ("cli.commands.task:task", "Mark a task as seen to."),
        "contact": ("cli.commands.contact:app", "The people Cairn writes to."),
        "agency": ("cli.commands.agency:app", "The register of agencies: entered, renamed, merged, retired."),
    },
    "Guidance": {
        "procedure": ("cli.commands.procedure:app", "The editions of the guidance: listed, shown, checked, drawn."),
        "calendar": ("cli.commands.calendar:app", "Working days and holidays, and late changes to them."),
    },
    "Running": {
        "setup": ("cli.commands.setup:setup", "Set up what is missing here: data folder, master key, database."),
        "run": ("cli.commands.run:run", "Start Cairn: dates are watched and messages sent, until Ctrl-C."),
        "web": ("cli.commands.web:web", "Serve the desk alone: pages for the committee's people."),
        "deploy": ("cli.commands.deploy:deploy", "Register Cairn's rounds with a Prefect server and its workers."),
        "sweep": ("cli.commands.sweep:sweep", "Look at every date that is due, and write the reminders."),
        "deliver": ("cli.commands.deliver:deliver", "Send every message that is owed."),
        "round": ("cli.commands.round:round_", "Do one of the regular rounds by hand: audit, digest, backup ..."),
        "clock": ("cli.commands.clock:clock", "Say that the clock of this machine is right, after it jumped."),
        "metrics": ("cli.commands.metrics:metrics", "Show how Cairn does as numbers, for monitoring (Prometheus)."),
        "service": ("cli.commands.service:app", "Have systemd start Cairn, and keep it running."),
        "committee": ("cli.commands.committee:app", "Several committees in one installation: added, listed."),
        "doctor": ("cli.commands.doctor:doctor", "Say what is well, what is wrong, and what to do about it."),
        "demo": ("cli.commands.demo:demo", "Watch a committee's year in under a minute."),
        "simulate": ("cli.commands.simulate:simulate", "Fill a database with a believable committee's work."),
    },
    "Keeping": {
        "verify": ("cli.commands.verify:verify", "Prove that the history is whole and replays."),
        "quality": ("cli.commands.quality:quality", "Time limits kept, and steps against what the edition allows."),
        "sample": ("cli.commands.sample:app", "Cases drawn by chance for an auditor, and what was found in each."),
        "export": ("cli.commands.export:export", "Write the history out as JSON, CSV, XES or OCEL."),
        "backup": ("cli.commands.backup:backup", "Copy everything but the master key into one file."),
        "account": ("cli.commands.account:app", "Who may act here, and in which roles."),
        "token": ("cli.commands.token:app", "Programs that act for an account here: let in, listed, shut out."),
        "webhook": ("cli.commands.webhook:app", "Addresses that are told of new entries: made, listed, told again."),
        "keys": ("cli.commands.keys:app", "The master key: exchanged for a new one, or lost for good."),
        "restore": ("cli.commands.restore:restore", "Bring a backup back into an empty database."),
    },
}
LONGEST_WORD = 40_000
"""Characters of a text that is typed: a field holds half as many, and SQLite looks for no longer ones."""

COMMANDS = {name: place for section in SECTIONS.values() for name, place in section.items()}
WIDEST = max(map(len, COMMANDS))


class Cairn(TyperGroup):
    """The commands, listed from the table above and loaded one at a time; whatever goes wrong ends in a sentence."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (_, sentence) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=sentence))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the real command in the place of its sentence, now that it is called."""
        if args[0] in COMMANDS:
            self.commands[args[0]] = loaded(args[0])
            if ctx.params.get("_server"):
                go_out(ctx, tuple(args))
                return super().resolve_command(ctx, args)
            if somebody_is_there(as_json="--json" in args):
                let_gaps(self.commands[args[0]], args[0])
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take in what was typed. Wrong usage when it is no text, or longer than any text that can be kept."""
        check_words(args)
        return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        """Run what was typed. Raises Exit with 1 when it was refused or broke, after saying so in plain words."""
        with plainly(as_json="--json" in ctx.args):
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  Typer calls it so
        """List the commands under the headings of the table."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(WIDEST), sentence) for name, (_, sentence) in commands.items()])


def check_words(words: Iterable[str]) -> None:
    """Wrong usage where one of the words is no text, or longer than any text that can be kept."""
    for word in words:
        if len(word) > LONGEST_WORD:
            raise BadParameter(f"one of the texts is {len(word):,} characters long: shorten it.")
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in word):
            raise BadParameter("one of the texts holds a character that cannot be read: type it again.")


def go_out(ctx: Any, words: tuple[str, ...]) -> None:
    """Have a command go to a server as soon as it is read. Raises NotPossible for one that is not sent."""
    from cli.command_runner import RUNNER
    from cli.remote_client import RemoteServer
    from cli.remote_execution import called

    said = ctx.params
    server = RemoteServer.at(said["_server"], said["_token_file"])
    runner = server.runner(called(words), look_first=said["_look_first"], committee=said["_committee"])
    before = RUNNER.set(runner)
    ctx.call_on_close(lambda: RUNNER.reset(before))


def let_gaps(command: Any, called: str) -> None:
    """Let arguments be left out, of commands that ask somebody at the terminal for what is missing."""
    for name, below in getattr(command, "commands", {}).items():
        let_gaps(below, f"{called} {name}")
    if asks(called):
        for param in command.params:
            param.required = False


def loaded(name: str) -> Any:
    """A command from its own file: a group of commands, or a function that becomes one."""
    place, sentence = COMMANDS[name]
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, Typer):
        return get_command(found)
    single = Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    single.command(name, short_help=sentence)(found)
    return get_command(single)


app = Typer(
    name="cairn",
    cls=Cairn,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        echo(f"cairn {VERSION}")
        raise Exit


def _for_committee(ctx: Context, name: str) -> str:
    """Have whatever is typed after it be done for one committee of several."""
    import os

    before = os.environ.get("CAIRN_WHICH")

    def as_before() -> None:
        os.environ.pop("CAIRN_WHICH", None)
        os.environ.update({"CAIRN_WHICH": before} if before is not None else {})

    if name:
        os.environ["CAIRN_WHICH"] = name
        ctx.call_on_close(as_before)
    return name


@app.callback()
def cairn(
    _ctx: Context,
    _version: Annotated[
        bool, Option("--version", callback=_version, is_eager=True, help="Say which Cairn this is.")
    ] = False,
    _committee: Annotated[
        str,
        Option(
            "--committee",
            metavar="NAME",
            envvar="CAIRN_WHICH",
            callback=_for_committee,
            help="Which committee, where an installation has several.",
        ),
    ] = "",
    _server: Annotated[
        str,
        Option("--server", metavar="ADDRESS", envvar="CAIRN_SERVER", help="Have it done by the Cairn at this address."),
    ] = "",
    _token_file: Annotated[
        str,
        Option("--token-file", metavar="FILE", envvar="CAIRN_TOKEN_FILE", help="The file with the token for it."),
    ] = "",
    _look_first: Annotated[
        bool, Option("--look-first", help="With --server: show what it would do, and ask before it is done.")
    ] = False,
) -> None:
    """Case reviews for Scotland's Child Protection Committees: on time, with nothing lost."""
