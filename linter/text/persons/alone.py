"""One word alone; who speaks; who signs."""

import re
from collections.abc import Iterator

from linter.text.lexicon import NOT_A_PERSON, Word
from linter.text.names import never_name
from linter.text.persons.common import (
    BEFORE_THINGS,
    Found,
    acts,
    begins_sentence,
    numbered,
    sure_first,
)
from linter.text.reading import Reading
from linter.text.tokens import Token

_LINE_START = re.compile(r"\n[ \t]{0,8}[-–>*•]{0,3}[ \t]{0,3}\Z|^\n\Z")


def first_alone(reading: Reading) -> Iterator[Found]:
    """A first name by itself: "Lucas a vomi toute la nuit"."""
    for i, token in enumerate(reading.tokens):
        if token.shape == "l" and _top_lower(token):
            yield i, i + 1, 0.0
        if token.shape not in "TU" or not sure_first(token) or never_name(token.key):
            continue
        if (token.shape == "U" and len(token.key) < 5) or _compared(reading, i):
            continue
        if token.flags & Word.COUNTRY or numbered(reading, i):
            continue
        if i and reading.tokens[i - 1].shape == "I" and reading.gap(i - 1) == " ":
            continue  # "Chest X Ray"
        if (
            token.flags & Word.DICTIONARY
            and begins_sentence(reading, i)
            and not acts(reading, i + 1)
        ):
            continue  # "Frank yellow pus"
        thing = token.flags & Word.PLACE or (i and reading.keys[i - 1] in BEFORE_THINGS)
        if acts(reading, i + 1) or not (thing or begins_sentence(reading, i)):
            yield i, i + 1, 0.0


def first_any(reading: Reading) -> Iterator[Found]:
    """A first name wherever it stands, for rules that ask what follows it: "Marjorie's chemo"."""
    for i, token in enumerate(reading.tokens):
        if token.shape in "TU" and sure_first(token) and not never_name(token.key):
            yield i, i + 1, 0.0


def surname_any(reading: Reading) -> Iterator[Found]:
    """A surname behind an article, for rules that ask what follows it: "the Castaldi family"."""
    for i, token in enumerate(reading.tokens):
        odd = token.flags & (Word.ORDINARY | NOT_A_PERSON) or never_name(token.key)
        named = token.flags & Word.LAST or not token.flags
        if i and token.shape == "T" and named and not odd and reading.keys[i - 1] in _ARTICLES:
            yield i, i + 1, 0.0


_ARTICLES = frozenset("the these those that whole poor".split())


def _top_lower(token: Token) -> bool:
    """A very common first name in lower case that is nothing else: "sandra in bed 22"."""
    other = Word.ORDINARY | Word.DICTIONARY | Word.PLACE | Word.COUNTRY | Word.DRUG | Word.ACRONYM
    return bool(token.flags & Word.TOP_FIRST) and not token.flags & other and len(token.key) > 3


def _compared(reading: Reading, index: int) -> bool:
    """Among eponyms and options: "Spitz vs Reed", "Reed/Sternberg"."""
    around = reading.keys[max(0, index - 1) : index] + reading.keys[index + 1 : index + 2]
    return "vs" in around or "versus" in around or reading.gap(index).startswith("/")


def speaker(reading: Reading) -> Iterator[Found]:
    """Who speaks, at the beginning of a line of a thread: "Sunita: warm water glove"."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.shape != "T" or not token.flags & Word.FIRST or never_name(token.key):
            continue
        before = reading.gap(i - 1) if i else "\n"
        if _LINE_START.search(before) and re.match(r" ?[:>] ", reading.gap(i)):
            yield i, i + 1, 0.0


def signer(reading: Reading) -> Iterator[Found]:
    """A first name that ends the post, alone on its line or after its last sentence."""
    tokens = reading.tokens
    if len(tokens) < 6:
        return
    last = len(tokens) - 1
    for i in range(max(1, last - 6), last + 1):
        token = tokens[i]
        if token.shape != "T" or not token.flags & Word.FIRST or never_name(token.key):
            continue
        ends = i == last and not any(map(str.isalnum, reading.gap(i)))
        alone = _LINE_START.search(reading.gap(i - 1)) and reading.gap(i).lstrip(" ")[:1] in {
            ",",
            "\n",
            "",
        }
        if (ends and begins_sentence(reading, i)) or alone:
            yield i, i + 1, 0.0
