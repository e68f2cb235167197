"""The loss given the examples' covariance S: task, query and noise are averaged over exactly, S is sampled.

At p = q = 0 the error ŷ − y_q is aᵀx_q with a = (GᵀS − I)w + GᵀXε/M and G = uU, so that, given S,

    E aᵀΛ_q a = tr(Λ_q (GᵀS − I) Ψ (SG − I)) + (σ²/M) tr(Λ_q GᵀSG),   Ψ = E wwᵀ,  Λ_q = E x_q x_qᵀ,

whatever the laws of task, query and noise; what p and q add is in ``even``.  What still varies is S.  A linear function
of S, whose mean is known from E S = Λ alone, takes away the part of its variance that is linear; the square of S is
left to sampling, so that the values are no closed form.  (Antithetic pairs would not help: the squared error has the
same value at −w, −ε and at −x_q where p = q = 0.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..algebra import Array, paired, product, root, times
from ..wishart import white_gram
from .base import Estimator
from .even import Even

if TYPE_CHECKING:
    from ..setting import Setting


class Conditional(Estimator):
    """The mean of the squared error given S, less a control variate.

    For normal inputs S is drawn by Bartlett's decomposition, and the cost of a value does not grow with M; for
    others it is made of M sampled inputs.
    """

    name = "conditional"

    def refuses(self, setting: Setting) -> str | None:
        """Labels that are not linear, a query that depends on the examples, p or q with laws that are not normal."""
        if not setting.is_linear:
            return "the labels are no linear function, so that their mean given S is not known; take statistic"
        if setting.query is not None and getattr(setting.query, "second", None) is None:
            return "the query depends on the examples; take statistic"
        if not hasattr(setting.task, "second"):
            return "the task's law has no second(d) that says its second moment; take wishart"
        return None if setting.layer.bilinear else _not_normal(setting)

    def doubles(self, setting: Setting) -> int:
        """The factor of S, S, and its products; the examples where they are not normal."""
        d, M = setting.d, setting.M
        products = 4 if setting.layer.bilinear else 6
        if getattr(setting.covariates, "gaussian", False):
            return products * d * d + d * min(d, M) + 4 * d
        return products * d * d + d * M * (1 + getattr(setting.covariates, "copies", 1)) + M + 4 * d

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """The values of ``count`` matrices S."""
        W = white_gram(rng, setting.covariates, setting.d, setting.M, count)
        if setting.covariance is not None:
            return own_covariances(setting, W, setting.covariance.draw(rng, setting.d, count))
        values = given(setting).values(W)
        if not setting.layer.bilinear:
            values += setting.factor * even(setting).values(W)
        return values


def _not_normal(setting: Setting) -> str | None:
    """Why the means that p and q ask for are not known, if they are not."""
    normal = {
        "inputs": getattr(setting.covariates, "gaussian", False),
        "tasks": getattr(setting.task, "name", "") == "gaussian" and setting.task.mean is None,
        "noise": not setting.sigma or getattr(setting.noise, "gaussian", False),
        "queries": setting.query is None or getattr(setting.query, "name", "") == "gaussian",
        "covariances": setting.covariance is None,
    }
    for what, known in normal.items():
        if not known:
            kind = "drawn for each prompt" if what == "covariances" else "not normal of mean 0"
            return f"p or q does not vanish and the {what} are {kind}, so that the mean given S is not known"
    return None


@dataclass(frozen=True)
class Given:
    """The mean square of aᵀx_q given W, where S = C W Cᵀ: |P W Qᵀ − H|² + tr(V W) + rest, Frobenius norms, d×d.

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
        """The matrices of a setting; G is uU + pqᵀ where p and q do not vanish."""
        d, C, noise, layer = setting.d, setting.C, setting.sigma**2, setting.layer
        queries = setting.test_covariance if setting.query is None else setting.query.second(d)
        K, R = root(queries).T, root(setting.task.second(d))
        G = layer.G + np.outer(layer.p, layer.q)
        P, Q, H = product(K, G.T, C), product(R.T, C), product(K, R)
        V = noise / setting.M * product(P.T, P)
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


@lru_cache(maxsize=8)
def even(setting: Setting) -> Even:
    """What p and q add, worked out once for all blocks of a setting."""
    return Even.of(setting)


def slope(P: Array, Q: Array, H: Array, V: Array, M: int) -> Array:
    """The gradient of |P W Qᵀ − H|² + tr(V W) at W = (1 + (d + 1)/M) I, symmetric.

    For normal inputs this is the coefficient that takes most away where P and Q are multiples of I: of tr W², the
    covariance with tr W is (4/M) E tr W² = (4/M) d (1 + (d + 1)/M), and Var tr W = 2d/M.  At the optimum there is
    next to nothing linear to take away.
    """
    at = 1 + (len(P) + 1) / M
    turned = 2 * product(Q.T, (at * product(P, Q.T) - H).T, P) + V
    return np.asarray((turned + turned.T) / 2)


def own_covariances(setting: Setting, W: Array, eigenvalues: Array) -> Array:
    """The values where each prompt has a diagonal covariance of its own, d×B, which its query shares."""
    sizes = np.sqrt(eigenvalues)
    G, R = setting.layer.G, root(setting.task.second(setting.d))
    S = W
    S *= sizes[:, None]
    S *= sizes[None]
    missed = times(np.asarray(G.T), S, np.asarray(R.T)) - R[:, :, None]
    if setting.query is None:
        square = np.einsum("ab,acb,acb->b", eigenvalues, missed, missed)
    else:
        turned = np.einsum("ea,acb->ecb", root(setting.query.second(setting.d)).T, missed)
        square = np.einsum("acb,acb->b", turned, turned)
    if noise := setting.sigma**2:
        square += noise / setting.M * _noise(setting, S, eigenvalues) + noise * setting.noisy_target
    return setting.factor * square


def _noise(setting: Setting, S: Array, eigenvalues: Array) -> Array:
    """tr(Λ_q GᵀSG) for each prompt."""
    G = setting.layer.G
    inner = times(np.asarray(G.T), S, np.asarray(G.T))
    if setting.query is None:
        return np.einsum("ab,aab->b", eigenvalues, inner)
    return paired(setting.query.second(setting.d), inner)
