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
from .values import at

if TYPE_CHECKING:
    from ..simulate.setting import Setting

#: The functions φ that `nonlinear` has worked out.
WORKED_OUT = ("linear", "quadratic", "cubic", "relu", "sine")


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
        which = ("shifts", "query")
    elif setting.Lambda_test is not None:
        which = ("shifts", "covariate")
    else:
        which = ("nonlinear", "limit + excess") if trained(setting) else ("loss-full", "value")
    return next(row for row in ROWS if (row.theorem, row.formula) == which)


# -- what a setting is


def trained(setting: Setting) -> tuple[int, float] | None:
    """N and σ of its training, where the layer is one that a theorem trained."""
    written = setting.layer.written
    written = {"name": written} if isinstance(written, str) else written or {}
    if written.get("name") != "trained":
        return None
    return written.get("N") or setting.N, written.get("sigma", 0.0)


def name_of(law: Any) -> str:
    """A law's name, for a law of one's own that of its class."""
    return str(getattr(law, "name", type(law).__name__))


def white(setting: Setting) -> bool:
    """Whether E wwᵀ = I."""
    return bool(np.allclose(setting.task.second(setting.d), np.eye(setting.d), rtol=0, atol=1e-12))


# -- why a formula does not cover a setting


def _inputs(s: Setting) -> str:
    if name_of(s.covariates) != "gaussian":
        return f"inputs of the law {name_of(s.covariates)}; they are to be normal"
    if s.covariance is not None:
        return f"a covariance drawn for each prompt ({name_of(s.covariance)}) in this way"
    return ""


def _like_training(s: Setting) -> str:
    if s.query is not None:
        depends = "that depend on the prompt" if s.query.second is None else "together with what else this setting has"
        return f"queries of a law of their own ({name_of(s.query)}) {depends}"
    if s.Lambda_test is not None:
        return "a covariance of the test together with what else this setting has"
    return _inputs(s)


def _linear(s: Setting) -> str:
    return "" if s.is_linear else f"labels {name_of(s.target)} in ⟨w, x⟩ with this law of the task"


def _second(s: Setting) -> str:
    return "" if hasattr(s.task, "second") else f"tasks of the law {name_of(s.task)}, which has no second(d)"


def _white(s: Setting) -> str:
    return _second(s) or ("" if white(s) else "tasks whose second moment is not I")


def _training(s: Setting, *, noisy: bool) -> str:
    found = trained(s)
    if found is None:
        return "a layer with weights of its own"
    if noisy and found[1] != s.sigma:
        return f"a layer trained with noise {found[1]:g} and asked with noise {s.sigma:g}"
    if not noisy and found[1]:
        return f"a layer trained with noise {found[1]:g} on such prompts"
    return ""


def _same_length(s: Setting) -> str:
    length = (trained(s) or (s.N, 0.0))[0]
    return "" if length == s.M else f"prompts of M = {s.M} examples after training with N = {length}"


def _quiet(s: Setting) -> str:
    return "" if not s.sigma else f"noise of size {s.sigma:g} together with a shift or a random covariance"


def _first(*reasons: str) -> str:
    return next((reason for reason in reasons if reason), "")


def _optimum(s: Setting) -> str:
    return _first(_like_training(s), _linear(s), _white(s), _training(s, noisy=True), _same_length(s))


def _rates(s: Setting) -> str:
    return _first(_like_training(s), _linear(s), _white(s), _training(s, noisy=True))


def _shifted(s: Setting, part: str) -> str:
    others = {"query": s.query is not None, "Lambda_test": s.Lambda_test is not None}
    if not others.pop(part):
        return f"a test whose {part} is that of training"
    if any(others.values()):
        return "a query and a covariance of the test that both are not those of training"
    if part == "query" and s.query.second is None:
        return f"queries that depend on the prompt ({name_of(s.query)})"
    return _first(_inputs(s), _linear(s), _white(s), _quiet(s), _training(s, noisy=False))


def _task(s: Setting) -> str:
    return _first(_like_training(s), _linear(s), _second(s), _quiet(s), _training(s, noisy=False))


def _nonlinear(s: Setting) -> str:
    finite = name_of(s.task) in ("fixed", "discrete")
    if name_of(s.target) not in WORKED_OUT:
        return _like_training(s) or f"the function {name_of(s.target)}; there are {', '.join(WORKED_OUT)}"
    return _first(_like_training(s), "" if finite else _linear(s) or _second(s), _training(s, noisy=False))


def _loss(s: Setting) -> str:
    crossed = "" if s.layer.bilinear else "a layer with p or q other than 0"
    return _first(crossed, _like_training(s), _linear(s), _white(s))


def _loss_full(s: Setting) -> str:
    normal = name_of(s.task) == "gaussian" and s.task.mean is None and white(s)
    task = "" if normal else f"tasks of the law {name_of(s.task)} for weights of one's own; they are to be N(0, I)"
    noisy = s.sigma and name_of(s.noise) != "gaussian"
    return _first(_like_training(s), _linear(s), task, f"noise of the law {name_of(s.noise)}" if noisy else "")


def _random(s: Setting) -> str:
    if s.covariance is None:
        return "a covariance that is the same in every prompt"
    if name_of(s.covariates) != "gaussian":
        return _inputs(s)
    shift = "" if s.query is None else f"queries of a law of their own ({name_of(s.query)})"
    return _first(shift, _linear(s), _white(s), _quiet(s), _training(s, noisy=False), _same_length(s))


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
    Row("optimum", "loss", _optimum, lambda s: 2 * at("optimum", "loss", s.sigma > 0, **_numbers(s))),
    Row("rates", "value", _rates, lambda s: at("rates", "value", s.sigma > 0, **_numbers(s))),
    Row("shifts", "query", lambda s: _shifted(s, "query"), _over_queries),
    Row(
        "shifts",
        "covariate",
        lambda s: _shifted(s, "Lambda_test"),
        lambda s: at("shifts", "covariate", **_numbers(s), Lambda_test=s.Lambda_test),
    ),
    Row("shifts", "task", _task, _over_tasks),
    Row("nonlinear", "limit + excess", _nonlinear, _of_function),
    Row("random-covariance", "loss", _random, _of_moments),
    Row("loss", "value", _loss, _of_layer("loss")),
    Row("loss-full", "value", _loss_full, _of_layer("loss-full")),
)
