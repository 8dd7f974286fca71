"""Who wrote through a form; the mails in data/forms were written before they were run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY
from promisekeeper.core.formlearning import learn_form
from promisekeeper.core.formpresets import PRESETS
from promisekeeper.core.forms import Form, form_of, read_submission
from promisekeeper.core.message import Message
from promisekeeper.core.mime import read_message

DATA = Path(__file__).parent.parent / "data" / "forms" / "mails.jsonl"
CASES = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
SENDER = "forms@site.example"


def mail(
    body: str,
    *,
    html: bool = False,
    subject: str = "New message",
    reply_to: str = "",
    more: str = "",
) -> Message:
    head = f"From: Site <{SENDER}>\nTo: help@shop.example\nSubject: {subject}\n"
    head += f"Reply-To: {reply_to}\n" if reply_to else ""
    kind = "html" if html else "plain"
    head += f"Message-ID: <form-1@site.example>\nContent-Type: text/{kind}; charset=utf-8\n{more}"
    return read_message(f"{head}\n{body}".encode(), received_at=MONDAY)


def a_form(**changes: object) -> Form:
    values: dict[str, Any] = {
        "id": "contact",
        "senders": (SENDER,),
        "labels": PRESETS["netlify"].all_labels,
        "title": "our shop",
        **changes,
    }
    return Form(**values)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_blind_set(case: dict[str, Any]) -> None:
    own = {name: (label,) for name, label in case["labels"].items()}
    labels = own or PRESETS[case["preset"]].all_labels
    form = a_form(labels=labels, choices=tuple(case["choices"]))
    message = mail(
        case["body"], html=case["html"], subject=case["subject"], reply_to=case["reply_to"]
    )
    got = read_submission(message, form)
    assert got.problem == case["problem"]
    if not case["problem"]:
        assert (got.address, got.name) == (case["to"], case["name"])
    if case["matter"]:
        assert got.matter == case["matter"]


def test_a_form_is_known_by_its_sender_and_by_what_narrows_it() -> None:
    repairs = a_form(id="repairs", subject=re.compile("^Repair", re.IGNORECASE))
    marked = a_form(id="marked", header=("x-form", re.compile("parts")))
    rest = a_form(id="rest")
    forms = (repairs, marked, rest)
    assert form_of(mail("x", subject="REPAIR of a fork"), forms) == repairs
    assert form_of(mail("x", more="X-Form: spare parts\n"), forms) == marked
    assert form_of(mail("x", more="X-Form: other\n"), forms) == rest
    assert form_of(mail("x"), (a_form(senders=("else@site.example",)),)) is None


def test_of_two_forms_with_one_sender_the_one_that_reads_the_visitor_is_meant() -> None:
    shop = a_form(id="shop", labels={"email": ("Reply address",)})
    workshop = a_form(id="workshop", labels={"email": ("Email",)})
    assert form_of(mail("Email: bo@x.example"), (shop, workshop)) == workshop
    assert form_of(mail("Reply address: bo@x.example"), (shop, workshop)) == shop
    assert form_of(mail("Nothing of the kind"), (shop, workshop)) == shop


def test_other_mail_from_the_same_sender_is_no_submission() -> None:
    comment = "A new comment waits for you.\n\nAuthor: Bo\nEmail: bo@x.example\nComment: nice"
    labels = {"name": ("Name",), "email": ("Email",), "message": ("Message",)}
    assert read_submission(mail(comment), a_form(labels=labels)).address == "bo@x.example"
    strict = a_form(labels=labels, has_message=True)
    assert read_submission(mail(comment), strict).problem == "no-submission"
    table = "<table><tr><td>Email</td><td>bo@x.example</td></tr><tr><td>Message</td><td>Re: a</td>"
    assert read_submission(mail(table, html=True), strict).address == "bo@x.example"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Name - Pia\nEmail - {}\nMessage - Hi\n", id="dashes"),
        pytest.param("Name = Pia\nEmail => {}\nMessage=Hi\n", id="equals"),
        pytest.param("\u2022 Name: Pia\n\u2022 Email: {}\n\u2022 Message: Hi\n", id="bullets"),
        pytest.param("1. Name: Pia\n2. Email: {}\n3. Message: Hi\n", id="numbers"),
        pytest.param("## Name\n\nPia\n\n## Email\n\n{}\n\n## Message\n\nHi\n", id="headings"),
        pytest.param("Name\n----\nPia\n\nEmail\n-----\n{}\n\nMessage\n-------\nHi\n", id="rules"),
        pytest.param("Name\tPia\nEmail\t{}\nMessage\tHi\n", id="tabs"),
        pytest.param("Name     Pia\nEmail    {}\nMessage  Hi\n", id="columns"),
        pytest.param('"Name": "Pia"\n"Email": "{}"\n"Message": "Hi"\n', id="quotes"),
        pytest.param("Name?: Pia\nEmail: {}\nMessage? Hi\nMessage?\nHi\n", id="questions"),
        pytest.param("Name*: Pia\nEmail (Required): {}\nMessage [optional]: Hi\n", id="marks"),
    ],
)
def test_ways_to_write_a_label(body: str) -> None:
    got = read_submission(mail(body.format("pia@client.example")), a_form(has_message=True))
    assert (got.problem, got.address, got.name) == ("", "pia@client.example", "Pia")


@pytest.mark.parametrize(
    "value",
    [
        "Pia Lund <pia@client.example>",
        "Pia Lund, pia@client.example",
        "Pia Lund pia@client.example",
        "Pia Lund (pia@client.example)",
        "pia@client.example (Pia Lund)",
        "\nPia Lund\npia@client.example",
        "Pia Lund\n<pia@client.example>",
    ],
)
def test_one_label_may_hold_name_and_address(value: str) -> None:
    labels = {"name": ("Contact",), "email": ("Contact",), "message": ("Message",)}
    got = read_submission(mail(f"Contact: {value}\nMessage: Hi\n"), a_form(labels=labels))
    assert (got.problem, got.address, got.name) == ("", "pia@client.example", "Pia Lund")


@pytest.mark.parametrize("name", ["O&#039;Neil", "O\\'Neil", "O\u2019Neil"])
def test_what_sites_do_to_an_apostrophe_is_undone(name: str) -> None:
    got = read_submission(mail(f"Name: {name}\nEmail: o&#39;n@x.example\nMessage: Hi\n"), a_form())
    assert got.name.replace("\u2019", "'") == "O'Neil"
    assert got.address == "o'n@x.example"


def test_a_label_may_have_another_apostrophe_or_hyphen() -> None:
    labels = {"name": ("What's your name",), "email": ("E-mail",)}
    body = "What\u2019s your name?: Pia\nE\u2011mail: pia@client.example\n"
    got = read_submission(mail(body), a_form(labels=labels))
    assert (got.address, got.name) == ("pia@client.example", "Pia")


def test_a_table_beside_an_empty_text_part_is_read() -> None:
    rows = (("Name", "Pia"), ("Email", "pia@client.example"), ("Message", "Hi"))
    table = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in rows)
    raw = (
        f"From: Site <{SENDER}>\nMessage-ID: <form-1@site.example>\n"
        "Content-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\n\n"
        f"--b\nContent-Type: text/html\n\n<table>{table}</table>\n--b--\n"
    )
    got = read_submission(read_message(raw.encode(), received_at=MONDAY), a_form(has_message=True))
    assert (got.problem, got.address) == ("", "pia@client.example")


@pytest.mark.parametrize("address", ["john,doe@x.example", "john doe@x.example"])
def test_a_slip_in_an_address_writes_to_nobody_else(address: str) -> None:
    got = read_submission(mail(f"Name: J\nEmail: {address}\nMessage: Hi\n"), a_form())
    assert got.problem == "no-address"


def test_a_long_label_may_be_folded() -> None:
    label = "What would you like us to do with your bicycle when it comes to our workshop"
    labels = {"email": ("Email",), "message": (label,)}
    first, rest = label[:46], label[46:].lstrip()
    assert f"{first} {rest}" == label
    body = f"Email: pia@client.example\n{first}\n{rest}: Hi\nEmail: bo@y.example\n"
    got = read_submission(mail(body), a_form(labels=labels, has_message=True))
    assert (got.problem, got.address) == ("", "pia@client.example")


def test_a_name_that_shows_a_forms_address_is_no_sender() -> None:
    raw = f'From: "Site <{SENDER}>" <wp@bulk.example>\nMessage-ID: <1@x>\n\nName: x'
    assert form_of(read_message(raw.encode(), received_at=MONDAY), (a_form(),)) is None


@given(st.text(max_size=400), st.booleans())
def test_no_body_breaks_the_reading(body: str, html: bool) -> None:
    got = read_submission(mail(body, html=html), a_form())
    assert not any(ord(char) < 32 for char in got.name + got.matter + got.address)
    assert got.matter in ("our shop", "")


def test_a_form_of_ten_megabytes_costs_no_more_than_its_head() -> None:
    body = "Name: Bob\nEmail: bob@x.example\nMessage: " + "Email: a@b.example\n" * 500_000
    assert read_submission(mail(body), a_form()).address == "bob@x.example"


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        (
            "Name: Kim Yi\nEmail: kim@yi.example\nMessage: hi",
            {"name": "Name", "email": "Email", "message": "Message"},
        ),
        (
            "From: Kim Yi <kim@yi.example>\nSubject: x\n\nMessage Body:\nhi",
            {"name": "From", "email": "From", "subject": "Subject", "message": "Message Body"},
        ),
        (
            "Customer: Kim Yi\nReach me at: kim@yi.example\nWhat is wrong: all of it",
            {"name": "Customer", "email": "Reach me at", "message": "What is wrong"},
        ),
    ],
)
def test_learning_proposes_what_reads_the_visitor(body: str, labels: dict[str, str]) -> None:
    learned = learn_form(mail(body))
    assert learned.labels == labels
    assert (learned.found.name, learned.found.address) == ("Kim Yi", "kim@yi.example")
    assert f'from = "{SENDER}"' in learned.as_toml()


def test_what_is_learned_cannot_break_out_of_its_quotes() -> None:
    learned = learn_form(mail('Na"me\\: Kim\nReach "me": kim@yi.example\nSay: x'))
    assert 'email = "Reach \\"me\\""' in learned.as_toml()


def test_learning_knows_a_form_by_a_mail_that_advertises() -> None:
    body = "From: CLICK http://evil.example/win <bo@y.example>\nSubject: s\n\nMessage Body:\nx\n"
    learned = learn_form(mail(body))
    assert (learned.preset, learned.found.problem) == ("contact-form-7", "advertising-name")
    assert learned.labels["name"] == learned.labels["email"] == "From"


def test_learning_sees_that_one_label_holds_name_and_address() -> None:
    learned = learn_form(mail("Phone: 12\nContact: Pia Lund, pia@client.example\nTell us: Hi\n"))
    assert learned.labels == {"name": "Contact", "email": "Contact", "message": "Tell us"}
    assert (learned.found.name, learned.found.address) == ("Pia Lund", "pia@client.example")
