"""Stock Presidio, for comparison: what a moderator gets from it without writing a rule.

Nothing here reaches for the network. The spaCy models are installed packages, and their absence is an
error instead of a download. Presidio's e-mail recognizer checks domains with tldextract, which would
fetch the public suffix list on first use: it is replaced by one that reads tldextract's own snapshot.
That one also accepts the reserved endings (RFC 2606) that corpora use in place of real addresses.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType

import spacy.util
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import EmailRecognizer
from tldextract import TLDExtract

from linter.evaluation.models import MODELS, MissingModelError
from linter.finding import Entity, Finding, Severity, Span, Subject
from linter.post import Language, Post
from linter.verdict import Decision, Risk, Verdict

HELD: Mapping[str, Entity] = MappingProxyType(
    {
        "PERSON": Entity.PERSON,
        "PHONE_NUMBER": Entity.PHONE_NUMBER,
        "EMAIL_ADDRESS": Entity.EMAIL_ADDRESS,
        "IBAN_CODE": Entity.IBAN_CODE,
        "IP_ADDRESS": Entity.IP_ADDRESS,
        "URL": Entity.URL,
    },
)
"""Presidio's entities that are errors here, of a patient: Presidio does not tell whose detail it is."""

HELD_AND_NUMBERS: Mapping[str, Entity] = MappingProxyType(
    {
        **HELD,
        "UK_NHS": Entity.NATIONAL_ID,
        "US_DRIVER_LICENSE": Entity.NATIONAL_ID,
        "US_PASSPORT": Entity.NATIONAL_ID,
        "US_SSN": Entity.NATIONAL_ID,
    },
)
"""`HELD`, and the identity numbers that Presidio's default recognizers know in English."""

NOTED: Mapping[str, Entity] = MappingProxyType(
    {
        "DATE_TIME": Entity.DATE_TIME,
        "LOCATION": Entity.LOCATION,
        "NRP": Entity.NRP,
    },
)
"""Presidio's entities that are notes here: they count in the rows of their entities, and hold no post."""

_RESERVED = ("example", "invalid", "test", "localhost")


class _OfflineEmail(EmailRecognizer):
    """Presidio's e-mail recognizer with the suffix list that tldextract ships."""

    def validate_result(self, pattern_text: str) -> bool:
        """Tell whether the domain ends in a public suffix."""
        return bool(_suffixes()(pattern_text).fqdn)


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), extra_suffixes=_RESERVED)


class StockPresidio:
    """A `System`: Presidio's analyzer with its default recognizers and settings, on our spaCy models.

    Args:
        held: Presidio's entities that count as errors, and what they are called here.

    """

    def __init__(self, held: Mapping[str, Entity] = HELD) -> None:
        self._held = held
        self._engines: dict[Language, AnalyzerEngine] = {}

    def check_many(self, posts: Iterable[Post], /) -> Iterator[Verdict]:
        """Give one verdict a post, in order.

        Raises:
            ValueError: a post does not name its language; stock Presidio cannot guess it.

        """
        return map(self._check, posts)

    def _check(self, post: Post) -> Verdict:
        if post.lang == "auto":
            raise ValueError("stock Presidio needs the language of the post")
        if post.lang not in self._engines:
            self._engines[post.lang] = stock_engine(post.lang)
        results = self._engines[post.lang].analyze(post.text, language=post.lang)
        findings = [f for result in results for f in self._findings(result)]
        findings.sort(key=lambda f: (f.span or Span(0, 1), f.entity))
        blocked = any(f.severity is Severity.ERROR for f in findings)
        return Verdict(
            id=post.id,
            lang=post.lang,
            decision=Decision.BLOCK if blocked else Decision.ALLOW,
            risk=Risk(confidentiality=float(blocked)),
            findings=tuple(findings),
            fixed=post.text,
            policy="stock-presidio",
        )

    def _findings(self, result: RecognizerResult) -> Iterator[Finding]:
        name = result.entity_type
        entity = self._held.get(name) or NOTED.get(name)
        if entity is not None:
            yield Finding(
                rule=f"presidio/{name}",
                entity=entity,
                subject=Subject.PATIENT,
                severity=Severity.ERROR if name in self._held else Severity.NOTE,
                score=result.score,
                span=Span(result.start, result.end),
                message=name,
            )


def stock_engine(lang: Language) -> AnalyzerEngine:
    """Build Presidio's analyzer with its own default settings and our model.

    Raises:
        MissingModelError: the model is not installed; Presidio would download it.

    """
    model = MODELS[lang]
    if not spacy.util.is_package(model):
        raise MissingModelError(
            f"the spaCy model {model} is not installed: pip install 'hippolint[compare]'"
        )
    provider = NlpEngineProvider()
    settings = provider.nlp_configuration
    settings["models"] = [{"lang_code": lang, "model_name": model}]
    # The French model's label for everything else: Presidio has no use for it, and logs each one.
    settings["ner_model_configuration"]["labels_to_ignore"].append("MISC")
    with _without_warnings():
        engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=[lang])
    engine.registry.recognizers = [
        _OfflineEmail(supported_language=lang) if isinstance(r, EmailRecognizer) else r
        for r in engine.registry.recognizers
    ]
    return engine


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep Presidio from warning of each default recognizer that is for another language."""
    logger = logging.getLogger("presidio-analyzer")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
