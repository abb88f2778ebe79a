"""MCP servers: the registry's `server.json` (one, or a listing of many) and lists of tools; each tool is a capability.

A tool list that stands beside a `server.json` is told with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matchgraph.catalogue.documents import Document
from matchgraph.catalogue.importers.fields import Fields
from matchgraph.catalogue.importers.importer import Imported, Importer, one_by_one
from matchgraph.catalogue.importers.words import leave_rest, records_in, repository_of, slug, stated
from matchgraph.catalogue.json_text import Unreadable
from matchgraph.catalogue.records import ArtifactType
from matchgraph.catalogue.report import Ledger

_SERVER, _TOOLS = "server.json", "tools.json"
_SIGNS = ('"remotes"', '"packages"', '"inputSchema"', '"servers"', "server.schema.json")
_OFFICIAL = "io.modelcontextprotocol.registry/official"
_FORMS = ("contentMediaType", "format", "type")  # of a schema: what says most of its kind comes first


def _recognises(document: Document) -> bool:
    if document.inner.name.lower() in (_SERVER, _TOOLS):
        return True
    head = document.head()
    return document.inner.suffix.lower() in (".json", ".jsonl") and '"name"' in head and any(s in head for s in _SIGNS)


def _read(document: Document, ledger: Ledger) -> Iterator[Imported]:
    if document.inner.name.lower() == _TOOLS and document.neighbour(_SERVER) is not None:
        return  # told with the server
    tools: list[dict[str, Any]] = []
    for line, record in records_in(document, "servers"):
        if isinstance(record, Unreadable):
            yield Imported(record, document, line)
        elif (listed := _listed(record)) is not None:
            tools += _tools(listed, document, ledger, line)
        elif _is_tool(record):
            tools += _tools([record], document, ledger, line)
        else:
            yield _server(record, document, ledger, line)
    if tools:
        yield Imported(_bare(document) | {"capabilities": tools, "facts": {"n_tools": len(tools)}}, document)


def _server(record: dict[str, Any], document: Document, ledger: Ledger, line: int) -> Imported:
    outer = Fields(record)
    fields = outer.inside("server") if isinstance(record.get("server"), dict) else outer
    name = fields.text("name", "qualifiedName", "id")
    if name is None:
        return Imported(Unreadable("a server without a name", "wanted the server.json of a server"), document, line)
    official = outer.inside("_meta").inside(_OFFICIAL)
    address = fields.inside("repository").text("url") or fields.text("repository")
    repository = repository_of(address)
    tools = list(_beside(document, ledger)) + _tools(fields.stated.get("tools"), document, ledger, line)
    fields.take("tools")
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
    for line, record in records_in(other, "tools") if other else ():
        if isinstance(record, dict) and other:
            yield from _tools([record], other, ledger, line)


def _listed(record: dict[str, Any]) -> list[Any] | None:
    """The tools of a list of nothing else, as a server answers to `tools/list`."""
    result = record.get("result", record)
    listed = result.get("tools") if isinstance(result, dict) and "name" not in result else None
    return listed if isinstance(listed, list) else None


def _is_tool(record: dict[str, Any]) -> bool:
    return "name" in record and not record.keys() & {
        "packages",
        "remotes",
        "repository",
        "version",
        "server",
        "$schema",
    }


def _tools(listed: Any, document: Document, ledger: Ledger, line: int) -> list[dict[str, Any]]:
    """Each tool as a capability, whose kinds of input are those of its schema."""
    found = []
    for stated_one in listed if isinstance(listed, list) else ():
        tool = Fields({"name": stated_one} if isinstance(stated_one, str) else stated_one)
        name = tool.text("name")
        if name is None:
            ledger.leave(document.name, line, "tools without a name", stated_one)
            continue
        notes = tool.inside("annotations")
        capability = {
            "capability_id": name,
            "name": tool.text("title") or notes.text("title") or name,
            "description": tool.text("description") or name.replace("_", " "),
            "input_types": _kinds(tool, "inputSchema", "input_schema", "parameters"),
            "output_types": _kinds(tool, "outputSchema", "output_schema"),
        }
        leave_rest(tool, document, ledger, line)
        found.append(stated(capability))
    return found


def _kinds(tool: Fields, *names: str) -> list[str]:
    """The kinds of value that a schema asks for, each once; `arguments` lists them without a schema."""
    asked: list[Fields] = []
    for name in names:
        properties = tool.inside(name).take("properties")
        asked += [Fields(each) for each in properties.values()] if isinstance(properties, dict) else []
        tool.inside(name).take("type"), tool.inside(name).take("required")
    asked += tool.each("arguments") if "inputSchema" in names else []
    return list(dict.fromkeys(kind for each in asked if (kind := each.text(*_FORMS))))


def _bare(document: Document) -> dict[str, Any]:
    """What is known of the server of a list of tools that stands alone: what its file or folder is called."""
    stem = document.inner.stem
    name = document.folder if stem.lower() == "tools" else stem.removesuffix(".tools")
    kind = str(ArtifactType.MCP_SERVER)
    return {"artifact_id": f"mcp:{slug(name) or 'server'}", "name": name, "type": kind, "source": "MCP tool list"}


IMPORTER = Importer(
    "mcp", "MCP servers: server.json of the registry, and lists of tools.", _recognises, one_by_one(_read)
)
