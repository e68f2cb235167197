r"""Long formulas on as few lines as they take, broken before + and −, outside brackets rather than inside.

>>> from .printer import TERM
>>> [line.tex for line in lines(f"a {TERM}+ b {TERM}+ c", 3.5, str)]
['a + b', '+ c']
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from .measure import width
from .printer import FACTOR, MARKS, RELATION, TERM, WORD

INDENT = 1.0
TOKEN = re.compile(rf"\\(?:left|right)\s*(?:\\.|.)|\\[A-Za-z]+|\\.|[{{}}()\[\]{MARKS}]|[^\\{{}}()\[\]{MARKS}]+", re.S)
#: what a break costs, beside its depth in brackets
COST = {WORD: 0.0, RELATION: 0.5, TERM: 1.0, FACTOR: 9.0}
LINE_COST, OVERFLOW_COST = 4.0, 1000.0


@dataclass(frozen=True)
class Line:
    """One printed line: its TeX, how far it is indented (in em), its width without the indent."""

    tex: str
    indent: float
    width: float


@dataclass
class Piece:
    """What stands between two places where a line may end; ``mark`` and ``depth`` tell of the place before it."""

    mark: str = ""
    depth: int = 0
    tex: str = ""
    width: float = 0.0

    @property
    def indent(self) -> float:
        """How far a line that begins here is moved to the right."""
        return INDENT * (1 + self.depth)


def pieces(tex: str, expand: Callable[[str], str] = str) -> list[Piece]:
    r"""The pieces of a formula; a mark inside braces or between \left and \right is no place to break."""
    found, depth, closed = [Piece()], 0, 0
    for token in TOKEN.findall(tex):
        if token in MARKS:
            if closed == 0 and found[-1].tex.strip():
                found.append(Piece(token, depth))
            continue
        found[-1].tex += token
        if token in ("{", r"\begin") or token.startswith(r"\left"):
            closed += 1
        elif token in ("}", r"\end") or token.startswith(r"\right"):
            closed -= 1
        elif closed == 0:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token, 0)
    for piece in found:
        piece.width = width(expand(piece.tex))
    return found


def lines(tex: str, room: float, expand: Callable[[str], str] = str) -> list[Line]:
    """The formula on as few lines of at most ``room`` em as it takes, with the least costly breaks."""
    return fitted(pieces(tex, expand), room)


def fitted(parts: list[Piece], room: float) -> list[Line]:
    """The pieces on lines of that width."""
    upto = [0.0, *accumulate(piece.width for piece in parts)]
    if upto[-1] <= room:
        return [_line(parts, first=True)]
    starts = [0.0, *(COST[piece.mark] + piece.depth for piece in parts[1:])]
    indents = [0.0, *(piece.indent for piece in parts[1:])]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(parts) + 1):
        found = []
        for begin in range(end - 1, -1, -1):
            wide = upto[end] - upto[begin]
            spare = room - indents[begin] - wide
            found.append((best[begin][0] + LINE_COST + starts[begin] + _cost(spare, end == len(parts)), begin))
            if wide > room:
                break  # a line with still more on it sticks out still further
        best.append(min(found))
    cuts, end = [len(parts)], len(parts)
    while end:
        end = best[end][1]
        cuts.append(end)
    cuts.reverse()
    return [_line(parts[a:b], first=a == 0) for a, b in pairwise(cuts)]


def _cost(spare: float, last: bool) -> float:
    """What a line costs that has so much room to spare, or sticks out so far where that is negative."""
    if spare < 0:
        return OVERFLOW_COST * -spare * (1 - spare)
    return 0.0 if last else 0.02 * spare


def _line(parts: list[Piece], *, first: bool) -> Line:
    tex = "".join(p.tex for p in parts).strip()
    return Line(tex, 0.0 if first else parts[0].indent, sum(p.width for p in parts))
