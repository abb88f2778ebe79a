"""MCP servers: the registry's `server.json` (one, or a listing of many) and lists of tools; each tool is a capability.

A tool list that stands beside a `server.json` is told with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.schema import FORMS, USED, kinds_of, properties_of
from matchgraph.catalogue.importers.words import leave_rest, records_in, repository_of, slug, stated
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.records import ArtifactType
from matchgraph.catalogue.report import Ledger

_SERVER, _TOOLS = "server.json", "tools.json"
_SIGNS = ('"remotes"', '"packages"', '"inputSchema"', '"servers"', "server.schema.json")
_OFFICIAL = "io.modelcontextprotocol.registry/official"
_ENVELOPE = ("jsonrpc", "id", "result")


def _recognises(document: Document) -> bool:
    if document.inner.name.lower() in (_SERVER, _TOOLS):
        return True
    head = document.head()
    return document.inner.suffix.lower() in (".json", ".jsonl") and '"name"' in head and any(s in head for s in _SIGNS)


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    if document.inner.name.lower() == _TOOLS and document.neighbour(_SERVER) is not None:
        return  # told with the server
    speaks = bare = _bare(document)
    told = {"": bare}  # the servers of which only tools are listed, by what they call themselves
    for line, record in records_in(document, "servers"):
        if isinstance(record, Unreadable):
            yield Imported(record, document, line)
        elif answer := _answer(record):
            if about := _about(answer):
                speaks = told.setdefault(about["artifact_id"], about)
            speaks["capabilities"] += _answered(answer, document, ledger, line)
        elif _is_tool(record):
            speaks["capabilities"] += _tools([record], document, ledger, line)
        else:
            yield _server(record, document, ledger, line)
    for row in told.values():
        if count := len(row["capabilities"]):
            row["facts"]["n_tools"] = count
        if count or row is not bare:
            yield Imported(row, document)


def _server(record: dict[str, Any], document: Document, ledger: Ledger, line: int) -> Imported:
    outer = Fields(record)
    fields = outer.inside("server") if isinstance(record.get("server"), dict) else outer
    name = fields.text("name", "qualifiedName", "id")
    if name is None:
        return Imported(Unreadable("a server without a name", "wanted the server.json of a server"), document, line)
    official = outer.inside("_meta").inside(_OFFICIAL)
    address = fields.inside("repository").text("url") or fields.text("repository")
    repository = repository_of(address)
    tools = [*_beside(document, ledger), *_tools_of(fields, document, ledger, line)]
    facts: dict[str, Any] = {
        "version": fields.text("version"),
        "n_tools": len(tools) or None,
        "github": "/".join(repository).lower() if repository else None,
        "status": fields.text("status"),
        "created_at": official.day("publishedAt"),
        "last_update": official.day("updatedAt"),
        "transports": ", ".join(dict.fromkeys(_transports(fields))),
    }
    row = {
        "artifact_id": f"mcp:{name}",
        "name": fields.text("title") or name.rpartition("/")[2],
        "type": str(ArtifactType.MCP_SERVER),
        "description": fields.text("description"),
        "maker": repository[0] if repository else name.rpartition("/")[0].removeprefix("io.github."),
        "url": fields.text("websiteUrl") or address,
        "aliases": [name],
        "tags": fields.texts("tags"),
        "source": "MCP registry",
        "capabilities": tools,
        "facts": stated(facts | _packages(fields)),
    }
    leave_rest(outer, document, ledger, line)
    return Imported(stated(row), document, line)


def _packages(fields: Fields) -> dict[str, Any]:
    """Under which names package registries have it, and what has to be set for it to run."""
    facts: dict[str, Any] = {}
    needed: dict[str, None] = {}
    for package in fields.each("packages"):
        index, identifier = (
            package.text("registryType", "registry_type", "registry_name"),
            package.text("identifier", "name"),
        )
        if index and identifier:
            facts.setdefault(f"{slug(index)}_package", identifier)
        for variable in package.each("environmentVariables"):
            if variable.flag("isRequired") and (name := variable.text("name")):
                needed[name] = None
    return facts | {"required_settings": ", ".join(needed)}


def _transports(fields: Fields) -> Iterator[str]:
    for package in fields.each("packages"):
        if kind := package.inside("transport").text("type"):
            yield kind
    for remote in fields.each("remotes"):
        if kind := remote.text("type", "transport_type"):
            yield kind


def _beside(document: Document, ledger: Ledger) -> Iterator[dict[str, Any]]:
    other = document.neighbour(_TOOLS) if document.inner.name.lower() == _SERVER else None
    if other is None:
        return
    for line, record in records_in(other):
        if isinstance(record, Unreadable):
            ledger.leave(other.name, line, "tools that cannot be read", record.found)
        elif answer := _answer(record):
            yield from _answered(answer, other, ledger, line)
        else:
            yield from _tools([record], other, ledger, line)


def _answer(record: dict[str, Any]) -> Fields | None:
    """What a server answers to `tools/list`, or when it is greeted, where the record is that."""
    result = record.get("result")
    around = {name: value for name, value in record.items() if name not in _ENVELOPE}
    told = around | result if isinstance(result, dict) else record
    known = isinstance(told.get("tools"), list) or isinstance(told.get("serverInfo"), dict)
    return Fields(told) if known and "name" not in told else None


def _answered(answer: Fields, document: Document, ledger: Ledger, line: int) -> list[dict[str, Any]]:
    """The tools of an answer; that it is one page of several is told."""
    tools = _tools_of(answer, document, ledger, line)
    if cursor := answer.text("nextCursor"):
        ledger.leave(document.name, line, "nextCursor (more tools follow)", cursor)
    leave_rest(answer, document, ledger, line)
    return tools


def _is_tool(record: dict[str, Any]) -> bool:
    return "name" in record and not record.keys() & {
        "packages",
        "remotes",
        "repository",
        "version",
        "server",
        "$schema",
    }


def _tools_of(fields: Fields, document: Document, ledger: Ledger, line: int) -> list[dict[str, Any]]:
    is_list = isinstance(fields.stated.get("tools"), list)
    return _tools(fields.take("tools"), document, ledger, line) if is_list else []


def _tools(listed: list[Any], document: Document, ledger: Ledger, line: int) -> list[dict[str, Any]]:
    """Each tool as a capability, whose kinds of input are those of its schema."""
    found = []
    for stated_one in listed:
        tool = Fields(stated_one)
        name = tool.text("name")
        if name is None:
            ledger.leave(document.name, line, "tools without a name", stated_one)
            continue
        notes = tool.inside("annotations")
        takes, unclear = _kinds(tool, "inputSchema", "input_schema", "parameters")
        gives, unclear_too = _kinds(tool, "outputSchema", "output_schema")
        for asked in unclear + unclear_too:
            ledger.leave(document.name, line, "properties without a kind", asked)
        capability = {
            "capability_id": name,
            "name": tool.text("title") or notes.text("title") or name,
            "description": tool.text("description") or name.replace("_", " "),
            "input_types": takes,
            "output_types": gives,
        }
        leave_rest(tool, document, ledger, line)
        found.append(stated(capability))
    return found


def _kinds(tool: Fields, *names: str) -> tuple[list[str], list[Any]]:
    """The kinds of value that a schema, or a list of `arguments`, asks for, each once; and what it says no kind of."""
    kinds: dict[str, None] = {}
    unclear = []
    for schema in map(tool.inside, names):
        properties = properties_of(schema.stated)
        for name, asked in properties:
            found = kinds_of(asked, schema.stated)
            kinds |= dict.fromkeys(found)
            unclear += [] if found else [{name: asked}]
        for used in ("properties", *USED) if properties else ("type", "required", "$schema"):
            schema.take(used)
    listed = tool.each("arguments") if "inputSchema" in names else []
    kinds |= dict.fromkeys(kind for each in listed if (kind := each.text(*FORMS)))
    return list(kinds), unclear


def _bare(document: Document) -> dict[str, Any]:
    """What is known of the server of a list of tools that stands alone: what its file or folder is called."""
    stem = document.inner.stem
    name = document.folder if stem.lower() == "tools" else stem.removesuffix(".tools")
    return _row(slug(name) or "server", name)


def _about(answer: Fields) -> dict[str, Any] | None:
    """What a server says of itself beside its tools."""
    info = answer.inside("serverInfo")
    name = info.text("name")
    if name is None:
        return None
    return _row(name, info.text("title") or name) | {"facts": stated({"version": info.text("version")})}


def _row(key: str, name: str) -> dict[str, Any]:
    """The row of a server of which only the tools are told, before they are."""
    kind, empty = str(ArtifactType.MCP_SERVER), {"capabilities": list[Any](), "facts": dict[str, Any]()}
    return {"artifact_id": f"mcp:{key}", "name": name, "type": kind, "source": "MCP tool list"} | empty


IMPORTER = Importer(
    "mcp", "MCP servers: server.json of the registry, and lists of tools.", _recognises, one_by_one(_read)
)
