"""The log of unexpected errors: secrets masked, personal data left out."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from pathlib import Path

from config.file_owner import give_to_owner_of_folder
from notifications.redaction import mask
from records.log_files import rotate

UNEXPECTED = (
    "Something went wrong that Cairn did not expect; nothing was half done. "
    "Give the reference {reference} to whoever looks after Cairn: {where}."
)
NOWHERE = "there is no data folder to write the details to; they end with: {trace}"

DATA_IN_ERRORS = re.compile(r"(?m)^[^\S\n]*(DETAIL|CONTEXT|HINT|QUERY):.*(\n(?![A-Za-z]+:|\S*Error\b|\[|\s*$).*)*")
"""What a database server says of the row it refuses: the values in it are people's, and stay out of a log."""


def unexpected(folder: Path, trace: str, now: datetime) -> str:
    """The sentence for something that was not expected; its traceback goes to the file of errors in the data folder."""
    reference = secrets.token_hex(4)
    return UNEXPECTED.format(reference=reference, where=_keep(folder, reference, trace, now))


def _keep(folder: Path, reference: str, trace: str, now: datetime) -> str:
    """Write a traceback to the file of errors; says where it is, or why it is nowhere."""
    path = folder / "errors.log"
    try:
        if not path.parent.is_dir():
            return NOWHERE.format(trace=mask(trace).strip().splitlines()[-1])
        rotate(path)
        path.touch(mode=0o600)
        give_to_owner_of_folder(path)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{now:%Y-%m-%dT%H:%M:%SZ} {reference}\n{mask(without_data(trace))}\n")
    except OSError as trouble:
        return f"the details could not be written down in {path} ({trouble.strerror})"
    return f"the details are in {path}"


def without_data(trace: str) -> str:
    """A traceback without what a database says of the values that it was given."""
    return DATA_IN_ERRORS.sub(r"\1: (not written down)", trace)
