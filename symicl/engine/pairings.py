"""All pairings of 2n copies of a Gaussian letter at once, as NumPy arrays: for long words of mostly different letters.

``strands`` says what is joined to what.  Here all (2n−1)!! pairings are listed, the strands of each are followed, all
pairings in step, and every strand is written as one integer (its labels are the digits).  Only distinct integers are
brought into normal form, and rows that agree are counted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .atoms import COLS, ROWS, TRANSPOSE, Terms, Word
from .scalars import ONE, SIZE_TERMS
from .strands import Layout, layout
from .words import CYCLES, closed, merged, normal, put

Rows = NDArray[Any]
FEWEST, MOST = 4, 8  # pairs: below, recursion is as fast; above, the list of pairings does not fit into memory


def clear_pairings() -> None:
    """Forget the lists of pairings."""
    matchings.cache_clear()


@lru_cache(maxsize=2)
def matchings(pairs: int) -> tuple[Rows, Rows]:
    """All perfect matchings of 2n points, row by row the partner of each point, and the loops of each.

    A loop is a cycle made of the matching and of the mates (0 1)(2 3)….  The points 2n−2 and 2n−1 are put into a
    matching of the others either as a pair, which makes a loop, or by cutting a pair and taking one end each.

    >>> partners, loops = matchings(2)
    >>> partners.tolist(), loops.tolist()
    ([[1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]], [2, 1, 1])
    """
    if pairs == 0:
        return np.zeros((1, 0), np.int8), np.zeros(1, np.int8)
    old, loops = matchings.__wrapped__(pairs - 1)
    n, count = 2 * pairs, len(old)
    new = np.empty((count * (n - 1), n), np.int8)
    more = np.tile(loops, n - 1)
    more[:count] += 1
    every = np.arange(count)
    for cut in range(-1, n - 2):
        block = new[(cut + 1) * count : (cut + 2) * count]
        block[:, : n - 2] = old
        if cut < 0:
            block[:, n - 2], block[:, n - 1] = n - 1, n - 2
            continue
        other = old[:, cut]
        block[:, cut], block[:, n - 2] = n - 2, cut
        block[every, other], block[:, n - 1] = n - 1, other
    return new, more


def paired_at_once(word: Word, traces: tuple[int, ...], code: int) -> Paired | None:
    """E[word · traces] as a sum of rows, where every trace holds the letter; ``None`` where recursion is better."""
    pair = (code, TRANSPOSE[code])
    copies = sum(c in pair for part in (word, *(CYCLES[t] for t in traces)) for c in part)
    if copies % 2 or not FEWEST <= copies // 2 <= MOST:
        return None
    made = layout(word, traces, code)
    # Where segments repeat, few different states arise, and the recursion that remembers them wins.
    if made is None or 2 * len(made.labels) < 3 * (copies // 2 - 2) or len(made.segments) < copies // 2 - 1:
        return None
    return Paired(made, word)


class Paired:
    """The strands of all pairings: an integer for the open one, one for each closed one, and the loops.

    ``data`` makes terms of them; where different pairings certainly give different terms (``Layout.distinct``),
    their number is known before.
    """

    def __init__(self, made: Layout, word: Word) -> None:
        self.layout, self.aside = made, word if made.start < 0 else ()
        self.factor, self.packed = 1, 0
        self.outer: tuple[int, ...] = ()
        self.strands: list[Any] = [((), ())]
        self.known: dict[Any, int] = {}
        self.follow()
        self._data: Terms | None = None
        # A number for N would let terms of different loops meet.
        (c,) = SIZE_TERMS[COLS[made.code]].values() if len(SIZE_TERMS[COLS[made.code]]) == 1 else (0,)
        self.counted = made.distinct and c == 1 and self.sizes()[1] != ONE

    def scaled(self, factor: int, packed: int, outer: tuple[int, ...]) -> Paired:
        """Times factor · monomial · traces that do not hold the letter."""
        self.factor, self.packed, self.outer = factor, packed, outer
        self._data = None
        return self

    def __len__(self) -> int:
        return len(self.open) if self.counted else len(self.data())

    def follow(self) -> None:
        """Follow all strands."""
        made = self.layout
        walk = Walk(made)
        count = len(walk.partners)
        self.open = walk.open_strand() if made.start >= 0 else np.zeros(count, np.int64)
        self.cycles = [walk.cycles_from(end) for end in made.segments]
        if made.mated:
            self.loops = [(False, walk.loops)]
        else:
            self.loops = [(not end & 1, walk.loops_from(end)) for end in made.silent]

    def data(self) -> Terms:
        """The terms, equal ones added."""
        if self._data is None:
            self._data = self.collect()
        return self._data

    def collect(self) -> Terms:
        """The terms, with the traces aside and the factor in front."""
        if self.counted and not self.outer:
            return self.read_off()
        made = self.layout
        out: Terms = {}
        opens, which = np.unique(self.open, return_inverse=True)
        words = [self.open_strand(int(v)) for v in opens]
        columns = [which, *(self.numbered(c) for c in self.cycles)]
        rows_table = np.stack([*columns, *self.loop_counts()], axis=1)
        multiplicity = np.ones(len(rows_table), np.int64)
        if not made.distinct:
            rows_table[:, 1 : 1 + len(self.cycles)].sort(axis=1)
            rows_table, multiplicity = np.unique(rows_table, axis=0, return_counts=True)
        self.write(out, words, rows_table, multiplicity)
        return {key: c for key, c in out.items() if c}

    def read_off(self) -> Terms:
        """The terms where all differ and the strands are in normal form as they stand."""
        opens, which = np.unique(self.open, return_inverse=True)
        words = self.layout.spelled_all(opens) if self.layout.start >= 0 else [self.aside]
        traces = np.stack([self.cycle_numbers(c) for c in self.cycles], axis=1)
        traces.sort(axis=1)
        absent = (traces < 0).sum(axis=1)
        (unit,) = SIZE_TERMS[self.sizes()[1]]
        packed = [self.packed + unit * loops for loops in range(self.layout.copies + 1)]
        loops = self.loop_counts()[0]
        rows = zip(which.tolist(), traces.tolist(), absent.tolist(), loops.tolist(), strict=True)
        factor = self.factor
        return {(words[w], tuple(ts[none:]), packed[loop]): factor for w, ts, none, loop in rows}

    def cycle_numbers(self, column: Rows) -> Rows:
        """The numbers of the cyclic words of closed strands, −1 where there is none."""
        values, which = np.unique(column, return_inverse=True)
        words = self.layout.spelled_all(values, cyclic=True)
        return np.array([closed(word)[0][0] if word else -1 for word in words], np.int64)[which]

    def write(self, out: Terms, words: list[Any], table: Rows, multiplicity: Rows) -> None:
        """Add one term for each row of the table: open word, closed strands, loops."""
        n, factor, packed = len(self.cycles), self.factor, self.packed
        by_rows, by_cols = self.sizes()
        powers_of: dict[tuple[int, int], dict[int, int]] = {}
        for row, times in zip(table.tolist(), multiplicity.tolist(), strict=True):
            word, inner, sizes = words[row[0]]
            traces = [t for v in row[1 : n + 1] if v for t in self.strands[v][0]]
            for v in row[1 : n + 1]:
                if v and self.strands[v][1]:
                    sizes = sizes + self.strands[v][1]
            every = merged(merged(tuple(sorted(traces)), inner), self.outer)
            loops = (row[n + 1], row[n + 2])
            if loops not in powers_of:
                powers_of[loops] = size_power((by_cols,) * loops[0] + (by_rows,) * loops[1])
            for m, c in powers_of[loops].items():
                put(out, word, every, packed + m, c * factor * times, sizes)

    def sizes(self) -> tuple[int, int]:
        """The numbers of the sizes of the Gaussian letter."""
        return ROWS[self.layout.code], COLS[self.layout.code]

    def open_strand(self, value: int) -> tuple[Word, tuple[int, ...], tuple[int, ...]]:
        """The normal form of the open word."""
        if self.layout.start < 0:
            return self.aside, (), ()
        return normal(self.layout.spelled(self.layout.digits(value), False))

    def loop_counts(self) -> list[Rows]:
        """How often tr(I) of the columns and of the rows occurs in each pairing."""
        zero = np.zeros(len(self.open), np.int64)
        by_cols = sum((v.astype(np.int64) for is_row, v in self.loops if not is_row), zero)
        by_rows = sum((v.astype(np.int64) for is_row, v in self.loops if is_row), zero)
        return [by_cols, by_rows]

    def numbered(self, column: Rows) -> Rows:
        """The numbers of the closed strands in ``self.strands``, 0 where there is none."""
        values, which = np.unique(column, return_inverse=True)
        return np.array([self.strand_number(int(v)) for v in values], np.int64)[which]

    def strand_number(self, value: int) -> int:
        """The place of one closed strand in ``self.strands``."""
        if value == 0:
            return 0
        word = self.layout.spelled(self.layout.digits(value), True)
        # Empty segments from a row end to a column end can close a strand without a letter: the trace of the identity.
        strand = closed(word) if word else ((), (ROWS[self.layout.code],))
        if strand not in self.known:
            self.known[strand] = len(self.strands)
            self.strands.append(strand)
        return self.known[strand]


def size_power(sizes: tuple[int, ...]) -> dict[int, int]:
    """A product of sizes as monomials."""
    out = {0: 1}
    for size in sizes:
        new: dict[int, int] = {}
        for m, a in out.items():
            for n, b in SIZE_TERMS[size].items():
                new[m + n] = new.get(m + n, 0) + a * b
        out = new
    return out


class Walk:
    """Following strands through all pairings in step."""

    def __init__(self, made: Layout) -> None:
        self.made = made
        self.partners, self.loops = matchings(made.copies // 2)
        self.flat = self.partners.reshape(-1)
        self.label = np.array(made.label, np.int64)
        #: a segment without label adds no digit
        self.shift = np.where(self.label > 0, made.base, 1)
        self.joined = np.array(made.joined, np.int8)
        numbers = [0] * (2 * made.copies)
        for place, end in enumerate([*made.segments, *made.silent]):
            numbers[end] = numbers[made.joined[end]] = 1 << place
        self.bit = np.array(numbers, np.int64)
        self.seen = np.zeros(len(self.partners), np.int64)

    def open_strand(self) -> Rows:
        """The integers of the open strands."""
        rows = np.arange(len(self.partners))
        return self.follow(rows, np.full(len(rows), self.made.start, np.int8), -1, 0)

    def cycles_from(self, end: int) -> Rows:
        """The integers of the closed strands through the segment at ``end``, 0 where it was passed before."""
        out = np.zeros(len(self.partners), np.int64)
        rows = np.flatnonzero(self.seen & self.bit[end] == 0)
        self.seen[rows] |= self.bit[end]
        at = np.full(len(rows), self.made.joined[end], np.int8)
        out[rows] = self.follow(rows, at, end, self.made.label[end])
        return out

    def loops_from(self, end: int) -> Rows:
        """1 where the segment at ``end``, which has no label, lies on a strand that was not passed before."""
        fresh = self.seen & self.bit[end] == 0
        self.cycles_from(end)
        return fresh.astype(np.int64)

    def follow(self, rows: Rows, at: Rows, stop: int, value: int) -> Rows:
        """Follow strands that leave a copy's end ``at``, up to the end ``stop`` (−1: up to an open end)."""
        made = self.made
        out = np.empty(len(rows), np.int64)
        place, offsets = np.arange(len(rows)), rows * made.copies
        values = np.full(len(rows), value, np.int64)
        while len(place):
            ends = 2 * self.flat[offsets + (at >> 1)] + (at & 1)
            at = self.joined[ends]
            alive = at >= 0 if stop < 0 else ends != stop
            if not alive.all():
                done = ~alive
                out[place[done]] = values[done]
                place, offsets, values, rows = place[alive], offsets[alive], values[alive], rows[alive]
                ends, at = ends[alive], at[alive]
            values = values * self.shift[ends] + self.label[ends]
            self.seen[rows] |= self.bit[ends]
        return out
