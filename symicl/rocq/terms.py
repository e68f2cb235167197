"""Expressions and statements as terms of Rocq, in the notation of Mathematical Components.

>>> from symicl import dimension, matrix, tr, Eq
>>> A = matrix("A", dimension("d"))
>>> Terms().statement(Eq(tr(A @ A.T) / 2, 0))
'2%:R^-1 * \\\\tr (A_ *m A_^T) = 0'
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.matrices.expressions import Identity, MatAdd, MatMul, ZeroMatrix

from ..errors import UserError
from ..language.blocks import Block, Corner
from ..language.expressions import Inverted, Trace, Transposed, is_matrix, product, split
from ..language.letters import Centred, Defined, Letter, is_random
from ..language.mean import DefinedScalar, MatrixMean, Mean, random_letters
from ..language.printing import _degree
from ..language.statements import And, Eq, Ge, Gt, Iff, Le, Lt, Ne, Or
from .names import identifier, inverse_name


class NotExported(UserError):
    """A step or an expression that there is no export for."""


def moving(node: Any) -> bool:
    """Whether a value is random: it depends on a random letter that is not averaged over."""
    return bool(random_letters(node))


class Terms:
    """Prints terms; ``roots`` names powers with a broken exponent, ``divisors`` the sums and traces divided by."""

    def __init__(self, roots: dict[Any, str] | None = None, divisors: dict[Any, str] | None = None) -> None:
        self.roots, self.divisors = roots or {}, divisors or {}
        #: nodes that are written as these terms
        self.written: dict[Any, str] = {}

    # ---- statements ----

    def statement(self, stated: Any) -> str:
        """A statement as a proposition."""
        match stated:
            case And():
                return " /\\ ".join(f"({self.statement(part)})" for part in stated.parts)
            case Or():
                return " \\/ ".join(f"({self.statement(part)})" for part in stated.parts)
            case Iff():
                return " <-> ".join(f"({self.statement(part)})" for part in stated.parts)
        if type(stated) not in (Eq, Ne, Ge, Gt, Lt, Le):
            raise NotExported(f"{stated}: a statement of kind {type(stated).__name__} is not exported")
        random = any(map(moving, stated.sides))
        left, right = (self.term(side, random) for side in stated.sides)
        if not any(is_matrix(side) or _says_its_ring(side) for side in stated.sides):
            left = f"({left} : R)"
        match stated:
            case Eq():
                return f"{left} = {right}"
            case Ne():
                return f"{left} != {right}"
            case Ge() if random and stated.rhs == 0 and not is_matrix(stated.lhs):
                return f"squares_sum ({left})"
            case Gt() | Ge() | Lt() | Le() if random:
                raise NotExported(f"{stated}: an inequality between random numbers is not exported")
            case Gt():
                return f"{right} < {left}"
            case Ge():
                return f"{right} <= {left}"
            case Lt():
                return f"{left} < {right}"
        return f"{left} <= {right}"

    def term(self, node: Any, random: bool = False) -> str:
        """A scalar or a matrix; ``random`` where it stands among random numbers."""
        return self.matrix(node, random) if is_matrix(node) else self.scalar(node, random)

    # ---- scalars ----

    def scalar(self, node: Any, random: bool) -> str:
        if random and not moving(node):
            return {"0": "0", "1": "1"}.get(text := self.scalar(node, False), f"({text})%:A")
        if isinstance(node, Add):
            return self._sum(sorted(node.args, key=_degree), random)
        if isinstance(node, Mul):
            return self._product(node, random)
        return self.factor(node, random)

    def _sum(self, terms: list[Any], random: bool) -> str:
        parts = [self.scalar(terms[0], random)]
        for term in terms[1:]:
            head, _ = term.as_coeff_Mul()
            sign, shown = ("-", -term) if head < 0 else ("+", term)
            inside = self.scalar(shown, random)
            parts.append(f"{sign} ({inside})" if isinstance(shown, Add) else f"{sign} {inside}")
        return " ".join(parts)

    def _product(self, node: Any, random: bool) -> str:
        number, rest = node.as_coeff_Mul()
        if number < 0:
            return f"- {self.bracket(self.scalar(-node, random), '+- *')}"
        fixed = [f for f in Mul.make_args(rest) if not (random and moving(f))]
        free = [f for f in Mul.make_args(rest) if random and moving(f)]
        scalars = self._numbers(number) + [self.factor(f, False) for f in sorted(fixed, key=str) if f != 1]
        scalars = scalars or ["1"]
        if not free:
            return " * ".join(scalars)
        inside = " * ".join(self.factor(f, True) for f in sorted(free, key=str))
        if scalars == ["1"]:
            return inside
        return f"({' * '.join(scalars)}) *: {self.bracket(inside, '*')}"

    def _numbers(self, number: Any) -> list[str]:
        shown = [f"{number.p}%:R"] if number.p != 1 else []
        return shown + ([f"{number.q}%:R^-1"] if number.q != 1 else [])

    def factor(self, node: Any, random: bool) -> str:
        """A scalar that can stand in a product."""
        if node in self.written:
            return self.written[node]
        match node:
            case Rational():
                if node in (0, 1):
                    return str(node)
                if node < 0:
                    return f"(- {self.factor(-node, random)})"
                return self.bracket(" * ".join(self._numbers(node)), "*")
            case Symbol():
                return f"{identifier(node.name)}%:R" if node.is_integer else identifier(node.name)
            case Pow():
                return self._power(node, random)
            case Trace():
                return f"\\tr {self.bracket(self.matrix(node.arg, random), ' ')}"
            case DefinedScalar():
                return identifier(node.name)
            case Mean():
                self._refuse_partial(node)
                return f"E {self.bracket(self.scalar(node.body, True), ' ')}"
            case Corner():
                return f"\\tr (drsubmx {self.bracket(self.matrix(node.body, random), ' ')})"
            case Add() | Mul():
                return f"({self.scalar(node, random)})"
        raise NotExported(f"{node}: a scalar of kind {type(node).__name__} is not exported")

    def _refuse_partial(self, node: Any) -> None:
        if left := [str(g) for g in random_letters(node.body) if g not in node.over]:
            raise NotExported(f"{node}: the mean leaves {', '.join(left)} random; only whole means are exported")

    def _power(self, node: Any, random: bool) -> str:
        base, exponent = node.as_base_exp()
        if not exponent.is_Integer:
            root, power = self.root(node)
            return root if power == 1 else f"{root}^-1" if power == -1 else f"{root} ^+ {power}"
        inside = self.divisors.get(base) if exponent < 0 else None
        inside = inside or self.bracket(self.factor(base, random), " ")
        if exponent > 0:
            return inside if exponent == 1 else f"{inside} ^+ {exponent}"
        return f"{inside}^-1" if exponent == -1 else f"{inside}^-1 ^+ {-exponent}"

    def root(self, node: Any) -> tuple[str, int]:
        """The scalar that stands for c^(1/n), and the power of it that c^(k/n) is."""
        base, exponent = node.as_base_exp()
        found = self.roots.get((base, int(exponent.q)))
        if found is None:
            raise NotExported(f"{node}: a root that no step takes is not exported")
        return found, int(exponent.p)

    # ---- matrices ----

    def matrix(self, node: Any, random: bool) -> str:
        if random and not moving(node):
            return f"{self.bracket(self.matrix(node, False), ' ')}^c"
        if isinstance(node, MatAdd):
            return self._matrix_sum(node, random)
        if isinstance(node, MatMul):
            return self._matrix_product(node, random)
        return self.matrix_factor(node, random)

    def _matrix_sum(self, node: Any, random: bool) -> str:
        parts = [self.matrix(node.args[0], random)]
        for term in node.args[1:]:
            head, _ = split(term)[0].as_coeff_Mul()
            sign, shown = ("-", product(-1, term)) if head < 0 else ("+", term)
            inside = self.matrix(shown, random)
            parts.append(f"{sign} ({inside})" if isinstance(shown, MatAdd) else f"{sign} {inside}")
        return " ".join(parts)

    def _matrix_product(self, node: Any, random: bool) -> str:
        scalar, factors = split(node)
        head, _ = scalar.as_coeff_Mul()
        if head < 0:
            return f"- {self.bracket(self.matrix(product(-1, node), random), ' ')}"
        inside = " *m ".join(self.matrix_factor(f, random) for f in factors)
        if scalar == 1:
            return inside
        shown = self.scalar(scalar, True) if random else self.factor(scalar, False)
        return f"{self.bracket(shown, ' ')} *: {self.bracket(inside, ' ')}"

    def matrix_factor(self, node: Any, random: bool) -> str:
        """A matrix that can stand in a product."""
        if random and not moving(node):
            return f"{self.bracket(self.matrix(node, False), ' ')}^c"
        if node in self.written:
            return self.written[node]
        match node:
            case Identity():
                return "1%:M"
            case ZeroMatrix():
                return "0"
            case Transposed():
                return f"{self.matrix_factor(node.arg, random)}^T"
            case Inverted() if isinstance(node.arg, Letter):
                return inverse_name(node.arg.name)
            case Letter():
                return identifier(node.name)
            case Block():
                return self._block(node, random)
            case MatrixMean():
                self._refuse_partial(node)
                return f"(map_mx E {self.bracket(self.matrix(node.body, True), ' ')})"
            case MatAdd() | MatMul():
                return f"({self.matrix(node, random)})"
        raise NotExported(f"{node}: a matrix of kind {type(node).__name__} is not exported")

    def _block(self, block: Any, random: bool) -> str:
        rows, cols = len(block.grid), len(block.grid[0])
        entries = [f"({self._entry(e, random)})" for row in block.grid for e in row]
        name = {(2, 2): "block_mx", (1, 2): "row_mx", (2, 1): "col_mx"}.get((rows, cols))
        if name is None:
            raise NotExported(f"{block}: {rows}×{cols} blocks are not exported")
        return f"({name} {' '.join(entries)})"

    def _entry(self, entry: Any, random: bool) -> str:
        if is_matrix(entry):
            return self.matrix(entry, random)
        if isinstance(entry, Trace):
            return self.matrix(entry.arg, random)
        shown = "0" if entry == 0 else f"({self.factor(entry, False)} *: 1%:M)"
        if moving(entry):
            raise NotExported(f"{entry}: a random number as a block is not exported")
        return f"{shown}^c" if random and entry != 0 else shown

    @staticmethod
    def bracket(text: str, needs: str) -> str:
        """The text in brackets where it holds any of these characters outside brackets."""
        depth = 0
        for char in text:
            depth += (char in "([") - (char in ")]")
            if depth == 0 and char in needs:
                return f"({text})"
        return text


def _says_its_ring(node: Any) -> bool:
    """Whether a scalar holds anything but numbers and sizes, from which Rocq sees that it is in R."""
    return any(
        isinstance(p, (Letter, DefinedScalar)) or (isinstance(p, Symbol) and not p.is_integer) for p in parts_of(node)
    )


def divisors_of(node: Any) -> list[Any]:
    """The sums and traces that an expression divides by."""
    powers = [p for p in parts_of(node) if isinstance(p, Pow) and p.exp.is_Integer and p.exp < 0]
    return [p.base for p in powers if isinstance(p.base, (Add, Trace))]


def parts_of(node: Any) -> Any:
    """The nodes of an expression, definitions as they are named, without the covariances of random letters."""
    yield node
    if isinstance(node, (Letter, Symbol, DefinedScalar)):
        return
    for part in node.args[:1] if isinstance(node, (Mean, MatrixMean)) else node.args:
        if hasattr(part, "args"):
            yield from parts_of(part)


__all__ = ["Centred", "Defined", "NotExported", "Terms", "is_random", "moving", "parts_of"]
