"""An address in a form's field counts as a whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.formaddresses import (
    addresses_in,
    is_international,
    is_plain,
    without_addresses,
)

PIA = {"pia@client.example"}


@pytest.mark.parametrize(
    "value",
    [
        "pia@client.example",
        "Pia@Client.Example",
        "<pia@client.example>",
        "mailto:pia@client.example",
        "<mailto:pia@client.example>",
        "pia@client.example <mailto:pia@client.example>",
        "pia@client.example<mailto:pia@client.example>",
        "[pia@client.example](mailto:pia@client.example)",
        "'pia@client.example'",
        "*pia@client.example*",
        "pia@client.example.",
        "pia@client.example (verified)",
        "Pia Lund <pia@client.example>",
        "Pia<pia@client.example>",
        "Pia (pia@client.example)",
        "=?utf-8?q?pia=40client.example?=",
    ],
)
def test_an_address_is_found_in_its_wrapping(value: str) -> None:
    assert addresses_in(value, is_alone=True) == PIA


@pytest.mark.parametrize(
    "value",
    [
        "john,doe@shop.example",
        "john;doe@shop.example",
        'john"doe@shop.example',
        "john(c)doe@shop.example",
        "john<doe@shop.example",
        "john doe@shop.example",
        '"john doe"@shop.example',
        "doe@shop@shop.example",
        "x" * 70 + "doe@shop.example",
        "doe@shop.example?cc=bo@shop.example",
    ],
)
def test_a_part_of_an_address_is_nobodys(value: str) -> None:
    found = addresses_in(value, is_alone=True)
    assert len(found) == 1
    assert not any(map(is_plain, found))


def test_an_apostrophe_belongs_to_the_address() -> None:
    assert addresses_in("o'neil@shop.example") == {"o'neil@shop.example"}


def test_several_are_several() -> None:
    both = {"a@x.example", "b@y.example"}
    assert addresses_in("a@x.example,b@y.example") == both
    assert addresses_in("A <a@x.example>; b@y.example") == both


@pytest.mark.parametrize(
    "address", ["a@localhost", "a@192.0.2.1", "a@[192.0.2.1]", "a@x..example", "zoë@x.example", ""]
)
def test_what_no_server_takes_is_not_plain(address: str) -> None:
    assert not is_plain(address)


def test_letters_that_look_plain_in_lower_case_do_not_become_plain() -> None:
    kelvin = "\u212aevin@shop.example"
    assert addresses_in(kelvin) == {kelvin}
    assert is_international(kelvin)
    assert not is_international("kevin@shop.example")
    assert not is_international("zoë,x@shop.example")


@pytest.mark.parametrize(
    "value",
    [
        "Pia Lund, pia@client.example",
        "Pia Lund - pia@client.example",
        "Pia Lund pia@client.example",
        "pia@client.example (Pia Lund)",
    ],
)
def test_the_name_beside_it(value: str) -> None:
    assert addresses_in(value) == PIA
    assert without_addresses(value) == "Pia Lund"


@given(value=st.text(alphabet="ab@.,;:<>()[]'\" |é", max_size=40))
def test_what_is_plain_was_typed_as_such(value: str) -> None:
    for address in filter(is_plain, addresses_in(value)):
        start = value.lower().index(address)
        assert value[:start][-1:] in {"", *" <([,;:\"'*.|"}
