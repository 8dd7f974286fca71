"""What counts as this machine, and how much of a mail is held."""

import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promisekeeper.doors.bounds import BODY_CAP, HEADER_CAP, bounded
from promisekeeper.doors.security import is_loopback, tls_context, tls_refused


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost.example", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_one_context_serves_all_connections() -> None:
    context = tls_context(None)
    assert tls_context(None) is context
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_lost_connection_is_no_refused_tls() -> None:
    assert tls_refused(ssl.SSLEOFError(8, "EOF occurred"), "shop") is None
    assert tls_refused(ConnectionResetError(), "shop") is None


def test_a_cause_deep_down_is_found() -> None:
    error = OSError("cannot connect")
    error.__cause__ = ssl.SSLCertVerificationError(1, "no")
    assert "certificate of shop" in str(tls_refused(error, "shop"))


@given(st.integers(0, 50), st.integers(0, 500), st.sampled_from([b"\n", b"\r\n"]))
@settings(max_examples=40)
def test_a_mail_within_the_bounds_is_whole(header: int, body: int, end: bytes) -> None:
    head = (b"X-Line: 1234567890" + end) * (header + 1)
    raw = head + end + (b"A line of the body." + end) * body
    assert bounded(raw) == raw


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_each_part_is_cut_at_a_line(end: bytes) -> None:
    line, text = b"X-Line: 1234567890" + end, b"A line of the body." + end
    cut = bounded(line * 10_000 + end + text * 50_000)
    head, _, body = cut.partition(end * 2)
    assert 60_000 < len(head) <= HEADER_CAP
    assert head.endswith(b"1234567890")
    assert 500_000 < len(body) <= BODY_CAP
    assert body.endswith(text)
    assert body.startswith(text)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\n", id="an empty line"),
        pytest.param(b"\n\n\n", id="empty lines"),
        pytest.param(b"x" * 700_000, id="one endless header line"),
        pytest.param(b"A: b\n\n" + b"x" * 700_000, id="one endless body line"),
        pytest.param(b"\n" * 700_000, id="only line ends"),
    ],
)
def test_strange_mails_are_bounded_too(raw: bytes) -> None:
    assert len(bounded(raw)) <= HEADER_CAP + BODY_CAP + 4
