"""Who is at the keyboard, for the history of a promise."""

import getpass
import os
from collections.abc import Callable


def user_name(look_up: Callable[[], str] = getpass.getuser) -> str:
    """The user's login name; "uid 1234" where the system knows none, as in many containers."""
    try:
        return look_up()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
