"""Django, viewflow's state machine and django-simple-history: load, step, save; the history row is the library's."""

from __future__ import annotations

import sys
import time

import django
from django.conf import settings


def database(url: str) -> dict[str, object]:
    """Django's way of naming a database."""
    if url.startswith("sqlite"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"init_command": pragmas, "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), "OPTIONS": options}
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "PASSWORD": parts.password or "",
    }


settings.configure(
    DATABASES={"default": database(sys.argv[1])},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "simple_history"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402
from simple_history.models import HistoricalRecords  # noqa: E402
from viewflow import fsm  # noqa: E402


class Stage(models.TextChoices):
    """Where a case can stand."""

    NOTIFIED = "notified"
    GATHERING = "gathering"
    CLOSED = "closed"


class Case(models.Model):  # noqa: DJ008  nobody looks at it
    """A case with its history."""

    stage = models.CharField(max_length=40, default=Stage.NOTIFIED)
    note = models.JSONField(default=dict)
    history = HistoricalRecords(app="auth", user_model=None, history_user_id_field=models.IntegerField(null=True))

    class Meta:
        """Where it lives."""

        app_label = "auth"


class Flow:
    """The machine."""

    stage = fsm.State(Stage, default=Stage.NOTIFIED)

    def __init__(self, case: Case) -> None:
        self.case = case

    @stage.setter()
    def _set(self, value: str) -> None:
        self.case.stage = value

    @stage.getter()
    def _get(self) -> str:
        return Stage(self.case.stage)

    @stage.transition(source=Stage.NOTIFIED, target=Stage.GATHERING)
    def acknowledge(self) -> None:
        """Take the step."""
        self.case.note = {"agencies": ["Health Board", "Police"], "reason": "x" * 50}


def main(count: int) -> None:
    """Take one step on each of `count` cases; print milliseconds a step."""
    with connection.schema_editor() as editor:
        editor.create_model(Case)
        editor.create_model(Case.history.model)
    Case.objects.bulk_create(Case(id=number) for number in range(1, count + 1))
    start = time.perf_counter()
    for number in range(1, count + 1):
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=number)
            Flow(case).acknowledge()
            case.save()
    sys.stdout.write(f"{(time.perf_counter() - start) * 1000 / count}\n")


main(int(sys.argv[2]))
