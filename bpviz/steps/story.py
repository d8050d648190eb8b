"""The order of telling: forward pass, error, chain rule, update; for a batch sample by sample."""

from collections.abc import Callable

from ..formula.tree import Expression, Quantity, Stable, add_all
from ..networks.by_name import Parameter
from ..networks.exercise import Exercise
from ..networks.names import LOSS, LOSS_NODE, Symbol, Use, edge_name, gradient, loss_edge, parameter, ratio
from ..words.catalogue import say
from ..words.progress import with_bar
from .book import Book
from .deltas import gradient_from_deltas, write_deltas
from .paths import write_one
from .rules import write_update
from .step import MANY


def write(exercise: Exercise, wrt: str | None) -> tuple[Book, list[tuple[str, ...]]]:
    """The steps to the gradient of one parameter, or of all, and the factors along each path."""
    book, net = Book(exercise), exercise.network
    for _ in book.samples():
        _forward(book)
        _loss(book)
    if exercise.is_batch:
        _batch_loss(book)
    wanted = list(net.parameters.values()) if wrt is None else [net.parameters[wrt]]
    paths: list[tuple[str, ...]] = []
    for _ in book.samples():
        if wrt is None:
            write_deltas(book, {layer: range(size) for layer, size in enumerate(net.sizes) if layer})
            for known in with_bar(wanted, say("training.gradient"), large=len(wanted) > MANY):
                gradient_from_deltas(book, known)
        else:
            paths += write_one(book, wanted[0])
    for known in wanted:
        if exercise.is_batch:
            write_batch_gradient(book, known)
    for known in wanted:
        if exercise.learning_rate is not None:
            write_update(book, known)
    return book, paths


def _forward(book: Book) -> None:
    net = book.net
    for layer in range(1, net.depth + 1):
        f = net.activations[layer - 1]
        for j in range(net.sizes[layer]):
            write_net(book, layer, j)
            if f.elementwise:
                write_out(book, layer, j)
        if not f.elementwise:
            for j in range(net.sizes[layer]):
                write_out(book, layer, j)


def write_net(book: Book, layer: int, j: int) -> None:
    net = book.net
    uses = [Use(layer, j, i) for i in range(net.sizes[layer - 1])]
    outs = book.outs(layer - 1)
    terms: list[Expression] = [Quantity(net.name_at(use)) * out for use, out in zip(uses, outs, strict=True)]
    has_bias = net.biases[layer - 1] is not None
    if has_bias:
        uses.append(Use(layer, j, None))
        terms.append(Quantity(net.name_at(uses[-1])))
    book.add(
        book.symbol("net", layer, j),
        "net",
        add_all(terms),
        say("steps.net_bias" if has_bias else "steps.net", unit=net.drawn_unit(layer, j)),
        nodes=(*net.layout.units[layer - 1], net.unit(layer, j)),
        edges=tuple(map(edge_name, uses)),
    )


def write_out(book: Book, layer: int, j: int) -> None:
    net, f = book.net, book.net.activations[layer - 1]
    all_units = net.layout.units[layer]
    book.add(
        book.symbol("out", layer, j),
        "out",
        f.output(book.layer("net", layer), j),
        say("steps.out" if f.elementwise else "steps.out_softmax", unit=net.drawn_unit(layer, j), activation=f),
        nodes=(net.unit(layer, j),) if f.elementwise else all_units,
    )


def _loss(book: Book) -> None:
    net, depth, pair = book.net, book.net.depth, book.pair
    nets, outs, targets = (book.layer(kind, depth) for kind in ("net", "out", "target"))
    parts: list[Expression] = []
    for j in range(net.sizes[-1]):
        shown = net.loss.part(outs[j], targets[j], net.sizes[-1])
        part = book.add(
            book.symbol("loss_part", depth, j),
            "loss_part",
            shown if pair is None else Stable(shown, pair.part_of(nets, targets, j)),
            say("steps.loss_part", unit=net.drawn_unit(depth, j)),
            nodes=(net.unit(depth, j), LOSS_NODE),
            edges=(loss_edge(j),),
        )
        parts.append(part)
    sentence = say("steps.loss") if book.sample is None else say("steps.sample_loss", sample=book.sample + 1)
    edges = tuple(loss_edge(j) for j in range(len(parts)))
    book.add(book.loss, "loss", add_all(parts), sentence, nodes=(LOSS_NODE,), edges=edges)


def _over_samples(book: Book, symbol: Callable[[], Symbol]) -> Expression:
    """The mean or sum over the batch of a quantity of each sample."""
    total = add_all([book.quantity(symbol()) for _ in book.samples()])
    return total / book.exercise.n_samples if book.exercise.reduction == "mean" else total


def _batch_loss(book: Book) -> None:
    given = book.exercise
    sentence = say(f"steps.batch_loss_{given.reduction}", n=given.n_samples)
    book.add(LOSS, "loss", _over_samples(book, lambda: book.loss), sentence, nodes=(LOSS_NODE,))


def write_batch_gradient(book: Book, known: Parameter) -> None:
    given = book.exercise
    book.add(
        gradient(known.name),
        "gradient",
        _over_samples(book, lambda: ratio(book.loss, parameter(known.name))),
        say(f"steps.gradient_batch_{given.reduction}", n=given.n_samples),
        edges=tuple(edge_name(use) for use in known.uses),
    )
