"""The Wick step: the expectation of a product of Gaussian letters is the sum over all pairings.

For a Gaussian matrix G with covariance C of its columns, E G_ai G_bj = C_ab δ_ij.  The first G is paired with every
other one in turn, which rewrites the words; an odd number of them averages to 0 (Isserlis 1918, Wick 1950).
An open word is closed by a marker, so that there are only traces to rewrite.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from typing import Any

from sympy.core.basic import Basic

from ..errors import ProofError
from ..language.expressions import Identity, Transposed
from ..language.letters import Centred, Gaussian
from ..language.mean import DefinedScalar
from . import words
from .budget import spend
from .hidden import hides, letters_in
from .polynomial import Key, Number, Poly, Reading, close, monomial, sum_of
from .words import Opaque, Word


def average(poly: Poly, over: Any, reading: Any) -> Poly:
    """The expectation of ``poly`` over Gaussian letters: paired where allowed, else kept as an opaque mean."""
    for letter in over:
        if letter in reading.over:
            reading.used.add("Wick" if isinstance(letter, Gaussian) else "second moments")
            poly = integrate(poly, letter)
    left = [g for g in over if g not in reading.over]
    if not left:
        return poly
    reading.used.add("linearity of expectation")
    for letter in left:
        if type(letter) is Centred:
            _refuse_unknown(poly, letter)
    return sum_of([_seal(key, c, left, poly.shape) for key, c in poly.terms.items()], poly.shape)


def integrate(poly: Poly, letter: Centred) -> Poly:
    """The expectation over one random letter, term by term."""
    out: dict[Key, Number] = defaultdict(int)
    for (powers, traces, word), c in poly.terms.items():
        _refuse_hidden(powers, (*traces, word), letter)
        if not isinstance(letter, Gaussian):
            _refuse_higher(powers, (*traces, word), letter)
        loops = list(traces)
        if poly.shape is not None:
            loops.append((*word, words.index(Opaque("end", poly.shape[::-1]))))
        for size, closed in _pairings(loops, words.index(letter)):
            for key, f in _collect(powers, closed, size, letter, poly.shape).items():
                out[key] += c * f
    return Poly(out, poly.shape)


def _refuse_hidden(powers: Any, found: Any, letter: Centred) -> None:
    """A Gaussian letter under an inverse, a quotient, a derivative or another mean is out of the rule's reach."""
    for symbol, _ in powers:
        if letter in letters_in(symbol):
            raise ProofError(f"the expectation over {letter} does not reach into {_named(symbol)}")
    for i in {i for w in found for i in w}:
        if hides(i, [letter]):
            raise ProofError(f"the expectation over {letter} does not reach into {_named(words.letter(i))}")


def _refuse_higher(powers: Any, found: Any, letter: Centred) -> None:
    """Of a letter that is not Gaussian, and of its group, only products of two have a known expectation."""
    shown = [_upright(words.letter(i)) for w in found for i in w]
    hiding = [symbol for symbol, _ in powers] + [node for node in shown if not _is_kin(node, letter)]
    count = len(shown) + len(powers) - len(hiding)
    if count > 2 or any(_is_kin(inner, letter) for thing in hiding for inner in letters_in(thing)):
        raise ProofError(f"the expectation over {letter}: only its second moments are known, and more is needed here")


def _refuse_unknown(poly: Poly, letter: Centred) -> None:
    """Where only second moments are known, there need be no mean of anything else; so none is kept as it is either."""
    for (powers, traces, word), c in poly.terms.items():
        named = next((s for s, e in powers if _names_kin(s, letter) and e > 0), None)
        if named is None:
            _refuse_higher(powers, (*traces, word), letter)
            continue
        rest = Poly({(tuple((s, e) for s, e in powers if s != named), traces, word): c}, poly.shape)
        body = Reading().read(named.body)
        _refuse_unknown(reduce(lambda a, _: a * body, range(dict(powers)[named]), rest), letter)


def _names_kin(symbol: Any, letter: Centred) -> bool:
    """Whether a symbol is the name of a scalar in which there are letters of this one's group."""
    return isinstance(symbol, DefinedScalar) and any(_is_kin(inner, letter) for inner in letters_in(symbol))


def _upright(node: Any) -> Any:
    return node.arg if isinstance(node, Transposed) else node


def _is_kin(node: Any, letter: Centred) -> bool:
    return isinstance(node, Centred) and not isinstance(node, Gaussian) and node.group == letter.group


def _named(thing: Any) -> str:
    return str(thing) if isinstance(thing, Basic) else "what is sealed up: a quotient or another expectation"


def _pairings(loops: list[Word], g: int) -> list[tuple[int, list[Word]]]:
    """All ways to pair the occurrences of letter g: how many column loops closed, and the words that are left."""
    gt = words.transposed(g)
    spend(1 + sum(map(len, loops)))
    place = next(((t, k) for t, w in enumerate(loops) for k, i in enumerate(w) if i in (g, gt)), None)
    if place is None:
        return [(0, loops)]
    t, k = place
    rest = loops[:t] + loops[t + 1 :]
    turned = loops[t][k:] + loops[t][:k]
    if turned[0] == gt:
        turned = words.flip(turned)[-1:] + words.flip(turned)[:-1]
    covariance = words.letter(g).covariance
    middle = () if isinstance(covariance, Identity) else (words.index(covariance),)
    return _within(turned[1:], rest, middle, g) + _across(turned[1:], rest, middle, g)


def _within(body: Word, rest: list[Word], middle: Word, g: int) -> list[tuple[int, list[Word]]]:
    """tr(G A Gᵀ B) gives tr(A) tr(C B); tr(G A G B) gives tr(C Aᵀ B) with the transpose turned round."""
    out = []
    gt = words.transposed(g)
    for j, i in enumerate(body):
        before, after = body[:j], body[j + 1 :]
        if i == gt:
            new, closed = [w for w in (before, middle + after) if w], int(not before)
            tail: list[Word] = [()] if not middle + after else []
            out += [(n + closed, w) for n, w in _pairings(rest + new + tail, g)]
        elif i == g:
            out += _pairings([*rest, middle + words.flip(before) + after], g)
    return out


def _across(body: Word, rest: list[Word], middle: Word, g: int) -> list[tuple[int, list[Word]]]:
    """tr(G A) tr(Gᵀ B) gives tr(A C B), with the second trace transposed where it holds G itself."""
    out = []
    gt = words.transposed(g)
    for t, other in enumerate(rest):
        for j, i in enumerate(other):
            if i not in (g, gt):
                continue
            turned = other[j:] + other[:j]
            if i == g:
                turned = words.flip(turned)[-1:] + words.flip(turned)[:-1]
            out += _pairings(rest[:t] + rest[t + 1 :] + [body + middle + turned[1:]], g)
    return out


def _collect(powers: Any, loops: list[Word], columns: int, letter: Centred, shape: Any) -> dict[Key, Number]:
    """The term that one pairing leaves; an empty trace is the size of the space it ran in."""
    result = Poly({(powers, (), ()): 1})
    for _ in range(columns):
        result = result * Poly(close((), (), (), letter.shape[1]))
    ends = (
        {words.index(Opaque("end", shape[::-1])), words.transposed(words.index(Opaque("end", shape[::-1])))}
        if (shape is not None)
        else set()
    )
    open_word: Word = ()
    for loop in loops:
        mark = next((k for k, i in enumerate(loop) if i in ends), None)
        if mark is None:
            size = words.letter(loop[0]).shape[0] if loop else letter.shape[0]
            result = result * Poly(close((), (), loop, size))
        else:
            turned = loop[mark + 1 :] + loop[:mark]
            straight = not words.letter(loop[mark]).flipped
            open_word = turned if straight else words.flip(turned)
    if shape is None:
        return result.terms
    return (result * Poly(monomial((), (), open_word, shape), shape)).terms


class Sealing:
    """An expectation that is not worked out: which letters it is over, and the traces and scalars inside."""

    def __init__(self, over: frozenset[Any], traces: tuple[Word, ...], powers: Any) -> None:
        self.over, self.key = over, (over, traces, frozenset(powers))
        found = {g for w in traces for i in w for g in _letters(i)} | {g for s, _ in powers for g in letters_in(s)}
        self.letters = frozenset(found - over)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealing) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def depends(self) -> frozenset[Any]:
        """The letters that are free in it."""
        return self.letters


def _letters(i: int) -> frozenset[Any]:
    return letters_in(words.letter(i))


def _seal(key: Key, c: Number, over: list[Any], shape: Any) -> Poly:
    """Split a term into what is constant and what is random, and seal the random part up."""
    every, traces, word = key
    word = _gathered(word, over)
    inner = tuple((s, e) for s, e in every if letters_in(s) & set(over))
    powers = tuple(pair for pair in every if pair not in inner)
    random = [t for t in traces if any(_letters(i) & set(over) for i in t)]
    fixed = [t for t in traces if t not in random]
    loose = [k for k, i in enumerate(word) if _letters(i) & set(over)]
    scalar = Poly({(powers, tuple(sorted(fixed)), ()): c})
    scalars = frozenset(g for s, _ in inner for g in letters_in(s))
    met = frozenset(over) & scalars.union(*(_letters(i) for w in (*random, word) for i in w))
    if not loose:
        if random or inner:
            scalar = scalar * Poly({(((Sealing(met, tuple(sorted(random)), inner), 1),), (), ()): 1})
        return scalar if shape is None else scalar * Poly(monomial((), (), word, shape), shape)
    first, last = loose[0], loose[-1] + 1
    seal = _sealed_word(met, tuple(sorted(random)), inner, words.settle(word[first:last]))
    return scalar * Poly({((), (), (*word[:first], seal, *word[last:])): 1}, shape)


def _gathered(word: Word, over: list[Any]) -> Word:
    """What is not random moved to the left of all that is, where it commutes with that."""
    out: list[int] = []
    for i in word:
        place = len(out)
        if not _letters(i) & set(over):
            while place and _letters(out[place - 1]) & set(over) and words.commute(out[place - 1], i):
                place -= 1
            place = len(out) if place and _letters(out[place - 1]) & set(over) else place
        out.insert(place, i)
    return tuple(out)


def _sealed_word(over: frozenset[Any], traces: tuple[Word, ...], powers: Any, middle: Word) -> int:
    """An opaque letter for a mean word; the transpose of a mean is the mean of the transpose."""
    turned = words.flip(middle)
    flipped = turned < middle
    middle = turned if flipped else middle
    shape = words.letter(middle[0]).shape[0], words.letter(middle[-1]).shape[1]
    scalars = frozenset(g for s, _ in powers for g in letters_in(s))
    free = scalars.union(*(_letters(i) for w in (*traces, middle) for i in w)) - over
    letter = Opaque((over, (traces, frozenset(powers)), middle, free), shape)
    return words.index(letter.T if flipped else letter)
