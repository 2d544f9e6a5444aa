"""Files that an agency sends in parts, by the protocol tus 1.0 (creation, checksum): what broke off goes on."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import BinaryIO, cast

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from records.kept_files import LARGEST
from records.upload_parts import Damaged, Partly, add, begin, find, finish
from states.errors import BadAnswer, Refused
from web.desk import Desk
from web.errors import status_of
from web.guard import At
from web.visit import answer_address, folder_of

router = APIRouter()

VERSION = "1.0.0"
SPEAKS = {"tus-resumable": VERSION}
OFFERS = {"tus-version": VERSION, "tus-extension": "creation,checksum", "tus-checksum-algorithm": "sha256"}
CREATED, DONE, OTHER_VERSION, OTHER_KIND, DAMAGED = 201, 204, 412, 415, 460
A_PART = "application/offset+octet-stream"
FILES, FILE = "/answers/{number}/files", "/answers/{number}/files/{file}"


@router.options(FILES, name="answer_files")
def offers(number: str) -> Response:  # noqa: ARG001  the guard has looked at it
    """Say what of the protocol is spoken here."""
    return Response(status_code=DONE, headers={**SPEAKS, **OFFERS, "tus-max-size": str(LARGEST)})


@router.post(FILES, name="answer_files")
def create(at: At, number: str) -> Response:
    """Take up a file, or go on with one of which some is here already."""
    try:
        told = _told(at.request.headers.get("upload-metadata", ""))
        size = _number(at, "upload-length")
        one = begin(folder_of(at.installation, at.visit), told.get("filename", ""), size, told.get("changed", ""))
    except Refused as refused:
        return _refused(refused)
    return _answer(one, CREATED, location=f"{answer_address(number)}/files/{one.id}")


@router.head(FILE, name="answer_file")
def ask(at: At, file: str) -> Response:
    """Say how much of a file is here."""
    try:
        return _answer(find(folder_of(at.installation, at.visit), _plain(file)), 200)
    except Refused as refused:
        return _refused(refused)


@router.patch(FILE, name="answer_file")
def send(at: At, file: str) -> Response:
    """Add a part; once the file is whole it is looked at, and waits for its form."""
    if at.request.headers.get("tus-resumable") != VERSION:
        return Response(status_code=OTHER_VERSION, headers=OFFERS)
    if at.request.headers.get("content-type") != A_PART:
        return Response(status_code=OTHER_KIND, headers=SPEAKS)
    folder, here = folder_of(at.installation, at.visit), at.settings
    try:
        part = cast("BinaryIO", at.part)
        one = add(folder, _plain(file), _number(at, "upload-offset"), part, _fingerprint(at))
        if one.is_whole:
            finish(folder, one, here.looks_for_harm, here.quarantine)
    except Refused as refused:
        return _refused(refused)
    return _answer(one, DONE)


def _answer(one: Partly, status: int, **more: str) -> Response:
    told = {"upload-offset": str(one.here), "upload-length": str(one.size)}
    return Response(status_code=status, headers={**SPEAKS, **told, **more})


def _refused(refused: Refused) -> Response:
    """Why not, in words that can be shown."""
    status = DAMAGED if isinstance(refused, Damaged) else status_of(refused)
    return PlainTextResponse(" ".join(map(str, refused.args)), status, headers=SPEAKS)


def _plain(file: str) -> str:
    """The number of a file; nothing that could lead elsewhere."""
    return file if file.isalnum() else ""


def _number(at: Desk, header: str) -> int:
    said = at.request.headers.get(header, "")
    if not (said.isascii() and said.isdecimal()):
        raise BadAnswer(f"{header} is missing, or is no number.")
    return int(said)


def _told(metadata: str) -> dict[str, str]:
    """What is said of a file: names with values in base64, with commas between them."""
    try:
        pairs = (one.strip().partition(" ") for one in metadata.split(",") if one.strip())
        return {name: b64decode(value, validate=True).decode() for name, _, value in pairs}
    except (NotBase64, ValueError):
        raise BadAnswer("What is said of the file cannot be read.") from None


def _fingerprint(at: Desk) -> str:
    """The SHA-256 of the part, as it is said; empty where none is."""
    kind, _, said = at.request.headers.get("upload-checksum", "").partition(" ")
    if not kind:
        return ""
    try:
        found = b64decode(said, validate=True)
    except NotBase64:
        found = b""
    if kind != "sha256" or not found:
        raise BadAnswer("The checksum of the part cannot be read: it is sha256, in base64.")
    return found.hex()
