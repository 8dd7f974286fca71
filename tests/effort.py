"""How much work a call is, for laws such as "hostile input costs little more than plain input"."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def effort(function: Callable[[T], object], argument: T) -> float:
    """The least processor seconds of three calls; other processes do not count."""
    seconds: list[float] = []
    for _ in range(3):
        started = time.process_time()
        function(argument)
        seconds.append(time.process_time() - started)
    return min(seconds)
