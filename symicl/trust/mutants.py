"""Formulas with one thing changed: a sign, a coefficient, a transpose, a power, a letter, a term.

What a derivative is taken of, and what a definition stands for, is left as it is; everything else is changed wherever
it occurs.  The order is that of the formula, so that a seed is not needed to name a mutant.

>>> from symicl import dimension, matrix, tr
>>> A, B = (matrix(name, dimension("d")) for name in "AB")
>>> for mutant in mutants(A @ B.T):
...     print(mutant)
sign: - A B.T
dropped factor: B.T
dropped factor: A
order: B.T A
trace: tr(A) B.T
trace: tr(B.T) A
transpose: B A.T
transpose: A.T B.T
letter: B B.T
transpose: A B
letter: A A.T
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sympy import Abs, Add, Integer, Mul, Pow, Rational, S, Symbol
from sympy.core.numbers import ComplexInfinity, ImaginaryUnit, Infinity, NaN, NegativeInfinity
from sympy.matrices.expressions import MatAdd, MatMul, ZeroMatrix

from ..errors import SymiclError
from ..language.expressions import (
    Identity,
    Inverted,
    Trace,
    Transposed,
    add,
    identity,
    inverse,
    is_matrix,
    product,
    split,
    tr,
    transpose,
)
from ..language.letters import Defined, Letter, dimension, letters_of
from ..language.mean import DefinedScalar, Derivative, Gradient, SecondVariation
from ..language.nodes import as_node
from ..language.printing import text
from ..language.rewrite import parts_of, rebuild

KINDS = (
    *("sign", "coefficient", "power", "transpose", "inverse", "letter", "dimension", "order", "trace"),
    *("dropped term", "dropped factor", "nonzero"),
)
#: What N is confused with: the length of another prompt.
FRESH = dimension("M")
STRANGE = (Abs, ComplexInfinity, ImaginaryUnit, Infinity, NaN, NegativeInfinity)
LEFT_ALONE = (Defined, DefinedScalar, Derivative, Gradient, SecondVariation)


@dataclass(frozen=True)
class Mutant:
    """An expression with one thing changed, and the kind of change."""

    kind: str
    value: Any

    def __str__(self) -> str:
        return f"{self.kind}: {text(self.value)}"


def mutants(node: Any, cast: Any = ()) -> tuple[Mutant, ...]:
    """All that comes of changing one thing in an expression, without repetitions and without itself.

    A letter is swapped for another one of its shape that occurs in the expression or in ``cast``.
    """
    node = as_node(node)
    roles = letters_of(node).union(*map(letters_of, cast))
    kept: dict[Any, Mutant] = {}
    in_order = tuple(sorted(roles, key=lambda letter: (str(letter), type(letter).__name__)))
    for kind, value in (*_negated(node), *_changed(node, in_order)):
        if value != node and _means_something(value):
            kept.setdefault(value, Mutant(kind, value))
    return tuple(kept.values())


def _negated(node: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, (*LEFT_ALONE, ZeroMatrix)) and _terms(node) == (node,) and node != 0:
        yield "sign", product(-1, node)


@lru_cache(maxsize=1 << 16)
def _means_something(node: Any) -> bool:
    """Whether a node has no part that is not of the language: an infinity, or what SymPy makes of a root."""
    return not isinstance(node, STRANGE) and all(map(_means_something, node.args))


def _changed(node: Any, roles: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """The node with one change at its top, or with one of its parts changed."""
    yield from _at_top(node, roles)
    if isinstance(node, LEFT_ALONE):
        return
    parts = parts_of(node)
    for i, part in enumerate(parts):
        if isinstance(node, Pow) and i == 1:
            continue  # an exponent is changed with its power, as a whole
        for kind, changed in _changes_within(part, roles):
            other = _built(node, [*parts[:i], changed, *parts[i + 1 :]])
            if other is not None:
                yield kind, other


@cache
def _changes_within(part: Any, roles: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    return tuple(_changed(part, roles))


def _built(node: Any, parts: list[Any]) -> Any:
    """The node over other parts, or None where they do not fit together."""
    try:
        return rebuild(node, parts)
    except (SymiclError, TypeError, ValueError, ZeroDivisionError):
        return None


def _at_top(node: Any, roles: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, (Derivative, Gradient, SecondVariation)):
        return
    if node == 0 or isinstance(node, ZeroMatrix):
        yield from _nonzero(node, roles)
    elif isinstance(node, Rational):
        yield from (("coefficient", c) for c in (node + 1, node - 1, 2 * node, S.One) if c != 0)
    elif isinstance(node, (Add, MatAdd)):
        yield from _of_a_sum(node, [r for r in roles if isinstance(r, Symbol) and r.is_integer])
    elif isinstance(node, Pow):
        yield from _of_a_power(node)
    elif isinstance(node, (Mul, MatMul)):
        yield from _of_a_product(node)
    elif isinstance(node, Symbol):
        yield "power", node**2
    elif isinstance(node, Trace):
        yield from _of_a_word(split(node.arg)[1], tr)
    if isinstance(node, (Letter, Transposed, Inverted, Identity, Symbol)):
        yield from _of_a_letter(node, roles)
    elif is_matrix(node) and node.shape[0] == node.shape[1]:
        yield "transpose", transpose(node)


def _nonzero(node: Any, roles: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Something instead of nothing."""
    if not is_matrix(node):
        yield "nonzero", S.One
    elif node.shape[0] == node.shape[1]:
        yield "nonzero", identity(node.shape[0])
    yield from (("nonzero", r) for r in roles if is_matrix(r) and is_matrix(node) and r.shape == node.shape)


def _terms(node: Any) -> tuple[Any, ...]:
    return node.args if isinstance(node, (Add, MatAdd)) else (node,)


def _of_a_sum(node: Any, sizes: list[Any]) -> Iterator[tuple[str, Any]]:
    """One term dropped, or multiplied by −1, 2, ½, a size or its inverse."""
    terms = list(node.args)
    factors = [("sign", S.NegativeOne), ("coefficient", Integer(2)), ("coefficient", S.Half)]
    factors += [("power", f) for size in sizes for f in (size, 1 / size)]
    for i, term in enumerate(terms):
        before, after = terms[:i], terms[i + 1 :]
        yield "dropped term", add(*before, *after)
        yield from ((kind, add(*before, product(factor, term), *after)) for kind, factor in factors)


def _of_a_power(node: Any) -> Iterator[tuple[str, Any]]:
    base, exponent = node.base, node.exp
    if not isinstance(exponent, Integer):
        yield from (("power", Pow(base, e)) for e in (Rational(exponent.p, exponent.q + 1), exponent * 2, -exponent))
        return
    yield from (("power", base**e) for e in (exponent + 1, exponent - 1) if e != 0)
    yield "dropped factor", S.One


def _of_a_product(node: Any) -> Iterator[tuple[str, Any]]:
    factors = list(node.args)
    for i, factor in enumerate(factors):
        if not isinstance(factor, Rational):
            rest = _product(factors[:i] + factors[i + 1 :], like=node)
            yield from [("dropped factor", rest)] if rest is not None else []
    for i, (left, right) in enumerate(itertools.pairwise(factors)):
        if is_matrix(left) and is_matrix(right):
            turned = _product([*factors[:i], right, left, *factors[i + 2 :]], like=node)
            yield from [("order", turned)] if turned is not None else []
    if isinstance(node, MatMul):
        scalar, word = split(node)
        yield from _of_a_word(word, lambda rest: product(scalar, rest))


def _of_a_word(word: Any, closed: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    """A letter leaves its word for a trace of its own, as if it had been paired with another one."""
    for i, letter in enumerate(word):
        if len(word) > 1 and letter.shape[0] == letter.shape[1]:
            yield "trace", product(tr(letter), closed(product(*word[:i], *word[i + 1 :])))


def _product(factors: list[Any], like: Any) -> Any:
    """The product, or None where shapes do not fit or it has another shape than before; 1×1 it is a scalar."""
    try:
        made = product(*factors)
    except SymiclError:
        return None
    if not is_matrix(like) or like.shape == (1, 1):
        return made if not is_matrix(made) else None
    return made if is_matrix(made) and made.shape == like.shape else None


def _of_a_letter(node: Any, roles: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Another letter in its place, or the same one turned round."""
    if isinstance(node, Symbol):
        yield from (("letter", r) for r in roles if isinstance(r, Symbol) and r.is_integer == node.is_integer)
        if node.is_integer:
            yield "dimension", FRESH
        return
    if node.shape[0] == node.shape[1]:
        yield "transpose", transpose(node)
        if isinstance(node, Inverted):
            yield "inverse", node.arg
        elif getattr(node, "invertible", False):
            yield "inverse", inverse(node)
    yield from (("letter", _dressed(node, r)) for r in roles if is_matrix(r) and _core(node) != r)


def _core(node: Any) -> Any:
    return node.arg if isinstance(node, (Transposed, Inverted)) else node


def _dressed(node: Any, letter: Any) -> Any:
    """The other letter, transposed or inverted as this one is; this one where it does not fit."""
    if isinstance(node, Inverted) and not letter.shape[0] == letter.shape[1] == node.shape[0]:
        return node
    other = {Transposed: transpose, Inverted: inverse}.get(type(node), lambda same: same)(letter)
    return other if other.shape == node.shape else node
