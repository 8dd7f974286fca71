"""Measure `core.quoting` on the quote bodies and the mailbox beside the repository.

    python tests/stress/measure_quoting.py [--shared ../shared] [--show N]

Not a test: the bodies belong to other projects and stay outside this repository.
Prints how many texts come out exactly as their projects want them, which promise
sentences of the mailbox are lost, and which quoted sentences survive.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from promisekeeper.core.message import Message
from promisekeeper.core.mime import read_message
from promisekeeper.core.quoting import own_words

FOOTER_MAILS = 3
RECEIVED_AT = datetime(2026, 6, 1, tzinfo=UTC)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--show", type=int, default=0, help="show the first N differences")
    options = parser.parse_args()
    fixtures = options.shared / "mail" / "fixtures"
    measure_trimmer(fixtures / "email_reply_trimmer", options.show)
    measure_talon(fixtures / "talon", options.show)
    measure_mailbox(options.shared / "mailbox", options.show)


def say(text: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{text}\n")


def measure_trimmer(folder: Path, show: int) -> None:
    """Compare with what Discourse's trimmer keeps of its own 64 test mails."""
    exact = put_back = 0
    for path in sorted((folder / "emails").iterdir()):
        want = _plain((folder / "trimmed" / path.name).read_text(encoding="utf-8"))
        words = own_words(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
        got = _plain(words.text)
        exact += got == want
        put_back += got == want or _squeezed(f"{got} {words.signature}").startswith(_squeezed(want))
        if got != want and show > 0:
            show -= 1
            say(f"--- {path.name}\nwant: {want[:300]!r}\ngot:  {got[:300]!r}")
    say(f"trimmer: {exact} of 64 exact; {put_back} if sign-offs that we set apart are put back")


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def measure_talon(folder: Path, show: int) -> None:
    """Compare with the replies in talon's mails and pages; its own tests name the replies."""
    good = total = 0
    for path in sorted((folder / "standard_replies").glob("*.eml")):
        text = read_message(path.read_bytes(), received_at=RECEIVED_AT).text
        special = path.with_name(f"{path.stem}_reply_text")
        want = special.read_text(encoding="utf-8") if special.exists() else "Hello"
        got = own_words(text)
        whole = _squeezed(f"{got.text} {got.signature}")
        is_good = _squeezed(want) in (whole, _squeezed(got.text))
        good, total = good + is_good, total + 1
        if not is_good and show > 0:
            say(f"--- {path.name}\n{got.text[:400]!r} / {got.signature[:200]!r}")
    say(f"talon mails: {good} of {total}")
    good = total = 0
    for path in sorted((folder / "html_replies").glob("*.html")):
        page = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n" + path.read_bytes()
        got = own_words(read_message(page, received_at=RECEIVED_AT).text)
        whole = _squeezed(f"{got.text} {got.signature}")
        is_good = whole.startswith("Hi. I am fine. Thanks, Alex") and len(whole) < 60
        good, total = good + is_good, total + 1
        if not is_good and show > 0:
            say(f"--- {path.name}\n{got.text[:400]!r} / {got.signature[:200]!r}")
    say(f"talon pages: {good} of {total}")


def _mails(folder: Path) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.dev")):
        yield read_message(path.read_bytes(), received_at=RECEIVED_AT)


def measure_mailbox(folder: Path, show: int) -> None:
    """Look for promise sentences lost and for sentences of the parent mails that survive."""
    sent = {mail.message_id: mail for mail in _mails(folder / "Sent")}
    inbox = {mail.message_id: mail for mail in _mails(folder / "INBOX")}
    words = {key: own_words(mail.text) for key, mail in {**inbox, **sent}.items()}
    lost = total = 0
    for line in (folder / "gold" / "promises.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        total += 1
        text = _squeezed(words[gold["message_id"]].text).replace("\u2019", "'")
        if _squeezed(gold["sentence"]).replace("\u2019", "'") not in text:
            lost += 1
            say(f"lost: {gold['sentence']}\n  in: {text[:600]}")
    say(f"mailbox: {lost} of {total} promise sentences lost")
    survivors = 0
    for key, mail in sent.items():
        own = _sentences(words[key].text)
        for parent in mail.references:
            if parent not in words:
                continue
            for sentence in own & _sentences(words[parent].text):
                survivors += 1
                say(f"quoted and kept in {key}: {sentence}")
    say(f"mailbox: {survivors} quoted sentences survive in {len(sent)} mails")
    often = Counter(each for key in sent for each in _sentences(words[key].text))
    footers = [sentence for sentence, count in often.items() if count >= FOOTER_MAILS]
    say(f"mailbox: {len(footers)} sentences stand in {FOOTER_MAILS} mails or more {footers}")
    if show:
        for key, mail in {**sent, **inbox}.items():
            say(
                f"=== {key} {mail.sender.address}\n{words[key].text}\n  ~~ {words[key].signature!r}"
            )


def _sentences(text: str) -> set[str]:
    parts = re.split(r"(?<=[.?!])\s+", _squeezed(text))
    return {part for part in parts if len(part) > 25}


if __name__ == "__main__":
    main()
