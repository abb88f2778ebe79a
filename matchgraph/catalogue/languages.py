"""Which human languages artifacts are for: their fact `languages`, and tags that name one.

A fact that lists languages lists all of them. A tag names one of perhaps more: where a listing also says that there
are several, a language it does not name is unknown, not absent.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.columns import Known

MULTILINGUAL = "multilingual"
_WRITTEN = """
    af afrikaans am amharic ar arabic az azerbaijani be belarusian bg bulgarian bn bengali bs bosnian ca catalan
    cs czech cy welsh da danish de german el greek en english eo esperanto es spanish et estonian eu basque
    fa persian fi finnish fr french ga irish gl galician gu gujarati ha hausa he hebrew hi hindi hr croatian
    hu hungarian hy armenian id indonesian ig igbo is icelandic it italian ja japanese ka georgian kk kazakh
    km khmer kn kannada ko korean ku kurdish la latin lo lao lt lithuanian lv latvian mk macedonian ml malayalam
    mn mongolian mr marathi ms malay my burmese ne nepali nl dutch no norwegian pa punjabi pl polish ps pashto
    pt portuguese ro romanian ru russian sa sanskrit si sinhala sk slovak sl slovenian so somali sq albanian
    sr serbian sv swedish sw swahili ta tamil te telugu th thai tl tagalog tr turkish uk ukrainian ur urdu uz uzbek
    vi vietnamese yo yoruba zh chinese zu zulu
"""
_NAMES = dict(zip(_WRITTEN.split()[::2], _WRITTEN.split()[1::2], strict=True))
_CODES = {name: code for code, name in _NAMES.items()} | {"farsi": "fa", "mandarin": "zh", MULTILINGUAL: MULTILINGUAL}


def language_code(written: str) -> str:
    """The code of a language, without its region; as written, in lower case, where it is none that is known.

    >>> language_code("German"), language_code("pt-BR"), language_code("klingon")
    ('de', 'pt', 'klingon')
    """
    plain = written.strip().casefold()
    return _CODES.get(plain) or re.split(r"[-_]", plain)[0]


def language_name(code: str) -> str:
    """What the language of a code is called."""
    return _NAMES.get(code, code).title() if code != MULTILINGUAL else code


@lru_cache(maxsize=4096)
def codes_in(text: str) -> frozenset[str]:
    """The codes in a list of languages."""
    return frozenset(language_code(part) for part in re.split(r"[,;]", text) if part.strip())


def speaks(catalogue: Catalogue, wanted: frozenset[str]) -> Known:
    """Which artifacts are for one of the wanted languages, by code; `multilingual` wants more than one language."""
    met, listed, several = (np.zeros(len(catalogue), bool) for _ in range(3))
    places, rows = catalogue.observed("languages")
    for place, text, number in zip(places, rows["text"].to_pylist(), rows["number"].to_pylist(), strict=True):
        codes = codes_in(text or "")
        met[place] = not codes.isdisjoint(wanted)
        listed[place] = bool(codes)
        several[place] = len(codes) > 1 or (number or 0) > 1
    tags = catalogue.column("tags")
    several |= tags.holding(lambda tag: tag.casefold() == MULTILINGUAL)
    named = tags.holding(lambda tag: tag.casefold() in _CODES)
    met |= tags.holding(lambda tag: _CODES.get(tag.casefold()) in wanted)
    if MULTILINGUAL in wanted:
        met |= several
    return Known(met, met | listed | (named & ~several))


def languages_here(catalogue: Catalogue) -> frozenset[str]:
    """The codes of all languages that some artifact states."""
    stated = set(catalogue.observed("languages")[1]["text"].to_pylist()) - {None}
    tagged = {_CODES.get(tag.casefold(), MULTILINGUAL) for tag in catalogue.column("tags").texts if tag}
    return frozenset({MULTILINGUAL, *tagged}).union(*map(codes_in, stated))
