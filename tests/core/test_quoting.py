import re
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import efforts
from promisekeeper.core.attributions import ends_open, find_intro, is_bare_attribution
from promisekeeper.core.mailwords import LEGAL, LEGAL_SIGNS
from promisekeeper.core.quoting import own_words, suspects
from promisekeeper.core.signaturelines import LONGEST_SIGN_OFF, SIGN_OFF

MINE = "I'll send it on Friday."
THEIRS = "We will pay on Monday."
HEADER = "From: Dana Quist <dana@customer.example>\nSent: Tuesday, 3 March 2026 18:22\nTo: Tom Hale"


@pytest.mark.parametrize(
    "intro",
    [
        pytest.param("On Tue, 3 Mar 2026 at 10:00, Dana Quist <d@c.example> wrote:", id="Gmail"),
        pytest.param(
            "On Tue, Mar 3, 2026 at 10:00 AM Dana Quist <\nd@c.example> wrote:", id="wrapped"
        ),
        pytest.param(
            "On 3 Mar 2026, at 10:00,\nDana Quist\n<d@c.example>\nwrote:", id="four lines"
        ),
        pytest.param("On 03/03/2026 10:00, Dana Quist wrote:", id="Thunderbird"),
        pytest.param("On Tue, 2026-03-03 at 10:00 +0100, Dana Quist wrote:", id="Evolution"),
        pytest.param("At 03/03/2026 10:00 AM, Dana Quist wrote:", id="Eudora"),
        pytest.param("Dana Quist <d@c.example> wrote:", id="address only"),
        pytest.param("2026-03-03 10:00 GMT+01:00 Dana Quist <d@c.example>:", id="no verb"),
        pytest.param(
            "---- On Tue, 03 Mar 2026 10:00:00 +0100 Dana <d@c.example> wrote ----", id="Zoho"
        ),
        pytest.param("Am 03.03.26 um 10:00 schrieb Dana Quist:", id="German"),
        pytest.param(
            "Am Di., 3. März 2026 um 10:00 Uhr schrieb Dana <d@c.example\n>:", id="German 2"
        ),
        pytest.param(
            "Dana Quist <d@c.example> schrieb am Di., 3. März 2026,\n10:00:", id="German 3"
        ),
        pytest.param("Le mar. 3 mars 2026 à 10:00, Dana <d@c.example> a\nécrit :", id="French"),
        pytest.param(
            "El mar, 3 mar 2026 a las 10:00, Dana (<d@c.example>) escribió:", id="Spanish"
        ),
        pytest.param(
            "Il giorno mar 3 mar 2026 alle ore 10:00 Dana <d@c.example> ha scritto:", id="Italian"
        ),
        pytest.param("Op di 3 mrt 2026 om 10:00 schreef Dana <d@c.example>:", id="Dutch"),
        pytest.param(
            "Op 3 mrt. 2026 om 10:00 heeft Dana <d@c.example> het volgende geschreven:",
            id="Dutch 2",
        ),
        pytest.param("Den tis 3 mars 2026 kl 10:00 skrev Dana <d@c.example>:", id="Swedish"),
        pytest.param("tir. 3. mars 2026 kl. 10:00 skrev Dana <d@c.example>:", id="Norwegian"),
        pytest.param("Den tirs. 3. mar. 2026 kl. 10.00 skrev Dana <d@c.example>:", id="Danish"),
        pytest.param(
            "Em ter., 3 de mar. de 2026 às 10:00, Dana <d@c.example> escreveu:", id="Portuguese"
        ),
        pytest.param("wt., 3 mar 2026 o 10:00 Dana <d@c.example> napisał(a):", id="Polish"),
        pytest.param("ti 3. maalisk. 2026 klo 10.00 Dana <d@c.example> kirjoitti:", id="Finnish"),
        pytest.param("вт, 3 мар. 2026 в 10:00, Dana <d@c.example>:", id="Russian without verb"),
        pytest.param("3 марта 2026, 10:00 пользователь Dana <d@c.example> написал:", id="Russian"),
        pytest.param("út 3. 3. 2026 v 10:00 odesílatel Dana <d@c.example> napsal:", id="Czech"),
        pytest.param(f"{HEADER}\nSubject: Lamp\n", id="Outlook"),
        pytest.param(
            f"________________________________\n{HEADER}\nSubject: Lamp\n", id="web Outlook"
        ),
        pytest.param(f"-----Original Message-----\n{HEADER}\nSubject: Lamp\n", id="old Outlook"),
        pytest.param(
            f"{HEADER};\n Ann Reed\nCc: Bob\nSubject: a long one that\n wraps\n", id="folded"
        ),
        pytest.param(
            "*From:* Dana\n*Sent:* 3 March 2026\n*To:* Tom\n*Subject:* Lamp\n", id="bold labels"
        ),
        pytest.param(
            "Von: Dana\nGesendet: Dienstag, 3. März 2026\nAn: Tom\nBetreff: Lampe\n",
            id="German Outlook",
        ),
        pytest.param(
            "De : Dana\nEnvoyé : mardi 3 mars 2026\nÀ : Tom\nObjet : Lampe\n", id="French Outlook"
        ),
        pytest.param(
            "De: Dana\nEnviado el: martes, 3 de marzo\nPara: Tom\nAsunto: L\n", id="Spanish Outlook"
        ),
        pytest.param(
            "Da: Dana\nInviato: martedì 3 marzo\nA: Tom\nOggetto: L\n", id="Italian Outlook"
        ),
        pytest.param(
            "Van: Dana\nVerzonden: dinsdag 3 maart\nAan: Tom\nOnderwerp: L\n", id="Dutch Outlook"
        ),
        pytest.param("Från: Dana\nSkickat: den 3 mars\nTill: Tom\nÄmne: L\n", id="Swedish Outlook"),
        pytest.param(
            "Fra: Dana\nSendt: tirsdag 3. mars\nTil: Tom\nEmne: L\n", id="Norwegian Outlook"
        ),
        pytest.param(
            "Od: Dana\nWysłano: wtorek, 3 marca\nDo: Tom\nTemat: L\n", id="Polish Outlook"
        ),
        pytest.param("-------- Ursprüngliche Nachricht --------\n", id="German mark"),
        pytest.param("-----Message d'origine-----\n", id="French mark"),
        pytest.param("##- Please type your reply above this line -##\n", id="help desk"),
    ],
)
@pytest.mark.parametrize("mark", [pytest.param("", id="unmarked"), pytest.param("> ", id="marked")])
def test_what_others_wrote_is_cut(intro: str, mark: str) -> None:
    quoted = "\n".join(f"{mark}{line}" for line in (THEIRS, "", THEIRS))
    words = own_words(f"{MINE}\n\n{intro}\n{quoted}\n")
    assert words.text == MINE
    assert words.quoted
    assert not words.is_forward


@pytest.mark.parametrize(
    "intro",
    [
        pytest.param("Dana Quist wrote:", id="no date"),
        pytest.param("On Monday Dana wrote:", id="weekday"),
        pytest.param("At 3/3/2026 10:00 AM, you wrote:", id="you"),
        pytest.param("Ve 3.3.2026 10:00 Dana zzzz:", id="unknown language"),
        pytest.param("Dana <d@c.example>:", id="unknown language, address"),
    ],
)
def test_weak_signs_count_above_a_marked_quote_only(intro: str) -> None:
    assert own_words(f"{intro}\n> {THEIRS}\n\n{MINE}").text == MINE
    assert own_words(f"{intro}\n\n{MINE}").text == f"{intro}\n\n{MINE}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"As I wrote:\n\n{MINE}", id="own words announced"),
        pytest.param(f"On Monday I wrote:\n\n{MINE}", id="own words dated"),
        pytest.param(f"On 3 March 2026 the inspector wrote:\n\nAll good.\n\n{MINE}", id="a letter"),
        pytest.param(f"On 3 March 2026 at 10:00 I wrote:\n\n{MINE}", id="own words with the hour"),
        pytest.param(
            f"Your trip:\n\nFrom: Oslo\nTo: Bergen\nDate: Friday\n\n{MINE}", id="itinerary"
        ),
        pytest.param(f"Thanks,\n{MINE}", id="sign-off word at the start"),
        pytest.param(f"Thanks, Dana!\n\n{MINE}", id="thanks to a name"),
        pytest.param(f"{MINE}\n\nSent via DHL this morning.", id="sent by a carrier"),
        pytest.param(f"{MINE}\n\nSent from our warehouse today.", id="sent from a place"),
        pytest.param(f"Yes.\n\nSent from my desk. {MINE}", id="sent from, then a promise"),
        pytest.param("Hi.\n\nSent from my desk, which is tidier now.", id="sent from, then prose"),
        pytest.param("When?\n\nTomorrow", id="one-word answer"),
        pytest.param("Hello\n\nGive Marisol", id="one-word command"),
        pytest.param("Hello\n\nNext Friday", id="a day as an answer"),
        pytest.param("We have:\n\nShimano Deore\nSram Eagle", id="list of names"),
        pytest.param("Hi,\n\nI'll send the link to unsubscribe by Friday.", id="footer word"),
        pytest.param("Hi,\n\nI'll mark the report confidential in this email.", id="legal words"),
        pytest.param(f"One thing.\n--\n{MINE}", id="mark as a rule"),
        pytest.param(f"One thing.\n\n\u2014\n\n{MINE}", id="dash as a rule"),
        pytest.param(f"Call me on\n0117 496 0142 and {MINE}", id="phone number in a sentence"),
        pytest.param("Done.\n\nTom\nPhotos to follow", id="short promise below a name"),
        pytest.param("Done.\n\nSpecial Terms\n-\nSee the enclosed sheet", id="heading"),
        pytest.param("```\n# one\n####\ntwo\n```\n\nEnd.", id="code"),
        pytest.param("- one\n- two\n\n    - three\n\n\n\nfour", id="spaces stay"),
    ],
)
def test_what_cannot_be_proved_to_be_somebody_elses_stays(text: str) -> None:
    words = own_words(text)
    assert words.text == text
    assert words.signature == ""
    assert not words.quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "> When?\nFriday.\n\n> Price?\nI'll ask.", "Friday.\n\nI'll ask.", id="inline"
        ),
        pytest.param(f"On 3 Mar 2026 10:00, D wrote:\n> a\n> b\n\n{MINE}", MINE, id="below"),
        pytest.param(f"Hi,\n> a\n>> b\n>>> c\n> d\n{MINE}", f"Hi,\n\n{MINE}", id="depths"),
        pytest.param(f"DQ> a\nDQ> b\n\n{MINE}", MINE, id="initials"),
        pytest.param(f"Dana <d@c.example> wrote:\n\n| a\n| b\n\n{MINE}", MINE, id="bars"),
        pytest.param("| a | b |\n| 1 | 2 |", "| a | b |\n| 1 | 2 |", id="a table is no quote"),
        pytest.param(
            "> a line that somebody's program wrapped because it was long\nfor it\n> and on",
            "",
            id="wrapped rest of a quote",
        ),
        pytest.param(
            "> Can you call?\nYes, will do.\n> And then?", "Yes, will do.", id="short answer"
        ),
        pytest.param(f"{HEADER}\nSubject: x\n\n> a\n\n{MINE}", MINE, id="below a marked block"),
    ],
)
def test_words_between_and_below_quotes_stay(text: str, expected: str) -> None:
    assert own_words(text).text == expected


@pytest.mark.parametrize(
    "forward",
    [
        pytest.param(
            "---------- Forwarded message ---------\nFrom: D <d@c.example>\n\n{}", id="Gmail"
        ),
        pytest.param("Begin forwarded message:\n\nFrom: D <d@c.example>\n\n{}", id="Apple"),
        pytest.param("> Begin forwarded message:\n>\n> From: D\n>\n> {}", id="marked"),
        pytest.param("-------- Weitergeleitete Nachricht --------\nBetreff: x\n\n{}", id="German"),
        pytest.param("---------- Mensaje reenviado ----------\nDe: D\n\n{}", id="Spanish"),
        pytest.param("Début du message transféré :\n\nDe: D\n\n{}", id="French"),
    ],
)
def test_forwarded_text_is_cut_and_said(forward: str) -> None:
    words = own_words(f"{MINE}\n\n{forward.format(THEIRS)}")
    assert words.text == MINE
    assert words.is_forward


def test_a_reply_to_a_forwarded_mail_is_no_forward() -> None:
    quote = f"> ---------- Forwarded message ---------\n> {THEIRS}"
    assert not own_words(f"{MINE}\n\nOn 3 Mar 2026 10:00, D wrote:\n{quote}").is_forward


@pytest.mark.parametrize(
    ("below", "signature"),
    [
        pytest.param("-- \nTom Hale\nI am here to help", "Tom Hale\nI am here to help", id="mark"),
        pytest.param("--\nTom Hale\nmy lamps", "Tom Hale\nmy lamps", id="no blank"),
        pytest.param("Kind regards,\nTom", "Kind regards,\nTom", id="sign-off"),
        pytest.param("Kind regards,\n\nTom Hale", "Kind regards,\nTom Hale", id="gap"),
        pytest.param("cheers\ntom", "cheers\ntom", id="small letters"),
        pytest.param("Thanks, Tom", "Thanks, Tom", id="one line"),
        pytest.param("Thanks,\nWill", "Thanks,\nWill", id="name that is a verb"),
        pytest.param("Best wishes\nTom Hale\nHead of Lamps\nAcme Ltd", None, id="title"),
        pytest.param("Talk to you soon,\nTom\nAcme Lamps", None, id="soon"),
        pytest.param("Mit freundlichen Grüßen\nTom Hale", None, id="German"),
        pytest.param("Cordialement,\nTom Hale", None, id="French"),
        pytest.param("Vennlig hilsen\nTom Hale", None, id="Norwegian"),
        pytest.param("Tom", "Tom", id="name alone"),
        pytest.param(
            "Tom Hale\nAcme Lamps\n+44 117 496 0142\nhttps://acme.example", None, id="card"
        ),
        pytest.param(
            "Regards\nTom Hale | Support\n0117 496 0142\n\nOur lamps will last you a lifetime!",
            "Regards\nTom Hale | Support\n0117 496 0142\nOur lamps will last you a lifetime!",
            id="slogan below the card",
        ),
        pytest.param("Sent from my iPhone", "Sent from my iPhone", id="phone"),
        pytest.param("Sent from my phone. Please excuse typos.", None, id="phone with an excuse"),
        pytest.param("Get Outlook for Android", None, id="Outlook mobile"),
        pytest.param("Sent from Outlook for iOS<https://aka.ms/x>", None, id="Outlook link"),
        pytest.param("Von meinem iPhone gesendet", None, id="German phone"),
        pytest.param("Envoyé de mon iPhone", None, id="French phone"),
        pytest.param("Sendt fra min iPhone", None, id="Norwegian phone"),
        pytest.param("iPhoneから送信", None, id="Japanese phone"),
        pytest.param("   --   \nTom Hale", "Tom Hale", id="mark among blanks"),
        pytest.param("Tom\n\nSent from Yahoo Mail", "Tom\nSent from Yahoo Mail", id="both"),
        pytest.param(
            "This e-mail and any attachments are confidential. If you are not the intended\n"
            "recipient, we will ask you to delete it.",
            None,
            id="legal",
        ),
        pytest.param("Acme Ltd is registered in England, number 1234.", None, id="register"),
        pytest.param("Please consider the environment before printing.", None, id="trees"),
        pytest.param(
            "____\nTo unsubscribe, write to x@l.example",
            "To unsubscribe, write to x@l.example",
            id="list",
        ),
    ],
)
@pytest.mark.parametrize("quote", ["", f"\n\nOn 3 Mar 2026 10:00, Dana wrote:\n\n{THEIRS}"])
def test_signature_is_set_apart(below: str, signature: str | None, quote: str) -> None:
    words = own_words(f"Hi Dana,\n\n{MINE}\n\n{below}{quote}")
    assert words.text == f"Hi Dana,\n\n{MINE}"
    assert words.signature == (signature or below)


@pytest.mark.parametrize(
    ("text", "own", "signature"),
    [
        pytest.param(f"{MINE}\nTom", MINE, "Tom", id="below a sentence"),
        pytest.param("ok\nTom", "ok", "Tom", id="below a word"),
        pytest.param(
            "The lamp is ready and the next time I will give it to\nTom",
            "The lamp is ready and the next time I will give it to\nTom",
            "",
            id="wrapped sentence",
        ),
        pytest.param("Ask one of:\nTom", "Ask one of:\nTom", "", id="list"),
    ],
)
def test_name_on_the_last_line(text: str, own: str, signature: str) -> None:
    words = own_words(text)
    assert (words.text, words.signature) == (own, signature)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Done.\n\nRegards,\nTom\n\nPS {}", id="below a sign-off"),
        pytest.param("Done.\n\nRegards,\nTom\n\n{}", id="no mark of a postscript"),
        pytest.param("Done.\n\nRegards,\nTom\n{}", id="right below the name"),
        pytest.param("Done.\n\n-- \nTom\n\nP.S. {}", id="below the signature mark"),
        pytest.param("Done.\n\n-- \nTom\nPS: {}", id="right below the signature"),
    ],
)
def test_postscript_stays(text: str) -> None:
    words = own_words(text.format(MINE))
    assert MINE in words.text
    assert "Tom" in words.signature


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        pytest.param("Thanks!\n\nDana", "Dana", id="thanks and a name"),
        pytest.param("Thank you.\n\nSent from my iPhone", "Sent from my iPhone", id="from a phone"),
    ],
)
def test_thanks_may_be_all_that_a_mail_says(text: str, signature: str) -> None:
    words = own_words(text)
    assert (words.text, words.signature) == (text.split("\n")[0], signature)


def test_promise_glued_to_a_footer_stays() -> None:
    words = own_words(f"Hi,\n\n{MINE}\nAcme Ltd is registered in England, number 1234.")
    assert words.text == f"Hi,\n\n{MINE}"


def test_a_long_line_keeps_all_its_words() -> None:
    line = "A paragraph without a line end. " * 100 + MINE
    assert own_words(line).text == line


@pytest.mark.parametrize(
    "piece",
    [" ", ">", "> ", "On ", "On \n", "a", "\n", "-", "-- \n", "On 3/3/2026 10:00 a@b.example <\n",
     "wrote:\n", "On wrote:\n", "From: a@b\n", "From: a@b\nTo: x\n", "From: \n", "Bob\n\n",
     "Best,\n", "Thanks,\nBob\n\n", "Sent from my iPhone\n", "confidential message\n\n",
     "> a\nb\n", "DK> \n",
     ":", "@", "<", "+44 ", "http://", "=====\n\n", "Aaaa. ", "PS x\n\n", "\u2014\n", "Le \n"],
)  # fmt: skip
def test_hostile_text_costs_little_more_than_an_answer_between_quotes(piece: str) -> None:
    """Twice the text is twice the work, and that work is a few times that of an answer.

    Plain text is passed over so quickly that a ratio to it says nothing of hostile text.
    """
    said = "> When will the new invoice be here?\nI will send it by Friday.\n\n"
    answer = f"{said}> And the parcel?\nIt has left us.\n\n" * 350
    hostile = (piece * len(answer))[: len(answer)]
    most, twice, usual = efforts(own_words, hostile, 2 * hostile, answer)
    assert twice < 3 * most
    assert most < 4 * usual


LINES = st.sampled_from(
    ["", " ", "> a", ">> b", "-- ", "--", "Tom", "Thanks,", "On 3/3/2026 10:00, a@b wrote:",
     "wrote:", "From: a@b.example", "Sent: x", "To: y", "Subject: z", "Begin forwarded message:",
     "Sent from my iPhone", "PS I'll do it.", "I'll do it.", "-----Original Message-----", "_____",
     "This message is confidential", "0117 496 0142", "| x", "AB> x"]
)  # fmt: skip


@given(lines=st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=25))
def test_own_words_are_lines_of_the_mail_in_their_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    words = own_words(text)
    rest = iter(text.split("\n"))
    assert all(line in rest for line in words.text.split("\n") if line)
    assert set(words.signature.split("\n")) <= {*text.split("\n"), ""}
    assert not any(line.startswith(">") for line in words.text.split("\n"))


@given(
    words=st.lists(st.sampled_from(["we", "ship", "it", "soon", "now"]), min_size=1, max_size=40)
)
def test_plain_prose_is_left_alone(words: list[str]) -> None:
    text = " ".join(words) + "."
    assert own_words(text).text == text


@given(lines=st.lists(st.one_of(LINES, st.text(max_size=20)), min_size=1, max_size=25))
def test_no_introduction_is_passed_over_unlooked_at(lines: list[str]) -> None:
    found = suspects(lines)
    for index, line in enumerate(lines):
        if line.strip() and (find_intro(lines, index) or is_bare_attribution(line)):
            assert found[index], lines[index:]


@given(
    above=st.lists(st.sampled_from(["On 3 Mar 2026", "Dana", "<d@c.example>", "", " "]), max_size=7)
)
def test_no_wrapped_introduction_is_passed_over_unlooked_at(above: list[str]) -> None:
    lines = [*above, "10:00 Dana <d@c.example> wrote:"]
    found = suspects(lines)
    for index, line in enumerate(lines):
        if line.strip() and find_intro(lines, index):
            assert found[index], lines[index:]


def test_no_line_that_begins_with_a_digit_is_passed_over_unlooked_at() -> None:
    digits = [sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isdigit()]
    assert all(suspects([f"{digit}x"])[0] for digit in digits)


@given(st.lists(st.sampled_from([":", "\uff1a", "-", "*", "_", " ", "\t", "a"])).map("".join))
def test_an_introduction_ends_in_a_colon_or_a_rule(line: str) -> None:
    ends = re.search(r"(?:[:\uff1a]|--)[\s*_]{0,6}$", line.strip())
    assert ends_open(line) == (ends is not None)


@settings(max_examples=300, deadline=None)
@given(st.from_regex(SIGN_OFF, fullmatch=True))
def test_no_sign_off_is_too_long_to_be_looked_at(line: str) -> None:
    assert len(line.rstrip("\n")) <= LONGEST_SIGN_OFF


@pytest.mark.parametrize("wording", LEGAL)
def test_no_footer_is_without_a_sign(wording: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(re.compile(wording, re.ASCII), fullmatch=True))
    def check(text: str) -> None:
        assert any(sign in text for sign in LEGAL_SIGNS), text

    check()
