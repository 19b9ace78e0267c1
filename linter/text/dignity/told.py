"""The finding that a rule of dignity makes, whoever found the words: the lexicon or the reader of tone."""

from linter.duty import Duty, duties_for
from linter.finding import Entity, Finding, Span, Subject
from linter.post import Language
from linter.rule import Rule


def degrading(
    rule: Rule, span: Span, chance: float, duties: dict[str, Duty], lang: Language
) -> Finding:
    """Words that degrade a patient, as gravely as the rule says.

    Args:
        rule: of rules/dignity.
        span: the words, in the original text.
        chance: how likely they degrade, 0 to 1.
        duties: all that rules may cite.
        lang: of the reader.
    """
    return Finding(
        rule=rule.id,
        entity=Entity.DEGRADING,
        subject=Subject.PATIENT,
        severity=rule.severity,
        score=round(chance, 2),
        span=span,
        message=rule.message.of(lang),
        duties=duties_for(rule.duties, duties, lang),
        action=rule.advice.of(lang),
        kind=rule.kind,
        axis="dignity",
    )
