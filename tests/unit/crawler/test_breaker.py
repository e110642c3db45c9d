"""The breaker: what opens it, how long it stays open, and what does not silence a host."""

import pytest

from services.crawler.domain.breaker import (
    BUSY_PAUSES,
    CLEAN,
    REFUSED_PAUSES,
    Change,
    Refusal,
    Standing,
    after,
    jittered,
    refusal_of,
)

pytestmark = pytest.mark.unit

MIDDLE = 0.5
A, B = "https://example.com/a", "https://example.com/b"


@pytest.mark.parametrize(
    ("status", "challenge", "page", "kind"),
    [
        (412, "", True, "no"), (200, "Ruishu's check", True, "no"), (403, "Cloudflare's check", True, "no"),
        (403, "", True, "doubt"), (401, "", True, "doubt"), (403, "", False, "no"), (401, "", False, "no"),
        (429, "", True, "busy"), (456, "", True, "busy"), (503, "", False, "busy"),
    ],
)  # fmt: skip
def test_what_refuses(status: int, challenge: str, page: bool, kind: str) -> None:
    refusal = refusal_of(status, challenge, None, page)
    assert refusal is not None
    assert refusal.kind == kind
    assert str(status) in refusal.reason


@pytest.mark.parametrize("status", [200, 304, 404, 410, 451, 500, 502, 504])
def test_what_does_not(status: int) -> None:
    assert refusal_of(status, "", None, page=True) is None


def test_a_page_forbidden_by_itself_never_silences_its_host() -> None:
    standing = CLEAN
    for _ in range(5):
        change = after(standing, A, refusal_of(403, "", None, page=True), MIDDLE)
        standing = change.standing if change else standing
        assert change is None or change.pause == 0
    assert standing == Standing(0, A)


def test_two_pages_in_a_row_do() -> None:
    first = after(CLEAN, A, refusal_of(403, "", None, page=True), MIDDLE)
    assert first == Change(Standing(0, A))
    second = after(first.standing, B, refusal_of(403, "", None, page=True), MIDDLE)
    assert second == Change(Standing(1, A), 900.0, "403")


def test_a_good_answer_between_them_clears_the_doubt() -> None:
    assert after(Standing(0, A), B, None, MIDDLE) == Change(CLEAN)
    assert after(CLEAN, B, None, MIDDLE) is None


def test_pauses_grow_and_a_good_answer_ends_them() -> None:
    standing, pauses = CLEAN, list[float]()
    for _ in range(6):
        change = after(standing, A, Refusal("412", "no"), MIDDLE)
        assert change is not None
        pauses.append(change.pause)
        standing = change.standing
    assert pauses == [*REFUSED_PAUSES, REFUSED_PAUSES[-1], REFUSED_PAUSES[-1]]
    assert after(standing, A, None, MIDDLE) == Change(CLEAN)


def test_peace_is_as_long_as_asked_and_never_shorter() -> None:
    for chance in (0.0, 0.5, 1.0):
        change = after(CLEAN, A, Refusal("429", "busy", 120.0), chance)
        assert change is not None
        assert 120 <= change.pause <= 144
    change = after(CLEAN, A, Refusal("429", "busy", 1e9), 0.0)
    assert change is not None
    assert change.pause == 86_400
    change = after(Standing(1), A, Refusal("503", "busy"), MIDDLE)
    assert change is not None
    assert change.pause == BUSY_PAUSES[1]


def test_a_refusal_that_names_a_short_time_still_pauses() -> None:
    change = after(CLEAN, A, Refusal("412", "no", 1.0), MIDDLE)
    assert change is not None
    assert change.pause == REFUSED_PAUSES[0]


def test_after_a_pause_the_first_doubt_opens_again() -> None:
    change = after(Standing(1, A), A, refusal_of(403, "", None, page=True), MIDDLE)
    assert change == Change(Standing(2, A), 3_600.0, "403")


def test_pauses_vary_by_a_fifth() -> None:
    assert [jittered(100.0, chance) for chance in (0.0, 0.5, 1.0)] == pytest.approx([80, 100, 120])
