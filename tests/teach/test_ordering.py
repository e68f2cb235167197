"""The proof in pieces: exactly the orders that respect the graph are right."""

from graphlib import TopologicalSorter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symicl.derivations import CATALOGUE

from symicl import UserError, derive
from symicl.language.printing import text
from symicl.proof.chapter import Definition
from symicl.teach import check_order, puzzle_of

IDS = [row.id for row in CATALOGUE if row.id != "gradient"]


def drawn(puzzle, rng):
    """A random order that respects the graph."""
    sorter = TopologicalSorter({piece.key: piece.uses for piece in puzzle.pieces})
    sorter.prepare()
    names = {piece.key: piece.name for piece in puzzle.pieces}
    order, ready = [], []
    while sorter.is_active():
        ready += sorter.get_ready()
        done = ready.pop(rng.randrange(len(ready)))
        order.append(names[done])
        sorter.done(done)
    return order


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(IDS), st.integers(0, 1000))
def test_every_order_that_respects_the_graph_is_right(id, seed):
    puzzle = puzzle_of(derive(id), seed)
    order = drawn(puzzle, Random(seed))
    assert check_order(id, " ".join(order), seed=seed).right
    assert check_order(id, ", ".join(puzzle.solution()), seed=seed).right


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(IDS), st.integers(0, 1000))
def test_an_order_that_breaks_one_arrow_is_wrong(id, seed):
    rng = Random(seed)
    puzzle = puzzle_of(derive(id), seed)
    order = drawn(puzzle, rng)
    piece = rng.choice([p for p in puzzle.pieces if p.uses])
    used = rng.choice(sorted(piece.uses))
    late = next(p.name for p in puzzle.pieces if p.key == used)
    order.remove(piece.name)
    order.insert(order.index(late), piece.name)
    reply = check_order(id, "".join(order), seed=seed)
    assert reply.verdict == "wrong" and reply.message.startswith("Not yet: ")


@pytest.mark.parametrize("id", IDS)
def test_the_order_of_the_text_is_right_and_what_is_shown_is_not(id):
    puzzle = puzzle_of(derive(id), 0)
    names = {piece.key: piece.name for piece in puzzle.pieces}
    chapter = derive(id)
    reading = []
    for part in chapter.parts:
        if isinstance(part, Definition):
            reading.append(part.letter.name)
        else:
            count = sum(len(c.steps) for c in part.calculations)
            reading += [f"{part.key}.{number}" for number in range(1, count + 1)]
    assert puzzle.offence([names[key] for key in reading if key in names]) is None
    assert puzzle.offence([piece.name for piece in puzzle.pieces]) is not None


def test_a_cited_result_comes_before_what_cites_it():
    puzzle = puzzle_of(derive("optimum"), 0)
    uses = {piece.key: piece.uses for piece in puzzle.pieces}
    assert {"square.3", "L_star"} <= uses["minimum.1"] and "minimum.1" not in uses["square.3"]


def test_pieces_differ():
    for id in IDS:
        puzzle = puzzle_of(derive(id), 0)
        steps = [p.what for p in puzzle.pieces if not isinstance(p.what, Definition)]
        looks = [(text(s.line), str(s.step.reason)) for s in steps]
        assert len(set(looks)) == len(looks) and len(puzzle.pieces) <= 26


@pytest.mark.parametrize("order", ["A A B", "A B", "A B C D E F Z", "1 2 3", "A; drop"])
def test_what_is_no_order_is_said_to_be_none(order):
    reply = check_order("moments", order, seed=1)
    assert reply.verdict == "unread" and "A B C D E" in reply.message


def test_nothing_is_not_answered_yet():
    assert check_order("moments", "", seed=1).verdict == check_order("moments", None, seed=1).verdict == "open"


def test_independent_steps_are_no_puzzle():
    with pytest.raises(UserError, match="any order"):
        puzzle_of(derive("gradient"))
