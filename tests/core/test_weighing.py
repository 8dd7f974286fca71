"""A promise and the mails after it: what became of it, in everyday words of many trades."""

from datetime import timedelta

import pytest

from builders import FRIDAY, THURSDAY, a_note, a_promise
from promisekeeper.core.language import read_sentence
from promisekeeper.core.mail import Role
from promisekeeper.core.promise import Promise, State
from promisekeeper.core.records import MailNote, Signal
from promisekeeper.core.sentences import split_sentences
from promisekeeper.core.settling import settle_all
from promisekeeper.core.signals import customer_signals, signals_of

TEAM = ("Ana", "Ben")


def promises_in(text: str, subject: str, **changes: object) -> list[Promise]:
    """The promises of a mail, found as intake finds them; all due on Friday unless said."""
    found = []
    for place, sentence in enumerate(split_sentences(text)):
        reading = read_sentence(
            sentence.text, previous="", following="", subject=subject, team=TEAM
        )
        for finding in reading.promises[:1]:
            condition = finding.condition.of(sentence.text) if finding.condition else ""
            found.append(
                a_promise(
                    **{
                        "key": f"promise-{place}",
                        "words": sentence.text,
                        "subject": subject,
                        "start": finding.span.start,
                        "end": finding.span.end,
                        "kind": finding.kind,
                        "condition": condition,
                        **changes,
                    }
                )
            )
    return found


def signals_in(text: str, *, is_ours: bool) -> tuple[Signal, ...]:
    sentences = [sentence.text for sentence in split_sentences(text)]
    if not is_ours:
        return customer_signals(sentences)
    return signals_of(
        (one, read_sentence(one, previous="", following="", subject="", team=TEAM))
        for one in sentences
    )


def what_became(text: str, subject: str, *mails: str) -> str:
    """The state after mails in the same conversation; "<" marks one of the customer's.

    "+" behind the mark stands for an attachment. The state gets "?" where it may be kept, and
    the proposed one behind a slash.
    """
    (promise,) = promises_in(text, subject, message_id="<promise@shop.example>")
    promises, notes = [promise], []
    for place, mail in enumerate(mails):
        words = mail.lstrip("<+")
        is_ours = not mail.startswith("<")
        note: MailNote = a_note(
            message_id=f"<{place}@x.example>",
            sent_at=THURSDAY + timedelta(hours=place),
            role=Role.SENT if is_ours else Role.INBOX,
            thread=promise.thread,
            references=(promise.message_id,),
            subject=f"Re: {subject}",
            signals=signals_in(words, is_ours=is_ours),
            has_attachment="+" in mail[:2],
        )
        notes.append(note)
        if is_ours:
            later = {"made_at": note.sent_at, "message_id": note.message_id}
            due_at = FRIDAY + timedelta(days=4)
            promises += [
                a_promise(
                    key=f"{place}-{one.key}",
                    words=one.words,
                    subject=subject,
                    start=one.start,
                    end=one.end,
                    kind=one.kind,
                    due_at=due_at,
                    **later,
                )
                for one in promises_in(words, subject)
            ]
    changes = {change.promise.key: change.promise for change in settle_all(promises, notes)}
    after = changes.get(promise.key, promise)
    proposed = f"/{after.proposed_state}" if after.proposed_state else ""
    return f"{after.state}{'?' if after.is_maybe_kept else ''}{proposed}"


@pytest.mark.parametrize(
    ("promise", "subject", "mails", "became"),
    [
        (
            "I'll send the signed lease over by Friday.",
            "Lease for flat 3",
            ("Please find attached the signed lease.",),
            "kept",
        ),
        (
            "I'll look into the failed import and get back to you by Friday.",
            "Import failing",
            ("The import failed because of a bad header row. I've corrected the file.",),
            "kept",
        ),
        (
            "I'll look into the failed import and get back to you by Friday.",
            "Import failing",
            ("Just a quick note that our engineers are still digging into this.",),
            "open",
        ),
        (
            "I'll send the report by Friday.",
            "Quarterly report",
            ("The report needs another day or two, so you'll have it by Tuesday.",),
            "moved",
        ),
        (
            "We'll ship your order by Friday.",
            "Order 4711",
            ("Our supplier let us down. Your order will now ship on Tuesday.",),
            "moved",
        ),
        (
            "We'll ship your order by Friday.",
            "Order 4711",
            ("Your order has left our warehouse this morning, tracking number 1Z999.",),
            "kept",
        ),
        (
            "I'll call you tomorrow about the quote.",
            "Kitchen quote",
            ("Thanks for your time on the phone just now. The quote is for six units.",),
            "kept",
        ),
        (
            "I'll book you a table for eight by Friday.",
            "Dinner on the 12th",
            ("Your table for eight is booked for 19:30.",),
            "kept",
        ),
        (
            "I'll send you the invoice by Friday.",
            "Invoice",
            ("<Never mind, I found it in my spam folder.",),
            "open/released",
        ),
        (
            "I'll send you the invoice by Friday.",
            "Invoice",
            ("<Ok, thanks.",),
            "open",
        ),
        (
            "I'll send you the replacement part by Friday.",
            "Broken hinge",
            ("<The part arrived today, many thanks!",),
            "open?",
        ),
        (
            "I'll send you the replacement part by Friday.",
            "Broken hinge",
            ("<Thanks, looking forward to it.",),
            "open",
        ),
        (
            "I'll get the refund processed by Friday.",
            "Refund",
            ("Your refund of $45 has gone through.",),
            "kept",
        ),
        (
            "I'll get the refund processed by Friday.",
            "Refund",
            ("Thanks for the photos. Could you also tell me the order number?",),
            "open",
        ),
        (
            "I'll get the refund processed by Friday.",
            "Refund",
            ("I have reset your password as you asked.",),
            "open?",
        ),
        (
            "You'll have a decision from us by Friday.",
            "Your application",
            ("I'm pleased to say that your application was approved.",),
            "kept",
        ),
        (
            "I'll check with the warehouse and let you know.",
            "Blue chairs in stock",
            ("The warehouse has 12 blue chairs left.",),
            "kept",
        ),
        (
            "I'll check with the warehouse and let you know.",
            "Blue chairs in stock",
            ("I heard back from the warehouse: they are sold out until June.",),
            "kept",
        ),
        (
            "I'll fix the login problem by Friday.",
            "Login",
            ("I've fixed the typo on the page. The login problem is still being looked at.",),
            "open?",
        ),
        (
            "I'll fix the login problem by Friday.",
            "Login",
            ("That's fixed now, please try again.",),
            "kept",
        ),
        (
            "I'll fix the login problem by Friday.",
            "Login",
            ("You should be able to log in again. We deployed the fix at noon.",),
            "open?",
        ),
        (
            "I'll lend you the projector on Friday.",
            "Projector",
            ("I'm afraid I can't lend you the projector after all.",),
            "open/released",
        ),
        (
            "The contract will be with you by Friday.",
            "Contract",
            ("Contract attached. Let me know if anything is unclear.",),
            "kept",
        ),
        (
            "I'll forward your CV to the team today.",
            "CV",
            ("I've passed your CV on to the team.",),
            "open?",
        ),
        (
            "I'll call you on Friday.",
            "Your roof",
            ("I couldn't reach you today. I'll call you again on Tuesday.",),
            "moved",
        ),
        (
            "Once you send me the log I'll look into it.",
            "Crash",
            (
                "<+Here is the log.",
                "The log shows that the disk was full. I've freed some space.",
            ),
            "kept",
        ),
        (
            "Once you send me the log I'll look into it.",
            "Crash",
            ("By the way, version 4.2 is out.",),
            "open",
        ),
        (
            "Ben will come by to fix the boiler on Friday.",
            "Boiler",
            ("Ben was with you this morning and the boiler is running again.",),
            "kept",
        ),
        (
            "I'll update the address on your account by Friday.",
            "New address",
            ("Your address has been updated.",),
            "kept",
        ),
        (
            "I'll update the address on your account by Friday.",
            "New address",
            ("I'll do it first thing Monday, promise.",),
            "open",
        ),
        (
            "I'll update the address on your account by Friday.",
            "New address",
            ("Sorry, I didn't get to the address. I'll update it on Monday.",),
            "moved",
        ),
        (
            "I'll get you a price by Friday.",
            "12 windows",
            ("Twelve windows come to 4,300 including fitting.",),
            "kept",
        ),
        (
            "I'll ask our lawyer and come back to you by Friday.",
            "Clause 7",
            ("Our lawyer says clause 7 can stay as it is.",),
            "kept",
        ),
        (
            "We'll have your laptop repaired by Friday.",
            "Laptop",
            ("Your laptop is ready for collection.",),
            "kept",
        ),
        (
            "We'll have your laptop repaired by Friday.",
            "Laptop",
            ("Your laptop arrived at our workshop today.",),
            "open?",
        ),
        (
            "I'll cancel the second booking today.",
            "Double booking",
            ("The second booking is cancelled and you won't be charged.",),
            "kept",
        ),
        (
            "I'll write to you about the deposit by Friday.",
            "Deposit",
            ("About the deposit: we keep 50 for the cleaning and return 450 to you.",),
            "kept",
        ),
        (
            "We'll send an engineer out by Friday.",
            "No heating",
            ("Our engineer called this morning and replaced the valve.",),
            "open?",
        ),
        (
            "I'll send the drawings by Friday.",
            "Drawings",
            ("Did you get my message about the permit?",),
            "open",
        ),
        (
            "We'll deliver the sofa on Friday.",
            "Sofa",
            ("The van broke down, so we can only deliver the sofa on Tuesday.",),
            "moved",
        ),
        (
            "We'll deliver the sofa on Friday.",
            "Sofa",
            ("I hope you like the sofa! The old one was taken to the tip.",),
            "open?",
        ),
    ],
)
def test_what_became_of_it(promise: str, subject: str, mails: tuple[str, ...], became: str) -> None:
    assert what_became(promise, subject, *mails) == became


@pytest.mark.parametrize(
    ("promise", "subject", "mail"),
    [
        (
            "I'll send you the invoice by Friday.",
            "Invoice",
            "I have sent your question to our accountant.",
        ),
        ("I'll send you the invoice by Friday.", "Invoice", "Your parcel was posted this morning."),
        (
            "I'll refund the shipping by Friday.",
            "Order 99",
            "Your replacement was posted this morning.",
        ),
        ("I'll call you on Friday.", "Roof", "The tiles are attached as a picture."),
        (
            "I'll fix the login problem by Friday.",
            "Login",
            "We reproduced the login problem on our side.",
        ),
        (
            "I'll fix the login problem by Friday.",
            "Login",
            "I've asked our developers about the login problem.",
        ),
        (
            "I'll find out about the warranty and let you know by Friday.",
            "Warranty",
            "I've forwarded your question about the warranty to the maker.",
        ),
        (
            "I'll find out about the warranty and let you know by Friday.",
            "Warranty",
            "We're closed on Monday 12 for the holiday.",
        ),
        (
            "I'll find out about the warranty and let you know by Friday.",
            "Warranty",
            "Thanks, I've received your photos.",
        ),
        (
            "You'll have the new cable by Friday.",
            "Cable",
            "The cable has been ordered from the supplier.",
        ),
        ("You'll have the new cable by Friday.", "Cable", "I've added a note to your file."),
        (
            "I'll get back to you by Friday.",
            "Leaking roof",
            "I've passed this on to our engineers, who will contact you.",
        ),
        (
            "I'll get back to you by Friday.",
            "Leaking roof",
            "Thank you for the pictures, they were very clear.",
        ),
        (
            "I'll have your car ready by Friday.",
            "Service",
            "The parts were delivered this morning and we have started work on your car.",
        ),
        (
            "We'll send you the contract by Friday.",
            "Contract",
            "The contract was approved by our board today.",
        ),
        (
            "We'll send you the contract by Friday.",
            "Contract",
            "Attached is the brochure you asked about.",
        ),
        (
            "I'll send the report by Friday.",
            "Report",
            "I'll call you on Tuesday about the meeting.",
        ),
        ("I'll send the report by Friday.", "Report", "I'll send you the agenda on Tuesday."),
        ("I'll send you the tickets by Friday.", "Tickets", "Your seats are booked: row 12."),
    ],
)
def test_another_matter_or_work_in_hand_settles_nothing(
    promise: str, subject: str, mail: str
) -> None:
    assert what_became(promise, subject, mail).startswith("open")


def test_a_moved_promise_names_the_one_that_takes_over() -> None:
    (old,) = promises_in("I'll send the report by Friday.", "Report", message_id="<old@x.example>")
    new_mail = "You'll have it on Tuesday instead."
    (new,) = promises_in(
        new_mail,
        "Report",
        key="new",
        message_id="<new@x.example>",
        made_at=THURSDAY,
        due_at=FRIDAY + timedelta(days=4),
    )
    told = a_note(
        message_id="<new@x.example>",
        sent_at=THURSDAY,
        thread=old.thread,
        references=(old.message_id,),
        signals=signals_in(new_mail, is_ours=True),
    )
    done = a_note(
        message_id="<done@x.example>",
        sent_at=FRIDAY + timedelta(days=1),
        thread=old.thread,
        references=(old.message_id,),
        signals=signals_in("The report is attached.", is_ours=True),
    )
    after = {one.promise.key: one.promise for one in settle_all([old, new], [told, done])}
    assert (after[old.key].state, after[old.key].moved_to) == (State.MOVED, "new")
    assert (after["new"].state, after["new"].moved_from) == (State.KEPT, old.key)
