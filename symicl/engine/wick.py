"""Expectations over Gaussian matrices by Wick pairings (Isserlis 1918), for symbolic sizes.

For a Gaussian letter G with covariance C of its columns, E G_ai G_bj = C_ab δ_ij.  Pairing the first G of a word with
another one splices the word:

    L G M Gᵀ R → tr(M) L C R          L G M G R → L C Mᵀ R
    L Gᵀ M G R → tr(C M) L R          L Gᵀ M Gᵀ R → L Mᵀ C R

and a partner in another trace opens that trace and splices it in.  The number of columns enters only as tr(I).
"""

from __future__ import annotations

from typing import Any

from ..errors import UserError
from ..language.letters import Gaussian
from .atoms import ATOMS, COLS, ROWS, TRANSPOSE, Terms, Word, atom_of, code_of, transposed
from .forms import Form
from .pairings import paired_at_once
from .powers import as_powers, power_mean
from .scalars import ONE
from .words import CYCLES, LETTERS_IN, closed, letters_in, merged, normal, put

# What is left to average (open word, traces) → its expectation, for one Gaussian letter and one form of open words.
Memo = dict[tuple[Word, tuple[int, ...]], Terms]
_MEMO: dict[int, Memo] = {}


def clear_wick() -> None:
    """Forget all expectations that were computed."""
    _MEMO.clear()


def expect(made: Form, *gaussians: Any) -> Form:
    """The expectation over independent Gaussian letters, over all that occur where none is given.

    ``UserError`` where one of them occurs in a definition that is kept as a letter, in the inverse of a sum, or in a
    denominator, and where it is inverted.

    >>> from symicl import Gaussian, dimension, matrix, positive_definite
    >>> from symicl.engine.convert import form
    >>> d = dimension("d")
    >>> x, A = Gaussian("x", d, 1, positive_definite("Lambda", d)), matrix("A", d)
    >>> expect(form(x @ x.T @ A @ x @ x.T))
    Lambda A Lambda + Lambda A.T Lambda + tr(A Lambda) Lambda
    """
    codes = [code for g in gaussians if (code := code_of(g)) is not None]
    if not gaussians:
        bits = made.bits()
        codes = [4 * n for n, atom in enumerate(ATOMS) if bits >> n & 1 and hasattr(atom.letter, "covariance")]
    for code in codes:
        if not hasattr(atom_of(code).letter, "covariance"):
            raise UserError(f"{atom_of(code).letter}: nothing is known of its law, so its means cannot be worked out")
    _refuse(made, codes)
    _refuse_higher(made, codes)
    # Vectors first: that leaves fewer pairings for the matrices.
    for code in sorted(codes, key=lambda c: (COLS[c] != ONE, atom_of(c).letter.name)):
        made = _over(made, code)
    return made


def _refuse_higher(made: Form, codes: list[int]) -> None:
    """Of a letter that is not Gaussian, and of its group, only products of two have a known expectation."""
    for group in {atom_of(c).letter.group for c in codes if not isinstance(atom_of(c).letter, Gaussian)}:
        kin = {n for n, atom in enumerate(ATOMS) if getattr(atom.letter, "group", None) == group}
        for word, traces, _ in made.data:
            if sum(c >> 2 in kin for part in (word, *(CYCLES[t] for t in traces)) for c in part) > 2:
                raise UserError(f"{made}: only second moments are known of {group}, and more is needed here")


def _refuse(made: Form, codes: list[int]) -> None:
    numbers = frozenset(c >> 2 for c in codes)
    bits = made.bits()
    for n, atom in enumerate(ATOMS):
        if bits >> n & 1 and (caught := atom.inside & numbers):
            letter = ATOMS[min(caught)].letter
            where = f"the inverse of {atom.form}" if atom.hidden else f"the definition {atom.letter}; unfold it first"
            raise UserError(f"{letter} cannot be averaged over inside {where}")
    for _, traces, _ in made.divisor or {}:
        for t in traces:
            if caught := numbers & {c >> 2 for c in CYCLES[t]}:
                raise UserError(
                    f"{ATOMS[min(caught)].letter} cannot be averaged over in the denominator tr(…) of {made}"
                )


def _over(made: Form, code: int) -> Form:
    out: Terms = {}
    mean = Mean(code)
    for (word, traces, packed), c in made.data.items():
        inner = tuple([t for t in traces if LETTERS_IN[t] & mean.bit])
        rows = paired_at_once(word, inner, code) if as_powers(word, inner, code) is None else None
        if rows is None:
            mean.add(out, word, traces, packed, c)
            continue
        outer = tuple([t for t in traces if not LETTERS_IN[t] & mean.bit])
        rows.scaled(c, packed, outer)
        if len(made.data) == 1 and rows.counted and not made.divisor:
            # Every coefficient is c, and c/below is in lowest terms already.
            return Form.pending(rows, made.below, made.rows, made.cols)
        for key, factor in rows.data().items():
            out[key] = out.get(key, 0) + factor
    return Form.make({k: c for k, c in out.items() if c}, made.below, made.rows, made.cols, made.divisor)


class Mean:
    """The expectation over one Gaussian letter, by recursion: the first occurrence is paired with each other one.

    States are remembered in normal form, with the traces that do not hold the letter set aside.
    """

    def __init__(self, code: int) -> None:
        self.code, self.turned = code, TRANSPOSE[code]
        self.bit = 1 << (code >> 2)
        covariance = atom_of(code).covariance
        self.middle: Word = () if covariance is None else (covariance,)
        self.rows, self.cols = ROWS[code], COLS[code]
        self.memo = _MEMO.setdefault(code, {})

    def add(self, out: Terms, word: Word, traces: tuple[int, ...], packed: int, c: int) -> None:
        """Add c · monomial · E[traces · word] to ``out``."""
        bit = self.bit
        inner = tuple([t for t in traces if LETTERS_IN[t] & bit])
        if not inner and not letters_in(word) & bit:
            key = (word, traces, packed)
            out[key] = out.get(key, 0) + c
            return
        outer = traces if not inner else tuple([t for t in traces if not LETTERS_IN[t] & bit])
        for (w, ts, m), factor in self.mean(word, inner).items():
            key = (w, merged(ts, outer), packed + m)
            out[key] = out.get(key, 0) + c * factor

    def mean(self, word: Word, traces: tuple[int, ...]) -> Terms:
        """E[traces · word], where every trace holds the letter."""
        known = self.memo.get((word, traces))
        if known is None:
            known = self.memo[word, traces] = self.compute(word, traces)
        return known

    def compute(self, word: Word, traces: tuple[int, ...]) -> Terms:
        power = as_powers(word, traces, self.code)
        if power is not None:
            return power_mean(power, self.middle, self.rows, self.cols)
        out: Terms = {}
        if letters_in(word) & self.bit:
            self.inside(out, word, traces, False)
        elif word:
            # An open word without the letter stands aside.
            for (_, ts, m), c in self.mean((), traces).items():
                out[word, ts, m] = c
        else:
            self.inside(out, CYCLES[traces[0]], traces[1:], True)
        return out

    def inside(self, out: Terms, word: Word, traces: tuple[int, ...], cyclic: bool) -> None:
        """Pair the first occurrence in ``word`` with all others, in it and in the traces."""
        pair = (self.code, self.turned)
        if any(c ^ 2 in pair for c in word):
            raise UserError(f"{atom_of(self.code).letter} cannot be averaged over where it is inverted")
        place = next(i for i, c in enumerate(word) if c in pair)
        left, right = word[:place], word[place + 1 :]
        plain = word[place] == self.code
        for j, c in enumerate(right):
            if c in pair:
                self.splice(out, left, plain, right[:j], c == self.code, right[j + 1 :], traces, cyclic)
        for i, t in enumerate(traces):
            cycle = CYCLES[t]
            rest = traces[:i] + traces[i + 1 :]
            for j, c in enumerate(cycle):
                if c in pair:
                    around = cycle[j + 1 :] + cycle[:j]
                    # Turn the other trace so that it begins with the partner transposed.
                    around = transposed(around) if c == word[place] else around
                    new = left + (self.middle + around if plain else around + self.middle) + right
                    self.emit(out, new, self.rows, rest, cyclic)

    def splice(
        self,
        out: Terms,
        left: Word,
        plain: bool,
        mid: Word,
        same: bool,
        right: Word,
        traces: tuple[int, ...],
        cyclic: bool,
    ) -> None:
        """Pair two occurrences of one word: left G mid G' right."""
        if plain and same:
            self.emit(out, left + self.middle + transposed(mid) + right, self.rows, traces, cyclic)
        elif plain:
            self.emit(out, left + self.middle + right, self.rows, traces, cyclic, mid, self.cols)
        elif same:
            self.emit(out, left + right, self.cols, traces, cyclic, self.middle + mid, self.rows)
        else:
            self.emit(out, left + transposed(mid) + self.middle + right, self.rows, traces, cyclic)

    def emit(
        self,
        out: Terms,
        word: Word,
        size: int,
        traces: tuple[int, ...],
        cyclic: bool,
        loop: Word | None = None,
        loop_size: int = ONE,
    ) -> None:
        """Add E of word (closed where ``cyclic``) · tr(loop) · traces; the sizes are those of an empty word."""
        more: tuple[int, ...] = ()
        sizes: tuple[int, ...] = ()
        if loop is not None:
            more, sizes = closed(loop) if loop else ((), (loop_size,))
        if cyclic and word:
            extra, empty = closed(word)
            word = ()
        elif cyclic:
            extra, empty = (), (size,)
        else:
            word, extra, empty = normal(word)
        every = merged(merged(traces, more), extra)
        sizes += empty
        if not sizes:
            self.add(out, word, every, 0, 1)
            return
        part: Terms = {}
        self.add(part, word, every, 0, 1)
        for (w, ts, m), c in part.items():
            put(out, w, ts, m, c, sizes)
