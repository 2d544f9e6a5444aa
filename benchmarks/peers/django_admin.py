"""Django's admin with django-simple-history on the same rows: `fill OURS` copies them, `serve PORT` serves them.

OURS is the file of our database, or on PostgreSQL our schema: there both share a database, Django in a schema of its
own. It is served by gunicorn: one process, 16 threads.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings

THEIRS = os.environ["DJANGO_DATABASE"]


def database(url: str) -> dict[str, object]:
    """Django's way of naming a database; its connections are kept, as in production."""
    if not url.startswith("postgresql"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url,
            "OPTIONS": {"init_command": pragmas},
            "CONN_MAX_AGE": 600,
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "PASSWORD": parts.password or "",
        "OPTIONS": {"options": "-c search_path=django"},
        "CONN_MAX_AGE": 600,
    }


MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
)
APPS = ("admin", "auth", "contenttypes", "sessions", "messages")
CONTEXT = ("request", "auth", "messages")
settings.configure(
    DATABASES={"default": database(THEIRS)},
    INSTALLED_APPS=[*(f"django.contrib.{name}" for name in APPS), "simple_history"],
    MIDDLEWARE=list(MIDDLEWARE),
    ROOT_URLCONF="__main__" if __name__ == "__main__" else __name__,
    SECRET_KEY="only-for-measuring",  # noqa: S106  a database of invented rows
    ALLOWED_HOSTS=["127.0.0.1"],
    STATIC_URL="/static/",
    USE_TZ=True,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    f"django.template.context_processors.{CONTEXT[0]}",
                    *(f"django.contrib.{name}.context_processors.{name}" for name in CONTEXT[1:]),
                ]
            },
        }
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402
from simple_history.admin import SimpleHistoryAdmin  # noqa: E402
from simple_history.models import HistoricalRecords  # noqa: E402


class Case(models.Model):
    """A case with its history."""

    ref = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    edition = models.CharField(max_length=80)
    state = models.CharField(max_length=60)
    phase = models.CharField(max_length=20, db_index=True)
    lead = models.CharField(max_length=200, db_index=True)
    deputy = models.CharField(max_length=200, db_index=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, db_index=True)
    next_due_on = models.DateField(null=True, db_index=True)
    waits_for = models.TextField()
    history = HistoricalRecords()

    class Meta:
        """Where it is listed."""

        app_label = "auth"

    def __str__(self) -> str:
        return self.ref


class Deadline(models.Model):
    """A date on a case."""

    case = models.ForeignKey(Case, models.CASCADE)
    key = models.CharField(max_length=160)
    timescale = models.CharField(max_length=60)
    agency = models.CharField(max_length=200, db_index=True)
    status = models.CharField(max_length=12)
    due_on = models.DateField(null=True)

    class Meta:
        """Where it is listed."""

        app_label = "auth"
        indexes = (models.Index(fields=["status", "due_on"]),)

    def __str__(self) -> str:
        return self.key


class Recommendation(models.Model):
    """A recommendation with its three facts."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True)
    of_ref = models.CharField(max_length=40)
    text = models.TextField()
    level = models.CharField(max_length=60)
    addressee = models.TextField()
    urgency = models.CharField(max_length=60)
    agencies = models.TextField()
    themes = models.TextField()
    fulfilled = models.CharField(max_length=60)
    practice = models.CharField(max_length=60)
    outcomes = models.CharField(max_length=60)
    owed_on = models.DateField(null=True, db_index=True)
    impact_on = models.DateField(null=True)

    class Meta:
        """Where it is listed."""

        app_label = "auth"

    def __str__(self) -> str:
        return self.text


class Dates(admin.TabularInline):
    """The dates of a case, on its page."""

    model = Deadline
    extra = 0


@admin.register(Case)
class Cases(SimpleHistoryAdmin):
    """The list of cases, and a case with its dates and its history."""

    list_display = ("ref", "state", "phase", "lead", "next_due_on", "closed_on")
    search_fields = ("ref", "lead", "deputy")
    list_filter = ("phase",)
    list_per_page = 20
    history_list_per_page = 200
    ordering = ("next_due_on",)
    inlines = (Dates,)


@admin.register(Deadline)
class Deadlines(admin.ModelAdmin):
    """The dates that are owed, the soonest first."""

    list_display = ("case", "timescale", "agency", "due_on", "stands", "lead")
    list_select_related = ("case",)
    list_filter = ("status", "case__phase")
    list_per_page = 50
    ordering = ("due_on",)

    @admin.display
    def stands(self, one: Deadline) -> str:
        """Where its case stands."""
        return str(one.case.state)

    @admin.display
    def lead(self, one: Deadline) -> str:
        """Who leads its case."""
        return str(one.case.lead)


@admin.register(Recommendation)
class Recommendations(admin.ModelAdmin):
    """The board: recommendations, the soonest owed first."""

    list_display = ("case", "text", "level", "agencies", "fulfilled", "practice", "outcomes", "owed_on")
    list_select_related = ("case",)
    list_filter = ("level", "case__phase")
    list_per_page = 100
    ordering = ("owed_on",)


urlpatterns = [path("admin/", admin.site.urls)]
application = get_wsgi_application()

ROWS = {
    "auth_case": ("case_file", ("id", "ref", "kind", "edition", "state", "phase", "lead", "deputy", *(
        "opened_on", "closed_on", "next_due_on", "waits_for"))),
    "auth_deadline": ("deadline", ("case_id", "key", "timescale", "agency", "status", "due_on")),
    "auth_recommendation": ("recommendation", ("case_id", "of_ref", "text", "level", "addressee", "urgency", *(
        "agencies", "themes", "fulfilled", "practice", "outcomes", "owed_on", "impact_on"))),
}  # fmt: skip
OF_THEN = ("ref", "kind", "edition", "state", "phase", "lead", "deputy", "opened_on", "closed_on", "next_due_on")


def fill(ours: str) -> None:
    """Make the tables, and copy the rows: of each entry of a history a row of the case as it was then."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Case, Case.history.model, Deadline, Recommendation):
            editor.create_model(model)
    with connection.cursor() as cursor:
        source = ours
        if connection.vendor == "sqlite":
            source = "ours"
            cursor.execute("ATTACH %s AS ours", [ours])
        for theirs, (name, columns) in ROWS.items():
            names = ", ".join(f'"{one}"' for one in columns)
            cursor.execute(f"INSERT INTO {theirs} ({names}) SELECT {names} FROM {source}.{name}")
        kept = ", ".join(OF_THEN)
        columns = f"id, {kept}, waits_for, history_date, history_change_reason, history_type"
        cursor.execute(
            f"INSERT INTO auth_historicalcase ({columns}) "
            f"SELECT h.case_id, {', '.join(f'c.{one}' for one in OF_THEN)}, c.waits_for, h.recorded_at, h.kind, '~' "
            f"FROM {source}.history h JOIN {source}.case_file c ON c.id = h.case_id"
        )
        cursor.execute("ANALYZE")
    from django.contrib.auth.models import User

    User.objects.create_superuser("officer", "", "four words in a row")


def serve(port: str) -> None:
    """Serve until stopped: one process with 16 threads."""
    from gunicorn.app.base import BaseApplication

    told = {"workers": 1, "threads": 16, "bind": f"127.0.0.1:{port}", "keepalive": 60, "loglevel": "error"}

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in told.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            return application

    Server().run()


if __name__ == "__main__":
    {"fill": fill, "serve": serve}[sys.argv[1]](*sys.argv[2:])
