"""What uses what: read off the theorems' own records, in which every theorem holds the ones that it was made of.

A result *uses* another where a theorem with that result's statement is among what its theorems were made of.  A chapter
*builds on* another where it says so: it takes over definitions and formulas, and proves what it needs of them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from .outline import Outline, ResultEntry


@dataclass(frozen=True)
class Vertex:
    """A chapter or a result: its id in the HTML page, its number and its title."""

    id: str
    number: str
    title: str


@dataclass(frozen=True)
class Edge:
    """``target`` uses ``source``; not ``proved`` where it only builds on it."""

    source: str
    target: str
    proved: bool = True


@dataclass(frozen=True)
class Graph:
    """Vertices in reading order, and the edges between them."""

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]

    def order(self) -> list[str]:
        """The vertices so that each stands after what it uses; ``graphlib.CycleError`` where that cannot be."""
        sorter: TopologicalSorter[str] = TopologicalSorter({vertex.id: () for vertex in self.vertices})
        for edge in self.edges:
            sorter.add(edge.target, edge.source)
        return list(sorter.static_order())


def uses(outline: Outline) -> dict[str, list[ResultEntry]]:
    """For the label of each result, the results that its proof uses, in reading order."""
    entries = [entry for chapter in outline.chapters for entry in chapter.results]
    owners: dict[Any, ResultEntry] = {}
    for entry in entries:
        for theorem in (entry.result.theorem, *entry.result.also):
            owners.setdefault(_known_by(theorem), entry)
    return {entry.anchor.label: _used_by(entry, owners, entries) for entry in entries}


def used_in(outline: Outline) -> dict[str, list[ResultEntry]]:
    """For the label of each result, the results whose proofs use it, in reading order."""
    entries = [entry for chapter in outline.chapters for entry in chapter.results]
    found: dict[str, list[ResultEntry]] = {entry.anchor.label: [] for entry in entries}
    used = uses(outline)
    for entry in entries:
        for other in used[entry.anchor.label]:
            found[other.anchor.label].append(entry)
    return found


def _known_by(theorem: Any) -> tuple[Any, Any]:
    return theorem.statement, theorem.assumptions


def _used_by(
    entry: ResultEntry, owners: Mapping[Any, ResultEntry], entries: Sequence[ResultEntry]
) -> list[ResultEntry]:
    """The first results that are met on the way down from the theorems of a result."""
    found, seen, todo = set(), set(), list(entry.result.theorems)
    while todo:
        theorem = todo.pop()
        if id(theorem) in seen:
            continue
        seen.add(id(theorem))
        owner = owners.get(_known_by(theorem), entry)
        if owner is entry:
            todo += theorem.premises
        else:
            found.add(owner.anchor.label)
    return [other for other in entries if other.anchor.label in found]


def chapters(outline: Outline) -> Graph:
    """The graph of the chapters; what a chapter builds on by way of others is left out."""
    home = {entry.anchor.label: chapter.id for chapter in outline.chapters for entry in chapter.results}
    proved = {(home[other.anchor.label], home[label]) for label, used in uses(outline).items() for other in used}
    proved = {(a, b) for a, b in proved if a != b}
    said = {(used.id, chapter.id) for chapter in outline.chapters for used in chapter.uses}
    vertices = tuple(Vertex(c.id, str(c.number), c.chapter.title) for c in outline.chapters)
    place = {vertex.id: i for i, vertex in enumerate(vertices)}
    kept = proved | {edge for edge in said if not _detour(edge, proved | said)}
    edges = sorted(kept, key=lambda edge: (place[edge[1]], place[edge[0]]))
    return Graph(vertices, tuple(Edge(a, b, (a, b) in proved) for a, b in edges))


def results(outline: Outline) -> Graph:
    """The graph of the results, each named by its word and number."""
    used = uses(outline)
    vertices, edges = [], []
    for chapter in outline.chapters:
        for entry in chapter.results:
            vertices.append(Vertex(entry.anchor.id, f"{entry.anchor.word} {entry.anchor.number}", entry.result.title))
            edges += [Edge(other.anchor.id, entry.anchor.id) for other in used[entry.anchor.label]]
    return Graph(tuple(vertices), tuple(edges))


def _detour(edge: tuple[str, str], edges: set[tuple[str, str]]) -> bool:
    """Whether there is a longer way from one end of the edge to the other."""
    start, end = edge
    seen: set[str] = set()
    todo = [b for a, b in edges if a == start and b != end]
    while todo:
        here = todo.pop()
        if here == end:
            return True
        if here not in seen:
            seen.add(here)
            todo += [b for a, b in edges if a == here]
    return False
