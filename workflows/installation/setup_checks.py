"""Checks of an installation's setup: settings, key, disk, software, wordings, editions. Reads no records."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from config import committees, procedures
from config.calendar_files import calendar_paths, load_calendar, load_calendar_file
from config.phrases import BEGIN_WITH, NO_COMMITTEE
from config.settings import ROOT, Settings, edition
from notifications import wording
from notifications.channels import check_identity, check_relay
from notifications.relay import parse
from records.files import passing_folder, plainly_about
from states.calendars import Holiday, differences
from states.errors import Refused
from states.next_step import NextStep, advice
from states.words import long_day
from workflows.checks import FIRST, LATER, Finding, fault, well, well_or

ENOUGH_ROOM = 500 * 1024 * 1024
PREFECT_NEEDS = (0, 151)
MOST_DAYS = 5
"""So many holidays are named one by one."""
EXAMPLE_DOMAIN = "cairn.example"
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def settings_in_order(settings: Settings) -> tuple[Finding, ...]:
    """Whether the settings make sense together, and none of them would embarrass the committee."""
    return well_or((*_relay(settings), *_place(settings)), "The settings are in order.")


def _relay(settings: Settings) -> Iterator[Finding]:
    wrong = check_identity(f"<identity@{settings.sender_domain}>")
    if wrong:
        yield fault(f"{wrong} Nothing can be sent.", "Correct CAIRN_SENDER_DOMAIN: letters, digits, dots and hyphens.")
    if settings.relay is None:
        yield well(
            "Messages go into a mailbox folder, and to nobody else.",
            "Set CAIRN_RELAY when people are to get them.",
            LATER,
        )
        return
    address = settings.relay.get_secret_value()
    wrong = check_relay(address)
    if wrong:
        yield fault(wrong, "Correct CAIRN_RELAY (docs/operations.md).")
        return
    relay = parse(address)
    if relay.scheme == "mailbox":
        return
    if settings.sender_domain == EXAMPLE_DOMAIN:
        yield fault(f"Mail would carry the made-up domain {EXAMPLE_DOMAIN}.", "Set CAIRN_SENDER_DOMAIN to your own.")
    if relay.scheme == "smtp" and relay.option("tls") != "required" and relay.host not in THIS_MACHINE:
        yield fault("Mail may leave unencrypted.", "Add ?tls=required to CAIRN_RELAY, or use smtps://.")


def _place(settings: Settings) -> Iterator[Finding]:
    local = settings.local_file
    if local is None:
        yield well(NO_COMMITTEE, BEGIN_WITH, FIRST)
    elif not local.is_file():
        yield fault(f"There is no file of the committee's own, {local}.", "Correct CAIRN_COMMITTEE, or write it.")
    if settings.rehearsal:
        yield fault("The clock can be set by anybody (CAIRN_REHEARSAL).", "Unset it where real cases are kept.")
    if settings.data.is_dir() and settings.data.stat().st_mode & 0o077:
        yield fault(f"Other users of this machine may look into {settings.data}.", f"Run chmod 700 {settings.data}.")
    if settings.pulse is None:
        yield well("Nobody outside notices when this machine stops.", "Set CAIRN_PULSE to a dead man's switch.", LATER)


def other_committees(settings: Settings) -> Iterator[Finding]:
    """Whether the committees of an installation are apart, and who they are. Each is looked at by itself."""
    if settings.which or not committees.names(settings):
        return
    try:
        several = committees.all_of(settings)
    except Refused as refused:
        yield from (fault(one, "Correct committee.env in the folder of the committee.") for one in refused.obstacles)
        return
    named = ", ".join(one.which for one in several if one.which)
    yield well(f"Other committees in this installation: {named}.", "Look at each: cairn --committee NAME doctor.")
    if not settings.site:
        yield well("The first committee has every host that is no other's.", "Set CAIRN_SITE to its own address.")


def master_key(settings: Settings) -> Iterator[Finding]:
    """Whether the master key is there, for nobody else to read, and kept a second time."""
    keep = "Keep a copy of it away from this machine: without it names can never be read again."
    if settings.master_key is not None:
        yield well("The master key comes from CAIRN_MASTER_KEY.", keep, FIRST)
        return
    file = settings.key_file
    with plainly_about(file):
        if not file.exists():
            yield fault(
                f"There is no master key in {file}.", "Put back the copy you kept; on a first start it is made."
            )
        elif file.stat().st_mode & 0o077:
            yield fault(f"Other users may read the master key {file}.", f"Run chmod 600 {file}.")
        else:
            yield well(f"The master key is in {file}.", keep, FIRST)


def room_on_disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room for what is to come."""
    with plainly_about(settings.data):
        free = shutil.disk_usage(settings.data if settings.data.exists() else ROOT).free
    shown = f"{free / 1024**3:.1f} GB"
    if free < ENOUGH_ROOM:
        yield fault(f"The disk is nearly full: {shown} are free.", "Make room before a change is refused.")
    else:
        yield well(f"There is room on the disk ({shown} free).")


def software(_settings: Settings) -> Iterator[Finding]:
    """Whether the packages go together: a FastAPI that is too new breaks Prefect's own calls, and all looks well."""
    try:
        found = version("fastapi")
    except PackageNotFoundError:
        yield fault("FastAPI is missing, and Prefect cannot run without it.", "Install with make run.")
        return
    if fastapi_too_new(found):
        yield fault(f"FastAPI {found} breaks Prefect's own calls.", "Install the pinned packages again (make run).")
    else:
        yield well(f"Prefect {version('prefect')} and FastAPI {found} go together.")


def fastapi_too_new(found: str) -> bool:
    """Whether this FastAPI refuses the calls that Prefect 3.9 makes (docs/decisions/0002-dependencies.md)."""
    return tuple(int(part) for part in found.split(".")[:2]) >= PREFECT_NEEDS


def wordings(_settings: Settings) -> tuple[Finding, ...]:
    """Whether every wording can be used, and none names a personal field."""
    faults = (fault(wrong, "Correct the wording.") for wrong in wording.check())
    return well_or(faults, f"All {len(wording.kinds())} wordings can be used.")


def editions_readable(settings: Settings) -> tuple[Finding, ...]:
    """Whether every edition of the guidance can be read, with the committee's own settings over it."""
    return well_or(
        dict.fromkeys(_unreadable(settings)), f"All {len(procedures.names())} editions of the guidance can be read."
    )


def national_calendars(_settings: Settings) -> tuple[Finding, ...]:
    """Whether the nations' calendars, as they are written, list the holidays that the holidays package knows of now."""
    from config.national_holidays import NATIONS

    found = (each for name in NATIONS if not _is_as_known(name) for each in _holidays_differ(name))
    return well_or(found, "The nations' calendars list the holidays that are known of now.")


def _is_as_known(name: str) -> bool:
    """Whether a nation's calendar is to the letter what would be written now; then no day of it need be read."""
    from config.national_holidays import national_text

    try:
        return calendar_paths()[name].read_bytes() == national_text(name).encode()
    except (KeyError, OSError):
        return False


def _holidays_differ(name: str) -> Iterator[Finding]:
    from config.national_holidays import write_national

    with passing_folder("calendar") as folder:
        now = load_calendar_file(write_national(name, folder))
    lacking, own = differences(load_calendar(name), now)
    if lacking:
        steps = (NextStep(f"calendar {verb}", {"file": ()}) for verb in ("preview", "apply"))
        remedy = advice("Add them to a copy of the file, then {} and {}.", *steps)
        yield fault(f"The calendar {name} lacks {_listed(lacking)}, which the holidays package knows of.", remedy)
    if own:
        sentence = f"The calendar {name} has {_listed(own)}, which the holidays package does not know of."
        yield well(sentence, "Leave it so where it was proclaimed later; else correct the file.")


def _listed(days: Sequence[Holiday]) -> str:
    shown = [f"{long_day(one.day)} ({one.name})" for one in days[:MOST_DAYS]]
    return ", ".join([*shown, *([f"{len(days) - MOST_DAYS} more"] if len(days) > MOST_DAYS else [])])


def _unreadable(settings: Settings) -> Iterator[Finding]:
    for name in procedures.names():
        try:
            edition(name, settings.local_file)
        except Refused as refused:
            remedy = advice(
                "Correct that file ({} tells when it is in order).", NextStep("procedure check", {"file": ()})
            )
            yield from (fault(obstacle, remedy) for obstacle in refused.obstacles)
