"""Whole trainings: reproducible parts, claims that are looked at, and input that is refused."""

import json

import numpy as np
import pytest
from training_cases import gamma

from symicl import UserError
from symicl.training import telling
from symicl.training.descent import Plan
from symicl.training.experiment import GROUP, Training
from symicl.training.outcome import checks
from symicl.training.prompts import Prompts
from symicl.training.weights import Weights

SMALL = Plan(steps=60, step=0.02, batch=8, looks=6)


def test_a_paper_start_follows_the_flow_to_the_optimum():
    plan = Plan(steps=800, step=0.03, batch=64, blocks="uU", schedule="linear", looks=40)
    result = Training(Lambda=[[1.0, 0.2], [0.2, 0.6]], N=10, size=0.3, seed=3, plan=plan).run()
    (run,) = result["points"]
    best = np.linalg.inv(gamma([[1.0, 0.2], [0.2, 0.6]], 10))
    end = Weights.of_row(np.array(run["end"]))
    assert np.linalg.norm(end.u * end.U - best) == pytest.approx(run["distance"][-1])
    assert run["distance"][-1] < 0.1 * run["distance"][0]
    assert run["flow distance"][-1] < run["flow distance"][0] / 20
    assert run["downhill"]["kind"] == "minimum"
    assert len(result["checks"]) == 3 and all(check["holds"] for check in result["checks"])
    assert np.all(np.array(run["flow"]) <= np.array(run["bound"]) + 1e-12)
    assert np.max(np.abs(np.array(run["flow"]) - run["descent"])) < 0.02
    json.dumps(result, allow_nan=False)


def test_a_result_that_breaks_a_claim_is_refuted():
    result = Training(Lambda=[[1.0]], N=4, plan=SMALL).run()
    for change in (
        {"flow": [2 * x for x in result["points"][0]["bound"]]},
        {"loss": [result["least"] - 1e-3] * len(result["times"])},
        {"flow distance": [1.1 * x for x in result["points"][0]["distance bound"]]},
    ):
        wrong = [result["points"][0] | change]
        assert sum(not check["holds"] for check in checks(wrong, result["least"], result["times"])) == 1
    broken = result | {"checks": checks(wrong, result["least"], result["times"]), "job": {"training": {}}}
    assert telling.notes(broken)[-1] == "3 claims of the theorems looked at: 1 failed"


def test_parts_are_the_same_whatever_else_is_done():
    many = Training(Lambda=[[1.0, 0.0], [0.0, 0.4]], N=4, start="anywhere", starts=GROUP + 3, seed=5, plan=SMALL)
    assert many.groups == 2
    alone = many.part(1)
    again = Training(Lambda=[[1.0, 0.0], [0.0, 0.4]], N=4, start="anywhere", starts=GROUP + 3, seed=5, plan=SMALL)
    again.part(0)
    assert json.dumps(again.part(1)) == json.dumps(alone)
    assert len(many.result({0: many.part(0), 1: alone})["points"]) == GROUP + 3


def test_a_start_that_runs_away_is_named_by_its_number_among_all():
    plan = Plan(steps=60, step=5.0, looks=2)
    many = Training(Lambda=[[1.0]], N=4, start="anywhere", starts=GROUP + 1, size=9.0, on="population", plan=plan)
    with pytest.raises(UserError, match=f"start {GROUP + 1} of {GROUP + 1} ran away at step"):
        many.part(1)


def test_each_start_has_random_numbers_of_its_own():
    training = Training(Lambda=[[1.0]], N=4, start="anywhere", starts=3, plan=SMALL)
    starts = [training.start_of(run).tolist() for run in range(3)]
    assert starts[0] != starts[1] != starts[2]
    assert training.random(0, 1).random() != training.random(1, 1).random() != training.random(1, 0).random()


def test_a_law_of_one_s_own_can_be_trained_on():
    """Signs for inputs: prompts of that law, with the gradient of the theorem, which holds for every prompt."""

    class Signs:
        def draw(self, rng, count):
            x = rng.choice((-1.0, 1.0), (count, 2, 5))
            w = rng.standard_normal((count, 2, 1))
            y = np.swapaxes(x, 1, 2) @ w
            return Prompts(x[..., :-1], y[:, :-1], x[..., -1:], y[:, -1, 0])

    training = Training(Lambda=np.eye(2), N=4, plan=SMALL)
    source = training.source(range(1), Signs())
    loss, slope = source.step(training.start_of(0)[None])
    assert loss.shape == (1,) and slope.shape == (1, 9) and np.all(np.isfinite(slope))


def test_the_table_and_the_notes():
    result = Training(Lambda=[[1.0]], N=4, plan=SMALL).run() | {"job": {"training": {"step": 9.0}}}
    head, *rows = telling.rows(result)
    assert head[:3] == ("step", "time", "L − L*: sampled descent") and rows[0][0] == "0" and rows[-1][0] == "60"
    assert any("step = 9 is above 2/" in note for note in telling.notes(result))
    many = Training(Lambda=[[1.0]], N=4, start="anywhere", starts=3, plan=SMALL).run() | {"job": {"training": {}}}
    head, *rows = telling.rows(many)
    assert head[0] == "where" and sum(int(row[1]) for row in rows) == 3


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"Lambda": [[1.0, 0.2], [0.3, 1.0]]}, "Lambda must be symmetric"),
        ({"Lambda": [[1.0, 2.0], [2.0, 1.0]]}, "Lambda must be positive semidefinite: its least eigenvalue is -1"),
        ({"Lambda": [[1.0, float("nan")], [0.0, 1.0]]}, r"Lambda\[1, 2\] must be a finite number, not nan"),
        ({"Lambda": [[1.0, 1.0], [1.0, 1.0]]}, "Lambda must be positive definite: its least eigenvalue is"),
        ({"N": 0}, "N must be an integer from 1"),
        ({"sigma": -1.0}, "sigma must not be negative"),
        ({"start": "papr"}, "start must be one of paper, balanced, anywhere, not 'papr'"),
        ({"on": "batches"}, "on must be one of prompts, population"),
        ({"starts": 0}, "starts must be an integer from 1 to 1000, not 0"),
        ({"seed": -1}, "seed must be an integer from 0"),
        ({"size": 0}, "size must be positive, not 0"),
        ({"size": 50.0}, "size must be below .*, not 50: the theorem wants δ > 0"),
        ({"start": "balanced", "Theta": np.eye(2)}, "Theta must be left out where start is balanced"),
        ({"start": "anywhere", "plan": Plan(blocks="uU")}, "blocks must be all, not uU"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, said):
    with pytest.raises(UserError, match=said):
        Training(**{"Lambda": [[1.0, 0.0], [0.0, 0.5]], "N": 5, **wrong})
