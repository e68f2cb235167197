r"""Expressions as formulas of Typst, printed from their tree.

Brackets have a fixed size, because a pair that Typst scales cannot be broken; marks of Unicode's private area say
where a line may end, outside fractions and exponents only.

>>> from symicl import dimension, matrix, tr
>>> A = matrix("A", dimension("d"))
>>> print(unmarked(TypstPrinter().show(tr(A @ A.T) / 2 - tr(A))))
inline(frac(1, 2)) op("tr") \(A A^(upright(T))\) - op("tr") \(A\)
"""

from __future__ import annotations

import re
from typing import Any

from sympy import Add, Integer, Rational

from ..language.expressions import Trace, split
from ..language.mean import random_letters
from ..language.printing import Printer
from ..language.statements import And, Eq, Flow, Ge, Gt, Iff, Le, Lt, Ne, Or
from ..language.styles import GREEK, Style
from .escape import GREEK_NAMES, quoted
from .printer import RELATION, TERM, WORD, by_name, unmarked

SIGNS = {"=": "=", "≠": "!=", "≥": ">=", ">": ">", "<": "<", "≤": "<=", "⇔": "<=>", "≔": ":="}
#: functions that stand under their own name
NAMED = ("exp", "log", "sin", "cos", "tanh")
#: a comma that does not part the arguments of a function
COMMA = r"\, "
TALL = re.compile(r"frac|mat\(")


def typst_name(name: str) -> str:
    """A letter's name as a formula.

    >>> typst_name("Lambda"), typst_name("x_q"), typst_name("y_hat"), typst_name("W^PV"), typst_name("a b")
    ('Lambda', 'x_q', 'hat(y)', 'W^upright("PV")', 'upright("a b")')
    """
    plain = "".join(GREEK_NAMES.get(c, c) for c in name)
    if not re.fullmatch(r"[A-Za-z0-9]+(\^[A-Za-z0-9]+)?(_[A-Za-z0-9]+)?", plain):
        return f"upright({quoted(name)})"
    stem, _, index = plain.partition("_")
    stem, _, upper = stem.partition("^")
    base = _symbol(stem)
    if index == "hat":
        return f"hat({base})"
    if index == "star":
        return f"{base}^star"
    below = "_infinity" if index == "infty" else f"_{_symbol(index)}" if index else ""
    return base + below + (f"^{_symbol(upper)}" if upper else "")


def _symbol(name: str) -> str:
    return name if name in GREEK or len(name) == 1 else f'upright("{name}")'


TYPST = Style(
    name=typst_name,
    mean='op("E")',
    trace='op("tr")',
    transpose="upright(T)",
    identity="I",
    grad="nabla",
    probability='op("P")',
    tex=True,
)


class TypstPrinter(Printer):
    """The printer of the language, writing Typst."""

    def __init__(self, connectives: tuple[str, str] = ("and", "or"), *, display: bool = True) -> None:
        super().__init__(TYPST)
        self.connectives, self.display = connectives, display

    def foreign(self, node: Any) -> str:
        return f"upright({quoted(str(node))})"

    # -- brackets, sums, products

    def brackets(self, inner: str, pair: str = "()") -> str:
        left, right = pair[0], pair[1]
        high = self.display and TALL.search(inner)
        if not high and "\\(" not in inner and "\\[" not in inner:
            return rf"\{left}{inner}\{right}"
        size = "#2.2em" if high else "#1.35em"
        return rf'fence("opening", {size}, \{left}) {inner} fence("closing", {size}, \{right})'

    def total(self, terms: Any) -> str:
        shown = [self.show(term) for term in terms]
        out = shown[0]
        for term in shown[1:]:
            bare = term.lstrip()
            out += f" {TERM}- {bare[1:].lstrip()}" if bare.startswith("-") else f" {TERM}+ {term}"
        return out

    def superscript(self, node: Any, mark: str) -> str:
        base = unmarked(self.show(node))
        if not self.is_short(node) or "^" in base:
            base = unmarked(self.brackets(base))
        return base if mark == "1" else f"{base}^({unmarked(mark)})"

    def identity(self, node: Any) -> str:
        return f"I_({unmarked(self.show(node.shape[0]))})"

    def block(self, node: Any) -> str:
        rows = "; ".join(", ".join(unmarked(self.show(entry)) for entry in row) for row in node.grid)
        return f'mat(delim: "(", {rows})'

    # -- numbers

    def rational(self, node: Any) -> str:
        sign = "-" if node.p < 0 else ""
        return str(node.p) if node.q == 1 else f"{sign}{self.over(str(abs(node.p)), str(node.q))}"

    def over(self, top: str, bottom: str) -> str:
        """A fraction; one of two numbers is set small."""
        small = top.isdigit() and bottom.isdigit()
        return f"inline(frac({top}, {bottom}))" if small and self.display else f"frac({top}, {bottom})"

    def fraction(self, above: list[Any], below: list[Any]) -> str:
        top = self.join([self.power_or(part) for part in above]) or "1"
        if not below:
            return top
        bottom = self.join([self.show(part) if len(below) == 1 else self.power_or(part) for part in below])
        return self.over(unmarked(top), unmarked(bottom))

    def trace(self, node: Any) -> str:
        if node.arg.shape == (1, 1):
            return self.join(self.factors(split(node.arg)[1]))
        return f"{self.style.trace} {self.brackets(self.show(node.arg))}"

    def pow(self, node: Any) -> str:
        base, exponent = node.as_base_exp()
        if isinstance(exponent, Integer) and exponent < 0:
            return super().pow(node)
        mark = self.show(exponent)
        if isinstance(exponent, Rational) and exponent.q != 1:
            mark = f"{exponent.p}\\/{exponent.q}"
        if isinstance(base, Trace) and base.arg.shape != (1, 1):
            return f"{unmarked(self.show(base))}^({unmarked(mark)})"
        return self.superscript(base, mark)

    # -- what is computed on

    def mean(self, node: Any) -> str:
        partial = set(node.over) != set(random_letters(node.body))
        index = f"_({', '.join(map(self.show, node.over))})" if partial else ""
        return f"{self.style.mean}{index} {self.brackets(self.show(node.body), '[]')}"

    def tail(self, node: Any) -> str:
        body = f"lr(|{unmarked(self.show(node.body))}|) >= {self.show(node.level)}"
        return f"{self.style.probability} {self.brackets(body, '[]')}"

    def corner(self, node: Any) -> str:
        rows, columns = (unmarked(self.show(size)) for size in node.body.shape)
        return f"lr([{unmarked(self.show(node.body))}])_({rows}, {columns})"

    def gradient(self, node: Any) -> str:
        body = self.show(node.body)
        body = self.brackets(body) if isinstance(node.body, Add) else body
        return f"{self.style.grad}_({unmarked(self.show(node.letter))}) {body}"

    def derivative(self, node: Any) -> str:
        top, bottom = unmarked(self.moved(node.body)), unmarked(self.show(node.letter))
        return f"frac(partial {top}, partial {bottom})"

    def second(self, node: Any) -> str:
        at, moved = (COMMA.join(map(self.show, each)) for each in (node.directions, node.directions.values()))
        return rf"D^2 {self.moved(node.body)} \({at}\) {self.brackets(moved, '[]')}^2"

    def applied(self, node: Any) -> str:
        name = node.name
        shown = name if name in NAMED or len(name) == 1 or name in GREEK else f"op({quoted(name)})"
        return f"{shown} {self.brackets(self.show(node.at))}"

    # -- statements

    KINDS = {Eq: "=", Ne: "!=", Ge: ">=", Gt: ">", Lt: "<", Le: "<="}

    def statement(self, node: Any) -> str:
        if type(node) in self.KINDS:
            return f"{self.show(node.lhs)} {RELATION}{self.KINDS[type(node)]} {self.show(node.rhs)}"
        if isinstance(node, Flow):
            return unmarked(self.flow(node))
        both, either = (f"quad {quoted(word)} quad" for word in self.connectives)
        link = {And: both, Or: either}.get(type(node), "<=>")
        parts = [
            self.brackets(self.show(part)) if isinstance(part, (And, Or, Iff)) else self.show(part)
            for part in node.parts
        ]
        return f" {WORD}{link} ".join(parts)

    def flow(self, node: Any) -> str:
        starts, ends = (list(map(self.show, places)) for places in (node.starts.values(), node.starts))
        end = ends[0] if len(ends) == 1 else rf"\({COMMA.join(ends)}\)"
        return rf'op("flow")_({self.show(node.loss)}, {self.show(node.time)}) \({COMMA.join(starts)}\) = {end}'


TypstPrinter.METHODS = by_name(TypstPrinter)

__all__ = ["SIGNS", "TypstPrinter", "typst_name"]
