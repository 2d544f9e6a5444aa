"""Files sent in parts on the page of a letter (tus 1.0): what broke off goes on, and is looked at once it is whole."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from records import history
from records.cases import CASES
from records.database import reading
from records.upload_parts import LARGEST_PART
from tests.agency import FIFE, post_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from tests.agency import PostRoom
    from tests.desk import Browser, Committee

PDF = b"%PDF-1.7\n" + b"x" * 3000
ANSWERED = {"account_given": "yes", "reflection_given": "yes"}


@pytest.fixture
def room(desk: Committee) -> Iterator[PostRoom]:
    with post_room(desk, scanner="grep -vqc EICAR") as one:
        one.enter(FIFE)
        one.ask(FIFE)
        yield one


class Sender:
    """A browser that sends a file in parts from the form of an answer."""

    def __init__(self, room: PostRoom) -> None:
        self.browser: Browser = room.opened()
        self.here = self.browser.page.url.path
        form = self.browser.get(f"{self.here}/say/answer").text
        self.token = re.findall(r'name="form_token" value="([^"]+)"', form)[-1]

    def ask(self, method: str, address: str, content: bytes = b"", **headers: str) -> Response:
        more = {"sec-fetch-site": "same-origin", "x-form-token": self.token, "tus-resumable": "1.0.0"}
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.client.request(method, address, content=content, headers={**more, **said})

    def begin(self, name: str = "report.pdf", size: int = len(PDF)) -> Response:
        told = f"filename {b64encode(name.encode()).decode()},changed {b64encode(b'1').decode()}"
        return self.ask("POST", f"{self.here}/files", upload_length=str(size), upload_metadata=told)

    def add(self, address: str, at: int, part: bytes, **more: Any) -> Response:
        kind = {"content_type": "application/offset+octet-stream", "upload_offset": str(at)}
        return self.ask("PATCH", address, part, **{**kind, **more})

    def answer(self) -> Response:
        self.browser.get(f"{self.here}/say/answer")
        return self.browser.send(**ANSWERED)


def digest(part: bytes) -> str:
    return f"sha256 {b64encode(sha256(part).digest()).decode()}"


def test_a_file_whose_sending_broke_off_goes_on_where_it_stopped_and_is_kept_as_it_was_sent(room: PostRoom) -> None:
    sender = Sender(room)
    begun = sender.begin()
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    assert sender.add(begun.headers["location"], 0, PDF[:1000], upload_checksum=digest(PDF[:1000])).status_code == 204

    again = sender.begin()
    assert again.headers["location"] == begun.headers["location"]
    assert sender.ask("HEAD", again.headers["location"]).headers["upload-offset"] == "1000"
    done = sender.add(again.headers["location"], 1000, PDF[1000:])
    assert (done.status_code, done.headers["upload-offset"]) == (204, str(len(PDF)))
    assert sender.add(again.headers["location"], len(PDF), b"").status_code == 204

    assert "Leave out report.pdf" in sender.browser.get(f"{sender.here}/say/answer").text
    assert sha256(PDF).hexdigest() in sender.answer().text
    assert not list(room.committee.here.settings.uploads.rglob("*"))


def test_what_does_not_belong_there_is_refused_and_nothing_of_it_is_kept(room: PostRoom) -> None:
    sender = Sender(room)
    address = sender.begin().headers["location"]

    refused = {
        "elsewhere": sender.add(address, 5, PDF),
        "damaged": sender.add(address, 0, PDF, upload_checksum=digest(b"other")),
        "too much": sender.add(address, 0, PDF + b"more"),
        "too large a part": sender.add(address, 0, b"x" * (LARGEST_PART + 1)),
        "no such file": sender.add(f"{sender.here}/files/0000", 0, PDF),
        "outside": sender.add(f"{sender.here}/files/..%2F..%2Fmaster", 0, PDF),
        "another kind": sender.begin("report.exe"),
        "too large": sender.begin("large.pdf", 300 << 20),
        "no token": sender.add(address, 0, PDF, x_form_token="none"),
        "another site": sender.add(address, 0, PDF, sec_fetch_site="cross-site"),
        "another version": sender.add(address, 0, PDF, tus_resumable="0.2.2"),
    }

    statuses = (409, 460, 422, 413, 404, 404, 422, 422, 403, 403, 412)
    assert {name: one.status_code for name, one in refused.items()} == dict(zip(refused, statuses, strict=True))
    assert sender.ask("HEAD", address).headers["upload-offset"] == "0"


def test_files_of_one_name_are_all_kept_and_the_same_one_is_not_sent_twice(room: PostRoom) -> None:
    sender, contents = Sender(room), (PDF, PDF + b"other", PDF + b"a third")
    for content in contents:
        address = sender.begin("image.pdf", len(content)).headers["location"]
        assert sender.add(address, 0, content).status_code == 204

    for content in contents:
        assert sender.begin("image.pdf", len(content)).headers["upload-offset"] == str(len(content))
    here = sender.browser.get(f"{sender.here}/say/answer").text
    assert re.findall("Leave out ([^<]*)", here) == ["image (2).pdf", "image (3).pdf", "image.pdf"]
    thanks = sender.answer().text
    assert [one for one in contents if sha256(one).hexdigest() not in thanks] == []


def test_a_file_left_out_is_taken_again_and_no_more_than_ten_wait(room: PostRoom) -> None:
    sender = Sender(room)
    addresses = [sender.begin(f"{number}.pdf").headers["location"] for number in range(10)]
    assert sender.begin("10.pdf").status_code == 422
    for address in addresses:
        sender.add(address, 0, PDF)
    assert sender.begin("10.pdf").status_code == 422

    sender.browser.get(f"{sender.here}/say/answer")
    sender.browser.send(leave_out="9.pdf")

    assert sender.begin("9.pdf").headers["upload-offset"] == "0"


@pytest.mark.parametrize(("content", "said"), [(b"MZ no pdf", "is not what"), (b"%PDF- EICAR", "found something")])
def test_a_file_is_looked_at_once_it_is_whole(room: PostRoom, content: bytes, said: str) -> None:
    sender = Sender(room)
    address = sender.begin(size=len(content)).headers["location"]
    assert sender.add(address, 0, content[:4]).status_code == 204

    refused = sender.add(address, 4, content[4:])

    assert (refused.status_code, said in refused.text) == (422, True)
    assert sender.ask("HEAD", address).status_code == 404
    assert "Leave out" not in sender.browser.get(f"{sender.here}/say/answer").text


def test_a_stranger_sends_nothing(room: PostRoom) -> None:
    sender = Sender(room)
    address = sender.begin().headers["location"]
    sender.browser.client.cookies.clear()

    assert [sender.add(address, 0, PDF).status_code, sender.begin().status_code] == [404, 404]


def with_file_waiting(room: PostRoom, name: str = "report.pdf") -> Sender:
    """Somebody who has sent a file that waits, and has its form before them."""
    sender = Sender(room)
    assert sender.add(sender.begin(name).headers["location"], 0, PDF).status_code == 204
    sender.browser.get(f"{sender.here}/say/answer")
    return sender


def test_the_name_of_a_file_that_waits_is_seen_by_the_browser_that_sent_it_alone_and_others_are_told_how_many_wait(
    room: PostRoom,
) -> None:
    sender = with_file_waiting(room, "letter about a neighbour.pdf")

    colleague = Sender(room)
    form = colleague.browser.get(f"{sender.here}/say/answer").text
    known = colleague.begin("letter about a neighbour.pdf")

    assert ("neighbour" in form, "1 file waits here, chosen in another browser" in form) == (False, True)
    assert known.headers["upload-offset"] == "0", "nobody learns by trying which file is there"
    own = sender.browser.get(f"{sender.here}/say/answer").text
    assert ("Leave out letter about a neighbour.pdf" in own, "another browser" in own) == (True, False)


def test_an_answer_takes_the_files_of_its_own_browser_and_leaves_those_of_others_where_they_wait(
    room: PostRoom,
) -> None:
    sender, colleague = with_file_waiting(room, "ours.pdf"), with_file_waiting(room, "theirs.pdf")

    colleague.browser.get(f"{colleague.here}/say/answer")
    colleague.browser.send(leave_out="ours.pdf", account_given="yes")
    colleague.answer()

    with reading(room.committee.here.engine) as tx:
        (case,) = tx.execute(select(CASES.c.id)).scalars()
        sent = list(history.entries(tx, case))[-1].data["files"]
    assert [one.rpartition(":")[2] for one in sent] == ["theirs.pdf"]
    waiting = [path.name for path in room.committee.here.settings.uploads.rglob("*.pdf")]
    assert waiting == ["ours.pdf"]
    assert "was answered" in sender.browser.get(f"{sender.here}/say/answer").text


def test_a_browser_is_known_again_when_the_link_is_opened_anew_and_after_its_visit_has_ended(room: PostRoom) -> None:
    sender = with_file_waiting(room)
    room.committee.later(hours=3)
    sender.browser.get(room.link(FIFE))
    sender.browser.send()

    assert "Leave out report.pdf" in sender.browser.get(f"{sender.here}/say/answer").text


def test_the_mark_of_a_browser_is_signed_kept_from_scripts_and_sent_to_the_pages_of_its_letter_alone(
    room: PostRoom,
) -> None:
    sender = with_file_waiting(room)
    form = sender.browser.get(f"{sender.here}/say/answer")
    (mark,) = (one for one in form.headers.get_list("set-cookie") if one.startswith("__Secure-files="))
    assert {one.strip().lower() for one in mark.split(";")[1:]} == {
        "httponly",
        "max-age=86400",
        f"path={sender.here}",
        "samesite=lax",
        "secure",
    }
    value = mark.partition("=")[2].partition(";")[0]

    stranger = Sender(room)
    for forged in (f"{value.partition('.')[0]}.{'0' * 64}", value.partition(".")[0], "../..", "x.y.z", "."):
        stranger.browser.client.cookies.set("__Secure-files", forged, path=sender.here)
        cookies = {"cookie": f"{visit_cookie(stranger)}; __Secure-files={forged}"}
        page = stranger.browser.client.get(f"{sender.here}/say/answer", headers=cookies)
        assert (page.status_code, "Leave out" in page.text) == (200, False)


def visit_cookie(sender: Sender) -> str:
    """The cookie of a visit, as its browser sends it."""
    found = next(one for one in sender.browser.client.cookies.jar if one.name == "__Secure-letter")
    return f"{found.name}={found.value}"


def test_a_browser_that_keeps_no_mark_sends_its_files_with_the_form_of_the_same_visit(room: PostRoom) -> None:
    sender = with_file_waiting(room)
    assert forgets_mark(sender)

    assert "Leave out report.pdf" in sender.browser.get(f"{sender.here}/say/answer").text
    assert forgets_mark(sender)
    assert sha256(PDF).hexdigest() in sender.browser.send(**ANSWERED).text


def forgets_mark(sender: Sender) -> bool:
    """Whether a browser held the mark of its files, which it holds no more."""
    jar = sender.browser.client.cookies
    held = any(one.name == "__Secure-files" for one in jar.jar)
    jar.delete("__Secure-files")
    return held


def test_however_often_a_link_is_opened_no_more_files_wait_than_a_letter_may_have(room: PostRoom) -> None:
    for _ in range(3):
        sender = Sender(room)
        assert {sender.begin(f"{number}.pdf").status_code for number in range(10)} == {201}

    late = Sender(room)
    refused = late.begin()
    late.browser.get(f"{late.here}/say/answer")
    shown = late.browser.send(files={"files": ("report.pdf", PDF)}, **ANSWERED)

    told = "30 files wait on this page already"
    assert (refused.status_code, told in refused.text) == (422, True)
    assert (shown.status_code, told in shown.text) == (422, True)
    late.browser.get(f"{late.here}/say/answer")
    assert "Thank you" in late.browser.send(**ANSWERED, information_file="Our archive, shelf 12.").text
