"""Is the article about a watched company or the regulation of internet healthcare: the gate before every event."""

import re

from services.classifier.domain.encoder_features import encoded_relevance_features
from services.classifier.domain.features import prefixed_document_features
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading
from shared.watch.scanner import Span, rule_of, scanner_of

_ONLINE = (
    r"互联网|线上|网上|在线|网络|网售|网购|电商|平台|app|小程序|微信|直播|外卖|网站|公众号|朋友圈|微商|数字|智能|ai|大模型"
    r"|online|internet|web|digital|platform|e-commerce|app|apps|artificial intelligence|chatbot"
)
_MEDICAL = (
    r"医疗|医院|医生|医师|患者|药|处方|诊|医保|健康|病历|医美|护理|疫苗|健保"
    r"|health|medic|doctor|hospital|patient|drug|pharmac|prescription|clinic|medicine|insur"
)
_BOTH = (
    r"(?:互联网|线上|网上|在线|网络|数字|智慧|远程|移动)\S{0,6}(?:医|药|诊|处方|健康)|网售|网购药|医药电商|ai.{0,6}(?:医|诊|健康)"
    r"|(?:online|internet|digital|web|ai)[- ]\w{0,12} ?(?:health|medic|doctor|hospital|drug|pharmac|care)"
    r"|telemedicine|telehealth|e-pharmac"
)
_ELSEWHERE = (
    r"香港海关|港府|医管局|台湾|卫福部|食药署|健保|新加坡|日本|韩国|美国|印度|欧盟|英国|澳门"
    r"|hong kong customs|hospital authority|taiwan|teladoc|babylon|fda|india|europe|uk |britain|u\.s\."
    r"|american|saudi|africa|seoul"
)
_MAINLAND = (
    r"中国|国家|我国|大陆|内地|北京|上海|广东|浙江|杭州|深圳|山东|四川|湖北|省|自治区"
    r"|china|chinese|beijing|shanghai|shenzhen|hangzhou|mainland"
)
_FICTION = r"第[\d一二三四五六七八九十百]+章|小说|番外|他心想|chapter \d+"
_STUDY = r"论文|参考文献|摘要|研究方法|学报|期刊|abstract|literature"
_GROUP = (
    r"稳定币|数字人民币|花呗|借呗|券商|红包|跨境|云计算|oceanbase|外卖大战|补贴|骑手|双11|双十一|ipo|上市|股权"
    r"|stablecoin|cloud|delivery|riders|food|payment|brokerage"
)
_OFFLINE = r"门诊部|诊所|医美|美容|卫生院|体检中心|民营医院|专科医院|肿瘤医院"
_HOWTO = r"如何|怎么|怎样|攻略|流程|步骤|教程|开通|注意事项|小贴士|要点|how to|guide|tips"
MOST = 4_000
"""Characters of an article in which these words are counted."""
_COUNTS = {
    "online": rule_of(_ONLINE),
    "medical": rule_of(_MEDICAL),
    "online medical": rule_of(_BOTH),
    "elsewhere": rule_of(_ELSEWHERE),
    "mainland": rule_of(_MAINLAND),
    "fiction": rule_of(_FICTION),
    "study": rule_of(_STUDY),
    "group": rule_of(_GROUP),
    "offline": rule_of(_OFFLINE),
    "howto": rule_of(_HOWTO),
}
_SCANNER = scanner_of(tuple(_COUNTS.values()))
_FIRST = ("alibaba_health", "alipay_health", "ant_group", "haodf")
_OWN_HEALTH = ("alibaba_health", "alipay_health", "haodf", "jd_health", "ping_an_good_doctor", "dingdang", "wedoctor")


def _stands(pattern: re.Pattern[str], folded: str, spans: list[Span], start: int, end: int) -> bool:
    """Whether the pattern matches inside [start, end), of which `spans` are the matches in the whole."""
    if end > MOST:
        return bool(pattern.search(folded, start, end))
    cut = False
    for begin, ends in spans:
        if begin >= end:
            break
        if begin >= start and ends <= end:
            return True
        cut = cut or ends > start
    return cut and bool(pattern.search(folded, start, end))


def relevance_features(reading: Reading) -> Features:
    """Signs of relevance, over the title, the lead and the whole."""
    text = reading.text
    length = max(1, len(text.folded))
    title_end = text.starts[1] if len(text.starts) > 1 else length
    lead_end = min(length, title_end + 200)
    found: Features = {}
    places = _SCANNER.scan(text.folded[:MOST])
    for number, (name, rule) in enumerate(_COUNTS.items()):
        spans = places.get(number, [])
        if spans or lead_end > MOST:
            title = _stands(rule.pattern, text.folded, spans, 0, title_end)
            found[f"{name} title"] = float(title)
            found[f"{name} lead"] = float(_stands(rule.pattern, text.folded, spans, title_end, lead_end))
            found[name] = float(bool(spans))
            found[f"{name} dense"] = min(1.0, len(spans) * 100 / length)
    found |= _named(reading, title_end, lead_end)
    found |= _topics(reading, title_end, lead_end, length)
    found |= prefixed_document_features(reading)
    strong = {candidate.label for candidate in reading.candidates if candidate.strong}
    found["strong labels"] = min(len(strong), 6) / 6
    found["no strong label"] = float(not strong)
    found |= encoded_relevance_features(reading)
    return {name: value for name, value in found.items() if value}


def _named(reading: Reading, title_end: int, lead_end: int) -> Features:
    hits = reading.match.hits
    found: Features = {}
    groups = {
        "first": [hit for hit in hits if hit.name in _FIRST],
        "health company": [hit for hit in hits if hit.name in _OWN_HEALTH],
        "ant": [hit for hit in hits if hit.name in ("ant_group", "alipay_health")],
        "meituan": [hit for hit in hits if hit.name == "meituan_health"],
        "other peer": [hit for hit in hits if hit.entity == "other"],
        "regulator": [hit for hit in hits if hit.entity.startswith("regulator_")],
        "company": [hit for hit in hits if not hit.entity.startswith("regulator_")],
    }
    for name, named in groups.items():
        found[name] = float(bool(named))
        found[f"{name} title"] = float(any(hit.place < title_end for hit in named))
        found[f"{name} lead"] = float(any(title_end <= hit.place < lead_end for hit in named))
        found[f"{name} often"] = min(len(named), 5) / 5
    found["dropped names"] = float(bool(reading.match.drops))
    found["nobody named"] = float(not hits)
    return found


def _topics(reading: Reading, title_end: int, lead_end: int, length: int) -> Features:
    topics = reading.match.topics
    found: Features = {
        "topic": float(bool(topics)),
        "topic title": float(any(hit.place < title_end for hit in topics)),
        "topic lead": float(any(title_end <= hit.place < lead_end for hit in topics)),
        "topics often": min(len(topics), 6) / 6,
        "topics dense": min(1.0, len(topics) * 100 / length),
    }
    for topic in {hit.topic for hit in topics}:
        found[f"topic {topic}"] = 1.0
    return found
