"""The shape of a name in a text: which run of words, from a given word on, is one name."""

import re

from linter.text.lexicon import NAME, Word
from linter.text.reading import Reading
from linter.text.tokens import Token

MAX_PIECES = 5
_INITIAL_GAP = re.compile(r"\.?[ \t-]{1,2}|\.")
FOREIGN = frozenset(
    "van von der den ter ten ben ibn bin bint ould el da dos das di del della mac mc abd abou aït ait".split(),
)
"""Particles that no French or English noun follows: after a title, what comes next is a surname in any case."""
PARTICLES = FOREIGN | frozenset("de du des d' la le al o st saint sainte".split())
TITLES = frozenset(
    "m mr mme mlle melle mrs ms miss mister madame monsieur mademoiselle mmes dr docteur doctor pr prof "
    "professeur professor me maitre sir lady lord sister soeur".split(),
)
FACILITY_AFTER = frozenset(
    "hospital clinic surgery infirmary ward unit centre center school college university house lodge "
    "hospice practice general trust medical health pharmacy lane street road avenue court park hall "
    "institute foundation memorial nursing care home beach bay hill airport station card book award".split(),
)
_NEVER = frozenset(
    # words that begin a sentence or a field after a name, and units of a pasted report
    "a ai as est et ou mais donc or ni car il elle on nous vous ils elles je tu le la les un une des "
    "du de au aux en dans sur sous par pour avec sans chez qui que quoi dont vers mon ma mes son sa ses "
    "ce cet cette ces the an and or but he she they we you it in on at for with from to of is was has "
    "had her his their my our this that nee ne born date age sexe ddn dob ipp nip nda nir tel mail "
    "nom prenom prenoms surname forename forenames first last given name sex gender mrn nhs "
    "adresse service chambre lit motif examen resultat compte rendu patient patiente madame monsieur "
    "rdv consultation hospitalisation bonjour merci bonsoir hello hi dear cher chere bravo bienvenue "
    "lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet "
    "aout septembre octobre novembre decembre monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december "
    "medecin docteur interne infirmier infirmiere cardiologie urgences reanimation pediatrie chirurgie "
    "hospital clinic surgery infirmary ward unit centre center card book award trust pharmacy hospice "
    "general department service "
    "se s' si ne pas plus tres tout bien mal lui leur y en car puis cela ca ceci ici voici voila alors aussi "
    "vient va veut dit demande presente refuse arrive habite vit moi toi soi meme suite avis vu vue urgent "
    "again also not now then there here when where who what why how if so as by be been no yes re pt hx dx "
    "please thanks today tonight yesterday tomorrow clinic ward unit team hospital surgery i am me him them".split(),
)


def never_name(key: str) -> bool:
    """Words that no name holds in second place."""
    return key in _NEVER


def begins_name(token: Token, *, lower: str = "no", titled: bool = False) -> bool:
    """Whether a word can be the first of a name that a cue, or a title, announces."""
    if token.key in _NEVER or token.key in TITLES or set(token.key) <= {"x"}:
        return False
    if token.shape in "TX":
        return len(token.key) > 1
    if token.shape == "U":
        known = bool(token.flags & NAME)
        if token.flags & Word.ACRONYM or len(token.key) < 4:
            return known and (titled or (len(token.key) > 4 and not token.flags & Word.WORD))
        return True
    return token.shape == "l" and _lower_name(token, lower)


def _lower_name(token: Token, lower: str) -> bool:
    """A name in lower case: known and no everyday word; after a title also an unknown word."""
    flags = token.flags
    if lower == "no" or len(token.key) < 3 or flags & (Word.DRUG | Word.WORD | Word.ACRONYM):
        return False
    if flags & NAME and not flags & Word.ORDINARY:
        odd = Word.EPONYM | Word.PLACE | Word.RARE_FIRST | Word.DICTIONARY
        return lower == "any" or not flags & odd
    return lower == "any" and (not flags or bool(flags & Word.LAST and flags & Word.COMMON_LAST))


def continues_name(token: Token, first: Token, *, lower: str = "no") -> bool:
    """Whether a word can follow in a name that began with `first`."""
    key = token.key
    if key.endswith("'"):  # "MME KERMARREC M'A APPELÉE"
        return False
    if key in _NEVER or key in TITLES or token.flags & Word.DRUG or set(key) <= {"x"}:
        return False
    if token.shape == "l":
        known = token.flags & NAME and not token.flags & Word.ORDINARY and len(key) > 2
        return bool(
            lower != "no" and known and (first.shape == "l" or token.flags & Word.COMMON_LAST)
        )
    if token.shape in "ID":
        return token.shape == "I"
    if token.shape == "U" and token.flags & Word.ACRONYM and not token.flags & NAME:
        return False
    ordinary = token.flags & Word.ORDINARY and not token.flags & (Word.FIRST | Word.COMMON_LAST)
    return not (ordinary and token.shape == "T")


def joined(gap: str) -> bool:
    """Whether what stands between two words lets them be one name."""
    return gap in {" ", "-", "^", "  ", "\t", "\u00a0", ". ", "' ", " -", "- "} or gap in {
        "_",
        ". -",
    }


def name_end(reading: Reading, start: int, *, lower: str = "no", titled: bool = False) -> int:
    """Where a name that begins at word `start` ends (exclusive); `start` when there is none."""
    tokens = reading.tokens
    first_at = _skip_initials(reading, start)
    if first_at > start and lower != "no":
        lower = "no"  # "Ms K said"
    particles = first_at
    while first_at < len(tokens) and tokens[first_at].key in PARTICLES and first_at - particles < 2:
        first_at += 1
    if any(t.key not in FOREIGN for t in tokens[start:first_at] if not is_initial(t)):
        lower = "known" if lower == "any" else "no"
    if first_at >= len(tokens) or not begins_name(tokens[first_at], lower=lower, titled=titled):
        return start
    first = tokens[first_at]
    end = first_at + 1
    while end < len(tokens) and end - start < MAX_PIECES:
        step = _next_piece(reading, end, first, lower=lower)
        if not step:
            break
        end += step
    return end


def is_initial(token: Token) -> bool:
    """One capital letter, or several joined by hyphens: "J", "J-M"."""
    return token.shape == "I" or (token.shape == "U" and set(map(len, token.key.split("-"))) == {1})


def _skip_initials(reading: Reading, start: int) -> int:
    """Step over initials before a surname: "P.-H. Sauvageot", "J R Hartley"."""
    index = start
    while index - start < 3 and index + 1 < len(reading.tokens):
        if not is_initial(reading.tokens[index]) or not _INITIAL_GAP.fullmatch(reading.gap(index)):
            break
        index += 1
    return index


def _next_piece(reading: Reading, index: int, first: Token, *, lower: str) -> int:
    """How many words from `index` on belong to the name: 0, 1, or more with particles."""
    tokens = reading.tokens
    gap = reading.gap(index - 1)
    previous = tokens[index - 1]
    if gap == ". " and previous.shape != "I" and len(previous.key) > 3:
        return 0
    if not (joined(gap) or (gap == ". " and previous.shape == "I") or _broken(gap, tokens[index])):
        return 0
    token = tokens[index]
    if continues_name(token, first, lower=lower) or _plain_surname(reading, index, first):
        return 1
    if token.key in PARTICLES and token.shape in "lT":
        return _particles(reading, index, first)
    return 0


def _plain_surname(reading: Reading, index: int, first: Token) -> bool:
    """A surname that is also a word, after first names only: "Marie Genevieve Humble"."""
    token = reading.tokens[index]
    surname = token.flags & Word.LAST and token.flags & Word.ORDINARY and token.shape == "T"
    firsts = reading.tokens_in(first.start, token.start)
    return (
        bool(surname)
        and token.key not in _NEVER
        and len(firsts) > 1
        and all(t.flags & Word.FIRST for t in firsts)
    )


def _broken(gap: str, token: Token) -> bool:
    """A line break inside a name: only before a word that the lists know as a name and nothing else."""
    return gap in {"\n", " \n", "-\n"} and bool(
        token.flags & NAME and not token.flags & Word.ORDINARY and token.capital,
    )


def _particles(reading: Reading, index: int, first: Token) -> int:
    tokens = reading.tokens
    end = index
    while end < len(tokens) and tokens[end].key in PARTICLES and end - index < 2:
        if not (joined(reading.gap(end)) or reading.gap(end) == ""):
            return 0
        end += 1
    if end >= len(tokens) or tokens[end].shape not in "TUX":
        return 0
    following = tokens[end]
    if following.flags & Word.PLACE and not following.flags & Word.LAST:
        return 0
    place_like = following.flags & Word.PLACE and tokens[index].key in {"de", "du", "d'", "des"}
    if place_like and not (following.flags & Word.COMMON_LAST and first.flags & Word.FIRST):
        return 0
    written = tokens[index].shape == "T" and following.flags & Word.LAST  # "Jean-Marie Le Parc"
    return end - index + 1 if written or continues_name(following, first) else 0
