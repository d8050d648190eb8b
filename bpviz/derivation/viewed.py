"""What shows itself as text, LaTeX and MathML, each view with the same digits."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

View = TypeVar("View")


class Viewed(ABC, Generic[View]):
    """Steps that show themselves.  A class says by which views, and what it hands to them."""

    views: ClassVar[Mapping[str, View]]

    @abstractmethod
    def _view(self, view: View, digits: int) -> str: ...

    def text(self, digits: int = 6) -> str:
        """The steps as plain text, a line each; what ``print`` shows."""
        return self._view(self.views["text"], digits)

    def latex(self, digits: int = 6) -> str:
        """The steps as LaTeX: one ``aligned`` block."""
        return self._view(self.views["latex"], digits)

    def mathml(self, digits: int = 6) -> str:
        """The steps as native MathML: one table, a row for each equals sign."""
        return self._view(self.views["mathml"], digits)

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"
