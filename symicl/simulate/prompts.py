"""Prompts of a setting, drawn for many at once: the prompts are on the last axis.

Products are written with einsum, which starts no threads, so that the same generator gives the same bits everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UserError
from .algebra import Array, is_diagonal

if TYPE_CHECKING:
    from .setting import Setting


@dataclass(frozen=True)
class Prompts:
    """B prompts: ``E`` (d+1)×(M+1)×B, with 0 in its corner; ``w`` d×B; ``target`` y_q, of length B."""

    E: Array
    w: Array
    target: Array

    @property
    def X(self) -> Array:
        """The examples, d×M×B."""
        return self.E[:-1, :-1]

    @property
    def x_q(self) -> Array:
        """The queries, d×B."""
        return self.E[:-1, -1]

    @property
    def y(self) -> Array:
        """The labels, M×B."""
        return self.E[-1, :-1]


def doubles_of(setting: Setting) -> int:
    """How many numbers are held for a prompt while it is drawn: E, copies of its inputs, its labels and noise."""
    d, columns = setting.d, setting.M + 1
    copies = max(getattr(setting.covariates, "copies", 1), int(not is_diagonal(setting.C)))
    if setting.query is not None and getattr(setting.query, "second", None) is None:
        copies = max(copies, 1)
    return (d + 1 + copies * d) * columns + 4 * columns + 6 * (d + 1)


def draw_prompts(setting: Setting, rng: np.random.Generator, count: int) -> Prompts:
    """``count`` prompts: x = C z, w, y = φ(⟨w, x⟩) + σε."""
    d, M = setting.d, setting.M
    E = np.empty((d + 1, M + 1, count))
    setting.covariates.fill(rng, E[:d])
    if setting.covariance is not None:
        E[:d] *= np.sqrt(setting.covariance.draw(rng, d, count))[:, None]
    else:
        colour(setting.C, E[:d].reshape(d, -1))
    if setting.query is not None:
        E[:d, -1] = drawn("query", setting.query.draw(rng, E[:d, :-1]), (d, count))
    w = drawn("task", setting.task.draw(rng, d, count), (d, count))
    return Prompts(E, w, label(setting, rng, E, w))


def label(setting: Setting, rng: np.random.Generator, E: Array, w: Array) -> Array:
    """Write the labels into the last row of E, 0 into its corner; the label of the query is returned."""
    y = E[-1]
    np.einsum("aib,ab->ib", E[:-1], w, out=y)
    if not setting.is_linear:
        y[...] = drawn("target", setting.target(y), y.shape)
    if setting.sigma:
        noise = drawn("noise", setting.noise.draw(rng, y.shape), y.shape)
        noise *= setting.sigma
        noise[-1] *= setting.noisy_target
        y += noise
    target = y[-1].copy()
    y[-1] = 0.0
    return target


def drawn(key: str, values: Array, shape: tuple[int, ...]) -> Array:
    """What a law has drawn; ``UserError`` where a law of one's own draws another shape."""
    if np.shape(values) != shape:
        raise UserError(f"{key}: this law gives an array of shape {np.shape(values)}, it should be {shape}")
    return values


def colour(C: Array, z: Array) -> None:
    """Put C z in place of z, d×n; a diagonal C takes no product."""
    if is_diagonal(C):
        z *= np.diag(C)[:, None]
    else:
        z[...] = np.einsum("ac,cm->am", C, z)
