"""The delta recursion, unit by unit: BP1 for an output, BP2 for a hidden unit, BP3 and BP4 for what they lead to."""

from collections.abc import Collection, Mapping, Sequence

from ..formula.tree import Expression, Quantity, add_all
from ..networks.by_name import Parameter
from ..networks.names import LOSS_NODE, Use, edge_name, loss_edge, parameter, ratio
from ..words.catalogue import say
from .book import Book
from .factors import error_by_output, multiplied, slope


def delta(book: Book, layer: int, j: int) -> Quantity:
    """dE/dnet of a unit, and before it whatever it is made from."""
    net, f, symbol = book.net, book.net.activations[layer - 1], book.symbol("delta", layer, j)
    if book.has(symbol):
        return book.quantity(symbol)
    is_output = layer == net.depth
    products: list[Expression] = []
    for i in book.coupled(layer, j):
        upstream = error_by_output(book, i) if is_output else error_sent_back(book, layer, i)
        products.append(upstream * slope(book, layer, i, j))
    chain_rule = add_all(products)
    pair = book.pair if is_output else None
    kind = "fused" if pair else "softmax" if not f.elementwise else "output" if is_output else "hidden"
    nets, outs, targets = book.layer("net", layer), book.layer("out", layer), book.layer("target", net.depth)
    return book.add(
        symbol,
        "delta",
        pair.delta_of(nets, outs, targets, j) if pair else chain_rule,
        say(f"steps.delta_{kind}", unit=net.drawn_unit(layer, j), activation=f, loss=net.loss),
        nodes=(net.unit(layer, j), LOSS_NODE) if is_output else (net.unit(layer, j),),
        edges=(loss_edge(j),) if is_output else (),
        before=chain_rule if pair else None,
    )


def error_sent_back(book: Book, layer: int, i: int) -> Quantity:
    """dE/dout of a hidden unit: each delta ahead times the weight that leads there."""
    net, ahead = book.net, range(book.net.sizes[layer + 1])
    uses = [Use(layer + 1, k, i) for k in ahead]
    return book.add(
        ratio(book.loss, book.symbol("out", layer, i)),
        "delta",
        add_all([Quantity(net.name_at(use)) * delta(book, layer + 1, use.to) for use in uses]),
        say("steps.dE_dout_hidden", unit=net.drawn_unit(layer, i)),
        nodes=(net.unit(layer, i), *(net.unit(layer + 1, k) for k in ahead)),
        edges=tuple(edge_name(use) for use in uses),
    )


def write_deltas(book: Book, needed: Mapping[int, Collection[int]]) -> None:
    """The deltas of these units, by layer, the last layer first."""
    for layer in sorted(needed, reverse=True):
        for j in sorted(needed[layer]):
            delta(book, layer, j)


def needed_for(book: Book, places: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    """The units whose delta is needed for the gradient at these places: also all units of every later layer."""
    sizes, lowest = book.net.sizes, min(layer for layer, _ in places)
    needed = {layer: set(range(sizes[layer])) for layer in range(lowest + 1, len(sizes))}
    needed[lowest] = {j for layer, j in places if layer == lowest}
    return needed


def delta_times_input(book: Book, known: Parameter) -> Expression:
    """BP3 and BP4: the delta of each place times what the parameter multiplies there, added up."""
    terms: list[Expression] = []
    for use in known.uses:
        here = book.of("delta", use.layer, use.to)
        terms.append(here if use.source is None else here * multiplied(book, use))
    return add_all(terms)


def gradient_from_deltas(book: Book, known: Parameter, sentence: str | None = None) -> None:
    """The gradient of a parameter, from deltas that are written."""
    net = book.net
    units = [net.unit(use.layer, use.to) for use in known.uses]
    first = net.drawn_unit(known.uses[0].layer, known.uses[0].to)
    key = "steps.gradient_delta" if len(units) == 1 else "steps.gradient_deltas"
    book.add(
        ratio(book.loss, parameter(known.name)),
        "gradient",
        delta_times_input(book, known),
        sentence or say(key, units=first, n=len(units), parameter=known.name),
        nodes=tuple(dict.fromkeys(units)),
        edges=tuple(edge_name(use) for use in known.uses),
    )
