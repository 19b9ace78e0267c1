"""What to write instead: words that keep the clinical meaning and agree in gender."""

import re
from dataclasses import dataclass

from linter.finding import PROTECTED, Entity, Subject
from linter.rule import Rule
from linter.text.lexicon import Word
from linter.text.names import PARTICLES, TITLES
from linter.text.reading import Reading

_FEMALE = frozenset(
    "mme mlle melle madame mademoiselle mrs ms miss elle fille femme patiente epouse soeur mere tante niece "
    "grand-mere dame she her daughter wife mother sister woman girl aunt lady nee agee hospitalisee petite "
    "copine compagne female infirmiere maman mamie".split(),
)
_MALE = frozenset(
    "m mr monsieur il fils mari patient epoux frere pere oncle neveu grand-pere homme he his son husband "
    "father brother man boy uncle ne age hospitalise petit copain compagnon male papa papy garcon".split(),
)
_KIN = frozenset(
    "fils fille mari femme epoux epouse frere soeur mere pere oncle tante neveu niece cousin cousine "
    "grand-mere grand-pere mamie papy papi beau-pere belle-mere conjoint conjointe compagnon compagne "
    "voisin voisine patient patiente bebe enfant jumeau jumelle aine ainee cadet cadette petit petite "
    "garcon ami amie copain copine son daughter husband wife brother sister mother father uncle aunt "
    "nephew niece baby child neighbour neighbor grandson granddaughter grandmother grandfather boyfriend "
    "girlfriend partner mum mom dad boy girl man woman lady gentleman monsieur homme dame".split(),
)
_FIELD = re.compile(
    r"(?:appel\w{1,4}|nomm\w{1,3}|pr[ée]nomm\w{1,3}|nom\w{0,3}|pr[ée]nom|called|named?|surname|forename|identit[ée]|n[ée]e|"
    r"[ée]pouse|alias|dite?|:|=)\W{0,4}\Z",
    re.IGNORECASE,
)
_PATIENT = {
    "fr": {"f": "la patiente", "m": "le patient", "x": "cette personne"},
    "en": {"f": "the patient", "m": "the patient", "x": "the patient"},
}
_RELATIVE = {
    "fr": {"f": "une proche", "m": "un proche", "x": "un proche"},
    "en": dict.fromkeys("fmx", "a relative"),
}
_FIELDS = {"fr": "[nom retiré]", "en": "[name removed]"}
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Mention:
    """A place of a reading that is to be replaced."""

    rule: Rule
    start: int
    end: int
    subject: Subject


@dataclass(frozen=True)
class _Person:
    """Mentions that name the same person: they share a word of the name."""

    mentions: tuple[int, ...]
    gender: str
    subject: Subject


def replacements(reading: Reading, mentions: list[Mention]) -> list[str | None]:
    """The text to put in place of each mention; None where the rule offers nothing.

    An empty text means that the mention goes without leaving a word: "son fils Lucas" → "son fils".
    """
    persons = _persons(reading, mentions)
    letters = _letters(persons)
    out: list[str | None] = [_other(reading, m) for m in mentions]
    for person in persons:
        for number in person.mentions:
            out[number] = _person_text(reading, mentions[number], person, letters.get(person, ""))
    return out


def _other(reading: Reading, mention: Mention) -> str | None:
    if mention.rule.entity is Entity.DATE_OF_BIRTH:
        year = _YEAR.search(reading.text, mention.start, mention.end)
        if year:
            return year[0]
    return mention.rule.replacement.of(reading.lang) if mention.rule.replacement else None


def _persons(reading: Reading, mentions: list[Mention]) -> list[_Person]:
    """Group the mentions of protected persons by the words that their names share."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, mention in enumerate(mentions):
        if mention.rule.entity is not Entity.PERSON or mention.subject not in PROTECTED:
            continue
        keys = {
            t.key
            for t in reading.tokens_in(mention.start, mention.end)
            if t.key not in TITLES | PARTICLES and len(t.key) > 1
        }
        for known, members in groups:
            if keys & known:
                known.update(keys)
                members.append(number)
                break
        else:
            groups.append((keys, [number]))
    return [
        _Person(tuple(m), _gender(reading, [mentions[i] for i in m]), mentions[m[0]].subject)
        for _, m in groups
    ]


def _gender(reading: Reading, mentions: list[Mention]) -> str:
    """`f`, `m` or `x`: by title, by first name, by the words around."""
    for mention in mentions:
        inside = {t.key for t in reading.tokens_in(mention.start, mention.end)}
        if inside & _FEMALE:
            return "f"
        if inside & _MALE:
            return "m"
    for mention in mentions:
        for token in reading.tokens_in(mention.start, mention.end):
            if token.flags & Word.FEMALE and not token.flags & Word.MALE:
                return "f"
            if token.flags & Word.MALE and not token.flags & Word.FEMALE:
                return "m"
    near = [t.key for m in mentions for t in reading.tokens_in(m.start - 60, m.end + 60)]
    female, male = sum(k in _FEMALE for k in near), sum(k in _MALE for k in near)
    return "f" if female > male else "m" if male > female else "x"


def _letters(persons: list[_Person]) -> dict[_Person, str]:
    """A letter each where several patients would get the same words."""
    letters: dict[_Person, str] = {}
    for gender in "fmx":
        alike = [p for p in persons if p.gender == gender and p.subject is not Subject.RELATIVE]
        if len(alike) > 1:
            letters.update({p: f" {chr(65 + n % 26)}" for n, p in enumerate(alike)})
    return letters


def _person_text(reading: Reading, mention: Mention, person: _Person, letter: str) -> str:
    lang = reading.lang
    before = reading.text[max(0, mention.start - 24) : mention.start]
    if reading.text[max(0, mention.start - 1) : mention.start] in {"#", "@", "_", "/"}:
        return _FIELDS[lang]
    previous = reading.word_before(mention.start)
    if (
        previous
        and previous.key in _KIN
        and re.fullmatch(r"[ \t]+", reading.text[previous.end : mention.start])
    ):
        return ""
    if _FIELD.search(before) or _alone_on_line(reading, mention):
        return _FIELDS[lang]
    words = (_RELATIVE if mention.subject is Subject.RELATIVE else _PATIENT)[lang][person.gender]
    if letter and words == "cette personne":
        words = "la personne"
    return _at_start(reading, mention.start, words + letter)


def _alone_on_line(reading: Reading, mention: Mention) -> bool:
    text = reading.text
    start = text.rfind("\n", 0, mention.start) + 1
    end = text.find("\n", mention.end)
    rest = text[start : mention.start] + text[mention.end : end if end >= 0 else len(text)]
    return "\n" in text and not any(map(str.isalpha, rest))


def _at_start(reading: Reading, start: int, words: str) -> str:
    before = reading.text[:start].rstrip(" \t\"'«(>-*")[-1:]
    return words[0].upper() + words[1:] if before in {"", ".", "!", "?", "\n"} else words
