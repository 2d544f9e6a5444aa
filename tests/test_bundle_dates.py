"""The dates of a case in its bundle: a hold is told with the date whose clock it stopped, and left out with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from records import cases
from records.database import reading
from tests.casework import asked, edited, part
from tests.office import FIFE
from workflows.bundle.bundle_request import bundle_request
from workflows.bundle.contents import contents_of
from workflows.verbs.advance import advance
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.request import answer

if TYPE_CHECKING:
    from tests.office import Office


def told(office: Office, ref: str, *left_out: str) -> list[str]:
    """Each date in the words of the bundle; what is left out of it is there by its ground."""
    with reading(office.engine) as tx:
        case, wants = cases.find(tx, ref, to_change=False), bundle_request("Sheriff Court", "", {"entries": left_out})
        dates = contents_of(tx, case, wants, Path(), office.now, only_clean=True).dates
    return ["|".join(piece.text or piece.ground for piece in one.pieces) for one in dates]


def test_a_hold_that_stopped_a_clock_is_told_with_the_date_and_goes_with_any_entry_of_it(office: Office) -> None:
    ref = asked(office, FIFE).ref
    office.do(answer, ref, FIFE)
    office.do(advance, ref, "consider")
    office.later(days=2)
    began = office.do(order_pause, ref, "proceedings", "Fiscal", "A trial is near.", role="chair").dossier.sequence
    office.later(days=5)
    ended = office.do(end_pause, ref, "P1", "It is over.", role="chair").dossier.sequence

    *before, decision, looked_at = told(office, ref)

    assert decision.startswith("Decision|Thu 19 March 2026 (at first Mon 16 March 2026)|10 working days|")
    assert "|paused: criminal proceedings, on the authority of Fiscal|" in decision
    assert decision.endswith("|criminal proceedings, on the authority of Fiscal: A trial is near.|Mon 9 March 2026")
    assert looked_at.startswith("Look at the hold again|")
    for number, last in ((began, "family"), (ended, looked_at)):
        *others, cut, after = told(office, ref, f"{number} = family")
        assert (others, after) == (before, last)
        assert cut.startswith("Decision|family|10 working days|"), "when it was due would tell of the hold"
        assert cut.endswith("|family|family|family"), "how it was counted would, too; the hold, and until when"
        assert "proceedings" not in cut
        assert "trial" not in cut


def test_a_date_that_hangs_on_one_that_a_left_out_hold_moved_does_not_tell_of_it(office: Office) -> None:
    hangs = part("timescales", "review", anchor={"timescale": "decision"}, limit=2, met_by={"triggers": ["publish"]})
    office.editions["small"] = edited(timescales=hangs)
    ref = asked(office, FIFE).ref
    office.do(answer, ref, FIFE)
    office.do(advance, ref, "consider")
    office.later(days=2)
    began = office.do(order_pause, ref, "proceedings", "Fiscal", "A trial is near.", role="chair").dossier.sequence
    office.later(days=5)
    office.do(end_pause, ref, "P1", "It is over.", role="chair")
    (whole,) = [one for one in told(office, ref) if "Thu 19 March 2026" in one and not one.startswith("Decision")]
    name = whole.partition("|")[0]
    assert whole.startswith(f"{name}|Sat 21 March 2026 (at first Wed 18 March 2026)|")

    (cut,) = [one for one in told(office, ref, f"{began} = family") if one.startswith(f"{name}|")]

    assert cut.startswith(f"{name}|family|")
    assert "March" not in cut
