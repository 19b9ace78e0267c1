"""hippolint: a confidentiality linter for doctors' forums.

`Linter` is imported from `linter.pipeline`: it brings spaCy, which commands such as
`hippolint rules list` do without.
"""

from linter.finding import Finding, Severity, Span, Subject
from linter.post import Attachment, Post
from linter.verdict import Decision, Verdict

__version__ = "0.1.0"

__all__ = [
    "Attachment",
    "Decision",
    "Finding",
    "Post",
    "Severity",
    "Span",
    "Subject",
    "Verdict",
    "__version__",
]
