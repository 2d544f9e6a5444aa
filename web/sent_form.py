"""Parses a submitted form as it streams in: large files go to disk, and what is too large is refused at once."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from records.files import plainly_about
from records.kept_files import LARGEST
from records.upload_parts import LARGEST_PART

LARGEST_FIELD = 6 << 20
MOST_FIELDS = 500
MOST_SENT = 200
"""Files of a form that are read: of more than are kept, it is said in the form itself how many that are."""
LARGEST_FORM = 6 << 20
"""Bytes of a form without files, as they are sent: a sign that is not of plain ASCII takes up to twelve."""
TOO_LARGE = 413
IN_MEMORY = 1 << 16
"""Bytes of a part of a file that are held before they go to the disk."""


async def sent_form(request: Request, *, files: bool, largest: int = LARGEST) -> FormData:
    """The fields of a form, and its files where it takes any, with at most `largest` bytes together.

    Raises HTTPException for what is too large, or does not say how large it is; StorageTrouble where there is no room.
    """
    most = LARGEST_FORM + (largest if files else 0)
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or int(said) > most:
        raise HTTPException(TOO_LARGE)
    counted = Request(request.scope, _Counted(request, most).receive)
    number = MOST_SENT if files else 0
    with plainly_about(Path(gettempdir())):
        return await counted.form(max_part_size=LARGEST_FIELD, max_fields=MOST_FIELDS, max_files=number)


def files_in(form: FormData) -> tuple[UploadFile, ...]:
    """The files that were sent; a field in which none was chosen is none."""
    return tuple(one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename)


def fingerprint_of(form: FormData) -> str:
    """What tells whether two forms are one that was sent twice: all that stands in them, and the names of the files."""
    said = [(name, one if isinstance(one, str) else f"{one.filename} {one.size}") for name, one in form.multi_items()]
    return sha256(repr(sorted(said)).encode()).hexdigest()


async def sent_part(request: Request) -> IO[bytes]:
    """A part of a file as it was sent, on the disk where it is not small. Raises HTTPException for one too large."""
    part: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  whoever asked for it closes it
    left = LARGEST_PART
    async for some in request.stream():
        left -= len(some)
        if left < 0:
            part.close()
            raise HTTPException(TOO_LARGE)
        part.write(some)
    return part


class _Counted:
    """Passes on what is sent, and counts it: a length that is not said, or wrong, makes no difference."""

    def __init__(self, request: Request, most: int) -> None:
        self.request, self.left = request, most

    async def receive(self) -> Message:
        message = await self.request.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise HTTPException(TOO_LARGE)
        return message
