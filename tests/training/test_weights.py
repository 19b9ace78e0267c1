import numpy as np

from linter.cues import SubjectWeights
from linter.datafile import validate
from linter.training.weights import SMALLEST, write_weights


def test_what_is_written_can_be_read(tmp_path):
    path = tmp_path / "weights.yaml"
    fitted = np.array([1.234, -0.5, SMALLEST / 2, -2.0])
    write_weights(path, "summary", "source", 0.4, ["one", "two", "tiny"], fitted)
    read = validate(SubjectWeights, path, path.name, id="weights")
    assert (read.threshold, read.bias) == (0.4, -2.0)
    assert read.weights == {"one": 1.23, "two": -0.5}
