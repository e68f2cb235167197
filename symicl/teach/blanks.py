"""Which lines a class is asked for: the important steps, such that nothing else on the sheet gives them away.

A line can be asked for where its answer can be typed and decided, is neither trivial nor too long, and where no other
formula that is shown holds it.  Steps that calculate come before those that only rename; the seed decides between
equals.

>>> from symicl import derive
>>> [place.key for place in chosen(derive("moments"), 2)]
['second.2', 'second.3']
"""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Any

from ..errors import SymiclError
from ..formulas.answers import read
from ..language.expressions import product
from ..language.printing import latex, text
from ..language.statements import Connective, Eq, Statement
from ..proof.chapter import Chapter
from ..report.messages import messages
from ..trust.truth import truth
from .checking import judged
from .steps import Place, letters_for, nodes, places
from .views import View, view

#: how much is learned from a step of each rule
WORTH = {"average": 5, "algebra": 5, "combine": 4, "derivative": 4, "equivalence": 3, "use": 2, "linear": 2}
#: a line with more terms than this is not asked for, nor one that is as short as a letter
LONG, SHORT = 10, 4


def chosen(chapter: Chapter, count: int, seed: int = 0) -> tuple[Place, ...]:
    """Up to ``count`` steps to leave blank, in reading order."""
    rng = Random(seed)
    everywhere = places(chapter)
    left = {place.key: (place, rng.random()) for place in everywhere}
    kept: list[Place] = []
    while left and len(kept) < count:
        _, _, best = max((_worth(place, kept, everywhere), chance, place.key) for place, chance in left.values())
        place, _ = left.pop(best)
        if place.line in numbered(kept) or not can_be_asked(chapter, place):
            continue
        if not given_away(view(chapter, numbered([*kept, place])), [*kept, place]):
            kept.append(place)
    reading = [place.key for place in everywhere]
    return tuple(sorted(kept, key=lambda place: reading.index(place.key)))


def numbered(blanks: Any) -> dict[Any, int]:
    """The lines that are hidden, each with the number of its blank."""
    return {place.line: number for number, place in enumerate(blanks, 1)}


def _worth(place: Place, kept: list[Place], everywhere: tuple[Place, ...]) -> int:
    """What a step is worth beside those that are blank already: next to one of them less, and in one result with it.

    A line is blank wherever it stands.
    """
    lines = {k.line for k in kept}
    blank = {(p.result.key, id(p.calculation), p.index) for p in everywhere if p.line in lines}
    own = [(p.result.key, id(p.calculation), p.index) for p in everywhere if p.line == place.line]
    near = any((key, which, index + side) in blank for key, which, index in own for side in (-1, 1))
    same = sum(k.result is place.result for k in kept)
    recalled = place.step.rule == "use" and place.index == 0
    return 2 * WORTH.get(place.step.rule, 1) - 6 * near - 2 * same - 3 * (_terms(place.line) > 6) - 3 * recalled


def can_be_asked(chapter: Chapter, place: Place) -> bool:
    """Whether an answer to this step can be typed, is worth typing, and is found right or wrong."""
    line = place.line
    if isinstance(line, Connective) or (isinstance(line, Statement) and not isinstance(line, Eq)):
        return False
    if _size(line) < SHORT or _terms(line) > LONG or not _decidable(place):
        return False
    try:
        typed = read(text(line), letters_for(chapter, place))
        return judged(place, typed, messages()).right
    except SymiclError:
        return False


def _sides(line: Any) -> tuple[Any, ...]:
    return tuple(line.sides) if isinstance(line, Statement) else (line,)


def _size(line: Any) -> int:
    return sum(1 for side in _sides(line) for _ in nodes(side))


@lru_cache(maxsize=8192)
def _terms(line: Any) -> int:
    """How many signs + and − stand between its terms, wherever they are, and one."""
    return 1 + len(re.findall(r" [+-] ", text(line)))


def _decidable(place: Place) -> bool:
    """Whether a wrong answer is found to be wrong: what is twice as much, where the step's assumptions hold."""
    line = place.line
    gap = line.lhs - line.rhs if isinstance(line, Eq) else line
    return truth(Eq(gap, product(2, gap)), place.step.theorem.assumptions).verdict == "false"


def given_away(shown: View, blanks: Any) -> list[str]:
    """The keys of the blanks whose answer stands somewhere in what is shown, as text or as TeX."""
    formulas = [node for node in shown.formulas() if node is not None]
    wholes = [whole for node in formulas for whole in _spellings(node)]
    return [place.key for place in blanks if any(answer in whole for answer in spelled(place.line) for whole in wholes)]


def spelled(line: Any) -> list[str]:
    """A line as text and as TeX without blanks; of an equation each side that is more than a letter or a number."""
    sides = [side for side in _sides(line) if _size(side) > 1 and _letters(side) > 1]
    return [whole for side in sides for whole in _spellings(side)]


@lru_cache(maxsize=8192)
def _spellings(node: Any) -> tuple[str, ...]:
    return tuple(squeezed(spell(node)) for spell in (text, latex))


def _letters(node: Any) -> int:
    """How many letters a formula has."""
    return sum(1 for inner in nodes(node) if not inner.args or hasattr(inner, "name"))


def squeezed(shown: str) -> str:
    """Without white space."""
    return re.sub(r"\s+", "", shown)


__all__ = ["can_be_asked", "chosen", "given_away", "numbered", "spelled"]
