"""How a coarser word joins the words around it: prepositions, articles, what is left out."""

import re

from linter.finding import Entity
from linter.grammar import Edit, capital, join, starts_sentence
from linter.post import Language

_REACH = 40
_VOWEL = re.compile(r"[aeiouyàâéèêëîïôœh]", re.IGNORECASE)
_PLACE_BEFORE = {
    "fr": re.compile(
        r"\b(?:(?P<of>de(?: la| l['’])?|du|des|d['’])|(?:pr[eè]s|autour|aux environs|dans la r[eé]gion|secteur|c[oô]t[eé])\s(?:de\s|d['’]|du\s)?"
        r"|[aà](?: la| l['’])?|aux?|en|sur|vers|dans\s(?:le|la|les|l['’])|ds\s(?:le|la|les|l['’]))\s?\Z",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:(?P<of>from|of)|in|at|near|around|outside|off|to|on)\s(?:the\s)?\Z", re.IGNORECASE
    ),
}
_TIME_BEFORE = {
    "fr": re.compile(
        r"\b(?:(?P<since>depuis)\s)?(?:(?:la nuit|le soir|le matin)\s(?:de\s|du\s|d['’])|(?:dans\s)?(?:le|la|l['’]|ce|cet|cette|du|au|en|vers|les)\s?)?\Z",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:(?P<since>since)\s)?(?:(?:on|in|at|last|the|of|from|this)\s){0,2}\Z", re.IGNORECASE
    ),
}
_SINCE = {"fr": "depuis quelque temps", "en": "for some time"}
_DETERMINER = {
    "fr": re.compile(
        r"\b(?:un|une|le|la|[ld]['’]|du|au|ce|cet|cette|mon|ma|son|sa|notre|d['’]une?|chez une?|pauvre|jeune|vieux|vieille)\s?\Z",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:\b(?:an?|the|this|my|our|his|her|old|young)|['’]s(?:\sonly)?)(?:\s[a-z-]{3,14}(?:ic|ed|ous|al|ive|ent|ant))?\s\Z",
        re.IGNORECASE,
    ),
}
_PERSON_BEFORE = re.compile(
    r"\b(?:patiente?|homme|femme|monsieur|madame|dame|fille|gar[cç]on|patient|man|woman|lady|boy|girl|pt)\s\Z",
    re.IGNORECASE,
)
_AN = re.compile(r"\b(?P<a>a)n \Z", re.IGNORECASE)
_NOUN_AFTER = re.compile(
    r" (?!(?:is|was|has|had|with|who|whose|in|from|and|or|on|of|for|came|presented|at|to|needs|said|aged|now|currently|by|"
    r"but|as|since|after|not|only|about|origin|descent|background|heritage)\b)[a-z]{3}"
)
"""What an adjective stands before in English: a noun or another adjective."""
_ELIDES = re.compile(r"\b(?P<word>le|la|du|au|de|que)\s\Z", re.IGNORECASE)
_ELIDED = {"le": "l'", "la": "l'", "du": "de l'", "au": "à l'", "de": "d'", "que": "qu'"}
_IN_DIFFERENT = {
    "dans les ": ("Hauts-de", "Pays de la"),
    "dans le ": ("Grand Est", "Centre-Val"),
    "à ": ("La Réunion", "Mayotte", "Saint-", "Cuba", "Madagascar", "Malte", "Chypre", "Maurice"),
    "aux ": ("États-Unis", "Pays-Bas", "Philippines", "Comores", "Seychelles", "Émirats"),
    "en ": ("Iran", "Irak", "Israël", "Afghanistan", "Angola", "Haïti"),
}
_MASCULINE = ("Mexique", "Cambodge", "Mozambique", "Zimbabwe", "Bélize", "Suriname")
_FORMER = re.compile(r"\b(?:anciens?|anciennes?|ex|retired|former)[ -]\Z", re.IGNORECASE)
_COPULA = {
    "fr": re.compile(r"\b(?:est|[ée]tait|es|[ée]tais|[êe]tre)\s\Z", re.IGNORECASE),
    "en": re.compile(r"\b(?:is|was|being|he's|she's)\s\Z", re.IGNORECASE),
}
_IS = re.compile(r"(?:\b(?:is|was|who's|turned|turns)|['’]s)\s\Z", re.IGNORECASE)
_PREDICATE = {
    "fr": {
        Entity.OCCUPATION: "en activité",
        Entity.FAMILY: "[situation familiale]",
        Entity.NRP: "[origine]",
    },
    "en": {
        Entity.OCCUPATION: "in work",
        Entity.FAMILY: "[family situation]",
        Entity.NRP: "[origin]",
    },
}
"""What may stand behind "is" in the place of a job, a family situation, an origin."""
_WHERE = {
    "fr": re.compile(
        r"\s(?:(?:de|dans)\s(?:ma|mon|sa|la|notre|cette|une|leur)|du|de\sl['’]|de\sce|de\sson|de\snotre|d['’]une?)\s?(?:petite?\s)?"
        r"(?:commune|ville|village|bourg|hameau|paroisse|quartier|canton|[îi]le|circonscription|d[ée]partement|coin)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\s(?:of|in|for|from)\s(?:the|his|her|their|my|our|this|a)\s(?:local\s|small\s|tiny\s)?"
        r"(?:village|town|parish|hamlet|island|constituency|district|county|borough|area)"
        r"(?:\s(?:primary(?:\sschool)?|school|shop|pub|church|post\soffice))?(?!\w)",
        re.IGNORECASE,
    ),
}
_SEVERAL = re.compile(
    r"(?:twins|[a-z]{3,8}plets|siblings|sisters|brothers|jumeaux|jumelles|[a-zé]{3,8}plée?s)\Z",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:\b(?i:an?|the|my|our|his|her|old|yo|y/o|retired|former)|\d[MFmf]?),?\s"
    r"(?P<part>(?!(?:female|male|young|old|elderly|healthy|obese|fit|well|busy|keen|retired|former|type)\s)"
    r"[a-z]{3,14}(?<!ic)(?<!al)(?<!ous)(?<!ive)(?<!ed)(?<!ent)(?<!ant)(?<!ful)(?<!less)(?<!ble)(?<!ary)(?<!ish)(?<!ese)(?<!an)\s)\Z"
)
"""What makes one word with a job: "a rugby coach", "our village butcher"; not an adjective, which may be clinical."""
_PEOPLE = frozenset({"patient", "patiente", "personne soignée"})
_HOMES = frozenset(
    "France;United Kingdom;Ireland;United States;Canada;Australia;Belgique;Suisse".split(";")
)
"""Countries that say nothing behind "of": "les urgences de Roanne" are not "de France"."""
_COMES = re.compile(
    r"(?:originaire|natif|native|vien\w{1,4}|venue?s?|arriv\w{1,4}|transf\w{1,7}|retour|revien\w{1,3}|revenue?) (?:de|d['’])\s?\Z",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"\b(?:(?P<him>le|un|du|au|ce|cet|vieux)|(?P<any>[ms]on)|(?P<her>la|une|ma|cette|vieille)|(?P<cut>[ld]['’]))\s?\Z",
    re.IGNORECASE,
)
PERSONAL = frozenset({Entity.OCCUPATION, Entity.FAMILY, Entity.NRP})
"""What is left out, or gives way to a word for the person."""


def loosen(text: str, edit: Edit, entity: Entity, lang: Language) -> Edit:
    """The range to replace and its words, after prepositions and articles.

    Args:
        text: the post.
        edit: the range of the detail, and the coarser word of its kind.
        entity: what the detail is.
        lang: language of the post.
    """
    before = text[max(0, edit.start - _REACH) : edit.start]
    if entity is Entity.LOCATION:
        return _capital(text, _place(before, edit, lang))
    if entity is Entity.DATE_TIME:
        return _capital(text, _time(before, edit, lang))
    if entity is Entity.AGE and lang == "en":
        return _aged(before, edit)
    if entity in PERSONAL:
        return _person(text, _whole(text, edit, lang), entity, lang)
    apposed = entity is Entity.PHYSICAL_MARK or edit.new in _PEOPLE
    if apposed and before.endswith(", ") and not edit.new.startswith("["):
        return _left_out(text, edit, lang)
    if edit.new.startswith(("un ", "a ", "an ", "la ", "the ")):
        return _capital(text, _facility(before, edit, lang))
    return _capital(text, _elided(before, edit, lang))


_NOUN_BEFORE = re.compile(
    r"\b(?:un|une|le|la|les|l['’]|ce|cet|cette|ces|mon|ma|mes|son|sa|ses|notre|nos|des|du|de|d['’]|encore|quel|quelle|"
    r"an?|the|this|that|these|those|my|our|his|her|another|what|of|for|with|avec|pour|chez)\s?\Z",
    re.IGNORECASE,
)


_VERB = re.compile(
    r"\s(?:is|was|are|were|has|had|does|did|keeps|never|strikes?|est|sont|a|ont|[ée]tait|fait|font|vient|s['’]est|n['’]est)\b"
    r"[^.!?\n\d]{0,50}(?:[.!?]|(?=\n)|\Z)"
)
"""The rest of a short sentence whose subject goes."""


def reworded(text: str, edit: Edit, lang: Language) -> Edit:
    """A neutral wording in the place of degrading words: in brackets where a noun would not fit the sentence."""
    if not edit.new:
        rest = _VERB.match(text, edit.end) if starts_sentence(text, edit.start) else None
        if rest is None:
            return join(text, edit, lang)
        return Edit(len(text[: edit.start].rstrip(" \t")), rest.end(), "")
    before = text[max(0, edit.start - _REACH) : edit.start]
    if starts_sentence(text, edit.start):
        return edit._replace(new=capital(edit.new))
    return edit if _NOUN_BEFORE.search(before) else edit._replace(new=f"[{edit.new}]")


def inside(name: str) -> str:
    """`en Nouvelle-Aquitaine`, `dans le Grand Est`, `au Maroc`."""
    for preposition, heads in _IN_DIFFERENT.items():
        if name.startswith(heads):
            return preposition + name
    if _VOWEL.match(name) or (name.endswith("e") and name not in _MASCULINE) or "-" in name:
        return f"en {name}"
    return f"en {name}" if name.endswith("sie") or name == "Corse" else f"au {name}"


def _place(before: str, edit: Edit, lang: Language) -> Edit:
    if edit.new.startswith(("une ", "a ")):
        return _facility(before, edit, lang)
    found = _PLACE_BEFORE[lang].search(before)
    if not found:
        return edit
    start = edit.start - (len(before) - found.start())
    of = (found["of"] or "").strip().lower()
    if edit.new in _HOMES and of not in {"", "from"} and not _COMES.search(before):
        return Edit(start - before[: found.start()].endswith(" "), edit.end, "")
    if lang == "en":
        lead = "from" if found["of"] else "in"
        return Edit(start, edit.end, f"{lead} {_article_en(edit.new)}")
    return Edit(start, edit.end, _of(edit.new) if found["of"] else inside(edit.new))


def _of(name: str) -> str:
    """`de Bretagne`, `d'Île-de-France`, `du Grand Est`, `des Hauts-de-France`."""
    if name.startswith(_IN_DIFFERENT["dans les "] + _IN_DIFFERENT["aux "]):
        return f"des {name}"
    if name.startswith(_IN_DIFFERENT["dans le "]) or inside(name).startswith("au "):
        return f"du {name}"
    return f"d'{name}" if re.match(r"[AEIOUÀÂÉÈÊÎÔ]", name) else f"de {name}"


def _article_en(name: str) -> str:
    return f"the {name}" if name.startswith(("United", "Netherlands", "Philippines")) else name


def _aged(before: str, edit: Edit) -> Edit:
    """`an 8-year-old` becomes `a 5-10-year-old`."""
    article = re.search(r"\b(?P<a>an?)\s\Z", before, re.IGNORECASE)
    if not article:
        bare = edit.new[:1].isdigit() and edit.new[-1:].isdigit()
        return edit._replace(new=f"aged {edit.new}") if bare and _IS.search(before) else edit
    right = "an" if edit.new.startswith(("8", "11-", "18")) else "a"
    right = capital(right) if article["a"][0].isupper() else right
    return Edit(edit.start - len(article[0]), edit.end, f"{right} {edit.new}")


def _time(before: str, edit: Edit, lang: Language) -> Edit:
    found = _TIME_BEFORE[lang].search(before)
    if not found:
        return edit
    start = edit.start - (len(before) - found.start())
    return Edit(start, edit.end, _SINCE[lang] if found["since"] else edit.new)


def _whole(text: str, edit: Edit, lang: Language) -> Edit:
    """A job with where it is done: "maire de sa commune", "vicar of our village", "our village butcher"."""
    behind = _WHERE[lang].match(text, edit.end)
    near = _PART.search(text, max(0, edit.start - _REACH), edit.start) if lang == "en" else None
    if near:
        edit = edit._replace(start=near.start("part"))
    return edit._replace(end=behind.end()) if behind else edit


def _person(text: str, edit: Edit, entity: Entity, lang: Language) -> Edit:
    """A word for the person where a sentence would lose its subject; else nothing. "Former" goes with a job."""
    if edit.new in {"patient", "patiente"} and _SEVERAL.search(text, edit.start, edit.end):
        edit = edit._replace(new=f"{edit.new}s")
    before = text[max(0, edit.start - _REACH) : edit.start]
    if _COPULA[lang].search(before):
        return edit._replace(new=_PREDICATE[lang][entity])
    if entity is Entity.NRP and lang == "en" and _NOUN_AFTER.match(text, edit.end):
        return _adjective(text, edit)
    if former := _FORMER.search(before):
        edit = edit._replace(start=edit.start - (len(before) - former.start()))
        before = before[: former.start()]
    subject = starts_sentence(text, edit.start) or _DETERMINER[lang].search(before)
    if subject and not _PERSON_BEFORE.search(before):
        return _capital(text, _elided(before, _agreed(before, edit, lang), lang))
    return _left_out(text, edit, lang)


def _adjective(text: str, edit: Edit) -> Edit:
    """An origin before what it is said of goes, and the article agrees: "an Irish dentist" becomes "a dentist"."""
    end = edit.end + 1
    article = re.search(
        r"\b(?P<a>an?) \Z", text[max(0, edit.start - _REACH) : edit.start], re.IGNORECASE
    )
    if not article:
        first = capital(text[end]) if starts_sentence(text, edit.start) else text[end]
        return Edit(edit.start, end + 1, first)
    right = "an" if text[end] in "aeioAEIO" else "a"
    right = capital(right) if article["a"][0].isupper() else right
    return Edit(edit.start - len(article[0]), end, f"{right} ")


def _agreed(before: str, edit: Edit, lang: Language) -> Edit:
    """A word for the person that agrees with the article before it, and that article whole: "l'instituteur"."""
    if lang == "en" and (an := _AN.search(before)) and edit.new in _PEOPLE:
        return Edit(edit.start - len(an[0]), edit.end, f"{an['a']} {edit.new}")
    found = _ARTICLE.search(before) if lang == "fr" else None
    if not found or edit.new not in _PEOPLE:
        return edit
    start = edit.start - len(found[0])
    if found["any"] and edit.new == "patiente":
        return Edit(start, edit.end, f"{found[0][0]}a patiente")
    if found["cut"]:
        lead = "la " if edit.new.startswith("p") and edit.new != "patient" else "le "
        lead = lead if found[0][0] in "lL" else "de "
        return Edit(start, edit.end, (capital(lead) if found[0][0].isupper() else lead) + edit.new)
    return edit._replace(new="patiente" if found["her"] else "patient")


def _left_out(text: str, edit: Edit, lang: Language) -> Edit:
    """Nothing is put there; of two commas, or of two "de", around one stays, since a list of details goes on."""
    if text[: edit.start].endswith(" de ") and text.startswith(" de ", edit.end):
        return Edit(edit.start - 3, edit.end + 1, "")
    if text[: edit.start].endswith(", ") and text.startswith(",", edit.end):
        return Edit(edit.start - 2, edit.end, "")
    return join(text, edit._replace(new=""), lang)


def _facility(before: str, edit: Edit, lang: Language) -> Edit:
    found = _PLACE_BEFORE[lang].search(before)
    article = _DETERMINER[lang].search(before)
    if found:
        start = edit.start - (len(before) - found.start())
        if lang == "en":
            return Edit(start, edit.end, f"{'from' if found['of'] else 'in'} {edit.new}")
        of = f"de {edit.new}" if edit.new.startswith("la ") else f"d'{edit.new}"
        return Edit(start, edit.end, of if found["of"] else f"dans {edit.new}")
    return edit._replace(start=edit.start - len(article[0])) if article else edit


def _elided(before: str, edit: Edit, lang: Language) -> Edit:
    found = _ELIDES.search(before) if lang == "fr" else None
    if not found or not edit.new or not _VOWEL.match(edit.new) or edit.new[0] in "hH":
        return edit
    short = _ELIDED[found["word"].lower()]
    short = capital(short) if found["word"][0].isupper() else short
    return Edit(edit.start - len(found[0]), edit.end, short + edit.new)


def _capital(text: str, edit: Edit) -> Edit:
    return (
        edit._replace(new=capital(edit.new))
        if edit.new and starts_sentence(text, edit.start)
        else edit
    )
