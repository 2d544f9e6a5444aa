"""The files by which systemd starts Cairn and keeps it running, and the timers for those who run it without Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from records.files import plainly_about
from states.errors import NotPossible

UTC_CLOCK, LONDON = "UTC", "Europe/London"
TIMERS: Mapping[str, tuple[str, str]] = {
    "sweep": ("*-*-* *:00/5:00", UTC_CLOCK),
    "deliver": ("*-*-* *:*:00", UTC_CLOCK),
    "inbox": ("*-*-* *:00/10:00", UTC_CLOCK),
    "alarm": ("*-*-* *:00/15:00", UTC_CLOCK),
    "digest": ("Mon..Fri *-*-* 08:00:00", LONDON),
    "backup": ("*-*-* 03:10:00", LONDON),
    "audit": ("*-*-* 03:40:00", LONDON),
    "rehearsal": ("*-*-* 06:10:00", LONDON),
    "canary": ("Mon *-*-* 10:00:00", LONDON),
    "yearly": ("*-04-01 07:00:00", LONDON),
}
"""When each round comes, as systemd writes it, and by which clock."""

HARDENED = """\
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
UMask=0077
ReadWritePaths={data}
"""
RUNNING = """\
[Unit]
Description=Cairn: case reviews, their dates and messages
Documentation=file:{docs}
After=network-online.target
Wants=network-online.target

[Service]
Type=exec
User={user}
WorkingDirectory={folder}
Environment=CAIRN_DATA={data}
ExecStart={command} run
Restart=on-failure
RestartSec=10
TimeoutStopSec=60
KillMode=mixed
{hardened}
[Install]
WantedBy=multi-user.target
"""
ROUND = """\
[Unit]
Description=Cairn: the round %i{of}
Documentation=file:{docs}
Conflicts=cairn.service

[Service]
Type=oneshot
User={user}
WorkingDirectory={folder}
Environment=CAIRN_DATA={data}
ExecStart={command}{committee} round %i
{hardened}"""
TIMER = """\
[Unit]
Description=Cairn: when the round {name} comes{of}

[Timer]
OnCalendar={when} {clock}
Unit={unit}-round@{name}.service
Persistent={again}
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True)
class InstalledAt:
    """Where Cairn is installed, which user it runs as, where its data are, and the committees beside the first."""

    folder: Path
    command: Path
    data: Path
    user: str
    committees: tuple[str, ...] = ()


def units(place: InstalledAt) -> dict[str, str]:
    """The unit files, each by its name: the service, and for those without Prefect a timer for each round.

    Each committee beside the first has timers of its own. Raises NotPossible for a folder whose name systemd cannot be
    told.
    """
    told = {name: _escaped(path) for name, path in (("folder", place.folder), ("data", place.data))}
    told |= {"command": _escaped(place.command), "docs": _escaped(place.folder / "docs" / "operations.md")}
    hardened = HARDENED.format(**told)
    filled = {**told, "user": place.user, "hardened": hardened}
    files = {"cairn.service": RUNNING.format(**filled)}
    for committee in ("", *place.committees):
        files |= _rounds(committee, filled)
    return files


def _rounds(committee: str, filled: Mapping[str, str]) -> dict[str, str]:
    """The timers of one committee, and what they start; an empty name is the first."""
    unit, of = (f"cairn-{committee}", f" of {committee}") if committee else ("cairn", "")
    said = f" --committee {committee}" if committee else ""
    files = {f"{unit}-round@.service": ROUND.format(**filled, of=of, committee=said)}
    for name, (when, clock) in TIMERS.items():
        again = "yes" if clock == LONDON else "no"
        timer = TIMER.format(name=name, when=when, clock=clock, again=again, unit=unit, of=of)
        files[f"{unit}-{name}.timer"] = timer
    return files


def install(place: InstalledAt, into: Path) -> tuple[Path, ...]:
    """Write the unit files into a folder of systemd's, over those of an earlier Cairn. Raises StorageTrouble."""
    written = []
    for name, text in units(place).items():
        path = into / name
        with plainly_about(path):
            into.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o644)
        written.append(path)
    return tuple(written)


def _escaped(path: Path) -> str:
    """A path as systemd reads it: it takes % for a specifier, and blanks and quotation marks apart."""
    text = str(path)
    if any(sign in text for sign in " \t\n\"'\\$"):
        raise NotPossible(f"systemd cannot be told of the folder {text}: move Cairn to one without blanks and quotes.")
    return text.replace("%", "%%")
