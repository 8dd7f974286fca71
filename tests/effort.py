"""How much work a call is, for laws such as "hostile input costs little more than plain input"."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# A machine that others share is slow for a second at a time; in so many turns each has a quick one.
TURNS = 9


def effort(function: Callable[[T], object], argument: T) -> float:
    """The least processor seconds of nine calls; other processes do not count.

    Nor does the collector of garbage, which would count what the other tests left behind.
    """
    return efforts(function, argument)[0]


def efforts(function: Callable[[T], object], *arguments: T) -> list[float]:
    """The effort for each argument, called in turns: what slows the machine down slows all."""
    seconds: list[list[float]] = [[] for _ in arguments]
    gc.disable()
    try:
        for _ in range(TURNS):
            for argument, spent in zip(arguments, seconds, strict=True):
                started = time.process_time()
                function(argument)
                spent.append(time.process_time() - started)
    finally:
        gc.enable()
    return [min(spent) for spent in seconds]
