"""How much memory a setting takes, and the refusal of one that does not fit.

An estimator draws in blocks, so that what a worker holds is one block and its values; a setting whose single value
does not fit is refused with the figure.

>>> from symicl.simulate.estimators import estimator
>>> from symicl.simulate.setting import Setting
>>> held(estimator("forward"), Setting(d=5, N=50), 1000) < 2 * MIB
True
>>> refuse_memory(estimator("forward"), Setting(d=500, N=1_000_000), workers=2)
Traceback (most recent call last):
    ...
symicl.errors.UserError: forward at d = 500, M = 1000000 holds 3853 MiB for a single value,
7706 MiB in 2 workers; the bound is 256 MiB: wishart and conditional would fit
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UserError
from .estimators import ESTIMATORS

if TYPE_CHECKING:
    from .estimators import Estimator
    from .setting import Setting

MIB = 1 << 20
#: What all workers together may hold, in bytes, unless it is said.
BOUND = 256 * MIB


def held(estimator: Estimator, setting: Setting, count: int) -> int:
    """The bytes that a worker holds while it draws ``count`` values and sums them up."""
    return 8 * (min(count, estimator.at_once(setting)) * estimator.doubles(setting) + 4 * count)


def at_most(estimator: Estimator, setting: Setting, bytes: int = BOUND) -> int:
    """How many values a chunk may hold in that memory; ``UserError`` where not even one fits."""
    refuse_memory(estimator, setting, bytes)
    block = 8 * estimator.at_once(setting) * estimator.doubles(setting)
    return max(1, (bytes - block) // 32)


def refuse_memory(estimator: Estimator, setting: Setting, bytes: int = BOUND, workers: int = 1) -> None:
    """``UserError`` with the figure where ``workers`` that each draw a single value hold more than ``bytes``."""
    one = held(estimator, setting, 1)
    if one * workers <= bytes:
        return
    less = [
        each.name
        for each in ESTIMATORS.values()
        if each.refuses(setting) is None and held(each, setting, 1) * workers <= bytes
    ]
    advice = f"{' and '.join(less)} would fit" if less else "take a smaller d or M"
    many = f", {_mib(one * workers)} in {workers} workers" if workers > 1 else ""
    raise UserError(
        f"{estimator.name} at d = {setting.d}, M = {setting.M} holds {_mib(one)} for a single value{many}; "
        f"the bound is {_mib(bytes)}: {advice}"
    )


def _mib(bytes: int) -> str:
    return f"{bytes / MIB:.0f} MiB"
