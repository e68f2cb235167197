"""Proofs of the signs of scalars: traces are rewritten as sums of squared norms, of which Rocq sees the sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Add, Mul, Pow

from ..language.expressions import Trace
from ..language.nodes import as_node
from .letters import Vocabulary
from .names import identifier
from .squares import Split, Squares
from .terms import NotExported, Terms


def bare(text: str) -> str:
    """A term without brackets and spaces, to see whether two are written alike."""
    return text.translate(str.maketrans("", "", "() \n"))


class Signs:
    """Proves that a scalar is positive, or not negative; the tactics look at sums, products, powers and squares."""

    def __init__(self, words: Vocabulary, terms: Terms, squares: Squares) -> None:
        self.words, self.terms, self.squares = words, terms, squares

    def signed(self, node: Any) -> str:
        """A proof of the sign of a scalar."""
        return f"{self._prepared(as_node(node))}by {self.unrooted()}sign."

    def _prepared(self, node: Any) -> str:
        traces = list(dict.fromkeys(_traces(node)))
        if all(len(list(_traces(term))) == 1 for term in Add.make_args(node)):
            try:
                return self.rewritten(node, *self._forms(node))
            except NotExported:
                pass
        found = {
            self.terms.scalar(trace, False): self.rewritten(trace, *self._forms(trace))
            for trace in traces
            if trace.arg not in self.words.rooted
        }
        # a trace may hold another, which must not be rewritten first
        return "".join(found[text] for text in sorted(found, key=len, reverse=True))

    def _forms(self, node: Any) -> list[list[str]]:
        try:
            found = self.squares.gram(node)
            return [self.squares.settled(found), self.shown(found)]
        except NotExported:
            return list(self.squares.words(node))

    def unrooted(self) -> str:
        """Unfold the letters that are a matrix times its transpose."""
        roots = " ".join(f"?/{identifier(x.name)}" for x in self.words.rooted)
        return f"rewrite {roots}; " if roots else ""

    def shown(self, found: Split) -> list[str]:
        """The squared norms of a trace, each with its coefficient."""
        return [f"{c} * {self.squares.square(b)}" for c, b in self.squares.shown(found)]

    def rewritten(self, node: Any, *forms: list[str]) -> str:
        """Replace a scalar by sums that it equals: factors as H L Hᵀ, definitions unfolded, letters as squares."""
        defined = " ".join(f"?/{identifier(d.name)}" for d in reversed(self.words.matrices))
        roots = " ".join(f"?/{identifier(d.name)}" for d in self.words.rooted)
        unfold = ["", defined, roots] if len(forms) == 3 else ["", f"{defined} {roots}"]
        lines, before = [], self.terms.scalar(node, False)
        for form, opened in zip(forms, unfold, strict=True):
            after = " + ".join(form)
            if bare(before) != bare(after):
                rewrite = f"rewrite {opened}; " if opened.strip() else ""
                lines.append(f"rewrite (_ : {before} =\n    {after}); last by {rewrite}normal_form.\n")
            before = after
        return "".join(lines)


def _traces(node: Any) -> Iterator[Any]:
    """The traces on whose signs that of a scalar rests."""
    match node:
        case Add() | Mul():
            for part in node.args:
                yield from _traces(part)
        case Pow():
            yield from _traces(node.base)
        case Trace():
            yield node
