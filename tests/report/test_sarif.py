import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

from linter.finding import Box, Severity, Span, Subject
from linter.report.as_json import one_line
from linter.report.sarif import Checked, RuleText, sarif_log, uri
from linter.verdict import Decision

TEXT = "Bonjour 😀,\r\nMme Dupont\rva e\u0301té mieux.\n"
RULES = (
    RuleText("quasi/other", "Other", "Another rule."),
    RuleText(
        "direct/fr-patient-name", "A name", "Names identify.", "Write the patient.", Severity.ERROR
    ),
)


@cache
def validator() -> Draft4Validator:
    schema = json.loads(
        Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    )
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=FormatChecker())


def log(*checked, rules=RULES):
    made = sarif_log(checked, rules, "1.2.0")
    validator().validate(json.loads(one_line(made)))
    return made["runs"][0]


def test_the_schema_refuses_what_is_no_sarif():
    assert not validator().is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_an_empty_log_is_valid():
    run = log(rules=())
    assert run["results"] == []
    assert run["columnKind"] == "unicodeCodePoints"


def test_rules_are_described(find, decide):
    run = log(Checked(decide(find(TEXT, "Mme Dupont")), TEXT, "a.txt"))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("hippolint", "1.2.0")
    assert driver["rules"][1] == {
        "id": "direct/fr-patient-name",
        "shortDescription": {"text": "A name"},
        "fullDescription": {"text": "Names identify."},
        "help": {"text": "Write the patient."},
        "defaultConfiguration": {"level": "error"},
    }
    assert run["results"][0]["ruleIndex"] == 1


def test_a_result_says_where_why_and_whose(find, decide):
    run = log(Checked(decide(find(TEXT, "Dupont\rva", replacement="X")), TEXT, "a.txt"))
    (result,) = run["results"]
    (location,) = result["locations"]
    region = {
        "startLine": 2,
        "startColumn": 5,
        "endLine": 3,
        "endColumn": 3,
        "charOffset": 16,
        "charLength": 9,
    }
    assert location["physicalLocation"]["region"] == region
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "a.txt", "index": 0}
    assert (result["ruleId"], result["level"]) == ("direct/fr-patient-name", "error")
    assert result["properties"] == {
        "entity": "PERSON",
        "subject": "patient",
        "score": 0.93,
        "axis": "confidentiality",
        "duties": ["CSP R.4127-4", "Code pénal 226-13"],
    }
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "X"}}]


@pytest.mark.parametrize(("severity", "level"), [(s, s.value) for s in Severity])
def test_levels_are_those_of_sarif(find, decide, severity, level):
    run = log(Checked(decide(find(TEXT, "va", severity=severity)), TEXT, "a.txt"))
    assert run["results"][0]["level"] == level


def test_nothing_of_the_post_is_quoted(find, decide):
    finding = find(TEXT, "Mme Dupont", replacement="la patiente")
    made = sarif_log([Checked(decide(finding, fixed=TEXT), TEXT, "a.txt")], RULES, "1")
    assert "Dupont" not in one_line(made)
    assert "snippet" not in one_line(made)


def test_findings_outside_the_text_have_no_region(find, decide):
    findings = (
        find(TEXT, "va", span=None, replacement="X"),
        find(TEXT, "va", span=Span(900, 901), replacement="X"),
        find(TEXT, "va", source="attachment:0", box=Box(1, 2, 3, 4), action="blur"),
    )
    run = log(Checked(decide(*findings), TEXT, "a.txt"))
    for result in run["results"]:
        assert "region" not in result["locations"][0]["physicalLocation"]
        assert "fixes" not in result
    properties = run["results"][2]["properties"]
    assert (properties["source"], properties["box"]) == ("attachment:0", [1, 2, 3, 4])
    assert properties["action"] == "blur"


def test_an_unknown_rule_or_an_empty_message_is_still_valid(find, decide):
    run = log(Checked(decide(find(TEXT, "va", rule="new/rule", message="")), TEXT, "a.txt"))
    assert "ruleIndex" not in run["results"][0]


def test_each_post_is_an_artifact_with_its_verdict(find, decide):
    run = log(
        Checked(decide(id="1", decision=Decision.ALLOW), "rien", "posts.jsonl"),
        Checked(
            decide(find(TEXT, "va", subject=Subject.AUTHOR), id="2", lang="en"), TEXT, "posts.jsonl"
        ),
        Checked(decide(id="2", lang="en"), TEXT, "posts.jsonl"),
    )
    uris = [artifact["location"]["uri"] for artifact in run["artifacts"]]
    assert uris == ["posts.jsonl#1", "posts.jsonl#2", "posts.jsonl#2"]
    assert run["artifacts"][0]["properties"]["verdict"] == "allow"
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["index"] == 1


@pytest.mark.parametrize(
    ("name", "post_id", "expected"),
    [
        ("-", None, "stdin"),
        ("dir/été 1.txt", None, "dir/%C3%A9t%C3%A9%201.txt"),
        ("a:b#c?.txt", None, "a%3Ab%23c%3F.txt"),
        ("/tmp/a.txt", "7", "file:///tmp/a.txt#7"),  # noqa: S108 # only a name
        ("//host/a.txt", None, "file://host/a.txt"),
        ("a.txt", "a.txt", "a.txt"),
        ("a\udcff.txt", None, "a%FF.txt"),
        ("a\ud800.txt", "\ud800", "a%ED%A0%80.txt#%ED%A0%80"),
    ],
)
def test_names_become_uris(name, post_id, expected):
    assert uri(name, post_id) == expected
