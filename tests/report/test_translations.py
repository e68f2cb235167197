"""Every sentence of the derivations stands in Chinese too, with the same formulas; nothing else is translated."""

import re
from string import Formatter

import pytest
from symicl.derivations import BOOK, CATALOGUE, derive

from symicl import SymiclError, Task, scalar
from symicl.kernel.ledger import LEDGER
from symicl.proof.chapter import Definition, Prose
from symicl.report.messages import messages
from symicl.report.outline import opening

#: what is the same in every language
SAME = {"symicl"}
PROSE = messages("zh").tables["prose"]


def sentences(chapter):
    """All that a chapter says in words."""
    yield from (chapter.title, chapter.source, chapter.summary, chapter.meaning)
    for part in chapter.parts:
        if isinstance(part, Definition):
            yield part.note
            continue
        yield from (part.title, part.given, part.conclusion)
        for calculation in part.calculations:
            yield calculation.intro
            yield from (step.reason for step in calculation.steps)
    for table in chapter.tables:
        yield from (table.caption, *table.head, *(cell for row in table.rows for cell in row))


def said(chapter):
    return {each.template if isinstance(each, Prose) else each for each in sentences(chapter)}


def words(sentence):
    """The words of a sentence outside its formulas and sources."""
    literal = " ".join(text for text, *_ in Formatter().parse(sentence))
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"arXiv:\S+", "", literal))) - SAME


def chapters(task=None):
    for row in CATALOGUE:
        try:
            yield derive(row.id, task)
        except SymiclError:
            assert task is not None  # not every row takes every task


@pytest.mark.parametrize("task", [None, Task(noise=scalar("sigma", positive=True))], ids=["paper", "noise"])
def test_every_sentence_has_a_translation(task):
    missing = {s for chapter in chapters(task) for s in said(chapter) if words(s) and s not in PROSE}
    assert missing == set()


def test_every_title_has_a_translation():
    assert {BOOK.title} | {row.title for row in CATALOGUE} <= set(PROSE)


def test_every_axiom_has_a_translation():
    assert {axiom.statement for axiom in LEDGER.values()} <= set(PROSE)


def test_nothing_is_translated_that_nobody_says():
    known = {s for task in (None, Task(noise=scalar("sigma", positive=True))) for c in chapters(task) for s in said(c)}
    known |= {BOOK.title} | {row.title for row in CATALOGUE}
    known |= {text for axiom in LEDGER.values() for text in (axiom.statement, axiom.source)}
    assert set(PROSE) - known == set()


def test_translations_are_chinese_and_have_the_same_formulas():
    for english, chinese in PROSE.items():
        fields = [sorted(name for _, name, *_ in Formatter().parse(text) if name) for text in (english, chinese)]
        assert set(fields[0]) == set(fields[1]), english
        assert not words(english) or re.search(r"[\u4e00-\u9fff]", chinese) or not words(chinese) - words(english)


def test_what_stands_before_a_statement_has_one_comma():
    """For what it holds ends with a comma or a stop in Chinese, and what is assumed follows."""
    openings = [opening(result, messages("zh")).template for row in CATALOGUE for result in derive(row.id).results]
    assert [text for text in openings if re.search("[，。：、][，。、]", text)] == []
    assumed = [text for text in openings if "若" in text and "{assumed0}" in text]
    assert len(assumed) > 20 and all(re.search("(^|[，。：])若 {assumed0}", text) for text in assumed)
