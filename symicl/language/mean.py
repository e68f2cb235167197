"""Nodes that are computed on: expectations, definitions of scalars, derivatives.

They only say what is meant; the engine proposes their values and the kernel checks them.

>>> from symicl import dimension, positive_definite, Gaussian
>>> d = dimension("d")
>>> x = Gaussian("x", d, 1, positive_definite("Lambda", d))
>>> E(x @ x.T)
E[x x.T]
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol
from sympy.core.basic import Basic
from sympy.core.symbol import Str
from sympy.matrices.expressions import MatrixExpr, MatrixSymbol

from ..errors import ShapeError, UserError
from .expressions import Shaped, is_matrix, show_shape, transpose
from .letters import gaussians_of, is_random, letters_of
from .nodes import as_node, build, own, remembered


class ScalarNode(Expr):
    """What the scalar nodes of the language share: they commute, are real, and are their own transpose."""

    is_commutative = True
    is_real = True
    T = property(lambda self: self)

    def __str__(self) -> str:
        from .printing import text

        return text(self)

    __repr__ = __str__

    def _sympystr(self, printer: Any) -> str:
        return str(self)

    def _latex(self, printer: Any) -> str:
        from .printing import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        from .printing import latex

        return f"${latex(self)}$"


class MatrixNode(Shaped, MatrixExpr):
    """What the matrix nodes of the language share."""

    is_commutative = False


class Mean(ScalarNode):
    """The expectation of a scalar over the random letters that follow it in ``args``."""

    body = property(lambda self: self.args[0])
    over = property(lambda self: self.args[1:])


class MatrixMean(MatrixNode):
    """The expectation of a matrix over the random letters that follow it in ``args``."""

    body = property(lambda self: self.args[0])
    over = property(lambda self: self.args[1:])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.body.shape

    def transposed(self) -> Any:
        """The expectation of the transpose."""
        return E(transpose(self.body), over=self.over)


def E(node: Any, over: Any = None) -> Any:
    """The expectation of a scalar or a matrix over ``over``, by default over every random letter in it.

    It is taken over the joint law of these letters; all others are held fixed.
    """
    node = as_node(node)
    letters = random_letters(node) if over is None else tuple(sorted(over, key=lambda g: g.name))
    for letter in letters:
        if not is_random(letter):
            raise UserError(f"E over {letter}: only a Gaussian letter can be averaged over, or another random one")
    if not letters:
        return node
    _refuse_half(node, letters)
    return build(MatrixMean if is_matrix(node) else Mean, node, *letters)


class Tail(ScalarNode):
    """The probability that a random scalar is at least so far from zero, P(|body| ≥ level), over Gaussian letters."""

    body = property(lambda self: self.args[0])
    level = property(lambda self: self.args[1])
    over = property(lambda self: self.args[2:])


def tail(node: Any, level: Any, over: Any = None) -> Tail:
    """P(|node| ≥ level) over ``over``, by default over every Gaussian letter in ``node``.

    >>> from symicl import Gaussian, dimension, scalar
    >>> w = Gaussian("w", dimension("d"))
    >>> tail(w.T @ w, scalar("epsilon", positive=True))
    P(|w.T w| ≥ epsilon)
    """
    node, level = as_node(node), as_node(level)
    if is_matrix(node) or is_matrix(level):
        raise ShapeError(f"P(|{node}| ≥ {level}): both must be scalars, not {show_shape(node)} and {show_shape(level)}")
    letters = random_letters(node) if over is None else tuple(sorted(over, key=lambda g: g.name))
    for letter in letters:
        if not is_random(letter):
            raise UserError(f"P over {letter}: only a Gaussian letter is random, or one that is made so")
        if letter in letters_of(level):
            raise UserError(f"P(|{node}| ≥ {level}): the level must not be random")
    if not letters:
        raise UserError(f"P(|{node}| ≥ {level}): nothing in it is random")
    _refuse_half(node, letters)
    return build(Tail, node, level, *letters)


@remembered
def free_letters(node: Any) -> frozenset[Any]:
    """The letters and scalars that a value depends on: those of ``letters_of`` but for what is averaged over.

    >>> from symicl import Gaussian, dimension, positive_definite
    >>> x = Gaussian("x", dimension("d"), 1, positive_definite("Lambda", dimension("d")))
    >>> sorted(map(str, free_letters(E(x @ x.T))))
    ['Lambda', 'd']
    """
    own_name = frozenset([node]) if isinstance(node, (MatrixSymbol, Symbol)) else frozenset()
    if isinstance(node, (Mean, MatrixMean)):
        return free_letters(node.body) - frozenset(node.over)
    if isinstance(node, Tail):
        return (free_letters(node.body) - frozenset(node.over)) | free_letters(node.level)
    return own_name.union(*(free_letters(a) for a in node.args if isinstance(a, Basic) and not isinstance(a, Str)))


def random_letters(node: Any) -> tuple[Any, ...]:
    """The random letters that a value depends on, by name."""
    return tuple(sorted(filter(is_random, free_letters(node)), key=lambda g: g.name))


def _refuse_half(node: Any, letters: tuple[Any, ...]) -> None:
    """A random covariance is averaged over together with what has it, or afterwards."""
    for other in gaussians_of(node):
        if other in free_letters(node) and other not in letters and letters_of(other.covariance) & set(letters):
            raise UserError(f"E over {other.covariance}: it is the covariance of {other}; average over {other} as well")


class DefinedScalar(ScalarNode):
    """A scalar with a name, such as the loss L; it stands for its body everywhere."""

    @property
    def name(self) -> str:
        """The name it is printed by."""
        return self.args[0].name

    @property
    def body(self) -> Any:
        """What it stands for."""
        return self.args[1]


def named(name: str, body: Any) -> DefinedScalar:
    """A scalar that is printed as ``name`` and stands for ``body``."""
    body = as_node(body)
    if is_matrix(body):
        raise UserError(f"{name}: its body {body} is a matrix; abbreviate matrices with Defined")
    return build(DefinedScalar, Str(name), body)


class Gradient(MatrixNode):
    """The matrix G with df = tr(Gᵀ dU), of the shape of U."""

    body = property(lambda self: self.args[0])
    letter = property(lambda self: self.args[1])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.letter.shape


class Derivative(ScalarNode):
    """The derivative of a scalar in a scalar symbol."""

    body = property(lambda self: self.args[0])
    letter = property(lambda self: self.args[1])


def grad(node: Any, letter: Any) -> Any:
    """The gradient of the scalar ``node`` in a matrix letter or a scalar symbol."""
    if is_matrix(node):
        raise ShapeError(f"grad({node}): shape {show_shape(node)}; only a scalar has a gradient here")
    return build(Gradient if is_matrix(letter) else Derivative, as_node(node), letter)


class SecondVariation(ScalarNode):
    """The second derivative of a scalar along a line: d²/dt² f(z + t v) at t = 0.

    ``args`` holds the scalar and then pairs letter, direction.
    """

    body = property(lambda self: self.args[0])

    @property
    def directions(self) -> dict[Any, Any]:
        """The direction in which each letter moves."""
        return dict(zip(self.args[1::2], self.args[2::2], strict=True))


def second_variation(node: Any, directions: dict[Any, Any]) -> SecondVariation:
    """d²/dt² of ``node`` at t = 0 when each letter moves to letter + t · direction."""
    if is_matrix(as_node(node)):
        raise ShapeError(f"the second derivative of {node}: shape {show_shape(node)}, but only a scalar has one here")
    flat: list[Any] = []
    for letter, direction in directions.items():
        direction = as_node(direction)
        if is_matrix(letter) != is_matrix(direction) or (is_matrix(letter) and letter.shape != direction.shape):
            raise ShapeError(
                f"{letter} + t·({direction}): shapes {show_shape(letter)} and {show_shape(direction)} do not fit"
            )
        flat += [letter, direction]
    return build(SecondVariation, as_node(node), *flat)


own(Mean, MatrixMean, Tail, DefinedScalar, Gradient, Derivative, SecondVariation)
