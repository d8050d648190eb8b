"""The factors of the chain rule, one arrow each: dE/dout, dout/dnet, dnet/dout, dnet/dw."""

from ..formula.tree import Expression, Number, Quantity, Stable, add_all
from ..networks.by_name import Parameter
from ..networks.names import LOSS_NODE, Use, edge_name, loss_edge, parameter, ratio
from ..words.catalogue import say
from .book import Book


def error_by_output(book: Book, j: int) -> Quantity:
    """dE/dout of an output unit."""
    net, depth, pair = book.net, book.net.depth, book.pair
    nets, outs, targets = (book.layer(kind, depth) for kind in ("net", "out", "target"))
    shown = net.loss.derivative(outs[j], targets[j], net.sizes[-1])
    return book.add(
        ratio(book.loss, book.symbol("out", depth, j)),
        "local",
        shown if pair is None else Stable(shown, pair.slope_of(nets, targets, j)),
        say("steps.dE_dout", unit=net.drawn_unit(depth, j)),
        nodes=(net.unit(depth, j), LOSS_NODE),
        edges=(loss_edge(j),),
    )


def slope(book: Book, layer: int, i: int, j: int) -> Quantity:
    """d(out_i)/d(net_j) within a layer."""
    net, f = book.net, book.net.activations[layer - 1]
    unit, other = net.drawn_unit(layer, j), net.drawn_unit(layer, i)
    note = say("steps.flat", unit=unit) if f.name == "hard_limit" else None
    kink = None
    if f.kink is not None:
        kink = net.name_of(book.symbol("net", layer, j)), say("steps.at_kink", unit=unit, reason=f.kink)
        if book.values[kink[0]] == 0:
            note = kink[1]
    return book.add(
        ratio(book.symbol("out", layer, i), book.symbol("net", layer, j)),
        "local",
        f.local(book.layer("net", layer), book.layer("out", layer), i, j),
        say("steps.dout_dnet" if i == j else "steps.dout_dnet_across", unit=unit, other=other, activation=f),
        nodes=tuple(dict.fromkeys((net.unit(layer, j), net.unit(layer, i)))),
        note=note,
        kink=kink,
    )


def net_by_output(book: Book, layer: int, k: int, i: int) -> Quantity:
    """d(net_k of a layer)/d(out_i of the layer before): the weight between them."""
    net, use = book.net, Use(layer, k, i)
    return book.add(
        ratio(book.symbol("net", layer, k), book.symbol("out", layer - 1, i)),
        "local",
        Quantity(net.name_at(use)),
        say("steps.dnet_dout", unit=net.drawn_unit(layer, k), source=net.drawn_unit(layer - 1, i)),
        nodes=(net.unit(layer - 1, i), net.unit(layer, k)),
        edges=(edge_name(use),),
    )


def net_by_parameter(book: Book, known: Parameter, layer: int, j: int) -> Quantity:
    """d(net_j)/d(parameter): what the parameter multiplies there, 1 for a bias."""
    net = book.net
    uses = [use for use in known.uses if (use.layer, use.to) == (layer, j)]
    key = "steps.dnet_dbias" if known.is_bias else "steps.dnet_dweight"
    return book.add(
        ratio(book.symbol("net", layer, j), parameter(known.name)),
        "local",
        add_all([multiplied(book, use) for use in uses]),
        say(key, unit=net.drawn_unit(layer, j), parameter=known.name),
        nodes=(*(net.unit(layer - 1, use.source) for use in uses if use.source is not None), net.unit(layer, j)),
        edges=tuple(edge_name(use) for use in uses),
    )


def multiplied(book: Book, use: Use) -> Expression:
    """What a parameter multiplies in one of its places."""
    return Number(1) if use.source is None else book.out(use.layer - 1, use.source)
