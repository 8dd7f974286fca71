"""Was a mail written by a machine?"""

import pytest

from builders import MONDAY
from promisekeeper.core.message import Address, Message
from promisekeeper.core.robots import is_automatic


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", False),
        ("no", False),
        ("No (a person)", False),
        ("no; owner=x", False),
        ("auto-replied", True),
        ("AUTO-Generated (nightly)", True),
        ("(comment) auto-replied; owner-email=x", True),
    ],
)
def test_auto_submitted(value: str, expected: bool) -> None:
    message = Message(
        message_id="<1@a.example>",
        sent_at=MONDAY,
        sender=Address(),
        headers={"auto-submitted": (value,)} if value else {},
    )
    assert is_automatic(message) is expected
