"""What an XLSX file keeps beside its cells: comments, threaded comments and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.importing.sheet import Place, place_of
from workflows.importing.xml_parts import Parts, attribute, local


@dataclass
class Notes:
    """The comments and links of a sheet, by cell."""

    comments: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    links: dict[Place, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def link(self, written: str, number: str) -> None:
        """A cell leads to an address outside the file: the address is kept as words, and never opened."""
        try:
            place = place_of(written.partition(":")[0])
        except ValueError:
            return
        if number in self.addresses:
            self.links[place] = self.addresses[number]


def notes_of(parts: Parts, relations: Mapping[str, tuple[str, str, bool]]) -> Notes:
    """Read the comments of a sheet; where a cell is talked about, the copy for old programs is left out."""
    found = Notes(addresses={key: target for key, (_, target, outside) in relations.items() if outside})
    old, talks = dict[Place, tuple[str, ...]](), dict[Place, tuple[str, ...]]()
    for kind, target, outside in relations.values():
        if outside:
            continue
        if kind == "comments":
            _comments(parts, target, "comment", old)
        elif kind == "threadedComment":
            _comments(parts, target, "threadedComment", talks)
    found.comments = {**old, **talks}
    return found


def _comments(parts: Parts, name: str, tag: str, found: dict[Place, tuple[str, ...]]) -> None:
    for _, element in parts.elements(name):
        if local(element.tag) != tag:
            continue
        said = "".join(one.text or "" for one in element.iter() if local(one.tag) in {"t", "text"}).strip()
        try:
            place = place_of(attribute(element, "ref"))
        except ValueError:
            continue
        if said:
            closed = " (resolved)" if attribute(element, "done") == "1" else ""
            found[place] = (*found.get(place, ()), said + closed)
