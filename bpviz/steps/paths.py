"""The chain rule path by path: a product for every way from a parameter to the error, and what gathers them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..formula.tree import Expression, Quantity, add_all, multiply_all
from ..networks.by_name import Parameter
from ..networks.names import Station, Symbol, edge_name, parameter, ratio, station_name
from ..words.catalogue import say
from .book import Book
from .deltas import delta, delta_times_input, gradient_from_deltas, needed_for, write_deltas
from .factors import error_by_output, net_by_output, net_by_parameter, slope

#: More paths than this are not written one by one.
MOST_PATHS = 32


def places_of(known: Parameter) -> list[tuple[int, int]]:
    """The units that a parameter works into, as (layer, unit)."""
    return list(dict.fromkeys((use.layer, use.to) for use in known.uses))


def routes(book: Book, layer: int, j: int) -> Iterator[tuple[Station, ...]]:
    """Every way from net_j of a layer to the net input of an output."""
    if layer == book.net.depth:
        yield (Station(layer, j, j),)
        return
    for i in book.coupled(layer, j):
        for k in range(book.net.sizes[layer + 1]):
            for rest in routes(book, layer + 1, k):
                yield (Station(layer, j, i), *rest)


def factors_along(book: Book, route: Sequence[Station]) -> list[Quantity]:
    """The factors along a route, from the error back to its first net input."""
    last, j = book.net.depth, route[-1].net
    if book.net.activations[-1].elementwise and book.pair is None:
        factors = [error_by_output(book, j), slope(book, last, j, j)]
    else:
        factors = [delta(book, last, j)]
    for here, ahead in reversed(list(pairwise(route))):
        factors += [net_by_output(book, ahead.layer, ahead.net, here.out), slope(book, here.layer, here.out, here.net)]
    return factors


def write_one(book: Book, known: Parameter) -> list[tuple[str, ...]]:
    """The derivation of one parameter for one sample: factors, paths, their sum, and the deltas.

    Returns the names of the factors along each path; none where there are too many paths to write.
    """
    net, places, name = book.net, places_of(known), known.name
    gradient = ratio(book.loss, parameter(name))
    n_paths = sum(net.paths_from(layer) for layer, _ in places)
    if n_paths > MOST_PATHS:
        write_deltas(book, needed_for(book, places))
        gradient_from_deltas(book, known, say("steps.gradient_many", n=n_paths, parameter=name))
        return []
    paths: list[tuple[str, ...]] = []
    terms: list[Expression] = []
    for layer, j in places:
        for route in routes(book, layer, j):
            factors = [*factors_along(book, route), net_by_parameter(book, known, layer, j)]
            paths.append(tuple(factor.name for factor in factors))
            whole = n_paths == 1
            along = say("steps.and").join(station_name(net.sizes, stop, drawn=True) for stop in route)
            term = book.add(
                gradient if whole else ratio(book.loss, parameter(name), "path", route),
                "gradient" if whole else "path",
                multiply_all(list(factors)),
                say("steps.gradient_product" if whole else "steps.path", parameter=name, route=along),
                **book.touched(factors),
            )
            terms.append(term)
    if n_paths > 1:
        sentence = say("steps.gradient_paths", parameter=name, n=n_paths)
        book.add(gradient, "gradient", add_all(terms), sentence, **book.touched(terms))
    write_deltas(book, needed_for(book, places))
    _gather(book, known, places)
    return paths


def _gather(book: Book, known: Parameter, places: Sequence[tuple[int, int]]) -> None:
    """The same gradient once more, from the deltas."""
    net = book.net
    book.add(
        ratio(book.loss, parameter(known.name), "gathered"),
        "gathered",
        delta_times_input(book, known),
        say("steps.gathered", units=say("steps.and").join(net.drawn_unit(layer, j) for layer, j in places)),
        nodes=tuple(net.unit(layer, j) for layer, j in places),
        edges=tuple(edge_name(use) for use in known.uses),
    )


def symbols_of(book: Book, name: str) -> Iterator[Symbol]:
    """What only the derivation of that one parameter has: its factors, its paths, and what gathers them."""
    by = parameter(name)
    places = places_of(book.net.parameters[name])
    yield ratio(book.loss, by, "gathered")
    for layer, j in places:
        yield ratio(book.symbol("net", layer, j), by)
        if sum(book.net.paths_from(layer) for layer, _ in places) <= MOST_PATHS:
            yield from (ratio(book.loss, by, "path", route) for route in routes(book, layer, j))
