"""How a replacement joins the words around it: articles, contraction, elision, punctuation."""

import re
from typing import NamedTuple

from linter.post import Language

_REACH = 32
"""Characters looked at before a replacement."""
_CLOSERS = re.compile(r"(?:(\*{1,3}|_{1,3})|<(\w{1,10})>|\[([biu])\])")
_INITIAL = re.compile(r"(?<![^\W\d_])[A-ZÀ-Ý]\Z")
_ENDS_SENTENCE = re.compile(r"\s*\Z|[ \t]*\n|\s+[A-ZÀ-Ý«\"“(-]")
_STARTS = re.compile(r"(?:\A|[.!?\n…])[\s\"'«“(>*-]{0,6}\Z")
_ABBREVIATED = re.compile(
    r"\b(?:cf|dr|drs|pr|prof|m|mr|mrs|ms|me|env|ex|resp|vs|pt|st|ste|sgt|rev|no|réf|ref|tél|tel|art|av|bd|[a-z])\.\s{0,2}\Z",
    re.IGNORECASE,
)
_TITLE = r"(?:M\.?|Mr\.?|Monsieur|Mme|Madame|Mrs\.?|Ms\.?|Dr\.?)"
_COUPLE = re.compile(rf"\b{_TITLE}\s(?:et|and|&)\s\Z")
_TWO = re.compile(
    r"\b(?:couple|famille|family|fratrie|enfants|jumeaux|jumelles|twins|filles|parents)\s\Z",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s(?:family|twins|triplets|siblings|sisters|brothers|kids|parents)\b")
_ANYBODY = frozenset(
    {
        "cette personne",
        "le patient",
        "la patiente",
        "this person",
        "the patient",
        "a relative",
        "un proche",
    }
)
"""What is not put behind a word for several people: "le couple", "la famille"."""
_COUPLES = {"fr": "ces personnes", "en": "the couple"}
_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_DAYS_EN = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DATED = {
    "fr": re.compile(rf"\b(?:(?:le|un)\s(?:{_DAYS})?\s?|(?:{_DAYS})\s)\Z", re.IGNORECASE),
    "en": re.compile(rf"\b(?:on\s(?:the\s)?(?:{_DAYS_EN})?\s?|(?:{_DAYS_EN})\s)\Z", re.IGNORECASE),
}
_BORN = {
    "fr": re.compile(r"\b(?:n[ée]{1,2}(?:\(e\)|s|es)?|naquit)\s\Z", re.IGNORECASE),
    "en": re.compile(r"\bborn\s\Z", re.IGNORECASE),
}
_IN_YEAR = {"fr": "en ", "en": "in "}

_ELIDED = re.compile(r"(?<!\w)(d|qu|l|lorsqu|puisqu|quoiqu)['’]\Z", re.IGNORECASE)
_ELIDABLE = re.compile(r"\b(?:d|qu|lorsqu|puisqu)(e\s)\Z", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?P<before>\w*['’]?\s?)\b(?P<word>de|à|a)\s\Z", re.IGNORECASE)
_SUBJECTS = frozenset("il elle on qui y ça ca n' m' t' l' s' c' j'".split())
"""After these, `a` is a verb, not an `à` without its accent."""
_DETERMINER = re.compile(
    r"\b(?P<det>du|au|des|aux|la|les?|une?|cette|cet|ces?|ma|mon|mes|sa|son|ses|ta|ton|tes|nos|notre|vos|votre|leurs?)"
    r"(?P<adj>(?:\s(?:pauvre|petite?|chère|cher|brave|bonne|bon|vieille|vieux|jeune|gentille?|belle|beau))"
    r"{0,2})\s\Z",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"\b(?:pauvres?|chère|cher|brave)\s\Z", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:la|le|une?|cette) (?P<noun>patiente?|personne|proche)(?P<letter>.*)", re.IGNORECASE
)
_FEMALE = frozenset("la une cette ma sa ta".split())
_MALE = frozenset("le un ce cet".split())
_PLURAL = frozenset("les des aux ces mes ses tes nos vos leurs".split())
_TURNED = {"mon": "ma", "son": "sa", "ton": "ta", "du": "de la", "au": "à la"}
"""Determiners that are masculine, or stand before a vowel, as the feminine needs them."""
_CONTRACTED = {"de le ": "du ", "à le ": "au ", "a le ": "au "}
_NO_ARTICLE = re.compile(
    r"\b(?P<det>the|an?|this|that|my|our|your|his|her|their|poor|little|old|auld|dear|young|lovely|same)\s\Z",
    re.IGNORECASE,
)


class Edit(NamedTuple):
    """A range of the text and the words to put there."""

    start: int
    end: int
    new: str


def join(text: str, edit: Edit, lang: Language) -> Edit:
    """The range to replace and its words, after punctuation, contraction and elision."""
    start, end, new = edit
    end = _stop(text, start, _closed(text, start, end), new)
    before = text[max(0, start - _REACH) : start]
    several = _TWO.search(before) or _SEVERAL.match(text, end)
    if new == "" or (new.lower() in _ANYBODY and several):
        return _taken_out(text, start, end)
    if new.isdigit():
        return _year(before, Edit(start, end, new), lang)
    couple = _COUPLE.search(before)
    if couple and not new.startswith("["):
        start -= len(couple[0])
        words = _COUPLES[lang]
        return Edit(start, end, capital(words) if starts_sentence(text, start) else words)
    if lang == "fr":
        return _french(before, Edit(start, end, new))
    return _english(text, before, Edit(start, end, new))


def starts_sentence(text: str, at: int) -> bool:
    """Whether a sentence or a line begins here."""
    before = text[max(0, at - _REACH) : at]
    return bool(_STARTS.search(before)) and not _ABBREVIATED.search(before)


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def _closed(text: str, start: int, end: int) -> int:
    """The end, after the emphasis that opens within the range: `**Palanque` takes its `**`."""
    opened = _CLOSERS.search(text, start, end)
    if not opened:
        return end
    signs, tag, code = opened.groups()
    closer = signs or (f"</{tag}>" if tag else f"[/{code}]")
    inside = text.find(closer, opened.end(), end) >= 0
    return end + len(closer) if not inside and text.startswith(closer, end) else end


def _stop(text: str, start: int, end: int, new: str) -> int:
    """The end, with the point of an initial and without the point of the sentence."""
    initial = _INITIAL.search(text, max(start, end - 2), end)
    if initial and text.startswith(".", end) and not _ENDS_SENTENCE.match(text, end + 1):
        return end + 1
    point = text.startswith(".", end - 1) and end - start > 1 and not new.endswith(".")
    return end - 1 if point and _ENDS_SENTENCE.match(text, end) else end


def _taken_out(text: str, start: int, end: int) -> Edit:
    """Nothing is put there: brackets, commas and spaces around go too."""
    if text.startswith("(", start - 1) and text.startswith(")", end) and start:
        start, end = start - 1, end + 1
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] == "," and text.startswith(",", end):
        detail = re.match(r",\s(?:\d|son|sa|ses|et|her|his|and)", text[end : end + 6])
        return Edit(start - 1, end if detail else end + 1, "")
    if start and text[start - 1] == "," and re.match(r"\s*(?:[.;:)!?\n]|\Z)", text[end : end + 3]):
        start -= 1
    return Edit(start, end, "")


def _year(before: str, edit: Edit, lang: Language) -> Edit:
    dated = _DATED[lang].search(before)
    if dated:
        words = _IN_YEAR[lang]
        words = capital(words) if dated[0][0].isupper() else words
        return Edit(edit.start - len(dated[0]), edit.end, words + edit.new)
    return edit._replace(new=_IN_YEAR[lang] + edit.new) if _BORN[lang].search(before) else edit


def _french(before: str, edit: Edit) -> Edit:
    start, end, new = edit
    elided = _ELIDED.search(before)
    if elided:
        return edit if new[0] in "uU" else _unelided(elided, edit)
    elidable = _ELIDABLE.search(before)
    if elidable and new[0] in "uU":
        return Edit(start - len(elidable[1]), end, "'" + new)
    noun = _NOUN.fullmatch(new)
    determiner = _DETERMINER.search(before)
    if noun and determiner:
        return _determined(determiner, noun, edit)
    if noun and _ADJECTIVE.search(before):
        return edit._replace(new=noun["noun"] + noun["letter"])
    preposition = _PREPOSITION.search(before)
    if preposition:
        word = preposition["word"]
        verb = word in "aA" and preposition["before"].strip().lower() in _SUBJECTS
        apart = f"{word} {new}"
        joined = apart if verb else _contracted(apart)
        if joined != apart:
            return Edit(start - len(word) - 1, end, joined)
    return edit


def _unelided(elided: re.Match[str], edit: Edit) -> Edit:
    """`d'Élise` → `de la patiente`; `l'Élise` → `la patiente`."""
    word = elided[1]
    if word in "lL":
        new = capital(edit.new) if word == "L" else edit.new
    else:
        new = _contracted(f"{word}{'E' if word.isupper() and len(word) > 1 else 'e'} {edit.new}")
    return Edit(edit.start - len(elided[0]), edit.end, new)


def _contracted(words: str) -> str:
    for long, short in _CONTRACTED.items():
        if words.lower().startswith(long):
            rest = words[len(long) :]
            if words.isupper():
                return short.upper() + rest
            return (capital(short) if words[0].isupper() else short) + rest
    return words


def _determined(before: re.Match[str], noun: re.Match[str], edit: Edit) -> Edit:
    """After an article or the like the noun stands alone and agrees with it."""
    word, letter = noun["noun"].lower(), noun["letter"]
    det = before["det"].lower()
    start = edit.start
    if det in _PLURAL:
        new = f"{word}s"
    elif det in _MALE:
        new = ("patient" if word in {"patiente", "personne"} else word) + letter
    elif det in _FEMALE:
        new = ("patiente" if word == "patient" else word) + letter
    else:
        new = word + letter
        female = word in {"patiente", "personne"} or edit.new.lower().startswith("une ")
        if female and det in _TURNED:
            turned = _TURNED[det]
            turned = capital(turned) if before["det"][0].isupper() else turned
            start -= len(before[0])
            new = f"{turned}{before['adj']} {new}"
    return Edit(start, edit.end, new.upper() if noun["noun"].isupper() else new)


def _english(text: str, before: str, edit: Edit) -> Edit:
    start, end, new = edit
    if text[end : end + 1] in {"'", "’"} and text[end - 1] in "sS":
        following = text[end + 1 : end + 2]
        if (
            not following.isalpha()
            and not new.startswith("[")
            and not text.startswith("'", start - 1)
        ):
            end, new = end + 1, new + "'s"
    article = _NO_ARTICLE.search(before)
    if article and new.lower().startswith(("the ", "a ")):
        new = new.split(" ", 1)[1]
        if article["det"].lower() == "an":
            start, new = start - len(article[0]), ("A " if article["det"][0] == "A" else "a ") + new
    return Edit(start, end, new)
