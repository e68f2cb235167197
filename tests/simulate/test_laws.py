"""Every law in the tables, by being in them: its moments, its parameters, and that it reads what it writes."""

import json

import numpy as np
import pytest

from symicl.errors import UserError
from symicl.simulate.laws import COVARIANCES, COVARIATES, NOISES, QUERIES, SPECTRA, TARGETS, TASKS

SAMPLES, LIMIT = 200_000, 5.0
EXAMPLES = {
    "tasks": {
        "gaussian": {"mean": [1, 0, -1], "covariance": [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 2]]},
        "sparse": {"nonzero": 2},
        "discrete": {"points": [[1, 0, 0], [0, 2, 1]], "weights": ["1/4", "3/4"]},
        "fixed": {"w": [1, 2, 3]},
        "sphere": {"radius": 2},
    },
    "covariates": {
        "student": {"nu": 13},
        "mixture": {"scales": [1, 2], "weights": [0.7, 0.3]},
        "discrete": {"values": [-2, 0.5], "weights": [0.2, 0.8]},
    },
    "noises": {"student": {"nu": 9}},
    "covariances": {
        "exponential": {"rate": 2},
        "uniform": {"from": 1, "to": 2},
        "gamma": {"shape": 2, "scale": 0.5},
        "two-point": {"first": 1, "second": 3, "probability": 0.3},
        "constant": {"value": 2},
    },
    "queries": {"gaussian": {"covariance": [[2, 1, 0], [1, 2, 0], [0, 0, 1]]}, "fixed": {"x": [1, 2, 3]}},
    "spectra": {"power": {"exponent": 1.5}, "geometric": {"condition": 10}},
    "targets": {},
}
TABLES = {
    "tasks": TASKS,
    "covariates": COVARIATES,
    "noises": NOISES,
    "covariances": COVARIANCES,
    "queries": QUERIES,
    "spectra": SPECTRA,
    "targets": TARGETS,
}


def laws(*kinds):
    """Every law of these kinds, as a parameter of a test."""
    found = [(kind, name) for kind in kinds or TABLES for name in TABLES[kind]]
    return [pytest.param(kind, example(kind, name), id=f"{kind}-{name}") for kind, name in found]


def example(kind, name):
    return TABLES[kind].read(kind, {"name": name} | EXAMPLES[kind].get(name, {}))


def near(values, expected):
    """The mean over the last axis is the expected one, entry by entry."""
    error = values.std(axis=-1) / np.sqrt(values.shape[-1]) + 1e-9
    return bool(np.abs((values.mean(axis=-1) - expected) / error).max() < LIMIT)


@pytest.mark.parametrize("kind, law", laws())
def test_what_is_written_reads_again(kind, law):
    written = json.loads(json.dumps(TABLES[kind].write(kind, law)))
    assert TABLES[kind].write(kind, TABLES[kind].read(kind, written)) == written
    assert law.__class__.__doc__


@pytest.mark.parametrize("kind, law", laws("tasks"))
def test_second_moments_of_tasks(kind, law):
    w = law.draw(np.random.default_rng(0), 3, SAMPLES)
    assert w.shape == (3, SAMPLES)
    assert near(w[:, None] * w[None], law.second(3))
    assert not near(w[:, None] * w[None], law.second(3) + 0.1)


@pytest.mark.parametrize("kind, law", laws("covariates"))
def test_inputs_are_white(kind, law):
    z = np.empty((2, 3, SAMPLES))
    law.fill(np.random.default_rng(0), z)
    assert near(z, 0.0)
    flat = z.reshape(6, SAMPLES)
    assert near(flat[:, None] * flat[None], np.eye(6))
    squares = (z**2).sum(axis=0)  # columns are independent, also in their lengths
    assert near((squares[0] - 2) * (squares[1] - 2), 0.0)
    part = np.empty((2, 4, 5))[:, :3]
    law.fill(np.random.default_rng(0), part)
    assert np.isfinite(part).all()


@pytest.mark.parametrize("kind, law", laws("noises"))
def test_noise_has_mean_0_and_variance_1(kind, law):
    noise = law.draw(np.random.default_rng(0), (3, SAMPLES))
    assert noise.shape == (3, SAMPLES)
    assert near(noise, 0.0) and near(noise**2, 1.0) and near(noise[:1] * noise[1:2], 0.0)


@pytest.mark.parametrize("kind, law", laws("covariances"))
def test_moments_of_eigenvalues(kind, law):
    values = law.draw(np.random.default_rng(0), 2, SAMPLES)
    assert (values > 0).all()
    for k, expected in enumerate(law.moments(), 1):
        assert near(values**k, expected)


def test_moments_of_eigenvalues_are_those_of_the_theorem():
    from symicl.derivations.eigenvalue_laws import LAWS

    from symicl.language.numeric import evaluate

    assert set(COVARIANCES) == set(LAWS)
    for name, given in EXAMPLES["covariances"].items():
        theirs, mine = LAWS[name], COVARIANCES.read("covariance", {"name": name} | given)
        values = [given[key] for key in theirs.keys] + ([0.7] if name == "two-point" else [])
        known = dict(zip(theirs.parameters, values, strict=True))
        expected = [float(evaluate(m, known, exact=False)) for m in theirs.moments]
        assert np.allclose(mine.moments(), expected, rtol=1e-12), name


@pytest.mark.parametrize("kind, law", laws("queries"))
def test_queries(kind, law):
    X = np.random.default_rng(0).standard_normal((3, 2, 50_000))
    x = law.draw(np.random.default_rng(1), X)
    assert x.shape == (3, 50_000)
    if law.second is not None:
        assert near(x[:, None] * x[None], law.second(3))


@pytest.mark.parametrize("kind, law", laws("targets"))
def test_targets_grow_as_they_say(kind, law):
    t = np.array([-1e3, -1.0, 0.0, 1.0, 1e3])
    before = t.copy()
    assert np.abs(law(t)).max() <= 1.001 * max(1.0, 1e3**law.degree)
    assert np.array_equal(t, before)


def test_targets_are_the_functions_of_the_theorems():
    names = {"linear": lambda t: t, "quadratic": np.square, "cubic": lambda t: t**3, "sine": np.sin}
    t = np.linspace(-2, 2, 9)
    for name, function in names.items():
        assert np.allclose(TARGETS.read("target", name)(t), function(t), rtol=1e-14)
    assert TARGETS.read("target", "relu")(t).tolist() == [max(x, 0.0) for x in t]


WRONG = [
    (TASKS, {"name": "sphere", "radius": -1}, "task: sphere: radius must be positive, not -1"),
    (TASKS, {"name": "sphere", "size": 1}, "unknown parameter 'size': its parameters are radius"),
    (TASKS, {"name": "sparse"}, "sparse: the parameter nonzero is missing"),
    (TASKS, {"name": "fixed", "w": [1, float("nan")]}, r"w\[2\] must be a finite number, not nan"),
    (TASKS, {"radius": 1}, "the key name is missing; there are gaussian, sphere"),
    (TASKS, 3, "3 is no law: give its name"),
    (TASKS, {"name": ["sphere"]}, r"unknown law \['sphere'\]"),
    (TASKS, {"name": "gaussian", "covariance": [[1, 2], [2, 1]]}, "positive semidefinite: its least eigenvalue is -1"),
    (TASKS, {"name": "gaussian", "covariance": [[1, 2], [0, 5]]}, r"symmetric: its entry \[1, 2\] is 2 and"),
    (TASKS, {"name": "discrete", "points": [[1], [2]], "weights": [0.5, 0.6]}, "2 probabilities that add up to 1"),
    (COVARIATES, "guassian", "unknown law 'guassian': did you mean 'gaussian'"),
    (COVARIATES, {"name": "student", "nu": 2}, "nu must be above 2"),
    (NOISES, {"name": "student", "nu": 2}, "nu must be above 2"),
    (COVARIATES, {"name": "discrete", "values": [0, 1]}, "mean 0.5 and mean square 0.5; they must be 0 and 1"),
    (COVARIATES, {"name": "mixture", "scales": [0, 0]}, "scales must not be negative, and not all 0"),
    (NOISES, {"name": "student", "nu": "seven"}, "nu must be a finite number, not 'seven'"),
    (NOISES, {"name": "student", "nu": 10**400}, "nu must be a finite number"),
    (NOISES, {"name": "gaussian", "nu": 3}, "unknown parameter 'nu': it has no parameters"),
    (COVARIANCES, {"name": "uniform", "from": 2, "to": 1}, "from must be below to"),
    (COVARIANCES, {"name": "two-point", "first": 1, "second": 2, "probability": 2}, "probability must be from 0 to 1"),
    (COVARIANCES, {"name": "exponential", "rate": True}, "rate must be a finite number, not True"),
    (TASKS, {"name": "sphere", "radius": 1e200}, r"radius must be at most 1e\+50 in size, not 1e\+200"),
    (SPECTRA, {"name": "power", "exponent": "1/0"}, "exponent must be a finite number"),
]


@pytest.mark.parametrize("table, given, words", WRONG, ids=lambda value: "" if isinstance(value, str) else None)
def test_wrong_parameters_are_refused_in_one_line(table, given, words):
    with pytest.raises(UserError, match=words) as found:
        table.read("task", given)
    assert "\n" not in str(found.value) and str(found.value).startswith("task: ")


@pytest.mark.parametrize("kind", TABLES)
def test_listings_name_every_law_and_parameter(kind):
    lines = TABLES[kind].listing().splitlines()
    assert [line.split(":")[0].split()[0] for line in lines] == list(TABLES[kind])
    for line in lines:
        name, *parameters = line.split(":")[0].split()
        assert line.endswith(".") and set(EXAMPLES[kind].get(name, {})) <= {p.strip("[]") for p in parameters}


def test_a_law_of_ones_own():
    class Mine:
        order = 3.0

        def draw(self, rng, d, count):
            return np.ones((d, count))

    mine = Mine()
    assert TASKS.read("task", mine) is mine
    with pytest.raises(UserError, match="Mine is a law of your own, which no file can hold"):
        TASKS.write("task", mine)
    with pytest.raises(UserError, match="is no law"):
        TASKS.read("task", Mine)
