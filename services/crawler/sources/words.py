"""What sources that search are asked by default; config/sources.yaml may say otherwise (`options: {words: […]}`)."""

FIRMS = ("阿里健康", "蚂蚁阿福", "蚂蚁健康", "好大夫在线", "京东健康", "平安好医生")
"""Names that are safe alone: each finds few pages that mean something else."""
RULES = ("互联网诊疗", "互联网医院", "药品网络销售", "网售处方药", "药品追溯码", "互联网医疗 监管", "人工智能 医疗")
"""Subjects of the regulation of internet healthcare."""
ASKED_BY_NAME = ("alibaba_health", "alipay_health", "haodf", "jd_health", "ping_an_good_doctor")
"""Entities of the watchlist that FIRMS asks for."""
REGULATORS = ("regulator_nmpa", "regulator_nhsa", "regulator_nhc", "regulator_samr", "regulator_cac")
"""Authorities of the watchlist, as sources carry them that collect what all ministries publish."""
PEERS = ("叮当健康", "微医", "药师帮", "丁香园", "春雨医生", "智云健康", "方舟健客", "美团买药", "医联 Medlinker")
"""Rivals that few sources carry; 医联 alone is also a kind of hospital group."""
PEERS_BY_NAME = (
    "dingdang",
    "wedoctor",
    "yaoshibang",
    "dxy",
    "chunyu",
    "cloudr",
    "fangzhou",
    "meituan_health",
    "medlinker",
)
"""Entities of the watchlist that PEERS asks for."""
