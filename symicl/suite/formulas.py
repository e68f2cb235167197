"""A formula of a derived theorem as a plain function of the numbers that a judge draws.

A judge's instance has the letters as attributes, by name; it never sees an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from ..language.enclosure import enclose
from ..language.letters import Defined, letters_of
from ..language.numeric import evaluate


def claim(expression: Any, *, exact: bool = True) -> Callable[..., Any]:
    """A formula as a function of a judge's instance, whose attributes are the letters by name."""
    wanted = _free(expression)

    def value(instance: Any, **given: Any) -> Any:
        known = _known(wanted, instance) | {letter: given[letter.name] for letter in wanted if letter.name in given}
        return _plain(evaluate(expression, known, exact=exact), exact)

    return value


def _free(expression: Any) -> list[Any]:
    """The letters that need a value; a definition has that of its body."""
    return [letter for letter in letters_of(expression) if not isinstance(letter, Defined)]


def enclosure(expression: Any) -> Callable[[Any], Any]:
    """A formula as a function of a judge's instance, with an mpmath interval for each number that it gives."""
    wanted = _free(expression)
    return lambda instance: enclose(expression, _known(wanted, instance))


def _known(wanted: Iterable[Any], instance: Any) -> dict[Any, Any]:
    return {letter: getattr(instance, letter.name) for letter in wanted if hasattr(instance, letter.name)}


def _plain(value: Any, exact: bool) -> Any:
    """Rationals as fractions, exact matrices as lists of rows; floating values as they are."""
    if not exact:
        return value
    if hasattr(value, "tolist"):
        return [[Fraction(int(e.p), int(e.q)) for e in row] for row in value.tolist()]
    return Fraction(int(value.p), int(value.q))
