"""From the language to the normal form: one method a kind of node; an unknown kind raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce
from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import Identity, Inverse, MatAdd, MatMul, Trace, Transpose, ZeroMatrix

from ..errors import UserError
from ..language.blocks import Corner, multiply_out
from ..language.expressions import is_matrix
from ..language.letters import Centred, Defined, Letter, letters_of
from ..language.mean import DefinedScalar, Derivative, Gradient, MatrixMean, Mean, SecondVariation
from ..language.nodes import as_node
from .atoms import ATOMS, INVERSE, Atom, code_of, enter, inside, transposed
from .calculus import gradient, second_variation
from .forms import Form, settled, total
from .inverses import identity, inverse, word_form
from .roots import ROOT_INDEX, root
from .scalars import monomial, raised, size_id
from .wick import expect


def form(expr: Any, unfold: bool | Iterable[Any] = ()) -> Form:
    """The normal form of an expression.

    Definitions of matrices stay letters, unless they are listed in ``unfold`` (``True``: all are unfolded);
    definitions of scalars are always unfolded.  Expectations and derivatives are worked out, with the definitions
    unfolded that depend on the letters concerned.  ``UserError`` names a kind of node that is not part of the
    language.

    >>> from symicl import dimension, matrix, tr
    >>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
    >>> form((A @ B).T @ (A @ B) - B.T @ A.T @ A @ B).is_zero
    True
    """
    if isinstance(expr, Form):
        return expr
    some = frozenset() if isinstance(unfold, bool) else frozenset(unfold)
    return Converter(unfold is True, some).form(expr)


def letter_code(letter: Any) -> int:
    """The code of a letter of the language; a new one is entered with what is known of it."""
    code = code_of(letter)
    if code is not None:
        return code
    if isinstance(letter, Centred):
        covariance = None if isinstance(letter.covariance, Identity) else letter_code(letter.covariance)
        return enter(letter, letter.shape, Atom(letter, False, covariance=covariance))
    if not isinstance(letter, Defined):
        return enter(letter, letter.shape, Atom(letter, bool(getattr(letter, "symmetric", False))))
    body = form(letter.body)
    within = frozenset().union(*(inside(letter_code(part)) for part in letters_of(letter.body) if is_matrix(part)))
    symmetric = letter.symmetric or (body.rows == body.cols and body == body.T)
    depth = 1 + max((ATOMS[n].depth for n in within), default=0)
    return enter(letter, letter.shape, Atom(letter, symmetric, body.data, depth, form=body, inside=within))


class Converter:
    """One conversion, with the definitions it unfolds."""

    def __init__(self, unfold_all: bool, unfolded: frozenset[Any]) -> None:
        self.unfold_all, self.unfolded = unfold_all, unfolded

    def form(self, node: Any) -> Form:
        """The form of any node."""
        for kind in type(node).__mro__:
            method = self.METHODS.get(kind)
            if method is not None:
                return method(self, node)
        if not hasattr(node, "func"):
            if isinstance(node, Fraction):
                return Form({((), (), 0): node.numerator} if node else {}, node.denominator)
            return self.form(as_node(node))
        raise UserError(f"{node}: a node of kind {type(node).__name__} has no normal form")

    # -- matrices

    def letter(self, node: Any) -> Form:
        code = self.code(node)
        return self.form(node.body) if code is None else word_form((code,))

    def code(self, node: Any) -> int | None:
        """The code of a letter, plain, transposed or inverted, that is not unfolded; otherwise ``None``."""
        if isinstance(node, Letter):
            if isinstance(node, Defined) and (self.unfold_all or node in self.unfolded):
                return None
            return letter_code(node)
        if isinstance(node, (Transpose, Inverse)):
            code = self.code(node.arg)
            if code is None or isinstance(node, Inverse):
                return None if code is None else code ^ INVERSE
            return transposed((code,))[0]
        return None

    def product(self, node: Any) -> Form:
        scalar, factors = (None, node.args) if is_matrix(node.args[0]) else (node.args[0], node.args[1:])
        parts: list[Form] = []
        codes: list[int] = []
        for factor in factors:
            code = self.code(factor)
            if code is not None:
                codes.append(code)
                continue
            if codes:
                parts.append(word_form(tuple(codes)))
                codes = []
            parts.append(self.form(factor))
        if codes:
            parts.append(word_form(tuple(codes)))
        result = reduce(Form.__mul__, _cancelled(parts)) if len(parts) > 1 else parts[0]
        return result if scalar is None else self.form(scalar) * result

    def total(self, node: Any) -> Form:
        return total(map(self.form, node.args))

    def inverse(self, node: Any) -> Form:
        return inverse(self.form(node.arg))

    def zero(self, node: Any) -> Form:
        rows, cols = node.shape
        return Form({}, 1, size_id(rows), size_id(cols))

    # -- scalars

    def symbol(self, node: Any) -> Form:
        return Form({((), (), monomial(node)): 1})

    def rational(self, node: Any) -> Form:
        return Form({((), (), 0): int(node.p)} if node.p else {}, int(node.q))

    def mul(self, node: Any) -> Form:
        return reduce(Form.__mul__, map(self.form, node.args))

    def pow(self, node: Any) -> Form:
        base, exponent = node.args
        if is_matrix(base) or not isinstance(exponent, Rational):
            raise UserError(f"{node}: the exponent {exponent} must be a rational number")
        if exponent.q == 1:
            if isinstance(base, Symbol):
                return Form({((), (), raised(monomial(base), int(exponent))): 1})
            inner = self.form(base)
            return inner ** int(exponent) if exponent > 0 else inner.reciprocal() ** int(-exponent)
        if ROOT_INDEX % exponent.q:
            raise UserError(f"{node}: only roots whose index divides {ROOT_INDEX} have a normal form")
        packed = raised(root(self.form(base)), int(exponent * ROOT_INDEX))
        return settled(Form({((), (), packed): 1}))

    def trace(self, node: Any) -> Form:
        return self.form(node.arg).trace()

    # -- nodes that are computed on

    def depending(self, body: Any, letters: Iterable[Any]) -> Converter:
        """A converter that also unfolds the definitions that depend on the letters."""
        moved = set(letters)
        found = {x for x in letters_of(body) if isinstance(x, Defined) and letters_of(x.body) & moved}
        return Converter(self.unfold_all, self.unfolded | found)

    def mean(self, node: Any) -> Form:
        return expect(self.depending(node.body, node.over).form(node.body), *node.over)

    def gradient(self, node: Any) -> Form:
        return gradient(self.depending(node.body, [node.letter]).form(node.body), node.letter)

    def second(self, node: Any) -> Form:
        moves = {letter: self.form(v) for letter, v in node.directions.items()}
        return second_variation(self.depending(node.body, moves).form(node.body), moves)

    METHODS: dict[type, Callable[[Any, Any], Form]] = {}


def _cancelled(parts: list[Form]) -> list[Form]:
    """Cancel a sum beside its own inverse, which no rule for words can see."""
    kept: list[Form] = []
    for part in parts:
        if kept and len(kept[-1]) + len(part) > 2 and 1 in (len(kept[-1]), len(part)):
            left = kept[-1]
            one, whole = (left, part) if len(left) == 1 else (part, left)
            ((word, _traces, _packed),) = one.data
            if len(word) == 1 and ATOMS[word[0] >> 2].hidden and inverse(one) == whole:
                kept[-1] = identity(left.rows)
                continue
        kept.append(part)
    return kept


Converter.METHODS = {
    Letter: Converter.letter,
    Transpose: lambda self, node: self.form(node.arg).T if self.code(node) is None else word_form((self.code(node),)),
    Inverse: lambda self, node: self.inverse(node) if self.code(node) is None else word_form((self.code(node),)),
    MatMul: Converter.product,
    MatAdd: Converter.total,
    Identity: lambda self, node: identity(size_id(node.shape[0])),
    ZeroMatrix: Converter.zero,
    Symbol: Converter.symbol,
    Rational: Converter.rational,
    Add: Converter.total,
    Mul: Converter.mul,
    Pow: Converter.pow,
    Trace: Converter.trace,
    DefinedScalar: lambda self, node: self.form(node.body),
    Corner: lambda self, node: self.form(multiply_out(node.body).grid[-1][-1]),
    Mean: Converter.mean,
    MatrixMean: Converter.mean,
    Gradient: Converter.gradient,
    Derivative: Converter.gradient,
    SecondVariation: Converter.second,
}
