"""The names every table, key and index is given, and the table behind a model."""

from __future__ import annotations

from sqlalchemy import MetaData, Table
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


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements written out."""
    return METADATA.tables[str(model.__tablename__)]
