"""Words of letters and cyclic words (traces) in normal form.

An *open* word is a product of letters.  It is brought into normal form by cancelling inverses, by sorting letters
that commute (a partially commutative group: reduce, then take the lexicographically least word; Cartier and Foata
1969), and by splitting off scalars where an inner size is 1, as in A x xᵀ y yᵀ B = (xᵀy) A x yᵀ B.

A *cyclic* word stands for the trace of its product.  Its normal form is the least one among all rotations of the
word and of its transpose, moving commuting letters round the end as well.  Each cyclic word has a number.
"""

from __future__ import annotations

import itertools

from .atoms import ATOMS, CAREFUL, COLS, COMPOSITE, INVERSE, ROWS, TRANSPOSE, Key, Terms, Word, transposed
from .scalars import ONE, SIZE_TERMS

# What a product comes to: the word, the numbers of the traces split off, the sizes n of traces tr(I_n) split off.
Split = tuple[Word, tuple[int, ...], tuple[int, ...]]

CYCLES: list[Word] = []
LETTERS_IN: list[int] = []  # for each cyclic word, the set of its letters as bits
_CYCLE_ID: dict[Word, int] = {}
_CLOSED: dict[Word, tuple[tuple[int, ...], tuple[int, ...]]] = {}
_OPEN: dict[Word, Split] = {}
_COMMUTE: dict[tuple[int, int], bool] = {}


def clear_words() -> None:
    """Forget all normal forms that were computed; the numbers of letters and of cyclic words stay valid."""
    for cache in (_CLOSED, _OPEN, _COMMUTE):
        cache.clear()


def letters_in(word: Word) -> int:
    """The letters of a word as bits."""
    bits = 0
    for code in set(word):
        bits |= 1 << (code >> 2)
    return bits


def normal(word: Word) -> Split:
    """The normal form of a product of letters whose shapes fit."""
    known = _OPEN.get(word)
    if known is None:
        known = _OPEN[word] = _normal(word)
    return known


def _normal(word: Word) -> Split:
    cuts = [i for i, code in enumerate(word) if ROWS[code] == ONE]
    if word and COLS[word[-1]] == ONE:
        cuts.append(len(word))
    if len(cuts) < 2:
        return reduced(word), (), ()
    cycles: list[int] = []
    sizes: list[int] = []
    for start, stop in itertools.pairwise(cuts):
        more, empty = closed(word[start:stop])
        cycles.extend(more)
        sizes.extend(empty)
    rest = word[: cuts[0]] + word[cuts[-1] :]
    return reduced(rest), tuple(sorted(cycles)), tuple(sizes)


def closed(word: Word) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The trace of a non-empty product: the numbers of the cyclic words, and the sizes n of factors tr(I_n)."""
    known = _CLOSED.get(word)
    if known is None:
        known = _CLOSED[word] = _closed(word)
    return known


def _closed(word: Word) -> tuple[tuple[int, ...], tuple[int, ...]]:
    cuts = [i for i, code in enumerate(word) if ROWS[code] == ONE]
    if len(cuts) > 1 or (cuts and cuts[0]):
        turned = word[cuts[0] :] + word[: cuts[0]]
        ends = [c - cuts[0] for c in cuts[1:]] + [len(word)]
        pieces = [turned[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    else:
        pieces = [word]
    cycles, sizes = [], []
    for piece in pieces:
        least = _least(piece)
        if least:
            cycles.append(number(least))
        else:
            sizes.append(ROWS[piece[0]])
    return tuple(sorted(cycles)), tuple(sizes)


def number(cycle: Word) -> int:
    """The number of a cyclic word that is in normal form already."""
    known = _CYCLE_ID.get(cycle)
    if known is None:
        known = _CYCLE_ID[cycle] = len(CYCLES)
        CYCLES.append(cycle)
        LETTERS_IN.append(letters_in(cycle))
    return known


def _least(word: Word) -> Word:
    if not CAREFUL.isdisjoint(word):
        word = _unwound(word)
        if any(c >> 2 in COMPOSITE for c in word):
            return min(_conjugates(word) + _conjugates(transposed(word)), default=())
    return _least_turn(word)


def _least_turn(word: Word) -> Word:
    if not word:
        return word
    back = tuple([TRANSPOSE[c] for c in reversed(word)])
    # Letters that are entered late, such as the A in tr(Λ A Λ), are rare: few turns begin with them.
    first = max(word) >> 2
    return min([v[i:] + v[:i] for v in (word, back) for i, c in enumerate(v) if c >> 2 == first])


def _unwound(word: Word) -> Word:
    """Reduce a cyclic word: inverses cancel round its end as well, also past letters that commute."""
    word = reduced(word)
    while any(c ^ INVERSE in word for c in word):
        for i in _movable(word):
            rest = word[:i] + word[i + 1 :]
            turned = reduced((*rest, word[i]))
            if len(turned) < len(word):
                word = turned
                break
        else:
            break
    return word


def _movable(word: Word) -> list[int]:
    """The places of letters that can be moved to the front."""
    places: list[int] = []
    before: list[int] = []  # the different letters so far
    for i, c in enumerate(word):
        for b in before:
            if b != c and not commute(b, c):
                break
        else:
            places.append(i)
        if c not in before:
            before.append(c)
    return places


def _conjugates(word: Word) -> list[Word]:
    """All normal forms that are reached from a word by moving letters from the front to the end."""
    seen = {reduced(word)}
    stack = list(seen)
    while stack:
        at = stack.pop()
        for i in _movable(at):
            turned = reduced((*at[:i], *at[i + 1 :], at[i]))
            if turned not in seen:
                seen.add(turned)
                stack.append(turned)
    return list(seen)


def reduced(word: Word) -> Word:
    """Cancel inverses and sort letters that commute; the sizes inside are not looked at.

    Letter by letter: a letter that meets its inverse on its way to the left takes it along; else it stands before
    the first greater letter that it can reach, which keeps the word the least of its class.
    """
    if CAREFUL.isdisjoint(word):
        return word
    kept: list[int] = []
    for code in word:
        partner = code ^ INVERSE
        place = at = len(kept)
        while place:
            other = kept[place - 1]
            if other == partner:
                del kept[place - 1]
                break
            if not commute(other, code):
                kept.insert(at, code)
                break
            place -= 1
            if other > code:
                at = place
        else:
            kept.insert(at, code)
    return tuple(kept)


def commute(a: int, b: int) -> bool:
    """Whether two letters commute, for all values: decided from the bodies of composite letters."""
    known = _COMMUTE.get((a, b))
    if known is None:
        known = _COMMUTE[a, b] = _COMMUTE[b, a] = _decide(a & ~INVERSE, b & ~INVERSE)
    return known


def _decide(a: int, b: int) -> bool:
    if a == b:
        return True
    if a >> 2 not in COMPOSITE and b >> 2 not in COMPOSITE:
        return False
    return _commute(*((a, b) if a < b else (b, a)))


def _commute(a: int, b: int) -> bool:
    if not ROWS[a] == COLS[a] == ROWS[b] == COLS[b]:
        return False
    # The deeper one is expanded, so that this ends.
    if ATOMS[a >> 2].depth < ATOMS[b >> 2].depth:
        a, b = b, a
    body = ATOMS[a >> 2].body or {}
    if a & 1:
        body = {(transposed(w), t, m): c for (w, t, m), c in body.items()}
    return times_words(body, (), (b,)) == times_words(body, (b,), ())


def times_words(terms: Terms, left: Word, right: Word) -> Terms:
    """The terms multiplied by a word from either side."""
    out: Terms = {}
    for (word, traces, packed), c in terms.items():
        new, more, sizes = normal(left + word + right)
        put(out, new, merged(traces, more), packed, c, sizes)
    return {key: c for key, c in out.items() if c}


def merged(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    """The traces of a product."""
    if not left:
        return right
    return tuple(sorted(left + right)) if right else left


def put(out: Terms, word: Word, traces: tuple[int, ...], packed: int, c: int, sizes: tuple[int, ...] = ()) -> None:
    """Add c · monomial · traces · word · Π tr(I_n) to ``out``; zeros may stay in it."""
    if not sizes:
        key: Key = (word, traces, packed)
        out[key] = out.get(key, 0) + c
        return
    for more, factor in SIZE_TERMS[sizes[0]].items():
        put(out, word, traces, packed + more, c * factor, sizes[1:])
