"""What actions are done to: lists of nouns taken apart, and nouns that name an ability by themselves."""

from __future__ import annotations

import re

from matchgraph.catalogue.decompose.verbs import FRAMES, Form, verbs
from matchgraph.catalogue.quantities import listed

_TAIL = re.compile(
    r"\s+(?:based on|from|across|with|without|using|via|through|for|in|on|by|within|over|into|as|while|between|about"
    r"|directly|to|of|at|during|including|like|such|that|which|when|where|under|against)\b",
    re.IGNORECASE,
)
_LIST = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*;\s*")
_HANGING = re.compile(
    r"(?:^(?:to|for)|[,;:(&.]|\s(?:and|or|for|to|including|by|through|via|in|with|that|like|such as|of|as|then|can"
    r"|tools?|which|on|while|directly|automatically|it|also|the|a|an|them|functions?|capabilities|is|are"
    r"|users|you|agents|assistants))\s*$",
    re.IGNORECASE,
)
_ADORNED = re.compile(
    r"^(?:(?:(?:and|or)\s+)?(?:an?|the|various|several|powerful|comprehensive"
    r"|(?:full )?(?:set|range|suite|collection) of|diverse|rapid"
    r"|advanced|seamless|easy|simple|robust|rich|intelligent|efficient|fast|direct|both|your|more|better|faster|many"
    r"|different|multiple|automatic|built-in|easily|quickly|effective|enhanced|sophisticated|effortless|smart|lightweight|complete|full"
    r"|secure|reliable|flexible|versatile|intuitive|straightforward|large-scale|general-purpose|high-quality|pre-?trained"
    r"|accurate|convenient)\s+)+",
    re.IGNORECASE,
)
_GENERIC = listed(
    "applications capabilities capability features functionality functions operation operations purposes "
    "scenarios services support task tasks tools utilities workflow workflows"
)
_DEVERBAL = re.compile(r"[a-z]{3,}(?:ation|ction|etion|ition|ysis)$|(?:lookups?|checks?|control|queries|conversions)$")
_NO_DEEDS = listed(
    "access action anything application assistance automation beginning building collaboration condition "
    "configuration connection content corporation documentation during everything existing finding following fraction "
    "function implementation information integration interaction king learning location meaning notation nothing "
    "organization packaging position pricing relation ring section setting something spring station string thing "
    "training understanding wording"
)
_ADJECTIVE = re.compile(
    r"(?:ic|ique|al|ive|ed|ous|able|ible|less|ful|based|driven|time|random|secure|deep|custom|smart)$"
    r"|^multi-|-(?:shot|class|label|scale|quality)$|^easy-to-"
    r"|^(?:dense|concise|precise|accurate|clear|engaging|quick|sparse|versatile"
    r"|high|low|old|new|large|small|big|long|short|hot|cold|slow|raw|near|zero|no)$"
)
_LEADING = re.compile(r"^(?:(?:and|or|then)\s+)+", re.IGNORECASE)
_ENDS = re.compile(
    r"[.!?]\s+(?=[A-Z(])|,\s+(?:even|especially|particularly|so|making|whether|no|without|but)\b|\s+[-\u2013\u2014]\s+"
    r"|,\s+(?:\w+ly\s+)?\w+ing\s+(?:them|it|its|their|to|from|with)\b"  # goes on about the same
)
_LOOSE = re.compile(
    r"(?:\s+\([^)]*|,?\s+(?:designed|represented|used|intended|based|but|plus|possible))$", re.IGNORECASE
)
_STOP = re.compile(r"(?<=\w{3})[.!?]\s")
_JOINT = re.compile(r",\s|\s(?:and|or|but|so|what|which|that|who|how|where|when|if)\s", re.IGNORECASE)
_BROKEN_OFF = re.compile(
    r"(?:[\s,]+(?:and|or|but|so|to|for|with|of|in|by|from|as|a|an|the|that|which|is|are|its|their"
    r"|plus|such|like|including|who))+$",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\b(?:next|new|latest|current|first|second|third|each|this|\d\w*)[- ]generation\b", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:and|or|of|for|to|in|with|is|are)\b", re.IGNORECASE)
_OF = re.compile(r"(?:[\w-]+\s+){0,2}?(?P<deed>[\w-]+)\s+of\s+(?=\w)", re.IGNORECASE)
_REACH = re.compile(r"(?:[\w-]+\s+){0,2}?(access|control)\s+(?:to|of|over)\s+", re.IGNORECASE)
_LONGEST_ITEM = 5  # words; a longer one is no item of a list but a phrase


def bare(text: str) -> str:
    """The text without what hangs on at its ends: joints, prepositions, adornments; of one sentence only."""
    text = _LEADING.sub("", _ENDS.split(text, maxsplit=1)[0].strip(" ,;:("))
    while (cut := _HANGING.sub("", text).strip(" ,;:(")) != text:
        text = cut
    if text.count(")") > text.count("("):
        text = text.replace(")", "", 1)
    return text + ")" * (text.count("(") - text.count(")"))


def split_things(text: str) -> list[str]:
    """The items of a list, each with what is said of all; a phrase that is no list is one item.

    >>> split_things("names, dates and places in letters")
    ['names in letters', 'dates in letters', 'places in letters']
    """
    begin = _TAIL.search(text)
    head, tail = (text[: begin.start()], text[begin.start() :]) if begin else (text, "")
    items = [item for each in _LIST.split(head) if (item := each.strip(" ,"))]
    described = any(" " not in item and is_adjective(item) for item in items[:-1])
    if len(items) < 2 or described or any(len(item.split()) > _LONGEST_ITEM for item in items):
        return [text] if text else []
    if re.match(r"\s+(?:including|like|such)\b", tail, re.IGNORECASE):
        tail = ""  # examples, of the last item as a rule
    return [item + tail for item in items if item.lower() not in ("more", "etc", "others")]


def is_ability(phrase: str) -> bool:
    """Whether a phrase without a verb names something that can be done, and to what.

    >>> is_ability("fast face detection in photos"), is_ability("a green bird")
    (True, False)
    """
    head = _head(_ADORNED.sub("", phrase))
    if not head or not _is_deed(head[-1]) or _EPOCH.search(phrase):
        return False
    return len(head) > 1 or (_OF.match(phrase) is not None and _verb_of(head[0].lower()) is not None)


def is_adjective(word: str) -> bool:
    """Whether a word looks like one that describes, and names nothing."""
    return _ADJECTIVE.search(word.lower()) is not None and word.lower() not in verbs().nouns


def named(verb: str, thing: str, longest: int = 7) -> str:
    """Verb and object in a few words.

    >>> named("sort", "the letters of a pond by topic"), named("", "speech recognition in noisy rooms")
    ('Sort letters of a pond', 'Recognize speech')
    """
    thing = _ADORNED.sub("", thing) if verb else thing
    if not verb:
        verb, thing = verbal(thing)
        plain = _ADORNED.sub("", thing)
        thing = plain if verb or " " in plain else thing
    words = _STOP.split(f"{verb} {thing}", maxsplit=1)[0].split()
    while len(words) > 3 and (cut := _last_tail(" ".join(words))):
        if len(words) <= longest and len(cut.split()) < 4:
            break
        words = cut.split()
    said = _whole(words[:longest], words[longest:])
    return said[:1].upper() + said[1:]


def _whole(words: list[str], beyond: list[str]) -> str:
    """The words without what they broke off in, where more of them stand beyond."""
    said = " ".join(words)
    amid = beyond and not words[-1].endswith(",") and not _GOES_ON.match(beyond[0])
    if amid and (joints := list(_JOINT.finditer(f"{said} "))) and " " in said[: joints[-1].start()]:
        said = said[: joints[-1].start()]
    said = _LOOSE.sub("", said).rstrip(" ,;:.(")
    cut = _BROKEN_OFF.sub("", said)
    return cut if " " in cut else said


def verbal(thing: str) -> tuple[str, str]:
    """Speech recognition as recognize and speech; no verb where that would be no English.

    >>> verbal("speech recognition"), verbal("easy removal of stains"), verbal("rapid deletion of old letters")
    (('recognize', 'speech'), ('', 'easy removal of stains'), ('delete', 'old letters'))
    """
    if reached := _REACH.match(thing):
        return reached[1].lower(), thing[reached.end() :]
    if (of := _OF.match(thing)) and (verb := _verb_of(of["deed"].lower())):
        return verb, thing[of.end() :]
    doing, _, rest = thing.partition(" ")
    if rest and not _GOES_ON.match(rest) and (does := verbs().forms.get(doing.lower(), {}).get(Form.GERUND)):
        return does, rest
    head = _head(thing)
    verb = _verb_of(head[-1].lower()) if head else None
    if verb is None or verb in FRAMES or len(head) < 2 or is_adjective(head[-2]):
        return "", " ".join(head) if head and _is_deed(head[-1]) else thing
    return verb, " ".join(head[:-1])


def _verb_of(noun: str) -> str | None:
    known = verbs()
    return known.nouns.get(noun) or known.forms.get(noun, {}).get(Form.GERUND)


def _last_tail(text: str) -> str:
    """The text up to its last prepositional part; empty where there is none."""
    tails = list(_TAIL.finditer(text))
    return text[: tails[-1].start()] if tails else ""


def _head(phrase: str) -> list[str]:
    """The words before the first preposition, generic ones at their end apart."""
    head = _TAIL.split(phrase, maxsplit=1)[0].strip(" .,;:()").split()
    while len(head) > 1 and head[-1].lower() in _GENERIC:
        head.pop()
    return head


def _is_deed(word: str) -> bool:
    low = word.lower()
    if low in _NO_DEEDS:
        return False
    return low in verbs().nouns or Form.GERUND in verbs().forms.get(low, {}) or bool(_DEVERBAL.search(low))
