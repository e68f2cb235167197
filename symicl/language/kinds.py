"""The closed set of nodes: each kind with how it is taken apart into names and parts, and put together again.

What is put together again equals what was taken apart exactly where the node is well formed: its shapes fit, its
facts are known ones, and it is written in its own form.

>>> from symicl import dimension, matrix
>>> A = matrix("A", dimension("d"))
>>> apart(A)
['A', d, d]
>>> together("Transposed", [A])
A.T
>>> well_formed(A @ A.T)
True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Integer, Mul, Pow, Rational, Symbol
from sympy.core.numbers import Half, NegativeOne, One, Zero
from sympy.core.symbol import Str

from ..errors import SymiclError, UserError
from . import expressions, functions, letters, mean
from .blocks import Block, Corner, corner

NUMBERS = frozenset({Integer, Rational, Half, One, NegativeOne, Zero})
#: what may be known of a symbol
FACTS = frozenset({"integer", "nonnegative", "positive", "real"})


def apart(node: Any) -> list[Any]:
    """The names (as texts) and parts of a node, in the order in which ``together`` takes them."""
    kind = type(node)
    if kind in NUMBERS:
        return [str(node)]
    if kind is Symbol:
        return [node.name, *sorted(fact for fact, holds in node._assumptions_orig.items() if holds)]
    if kind is Block:
        return [str(len(node.grid[0])), *(entry for row in node.grid for entry in row)]
    if kind is expressions.Inverted:
        return [node.args[0]]
    return [part.name if type(part) is Str else part for part in node.args]


def name_of(node: Any) -> str:
    """The name of a node's kind; all numbers are of one kind."""
    return "Number" if type(node) in NUMBERS else type(node).__name__


def together(kind: str, parts: list[Any]) -> Any:
    """The node of that kind; ``UserError`` where there is no such kind, or the parts are not those of one."""
    make = _MAKERS.get(kind)
    if make is None:
        raise UserError(f"the language has no node of kind {kind[:40]}")
    for place, part in enumerate(parts):
        if (type(part) is str) != _is_text(kind, place):
            raise UserError(
                f"{str(part)[:80]!r} stands where a {kind} has no {'text' if type(part) is str else 'part'}"
            )
    try:
        node = make(*parts)
    except (TypeError, ValueError, AttributeError, IndexError, AssertionError) as error:
        raise UserError(f"no {kind} is made of these parts: {error}") from error
    if type(node) not in KINDS or name_of(node) != kind:
        raise UserError(f"this {kind} is not in its own form; it would be {str(node)[:80]}")
    return node


def _is_text(kind: str, place: int) -> bool:
    """Whether a node of that kind has a text in that place: the name of a letter, a fact, a number."""
    if kind in ("Number", "Symbol"):
        return True
    if kind in ("Letter", "Random"):
        return place == 0 or place > 2
    if kind == "Centred":
        return place in (0, 4)
    return (place == 0 and kind in ("Gaussian", "Defined", "DefinedScalar", "Applied", "Block")) or (
        kind == "Defined" and place > 1
    )


def well_formed(node: Any) -> bool:
    """Whether a node is of the language, of fitting shapes, and in its own form; its parts are not looked at."""
    if type(node) not in KINDS:
        return False
    try:
        return bool(together(name_of(node), apart(node)) == node)
    except (SymiclError, AttributeError, TypeError):
        return False


def _number(text: Any) -> Any:
    value = Rational(*map(int, text.split("/"))) if isinstance(text, str) else None
    if value is None or str(value) != text:
        raise ValueError("a number is written as digits, or as digits/digits in lowest terms")
    return value


def _symbol(name: Any, *facts: Any) -> Any:
    if not isinstance(name, str) or set(facts) - FACTS or list(facts) != sorted(set(facts)):
        raise ValueError(f"a symbol has a name and facts among {', '.join(sorted(FACTS))}, in this order")
    return Symbol(name, **dict.fromkeys(facts, True))


def _named(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(name: Any, *parts: Any) -> Any:
        if not isinstance(name, str):
            raise ValueError("a letter has a name")
        return make(name, *parts)

    return made


def _plain(kind: Any) -> Callable[..., Any]:
    """Sums, products and powers of scalars keep the order in which they were written."""

    def made(*parts: Any) -> Any:
        if len(parts) < 2 or any(isinstance(part, str) or expressions.is_matrix(part) for part in parts):
            raise ValueError("at least two scalars are needed")
        return kind(*parts, evaluate=False)

    return made


def _product(*parts: Any) -> Any:
    """A 1×1 product is a scalar; as a node of its own it stands for what is inside the trace."""
    made = expressions.product(*parts)
    return made.arg if type(made) is expressions.Trace else made


def _block(width: Any, *entries: Any) -> Any:
    columns = int(width)
    if columns < 1 or len(entries) % columns:
        raise ValueError(f"{len(entries)} blocks do not fill rows of {width}")
    return Block([entries[i : i + columns] for i in range(0, len(entries), columns)])


def _variation(body: Any, *moved: Any) -> Any:
    for letter in moved[::2]:
        _refuse_unmovable(letter)
    return mean.second_variation(body, dict(zip(moved[::2], moved[1::2], strict=True)))


def _refuse_unmovable(letter: Any) -> None:
    plain = isinstance(letter, (Symbol, letters.Letter)) and not isinstance(letter, letters.Defined)
    if not plain or letters.is_random(letter) or getattr(letter, "symmetric", False) or letter.is_integer:
        raise ValueError(f"{letter} cannot move: only a real scalar or a plain matrix letter can")


def _slope(body: Any, letter: Any) -> Any:
    _refuse_unmovable(letter)
    return mean.grad(body, letter)


_MAKERS: dict[str, Callable[..., Any]] = {
    "Number": _number,
    "Symbol": _symbol,
    "Add": _plain(Add),
    "Mul": _plain(Mul),
    "Pow": _plain(Pow),
    "Letter": _named(letters.Letter),
    "Random": _named(letters.Random),
    "Centred": _named(letters.Centred),
    "Gaussian": _named(letters.Gaussian),
    "Defined": _named(letters.Defined),
    "DefinedScalar": _named(mean.named),
    "Identity": expressions.identity,
    "Zero": expressions.zero,
    "Transposed": expressions.transpose,
    "Inverted": expressions.inverse,
    "Product": _product,
    "Sum": expressions.add,
    "Trace": expressions.tr,
    "Block": _block,
    "Corner": corner,
    "Mean": lambda body, *over: mean.E(body, over=over),
    "MatrixMean": lambda body, *over: mean.E(body, over=over),
    "Applied": functions.apply,
    "Tail": lambda body, level, *over: mean.tail(body, level, over=over),
    "Gradient": _slope,
    "Derivative": _slope,
    "SecondVariation": _variation,
}
KINDS = NUMBERS | {
    *(
        Symbol,
        Add,
        Mul,
        Pow,
        letters.Letter,
        letters.Random,
        letters.Centred,
        letters.Gaussian,
        letters.Defined,
        mean.DefinedScalar,
    ),
    *(expressions.Identity, expressions.Zero, expressions.Transposed, expressions.Inverted),
    *(expressions.Product, expressions.Sum, expressions.Trace, Block, Corner, mean.Mean, mean.MatrixMean),
    *(functions.Applied, mean.Tail, mean.Gradient, mean.Derivative, mean.SecondVariation),
}
