"""The update of a parameter, as the rule of updating has it: gradient descent, momentum or Adam, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from ..formula.tree import Expression, Power, Quantity, root
from ..networks.by_name import Parameter
from ..networks.names import RATE, Symbol, edge_name, gradient, updated
from ..networks.optimisers import Momentum, after
from ..words.catalogue import say
from .book import Book


def write_update(book: Book, known: Parameter) -> None:
    """How a parameter gets its new value."""
    name, old = known.name, Quantity(known.name)
    edges = tuple(edge_name(use) for use in known.uses)
    optimiser = book.exercise.optimiser
    if name in book.exercise.frozen:
        book.add(updated(name), "update", old, say("steps.frozen", parameter=name), edges=edges)
        return
    rate, slope = book.quantity(RATE), book.quantity(gradient(name))
    if optimiser is None:
        moved: Expression = old - rate * slope
        book.add(updated(name), "update", moved, say("steps.update", parameter=name), edges=edges)
    elif isinstance(optimiser, Momentum):
        velocity = book.quantity(Symbol("velocity", parameter=name))
        carried = book.quantity(Symbol("setting", parameter="momentum")) * velocity - rate * slope
        sentence = say("steps.velocity", parameter=name)
        after_it = book.add(Symbol("velocity_new", parameter=name), "memory", carried, sentence, edges=edges)
        book.add(updated(name), "update", old + after_it, say("steps.update_velocity", parameter=name), edges=edges)
    else:
        _adam(book, name, edges)


def _adam(book: Book, name: str, edges: Sequence[str]) -> None:
    old, rate, slope = Quantity(name), book.quantity(RATE), book.quantity(gradient(name))
    corrected = []
    for n, kind, taken in ((1, "first", slope), (2, "second", Power(slope, 2))):
        beta, power = (book.quantity(s) for s in (Symbol("setting", parameter=f"beta_{n}"), Symbol(f"power_{n}")))
        grown = book.add(after(Symbol(f"power_{n}")), "memory", power * beta, say("steps.power", n=n))
        one = Symbol(kind, parameter=name)
        mixed = beta * book.quantity(one) + (1 - beta) * taken
        mean = book.add(after(one), "memory", mixed, say(f"steps.{kind}_moment", parameter=name), edges=edges)
        sentence = say("steps.moment_corrected", beta=n)
        hat = Symbol(f"{kind}_hat", parameter=name)
        corrected.append(book.add(hat, "memory", mean / (1 - grown), sentence, edges=edges))
    first, second = corrected
    epsilon = book.quantity(Symbol("setting", parameter="epsilon"))
    moved = old - rate * (first / (root(second) + epsilon))
    book.add(updated(name), "update", moved, say("steps.update_adam", parameter=name), edges=edges)
