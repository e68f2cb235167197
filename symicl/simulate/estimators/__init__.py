"""Estimators of one quantity, from the most independent to the most precise.

>>> import numpy as np
>>> from symicl.simulate.setting import Setting
>>> setting = Setting(d=2, N=10)
>>> values = estimator("forward").draw(setting, np.random.default_rng(0), 1000)
>>> values.shape, bool(0.1 < values.mean() < 0.5)
((1000,), True)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UserError
from ..named import nearest, shown
from .base import Estimator
from .conditional import Conditional
from .forward import Forward
from .statistic import Statistic, Wishart

if TYPE_CHECKING:
    from ..setting import Setting

#: By name, the most precise last.
ESTIMATORS: dict[str, Estimator] = {each.name: each for each in (Forward(), Statistic(), Wishart(), Conditional())}


def estimator(name: str) -> Estimator:
    """The estimator of that name; ``UserError`` for another."""
    if not isinstance(name, str) or name not in ESTIMATORS:
        raise UserError(f"unknown estimator {shown(name)}: {nearest(name, ESTIMATORS)}")
    return ESTIMATORS[name]


def best(setting: Setting) -> Estimator:
    """The most precise estimator that covers the setting; ``forward`` covers all."""
    return next(each for each in reversed(ESTIMATORS.values()) if each.refuses(setting) is None)


__all__ = ["ESTIMATORS", "Estimator", "best", "estimator"]
