"""Proof records: what is written is made again, what was changed is refused at its step."""

import copy
import json

import pytest
from symicl.derivations import CATALOGUE, derive

from symicl import Eq, ProofError, dimension, matrix, tr
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import INFERENCES
from symicl.records.limits import RecordError
from symicl.records.reading import load, parse
from symicl.records.replay import Refused, Replayer, verify
from symicl.records.writing import Named, checksum, layout, record


def written(id):
    chapter = derive(id)
    named = [Named(id, r.key, r.title, (r.theorem, *r.also), r.lines) for r in chapter.results]
    return record(named, id=id, title=chapter.title, source=chapter.source, version="0")


def mended(content):
    """The text of a changed record with its checksum made right again."""
    return layout(content | {"sha256": checksum(content)})


class Tampered:
    """A record of which one step is changed; the steps before it are made once and kept."""

    def __init__(self, content):
        self.content = content
        self.replayer = Replayer(parse(mended(content)))
        for k, row in enumerate(content["steps"]):
            self.replayer.steps.append(self.replayer.step(k, row))
        self.made = self.replayer.steps

    def verdict(self, k, **changes):
        """What is said of step k with some of its fields changed: "refused", "unreadable", or None where it holds."""
        self.replayer.steps = self.made[:k]
        try:
            self.replayer.step(k, self.content["steps"][k] | changes)
        except Refused as error:
            assert str(error).startswith(f"step {k} ")
            return "refused"
        except RecordError:
            return "unreadable"
        return None


@pytest.fixture(scope="module")
def optimum():
    return json.loads(written("optimum"))


@pytest.fixture(scope="module")
def tampered(optimum):
    return Tampered(optimum)


@pytest.mark.parametrize("id", [row.id for row in CATALOGUE])
def test_every_result_is_made_again(id):
    chapter = derive(id)
    found = verify(parse(written(id)))
    assert [(key, [t.statement for t in theorems]) for _, key, _, theorems in found.results] == [
        (r.key, list(r.statements)) for r in chapter.results
    ]
    for (*_, again), result in zip(found.results, chapter.results, strict=True):
        for one, other in zip(again, (result.theorem, *result.also), strict=True):
            assert (one.assumptions, one.axioms, one.rule) == (other.assumptions, other.axioms, other.rule)


def test_the_same_theorems_give_the_same_text():
    assert written("stationary") == written("stationary")


def test_every_inference_is_reached_by_name():
    public = {name for name, thing in vars(kernel).items() if getattr(thing, "__wrapped__", None) is not None}
    assert public == set(INFERENCES)


def test_a_changed_conclusion_is_refused_at_its_step(optimum, tampered):
    for k, step in enumerate(optimum["steps"]):
        others = {(step["proves"] + more) % len(optimum["statements"]) for more in (1, 2, 7)}
        assert {tampered.verdict(k, proves=other) for other in others} == {"refused"}


def test_changed_assumptions_are_refused_at_their_step(optimum, tampered):
    for k, step in enumerate(optimum["steps"]):
        more = next(i for i in range(len(optimum["statements"])) if i not in step["given"])
        assert tampered.verdict(k, given=[*step["given"], more]) == "refused"
        if step["given"]:
            assert tampered.verdict(k, given=step["given"][1:]) == "refused"


def test_changed_axioms_are_refused_at_their_step(optimum, tampered):
    for k, step in enumerate(optimum["steps"]):
        assert tampered.verdict(k, axioms=step["axioms"][:-1]) == "refused"
        assert tampered.verdict(k, axioms=[*step["axioms"], "wishful thinking"]) == "refused"


def test_another_inference_is_refused_at_its_step(optimum, tampered):
    """But for inferences that prove the same of the same: all that decide by a normal form, all that join."""
    deciding = {"identity", "expectation", "blocks", "derivative", "combine"}
    for k, step in enumerate(optimum["steps"]):
        for rule in INFERENCES:
            if rule != step["by"] and tampered.verdict(k, by=rule) is None:
                assert {rule, step["by"]} <= deciding or {rule, step["by"]} == {"chain", "descend"}, step


def replaced(argument, statements, nodes, before):
    """The argument with one reference changed, in every place."""
    kind, *rest = argument
    if kind == "list":
        for i, inner in enumerate(rest):
            for other in replaced(inner, statements, nodes, before):
                yield ["list", *rest[:i], other, *rest[i + 1 :]]
        for i in range(len(rest)):
            yield ["list", *rest[:i], *rest[i + 1 :]]
    else:
        size = {"step": before, "statement": statements, "node": nodes}.get(kind)
        yield [kind, (rest[0] + 1) % size if size else (rest[0] + 1 if kind == "number" else "x")]


def test_other_arguments_prove_something_else_or_nothing(optimum, tampered):
    """Whatever a step is made of instead, it fails; or it proves what is written all the same, which is rare."""
    found = []
    for k, step in enumerate(optimum["steps"]):
        for i, argument in enumerate(step["from"]):
            for other in replaced(argument, len(optimum["statements"]), len(optimum["nodes"]), k or 1):
                arguments = [*step["from"][:i], other, *step["from"][i + 1 :]]
                if arguments != step["from"]:
                    found.append(tampered.verdict(k, **{"from": arguments}))
    assert len(found) > 200 and found.count(None) < len(found) / 20


def test_a_record_that_was_changed_by_hand_is_refused(optimum):
    changed = copy.deepcopy(optimum)
    changed["title"] = "Another title"
    with pytest.raises(Refused, match="checksum"):
        verify(parse(layout(changed)))
    changed["steps"][3]["proves"] = 0
    with pytest.raises(Refused, match="step 3"):
        verify(parse(layout(changed)))


def test_a_false_theorem_cannot_be_written_in(optimum):
    """The numbers of the record's expressions changed, one after the other."""
    for i, row in enumerate(optimum["nodes"]):
        if row[0] == "Number":
            changed = copy.deepcopy(optimum)
            changed["nodes"][i] = ["Number", "7" if row[1] != "7" else "5"]
            with pytest.raises((Refused, RecordError)):
                verify(parse(mended(changed)))


def test_results_must_name_steps():
    d = dimension("d")
    theorem = kernel.identity(Eq(tr(matrix("A", d)), tr(matrix("A", d).T)))
    content = json.loads(record([Named("mine", "t", "T", [theorem])], id="mine", title="", source="", version=""))
    for states in ([], [1], [-1], ["0"], [0.0]):
        changed = copy.deepcopy(content)
        changed["results"][0]["states"] = states
        with pytest.raises(RecordError):
            verify(parse(mended(changed)))


def test_a_file_that_is_no_record(tmp_path):
    for content in ("", "{", "[]", '{"format": "symicl-proof"}', '{"format": "symicl-proof", "version": 2}', "\x00"):
        path = tmp_path / "x.json"
        path.write_text(content)
        with pytest.raises(RecordError, match=r"x\.json"):
            load(path)
    with pytest.raises(RecordError, match="cannot be read"):
        load(tmp_path)
    assert issubclass(Refused, ProofError)
