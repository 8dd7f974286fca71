"""Parts of the configuration file that stand alone; `app.config` puts them together."""

from promisekeeper.app.configtable import Table
from promisekeeper.app.settings import OutboxConfig


def read_outbox(table: Table) -> OutboxConfig:
    """The caps on all sending, and what opens the circuit breaker."""
    default = OutboxConfig()
    return OutboxConfig(
        per_hour=table.number("per_hour", default.per_hour, low=1),
        per_recipient_per_day=table.number(
            "per_recipient_per_day", default.per_recipient_per_day, low=1
        ),
        per_customer_per_day=table.number(
            "per_customer_per_day", default.per_customer_per_day, low=1
        ),
        failures_per_hour=table.number("failures_per_hour", default.failures_per_hour, low=1),
        flood_per_hour=table.number("flood_per_hour", default.flood_per_hour, low=1),
    )
