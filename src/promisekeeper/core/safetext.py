"""A stranger's text, made fit to stand in a header or on a terminal."""

import re

MAX_CHARACTERS = 200
# C0 and C1 controls, line and paragraph separators, bidi marks, lone surrogates.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


def safe_text(raw: str, limit: int = MAX_CHARACTERS) -> str:
    """A stranger's text made fit for a header or a terminal: one line, no controls.

    A literal `=?` is broken up, or a reader might decode it once more.
    """
    if raw.isprintable() and len(raw) <= limit and "=?" not in raw and "  " not in raw:
        return raw.strip()
    flat = UNSAFE.sub(" ", raw[: limit * 10]).replace("=?", "= ?")
    return " ".join(flat.split())[:limit].strip()
