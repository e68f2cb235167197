"""``symicl trust``: its tables, its JSON and its exit code."""

import json

import pytest
from click.testing import CliRunner

from symicl.cli import main, trusting
from symicl.trust.frequencies import Alarms, Power
from symicl.trust.outcome import Outcome
from symicl.trust.scoring import Plan, Report

OUTCOMES = (
    Outcome("kernel", "loss", "sign", "false", False),
    Outcome("kernel", "loss", "order", "true", True, "⊢ tr(A B) = tr(B A)"),
    Outcome("exact", "loss", "sign", "false", False),
    Outcome("unchanged", "loss", "chain", "true", True),
    Outcome("monte carlo", "loss", "power", "false", True, "loss, value: u"),
)
POWERS = (Power("loss", 20_000, 0.1, 9, 10), Power("loss", 20_000, 0.01, 1, 10))
ALARMS = (Alarms("loss", 20_000, 0.05, 500, 10_000), Alarms("loss", 20_000, 0.01, 160, 10_000))


def invoke(monkeypatch, *args, outcomes=OUTCOMES):
    monkeypatch.setattr(trusting, "run", lambda plan, **options: Report(outcomes, POWERS, ALARMS))
    return CliRunner().invoke(main, ["trust", *args])


def test_tables(monkeypatch):
    result = invoke(monkeypatch)
    assert result.exit_code == 0 and result.stderr == ""
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["kernel", "2", "1", "1", "0", "1", "1", "0"] in lines
    assert ["monte", "carlo", "1", "1", "0", "1", "0", "0", "0"] in lines
    assert ["loss", "20000", "90", "%", "10", "%"] in lines
    assert "5 %       5.00 %    4.59 … 5.44 %  as promised" in result.stdout
    assert "more than promised" in result.stdout and "0 are refuted" in result.stdout


@pytest.mark.parametrize("judge", ["kernel", "search", "exact", "unchanged"])
def test_a_false_mutant_that_got_through_fails(monkeypatch, judge):
    hole = Outcome(judge, "loss", "sign", "false", True, "⊢ 1 = 2")
    result = invoke(monkeypatch, outcomes=(*OUTCOMES, hole))
    assert result.exit_code == 1 and f"{judge}, loss, sign: ⊢ 1 = 2" in result.stdout
    assert json.loads(invoke(monkeypatch, "--json", outcomes=(*OUTCOMES, hole)).stdout)["ok"] is False


def test_json(monkeypatch):
    found = json.loads(invoke(monkeypatch, "--json").stdout)
    assert set(found) == {"ok", "judges", "unchanged", "mutants", "power", "false_alarms"} and found["ok"]
    assert found["judges"][0]["caught"] == 1 and found["unchanged"] == {"true": 1}
    assert [mutant["text"] for mutant in found["mutants"]] == ["⊢ tr(A B) = tr(B A)", "loss, value: u"]
    assert found["false_alarms"][1]["verdict"] == "more than promised"


def test_options_reach_the_harness(monkeypatch):
    asked = {}
    monkeypatch.setattr(trusting, "run", lambda plan, **options: asked.update(options, plan=plan) or Report((), (), ()))
    CliRunner().invoke(main, ["trust", "--quick", "--seed", "5", "--jobs", "1"], catch_exceptions=False)
    assert (asked["plan"], asked["seed"], asked["jobs"]) == (trusting.QUICK, 5, 0)
    CliRunner().invoke(main, ["trust", "--jobs", "3"], catch_exceptions=False)
    assert (asked["plan"], asked["seed"], asked["jobs"]) == (trusting.WHOLE, trusting.SEED, 3)
    assert CliRunner().invoke(main, ["trust", "--jobs", "-1"]).exit_code == 2


def test_a_small_sample_for_real(monkeypatch):
    plan = Plan(theorems=3, mutants=1, sampled=1, samples=(20_000,), runs=1, alarms=1)
    monkeypatch.setattr(trusting, "QUICK", plan)
    result = CliRunner().invoke(main, ["trust", "--quick"])
    assert result.exit_code == 0 and result.stdout.startswith("judge") and "False alarms" in result.stdout
