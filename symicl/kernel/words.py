"""Words of matrix letters and their canonical forms: slow, small, and meant to be read.

A letter is an index into one table; a word is a tuple of indices.  A trace is a cyclic word: the same under rotation
and under transposition.  Neighbours that commute are sorted, a letter beside its inverse cancels, and a link of size
1 inside a word cuts a scalar out of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

from ..errors import ProofError
from ..language.expressions import Inverted, Transposed, inverse, is_matrix, product, transpose
from ..language.letters import Defined
from ..language.nodes import genuine
from .budget import spend

Word = tuple[int, ...]

_index: dict[Any, int] = {}
_letters: list[Any] = []
#: What is known of definitions; filled in by ``facts`` when it is loaded, so that this file knows no facts.
_commute: list[Callable[[Any, Any], bool]] = []
_symmetric: list[Callable[[Any], bool]] = []
_diagonal: list[Callable[[Any], bool]] = []


class Opaque:
    """A letter that is not an expression: a marker, or an expectation that stays as it is."""

    def __init__(self, key: Any, shape: tuple[Any, Any], flipped: bool = False) -> None:
        self.key, self.shape, self.flipped = key, shape, flipped

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        return self.key, self.shape, self.flipped

    @property
    def T(self) -> Opaque:
        return Opaque(self.key, self.shape[::-1], not self.flipped)


def index(letter: Any) -> int:
    """The index of a letter."""
    if type(letter) is not Opaque and not genuine(letter):
        raise ProofError(f"{letter}: a node of kind {type(letter).__name__} is not part of the language")
    if letter not in _index:
        _index[letter] = len(_letters)
        _letters.append(letter)
    return _index[letter]


def letter(i: int) -> Any:
    """The letter with that index."""
    return _letters[i]


@cache
def transposed(i: int) -> int:
    """The index of a letter's transpose."""
    node = _letters[i]
    if isinstance(node, Opaque):
        return i if diagonal(i) else index(node.T)
    if isinstance(core(node), Defined) and any(test(core(node)) for test in _symmetric):
        return i
    return index(transpose(node))


@cache
def inverted(i: int) -> int:
    """The index of a letter's inverse, or −1 where it cannot have one (it is not square)."""
    node = _letters[i]
    return index(inverse(node)) if is_matrix(node) and node.shape[0] == node.shape[1] else -1


@cache
def _rank(i: int) -> tuple[int, int]:
    """The order of letters that commute: one beside its inverse, so that they meet."""
    other = inverted(i)
    return (i if other < 0 else min(i, other)), i


@cache
def commute(i: int, j: int) -> bool:
    """Whether two different letters are known to commute."""
    a, b = _letters[i], _letters[j]
    if a.shape != b.shape or a.shape[0] != a.shape[1]:
        return False
    if isinstance(a, Opaque) or isinstance(b, Opaque):
        return diagonal(i) and diagonal(j)
    if i == j or (core(a) == core(b) and _plain(a) == _plain(b)):
        return True
    return any(test(_upright(a), _upright(b)) for test in _commute)


@cache
def diagonal(i: int) -> bool:
    """Whether a letter is known to be diagonal; the mean of a product is, where each factor is for every outcome."""
    node = _letters[i]
    if isinstance(node, Opaque):
        return isinstance(node.key, tuple) and all(map(diagonal, node.key[2]))
    return any(test(core(node)) for test in _diagonal)


def core(node: Any) -> Any:
    """The letter under transposes and inverses."""
    while isinstance(node, (Transposed, Inverted)):
        node = node.arg
    return node


def _upright(node: Any) -> Any:
    """The letter without its inverses; what commutes with one commutes with the other."""
    return core(node) if _plain(node) else transpose(core(node))


def _plain(node: Any) -> bool:
    """False where an odd number of transposes is on the letter."""
    flips = 0
    while isinstance(node, (Transposed, Inverted)):
        flips += isinstance(node, Transposed)
        node = node.arg
    return flips % 2 == 0


def flip(word: Word) -> Word:
    """The transposed word."""
    return tuple(transposed(i) for i in reversed(word))


def settle(word: Word) -> Word:
    """Cancel inverses and sort commuting neighbours until nothing changes."""
    spend(1 + len(word) * len(word) // 8)
    out: list[int] = []
    for i in word:
        out.append(i)
        k = len(out) - 1
        while k > 0:
            left, right = out[k - 1], out[k]
            if inverted(left) == right:
                del out[k - 1 : k + 1]
                k -= 1
                if not 0 < k < len(out):
                    break
            elif _rank(right) < _rank(left) and commute(left, right):
                out[k - 1], out[k] = right, left
                k -= 1
            else:
                break
    return tuple(out) if tuple(out) == word else settle(tuple(out))


@cache
def cyclic(word: Word) -> Word:
    """The canonical representative of a trace."""
    turns = _rotations(settle(word)) + _rotations(settle(flip(word)))
    shortest = min(turns, key=len, default=())
    if len(shortest) < len(word):
        return cyclic(shortest)
    return min((t for t in turns if len(t) < 2 or not commute(t[-1], t[0])), default=min(turns, default=()))


def _rotations(word: Word) -> list[Word]:
    return [settle(word[k:] + word[:k]) for k in range(max(len(word), 1))]


def cut(word: Word) -> tuple[tuple[Word, ...], Word]:
    """Cut the scalars out of an open word at its links of size 1: the traces, and what is left."""
    breaks = [k for k in range(len(word)) if _letters[word[k]].shape[0] == 1]
    if word and _letters[word[-1]].shape[1] == 1:
        breaks.append(len(word))
    if len(breaks) < 2:
        return (), word
    pieces = [word[a:b] for a, b in itertools.pairwise(breaks)]
    return tuple(pieces), word[: breaks[0]] + word[breaks[-1] :]


def cut_cycle(word: Word) -> tuple[Word, ...]:
    """Cut a trace at its links of size 1 into the scalars it is the product of."""
    breaks = [k for k in range(len(word)) if _letters[word[k]].shape[0] == 1]
    if not breaks:
        return (word,)
    turned = word[breaks[0] :] + word[: breaks[0]]
    marks = [b - breaks[0] for b in breaks] + [len(word)]
    return tuple(turned[a:b] for a, b in itertools.pairwise(marks))


def spell(word: Word, shape: Any) -> Any:
    """The word as an expression."""
    from ..language.expressions import identity

    return product(*[_letters[i] for i in word]) if word else identity(shape[0])


__all__ = ["Opaque", "Word", "commute", "cut", "cut_cycle", "cyclic", "flip", "index", "letter", "settle"]
