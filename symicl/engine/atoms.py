"""The letters of words as integers, with what the engine knows of each.

A letter with number n is written 4n; adding 1 transposes it, adding 2 inverts it.  Transposing a symmetric letter
changes nothing, which the table ``TRANSPOSE`` knows.  A *composite* letter stands for a sum or product whose normal
form is known (a definition such as Γ, or the inverse of a sum): it may commute with other letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .scalars import size_id

Word = tuple[int, ...]
Key = tuple[Word, tuple[int, ...], int]
Terms = dict[Key, int]

INVERSE = 2


@dataclass(frozen=True)
class Atom:
    """One letter: what it is in the language, and for a composite letter the terms and depth of its body.

    ``hidden`` marks the letter behind the inverse of a sum, which is no letter of the language: its ``letter`` is
    ``None`` and ``form`` is the sum.  ``inside`` holds the numbers of all letters within a composite letter, and
    ``covariance`` the code of a Gaussian letter's covariance (``None``: the identity).
    """

    letter: Any
    symmetric: bool
    body: Terms | None = None
    depth: int = 0
    hidden: bool = False
    form: Any = None
    inside: frozenset[int] = frozenset()
    covariance: int | None = None


ATOMS: list[Atom] = []
TRANSPOSE: list[int] = []
ROWS: list[int] = []
COLS: list[int] = []
# True for the codes that need more than plain concatenation: inverses, and all codes of composite letters.
CAREFUL: set[int] = set()
COMPOSITE: set[int] = set()
_NUMBER: dict[Any, int] = {}


def code_of(letter: Any) -> int | None:
    """The code of a letter (or of any other key it was entered under), ``None`` where it is new."""
    return _NUMBER.get(letter)


def enter(key: Any, shape: tuple[Any, Any], atom: Atom) -> int:
    """Give a new letter its code.  ``key`` finds it again; ``shape`` is (rows, columns) in the language."""
    code = 4 * len(ATOMS)
    rows, cols = map(size_id, shape)
    ATOMS.append(atom)
    own = 0 if atom.symmetric else 1
    TRANSPOSE.extend([code + own, code, code + 2 + own, code + 2])
    ROWS.extend([rows, cols, rows, cols])
    COLS.extend([cols, rows, cols, rows])
    CAREFUL.update((code + 2, code + 3))
    if atom.body is not None:
        CAREFUL.update((code, code + 1))
        COMPOSITE.add(code >> 2)
    _NUMBER[key] = code
    return code


def atom_of(code: int) -> Atom:
    """The letter behind a code."""
    return ATOMS[code >> 2]


def inside(code: int) -> frozenset[int]:
    """The numbers of the letter behind a code and of all letters within it."""
    return ATOMS[code >> 2].inside | {code >> 2}


def transposed(word: Word) -> Word:
    """The word of the transposed product."""
    return tuple([TRANSPOSE[c] for c in reversed(word)])
