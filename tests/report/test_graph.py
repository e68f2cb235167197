"""The graph of what uses what agrees with the proof records, and is drawn without a box on another."""

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symicl.derivations import BOOK, CATALOGUE, reading

from symicl.records.writing import Named, record
from symicl.report import graph, layered, pictures
from symicl.report.graph import Edge, Graph, Vertex
from symicl.report.messages import messages
from symicl.report.outline import Outline


@pytest.fixture(scope="module")
def outline():
    return Outline(reading("rates"))


def steps_of(argument):
    """The numbers of the steps in an argument of a record."""
    if argument[0] == "step":
        yield argument[1]
    if argument[0] == "list":
        for inner in argument[1:]:
            yield from steps_of(inner)


def used_according_to_the_record(outline):
    """The same from the JSON alone: down from the steps of a result to the first steps that state another one."""
    named = [
        Named(c.chapter.id, r.result.key, r.result.title, (r.result.theorem, *r.result.also), r.result.lines)
        for c in outline.chapters
        for r in c.results
    ]
    content = json.loads(record(named, id="it", title="", source="", version=""))
    steps = content["steps"]
    said = lambda number: json.dumps([steps[number]["proves"], sorted(steps[number]["given"])])  # noqa: E731
    owners = {}
    for result in content["results"]:
        for number in result["states"]:
            owners.setdefault(said(number), (result["chapter"], result["key"]))
    found = {}
    for result in content["results"]:
        mine, todo, seen = (result["chapter"], result["key"]), [*result["states"], *result["lines"]], set()
        used = found[mine] = set()
        while todo:
            number = todo.pop()
            owner = owners.get(said(number), mine)
            if owner != mine:
                used.add(owner)
            elif number not in seen:
                seen.add(number)
                todo += [n for argument in steps[number]["from"] for n in steps_of(argument)]
    return found


def test_the_arrows_are_those_of_the_record(outline):
    names = {r.anchor.label: (c.chapter.id, r.result.key) for c in outline.chapters for r in c.results}
    drawn = {names[label]: {names[r.anchor.label] for r in used} for label, used in graph.uses(outline).items()}
    assert drawn == used_according_to_the_record(outline)
    assert ("prediction", "reduced") in drawn["loss", "loss"] and drawn["moments", "second"] == set()


def test_both_directions_agree(outline):
    there, back = graph.uses(outline), graph.used_in(outline)
    assert {(a, b.anchor.label) for a, used in there.items() for b in used} == {
        (b.anchor.label, a) for a, users in back.items() for b in users
    }


def test_a_chapter_that_is_reached_by_way_of_others_has_no_dashed_arrow(outline):
    drawn = graph.chapters(outline)
    ties = {(edge.source, edge.target) for edge in drawn.edges}
    for edge in drawn.edges:
        below, todo = set(), [b for a, b in ties if a == edge.source and b != edge.target]
        while todo:
            below.add(here := todo.pop())
            todo += [b for a, b in ties if a == here and b not in below]
        assert edge.proved or edge.target not in below
    assert any(edge.proved for edge in drawn.edges) and drawn.order()[0] == drawn.vertices[0].id


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 12))
    names = [f"v{i}" for i in range(size)]
    pairs = list(combinations(names, 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    titles = draw(st.lists(st.text(max_size=60), min_size=size, max_size=size))
    vertices = tuple(Vertex(name, name[1:], title) for name, title in zip(names, titles, strict=True))
    return Graph(vertices, tuple(Edge(a, b, draw(st.booleans())) for a, b in edges))


@given(graphs())
def test_every_arrow_points_down_and_no_box_lies_on_another(drawn):
    drawing = layered.draw(drawn)
    assert drawing == layered.draw(drawn)
    boxes = {box.vertex.id: box for box in drawing.boxes}
    for one, other in combinations(drawing.boxes, 2):
        apart = abs(one.x - other.x) >= layered.WIDTH - 1e-9
        assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2
    for edge, points in drawing.paths:
        ys = [y for _, y in points]
        assert ys == sorted(ys) and boxes[edge.source].y < boxes[edge.target].y
    for box in drawing.boxes:
        assert layered.WIDTH / 2 - 1e-9 <= box.x <= drawing.width and 0 <= box.y <= drawing.height


@given(graphs())
def test_both_pictures_have_every_box_and_every_arrow_and_escape_their_words(drawn):
    svg, tikz = str(pictures.svg(drawn, "<what & why>")), str(pictures.tikz(drawn))
    assert svg.count("<rect") == tikz.count(r"\node[") == len(drawn.vertices)
    assert svg.count('class="edge"') == tikz.count(r"\draw[->") == len(drawn.edges)
    assert svg.count("stroke-dasharray") == tikz.count("dashed") == sum(not edge.proved for edge in drawn.edges)
    assert "<what" not in svg and svg.count("<") == svg.count(">")


@pytest.mark.parametrize("row", [*CATALOGUE, BOOK], ids=lambda row: row.id)
def test_titles_fit_into_their_boxes(row):
    for lang, em in (("en", 0.5), ("zh", 1.0)):
        title = messages(lang).prose(row.title)
        lines = layered.wrapped(title)
        assert "".join(lines).replace(" ", "") == title.replace(" ", "")
        assert max(map(len, lines)) * em * 0.9 <= layered.WIDTH and len(lines) <= 4
        assert not any(line.startswith(("，", "、")) for line in lines)
