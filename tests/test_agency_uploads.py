"""Files sent in parts on the page of a letter (tus 1.0): what broke off goes on, and is looked at once it is whole."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

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
