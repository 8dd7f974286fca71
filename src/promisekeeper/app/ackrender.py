"""Form mail as stable JSON fields."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promisekeeper.app.ackpreview import Previewed
    from promisekeeper.core.ackrecords import Receipt


def preview_fields(line: "Previewed") -> dict[str, Any]:
    """One inbound mail, with what would have become of it."""
    return {
        "message_id": line.message_id,
        "ack": line.ack,
        "reason": line.reason,
        "source": line.source or None,
        "to": line.to or None,
        "name": line.name or None,
        "form": line.form or None,
        "date": line.sent_at.isoformat(),
    }


def receipt_fields(receipt: "Receipt") -> dict[str, Any]:
    """One form mail, with what became of it."""
    return {
        "message_id": receipt.message_id,
        "received_at": receipt.received_at.isoformat(),
        "form": receipt.form,
        "address": receipt.address or None,
        "name": receipt.name or None,
        "matter": receipt.matter or None,
        "stage": receipt.stage.value,
        "reason": receipt.reason or None,
        "source": receipt.source or None,
        "decided_at": receipt.decided_at.isoformat() if receipt.decided_at else None,
    }
