"""Work for programs: what is urgent, tasks, letters, what waits for a yes, and search."""

from __future__ import annotations

from dataclasses import dataclass

from records.recommendations import RecommendationFilter
from states.errors import BadAnswer
from web.api.views import MOST, Listed, after, cursor_at, paged, view_at
from web.desk import Desk
from web.pages.tasks import task_found
from web.pages.yes import letters_waiting
from workflows.messages.yes_wanted import YesWanted, waiting_for_yes
from workflows.views.agenda import AgendaItem
from workflows.views.inbox import CameBack, came_back
from workflows.views.message_fates import FATES
from workflows.views.outbox import Later, OwedMessage, later, outbox
from workflows.views.recommendation_page import RecommendationLine, SimilarOnes, recommendation_list, similar_ones
from workflows.views.search import Everything, search_everything
from workflows.views.tasks import Task, tasks_for
from workflows.views.work_list import TITLES, WorkList, WorkWanted, work_list

LONGEST_WORDS = 200
NOTHING_LATER = Later()
NO_STATUS = "status is one of {known}, not {said!r}."


@dataclass(frozen=True)
class Yeses:
    """The cases on which a letter waits for a yes: from the role of the token, and from somebody else."""

    mine: tuple[AgendaItem, ...]
    others: tuple[AgendaItem, ...]


@dataclass(frozen=True)
class Letters(Listed[OwedMessage]):
    """Messages, the newest first, with the cursor that goes on after them, and what is owed and does not go yet."""

    later: Later = NOTHING_LATER


@view_at("my_work", "/my-work")
def _work(at: Desk, *, everybody: bool = False, agency: str = "", phase: str = "", group: str = "") -> WorkList:
    """What is overdue, what is due this week, whom one waits for, and what waits for a yes, in groups."""
    wanted = WorkWanted(everybody, agency, phase, group if group in TITLES else "")
    with at.reading() as tx:
        return work_list(tx, at.viewer, wanted)


@view_at("tasks", "/tasks")
def _tasks(
    at: Desk, *, everybody: bool = False, done: bool = False, limit: int = MOST, cursor: str = ""
) -> Listed[Task]:
    """What waits for a person because Cairn cannot do it; or what was seen to."""
    with at.reading() as tx:
        return paged(tasks_for(tx, at.viewer, everybody=everybody, done=done), limit, cursor)


@view_at("task", "/tasks/{number}")
def _task(at: Desk, number: str) -> Task:
    """A task, and what was recorded when it arose."""
    return task_found(at, number)


@view_at("outbox", "/outbox")
def _outbox(at: Desk, *, ref: str = "", status: str = "", limit: int = MOST, cursor: str = "") -> Letters:
    """The messages that are owed, sent and given up, the newest first, each with every try."""
    if status and status not in FATES:
        raise BadAnswer(NO_STATUS.format(known=", ".join(FATES), said=status[:40]))
    start = after(cursor)
    with at.reading() as tx:
        hidden = at.hidden(tx)
        found = outbox(tx, ref.strip(), (status,) if status else (), limit + 1, start, hidden=hidden).messages
        ahead = later(tx, at.now, hidden)
    return Letters(found[:limit], cursor_at(start + limit) if len(found) > limit else None, later=ahead)


@view_at("yes_wanted", "/yes")
def _yeses(at: Desk) -> Yeses:
    """The cases on which a letter waits for a yes."""
    with at.reading() as tx:
        return Yeses(*waiting_for_yes(tx, at.viewer))


@view_at("yes", "/yes/{ref}")
def _yes(at: Desk, ref: str) -> YesWanted:
    """What waits on a case: each letter as it would go, to whom, and what was tried before."""
    return letters_waiting(at, ref)


@view_at("search", "/search")
def _search(at: Desk, q: str = "") -> Everything:
    """The cases, recommendations, agencies and lines of the history there are about some words."""
    with at.reading() as tx:
        return search_everything(tx, q[:LONGEST_WORDS], at.hidden(tx))


@view_at("inbox", "/inbox")
def _inbox(at: Desk, *, everything: bool = False, limit: int = MOST) -> tuple[CameBack, ...]:
    """The mails that came back and wait for a person, the oldest first; or all that came back, the newest first."""
    with at.reading() as tx:
        return tuple(came_back(tx, everything=everything, most=limit, hidden=at.hidden(tx)))


@view_at("similar", "/recommendations/similar")
def _similar(at: Desk, q: str = "", limit: int = 10) -> SimilarOnes:
    """The earlier recommendations that say what a text or another recommendation says, each with how it ended."""
    with at.reading() as tx:
        return similar_ones(tx, q[:LONGEST_WORDS], limit, at.hidden(tx))


@view_at("recommendations", "/recommendations")
def _recommendations(
    at: Desk, *, agency: str = "", level: str = "", limit: int = MOST, cursor: str = ""
) -> Listed[RecommendationLine]:
    """The recommendations that are open, with their three facts, the soonest owed first."""
    start = after(cursor)
    with at.reading() as tx:
        asked = RecommendationFilter(agency=agency, level=level, which="open")
        found = recommendation_list(tx, asked, at.viewer, start + limit + 1).recommendations
    return paged(found, limit, cursor)
