"""The stepper on a proof: line by line, with the sentence that says why."""

from html import escape
from typing import Any

import traitlets

from ...derivation.proof import Proof
from ...derivation.theorems import PROOFS, proof
from ...views.mathml import aligned, equals, mathml
from ...views.proofs import line_text, sides
from ...words.catalogue import say
from ...words.validation import one_of
from ..shared.linked import Part, link_rules
from ..shared.refusing import refusing
from .stepped import Stepped


class ProofStepper(Stepped):
    """Step through the proofs of BP1 to BP4.  It is the same page as `Stepper`'s, without a network.

    Parameters
    ----------
    name : str
        The proof to show first: "BP1" to "BP4", or another one that `proof` has.
    notation : str, optional
        Whose letters they are shown in, as for `proof`.

    Attributes
    ----------
    step : int
        The line that is shown, from 0.
    wrt : str
        The name of the proof.

    Examples
    --------
    >>> stepper = ProofStepper("BP2")
    >>> stepper.step = 7
    >>> stepper
    ProofStepper('BP2', line 8 of 8: δ_j^(l) = Σ_{k} w_kj^(l+1)·δ_k^(l+1)·σ'(z_j^(l)))
    """

    _sheets = ("shared/widget", "stepper/stepper", "stepper/proof")

    _link = traitlets.Dict(
        link_rules(
            {"steps": "log", "statement": "chain", "present": ""}, ["step"], parts=[Part("proof", "wrt", list(PROOFS))]
        )
    ).tag(sync=True)

    def __init__(self, name: str = "BP1", notation: str | None = None) -> None:
        one_of(name, "name", PROOFS)
        self._proofs = {known: proof(known, notation).check() for known in PROOFS}
        super().__init__(wrt=name, _title=say("titles.proof"))
        self._parameters = list(PROOFS)
        names: list[str] = []
        labels: list[str] = []
        rows: list[dict[str, Any]] = []
        scripts: dict[str, Any] = {}
        for known, shown in self._proofs.items():
            first = len(rows)
            for n in range(len(shown.lines)):
                names.append(say("snapshots.line", proof=known, line=n + 1))
                labels.append(mathml(sides(shown, n)[0]))
                rows.append(_row(shown, n))
            scripts[known] = {"steps": list(range(first, len(rows))), "start": 0, "chain": _statement(shown)}
        self._names, self._labels, self._rows, self._scripts = names, labels, rows, scripts
        self._headings = [say("phases.proof")]

    @property
    def proof(self) -> Proof:
        """The proof that is shown."""
        return self._proofs[self.wrt]

    @traitlets.validate("wrt")
    def _valid_wrt(self, proposal: Any) -> str:
        with refusing():
            return one_of(proposal["value"], "wrt", PROOFS)

    @traitlets.observe("wrt")
    def _follow_wrt(self, change: Any) -> None:
        if change["new"] in self._scripts:
            self.step = 0  # another proof is read from its beginning

    def __repr__(self) -> str:
        n = self.step
        return f"ProofStepper({self.wrt!r}, line {n + 1} of {len(self.proof.lines)}: {line_text(self.proof, n)})"

    def snapshot(self) -> str:
        """The proof up to this line, as HTML that needs no script and no MathML."""
        lines = "".join(
            f"<tr><td><code>{escape(line_text(self.proof, n))}</code></td><td>{escape(line.sentence)}</td></tr>"
            for n, line in enumerate(self.proof.lines[: self.step + 1])
        )
        statement = f"<p><b>{self.wrt}</b>: {escape(self.proof.statement)}</p>"
        return f"{statement}<table>{lines}</table>"


def _row(shown: Proof, n: int) -> dict[str, Any]:
    line = shown.lines[n]
    return {
        "phase": 0,
        "kind": line.rule,
        "sentence": line.sentence,
        "sides": [mathml(sides(shown, n)[1])],
        "nodes": [],
        "edges": [],
        "said": line_text(shown, n),
    }


def _statement(shown: Proof) -> str:
    left, right = sides(shown, len(shown.lines) - 1)
    return aligned([equals(mathml(left), mathml(right))])
