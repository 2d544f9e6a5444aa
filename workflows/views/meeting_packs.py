"""The papers that go with an agenda: each item's case as it stands, for one reader, without what is shut to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from config.bodies import body_of, heading
from config.meetings import BodyRule
from records import cases
from records.cases import Case
from states.meetings import Meeting
from workflows.papers.paper import Paper
from workflows.views.case_documents import scanned_documents
from workflows.views.case_page import case_page
from workflows.views.case_paper import case_paper
from workflows.views.history import history_page
from workflows.views.meeting_page import ItemLine, item_lines
from workflows.views.meeting_papers import pack_name
from workflows.views.meeting_people import people
from workflows.views.viewer import Viewer


def packs(
    tx: Connection, meeting: Meeting, rule: BodyRule, committee: str, viewer: Viewer
) -> Iterator[tuple[str, Paper]]:
    """The papers of the items, each with the name of its file."""
    for line, case in _with_papers(tx, meeting, rule, viewer):
        entries, whose = history_page(tx, case).entries, heading(committee, body_of(case.procedure))
        yield (
            pack_name(line),
            case_paper(case_page(tx, case, viewer), entries, whose, viewer),
        )


@dataclass(frozen=True)
class Enclosed:
    """A file of evidence of an item: its place among the papers, and whether it may be handed out."""

    name: str
    sha256: str
    clean: bool


def evidence(tx: Connection, meeting: Meeting, rule: BodyRule, viewer: Viewer) -> Iterator[Enclosed]:
    """The files that the histories of the items name, each in the folder of its item, by the entry that named it.

    As everywhere at the desk only those are handed out that were found clean; the others are told of.
    """
    for line, case in _with_papers(tx, meeting, rule, viewer):
        for one in scanned_documents(tx, history_page(tx, case).entries):
            name = f"{line.place:02}-{line.item.ref}/entry-{one.entry}-{one.sha256[:8]}-{one.name}"
            yield Enclosed(name, one.sha256, one.clean)


def _with_papers(tx: Connection, meeting: Meeting, rule: BodyRule, viewer: Viewer) -> Iterator[tuple[ItemLine, Case]]:
    """The items that are about a case whose papers the reader is given, each with its case."""
    for line in item_lines(tx, meeting, rule, viewer, people(tx, rule)):
        if line.item.ref and not line.shut and not line.item.left_out:
            yield line, cases.find(tx, line.item.ref, to_change=False)


def fingerprint(paper: Paper) -> str:
    """The fingerprint of what a paper says (SHA-256), whatever it is written as."""
    return hashlib.sha256(json.dumps(paper.facts(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
