"""The words of a report: both languages say the same things, and nothing is said that nobody prints."""

import re
from pathlib import Path
from string import Formatter

import pytest
from symicl.derivations import reading

from symicl import SymiclError, UserError, derive
from symicl.kernel.ledger import LEDGER
from symicl.report.assemble import compose
from symicl.report.messages import LANGUAGES, Messages, messages

ROOT = Path(__file__).parent.parent.parent
SOURCES = [
    *ROOT.glob("reports/*.*"),
    *(path for part in ("report", "teach", "cli") for path in ROOT.glob(f"symicl/{part}/**/*.py")),
]
#: parts whose keys are put together when they are used: of environments, facts, judges and verdicts, rules and axioms,
#: and of what the page folds out and draws (tests/report/test_page.py looks at these)
COMPOSED = {"words", "facts", "checks", "rules", "fold", "cases", "plots", "inferences"}


#: what is looked up by its English sentence, so that English needs no catalogue for it
SENTENCES = {"prose", "evidence"}


def keys(lang):
    """Every message but the prose of the derivations and what judges say."""
    tables = messages(lang).tables
    return {
        f"{part}.{key}": text for part, table in tables.items() if part not in SENTENCES for key, text in table.items()
    }


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_messages_with_the_same_fields(lang):
    assert {key: fields(text) for key, text in keys(lang).items()} == {
        key: fields(text) for key, text in keys("en").items()
    }
    for english, translated in messages(lang).tables.get("prose", {}).items():
        assert fields(english) == fields(translated), english


def test_every_message_is_printed_somewhere():
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path.suffix in (".tex", ".html", ".py", ".js"))
    literal = {key for key in keys("en") if key.partition(".")[0] not in COMPOSED}
    assert literal and {key for key in literal if f'"{key}"' not in text} == set()


def test_every_rule_and_axiom_has_a_name():
    """One that is new is missed here, and not on a Chinese page."""
    text = "\n".join(path.read_text("utf-8") for path in ROOT.glob("symicl/proof/*.py"))
    rules = set(re.findall(r'\bRule\(\s*"([^"]+)"', text))
    used = {s.rule for id in ("optimum", "rates") for r in derive(id).results for c in r.calculations for s in c.steps}
    for lang in LANGUAGES:
        assert rules | used | set(LEDGER) <= set(messages(lang).tables["rules"])


def test_an_unknown_message_language_or_field_is_refused():
    say = messages("en")
    with pytest.raises(SymiclError, match=r"report\.nothing"):
        say("report.nothing")
    with pytest.raises(SymiclError, match="program"):
        say("report.generated")
    with pytest.raises(UserError, match=r"'fr'.*en, zh"):
        messages("fr")


def test_a_field_reaches_no_attribute():
    say = Messages("en", {"report": {"x": "{value.__class__}"}})
    with pytest.raises(SymiclError, match=r"value\.__class__"):
        say("report.x", value=1)


def test_what_nobody_translated_stays_english():
    say = Messages("zh", {"prose": {"complete the square": "配方"}, "rules": {}})
    assert say.prose("complete the square") == "配方" and say.prose("no such line") == "no such line"


def test_a_chinese_report_says_nothing_of_the_english_catalogue():
    files = compose(reading("optimum"), (), "optimum", "The optimum", "source", {"tex", "html"}, "0.1.0", "zh")
    assert '<html lang="zh-CN">' in files["optimum.html"].decode()
    said = " ".join(content.decode() for content in files.values())
    for key, text in keys("en").items():
        if key.partition(".")[0] in ("report", "page") and " " in text:
            longest = max(re.split(r"\{\w+\}", text), key=len).strip(" ,;.")
            assert len(longest) < 12 or longest not in said, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_statements_are_joined_in_the_language_of_the_report(lang):
    made = compose(reading("optimum"), (), "optimum", "t", "s", {"tex", "html"}, "0.1.0", lang)
    tex, page = made["optimum.tex"].decode(), made["optimum.html"].decode()
    for words in (messages(own).connectives() for own in LANGUAGES):
        own = words == messages(lang).connectives()
        assert [rf"\text{{ {word} }}" in tex for word in words] == [own, own]
        assert [bool(re.search(rf"<mtext>\s*{word}\s*</mtext>", page)) for word in words] == [own, own]


def test_how_to_reproduce_says_what_was_asked_for():
    options = {"command": "symicl prove loss", "detail": "brief", "widths": (30.0,)}
    made = compose(reading("loss"), (), "loss", "t", "s", {"tex", "html"}, "0.1.0", "zh", **options)
    command = "symicl prove loss --format tex,html,pdf --lang zh --detail brief --width 30"
    assert command in made["loss.html"].decode() and "pip install symicl" not in made["loss.html"].decode()
    assert command in made["loss-standalone.tex"].decode().replace("-{}-{}", "--").replace(r"\allowbreak{}", "")
    bare = compose(reading("loss"), (), "loss", "t", "s", {"html"}, "0.1.0")["loss.html"].decode()
    assert "pip install" not in bare  # no command made it
