"""One-word answers: what agents write, and what their mail programs put around it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.commands import MAX_COMMANDS, Fault, Orders, read_orders
from promisekeeper.core.commandwords import PHRASES, Verb
from promisekeeper.core.mime import read_message
from promisekeeper.core.quoting import own_words

LETTER = """[promise 41] Carl Ebner, Fri 20 Nov 17:00

On Mon 16 Nov you wrote to Carl Ebner:

    I'll send you the new invoice by Friday.

Answer this mail with one word:

    done
    send
    move Tue 14:00
    not a promise
"""
QUOTED = "\n".join(f"> {line}" for line in LETTER.split("\n"))
OUTLOOK = f"""________________________________
From: promisekeeper <promises@shop.example>
Sent: Friday, 20 November 2026 13:00
To: Ana Ortiz <ana@shop.example>
Subject: [promise 41] Carl Ebner

{LETTER}"""


def said(text: str) -> list[tuple[Verb, str, tuple[int, ...]]]:
    orders = read_orders(own_words(text).text)
    assert not orders.faults, orders.faults
    return [(one.verb, one.argument, one.numbers) for one in orders.commands]


@pytest.mark.parametrize(
    ("text", "verb", "argument"),
    [
        pytest.param("done", Verb.DONE, "", id="the word"),
        pytest.param("Done.", Verb.DONE, "", id="a sentence of one word"),
        pytest.param("DONE!!", Verb.DONE, "", id="capitals"),
        pytest.param("\n\n  done  \n", Verb.DONE, "", id="blanks"),
        pytest.param("'done'", Verb.DONE, "", id="in quotes, as the letter showed it"),
        pytest.param("**done**", Verb.DONE, "", id="in bold"),
        pytest.param("- done", Verb.DONE, "", id="as a list"),
        pytest.param("done\xa0", Verb.DONE, "", id="a hard blank"),
        pytest.param("done, thanks!", Verb.DONE, "", id="polite"),
        pytest.param("done - thank you", Verb.DONE, "", id="polite behind a dash"),
        pytest.param("Thanks, done", Verb.DONE, "", id="polite first"),
        pytest.param("Ok, done", Verb.DONE, "", id="an opener"),
        pytest.param("Hi,\n\ndone\n\nThanks", Verb.DONE, "", id="greeting and thanks"),
        pytest.param("done by phone", Verb.DONE, "phone", id="by phone"),
        pytest.param("Done, by phone. Thanks!", Verb.DONE, "phone", id="by phone, politely"),
        pytest.param("done --by phone", Verb.DONE, "phone", id="as on the command line"),
        pytest.param("Done. I called him this morning.", Verb.DONE, "", id="a sentence more"),
        pytest.param("erledigt", Verb.DONE, "", id="German"),
        pytest.param("Erledigt, danke", Verb.DONE, "", id="German, polite"),
        pytest.param("telefonisch erledigt? \nerledigt", None, "", id="a question is talk"),
        pytest.param("erledigt, telefonisch", Verb.DONE, "phone", id="German, by phone"),
        pytest.param("C\u2019est fait, merci", Verb.DONE, "", id="French"),
        pytest.param("fait par t\xe9l\xe9phone", Verb.DONE, "t\xe9l\xe9phone", id="French phone"),
        pytest.param("send", Verb.SEND, "", id="send"),
        pytest.param("SEND.", Verb.SEND, "", id="send with a stop"),
        pytest.param("Senden", Verb.SEND, "", id="German send"),
        pytest.param("hold", Verb.HOLD, "", id="hold"),
        pytest.param("No, hold", Verb.HOLD, "", id="a veto after a no"),
        pytest.param("Hold it please, I will call her", Verb.HOLD, "", id="a veto with reasons"),
        pytest.param("don\u2019t send that", Verb.HOLD, "", id="do not send"),
        pytest.param("nicht senden", Verb.HOLD, "", id="German veto"),
        pytest.param("ne pas envoyer", Verb.HOLD, "", id="French veto"),
        pytest.param("move Tue 14:00", Verb.MOVE, "Tue 14:00", id="move"),
        pytest.param("Move to Tuesday 2pm, thanks", Verb.MOVE, "Tuesday 2pm", id="move to"),
        pytest.param("moved it to 24 Nov", Verb.MOVE, "24 Nov", id="moved"),
        pytest.param("verschieben auf Di 14 Uhr", Verb.MOVE, "Di 14 Uhr", id="German move"),
        pytest.param("reporter \xe0 mardi", Verb.MOVE, "mardi", id="French move"),
        pytest.param("snooze 2h", Verb.SNOOZE, "2h", id="snooze"),
        pytest.param("snooze until Tue 9:00", Verb.SNOOZE, "Tue 9:00", id="snooze until"),
        pytest.param("remind me tomorrow", Verb.SNOOZE, "tomorrow", id="remind me"),
        pytest.param("give Joss", Verb.GIVE, "Joss", id="give"),
        pytest.param("Give it to Joss Lind, please", Verb.GIVE, "Joss Lind", id="give it to"),
        pytest.param("give joss@shop.example", Verb.GIVE, "joss@shop.example", id="an address"),
        pytest.param("\xfcbergeben an Joss", Verb.GIVE, "Joss", id="German give"),
        pytest.param("not a promise", Verb.NOT_A_PROMISE, "", id="not a promise"),
        pytest.param("That's not a promise!", Verb.NOT_A_PROMISE, "", id="in a sentence"),
        pytest.param("kein Versprechen", Verb.NOT_A_PROMISE, "", id="German"),
        pytest.param("drop he bought elsewhere", Verb.DROP, "he bought elsewhere", id="drop"),
        pytest.param("drop: no longer wanted, thanks", Verb.DROP, "no longer wanted, thanks"),
        pytest.param("undo", Verb.UNDO, "", id="undo"),
        pytest.param("R\xfcckg\xe4ngig", Verb.UNDO, "", id="German undo"),
        pytest.param("U\u0308BERGEBEN an Joss", Verb.GIVE, "Joss", id="decomposed letters"),
    ],
)
def test_one_word(text: str, verb: Verb | None, argument: str) -> None:
    assert said(text) == ([(verb, argument, ())] if verb else [])


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("#41 done", (41,)),
        ("#41: done", (41,)),
        ("41 done", (41,)),
        ("41. done", (41,)),
        ("promise 41 done", (41,)),
        ("[promise 41] done", (41,)),
        ("done #41", (41,)),
        ("done 41", (41,)),
        ("Done #41, thanks", (41,)),
        ("#41, #42 done", (41, 42)),
        ("41 and 42 done", (41, 42)),
        ("done #41 and #42", (41, 42)),
    ],
)
def test_a_line_names_its_promises(line: str, numbers: tuple[int, ...]) -> None:
    assert said(line) == [(Verb.DONE, "", numbers)]


def test_numbers_stand_beside_every_kind_of_command() -> None:
    text = "#41 done\n\n#42 send\n#43: move Tue 14:00\nsnooze 2h #44\ngive #45 to Joss\ndrop #46 x"
    assert said(text) == [
        (Verb.DONE, "", (41,)),
        (Verb.SEND, "", (42,)),
        (Verb.MOVE, "Tue 14:00", (43,)),
        (Verb.SNOOZE, "2h", (44,)),
        (Verb.GIVE, "Joss", (45,)),
        (Verb.DROP, "x", (46,)),
    ]


def test_a_day_is_no_number_of_a_promise() -> None:
    assert said("move 5 March") == [(Verb.MOVE, "5 March", ())]
    assert said("drop see ticket #99") == [(Verb.DROP, "see ticket #99", ())]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(
            f"\n\nOn Fri, 20 Nov 2026 at 13:00, promisekeeper wrote:\n{QUOTED}", id="Gmail"
        ),
        pytest.param(f"\n{OUTLOOK}", id="Outlook"),
        pytest.param(f"\n\n-----Original Message-----\n{LETTER}", id="old Outlook"),
        pytest.param(
            f"\n\nAm 20.11.26 um 13:00 schrieb promisekeeper:\n{QUOTED}", id="German Thunderbird"
        ),
        pytest.param(
            "\n\nLe ven. 20 nov. 2026 \xe0 13:00, promisekeeper <p@shop.example> a \xe9crit :\n"
            + QUOTED,
            id="French Gmail",
        ),
        pytest.param("\n\n-- \nAna Ortiz\nSupport, Cornerbicycle", id="signature with its mark"),
        pytest.param(
            "\n\nKind regards,\nAna Ortiz\nCornerbicycle Ltd\n+44 20 7946 0000", id="card"
        ),
        pytest.param("\nAna", id="a name right below"),
        pytest.param("\n\nSent from my iPhone", id="iPhone"),
        pytest.param("\n\nVon meinem iPhone gesendet", id="German iPhone"),
        pytest.param("\n\nGet Outlook for Android", id="Outlook for Android"),
        pytest.param(f"\n\nSent from my Galaxy\n\n-------- Original message --------\n{LETTER}"),
    ],
)
@pytest.mark.parametrize("answer", ["done", "Done, thanks!", "send", "snooze 2h"])
def test_what_mail_programs_put_below_is_not_read(answer: str, below: str) -> None:
    orders = read_orders(own_words(answer + below).text)
    assert orders.are_clear, orders
    assert len(orders.commands) == 1


def test_a_letter_that_is_shown_without_a_mark_gives_no_orders() -> None:
    orders = read_orders(own_words(f"done\n\n{LETTER}").text)
    assert [one.verb for one in orders.commands] == [Verb.DONE]
    assert read_orders(own_words(LETTER).text) == Orders(
        talk="[promise 41] Carl Ebner, Fri 20 Nov 17:00"
    )


HTML = [
    pytest.param("<div>done</div>", id="Gmail"),
    pytest.param(
        '<p class="MsoNormal">done<o:p></o:p></p><p class="MsoNormal">&nbsp;</p>', id="Word"
    ),
    pytest.param("done<br><br>Sent from my iPhone", id="iPhone"),
    pytest.param(
        '<div dir="ltr">done</div><blockquote type="cite">send<br>undo</blockquote>', id="cite"
    ),
    pytest.param(
        '<div>done</div><div class="gmail_quote">On Fri, promisekeeper wrote:'
        "<blockquote>send</blockquote></div>",
        id="Gmail quote",
    ),
    pytest.param(
        '<div>done</div><div id="divRplyFwdMsg"><b>From:</b> promisekeeper<br><b>Sent:</b> Friday'
        "<br><b>To:</b> Ana<br><b>Subject:</b> [promise 41]</div><div>send</div>",
        id="Outlook web",
    ),
    pytest.param("<style>p{}</style><p><font color=red>Done</font>, thanks</p>", id="coloured"),
]


@pytest.mark.parametrize("html", HTML)
def test_programs_that_write_html_alone(html: str) -> None:
    head = "From: ana@shop.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    raw = f"{head}<html>{html}</html>".encode()
    message = read_message(raw, received_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert said(message.text) == [(Verb.DONE, "", ())]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("send it", Fault.SEND_IS_ALONE, id="send it"),
        pytest.param("please send", Fault.SEND_IS_ALONE, id="please"),
        pytest.param("send, thanks", Fault.SEND_IS_ALONE, id="thanks"),
        pytest.param("Send but with Tuesday", Fault.SEND_IS_ALONE, id="another text is meant"),
        pytest.param("send\n\nBut say Tuesday instead.", Fault.SEND_IS_ALONE, id="talk below"),
        pytest.param(
            "send\nDear Carl, you will have it on Tuesday.", Fault.SEND_IS_ALONE, id="edited"
        ),
        pytest.param("move", Fault.NEEDS_TIME, id="move when"),
        pytest.param("snooze, thanks", Fault.NEEDS_TIME, id="snooze when"),
        pytest.param("give", Fault.NEEDS_NAME, id="give whom"),
        pytest.param("drop", Fault.NEEDS_REASON, id="drop why"),
        pytest.param("done but only half", Fault.SAYS_MORE, id="half done"),
        pytest.param("done?", Fault.SAYS_MORE, id="a question"),
        pytest.param("undo the last two", Fault.SAYS_MORE, id="more than one"),
        pytest.param("done\n" * (MAX_COMMANDS + 1), Fault.TOO_MANY, id="a flood"),
        pytest.param("#1 done\nmove", Fault.NEEDS_TIME, id="one good line, one bad"),
    ],
)
def test_a_fault_is_named(text: str, fault: Fault) -> None:
    orders = read_orders(text)
    assert [one.fault for one in orders.faults] == [fault]
    assert not orders.are_clear


@pytest.mark.parametrize(
    "text",
    [
        "I'll look at it tomorrow.",
        "What is this?",
        "Is it done?",
        "We are done with this customer.",
        "I sent it",
        "Sending now",
        "donee",
        "He is on hold.",
        "Please don't",
        "",
        "Thanks!",
        "Hi,\n\nThank you",
        "\U0001f44d",
        "/done",
        "un-done",
    ],
)
def test_talk_is_no_command(text: str) -> None:
    orders = read_orders(own_words(text).text)
    assert orders.commands == ()
    assert not orders.are_clear


def test_nothing_below_talk_is_read() -> None:
    orders = read_orders("I am not sure about this.\n\ndone\nsend")
    assert (orders.commands, orders.faults) == ((), ())
    assert orders.talk == "I am not sure about this."


def test_no_phrase_has_two_meanings() -> None:
    phrases = [phrase for some in PHRASES.values() for phrase in some]
    assert len(phrases) == len(set(phrases))
    assert all(phrase == phrase.lower() for phrase in phrases)


@given(st.text(max_size=400))
def test_whatever_is_written_is_read_without_harm(text: str) -> None:
    orders = read_orders(own_words(text).text)
    for one in orders.commands:
        assert "\n" not in one.argument + one.line
        assert one.verb is not Verb.SEND or one.argument == ""


@given(st.text(alphabet="send SEND.!\n\t#1>", max_size=30))
def test_send_is_alone_on_its_line_or_it_is_no_send(text: str) -> None:
    orders = read_orders(text)
    if orders.are_clear and any(one.verb is Verb.SEND for one in orders.commands):
        lines = [line.strip() for line in text.split("\n")]
        assert any(line.strip("#1 .!>\t").lower() in ("send", "senden") for line in lines)
