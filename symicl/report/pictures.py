"""The graph of what uses what as SVG and as TikZ: solid where a proof uses a result, dashed where one only builds
on it."""

from __future__ import annotations

from markupsafe import Markup, escape

from .escape import Tex, escape_tex
from .graph import Graph
from .layered import LINE, PAD, WIDTH, Box, Drawing, draw

#: pixels to the em of an SVG
SCALE = 13.0


def svg(graph: Graph, title: str) -> Markup:
    """The graph as an SVG element whose boxes are links to the ids of the page; colours are those of the text."""
    drawing = draw(graph)
    wide, high = (drawing.width + 1) * SCALE, (drawing.height + 1) * SCALE
    parts = [
        Markup(
            '<svg class="graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}" '
            'height="{:.0f}" role="img" aria-label="{}">'
        ).format(wide, high, wide, high, title),
        Markup(
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>'
        ),
    ]
    parts += [_path_svg(points, edge.proved) for edge, points in drawing.paths]
    parts += [_box_svg(box) for box in drawing.boxes]
    return Markup("\n").join([*parts, Markup("</svg>")])


def _at(value: float) -> str:
    return f"{(value + 0.5) * SCALE:.1f}"


def _path_svg(points: tuple[tuple[float, float], ...], proved: bool) -> Markup:
    (x, y), *rest = points
    path = [f"M{_at(x)} {_at(y)}"]
    for u, v in rest:
        half = (y + v) / 2
        path.append(f"C{_at(x)} {_at(half)} {_at(u)} {_at(half)} {_at(u)} {_at(v)}")
        x, y = u, v
    dashes = Markup("") if proved else Markup(' stroke-dasharray="4 3"')
    return Markup('<path class="edge" d="{}" fill="none" stroke="currentColor"{} marker-end="url(#arrow)"/>').format(
        " ".join(path), dashes
    )


def _box_svg(box: Box) -> Markup:
    left, top = box.x - WIDTH / 2, box.y - box.height / 2
    out = Markup('<a href="#{}"><rect x="{}" y="{}" width="{:.1f}" height="{:.1f}" rx="4" {}/>').format(
        box.vertex.id, _at(left), _at(top), WIDTH * SCALE, box.height * SCALE,
        Markup('fill="Canvas" stroke="currentColor"'),
    )  # fmt: skip
    for i, line in enumerate(box.lines):
        weight = Markup(' font-weight="bold"') if i == 0 else Markup("")
        out += Markup(
            '<text x="{}" y="{}" text-anchor="middle" font-size="{:.1f}" fill="currentColor"{}>{}</text>'
        ).format(_at(box.x), _at(top + PAD / 2 + (i + 0.78) * LINE), 0.9 * SCALE, weight, escape(line))
    return out + Markup("</a>")


def tikz(graph: Graph, cjk: bool = False) -> Tex:
    """The graph as a TikZ picture."""
    drawing = draw(graph)
    lines = [r"\footnotesize", r"\begin{tikzpicture}[x=1em,y=-1em,>=Stealth]"]
    lines += [_box_tikz(box, i, cjk) for i, box in enumerate(drawing.boxes)]
    lines += _paths_tikz(drawing)
    return Tex("{" + "\n".join([*lines, r"\end{tikzpicture}"]) + "\n}")


def _box_tikz(box: Box, number: int, cjk: bool) -> str:
    first, *rest = (escape_tex(line, cjk) for line in box.lines)
    words = r"\\".join([rf"\textbf{{{first}}}", *rest])
    style = (
        f"draw,rounded corners=2pt,align=center,inner sep=0pt,minimum width={WIDTH}em,minimum height={box.height:.2f}em"
    )
    return rf"\node[{style}] (n{number}) at ({box.x:.2f},{box.y:.2f}) {{{words}}};"


def _paths_tikz(drawing: Drawing) -> list[str]:
    out = []
    for edge, points in drawing.paths:
        (x, y), *rest = points
        path = [f"({x:.2f},{y:.2f})"]
        for u, v in rest:
            half = (y + v) / 2
            path.append(f".. controls ({x:.2f},{half:.2f}) and ({u:.2f},{half:.2f}) .. ({u:.2f},{v:.2f})")
            x, y = u, v
        style = "->" if edge.proved else "->,dashed"
        out.append(rf"\draw[{style}] {' '.join(path)};")
    return out
