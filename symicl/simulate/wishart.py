"""XXᵀ for Gaussian inputs without X: Bartlett's decomposition, also for fewer examples than coordinates.

A white d×M normal matrix Z has an LQ decomposition Z = T Qᵀ with Q independent of T (M. S. Bartlett, Proc. R. Soc.
Edinburgh 53 (1933) 260; for M < d as in R. J. Muirhead, Aspects of Multivariate Statistical Theory, 2.1 and 3.2, and
M. S. Srivastava, Ann. Statist. 31 (2003) 1537).  T is d×r with r = min(d, M): independent normals below the diagonal,
and T_ii² follows χ² with M − i + 1 degrees of freedom.

>>> T = bartlett(np.random.default_rng(0), 3, 2, 1)
>>> (T[..., 0] != 0).tolist()
[[True, False], [True, True], [True, True]]
"""

from __future__ import annotations

import numpy as np

from .algebra import Array


def bartlett(rng: np.random.Generator, d: int, M: int, count: int) -> Array:
    """The factors T of ``count`` matrices ZZᵀ = TTᵀ, d×r×B; the time it takes does not depend on M."""
    r = min(d, M)
    T = np.zeros((d, r, count))
    squares = rng.chisquare(M - np.arange(r)[:, None], (r, count))
    np.sqrt(squares, out=squares)
    for i in range(d):
        below = T[i, : min(i, r)]
        rng.standard_normal(out=below)
        if i < r:
            T[i, i] = squares[i]
    return T


def gram(T: Array) -> Array:
    """TTᵀ for lower triangular T, d×r×B, of which only the products that are not 0 are taken."""
    d, r, count = T.shape
    W = np.empty((d, d, count))
    for i in range(d):
        k = min(i + 1, r)
        np.einsum("kb,jkb->jb", T[i, :k], T[: i + 1, :k], out=W[i, : i + 1])
        W[:i, i] = W[i, :i]
    return W


def white_gram(rng: np.random.Generator, covariates: object, d: int, M: int, count: int) -> Array:
    """ZZᵀ/M, d×d×B, of white inputs: by ``bartlett`` where they are normal, else from M sampled columns."""
    if getattr(covariates, "gaussian", False):
        W = gram(bartlett(rng, d, M, count))
    else:
        z = np.empty((d, M, count))
        covariates.fill(rng, z)  # type: ignore[attr-defined]
        W = np.einsum("aib,cib->acb", z, z)
    W /= M
    return W
