"""One product of words with 2n copies of a Gaussian letter, laid out for pairing all copies at once.

Each copy of G has two ends, a row end 2i and a column end 2i + 1; pairing copies i and j joins their row ends through
the covariance and their column ends directly.  Between the copies stand *segments*, products of other letters, each
joining two ends.  A pairing thus makes strands: one from the beginning of the open word to its end, all others closed.

A segment that matters is written as a *label*, one for each direction in which it is passed; segments of equal
content share labels.  An empty segment between two column ends does not matter and has no label.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .atoms import CAREFUL, COLS, ROWS, TRANSPOSE, Word, atom_of, transposed
from .scalars import ONE
from .words import CYCLES

Rows = NDArray[Any]


class Label(NamedTuple):
    """A segment passed in one direction: its letters, and whether it is entered and left at a row end."""

    letters: Word
    enters_row: bool
    leaves_row: bool

    def back(self) -> Label:
        """The same segment passed in the other direction."""
        return Label(transposed(self.letters), self.leaves_row, self.enters_row)


@dataclass
class Layout:
    """The ends, what each is joined to by its segment (−1: an open end), and the labels (0: none)."""

    code: int
    middle: Word
    before: Word = ()
    after: Word = ()
    start: int = -1
    copies: int = 0
    joined: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)  # one end of each labelled segment
    silent: list[int] = field(default_factory=list)  # one end of each segment without label

    @property
    def base(self) -> int:
        """One more than the number of labels."""
        return len(self.labels) + 1

    @property
    def mated(self) -> bool:
        """Whether the copies 2i and 2i + 1 have their column ends joined by an empty segment, for all i."""
        return all(self.joined[4 * i + 1] == 4 * i + 3 and not self.label[4 * i + 1] for i in range(self.copies // 2))

    @property
    def distinct(self) -> bool:
        """Whether different pairings certainly give different terms.

        That is so where the column ends are mated and the segments are single letters, all different and without
        relations among each other or with the covariance: then the words themselves show the pairing of row ends.
        """
        single = [lab.letters[0] for lab in self.labels if len(lab.letters) == 1]
        around = {*self.before, *self.after, *self.middle, *single}
        if len(single) != 2 * len(self.segments) or not self.mated or around & CAREFUL:
            return False
        plain = len(set(single)) == len(single) and not set(single) & {*self.middle, *map(_turn, self.middle)}
        return plain and len({c >> 2 for c in single}) == len(self.segments)

    def spelled(self, sequence: list[int], cyclic: bool) -> Word:
        """The letters along a strand, the covariance put in wherever two row ends are joined."""
        row = not cyclic and not self.start & 1
        word = () if cyclic else self.before + (self.middle if row else ())
        for number in sequence:
            label = self.labels[number - 1]
            word += label.letters + (self.middle if label.leaves_row else ())
        return word if cyclic else word + self.after

    def spelled_all(self, numbers: Rows, cyclic: bool = False) -> list[Word]:
        """As :meth:`spelled` for many integers; a strand without labels that is cyclic comes out empty."""
        pieces: list[Word] = [(), *(lab.letters + (self.middle if lab.leaves_row else ()) for lab in self.labels)]
        words: list[Word] = [()] * len(numbers)
        rest = numbers.copy()
        # The last digit is the last label, so the words grow from their ends.
        while rest.any():
            rest, digits = np.divmod(rest, self.base)
            words = [pieces[digit] + word for digit, word in zip(digits.tolist(), words, strict=True)]
        if cyclic:
            return words
        head = self.before + (() if self.start & 1 else self.middle)
        return [head + word + self.after for word in words]

    def digits(self, number: int) -> list[int]:
        """The labels of a strand from the integer that stands for it."""
        out = []
        while number:
            number, digit = divmod(number, self.base)
            out.append(digit)
        return out[::-1]


def _turn(code: int) -> int:
    return TRANSPOSE[code]


def layout(word: Word, traces: tuple[int, ...], code: int) -> Layout | None:
    """The layout of word · traces, each trace holding the letter; ``None`` where arrays do not fit.

    They do not fit for vectors (a size 1 splits words), inverted copies, and strands too long for 63 bits.
    """
    pair = (code, TRANSPOSE[code])
    covariance = atom_of(code).covariance
    strands = [word] if any(c in pair for c in word) else []
    made = Layout(code, () if covariance is None else (covariance,))
    cycles = [CYCLES[t] for t in traces]
    every = [*strands, *cycles]
    if any(ROWS[c] == ONE or COLS[c] == ONE or c ^ 2 in pair for part in every for c in part):
        return None
    pieces = [_cut(part, pair) for part in every]
    _number_copies(made, pieces, bool(strands), pair[0])
    if made.base ** len(made.segments) >= 1 << 62:
        return None
    return made


def _cut(word: Word, pair: tuple[int, int]) -> tuple[list[Word], list[int]]:
    """The segments around the copies (one more than copies) and the copies."""
    segments: list[list[int]] = [[]]
    copies = []
    for c in word:
        if c in pair:
            copies.append(c)
            segments.append([])
        else:
            segments[-1].append(c)
    return [tuple(s) for s in segments], copies


def _number_copies(made: Layout, pieces: list[tuple[list[Word], list[int]]], opened: bool, plain: int) -> None:
    """Give the copies their numbers, and join their ends by the segments between them."""
    # left copy, right copy, letters, left copy leaves by its row end, right copy is entered by its row end
    joints = []
    total = 0
    for at, (segments, copies) in enumerate(pieces):
        n = len(copies)
        numbers = range(total, total + n)
        total += n
        cyclic = not (opened and at == 0)
        for i in range(n if cyclic else n - 1):
            j = (i + 1) % n
            letters = segments[i + 1] if i + 1 < n else segments[n] + segments[0]
            joints.append((numbers[i], numbers[j], letters, copies[i] != plain, copies[j] == plain))
        if not cyclic:
            made.before, made.after = segments[0], segments[-1]
            made.start = 2 * numbers[0] + (0 if copies[0] == plain else 1)
    made.copies = total
    order = _mates_first(joints, total)
    if made.start >= 0:
        made.start = 2 * order[made.start >> 1] + (made.start & 1)
    made.joined, made.label = [-1] * (2 * total), [0] * (2 * total)
    for left, right, letters, leaves_row, enters_row in joints:
        out = 2 * order[left] + (0 if leaves_row else 1)
        into = 2 * order[right] + (0 if enters_row else 1)
        _join(made, out, into, letters, leaves_row, enters_row)


def _join(made: Layout, out: int, into: int, letters: Word, enters_row: bool, leaves_row: bool) -> None:
    made.joined[out], made.joined[into] = into, out
    # Passing an empty segment between column ends, or row ends without covariance, leaves no trace in the word.
    if not letters and enters_row == leaves_row and not (enters_row and made.middle):
        made.silent.append(out)
        return
    made.segments.append(out)
    label = Label(letters, enters_row, leaves_row)
    for end, lab in ((out, label), (into, label.back())):
        if lab not in made.labels:
            made.labels.append(lab)
        made.label[end] = made.labels.index(lab) + 1


def _mates_first(joints: list[tuple[int, int, Word, bool, bool]], total: int) -> list[int]:
    """New numbers for the copies: those with column ends joined by an empty segment become 2i and 2i + 1."""
    order = [-1] * total
    free = 0
    for left, right, letters, leaves_row, enters_row in joints:
        if not letters and not leaves_row and not enters_row and left != right:
            order[left], order[right] = free, free + 1
            free += 2
    for i in range(total):
        if order[i] < 0:
            order[i] = free
            free += 1
    return order
