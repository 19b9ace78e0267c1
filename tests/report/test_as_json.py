import json

from linter.finding import Box, Entity, Kind, Severity
from linter.report.as_json import error_dict, indented, one_line, verdict_dict
from linter.verdict import Decision

TEXT = "Bonjour, Mme Dupont va mieux."


def test_the_keys_and_their_order_are_those_of_the_contract(find, decide):
    verdict = decide(find(TEXT, "Mme Dupont", replacement="la patiente"), id="42", fixed="…")
    assert one_line(verdict_dict(verdict, "1.2.0")) == (
        '{"id":"42","lang":"fr","verdict":"block",'
        '"confidentiality":{"risk":0.97,"anonymity":null},"dignity":{"risk":0.05},'
        '"findings":[{"rule":"direct/fr-patient-name","entity":"PERSON","subject":"patient","kind":null,'
        '"axis":"confidentiality","severity":"error","score":0.93,'
        '"source":"text","start":9,"end":19,"box":null,'
        '"message":"On pourrait reconnaître cette personne : son nom est écrit.",'
        '"duties":["CSP R.4127-4","Code pénal 226-13"],"replacement":"la patiente","action":null,"page":null}],'
        '"fixed":"…","policy":"default","engine":"1.2.0","attachments":[]}'
    )


def test_a_finding_in_an_attachment_has_a_box_and_no_offsets(find, decide):
    finding = find(
        TEXT,
        "va",
        entity=Entity.DEGRADING,
        kind=Kind.CONTEMPT,
        severity=Severity.NOTE,
        span=None,
        source="attachment:0",
        box=Box(1, 2, 3, 4),
        action="blur",
    )
    (told,) = verdict_dict(decide(finding), "1")["findings"]
    assert (told["start"], told["end"], told["box"]) == (None, None, [1, 2, 3, 4])
    assert (told["kind"], told["severity"], told["action"]) == ("contempt", "note", "blur")
    assert told["source"] == "attachment:0"


def test_an_unreadable_line_gives_its_id_and_an_error():
    assert one_line(error_dict("7", "not JSON")) == '{"id":"7","error":"not JSON"}'
    assert one_line(error_dict(None, "é")) == '{"id":null,"error":"é"}'


def test_long_fractions_are_rounded(find, decide):
    assert (
        verdict_dict(decide(find(TEXT, "va", score=0.1 + 0.2)), "1")["findings"][0]["score"] == 0.3
    )


def test_nothing_that_utf8_or_a_line_reader_cannot_take_is_written_raw(decide):
    hostile = "a\ud800\u2028\x85\x9b31m\u202e\ufeff\x1b\n\x7fé😀"
    verdict = decide(decision=Decision.ALLOW, fixed=hostile)
    for dump in (one_line, indented):
        dumped = dump(verdict_dict(verdict, "1"))
        dumped.encode("utf-8")
        assert json.loads(dumped)["fixed"] == hostile
        assert "é😀" in dumped
        assert not set(dumped) & set("\ud800\u2028\x85\x9b\u202e\ufeff\x1b\x7f")
    assert len(one_line(verdict_dict(verdict, "1")).splitlines()) == 1
    assert indented(verdict_dict(verdict, "1")).startswith('{\n  "id": null,\n')
