"""Who else is in an event, and by which paper: counterparties, regulators, document numbers.

Functions give (value, start, end) in the order of the text. Chinese names are found in folded text; English ones need
their capitals and are found in the original, whose offsets are the same.
"""

import re
from collections.abc import Iterator, Mapping

Found = tuple[str, int, int]

_NAME = r"(?P<name>[\u4e00-\u9fff·a-z0-9()&.\- ]{2,24}?)"
_LATIN = r"(?P<name>[A-Z][\w.&'’-]*(?: (?:of |and |& |for |the )?[A-Z][\w.&'’-]*){0,5})"
_SIGNED = (
    r"(?:正式|共同|已经?|今日|日前|近日|全面|进一步|再次|双方)*"
    r"(?:达成|签署|签订|签约|合作|订立|建立|开展|共建|缔结|结成|续约)"
)
_PART = r"(?:剩余|约|合计)?(?:\d+(?:\.\d+)?%|全部|控股|多数|部分)?(?:股权|股份|业务|资产|权益)"
_PARTNERS = r"partner\w*|agreement|tie-?up|team\w*(?: up)?|collaborat\w*|cooperat\w*|alliance|deal|pact|signed"
_ACQUIRES = (
    r"(?:[Aa]cquir(?:e|es|ed|ing)|acquisition of|[Bb](?:uy|uys|ought|uying)|purchase of|stake in|takeover of)"
    r"(?: (?:a|an|the|all|of|in|\d[\d.]*%?|per ?cent|stake|majority|controlling|remaining)){0,6}"
)

_CHINESE: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "partnership": (re.compile(rf"(?:与|和|同|携手|联手|牵手|联合|携){_NAME}{_SIGNED}"),),
    "mergers_acquisitions": (
        re.compile(rf"(?:收购|购买|买下|拿下|并购|入主|吞下)了?{_NAME}的?{_PART}"),
        re.compile(rf"(?:将其?.{{0,16}})?(?:转让|出售|卖)给{_NAME}(?=[,。;)]|$)"),
        re.compile(rf"向{_NAME}(?:收购|购买|购入|出售|转让)"),
    ),
    "investment_financing": (re.compile(rf"由{_NAME}(?:联合)?(?:领投|独家投资|战略投资|独家认购)"),),
    "litigation_antitrust": (re.compile(rf"(?:起诉|状告|控告){_NAME}(?=[,。;]|一案|侵|不正当|案|$)"),),
}
_ENGLISH: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "partnership": (re.compile(rf"(?:{_PARTNERS})[^.;]{{0,40}}? with (?:the )?{_LATIN}"),),
    "mergers_acquisitions": (
        re.compile(rf"{_ACQUIRES} {_LATIN}"),
        re.compile(rf"(?:sold|sell|sells|selling|sale)[^.;]{{0,40}}? to (?:the )?{_LATIN}"),
    ),
    "investment_financing": (re.compile(rf"\bled by (?:the )?{_LATIN}"),),
    "litigation_antitrust": (re.compile(rf"\b(?:sued|sues|suing|suit against|lawsuit against) (?:the )?{_LATIN}"),),
}
_NO_NAME = re.compile(
    r"[的了是在将把被让]|要求|首页|多家|双方|三方|各方|有关|相关|上述|该公司|本公司|合作|协议|以及"
    r"|^(?:其|他|她|它|此|这|那|公司|集团|平台|机构|企业)$"
)

_NATIONAL: Mapping[str, str] = {
    "regulator_nmpa": r"国家药监局|国家药品监督管理局|国家食药监总?局|国家食品药品监督管理总?局|\bnmpa\b|\bcfda\b"
    r"|national medical products administration|china food and drug administration",
    "regulator_nhsa": r"国家医保局|国家医疗保障局|\bnhsa\b|national healthcare security administration",
    "regulator_nhc": r"国家卫健委|国家卫生健康委(?:员会)?|国家卫生计生委|(?<!\w)china'?s? national health commission"
    r"|national health commission",
    "regulator_samr": r"(?:国家)?市场监管总局|国家市场监督管理总局|\bsamr\b|state administration for market regulation",
    "regulator_cac": r"(?:国家|中央)网信办|国家互联网信息办公室|cyberspace administration of china|\bcac\b",
    "csrc": r"(?:中国)?证监会|china securities regulatory commission|\bcsrc\b",
    "nfra": r"(?:国家)?金融监管总局|(?:中国)?银保监会|national financial regulatory administration|\bcbirc\b",
    "miit": r"工信部|工业和信息化部|ministry of industry and information technology",
    "state_council": r"国务院(?:办公厅)?|\bstate council\b",
    "ministry_of_public_security": r"公安部|ministry of public security",
}
_NATIONAL_RE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _NATIONAL.items()))
_ORGAN = {
    "市场监督管理局": "市场监管局",
    "市场监管局": "市场监管局",
    "药品监督管理局": "药监局",
    "药监局": "药监局",
    "卫生健康委员会": "卫健委",
    "卫生健康委": "卫健委",
    "卫健委": "卫健委",
    "卫生健康局": "卫健局",
    "卫健局": "卫健局",
    "医疗保障局": "医保局",
    "医保局": "医保局",
    "互联网信息办公室": "网信办",
    "网信办": "网信办",
    "通信管理局": "通信管理局",
    "发展和改革委员会": "发改委",
    "发展改革委": "发改委",
    "发改委": "发改委",
    "检察院": "检察院",
}
_LOCAL = re.compile(
    rf"(?P<area>[\u4e00-\u9fff]{{2,12}}?[省市区县旗盟州])(?P<organ>{'|'.join(sorted(_ORGAN, key=len, reverse=True))})"
)
_LOCAL_EN = re.compile(
    r"\b[A-Z]\w+(?:'s)?(?: [A-Z]\w+){0,2} (?:Administration for Market Regulation|Market (?:Supervision"
    r"|Regulation) (?:Bureau|Administration)|(?:Municipal |Provincial )?Health Commission"
    r"|Medical Products Administration|Healthcare Security (?:Bureau|Administration))"
)
_LEADING = re.compile(
    r"^.*(?:被|由|经|向|据|对|从|获|遭|因|日前|近日|昨日|今日|昨天|今天|[日月年号]|记者|了|与|和|及|等|于|到|是"
    r"|称|受|将|其|当地|收到|来自|通过|联合)(?=[\u4e00-\u9fff]{2})"
)

_NUMBER = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff]{2,14})(?:\s?[〔\[(【]\s?(?P<year>20\d\d)\s?[〕\])】])\s?第?(?P<number>\d{1,7})\s?号"
)
_COURT = re.compile(r"\((?:20\d\d)\)[\u4e00-\u9fff]\d{0,4}[\u4e00-\u9fff]{1,6}\d{1,7}号")
_ORDER = re.compile(
    r"(?P<issuer>国务院令|主席令|总局令|局令|[\u4e00-\u9fff]{2,8}公告)?(?P<year>20\d\d)年第(?P<number>\d{1,4})号"
    r"|(?:国务院令|主席令|总局令|局令)第?\d{1,4}号"
)
_NO_ISSUER = re.compile(
    r"^.*(?:根据|依据|按照|依照|印发|发布|下发|公布|作出|收到|文号为?|文件|案号为?|编号为?|决定书|通知书?|通知"
    r"|公告|意见|办法|的|及|和|以|了|为|是)(?=[\u4e00-\u9fff]{2})"
)


def counterparties(label: str, original: str, folded: str) -> Iterator[Found]:
    """Those named as the other side of an event of this label."""
    for pattern in _CHINESE.get(label, ()):
        for match in pattern.finditer(folded):
            name = match["name"].partition("(")[0].strip(" )-.")
            if len(name) >= 2 and not _NO_NAME.search(name):
                start = match.start("name") + match["name"].index(name)
                yield name, start, start + len(name)
    for pattern in _ENGLISH.get(label, ()):
        for match in pattern.finditer(original):
            name = match["name"].rstrip(".'’-")
            yield name.lower(), match.start("name"), match.start("name") + len(name)


def regulators(original: str, folded: str) -> Iterator[Found]:
    """Authorities named: national ones by identifier, local ones by their short name."""
    for match in _NATIONAL_RE.finditer(folded):
        yield str(match.lastgroup), match.start(), match.end()
    for match in _LOCAL.finditer(folded):
        area = _LEADING.sub("", match["area"])
        if area != "国家" and len(area) >= 2:
            yield area + _ORGAN[match["organ"]], match.end("area") - len(area), match.end()
    for match in _LOCAL_EN.finditer(original):
        if not _NATIONAL_RE.search(match[0].lower()):
            yield match[0].lower(), match.start(), match.end()


def document_numbers(folded: str) -> Iterator[Found]:
    """Numbers of decisions, rules and judgments, brackets made alike: 国药监〔2026〕12号."""
    for match in _NUMBER.finditer(folded):
        issuer = _NO_ISSUER.sub("", match["issuer"])
        yield f"{issuer}〔{match['year']}〕{match['number']}号", match.end("issuer") - len(issuer), match.end()
    for pattern in (_COURT, _ORDER):
        for match in pattern.finditer(folded):
            yield match[0], match.start(), match.end()
