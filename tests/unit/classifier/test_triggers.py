"""An expression of the taxonomy that would match everything or take for ever is refused with its own line."""

from pathlib import Path

import pytest

from services.classifier.domain.triggers import load_taxonomy
from shared.errors import ConfigError

pytestmark = pytest.mark.unit
SHIPPED = (Path(__file__).resolve().parents[3] / "config" / "taxonomy.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("''", "where nothing stands"),
        ("'(?:甲乙)*'", "where nothing stands"),
        ("'(a+)+$'", "repeats a repetition"),
        ("'(?:(?:ab|c*)x)*y'", "repeats a repetition"),
        ("'(?:ab{0,60}){30,}'", "repeats a repetition"),
        ("'花(落'", "no regular expression"),
    ],
)
def test_a_dangerous_expression_is_refused(tmp_path: Path, entry: str, says: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(SHIPPED.replace("'花落'", entry, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_taxonomy(path)
    assert says in caught.value.wrong
    line = next(number for number, text in enumerate(SHIPPED.splitlines(), 1) if "'花落'" in text)
    assert caught.value.line == line


def test_bounded_and_neighbouring_repetitions_are_allowed(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(SHIPPED.replace("'花落'", "'甲+(?:乙丙?){1,3}丁*'", 1), "utf-8")
    assert load_taxonomy(path)
