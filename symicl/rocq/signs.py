"""Proofs of the signs of scalars: traces are rewritten as sums of squared norms, of which Rocq sees the sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Add, Mul, Pow

from ..kernel import facts
from ..language.expressions import Trace
from ..language.mean import Mean
from ..language.nodes import as_node
from .letters import Vocabulary
from .names import identifier
from .squares import Split, Squares
from .terms import NotExported, Terms


def bare(text: str) -> str:
    """A term without brackets and spaces, to see whether two are written alike."""
    return text.translate(str.maketrans("", "", "() \n"))


class Signs:
    """Proves that a scalar is positive, or not negative; the tactics look at sums, products, powers and squares.

    What is inside a mean is rewritten by the signs of random numbers, ``within``.
    """

    def __init__(self, words: Vocabulary, terms: Terms, squares: Squares) -> None:
        self.words, self.terms, self.squares = words, terms, squares
        self.random = squares.random
        self.within = self if self.random else Signs(words, terms, Squares(terms, random=True))

    def signed(self, node: Any) -> str:
        """A proof of the sign of a scalar; of products of diagonal matrices nothing need be rewritten."""
        node = as_node(node)
        traces = list(_parts(node, Trace))
        if traces and all(facts.diagonal(trace.arg) for trace in traces) and not list(_parts(node, Mean)):
            return "by sign."
        return f"{self.prepared(node)}by {self.unrooted()}sign."

    def prepared(self, node: Any) -> str:
        """Rewrite the traces on whose signs that of a scalar rests."""
        bodies = [mean.body for mean in dict.fromkeys(_parts(node, Mean)) if not _is_square(mean.body)]
        within = "".join(self.within.prepared(body) for body in bodies)
        traces = list(dict.fromkeys(_parts(node, Trace)))
        if all(len(list(_parts(term, Trace))) == 1 for term in Add.make_args(node)):
            try:
                return within + self.rewritten(node, *self._forms(node))
            except NotExported:
                pass
        found = {
            self._text(trace): self.rewritten(trace, *self._forms(trace))
            for trace in traces
            if trace.arg not in (*self.words.rooted, *self.words.given)
        }
        # a trace may hold another, which must not be rewritten first
        return within + "".join(found[text] for text in sorted(found, key=len, reverse=True))

    def _text(self, node: Any) -> str:
        return self.terms.scalar(node, self.random)

    def _forms(self, node: Any) -> list[list[str]]:
        try:
            found = self.squares.gram(node)
            return [self.squares.settled(found), self.shown(found)]
        except NotExported:
            return list(self.squares.words(node))

    def unrooted(self) -> str:
        """Unfold the letters that are a matrix times its transpose."""
        roots = " ".join(f"?/{identifier(x.name)}" for x in (*self.words.rooted, *self.words.given))
        return f"rewrite {roots}; " if roots else ""

    def shown(self, found: Split) -> list[str]:
        """The squared norms of a trace, each with its coefficient."""
        return [f"{c} * {self.squares.square(b)}" for c, b in self.squares.shown(found)]

    def rewritten(self, node: Any, *forms: list[str]) -> str:
        """Replace a scalar by sums that it equals: factors as H L Hᵀ, definitions unfolded, letters as squares."""
        random = " ".join(f"?/{name}" for name in self.words.unfolded)
        defined = " ".join([random, *(f"?/{name}" for name in self._means_apart())])
        roots = " ".join(f"?/{identifier(d.name)}" for d in (*self.words.rooted, *self.words.given))
        unfold = [random, defined, f"{random} {roots}"] if len(forms) == 3 else [random, f"{defined} {roots}"]
        lines, before = [], self._text(node)
        for form, opened in zip(forms, unfold, strict=True):
            after = " + ".join(form)
            if bare(before) != bare(after):
                rewrite = f"rewrite {opened}; " if opened.strip() else ""
                lines.append(f"rewrite (_ : {before} =\n    {after}); last by {rewrite}normal_form.\n")
            before = after
        return "".join(lines)

    def _means_apart(self) -> list[str]:
        """The definitions of constant matrices that are not means, the last one first."""
        return [identifier(d.name) for d in reversed(self.words.matrices) if d not in self.words.averaged]


def _is_square(node: Any) -> bool:
    """Whether a scalar is seen to be a square as it is written."""
    return isinstance(node, Pow) and bool(node.exp == 2)


def _parts(node: Any, kind: type) -> Iterator[Any]:
    """The traces, or the means, on whose signs that of a scalar rests."""
    match node:
        case Add() | Mul():
            for part in node.args:
                yield from _parts(part, kind)
        case Pow():
            yield from _parts(node.base, kind)
        case Trace() | Mean() if isinstance(node, kind):
            yield node
