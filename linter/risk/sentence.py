"""How many people match, in a sentence: one significant figure, the range, never a decimal."""

from math import floor, log10

from linter.post import Language

_ONE = 1.5
_MANY = 1000.0
_HIDDEN: dict[Language, str] = {
    "fr": " Sans le dossier, personne ne peut savoir de qui il s'agit : il n'est question que de maladies que d'autres "
    "ont aussi.",
    "en": " Without the record nobody can tell who is meant: only diseases are told of that others have as well.",
}


def rounded(count: float) -> int:
    """One significant figure; two from 10 to 100 where the first is 1."""
    if count < 10:
        return max(round(count), 1)
    size: int = 10 ** floor(log10(count))
    return round(count / size) * size


def figure(count: float, lang: Language) -> str:
    """`3`, `20`, `4 000`, `4,000`."""
    return f"{rounded(count):,}".replace(",", "\u202f" if lang == "fr" else ",")


def sentence(
    k: float, low: float, high: float, where: str, lang: Language, *, hidden: bool = False
) -> str:
    """About how many people match.

    Args:
        k: median.
        low: 5 % quantile.
        high: 95 % quantile.
        where: "en France", "in the United Kingdom".
        lang: language of the reader.
        hidden: a small count holds nothing, since the person is one of a crowd: that is said after it.
    """
    return _counted(k, low, high, where, lang) + (_HIDDEN[lang] if hidden else "")


def _counted(k: float, low: float, high: float, where: str, lang: Language) -> str:
    fr = lang == "fr"
    if low >= _MANY:
        thousands = figure(low, lang)
        return (
            f"Plus de {thousands} personnes {where} correspondent à cette description."
            if fr
            else f"More than {thousands} people {where} match this description."
        )
    if k < _ONE:
        return (
            f"Une seule personne {where}, probablement, correspond à cette description : elle peut se reconnaître, "
            "et ses proches aussi."
            if fr
            else f"Probably one person {where} matches this description: they, and their family, may recognise it."
        )
    count, least, most = (figure(x, lang) for x in (k, low, high))
    return (
        f"Environ {count} personnes (entre {least} et {most}) {where} correspondent à cette description."
        if fr
        else f"About {count} people ({least} to {most}) {where} match this description."
    )
