"""The tables of what was said: long enough, all different, and nobody given away."""

from __future__ import annotations

import re
from collections import Counter

from linshuo.demo import people
from linshuo.demo.fates import FATES
from linshuo.demo.matters import JOINED, MATTERS, NOTED, UNDECIDED
from linshuo.demo.matters.voices import VOICES
from linshuo.demo.places import DISTRICTS, PHONE
from linshuo.domain.needs.categories import DEFAULTS
from linshuo.domain.needs.models import MOST_TITLE
from linshuo.kit.phones import clean_phone

JOTTINGS = (*NOTED, *JOINED, *UNDECIDED)
PLACES = {
    f"{key}{n or ''}"
    for _district, estates in DISTRICTS
    for key, _name, buildings in estates
    for n in range(buildings + 1)
}


def test_no_two_texts_are_the_same() -> None:
    texts = [m.title for m in MATTERS] + [j.words for j in JOTTINGS]
    for matter in MATTERS:
        for text in (matter.words, matter.steps, matter.result, matter.after, matter.reason):
            texts += [part for part in text.split("|") if part]
    assert [t for t, n in Counter(texts).items() if n > 1] == []
    assert len(MATTERS) >= 90


def test_every_row_can_be_told() -> None:
    categories = {code for code, _name, _days in DEFAULTS}
    titles = {m.title for m in MATTERS}
    for matter in MATTERS:
        assert matter.where in PLACES, matter.title
        assert matter.category in categories, matter.title
        assert matter.fate in FATES, matter.title
        assert len(matter.title) <= MOST_TITLE
        assert not matter.into or matter.into in titles
    for jotting in JOTTINGS:
        assert jotting.where in PLACES, jotting.words
        assert not jotting.into or jotting.into in titles


def test_nothing_in_them_could_find_somebody() -> None:
    everything = " ".join(
        [f"{m.title}{m.words}{m.steps}{m.result}{m.after}{m.public}{m.helps}" for m in MATTERS]
        + [j.words for j in JOTTINGS]
        + [f"{voice.words}{voice.shown}" for voice in VOICES.values()]
    )
    assert re.findall(r"\d{7,}", everything) == [], "a number one could ring"
    assert re.findall(r"\d+\s*(?:室|号房)|[一-龥]岁", everything.replace("十岁", "")) == []
    for real in ("庄丽梅", "林伟明", "许茜", "连宝花", "林阿姨"):
        assert real not in everything + "".join(n for n, *_ in people.SERVING)


def test_the_telephone_numbers_are_nobodys() -> None:
    assert people.phone(7).startswith("154") and clean_phone(people.phone(7)) == people.phone(7)
    assert PHONE.startswith("0592-0"), "no number in Xiamen begins with a nought"


def test_public_texts_name_no_building_of_a_home() -> None:
    for matter in MATTERS:
        if matter.public and matter.category not in ("charge",):
            assert not re.search(r"[一二三四五六七八九十\d]+\s*(?:楼|室|户主)", matter.public)


def test_words_are_of_matters_that_everyone_may_see() -> None:
    public = {m.title for m in MATTERS if m.public and m.fate in ("closed", "up")}
    assert set(VOICES) <= public
