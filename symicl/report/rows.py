r"""The rows of an ``align``: what they have in common, and how one goes on with another.  All widths are in em."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .escape import Tex
from .layout import Line

#: the number of a line with the blank before it; the blank before a column of reasons; a relation; an indent below it
TAG, GAP, SIGN, HANG = 3.2, 1.3, 1.35, 1.0
SIGNS = {"=": "=", "≥": r"\geq", ">": ">", "≤": r"\leq", "⇔": r"\iff"}


def spaces(indent: float) -> str:
    r"""An indent in TeX.

    >>> spaces(1), spaces(3)
    ('\\quad', '\\qquad\\quad')
    """
    return r"\qquad" * (int(indent) // 2) + r"\quad" * (int(indent) % 2)


@dataclass(frozen=True)
class Row:
    """One row of an ``align``: what stands before the sign and from the sign on, and how wide either is."""

    left: str
    right: str
    before: float
    after: float

    def __str__(self) -> str:
        return f"{self.left} &{self.right}".lstrip()


def opening_row(left: str, before: float, sign: str, line: Line, further: float = 0) -> Row:
    """A row that begins with a sign; where nothing stands to its left, it is indented."""
    return Row(left, f"{spaces(further)} {sign} {line.tex}".lstrip(), before, further + SIGN + line.width)


def continued(line: Line, further: float = 0) -> Row:
    """A row that goes on with the one above it."""
    indent = line.indent + further
    return Row("", rf"{spaces(indent)} {{}}{line.tex}", 0.0, indent + line.width)


def fits(rows: Sequence[Row], room: float) -> bool:
    """Whether rows whose signs stand below each other fit on lines of that width."""
    return max(row.before for row in rows) + max(row.after for row in rows) <= room


def kept(rows: Sequence[Any]) -> list[str]:
    """Rows that another one goes on with: no number, and no new page but in the midst of many."""
    middle = range(2, len(rows) - 2)
    return [f"{row} " + (r"\notag\\" if i in middle else r"\notag\\*") for i, row in enumerate(rows)]


def align(rows: list[str], environment: str = "align") -> Tex:
    """The rows as an align environment."""
    inner = "\n".join(f"  {row}" for row in rows)
    return Tex(f"\\begin{{{environment}}}\n{inner}\n\\end{{{environment}}}")
