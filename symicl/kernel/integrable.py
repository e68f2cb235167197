"""Whether a term with inverses (GGᵀ)⁻¹ of a Gaussian matrix has a mean.

With s the smallest singular value of a d×M Gaussian G, ‖(GGᵀ)⁻¹‖ = s⁻² and ‖(GGᵀ)⁻¹G‖ = s⁻¹, and E s⁻ᵏ is finite
exactly where k < M − d + 1 (R. J. Muirhead, Aspects of Multivariate Statistical Theory, 3.2: the density of GGᵀ).  All
other factors have means of every order, so a term is integrable where its powers of s⁻¹ add up to less than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sympy.core.basic import Basic

from ..errors import ProofError
from ..language.expressions import Inverted, transpose
from . import facts, words
from .pairing import Sealing
from .polynomial import Sealed
from .words import Word


def refuse_infinite_means(keys: Iterable[Any], over: Iterable[Any]) -> None:
    """``ProofError`` for a term whose mean over the Gaussian letters ``over`` may be infinite."""
    averaged = frozenset(over)
    for powers, traces, word in keys:
        needed: Counter[Any] = Counter()
        _count_scalars(needed, powers, averaged)
        _count_words(needed, traces, word, averaged)
        for letter, power in needed.items():
            rows, columns = letter.shape
            if not (columns - rows + 1 - power).is_positive:
                raise ProofError(
                    f"the mean over {letter} of a term with an inverse of {letter @ letter.T} to the power {power}/2 "
                    f"may be infinite: nothing says that {letter} has so many more columns than rows"
                )


def _count_words(needed: Counter[Any], traces: Iterable[Word], word: Word, averaged: frozenset[Any]) -> None:
    for loop in traces:
        _count(needed, loop, averaged, closed=True)
    _count(needed, word, averaged, closed=False)


def _count(needed: Counter[Any], word: Word, averaged: frozenset[Any], *, closed: bool) -> None:
    """Add the power of s⁻¹ in one word, by letter: 2 for an inverse, 1 less for each G beside it.

    A mean that is sealed up in the word may hold inverses too.
    """
    for k, i in enumerate(word):
        node = words.letter(i)
        if isinstance(node, words.Opaque) and isinstance(node.key, tuple):
            _, (traces, powers), middle, _ = node.key
            _count_scalars(needed, powers, averaged)
            _count_words(needed, traces, middle, averaged)
            continue
        letter = facts.wide_gram(node.arg) if isinstance(node, Inverted) else None
        if letter not in averaged:
            _refuse_inverted(node, averaged)
            continue
        before = words.letter(word[k - 1]) if k or closed else None
        after = words.letter(word[(k + 1) % len(word)]) if k + 1 < len(word) or closed else None
        needed[letter] += 2 - (before == transpose(letter)) - (after == letter)


def _count_scalars(needed: Counter[Any], powers: Iterable[tuple[Any, int]], averaged: frozenset[Any]) -> None:
    """The same in scalars: means that are sealed up are looked into, other scalars must hold no such inverse."""
    for symbol, exponent in powers:
        if isinstance(symbol, Sealing) and exponent > 0:
            _, traces, inner = symbol.key
            inside: Counter[Any] = Counter()
            _count_scalars(inside, inner, averaged)
            _count_words(inside, traces, (), averaged)
            needed.update({letter: exponent * power for letter, power in inside.items()})
        else:
            _refuse_inverted(symbol, averaged)


def _refuse_inverted(thing: Any, averaged: frozenset[Any]) -> None:
    """``ProofError`` for a scalar, or a letter of a word, that hides an inverse of GGᵀ in it."""
    if found := averaged & _inverted_in(thing):
        letter = min(found, key=str)
        raise ProofError(f"the mean over {letter} of something with an inverse of {letter @ letter.T} hidden in it")


def _inverted_in(symbol: Any) -> frozenset[Any]:
    """The Gaussian letters G of which an inverse of GGᵀ stands somewhere in a scalar or a letter of a word."""
    if isinstance(symbol, Basic):
        inverted = [facts.wide_gram(part) for kind, part in facts.conditions(symbol) if kind == "invertible"]
        return frozenset(letter for letter in inverted if letter is not None)
    if isinstance(symbol, Sealed):
        return frozenset().union(*(_inverted_in_term(*key) for key in symbol.poly.terms))
    _, traces, inner = symbol.key
    return _inverted_in_term(inner, traces, ())


def _inverted_in_term(powers: Iterable[tuple[Any, int]], traces: Iterable[Word], word: Word) -> frozenset[Any]:
    found = {letter for symbol, _ in powers for letter in _inverted_in(symbol)}
    for i in {i for w in (*traces, word) for i in w}:
        node = words.letter(i)
        if isinstance(node, words.Opaque) and isinstance(node.key, tuple):
            _, (loops, inner), middle, _ = node.key
            found |= _inverted_in_term(inner, loops, middle)
        elif isinstance(node, Inverted) and (letter := facts.wide_gram(node.arg)) is not None:
            found.add(letter)
    return frozenset(found)
