"""What certificates give away; hostile ones do no harm."""

import time
import zlib

import cbor2
import pytest
from files import making_codes as making
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.files.certificates import FIELDS, Exposed, expose, find_in_text

DOC = making.two_d_doc(*making.VACCINATION_DOC)
EU = making.eu_certificate()
EU_FIELDS = ("name", "birth_date", "dose_date", "vaccine", "certificate_id", "issuer")
DOC_FIELDS = ("name", "birth_date", "dose_date", "vaccine", "other")


def fields(payload: str) -> tuple[str, ...] | None:
    told = expose(payload)
    return told and told.fields


def ids(payload: str) -> tuple[str, ...]:
    told = expose(payload)
    assert told is not None
    return told.ids


def test_eu_certificates() -> None:
    for code in (EU, making.eu_certificate(tag=True)):
        assert expose(code) == Exposed("eu_certificate", EU_FIELDS, ("eu:" + making.CI,))
    test = fields(making.eu_certificate(making.TEST))
    assert test == ("name", "birth_date", "test_date", "test_result", "certificate_id", "issuer")
    recovery = fields(making.eu_certificate(making.RECOVERY))
    assert recovery == ("name", "birth_date", "recovery_date", "certificate_id", "issuer")


def test_no_value_is_in_what_is_told() -> None:
    for code in (EU, DOC, making.health_card()):
        told = expose(code)
        assert told
        assert not {"LEROUX", "Leroux", "1962", making.CI} & set(repr(told).split("'"))
        assert "ids" not in repr(told)


def test_eu_certificate_without_number_has_an_id() -> None:
    first, second = making.eu_certificate({}), making.eu_certificate({}, tag=True)
    assert ids(first) == ids(second) != ids(EU)


def test_empty_fields_are_not_exposed() -> None:
    empty = making.hc1(making.signed({-260: {1: {"nam": {"fn": "", "gn": "A"}, "dob": ""}}}))
    assert fields(empty) == ("name",)


@pytest.mark.parametrize(
    "claims",
    [
        *(None, 7, [], {}, {-260: 1}, {-260: {1: []}}),
        {-260: {1: {"nam": 3, "v": {"a": 1}}}},
        {-260: {1: {"v": [None, 3, "x", [1]], "t": 4, "r": [{"ci": 4}], "nam": []}}},
    ],
)
def test_eu_certificates_of_another_shape(claims: object) -> None:
    told = expose(making.hc1(making.signed(claims)))
    assert told is None or told.kind == "eu_certificate"


def test_bombs_are_not_unpacked() -> None:
    begin = time.process_time()
    bomb = making.hc1(b"\x00" * 30_000_000)[:20_000]
    deep = making.hc1(b"\x81" * 19_000 + b"\x00")
    tags = making.hc1(b"\xd2" * 19_000 + b"\x00")
    long = making.hc1(b"\x9b\x3f\xff\xff\xff\xff\xff\xff\xff\x00" + bytes(60))
    pattern = making.hc1(cbor2.dumps(cbor2.CBORTag(35, "a{1,60000}" * 1_900)) + bytes(range(99)))
    for code in (bomb, deep, tags, long, pattern):
        assert fields(code) in {(), None}
    assert fields(making.hc1(making.signed({-260: {1: cbor2.CBORTag(28, [])}}))) in {(), None}
    assert time.process_time() - begin < 2


def test_cyclic_cbor_ends() -> None:
    cycle = bytes.fromhex("d81c84d81d00d81d0041a0d81d00")
    assert not fields(making.hc1(cycle + bytes(60)))


@pytest.mark.parametrize("gs", ["\x1d", "<GS>", "␝", "%1D", "&lt;GS&gt;", "\\u001d", "\x1e"])
def test_separators_of_2d_doc(gs: str) -> None:
    us = gs.replace("GS", "US").replace("␝", "␟").replace("1D", "1F").replace("1d", "1f")
    us = us if us != gs else "\x1f"
    code = making.two_d_doc(*making.VACCINATION_DOC, gs=gs, us=us)
    assert fields(code) == DOC_FIELDS
    assert ids(code) == ids(DOC)
    text = f"Voici : {code} merci"
    assert [(s, e) for s, e, _ in find_in_text(text)] == [(8, 8 + len(code))]


def test_2d_doc_whose_separators_were_lost() -> None:
    glued = making.two_d_doc(*making.VACCINATION_DOC, gs="", us="")
    assert fields(glued) == ("name", "birth_date", "dose_date", "vaccine")
    assert ids(glued)[0] == ids(DOC)[0]
    test = making.two_d_doc(*making.TEST_DOC, kind="B2", gs="", us="")
    assert fields(test) == ("name", "birth_date", "sex", "test_date", "test_result")


def test_2d_doc_of_other_kinds() -> None:
    bill = ("10MME LEROUX MAELYS|", "22 12 RUE HAUTE|", "2406000", "25VENCE|", "1D 84,50|")
    tax = ("44ABCDEFGHIJKLM", "46LEROUX|", "471234567890123", "4131000|", "43  2,5")
    old = "DC02FR0000011E6D1E6D{kind}"
    assert fields(making.two_d_doc(*bill, kind="01")) == ("name", "address", "amount")
    assert fields(making.two_d_doc(*bill, kind="01", header=old)) == ("name", "address", "amount")
    assert fields(making.two_d_doc(*tax, kind="28")) == ("name", "tax_number", "amount", "other")
    identity = making.two_d_doc("62LEROUX|", "60MAELYS|", "68F", "6931051962", kind="07")
    assert fields(identity) == ("name", "birth_date", "sex")
    test = fields(making.two_d_doc(*making.TEST_DOC, kind="B2"))
    assert test == ("name", "birth_date", "sex", "test_date", "test_result", "other")
    unknown = making.SPEC_HEADER.replace("01FR", "77FR")
    assert fields(making.two_d_doc("ZZTOP|", header=unknown)) == ("other",)


def test_dates_of_birth_that_are_none() -> None:
    assert fields(making.two_d_doc("L0LEROUX|", "L200001962", "LACO")) == (
        "name",
        "birth_date",
        "other",
    )
    assert fields(making.two_d_doc("L0|", "L1|", "L200001962")) == ("birth_date",)


@pytest.mark.parametrize(("code", "told"), [(DOC, DOC_FIELDS), (EU, EU_FIELDS)])
@pytest.mark.parametrize("path", ["wallet?v=", "wallet2d#", "walletdcc#"])
def test_links_of_the_wallet(code: str, told: tuple[str, ...], path: str) -> None:
    link = making.wallet(code, path)
    assert (fields(link), ids(link)) == (told, ids(code))
    text = f"Scanne ({link} ) vite"
    assert [(s, e, f.fields) for s, e, f in find_in_text(text)] == [(8, 8 + len(link), told)]


def test_links_that_do_not_decode() -> None:
    assert expose(making.WALLET + "wallet?v=") is None
    assert expose(making.wallet(EU)[:200]) == Exposed("health_wallet", (), ())
    filler = making.WALLET + "wallet?v=" + "A" * 30_000
    assert fields(filler + making.wallet(EU)) is not None
    assert [f.kind for *_, f in find_in_text(filler + making.wallet(EU))][1] == "eu_certificate"
    nested = making.WALLET + "wallet?v=" + "%25" * 5_000 + making.WALLET.replace(":", "%3A")
    assert fields(nested) == ()


def test_health_cards() -> None:
    card = making.health_card()
    told = expose(card)
    assert told
    assert (told.kind, told.fields) == (
        "smart_health_card",
        ("name", "birth_date", "dose_date", "vaccine"),
    )
    assert ids("Voir https://x.example/#" + card) == told.ids
    part = expose(card.replace("shc:/", "shc:/1/3/"))
    assert part == Exposed("smart_health_card", (), ())


def test_pasted_eu_certificates() -> None:
    wrapped = "\r\n".join(EU[i : i + 64] for i in range(0, len(EU), 64))
    for code in (EU, wrapped):
        for after in ("", " ", "\n", " ET VOILA 100% OK", "\nMERCI", ". Voilà", ","):
            found = find_in_text(f"Bonjour,\n{code}{after}")
            assert [(s, e, f.fields) for s, e, f in found] == [(9, 9 + len(code), EU_FIELDS)]
    both = find_in_text(f"{DOC}\n{EU} {DOC} HC1: {EU}")
    assert [f.kind for _, _, f in both] == ["2d_doc", "eu_certificate"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "un code HC1: illisible, et les DC04 aussi",
        "Le format HC1:6BF… commence toujours ainsi, le 2D-Doc par DC04FR.",
        "HC1: CE CODE NE SE LIT PAS ET PERSONNE NE SAIT POURQUOI IL NE SE LIT PAS DU TOUT ICI",
        "l'en-tête DC04FR0000011E6D1E6DL101FR puis les champs",
        "empreinte DC02AB00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF001122",
        "shc:/ suivi de chiffres, par exemple shc:/5676290952432060",
        "https://bonjour.tousanticovid.gouv.fr/app/wallet est le carnet",
    ],
)
def test_mentions(text: str) -> None:
    assert find_in_text(text) == []


def test_copies_that_are_cut_off() -> None:
    assert [f for *_, f in find_in_text(f"voici {EU[:-40]}")] == [Exposed("eu_certificate", (), ())]
    assert expose(making.two_d_doc(*making.VACCINATION_DOC, gs="", us="")[:-30]) == Exposed(
        "2d_doc", (), ()
    )
    assert fields(DOC[:62]) == ("name", "birth_date")


def test_time_is_linear() -> None:
    bomb = making.hc1(making.signed([0] * 18_000))
    for part in (
        "HC1:",
        "DC04FR0000011E6D1E6DL101FRL0",
        EU,
        DOC,
        "shc:/12",
        making.WALLET + "wallet?v=",
        bomb,
    ):
        begin = time.process_time()
        find_in_text(part * (60_000 // len(part)))
        assert time.process_time() - begin < 2


@settings(max_examples=150)
@given(
    st.text() | st.binary().map(lambda b: b.decode("latin-1")),
    st.integers(0, 400),
    st.integers(0, 9),
)
def test_nothing_crashes(noise: str, at: int, which: int) -> None:
    codes = (
        EU,
        DOC,
        making.health_card(),
        making.wallet(EU),
        "HC1:",
        "DC04FR0000011E6D1E6DL101FR",
        "shc:/",
        "",
    )
    code = codes[which % len(codes)]
    broken = code[:at] + noise + code[at + len(noise) // 2 :]
    for start, end, told in find_in_text(broken):
        assert 0 <= start < end <= len(broken)
        assert set(told.fields) <= set(FIELDS)
    expose(broken)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_crash(data: bytes) -> None:
    expose(making.hc1(data))
    expose(making.hc1(cbor2.dumps([b"", {}, data, b""])))
    expose("HC1:" + making.base45(b"\x78\x9c" + data))
    deflated = zlib.compress(data)[2:-4]
    expose("shc:/" + "".join(f"{b % 100:02d}" for b in deflated))
