"""A form that does something on a case: shown, previewed, then done after a yes. The same for every verb.

The form is made of the verb's questions (`workflows/views/questions.py`). Submitted once, it is run in a transaction
that is rolled back, and the outcome is shown; after a yes it is done, against the version of the case it was shown
for. A refusal returns the form with all that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import escape
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import Response

from records import cases
from records.cases import Case
from records.form_drafts import FormDraft
from records.kept_files import check_held
from states.errors import BadAnswer, NotFound, Refused, StaleVersion
from states.steps import Field
from states.words import in_a_sentence
from web.answers import NOT_THERE, Filled, filled_in, read_back
from web.deed_files import Aside, aside, drop, kept, named, take_aside
from web.desk import Desk
from web.form_drafts import BY_ITSELF, LOOK, OWN, address_of, as_form, begun, forget, keep, kept_by_itself, typed
from web.links import MARKS, case_address, sentences
from web.sent_once import KEY, SentBefore, SentOtherwise, led_to_before, led_to_by, once
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.preview import Preview, trial
from workflows.verbs.recommend import Proposed
from workflows.views.form_help import Help, help_for
from workflows.views.history import HistoryLine, history_page
from workflows.views.outcome import Outcome
from workflows.views.question import Question, SaidSoFar
from workflows.views.questions import next_question, questions

UNPROCESSABLE, CONFLICT = 422, 409
ROLE = "as_role"
NUMBERED = {"pause": ("number", "pauses"), "extend": ("number", "extensions"), "item": ("item", "items")}
"""What the address of a deed names by a number, by the first word of its verb: under which name, and what keeps it."""
NO_SUCH = "{ref} has no {number}: there are {known}."


@dataclass(frozen=True)
class Deed:
    """One thing that can be done. `given` is what the address says: the case, the step; `back` is where it began.

    `besides` are questions of the desk's own. `first` are those that the rest of the form hangs on: each is asked on a
    page before, and stands in the address once it is answered. `filled` is what stands in the form when it is opened.
    """

    verb: str
    title: str
    button: str
    do: Callable[[UnitOfWork, Filled], Case | Proposed]
    given: Mapping[str, str]
    back: str
    besides: tuple[Question, ...] = ()
    first: tuple[str, ...] = ()
    filled: FormData = field(default_factory=FormData)
    keeps_drafts: bool = True
    at_once: bool = False
    """Whether the form has a button that does it without showing first what will happen: what can be put right."""
    then: str = ""
    """The page afterwards, where that is not the page of the case."""
    back_to: str = ""
    """What the page it began on is called, where that is not the case."""

    @property
    def ref(self) -> str:
        """The case it is done on; empty for a new one."""
        return self.given.get("ref", "")


@dataclass(frozen=True)
class Shown:
    """A form as it is shown: what is asked, what was typed, what is wrong, what happened since it was opened.

    `roles` are those that may do it, where whoever looks has none of them: then there is no form.
    """

    deed: Deed
    asked: tuple[Question, ...]
    typed: FormData
    case: Case | None
    wrong: tuple[str, ...] = ()
    since: tuple[HistoryLine, ...] = ()
    kept: FormDraft | None = None
    aside: Aside = field(default_factory=dict)
    roles: tuple[tuple[str, str], ...] = ()
    """The roles that may do it, each with its label, where the one somebody acts in may not."""
    help: tuple[Help, ...] = ()
    """What the guidance says about it, with its citations."""

    @property
    def left_over(self) -> tuple[tuple[str, str], ...]:
        """What was typed for questions that are asked no more since the case moved on: shown, so as to be copied."""
        asked = {place for one in self.asked for place in (one.name, f"{one.name}.others", f"{one.name}.reason")}
        fields = {one.name: one.label for one in self._fields}
        found: dict[str, list[str]] = {}
        for name, said in self.typed.multi_items():
            if name not in asked and name not in OWN and isinstance(said, str) and said.strip():
                label = fields.get(name.partition(".")[0], name)
                found.setdefault(label, []).append(said)
        return tuple((label, ", ".join(said)) for label, said in found.items())

    @property
    def _fields(self) -> tuple[Field, ...]:
        """The fields of the step that was to be taken."""
        move = self.case.procedure.transition(self.deed.given.get("step", "")) if self.case else None
        return move.fields if move else ()

    def fault_of(self, one: Question) -> str:
        """What is wrong with the answer to a question: the sentence that names it."""
        named = (escape(f"“{one.label}”"), escape(f"{one.name!r}"))
        return next((said for said in self.wrong if any(name in said for name in named)), "")

    @property
    def places(self) -> dict[str, str]:
        """Where on the page each of the wrong answers is, by the sentence about it."""
        return {said: place_of(one) for one in self.asked if (said := self.fault_of(one))}


def place_of(one: Question) -> str:
    """Where a question is answered on the page: its field, or the first of its boxes."""
    return f"q-{one.name.replace('.', '-')}{'-1' if one.boxed else ''}"


def first_choice(desk: Desk, verb: str, given: Mapping[str, str], names: tuple[str, ...]) -> Question | None:
    """What is to be chosen before there can be a form, because its other questions hang on it; None once it is said.

    It is asked on a page of its own (`choose.html`), whose answer stands in the address of the form.
    """
    with desk.reading() as tx:
        found = next_question(SaidSoFar(tx, desk.viewer, desk.installation.guidance, given), verb)
    return found if found is not None and found.name in names else None


def asks(desk: Desk, deed: Deed) -> Response:
    """The page with the form, empty; before that, a page for each question that the form hangs on."""
    deed = chosen(desk, deed)
    if key := desk.request.query_params.get(LOOK, ""):
        return _looked_at(desk, deed, key)
    with _reading(desk, deed) as tx:
        before = hangs_on(desk, deed, tx)
        if before is not None:
            return _choice(desk, deed, before)
        draft, case = begun(desk) if deed.keeps_drafts else None, case_of(tx, deed)
        stood = as_form(draft) if draft else deed.filled
        asked = asked_of(desk, deed, tx, stood if draft else {})
        check_there_are(asked, deed)
        since = tuple(_since(tx, case, draft.entry)) if draft and draft.entry else ()
        ours = own_questions(asked, deed)
        shown = Shown(
            deed, ours, stood, case, (), since, draft, aside(desk, ours), _roles(asked, case), _help(desk, deed, tx)
        )
    return desk.page("deed/form.html", shown=shown)


def hangs_on(desk: Desk, deed: Deed, tx: Connection) -> Question | None:
    """What the rest of a form hangs on and was not said yet; None where all of it was."""
    before = next_question(look_of(desk, deed, tx, {}), deed.verb) if deed.first else None
    return before if before is not None and before.name in deed.first else None


def check_there_are(asked: tuple[Question, ...], deed: Deed) -> None:
    """Raise NotFound where the address has chosen what there is not to choose as things stand."""
    for one in asked:
        said = deed.given.get(one.name, "")
        if one.name in deed.first and said and not one.free and said not in dict(one.answers):
            raise NotFound(NOT_THERE.format(label=one.label, said=said[:60]))


def _choice(desk: Desk, deed: Deed, before: Question) -> Response:
    """One question alone; where it has one answer only, the page after it."""
    so_far = {name: deed.given[name] for name in deed.first if name in deed.given}
    here = desk.request.url.path
    if len(before.answers) == 1:
        return desk.go_to(f"{here}?{urlencode({**so_far, before.name: before.answers[0][0]})}")
    where = {"action": here, "back": deed.back, "ref": deed.ref}
    return desk.page("choose.html", asked=before, given=so_far, title=deed.title, where=where)


def chosen(desk: Desk, deed: Deed) -> Deed:
    """The same with what was chosen on the pages before its form, which the address says."""
    said = {name: one for name in deed.first if (one := desk.asked(name))}
    return replace(deed, given={**deed.given, **said}) if said else deed


def done(desk: Desk, deed: Deed) -> Response:
    """What was sent with the form: shown for a yes, done after it; or the form again, with what is wrong."""
    deed = chosen(desk, deed)
    try:
        before = led_to_before(desk)
    except SentOtherwise as otherwise:
        return _again(desk, deed, sentences(otherwise), status=CONFLICT)
    return before or _sent(desk, deed)


def _sent(desk: Desk, deed: Deed) -> Response:
    if desk.said("change") or (deed.keeps_drafts and (desk.said("keep") or desk.said("afresh"))):
        return _again(desk, deed, ()) if desk.said("change") else _kept(desk, deed)
    try:
        asked, filled = _filled(desk, deed)
        if desk.said("confirmed"):
            return _carried_out(desk, deed, asked, filled)
        return _shown_before(desk, deed, asked, filled)
    except StaleVersion as stale:
        return _again(desk, deed, sentences(stale), status=CONFLICT)
    except Refused as refused:
        return _again(desk, deed, sentences(refused), status=UNPROCESSABLE)


def _shown_before(desk: Desk, deed: Deed, asked: tuple[Question, ...], filled: Filled) -> Response:
    """What would happen, before the yes: at an address of its own where what was typed can be kept for it.

    So it can be gone back to, and loaded again. What is not kept, as the name of a child, is shown at once.
    """
    filled = with_files(filled, named(aside(desk, asked)))
    found = _tried(desk, deed, filled)
    if found.refused is not None:
        return _again(desk, deed, sentences(found.refused), status=UNPROCESSABLE)
    if deed.keeps_drafts and desk.said(KEY) and desk.request.method == "POST":
        with suppress(BadAnswer):
            keep(desk, deed.title, deed.ref)
            address = address_of(desk)
            return desk.go_to(f"{address}{'&' if '?' in address else '?'}{urlencode({LOOK: desk.said(KEY)})}")
    said, sent = read_back(asked, filled), typed(desk)
    return desk.page("deed/confirm.html", deed=deed, found=found, outcome=found.shown, said=said, sent=sent)


def _looked_at(desk: Desk, deed: Deed, key: str) -> Response:
    """What was typed and kept, looked at before the yes; where it is done by now, what it led to."""
    draft = begun(desk)
    if (before := led_to_by(desk, key)) or draft is None:
        return before or desk.go_to(address_of(desk))
    form = FormData([(KEY, key), ("entry", str(draft.entry)), *draft.typed])
    return _sent(replace(desk, form=form), deed)


def _kept(desk: Desk, deed: Deed) -> Response:
    """The form kept for later, as it is typed or because somebody asks; or forgotten, to begin afresh."""
    if desk.said("keep") == BY_ITSELF:
        return kept_by_itself(desk, deed.title, deed.ref)
    if desk.said("afresh"):
        with desk.uow() as uow:
            forget(uow, desk)
        return desk.go_to(address_of(desk))
    try:
        draft = keep(desk, deed.title, deed.ref)
    except Refused as refused:
        return _again(desk, deed, sentences(refused), status=UNPROCESSABLE)
    return _again(desk, deed, (), draft=draft)


def _carried_out(desk: Desk, deed: Deed, asked: tuple[Question, ...], filled: Filled) -> Response:
    try:
        with desk.uow() as uow, once(uow, desk) as leads_to:
            filled = with_files(filled, kept(uow, desk, aside(desk, asked)))
            did = deed.do(as_agency(uow, filled), filled)
            forget(uow, desk)
            case = did.case if isinstance(did, Proposed) else did
            address = deed.then or f"{case_address(case.ref)}?entry={case.dossier.sequence}"
            leads_to.append(address)
    except SentBefore:
        return led_to_before(desk) or desk.go_to(deed.back)
    drop(desk, asked)
    return desk.go_to(address, done=True)


def _tried(desk: Desk, deed: Deed, filled: Filled) -> Preview[Outcome | None]:
    with desk.uow() as uow:
        acting = as_agency(uow, filled)
        return trial(acting, deed.ref, lambda: deed.do(acting, filled), seen=filled.seen, post=desk.installation.post)


def as_agency(uow: UnitOfWork, filled: Filled) -> UnitOfWork:
    """Whoever acts, for the agency they say; an account's own agency stands."""
    agency = uow.actor.agency or filled.word("as_agency")
    if agency == uow.actor.agency:
        return uow
    return replace(uow, actor=uow.actor.model_copy(update={"agency": agency}))


def _again(
    desk: Desk, deed: Deed, wrong: tuple[str, ...], *, status: int = 200, draft: FormDraft | None = None
) -> Response:
    """The form as it was filled in, with what is wrong, and what others did meanwhile."""
    with _reading(desk, deed) as tx:
        case = case_of(tx, deed)
        asked = asked_of(desk, deed, tx, desk.form)
        entry = desk.said("entry")
        since = tuple(_since(tx, case, int(entry))) if status == CONFLICT and entry.isdecimal() else ()
        ours = own_questions(asked, deed)
        shown = Shown(
            deed,
            ours,
            desk.form,
            case,
            wrong,
            since,
            draft,
            aside(desk, ours),
            _roles(asked, case),
            _help(desk, deed, tx),
        )
        return desk.page("deed/form.html", status=status, shown=shown)


def _since(tx: Connection, case: Case | None, entry: int) -> Iterator[HistoryLine]:
    """What happened on the case after an entry."""
    if case is not None and case.dossier.sequence > entry:
        told = history_page(tx, case, marks=MARKS).entries
        yield from (one for one in told if one.entry.sequence > entry)


def _filled(desk: Desk, deed: Deed) -> tuple[tuple[Question, ...], Filled]:
    """The questions of the form and what was filled in; files that were sent are kept aside."""
    with _reading(desk, deed) as tx:
        asked = own_questions(asked_of(desk, deed, tx, desk.form), deed)
    take_aside(desk, asked)
    filled = filled_in(asked, desk.form, deed.given)
    check_held(desk.settings.evidence.absolute(), filled.answers)
    return asked, filled


def with_files(filled: Filled, files: Mapping[str, list[str]]) -> Filled:
    """What was filled in, with the files that were sent besides where others are said to be filed."""
    more = {name: [*(filled.answers.get(name) or ()), *written] for name, written in files.items()}
    return replace(filled, answers={**filled.answers, **more})


def asked_of(desk: Desk, deed: Deed, tx: Connection, form: Mapping[str, Any]) -> tuple[Question, ...]:
    """Everything the verb asks for, given what the address says and what was filled in so far."""
    return tuple(questions(look_of(desk, deed, tx, form), deed.verb))


def look_of(desk: Desk, deed: Deed, tx: Connection, form: Mapping[str, Any]) -> SaidSoFar:
    """What is said so far, for the questions of the verb."""
    said = {**_arguments(form), **deed.given}
    return SaidSoFar(tx, desk.viewer.known_in(tx), desk.installation.guidance, said, in_hand=in_hand(desk, deed))


def in_hand(desk: Desk, deed: Deed) -> Case | None:
    """The case that something is under way on, where it is already found to be changed."""
    return desk.under_way.in_hand.get(deed.ref.strip().upper()) if desk.under_way else None


def own_questions(asked: tuple[Question, ...], deed: Deed) -> tuple[Question, ...]:
    """The questions of the form: who acts is known, and what the address says is not asked."""
    mine = (one for one in asked if one.name not in deed.given and one.name not in {"as_name", ROLE})
    return (*mine, *deed.besides)


def _help(desk: Desk, deed: Deed, tx: Connection) -> tuple[Help, ...]:
    look = SaidSoFar(tx, desk.viewer, desk.installation.guidance, deed.given)
    return help_for(look, deed.verb)


def _roles(asked: tuple[Question, ...], case: Case | None) -> tuple[tuple[str, str], ...]:
    answers = next((one.answers for one in asked if one.name == ROLE), ())
    names = case.procedure.names if case is not None else ()
    return tuple((role, in_a_sentence(label, names)) for role, label in answers)


def _arguments(form: Mapping[str, Any]) -> dict[str, str]:
    """What was sent so far, for questions that hang on it."""
    return {name: value for name, value in form.items() if isinstance(value, str) and name not in OWN and value}


def case_of(tx: Connection, deed: Deed, found: Case | None = None) -> Case | None:
    """The case it is done on. Raises NotFound where that has nothing of the number that the address names."""
    case = found or (cases.find(tx, deed.ref, to_change=False) if deed.ref else None)
    name, kept_in = NUMBERED.get(deed.verb.partition(" ")[0], ("", ""))
    number = deed.given.get(name, "").upper()
    if case is not None and number and number not in getattr(case.dossier, kept_in):
        known = ", ".join(getattr(case.dossier, kept_in)) or "none"
        raise NotFound(NO_SUCH.format(ref=case.ref, number=number[:20], known=known))
    entry = deed.given.get("entry", "") if deed.verb == "case correct" else ""
    if case is not None and entry and not (entry.isdecimal() and 0 < int(entry) <= case.dossier.sequence):
        raise NotFound(
            NO_SUCH.format(ref=case.ref, number=f"entry {entry[:20]}", known=f"1 to {case.dossier.sequence}")
        )
    return case


def _reading(desk: Desk, deed: Deed) -> Any:
    return desk.reading_case(deed.ref) if deed.ref else desk.reading()
