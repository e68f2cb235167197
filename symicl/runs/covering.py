"""What of a setting the theorems do not cover: for each formula a reason, empty where it covers the setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..simulate.setting import Setting

#: The functions φ that `nonlinear` has worked out.
WORKED_OUT = ("linear", "quadratic", "cubic", "relu", "sine")


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


def optimum(s: Setting) -> str:
    """The least loss: prompts as long as in training."""
    return _first(_like_training(s), _linear(s), _white(s), _training(s, noisy=True), _same_length(s))


def rates(s: Setting) -> str:
    """The error at another length than that of training."""
    return _first(_like_training(s), _linear(s), _white(s), _training(s, noisy=True))


def shifted(s: Setting, part: str) -> str:
    """A query or a covariance of the test that is not that of training, and independent of the prompt."""
    others = {"query": s.query is not None, "Lambda_test": s.Lambda_test is not None}
    if not others.pop(part):
        return f"a test whose {part} is that of training"
    if any(others.values()):
        return "a query and a covariance of the test that both are not those of training"
    if part == "query" and s.query.second is None:
        return f"queries that depend on the prompt ({name_of(s.query)})"
    return _first(_inputs(s), _linear(s), _white(s), _quiet(s), _training(s, noisy=False))


def chosen(s: Setting) -> str:
    """A query across the examples: the theorem asks for Xᵀv = 0 and gives Γv, which lie along one line for Λ = cI."""
    if name_of(s.query) != "unseen":
        return "a query that is not at right angles to the examples"
    if s.covariance is not None:
        return f"a covariance drawn for each prompt ({name_of(s.covariance)}) in this way"
    if not np.array_equal(s.Lambda, s.Lambda[0, 0] * np.eye(s.d)):
        return "queries at right angles to the examples where Lambda is no multiple of I"
    return _first(_linear(s), _white(s), _quiet(s), _training(s, noisy=False))


def task(s: Setting) -> str:
    """Tasks of any law with a second moment."""
    return _first(_like_training(s), _linear(s), _second(s), _quiet(s), _training(s, noisy=False))


def nonlinear(s: Setting) -> str:
    """Labels that are a function of ⟨w, x⟩, and noise that the layer was not trained with."""
    finite = name_of(s.task) in ("fixed", "discrete")
    if name_of(s.target) not in WORKED_OUT:
        return _like_training(s) or f"the function {name_of(s.target)}; there are {', '.join(WORKED_OUT)}"
    return _first(_like_training(s), "" if finite else _linear(s) or _second(s), _training(s, noisy=False))


def loss(s: Setting) -> str:
    """A layer with weights of its own and p = q = 0."""
    crossed = "" if s.layer.bilinear else "a layer with p or q other than 0"
    return _first(crossed, _like_training(s), _linear(s), _white(s))


def loss_full(s: Setting) -> str:
    """A layer with any weights."""
    normal = name_of(s.task) == "gaussian" and s.task.mean is None and white(s)
    task = "" if normal else f"tasks of the law {name_of(s.task)} for weights of one's own; they are to be N(0, I)"
    noisy = s.sigma and name_of(s.noise) != "gaussian"
    return _first(_like_training(s), _linear(s), task, f"noise of the law {name_of(s.noise)}" if noisy else "")


def random_covariance(s: Setting) -> str:
    """Inputs whose covariance is drawn anew for each prompt."""
    if s.covariance is None:
        return "a covariance that is the same in every prompt"
    if name_of(s.covariates) != "gaussian":
        return _inputs(s)
    shift = "" if s.query is None else f"queries of a law of their own ({name_of(s.query)})"
    return _first(shift, _linear(s), _white(s), _quiet(s), _training(s, noisy=False), _same_length(s))
