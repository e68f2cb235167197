"""The page in a real browser: its pictures move as the formulas say, its steps open, and nothing else runs."""

import re
import shutil
import subprocess

import pytest
from symicl.derivations import reading

from symicl.report.explorers import START, entries, explorers
from symicl.report.latex import Document
from symicl.report.page import web_page
from symicl.report.plots import shown

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SETTING = {**START, "N": 5, "M": 300, "sigma": 1.5, "d": 4, "eigenvalues": (0.3, 5.0, 0.05, 1.25, 0.1, 3.0)}
PICTURE = re.compile(r'<svg class="plot"[^>]*><g>(.*?)</g></svg>', re.DOTALL)
#: a script that puts every slider where SETTING says
MOVE = f"""
const wanted = {{N: 5, M: 300, sigma: 1.5, d: 4, eigenvalues: {list(SETTING["eigenvalues"])}}};
document.querySelectorAll("input[type=range]").forEach((slider) => {{
  const index = slider.dataset.eigenvalue;
  const letter = slider.dataset.letter;
  const scales = {{N: LENGTHS, M: LENGTHS, sigma: NOISES, d: [1, 2, 3, 4, 5, 6]}};
  const scale = index === undefined ? scales[letter] : EIGENVALUES;
  slider.value = scale.indexOf(index === undefined ? wanted[letter] : wanted.eigenvalues[index]);
  slider.dispatchEvent(new Event("input"));
}});
"""


def page(chapters, lang="en"):
    return web_page(Document("optimum", "The optimum", "source", "0.1.0", tuple(chapters), (), lang))


@pytest.fixture(scope="module")
def chapters():
    return [
        *reading("trained-prediction"),
        *(c for c in reading("book") if c.id in ("random-covariance", "gradient-descent")),
    ]


@pytest.fixture(scope="module")
def text(chapters):
    return page(chapters)


@pytest.fixture(scope="module")
def moved(browser, scripted, text):
    found = browser.dom(scripted(text, MOVE))
    assert browser.complaints == []
    return found


def same_picture(one, two):
    """Whether two pictures are drawn alike, but for the last digit of a coordinate."""
    one, two = (re.sub("></(path|circle)>", "/>", str(picture)) for picture in (one, two))
    left, right = (NUMBER.findall(picture) for picture in (one, two))
    alike = NUMBER.sub("#", one) == NUMBER.sub("#", two) and len(left) == len(right)
    return alike and all(abs(float(a) - float(b)) < 0.11 for a, b in zip(left, right, strict=True))


def cells(dom):
    """The values beside the pictures."""
    return re.findall(r"<td data-plot[^>]*>(.*?)</td>", dom)


def all_plots(chapters):
    return [plot for explorer in explorers(chapters).values() for plot in explorer.plots]


def test_the_script_draws_what_stands_there_without_it(browser, text):
    dom = browser.dom(text)
    assert browser.complaints == []
    before, after = PICTURE.findall(text), PICTURE.findall(dom)
    assert len(before) == 6 and all(same_picture(a, b) for a, b in zip(before, after, strict=True))
    assert cells(dom) == cells(text)


def test_pictures_and_values_follow_the_sliders(chapters, moved):
    plots = all_plots(chapters)
    pictures = PICTURE.findall(moved)
    assert all(same_picture(plot.drawn(SETTING), found) for plot, found in zip(plots, pictures, strict=True))
    assert not any(same_picture(plot.drawn(), found) for plot, found in zip(plots, pictures, strict=True))
    wanted = [", ".join(map(shown, entries(c.formula, SETTING))) for plot in plots for c in plot.curves]
    assert cells(moved) == wanted


def test_a_slider_says_its_value_and_those_of_other_sizes_are_hidden(moved):
    sliders = re.findall(r'<input type="range"[^>]*data-eigenvalue="(\d)"[^>]*aria-valuetext="([^"]*)"', moved)
    assert {(int(i), float(value)) for i, value in sliders} == set(enumerate(SETTING["eigenvalues"]))
    hidden = re.findall(r'data-of="(\d)"( hidden="")?', moved)
    assert {int(i) for i, gone in hidden if gone} == {4, 5} and {int(i) for i, gone in hidden if not gone} == {
        0,
        1,
        2,
        3,
    }


def test_a_link_opens_the_step_that_it_points_at(browser, text):
    steps = re.findall(r'<details class="step" id="([^"]*)"', text)
    dom = browser.dom(text, fragment=f"#{steps[7]}")
    opened = re.findall(r'<details class="step" id="([^"]*)" open', dom)
    assert opened == [steps[7]]


def test_without_a_script_the_page_is_whole(browser, text):
    """Nothing that needs a script is shown, the pictures are there, and it says what they are drawn for."""
    dom = browser.dom(re.sub('script-src [^"]*', "script-src 'none'", text, count=1))
    assert len(browser.complaints) == 2
    assert dom.count('<p class="tools" hidden') == 1 and dom.count('<form class="controls" hidden') == 4
    assert dom.count('<p class="setting">') == 4 and len(PICTURE.findall(dom)) == 6
    assert all(same_picture(a, b) for a, b in zip(PICTURE.findall(text), PICTURE.findall(dom), strict=True))


def test_a_script_that_slipped_in_does_not_run(browser, scripted, text):
    """The policy forbids it; on the same page without the policy it would."""
    intruder = 'document.title = "run";document.body.insertAdjacentHTML("beforeend", "<img src=http://localhost:9/x>")'
    with_policy = text.replace("</body>", f"<script>{intruder}</script></body>")
    assert "<title>The optimum</title>" in browser.dom(with_policy) and any(
        "policy" in c.lower() for c in browser.complaints
    )
    assert "<title>run</title>" in browser.dom(scripted(text, intruder))


def test_buttons_turn_the_light_off_and_unfold_everything(browser, scripted, text):
    click = """
    const ground = () => getComputedStyle(document.body).backgroundColor, seen = [ground()];
    for (const id of ["dark", "dark", "unfold"]) { document.getElementById(id).click(); seen.push(ground()); }
    document.title = JSON.stringify(seen) + document.querySelectorAll("details.step:not([open])").length;
    """
    dom = browser.dom(scripted(text, click))
    light, dark = "rgb(253, 252, 250)", "rgb(23, 24, 27)"
    assert f'<title>["{light}","{dark}","{light}","{light}"]0</title>' in dom


def test_the_keyboard_reaches_links_steps_buttons_and_sliders_in_the_order_of_the_text(browser, scripted, text):
    """No element is taken out of its order, and whatever has the focus is seen to have it."""
    ask = """
    const kinds = "a[href], button, summary, input, [tabindex='0']";
    const all = [...document.querySelectorAll(kinds)].filter((e) => e.checkVisibility());
    all[0].focus({focusVisible: true});
    const skip = getComputedStyle(all[0]).outlineStyle + all[0].getBoundingClientRect().left;
    const step = document.querySelector("details.step > summary"); step.focus({focusVisible: true});
    const ring = getComputedStyle(step).outlineStyle;
    document.title = [all.length > 300, all.every((e) => e.tabIndex === 0), skip, ring].join(" ");
    """
    assert "<title>true true solid16 solid</title>" in browser.dom(scripted(text, ask))


@pytest.mark.parametrize("width", [500, 900, 1500])
def test_nothing_is_wider_than_the_window(browser, scripted, text, width):
    ask = "document.title = document.documentElement.scrollWidth - document.documentElement.clientWidth;"
    assert "<title>0</title>" in browser.dom(scripted(text, ask), width=width)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_paper_has_the_text_and_no_buttons(browser, text):
    done = subprocess.run(["pdftotext", browser.pdf(text), "-"], capture_output=True, text=True, check=True)
    assert "Completed square" in done.stdout and "In words." in done.stdout
    assert "Unfold all" not in done.stdout and "Side conditions" not in done.stdout and "Contents" not in done.stdout
