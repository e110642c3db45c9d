"""Which language and script a text is written in, told from its characters and commonest words."""

import re

from services.crawler.domain.extraction.page import words
from shared.messages.common import Language

_HAN = re.compile("[\u3400-\u9fff]")
_KANA_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z]+")
_OTHER_LETTER = re.compile("[^\\W\\d_a-zA-Z\u3400-\u9fff]")
_SIMPLIFIED = re.compile(
    "[们这为来国时说个学会对发经还没过进动种开关问间产业务医药疗卫体门报现实点长东车马见贝页风飞鱼鸟龙齐让认识设计议论证评词话该请诉费资质财购货贸创险际难领题类导应当区单双变]"
)
_TRADITIONAL = re.compile(
    "[們這為來國時說個學會對發經還沒過進動種開關問間產業務醫藥療衛體門報現實點長東車馬見貝頁風飛魚鳥龍齊讓認識設計議論證評詞話該請訴費資質財購貨貿創險際難領題類導應當區單雙變]"
)
_ENGLISH = words(
    "the of and to in a is that for it on was with as are by be this from at have has an not or but they which you"
)
SAMPLE = 5_000
"""Characters that are enough to tell."""
MIN_HAN_SHARE = 0.2
"""Share of Chinese among all letters from which a text is Chinese; English names and figures fill the rest."""
MIN_ENGLISH_SHARE = 0.12
"""Share of the commonest words in an English text's words; running English has about a third, other languages under a
twentieth."""


def detect(text: str, declared: str = "") -> Language:
    """Tell the language; `declared` is the page's own lang attribute, asked only where the text does not say."""
    sample = text[:SAMPLE]
    han = len(_HAN.findall(sample))
    latin = _LATIN.findall(sample)
    letters = sum(map(len, latin)) + len(_OTHER_LETTER.findall(sample))
    if han and han >= MIN_HAN_SHARE * (han + letters / 3):
        if len(_KANA_HANGUL.findall(sample)) > 0.1 * han:
            return "other"
        simplified, traditional = len(_SIMPLIFIED.findall(sample)), len(_TRADITIONAL.findall(sample))
        if simplified == traditional:
            return "zh-Hant" if re.match(r"zh-(?:hant|tw|hk|mo)", declared) else "zh-Hans"
        return "zh-Hans" if simplified > traditional else "zh-Hant"
    if not latin:
        return "other"
    share = sum(word.lower() in _ENGLISH for word in latin) / len(latin)
    if share >= MIN_ENGLISH_SHARE:
        return "en"
    return (
        "en"
        if len(latin) < 20 and (not declared or declared.startswith("en")) and not _OTHER_LETTER.search(sample)
        else "other"
    )
