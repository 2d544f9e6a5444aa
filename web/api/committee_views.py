"""The committee as a program looks at it: its agencies, contacts and meetings, the guidance, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.meetings import BodyRule
from config.settings import calendar
from states.errors import BadAnswer
from states.typed_days import LIKE, read_day
from web.api.views import MOST, Listed, after, cursor_at, paged, view_at
from web.desk import Desk
from web.meeting_room import meeting_of, rules
from workflows.messages.ladder_forecast import forecast
from workflows.views import readings as log
from workflows.views.account_list import AccountLine, account_list
from workflows.views.agency_list import AgencyList, agency_history, agency_list
from workflows.views.calendars import CalendarLine, CalendarPage, calendar_page, calendars
from workflows.views.committee_setup import SetUpTask, set_up_tasks
from workflows.views.contact_list import ContactLine, contact_history, contact_list
from workflows.views.due_date import DateQuestion, DueDate, due_date, no_limit, rule_of
from workflows.views.editions import EditionLine, LimitLine, check_edition, edition_page, editions
from workflows.views.ladders import Forecast
from workflows.views.local_limits import EditionLimits, edition_limits, editions_to_set
from workflows.views.meeting_page import MeetingLine, MeetingPage, meeting_list, meeting_page
from workflows.views.refusals import Refusal, refusals
from workflows.views.register_history import RegisterLine
from workflows.views.retention import RetentionPage, retention_page
from workflows.views.token_list import TokenLine, token_list
from workflows.views.webhook_list import WebhookLine, webhook_list

NO_DAY = f"start is a day such as {LIKE}, not {{said!r}}."


@dataclass(frozen=True)
class Edition:
    """An edition of the guidance: its fingerprint, its time limits, and all of it in words (Markdown).

    The file itself is in docs/procedure-format.md's form, and is handed out by `cairn procedure`.
    """

    name: str
    title: str
    digest: str
    limits: tuple[LimitLine, ...]
    words: str


@view_at("committee", "/committee")
def _committee(at: Desk) -> tuple[SetUpTask, ...]:
    """What is still to be set up."""
    with at.reading() as tx:
        return tuple(set_up_tasks(tx, at.settings, at.viewer.today, at.hidden(tx)))


@view_at("accounts", "/committee/accounts")
def _accounts(at: Desk) -> tuple[AccountLine, ...]:
    """Who may sign in, and in which roles."""
    with at.reading() as tx:
        return account_list(tx)


@view_at("programs", "/committee/programs")
def _programs(at: Desk) -> tuple[TokenLine, ...]:
    """The tokens of programs: for whom each acts, what it may do, when it was last used."""
    with at.reading() as tx:
        return token_list(tx, at.now)


@view_at("webhooks", "/committee/programs/webhooks")
def _webhooks(at: Desk) -> tuple[WebhookLine, ...]:
    """The addresses that are told of new entries: of which kinds, and how their calls stand."""
    with at.reading() as tx:
        return webhook_list(tx)


@view_at("agencies", "/committee/agencies")
def _agencies(at: Desk) -> AgencyList:
    """The agencies there are, and pairs that may be one and the same."""
    with at.reading() as tx:
        return agency_list(tx)


@view_at("contacts", "/committee/contacts")
def _contacts(at: Desk) -> tuple[ContactLine, ...]:
    """Everybody Cairn writes to, who is away, and who could not be reached."""
    with at.reading() as tx:
        return contact_list(tx, at.viewer.today)


@view_at("agency_history", "/committee/agencies/history")
def _agency_history(at: Desk, agency: str = "") -> tuple[RegisterLine, ...]:
    """What was done about an agency (about all of them), the oldest first: when, by whom and why."""
    with at.reading() as tx:
        return agency_history(tx, agency)


@view_at("contact_history", "/committee/contacts/history")
def _contact_history(at: Desk, number: int = 0) -> tuple[RegisterLine, ...]:
    """What was done about a contact (about all of them), the oldest first. No name and no address is in it."""
    with at.reading() as tx:
        return contact_history(tx, number or None)


@view_at("due", "/committee/editions/{name}/due/{limit}")
def _due(at: Desk, name: str, limit: str, start: str = "", agency: str = "", by: str = "") -> DueDate:
    """When a time limit of an edition runs out that is counted from a day, and how each day was counted.

    Counted by the calendar `by`, if that is said, else by that of the edition, or of the agency that owes it.
    """
    check_edition(name)
    edition = at.installation.guidance(name)
    rule, day = rule_of(edition, limit), read_day(start)
    if day is None:
        raise BadAnswer(NO_DAY.format(said=start[:40]))
    if rule.length() is None:
        return no_limit(edition, rule)
    counted = calendar(by or edition.calendar_of(rule, agency.strip()))
    return due_date(edition, rule, DateQuestion(day, counted, agency=agency.strip()), at.viewer.today)


@view_at("calendars", "/committee/calendars")
def _calendars(_: Desk) -> tuple[CalendarLine, ...]:
    """The calendars of working days there are."""
    return calendars()


@view_at("working_calendar", "/committee/calendars/{name}")
def _calendar(_: Desk, name: str) -> CalendarPage:
    """A calendar with its holidays."""
    return calendar_page(name)


@view_at("editions", "/committee/editions")
def _editions(at: Desk) -> tuple[EditionLine, ...]:
    """The editions of the guidance, with the committee's changes over them."""
    return editions(at.settings.local_file)


@view_at("edition", "/committee/editions/{name}")
def _edition(at: Desk, name: str) -> Edition:
    """An edition: all of it in words, and its time limits with an example of each."""
    check_edition(name)
    found = edition_page(at.installation.guidance(name), at.viewer.today)
    return Edition(name, found.procedure.title, found.digest, found.limits, found.words)


@view_at("limits", "/committee/limits")
def _limits(at: Desk) -> tuple[EditionLimits, ...]:
    """The time limits that the nation leaves to the committee, by edition."""
    with at.reading() as tx:
        return editions_to_set(tx, at.settings.own_file, at.viewer.today, at.hidden(tx))


@view_at("edition_limits", "/committee/limits/{edition}")
def _edition_limits(at: Desk, edition: str) -> EditionLimits:
    """The time limits of an edition that the committee sets."""
    with at.reading() as tx:
        return edition_limits(tx, at.settings.own_file, edition, at.hidden(tx))


@view_at("quorums", "/committee/quorums")
def _quorums(at: Desk) -> Mapping[str, BodyRule]:
    """The bodies that meet, and how many of each must be there."""
    return rules(at)


@view_at("ladders", "/committee/ladders")
def _ladders(at: Desk, *, silent: bool = False) -> Forecast:
    """Who would be told what and when, and which rungs reach nobody."""
    with at.reading() as tx:
        return forecast(tx, at.now, silent=silent, hidden=at.hidden(tx))


@view_at("retention", "/committee/retention")
def _retention(at: Desk) -> RetentionPage:
    """What is to be erased and when, by which rule."""
    with at.reading() as tx:
        return retention_page(tx, at.settings.own_file, at.viewer.today, at.hidden(tx))


@view_at("readings", "/committee/readings")
def _readings(
    at: Desk, *, ref: str = "", person: str = "", part: str = "", first: str = "", last: str = "", page: int = 1
) -> log.Readings:
    """Every reading of a case at the desk, a page at a time."""
    days = (read_day(first) if first else None, read_day(last) if last else None)
    with at.reading() as tx:
        return log.readings(tx, log.ReadingsWanted(ref, person, part, *days), max(page, 1))


@view_at("refusals", "/committee/refusals")
def _refusals(at: Desk, cursor: str = "") -> Listed[Refusal]:
    """What was refused, and when signing in failed, the newest first."""
    page = after(cursor) or 1
    with at.reading() as tx:
        found = refusals(tx, page)
    return Listed(found.lines, cursor_at(page + 1) if found.all > page * MOST else None)


@view_at("meetings", "/meetings")
def _meetings(at: Desk, *, limit: int = MOST, cursor: str = "") -> Listed[MeetingLine]:
    """The meetings that the account may see."""
    with at.reading() as tx:
        return paged(tuple(meeting_list(tx, rules(at), at.viewer)), limit, cursor)


@view_at("meeting", "/meetings/{number}")
def _meeting(at: Desk, number: str) -> MeetingPage:
    """A meeting: its agenda, and what became of each item."""
    here = meeting_of(at, number)
    with at.reading() as tx:
        return meeting_page(tx, here.meeting, here.rule, at.viewer)
