"""Channels beside mail, told to a local HTTP server; whatever fails there goes by mail."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from builders import AGENT, CUSTOMER
from fakes import FakePostman
from promisekeeper.core.channeltext import MAX_BODY, short_form
from promisekeeper.core.mail import Envelope, Handed
from promisekeeper.doors.notify import ChannelPostman, channel_addresses
from promisekeeper.errors import ConfigError, StoreError

TOKEN = "pk-abcdefghijklmnop-abcdefghijklmnopqrstuvwxyz234567"
LETTER = (
    b"From: promises@shop.example\r\nTo: ana@shop.example\r\n"
    b"Subject: [promise 41] Carl Ebner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Carl Ebner counts on this.\r\n\r\n" + TOKEN.encode() + b"\r\n"
)


class Room:
    """A chat service: remembers what it is told, or says no."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        self.status = 200
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"]))
                room.heard.append(json.loads(text))
                self.send_response(room.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self.server.server_port}/secret-path"


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def an_envelope(**changes: str) -> Envelope:
    values = {"recipient": AGENT, "kind": "reminder", **changes}
    return Envelope(
        sender="promises@shop.example", content=LETTER, message_id="<1@shop.example>", **values
    )


def told(room: Room, mail: FakePostman, **changes: str) -> Handed:
    postman = ChannelPostman(mail, {AGENT: lambda: [room.address]})
    return postman.send(an_envelope(**changes), lambda: None).stage


def test_agent_is_told_in_the_room_and_not_by_mail(room: Room) -> None:
    mail = FakePostman()
    assert told(room, mail) is Handed.SENT
    (heard,) = room.heard
    assert heard["title"] == "[promise 41] Carl Ebner"
    assert heard["message"] == "Carl Ebner counts on this."
    assert mail.carried == []


@pytest.mark.parametrize("status", [500, 404, 429])
def test_what_the_room_does_not_take_goes_by_mail(room: Room, status: int) -> None:
    room.status = status
    mail = FakePostman()
    assert told(room, mail) is Handed.SENT
    assert [one.recipient for one in mail.carried] == [AGENT]


def test_room_that_is_not_there_is_no_loss() -> None:
    mail = FakePostman()
    postman = ChannelPostman(mail, {AGENT: lambda: ["json://127.0.0.1:1/"]})
    assert postman.send(an_envelope(), lambda: None).stage is Handed.SENT
    assert len(mail.carried) == 1


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kind": "confirmation"}, id="the answer to a mail"),
        pytest.param({"kind": "update", "recipient": CUSTOMER}, id="a customer's"),
        pytest.param({"kind": "update"}, id="a customer's, who has an agent's address"),
        pytest.param({"kind": ""}, id="of no kind"),
        pytest.param({"recipient": "joss@shop.example"}, id="somebody without a channel"),
    ],
)
def test_all_else_is_mail(room: Room, changes: dict[str, str]) -> None:
    mail = FakePostman()
    told(room, mail, **changes)
    assert (room.heard, len(mail.carried)) == ([], 1)


def test_stage_is_committed_once_and_before_anything_is_told(room: Room) -> None:
    room.status = 500
    moments: list[tuple[int, int]] = []
    mail = FakePostman()
    postman = ChannelPostman(mail, {AGENT: lambda: [room.address]})
    postman.send(an_envelope(), lambda: moments.append((len(room.heard), len(mail.carried))))
    assert moments == [(0, 0)]


def test_nothing_is_told_when_the_stage_cannot_be_committed(room: Room) -> None:
    def fail() -> None:
        raise StoreError("disk full")

    postman = ChannelPostman(FakePostman(), {AGENT: lambda: [room.address]})
    with pytest.raises(StoreError):
        postman.send(an_envelope(), fail)
    assert room.heard == []


def unreadable() -> list[str]:
    raise ConfigError("the file is gone")


@pytest.mark.parametrize(
    "fetch", [pytest.param(unreadable, id="gone"), pytest.param(lambda: ["nonsense"], id="wrong")]
)
def test_channels_that_cannot_be_used_are_no_loss(fetch: Callable[[], list[str]]) -> None:
    mail = FakePostman()
    assert ChannelPostman(mail, {AGENT: fetch}).send(an_envelope(), lambda: None)
    assert len(mail.carried) == 1


def test_no_secret_is_logged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.status = 500
    with caplog.at_level(logging.INFO):
        told(room, FakePostman())
    assert "secret-path" not in caplog.text
    assert "Carl" not in caplog.text


def test_addresses_stand_with_blanks_between_them() -> None:
    assert channel_addresses(" slack://a/b/c  ntfy://topic\n") == ("slack://a/b/c", "ntfy://topic")
    with pytest.raises(ConfigError, match="channel 2 is no address") as caught:
        channel_addresses("slack://a/b/c my-secret")
    assert "my-secret" not in str(caught.value)


def test_long_letter_is_cut_at_the_end_of_a_paragraph() -> None:
    paragraphs = "\r\n\r\n".join(f"Paragraph {number}. " + "word " * 40 for number in range(9))
    _, body = short_form(LETTER.split(b"\r\n\r\n")[0] + b"\r\n\r\n" + paragraphs.encode())
    assert len(body) <= MAX_BODY
    assert body.endswith("word\n...")
    assert TOKEN not in body
