"""Writing a polynomial of the kernel back as text, for messages."""

from __future__ import annotations

from typing import Any

from ..errors import SymiclError
from ..language.expressions import Trace, _bare, add, product
from . import words
from .polynomial import Poly


def spell(poly: Poly) -> str:
    """The polynomial as a person would write it; what cannot be written as an expression is named."""
    if not poly.terms:
        return "0"
    try:
        return str(add(*[_term(key, c, poly.shape) for key, c in poly.terms.items()]))
    except (AttributeError, TypeError, ValueError, SymiclError):
        return f"{len(poly.terms)} terms that do not cancel"


def _term(key: Any, c: Any, shape: Any) -> Any:
    from sympy import Rational

    powers, traces, word = key
    factors: list[Any] = [Rational(c.numerator, c.denominator)]
    factors += [s**e for s, e in powers]
    factors += [Trace(_bare(1, [words.letter(i) for i in loop])) for loop in traces]
    return product(*factors, words.spell(word, shape)) if shape is not None else product(*factors)
