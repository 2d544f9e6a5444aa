"""Who is on a case, and its children, whose names are kept apart."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from records.children import ChildDetails
from records.database import transaction
from tests.casework import MEGABYTE, ODD, asked, edited, entries, everything, gathering, messages, opened, refused
from tests.office import FIFE, POLICE
from workflows.verbs.people import add_child, change_people, erase_personal_data, names_of
from workflows.verbs.request import answer

if TYPE_CHECKING:
    from tests.office import Office

MORAG = ChildDetails("Morag Example", date(2014, 3, 7), {"CHI": "0703141234"})


def test_another_lead_officer_takes_over_and_the_history_says_so(office: Office) -> None:
    case = opened(office, lead="Robin Example", deputy="Sam Example")

    case = office.do(change_people, case.ref, lead="Kim Example", deputy="", why="Robin has left.")

    assert (case.dossier.lead, case.dossier.deputy) == ("Kim Example", "")
    assert entries(office, case)[-1].data == {"lead": "Kim Example", "deputy": ""}
    assert office.case(case.ref).dossier.lead == "Kim Example"


def test_agencies_join_and_leave(office: Office) -> None:
    case = gathering(office)

    case = office.do(change_people, case.ref, joined=("Fife Council", FIFE), left=(POLICE,), why="Not involved.")

    assert case.dossier.agencies == (FIFE, "Fife Council")


def test_an_agency_that_is_still_asked_does_not_leave(office: Office) -> None:
    case = asked(office)

    assert "NHS Fife is still asked for information" in refused(office, change_people, case.ref, left=(FIFE,))
    office.do(answer, case.ref, FIFE)
    assert office.do(change_people, case.ref, left=(FIFE,)).dossier.agencies == (POLICE,)


def test_a_change_that_cannot_be_made_is_refused(office: Office) -> None:
    case = gathering(office)
    wrong = [
        ({}, "Nothing was changed: name a lead officer, a deputy, an agency or the holder of a role."),
        ({"lead": "Kim", "role": "member"}, "here written lead_officer or chair: 'member' may not do it."),
        ({"lead": MEGABYTE}, "shorten it to 200"),
        ({"deputy": ODD}, "cannot be read"),
        ({"joined": (ODD,)}, "cannot be read"),
        ({"joined": (" ",)}, "Name the agency"),
        ({"left": ("Fife Council",)}, "Fife Council is not on this case: NHS Fife, Police Scotland are."),
        ({"lead": "Kim", "why": ODD}, "cannot be read"),
        ({"lead": "Kim", "seen": 1}, "has changed since"),
    ]

    for more, says in wrong:
        assert says in refused(office, change_people, case.ref, **more)


def test_the_names_of_children_are_read_by_those_who_keep_the_case_and_stand_nowhere_in_the_clear(
    office: Office,
) -> None:
    case = opened(office)
    case = office.do(add_child, case.ref, MORAG)
    case = office.do(add_child, case.ref, ChildDetails("Iain Sample"))

    assert case.dossier.children == 2
    first, second = office.do(names_of, case.ref)
    assert (first.name, first.born, dict(first.identifiers), first.number) == (
        "Morag Example",
        MORAG.born,
        {"CHI": "0703141234"},
        1,
    )
    assert (second.name, second.number) == ("Iain Sample", 2)
    kept = str(everything(office))
    assert not [word for word in ("Morag", "Iain", "0703141234", "2014-03-07") if word in kept]
    assert "Reading the names of children is for" in refused(office, names_of, case.ref, role="member")


def test_a_child_is_entered_with_a_name(office: Office) -> None:
    case = opened(office)

    assert "name" in refused(office, add_child, case.ref, ChildDetails(" "))
    assert "cannot be read" in refused(office, add_child, case.ref, ChildDetails(ODD))
    assert "shorten it to 200" in refused(office, add_child, case.ref, ChildDetails(MEGABYTE))
    assert "may not do it" in refused(office, add_child, case.ref, MORAG, role="member")
    assert "has changed since" in refused(office, add_child, case.ref, MORAG, seen=9)


def test_no_refusal_repeats_the_name_of_a_child(office: Office) -> None:
    case = opened(office)
    office.do(add_child, case.ref, MORAG)

    said = refused(office, change_people, case.ref, lead="Kim Example", why="Morag asked for it.")

    assert "Morag" not in said
    assert "child 1" in said


def test_erased_data_cannot_be_read_and_the_history_stays(office: Office) -> None:
    case = opened(office)
    office.do(add_child, case.ref, MORAG)

    case = office.do(erase_personal_data, case.ref, "The family asked for it.")

    assert (case.dossier.erased, case.dossier.children) == (True, 1)
    assert office.do(names_of, case.ref) == ()
    assert [entry.kind for entry in entries(office, case)] == ["opened", "child_added", "personal_data_erased"]
    assert "has been erased already" in refused(office, erase_personal_data, case.ref, "Again.")
    assert "no name can be entered any more" in refused(office, add_child, case.ref, MORAG)


def test_personal_data_is_erased_only_on_a_ground(office: Office) -> None:
    case = opened(office)
    office.do(add_child, case.ref, MORAG)

    assert "Say on what ground" in refused(office, erase_personal_data, case.ref, " ")
    assert "may not do it" in refused(office, erase_personal_data, case.ref, "Asked.", role="member")
    assert "child 1" in refused(office, erase_personal_data, case.ref, "Morag asked.")


def test_an_edition_that_knows_no_keeper_is_kept_by_any_of_its_own_roles(office: Office) -> None:
    small = edited()
    office.editions["small"] = small.model_copy(
        update={"roles": {"convener": small.roles["chair"]}, "transitions": small.transitions}
    )
    with transaction(office.engine) as tx:
        from workflows.verbs.open import open_case

        move = office.editions["small"].transitions[0].model_copy(update={"roles": ("convener",)})
        office.editions["small"] = office.editions["small"].model_copy(
            update={"transitions": (move, *office.editions["small"].transitions[1:])}
        )
        case, _ = open_case(office.uow(tx, "convener"), "small", answers={"informed_on": "2026-03-01"})

    case = office.do(change_people, case.ref, lead="Kim Example", role="convener")

    assert case.dossier.lead == "Kim Example"
    assert "may not do it" in refused(office, change_people, case.ref, lead="Kim", role="stranger")


def test_no_name_of_a_child_is_in_a_message(office: Office) -> None:
    case = opened(office)
    office.do(add_child, case.ref, MORAG)

    assert not [row for row in messages(office) if "Morag" in row.facts]


def test_a_child_is_not_born_in_the_future_and_is_named_on_one_line(office: Office) -> None:
    ref = opened(office).ref

    def says(name: str, **more: Any) -> str:
        return refused(office, add_child, ref, ChildDetails(name, **more))

    assert "(3 March 2026) lies in the future: leave it out for a child not yet born" in says(
        "A", born=date(2026, 3, 3)
    )
    assert "(1 January 1850) lies more than 120 years back: check the year" in says("A", born=date(1850, 1, 1))
    assert "goes over more than one line" in says("A\nB")
    assert "cannot be seen (U+202D)" in says("A\u202dB")
    assert "cannot be seen (U+200B)" in says("A B", identifiers={"CHI": "01\u200b02"})
    assert office.case(ref).dossier.children == 0
    office.do(add_child, ref, ChildDetails("Zahra\u202fSâdât \u0632\u0647\u200c\u0631\u0627", born=date(2026, 3, 2)))
