"""The committee's pages at the desk: what is still to set up, its registers and its limits, each shown before it is."""

from __future__ import annotations

import errno
import re
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pyotp
import pytest

from config import calendar_files
from config.meetings import SUB_GROUP, bodies
from config.settings import calendar, committee_name
from records import accounts, agencies, audit_log, contacts
from records.database import reading
from states.errors import StorageTrouble
from tests.desk import EDITION, FORM_2015, Browser, Committee, open_desk
from tests.test_web_sign_in import NEW, secret_on
from web.example import ExampleSite
from workflows.timetable.first_visit import first_visit
from workflows.verbs.local_settings import set_quorum
from workflows.verbs.open import open_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECISION = {
    "decision.limit": "42",
    "decision.unit": "calendar_days",
    "decision.note": "Meeting of 2 March.",
}


@pytest.fixture
def empty(tmp_path: Path, set_up: Path) -> Iterator[Committee]:
    """Lend a desk at which nobody has an account yet."""
    with open_desk(tmp_path, set_up) as committee:
        yield committee


def test_the_first_visit_sets_a_committee_up_and_can_be_left_and_come_back_to(empty: Committee) -> None:
    code = first_visit(empty.here, "https://desk.example", empty.now).split()[2].removeprefix("https://desk.example")
    first = empty.browser()
    secret = secret_on(first.get(code).text)
    named = {"person": "A. First", "name": "first", "role": "lead_officer"}
    began = first.send(**named, password=NEW, again=NEW, code=pyotp.TOTP(secret).at(empty.now))
    assert "Getting started" in began.text
    assert "None is entered yet." in began.text

    first.get("/committee/name")
    first.send(committee="Glen and Strath Child Protection Committee")
    assert committee_name(empty.here.settings.local_file) == "Glen and Strath Child Protection Committee"
    first.get("/committee/agencies/new")
    shown = first.send(**{"agencies.others": "NHS Fife\n- Police Scotland\n\n • Fife Council"})
    assert "Nothing is written yet" in shown.text
    first.send(button=("confirmed", "yes"))
    first.get("/committee/contacts/new")
    sent = {"name": "Duty desk", "agency": "NHS Fife", "role": "first", "channels.others": "desk@nhs.example"}
    first.send(**sent)

    back = first.get("/committee").text
    assert "Glen and Strath Child Protection Committee" in back
    assert "3 agencies entered." in back
    assert "1 contact entered." in back
    health = first.get("/committee/health").text
    assert "The settings" in health or "Messages go into a mailbox folder" in health


def test_a_limit_is_checked_shown_on_open_cases_written_and_taken_away_again(desk: Committee) -> None:
    ref = desk.open_case()
    lead = desk.sign_in()
    form = lead.get(f"/committee/limits/{EDITION}").text
    assert "The nation gives no number." in form
    assert 'name="decision.limit" type="text" autocomplete="off" value=""' in form
    assert "Elsewhere, and no rule here: " in form
    assert "Information from an agency, 2 weeks from each request" in form
    assert 'href="https://www.gov.scot/publications/adult-support-protection-learning-review-guidance/pages/8"' in form
    assert 'name="information.limit" type="text" autocomplete="off" value=""' in form

    refused = lead.send(**{"decision.limit": "fourteen", "information.limit": "14"})
    assert refused.status_code == 422
    assert 'value="fourteen"' in refused.text
    assert "write a whole number" in refused.text
    assert "“Information from an agency”: say in which days it is counted" in refused.text
    shown = lead.send(**DECISION, **{"information.limit": ""})
    assert ref in shown.text
    assert "13 April 2026" in shown.text
    unsaid = lead.send(button=("confirmed", "yes"))
    assert (unsaid.status_code, "Say who decided this, and when." in unsaid.text) == (422, True)
    assert 'name="reason"' in unsaid.text
    assert not desk.here.settings.own_file.exists()
    lead.send(button=("confirmed", "yes"), reason="The committee, on 2 March 2026.", move=ref)
    assert desk.here.settings.own_file.is_file()
    assert "13 April 2026" in lead.get(f"/cases/{ref}").text

    again = lead.get(f"/committee/limits/{EDITION}")
    assert 'value="42"' in again.text
    lead.send()
    assert "There is a problem" not in lead.get("/committee/limits").text

    said = (
        ("31 July", "fixed_date", "by 31 July each year"),
        ("48", "hours", "48 hours"),
        ("10", "clear_days", "10 clear"),
    )
    for limit, unit, words in said:
        lead.get(f"/committee/limits/{EDITION}")
        tried = lead.send(**{"decision.limit": limit, "decision.unit": unit, "decision.note": "A decision."})
        assert words in tried.text, tried.text


def test_an_example_is_looked_at_with_one_click_is_marked_on_every_page_and_left_again(empty: Committee) -> None:
    empty.app.state.example = ExampleSite(empty.app.state.site, date(2026, 4, 10))
    code = first_visit(empty.here, "https://desk.example", empty.now).split()[2].removeprefix("https://desk.example")
    first = empty.browser()
    first.get(code)

    shown = first.send(f"{code}/example")
    assert "Everything here is invented" in shown.text
    assert shown.url.path == "/my-work"
    listed = first.get("/cases").text
    assert "SCR-2026-0001" in listed
    assert "Before the committee" in first.get("/meetings/1").text
    for address in ("/committee/accounts", "/cases/SCR-2026-0001", "/cases/none", "/sessions"):
        assert "Everything here is invented" in first.get(address).text, address
    first.get("/sessions")
    assert "auditor" in first.send("/role", role="auditor").text
    assert "<code>CAIRN_DATA=data/example cairn verify</code>" in first.get("/quality").text
    first.get("/sessions")
    first.send("/role", role="lead_officer")
    _is_lived_in_by_others(empty, first)
    first.get("/my-work")
    left = first.send("/example/leave")

    assert left.url.path == code
    assert first.get("/cases").url.path == "/sign-in"
    with reading(empty.here.engine) as tx:
        assert accounts.read(tx) == ()


def test_a_setting_that_cannot_be_kept_leaves_the_committees_file_as_it_was(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    own = desk.here.settings.own_file
    wanted = (set_quorum, own, SUB_GROUP, 3, "The committee, on 2 March 2026.")
    with monkeypatch.context() as patched:
        patched.setattr(desk.here.engine.dialect, "do_commit", full)
        with pytest.raises(StorageTrouble, match="The disk is full"):
            desk.acts("chair", *wanted)

    assert not own.exists()
    desk.acts("chair", *wanted)
    assert bodies(own)["sub_group"].quorum == 3


def test_a_quorum_is_set_and_taken_away_in_the_committees_file(desk: Committee) -> None:
    chair, own = desk.sign_in("chair"), desk.here.settings.own_file
    assert "Not set" in chair.get("/committee/quorums").text
    chair.get("/committee/quorums/sub_group")
    assert "from 1 to 100" in chair.send(quorum="0", reason="The committee, on 2 March 2026.").text
    assert "whole number" in chair.send(quorum="five", reason="The committee, on 2 March 2026.").text
    shown = chair.send(quorum="3", reason="The committee, on 2 March 2026.")
    assert "Sub-group: a decision needs 3 members" in shown.text
    assert not own.exists()

    done = chair.send(button=("confirmed", "yes"))

    assert "3 members" in done.text
    assert bodies(own)["sub_group"].quorum == 3
    with reading(desk.here.engine) as tx:
        (entry,) = audit_log.entries(tx, "committee_file")
    assert (entry.kind, entry.subject, entry.data) == ("quorum_set", "sub_group", {"quorum": 3})
    chair.get("/committee/quorums/sub_group")
    chair.send(quorum="", reason="Taken back.")
    chair.send(button=("confirmed", "yes"))
    assert bodies(own)["sub_group"].quorum is None
    assert desk.sign_in("reviewer").get("/committee/quorums/board").status_code == 403
    assert desk.sign_in("chair").get("/committee/quorums/board").status_code == 404


def _is_lived_in_by_others(empty: Committee, first: Browser) -> None:
    """Somebody is invited in the example: their telephone goes by the real clock, and their browser is another."""
    first.get("/committee/accounts/new")
    made = first.send(person="A. Audit", sign_in="audit", roles=["auditor"])
    address = re.findall(r"https://desk\.example(/invitations/[\w-]+)", made.text)[0]
    other = empty.browser()
    secret = secret_on(other.get(address).text)
    assert "Everything here is invented" in other.page.text
    other.send(password=NEW, again=NEW, code=pyotp.TOTP(secret).at(empty.now))
    assert "A. Audit, auditor" in other.page.text

    out = other.send("/sign-out")
    assert out.url.path == "/sign-in"
    assert "Leave the example" in out.text
    empty.later(seconds=60)
    back = other.send("/sign-in", name="audit", password=NEW, code=pyotp.TOTP(secret).at(empty.now))
    assert "A. Audit, auditor" in back.text

    first.get("/committee/accounts/new")
    made = first.send(person="B. Both", sign_in="both", roles=["chair"])
    address = re.findall(r"https://desk\.example(/invitations/[\w-]+)", made.text)[0]
    secret = secret_on(first.get(address).text)
    kept = first.send(password=NEW, again=NEW, code=pyotp.TOTP(secret).at(empty.now))
    assert "you are still signed in as" in kept.text
    assert first.get("/my-work").url.path == "/my-work"
    first.send("/sign-out")
    assert "Go on as the visitor" in first.get("/sign-in").text
    assert first.send("/example/again").url.path == "/my-work"


def test_what_would_make_the_file_faulty_is_told_and_leaves_it_as_it_was(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get(f"/committee/limits/{EDITION}")

    wrong = lead.send(**{"decision.limit": "0", "decision.unit": "years", "decision.note": "x"})

    assert wrong.status_code == 422
    assert not desk.here.settings.own_file.exists()


def test_agencies_are_renamed_merged_and_retired_with_a_look_before(desk: Committee) -> None:
    keeper = desk.sign_in("administrator")
    keeper.get("/committee/agencies/new")
    keeper.send(**{"agencies.others": "Tay Council\nDee Council"})
    keeper.send(button=("confirmed", "yes"))
    with reading(desk.here.engine) as tx:
        numbers = {one.name: one.id for one in agencies.read(tx).all}

    keeper.get(f"/committee/agencies/{numbers['Tay Council']}/name")
    assert "goes on being understood" in keeper.send(to="Council of the Tay").text
    done = keeper.send(button=("confirmed", "yes"))
    assert "It is kept, and on record." in done.text
    assert "Council of the Tay" in done.text
    keeper.get(f"/committee/agencies/{numbers['Dee Council']}/merge")
    keeper.send(into="Council of the Tay", reason="One council now.")
    merged = keeper.send(button=("confirmed", "yes"))

    assert "Now Council of the Tay" in merged.text
    assert keeper.get("/committee/agencies/99/name").status_code == 404


def test_contacts_are_listed_in_the_words_of_the_editions_and_not_by_the_keys_of_their_roles(desk: Committee) -> None:
    desk.open_case()
    lead = desk.sign_in()
    for name, role in (("Link inspector", "care_inspectorate"), ("Clerk", "committee")):
        lead.get("/committee/contacts/new")
        lead.send(name=name, role=role, **{"channels.others": f"{role}@example.org"})

    page = lead.get("/committee/contacts").text

    assert re.search(r"Link inspector</strong>.*?<td>Care Inspectorate</td>", page, re.DOTALL)
    assert re.search(r"Clerk</strong>.*?<td>Child protection committee", page, re.DOTALL)


def test_a_contact_is_put_right_is_away_and_written_to_no_more(desk: Committee) -> None:
    lead = desk.sign_in()
    assert "No agency is entered yet" in lead.get("/committee/contacts/new").text
    assert 'href="/committee/agencies/new"' in lead.page.text
    groups = re.split(r'<optgroup label="', lead.page.text)[1:]
    assert [one.partition('"')[0].split(",")[0] for one in groups] == [
        "Of an agency",
        "Of the committee",
        "Written to in some cases only",
        "Written to by no edition that is in use",
        "To see whether channels answer",
    ]
    assert re.findall(r'value="(\w+)"', groups[1])[:3] == ["lead_officer", "nominated_person", "chair"]
    assert "Committee chair (nobody yet)" in groups[1]
    assert 'value="local_authority_lead"' in groups[2]
    assert 'value="yes"' not in lead.page.text
    assert lead.send(name="X", agency="yes", role="first", **{"channels.others": "x@glen.example"}).status_code == 422
    lead.get("/committee/contacts/new")
    wrong = lead.send(name="Chair", role="chair", **{"channels.others": "no address"})
    assert wrong.status_code == 422
    lead.send(name="C. Chair", role="chair", **{"channels.others": "chair@glen.example"})
    there = lead.get("/committee/contacts").text
    assert "Nobody there yet" in there
    assert ('?role=nominated_person"' in there, '?role=chair"' in there) == (True, False)
    with reading(desk.here.engine) as tx:
        (one,) = contacts.everybody(tx)

    lead.get(f"/committee/contacts/{one.id}/away")
    lead.send(**{"from": "3/3/2026", "to": "10/3/2026"})
    listed = lead.send(button=("confirmed", "yes"))
    assert "Tue 3 March 2026 to Tue 10 March 2026" in listed.text
    lead.get(f"/committee/contacts/{one.id}/retire")
    lead.send(reason="Left.")
    lead.send(button=("confirmed", "yes"))

    with reading(desk.here.engine) as tx:
        assert contacts.everybody(tx) == ()


def test_an_account_is_entered_invited_changed_and_recovered_by_an_administrator(desk: Committee) -> None:
    keeper = desk.sign_in("administrator")
    keeper.get("/committee/accounts/new")
    made = keeper.send(person="B. Both", sign_in="both", roles=["lead_officer", "chair"])
    address = re.findall(r"https://desk\.example(/invitations/[\w-]+)", made.text)[0]
    new = desk.browser()
    secret = secret_on(new.get(address).text)
    new.send(password=NEW, again=NEW, code=pyotp.TOTP(secret).at(desk.now))
    assert "B. Both, lead officer" in new.page.text

    number = re.findall(r"/committee/accounts/(\d+)/invitation", keeper.get("/committee/accounts").text)[-1]
    keeper.get(f"/committee/accounts/{number}/invitation")
    again = keeper.send()
    assert "It can be used once" in again.text
    assert new.get("/my-work").url.path == "/sign-in"
    shown = keeper.get(f"/committee/accounts/{number}/roles").text
    assert set(re.findall(r'value="(\w+)" checked', shown)) == {"lead_officer", "chair"}
    keeper.send(person="B. Both", sign_in="both", roles=["chair"])
    changed = keeper.send(button=("confirmed", "yes"))
    assert changed.status_code == 200

    assert keeper.get("/cases").status_code == 403


def test_what_a_committee_goes_by_is_shown_with_citations_examples_and_a_drawing(desk: Committee) -> None:
    lead = desk.sign_in()

    shown = lead.get(f"/committee/editions/{EDITION}").text
    assert "2021 guidance, page 4" in shown
    assert "drawing.svg" in shown
    drawn = lead.get(f"/committee/editions/{EDITION}/drawing.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")
    assert "Christmas Day" in lead.get("/committee/calendars/scotland").text
    assert "is closed already" in lead.send(day="25/12/2026").text
    lead.get("/committee/calendars/scotland")
    assert "0 open dates would move" in lead.send(day="3/3/2026", called="A late holiday").text


def test_a_channel_is_tried_with_one_letter_and_its_answer_shown(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/committee/channels")

    assert "The channel accepted the letter" in lead.send(to="me@glen.example").text
    assert lead.send(to="nowhere").status_code == 422


def test_what_is_to_be_erased_follows_the_committees_own_rule_and_wants_a_yes(desk: Committee) -> None:
    lead = desk.sign_in()
    assert "No rule is set" in lead.get("/committee/retention").text
    lead.get("/committee/retention/rule")
    assert lead.send(years="0", note="Ours.").status_code == 422
    assert "Nothing is written yet" in lead.send(years="10", note="Ours.").text
    assert not desk.here.settings.own_file.exists()
    lead.send(button=("confirmed", "yes"))
    assert "10 years after it closed. Ours." in lead.get("/committee/retention").text
    ref = desk.open_case()
    lead.get(f"/cases/{ref}/erasing")

    assert "can never be read again" in lead.send(reason="Asked for by the family.").text
    lead.send(button=("confirmed", "yes"))

    assert "personal data" in lead.get(f"/cases/{ref}/history").text


def test_a_holiday_is_shown_on_open_cases_then_written_and_applied(
    desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(calendar_files.NATIONAL, tmp_path / "calendars")
    monkeypatch.setattr(calendar_files, "NATIONAL", tmp_path / "calendars")
    desk.acts(
        "lead_officer", open_case, "scotland-scr-2015", "submit_notification", answers=FORM_2015, lead="L. Officer"
    )
    lead, address = desk.sign_in(), "/committee/calendars/scotland"

    lead.get(address)
    assert "is closed already" in lead.send(day="3/4/2026").text
    shown = lead.send(day="3/3/2026", called="A day of mourning").text
    assert "1 open date would move" in shown
    assert (
        "Say where the holiday was announced" in lead.send(button=("confirmed", "yes"), called="A day of mourning").text
    )
    lead.send(day="3/3/2026", called="A day of mourning")
    done = lead.send(button=("confirmed", "yes"), called="A day of mourning", reason="Proclaimed on 2 March 2026.")

    assert "open cases are counted by it" in done.text
    assert "A day of mourning" in done.text
    assert "A day of mourning" in (tmp_path / "calendars" / "scotland.toml").read_text()
    assert "Proclaimed on 2 March 2026" in lead.get("/cases/SCR-2026-0001/history").text
    calendar.cache_clear()
