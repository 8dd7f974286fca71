"""What every form of the memory owes the acknowledgements: noted once, decided once, counted."""

from dataclasses import replace
from datetime import timedelta

from builders import CUSTOMER, FRIDAY, MONDAY, THURSDAY, a_batch, a_letter, a_note, a_receipt
from promisekeeper.core.ackrecords import AckCounts, Receipt, ReceiptStage
from promisekeeper.core.mail import Role
from promisekeeper.core.records import Round
from promisekeeper.flows.ports import Store


def sent(receipt: Receipt, minutes: int = 0) -> Receipt:
    at = MONDAY + timedelta(minutes=minutes)
    return replace(receipt, stage=ReceiptStage.SENT, decided_at=at, letter_key="ack/1")


class ReceiptContract:
    """Form mails."""

    def test_receipt_is_kept_whole_and_once(self, store: Store) -> None:
        receipt = a_receipt(references=("<a@x>", "<b@x>"), is_upset=True, name="Zoë 'Z' Lund")
        store.record(a_batch(receipts=(receipt,)))
        store.record(a_batch(receipts=(replace(receipt, name="Other"),)))
        assert store.pending_receipts(10) == (receipt,)

    def test_receipts_wait_in_the_order_in_which_they_came(self, store: Store) -> None:
        many = tuple(a_receipt(message_id=f"<{n}@x>") for n in range(5))
        store.record(a_batch(receipts=many))
        assert store.pending_receipts(3) == many[:3]

    def test_receipt_is_decided_once(self, store: Store) -> None:
        receipt = a_receipt()
        store.record(a_batch(receipts=(receipt,)))
        assert store.close_round(Round(receipts=(sent(receipt),), letters=(a_letter(),)), MONDAY)
        again = Round(receipts=(sent(receipt),), letters=(a_letter(dedupe_key="2"),))
        assert not store.close_round(again, MONDAY)
        assert len(store.letters()) == 1
        assert store.pending_receipts(10) == ()

    def test_receipt_that_never_was_stops_the_round(self, store: Store) -> None:
        decided = Round(receipts=(sent(a_receipt()),), letters=(a_letter(),))
        assert not store.close_round(decided, MONDAY)
        assert store.letters() == ()

    def test_counts_are_by_mailbox_domain_and_thread(self, store: Store) -> None:
        first = a_receipt(address="Pia+1@client.example", thread="<t>")
        other = a_receipt(message_id="<2@x>", address="bo@client.example", thread="<u>")
        waits = a_receipt(message_id="<3@x>", address="pia@client.example", thread="<v>")
        store.record(a_batch(receipts=(first, other, waits)))
        store.close_round(Round(receipts=(sent(first, 0), sent(other, 70))), MONDAY)
        asked = a_receipt(message_id="<4@x>", address="pia@client.example", thread="<t>")
        soon = MONDAY + timedelta(minutes=10)
        assert store.ack_counts(asked, soon) == AckCounts(
            thread=1, address_hour=1, address_day=1, domain_hour=2, minute=1
        )
        later = MONDAY + timedelta(minutes=80)
        assert store.ack_counts(asked, later) == AckCounts(thread=1, address_day=1, domain_hour=1)
        assert store.ack_counts(asked, MONDAY + timedelta(days=2)) == AckCounts(thread=1)
        assert store.receipts_since(MONDAY + timedelta(minutes=60)) == 1

    def test_refused_ones_count_for_nothing(self, store: Store) -> None:
        receipt = a_receipt()
        store.record(a_batch(receipts=(receipt,)))
        refused = replace(receipt, stage=ReceiptStage.REFUSED, reason="spam", decided_at=MONDAY)
        store.close_round(Round(receipts=(refused,)), MONDAY)
        assert store.ack_counts(receipt, MONDAY) == AckCounts()

    def test_decision_marks_the_visitor_as_news(self, store: Store) -> None:
        receipt = a_receipt()
        store.record(a_batch(receipts=(receipt,)))
        store.close_round(Round(receipts=(sent(receipt),)), MONDAY)
        assert CUSTOMER in store.unsettled()

    def test_addresses_by_the_mails_that_forms_sent(self, store: Store) -> None:
        nobody = a_receipt(message_id="<2@x>", address="", reason="no-address")
        store.record(a_batch(receipts=(a_receipt(), nobody)))
        asked = ["<form-1@site.example>", "<2@x>", "<other@x>"]
        assert store.receipt_addresses(asked) == {"<form-1@site.example>": CUSTOMER}
        assert store.receipt_addresses([]) == {}

    def test_visitors_by_the_addresses_to_answer_to(self, store: Store) -> None:
        receipt = a_receipt()
        note = a_note(
            message_id=receipt.message_id, role=Role.INBOX, customers=(CUSTOMER, "home@x.example")
        )
        other = a_note(message_id="<5@x>", role=Role.INBOX, customers=("home@y.example",))
        store.record(a_batch(notes=(note, other), receipts=(receipt,)))
        assert store.visitors_at(["home@x.example", "home@y.example"]) == {CUSTOMER}
        assert store.visitors_at([]) == frozenset()

    def test_last_answer_is_a_persons_to_that_address(self, store: Store) -> None:
        first = a_note(message_id="<1@x>", sent_at=MONDAY)
        later = a_note(message_id="<2@x>", sent_at=THURSDAY)
        robot = a_note(message_id="<3@x>", sent_at=FRIDAY, is_automatic=True)
        theirs = a_note(message_id="<4@x>", sent_at=FRIDAY, role=Role.INBOX)
        store.record(a_batch(notes=(first, later, robot, theirs)))
        assert store.last_answer(CUSTOMER) == THURSDAY
        assert store.last_answer("other@x.example") is None

    def test_settings_are_remembered_and_forgotten(self, store: Store) -> None:
        assert store.ack_setting("enabled_at") == ""
        store.set_ack_setting("enabled_at", "now")
        store.set_ack_setting("enabled_at", "later")
        assert store.ack_setting("enabled_at") == "later"
        store.set_ack_setting("enabled_at", "")
        assert store.ack_setting("enabled_at") == ""
