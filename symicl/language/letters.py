"""The letters of the language: sizes, scalars, and matrices with what is known of them.

What is known of a letter is part of it: a symmetric ``A`` and a general ``A`` are two letters, never equal.

>>> d = dimension("d")
>>> positive_definite("Lambda", d) == matrix("Lambda", d)
False
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol
from sympy.core.basic import Basic
from sympy.core.symbol import Str
from sympy.matrices.expressions import MatrixSymbol

from ..errors import ShapeError, UserError
from .expressions import Shaped, identity, is_matrix, refuse_sizes, show_shape
from .nodes import as_node, build, own, remembered


def dimension(name: str) -> Symbol:
    """A symbolic size: a positive integer such as d or N."""
    return Symbol(name, integer=True, positive=True)


def scalar(name: str, *, positive: bool = False) -> Symbol:
    """A real scalar."""
    return Symbol(name, positive=True) if positive else Symbol(name, real=True)


def _refuse_sizes(name: Any, *sizes: Any) -> None:
    refuse_sizes(name, *sizes)
    if all(size == 1 for size in sizes):
        raise ShapeError(f"{name}: shape 1×1 is that of a scalar; make it with scalar(...)")


class Letter(Shaped, MatrixSymbol):
    """A matrix symbol with the facts that are known of it, which count in comparison.

    ``facts`` holds any of ``symmetric``, ``invertible``, ``diagonal``, ``positive semidefinite`` (the last two imply
    the first) and ``positive definite`` (which implies all of them but ``diagonal``).
    """

    FACTS = ("symmetric", "invertible", "diagonal", "positive semidefinite", "positive definite")

    def __new__(cls, name: Any, rows: Any, cols: Any, *facts: Any) -> Any:
        rows, cols = as_node(rows), as_node(cols)
        known = sorted({str(f) for f in facts})
        _refuse_sizes(name, rows, cols)
        if unknown := set(known) - set(cls.FACTS):
            raise UserError(f"{name}: unknown fact {min(unknown)!r}; known are {', '.join(cls.FACTS)}")
        if known and rows != cols:
            raise ShapeError(f"{name}: shape {rows}×{cols} is not square, so it cannot be {known[0]}")
        return build(cls, Str(str(name)), rows, cols, *map(Str, known))

    @property
    def facts(self) -> frozenset[str]:
        """What is known of the letter."""
        return frozenset(f.name for f in self.args[3:])

    @property
    def positive(self) -> bool:
        """Symmetric and positive definite."""
        return "positive definite" in self.facts

    @property
    def semidefinite(self) -> bool:
        """Symmetric and positive semidefinite."""
        return self.positive or "positive semidefinite" in self.facts

    @property
    def symmetric(self) -> bool:
        """Equal to its transpose."""
        return self.semidefinite or self.diagonal or "symmetric" in self.facts

    @property
    def diagonal(self) -> bool:
        """Zero off the diagonal."""
        return "diagonal" in self.facts

    @property
    def invertible(self) -> bool:
        """Known to have an inverse."""
        return self.positive or "invertible" in self.facts


def matrix(name: str, rows: Any, cols: Any = None, *, invertible: bool = False) -> Letter:
    """A general matrix of shape ``rows × cols`` (square where ``cols`` is left out)."""
    return Letter(name, rows, rows if cols is None else cols, *(["invertible"] if invertible else []))


def vector(name: str, size: Any) -> Letter:
    """A column vector of shape ``size × 1``."""
    return Letter(name, size, 1)


def symmetric(name: str, size: Any, *, invertible: bool = False) -> Letter:
    """A symmetric matrix."""
    return Letter(name, size, size, "symmetric", *(["invertible"] if invertible else []))


def positive_definite(name: str, size: Any) -> Letter:
    """A symmetric positive definite matrix."""
    return Letter(name, size, size, "positive definite")


def positive_semidefinite(name: str, size: Any) -> Letter:
    """A symmetric positive semidefinite matrix, such as a covariance."""
    return Letter(name, size, size, "positive semidefinite")


class Random(Letter):
    """A random matrix of a law of which nothing is known, but that all means that a proof speaks of are finite.

    Its facts hold for every outcome.  It may be the covariance of Gaussian letters, which then are Gaussian, and
    independent of one another, given its value.  Of the joint law of two of them nothing is known either.

    >>> L = random_matrix("Lambda_tau", dimension("d"), "positive definite", "diagonal")
    >>> L, L.T, is_random(L)
    (Lambda_tau, Lambda_tau, True)
    """


def random_matrix(name: str, size: Any, *facts: str) -> Random:
    """A random square matrix, of which ``facts`` hold for every outcome."""
    return Random(name, size, size, *facts)


def is_random(letter: Any) -> bool:
    """Whether a letter is random, so that it can be averaged over and not be given a value."""
    return isinstance(letter, (Centred, Random))


class Centred(Letter):
    """A random matrix Z of shape rows × cols of which the second moments are known: E Z = 0, E Z_ai Z_bj = C_ab δ_ij.

    Nothing else is known of its law, so only what is of degree two in it has an expectation.  Two letters of one
    ``group`` are uncorrelated, but may depend on each other; letters of different groups, and all others, are
    independent.  The covariance C is a positive (semi)definite letter, or the identity where it is left out.  A 1×1
    one is written as a scalar with ``tr``.

    >>> from symicl import tr
    >>> d = dimension("d")
    >>> x, r = Centred("x", d, 1, positive_definite("Lambda", d), "pair"), Centred("r", 1, group="pair")
    >>> x.covariance, r.group, tr(r)
    (Lambda, 'pair', r)
    """

    facts: frozenset[str] = frozenset()
    positive = semidefinite = symmetric = invertible = diagonal = False  # type: ignore[assignment]

    def __new__(cls, name: Any, rows: Any, cols: Any = 1, covariance: Any = None, group: str = "") -> Any:
        rows, cols = as_node(rows), as_node(cols)
        refuse_sizes(name, rows, cols)
        known = _covariance(name, rows, covariance)
        if any(map(is_random, letters_of(known))):
            raise UserError(f"{name}: its covariance {known} is random; only a Gaussian letter may have such a one")
        return build(cls, Str(str(name)), rows, cols, known, Str(str(group) or str(name)))

    @property
    def covariance(self) -> Any:
        """The covariance of each column."""
        return self.args[3]

    @property
    def group(self) -> str:
        """The letters that this one may depend on share this name."""
        return self.args[4].name


class Gaussian(Centred):
    """A centred Gaussian matrix G of shape rows × cols with E G_ai G_bj = (row covariance)_ab δ_ij.

    Its columns are independent N(0, covariance); two different Gaussian letters are independent.  The covariance
    is a positive (semi)definite letter, or the identity where it is left out.  A 1×1 one is written as a scalar with
    ``tr``.

    >>> d, N = dimension("d"), dimension("N")
    >>> X = Gaussian("X", d, N, positive_definite("Lambda", d))
    >>> X.shape, X.covariance
    ((d, N), Lambda)
    """

    def __new__(cls, name: Any, rows: Any, cols: Any = 1, covariance: Any = None) -> Any:
        rows, cols = as_node(rows), as_node(cols)
        refuse_sizes(name, rows, cols)
        return build(cls, Str(str(name)), rows, cols, _covariance(name, rows, covariance))

    @property
    def group(self) -> str:
        """A Gaussian letter depends on no other one."""
        return self.name


def _covariance(name: Any, rows: Any, given: Any) -> Any:
    cov = identity(rows) if given is None else as_node(given)
    if not is_matrix(cov) or cov.shape != (rows, rows):
        raise ShapeError(f"{name}: its covariance {cov} has shape {show_shape(cov)}, but {rows}×{rows} is needed")
    if gaussians_of(cov):
        raise UserError(f"{name}: its covariance {cov} is random, so {name} is not Gaussian")
    if not (cov == identity(rows) or getattr(cov, "semidefinite", False)):
        raise UserError(f"{name}: its covariance {cov} must be a positive definite letter")
    return cov


class Defined(Letter):
    """A letter that abbreviates an expression, e.g. Γ = (1 + 1/N) Λ + (1/N) tr(Λ) I.

    The body is part of the letter, so that two definitions of one name cannot be confused.  What is known of it
    (symmetric, positive definite, commuting with Λ) is worked out from the body by whoever needs it; ``facts``
    records what its author claims, and the kernel checks the claim before it uses it.
    """

    def __new__(cls, name: Any, body: Any, *facts: Any) -> Any:
        body = as_node(body)
        if not is_matrix(body):
            raise UserError(f"{name}: a definition abbreviates a matrix, not the scalar {body}")
        return build(cls, Str(str(name)), body, *map(Str, sorted({str(f) for f in facts})))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.body.shape

    @property
    def body(self) -> Any:
        """What the letter stands for."""
        return self.args[1]

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(f.name for f in self.args[2:])


def letters_of(node: Any) -> frozenset[Any]:
    """All letters and scalar symbols of an expression, looking into definitions and covariances."""
    return _letters_of(as_node(node))


@remembered
def _letters_of(node: Any) -> frozenset[Any]:
    own = [node] if isinstance(node, (MatrixSymbol, Symbol)) else []
    parts = [a for a in node.args if isinstance(a, Basic) and not isinstance(a, Str)]
    return frozenset(own).union(*map(_letters_of, parts))


def gaussians_of(node: Any) -> tuple[Centred, ...]:
    """The letters of an expression with known second moments, Gaussian or not, by name."""
    return tuple(sorted((g for g in letters_of(node) if isinstance(g, Centred)), key=lambda g: g.name))


own(Letter, Random, Centred, Gaussian, Defined)
