"""The page as it is written: what it folds out, its links, its colours; nothing a person wrote becomes part of it."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from symicl.derivations import reading

from symicl import E, Gaussian, Task, derive, dimension, positive_definite, scalar, tr
from symicl.check import Verdict
from symicl.kernel.theorem import INFERENCES
from symicl.language.letters import Defined
from symicl.proof.chapter import Definition, Table, say
from symicl.report import graph
from symicl.report.explorers import DRAWN, START, entries, explorers
from symicl.report.inferences import FORMULAS
from symicl.report.latex import Document
from symicl.report.mathml import mathml
from symicl.report.messages import LANGUAGES, messages
from symicl.report.outline import Outline
from symicl.report.page import web_page
from symicl.report.plots import Line, drawing
from symicl.report.templates import source
from symicl.report.uses import Uses

CASES = ({"d": 2, "N": 5, "formula": 0.5, "mean": 0.52, "half_width": 0.04, "z": -1.0, "limit": 3.7, "samples": 99},)
VERDICTS = [
    Verdict("loss", "exact", "pass", "equal", {}),
    Verdict("loss", "monte carlo", "fail", "too far", {"cases": CASES}),
    Verdict("optimum", "interval", "skipped", "a polynomial", {}),
]
HOSTILE = (
    "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'><!--verdicts of loss--> \u202eabc {x}"
)
SAFE = HOSTILE.replace("{", "{{").replace("}", "}}")


def page(chapters, verdicts=VERDICTS, lang="en", **changes):
    document = Document("optimum", "The optimum", "source", "0.1.0", tuple(chapters), verdicts, lang)
    return web_page(replace(document, **changes))


class Read(HTMLParser):
    """Elements with their attributes, the headings in order, the text of every script."""

    VOID = frozenset(["meta", "br", "img", "input", "link", "hr"])

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def chapters():
    return reading("trained-prediction")


@pytest.fixture(scope="module")
def text(chapters):
    return page(chapters)


def test_elements_close_ids_are_unique_and_links_lead_somewhere(text):
    read = Read(text)
    assert read.open == []
    ids = [given["id"] for _, given in read.elements if "id" in given]
    assert len(set(ids)) == len(ids)
    links = [given["href"] for tag, given in read.elements if tag == "a"]
    assert links and {link[1:] for link in links} <= set(ids) and all(link.startswith("#") for link in links)
    named = [given[key] for _, given in read.elements for key in ("aria-labelledby",) if key in given]
    assert named and set(named) <= set(ids)


def test_headings_are_in_order_and_everything_can_be_reached_by_name(text):
    read = Read(text)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = [tag for tag, _ in read.elements]
    assert {"header", "nav", "main", "section"} <= set(tags) and tags.count("main") == 1
    assert next(given for tag, given in read.elements if tag == "html")["lang"] == "en"
    skip = next(given for tag, given in read.elements if tag == "a")
    assert skip == {"class": "skip", "href": "#main"}
    for tag, given in read.elements:
        assert tag != "svg" or given.get("aria-hidden") == "true" or given["role"] == "img"
        assert (not any(name.startswith("on") for name in given) and "tabindex" not in given) or given[
            "tabindex"
        ] in "0-1"


def test_the_policy_lets_these_scripts_run_and_no_others(text):
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
    scripts = Read(text).scripts
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src {' '.join(hashes)}"
    assert not re.search(r"""(?:src|href|url|action)\s*[=(]\s*["']?\s*(?:https?:|//)""", text)


def test_a_page_without_pictures_has_no_formulas_in_its_script():
    scripts = Read(page(reading("loss"))).scripts
    assert len(scripts) == 2 and "EXPLORERS" not in scripts[1] and "inverse" not in scripts[1]


def test_every_step_folds_out_its_rule_conditions_axioms_and_verdicts(text, chapters):
    steps = [s for c in chapters for r in c.results for k in r.calculations for s in k.steps]
    folds = re.findall('<details class="step".*?</details>', text, re.DOTALL)
    assert len(folds) == len(steps)
    for fold, step in zip(folds, steps, strict=True):
        assert f"<b>{messages().rule(step.rule)}</b>" in fold and '<span class="formula"><math' in fold
        assert all(f'<a href="#axiom-{re.sub("[^A-Za-z0-9]+", "-", name)}">' in fold for name in step.theorem.axioms)
        assert "kernel: proved" in fold and fold.count("is assumed") == len(step.theorem.assumptions)
    averaged = [fold for fold, step in zip(folds, steps, strict=True) if step.rule == "average"]
    assert averaged and all("the mean is over" in fold and "normal with mean zero" in fold for fold in averaged)


def test_verdicts_stand_under_the_steps_of_their_chapter_and_nowhere_else(text):
    loss, optimum = (
        re.search(f'<section id="chapter-{id}".*?</section>', text, re.DOTALL)[0] for id in ("loss", "optimum")
    )
    said = '<span class="chip fail">✗ Monte Carlo <b>fail</b> <i>z</i> = −1.00; '
    said += "furthest off 0.520 ± 0.040 (95 %) beside 0.500"
    assert loss.count(said) == loss.count('<details class="step"') + 1 and said not in optimum
    assert "– interval <b>skipped</b>" in optimum and "<!--verdicts" not in text
    assert "<td>(2, 5)</td><td>0.500</td><td>0.520 ± 0.040</td><td>−1.00</td><td>3.70</td><td>99</td>" in text


def test_verdicts_may_come_only_once(chapters):
    assert page(chapters, iter(VERDICTS)) == page(chapters)


def test_links_lead_both_ways_along_the_graph():
    """What the blackboard says: the minimum rests on the completed square, which rests on the loss."""
    outline = Outline(reading("optimum"))
    uses = Uses(outline)
    at = {(c.chapter.id, r.result.key): r.anchor for c in outline.chapters for r in c.results}
    defined = {
        p.definition.letter.name: p.anchor for c in outline.chapters for p in c.parts if hasattr(p, "definition")
    }
    square, minimum, loss = at["optimum", "square"], at["optimum", "minimum"], at["loss", "loss"]
    assert square in uses.uses[minimum.id] and loss in uses.uses[square.id]
    assert {defined["Gamma"], defined["L_star"]} <= set(uses.uses[minimum.id])
    assert minimum in uses.used_by[square.id] and square in uses.used_by[loss.id]
    assert minimum not in uses.uses[square.id] and loss not in uses.used_by.get(minimum.id, ())
    places = {a.id for a in [*at.values(), *defined.values()]}
    assert len(places & set(uses.uses)) == len(places)
    for place in places:
        for other in uses.uses[place]:
            assert place in {a.id for a in uses.used_by[other.id]}
        for other in uses.used_by.get(place, ()):
            assert place in {a.id for a in uses.uses[other.id]}


def test_results_are_linked_as_the_graph_of_the_proof_says():
    """The graph that is drawn knows statements only; here a proof may also use a line of another one."""
    outline = Outline(reading("book"))
    uses, drawn = Uses(outline), graph.uses(outline)
    entries = [entry for chapter in outline.chapters for entry in chapter.results]
    assert sum(map(len, drawn.values())) > 50
    for entry in entries:
        found, todo = set(), [entry.anchor]
        while todo:
            met = set(uses.uses[todo.pop().id]) - found
            found |= met
            todo += met
        assert {other.anchor for other in drawn[entry.anchor.label]} <= found


def test_the_lines_of_a_proof_use_what_their_theorems_are_made_of():
    outline = Outline(reading("trained-prediction"))
    uses = Uses(outline)
    (first,) = [r for c in outline.chapters for r in c.results if r.result.key == "first-order"]
    (expansion,) = [r for c in outline.chapters for r in c.results if r.result.key == "expansion"]
    for entry in expansion.calculations[0].steps:
        assert uses.uses[entry.anchor.id] == (first.anchor,)
    made_of = {id(t) for t in uses.premises(expansion.calculations[0].steps[0])}
    assert id(first.result.theorem) not in made_of


def test_all_inferences_and_pictures_have_words_in_every_language():
    names = {name for plots in DRAWN.values() for _, _, curves in plots for name in curves}
    keys = {key for plots in DRAWN.values() for key, *_ in plots}
    for lang in LANGUAGES:
        tables = messages(lang).tables
        assert set(tables["inferences"]) == set(FORMULAS) == set(INFERENCES) | {"definition"}
        wanted = {f"about-{id}" for id in DRAWN} | {f"plot-{key}" for key in keys} | {f"curve-{name}" for name in names}
        found = {key for key in tables["plots"] if key.startswith(("about-", "plot-", "curve-"))}
        assert found == wanted
    for name, tex in FORMULAS.items():
        assert mathml(tex, name)


def test_a_limit_is_what_its_curve_tends_to():
    """The dashed lines are formulas of their own: far out, what is not a share of nothing comes to lie on them."""
    far = {**START, "N": 1e9, "M": 1e9}
    tried = 0
    for explorer in explorers(reading("book")).values():
        for plot in explorer.plots:
            limits = [c for c in plot.curves if c.style == "limit"]
            for limit in limits:
                curve, near = plot.curves[0], {**START, plot.across: far[plot.across]}
                pairs = zip(entries(curve.formula, near), entries(limit.formula, near), strict=True)
                assert all(abs(a / b - 1) < 1e-6 for a, b in pairs)
                here = zip(entries(curve.formula, START), entries(limit.formula, START), strict=True)
                assert all(abs(a / b - 1) > 1e-3 for a, b in here)
                tried += 1
    assert tried == 4


def test_every_picture_that_is_declared_is_drawn():
    found = explorers(reading("book"))
    assert {id: [plot.key for plot in e.plots] for id, e in found.items()} == {
        id: [key for key, *_ in plots] for id, plots in DRAWN.items()
    }
    for explorer in found.values():
        for plot in explorer.plots:
            assert plot.drawn().count("<path") == 1 + sum(len(entries(c.formula, START)) for c in plot.curves)


def test_a_chapter_that_lost_its_formulas_loses_its_picture(chapters):
    assert explorers([replace(chapters[-1], formulas={})]) == {}


def test_what_is_zero_but_for_rounding_does_not_stretch_a_picture():
    lines = [Line("c0", [(1.0, 0.5), (1000.0, 0.2)]), Line("c1", [(1.0, 1e-17), (1000.0, 1e-17)])]
    assert drawing(lines, [(1.0, 1e-17)], "N").count('d=""') == 1
    assert "10⁻⁵" in drawing(lines, [], "N") and "10⁻¹⁷" not in drawing(lines, [], "N")


def test_a_picture_of_nothing_is_an_empty_frame():
    assert drawing([], [], "N").count("<path") == 1 and "NaN" not in drawing([], [(0.0, -1.0)], "N")


# -- colours


def palettes():
    """Every block of colours in the style sheet: the light one, and the dark one twice."""
    blocks = re.findall(r"\{\s*((?:--[\w-]+:[^;]+;\s*)+)", source("page.css"))
    return [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """The contrast of WCAG 2.1, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_as_wcag_asks():
    light, dark, again = palettes()
    assert dark == again and set(light) == set(dark)
    assert round(contrast("#ffffff", "#000000"), 6) == 21 and contrast("#777777", "#ffffff") < 4.5
    for colours in (light, dark):
        for ground in ("paper", "wash"):
            for ink in ("ink", "soft", "accent", "pass", "fail", "skipped"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
            for i in range(6):
                assert contrast(colours[f"c{i}"], colours[ground]) >= 3, (i, ground)


# -- what people write


@pytest.mark.parametrize("lang", LANGUAGES)
def test_user_text_stays_text(chapters, lang):
    first = chapters[0]
    letter = Defined("</script><b>", first.definitions[0].letter.body)
    mean = replace(
        first,
        title=HOSTILE,
        source=HOSTILE,
        summary=say(SAFE),
        meaning=say(SAFE),
        parts=(Definition(letter, say(SAFE)), *(replace(part, title=HOSTILE) for part in first.results)),
        tables=(Table("t", say(SAFE), (HOSTILE,), ((say(SAFE),),)),),
    )
    verdicts = [Verdict(HOSTILE, "exact", "pass", HOSTILE, {}), Verdict("loss", "exact", "pass", HOSTILE, {})]
    written = page([mean, *chapters[1:]], verdicts, lang, title=HOSTILE, source=HOSTILE, version=HOSTILE)
    read, clean = Read(written), Read(page(chapters, lang=lang))
    assert read.open == [] and read.scripts == clean.scripts
    tags = [tag for tag, _ in read.elements]
    assert "img" not in tags and tags.count("style") == tags.count("title") == 1
    assert not any(name.startswith("on") for _, given in read.elements for name in given)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", written) and written.count("[U+202E]") >= 10
    assert "<!--" not in written.split("</style>", 1)[1].replace("&lt;!--", "")


@pytest.mark.parametrize("name", ["</script><script>alert(1)//", "N", "Theta"])
def test_a_formula_that_no_slider_can_move_is_not_drawn(chapters, name):
    """A model may name its letters as it likes; a letter of another kind is not the one that a slider moves."""
    optimum = next(c for c in chapters if c.id == "optimum")
    formula = tr(positive_definite(name, dimension("d")))
    changed = replace(optimum, formulas={**optimum.formulas, "loss": formula})
    assert [plot.key for plot in explorers([changed])["optimum"].plots] == ["inverse"]


def test_a_mean_that_is_not_worked_out_is_not_drawn(chapters):
    optimum = next(c for c in chapters if c.id == "optimum")
    x = Gaussian("x", dimension("d"), 1, positive_definite("Lambda", dimension("d")))
    changed = replace(optimum, formulas={**optimum.formulas, "loss": E(x.T @ x), "Gamma_inverse": E(x @ x.T)})
    assert explorers([changed]) == {}


def test_a_model_with_noise_has_a_slider_for_it():
    task = Task(noise=scalar("sigma", positive=True))
    (explorer,) = explorers([derive("trained-prediction", task)]).values()
    assert explorer.sliders == ["N", "M", "sigma"] and len(explorer.plots) == 2
