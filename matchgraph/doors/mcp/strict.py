"""A server whose tools take what they say they take: an argument that none knows is refused, not passed over."""

from __future__ import annotations

from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, Tool
from pydantic import ValidationError

from matchgraph.pages.plain import seen

_MOST_TOLD = 5  # wrong arguments


class StrictServer(MCPServer[Any]):
    """A server that says in one sentence what is wrong with the arguments of a call."""

    async def list_tools(self) -> list[Tool]:
        """Every tool, each with the arguments that it takes and no others."""
        tools = await super().list_tools()
        for tool in tools:
            tool.input_schema = {**tool.input_schema, "additionalProperties": False}
        return tools

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """What the tool gives for the arguments."""
        taken = next(
            (tool.input_schema["properties"] for tool in await super().list_tools() if tool.name == name), None
        )
        if taken is not None and (strange := [each for each in arguments if each not in taken]):
            raise ToolError(f"{name} takes no {seen(', '.join(strange))}: it takes {', '.join(taken)}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(f"{name}: {_in_words(error.__cause__)}.") from error
            raise


def _in_words(error: ValidationError) -> str:
    """What is wrong with which argument."""
    wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:_MOST_TOLD]]
    return seen("; ".join(wrong))
