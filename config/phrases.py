"""How a rule is said in words: a limit, what its clock starts from, a day of a ladder."""

from __future__ import annotations

from calendar import month_name
from datetime import date, datetime
from typing import TYPE_CHECKING

from states.words import day_and_time, full_weekday, many, spoken

if TYPE_CHECKING:
    from states.dossier import Deadline
    from states.procedure import Procedure
    from states.timescales import Every, FixedDate, Rung, Start, Timescale

UNSET = "no limit set"
NO_COMMITTEE = (
    "No committee's file is set: limits that the nation leaves open stay open, and nobody is reminded of them."
)
SET_AT_DESK = "The desk asks for them, under Committee, Limits, and keeps them."
BEGIN_WITH = (
    "Begin with a copy of config/local/example-committee.toml, and name it in CAIRN_COMMITTEE (docs/operations.md)."
)
UNITS = {
    "calendar_days": "calendar day",
    "working_days": "working day",
    "clear_days": "clear day",
    "hours": "hour",
    "weeks": "week",
    "months": "month",
}
PERIODS = {"financial_year": "the end of the financial year", "calendar_year": "the end of the calendar year"}


def counted(count: int, unit: str) -> str:
    """A number of days, weeks or months: "14 calendar days", "1 month"."""
    return f"{count} {many(UNITS[unit], count)}"


def limit_words(rule: Timescale) -> str:
    """A limit in words: "14 calendar days", "7 calendar days before", "by 31 July each year", "no limit set"."""
    if rule.unit == "fixed_date" and rule.on is not None:
        return f"by {day_words(rule.on)} each year{_moved_words(rule)}"
    if rule.limit is None or rule.unit not in UNITS:
        return UNSET
    if rule.limit == 0:
        return f"on that day{_moved_words(rule)}"
    return f"{_so_many(rule, rule.limit)}{_first_words(rule)}{' before' if rule.limit < 0 else ''}{_moved_words(rule)}"


def limit_from(rule: Timescale, start: str) -> str:
    """A limit with what it is counted from: "14 calendar days from 2 March 2026", "5 clear weeks before ..."."""
    if not rule.limit or rule.unit not in UNITS:
        return f"{limit_words(rule).removesuffix(_moved_words(rule))} from {start}{_moved_words(rule)}"
    way = "before" if rule.limit < 0 else "from"
    return f"{_so_many(rule, rule.limit)} {way} {start}{_first_words(rule)}{_moved_words(rule)}"


def _so_many(rule: Timescale, limit: int) -> str:
    """So many days, weeks or months: "1 clear week"."""
    return f"{abs(limit)} {'clear ' if rule.counted == 'clear' else ''}{many(UNITS[rule.unit], abs(limit))}"


def _first_words(rule: Timescale) -> str:
    return ", the first day being day 1" if rule.counted == "from_the_day" else ""


def _moved_words(rule: Timescale) -> str:
    return f", or the {rule.roll.replace('_', ' ')} day where that is closed" if rule.roll else ""


def loosened_words(rule: Timescale | None) -> str:
    """What stands beside a date for which a committee gives more time than the nation, or may; else nothing."""
    if rule is None or not rule.loosened:
        return ""
    return f"{'MAY BE LONGER than this' if rule.loosened == 'perhaps' else 'LONGER than this'}: {rule.national}"


def national_words(rule: Timescale) -> str:
    """What a national edition has for a limit, and on what ground: "the nation says 14 calendar days"."""
    stated = rule.basis in {"guidance", "statute"}
    words, whose = whole_limit(rule), "the nation" if stated else "the edition"
    return f"{whose} sets no limit" if words == UNSET else f"{whose} {'says' if stated else 'assumes'} {words}"


def whole_limit(rule: Timescale) -> str:
    """A limit with how often it comes round again: "14 calendar days, then every 6 months"."""
    words = limit_words(rule)
    if rule.repeat is None:
        return words
    return every_words(rule.repeat) if words == UNSET else f"{words}, then {every_words(rule.repeat)}"


def midnight_words(zone: str, due_on: date | None, due_at: datetime | None = None) -> str:
    """Until when a date can be met, and by whose clock: "until 23:59:59 on Friday 3 July 2026 in Europe/London"."""
    if due_at is not None:
        return f"until {day_and_time(due_at, zone)} in {zone}"
    if due_on is None:
        return f"days begin at midnight in {zone}"
    return f"until 23:59:59 on {full_weekday(due_on)} in {zone}"


def figures_words(procedure: Procedure) -> dict[str, str]:
    """How the cases of an edition are counted in the year's summary, where it says so: what, with the moves."""
    said, labels = procedure.figures, {move.trigger: move.label for move in procedure.transitions}
    lists = {
        "Counted as reviewed": said.reviewed,
        "Counted as other learning": said.other_learning,
        "Counted as not reviewed": said.not_reviewed,
    }
    counted_as = {words: "; ".join(labels.get(name, name) for name in names) for words, names in lists.items()}
    return {"Decided by": said.body or "", **counted_as}


def day_words(day: FixedDate) -> str:
    """A day of the year: "31 July"."""
    return f"{day.day} {month_name[day.month]}"


def every_words(every: Every) -> str:
    """How often something comes round: "every 6 months", "every week"."""
    return f"every {counted(every.count, every.unit) if every.count > 1 else UNITS[every.unit]}"


def anchor_words(procedure: Procedure, rule: Timescale) -> str:
    """What a clock starts from, in words: 'the step "Ask the agencies"', 'the later of this and that'."""
    anchor = rule.anchor
    parts = [start_words(procedure, rule, part) for part in anchor.parts]
    words = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    which = "the later of " if anchor.later_of else "the earlier of " if anchor.earlier_of else ""
    each = f", for each agency asked for “{procedure.label_of('requests', anchor.each)}”" if anchor.each else ""
    return f"{which}{words}{each}"


def start_words(procedure: Procedure, rule: Timescale, part: Start) -> str:
    """One thing a clock can start from, in words."""
    (kind, name), *_ = part.given().items()
    if kind == "period":
        return PERIODS[name]
    if kind == "trigger":
        move = procedure.transition(name)
        return f"the step “{move.label if move else name}”"
    labels = {
        "field": lambda: f"the date recorded as “{_field_label(procedure, name)}”",
        "state": lambda: f"entry to “{procedure.label_of('states', name)}”",
        "request": lambda: _request_words(procedure, rule, name),
        "pause": lambda: f"the hold “{procedure.label_of('pauses', name)}” being ordered",
        "items": lambda: _item_words(procedure, name),
        "entered": lambda: f"each item of “{procedure.label_of('registers', name)}” being entered",
        "event": lambda: f"“{procedure.label_of('events', name)}” being recorded",
        "timescale": lambda: f"the date of “{procedure.label_of('timescales', name)}”",
    }
    return labels[kind]()


def _request_words(procedure: Procedure, rule: Timescale, name: str) -> str:
    label = procedure.label_of("requests", name)
    return f"each request “{label}”{', when its letter may leave' if rule.starts == 'sent' else ' being sent'}"


def _item_words(procedure: Procedure, name: str) -> str:
    label, kept = procedure.label_of("registers", name), procedure.registers.get(name)
    if kept is None or kept.counts_from is None:
        return f"each item of “{label}” being entered"
    counted_from = next((field.label for field in kept.fields if field.name == kept.counts_from), kept.counts_from)
    return f"“{counted_from}” of each item of “{label}”"


def _field_label(procedure: Procedure, name: str) -> str:
    fields = (field for move in procedure.transitions for field in move.fields if field.name == name)
    return next((field.label for field in fields), name)


def rung_words(rung: Rung, unit: str) -> str:
    """The day of a rung in words: "2 working days before", "on the day", "7 calendar days after"."""
    if rung.day == 0:
        return "on the day"
    return f"{counted(abs(rung.day), unit)} {'before' if rung.day < 0 else 'after'}"


def quiet_words(acknowledged: date | None, promised: date | None, until: date | None, today: date) -> str:
    """What an agency said about a request, in words: that it has it, or by when it will answer; "" for neither."""
    quiet = f"no reminder until {spoken(until)}" if until is not None and until >= today else ""
    if promised is not None:
        return f"promised for {spoken(promised)}" + (", not kept" if promised < today else "")
    return ", ".join(filter(None, (f"acknowledged on {spoken(acknowledged)}", quiet))) if acknowledged else ""


def quiet_of(deadline: Deadline, today: date) -> str:
    """What an agency last said about a date that is still owed, in words."""
    if not deadline.quiets:
        return ""
    last = deadline.quiets[-1]
    if not last.acknowledged and not last.is_promise:
        return f"promised for {spoken(last.until)}, more time refused"
    promise = None if last.acknowledged else last.until
    return quiet_words(last.start if last.acknowledged else None, promise, last.lasts_until, today)
