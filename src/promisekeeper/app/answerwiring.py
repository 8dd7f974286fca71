"""Config -> where answers to our letters come in, and how they are dealt with."""

from functools import partial

from promisekeeper.app.daemonparts import Watch
from promisekeeper.app.mailboxes import open_mailbox
from promisekeeper.app.rules import team_of
from promisekeeper.app.settings import Config
from promisekeeper.app.wiring import texts_of
from promisekeeper.core.mail import Role
from promisekeeper.flows.replies import ReplyRules

# No account's folder is called so: theirs have a slash.
CONTROL_FOLDER = "control"


def reply_rules(config: Config) -> ReplyRules | None:
    """How mail at the control address is dealt with; None where nothing could be sent from it.

    Raises:
        ConfigError: A part is configured wrongly.
    """
    if config.smtp is None or not config.control_address:
        return None
    return ReplyRules(
        team=team_of(config),
        texts=texts_of(config),
        control=config.control_address,
        authserv_id=config.authserv_id,
        lead=config.lead.lower() if "@" in config.lead else config.lead,
        language=config.language,
        takes_tags=config.control.takes_tags,
    )


def hears(config: Config, account: str, role: Role) -> bool:
    """Whether answers may lie in a folder of an account, between its other mail."""
    control = config.control
    if role is not Role.INBOX or control.mailbox is not None:
        return False
    return control.account in ("", account)


def control_watch(config: Config) -> tuple[Watch, ...]:
    """The watch of the control address's own mailbox, where it has one."""
    mailbox = config.control.mailbox
    if mailbox is None or config.smtp is None:
        return ()
    return (
        Watch(
            folder=CONTROL_FOLDER,
            role=Role.INBOX,
            open_mailbox=partial(open_mailbox, mailbox),
            takes_mail=False,
            hears=True,
        ),
    )
