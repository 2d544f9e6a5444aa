"""Detects the kind of a file by its content, never by its name; what cannot be read is refused in words."""

from __future__ import annotations

import re

from states.errors import BadAnswer
from workflows.importing.sheet import Workbook
from workflows.importing.xml_parts import DAMAGED, Parts

LARGEST_FILE = 30_000_000
LOCKED = "The file needs a password to open: open it, save it again without one, and import that."
OLD = "The file is an Excel file of before 2007: open it, save it again as XLSX, and import that."
BINARY = "The file is a binary workbook (XLSB): open it, save it again as XLSX, and import that."
WEB_PAGE = "The file is a web page, whatever its name says: open it in your spreadsheet, save it as XLSX, import that."
EMPTY = "The file is empty: choose the file that holds the register."
LARGE = f"The file is larger than {LARGEST_FILE // 1_000_000} MB: save the sheet alone as a new XLSX file."
NOT_A_SHEET = "The file is no spreadsheet: save the register as XLSX or CSV, and import that."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(content: bytes) -> Workbook:
    """Read a register from the bytes of its file. Raises BadAnswer where it cannot be, saying what it is."""
    if not content:
        raise BadAnswer(EMPTY)
    if len(content) > LARGEST_FILE:
        raise BadAnswer(LARGE)
    if content.startswith(OLE):
        raise BadAnswer(LOCKED if "EncryptedPackage".encode("utf-16-le") in content else OLD)
    if content.startswith(b"PK"):
        try:
            return _zipped(content)
        except (ValueError, LookupError, OverflowError, RecursionError):  # a figure, a name or a depth that none has
            raise BadAnswer(DAMAGED) from None
    head = content[:4096].lstrip(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<!doctype html|<html|<table|<\?xml[^>]*>\s*<(html|\?mso|workbook)", head):
        raise BadAnswer(WEB_PAGE)
    if head.startswith((b"%pdf", b"{\\rtf", b"<?xml", b"\x89png", b"\xff\xd8\xff")):
        raise BadAnswer(NOT_A_SHEET)
    from workflows.importing.text_table import read_text

    return read_text(content)


def _zipped(content: bytes) -> Workbook:
    from workflows.importing.ods import read_ods
    from workflows.importing.xlsx import read_xlsx

    names = Parts(content).names
    if "content.xml" in names:
        return read_ods(content)
    if any(name.startswith("xl/") and name.endswith(".bin") and "workbook" in name for name in names):
        raise BadAnswer(BINARY)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise BadAnswer(NOT_A_SHEET)
    return read_xlsx(content)
