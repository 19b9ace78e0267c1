"""What the learned reader is trained on: the development posts and the sentences about patients."""

from importlib.resources import files
from pathlib import Path

from linter.post import LANGUAGES
from linter.text.engine import TextEngine
from linter.text.lexicon import load_lexicon
from linter.training.corpora import posts, sentences
from linter.training.examples import Example, examples
from linter.training.reader import Names
from linter.training.vectors import Vectors, load_vectors


def load_examples(corpora: Path) -> list[Example]:
    """Read everything once with the rules."""
    engine = TextEngine()
    made = examples(engine, posts(corpora))
    return made + examples(engine, sentences(corpora), details=False)


def load_names() -> dict[str, Names]:
    """Names to exchange, by language."""
    lists = files("rules") / "lists"
    return {lang: Names.of(load_lexicon(lists, lang)) for lang in LANGUAGES}


def needed_vectors(made: list[Example]) -> Vectors:
    """The pieces of every word that the posts or the lists hold."""
    lists = files("rules") / "lists"
    words = {word for example in made for word in example.features.words}
    for lang in LANGUAGES:
        for word in load_lexicon(lists, lang).words:
            words |= {word, word.title()}
    return load_vectors(words)
