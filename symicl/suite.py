"""Which judge looks at which theorem: the formulas of a chapter as plain functions of numbers, handed to the judges.

The judges see numbers only; here a formula of the derived theorem is evaluated at the numbers that they draw.

>>> [verdict.verdict for verdict in check(["loss"], samples=20_000)]
['pass', 'skipped', 'pass']
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from functools import partial
from typing import Any

from . import check as judges
from .attention import Task
from .check.verdict import JUDGES, Verdict
from .derivations import CATALOGUE, derive, entry
from .errors import UserError
from .language.enclosure import enclose
from .language.letters import Defined, letters_of
from .language.numeric import evaluate
from .proof.chapter import Chapter
from .workers import Crew

SEED = 230609927
SAMPLES = 200_000
#: How many random instances an exact judge or an interval judge looks at, thoroughly and in passing.
MANY, FEW = 6, 2
#: How many boxes of each kind an interval judge settles on an instance, thoroughly and in passing.
BOXES, ONE = 12, 1


def check(
    ids: Iterable[str] | None = None,
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
    task: Task | None = None,
    noise: Fraction | int | None = None,
    thorough: bool = True,
    jobs: int = 0,
    progress: Callable[[str], None] | None = None,
) -> list[Verdict]:
    """The verdicts of all judges on the given rows of the catalogue, by default on all of them.

    ``task`` and ``noise`` (the value of its noise symbol) are for a task of one's own; ``thorough=False`` asks the
    exact and the interval judges for two random instances each instead of many; ``jobs`` judges work side by side in
    processes of their own; ``progress`` is told each id when its verdicts are next.
    """
    ids = [row.id for row in CATALOGUE] if ids is None else [entry(id).id for id in ids]
    judging = partial(judge, seed=seed, samples=samples, noise=noise, thorough=thorough)
    with Crew(jobs) as crew:
        waiting = {id: crew.begin(judging, derive(id, task)) for id in ids}
        verdicts = []
        for id, answer in waiting.items():
            if progress is not None:
                progress(id)
            verdicts += answer()
    return verdicts


def judge(
    chapter: Chapter,
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
    noise: Fraction | int | None = None,
    thorough: bool = True,
    by: Collection[str] = JUDGES,
) -> list[Verdict]:
    """The verdicts on one chapter of the judges named in ``by``, by default of all of them."""
    name = chapter.id.replace("-", "_")
    noise = _noise(chapter, noise)
    trials, boxes = (MANY, BOXES) if thorough else (FEW, ONE)
    verdicts: list[Verdict] = []
    if "exact" in by:
        verdicts += _EXACT[name](chapter, seed=seed, sigma=noise, trials=trials)
    if "interval" in by and name in _ENCLOSED:
        verdicts.append(_ENCLOSED[name](chapter, seed=seed, sigma=noise, trials=trials, boxes=boxes))
    elif "interval" in by:
        verdicts.append(Verdict(chapter.id, "interval", "skipped", _POLYNOMIAL))
    if "monte carlo" in by and name in _SAMPLED:
        verdicts.append(_SAMPLED[name](chapter, seed=seed, samples=samples, sigma=float(noise)))
    elif "monte carlo" in by:
        verdicts.append(Verdict(chapter.id, "monte carlo", "skipped", _NOT_SAMPLED[name]))
    return verdicts


def _noise(chapter: Chapter, given: Fraction | int | None) -> Fraction | int:
    """The value of the noise to judge at; a noisy model must not be judged as if it had none."""
    task = getattr(chapter.model, "task", chapter.model)
    if given is None and task.epsilon in letters_of(task.labels):
        raise UserError(f"{chapter.id}: the labels of this model have noise; say at what value, such as noise=1")
    return given or 0


def claim(expression: Any, *, exact: bool = True) -> Callable[..., Any]:
    """A formula as a function of a judge's instance, whose attributes are the letters by name."""
    wanted = _free(expression)

    def value(instance: Any, **given: Any) -> Any:
        known = _known(wanted, instance) | {letter: given[letter.name] for letter in wanted if letter.name in given}
        return _plain(evaluate(expression, known, exact=exact), exact)

    return value


def _free(expression: Any) -> list[Any]:
    """The letters that need a value; a definition has that of its body."""
    return [letter for letter in letters_of(expression) if not isinstance(letter, Defined)]


def enclosure(expression: Any) -> Callable[[Any], Any]:
    """A formula as a function of a judge's instance, with an mpmath interval for each number that it gives."""
    wanted = _free(expression)
    return lambda instance: enclose(expression, _known(wanted, instance))


def _known(wanted: Iterable[Any], instance: Any) -> dict[Any, Any]:
    return {letter: getattr(instance, letter.name) for letter in wanted if hasattr(instance, letter.name)}


def _plain(value: Any, exact: bool) -> Any:
    """Rationals as fractions, exact matrices as lists of rows; floating values as they are."""
    if not exact:
        return value
    if hasattr(value, "tolist"):
        return [[Fraction(int(e.p), int(e.q)) for e in row] for row in value.tolist()]
    return Fraction(int(value.p), int(value.q))


def _prediction(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    formula = claim(chapter.formulas["value"])

    def at(instance: Any, X: Any, w: Any, x_q: Any) -> Any:
        return formula(instance, X=X, w=w, x_q=x_q)

    return [judges.judge_prediction(chapter.id, at, seed=seed, trials=trials)]


def _moments(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    second, third = claim(chapter.formulas["value"]), claim(chapter.claims["third"])
    return [
        judges.judge_moment(chapter.id, second, ["S", "A", "S"], seed=seed, trials=trials),
        judges.judge_moment(chapter.id, third, ["S", "A", "S", "B", "S"], seed=seed, trials=(trials + 1) // 2),
    ]


def _loss(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    full = chapter.id == "loss-full"
    return [
        judges.judge_loss(
            chapter.id, claim(chapter.formulas["value"]), full=full, sigma=sigma, seed=seed, trials=trials
        )
    ]


def _gradient(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    reduced = {name: claim(chapter.formulas[name]) for name in ("u", "U")}
    full = {name: claim(chapter.formulas[f"full:{name}"]) for name in ("p", "u", "U", "q")}
    return [
        judges.judge_gradient(chapter.id, _together(reduced), full=False, sigma=sigma, seed=seed, trials=trials),
        judges.judge_gradient(chapter.id, _together(full), sigma=sigma, seed=seed, trials=(trials + 1) // 2),
    ]


def _together(parts: dict[str, Callable[..., Any]]) -> Callable[[Any], dict[str, Any]]:
    return lambda instance: {name: part(instance) for name, part in parts.items()}


def _stationary(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    inverse, value = claim(chapter.formulas["Gamma_inverse"]), claim(chapter.formulas["value"])
    return [
        judges.judge_stationary(
            chapter.id,
            _scaled(inverse),
            _flat,
            descent=_descent(chapter, claim),
            saddle_value=value,
            sigma=sigma,
            seed=seed,
            trials=trials,
        )
    ]


def _descent(chapter: Chapter, valued: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The claimed direction of descent at a saddle, as a function of an instance and of u and U there."""
    speeds = {name: valued(chapter.claims[f"descent:{name}"]) for name in ("u", "U")}

    def descent(instance: Any, u: Any, U: Any) -> dict[str, Any]:
        at = instance.with_weights(u=u, U=U)
        return {name: speed(at) for name, speed in speeds.items()}

    return descent


def _scaled(inverse: Callable[..., Any]) -> Callable[..., Any]:
    """A random point with uU = Γ⁻¹."""

    def point(instance: Any, rng: Any) -> tuple[Any, Any]:
        u = Fraction(rng.choice([-3, -2, -1, 1, 2, 5]), rng.choice([1, 2, 3]))
        return u, [[entry / u for entry in row] for row in inverse(instance)]

    return point


def _flat(instance: Any, rng: Any) -> tuple[Any, Any]:
    """A random point with u = 0 and tr(Λ²Uᵀ) = 0: U less a multiple of I, of rank one or not, near or far out."""
    Λ, d = instance.Lambda, range(instance.d)
    square = [[sum(Λ[i][k] * Λ[k][j] for k in d) for j in d] for i in d]
    scale, a, b = rng.choice((1, 30)), *([rng.randint(-4, 4) for _ in d] for _ in range(2))
    full = rng.random() < 0.5
    U = [[Fraction(scale * (rng.randint(-4, 4) if full else a[i] * b[j])) for j in d] for i in d]
    slope = sum(square[i][j] * U[i][j] for i in d for j in d) / sum(square[i][i] for i in d)
    return Fraction(0), [[U[i][j] - (slope if i == j else 0) for j in d] for i in d]


def _optimum(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    square, least = claim(chapter.claims["square"]), claim(chapter.formulas["loss"])
    point = _scaled(claim(chapter.formulas["Gamma_inverse"]))
    return [judges.judge_optimum(chapter.id, square, point, least, sigma=sigma, seed=seed, trials=trials)]


def _stationary_enclosed(chapter: Chapter, **options: Any) -> Verdict:
    inverse, value = (enclosure(chapter.formulas[name]) for name in ("Gamma_inverse", "value"))
    return judges.judge_stationary_interval(chapter.id, inverse, _descent(chapter, enclosure), value, **options)


def _optimum_enclosed(chapter: Chapter, **options: Any) -> Verdict:
    """The closed form of the balanced point, roots and all."""
    least, u, U, inverse = (enclosure(chapter.formulas[name]) for name in ("loss", "u", "U", "Gamma_inverse"))
    return judges.judge_optimum_interval(chapter.id, least, lambda case: (u(case), U(case)), inverse, **options)


def _trained(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    """The closed form on test prompts, the expansions of Γ⁻¹, and the mean square in its shares."""
    form, spread = claim(chapter.claims["closed-form"]), _at_length(claim(chapter.claims["covariance"]))
    inverses = [claim(chapter.formulas["Gamma_inverse"]), claim(chapter.result("expansion").statement.rhs)]
    parts = [_at_length(claim(chapter.formulas[name])) for name in ("share_of_M", "share_of_N")]

    def at(instance: Any, X: Any, w: Any, x_q: Any) -> Any:
        return form(instance, X=X, w=w, x_q=x_q)

    def prepare(instance: Any) -> Any:
        return instance.without_pq().with_weights(u=Fraction(1), U=judges.trained_weights(instance))

    return [
        judges.judge_prediction(chapter.id, at, test_prompt=True, prepare=prepare, seed=seed, trials=trials),
        judges.judge_trained(
            chapter.id,
            _at_length(claim(chapter.formulas["mean_square"])),
            shares=lambda instance, M: [part(instance, M) for part in parts],
            inverses=inverses,
            spread=spread,
            seed=seed,
            trials=trials,
        ),
    ]


def _rates(chapter: Chapter, *, seed: int, sigma: Any, trials: int) -> list[Verdict]:
    value, bound = _at_length(claim(chapter.formulas["value"])), _at_length(claim(chapter.claims["bound"]))
    parts = [_at_length(claim(chapter.claims[name])) for name in ("share_of_M", "share_of_N")]
    return [
        judges.judge_trained(
            chapter.id,
            value,
            shares=lambda instance, M: [part(instance, M) for part in parts],
            bound=bound,
            seed=seed,
            trials=trials,
        )
    ]


def _at_length(formula: Callable[..., Any]) -> Callable[..., Any]:
    """A formula that speaks of M, asked with the length of the test prompt."""
    return lambda instance, M: formula(instance, M=M)


def _trained_mc(chapter: Chapter, **options: Any) -> Verdict:
    """Real test prompts of M examples, and a layer that was trained on prompts three examples longer."""
    name = "mean_square" if chapter.id == "trained-prediction" else "value"
    square = claim(chapter.formulas[name], exact=False)
    inverse = claim(derive("optimum").formulas["Gamma_inverse"], exact=False)
    longer = 3

    def point(case: Any, rng: Any) -> Any:
        return 1.0, inverse(case, N=case.N + longer)

    options.pop("sigma")
    return judges.judge_optimum_mc(
        chapter.id, point, lambda case: square(case, M=case.N, N=case.N + longer) / 2, **options
    )


def _loss_mc(chapter: Chapter, **options: Any) -> Verdict:
    formula = claim(chapter.formulas["value"], exact=False)
    return judges.judge_loss_mc(chapter.id, formula, full=chapter.id == "loss-full", **options)


def _moments_mc(chapter: Chapter, **options: Any) -> Verdict:
    return judges.judge_moment_mc(chapter.id, claim(chapter.formulas["value"], exact=False), ["S", "A", "S"], **options)


def _optimum_mc(chapter: Chapter, **options: Any) -> Verdict:
    """The loss at the balanced point, which is where training ends."""
    u, U = (claim(chapter.formulas[name], exact=False) for name in ("u", "U"))
    least = claim(chapter.formulas["loss"], exact=False)
    return judges.judge_optimum_mc(chapter.id, lambda case, rng: (u(case), U(case)), least, **options)


_EXACT: dict[str, Callable[..., list[Verdict]]] = {
    "prediction": _prediction,
    "moments": _moments,
    "loss": _loss,
    "loss_full": _loss,
    "gradient": _gradient,
    "stationary": _stationary,
    "optimum": _optimum,
    "trained_prediction": _trained,
    "rates": _rates,
}
_ENCLOSED: dict[str, Callable[..., Verdict]] = {"stationary": _stationary_enclosed, "optimum": _optimum_enclosed}
_POLYNOMIAL = "an identity of polynomials or their quotients: the exact judge decides it, by equality of rationals"
_SAMPLED: dict[str, Callable[..., Verdict]] = {
    "moments": _moments_mc,
    "loss": _loss_mc,
    "loss_full": _loss_mc,
    "optimum": _optimum_mc,
    "trained_prediction": _trained_mc,
    "rates": _trained_mc,
}
_NOT_SAMPLED = {
    "prediction": "no mean to estimate; the exact judge compares the forward pass itself",
    "gradient": "no mean to estimate; the loss it is the derivative of is sampled",
    "stationary": "no mean to estimate; the loss whose points these are is sampled",
}
