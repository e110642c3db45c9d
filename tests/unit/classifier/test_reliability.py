"""The letter of a document's source passes through the classifier as it came."""

from datetime import UTC, datetime

import pytest

from services.classifier.application.classify import Classify
from shared.messages import DocumentFound, Times
from shared.messages.common import Reliability
from tests.fakes.judges import MarkerJudge

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("letter", ["A", "F", None])
def test_the_letter_is_the_found_documents(letter: Reliability | None) -> None:
    found = DocumentFound(
        document_id="0123456789abcdef" * 2,
        revision=1,
        url="https://example.com/a",
        source="some",
        title="被罚",
        paragraphs=("阿里健康被罚款45万元。",),
        language="zh-Hans",
        times=Times(first_seen=NOW),
        reliability=letter,
    )
    assert Classify(MarkerJudge(), "markers")(found, NOW).reliability == letter
