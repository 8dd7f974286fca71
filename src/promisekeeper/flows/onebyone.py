"""One thing after the other, where a broken template of one holds up none of the rest."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from promisekeeper.errors import TemplateError

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def one_by_one(things: Iterable[Thing], act: Callable[[Thing], Result]) -> list[Result]:
    """Do it for each thing, also after one that a template of the user's own cannot put into words.

    Raises:
        TemplateError: The first there was; everything else is done by then.
    """
    done: list[Result] = []
    faults: list[TemplateError] = []
    for thing in things:
        try:
            done.append(act(thing))
        except TemplateError as error:
            faults.append(error)
    if faults:
        raise faults[0]
    return done
