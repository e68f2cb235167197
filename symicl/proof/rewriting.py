"""Putting known equations to use wherever their left sides stand: the multipliers of a combination, found by search.

``rules.combination`` wants each equation with what it is multiplied by.  Where an equation such as A v = λ v is used
many times over, these are found here: in every term that holds its left side, that side becomes the right one, until
none is left.  The kernel checks the combination, so that nothing is trusted here.

>>> from symicl import dimension, positive_definite, vector, scalar, Eq
>>> from symicl.kernel import theorem as kernel
>>> A, v, c = positive_definite("A", dimension("d")), vector("v", dimension("d")), scalar("c")
>>> settle(Eq(v.T @ A @ A @ v, c**2 * (v.T @ v)), kernel.assume(Eq(A @ v, c * v))).statement
v.T A A v = c^2 v.T v
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Rational

from ..errors import ProofError
from ..kernel import theorem as kernel
from ..kernel import words
from ..kernel.polynomial import Reading, Sealed
from ..kernel.theorem import Theorem
from ..language.expressions import add, is_matrix, product, tr
from ..language.statements import Eq
from .rules import Rule, say

#: A combination needs at most so many uses of the equations.
MOST = 500


def settle(goal: Eq, *equations: Theorem, open: Any = ()) -> Theorem:
    """``goal``, which follows by matrix algebra once ``equations`` are used from left to right.

    The left side of each is one product.  ``open``: definitions that are replaced by their bodies.  ``ProofError``
    where what is left does not vanish.
    """
    return kernel.combine(goal, multipliers(goal, *equations, open=open), open)


def rewriting(*equations: Theorem, open: Any = (), reason: str, **parts: Any) -> Rule:
    """The next line follows by the equations, used wherever their left sides stand."""
    return Rule("combine", say(reason, **parts), lambda goal: settle(goal, *equations, open=open))


def multipliers(goal: Eq, *equations: Theorem, open: Any = ()) -> list[tuple[Theorem, Any, Any]]:
    """What each use of an equation is multiplied by, from the left and from the right."""
    reading = Reading(open=open)
    rest = reading.read(goal.lhs) + reading.read(goal.rhs).scale(-1)
    patterns = [pattern for known in equations for pattern in _patterns(known, reading)]
    used: list[tuple[Theorem, Any, Any]] = []
    settled: set[Any] = set()
    while key := next((key for key in rest.terms if key not in settled), None):
        step = _use(key, rest.terms[key], patterns)
        if step is None:
            settled.add(key)
            continue
        known, before, after = step
        gap = product(before, known.statement.lhs - known.statement.rhs, after)
        gap = tr(gap) if is_matrix(gap) and not is_matrix(goal.lhs) else gap
        rest = rest + reading.read(gap).scale(-1)
        used.append(step)
        if len(used) > MOST:
            raise ProofError(f"{goal}: the equations can be used again and again without an end")
    return used


def _patterns(known: Theorem, reading: Reading) -> Iterator[tuple[Theorem, Any]]:
    """An equation, and where its left side is a product of matrices its transpose too, with what to look for."""
    for theorem in (known, kernel.flip(known)) if is_matrix(known.statement.lhs) else (known,):
        terms = reading.read(theorem.statement.lhs).terms
        if len(terms) != 1 or set(terms.values()) != {1}:
            raise ProofError(f"{theorem.statement}: the left side must be one product, to be found in others")
        yield theorem, next(iter(terms))


def _use(key: Any, c: Any, patterns: list[tuple[Theorem, Any]]) -> tuple[Theorem, Any, Any] | None:
    """The first equation whose left side stands in a term, with what it is multiplied by there."""
    for known, wanted in patterns:
        place = _place(key, wanted)
        if place is not None:
            powers, loops, before, after = place
            scalars = [_number(c), *_powers(powers), *_closed(loops)]
            return known, product(*scalars, *_letters(before)), product(1, *_letters(after))
    return None


def _place(key: Any, wanted: Any) -> tuple[dict[Any, int], Any, Any, Any] | None:
    """Where a term holds what is wanted: the scalars and traces beside it, and the letters before and after it."""
    powers, traces, word = key
    needed, loops, inner = wanted
    left = dict(powers)
    for symbol, exponent in needed:
        if left.get(symbol, 0) < exponent:
            return None
        left[symbol] -= exponent
    if not inner:
        others = list(traces)
        for loop in loops:
            if loop not in others:
                return None
            others.remove(loop)
        return left, others, word, ()
    size = len(inner)
    for k in range(len(word) - size + 1):
        if word[k : k + size] == inner:
            return left, traces, word[:k], word[k + size :]
    for t, loop in enumerate(() if word else traces):
        for k in range(len(loop)):
            turned = loop[k:] + loop[:k]
            if turned[:size] == inner:
                return left, (*traces[:t], *traces[t + 1 :]), (), turned[size:]
    return None


def _scalar(symbol: Any) -> Any:
    """A scalar of the normal form as an expression: a sum that something is divided by is written out."""
    if not isinstance(symbol, Sealed):
        return symbol
    terms = symbol.poly.terms.items()
    return add(*[product(_number(c), *_powers(dict(p)), *_closed(loops)) for (p, loops, _), c in terms])


def _powers(powers: dict[Any, int]) -> list[Any]:
    return [_scalar(symbol) ** exponent for symbol, exponent in powers.items() if exponent]


def _number(c: Any) -> Rational:
    return Rational(c.numerator, c.denominator)


def _closed(loops: Any) -> list[Any]:
    return [tr(product(*_letters(loop))) for loop in loops]


def _letters(word: Any) -> list[Any]:
    return [words.letter(i) for i in word]
