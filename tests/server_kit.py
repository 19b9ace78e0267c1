"""What the tests of the server share."""

PASSWORD = "a long enough password"  # noqa: S105 # of tests
NAMED = "Avis sur Mme Huguette Palanque, 84 ans, qui refuse son anticoagulant ?"
HARMLESS = "Quel anticoagulant chez un patient âgé insuffisant rénal ?"


def submission(text=NAMED, external="1", **more):
    """The body of a post for forum `f`."""
    return {"forum": "f", "external_id": external, "text": text, **more}
