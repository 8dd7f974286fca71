"""May updates go out by themselves? Only after a person has seen what they would have said.

What was previewed and enabled is remembered in the ledger, under a fingerprint of all settings
that the letters depend on: after a change they wait for a person again, until the next preview.
"""

from dataclasses import replace
from datetime import datetime

from promisekeeper.core.records import Mark, Round
from promisekeeper.errors import InputError
from promisekeeper.flows.ports import Store
from promisekeeper.flows.updaterules import UpdateRules


def note_preview(store: Store, fingerprint: str, now: datetime) -> None:
    """A person was shown every letter that would have gone out."""
    store.close_round(Round(marks=(Mark(name=_previewed(fingerprint), at=now),)), now)


def enable(store: Store, fingerprint: str, now: datetime) -> None:
    """Let updates go out announced, with these settings.

    Raises:
        InputError: Nobody has seen a preview with these settings.
    """
    if not store.marked([_previewed(fingerprint)]):
        raise InputError(
            "look at 'promisekeeper updates preview' first: it shows every letter that would have"
            " gone out, with the settings as they are now"
        )
    store.close_round(Round(marks=(Mark(name=_enabled(fingerprint), at=now),)), now)


def is_enabled(store: Store, fingerprint: str) -> bool:
    """Whether updates may go out by themselves with these settings."""
    return bool(store.marked([_enabled(fingerprint)]))


def in_force(rules: UpdateRules, store: Store) -> UpdateRules:
    """The rules as they hold now: each update waits for a person's word until enabled."""
    if rules.is_auto and not is_enabled(store, rules.fingerprint):
        return replace(rules, is_auto=False)
    return rules


def _previewed(fingerprint: str) -> str:
    return f"updates previewed/{fingerprint}"


def _enabled(fingerprint: str) -> str:
    return f"updates enabled/{fingerprint}"
