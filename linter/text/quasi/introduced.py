"""People whom a sentence introduces by their age: "une infirmière de 44 ans à Limoges", "44-year-old nurse from Dundee".

And those of a public role who are said to be cared for: "le sénateur a été hospitalisé".

The learned reader takes short sentences about health professionals for what authors say of themselves. Grammar knows
better: neither oneself nor a colleague is introduced that way.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from linter.finding import Entity
from linter.text.detail import breaks_of
from linter.text.quasi.candidate import Candidate
from linter.text.reading import Reading

_WHO = (
    r"homme|femme|patiente?|pte?|monsieur|madame|mr|mme|dame|fille|garcon|enfant|nourrisson|veuve?|"
    r"man|woman|lady|gentleman|gent|girl|boy|male|female|child|infant|chap|lad|bloke"
)
_PERSON = re.compile(rf"\b(?:{_WHO})(?: [a-z-]{{3,15}})?(?: de |, | \(| aged )\Z")
_FOLLOWS = re.compile(rf"[ -]{{1,2}}(?:{_WHO})\b")
_YOUNG = re.compile(r"\d ?(?:mois|m\b|semaines?|sem\b|jours?|j\b)")
_BABY = re.compile(
    r"\b(?:bebe|bb|nourrisson|nouveau[- ]nee?|nne?|prema(?:turee?)?|fillette|garconnet|jumeaux|jumelles)"
    r"(?: (?:fille|garcon|premature|feminin|masculin))?(?: (?:agee? )?de |, | \()\Z"
)
"""What stands before the age of somebody who is too young for years: "bébé de 10 jours"."""
_HERE = re.compile(
    r"(?:\A|[.!?:\n] {0,2}|\b(?:un|une|mon|ma|notre|cet|cette|ce|a|an|my|our|this) )\Z"
)
_NOUN = re.compile(rf"(?:(?:jeune|young|elderly) )?(?:{_WHO}) \Z")
_YEARS = re.compile(r"\d ?(?:ans|a\b)|\d[- ]{0,2}(?:years?|yrs?|yo\b|y/o|y\b)")
_BARE = re.compile(r"\d{2}\Z")
_CLOSED = re.compile(r" ?[,)]")
_DECADE = re.compile(r"[a-z]{3,7}ties\Z|[2-9]0s\Z|[a-z]{4,9}taine\Z")
_IN_A_DECADE = re.compile(
    r"\b(?:in (?:his|her|their) (?:early |mid |late |mid-|early-|late-)?|dans la |de la )\Z"
)
_ONE = re.compile(
    r"\b(?:un|une|mon|ma|notre|cet|cette|ce|chez|jeune|vieux|vieille|a|an|my|our|this|young|old) \Z|\b(?:d|l)['’]\Z"
    r"|\b(?:le|la|the|(?:une?|an?|this|our|my) [a-z-]{4,15}) \Z"
)
_BETWEEN = re.compile(
    r"(?: (?:de|du|des|d['’]|of|in|from|at|on) ?[^.,;:!?()\n]{1,40}?)?(?: de |, | \()"
    r"|,? (?:in (?:his|her|their) (?:early |mid |late |mid-|early-|late-)?|dans la |de la )"
)
"""What stands between what somebody does and how old they are: "le pharmacien de la ville, 61 ans"."""
_HURT = re.compile(
    r"(?:, \d{2}(?: ans)?,)? (?:who (?:was|got) |qui a ete |qui s['’]est fait )?(?:shot|stabbed|electrocuted|crushed|burnt|burned|gored|run over|"
    r"renverse|poignarde|electrocute|ecrase|encorne|foudroye|percute|agresse|brule|tombe d)e?\b"
    r"(?: (?:[a-z]{2,10} ){0,3}(?:in|at|near|outside|a|au|pres de|en) )?"
)
"""What is said of somebody to whom something happened, up to the place of it: "police officer shot in Wexford"."""
_BEGINS = re.compile(r"(?:\A|[.!?\n] {0,2})(?:[a-z-]{4,15} )?\Z")
_SELF = re.compile(
    r"\b(?:je suis|je m['’]appelle|me presente|moi|j['’]ai \d|cherche|recherche|recrute|retraite|hommage|i am|i['’]?m|my name|hiring)\b"
)
_PLACED = re.compile(
    r",? (?:a|de|du|en|vers|pres de|in|from|of|near|(?:vivant|habitant|domiciliee?|residant) a|qui (?:vit|habite) a|"
    r"(?:now |currently )?(?:living|based|settled) in|who (?:now )?lives in) |,? d['’]"
)
_BEHIND = "doubt after"
_DOUBTS = frozenset({"doubt before", _BEHIND})
_LOWER = "place: in lower case"
_WORD, _EPONYM = "place: also a word", "place: also an eponym or brand"
_CLOSES = re.compile(r" ?(?:[,.;:()\n]|\Z)")
_PUBLIC, _LANGUAGE = "listed: public", "listed: language"
_CARED_FOR = re.compile(
    r"(?: (?:de|du|des|d['’]|of|for|in|from) ?[^.,;:!?\n]{1,40}?)?,? (?:"
    r"(?:a|avait) consulte(?!r)|consulte(?: pour| en|,)|(?:est|etait|a ete|vient d['’]etre) (?:hospitalise|opere|admis|suivi)|hospitalisee?|operee?|"
    r"(?:est|etait) venue? (?:pour une?|avec une?|en consult)|presente une? |en (?:sca|rea|reanimation|choc|acr|arret|detresse|sevrage|dialyse|coma)\b|a fait un (?:avc|infarctus|malaise|idm)|"
    r"(?:in|on) (?:resus|icu|itu|hdu|a&e|the ed|theatre|dialysis)\b|with (?:an? )?(?:stemi|nstemi|stroke|mi|dka|sepsis|gi bleed|overdose)\b|(?:came in|turned up|presented|attended|is in|was in) with |(?:is|was|was back|is back) in (?:rehab|hospital|icu|a coma)\b|presented to |(?:was|is being|has been) (?:admitted|diagnosed|referred|operated)|has (?:had a )?(?:cancer|stroke|heart attack))"
)
"""What is said of patients behind a public role: "le député de la circonscription a consulté", "our MP came in with"."""
_OF_THE_PLACE = re.compile(
    r" (?:(?:de |dans |sur )?(?:mon|ma|notre) (?:(?:tout |toute )?petite? )?|du (?:petit )?|de la (?:petite )?|de l['’]|"
    r"(?:in|of|at|from|on) (?:my|our|the|this) (?:(?:tiny|small|little|wee) )?)"
    r"(?:village|bourg|hameau|patelin|commune|ile|hamlet|parish|island)\b"
)
_LOCAL = re.compile(r"\b(?:my|our|the|this) (?:village|hamlet|parish|island) \Z")
_HAS = re.compile(
    r"(?: (?:de|du|des|d['’]|a|au|en|of|for|in|from|at|on) ?[^.,;:!?\n]{1,40}?)?,? (?:[a-z]{3,12},? )?(?:"
    r"(?:souffre|est atteinte?|est porteuse|est porteur) d(?:e |u |['’])|a (?:eu |fait )?(?:une? |la |le |l['’])|"
    r"(?:has|had|got|has got|has had|was diagnosed with|is diagnosed with|has been diagnosed with|has just been diagnosed with|came down with) "
    r"(?:an? |the )?)(?:[a-z-]{3,12} )?"
)
"""What stands between a job and a disease of whoever does it."""
_REACH = 45
"""Characters before an age in which a person may be named, and after it in which a place may."""


def introduced(reading: Reading, candidates: Sequence[Candidate]) -> frozenset[int]:
    """Numbers of the proposals that such a sentence holds: the age, what the person does, where the person lives."""
    listed = [(n, c) for n, c in enumerate(candidates) if c.rule.match.kind != "learned"]
    jobs = [(n, c) for n, c in listed if c.entity is Entity.OCCUPATION]
    places = [(n, c) for n, c in listed if c.entity is Entity.LOCATION and _LOWER not in c.flags]
    breaks = breaks_of(reading.text)
    found: set[int] = set()
    for number, age in enumerate(candidates):
        told = _in_years(reading, age) or _in_a_decade(reading, age) or _of_a_baby(reading, age)
        if told and not _of_oneself(reading, breaks, age.start):
            does = [n for n, job in jobs if _goes_with(reading, job, age)]
            if does or _of_a_person(reading, age) or _of_a_baby(reading, age):
                ends = {age.end, *(candidates[n].end for n in does)}
                lives = [n for n, c in places if _lives(reading, ends, c)]
                born = [
                    n for n, c in listed if _before_job(reading, c, [candidates[j] for j in does])
                ]
                found.update((number, *does, *lives, *born))
    found.update(n for n, c in listed if c.entity is Entity.NRP and _of_that_origin(reading, c))
    found.update(n for n, job in jobs if _known_by_all(reading, job) and _cared_for(reading, job))
    diseases = [c for _, c in listed if c.entity is Entity.CONDITION]
    found.update(n for n, job in jobs if _ill(reading, job, diseases))
    hurt = [(n, job.end) for n, job in jobs if _hurt(reading, job)]
    found.update(n for n, _ in hurt)
    found.update(n for n, c in places if any(_happened(reading, end, c) for _, end in hurt))
    return frozenset(found)


def _hurt(reading: Reading, job: Candidate) -> bool:
    """Whether something is said to have happened to somebody of that job: "un couvreur électrocuté"."""
    before = reading.folded[max(0, job.start - _REACH) : job.start]
    told = _ONE.search(before) or _BEGINS.search(before)
    return bool(told and _HURT.match(reading.folded, job.end))


def _happened(reading: Reading, end: int, place: Candidate) -> bool:
    near = 0 < place.start - end <= _REACH
    return near and _HURT.fullmatch(reading.folded, end, place.start) is not None


def _before_job(reading: Reading, origin: Candidate, jobs: Sequence[Candidate]) -> bool:
    """Whether it is the origin of somebody introduced by what they do: "a Syrian dentist in his forties"."""
    told = origin.entity is Entity.NRP and _LANGUAGE not in origin.flags
    return told and any(reading.folded[origin.end : job.start] == " " for job in jobs)


def _known_by_all(reading: Reading, job: Candidate) -> bool:
    """Whether it is a public role, or the job of one person of a village: "our village butcher"."""
    if _PUBLIC in job.flags or _OF_THE_PLACE.match(reading.folded, job.end):
        return True
    before = reading.folded[max(0, job.start - _REACH) : job.start]
    return reading.lang == "en" and _LOCAL.search(before) is not None


def _cared_for(reading: Reading, job: Candidate) -> bool:
    return _CARED_FOR.match(reading.folded, job.end) is not None


def _ill(reading: Reading, job: Candidate, diseases: Sequence[Candidate]) -> bool:
    """Whether somebody of that job is said to have a disease: "the care assistant at our nursing home has MDR-TB"."""
    if _SELF.search(reading.folded, max(0, job.start - _REACH), job.start):
        return False
    return any(
        0 < c.start - job.end <= 2 * _REACH and _HAS.fullmatch(reading.folded, job.end, c.start)
        for c in diseases
    )


def _in_years(reading: Reading, age: Candidate) -> bool:
    closed = _CLOSED.match(
        reading.folded, age.end
    )  # a doubt behind a comma is about something else
    doubts = age.flags & (_DOUBTS - {_BEHIND} if closed else _DOUBTS)
    if age.entity is not Entity.AGE or doubts:
        return False
    if _YEARS.search(reading.folded, age.start, age.end):
        return True
    bare = _BARE.match(reading.folded, age.start, age.end)
    return bool(bare and closed)


def _in_a_decade(reading: Reading, age: Candidate) -> bool:
    """Whether it is an age told by its decade, of one person: "in her forties", "dans la cinquantaine"."""
    if age.entity is not Entity.AGE or not _DECADE.search(reading.folded, age.start, age.end):
        return False
    return bool(_IN_A_DECADE.search(reading.folded, max(0, age.start - _REACH), age.start))


def _of_a_baby(reading: Reading, age: Candidate) -> bool:
    told = age.entity is Entity.AGE and _YOUNG.search(reading.folded, age.start, age.end)
    return bool(told and _BABY.search(reading.folded, max(0, age.start - _REACH), age.start))


def _of_that_origin(reading: Reading, origin: Candidate) -> bool:
    """Whether one person is called so: "une patiente polonaise", "a Polish lady"; not "le patient africain"."""
    if _LANGUAGE in origin.flags:
        return False
    folded, start = reading.folded, origin.start
    noun = _NOUN.search(folded, max(0, start - _REACH), start)
    if noun is None and not _FOLLOWS.match(folded, origin.end):
        return False
    at = noun.start() if noun else start
    return _HERE.search(folded, max(0, at - _REACH), at) is not None


def _of_oneself(reading: Reading, breaks: tuple[int, ...], at: int) -> bool:
    sentence = bisect_right(breaks, at)
    return bool(_SELF.search(reading.folded, breaks[sentence - 1], breaks[sentence]))


def _of_a_person(reading: Reading, age: Candidate) -> bool:
    start = age.start
    decade = _IN_A_DECADE.search(reading.folded, max(0, start - _REACH), start)
    if decade and _in_a_decade(reading, age):
        before = re.search(
            rf"\b(?:{_WHO})(?: [a-z-]{{3,15}})? \Z",
            reading.folded[max(0, start - _REACH) : decade.start()],
        )
        return before is not None
    before = _PERSON.search(reading.folded, max(0, start - _REACH), start)
    return bool(before or _FOLLOWS.match(reading.folded, age.end))


def _goes_with(reading: Reading, job: Candidate, age: Candidate) -> bool:
    """Whether an occupation and an age are one person's: it stands before, with an article or first, or right after."""
    folded = reading.folded
    if job.start >= age.end:
        return job.start - age.end <= 2 and not folded[age.end : job.start].strip(" ,")
    article = _ONE.search(folded, max(0, job.start - 25), job.start)
    first = _BEGINS.search(folded, max(0, job.start - 20), job.start)
    between = _BETWEEN.fullmatch(folded, job.end, age.start)
    return bool(article or first) and between is not None


def _lives(reading: Reading, ends: set[int], place: Candidate) -> bool:
    for end in ends:
        if end < place.start <= end + _REACH:
            if _PLACED.fullmatch(reading.folded, end, place.start):
                return True
            if reading.folded[end : place.start] == ", " and _stands_alone(reading, place):
                return True
    return False


def _stands_alone(reading: Reading, place: Candidate) -> bool:
    """Whether a name between commas is a place: "47 ans, Guéret, maladie de Huntington", not "47 ans, Parkinson,"."""
    if _EPONYM in place.flags:
        return False
    told = reading.text[place.start : place.end]
    capital = told[:1].isupper() and told[1:].islower()
    return _WORD not in place.flags or bool(capital and _CLOSES.match(reading.text, place.end))
