"""Which moments have to be finite, so that the quantity has a mean and its estimate an interval.

The squared error must have a variance, which takes the fourth moment of ŷ and of y_q.  What power of an input, a task
and a noise that is follows from the layer's blocks and from how fast φ grows.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from ..errors import UserError

if TYPE_CHECKING:
    from .setting import Setting


def needed(setting: Setting) -> dict[str, int]:
    """The highest power of |x|, |w| and |ε| in (ŷ − y_q)⁴.

    With φ of degree k: ŷ = u (Xy/M)ᵀU x_q has x^{1+k} w^k ε; p adds pᵀ(S + x_q x_qᵀ/M)U x_q, and q adds the mean
    square of the labels.

    >>> from symicl.simulate.setting import Setting
    >>> needed(Setting(d=2, N=4, target="quadratic"))
    {'covariates': 12, 'task': 8}
    """
    k = getattr(setting.target, "degree", 1)
    orders = {"covariates": 4 * (1 + k), "task": 4 * k, "noise": 4}
    if setting.layer.p.any():
        orders["covariates"] = max(orders["covariates"], 12)
    if setting.layer.q.any() and setting.layer.u:
        orders = {"covariates": max(orders["covariates"], 8 * k), "task": 8 * k, "noise": 8}
    if not setting.sigma:
        del orders["noise"]
    return orders


def refuse_infinite(setting: Setting) -> None:
    """``UserError`` where a law has not the moments that are needed."""
    for key, power in needed(setting).items():
        law = getattr(setting, key)
        if getattr(law, "order", inf) < power:
            raise UserError(
                f"{key}: {getattr(law, 'name', type(law).__name__)}: the squared error would have no finite variance, "
                f"and so no interval: moments up to order {power} are needed, and they end below {law.order + 0:.6g}"
            )
