"""What p and q add to the loss given S: the part of the answer that is even in the task and in the noise.

With H = uU + pqᵀ the error is aᵀx_q + eᵀx_q + c, where a = (HᵀS − I)w + HᵀXε/M is odd in (w, ε), and

    e = UᵀSp + u (|y|²/M) q,   c = (pᵀx_q)(x_qᵀU x_q)/M

are even, so that no product of both has a mean other than 0.  For normal w, ε and x_q every mean given S is one of
Isserlis: E|y|²/M = tr(SΨ) + σ², its variance 2(tr(SΨSΨ) + 2σ²tr(SΨ)/M + σ⁴/M), and for x_q ~ N(0, Λ) and A symmetric
E(pᵀx)²(xᵀAx)² = pᵀΛp (tr(AΛ)² + 2tr(AΛAΛ)) + 4tr(AΛ) pᵀΛAΛp + 8 pᵀΛAΛAΛp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..algebra import Array, paired, product, root, times

if TYPE_CHECKING:
    from ..setting import Setting


@dataclass(frozen=True)
class Even:
    """The mean of (eᵀx_q + c)² given S; ``queries`` and ``tasks`` are Λ_q and Ψ, ``g`` is E x_q c, ``square`` E c²."""

    setting: Setting
    queries: Array
    tasks: Array
    g: Array
    square: float

    @classmethod
    def of(cls, setting: Setting) -> Even:
        """That of a setting."""
        layer, M = setting.layer, setting.M
        L = setting.test_covariance if setting.query is None else setting.query.second(setting.d)
        A, Lp = (layer.U + layer.U.T) / 2, product(L, layer.p)
        AL, ALp = product(A, L), product(A, Lp)
        trace = float(np.trace(AL))
        g = product(L, layer.p * trace + 2 * ALp) / M
        square = dot(layer.p, Lp) * (trace**2 + 2 * np.einsum("ac,ca->", AL, AL))
        square = (square + 4 * trace * dot(Lp, ALp) + 8 * dot(ALp, product(L, ALp))) / M**2
        return cls(setting, L, setting.task.second(setting.d), g, float(square))

    def values(self, W: Array) -> Array:
        """The values for matrices W, d×d×B, where S = C W Cᵀ."""
        setting, layer, noise = self.setting, self.setting.layer, self.setting.sigma**2
        S = times(setting.C, W, setting.C)
        R = root(self.tasks).T
        turned = times(R, S, R)
        trace = paired(self.tasks, S)
        spread = np.einsum("acb,acb->b", turned, turned) + (2 * noise * trace + noise**2) / setting.M
        mean = np.einsum("ca,cb->ab", layer.U, np.einsum("acb,c->ab", S, layer.p))
        mean += layer.u * layer.q[:, None] * (trace + noise)
        square = np.einsum("ab,ac,cb->b", mean, self.queries, mean, optimize=False)
        square += 2 * layer.u**2 * dot(layer.q, product(self.queries, layer.q)) * spread
        return square + 2 * np.einsum("a,ab->b", self.g, mean) + self.square


def dot(a: Array, b: Array) -> float:
    """The inner product of two vectors."""
    return float(np.einsum("a,a->", a, b))
