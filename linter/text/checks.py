"""Check functions that pattern rules name with `check:`; each takes the matched text.

Check digits come from python-stdnum, which cites the authority for each number.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from stdnum import iban, luhn
from stdnum.be import nn as be_nn
from stdnum.ch import ssn as ch_ssn
from stdnum.fr import nir as fr_nir
from stdnum.gb import nhs as gb_nhs
from stdnum.ie import pps as ie_pps
from stdnum.us import ssn as us_ssn

_LIKE_DATE = re.compile(
    r"\b(?:19|20)\d\d[-/]\d\d(?!\d|[-/]\d{3})|"
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[ ./-](?:\d{1,2}|[A-Za-z]{3,4})[ ./-](?:19|20)\d\d(?!\d)|"
    r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d\b|(?:19|20)\d\d[ ./-]\d\d[ ./-]\d\d(?!\d)"
)


def _compact(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def nir(text: str) -> bool:
    """A French social security number (NIR, INS) of 13 digits, or of 15 with the right key."""
    compact = _compact(text)
    if len(compact) == 13:
        return True
    return bool(fr_nir.is_valid(compact))


def nhs(text: str) -> bool:
    """An NHS number with the right check digit."""
    return bool(gb_nhs.is_valid(_compact(text)))


def ssn(text: str) -> bool:
    """A United States social security number in an allotted range."""
    return bool(us_ssn.is_valid(text)) or bool(us_ssn.is_valid(_compact(text)))


def avs(text: str) -> bool:
    """A Swiss AVS/AHV number with the right check digit."""
    return bool(ch_ssn.is_valid(_compact(text)))


def niss(text: str) -> bool:
    """A Belgian national register number with the right check digits."""
    return bool(be_nn.is_valid(_compact(text)))


def pps(text: str) -> bool:
    """An Irish PPS number with the right check letter."""
    return bool(ie_pps.is_valid(_compact(text)))


def is_luhn(text: str) -> bool:
    """A number with a Luhn check digit."""
    return bool(luhn.is_valid(_compact(text)))


def is_iban(text: str) -> bool:
    """An IBAN with the right check digits and length for its country."""
    return bool(iban.is_valid(_compact(text)))


def ip_address(text: str) -> bool:
    """An IP address that could be somebody's: not unspecified, loopback or a version number."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback) and text.count(".0") < 3


def not_date(text: str) -> bool:
    """Figures that are no calendar date."""
    return not _LIKE_DATE.search(text)


def has_digit(text: str) -> bool:
    """At least one figure among the characters."""
    return any(map(str.isdigit, text))


def has_letters(text: str) -> bool:
    """At least ten letters: a number in words, not in figures."""
    return sum(map(str.isalpha, text)) >= 10


def many_digits(text: str) -> bool:
    """At least four figures, and no calendar date."""
    return sum(map(str.isdigit, text)) >= 4 and not_date(text)


def six_digits(text: str) -> bool:
    """At least six figures, and no calendar date."""
    return sum(map(str.isdigit, text)) >= 6 and not_date(text)


def varied_digits(text: str) -> bool:
    """Not the same figure all along (0000000000 is a placeholder)."""
    return len(set(filter(str.isdigit, text))) > 1 and not_date(text)


CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "nir": nir,
        "nhs": nhs,
        "ssn": ssn,
        "avs": avs,
        "niss": niss,
        "pps": pps,
        "luhn": is_luhn,
        "iban": is_iban,
        "ip_address": ip_address,
        "not_date": not_date,
        "has_digit": has_digit,
        "has_letters": has_letters,
        "many_digits": many_digits,
        "six_digits": six_digits,
        "varied_digits": varied_digits,
    },
)
