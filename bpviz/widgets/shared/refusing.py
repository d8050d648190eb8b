"""Our own sentences as errors that traitlets knows how to undo, and traits that are checked by our own functions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import traitlets


class RefusedValue(traitlets.TraitError, ValueError):
    """A value that a trait does not take; traitlets undoes what it held back together with it."""


class RefusedType(traitlets.TraitError, TypeError):
    """The same, for a value of the wrong type."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a ValueError or TypeError into one that is a TraitError too."""
    try:
        yield
    except TypeError as error:
        raise RefusedType(str(error)) from None
    except ValueError as error:
        raise RefusedValue(str(error)) from None


class Checked(traitlets.TraitType[Any, Any]):
    """A trait that the page shares: it takes what `check(widget, value)` returns, an error changes nothing."""

    def __init__(self, default: Any, check: Callable[[Any, Any], Any]) -> None:
        super().__init__(default)
        self.check = check
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        """The value as `check` returns it."""
        with refusing():
            return self.check(obj, value)


class Kept(traitlets.TraitType[Any, Any]):
    """A list or dict that the page shares, and that an equal one leaves alone.

    traitlets looks no further at what equals what is there; but False equals 0, and must not take its place.
    """

    def __init__(self, default: Any) -> None:
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        """The value, or the one that is there."""
        there = obj._trait_values.get(self.name)
        try:
            return there if isinstance(value, (list, tuple, dict)) and value == there else value
        except ValueError:  # arrays are in it, which have no one answer
            return value
