"""Accounts: people and their roles, joined to who is signed in; verbs act for an account and four eyes compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from records import accounts
from records.accounts import Account
from records.database import reading, transaction
from states.entry import Actor
from states.errors import NotPossible, Refused
from tests.casework import asked
from tests.office import FIFE, shipped_edition
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.accounts import acting, add_account, change_account, retire_account
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.open import open_case
from workflows.verification.verify import verify
from workflows.views.account_list import account_history, account_list
from workflows.views.role_words import role_words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.office import Office
    from tests.terminal import Terminal

LEAD = Account(1, "lead", "A. Lead", ("lead_officer", "chair"))
AGENT = Account(2, "agent", "F. First", ("agency",), agency="NHS Fife")
GONE = Account(3, "gone", "G. Gone", ("chair",), active=False)
KNOWN = (LEAD, AGENT, GONE)
NOBODY = Actor(name="", role="")


def as_account(office: Office, number: int, role: str, verb: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """One verb by whoever has that account."""
    with transaction(office.engine) as tx:
        one = next((each for each in accounts.read(tx) if each.id == number), None)
        uow = office.uow(tx, role)
        name = one.person if one else "Installer"
        actor = Actor(name=name, role=role, account=str(number) if one else "")
        return verb(UnitOfWork(tx, actor, uow.now, uow.keys, uow.guidance, uow.calendar), *given, **more)


@pytest.fixture
def staffed(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with accounts 1 (A. Lead) and 2 (C. Chair)."""
    monkeypatch.setattr("workflows.verbs.accounts.procedures.names", lambda: ["small"])
    as_account(office, 0, "operator", add_account, "A. Lead", "lead", ["lead_officer", "chair"])
    as_account(office, 1, "lead_officer", add_account, "C. Chair", "chair", ["chair"])
    return office


def test_who_is_signed_in_acts_for_their_account_in_a_role_it_has() -> None:
    chosen = acting(KNOWN, "lead", Actor(name="a.  lead", role="chair"))
    assert chosen == Actor(name="A. Lead", role="chair", account="1")

    spoken_for = acting(KNOWN, "agent", NOBODY)
    assert spoken_for == Actor(name="F. First", role="agency", agency="NHS Fife", account="2")
    assert acting(KNOWN, "LEAD", NOBODY, any_role=True).role == "lead_officer"


@pytest.mark.parametrize(
    ("sign_in", "said", "says"),
    [
        ("lead", Actor(name="", role="agency"), "does not have the role agency"),
        ("lead", Actor(name="C. Chair", role="chair"), "No account of lead is C. Chair's"),
        ("lead", NOBODY, "Say in which role you act"),
        ("agent", Actor(name="", role="", agency="Police Scotland"), "speaks for NHS Fife, not for Police Scotland"),
        ("gone", Actor(name="G. Gone", role="chair"), "Nobody who signs in as gone has an account"),
        ("stranger", Actor(name="A. Lead", role="lead_officer"), "Nobody who signs in as stranger has an account"),
    ],
)
def test_nobody_acts_as_what_their_account_is_not(sign_in: str, said: Actor, says: str) -> None:
    with pytest.raises(NotPossible, match=says):
        acting(KNOWN, sign_in, said)


def test_a_sign_in_that_several_share_says_who_it_is() -> None:
    shared = (LEAD, Account(4, "lead", "B. Deputy", ("lead_officer",)))

    with pytest.raises(NotPossible, match="say who you are"):
        acting(shared, "lead", NOBODY)
    assert acting(shared, "lead", Actor(name="b. deputy", role="")).account == "4"


def test_without_accounts_who_was_said_acts() -> None:
    said = Actor(name="A. Lead", role="lead_officer")

    assert acting((), "whoever", said) == said


def test_the_first_account_can_enter_others_and_the_next_are_entered_by_one_of_those(
    office: Office, staffed: Office
) -> None:
    with reading(staffed.engine) as tx:
        assert [(one.id, one.person, one.roles) for one in account_list(tx)] == [
            (1, "A. Lead", ("lead_officer", "chair")),
            (2, "C. Chair", ("chair",)),
        ]
        history = account_history(tx)
    by = [(one.kind, one.by, one.account) for one in history]
    assert by == [("added", "Installer", ""), ("added", "A. Lead", "1")]
    for number in (0, 2):
        with pytest.raises(Refused, match="Accounts are kept by"):
            as_account(office, number, "lead_officer" if number == 0 else "agency", add_account, "X.", "x", ["chair"])
    assert verify(office.engine).places == ()


def test_a_first_account_that_could_enter_nobody_else_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.verbs.accounts.procedures.names", lambda: ["small"])

    with pytest.raises(Refused, match="must be able to enter others"):
        as_account(office, 0, "operator", add_account, "U. Auditor", "auditor", ["auditor"])


def test_an_account_is_changed_and_retired_and_somebody_who_keeps_them_is_left(staffed: Office) -> None:
    as_account(staffed, 1, "lead_officer", change_account, 2, roles=["lead_officer"], reason="A new post.")
    as_account(staffed, 2, "lead_officer", retire_account, 1, "Left.")

    with pytest.raises(NotPossible, match="Nobody would be left"):
        as_account(staffed, 2, "lead_officer", retire_account, 2, "Left too.")
    with pytest.raises(Refused, match="Accounts are kept by"):
        as_account(staffed, 1, "lead_officer", change_account, 2, roles=["chair"])
    assert verify(staffed.engine).places == ()


def test_four_eyes_compare_accounts_and_not_names(staffed: Office) -> None:
    case = asked(staffed)
    as_account(staffed, 1, "lead_officer", ask_extension, case.ref, "report/R1", 7, "Half of the team is ill.")
    as_account(staffed, 1, "lead_officer", change_account, 1, person="A. Married")

    with pytest.raises(NotPossible, match="somebody else must decide"):
        as_account(staffed, 1, "chair", grant_extension, case.ref, "E1")
    as_account(staffed, 2, "chair", grant_extension, case.ref, "E1")
    assert verify(staffed.engine, now=staffed.now).places == ()


def test_a_row_changed_behind_the_log_is_found(staffed: Office) -> None:
    with transaction(staffed.engine) as tx:
        tx.execute(text("UPDATE account SET roles = 'lead_officer' WHERE id = 2"))
        tx.execute(text("UPDATE account SET sign_in = 'intruder' WHERE id = 1"))

    assert [str(one) for one in verify(staffed.engine).places] == [
        "account 1 is not as entry 1 of the log left it: name or addresses.",
        "account 2 is not as entry 2 of the log left it: roles.",
    ]


def test_the_terminal_acts_for_the_account_of_the_user(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    user = ["lead"]
    monkeypatch.setattr("cli.session.signed_in_as", lambda: user[0])
    terminal.types("setup")
    made = terminal.asks("account", "add", "--person", "A. Example", "--role", "lead_officer")
    assert made["id"] == 1, terminal.err

    ref = terminal.opens()
    assert terminal.asks("case", "children", ref) == []
    (read,) = terminal.asks("case", "readings", ref)
    assert (read["name"], read["account"], read["right"]) == ("A. Example", "1", "lead_officer")

    terminal.types("case", "children", ref, "--as", "chair")
    assert "does not have the role chair" in terminal.err
    terminal.types("case", "children", ref, "--name", "C. Chair")
    assert "is C. Chair's" in terminal.err
    user[0] = "stranger"
    terminal.types("case", "children", ref)
    assert "Nobody who signs in as stranger has an account here" in terminal.err
    assert "belong to A. Example (signs in as lead). If you are one of them: A. Example (signs in" in terminal.err
    assert "enter an account for you at the desk (Committee, Accounts) with stranger as the name" in terminal.err
    channel = ("--channel", "email=a@b.example")
    terminal.types("contact", "add", "--agency", "NHS Fife", "--role", "first", "--name", "Desk", *channel)
    assert "has an account here" in terminal.err
    assert terminal.asks("contact", "history") == []
    assert [one["person"] for one in terminal.asks("account", "list")] == ["A. Example"]


def test_roles_are_called_as_the_editions_in_use_call_them(office: Office) -> None:
    def called() -> dict[str, str]:
        with reading(office.engine) as tx:
            roles = ("auditor", "chair", "committee", "lead_officer")
            return dict(role_words(tx, shipped_edition, office.now.date(), roles))

    both = {"auditor": "Auditor", "chair": "Committee chair", "lead_officer": "Lead officer"}
    assert called() == both | {"committee": "Child protection committee or Adult protection committee"}
    office.editions["adults"] = shipped_edition("scotland-adult-learning-review-2022")
    answers = {"notification_form": "file 1", "notified_basis": "died"}
    office.do(open_case, "adults", "notify", answers=answers, agency_of_actor=FIFE)
    assert called() == both | {"committee": "Adult protection committee"}


def test_a_role_that_keeps_the_cases_under_another_name_is_called_by_it() -> None:
    editions = tuple(map(shipped_edition, ("england-wales-future-deaths-2013", "scotland-learning-review-2024")))

    assert words_of(editions, "lead_officer") == "Coroner's officer or Lead officer"
    assert words_of(editions, "committee") == "Child protection committee"
