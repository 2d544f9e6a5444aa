"""A desk form submitted by a program as JSON: done once, against the version of the case it saw.

One transaction reads the form's questions, runs the verb and stores the answer under its key. A refusal rolls all of it
back, and the same key may be used again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from states.errors import BadAnswer
from web.answers import Filled, check_chosen, filled_in
from web.api import idempotency, typed_json
from web.api.as_json import ROOT, to_json
from web.api.problems import NotSeen
from web.api.sent_files import set_aside
from web.deed import Deed, as_agency, asked_of, case_of, check_there_are, chosen, hangs_on, own_questions
from web.desk import Desk
from web.form_routes import FormAt
from web.keeping import Keeping, Making
from web.links import case_address
from web.policy import TABLE
from workflows.unit_of_work import UnitOfWork, look_at
from workflows.verbs.preview import outcome_of
from workflows.verbs.recommend import Proposed
from workflows.views.question import Question

OK, CREATED = 200, 201
TAG = re.compile(r'(?:W/)?"(\d{1,9})"')
NO_TAG = (
    "Say which version of the case you saw: send the ETag of the answer in which you read it as If-Match, so that "
    "nothing is done on what you have not seen."
)
SAY_FIRST = "“{label}” is missing: say {name!r}, one of {known}, for the rest hangs on it."


@dataclass(frozen=True)
class SentForm:
    """What a program sent: its body, and the version of the case it saw as it said so; `trial` to try it."""

    body: bytes
    tag: str
    trial: bool = False

    @property
    def seen(self) -> int:
        """The version of the case that was seen. Raises NotSeen where that was not said."""
        if not self.tag:
            raise NotSeen(NO_TAG)
        found = TAG.fullmatch(self.tag.strip())
        return int(found[1]) if found else -1


@dataclass(frozen=True)
class Answer:
    """One answer there is to choose, and its words."""

    value: str
    words: str


@dataclass(frozen=True)
class FormQuestion:
    """A question of a form: `kind` is how it is answered, `ask` whether it must, should or may be.

    With `free` other answers than those there are may be given; with `several` more than one.
    """

    name: str
    label: str
    kind: str
    ask: str
    help: str
    free: bool
    several: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Form:
    """What something that can be done asks for, as things stand; `version` is that of the case, None without one."""

    title: str
    verb: str
    version: int | None
    questions: tuple[FormQuestion, ...]


@dataclass(frozen=True)
class Kept:
    """What was done that is no case, in a sentence."""

    did: str


def form(desk: Desk, at: FormAt) -> Response:
    """What something asks for, with the version of the case it is done on as its tag."""
    made = at.make(desk, **desk.request.path_params)
    if isinstance(made, Keeping | Making):
        return _answer(Form(made.title, "", None, tuple(map(_question, made.asked))))
    deed = chosen(desk, made)
    with desk.reading_case(deed.ref) if deed.ref else desk.reading() as tx:
        case, before = case_of(tx, deed), hangs_on(desk, deed, tx)
        asked = (before,) if before else own_questions(asked_of(desk, deed, tx, {}), deed)
    version = case.dossier.version if case else None
    return _answer(Form(deed.title, deed.verb, version, tuple(map(_question, asked))), version=version)


def done(desk: Desk, at: FormAt, sent: SentForm) -> Response:
    """Do what was sent, once; or with `trial` say what it would do.

    Raises NoKey, KeyTaken, NotSeen, and Refused with all that stands in its way.
    """
    address = desk.request.scope
    what = f"{address['path']}?{address['query_string'].decode()}\n{sent.body.hex()}"
    keyed = idempotency.sent_by(desk, what)
    with set_aside(desk, typed_json.read(sent.body), taken=TABLE[at.rule or at.name].files) as files:

        def do(uow: UnitOfWork) -> Response:
            filled = replace(desk, form=typed_json.as_form(files.said), under_way=uow)
            answer = _did(filled, uow, at, files.said, sent)
            files.keep(uow, desk)
            return answer

        return idempotency.once(desk, keyed, do, trial=sent.trial)


def _did(desk: Desk, uow: UnitOfWork, at: FormAt, said: dict[str, Any], sent: SentForm) -> Response:
    made = at.make(desk, **desk.request.path_params)
    if isinstance(made, Deed):
        return _deed(desk, uow, chosen(desk, made), said, sent)
    filled = _filled(desk, made.asked, {}, said)
    check_chosen(made.asked, filled)
    found = made.do(uow, filled)
    return _answer(Kept(found) if isinstance(found, str) else found)


def _deed(desk: Desk, uow: UnitOfWork, deed: Deed, said: dict[str, Any], sent: SentForm) -> Response:
    seen = sent.seen if deed.ref else None
    before = look_at(uow, deed.ref) if deed.ref else None
    case_of(uow.tx, deed, before)
    first = hangs_on(desk, deed, uow.tx)
    if first is not None:
        raise BadAnswer(SAY_FIRST.format(label=first.label, name=first.name, known=", ".join(dict(first.answers))))
    every = asked_of(desk, deed, uow.tx, desk.form)
    check_there_are(every, deed)
    asked = own_questions(every, deed)
    filled = replace(_filled(desk, asked, deed.given, said), seen=seen)
    did = deed.do(as_agency(uow, filled), filled)
    found, case = outcome_of(uow, before, did), did.case if isinstance(did, Proposed) else did
    new = before is None or before.id != case.id
    where = {"location": f"{ROOT}{case_address(case.ref)}"} if new else {}
    return _answer(found, status=CREATED if new else OK, version=case.dossier.version, headers=where)


def _filled(desk: Desk, asked: tuple[Question, ...], given: Mapping[str, str], said: dict[str, Any]) -> Filled:
    """What was sent for these questions. Raises BadAnswer with all that is wrong."""
    wrong = tuple(typed_json.faults(asked, said, given))
    try:
        filled = filled_in(asked, desk.form, given)
    except BadAnswer as more:
        raise BadAnswer(*wrong, *more.obstacles) from None
    if wrong:
        raise BadAnswer(*wrong)
    return filled


def _answer(
    view: Any, *, status: int = OK, version: int | None = None, headers: dict[str, str] | None = None
) -> Response:
    tag = {} if version is None else {"etag": f'"{version}"'}
    return Response(to_json(view), status, {**tag, **(headers or {})}, "application/json")


def _question(one: Question) -> FormQuestion:
    answers = tuple(Answer(value, words) for value, words in one.answers)
    return FormQuestion(one.name, one.label, one.kind, one.ask, one.help, one.free, one.several, answers)
