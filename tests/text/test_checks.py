"""Check digits: every good number is accepted, every slip of one figure is refused."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linter.text.checks import CHECKS

DIGITS = "0123456789"


def slips(number):
    """The number with one figure changed, at each place."""
    for at, figure in enumerate(number):
        if figure in DIGITS:
            for other in DIGITS.replace(figure, ""):
                yield number[:at] + other + number[at + 1 :]


def number(size):
    return st.text(st.sampled_from(DIGITS), min_size=size, max_size=size)


@st.composite
def nirs(draw):
    department = draw(
        st.one_of(st.integers(1, 95).map("{:02}".format), st.sampled_from(["2A", "2B"]))
    )
    head = (
        draw(st.sampled_from("12"))
        + draw(number(2))
        + f"{draw(st.integers(1, 12)):02}"
        + department
        + f"{draw(st.integers(1, 989)):03}{draw(st.integers(1, 999)):03}"
    )
    value = int(head.replace("2A", "19").replace("2B", "18"))
    return f"{head}{97 - value % 97:02}"


@given(nirs())
def test_nir(nir):
    assert CHECKS["nir"](nir)
    spaced = f"{nir[0]} {nir[1:3]} {nir[3:5]} {nir[5:7]} {nir[7:10]} {nir[10:13]} {nir[13:]}"
    assert CHECKS["nir"](spaced)
    assert not any(map(CHECKS["nir"], slips(nir)))


@given(number(9))
def test_nhs(head):
    check = -sum(w * int(d) for w, d in zip(range(10, 1, -1), head, strict=True)) % 11
    assume(check < 10)
    nhs = f"{head}{check}"
    assert CHECKS["nhs"](nhs)
    assert CHECKS["nhs"](f"{nhs[:3]} {nhs[3:6]} {nhs[6:]}")
    assert not any(map(CHECKS["nhs"], slips(nhs)))


@given(number(9))
def test_avs(body):
    head = f"756{body}"
    avs = f"{head}{-sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(head)) % 10}"
    assert CHECKS["avs"](avs)
    assert CHECKS["avs"](f"{avs[:3]}.{avs[3:7]}.{avs[7:11]}.{avs[11:]}")
    assert not any(map(CHECKS["avs"], slips(avs)))


def niss_is_right(niss):
    """The rule of the register: 97 minus the remainder, with a 2 in front for births from 2000 on."""
    return any(97 - int(p + niss[:9]) % 97 == int(niss[9:]) for p in ("", "2"))


@given(st.dates(dt.date(1920, 1, 1), dt.date(2020, 12, 31)), st.integers(1, 997))
def test_niss(born, serial):
    head = f"{born:%y%m%d}{serial:03}"
    century = "2" if born.year >= 2000 else ""
    niss = f"{head}{97 - int(century + head) % 97:02}"
    assert CHECKS["niss"](niss)
    assert CHECKS["niss"](f"{niss[:2]}.{niss[2:4]}.{niss[4:6]}-{niss[6:9]}.{niss[9:]}")
    assert not any(CHECKS["niss"](s) for s in slips(niss) if not niss_is_right(s))


@given(number(10), st.text(st.sampled_from(DIGITS + "ABCXYZ"), min_size=11, max_size=11), number(2))
def test_iban(bank, account, key):
    bban = bank + account + key
    digits = "".join(str(int(c, 36)) for c in bban + "FR00")
    iban = f"FR{98 - int(digits) % 97:02}{bban}"
    assert CHECKS["iban"](iban)
    assert CHECKS["iban"](" ".join(iban[i : i + 4] for i in range(0, 27, 4)))
    assert not any(map(CHECKS["iban"], slips(iban)))


@given(number(9))
def test_luhn(head):
    doubled = [int(d) * (1 if n % 2 else 2) for n, d in enumerate(reversed(head))]
    digit = -sum(n // 10 + n % 10 for n in doubled) % 10
    assert CHECKS["luhn"](f"{head}{digit}")
    assert not any(map(CHECKS["luhn"], slips(f"{head}{digit}")))


@pytest.mark.parametrize(
    ("check", "text", "accepted"),
    [
        ("ssn", "536-22-8726", True),
        ("ssn", "000-12-3456", False),
        ("ssn", "666-12-3456", False),
        ("pps", "6433435F", True),
        ("pps", "6433435E", False),
        ("ip_address", "82.64.12.7", True),
        ("ip_address", "127.0.0.1", False),
        ("ip_address", "0.0.0.0", False),  # noqa: S104 # the address that must be refused
        ("ip_address", "1.0.0.0", False),
        ("ip_address", "300.1.1.1", False),
        ("not_date", "14/02/1938", False),
        ("not_date", "1938-02-14", False),
        ("not_date", "80012345", True),
        ("has_digit", "A1", True),
        ("has_digit", "AB", False),
        ("many_digits", "12 34", True),
        ("many_digits", "123", False),
        ("varied_digits", "00 00 00 00 00", False),
        ("varied_digits", "06 39 98 14 27", True),
    ],
)
def test_check(check, text, accepted):
    assert CHECKS[check](text) is accepted


@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=40))
def test_no_text_breaks_a_check(check, text):
    assert CHECKS[check](text) in {True, False}
