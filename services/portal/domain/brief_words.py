"""Words of English and Chinese that a brief's check and question reader know: no names, however they are written."""

from collections.abc import Mapping

_NO_NAMES = (
    "app apps ai ceo cfo cto coo ipo gmv saas b2b b2c o2o h1 h2 q1 q2 q3 q4 fy rmb hk us uk usd hkd cny yuan mr ms dr"
    " january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday"
)
NO_NAMES = frozenset(_NO_NAMES.split())
"""Capitals and Latin words that are nobody's name."""
_OPENERS = (
    "the a an in on at its it this these those that they he she their his her and or but by for from with of to as is"
    " are was were has have had be been will would may might can could should after before during since under over into"
    " than then there also both all most more less some any each every other another new net total revenue revenues"
    " profit profits sales income shares share stock company companies regulators regulator authorities authority"
    " officials analysts investors media reports report reported reportedly according sources source plans plan about"
    " however while when where which who what how why no not only first second third users patients doctors hospitals"
    " pharmacies drugs medicines insurance online internet healthcare health medical platform platforms service"
    " services business businesses one two three four five six seven eight nine ten"
)
OPENERS = frozenset(_OPENERS.split())
"""English words that open a sentence with a capital, or say nothing about what it tells."""
PLACES: Mapping[str, tuple[str, ...]] = {
    "china": ("中国", "国内", "我国", "全国"), "chinese": ("中国", "国内", "我国", "中文", "中医"),
    "hong": ("香港", "港"),
    "kong": ("香港", "港"), "beijing": ("北京",), "shanghai": ("上海",), "hangzhou": ("杭州",), "zhejiang": ("浙江",),
    "shenzhen": ("深圳",), "guangzhou": ("广州",), "guangdong": ("广东",), "hainan": ("海南",), "hebei": ("河北",),
    "tianjin": ("天津",), "taiwan": ("台湾",), "macau": ("澳门",), "wuhan": ("武汉",), "chengdu": ("成都",),
    "sichuan": ("四川",), "ningxia": ("宁夏",), "yinchuan": ("银川",), "jiangsu": ("江苏",), "american": ("美国",),
    "japan": ("日本",), "singapore": ("新加坡",),
}  # fmt: skip
"""English names of places, and how an article in Chinese names them."""
_PAIRS = {
    "insurance": "保险",
    "partnership": "合作",
    "partnerships": "合作",
    "revenue": "收入",
    "results": "业绩",
    "profit": "利润",
    "prescription": "处方",
    "prescriptions": "处方",
    "regulation": "监管",
    "drugs": "药品",
    "pharmacy": "药房",
    "pharmacies": "药店",
    "hospital": "医院",
    "hospitals": "医院",
    "acquisition": "收购",
    "merger": "合并",
    "fine": "罚款",
    "penalty": "处罚",
    "privacy": "隐私",
    "layoffs": "裁员",
    "listing": "上市",
    "licence": "牌照",
    "license": "牌照",
    "doctors": "医生",
    "telemedicine": "互联网诊疗",
    "investment": "投资",
    "financing": "融资",
    "ceo": "首席执行官",
    "vaccine": "疫苗",
    "delivery": "配送",
    "reimbursement": "医保",
    "overseas": "海外",
    "assistant": "助手",
}
OTHER_TONGUE: Mapping[str, str] = {zh: en for en, zh in reversed(_PAIRS.items())} | _PAIRS
"""Words of the field in the other language, so that a question in one finds articles in both."""
