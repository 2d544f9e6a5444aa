"""Who is written to today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from notifications.channels import check_channel
from records import contacts
from records.contacts import CONTACTS
from records.database import transaction
from states.entry import Actor
from states.errors import BadAnswer, NotFound
from tests.casework import MEGABYTE, ODD
from tests.office import FIFE, MONDAY, shipped_edition
from workflows.verbs.contacts import channels_written
from workflows.views.contact_list import contact_list
from workflows.views.question import SaidSoFar
from workflows.views.questions_on_registers import ON_REGISTERS
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from tests.office import Office

TODAY = date(2026, 3, 2)


def done(office: Office, verb: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    with transaction(office.engine) as tx:
        return verb(tx, *arguments, **more)


def reachable(tx: Connection, today: date, who: str, *arguments: Any, **more: Any) -> Any:
    return getattr(contacts.reachable(tx, today), who)(*arguments, **more)


def name_of(office: Office, verb: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    found = done(office, verb, *arguments, **more)
    return found.name if found else ""


def test_the_first_contact_is_told_and_the_deputy_while_the_first_is_away(office: Office) -> None:
    office.add_contact("deputy", FIFE)
    first = done(office, reachable, TODAY, "of_agency", FIFE).id
    done(office, contacts.away, first, date(2026, 3, 4), date(2026, 3, 6))

    told = [name_of(office, reachable, date(2026, 3, day), "of_agency", FIFE) for day in (3, 4, 6, 7)]

    assert told == ["first NHS Fife", "deputy NHS Fife", "deputy NHS Fife", "first NHS Fife"]


def test_nobody_is_told_in_place_of_the_senior_contact(office: Office) -> None:
    office.add_contact("deputy", FIFE)
    senior = done(office, reachable, TODAY, "senior_of", FIFE).id

    done(office, contacts.away, senior, TODAY, TODAY)

    assert done(office, reachable, TODAY, "senior_of", FIFE) is None
    assert done(office, reachable, TODAY, "senior_of", "Fife Council") is None


def test_the_person_named_holds_a_role_before_any_other_and_another_role_only_when_there_is_nobody(
    office: Office,
) -> None:
    office.add_contact("lead_officer", name="Kim Example")
    deputy = office.add_contact("deputy_lead_officer", name="Sam Example")
    asked = {"named": "Kim Example", "otherwise": "deputy_lead_officer"}

    assert name_of(office, reachable, TODAY, "in_role", "lead_officer", **asked) == "Kim Example"
    assert name_of(office, reachable, TODAY, "in_role", "lead_officer", named="Nobody") == "lead_officer"
    for one in done(office, contacts.everybody):
        if one.role == "lead_officer":
            done(office, contacts.retire, one.id)
    assert name_of(office, reachable, TODAY, "in_role", "lead_officer", **asked) == "Sam Example"
    done(office, contacts.trouble, deputy, MONDAY)
    assert done(office, reachable, TODAY, "in_role", "lead_officer", **asked) is None


def test_who_could_not_be_reached_is_written_to_again_once_the_address_is_put_right(office: Office) -> None:
    first = done(office, reachable, TODAY, "of_agency", FIFE).id
    done(office, contacts.trouble, first, MONDAY)
    assert done(office, reachable, TODAY, "of_agency", FIFE) is None

    done(office, contacts.change_channels, office.keys, first, [("email", "new@fife.example")])

    assert done(office, reachable, TODAY, "of_agency", FIFE).id == first
    assert done(office, contacts.address, office.keys, first, "email") == "new@fife.example"
    assert done(office, contacts.address, office.keys, first, "teams") == ""


def test_a_contact_is_as_its_row_reads_now_each_time_it_is_changed_and_changed_back(office: Office) -> None:
    first = done(office, reachable, TODAY, "of_agency", FIFE).id
    for channel, news in (("teams", "weekly"), ("email", "each"), ("teams", "weekly")):
        done(office, contacts.change_channels, office.keys, first, [(channel, "desk@fife.example")])
        done(office, contacts.change, first, {"news": news})

        found = done(office, reachable, TODAY, "of_agency", FIFE)
        assert (found.channels, found.news) == ((channel,), news)


def test_a_contact_without_a_channel_reaches_nobody(office: Office) -> None:
    office.add_contact("first", "Fife Council", channels=[])

    assert done(office, reachable, TODAY, "of_agency", "Fife Council") is None


def test_addresses_stand_nowhere_in_the_clear(office: Office) -> None:
    office.add_contact("first", "Fife Council", "desk@fife.example")

    kept = office.rows(CONTACTS.select().where(CONTACTS.c.agency == "Fife Council"))

    assert "desk@fife.example" not in str(kept)
    assert done(office, contacts.address, office.keys, kept[0].id, "email") == "desk@fife.example"


def test_an_absence_entered_twice_is_the_later_one(office: Office) -> None:
    first = done(office, reachable, TODAY, "of_agency", FIFE).id
    done(office, contacts.away, first, TODAY, date(2026, 3, 20))

    done(office, contacts.away, first, TODAY, date(2026, 3, 3))

    assert name_of(office, reachable, date(2026, 3, 4), "of_agency", FIFE) == "first NHS Fife"


def test_what_makes_no_sense_of_a_contact_is_refused(office: Office) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"agency": FIFE, "role": "chair"}, "is its first, deputy, senior contact, not 'chair'"),
        ({"role": "chair", "hours": "9-17"}, "Working hours are written like 09:00-17:00, not '9-17'."),
        ({"role": "chair", "hours": "17:00-09:00"}, "Working hours"),
        ({"role": "chair", "hours": "09:75-17:00"}, "Working hours"),
        ({"role": "chair", "hours": "09:00-25:00"}, "Working hours"),
        ({"role": "chair", "hours": "09:00"}, "Working hours"),
        ({"role": "chair", "name": MEGABYTE}, "The name is too long: it has at most 200 characters."),
        ({"role": ODD}, "No edition writes to a role"),
        ({"role": "first"}, "A first contact is somebody of an agency: say of which agency."),
        ({"role": "chair", "name": ODD}, "cannot be read"),
        ({"role": "chair", "channels": [("log", "windows://")]}, "."),
        (
            {"role": "chair", "channels": [("email", "ntfy://topic")]},
            "The channel email takes an e-mail address, such as desk@agency.example; this is one of ntfy: write",
        ),
        (
            {"role": "chair", "channels": [("ntfy", "desk@agency.example")]},
            "The channel ntfy takes an address that begins with ntfy://; this is an e-mail address: write it as email=",
        ),
        (
            {"role": "chair", "channels": [("slack", "ntfys://host/topic")]},
            "begins with slack://; this is one of ntfys",
        ),
    ]

    for given, says in wrong:
        with pytest.raises(BadAnswer, match=says.replace("(", r"\(")):
            office.add_contact(given.pop("role"), given.pop("agency", ""), **given)
    with pytest.raises(BadAnswer, match="before it starts"):
        done(office, contacts.away, 1, date(2026, 3, 3), date(2026, 3, 2))
    for verb in (contacts.get, contacts.retire):
        with pytest.raises(NotFound, match="There is no contact number 999"):
            done(office, verb, 999)


def test_a_channel_of_which_only_the_address_is_typed_is_called_as_that_begins_and_not_e_mail() -> None:
    typed = ["desk@agency.example", "ntfy://topic", "text=ntfy://other?a=b", "json://hooks.example/x?a=b"]

    written = channels_written(typed)

    assert [name for name, _ in written] == ["email", "ntfy", "text", "json"]
    assert [where for _, where in written] == [typed[0], typed[1], "ntfy://other?a=b", typed[3]]


def test_a_name_that_is_no_kind_of_channel_goes_with_every_address_and_a_kind_with_its_own() -> None:
    assert [
        check_channel(name, where) for name, where in (("office", "ntfy://topic"), ("office", "a@agency.example"))
    ] == [
        None,
        None,
    ]
    assert check_channel("ntfy", "ntfys://host/topic") is None
    assert check_channel("E-Mail", "desk@agency.example") is None
    assert "neither an e-mail address" in (check_channel("email", "desk at agency") or "")


def test_whoever_stands_behind_another_in_the_same_place_is_shown_as_not_written_to(office: Office) -> None:
    first = done(office, reachable, TODAY, "of_agency", FIFE).id
    second, chair = office.add_contact("first", FIFE, name="Ward desk"), office.add_contact("chair", name="Vice")

    def instead(day: date = TODAY) -> dict[int, str]:
        return {one.id: one.instead for one in done(office, contact_list, day)}

    assert instead()[second] == (
        f"Contact {first} is in the same place and is written to instead, as long as they can be reached."
    )
    assert instead()[first] == ""
    assert instead()[chair].endswith("is written to instead, unless a case names this one.")
    done(office, contacts.away, first, TODAY, TODAY)
    assert (instead()[second], instead()[first].split(" is ")[0]) == ("", f"Contact {second}")
    assert done(office, reachable, TODAY, "of_agency", FIFE).id == second


def test_round_the_clock_is_a_working_day_too(office: Office) -> None:
    assert office.add_contact("chair", hours="00:00-24:00")


def test_at_the_terminal_the_roles_that_cases_write_to_are_offered_and_others_can_be_typed(
    office: Office,
) -> None:
    with transaction(office.engine) as tx:
        look = SaidSoFar(tx, Viewer(Actor(name="L. Officer", role="lead_officer"), MONDAY), shipped_edition, {})
        (asked,) = [one for one in ON_REGISTERS["contact add"](look) if one.name == "role"]

    names = [name for name, _ in asked.answers]
    assert names[:3] == ["lead_officer", "nominated_person", "chair"]
    assert ("reporting_officer" in names, asked.free) == (False, True)
