"""The independent witness: real prompts, the matrix E, and the real f(E) with the layer's whole matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..algebra import Array
from ..prompts import doubles_of, draw_prompts
from .base import Estimator

if TYPE_CHECKING:
    from ..setting import Setting


class Forward(Estimator):
    """The squared error of f(E) = E + W^PV E (Eᵀ W^KQ E)/M on sampled prompts, of which the last column is built.

    It covers every setting, and trusts nothing but the definition of the layer.
    """

    name = "forward"
    independent = True

    def refuses(self, setting: Setting) -> str | None:
        """Nothing."""
        return None

    def doubles(self, setting: Setting) -> int:
        """The prompt; its products take no more than was held while it was drawn."""
        return doubles_of(setting)

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """The values of ``count`` prompts."""
        prompts = draw_prompts(setting, rng, count)
        error = predict(setting.layer.W_PV, setting.layer.W_KQ, prompts.E) - prompts.target
        return setting.factor * error**2


def predict(W_PV: Array, W_KQ: Array, E: Array) -> Array:
    """ŷ = f(E)[d+1, last] for prompts (d+1)×(M+1)×B, from the last column of f(E) alone.

    That column is e + W^PV E (Eᵀ W^KQ e)/M with e the last column of E, and its last entry takes the last row of W^PV.

    >>> rng = np.random.default_rng(0)
    >>> E, V, K = rng.standard_normal((3, 5, 1)), rng.standard_normal((3, 3)), rng.standard_normal((3, 3))
    >>> whole = E[..., 0] + V @ E[..., 0] @ (E[..., 0].T @ K @ E[..., 0]) / 4
    >>> bool(np.isclose(predict(V, K, E)[0], whole[-1, -1]))
    True
    """
    last = E[:, -1]
    scores = np.einsum("aib,ab->ib", E, np.einsum("ac,cb->ab", W_KQ, last))
    values = np.einsum("a,aib->ib", W_PV[-1], E)
    return np.asarray(last[-1] + np.einsum("ib,ib->b", values, scores) / (E.shape[1] - 1))
