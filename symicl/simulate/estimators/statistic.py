"""The prediction from what it depends on, S and Xy/M, without E; Bartlett's decomposition spares the examples too."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..algebra import Array
from ..prompts import colour, doubles_of, draw_prompts, drawn
from ..wishart import bartlett
from .base import Estimator

if TYPE_CHECKING:
    from ..setting import Setting


class Statistic(Estimator):
    """The squared error of ŷ = (pᵀ(S + x_q x_qᵀ/M) + u (Xy/M)ᵀ) U x_q + (pᵀXy/M + u |y|²/M) qᵀx_q.

    Prompts are sampled example by example, so that it covers every setting.
    """

    name = "statistic"

    def refuses(self, setting: Setting) -> str | None:
        """Nothing."""
        return None

    def doubles(self, setting: Setting) -> int:
        """The prompt; its products take no more than was held while it was drawn."""
        return doubles_of(setting)

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """The values of ``count`` prompts."""
        prompts = draw_prompts(setting, rng, count)
        X, y, layer = prompts.X, prompts.y, setting.layer
        s = np.einsum("aib,ib->ab", X, y) / setting.M
        if layer.bilinear:
            answer = answered(setting, prompts.x_q, s)
        else:
            Sp = np.einsum("aib,ib->ab", X, np.einsum("a,aib->ib", layer.p, X)) / setting.M
            answer = answered(setting, prompts.x_q, s, Sp, np.einsum("ib,ib->b", y, y) / setting.M)
        return setting.factor * (answer - prompts.target) ** 2


class Wishart(Estimator):
    """The same answer with S = AAᵀ and Xy/M = A Aᵀw + σ A g/√M drawn without the examples.

    A = C T/√M is Bartlett's factor of S; g is the noise in the row space of X, r = min(d, M) normals, and what noise
    there is beside it only enters |y|², as σ²χ² with M − r degrees of freedom.  The cost of a value does not grow
    with M.
    """

    name = "wishart"

    def refuses(self, setting: Setting) -> str | None:
        """Inputs or noise that are not normal, labels that are not linear, a query that depends on the examples."""
        if not getattr(setting.covariates, "gaussian", False):
            return "the inputs are not normal, so that S is no Wishart matrix; take statistic"
        if not setting.is_linear:
            return "the labels are no linear function, so that they are not known from S; take statistic"
        if setting.sigma and not getattr(setting.noise, "gaussian", False):
            return "the noise is not normal, so that Xy is not known from S; take statistic"
        if setting.query is not None and getattr(setting.query, "second", None) is None:
            return "the query depends on the examples, which are not drawn; take statistic"
        return None

    def doubles(self, setting: Setting) -> int:
        """T, its product with C, and a few vectors."""
        return 2 * setting.d * min(setting.d, setting.M) + 12 * setting.d

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """The values of ``count`` prompts."""
        d, M, layer = setting.d, setting.M, setting.layer
        A, x_q = bartlett(rng, d, M, count), np.empty((d, 1, count))
        setting.covariates.fill(rng, x_q)
        self._colour(setting, rng, A, x_q)
        A /= sqrt(M)
        x_q = x_q[:, 0] if setting.query is None else drawn("query", setting.query.draw(rng, x_q), (d, count))
        w = drawn("task", setting.task.draw(rng, d, count), (d, count))
        along = np.einsum("akb,ab->kb", A, w)
        square = np.einsum("kb,kb->b", along, along)
        target = np.einsum("ab,ab->b", w, x_q)
        if setting.sigma:
            square = self._noisy(setting, rng, along, square)
            target += setting.noisy_target * setting.sigma * rng.standard_normal(count)
        s = np.einsum("akb,kb->ab", A, along)
        Sp = np.einsum("akb,kb->ab", A, np.einsum("akb,a->kb", A, layer.p)) if layer.p.any() else None
        return setting.factor * (answered(setting, x_q, s, Sp, square) - target) ** 2

    @staticmethod
    def _colour(setting: Setting, rng: np.random.Generator, *blocks: Array) -> None:
        """Give white blocks, d×n×B, the covariance of their prompt."""
        if setting.covariance is None:
            for block in blocks:
                colour(setting.C, block.reshape(setting.d, -1))
        else:
            size = np.sqrt(setting.covariance.draw(rng, setting.d, blocks[0].shape[-1]))[:, None]
            for block in blocks:
                block *= size

    @staticmethod
    def _noisy(setting: Setting, rng: np.random.Generator, along: Array, square: Array) -> Array:
        """|y|²/M with noise, which is added to ``along`` = Aᵀw in place."""
        (r, count), M = along.shape, setting.M
        g = rng.standard_normal((r, count)) * (setting.sigma / sqrt(M))
        along += g
        beside = rng.chisquare(M - r, count) * setting.sigma**2 / M if r < M else 0.0
        return np.einsum("kb,kb->b", along, along) + beside


def answered(setting: Setting, x_q: Array, s: Array, Sp: Array | None = None, square: Array | float = 0.0) -> Array:
    """ŷ from x_q, s = Xy/M, Sp and |y|²/M, d×B and B; the last two matter where p or q do not vanish."""
    layer = setting.layer
    turned = np.einsum("ac,cb->ab", layer.U, x_q)
    answer = layer.u * np.einsum("ab,ab->b", s, turned)
    if layer.bilinear:
        return answer
    if layer.p.any():
        if Sp is not None:
            answer += np.einsum("ab,ab->b", Sp, turned)
        answer += np.einsum("a,ab->b", layer.p, x_q) * np.einsum("ab,ab->b", x_q, turned) / setting.M
    row = np.einsum("a,ab->b", layer.p, s) + layer.u * square
    return answer + row * np.einsum("a,ab->b", layer.q, x_q)
