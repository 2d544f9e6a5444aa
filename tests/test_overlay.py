"""A committee's file over a national edition: what is local, what is looser than the nation's, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from config.phrases import loosened_words
from states.errors import BadProcedure
from states.procedure import Procedure
from tests.harbour import HARBOUR, written

HEAD = 'committee = "Leith Harbour Committee"\n'
ANSWER = "[editions.harbour-review.timescales.answer]\n"


def laid_over(folder: Path, text: str, *national: tuple[str, str]) -> Procedure:
    (folder / "guidance").mkdir(exist_ok=True)
    edition = HARBOUR
    for before, after in national:
        edition = edition.replace(before, after, 1)
    written(folder / "guidance", edition)
    return procedures.load("harbour-review", written(folder, text, "leith"), folder=folder / "guidance")


def refusal(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadProcedure) as refused:
        laid_over(folder, text)
    return refused.value.obstacles


def test_a_shorter_limit_is_local_and_shown_beside_the_national_one(tmp_path: Path) -> None:
    procedure = laid_over(tmp_path, HEAD + ANSWER + "limit = 10\n")

    rule = procedure.timescales["answer"]
    assert (rule.limit, rule.basis, rule.national, rule.loosened) == (
        10,
        "local",
        "the nation says 14 calendar days",
        False,
    )
    assert procedure.committee == "Leith Harbour Committee"


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ("limit = 15", True),
        ('limit = 3\nunit = "weeks"', True),
        ('limit = 10\nunit = "working_days"', "perhaps"),
        ('limit = 1\nunit = "working_days"', False),
        ('starts = "sent"', True),
    ],
)
def test_more_time_than_the_nation_gives_is_flagged_in_whatever_unit(tmp_path: Path, change: str, more: object) -> None:
    rule = laid_over(tmp_path, HEAD + ANSWER + change).timescales["answer"]

    assert (rule.basis, rule.national, rule.loosened) == ("local", "the nation says 14 calendar days", more)


@pytest.mark.parametrize(
    ("basis", "limit", "says"),
    [
        ("guidance", 15, "LONGER than this: the nation says 14 calendar days"),
        ("statute", 15, "LONGER than this: the nation says 14 calendar days"),
        ("assumption", 15, "LONGER than this: the edition assumes 14 calendar days"),
        ("local", 15, "LONGER than this: the edition assumes 14 calendar days"),
        ("guidance", '10\nunit = "working_days"', "MAY BE LONGER than this: the nation says 14 calendar days"),
        ("assumption", '10\nunit = "working_days"', "MAY BE LONGER than this: the edition assumes 14 calendar days"),
        ("guidance", '5\nunit = "working_days"', ""),
    ],
)
def test_the_flag_names_whose_limit_it_is(tmp_path: Path, basis: str, limit: object, says: str) -> None:
    standing = ("limit = 14", f'limit = 14\nbasis = "{basis}"')

    rule = laid_over(tmp_path, HEAD + ANSWER + f"limit = {limit}\n", standing).timescales["answer"]

    assert loosened_words(rule) == says


@pytest.mark.parametrize("change", ['limit = "soon"', 'unit = "fixed_date"\non = { month = 2, day = 30 }'])
def test_a_limit_that_cannot_be_read_is_refused_before_it_is_compared(tmp_path: Path, change: str) -> None:
    assert any("timescales.answer" in one for one in refusal(tmp_path, HEAD + ANSWER + change))


def test_a_limit_the_nation_does_not_set_may_be_set(tmp_path: Path) -> None:
    procedure = laid_over(tmp_path, HEAD + "[editions.harbour-review.timescales.decision]\nlimit = 28\n")

    rule = procedure.timescales["decision"]
    assert (rule.limit, rule.basis, rule.national, rule.loosened) == (28, "local", "the nation sets no limit", False)


def test_notice_before_a_date_is_loosened_when_it_is_shorter(tmp_path: Path) -> None:
    before = ("limit = 14", "limit = -14")

    shorter = laid_over(tmp_path, HEAD + ANSWER + "limit = -7\n", before).timescales["answer"]
    longer = laid_over(tmp_path, HEAD + ANSWER + "limit = -21\n", before).timescales["answer"]

    assert (shorter.loosened, shorter.national) == (True, "the nation says 14 calendar days before")
    assert not longer.loosened


def test_another_day_of_the_year_may_be_later(tmp_path: Path) -> None:
    yearly = ("limit = 14", 'unit = "fixed_date"\non = { month = 7, day = 31 }')

    moved = laid_over(tmp_path, HEAD + ANSWER + "on = { month = 6, day = 30 }\n", yearly).timescales["answer"]
    later = laid_over(tmp_path, HEAD + ANSWER + "limit = 2\n", yearly).timescales["answer"]

    assert (moved.loosened, moved.national) == ("perhaps", "the nation says by 31 July each year")
    assert later.loosened is True


def test_a_duty_that_comes_round_less_often_is_flagged(tmp_path: Path) -> None:
    duty = ("limit = 14", 'kind = "duty"\nrepeat = { count = 6, unit = "months" }')

    rarer = laid_over(tmp_path, HEAD + ANSWER + 'repeat = { count = 12, unit = "months" }\n', duty).timescales["answer"]
    sooner = laid_over(tmp_path, HEAD + ANSWER + 'repeat = { count = 3, unit = "months" }\n', duty).timescales["answer"]

    assert (rarer.loosened, rarer.national) == (True, "the nation says every 6 months")
    assert not sooner.loosened


def test_a_label_alone_leaves_the_standing_of_a_limit_as_it_is(tmp_path: Path) -> None:
    rule = laid_over(tmp_path, HEAD + ANSWER + 'label = "Harbour report"\n').timescales["answer"]

    assert (rule.label, rule.basis, rule.national) == ("Harbour report", "guidance", "")


def test_labels_recipients_ladders_and_calendars_may_be_changed(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "leith.toml").write_text("", encoding="utf-8")
    text = (
        HEAD
        + 'calendar = "leith"\n[editions.harbour-review]\nprefix = "LH"\nauthorities.board = "Leith board"\n'
        + '[editions.harbour-review.states.told]\nlabel = "Heard"\n'
        + '[editions.harbour-review.roles.lead]\nlabel = "Coordinator"\n'
        + '[editions.harbour-review.requests.report]\nlabel = "Account"\n'
        + '[editions.harbour-review.pauses.inquiry]\nlabel = "Pause"\n'
        + '[editions.harbour-review.ladders.usual]\nrungs = [{ day = 1, tell = ["chair"], message = "overdue" }]\n'
        + '[editions.harbour-review.transitions.ask]\nlabel = "Ask them"\nroles = ["chair"]\n'
        + 'notify = [{ tell = ["police"], message = "told" }]\n'
        + '[editions.harbour-review.bodies.police]\nlabel = "Harbour police"\nexternal = true\n'
        + '[editions.harbour-review.sources.LEITH]\ntitle = "Leith protocol"\n'
    )

    procedure = laid_over(tmp_path, text)

    asking = procedure.transition("ask")
    assert asking is not None
    assert (asking.label, asking.roles, asking.notify[0].tell) == ("Ask them", ("chair",), ("police",))
    assert (procedure.calendar, procedure.prefix) == ("leith", "LH")
    assert procedure.label_of("states", "told") == "Heard"
    assert procedure.label_of("roles", "lead") == "Coordinator"
    assert procedure.ladders["usual"].rungs[0].day == 1
    assert procedure.authorities["board"] == "Leith board"


def test_a_time_limit_and_a_ladder_of_its_own_may_be_added(tmp_path: Path) -> None:
    text = (
        HEAD
        + '[editions.harbour-review.timescales.thanks]\nlabel = "Thanks"\nanchor = { trigger = "tell" }\nlimit = 2\n'
        + 'owner = "lead"\nmet_by = { triggers = ["ask"] }\nladder = "gentle"\n'
        + '[editions.harbour-review.ladders.gentle]\nlabel = "Gentle"\n'
        + 'rungs = [{ day = 0, tell = ["owner"], message = "due_today" }]\n'
    )

    procedure = laid_over(tmp_path, text)

    rule = procedure.timescales["thanks"]
    assert (rule.basis, rule.national, rule.ladder) == ("local", "not in the national edition", "gentle")
    assert procedure.anchored["trigger", "tell"] == ("thanks",)


def test_the_national_file_stays_as_it_is_and_the_digest_tells_the_two_apart(tmp_path: Path) -> None:
    local = laid_over(tmp_path, HEAD + ANSWER + "limit = 10\n")

    national = procedures.load("harbour-review", folder=tmp_path / "guidance")

    assert national.timescales["answer"].limit == 14
    assert national.digest != local.digest


def test_a_file_that_says_nothing_of_an_edition_names_its_committee_there(tmp_path: Path) -> None:
    assert laid_over(tmp_path, HEAD).committee == "Leith Harbour Committee"


REFUSED = [
    (
        "[editions.harbour-review.timescales.anser]\nlimit = 3",
        "there is no timescale 'anser'. Did you mean 'answer'? To add one of your own, give it anchor.",
    ),
    ('[editions.harbour-review.states.tld]\nlabel = "x"', "states.tld: there is no state 'tld'. Did you mean 'told'?"),
    (
        '[editions.harbour-review.transitions.aks]\nlabel = "x"',
        "transitions.aks: there is no transition 'aks'. Did you mean 'ask'?",
    ),
    (
        '[editions.harbour-review.bodies.costguard]\nlabel = "x"',
        "bodies.costguard: there is no body 'costguard'. Did you mean 'coastguard'?",
    ),
    (
        '[editions.harbour-review.authorities]\nbord = "x"',
        "authorities.bord: there is no authority 'bord'. Did you mean 'board'?",
    ),
    (
        "[editions.harbour-review.states.told]\nfinal = true",
        "states.told.final: a local file cannot change this. Use one of: label, meaning, note.",
    ),
    (
        '[editions.harbour-review.transitions.ask]\ndest = "shut"',
        "transitions.ask.dest: a local file cannot change this.",
    ),
    (ANSWER + "loosened = false", "timescales.answer.loosened: a local file cannot change this."),
    (
        "[[editions.harbour-review.transitions]]\ntrigger = 'x'",
        "editions.harbour-review.transitions: it is not a table.",
    ),
    (
        "[editions.harbour-review]\nmigrations = {}",
        "editions.harbour-review.migrations: a local file cannot change this.",
    ),
    (
        "[editions.harbour-review]\ntimescales.answer = 3",
        "timescales.answer: it is not a table. Write it as [editions.harbour-review.timescales.answer].",
    ),
    ("editions.harbour-review = 3", "editions.harbour-review: it is not a table."),
    ("editions = 3", "editions: it is not a table. Begin it with [editions.NAME]."),
    (
        "[editions.harbor-review]",
        "editions.harbor-review: there is no edition 'harbor-review'. Did you mean 'harbour-review'?",
    ),
    ("colour = 'red'", "colour: nothing of this name is known here."),
    (
        ANSWER + 'calendar = "mars"',
        "line 3, editions.harbour-review.timescales.answer.calendar: there is no calendar 'mars'.",
    ),
    (ANSWER + 'limit = "ten"', "line 3, editions.harbour-review.timescales.answer.limit: 'ten' is not a whole number."),
    (
        '[editions.harbour-review.timescales.own]\nlabel = "x"\nanchor = {}\nowner = "lead"\nloosened = true',
        "timescales.own.loosened: Cairn writes this itself. Leave it out.",
    ),
    (
        '[editions.harbour-review.timescales.own]\nlabel = "x"\nanchor = {}\nowner = "lead"',
        "editions.harbour-review.timescales.own.anchor: the clock starts from nothing.",
    ),
    (
        '[editions.harbour-review.ladders.usual]\nrungs = [{ day = 1, tell = ["boss"], message = "overdue" }]',
        "editions.harbour-review.ladders.usual.rungs[0].tell[0]: 'boss' is neither",
    ),
    (ANSWER + "limit = 1\nrepeat = 3", "timescales.answer.repeat: 3 is not a table."),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_a_local_file_may_not_say_is_refused_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    obstacles = refusal(tmp_path, HEAD + text + "\n")

    assert any(sentence in obstacle and "leith.toml" in obstacle for obstacle in obstacles), obstacles


def test_a_local_file_names_its_committee(tmp_path: Path) -> None:
    assert refusal(tmp_path, "")[0].endswith('committee: it is missing. Name the committee, as committee = "...".')


def test_a_local_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    edition = written(tmp_path, HARBOUR)

    with pytest.raises(BadProcedure, match="there is no such file"):
        procedures.read(edition, tmp_path / "none.toml")


def test_every_fault_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure) as refused:
        laid_over(
            tmp_path,
            HEAD + '[editions.harbour-review.states.tld]\nlabel = "x"\n' + ANSWER + 'ladder = "steep"\n',
            ('pause = "inquiry"', 'pause = "enquiry"'),
        )

    files = [obstacle.split(",")[0].rpartition("/")[2] for obstacle in refused.value.obstacles]
    assert sorted(files) == ["harbour-review.toml", "leith.toml", "leith.toml"]


def test_a_file_for_an_unknown_edition_alone_is_told_that_with_its_other_faults(tmp_path: Path) -> None:
    laid_over(tmp_path, HEAD)
    local = written(tmp_path, '[editions.harbour-revue]\n\n[agencies."Pilots"]\ncalender = "leith"\n', "leith")

    with pytest.raises(BadProcedure) as refused:
        procedures.read_local(local, folder=tmp_path / "guidance")

    told = "\n".join(refused.value.obstacles)
    assert "editions.harbour-revue: there is no edition 'harbour-revue'. Did you mean 'harbour-review'?" in told
    assert "agencies.Pilots.calender" in told
    assert "committee: it is missing" in told


def test_a_local_file_tells_nobody_who_is_nobody_there(tmp_path: Path) -> None:
    told = '[editions.harbour-review.transitions.ask]\nnotify = [{ tell = ["owner"], message = "overdue" }]\n'

    owner, overdue = sorted(refusal(tmp_path, HEAD + told), reverse=True)
    assert "owner is whoever owes a date, and here is none. Say agencies, notifier, or name a role or a body." in owner
    assert "the message 'overdue' needs" in overdue


def test_a_file_that_only_names_agencies_is_a_committees_and_changes_no_edition(tmp_path: Path) -> None:
    laid_over(tmp_path, HEAD)
    guidance = tmp_path / "guidance"
    for text, sentences in (
        (HEAD + '[agencies."Pilots"]\ncalendar = "scotland"\n', ()),
        (HEAD + '[agencies."Pilots"]\ncalendar = "leeth"\n', ("agencies.Pilots.calendar: there is no calendar",)),
        ('[agencies."Pilots"]\ncalendar = "scotland"\n', ("committee: it is missing.",)),
    ):
        local = written(tmp_path, text, "leith")
        assert procedures.is_local(local)
        told: tuple[str, ...] = ()
        try:
            assert procedures.read_local(local, folder=guidance) == ()
        except BadProcedure as faulty:
            told = faulty.obstacles
        assert len(told) == len(sentences)
        assert all(sentence in one and "leith.toml" in one for sentence, one in zip(sentences, told, strict=True))
    assert not procedures.is_local(written(tmp_path, HARBOUR))
