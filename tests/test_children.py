"""The names of children: encrypted with a key of the case, read by few, and gone once they are erased."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert, select, text, update

from records.children import ChildDetails, add, erase, fits, names, names_in
from records.database import connect, reading, transaction
from records.keys import MasterKey
from records.tables import CaseFile, CaseKey, Child, table_of
from states.errors import NotSetUp
from tests.samples import row_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

MASTER = MasterKey(bytes(range(32)))
AILSA = ChildDetails("Ailsa Beathag MacInnes", date(2014, 3, 7), {"CHI": "0703141234"})
RUARIDH = ChildDetails("Ruaridh MacInnes")
REFS = {1: "LR-2026-0001", 2: "LR-2026-0002"}


@pytest.fixture
def engine(tables_url: str) -> Iterator[Engine]:
    engine = connect(tables_url)
    cases = table_of(CaseFile)
    with transaction(engine) as tx:
        tx.execute(insert(cases), [row_for(cases, id=number, ref=ref) for number, ref in REFS.items()])
    yield engine
    engine.dispose()


@pytest.fixture
def tx(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as tx:
        yield tx


def test_the_children_of_a_case_are_kept_by_number_and_read_back(tx: Connection) -> None:
    numbers = [add(tx, MASTER, 1, REFS[1], person) for person in (AILSA, RUARIDH)]
    elsewhere = add(tx, MASTER, 2, REFS[2], ChildDetails("Eilidh Grant"))

    found = names(tx, MASTER, 1, REFS[1])

    assert numbers == [1, 2]
    assert elsewhere == 1
    assert found == (replace(AILSA, number=1), replace(RUARIDH, number=2))


def test_nothing_readable_stands_in_the_database_or_the_log(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), transaction(engine) as tx:
        add(tx, MASTER, 1, REFS[1], AILSA)
        people = names(tx, MASTER, 1, REFS[1])

    with reading(engine) as tx:
        kept = [str(tx.execute(select(table_of(model))).all()) for model in (Child, CaseKey)]
    shown = "".join([*kept, caplog.text, repr(people)])
    assert not any(secret in shown for secret in ("Ailsa", "MacInnes", "2014", "0703141234"))
    assert repr(people) == "(ChildDetails(number=1),)"


def test_every_case_has_a_key_of_its_own(tx: Connection) -> None:
    add(tx, MASTER, 1, REFS[1], AILSA)
    add(tx, MASTER, 2, REFS[2], RUARIDH)

    keys = [
        MASTER.unwrap(wrapped, REFS[case_id])
        for case_id, wrapped in tx.execute(select(table_of(CaseKey).c["case_id", "wrapped"]))
    ]

    assert len(set(keys)) == 2


def test_a_case_without_children_names_nobody(tx: Connection) -> None:
    assert names(tx, MASTER, 1, REFS[1]) == ()


def test_erasing_destroys_key_and_data_of_that_case_alone(tx: Connection) -> None:
    for person in (AILSA, RUARIDH):
        add(tx, MASTER, 1, REFS[1], person)
    add(tx, MASTER, 2, REFS[2], RUARIDH)

    erased = erase(tx, 1)

    assert erased == (1, 2)
    assert names(tx, MASTER, 1, REFS[1]) == ()
    assert tx.execute(select(table_of(CaseKey).c.case_id)).scalars().all() == [2]
    assert tx.execute(text("SELECT DISTINCT sealed FROM child WHERE case_id = 1")).scalars().all() == [""]
    assert len(names(tx, MASTER, 2, REFS[2])) == 1


def test_a_number_that_was_erased_is_never_given_again(tx: Connection) -> None:
    add(tx, MASTER, 1, REFS[1], AILSA)
    erase(tx, 1)

    number = add(tx, MASTER, 1, REFS[1], RUARIDH)

    assert number == 2
    assert names(tx, MASTER, 1, REFS[1]) == (replace(RUARIDH, number=2),)
    assert erase(tx, 1) == (2,)


def test_another_master_key_reads_nothing_and_says_so(tx: Connection) -> None:
    other = MasterKey(bytes(32))
    before = fits(tx, other)
    add(tx, MASTER, 1, REFS[1], AILSA)

    with pytest.raises(NotSetUp, match="cannot be read with this master key"):
        names(tx, other, 1, REFS[1])
    with pytest.raises(NotSetUp, match="cannot be read with this master key"):
        add(tx, other, 1, REFS[1], RUARIDH)

    assert before
    assert fits(tx, MASTER)
    assert not fits(tx, other)


def test_the_data_of_a_child_cannot_be_passed_off_as_anothers(tx: Connection) -> None:
    for person in (AILSA, RUARIDH):
        add(tx, MASTER, 1, REFS[1], person)
    child = table_of(Child)
    first = select(child.c.sealed).where(child.c.number == 1).scalar_subquery()

    tx.execute(update(child).where(child.c.number == 2).values(sealed=tx.execute(select(first)).scalar()))

    with pytest.raises(NotSetUp):
        names(tx, MASTER, 1, REFS[1])


@pytest.mark.parametrize(
    "said",
    [
        "Ailsa was seen at school",
        "seen with AILSA's aunt",
        "the macinnes family",
        "The Mac\u00ednnes household",
        "beathag (known as B.)",
        "child born 2014-03-07",
        "born 07/03/2014",
        "born 7/3/14.",
        "DOB 7.3.2014",
        "d.o.b. 07-03-14",
        "on 7 March 2014",
        "on the 7th of March, 2014",
        "7 Mar 2014",
        "March 7, 2014",
        "Mar 7th 2014",
        "2014 03 07",
        "CHI 0703141234",
        "CHI 070314 1234",
        "CHI 070314-1234",
        "CHI 0703149999",
    ],
)
def test_a_text_that_names_a_child_is_noticed(said: str) -> None:
    assert names_in(f"The report came late: {said}", (RUARIDH, AILSA))[-1] == 2


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Child 1 was seen at school",
        "The Ailsas and Macinnesses of this world",
        "17 March 2014",
        "7 March 2015",
        "on 2014-03-071",
        "report 107/03/2014",
        "7 April 2014",
        "70 3 14",
    ],
)
def test_a_text_that_names_nobody_passes(said: str) -> None:
    assert names_in(said, (AILSA, RUARIDH)) == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Łukasz Żak", "lukasz came"),
        ("Zoë", "ZOE came"),
        ("Søren", "Soren came"),
        ("Bo Li", "and Bo Li came"),
        ("Màiri-Anna", "mairi came"),
        ("O'Neill", "the O\u2019Neill family"),
        ("Weiß", "WEISS"),
    ],
)
def test_spelling_makes_no_difference(name: str, said: str) -> None:
    assert names_in(said, (ChildDetails(name),)) == (1,)


def test_short_parts_of_a_name_do_not_count_alone() -> None:
    assert (
        names_in(
            "Li and Bo were there", (ChildDetails("Bo Li"), ChildDetails("Al"), ChildDetails(""), ChildDetails("--"))
        )
        == ()
    )


def test_an_identifier_too_short_to_mean_anything_does_not_count() -> None:
    assert names_in("in 2 or 3 weeks, page 12", (ChildDetails("", None, {"school roll": "12", "none": ""}),)) == ()


def test_a_child_is_told_by_the_number_it_is_kept_under() -> None:
    people = (replace(RUARIDH, number=3), replace(AILSA, number=7))

    assert names_in("Ailsa MacInnes", people) == (3, 7)
    assert names_in("Ailsa", people) == (7,)


@given(some.text(alphabet=some.characters(categories=["L", "Mn", "P"]), min_size=3), some.text(max_size=30))
def test_whoever_is_named_alone_is_noticed(name: str, around: str) -> None:
    person = ChildDetails(name)

    if names_in(name, (person,)):
        assert names_in(f"{around} {name} {around}", (person,)) == (1,)


@given(some.dates(min_value=date(1900, 1, 1)))
def test_every_date_of_birth_is_noticed(born: date) -> None:
    people = (ChildDetails("", born),)
    year = f"{born.year}"

    for written in (f"{born}", f"{born.day}/{born.month}/{year}", f"{born.day} {born:%B} {year}"):
        assert names_in(f"born {written}, it says", people) == (1,), written


def test_a_long_text_is_read_quickly_to_its_end() -> None:
    text_of_a_megabyte = "0 7 3 1 " * 120_000 + "Ailsa"

    assert names_in(text_of_a_megabyte, (AILSA,)) == (1,)
