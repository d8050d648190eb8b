"""Our own sentences as errors that traitlets knows how to undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
