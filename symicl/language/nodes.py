"""What a node is: numbers and expressions as SymPy objects, the closed set of kinds, and one object for equal nodes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from sympy import Add, Integer, Mul, Pow, Rational, Symbol, SympifyError, Tuple, sympify
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from ..errors import UserError


def as_node(value: Any) -> Any:
    """A number or an expression as a SymPy object.  A text is refused: SymPy would run it as Python."""
    if isinstance(value, Basic):
        return value
    if isinstance(value, (str, bytes)):
        raise UserError(f"{value!r}: a text is no expression; build one of letters and numbers")
    try:
        return sympify(value, strict=True)
    except SympifyError as error:
        raise UserError(f"{value!r}: this is neither a number nor an expression") from error


#: the kinds of nodes that the language consists of, by their exact types; each module adds its own
_OWN: set[type] = {Symbol, Add, Mul, Pow, Tuple, Str, *(type(n) for n in map(Integer, (-1, 0, 1, 2)))}
_OWN |= {type(Rational(1, 2)), type(Rational(2, 3))}
#: nodes that were found to be of these kinds throughout, by identity; they are kept, so that an identity stays theirs
_GENUINE: dict[int, Any] = {}


def own(*kinds: type) -> None:
    """Add kinds of nodes to the language."""
    _OWN.update(kinds)


def genuine(node: Any) -> bool:
    """Whether a node and all its parts are of the language's kinds, and not of kinds that only say that they are."""
    if id(node) in _GENUINE:
        return True
    if type(node) not in _OWN or not all(map(genuine, node.args)):
        return False
    if len(_GENUINE) > 1 << 17:
        _GENUINE.clear()
    _GENUINE[id(node)] = node
    return True


def remembered(work: Callable[..., Any]) -> Callable[..., Any]:
    """A function of nodes that remembers its results, for genuine nodes: others could pass for what they are not."""
    known = lru_cache(maxsize=1 << 16)(work)

    @wraps(work)
    def ask(*nodes: Any) -> Any:
        return known(*nodes) if all(map(genuine, nodes)) else work(*nodes)

    return ask


#: equal nodes are one object, so that comparing them is quick
_built: Callable[..., Any] = lru_cache(maxsize=1 << 16)(Basic.__new__)


def build(kind: Any, *args: Any) -> Any:
    """The node; nodes with parts of kinds of their own are not remembered."""
    return _built(kind, *args) if kind in _OWN and all(map(genuine, args)) else Basic.__new__(kind, *args)
