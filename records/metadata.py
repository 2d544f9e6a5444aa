"""The names every table, key and index is given, and the table behind a model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, MetaData, Table, event, literal_column, text
from sqlmodel import SQLModel

METADATA: MetaData = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A row of a table of ours."""

    model_config = {"defer_build": True}


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of those rows alone of which the condition holds, on either database.

    SQLAlchemy's own way to say so (sqlite_where=, postgresql_where=) loads both dialects at each start of a program.
    """
    return Index(name, *columns, info={"where": where})


def stands(column: Column[Any], word: str) -> ColumnElement[bool]:
    """The rows whose column says a word that a partial index was made for.

    The word stands in the statement itself: where it is a value beside it, SQLite finds no such index, and neither does
    PostgreSQL once it has prepared the statement.
    """
    assert word.isidentifier()
    return column == literal_column(f"'{word}'")


@event.listens_for(METADATA, "before_create")
def _narrow(metadata: MetaData, *_: Any, **__: Any) -> None:
    """Give the partial indexes their condition where tables are made from here (the migrations state their own)."""
    for index in (one for table in metadata.tables.values() for one in table.indexes if "where" in one.info):
        for dialect in ("sqlite", "postgresql"):
            index.dialect_kwargs[f"{dialect}_where"] = text(index.info["where"])


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements written out."""
    return METADATA.tables[str(model.__tablename__)]
