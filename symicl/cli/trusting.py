"""``trust``: the judges judged, in tables or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..trust.outcome import Outcome
from ..trust.scoring import ORIGINALS, QUICK, SEED, WHOLE, Report, run
from ..workers import processors
from .shell import progress, table

#: How many mutants are written out where a table has them only as a number.
SHOWN = 10


def judge_the_judges(quick: bool, seed: int | None, jobs: int | None) -> Report:
    """Run the whole, or a small sample of it."""
    jobs = processors() if jobs is None else jobs
    try:
        return run(
            QUICK if quick else WHOLE,
            seed=SEED if seed is None else seed,
            jobs=jobs if jobs > 1 else 0,
            progress=lambda message: progress(f"judging {message}"),
        )
    finally:
        progress("")


def told(report: Report) -> str:
    """The tables, one under the other."""
    return "\n\n".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    yield _scores(report)
    yield _unchanged(report)
    yield _still_true(report)
    if report.missed:
        yield "Let through, though false\n" + "\n".join(f"  {_line(o)}" for o in report.missed[:SHOWN])
    if report.powers:
        yield _powers(report)
    if report.alarms:
        yield _alarms(report)


def _scores(report: Report) -> str:
    head = ("judge", "mutants", "false", "caught", "missed", "true", "of them accepted", "undecided")
    rows = [
        (t.judge, *map(str, (t.mutants, t.false, t.caught, t.missed, t.true, t.true_passed, t.undecided)))
        for t in report.tallies()
    ]
    return table([head, *rows])


def _unchanged(report: Report) -> str:
    seen = Counter(o.truth for o in report.outcomes if o.judge == ORIGINALS)
    return (
        f"Theorems as they are, at exact points: {seen['true']} equations hold at all, "
        f"{seen['undecided']} other statements are refuted at none, {seen['false']} are refuted."
    )


def _still_true(report: Report) -> str:
    """The true mutants by kind; a reader finds them all in the JSON."""
    judges = [t.judge for t in report.tallies()]
    counts = Counter((o.kind, o.judge) for o in report.outcomes if o.truth == "true" and o.judge != ORIGINALS)
    kinds = sorted({kind for kind, _ in counts})
    rows = [(kind, *(str(counts[kind, judge] or "") for judge in judges)) for kind in kinds]
    return "Still true\n" + table([("change", *judges), *rows])


def _line(outcome: Outcome) -> str:
    return f"{outcome.judge}, {outcome.subject}, {outcome.kind}: {outcome.text}"


def _powers(report: Report) -> str:
    """The share of wrong values that the Monte Carlo judge rejects."""
    errors = sorted({p.error for p in report.powers}, reverse=True)
    shares = {(p.subject, p.samples, p.error): f"{100 * p.rejected / p.runs:.0f} %" for p in report.powers}
    settings = dict.fromkeys((p.subject, p.samples) for p in report.powers)
    rows = [(id, str(samples), *(shares[id, samples, error] for error in errors)) for id, samples in settings]
    title = f"Power of the Monte Carlo judge: how many of {report.powers[0].runs} runs reject a value so far off"
    return f"{title}\n" + table([("id", "prompts", *(f"{100 * error:g} %" for error in errors)), *rows])


def _alarms(report: Report) -> str:
    """How often it rejects a true value."""
    rows = []
    for a in report.alarms:
        low, high = (f"{100 * end:.2f}" for end in a.interval)
        rows.append((a.subject, f"{100 * a.level:g} %", f"{100 * a.rate:.2f} %", f"{low} … {high} %", a.verdict))
    runs, samples = report.alarms[0].runs, report.alarms[0].samples
    title = f"False alarms of the Monte Carlo judge, over {runs} seeds with {samples} prompts each"
    return f"{title}\n" + table([("id", "promised", "measured", "95 % interval", ""), *rows])


def as_json(report: Report) -> dict[str, Any]:
    """Everything, with each mutant that is true, undecided or let through."""
    return {
        "ok": report.ok,
        "judges": [asdict(t) | {"caught": t.caught, "undecided": t.undecided} for t in report.tallies()],
        "unchanged": dict(Counter(o.truth for o in report.outcomes if o.judge == ORIGINALS)),
        "mutants": [asdict(o) for o in report.outcomes if o.text],
        "power": [asdict(p) for p in report.powers],
        "false_alarms": [asdict(a) | {"interval": a.interval, "verdict": a.verdict} for a in report.alarms],
    }
