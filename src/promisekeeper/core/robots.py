"""Was a mail written by a machine?"""

import re

from promisekeeper.core.message import Message

COMMENT = re.compile(r"\([^()]{0,200}\)")


def auto_submitted(value: str) -> str:
    """The keyword of an Auto-Submitted header, lower case, without comments and parameters.

    RFC 3834, sections 5.1 and 5.2; "no" where the header is empty.
    """
    return COMMENT.sub(" ", value[:500]).partition(";")[0].strip().lower() or "no"


def is_automatic(message: Message) -> bool:
    """Whether a mail says of itself that no person wrote it (RFC 3834, section 5).

    Such a mail lies in a sent folder too: an absence notice, a ticket system's receipt.
    """
    return auto_submitted(message.header("auto-submitted")) != "no"
