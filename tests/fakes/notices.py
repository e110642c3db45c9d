"""A draft rule as a classified document in its thread, for tests of the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.calendar.entries import Filed
from shared.messages import DocumentClassified

SEEN = datetime(2026, 11, 22, 2, tzinfo=UTC)
DRAFT = ("现向社会公开征求意见，意见反馈截止时间为2026年12月20日。", "自2027年1月1日起施行。")


def filed(number: int = 1, thread: str = "t1", rights: str = "full", **more: Any) -> Filed:
    """Comments close on 2026-12-20, and it takes effect on 2027-01-01."""
    quote = "意见自2027年1月1日起施行"
    evidence = {"quote": quote, "paragraph": 2, "start": 0, "end": len(quote)}
    fact = {"kind": "effective_date", "value": "2027-01-01", "evidence": evidence}
    plain: dict[str, Any] = {
        "document_id": f"{number:032x}", "revision": 1, "url": f"https://news.example/{number}", "source": "nhsa",
        "outlet": "医保局", "rights": rights, "title": f"互联网诊疗办法（征求意见稿）{number}",
        "lead": "\n".join(DRAFT),
        "language": "zh-Hans", "published": {"at": "2026-11-22T08:00:00+08:00", "precision": "minute"},
        "relevant": True, "kind": "policy", "importance": 3, "model": "m", "times": {"first_seen": SEEN},
        "entities": [{"entity": "ant_group"}],
        "events": [{
            "label": "policy_guidance", "family": "regulatory_event", "status": "planned", "entities": ["ant_group"],
            "evidence": evidence, "facts": [fact], "confidence": 0.9,
        }],
    }  # fmt: skip
    return Filed(DocumentClassified.model_validate(plain | more), thread, DRAFT, SEEN + timedelta(minutes=number))
