r"""Expressions as TeX for a report: macros for letters, brackets of fixed size, and marks where a line may end.

The marks are characters of Unicode's private area that ``layout`` takes out again.  Brackets have a fixed size
(``\Bigl(``, never ``\left(``) because a ``\left … \right`` pair cannot be broken.

>>> from symicl import dimension, matrix, tr
>>> A = matrix("A", dimension("d"))
>>> unmarked(ReportPrinter(Names()).show(tr(A @ A.T) / 2 - tr(A)))
'\\tfrac{1}{2} \\icltr(\\iclA \\iclA^{\\iclT}) - \\icltr(\\iclA)'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Add, Integer, Rational
from sympy.matrices.expressions import MatAdd

from ..language.expressions import Trace, split
from ..language.mean import random_letters
from ..language.printing import TEX, Printer
from ..language.statements import And, Flow, Iff, Or
from .names import Names

#: where a line may end: before a term, before a factor, before a relation, before a connective
TERM, FACTOR, RELATION, WORD = "\ue000", "\ue001", "\ue002", "\ue003"
MARKS = TERM + FACTOR + RELATION + WORD
SIZES = ("", r"\big", r"\Big", r"\bigg", r"\Bigg")


def unmarked(tex: str) -> str:
    """TeX without the marks."""
    return tex.translate(dict.fromkeys(map(ord, MARKS)))


class ReportPrinter(Printer):
    """The printer of the language, with a report's letters, brackets and marks."""

    def __init__(self, names: Names, *, display: bool = True) -> None:
        self.names, self.display = names, display
        macros: dict[str, Any] = {
            "mean": r"\iclE",
            "trace": r"\icltr",
            "transpose": r"\iclT",
            "identity": r"\iclI",
            "grad": r"\iclgrad",
            "probability": r"\iclP",
        }
        super().__init__(replace(TEX, name=names.letter, **macros))

    # -- brackets and sums

    def size(self, inner: str) -> str:
        """The size of the brackets around ``inner``."""
        size = 1 if re.search(r"[(\[]|frac", inner) else 0
        for step, name in enumerate(SIZES[1:3], 1):
            if f"{name}l" in inner:
                size = max(size, step + 1)
        if self.display and (r"\frac" in inner or "matrix" in inner):
            size = 3
        return SIZES[size]

    def brackets(self, inner: str, pair: str = "()") -> str:
        size = self.size(inner)
        if not size:
            return f"{pair[0]}{inner}{pair[1]}"
        return rf"{size}l{pair[0]} {inner} {size}r{pair[1]}"

    def total(self, terms: Any) -> str:
        shown = [self.show(term) for term in terms]
        out = shown[0]
        for term in shown[1:]:
            bare = term.lstrip(MARKS)
            out += f" {TERM}- {bare[1:].lstrip()}" if bare.startswith("-") else f" {TERM}+ {term}"
        return out

    def join(self, parts: list[str]) -> str:
        kept = [part for part in parts if part]
        out = "".join(kept[:1])
        for part in kept[1:]:
            thin = (
                r"\," if out.endswith((")", "]")) and not part.startswith(("(", r"\icltr", r"\iclE", r"\big")) else ""
            )
            out += part if out == "-" else f"{thin} {FACTOR}{part}"
        return out

    def superscript(self, node: Any, mark: str) -> str:
        shown = self.show(node)
        raised = "^" in self.names.expand(shown)
        if raised and not isinstance(node, (Add, MatAdd)) and hasattr(node, "name"):
            return f"({shown})^{{{mark}}}"
        return super().superscript(node, mark)

    # -- numbers: a fraction of two numbers is set small

    def rational(self, node: Any) -> str:
        return super().rational(node).replace(r"\frac", r"\tfrac")

    def fraction(self, above: list[Any], below: list[Any]) -> str:
        shown = unmarked(super().fraction(above, below))
        numbers = all(isinstance(part, Integer) for part in [*above, *below])
        return shown.replace(r"\frac", r"\tfrac", 1) if numbers else shown

    def trace(self, node: Any) -> str:
        if node.arg.shape == (1, 1):
            return self.join(self.factors(split(node.arg)[1]))
        return self.style.trace + self.brackets(self.show(node.arg))

    def pow(self, node: Any) -> str:
        base, exponent = node.as_base_exp()
        plain = isinstance(base, Trace) and base.arg.shape != (1, 1)
        if plain and not (isinstance(exponent, Integer) and exponent < 0):
            mark = f"{exponent.p}/{exponent.q}" if isinstance(exponent, Rational) and exponent.q != 1 else None
            return f"{self.trace(base)}^{{{mark or self.show(exponent)}}}"
        return super().pow(node)

    # -- what is computed on

    def mean(self, node: Any) -> str:
        partial = set(node.over) != set(random_letters(node.body))
        index = "_{" + ",".join(self.show(g) for g in node.over) + "}" if partial else ""
        return self.style.mean + index + self.brackets(self.show(node.body), "[]")

    def tail(self, node: Any) -> str:
        inner = self.show(node.body)
        size = self.size(inner)
        left, right = (rf"{size}l|", rf"{size}r|") if size else ("|", "|")
        body = rf"{left} {inner} {right} \geq {self.show(node.level)}"
        return self.style.probability + self.brackets(body, "[]")

    def corner(self, node: Any) -> str:
        rows, cols = (unmarked(self.show(size)) for size in node.body.shape)
        return self.brackets(self.show(node.body), "[]") + rf"_{{{rows},\,{cols}}}"

    def gradient(self, node: Any) -> str:
        body = self.show(node.body)
        body = self.brackets(body) if isinstance(node.body, Add) else body
        return rf"{self.style.grad}_{{{self.show(node.letter)}}} {body}"

    def applied(self, node: Any) -> str:
        """A function of one number; those that TeX has a name for stand under it."""
        if node.name in ("exp", "log", "sin", "cos", "tanh"):
            return rf"\{node.name}{self.brackets(self.show(node.at))}"
        return super().applied(node)

    # -- statements

    def statement(self, node: Any) -> str:
        if type(node) in self.RELATIONS:
            sign = self.RELATIONS[type(node)][True]
            return f"{self.show(node.lhs)} {RELATION}{sign} {self.show(node.rhs)}"
        if isinstance(node, Flow):
            return unmarked(self.flow(node))
        both, either = (rf"\text{{ {word} }}" for word in self.names.connectives)
        word = {And: both, Or: either}.get(type(node), r"\iff")
        parts = [
            self.brackets(self.show(part)) if isinstance(part, (And, Or, Iff)) else self.show(part)
            for part in node.parts
        ]
        return f" {WORD}{word} ".join(parts)


def by_name(printer: type[Printer]) -> dict[type, Callable[[Any, Any], str]]:
    """The language's table of methods, which holds functions, with each found by its name: an override counts."""

    def named(name: str) -> Callable[[Any, Any], str]:
        return lambda self, node: getattr(self, name)(node)

    return {
        kind: named(method.__name__) if hasattr(printer, method.__name__) else method
        for kind, method in Printer.METHODS.items()
    }


ReportPrinter.METHODS = by_name(ReportPrinter)
