"""What the derived theorems say of a setting: which of them covers it, and its value there.

Where labels are linear and p = q = 0, the error ŷ − y_q is linear in the task and in the noise, so that its mean square
depends on their second moments alone: a theorem for every fixed task, whose value is a quadratic form of w, gives the
value for any law of tasks.  Everything else a row of the table asks for is in the theorem's own assumptions; a setting
that none covers is told so, and why.

>>> from symicl.simulate import Setting
>>> claim(Setting(d=1, N=2, layer={"name": "weights", "u": 1, "U": [[1]]}))
Claim(theorem='loss', formula='value', value=0.5)
>>> claim(Setting(d=2, N=4, covariates="rademacher"))
'no theorem covers inputs of the law rademacher; they are to be normal'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SymiclError
from . import covering
from .covering import name_of, trained
from .values import at

if TYPE_CHECKING:
    from ..simulate.setting import Setting


@dataclass(frozen=True)
class Claim:
    """A derived formula, by the theorem's id and its own name there, and its value."""

    theorem: str
    formula: str
    value: float


@dataclass(frozen=True)
class Row:
    """A formula of a theorem: why it does not cover a setting (or nothing), and E(ŷ − y_q)² for a noiseless y_q."""

    theorem: str
    formula: str
    why_not: Callable[[Setting], str]
    square: Callable[[Setting], float]


def claim(setting: Setting, theorem: str | None = None) -> Claim | str:
    """What the theorem says, by default the first that covers the setting; else why there is none."""
    for row in ROWS:
        if theorem in (None, row.theorem) and not row.why_not(setting):
            return _valued(row, setting)
    if theorem is not None:
        return f"{theorem} says nothing about {why_not(setting, theorem)}"
    return f"no theorem covers {_nearest_row(setting).why_not(setting)}"


def _valued(row: Row, setting: Setting) -> Claim | str:
    """The claim of a theorem that covers the setting, or why its formula cannot be worked out there in floats."""
    try:
        with np.errstate(all="ignore"):  # what comes of it is looked at
            square = row.square(setting) + (setting.sigma**2 if setting.noisy_target else 0.0)
        value = float(setting.factor * square)
        why = "" if isfinite(value) else "it is no finite number"
    except (SymiclError, ArithmeticError, np.linalg.LinAlgError) as error:
        why = " ".join(str(error).split())
    if why:
        return f"{row.theorem} ({row.formula}) cannot be worked out here: {why}"
    return Claim(row.theorem, row.formula, value)


def why_not(setting: Setting, theorem: str) -> str:
    """What of the setting a theorem does not cover; empty where it does."""
    reasons = [row.why_not(setting) for row in ROWS if row.theorem == theorem]
    return "" if "" in reasons else reasons[-1]


def _nearest_row(setting: Setting) -> Row:
    """The row whose refusal tells most: it is the one that asks for least of a setting of this kind."""
    if setting.covariance is not None:
        which = ("random-covariance", "loss")
    elif setting.query is not None:
        which = ("shifts", "chosen" if name_of(setting.query) == "unseen" else "query")
    elif setting.Lambda_test is not None:
        which = ("shifts", "covariate")
    else:
        which = ("nonlinear", "limit + excess") if trained(setting) else ("loss-full", "value")
    return next(row for row in ROWS if (row.theorem, row.formula) == which)


# -- the values


def _numbers(s: Setting) -> dict[str, Any]:
    length, _ = trained(s) or (s.N, 0.0)
    return {"N": length, "M": s.M, "Lambda": s.Lambda, "sigma": s.sigma, "d": s.d}


def _of_layer(id: str) -> Callable[[Setting], float]:
    """Twice a loss on prompts of M examples, the theorem's N."""

    def square(s: Setting) -> float:
        blocks = {"u": s.layer.u, "U": s.layer.U, "p": s.layer.p, "q": s.layer.q}
        return 2 * at(id, "value", s.sigma > 0, **(_numbers(s) | {"N": s.M} | blocks))

    return square


def _over(second: Any, value: Callable[[Any], float]) -> float:
    """The mean of a value that is a number and a quadratic form of a vector with that second moment."""
    d = len(second)
    level = value(np.zeros(d))
    sizes, vectors = np.linalg.eigh(second)
    found = [value(np.sqrt(size) * vectors[:, k]) for k, size in enumerate(sizes) if size > 1e-14 * sizes[-1]]
    return level + sum(each - level for each in found)


def _over_tasks(s: Setting) -> float:
    return _over(s.task.second(s.d), lambda w: at("shifts", "task", **_numbers(s), w=w))


def _over_queries(s: Setting) -> float:
    return _over(s.query.second(s.d), lambda x: at("shifts", "query", **_numbers(s), x_q=x))


def _of_chosen(s: Setting) -> float:
    """The error for the query Γv; it is as large in every direction, and v comes from the layer's own Γ⁻¹ = uU."""
    x = s.query.length * np.eye(s.d)[0]
    return at("shifts", "chosen", **_numbers(s), v=s.layer.u * s.layer.U @ x)


def _of_function(s: Setting) -> float:
    name = name_of(s.target)

    def value(w: Any) -> float:
        parts = (at("nonlinear", f"{name}_{part}", **_numbers(s), w=w) for part in ("limit", "excess"))
        return sum(parts) - s.sigma**2

    if name_of(s.task) == "discrete":
        return float(sum(weight * value(w) for weight, w in zip(s.task.weights, s.task.points, strict=True)))
    return value(s.task.w) if name_of(s.task) == "fixed" else _over(s.task.second(s.d), value)


def _of_moments(s: Setting) -> float:
    moments = {f"m_{k}": moment for k, moment in enumerate(s.covariance.moments(), 1)}
    return 2 * at("random-covariance", "loss", **_numbers(s), **moments)


ROWS = (
    Row("optimum", "loss", covering.optimum, lambda s: 2 * at("optimum", "loss", s.sigma > 0, **_numbers(s))),
    Row("rates", "value", covering.rates, lambda s: at("rates", "value", s.sigma > 0, **_numbers(s))),
    Row("shifts", "query", lambda s: covering.shifted(s, "query"), _over_queries),
    Row(
        "shifts",
        "covariate",
        lambda s: covering.shifted(s, "Lambda_test"),
        lambda s: at("shifts", "covariate", **_numbers(s), Lambda_test=s.Lambda_test),
    ),
    Row("shifts", "chosen", covering.chosen, _of_chosen),
    Row("shifts", "task", covering.task, _over_tasks),
    Row("nonlinear", "limit + excess", covering.nonlinear, _of_function),
    Row("random-covariance", "loss", covering.random_covariance, _of_moments),
    Row("loss", "value", covering.loss, _of_layer("loss")),
    Row("loss-full", "value", covering.loss_full, _of_layer("loss-full")),
)
