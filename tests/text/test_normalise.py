"""Disguises are undone for the recognizers, and every place leads back to the original."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linter.finding import DIRECT
from linter.post import Post
from linter.text.normalise import normalise


def styled(name, capital, small):
    return "".join(chr((capital if c.isupper() else small) + (ord(c) | 32) - 97) for c in name)


NAME = "Palanque"
DISGUISES = {
    "plain": NAME,
    "decomposed": unicodedata.normalize("NFD", "Pélànqué"),
    "full width": styled(NAME, 0xFF21, 0xFF41),
    "bold": styled(NAME, 0x1D400, 0x1D41A),
    "bold script": styled(NAME, 0x1D4D0, 0x1D4EA),
    "bold fraktur": styled(NAME, 0x1D56C, 0x1D586),
    "sans": styled(NAME, 0x1D5A0, 0x1D5BA),
    "monospace": styled(NAME, 0x1D670, 0x1D68A),
    "circled": styled(NAME, 0x24B6, 0x24D0),
    "in black squares": styled(NAME.upper(), 0x1F170, 0),
    "in black discs": styled(NAME.upper(), 0x1F150, 0),
    "in squares": styled(NAME.upper(), 0x1F130, 0),
    "in brackets": styled(NAME.lower(), 0, 0x249C),
    "small capitals": "Pᴀʟᴀɴqᴜᴇ",
    "superscript": "ᴾᵃˡᵃⁿqᵘᵉ",
    "Cyrillic look-alikes": "Раlаnquе",
    "Greek look-alikes": "Ραlαnque",
    "struck through": "".join(c + "\u0336" for c in NAME),
    "with many marks": "".join(c + "\u0336\u0301\u0323\u0489" * 4 for c in NAME),
    "lone surrogate inside": "Pala\ud800nque",
    "NUL inside": "Pala\0nque",
    "bell inside": "Pala\x07nque",
    "entity inside": "Pal&aacute;nque",
    "numeric entity": "&#80;alanque",
    "capitals": NAME.upper(),
} | {
    f"U+{ord(c):04X} between": c.join(NAME)
    for c in "\u200b\u200c\u200d\u2060\u00ad\ufeff\u180e\u200f\u202a\ufe0f\u034f\u3164\u2800"
}
SPELLED = {f"spelled with {by!r}": by.join(NAME) for by in [*" .-_*·•|/", "  ", "\u00a0", "\u2009"]}
SPELLED["spelled in capitals"] = " ".join(NAME.upper())


@pytest.mark.parametrize(
    "name", [*DISGUISES.values(), *SPELLED.values()], ids=[*DISGUISES, *SPELLED]
)
def test_finding_covers_exactly_the_disguised_name(name, linter):
    text = f"👍 Bonjour, Mme Huguette {name} est hospitalisée depuis hier pour une toux."
    found = [f for f in linter.check(Post(text, lang="fr")).findings if f.entity in DIRECT]
    assert [text[f.span.start : f.span.end] for f in found] == [f"Mme Huguette {name}"]


@pytest.mark.parametrize(
    ("opened", "closed"),
    [("**", "**"), ("_", "_"), ("<b>", "</b>"), ("<strong>", "</strong>"), ("[b]", "[/b]")],
)
def test_emphasis_does_not_hide_a_name_nor_stay_behind(opened, closed, linter):
    text = f"Mme Huguette {opened}Palanque{closed} est hospitalisée hier."
    assert linter.check(Post(text, lang="fr")).fixed == "La patiente est hospitalisée hier."


@pytest.mark.parametrize(
    "number",
    [
        "06 39 98 14 27",
        "0\ufe0f\u20e36\ufe0f\u20e3 39 98 14 27",
        "٠٦٣٩٩٨١٤٢٧",
        "०६३९९८१४२७",
        "０６３９９８１４２７",
        "𝟎𝟔𝟑𝟗𝟗𝟖𝟏𝟒𝟐𝟕",
        "⓪⑥③⑨⑨⑧①④②⑦",
        "06\u200b39\u200b98\u200b14\u200b27",
        "06\u00a039\u202f98\u200914\u00a027",
        "06‑39‑98‑14‑27",
    ],
)
def test_finding_covers_exactly_the_disguised_number(number, linter):
    text = f"Sa fille est joignable au {number}, merci."
    found = [f for f in linter.check(Post(text, lang="fr")).findings if f.entity in DIRECT]
    assert [(f.entity, text[f.span.start : f.span.end]) for f in found] == [
        ("PHONE_NUMBER", number)
    ]


@pytest.mark.parametrize(
    "mail", ["h.palanque@example.org", "h.palanque＠example．org", "h.pala\u200bnque@example.org"]
)
def test_finding_covers_exactly_the_disguised_mail(mail, linter):
    text = f"La patiente écrit depuis {mail} tous les jours 🙄"
    found = [f for f in linter.check(Post(text, lang="fr")).findings if f.entity in DIRECT]
    assert [(f.entity, text[f.span.start : f.span.end]) for f in found] == [("EMAIL_ADDRESS", mail)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("L’œdème d’Élise", "L'œdème d'Élise"),
        ("d\x92Alembert \x96 S\x9cur", "d'Alembert - Sœur"),
        ("d´Alembert", "d'Alembert"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("H u g u e t t e P a l a n q u e tousse", "Huguette Palanque tousse"),
        ("H.u.g.u.e.t.t.e P.a.l.a.n.q.u.e.", "Huguette Palanque."),
        ("1 2 3 4 5 6", "1 2 3 4 5 6"),
        ("O.M.S. ou U.S.A.", "O.M.S. ou U.S.A."),
        ("a a a a a", "a a a a a"),
        ("anti-TNFα, IL-1β, 20 µg/m² à 37°", "anti-TNFα, IL-1β, 20 µg/m² à 37°"),
        ("👍 20 µg/m² n°3, Lyrica™", "👍 20 µg/m² n°3, Lyrica™"),
        ("@_foo, x_y_z, 2*3*4", "@_foo, x_y_z, 2*3*4"),
        ("CRP &lt; 5 &amp; PCT", "CRP < 5 & PCT"),
        ("un<br>deux</p>", "un\ndeux\n"),
        ("CRP <5, T<b et c>", "CRP <5, T<b et c>"),
        ("Сергей", "Сергей"),
        ("le nom Раоре", "le nom Paope"),
    ],
)
def test_plain_form(text, plain):
    assert normalise(text).text == plain


ODD = "éœ’«»D u.-_*&;<b>/[]@\0\r\n\t\u200b\u200d\u00ad\u0301\u20e3\ufe0f\ud800\udfffаΡＡ𝐀①٣३👩⚕ﷺﬁ"
TEXTS = st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=60)


@given(TEXTS)
@example("D u p o n t\r\n&eacute;<b>x</b>")
@example("e" + "\u0301" * 40)
@example("\ufdfa\ud800\0")
def test_every_place_leads_back(text):
    """Ranges lie inside the original, run forward, and never go back."""
    norm = normalise(text)
    spans = [norm.original(i, i + 1) for i in range(len(norm.text))]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(spans))
    if spans:
        whole = norm.original(0, len(norm.text))
        assert (whole.start, whole.end) == (spans[0].start, spans[-1].end)


@given(TEXTS)
def test_result_holds_nothing_that_breaks_a_model(text):
    plain = normalise(text).text
    plain.encode("utf-8")
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in plain if c not in "\n\t")


@given(st.text(st.characters(max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=40))
def test_an_emoji_elsewhere_changes_nothing(text):
    """The quick way for plain text and the long way agree."""
    assert normalise(text + " 👍").text.removesuffix(" 👍") == normalise(text).text


@given(st.text(st.sampled_from("éàœçÉ aeiou'-.,"), max_size=40))
def test_composed_and_decomposed_are_one(text):
    assert normalise(unicodedata.normalize("NFD", text)).text == normalise(text).text
