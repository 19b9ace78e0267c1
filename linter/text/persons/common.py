"""What the methods share: when a word is a sure first name, begins a sentence, acts as people do."""

import re
from collections.abc import Callable, Iterator

from linter.text.lexicon import NOT_A_PERSON, Word
from linter.text.reading import Reading
from linter.text.tokens import Token

Found = tuple[int, int, float]
"""First word, last word (exclusive), and by how much the rule's score changes."""
Method = Callable[[Reading], Iterator[Found]]

PLACEHOLDERS = frozenset("x y z n".split())
_SENTENCE_END = re.compile(r"[.!?\n•*>]")
_ACTS = frozenset(
    "est etait a avait va vient veut dit refuse demande sort tousse vomit dort mange boit pleure souffre "
    "tombe revient habite vit prend consulte tremble saigne convulse respire marche parle hurle crie ira "
    "passe regarde joue attend arrive adore aime reste semble va sait connait peut doit tient monte "
    "sera aura fait faisait voulait allait m' me s' se ne n' nous is was has had wants says said refuses "
    "came went comes goes lives takes told tells died needs still keeps got gets asked rang called won't "
    "can't doesn't didn't isn't wasn't will would".split(),
)
"""Words after which, or before which, only a person makes sense: what a name does."""
BEFORE_THINGS = frozenset(
    "l' la le les un une du des au aux d' de en a sur sous par avec the an of in at on with from to le "
    "ce cet cette ces this that no".split(),
)


def sure_first(token: Token) -> bool:
    """A common first name that is no everyday word, place, medicine or eponym."""
    if token.flags & Word.TOP_FIRST and not token.flags & (Word.ORDINARY | Word.COUNTRY):
        return True
    return bool(
        token.flags & Word.FIRST
        and not token.flags & (Word.ORDINARY | Word.RARE_FIRST | (NOT_A_PERSON & ~Word.PLACE)),
    )


def begins_sentence(reading: Reading, index: int) -> bool:
    """Whether a word is the first of its sentence or line, where capitals mean nothing."""
    before = reading.gap(index - 1) if index else "\n"
    return bool(_SENTENCE_END.search(before))


def numbered(reading: Reading, index: int) -> bool:
    """A king or an institution, not a patient: "Mohammed V", "Hassan II"."""
    follows = reading.tokens[index + 1 : index + 2]
    return bool(follows) and follows[0].shape in "IU" and set(follows[0].key) <= set("ivx")


def acts(reading: Reading, index: int) -> bool:
    """Whether the word is one that, after a name, tells what a person does."""
    if index >= len(reading.tokens) or reading.gap(index - 1) != " ":
        return False
    token = reading.tokens[index]
    return token.key in _ACTS and token.shape == "l" and token.text != "à"
