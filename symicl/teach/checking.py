"""A student's answer to a step: read, compared as mathematics, and answered with a hint.

The line that is wanted is derived again from the id and the number of the step, so that whoever asks holds no answers.

>>> check_answer("moments", "second.3", "Lambda A Lambda + (Lambda A.T Lambda + tr(Lambda A) Lambda)/N")
Right.
>>> check_answer("moments", "second.3", "Λ A Λ + (Λ A Λ + tr(Λ A) Λ)/N").verdict
'wrong'
>>> check_answer("moments", "second.3", "")
Not answered yet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sympy import Add
from sympy.matrices.expressions import MatAdd

from ..derivations import derive
from ..errors import SymiclError
from ..formulas.answers import read
from ..language.expressions import is_matrix, shape_of, transpose
from ..language.letters import Letter
from ..language.mean import MatrixMean, Mean, Tail
from ..language.printing import text
from ..language.statements import Eq, Iff, Statement
from ..proof.chapter import Chapter
from ..report.messages import Messages, messages
from ..trust.truth import truth
from .comparing import compared, fitting, normal
from .hints import Hint, hint
from .steps import Place, find, letters_for, nodes

#: what stands in a cell that nobody has filled in
UNANSWERED = ("", "...", "…", "?")


@dataclass(frozen=True)
class Reply:
    """What is said to an answer; ``verdict`` is right, wrong, before, unfinished, unread, unknown or open.

    ``hint`` says what differs where it is wrong.
    """

    verdict: str
    message: str
    hint: Hint | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.verdict == "right"

    def __str__(self) -> str:
        return self.message

    __repr__ = __str__


def check_answer(id: str, step: str, answer: str | None, *, lang: str = "en", chapter: Chapter | None = None) -> Reply:
    """What is said to an answer to a step of a theorem of the catalogue.

    ``step`` is its result and its number, such as ``"square.2"``.  The answer is a formula as ``symicl show`` prints
    it, or an equation where the step is one.  ``chapter`` is one of one's own in place of the catalogue's.

    Errors: ``UserError`` for an id, a step or a language that there is none of.
    """
    say = messages(lang)
    place = find(derive(id) if chapter is None else chapter, step)
    if answer is None or str(answer).strip() in UNANSWERED:
        return Reply("open", say("teach.open"))
    try:
        given = read(str(answer), letters_for(chapter or derive(id), place))
    except SymiclError as error:
        return Reply("unread", say("teach.unread", why=str(error)))
    return judged(place, given, say)


def judged(place: Place, given: Any, say: Messages) -> Reply:
    """What is said to an expression or an equation in the place of a line."""
    wanted, assumed = place.line, place.step.theorem.assumptions
    if isinstance(wanted, Statement):
        if not isinstance(given, Eq):
            return Reply("wrong", say("teach.equation-wanted"), Hint("shape", "equation"))
        verdict, sides = _equations(wanted, given, assumed)
    else:
        given = given.rhs if isinstance(given, Eq) else given
        given = fitting(wanted, given)
        sides = wanted, given
        verdict = compared(wanted, given, assumed) if shape_of(wanted) == shape_of(given) else "different"
    if verdict == "unknown":
        return Reply("unknown", say("teach.unknown"))
    if verdict == "different":
        found = hint(*sides)
        shown = {name: part if isinstance(part, str) else text(part) for name, part in found.parts.items()}
        return Reply("wrong", say("teach.wrong", hint=say(found.message, **shown)), found)
    return _finished(place, given, say)


def _finished(place: Place, given: Any, say: Messages) -> Reply:
    """An answer that is equal to the line: whether the step has been made."""
    wanted = place.line
    left = [letter.name for letter in _averaged(given) if letter not in _averaged(wanted)]
    if left:
        return Reply("unfinished", say("teach.unfinished", letters=say.listed(sorted(left))))
    if _written(given) == _written(place.before) != _written(wanted):
        return Reply("before", say("teach.before", reason=str(say.translated(place.step.reason))))
    return Reply("right", say("teach.right"))


def _equations(wanted: Statement, given: Eq, assumed: Collection[Statement]) -> tuple[str, tuple[Any, Any]]:
    """Whether two equations say the same, and what to compare where they do not."""
    if not isinstance(wanted, Eq):
        return "unknown", (None, None)
    left, right = _gap(wanted), _gap(given)
    if shape_of(left) != shape_of(right):
        return "different", (left, right)
    turned = [right] if not is_matrix(right) or right.shape[0] != right.shape[1] else [right, transpose(right)]
    for other in turned:
        if (ratio := _number(left, other)) and compared(left, ratio * other, assumed) == "equal":
            return "equal", (left, right)
    if truth(Iff(wanted, given), assumed).verdict == "false":
        return "different", (left, right)
    return "unknown", (left, right)


def _gap(equation: Eq) -> Any:
    return equation.lhs - equation.rhs


def _number(left: Any, right: Any) -> Any:
    """The number that takes one gap to the other, judged by their normal forms; 1 where these do not say."""
    from sympy import Rational

    one, other = normal(left, True), normal(right, True)
    if one is None or other is None or one.is_zero or other.is_zero or one.divisor != other.divisor:
        return 1
    key = next(iter(one.data))
    if key not in other.data:
        return 1
    return Rational(one.data[key] * other.below, other.data[key] * one.below)


def _averaged(node: Any) -> set[Letter]:
    """The letters over which a formula takes means."""
    sides = node if isinstance(node, Eq) else (node,)
    return {g for side in sides for n in nodes(side) if isinstance(n, (Mean, MatrixMean, Tail)) for g in n.over}


def _written(node: Any) -> Any:
    """How a formula is written, up to the order of its terms."""
    if isinstance(node, Statement):
        return tuple(_written(side) for side in node.sides)
    terms = node.args if isinstance(node, (Add, MatAdd)) else (node,)
    return tuple(sorted(map(text, terms)))


__all__ = ["Reply", "check_answer", "judged"]
