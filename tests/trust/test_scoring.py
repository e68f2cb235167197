"""The harness itself: a sound judge scores as such, and one that is broken on purpose is noticed."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from symicl.derivations import derive
from sympy import Rational

from symicl import suite
from symicl.check.verdict import Verdict
from symicl.kernel.theorem import INFERENCES
from symicl.trust import scoring
from symicl.trust.attacks import attack, changed_goals, lost_premises, theorems
from symicl.trust.frequencies import Alarms, alarms, cases, power, rejects, wilson
from symicl.trust.judged import changes, judged, looked_at
from symicl.trust.outcome import Outcome, tally
from symicl.trust.scoring import Plan, Report, run
from symicl.trust.searching import lines, search

SMALL = Plan(theorems=12, mutants=2, sampled=4, samples=(20_000,), runs=2, alarms=3)


@pytest.fixture(scope="module")
def known():
    return theorems([derive("loss"), derive("stationary"), derive("optimum")])


def a(known, rule, holds=lambda theorem: True):
    return next(t for t in known if t.rule == rule and holds(t))


def test_a_small_sample_runs_and_nothing_false_gets_through():
    report = run(SMALL, ids=["moments", "loss"], jobs=2)
    assert report.ok and {t.judge for t in report.tallies()} >= {"kernel", "search", "exact", "monte carlo"}
    assert all(t.false == t.caught + t.missed for t in report.tallies())
    assert {p.runs for p in report.powers} == {2} and {x.runs for x in report.alarms} == {3}


def test_a_sample_is_the_same_with_any_number_of_processes():
    plan = replace(SMALL, sampled=2, runs=1, alarms=1)
    reports = [run(plan, ids=["prediction", "loss"], jobs=jobs) for jobs in (0, 2)]
    assert reports[0] == reports[1]
    assert reports[0] != run(plan, ids=["prediction", "loss"], seed=1)


def everything(rule):
    """An inference that believes whatever it is told."""

    def believe(goal, *rest):
        return SimpleNamespace(statement=goal, assumptions=frozenset())

    return {**INFERENCES, rule: believe}


@pytest.mark.parametrize("rule", ["identity", "expectation", "blocks", "derivative", "combine"])
def test_an_unsound_inference_is_noticed(rule):
    known = theorems([derive("optimum"), derive("loss"), derive("gradient")])
    outcomes = [
        o for t in known if t.rule == rule for o in attack(t, "x", known, lambda some: some[:12], everything(rule))
    ]
    missed = [o for o in outcomes if o.missed]
    assert len(missed) > 3 and all(o.text for o in missed)
    assert all(o.passed for o in outcomes if o.truth == "false")


def test_a_lost_assumption_is_noticed(known):
    """A combination that holds on uU = Γ⁻¹ only, by an inference that forgets what its premises assume."""
    theorem = a(known, "combine", lambda t: len(t.assumptions) == 1 and str(t.statement).endswith("= 0") and t.axioms)
    forgetful = lambda goal, *rest: SimpleNamespace(statement=goal, assumptions=frozenset())  # noqa: E731
    attacks = list(lost_premises(theorem, known))
    assert attacks and all(one.kind == "dropped assumption" for one in attacks)
    outcomes = attack(theorem, "x", known, inferences={**INFERENCES, "combine": forgetful})
    assert any(o.missed for o in outcomes)
    assert not any(o.missed for o in attack(theorem, "x", known))


def test_the_kernel_refuses_them(known):
    for rule in ("identity", "expectation", "combine", "nonnegative", "positive", "vanishes", "either"):
        theorem = a(known, rule)
        assert list(changed_goals(theorem)) and not any(
            o.missed for o in attack(theorem, "x", known, lambda some: some[::7])
        )


def test_search_that_believes_everything_is_noticed(known):
    theorem = a(lines(known), "identity")
    credulous = lambda goal: (goal, frozenset())  # noqa: E731
    some = lambda items: items[:10]  # noqa: E731
    assert not any(o.missed for o in search(theorem, "x", some))
    outcomes = search(theorem, "x", some, more=[credulous])
    assert any(o.missed for o in outcomes) and all(o.passed for o in outcomes)


def always(verdict):
    return lambda chapter, by, **options: [Verdict(chapter.id, by[0], verdict, "")]


def test_a_judge_that_always_passes_scores_nothing():
    some = changes(derive("loss"), "value")
    row = tally("exact", judged(some, "exact", always("pass")))
    assert row.false > 60 and row.caught == 0 and row.missed == row.false and row.true_passed == row.true > 0
    row = tally("exact", judged(some, "exact", always("fail")))
    assert row.missed == 0 and row.caught == row.false and row.true_passed == 0 < row.true
    row = tally("exact", judged(some, "exact", always("skipped")))
    assert row.missed == 0 and row.true_passed == 0


def test_the_exact_judge_catches_them():
    row = tally("exact", judged(changes(derive("loss"), "value"), "exact"))
    assert row.missed == 0 and row.false > 60 and row.true_passed == row.true > 0


def test_directions_of_descent_that_fail_far_out_are_caught():
    """Found by this harness: the judge had looked at saddles near the origin only."""
    some = [c for c in changes(derive("stationary"), "descent:U") if c.kind in ("order", "dropped factor")]
    outcomes = judged(some, "exact")
    assert any(o.truth == "false" for o in outcomes) and not any(o.missed for o in outcomes)


def test_what_a_judge_looks_at_is_seen():
    assert looked_at(derive("optimum"), "monte carlo") == ["u", "U", "loss"]
    assert looked_at(derive("gradient"), "monte carlo") == []
    assert looked_at(derive("loss"), "a judge to come") == []


def test_a_report_tells_who_must_not_be_wrong():
    missed = [Outcome(judge, "loss", "sign", "false", True, "…") for judge in ("kernel", "exact", "monte carlo")]
    assert not Report(tuple(missed[:1]), (), ()).ok and not Report(tuple(missed[1:2]), (), ()).ok
    assert Report(tuple(missed[2:]), (), ()).ok
    assert not Report((Outcome(scoring.ORIGINALS, "loss", "chain", "false", True, "…"),), (), ()).ok


def test_wilson():
    """10 of 100: the textbook interval, e.g. Brown, Cai, DasGupta, Statistical Science 16 (2001) 101."""
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 10)[0] == pytest.approx(0)


def test_power_and_alarms_are_the_verdicts_of_the_judge():
    chapter, level = derive("loss"), 1e-3
    for seed in range(4):
        seen = cases(chapter, seed, 20_000)
        value = chapter.formulas["value"]
        for error in (0, Rational(1, 25), Rational(-2, 25)):
            wrong = replace(chapter, formulas={"value": (1 + error) * value})
            verdict = suite.judge(wrong, seed=seed, samples=20_000, by=("monte carlo",))[0].verdict
            assert (verdict == "fail") == rejects(seen, level, float(error))


def test_power_grows_with_error_and_samples():
    few, many = (power(derive("loss"), samples, range(6), 1e-3) for samples in (20_000, 200_000))
    assert [p.rejected for p in few] == sorted((p.rejected for p in few), reverse=True)
    assert sum(p.rejected for p in many) > sum(p.rejected for p in few) and few[0].rejected == 6


def test_more_alarms_than_promised_are_seen():
    verdicts = [Alarms("loss", 20_000, 0.01, count, 10_000).verdict for count in (60, 100, 160)]
    assert verdicts == ["less than promised", "as promised", "more than promised"]
    assert [row.runs for row in alarms(derive("loss"), 20_000, range(3))] == [3, 3, 3]
