"""How much work a call is, for laws such as "hostile input costs little more than plain input"."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def effort(function: Callable[[T], object], argument: T) -> float:
    """The least processor seconds of five calls; other processes do not count.

    Nor does the collector of garbage, which would count what the other tests left behind.
    """
    seconds: list[float] = []
    gc.disable()
    try:
        for _ in range(5):
            started = time.process_time()
            function(argument)
            seconds.append(time.process_time() - started)
    finally:
        gc.enable()
    return min(seconds)
