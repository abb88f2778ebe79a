"""YAML from outside: plain values only, no tags, no depth or unfolding beyond reason, each key once.

A word is the word it is: `no` is Norwegian and 1:30 a time, as YAML 1.2 has it, and a date stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

DEEPEST = 48
MOST_VALUES = 300_000  # once every alias is unfolded
_LONGEST_NUMBER = 300
_SHOWN = 60

_NULL, _FLAG, _WHOLE, _REAL = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
_AMOUNT = r"\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?"
_PLAIN = (
    (_NULL, r"~|null|Null|NULL|", "~nN"),
    (_FLAG, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (_WHOLE, rf"[-+]?(?:0|[1-9][0-9]{{0,{_LONGEST_NUMBER}}})", "-+0123456789"),
    (_REAL, rf"[-+]?(?:{_AMOUNT})(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+.0123456789"),
)


OtherYamlError = yaml.YAMLError  # what another reader raises that takes the same text for no YAML


class YamlError(ValueError):
    """What the text has that is no plain YAML; the message says what and on which line."""


def yaml_of(text: str) -> Any:
    """The value that the text writes.

    >>> yaml_of("languages: [no, de]")
    {'languages': ['no', 'de']}
    """
    try:
        _check(text)
        return yaml.load(text, Loader=_Reader)  # noqa: S506 - `_Reader` is the safe loader, with less in it
    except yaml.MarkedYAMLError as error:
        raise YamlError(_problem(error, text)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlError(str(error).splitlines()[0]) from error


def broken(text: str) -> str | None:
    """Where the text is no YAML, whatever tags and documents it has; None where it is.

    >>> broken("a: [1"), broken("a: !b 1")
    ("did not find expected ',' or ']' on line 1", None)
    """
    try:
        for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        return _problem(error, text)
    except (yaml.YAMLError, UnicodeError) as error:
        return str(error).splitlines()[0]
    return None


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    """What the parser met, and where."""
    found = error.problem or error.context
    if error.problem_mark is None:
        return f"{found}"
    lines = text.splitlines()
    line = max(min(error.problem_mark.line, len(lines) - 1), 0)  # what misses its end is missed behind the last line
    indent = re.match(r"\s*", "".join(lines[line : line + 1]))
    found = "a tab where spaces are wanted" if indent and "\t" in indent[0] else found
    return f"{found} on line {line + 1}"


def yaml_text(value: Any) -> str:
    """The text that `yaml_of` reads as that value, in the order of its keys."""
    return str(yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100))


def _check(text: str) -> None:
    """An error where the text is not plain: one pass over its events, which builds nothing."""
    sizes: dict[str, int] = {}  # of what an anchor names, unfolded
    open_ones: list[tuple[str | None, int]] = []  # the anchor of each collection, and how many values came before it
    count = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_ones.pop()
            if anchor:
                sizes[anchor] = count - before
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise YamlError(f"*{event.anchor} on line {line} names nothing that is whole before it")
            count += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag is not None:
                raise YamlError(f"a tag, {event.tag[:_SHOWN]}, on line {line}")
            count += 1
            if isinstance(event, yaml.CollectionStartEvent):
                open_ones.append((event.anchor, count))
            elif event.anchor:
                sizes[event.anchor] = 1
        if len(open_ones) > DEEPEST:
            raise YamlError(f"values nested more than {DEEPEST} deep on line {line}")
        if count > MOST_VALUES:
            raise YamlError(f"more than {MOST_VALUES:,} values by line {line}, aliases unfolded")


class _Reader(yaml.CSafeLoader):
    """The safe loader with the plain words of YAML 1.2, and an eye on keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | None):
                raise yaml.constructor.ConstructorError(None, None, "a key that is no word", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} twice", key_node.start_mark)
            seen.add(key)
        return dict(super().construct_mapping(node, deep=deep))


class _Writer(yaml.SafeDumper):
    """The safe dumper; what the reader takes for a number is quoted, and nothing is written as an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML asks it for each value
        return True


_Reader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _PLAIN:
    _form = re.compile(rf"(?:{_pattern})\Z")
    _Reader.add_implicit_resolver(_tag, _form, [*_first, ""] if _tag == _NULL else list(_first))
    _Writer.add_implicit_resolver(_tag, _form, list(_first))
