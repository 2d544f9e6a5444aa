"""The second wall on PostgreSQL: the database itself hides a case that is kept to named people, whatever is asked."""

from __future__ import annotations

import re
import secrets
import sys
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from config.settings import Settings
from records import audit_log, row_security, tokens
from records.cases import CASES
from records.children import ChildDetails
from records.database import address_of, connect, reading, transaction
from records.kept_files import keep, place_of
from records.metadata import METADATA
from records.own_schema import make_own_schema, own_address, schema_named
from records.refusals import KEPT_FROM, REFUSALS
from records.row_security import (
    ACCOUNT_COLUMN,
    EVERY_CASE,
    MAIL_COLUMN,
    REF_COLUMN,
    RULES,
    at_the_desk,
    missing_policies,
    of_case,
    seen_by,
)
from records.tables import RecommendationRow, table_of
from states.errors import NotPossible, StorageTrouble
from tests import postgres
from tests.agency import FIFE, post_room
from tests.desk import NOON, Committee, new_desk
from tests.program import program
from tests.test_web_deeds import does, gathering, kept
from tests.test_web_need_to_know import of_a_case
from tests.test_web_policy import SAME, token_of
from tests.test_web_quality import gone_by
from web.policy import TABLE
from workflows.installation.doctor import doctor
from workflows.timetable.rounds import audit
from workflows.verbs.keep_to import keep_to
from workflows.verbs.people import add_child
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from records.kept_files import KeptFile

LISTS = ("/my-work?whose=all", "/cases", "/tasks", "/outbox", "/recommendations", "/search?q=", "/committee/ladders")


def own_schema(server: str, committee: str) -> str:
    """Make the user and the schema of a committee; gives the address they are found at."""
    address = own_address(server, committee)
    make_own_schema(server, address)
    return address


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Committee]:
    """Lend a committee on PostgreSQL, with a user and a schema of its own in a database where others are, too."""
    with postgres.fresh_database() as server:
        url = own_schema(server, f"t{secrets.token_hex(4)}")
        with new_desk(Settings(data=tmp_path / "data", database=SecretStr(url))) as committee:
            yield committee


@contextmanager
def asked_by(engine: Engine, who: str) -> Iterator[Connection]:
    with reading(engine) as tx:
        seen_by(tx, who)
        yield tx


def rows(tx: Connection, case_id: int, ref: str) -> dict[str, int]:
    """How many rows each table shows of a case; of letters all there are."""
    found = {}
    for name, (column, _) in RULES.items():
        table = METADATA.tables[name]
        whole = select(func.count()).select_from(table)
        about = table.c[column] == (ref if name in REF_COLUMN else case_id)
        if name not in ACCOUNT_COLUMN:
            found[name] = tx.execute(whole if name in MAIL_COLUMN else whole.where(about)).scalar_one()
    return found


def begins_a_form(desk: Committee, ref: str) -> None:
    """The lead officer reads a case, and keeps a form for later."""
    lead = desk.sign_in()
    lead.get(f"/cases/{ref}/history/1/correction")
    assert lead.send(button=("keep", "later"), reason="Mistyped.").status_code == 200


def forms(tx: Connection) -> int:
    return int(tx.execute(text("SELECT count(*) FROM form_draft")).scalar_one())


def test_the_first_wall_taken_away_the_database_answers_nothing(
    served: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, numbers = served, served.numbers
    with post_room(desk) as room:
        room.enter(FIFE)
        ref = room.ask(FIFE)
        link = room.link(FIFE)
        desk.acts("lead_officer", add_child, ref, ChildDetails("Ailsa Invented"))
        case_id = keeps(desk, ref, "lead_officer", "chair")
        after = recommended_after(desk, ref)
        begins_a_form(desk, ref)
        agency = desk.browser()
        agency.get(link)
        answered = agency.send()
    desk_engine: Engine = desk.app.state.site.installation.engine

    with reading(desk.here.engine) as tx:
        there = rows(tx, case_id, ref)
        assert forms(tx) == 1
    shown_of = {"case_file", "history", "child", "message", "mail", "reading", "need_to_know"}
    assert {name for name, count in there.items() if count} >= shown_of
    for who, sees in (
        (str(numbers["lead_officer"]), True),
        (of_case(case_id), True),
        (EVERY_CASE, True),
        (str(numbers["deputy_lead_officer"]), False),
        (of_case(after), False),
        ("", False),
    ):
        with asked_by(desk_engine, who) as tx:
            shown = rows(tx, case_id, ref)
            assert forms(tx) == (who in {str(numbers["lead_officer"]), EVERY_CASE}), who
            if who != of_case(after):  # the case that a recommendation came from belongs to it
                assert shown == (there if sees else dict.fromkeys(there, 0)), who
            seen = tx.execute(select(CASES.c.id).where(CASES.c.id == after)).first()
        assert (seen is not None) is (sees or who == of_case(after)), who
    assert answered.status_code == 200
    cannot_be_written_to(desk_engine, str(numbers["deputy_lead_officer"]), case_id)

    of_deputy = program(desk, "deputy_lead_officer")
    all_is_looked_at_once(desk_engine, of_deputy.token, there, case_id, ref)
    assert of_deputy.post(f"/cases/{ref}/requests/R1/answer", seen=3).status_code == 404
    with reading(desk.here.engine) as tx:
        on_record = [one.kind.partition(" ")[0] for one in audit_log.entries(tx, REFUSALS)]
    assert on_record == [KEPT_FROM], "the first wall is asked in the name of all, and what follows in one's own"

    take_the_first_wall_away(monkeypatch)
    assert of_deputy.post(f"/cases/{ref}/requests/R1/answer", seen=3).status_code == 404
    assert of_deputy.get("/cases").json()["items"] == []
    assert program(desk).get(f"/cases/{ref}").status_code == 200
    deputy = desk.sign_in("deputy_lead_officer")
    token = token_of(deputy)
    for name, path, method in of_a_case():
        if TABLE[name].lets("deputy_lead_officer", doing=method == "POST"):
            address = re.sub(r"\{[^}]*\}", "1", path.replace("{ref}", ref))
            sent = {"data": {"form_token": token}, "headers": SAME} if method == "POST" else {}
            answer = deputy.client.request(method, address, **sent)
            assert (answer.status_code, "There is no" in answer.text) == (404, True), (method, path)
    for address in LISTS:
        page = deputy.get(address + (ref if address.endswith("=") else ""))
        assert (page.status_code, f"/cases/{ref}" in page.text) == (200, False), address
    lead = desk.sign_in()
    assert lead.get(f"/cases/{ref}").status_code == 200
    assert ref in lead.get("/cases").text
    assert ref in desk.sign_in("auditor").get("/committee/readings").text, "who read a kept case is for the auditor"


def all_is_looked_at_once(engine: Engine, token: str, there: dict[str, int], case_id: int, ref: str) -> None:
    """Whoever looks a token up says in that statement that all is looked at, and for that transaction alone."""
    with reading(engine) as tx:
        assert tokens.find(tx, token) is not None
        assert rows(tx, case_id, ref) == there
    with reading(engine) as tx:
        found = tokens.let_in(tx, token, ref, every_case=False)
        assert found is not None
        assert found.may_be_kept
        assert rows(tx, case_id, ref) == dict.fromkeys(there, 0)
    with reading(engine) as tx:
        spelt = [tokens.let_in(tx, token, f"{ref}{sign}", every_case=False) for sign in ("\n", "\x00")]
        assert [one.may_be_kept for one in spelt if one is not None] == [True, False]
    with reading(engine) as tx:
        assert tokens.let_in(tx, token, "", every_case=True) is not None
        assert rows(tx, case_id, ref) == there
    with reading(engine) as tx:
        assert (rows(tx, case_id, ref), forms(tx)) == (dict.fromkeys(there, 0), 0)


def keeps(desk: Committee, ref: str, *roles: str) -> int:
    """Keep a case to people; gives its number."""
    desk.acts("lead_officer", keep_to, ref, [desk.numbers[role] for role in roles], "A member knows the family.")
    with reading(desk.here.engine) as tx:
        return int(tx.execute(select(CASES.c.id).where(CASES.c.ref == ref)).scalar_one())


def recommended_after(desk: Committee, ref: str) -> int:
    """A case that stands for a recommendation made after another; gives its number."""
    other = desk.open_case()
    with transaction(desk.here.engine) as tx:
        number = int(tx.execute(select(CASES.c.id).where(CASES.c.ref == other)).scalar_one())
        tx.execute(insert(table_of(RecommendationRow)), {"case_id": number, "of_ref": ref, "text": "Write it down."})
    return number


def cannot_be_written_to(engine: Engine, who: str, case_id: int) -> None:
    with transaction(engine) as tx:
        seen_by(tx, who)
        assert tx.execute(text("UPDATE case_file SET lead = 'x' WHERE id = :id"), {"id": case_id}).rowcount == 0
    with transaction(engine) as tx:
        seen_by(tx, who)
        with pytest.raises(ProgrammingError, match="row-level security"):
            tx.execute(text("INSERT INTO child VALUES (:id, 9, 'x')"), {"id": case_id})
        tx.rollback()


def take_the_first_wall_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in {"records", "workflows", "web"}:
            if hasattr(module, "hidden_from"):
                monkeypatch.setattr(module, "hidden_from", lambda *_: frozenset())
            if hasattr(module, "check_named"):
                monkeypatch.setattr(module, "check_named", lambda *_: None)


def test_what_is_taken_off_the_second_wall_is_missed_and_who_stands_above_it_is_named(served: Committee) -> None:
    engine, here = served.here.engine, served.here
    with reading(engine) as tx:
        assert missing_policies(tx) == ()
    assert "The database itself hides" in "".join(one.sentence for one in doctor(engine, here.settings, NOON))

    with transaction(engine) as tx:
        tx.execute(text("ALTER TABLE child NO FORCE ROW LEVEL SECURITY"))
        tx.execute(text("CREATE POLICY more ON history USING (true)"))
        tx.execute(text("DROP POLICY cairn_named ON task"))
        tx.execute(text("CREATE POLICY cairn_named ON task USING (true)"))
        blind = "CREATE OR REPLACE FUNCTION cairn_hidden_mail() RETURNS text[] LANGUAGE sql AS 'SELECT ARRAY[]::text[]'"
        tx.execute(text(blind))
        assert missing_policies(tx) == ("cairn_hidden_mail", "child", "history", "task")
    assert "child is without its policy" in "".join(one.sentence for one in doctor(engine, here.settings, NOON))

    schema = schema_named(str(engine.url.username).removeprefix("cairn_"))
    server = postgres.server_url().rpartition("/")[0] + f"/{engine.url.database}"
    above, other = connect(server), connect(own_schema(server, f"t{secrets.token_hex(4)}"))
    with reading(above) as tx:
        assert row_security.stands_above(tx)
    with pytest.raises(StorageTrouble, match="does not let this user"), reading(other) as tx:
        tx.execute(text(f"SELECT 1 FROM {schema}.case_file"))
    with pytest.raises(NotPossible, match="another committee's"):
        own_schema(server, schema.removeprefix("cairn_"))
    with pytest.raises(NotPossible, match="PostgreSQL"):
        own_schema("sqlite:////tmp/x.db", "angus")
    above.dispose()
    other.dispose()


def makes_trouble(desk: Committee, *refs: str) -> None:
    """Change cases past the verbs, so that the nightly verification has something to name."""
    with transaction(desk.here.engine) as tx:
        tx.execute(update(CASES).where(CASES.c.ref.in_(refs)).values(lead="Somebody else"))


def test_the_figures_of_the_night_tell_an_auditor_nothing_of_a_case_kept_to_others(served: Committee) -> None:
    """They are worked out by the flows, which see every case; each place where the page shows them names none."""
    desk = served
    refs = gone_by(desk)
    makes_trouble(desk, *refs[:2])
    keeps(desk, refs[0], "lead_officer")
    audit(desk.here, desk.now)
    auditor = desk.sign_in("auditor")
    first = auditor.get("/quality").text
    assert "The record does not add up" in first
    years = re.findall(r'<option value="(\d{4}-\d\d)"', auditor.get("/quality/time-limits").text)
    pages = [first]
    for year in years:
        asked = ("time-limits", "time-limits/steps", "conformance", "map")
        pages += [auditor.get(f"/quality/{one}?year={year}").text for one in asked]
        ways = re.findall(r'href="(/quality/map\?[^"]*)#behind"', pages[-1])
        pages += [auditor.get(unescape(one)).text for one in ways]
        of_it = [auditor.get(f"/quality/conformance?year={year}&ref={ref}").text for ref in (refs[0], "LR-2026-9999")]
        assert [one.count("kept to named people") for one in of_it] == [0, 0]
        assert of_it[0].partition("<main")[2].replace(refs[0], "") == of_it[1].partition("<main")[2].replace(
            "LR-2026-9999", ""
        )

    assert len(years) > 0
    assert [one.partition("<title>")[2][:60] for one in pages if refs[0] in one] == []
    assert any(refs[1] in one for one in pages)
    lead = desk.sign_in("lead_officer")
    assert refs[0] in lead.get("/quality").text
    assert any(refs[0] in lead.get(f"/quality/conformance?year={year}").text for year in years)


def test_the_summary_of_a_year_counts_every_case_whoever_prints_it_and_in_full_it_asks_who_looks(
    served: Committee,
) -> None:
    desk = served
    refs = gone_by(desk)
    deputy, year = desk.sign_in("deputy_lead_officer"), "2025-26"

    def printed() -> str:
        page = deputy.get(f"/learning/years/{year}/public").text.partition("<main")[2]
        return re.sub(r'form_token" value="[^"]+', "", page)

    before = printed()
    keeps(desk, refs[0], "lead_officer")
    assert printed() == before
    assert refs[0] not in before
    assert deputy.get(f"/learning/years/{year}/full").status_code == 409


def test_every_table_that_hangs_on_a_case_has_a_policy() -> None:
    hang = {
        table.name
        for table in METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"case_file", "mail"}
    }

    assert hang | {"case_file", "mail"} | {*REF_COLUMN, *ACCOUNT_COLUMN} == set(RULES)


def test_sqlite_is_left_as_it_is(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'x.db'}")
    assert at_the_desk(engine) is engine
    with reading(engine) as tx:
        seen_by(tx, "1")
        assert missing_policies(tx) == ()
    assert address_of(str(engine.url)).database == str(tmp_path / "x.db")


def test_a_file_taken_back_stays_in_the_evidence_where_a_case_that_is_hidden_names_it(
    served: Committee, tmp_path: Path
) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 a report")
    here = served.here
    file = keep(here.settings.evidence.absolute(), tmp_path / "report.pdf")
    hidden, mine = (answered_with(served, file) for _ in range(2))
    served.acts("chair", keep_to, hidden, [served.numbers["chair"]], "Named people alone.")

    form = f"/cases/{mine}/history/{kept(served, mine).dossier.sequence}/correction"
    assert "is no file of this case" in does(served.sign_in(), form, reason="Not ours.", taken_back=file.sha256)

    assert place_of(here.settings.evidence.absolute(), file.sha256).is_file()


def answered_with(desk: Committee, file: KeptFile) -> str:
    """A case on which an agency answered with a file."""
    ref = gathering(desk)
    given = {"information_file": "File 3", "account_given": "yes", "reflection_given": "yes"}
    desk.acts("lead_officer", request, ref, "information", ("NHS Fife",))
    desk.acts("lead_officer", answer, ref, "NHS Fife", answers=given, files=(file.written,))
    return ref
