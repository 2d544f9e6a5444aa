"""A backup: one file that holds everything but the master key, and can be restored into SQLite or PostgreSQL alike.

The file is a ZIP of a manifest (what is in it, with the SHA-256 of every part), each table as lines of JSON, and the
folders that belong to it. It is written beside the work going on, from one steady view of the database.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import Connection, Engine, Table, func, select, text

