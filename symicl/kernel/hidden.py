"""What a symbol or a letter of the normal form depends on, however deep that is hidden in it.

A rule that works on the occurrences of a letter (the Wick step, the product rule) must meet all of them.  So whatever
holds the letter, and is not that letter itself or its transpose, is refused: an allow-list, so that a kind of node
that nobody thought of is refused as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy.core.basic import Basic

from ..language.expressions import Transposed
from ..language.mean import free_letters
from . import words


def letters_in(thing: Any) -> frozenset[Any]:
    """The letters and scalars that a symbol or a letter depends on."""
    if isinstance(thing, Basic):
        return free_letters(thing)
    if isinstance(thing, words.Opaque):
        return frozenset(thing.key[3]) if isinstance(thing.key, tuple) else frozenset()
    return thing.depends()


def letters_of_term(key: Any) -> frozenset[Any]:
    """All that a term of a polynomial depends on: its scalars, its traces, its word."""
    powers, traces, word = key
    scalars = [letters_in(symbol) for symbol, _ in powers]
    matrices = [letters_in(words.letter(i)) for w in (*traces, word) for i in w]
    return frozenset().union(*scalars, *matrices)


def hides(i: int, moved: Iterable[Any]) -> bool:
    """Whether a letter of a word depends on one of ``moved`` without being that letter or its transpose."""
    node, wanted = words.letter(i), frozenset(moved)
    bare = node.arg if isinstance(node, Transposed) else node
    return bare not in wanted and bool(letters_in(node) & wanted)
