from services.alerter.domain.names import Sounds, pinyin_grams, romanised, split


def test_a_chinese_name_is_found_in_an_english_text() -> None:
    english = romanised("Alibaba Health names Zhu Shunyan chief executive")
    assert english & pinyin_grams("阿里健康换帅,朱顺炎任CEO")


def test_the_family_name_may_stand_last() -> None:
    assert romanised("Shunyan Zhu takes over") & pinyin_grams("朱顺炎接任")


def test_english_words_and_well_known_places_are_no_names() -> None:
    assert romanised("The Company in Beijing and Hong Kong said Revenue Rose") == frozenset()
    assert split("company") is None


def test_traditional_characters_sound_alike() -> None:
    assert pinyin_grams("沈滌凡") == pinyin_grams("沈涤凡")


def test_few_names_are_looked_for_among_many_sounds() -> None:
    sounds = Sounds(pinyin_grams("阿里健康换帅,朱顺炎任CEO" * 50))
    assert sounds.among({"zhushunyan", "lisi"}) == {"zhushunyan"}
    assert Sounds(()).among({"zhushunyan"}) == frozenset()
