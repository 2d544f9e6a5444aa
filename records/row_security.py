"""Row-level security: on PostgreSQL the database itself hides a case's rows from those it is not open to.

Each desk transaction says who is asking. A case kept to named people, its recommendations and all their rows are then
invisible to others, whatever statement is sent. The flows and the terminal set nobody and see every row. SQLite has no
row-level security: there the desk's guard is the only protection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Result,
    Select,
    String,
    bindparam,
    cast,
    event,
    func,
    inspect,
    literal,
    select,
    text,
    true,
)

from records.database import connect
from records.hot_statements import Hot

EVERY_CASE = "all"
"""Said in the place of an account where what is done reaches all cases, whoever is named for them."""

CASE_COLUMN = {
    "case_file": "id",
    "case_key": "case_id",
    "case_snapshot": "case_id",
    "child": "case_id",
    "declared_interest": "case_id",
    "deadline": "case_id",
    "history": "case_id",
    "incoming_mail": "case_id",
    "letter_link": "case_id",
    "message": "case_id",
    "need_to_know": "case_id",
    "recommendation": "case_id",
    "recommendation_word": "case_id",
    "rung_climbed": "case_id",
    "task": "case_id",
    "unreached": "case_id",
    "webhook_call": "case_id",
}
"""The column of each table that says which case a row belongs to; without a case a row is everybody's."""

MAIL_COLUMN = {"attempt": "mail_id", "mail": "id"}
"""The same for letters: one that is about hidden cases alone is hidden."""

REF_COLUMN = {"reading": "ref"}
"""The same for readings of cases, which say which by its reference."""

ACCOUNT_COLUMN = {"form_draft": "account_id"}
"""The column of what somebody keeps for themselves alone: their own account sees it, whatever case it is about."""

POLICY = "cairn_named"
HIDDEN, HIDDEN_MAIL, HIDDEN_REF, ASKS = "cairn_hidden", "cairn_hidden_mail", "cairn_hidden_ref", "cairn_asks"
SEES_ALL = "current_setting('cairn.desk', true) IS DISTINCT FROM 'on' OR who = 'all'"
HIDDEN_BODY = f"""
DECLARE
    who text := coalesce(current_setting('cairn.account', true), '');
    mine integer[];
    kept integer[];
BEGIN
    IF {SEES_ALL} THEN
        RETURN '{{}}';
    END IF;
    PERFORM set_config('cairn.desk', 'looking', true);
    IF NOT EXISTS (SELECT FROM need_to_know) THEN
        PERFORM set_config('cairn.desk', 'on', true);
        RETURN '{{}}';
    END IF;
    IF starts_with(who, 'case ') THEN
        mine := ARRAY[substr(who, 6)::integer];
        mine := mine || ARRAY(
            SELECT c.id FROM recommendation r JOIN case_file c ON c.ref = r.of_ref WHERE r.case_id = ANY (mine)
        );
    ELSE
        mine := ARRAY(SELECT case_id FROM need_to_know WHERE account_id::text = who);
    END IF;
    kept := ARRAY(SELECT DISTINCT case_id FROM need_to_know WHERE case_id <> ALL (mine));
    kept := kept || ARRAY(
        SELECT r.case_id FROM recommendation r JOIN case_file c ON c.ref = r.of_ref
        WHERE c.id = ANY (kept) AND r.case_id <> ALL (mine)
    );
    PERFORM set_config('cairn.desk', 'on', true);
    RETURN kept;
END
"""  # noqa: S608  names of ours
ONCE_HIDDEN = """
DECLARE
    kept integer[] := cairn_hidden();
    found text[];
BEGIN
    IF kept = '{{}}' THEN
        RETURN '{{}}';
    END IF;
    PERFORM set_config('cairn.desk', 'looking', true);
    found := ARRAY({asked});
    PERFORM set_config('cairn.desk', 'on', true);
    RETURN found;
END
"""
"""What is hidden beside the cases themselves: nothing while no case is, else what is `asked` of them."""
HIDDEN_MAIL_BODY = ONCE_HIDDEN.format(
    asked="""
        SELECT DISTINCT m.mail_id FROM message m WHERE m.case_id = ANY (kept) AND m.mail_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM message o WHERE o.mail_id = m.mail_id AND (o.case_id IS NULL OR o.case_id <> ALL (kept))
        )
    """
)
HIDDEN_REF_BODY = ONCE_HIDDEN.format(asked="SELECT ref FROM case_file WHERE id = ANY (kept)")
ASKS_BODY = f"""
DECLARE
    who text := coalesce(current_setting('cairn.account', true), '');
BEGIN
    RETURN CASE WHEN {SEES_ALL} THEN '{EVERY_CASE}' ELSE who END;
END
"""
FUNCTIONS = {
    HIDDEN: ("integer[]", HIDDEN_BODY),
    HIDDEN_MAIL: ("text[]", HIDDEN_MAIL_BODY),
    HIDDEN_REF: ("text[]", HIDDEN_REF_BODY),
    ASKS: ("text", ASKS_BODY),
}
"""What each function answers, and its body. While one looks itself, it sees every row; then it is as before."""

RULES = {
    **{table: (column, HIDDEN) for table, column in CASE_COLUMN.items()},
    **{table: (column, HIDDEN_MAIL) for table, column in MAIL_COLUMN.items()},
    **{table: (column, HIDDEN_REF) for table, column in REF_COLUMN.items()},
    **{table: (column, ASKS) for table, column in ACCOUNT_COLUMN.items()},
}
"""The column of each table that its policy asks about, and the function it asks."""

FOUND = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND p.polpermissive AND p.polcmd = '*'
    AND p.polroles = '{0}', coalesce(p.polname, ''), coalesce(pg_get_expr(p.polqual, p.polrelid), ''), p.polwithcheck
FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
"""
BODIES = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
ABOVE_IT = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def put_up(connection: Connection) -> None:
    """Enable row-level security and create its policies, for the owner of the tables too. On SQLite nothing is done."""
    if connection.dialect.name != "postgresql":
        return
    for statement in statements(inspect(connection).get_table_names()):
        connection.exec_driver_sql(statement)


def statements(there: Collection[str]) -> Iterator[str]:
    """What puts the policies up in their right form, none or any there, on those of the tables that are `there`.

    A table that comes with a later form of the tables gets its policy then.
    """
    for name, (kind, body) in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE plpgsql STABLE AS $body${body}$body$"
    for table, (column, hidden) in RULES.items():
        if table not in there:
            continue
        kind = FUNCTIONS[hidden][0]
        seen = f"{column} IS NULL OR {column} <> ALL ((SELECT {hidden}())::{kind})"
        if hidden == ASKS:
            seen = f"(SELECT {ASKS}()) IN ('{EVERY_CASE}', {column}::text)"
        yield f"DROP POLICY IF EXISTS {POLICY} ON {table}"
        yield f"CREATE POLICY {POLICY} ON {table} USING ({seen})"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"


def missing_policies(tx: Connection) -> tuple[str, ...]:
    """What of it is missing, altered or switched off, by the name of the table; none on SQLite."""
    if tx.dialect.name != "postgresql":
        return ()
    bodies = {name: body for name, body in tx.execute(text(BODIES)) if name in FUNCTIONS}
    wrong = {name for name, (_, body) in FUNCTIONS.items() if bodies.get(name) != body}
    found: dict[str, list[tuple[bool, str, str, Any]]] = {}
    for table, *policy in tx.execute(text(FOUND)):
        found.setdefault(table, []).append((policy[0], policy[1], policy[2], policy[3]))
    for table, (column, hidden) in RULES.items():
        there = found.get(table, [])
        stands = len(there) == 1 and there[0][0] and there[0][1] == POLICY and there[0][3] is None
        if not stands or f"{hidden}()" not in there[0][2] or f"({column}" not in there[0][2]:
            wrong.add(table)
    return tuple(sorted(wrong))


def stands_above(tx: Connection) -> bool:
    """Whether the user of the database bypasses row-level security, as a superuser does."""
    return tx.dialect.name == "postgresql" and bool(tx.execute(text(ABOVE_IT)).scalar())


def at_the_desk(engine: Engine) -> Engine:
    """The database as the desk opens it: until it is said who asks, what is kept to named people is kept from all."""
    if engine.dialect.name != "postgresql":
        return engine
    own = connect(engine.url.render_as_string(hide_password=False))

    def mark(connection: Any, _: Any) -> None:
        connection.execute("SET cairn.desk = 'on'")
        connection.commit()

    event.listen(own, "connect", mark)
    return own


@contextmanager
def every_row(engine: Engine) -> Iterator[Engine]:
    """The database of the desk as the terminal opens it, for a look at the installation as a whole."""
    if engine.dialect.name != "postgresql":
        yield engine
        return
    own = connect(engine.url.render_as_string(hide_password=False))
    try:
        yield own
    finally:
        own.dispose()


def seen_by(tx: Connection, who: str) -> None:
    """Say who asks, for the rest of a transaction: an account by its number, EVERY_CASE, `of_case`, or nobody."""
    if tx.dialect.name == "postgresql":
        SAID.rows(tx, {"who": who})


SAYS = func.set_config("cairn.account", bindparam("who", type_=String), true())
SAID = Hot(select(SAYS))


def reading_for(tx: Connection, who: str, statement: Select[Any], given: Mapping[str, Any]) -> Result[Any]:
    """Read something that is everybody's, and say in the same statement who asks for what follows, as `seen_by` does.

    Where nothing is found nothing is said: then what is kept to named people stays kept from whoever asks.
    """
    if tx.dialect.name != "postgresql":
        return tx.execute(statement, given)
    return tx.execute(_saying(statement), {**given, "who": who})


@cache
def _saying(statement: Select[Any]) -> Select[Any]:
    """The same statement, which says besides who asks."""
    return statement.add_columns(SAYS)


def asking(statement: Select[Any], account: ColumnElement[Any], *, every_case: bool) -> Select[Any]:
    """A statement that finds who asks, with what it says of that to PostgreSQL: for itself, that all is looked at.

    What follows it is then asked for the account that it finds; with `every_case`, for whoever may see all. Where it
    finds nobody, nothing is said: then what is kept to named people stays kept. The columns are worked out in the order
    in which they stand.
    """
    after = literal(EVERY_CASE) if every_case else cast(account, String)
    first, last = (func.set_config("cairn.account", who, true()) for who in (literal(EVERY_CASE), after))
    return statement.with_only_columns(first, *statement.selected_columns, last)


def of_case(case_id: int) -> str:
    """Who asks by the link of a letter, as `seen_by` takes it: the case it is about, and what led to it."""
    return f"case {case_id}"
