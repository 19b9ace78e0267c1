"""The methods that rules of kind `person` may name."""

from collections.abc import Mapping
from types import MappingProxyType

from linter.text.persons import alone, faring, pairs, places
from linter.text.persons.common import Method

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "full_name": pairs.full_name,
        "surname_first": pairs.surname_first,
        "middle_initial": pairs.middle_initial,
        "mixed_case": pairs.mixed_case,
        "surname_initial_first": pairs.surname_initial_first,
        "first_initial": pairs.first_initial,
        "initial_last": pairs.initial_last,
        "first_alone": alone.first_alone,
        "first_any": alone.first_any,
        "surname_any": alone.surname_any,
        "lower_full": pairs.lower_full,
        "initials": places.initials,
        "initials_age": places.initials_age,
        "surname_initial": pairs.surname_initial,
        "name_age": places.name_age,
        "name_born": places.name_born,
        "agenda": places.agenda,
        "speaker": alone.speaker,
        "signer": alone.signer,
        "surname_fares": faring.surname_fares,
        "initials_alone": places.initials_alone,
        "before_bar": places.before_bar,
        "link_name": places.link_name,
        "hashtag": places.hashtag,
        "file_name": places.file_name,
    },
)
