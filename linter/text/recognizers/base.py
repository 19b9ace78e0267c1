"""What all recognizers share: the ready artifacts that carry a `Reading`, and their results."""

from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from linter.post import Language
from linter.rule import Rule
from linter.text.reading import Reading

RULE, SUBJECT = "rule", "subject"


class ReadyArtifacts(NlpArtifacts):
    """Presidio's artifacts, made from a post that was read already."""

    def __init__(self, reading: Reading, doc: Any = None) -> None:  # noqa: ANN401 # a spaCy Doc, passed on
        super().__init__([], doc, [], [], None, reading.lang)
        self.reading = reading


class Recognizer(EntityRecognizer):
    """A Presidio recognizer that looks into a `Reading` and answers for named rules."""

    def __init__(self, name: str, rules: tuple[Rule, ...], lang: Language) -> None:
        self.rules = rules
        self.name: str = name
        super().__init__(
            supported_entities=sorted({str(r.entity) for r in rules}),
            supported_language=lang,
            name=name,
        )

    def load(self) -> None:
        """Nothing to load: rules are compiled on construction."""

    def analyze(self, text: str, entities: Any, nlp_artifacts: Any = None) -> list[Any]:  # noqa: ANN401, ARG002 # Presidio's signature
        """Presidio's entry: the findings in a post that was read already."""
        return self.find(nlp_artifacts.reading)

    def find(self, reading: Reading) -> list[Any]:
        """The results in a reading, as Presidio's `RecognizerResult`."""
        raise NotImplementedError

    def result(self, rule: Rule, start: int, end: int, score: float) -> Any:  # noqa: ANN401 # Presidio ships no types
        """A result that remembers its rule."""
        return RecognizerResult(
            entity_type=str(rule.entity),
            start=start,
            end=end,
            score=score,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                RULE: rule.id,
            },
        )
