"""Who vouches for a sender: our own server, at the top, for the domain in From."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from promisekeeper.core.authresults import is_authenticated, results_of
from promisekeeper.core.mime import read_message

OURS = "mx.shop.example"
AT = datetime(2026, 11, 20, tzinfo=UTC)


def vouched(*fields: str, sender: str = "From: Ana <ana@shop.example>") -> bool:
    lines = [*(f"Authentication-Results: {one}" for one in fields), sender, "Message-ID: <1@x>"]
    raw = "\r\n".join([*lines, "", "done", ""]).encode("utf-8", "replace")
    return is_authenticated(read_message(raw, received_at=AT), OURS)


def test_the_first_of_two_domains_is_the_servers_word() -> None:
    assert not vouched(f"{OURS}; spf=pass smtp.mailfrom=x@y.example smtp.mailfrom=z@shop.example")


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("dmarc=pass header.from=shop.example", id="DMARC"),
        pytest.param("dmarc=pass (p=none dis=none) header.from=shop.example", id="a comment"),
        pytest.param("DMARC=Pass header.From=Shop.Example", id="any case"),
        pytest.param("dkim=pass header.d=shop.example header.s=s1", id="DKIM"),
        pytest.param("dkim=pass header.i=@shop.example", id="DKIM by identity"),
        pytest.param("dkim=pass header.i=ana@mail.shop.example", id="DKIM of a subdomain"),
        pytest.param("spf=pass smtp.mailfrom=ana@shop.example", id="SPF with an address"),
        pytest.param("spf=pass smtp.mailfrom=shop.example", id="SPF with a domain"),
        pytest.param("spf=fail smtp.mailfrom=x.example; dkim=pass header.d=shop.example", id="one"),
        pytest.param("dkim/1 = pass header.d = shop.example", id="version and blanks"),
        pytest.param('dkim=pass reason="a; b=c" header.d=shop.example', id="a quoted reason"),
        pytest.param("dmarc=none; spf=pass smtp.mailfrom=shop.example", id="no DMARC policy"),
    ],
)
@pytest.mark.parametrize("name", [OURS, f"{OURS} 1", f'"{OURS}"', OURS.upper(), f"(x) {OURS}"])
def test_a_pass_for_the_domain_in_from(name: str, results: str) -> None:
    assert vouched(f"{name}; {results}")


@pytest.mark.parametrize(
    "results",
    [
        pytest.param("none", id="nothing was checked"),
        pytest.param("dmarc=fail header.from=shop.example", id="DMARC fails"),
        pytest.param(
            "dmarc=fail header.from=shop.example; dkim=pass header.d=shop.example", id="a no wins"
        ),
        pytest.param("dmarc=pass header.from=evil.example", id="another From"),
        pytest.param("dkim=pass header.d=evil.example", id="signed by somebody else"),
        pytest.param("dkim=pass header.d=evilshop.example", id="a name that ends alike"),
        pytest.param("dkim=pass header.d=example", id="a whole top-level domain"),
        pytest.param("dkim=fail header.d=shop.example", id="a broken signature"),
        pytest.param("dkim=pass", id="for nobody"),
        pytest.param("spf=pass smtp.helo=shop.example", id="HELO is no author"),
        pytest.param("spf=softfail smtp.mailfrom=shop.example", id="a soft no"),
        pytest.param("auth=pass smtp.auth=ana@shop.example", id="another method"),
        pytest.param("spf=pass (dkim=pass header.d=shop.example)", id="only in a comment"),
        pytest.param('spf=fail reason="; dkim=pass header.d=shop.example"', id="only in quotes"),
        pytest.param(
            "spf=pass smtp.mailfrom=evil.example (; dkim=pass header.d=shop.example", id="open"
        ),
        pytest.param("x-dkim=pass header.d=shop.example", id="a name that holds dkim"),
    ],
)
def test_no_pass(results: str) -> None:
    assert not vouched(f"{OURS}; {results}")


GOOD = f"{OURS}; dkim=pass header.d=shop.example"


def test_only_the_topmost_of_our_own_server_counts() -> None:
    assert not vouched(f"{OURS}; dkim=fail header.d=shop.example", GOOD)
    assert vouched(GOOD, f"{OURS}; dkim=fail header.d=shop.example")
    assert vouched("mx.other.example; dkim=fail header.d=shop.example", GOOD)
    assert not vouched("mx.other.example; dkim=pass header.d=shop.example")
    assert not vouched(f"{OURS}.evil.example; dkim=pass header.d=shop.example")
    assert not vouched()


@pytest.mark.parametrize(
    "sender",
    [
        "From: ana@shop.example, eve@evil.example",
        "From: eve@evil.example\r\nFrom: ana@shop.example",
        "From: ana@shop.example\r\nFrom: eve@evil.example",
        "From: nobody",
        "Sender: ana@shop.example",
    ],
)
def test_an_author_who_is_not_one_is_nobody(sender: str) -> None:
    assert not vouched(GOOD, sender=sender)


@given(st.text(max_size=300))
def test_whatever_stands_there_is_read(value: str) -> None:
    clean = value.replace("\r", " ").replace("\n", " ")
    assert vouched(f"mx.other.example; {clean}") is False


def test_hostile_fields_cost_little() -> None:
    def read(value: str) -> object:
        raw = f"Authentication-Results: {value}\r\nFrom: a@shop.example\r\n\r\n".encode()
        return results_of(read_message(raw, received_at=AT), OURS)

    plain = effort(read, f"{OURS}; " + "dkim=pass header.d=shop.example; " * 240)
    for hostile in ("(" * 8000, '"' * 8000, "\\" * 8000, "a=" * 4000, "header.d=" * 900):
        assert effort(read, f"{OURS}; dkim=pass {hostile}") < 5 * plain + 0.05
