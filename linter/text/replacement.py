"""What to write instead: words that keep the clinical meaning and agree in gender."""

import re
from dataclasses import dataclass
from itertools import pairwise

from linter.finding import PROTECTED, Entity, Subject
from linter.grammar import capital, starts_sentence
from linter.rule import Rule
from linter.text.lexicon import Word
from linter.text.names import PARTICLES, TITLES
from linter.text.reading import Reading
from linter.text.tokens import Token

_TITLES_F = frozenset("mme mlle melle madame mademoiselle mrs ms miss sister soeur lady".split())
_TITLES_M = frozenset("m mr monsieur mister sir".split())
_FEMALE = frozenset("elle patiente née âgée hospitalisée admise opérée décédée she her".split())
_MALE = frozenset("il patient né âgé hospitalisé admis opéré décédé he his him".split())
_NOBODY = frozenset("y faut semble s' existe reste suffit pleut".split())
"""After these, `il` stands for nobody."""
_KIN = frozenset(
    "fils fille mari femme epoux epouse frere soeur mere pere oncle tante neveu niece cousin cousine "
    "grand-mere grand-pere mamie papy papi maman papa tata tonton beau-pere belle-mere beau-fils belle-fille gendre conjoint "
    "conjointe compagnon compagne fiance fiancee voisin voisine patient patiente resident residente bebe "
    "enfant nourrisson nouveau-ne jumeau jumelle aine ainee cadet cadette petit petite adolescent "
    "adolescente ado garcon ami amie copain copine son daughter husband wife brother sister mother father "
    "uncle aunt nephew niece baby infant newborn toddler child neighbour neighbor grandson granddaughter "
    "grandmother grandfather boyfriend girlfriend partner mum mom dad boy girl man woman lady gentleman "
    "teenager twin monsieur homme dame".split(),
)
_OTHER_NAME = re.compile(
    r"[ ,(]{0,3}(?:n[ée]{1,2}e?|[ée]pouse|[ée]p\.|veuve|vve|dite?|alias|born|formerly|aka|or)[ :.]{1,3}",
    re.IGNORECASE,
)
_OF = frozenset("d' de du des".split())
_FIELD = re.compile(
    r"(?:\b(?:s['’ ]?appel\w{1,5}|(?<!\bai )(?<!\ba )(?<!\bont )(?<!\bons )appel[ée]e?s?|(?:sur|pr[ée]|d[ée])?nomm\w{1,4}|"
    r"(?:pr[ée]|sur)?noms?|called|named?|surname|forename|identit[ée]|n[ée]e|"
    r"[ée]pouse|alias|dite?)|:|=)\W{0,4}\Z",
    re.IGNORECASE,
)
_PATIENT = {
    "fr": {"f": "la patiente", "m": "le patient", "x": "cette personne", "p": "ces personnes"},
    "en": {"f": "the patient", "m": "the patient", "x": "the patient", "p": "the couple"},
}
_RELATIVE = {
    "fr": {"f": "une proche", "m": "un proche", "x": "un proche", "p": "des proches"},
    "en": {"f": "a relative", "m": "a relative", "x": "a relative", "p": "relatives"},
}
_LETTERED = {"cette personne": "la personne", "the patient": "patient"}
"""Words that a letter follows: "la personne A", "patient B"."""
_FIELDS = {"fr": "[nom retiré]", "en": "[name removed]"}
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")


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
    spoken = [p for p in persons if any(_spoken(reading, mentions[i]) for i in p.mentions)]
    letters = _letters(reading, spoken)
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
    """Group the mentions of protected persons that can name the same one.

    One name holds the other ("Huguette Palanque", "Mme Palanque"), and titles do not contradict.
    """
    groups: list[tuple[set[str], str, list[int]]] = []
    for number, mention in enumerate(mentions):
        if mention.rule.entity is not Entity.PERSON or mention.subject not in PROTECTED:
            continue
        tokens = reading.tokens_in(mention.start, mention.end)
        keys = {t.key for t in tokens if t.key not in TITLES | PARTICLES and len(t.key) > 1}
        keys = keys or {reading.folded[mention.start : mention.end]}
        told = _told(tokens)
        other = _other_name(reading, mentions, number)
        for at, (known, sex, members) in enumerate(groups):
            same = (keys <= known or known <= keys) and (told == sex or "x" in {told, sex})
            if same or other in members:
                members.append(number)
                groups[at] = (known | keys, told if sex == "x" else sex, members)
                break
        else:
            groups.append((keys, told, [number]))
    return [
        _Person(tuple(m), _gender(reading, sex, [mentions[i] for i in m]), mentions[m[0]].subject)
        for _, sex, m in groups
    ]


def _other_name(reading: Reading, mentions: list[Mention], number: int) -> int:
    """The mention before, where this one is another name of the same person; else -1."""
    if not number:
        return -1
    between = reading.text[mentions[number - 1].end : mentions[number].start]
    return number - 1 if _OTHER_NAME.fullmatch(between) else -1


def _told(tokens: tuple[Token, ...]) -> str:
    """`f`, `m`, `p` (both) or `x`, by the titles of a mention, else by its first names."""
    keys = {t.key for t in tokens}
    female, male = bool(keys & _TITLES_F), bool(keys & _TITLES_M)
    if female or male:
        return "p" if female and male else "f" if female else "m"
    for token in tokens:
        if token.flags & Word.FEMALE and not token.flags & Word.MALE:
            return "f"
        if token.flags & Word.MALE and not token.flags & Word.FEMALE:
            return "m"
    return "x"


def _gender(reading: Reading, told: str, mentions: list[Mention]) -> str:
    """What the mentions tell, or the words around them; `x` where nothing is sure."""
    if told != "x":
        return told
    near = [t for m in mentions for t in reading.tokens_in(m.start - 60, m.end + 60)]
    keys = [t.key for t in near]
    female = sum(t.text.lower() in _FEMALE for t in near)
    male = sum(t.text.lower() in _MALE for t in near)
    male -= sum(k == "il" and after in _NOBODY for k, after in pairwise(keys))
    return "f" if female > male else "m" if male > female else "x"


def _letters(reading: Reading, persons: list[_Person]) -> dict[_Person, str]:
    """A letter each where several patients would get the same words."""
    alike: dict[str, list[_Person]] = {}
    for person in persons:
        if person.subject is not Subject.RELATIVE and person.gender != "p":
            alike.setdefault(_PATIENT[reading.lang][person.gender], []).append(person)
    return {
        person: f" {chr(65 + n % 26)}{n // 26 + 1 if n >= 26 else ''}"
        for group in alike.values()
        if len(group) > 1
        for n, person in enumerate(group)
    }


def _spoken(reading: Reading, mention: Mention) -> bool:
    """Whether the mention stands in a sentence that goes on with "la patiente"."""
    before = reading.text[max(0, mention.start - 24) : mention.start]
    field = _FIELD.search(before) or _alone_on_line(reading, mention)
    return not (field or _apposed(reading, mention))


def _person_text(reading: Reading, mention: Mention, person: _Person, letter: str) -> str:
    lang, text = reading.lang, reading.text
    before = text[max(0, mention.start - 24) : mention.start]
    if before[-1:] in {"#", "@", "_", "/"} or text[mention.end : mention.end + 1] in {"_", "@"}:
        return _FIELDS[lang]
    tokens = reading.tokens_in(mention.start, mention.end)
    of = bool(tokens) and tokens[0].key in _OF and tokens[0].shape == "l" and before.endswith(" ")
    if not of and _apposed(reading, mention):
        return ""
    if _FIELD.search(before) or _alone_on_line(reading, mention):
        return _FIELDS[lang]
    words = (_RELATIVE if mention.subject is Subject.RELATIVE else _PATIENT)[lang][person.gender]
    if letter:
        words = _LETTERED.get(words, words) + letter
    if of:
        words = f"de {words}".replace("de le ", "du ").replace("de un", "d'un")
    elif starts_sentence(text, mention.start):
        words = capital(words)
    return words.upper() if _shouted(reading, mention) else words


def _apposed(reading: Reading, mention: Mention) -> bool:
    """Whether the word before says who it is, so that the name can go: "son fils Lucas"."""
    previous = reading.word_before(mention.start)
    if not previous or previous.key not in _KIN:
        return False
    gap = reading.text[previous.end : mention.start]
    after = reading.text[mention.end : mention.end + 1]
    return bool(
        re.fullmatch(r"[ \t]+", gap)
        or (gap == " (" and after == ")")
        or (gap == ", " and after in {",", ".", ";", ")", "\n", ""}),
    )


def _shouted(reading: Reading, mention: Mention) -> bool:
    """Whether the name and the line around it are in capitals."""
    text = reading.text
    start = max(text.rfind("\n", 0, mention.start) + 1, mention.start - 80)
    end = text.find("\n", mention.end, mention.end + 80)
    around = text[start : mention.start] + text[mention.end : end if end >= 0 else mention.end + 80]
    upper, letters = sum(map(str.isupper, around)), sum(map(str.isalpha, around))
    return text[mention.start : mention.end].isupper() and letters > 7 and upper > 0.7 * letters


def _alone_on_line(reading: Reading, mention: Mention) -> bool:
    text = reading.text
    start = text.rfind("\n", 0, mention.start) + 1
    end = text.find("\n", mention.end)
    rest = text[start : mention.start] + text[mention.end : end if end >= 0 else len(text)]
    return "\n" in text and not any(map(str.isalpha, rest))
