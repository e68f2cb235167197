"""The loss given the examples' covariance S: task, query and noise are averaged over exactly, S is sampled.

At p = q = 0 the error ŷ − y_q is aᵀx_q with a = (GᵀS − I)w + GᵀXε/M and G = uU, so that, given S,

    E aᵀΛ_q a = tr(Λ_q (GᵀS − I) Ψ (SG − I)) + (σ²/M) tr(Λ_q GᵀSG),   Ψ = E wwᵀ,  Λ_q = E x_q x_qᵀ,

whatever the laws of task, query and noise.  What still varies is S.  A linear function of S, whose mean is known from
E S = Λ alone, takes away the part of its variance that is linear; the square of S is left to sampling, so that the
values are no closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..numbers import Array, is_diagonal, root
from ..wishart import white_gram
from .base import Estimator

if TYPE_CHECKING:
    from ..setting import Setting


class Conditional(Estimator):
    """The mean of the squared error given S, less a control variate.

    For normal inputs S is drawn by Bartlett's decomposition, and the cost of a value does not grow with M; for
    others it is made of M sampled inputs.
    """

    name = "conditional"

    def refuses(self, setting: Setting) -> str | None:
        """Blocks p and q, labels that are not linear, a query that depends on the examples."""
        if not setting.layer.bilinear:
            return "p or q does not vanish, and then the mean given S takes moments of a higher order; take wishart"
        if not setting.is_linear:
            return "the labels are no linear function, so that their mean given S is not known; take statistic"
        if setting.query is not None and setting.query.second is None:
            return "the query depends on the examples; take statistic"
        for key, law in (("task", setting.task), ("query", setting.query)):
            if law is not None and not hasattr(law, "second"):
                return f"the second moment of this {key} is not known; take wishart"
        return None

    def doubles(self, setting: Setting) -> int:
        """The factor of S, S, and its products; the examples where they are not normal."""
        d, normal = setting.d, getattr(setting.covariates, "gaussian", False)
        return 4 * d * d + d * min(d, setting.M) + 2 * d if normal else 4 * d * d + d * setting.M + 2 * d

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """The values of ``count`` matrices S."""
        W = white_gram(rng, setting.covariates, setting.d, setting.M, count)
        if setting.covariance is None:
            return given(setting).values(W)
        return own_covariances(setting, W, setting.covariance.draw(rng, setting.d, count))


@dataclass(frozen=True)
class Given:
    """The mean square given W, where S = C W Cᵀ: |P W Qᵀ − H|² + tr(V W) + rest, Frobenius norms, d×d.

    With Λ_q = KᵀK and Ψ = RRᵀ: P = K GᵀC, Q = RᵀC, H = K R, V = (σ²/M) PᵀP; rest is what noise y_q has.
    The control variate is tr(slope (W − I)), which has mean 0.
    """

    factor: float
    P: Array
    Q: Array
    H: Array
    V: Array
    rest: float
    slope: Array

    @classmethod
    def of(cls, setting: Setting) -> Given:
        """The matrices of a setting."""
        d, C, noise = setting.d, setting.C, setting.sigma**2
        queries = setting.test_covariance if setting.query is None else setting.query.second(d)
        K, R = root(queries).T, root(setting.task.second(d))
        P, Q, H = K @ setting.layer.G.T @ C, R.T @ C, K @ R
        V = noise / setting.M * P.T @ P
        return cls(setting.factor, P, Q, H, V, noise * setting.noisy_target, slope(P, Q, H, V, setting.M))

    def values(self, W: Array) -> Array:
        """The values for matrices W, d×d×B."""
        missed = times(self.P, W, self.Q)
        missed -= self.H[:, :, None]
        square = np.einsum("acb,acb->b", missed, missed)
        square += paired(self.V - self.slope, W) + (np.trace(self.slope) + self.rest)
        return self.factor * square


@lru_cache(maxsize=8)
def given(setting: Setting) -> Given:
    """Those matrices, worked out once for all blocks of a setting."""
    return Given.of(setting)


def slope(P: Array, Q: Array, H: Array, V: Array, M: int) -> Array:
    """The gradient of |P W Qᵀ − H|² + tr(V W) at W = (1 + (d + 1)/M) I, symmetric.

    For normal inputs this is the coefficient that takes most away where P and Q are multiples of I: of tr W², the
    covariance with tr W is (4/M) E tr W² = (4/M) d (1 + (d + 1)/M), and Var tr W = 2d/M.  It costs nothing where it
    takes nothing away, as at the optimum.
    """
    at = 1 + (len(P) + 1) / M
    turned = 2 * Q.T @ (at * P @ Q.T - H).T @ P + V
    return np.asarray((turned + turned.T) / 2)


def times(P: Array, W: Array, Q: Array) -> Array:
    """P W Qᵀ for W, d×d×B; diagonal factors take no product."""
    if is_diagonal(P) and is_diagonal(Q):
        return W * np.outer(np.diag(P), np.diag(Q))[:, :, None]
    return np.einsum("acb,ec->aeb", np.einsum("ac,ceb->aeb", P, W), Q)


def paired(A: Array, W: Array) -> Array:
    """tr(A W) for a symmetric A, as a vector of length B."""
    if is_diagonal(A):
        return np.einsum("a,aab->b", np.diag(A), W)
    return np.einsum("ac,acb->b", A, W)


def own_covariances(setting: Setting, W: Array, eigenvalues: Array) -> Array:
    """The values where each prompt has a diagonal covariance of its own, d×B, which its query shares."""
    sizes = np.sqrt(eigenvalues)
    G, R = setting.layer.G, root(setting.task.second(setting.d))
    S = W
    S *= sizes[:, None]
    S *= sizes[None]
    noise = setting.sigma**2
    missed = times(np.asarray(G.T), S, np.asarray(R.T)) - R[:, :, None]
    if setting.query is None:
        square = np.einsum("ab,acb,acb->b", eigenvalues, missed, missed)
    else:
        turned = np.einsum("ea,acb->ecb", root(setting.query.second(setting.d)).T, missed)
        square = np.einsum("acb,acb->b", turned, turned)
    if noise:
        square += noise / setting.M * _noise(setting, S, eigenvalues) + noise * setting.noisy_target
    return setting.factor * square


def _noise(setting: Setting, S: Array, eigenvalues: Array) -> Array:
    """tr(Λ_q GᵀSG) for each prompt."""
    G = setting.layer.G
    inner = times(np.asarray(G.T), S, np.asarray(G.T))
    if setting.query is None:
        return np.einsum("ab,aab->b", eigenvalues, inner)
    return paired(setting.query.second(setting.d), inner)
