"""One layer of linear self-attention, f(E) = E + W^PV E (Eᵀ W^KQ E)/ρ, with its parameters in blocks."""

from __future__ import annotations

from typing import Any

from ..language.blocks import Block
from ..language.expressions import zero
from ..language.letters import Defined, matrix, scalar, vector


class LinearAttention:
    """The layer of arXiv:2306.09927, equation (3.3), for tokens of size d + 1.

    The last row of W^PV is (pᵀ, u), the first d columns of W^KQ are (U; qᵀ); V, v, k and κ are the other blocks.
    With ``reduced=True`` p and q are zero, the set on which the paper's training takes place.

    >>> from symicl import dimension
    >>> LinearAttention(dimension("d")).W_PV.body
    [V, v; p.T, u]
    """

    def __init__(self, d: Any, *, reduced: bool = False) -> None:
        self.u, self.U = scalar("u"), matrix("U", d)
        self.p = zero(d, 1) if reduced else vector("p", d)
        self.q = zero(d, 1) if reduced else vector("q", d)
        self.W_PV = Defined("W^PV", Block([[matrix("V", d), vector("v", d)], [self.p.T, self.u]]))
        self.W_KQ = Defined("W^KQ", Block([[self.U, vector("k", d)], [self.q.T, scalar("kappa")]]))

    def __call__(self, E: Any, examples: Any) -> Any:
        """f(E) for a prompt with that many examples."""
        return E + self.W_PV @ E @ E.T @ self.W_KQ @ E / examples
