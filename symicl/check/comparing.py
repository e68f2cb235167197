"""Trials over random instances, and one claimed value held against one exact value.

A claim is refuted by its first counterexample.  A formula that raises, or gives anything but rationals of the right
shape, is refuted too; only a judge that could not run at all says "skipped".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from numbers import Rational
from typing import Any

from ..errors import SymiclError
from .rational.instances import Instance
from .said import Said, at, sizes, stopped
from .verdict import Verdict

JUDGE = "exact"


class Refuted(Exception):
    """A counterexample: a sentence, and the same in numbers."""

    def __init__(self, detail: str, **numbers: Any) -> None:
        super().__init__(detail)
        self.numbers = numbers


class Undecided(Exception):
    """A sentence about what could be neither confirmed nor refuted."""


def judge_by(
    id: str,
    subject: str,
    instances: Iterable[Instance],
    check: Callable[[Instance], None],
    *claims: Any,
    judge: str = JUDGE,
    how: str = "in rationals",
) -> Verdict:
    """Run ``check`` on every instance and turn what happens into a verdict about ``subject``.

    ``check`` raises ``Refuted`` at a counterexample.  Skipped where a claim is None, where there is no instance, where
    ``check`` raises ``Undecided``, or where the judge itself stops with a ``SymiclError``.  ``judge`` is who judges,
    ``how`` completes "confirmed …".

    >>> judge_by("loss", "the loss", [], lambda instance: None).detail
    'no instance was asked for'
    """
    if any(claim is None for claim in claims):
        return Verdict(id, judge, "skipped", "no formula was given")
    shapes: list[tuple[int, int]] = []
    for instance in instances:
        size = {"d": instance.d, "N": instance.N}
        try:
            check(instance)
        except Refuted as refuted:
            return Verdict(id, judge, "fail", at(**size, why=refuted), size | refuted.numbers)
        except Undecided as open_question:
            return Verdict(id, judge, "skipped", at(**size, why=open_question), size)
        except SymiclError as trouble:
            return Verdict(id, judge, "skipped", stopped(trouble), size)
        shapes.append((instance.d, instance.N))
    if not shapes:
        return Verdict(id, judge, "skipped", "no instance was asked for")
    detail = Said(
        "{subject}: confirmed {how} on {count} random instances, (d, N) in {where}",
        **{"subject": subject, "how": how, "count": len(shapes), "where": sizes(dict.fromkeys(shapes))},
    )
    return Verdict(id, judge, "pass", detail, {"instances": len(shapes), "shapes": tuple(shapes)})


def ask(formula: Callable[..., Any], *arguments: Any) -> Any:
    """The value of a claimed formula; whatever it raises refutes it."""
    try:
        return formula(*arguments)
    except Exception as trouble:
        raise Refuted(f"the formula raised {type(trouble).__name__}: {trouble}") from trouble


def agree(claimed: Any, exact: Any, name: str = "the formula") -> None:
    """``Refuted`` unless ``claimed`` has the shape and the rational entries of ``exact``.

    A number and a 1×1 matrix count as one thing, and so do a flat list and a single column.

    >>> agree([[Fraction(1, 2)]], Fraction(1, 2))
    >>> agree([[1, 2]], [[Fraction(1), Fraction(3)]])
    Traceback (most recent call last):
        ...
    symicl.check.comparing.Refuted: the formula gives 2 in entry (1, 2), exactly it is 3
    """
    claimed_rows, exact_rows = as_rows(claimed, name), as_rows(exact, name)
    shapes = [(len(rows), len(rows[0])) for rows in (claimed_rows, exact_rows)]
    if shapes[0] != shapes[1]:
        raise Refuted(f"{name} gives a matrix of shape {shapes[0]}, it should be {shapes[1]}")
    for i, (left, right) in enumerate(zip(claimed_rows, exact_rows, strict=True)):
        for j, (a, b) in enumerate(zip(left, right, strict=True)):
            if a != b:
                entry = "" if shapes[0] == (1, 1) else f" in entry ({i + 1}, {j + 1})"
                raise Refuted(f"{name} gives {a}{entry}, exactly it is {b}", claimed=a, exact=b)


def as_rows(value: Any, name: str) -> list[list[Fraction]]:
    """A number, flat list, list of rows, or anything with ``tolist``, as rows of rationals; otherwise ``Refuted``."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, (list, tuple)):
        return [[rational(value, name)]]
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in value]
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        raise Refuted(f"{name} gives no matrix: {value!r}")
    return [[rational(entry, name) for entry in row] for row in rows]


def rational(value: Any, name: str) -> Fraction:
    """An exact number; ``Refuted`` for a float, a bool, or anything else that is not a rational."""
    if isinstance(value, bool) or not isinstance(value, Rational):
        raise Refuted(f"{name} gives {value!r} of type {type(value).__name__}, not a rational number")
    return Fraction(int(value.numerator), int(value.denominator))


def vanishes(blocks: Mapping[str, Any], where: str) -> None:
    """``Refuted`` unless every coordinate of a gradient is zero."""
    for name, value in blocks.items():
        for i, row in enumerate(as_rows(value, name)):
            for j, entry in enumerate(row):
                if entry:
                    text = f"{where} the derivative in {name}[{i + 1}, {j + 1}] is {entry}, not 0"
                    raise Refuted(text, coordinate=(name, i + 1, j + 1), derivative=entry)


def is_zero(blocks: Mapping[str, Any]) -> bool:
    """Whether every coordinate of a gradient is zero."""
    return not any(entry for value in blocks.values() for row in as_rows(value, "") for entry in row)
