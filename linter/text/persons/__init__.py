"""Names of persons without an announcing word, each found by one named method."""
