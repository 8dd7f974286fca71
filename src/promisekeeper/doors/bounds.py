"""How much of one mail is ever held in memory."""

HEADER_CAP = 65_536
BODY_CAP = 524_288
PAGE_CAP = 16_777_216


def cut(block: bytes, cap: int) -> bytes:
    """A block of lines, shortened to whole lines where it reaches the cap."""
    if len(block) < cap:
        return block
    end = block.rfind(b"\n", 0, cap) + 1
    return block[: end or cap]


def bounded(raw: bytes, body_cap: int = BODY_CAP) -> bytes:
    """A mail with its header block and its body each cut at their cap."""
    # Nearly all are within both, and stay the bytes that they are.
    split = _begin_of_body(raw, HEADER_CAP)
    if 0 < split < HEADER_CAP and len(raw) - split < body_cap:
        return raw
    split = _begin_of_body(raw, len(raw)) or len(raw)
    return joined(raw[:split], raw[split:], body_cap)


def _begin_of_body(raw: bytes, end: int) -> int:
    """Where the first gap between header and body ends; 0 where none is before `end`."""
    ends = [(raw.find(gap, 0, end), len(gap)) for gap in (b"\r\n\r\n", b"\n\n")]
    return min(((at, at + length) for at, length in ends if at >= 0), default=(0, 0))[1]


def joined(header: bytes, body: bytes, body_cap: int = BODY_CAP) -> bytes:
    """A mail of a header block, as far as it was read, and the body that follows it."""
    head = cut(header, HEADER_CAP)
    if len(head) < len(header) or not head.endswith((b"\n\n", b"\n\r\n")):
        newline = b"\r\n" if b"\r\n" in head else b"\n"
        head = head.rstrip(b"\r\n") + newline * 2 if head.strip() else head
    return head + cut(body, body_cap)
