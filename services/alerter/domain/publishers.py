"""Which names of outlets stand for one house, so that its paper, its site and its English service are one witness.

One house is one newsroom, or the editions that one company publishes; an owner alone joins nobody. The names are what
pages and sources call themselves; one that is not here is a house of its own.
"""

import re
from collections.abc import Mapping

from shared.watch.fold import fold

_HOUSES: Mapping[str, tuple[str, ...]] = {
    "财新": ("财新网", "财新周刊", "财新数据", "Caixin", "Caixin Global"),
    "第一财经": ("一财网", "第一财经日报", "第一财经网", "Yicai", "Yicai Global"),
    "界面·财联社": ("界面", "界面新闻", "财联社", "蓝鲸新闻", "蓝鲸财经"),
    "证券时报": ("证券时报网", "证券时报·e公司", "e公司", "券商中国", "Securities Times"),
    "中国证券报": ("中证网", "中国证券报·中证网", "中证金牛座"),
    "上海证券报": ("上证报", "中国证券网", "上海证券报·中国证券网", "上证报中国证券网"),
    "证券日报": ("证券日报网", "证券日报之声"),
    "新华社": ("新华网", "新华财经", "新华每日电讯", "Xinhua", "Xinhua News Agency"),
    "中国新闻社": ("中新社", "中新网", "中国新闻网", "中新财经", "中新经纬", "China News Service"),
    "人民日报": ("人民网", "人民日报海外版", "People's Daily", "People's Daily Online"),
    "中国日报": ("中国日报网", "China Daily"),
    "21世纪经济报道": ("21世纪经济报道网", "21财经", "21经济网", "21世纪新健康研究院"),
    "每日经济新闻": ("每经", "每经网", "每日经济新闻网", "National Business Daily"),
    "澎湃新闻": ("澎湃", "Sixth Tone"),
    "南华早报": ("South China Morning Post", "SCMP"),
    "信报": ("信报财经新闻", "信报网站", "HKEJ"),
    "36氪": ("36kr", "36氪Pro", "36氪快讯", "KrASIA"),
    "新浪": ("新浪财经", "新浪网", "新浪科技", "新浪港股"),
    "腾讯": ("腾讯新闻", "腾讯网", "腾讯财经"),
    "东方财富": ("东方财富网", "东方财富证券", "Eastmoney"),
    "智通财经": ("智通财经网",),
    "华尔街见闻": ("Wallstreetcn",),
    "美通社": ("PR Newswire", "PRNewswire", "PR Newswire Asia"),
    "香港交易所": ("HKEXnews", "披露易", "香港联合交易所", "港交所", "HKEX"),
    "中国政府网": ("中国政府网政策文件库", "国务院办公厅", "gov.cn"),
    "国家市场监督管理总局": ("市场监管总局", "国家市场监管总局", "SAMR"),
    "国家药品监督管理局": ("国家药监局", "药监局", "NMPA"),
    "国家医疗保障局": ("国家医保局", "医保局", "NHSA"),
    "国家卫生健康委员会": ("国家卫健委", "国家卫生健康委", "NHC"),
    "国家互联网信息办公室": ("国家网信办", "网信办", "网信中国", "CAC"),
    "国家金融监督管理总局": ("金融监管总局", "国家金融监管总局", "NFRA"),
    "阿里健康": ("Alibaba Health", "阿里健康官网"),
    "蚂蚁集团": ("Ant Group", "蚂蚁集团官网"),
}
_FORMS = re.compile(r"(?:微信公众号|公众号|客户端|官方微博|官微|官网|app)+$")
"""What an outlet's own channels are called by behind its name."""
_NO_LETTERS = re.compile(r"[\W_]+")


def _plain(outlet: str) -> str:
    """The name in one spelling, without signs and without what its channels add; empty for one without letters."""
    letters = _NO_LETTERS.sub("", fold(outlet))
    return _FORMS.sub("", letters) or letters


_HOUSE_OF: Mapping[str, str] = {_plain(name): house for house, names in _HOUSES.items() for name in (house, *names)}


def house_of(outlet: str | None) -> str | None:
    """The house that publishes under this name; None where no outlet is named."""
    plain = _plain(outlet or "")
    return _HOUSE_OF.get(plain, plain) or None
