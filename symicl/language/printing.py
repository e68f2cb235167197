"""Expressions and statements as text for a terminal and as LaTeX for a paper.

The order is a writer's: matrix sums and products as their author wrote them, scalar sums by falling degree (SymPy
sorts those and forgets the order), but with no minus in front where that can be helped.  Numbers and powers of N stand
in front as one fraction.

>>> from symicl import dimension, matrix, scalar, tr
>>> d, u = dimension("d"), scalar("u")
>>> A = matrix("A", d)
>>> text(tr(A)/2 - u*tr(A @ A.T))
'1/2 tr(A) - u tr(A A.T)'
>>> latex(u**2 * tr(A @ A.T) / 2)
'\\\\frac{1}{2} u^{2} \\\\operatorname{tr}(A A^{\\\\mathsf T})'
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from sympy import Add, Integer, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import MatAdd, MatMul

from .blocks import Block, Corner
from .expressions import Identity, Inverted, Trace, Transposed, Zero, is_matrix, split
from .functions import Applied
from .letters import Letter
from .mean import DefinedScalar, Derivative, Gradient, MatrixMean, Mean, SecondVariation, Tail, random_letters
from .nodes import as_node
from .statements import And, Eq, Flow, Ge, Gt, Iff, Le, Lt, Ne, Or, Statement
from .styles import GREEK, PLAIN, TEX, Style


def text(node: Any) -> str:
    """One line for a terminal."""
    return Printer(PLAIN).show(node)


def latex(node: Any, style: Style = TEX) -> str:
    """LaTeX; a report passes a style whose names and operators are its own macros."""
    return Printer(style).show(node)


def _degree(term: Any) -> tuple[Any, ...]:
    """The order of scalar terms: falling degree in the scalars, then falling length of the traces."""
    degree = length = 0
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if isinstance(base, Symbol) and exponent.is_Integer:
            degree += int(exponent)
        elif isinstance(base, Trace):
            length += len(split(base.arg)[1])
        elif isinstance(base, DefinedScalar):
            length += 99
    return -degree, -length


class Printer:
    """One method a kind of node; an unknown node falls back to SymPy's own printer."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._method: dict[type, Callable[[Any, Any], str]] = {}
        self._shown: dict[Any, str] = {}

    def show(self, node: Any) -> str:
        """The node as text; what was shown before is remembered."""
        found = self._shown.get(node)
        if found is None:
            found = self._shown[node] = self.statement(node) if isinstance(node, Statement) else self.shown(node)
        return found

    def shown(self, node: Any) -> str:
        """The node as text, by the method for its kind."""
        node = as_node(node)
        kind = type(node)
        if kind not in self._method:
            found = (method for known, method in self.METHODS.items() if issubclass(kind, known))
            self._method[kind] = next(found, type(self).foreign)
        return self._method[kind](self, node)

    def foreign(self, node: Any) -> str:
        if self.style.tex:
            from sympy import latex as sympy_latex

            return sympy_latex(node)
        from sympy.printing.str import StrPrinter

        return StrPrinter().doprint(node)

    def brackets(self, inner: str) -> str:
        if not self.style.tex:
            return f"({inner})"
        return rf"\left({inner}\right)" if r"\frac" in inner else f"({inner})"

    def join(self, parts: list[str]) -> str:
        return " ".join(part for part in parts if part)

    # -- letters

    def letter(self, node: Any) -> str:
        return self.style.name(node.name)

    def identity(self, node: Any) -> str:
        if self.style.tex:
            return f"{self.style.identity}_{{{self.show(node.shape[0])}}}"
        return self.style.identity

    # -- matrices

    def transposed(self, node: Any) -> str:
        return self.superscript(node.arg, self.style.transpose)

    def inverse(self, node: Any) -> str:
        return self.superscript(node.arg, "-1")

    def superscript(self, node: Any, mark: str) -> str:
        base = self.show(node)
        if not _is_short(node) or "^" in base:
            base = self.brackets(base)
        if self.style.tex:
            mark = "" if mark == "1" else mark
            return f"{base}^{{{mark}}}" if mark else base
        return base + (mark if mark.startswith(".") else f"^{mark}")

    @staticmethod
    def is_short(node: Any) -> bool:
        """Whether the node takes an exponent without brackets."""
        return _is_short(node)

    def factors(self, matrices: Any) -> list[str]:
        shown = []
        for matrix, run in groupby(matrices):
            count = len(list(run))
            if count == 1 or not self.style.tex:
                shown += [self.factor(matrix)] * count
            elif isinstance(matrix, Inverted):
                shown.append(self.superscript(matrix.arg, f"-{count}"))
            elif isinstance(matrix, (Letter, MatAdd)):
                shown.append(self.superscript(matrix, str(count)))
            else:
                shown += [self.factor(matrix)] * count
        return shown

    def factor(self, node: Any) -> str:
        shown = self.show(node)
        return self.brackets(shown) if isinstance(node, (Add, MatAdd, Gradient)) else shown

    def matmul(self, node: Any) -> str:
        scalar, matrices = split(node)
        return self.join([self.coefficient(scalar), *self.factors(matrices)])

    def coefficient(self, scalar: Any) -> str:
        """A scalar in front of a product: nothing for 1, a minus for −1."""
        if scalar == 1:
            return ""
        if scalar == -1:
            return "-"
        shown = self.show(scalar)
        return self.brackets(shown) if isinstance(scalar, Add) else shown

    def total(self, terms: Any) -> str:
        shown = [self.show(term) for term in terms]
        out = shown[0]
        for term in shown[1:]:
            out += f" - {term[1:].lstrip()}" if term.startswith("-") else f" + {term}"
        return out

    def matadd(self, node: Any) -> str:
        return self.total(node.args)

    def block(self, node: Any) -> str:
        rows = [[self.show(entry) for entry in row] for row in node.grid]
        if self.style.tex:
            inner = r" \\ ".join(" & ".join(row) for row in rows)
            return rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}"
        return "[" + "; ".join(", ".join(row) for row in rows) + "]"

    # -- scalars

    def trace(self, node: Any) -> str:
        if node.arg.shape == (1, 1):
            return self.join(self.factors(split(node.arg)[1]))
        return f"{self.style.trace}({self.show(node.arg)})"

    def add(self, node: Any) -> str:
        terms = sorted(node.args, key=_degree)
        first = next((k for k, term in enumerate(terms) if not term.could_extract_minus_sign()), 0)
        return self.total([terms[first], *terms[:first], *terms[first + 1 :]])

    def rational(self, node: Any) -> str:
        if node.q == 1:
            return str(node.p)
        sign = "-" if node.p < 0 else ""
        return sign + (rf"\frac{{{abs(node.p)}}}{{{node.q}}}" if self.style.tex else f"{abs(node.p)}/{node.q}")

    def mul(self, node: Any) -> str:
        number, factors = node.as_coeff_mul()
        below = [Integer(number.q)] if number.q != 1 else []
        above, bodies = ([Integer(abs(number.p))] if abs(number.p) != 1 else []), []
        for factor in sorted(factors, key=_factor_order):
            base, exponent = factor.as_base_exp()
            if isinstance(exponent, Integer) and exponent < 0:
                below.append(Pow(base, -exponent))
            else:
                bodies.append(self.power_or(factor))
        sign = "-" if number < 0 else ""
        return sign + self.join([self.fraction(above, below), *bodies] if below or above else bodies)

    def power_or(self, factor: Any) -> str:
        inner = factor.arg if isinstance(factor, Trace) else None
        shown = self.show(factor)
        apart = isinstance(factor, (Add, Mul, Derivative, SecondVariation)) or shown.startswith("-")
        return self.brackets(shown) if apart or _is_inner_sum(inner) else shown

    def fraction(self, above: list[Any], below: list[Any]) -> str:
        top = self.join([self.power_or(a) for a in above]) or "1"
        if not below:
            return top
        lone = len(below) == 1
        bottom = self.join([self.show(b) if lone and self.style.tex else self.power_or(b) for b in below])
        if self.style.tex:
            return rf"\frac{{{top}}}{{{bottom}}}"
        return f"{top}/{bottom if lone else self.brackets(bottom)}"

    def pow(self, node: Any) -> str:
        base, exponent = node.as_base_exp()
        if isinstance(exponent, Integer) and exponent < 0:
            return self.fraction([], [Pow(base, -exponent)])
        mark = (
            f"{exponent.p}/{exponent.q}" if isinstance(exponent, Rational) and exponent.q != 1 else self.show(exponent)
        )
        mark = mark if self.style.tex or mark.isalnum() else f"({mark})"
        plain = isinstance(base, Trace) and base.arg.shape != (1, 1)
        if self.style.tex and plain:
            return f"{self.style.trace}({self.show(base.arg)})^{{{mark}}}"
        return self.superscript(base, mark) if not plain else f"{self.show(base)}^{mark}"

    # -- nodes that are computed on

    def mean(self, node: Any) -> str:
        partial = set(node.over) != set(random_letters(node.body))
        body = self.show(node.body)
        if self.style.tex:
            index = "_{" + ",".join(self.show(g) for g in node.over) + "}" if partial else ""
            return rf"{self.style.mean}{index}\left[{body}\right]"
        index = "_" + ",".join(self.show(g) for g in node.over) if partial else ""
        return f"{self.style.mean}{index}[{body}]"

    def tail(self, node: Any) -> str:
        body, level = self.show(node.body), self.show(node.level)
        partial = set(node.over) != set(random_letters(node.body))
        index = ",".join(self.show(g) for g in node.over) if partial else ""
        if self.style.tex:
            index = f"_{{{index}}}" if index else ""
            return rf"{self.style.probability}{index}\left[\left|{body}\right| \geq {level}\right]"
        return f"{self.style.probability}{'_' + index if index else ''}(|{body}| ≥ {level})"

    def applied(self, node: Any) -> str:
        name = node.name
        if self.style.tex:
            name = self.style.name(name) if len(name) == 1 or name in GREEK else rf"\operatorname{{{name}}}"
        return name + self.brackets(self.show(node.at))

    def corner(self, node: Any) -> str:
        inner = self.show(node.body)
        if self.style.tex:
            rows, cols = (self.show(size) for size in node.body.shape)
            return rf"\left[{inner}\right]_{{{rows},{cols}}}"
        return f"[{inner}]_(last, last)"

    def moved(self, body: Any) -> str:
        """What is differentiated: in brackets, where it is not a letter."""
        return self.show(body) if isinstance(body, (Symbol, DefinedScalar)) else self.brackets(self.show(body))

    def gradient(self, node: Any) -> str:
        body, letter = self.moved(node.body), self.show(node.letter)
        if self.style.tex:
            return rf"{self.style.grad}_{{{letter}}} {body}"
        return f"{self.style.grad}_{letter} {body}"

    def derivative(self, node: Any) -> str:
        body, letter = self.moved(node.body), self.show(node.letter)
        if self.style.tex:
            return rf"\frac{{\partial {body}}}{{\partial {letter}}}"
        return f"d{body}/d{letter}"

    def second(self, node: Any) -> str:
        moved = ", ".join(self.show(v) for v in node.directions.values())
        at = ", ".join(self.show(v) for v in node.directions)
        if self.style.tex:
            return rf"D^{{2}} {self.moved(node.body)}({at})[{moved}]^{{2}}"
        return f"D2 {self.moved(node.body)}({at})[{moved}]"

    # -- statements

    RELATIONS = {
        Eq: ("=", "="),
        Ne: ("≠", r"\neq"),
        Ge: ("≥", r"\geq"),
        Gt: (">", ">"),
        Lt: ("<", "<"),
        Le: ("≤", r"\leq"),
    }
    WORDS = {And: ("and", r"\text{ and }"), Or: ("or", r"\text{ or }"), Iff: ("⇔", r"\iff")}

    def statement(self, node: Any) -> str:
        if type(node) in self.RELATIONS:
            sign = self.RELATIONS[type(node)][self.style.tex]
            return f"{self.show(node.lhs)} {sign} {self.show(node.rhs)}"
        if isinstance(node, Flow):
            return self.flow(node)
        word = self.WORDS[type(node)][self.style.tex]
        inner = [self.show(p) if not isinstance(p, (And, Or, Iff)) else self.brackets(self.show(p)) for p in node.parts]
        return f" {word} ".join(inner)

    def flow(self, node: Any) -> str:
        """Where the flow of the loss is at a time, as a function of where it starts."""
        starts, ends = (list(map(self.show, places)) for places in (node.starts.values(), node.starts))
        end = ends[0] if len(ends) == 1 else f"({', '.join(ends)})"
        loss, time = self.show(node.loss), self.show(node.time)
        if self.style.tex:
            return rf"\operatorname{{flow}}_{{{loss},\,{time}}}({', '.join(starts)}) = {end}"
        return f"flow({', '.join([loss, time, *starts])}) = {end}"

    METHODS: dict[type, Callable[[Any, Any], str]] = {}


def _is_short(node: Any) -> bool:
    """What takes an exponent without brackets."""
    lone = isinstance(node, Trace) and isinstance(node.arg, Letter) and node.arg.shape == (1, 1)
    return lone or isinstance(node, (Letter, Symbol, DefinedScalar, Applied))


def _is_inner_sum(node: Any) -> bool:
    return node is not None and node.shape == (1, 1) and isinstance(node, MatAdd)


def _factor_order(factor: Any) -> tuple[int, int, str]:
    base = factor.as_base_exp()[0]
    kinds = (Symbol, DefinedScalar, Add, Trace)
    rank = next((k for k, kind in enumerate(kinds) if isinstance(base, kind)), len(kinds))
    rank += isinstance(base, Trace) and base.arg.shape == (1, 1)
    length = len(split(base.arg)[1]) if isinstance(base, Trace) else 0
    return rank, length, _spelled(base)


def _spelled(base: Any) -> str:
    if not isinstance(base, Trace):
        return getattr(base, "name", "")
    letters = [getattr(m, "arg", m) for m in split(base.arg)[1]]
    return " ".join(getattr(letter, "name", "") for letter in letters)


Printer.METHODS = {
    Letter: Printer.letter,
    DefinedScalar: Printer.letter,
    Symbol: Printer.letter,
    Identity: Printer.identity,
    Zero: lambda self, node: "0",
    Transposed: Printer.transposed,
    Inverted: Printer.inverse,
    MatMul: Printer.matmul,
    MatAdd: Printer.matadd,
    Block: Printer.block,
    Trace: Printer.trace,
    Mean: Printer.mean,
    MatrixMean: Printer.mean,
    Corner: Printer.corner,
    Tail: Printer.tail,
    Applied: Printer.applied,
    Gradient: Printer.gradient,
    Derivative: Printer.derivative,
    SecondVariation: Printer.second,
    Rational: Printer.rational,
    Add: Printer.add,
    Mul: Printer.mul,
    Pow: Printer.pow,
}
__all__ = ["PLAIN", "TEX", "Printer", "Style", "is_matrix", "latex", "text"]
