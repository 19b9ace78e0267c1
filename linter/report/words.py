"""The words of the reports that are not a rule's own, in French and English.

They are read by a colleague who meant to help: they say what may be recognised, never what was done wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linter.finding import Axis, Severity, Subject
from linter.post import Language
from linter.verdict import Decision

SIGNS: Mapping[Decision, str] = {Decision.ALLOW: "✓", Decision.REVIEW: "?", Decision.BLOCK: "✗"}
COLOURS: Mapping[Decision, str] = {
    Decision.ALLOW: "green",
    Decision.REVIEW: "yellow",
    Decision.BLOCK: "red",
}
TINTS: Mapping[Severity, str] = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
UNDERLINES: Mapping[Severity, str] = {
    Severity.ERROR: "^",
    Severity.WARNING: "~",
    Severity.NOTE: ".",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of one language; `{}` in a sentence is filled by the report."""

    decisions: Mapping[Decision, str]
    counted: Mapping[Decision, tuple[str, str]]
    """Verdicts in the summary, for one post and for several."""
    posts: tuple[str, str]
    unread: tuple[str, str]
    leads: Mapping[tuple[Decision, Axis], str]
    """First sentence after the verdict."""
    attached: Mapping[Decision, str]
    """The same where only attachments tell who the patient is."""
    severities: Mapping[Severity, str]
    subjects: Mapping[Subject, str]
    notes: Mapping[Subject, str]
    """The short line that gathers notes about people whom the secret does not cover."""
    reasons: Mapping[Axis, str]
    """What is said when a rule has no message."""
    certainty: tuple[tuple[float, str], ...]
    """Lowest score and how sure that is, highest first."""
    axes: Mapping[Axis, str]
    percent: str
    quote: str
    colon: str
    post_number: str
    stdin: str
    about: str
    how_sure: str
    instead: str
    remove: str
    to_do: str
    rewrite: str
    nothing: str
    whole_post: str
    attachment: str
    page: str
    unseen: Mapping[str, str]
    """What of an attachment no page shows."""
    read_in: str
    """Heading of the lines read in an attachment."""
    risk: str
    score: str
    detail: str
    because: str
    duties: str
    weighed: str
    """The short line that gathers details which identify nobody alone."""
    way: str
    way_out: str
    reached: str
    readers: tuple[str, str, str]
    """Who may recognise the person: the public, an acquaintance, somebody with the record."""
    guess: str
    remaining: str
    rough: str
    too_little: str


_FR = Words(
    decisions={
        Decision.ALLOW: "publiable",
        Decision.REVIEW: "à relire",
        Decision.BLOCK: "à modifier avant de publier",
    },
    counted={
        Decision.ALLOW: ("publiable", "publiables"),
        Decision.REVIEW: ("à relire", "à relire"),
        Decision.BLOCK: ("à modifier", "à modifier"),
    },
    posts=("message", "messages"),
    unread=("illisible", "illisibles"),
    leads={
        (Decision.REVIEW, "confidentiality"): (
            "On pourrait peut-être reconnaître cette personne. Merci de relire les mots soulignés."
        ),
        (Decision.BLOCK, "confidentiality"): (
            "On pourrait reconnaître cette personne. Quelques mots à changer, et le message pourra partir."
        ),
        (Decision.REVIEW, "dignity"): (
            "Certains mots pourraient peiner un patient qui les lirait. Merci de les relire."
        ),
        (Decision.BLOCK, "dignity"): (
            "Certains mots pourraient blesser un patient qui les lirait. Dits autrement, ils passeront."
        ),
    },
    attached={
        Decision.REVIEW: "Une pièce jointe demande un regard avant l'envoi.",
        Decision.BLOCK: (
            "Une pièce jointe permet de reconnaître cette personne. Couverte ou retirée, le message pourra partir."
        ),
    },
    severities={
        Severity.ERROR: "à changer",
        Severity.WARNING: "à relire",
        Severity.NOTE: "pour information",
    },
    subjects={
        Subject.PATIENT: "la personne soignée",
        Subject.RELATIVE: "un proche ou un tiers",
        Subject.PROFESSIONAL: "un confrère, une consœur ou un soignant",
        Subject.AUTHOR: "vous",
        Subject.PUBLIC_FIGURE: "une personne connue",
        Subject.NONE: "personne en particulier",
    },
    notes={
        Subject.PROFESSIONAL: "confrères et soignants cités",
        Subject.AUTHOR: "à votre sujet",
    },
    reasons={
        "confidentiality": "Ce détail pourrait aider à reconnaître quelqu'un.",
        "dignity": "Ces mots pourraient blesser.",
    },
    certainty=((0.9, "presque sûr"), (0.7, "très probable"), (0.5, "probable"), (0.0, "possible")),
    axes={"confidentiality": "confidentialité", "dignity": "dignité"},
    percent="{}\u00a0%",
    quote="«\u00a0{}\u00a0»",
    colon="\u00a0: ",
    post_number="n°\u00a0{}",
    stdin="(entrée standard)",
    about="concerne",
    how_sure="certitude",
    instead="écrire plutôt",
    remove="à retirer, sans rien mettre à la place",
    to_do="à faire",
    rewrite="Réécriture proposée",
    nothing="Rien à signaler.",
    whole_post="message entier",
    attachment="pièce jointe {}",
    page="p. {}",
    unseen={"name": "nom du fichier", "metadata": "propriétés", "payload": "code"},
    read_in="lu dans la {}",
    risk="risque",
    score="score",
    detail="détail",
    because="parce que",
    duties="devoirs",
    weighed="détails pesés ensemble",
    way="avec {} au lieu de {}",
    way_out="sans {}",
    reached="environ {} personnes",
    readers=("un inconnu", "un proche, un voisin", "qui a le dossier"),
    guess="chances de désigner la bonne personne",
    remaining="personnes qui restent",
    rough="Ordre de grandeur. Sources : INSEE, Orphanet et autres, ligne à ligne dans rules/populations.",
    too_little="Trop peu de détails sur une même personne pour compter qui y correspond.",
)

_EN = Words(
    decisions={
        Decision.ALLOW: "fine to post",
        Decision.REVIEW: "worth a second look",
        Decision.BLOCK: "please change before posting",
    },
    counted={
        Decision.ALLOW: ("fine to post", "fine to post"),
        Decision.REVIEW: ("worth a second look", "worth a second look"),
        Decision.BLOCK: ("to change", "to change"),
    },
    posts=("post", "posts"),
    unread=("unreadable", "unreadable"),
    leads={
        (Decision.REVIEW, "confidentiality"): (
            "Someone might recognise this person. Please look again at the underlined words."
        ),
        (Decision.BLOCK, "confidentiality"): (
            "Someone could recognise this person. A few words to change, and the post can go out."
        ),
        (Decision.REVIEW, "dignity"): (
            "Some words might sadden a patient who reads them. Please look at them again."
        ),
        (Decision.BLOCK, "dignity"): (
            "Some words could hurt a patient who reads them. Put another way, they can go out."
        ),
    },
    attached={
        Decision.REVIEW: "An attachment needs a look before it goes out.",
        Decision.BLOCK: (
            "An attachment lets somebody recognise this person. Once it is covered or taken out, the post can go out."
        ),
    },
    severities={
        Severity.ERROR: "to change",
        Severity.WARNING: "worth a look",
        Severity.NOTE: "for information",
    },
    subjects={
        Subject.PATIENT: "the patient",
        Subject.RELATIVE: "a relative or someone else",
        Subject.PROFESSIONAL: "a colleague or carer",
        Subject.AUTHOR: "you",
        Subject.PUBLIC_FIGURE: "a well-known person",
        Subject.NONE: "nobody in particular",
    },
    notes={
        Subject.PROFESSIONAL: "colleagues and carers named",
        Subject.AUTHOR: "about you",
    },
    reasons={
        "confidentiality": "This detail could help someone recognise a person.",
        "dignity": "These words could hurt.",
    },
    certainty=((0.9, "almost sure"), (0.7, "very likely"), (0.5, "likely"), (0.0, "possible")),
    axes={"confidentiality": "confidentiality", "dignity": "dignity"},
    percent="{}%",
    quote="“{}”",
    colon=": ",
    post_number="no.\u00a0{}",
    stdin="(standard input)",
    about="about",
    how_sure="certainty",
    instead="write instead",
    remove="leave it out, nothing needs to take its place",
    to_do="to do",
    rewrite="Suggested rewrite",
    nothing="Nothing to report.",
    whole_post="whole post",
    attachment="attachment {}",
    page="p. {}",
    unseen={"name": "file name", "metadata": "properties", "payload": "code"},
    read_in="read in {}",
    risk="risk",
    score="score",
    detail="detail",
    because="because",
    duties="duties",
    weighed="details weighed together",
    way="with {} instead of {}",
    way_out="without {}",
    reached="about {} people",
    readers=("a stranger", "a relative, a neighbour", "whoever has the record"),
    guess="chance of picking the right person",
    remaining="people left",
    rough="An order of magnitude. Sources: INSEE, Orphanet and others, row by row in rules/populations.",
    too_little="Too few details about one person to count who matches.",
)


def words(lang: Language) -> Words:
    """Choose the words of a language."""
    return _FR if lang == "fr" else _EN
