"""French or English: counted on the function words, and the labels of forms, that only one of the two has."""

import re

from linter.post import Language

_SAMPLE = 4000
_WORD = re.compile(r"[a-zà-ÿœ]+'?")
_MILLISECONDS = re.compile(r"(?<=\d) ?ms\b")
"""The intervals of an ECG, no English title."""
_FRENCH_LOOK = re.compile(r"[àâçèéêëîïôùûœ]|eau|oux?\b|eux?\b|qu|eurs?\b|elle\b|ette\b|aire\b")
_ENGLISH_LOOK = re.compile(r"[wk]|th|sh\b|ght|ee|oo|ing\b|ed\b|y\b|ness\b|ck")
"""How words of the two languages look, for texts without a function word."""
_FR = frozenset(
    "le la les des du un une et est en que qui dans pour sur avec pas plus par au aux ce cette il elle "
    "je j' l' d' c' qu' n' s' nous vous mais ou son sa ses mon ma mes ans chez sous depuis patiente sans "
    "très être avoir fait était merci bonjour bonsoir svp né née âgé âgée jour jours semaines avis une "
    "nom prénom prenom naissance mme mlle mlles mmes monsieur madame sexe dossier hôpital hopital clinique laboratoire docteur téléphone adresse "
    "quand comme si tout tous aussi bien donc votre notre leur leurs où à été ont suis êtes sont".split(),
)
_EN = frozenset(
    "the of and to was is with for has had her his she he they this that in on at my we you are from "
    "been have be not any but who which an as it by or after before were will would can could there what "
    "mr mrs ms miss sir into about aged name surname forename forenames first last birth dob nhs mrn gender hospital ward report address phone "
    "year old male female thanks hello hi please anyone seen presented history daughter son mother "
    "wife husband yesterday today week weeks days do does did just got so our your their me".split(),
)


def detect_language(text: str, likely: Language | None = None) -> Language:
    """The language of a post, from its first 4,000 characters.

    Args:
        text: of the post.
        likely: the answer where function words do not tell; without one, the look of the words, and French at last.
    """
    sample = _MILLISECONDS.sub(" ", text[:_SAMPLE].lower().replace("’", "'"))
    words = _WORD.findall(sample)
    french = sum(w in _FR for w in words)
    english = sum(w in _EN for w in words)
    if french == english and likely:
        return likely
    if french == english:
        french, english = len(_FRENCH_LOOK.findall(sample)), len(_ENGLISH_LOOK.findall(sample))
    return "en" if english > french else "fr"
