"""Derivatives of trace polynomials by the product rule: each occurrence of a letter moves in turn.

The gradient G of a scalar f in a matrix U is read off df = tr(Gᵀ dU) (see Petersen & Pedersen, The Matrix Cookbook).
"""

from __future__ import annotations

from typing import Any

from ..errors import ProofError
from ..language.expressions import is_matrix
from . import words
from .hidden import hides, letters_in
from .polynomial import Key, Number, Poly, _powers, close, number, sum_of


def along(poly: Poly, directions: dict[Any, Poly]) -> Poly:
    """The derivative of a scalar polynomial when each letter moves in its direction."""
    return sum_of([_term(key, c, directions) for key, c in poly.terms.items()])


def second(poly: Poly, directions: dict[Any, Poly]) -> Poly:
    """d²/dt² of f(z + t v) at t = 0, for directions v that stay fixed while z moves."""
    markers = {k: _marker(k) for k in directions}
    first = along(poly, dict(markers.items()))
    twice = along(first, dict(markers.items()))
    return _fill(twice, {_name(k): v for k, v in directions.items()})


def gradient(poly: Poly, letter: Any) -> Poly:
    """The gradient in a matrix letter, or the ordinary derivative in a scalar symbol."""
    if not is_matrix(letter):
        if letter.is_integer:
            raise ProofError(f"{letter} counts something, so there is no derivative in it")
        return along(poly, {letter: number(1)})
    if letter.symmetric:
        raise ProofError(f"{letter}: the gradient in a symmetric letter is not defined here")
    moved = along(poly, {letter: _marker(letter)})
    mark = words.index(_name(letter))
    return sum_of([_read_off(key, c, mark, letter.shape) for key, c in moved.terms.items()], letter.shape)


def _name(letter: Any) -> Any:
    return words.Opaque(letter, letter.shape if is_matrix(letter) else (1, 1))


def _marker(letter: Any) -> Poly:
    if is_matrix(letter):
        return Poly({((), (), (words.index(_name(letter)),)): 1}, letter.shape)
    return Poly({(((_name(letter), 1),), (), ()): 1})


def _refuse_hidden(powers: Any, traces: Any, directions: dict[Any, Poly]) -> None:
    for symbol, exponent in powers:
        moves = symbol in directions and exponent > 0
        if not moves and letters_in(symbol) & set(directions):
            raise ProofError(f"the derivative does not reach into {symbol}")
    for i in {i for w in traces for i in w}:
        if hides(i, directions):
            raise ProofError(f"the derivative does not reach into {words.letter(i)}")


def _term(key: Key, c: Number, directions: dict[Any, Poly]) -> Poly:
    powers, traces, word = key
    if word:
        raise ProofError("only a scalar is differentiated here")
    _refuse_hidden(powers, traces, directions)
    parts = []
    for symbol, exponent in powers:
        if symbol in directions:
            lower = Poly({(_powers((*powers, (symbol, -1))), traces, ()): c * exponent})
            parts.append(lower * directions[symbol])
    for t, loop in enumerate(traces):
        others = Poly({(powers, traces[:t] + traces[t + 1 :], ()): c})
        for k, i in enumerate(loop):
            node = words.letter(i)
            base = node if isinstance(node, words.Opaque) else words.core(node)
            if base in directions:
                turned = loop[k + 1 :] + loop[:k]
                moved = directions[base] if node == base else flip(directions[base])
                parts.append(others * _trace_with(moved, turned))
    return sum_of(parts)


def flip(poly: Poly) -> Poly:
    """The transposed polynomial."""
    return Poly({(p, t, words.flip(w)): c for (p, t, w), c in poly.terms.items()}, poly.shape[::-1])


def _trace_with(moved: Poly, rest: words.Word) -> Poly:
    """tr(moved · rest), closed term by term."""
    out = Poly({})
    for (p, t, w), c in moved.terms.items():
        out = out + Poly(close(p, t, w + rest, moved.shape[0])).scale(c)
    return out


def _read_off(key: Key, c: Number, mark: int, shape: Any) -> Poly:
    powers, traces, _ = key
    flipped = words.transposed(mark)
    place = next((t, k) for t, w in enumerate(traces) for k, i in enumerate(w) if i in (mark, flipped))
    t, k = place
    loop = traces[t]
    rest = loop[k + 1 :] + loop[:k]
    word = rest if loop[k] == flipped else words.flip(rest)
    others = Poly({(powers, traces[:t] + traces[t + 1 :], ()): c})
    return others * Poly({((), (), words.settle(word)): 1}, shape)


def _fill(poly: Poly, values: dict[Any, Poly]) -> Poly:
    """Put the directions in for their markers."""
    for name, value in values.items():
        while any(_holds(key, name) for key in poly.terms):
            poly = sum_of([_fill_one(key, c, name, value) for key, c in poly.terms.items()])
    return poly


def _holds(key: Key, name: Any) -> bool:
    if name.shape == (1, 1):
        return any(s == name for s, _ in key[0])
    marks = {words.index(name), words.transposed(words.index(name))}
    return any(i in marks for w in key[1] for i in w)


def _fill_one(key: Key, c: Number, name: Any, value: Poly) -> Poly:
    powers, traces, _ = key
    if not _holds(key, name):
        return Poly({key: c})
    if name.shape == (1, 1):
        rest = Poly({(_powers((*powers, (name, -1))), traces, ()): c})
        return rest * value
    mark = words.index(name)
    t, k = next((t, k) for t, w in enumerate(traces) for k, i in enumerate(w) if i in (mark, words.transposed(mark)))
    loop = traces[t]
    moved = value if loop[k] == mark else flip(value)
    return Poly({(powers, traces[:t] + traces[t + 1 :], ()): c}) * _trace_with(moved, loop[k + 1 :] + loop[:k])
