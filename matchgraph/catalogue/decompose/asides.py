"""What a page says beside what its thing can do: where to go on it, what its reader may do, what others lack.

A call to the reader is told by where it leads ("browse the docs", "join our chat"), for the same verbs tell abilities
where they lead elsewhere ("browse the docs of any package"); items of a list of abilities are never taken for one.
"""

from __future__ import annotations

import re

_BETWEEN_NAMES = re.compile(r"\s*[|\u2022\u00b7\u2013\u2014]\s*|\s+/\s+")
_FEWEST_NAMES, _LONGEST_NAME = 3, 3  # names, words

_PAGES = (
    r"(?:docs?|documentation|guides?|tutorials?|wiki|readme|manual|handbook|faq|changelog|blog|posts?|articles?|paper"
    r"|website|site|homepage|page|section|chapter|appendix|figure|table|examples?|demos?|video|notebook|repo|repository"
    r"|discussions?|thread|release notes|tracker|roadmap|discord|slack|telegram|chat|channel|forum|community|newsletter"
    r"|project|gallery|instructions|steps|guidelines|document)"
)
_OTHER_PAGES = (
    r"(?:home|github|report|install(?:ation)?|quick ?start|getting started|references?|benchmarks?|licen[sc]e"
    r"|contribut\w+|twitter|usage|features|api|support|citation|motivation|contact|pypi|npm)"
)
_PAGE = re.compile(rf"\b(?:{_PAGES}|{_OTHER_PAGES})\W*$", re.IGNORECASE)

_GO = (
    r"(?:see|read|browse|check|visit|watch|explore|consult|view|try|follow|join|head (?:over )?to"
    r"|(?:have a |take a )?look at)"
)
_TO_READER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_GO} (?:[\w'’]+ ){{0,3}}?{_PAGES}\b(?! (?:of|from) (?:an?|any|your)\b)",
        r"^(?:see|visit|view|check|read)(?: it| them)? (?:the|our|also|below|above|here|this|https?:)",
        r"^(?:see|view|check|read) [\w/-]+\.\w{2,4}\b",
        r"^(?:share|tell|send|leave|give) (?:us|me|your (?:thoughts|feedback|ideas|opinion|comments|suggestions))\b",
        r"^share (?:your (?:experiences?|story)|what you)\b|^\w+ (?:us|me) (?:on|at|in|via|know|an?)\b",
        r"^(?:open|create|file|submit|raise|send) (?:an?|your|any) (?:new )?(?:issue|pull request|pr|bug(?: report)?"
        r"|ticket|feature request)s?\b.{0,40}\b(?:if|when|here|on (?:the|our|github)|to (?:suggest|report|discuss)"
        r"|first|before)\b",
        r"^(?:fork|star|clone|watch) (?:it|this|the)(?: \w+)? ?(?:repo\w*|project)?\b",
        r"^(?:contribute|donate|sponsor|buy me)\b|^support (?:us|me|(?:the|this) project|development)\b",
        r"^report (?:any |a )?(?:bugs?|issues|problems) (?:on|to|at|in|via|here)\b",
    )
)

_BURDEN = (
    r"(?:hard|difficult|tedious|painful|risky|cumbersome|error[- ]prone|time[- ]consuming|expensive|frustrating"
    r"|annoying|messy|a (?:pain|mess|hassle|nightmare))"
)
_HARM = r"(?:redundan\w+|poor|errors?|mistakes|dead|bad|loss|failures?|confusion|frustration|delays?|waste\w*)"
_NOT_WHAT_IS_SOUGHT = r"(?<!that )(?<!which )(?<!who )(?<!what )"  # finds letters that are hard to read
_OF_OTHERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:traditional|conventional|existing|typical|classic(?:al)?|legacy|current|other|many|most|some)"
        r" (?:[\w-]+ ){0,2}(?:systems|tools|approaches|methods|solutions|libraries|models|frameworks|managers|scripts"
        r"|services|platforms|packages|implementations|apps|alternatives|engines|clients)\b",
        rf"{_NOT_WHAT_IS_SOUGHT}\b(?:is|are|gets?|becomes?) (?:(?:\w+ly|often|so|too|very|always|both|slow|and) )*"
        rf"{_BURDEN}\b",
        rf"{_NOT_WHAT_IS_SOUGHT}\b(?:leads?|results?) (?:to|in) (?:[\w-]+ ){{0,2}}{_HARM}\b",
        r"\bwast(?:es?|ing) (?:your |our |a lot of )?(?:hours|time|money|days|effort)\b",
        r"\bcreates? an? (?:poor|bad|terrible|frustrating)\b",
    )
)


def is_navigation(text: str) -> bool:
    """Whether a line is a bar of names of pages, half of them well known.

    >>> is_navigation("Docs | Demo | Otters"), is_navigation("Docs and a demo")
    (True, False)
    """
    names = [each.strip(" *_:.") for each in _BETWEEN_NAMES.split(text)]
    if len(names) < _FEWEST_NAMES or any(len(name.split()) > _LONGEST_NAME for name in names):
        return False
    return 2 * sum(_PAGE.search(name) is not None for name in names) >= len(names)


def is_to_reader(text: str) -> bool:
    """Whether a line sends its reader somewhere, or asks something of them.

    >>> is_to_reader("Browse the docs."), is_to_reader("Browse the docs of any package.")
    (True, False)
    """
    return any(call.search(text) for call in _TO_READER)


def is_of_others(text: str) -> bool:
    """Whether a line says what others do, or what is wrong without the thing.

    >>> is_of_others("Most tools only sort letters."), is_of_others("Finds letters that are hard to read.")
    (True, False)
    """
    return any(sign.search(text) for sign in _OF_OTHERS)
