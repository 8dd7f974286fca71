"""Who wrote a mail, and who is its customer."""

from zoneinfo import ZoneInfo

import pytest

from builders import MONDAY
from promisekeeper.core.hours import office_hours
from promisekeeper.core.message import Address, Message
from promisekeeper.core.team import Agent, Team, author_of, customers_of, is_own_machinery

HOURS = office_hours(ZoneInfo("UTC"))
ANA = Agent(name="Ana Ortiz", addresses=("ana@shop.example", "ana@old.example"), hours=HOURS)
BEN = Agent(name="Ben Adler", addresses=("ben@shop.example",), hours=HOURS)
TEAM = Team(
    agents=(ANA, BEN),
    shared_addresses=("hello@shop.example",),
    own_domains=("shop.example",),
    control_address="promises@bot.example",
)


def a_mail(sender: str, *to: str, name: str = "") -> Message:
    return Message(
        message_id="<1@shop.example>",
        sent_at=MONDAY,
        sender=Address(name=name, address=sender),
        to=tuple(Address(address=address) for address in to),
    )


@pytest.mark.parametrize(
    ("sender", "name", "signature", "expected"),
    [
        pytest.param("ana@old.example", "", "", ANA, id="by any of her addresses"),
        pytest.param("hello@shop.example", "", "Kind regards,\nBen", BEN, id="by signature"),
        pytest.param("hello@shop.example", "Ana Ortiz", "", ANA, id="by display name"),
        pytest.param("hello@shop.example", "", "Ana and Ben", None, id="two names say nothing"),
        pytest.param("hello@shop.example", "", "The Banana Team", None, id="part of a word"),
        pytest.param("ben@shop.example", "", "Ana", BEN, id="the address wins"),
    ],
)
def test_author(sender: str, name: str, signature: str, expected: Agent | None) -> None:
    assert author_of(a_mail(sender, name=name), signature, TEAM) == expected


@pytest.mark.parametrize(
    ("team", "to", "expected"),
    [
        pytest.param(TEAM, ("carl@client.example",), ["carl@client.example"], id="a customer"),
        pytest.param(
            TEAM,
            ("ben@shop.example", "carl@client.example", "carl@client.example"),
            ["carl@client.example"],
            id="colleagues are no customers",
        ),
        pytest.param(TEAM, ("ben@shop.example",), [], id="internal mail has no customer"),
        pytest.param(
            Team(), ("ana@gmail.example", "x@gmail.example"), ["x@gmail.example"], id="no domains"
        ),
        pytest.param(
            Team(own_domains=("shop.example",), tracks_internal=True),
            ("ben@shop.example",),
            ["ben@shop.example"],
            id="internal mail, if asked for",
        ),
    ],
)
def test_customers(team: Team, to: tuple[str, ...], expected: list[str]) -> None:
    sender = "ana@gmail.example" if not team.own_domains else "ana@shop.example"
    assert [person.address for person in customers_of(a_mail(sender, *to), team)] == expected


@pytest.mark.parametrize(
    ("sender", "to", "is_ours"),
    [
        ("promises@bot.example", "ana@shop.example", True),
        ("ana@shop.example", "promises@bot.example", True),
        ("ana@shop.example", "carl@client.example", False),
    ],
)
def test_own_machinery(sender: str, to: str, is_ours: bool) -> None:
    assert is_own_machinery(a_mail(sender, to), TEAM) is is_ours


def test_without_a_control_address_nothing_is_machinery() -> None:
    assert not is_own_machinery(a_mail("", ""), Team())


def test_a_full_name_tells_two_of_a_first_name_apart() -> None:
    lima = Agent(name="Ana Lima", addresses=("lima@shop.example",))
    team = Team(agents=(ANA, lima))
    assert team.agent_named("Kind regards, Ana Lima") == lima
    assert team.agent_named("Kind regards, Ana") is None
