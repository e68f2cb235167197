"""Words of matrices such as S A S on sampled prompts, in NumPy: tr(B·word) for each of them.

Arrays of many prompts have the prompts on their last axis; constants have no such axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import ShapeError, UserError
from .prompts import Array, Case, Prompts, draw

RANDOM = ("X", "x", "w", "y")
GIVEN = ("Lambda", "C", "U", "A", "B", "p", "q", "I")


def word_shape(case: Case, word: Sequence[Any]) -> tuple[int, int]:
    """The shape of the word; ``UserError`` for an unknown factor, ``ShapeError`` where two neighbours do not fit."""
    value = _multiply(case, draw(np.random.default_rng(0), case, 1), word)
    return value.shape[0], value.shape[1]


def trace_samples(case: Case, prompts: Prompts, B: Array, word: Sequence[Any]) -> Array:
    """tr(B·word) for each prompt; B has the shape of the transposed word."""
    value = _multiply(case, prompts, word)
    out = np.einsum("ji,ijb->b", B, value)
    return np.broadcast_to(out, (prompts.target.size,))


def drawn(word: Sequence[Any]) -> frozenset[str]:
    """What of a prompt the word depends on, among ``prompts.BLOCKS``.

    >>> sorted(drawn(["S", ("tr", ["xT", "U", "x"])]))
    ['examples', 'query']
    """
    needs = {"X": ("examples",), "S": ("examples",), "x": ("query",), "w": ("task",), "y": ("examples", "task")}
    found: set[str] = set()
    for factor in word:
        if isinstance(factor, tuple):
            found |= drawn(factor[1])
        elif isinstance(factor, str):
            found.update(needs.get(factor.removesuffix("T"), ()))
    return frozenset(found)


def _multiply(case: Case, prompts: Prompts, word: Sequence[Any]) -> Array:
    """The word, rows×columns×B (B = 1 where nothing in it is random)."""
    scale, product = np.ones(1), None
    for factor in _flat(word):
        if isinstance(factor, tuple):
            scale = scale * np.einsum("iib->b", _multiply(case, prompts, factor[1]))
            continue
        value = _factor(case, prompts, factor)
        product = value if product is None else _times(product, value)
    return (np.ones((1, 1, 1)) if product is None else product) * scale


def _flat(word: Sequence[Any]) -> list[Any]:
    """The factors, with S written as the two factors X Xᵀ and a division by N."""
    out: list[Any] = []
    for factor in word:
        out += ["X/N", "XT"] if isinstance(factor, str) and factor == "S" else [factor]
    return out


def _times(left: Array, right: Array) -> Array:
    if left.shape[:2] == (1, 1) or right.shape[:2] == (1, 1):
        return left * right
    if left.shape[1] != right.shape[0]:
        raise ShapeError(f"a matrix of shape {left.shape[:2]} times one of shape {right.shape[:2]}")
    return np.einsum("ijb,jkb->ikb", left, right)


def _factor(case: Case, prompts: Prompts, factor: Any) -> Array:
    """One factor as an array rows×columns×B, with B = 1 for a constant."""
    if not isinstance(factor, str):
        return np.asarray(factor, dtype=float)[:, :, None]
    name = factor.removesuffix("T")
    if factor == "X/N":
        return prompts.X / case.N
    if name in RANDOM:
        columns = {"X": prompts.X, "x": prompts.x_q, "w": prompts.w, "y": prompts.y}[name]
        rows = columns if name == "X" else columns[:, None, :]
    elif name in GIVEN:
        value = np.eye(case.d) if name == "I" else np.asarray(getattr(case, name))
        rows = (value if value.ndim == 2 else value[:, None])[:, :, None]
    else:
        raise UserError(f"no factor is called {factor!r}; there are S, {', '.join(RANDOM + GIVEN)}, each also with T")
    return rows if factor == name else rows.transpose(1, 0, 2)
