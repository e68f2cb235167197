"""A graph drawn in layers: every arrow points down, edges cross as seldom as a few sweeps can make them.

After K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system structures, IEEE
Transactions on Systems, Man, and Cybernetics 11 (1981) 109.  Lengths are in em; y grows downwards.
"""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from .graph import Edge, Graph, Vertex
from .measure import CHINESE

WIDTH, LINE, PAD, BETWEEN, BELOW, BEND = 9.6, 1.1, 0.7, 0.9, 1.7, 0.3
#: how many letters a line of a box holds, and how often the layers are swept
LETTERS, SWEEPS = 18, 12


@dataclass(frozen=True)
class Box:
    """A vertex on paper: its middle, its height, and its words line by line."""

    vertex: Vertex
    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes, and for each edge the points that it runs through, all in ``width`` × ``height``."""

    boxes: tuple[Box, ...]
    paths: tuple[tuple[Edge, tuple[tuple[float, float], ...]], ...]
    width: float
    height: float


def draw(graph: Graph) -> Drawing:
    """The graph in layers.  The same graph gives the same drawing."""
    layer = _layers(graph)
    rows, below, chains = _rows(graph, layer)
    _untangle(rows, below)
    x = _places(rows, below)
    lines = {v.id: (v.number, *wrapped(v.title)[:4]) for v in graph.vertices}
    heights = [max((_height(lines[name]) for name in row if name in lines), default=LINE) for row in rows]
    y = [sum(heights[:i]) + i * BELOW + height / 2 for i, height in enumerate(heights)]
    boxes = {v.id: Box(v, x[v.id], y[layer[v.id]], _height(lines[v.id]), lines[v.id]) for v in graph.vertices}
    # past a box an edge runs straight down; it bends in the blank between two layers
    at = {
        name: ((x[name], y[i] - heights[i] / 2), (x[name], y[i] + heights[i] / 2))
        for i, row in enumerate(rows)
        for name in row
    }
    paths = []
    for edge, chain in chains.items():
        top, end = boxes[edge.source], boxes[edge.target]
        inner = [point for name in chain[1:-1] for point in at[name]]
        points = ((top.x, top.y + top.height / 2), *inner, (end.x, end.y - end.height / 2))
        paths.append((edge, points))
    return Drawing(
        tuple(boxes.values()),
        tuple(paths),
        max(place + _wide(name) / 2 for name, place in x.items()),
        y[-1] + heights[-1] / 2,
    )


def wrapped(title: str) -> list[str]:
    """A title in lines that a box holds; one in Chinese, which has no blanks, in lines of about the same length.

    >>> wrapped("Moments of the empirical covariance"), wrapped("单层线性注意力的预测，")
    (['Moments of the', 'empirical', 'covariance'], ['单层线性注意', '力的预测，'])
    """
    if not any(char > CHINESE for char in title):
        return textwrap.wrap(title, LETTERS)
    sizes = [2 if char > CHINESE else 1 for char in title]
    room = 2 * math.ceil(sum(sizes) / math.ceil(sum(sizes) / (LETTERS - 2)) / 2)
    lines, used = [""], 0
    for char, size in zip(title, sizes, strict=True):
        if used + size > room and char not in "，、。：；）":
            lines, used = [*lines, ""], 0
        lines[-1], used = lines[-1] + char, used + size
    return [line.strip() for line in lines]


def _height(lines: Iterable[str]) -> float:
    return LINE * len(list(lines)) + PAD


def _layers(graph: Graph) -> dict[str, int]:
    """Every vertex one layer below the lowest of those that it uses."""
    before: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        before[edge.target].append(edge.source)
    layer: dict[str, int] = {}
    for name in graph.order():
        layer[name] = max((layer[other] + 1 for other in before[name]), default=0)
    return layer


def _rows(
    graph: Graph, layer: Mapping[str, int]
) -> tuple[list[list[str]], dict[str, list[str]], dict[Edge, list[str]]]:
    """The layers with a bend for each edge that crosses one, what each name is tied to below, and each edge's chain."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for vertex in graph.vertices:
        rows[layer[vertex.id]].append(vertex.id)
    below: dict[str, list[str]] = defaultdict(list)
    chains: dict[Edge, list[str]] = {}
    for number, edge in enumerate(graph.edges):
        bends = [f"bend {number} {i}" for i in range(layer[edge.source] + 1, layer[edge.target])]
        for i, bend in enumerate(bends, layer[edge.source] + 1):
            rows[i].append(bend)
        chain = chains[edge] = [edge.source, *bends, edge.target]
        for upper, lower in pairwise(chain):
            below[upper].append(lower)
    return rows, below, chains


def _above(below: Mapping[str, list[str]]) -> dict[str, list[str]]:
    above: dict[str, list[str]] = defaultdict(list)
    for upper, lowers in below.items():
        for lower in lowers:
            above[lower].append(upper)
    return above


def _untangle(rows: list[list[str]], below: Mapping[str, list[str]]) -> None:
    """Order each layer by the mean place of its neighbours, down and up in turn; the best order found is kept."""
    above = _above(below)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        ties = above if downwards else below
        for i in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
            place = {name: j for j, name in enumerate(rows[i - 1 if downwards else i + 1])}
            here = {name: j for j, name in enumerate(rows[i])}
            rows[i].sort(key=lambda name: (_mean([place[n] for n in ties.get(name, ())], here[name]), here[name]))
        count = _crossings(rows, below)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    rows[:] = best


def _mean(values: list[int], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(rows: list[list[str]], below: Mapping[str, list[str]]) -> int:
    """How many pairs of edges cross between neighbouring layers."""
    count = 0
    for upper, lower in pairwise(rows):
        place = {name: j for j, name in enumerate(lower)}
        ends = [sorted(place[n] for n in below.get(name, ())) for name in upper]
        flat = [(i, end) for i, found in enumerate(ends) for end in found]
        count += sum(a < c and b > d for a, b in flat for c, d in flat)
    return count


def _places(rows: list[list[str]], below: Mapping[str, list[str]]) -> dict[str, float]:
    """Middles: each name below the mean of its neighbours as far as those beside it leave room.

    Where an edge only passes, it is to run straight: its bends pull at each other more than at the boxes.
    """
    above = _above(below)
    x = {name: j * (WIDTH + BETWEEN) for row in rows for j, name in enumerate(row)}
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = {}
            for name in row:
                ties = [(_pull(name, n), x[n]) for n in (*above.get(name, ()), *below.get(name, ()))]
                total = sum(pull for pull, _ in ties)
                wanted[name] = sum(pull * place for pull, place in ties) / total if ties else x[name]
            x |= _spread(row, wanted)
    left = min(place - _wide(name) / 2 for name, place in x.items())
    return {name: place - left for name, place in x.items()}


def _pull(one: str, other: str) -> float:
    return {0: 1.0, 1: 2.0, 2: 8.0}[one.startswith("bend ") + other.startswith("bend ")]


def _spread(row: list[str], wanted: Mapping[str, float]) -> dict[str, float]:
    """Middles in the given order and not too near, so that groups that push each other stay around what they want."""
    groups: list[tuple[list[str], float]] = []  # names, and where the first one's left edge is
    for name in row:
        names, start = [name], wanted[name] - _wide(name) / 2
        while groups and groups[-1][1] + _length(groups[-1][0]) > start:
            before, there = groups.pop()
            share = len(before) + len(names)
            start = (there * len(before) + (start - _length(before)) * len(names)) / share
            names = before + names
        groups.append((names, start))
    out = {}
    for names, start in groups:
        for name in names:
            out[name] = start + _wide(name) / 2
            start += _wide(name) + BETWEEN
    return out


def _wide(name: str) -> float:
    return BEND if name.startswith("bend ") else WIDTH


def _length(names: list[str]) -> float:
    return sum(_wide(name) + BETWEEN for name in names)
