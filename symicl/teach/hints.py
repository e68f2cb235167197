"""What differs between an answer and the line that is wanted, in words that do not give the line away.

Both are brought into normal form and compared term by term; where that says nothing, each change of one thing in the
answer (a sign, a transpose, a letter, …) is tried, and the one that mends it is named.  A hint quotes the answer only.

>>> from symicl import dimension, matrix, tr
>>> A, B = (matrix(name, dimension("d")) for name in "AB")
>>> hint(tr(A @ B), tr(A @ B.T))
Hint(kind='transpose', key='transpose-in', parts={'term': tr(A B.T)})
>>> hint(A + B, B - A)
Hint(kind='sign', key='sign-in', parts={'term': - A})
>>> hint(A @ B / 2 + tr(A) * B, A @ B / 2).kind
'missing trace'
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..engine import Form
from ..engine.atoms import INVERSE, TRANSPOSE
from ..engine.words import CYCLES
from ..language.expressions import shape_of, show_shape
from ..language.statements import Eq
from ..trust.mutants import mutants
from ..trust.points import GENERIC
from ..trust.truth import holds
from .comparing import normal

#: how many changes of one thing are tried, and in how many terms the forms may differ for a hint about one
TRIES, MOST = 400, 12
#: differing in no more than these, two sums are compared term by term first
FEW = 2
#: what a mutant's kind is called in class
CALLED = {
    "coefficient": "factor",
    "dropped term": "extra",
    "dropped factor": "extra factor",
    "dimension": "letter",
    "nonzero": "zero",
}

#: the messages of hints, by their keys
MESSAGES = {
    "shape": "teach.hint-shape",
    "zero": "teach.hint-zero",
    "nonzero": "teach.hint-nonzero",
    "sign": "teach.hint-sign",
    "transpose": "teach.hint-transpose",
    "factor": "teach.hint-factor",
    "power": "teach.hint-power",
    "scalar": "teach.hint-scalar",
    "sign-in": "teach.hint-sign-in",
    "transpose-in": "teach.hint-transpose-in",
    "factor-in": "teach.hint-factor-in",
    "power-in": "teach.hint-power-in",
    "order-in": "teach.hint-order-in",
    "trace-in": "teach.hint-trace-in",
    "inverse-in": "teach.hint-inverse-in",
    "letter-in": "teach.hint-letter-in",
    "extra-factor-in": "teach.hint-extra-factor-in",
    "missing-factor-in": "teach.hint-missing-factor-in",
    "missing": "teach.hint-missing",
    "missing-trace": "teach.hint-missing-trace",
    "missing-like": "teach.hint-missing-like",
    "extra": "teach.hint-extra",
    "one-sign": "teach.hint-one-sign",
    "one-factor": "teach.hint-one-factor",
    "one-power": "teach.hint-one-power",
    "one-transpose": "teach.hint-one-transpose",
    "one-inverse": "teach.hint-one-inverse",
    "one-letter": "teach.hint-one-letter",
    "one-order": "teach.hint-one-order",
    "one-trace": "teach.hint-one-trace",
    "one-extra": "teach.hint-one-extra",
    "one-extra-factor": "teach.hint-one-extra-factor",
    "one-missing": "teach.hint-missing",
    "one-missing-factor": "teach.hint-one-missing-factor",
    "one-zero": "teach.hint-one-zero",
    "unknown": "teach.hint-unknown",
}

#: what a mutant of the wanted line has lost
LOST = {"dropped factor": "missing factor", "dropped term": "missing", "trace": "trace"}

Body = tuple[tuple[int, ...], tuple[int, ...]]
Coefficients = dict[Body, dict[int, Fraction]]


@dataclass(frozen=True)
class Hint:
    """What differs: its kind, the key of its message, and the formulas that the message quotes."""

    kind: str
    key: str
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The message in the catalogues."""
        return MESSAGES[self.key]


def hint(wanted: Any, given: Any) -> Hint:
    """What differs between two formulas that are not equal."""
    if shape_of(wanted) != shape_of(given):
        return Hint("shape", "shape", {"given": show_shape(given), "wanted": show_shape(wanted)})
    compared = [pair for pair in _forms(wanted, given) if pair[0] != pair[1]]
    for left, right in compared:
        if found := _as_a_whole(left, right):
            return found
    near = min(compared, key=lambda pair: len(_differing(*pair)), default=None)
    by_term = _term_by_term(*near) if near else None
    if by_term and near and len(_differing(*near)) <= FEW:
        return by_term
    found = _mended(wanted, given) or by_term or _lost(wanted, given)
    return found or Hint("unknown", "unknown", {"point": _witness(wanted, given)})


def _forms(wanted: Any, given: Any) -> Iterator[tuple[Form, Form]]:
    for unfold in (False, True):
        left, right = normal(wanted, unfold), normal(given, unfold)
        if left is not None and right is not None:
            yield left, right


# -- the whole


def _as_a_whole(wanted: Form, given: Form) -> Hint | None:
    """One change that takes all of one formula to the other: a sign, a number, a power, a transpose."""
    if given.is_zero or wanted.is_zero:
        return Hint("zero", "zero" if given.is_zero else "nonzero")
    if given == -wanted:
        return Hint("sign", "sign")
    if given.rows == given.cols and given == wanted.T:
        return Hint("transpose", "transpose")
    ratio = _ratio(wanted.data, given.data) if wanted.divisor == given.divisor else None
    if ratio is None:
        return None
    number, moved = ratio
    number *= Fraction(wanted.below, given.below)
    if moved == 0:
        return Hint("factor", "factor")
    if abs(number) == 1:
        return Hint("power", "power", {"letters": _symbols(moved)})
    return Hint("factor", "scalar", {"letters": _symbols(moved)})


def _ratio(wanted: Any, given: Any) -> tuple[Fraction, int] | None:
    """The number and the monomial that one sum is the other's multiple by."""
    if len(wanted) != len(given):
        return None
    shift = min(packed for _, _, packed in given) - min(packed for _, _, packed in wanted)
    ratios = set()
    for (word, traces, packed), c in wanted.items():
        other = given.get((word, traces, packed + shift))
        if other is None:
            return None
        ratios.add(Fraction(other, c))
    return (ratios.pop(), shift) if len(ratios) == 1 else None


def _symbols(packed: int) -> Any:
    """The symbols of a monomial, as a product; of a root it is the formula under it."""
    from sympy import Mul

    from ..engine.roots import Root
    from ..engine.scalars import powers

    return Mul(*(each.base.to_sympy() if isinstance(each, Root) else each for each in powers(packed)))


# -- term by term


def _bodies(made: Form) -> Coefficients:
    """The words with their traces, each with its coefficient, a polynomial in the scalars."""
    found: Coefficients = {}
    for (word, traces, packed), c in made.data.items():
        found.setdefault((word, traces), {})[packed] = Fraction(c, made.below)
    return found


def _differing(wanted: Form, given: Form) -> list[Body]:
    if wanted.divisor != given.divisor:
        return [((), ())] * 99
    left, right = _bodies(wanted), _bodies(given)
    return [body for body in {**right, **left} if left.get(body) != right.get(body)]


def _term_by_term(wanted: Form, given: Form) -> Hint | None:
    """The first term that differs, and how."""
    if wanted.divisor != given.divisor or len(_differing(wanted, given)) > MOST:
        return None
    left, right = _bodies(wanted), _bodies(given)
    if found := _in_its_place(left, right, given):
        return found
    missing = [body for body in left if body not in right]
    extra = [body for body in right if body not in left]
    changed = [body for body in right if body in left and left[body] != right[body]]
    if changed and not extra and not missing:
        return _coefficient(left[changed[0]], right[changed[0]], _shown(given, changed[0]))
    if missing and not extra:
        traced = any(traces for _, traces in missing)
        return Hint("missing trace" if traced else "missing", "missing-trace" if traced else "missing")
    if extra and not missing:
        return Hint("extra", "extra", {"term": _shown(given, extra[0])})
    return None


def _in_its_place(left: Coefficients, right: Coefficients, given: Form) -> Hint | None:
    """A term of the answer that stands for another one: what is too much of it is missing of that one."""
    over = {body: _less(right[body], left.get(body, {})) for body in right if right[body] != left.get(body)}
    under = {body: _less(left[body], right.get(body, {})) for body in left if left[body] != right.get(body)}
    pairs = [(other, body) for body in over for other in under if other != body]
    for other, body in sorted(pairs, key=lambda pair: under[pair[0]] != over[pair[1]]):
        alone = body not in left and other not in right
        if (alone or under[other] == over[body]) and (kind := _kinship(other, body)):
            return Hint(kind, f"{kind.replace(' ', '-')}-in", {"term": _shown(given, body)})
    return None


def _less(more: dict[int, Fraction], less: dict[int, Fraction]) -> dict[int, Fraction]:
    """The difference of two polynomials."""
    found = {packed: more.get(packed, Fraction(0)) - less.get(packed, Fraction(0)) for packed in {**more, **less}}
    return {packed: c for packed, c in found.items() if c}


def _shown(made: Form, body: Body) -> Any:
    """A term of the answer as a formula."""
    kept = {key: c for key, c in made.data.items() if key[:2] == body}
    return Form.make(kept, made.below, made.rows, made.cols, made.divisor).to_sympy()


def _coefficient(wanted: dict[int, Fraction], given: dict[int, Fraction], term: Any) -> Hint:
    """How the scalars in front of one word differ."""
    if given == {packed: -c for packed, c in wanted.items()}:
        return Hint("sign", "sign-in", {"term": term})
    if set(wanted) == set(given):
        if any(given[packed] == -wanted[packed] for packed in wanted):
            return Hint("sign", "sign-in", {"term": term})
        return Hint("factor", "factor-in", {"term": term})
    if len(wanted) == len(given):
        return Hint("power", "power-in", {"term": term})
    if set(given) < set(wanted):
        return Hint("missing", "missing-like", {"term": term})
    return Hint("factor", "factor-in", {"term": term})


def _kinship(wanted: Body, given: Body) -> str:
    """What one word with its traces has that the other has not; empty where they have little in common."""
    left, right = _spelled(wanted), _spelled(given)
    if _plain(left) == _plain(right):
        return "transpose"
    if Counter(_letters(left)) == Counter(_letters(right)):
        return "order" if _under(left) == _under(right) else "trace"
    if Counter(c & ~INVERSE for c in _letters(left)) == Counter(c & ~INVERSE for c in _letters(right)):
        return "inverse"
    more, less = Counter(_letters(right)), Counter(_letters(left))
    over, under = (more - less).total(), (less - more).total()
    if (over, under) == (1, 1):
        return "letter"
    return {(1, 0): "extra factor", (0, 1): "missing factor"}.get((over, under), "")


def _spelled(body: Body) -> list[tuple[int, ...]]:
    """The open word and the cyclic words of its traces."""
    return [body[0], *(CYCLES[trace] for trace in body[1])]


def _untransposed(code: int) -> int:
    return min(code, TRANSPOSE[code])


def _letters(words: list[tuple[int, ...]]) -> list[int]:
    return [_untransposed(code) for word in words for code in word]


def _under(words: list[tuple[int, ...]]) -> Any:
    """Which letters stand outside, and which under each trace."""
    opened, *cycles = (sorted(map(_untransposed, word)) for word in words)
    return opened, sorted(cycles)


def _plain(words: list[tuple[int, ...]]) -> Any:
    """The words as if every letter were symmetric: read either way, traces from any letter on."""
    opened, *cycles = ([_untransposed(code) for code in word] for word in words)
    turned = [min([w[i:] + w[:i] for w in (c, c[::-1]) for i in range(len(c))], default=[]) for c in cycles]
    return min(opened, opened[::-1]), sorted(turned)


# -- by trying


def _mended(wanted: Any, given: Any) -> Hint | None:
    """The kind of the one change that makes the answer right."""
    for mutant in itertools.islice(mutants(given, (wanted,)), TRIES):
        if shape_of(mutant.value) == shape_of(wanted) and _agree(wanted, mutant.value):
            kind = CALLED.get(mutant.kind, mutant.kind)
            return Hint(kind, f"one-{kind.replace(' ', '-')}")
    return None


def _lost(wanted: Any, given: Any) -> Hint | None:
    """What the answer has lost, where it is the wanted line without something or with a letter under another trace."""
    for mutant in itertools.islice(mutants(wanted, (given,)), TRIES):
        if mutant.kind in LOST and shape_of(mutant.value) == shape_of(given) and _agree(given, mutant.value):
            return Hint(LOST[mutant.kind], f"one-{LOST[mutant.kind].replace(' ', '-')}")
    return None


def _agree(left: Any, right: Any) -> bool:
    """Whether two formulas have one value at the first points."""
    return all(holds(Eq(left, right), point) is True for point in GENERIC[:4])


def _witness(left: Any, right: Any) -> str:
    """The first point at which they differ."""
    return next((str(point) for point in GENERIC if holds(Eq(left, right), point) is False), "")


__all__ = ["Hint", "hint"]
