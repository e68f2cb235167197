"""Expressions as JavaScript: a formula that was derived becomes a function that the web page calls.

A node becomes one line, equal nodes one and the same.  What numbers and matrices can do stands in
``reports/matrices.js``; this is its only caller, so that the page computes with the tree of the formula and nothing
else.  A matrix is a list of rows.

>>> from symicl import dimension, matrix, tr
>>> A, N = matrix("A", dimension("d")), dimension("N")
>>> print(function(tr(A @ A.T) / N))
(at) => {
  const v1 = at["N"];
  const v2 = power(v1, (-1));
  const v3 = at["A"];
  const v4 = transpose(v3);
  const v5 = product(v3, v4);
  const v6 = trace(v5);
  const v7 = v2 * v6;
  return v7;
}
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import reduce
from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import Identity, MatAdd, MatMul, MatrixSymbol, ZeroMatrix

from ..errors import SymiclError
from ..language.expressions import Inverted, Trace, Transposed, split
from ..language.letters import Defined
from ..language.mean import DefinedScalar
from ..language.nodes import as_node

#: numbers up to this one are the same in Python and in JavaScript
EXACT = 2**53


def function(node: Any) -> str:
    """A function of one object, which maps the names of the letters to numbers and to lists of rows.

    A definition is written out; sizes such as d are values like others.  ``SymiclError`` for a node that has no value
    until it is worked out, such as a mean.
    """
    body = _Body()
    value = body.value(as_node(node))
    return "\n".join(["(at) => {", *(f"  {line}" for line in body.lines), f"  return {value};", "}"])


def quoted(text: str) -> str:
    r"""Text as JavaScript, also where it stands in a page: nothing in it ends the script.

    >>> print(quoted('"</script>'))
    "\"\u003c/script\u003e"
    """
    shown = json.dumps(text)
    return shown.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


class _Body:
    """The lines of one function, and the variable that holds each node."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[Any, str] = {}

    def value(self, node: Any) -> str:
        """The variable or the number that stands for a node."""
        if isinstance(node, (Defined, DefinedScalar)):
            return self.value(node.body)
        if isinstance(node, Rational):
            return _number(node)
        if node not in self.known:
            written = self.written(node)
            self.known[node] = name = f"v{len(self.lines) + 1}"
            self.lines.append(f"const {name} = {written};")
        return self.known[node]

    def written(self, node: Any) -> str:
        """A node in terms of its parts."""
        for kind, method in _METHODS.items():
            if isinstance(node, kind):
                return method(self, node)
        raise SymiclError(f"{node}: a page cannot compute this; it has no value until it is worked out")

    def letter(self, node: Any) -> str:
        return f"at[{quoted(node.name)}]"

    def joined(self, sign: str, parts: Any) -> str:
        return f" {sign} ".join(map(self.value, parts))

    def called(self, name: str, parts: Any) -> str:
        """A function of two, applied from the left."""
        return reduce(lambda left, right: f"{name}({left}, {right})", map(self.value, parts))

    def matmul(self, node: Any) -> str:
        scalar, matrices = split(node)
        written = self.called("product", matrices)
        return written if scalar == 1 else f"scaled({self.value(scalar)}, {written})"

    def pow(self, node: Any) -> str:
        return f"power({self.value(node.base)}, {self.value(node.exp)})"

    def of_size(self, name: str, node: Any) -> str:
        return f"{name}({', '.join(map(self.value, node.shape))})"


def _number(node: Any) -> str:
    """A rational, as near as a floating number comes to it."""
    if max(abs(node.p), node.q) > EXACT:
        return f"({float(node)!r})"
    shown = str(node.p) if node.q == 1 else f"{node.p} / {node.q}"
    return shown if node.q == 1 and node.p >= 0 else f"({shown})"


#: kinds of matrices come first: to SymPy their sums and products are sums and products as well
_METHODS: dict[Any, Callable[[_Body, Any], str]] = {
    (MatrixSymbol, Symbol): _Body.letter,
    MatAdd: lambda body, node: body.called("sum", node.args),
    MatMul: _Body.matmul,
    Add: lambda body, node: body.joined("+", node.args),
    Mul: lambda body, node: body.joined("*", node.args),
    Pow: _Body.pow,
    Trace: lambda body, node: f"trace({body.value(node.arg)})",
    Transposed: lambda body, node: f"transpose({body.value(node.arg)})",
    Inverted: lambda body, node: f"inverse({body.value(node.arg)})",
    Identity: lambda body, node: body.of_size("identity", node),
    ZeroMatrix: lambda body, node: body.of_size("zeros", node),
}
