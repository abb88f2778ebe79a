"""`matchgraph decompose FILE`: which capabilities a text states, on which lines, and what was left out and why."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matchgraph.catalogue.decompose.decompose import decompose
from matchgraph.catalogue.decompose.found import Decomposed
from matchgraph.catalogue.decompose.llm.endpoint import KEY, Endpoint
from matchgraph.catalogue.decompose.llm.held import Replies
from matchgraph.catalogue.decompose.llm.model import LanguageModel
from matchgraph.catalogue.decompose.llm.prompt import Estimate, questions_of
from matchgraph.catalogue.decompose.merge import Alike
from matchgraph.catalogue.decompose.rules import reading_of
from matchgraph.catalogue.documents import UnfitError, documents_of
from matchgraph.doors.options import EncoderOption, JsonOption
from matchgraph.doors.printing import check_writable, show
from matchgraph.errors import CatalogueError, QuestionError

app = typer.Typer()

_MOST_TOLD = 4  # files that are no texts, where there is nothing else


@app.command("decompose")
def decompose_command(
    files: Annotated[list[Path], typer.Argument(help="READMEs, cards, HTML pages or texts; folders and zip archives.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write, else stdout.")] = None,
    encoder: EncoderOption = None,
    llm: Annotated[
        str | None, typer.Option("--llm", help=f"An OpenAI-compatible endpoint to ask; its key is in ${KEY}.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="The model to ask there.")] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say what asking costs, and ask nothing.")] = False,
    price_in: Annotated[
        float | None, typer.Option("--price-in", min=0, help="What the endpoint asks for a million tokens asked.")
    ] = None,
    price_out: Annotated[
        float | None, typer.Option("--price-out", min=0, help="What it asks for a million tokens answered.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for one answer.")] = 60.0,
    cache: Annotated[Path | None, typer.Option("--cache", help="Folder that holds answers, else the user's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take texts apart into capabilities."""
    if output is not None:
        check_writable(output)
    asked = _asked(llm, model, timeout, cache)
    texts = _texts(files)
    if asked is not None:
        questions = [question for _, text in texts for question in questions_of(reading_of(text).lines)]
        cost = asked.estimate(questions)
        told, figures = _cost(cost, price_in, price_out)
        if estimate:
            show(figures if as_json else told)
            return
        typer.echo(f"{asked.name}: {told}", err=True)
    elif estimate:
        raise QuestionError("an estimate of nothing: name an endpoint with --llm and a model with --model.")
    found = [(name, decompose(text, alike=_alike(encoder), model=asked)) for name, text in texts]
    _write(found, output, as_json)


def _asked(url: str | None, model: str | None, timeout: float, cache: Path | None) -> LanguageModel | None:
    """The model to ask, where one is named."""
    if url is None and model is None:
        return None
    if url is None or model is None:
        raise QuestionError("a language model is asked by --llm URL and --model NAME together.")
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    replies = Replies(cache or Path(kept) / "matchgraph" / "decompose")
    return LanguageModel(model, Endpoint(url, os.environ.get(KEY, ""), timeout), replies)


def _cost(cost: Estimate, price_in: float | None, price_out: float | None) -> tuple[str, dict[str, float]]:
    """What asking costs, in words and in figures; in money where a price is named."""
    figures: dict[str, float] = {"calls": cost.calls, "tokens": cost.tokens_asked, "answered": cost.tokens_answered}
    if price_in is None and price_out is None:
        return str(cost), figures
    if price_in is None or price_out is None:
        raise QuestionError("half a price: name --price-in and --price-out together.")
    price = cost.price(price_in, price_out)
    return f"{cost}: at most {price:.4f} at these prices", figures | {"price": price}


def _alike(encoder: str | None) -> Alike | None:
    """How near texts are in meaning, where an encoder is named; its libraries take seconds to load."""
    if encoder is None:
        return None
    from matchgraph.vectors.alike import alike_by
    from matchgraph.vectors.encoder import SentenceEncoder

    return alike_by(SentenceEncoder(encoder))


def _texts(files: Sequence[Path]) -> list[tuple[str, str]]:
    """Each document's name and text; of many, those that are no texts are told and passed over."""
    texts, unfit = list[tuple[str, str]](), list[str]()
    for document in documents_of(files):
        try:
            texts.append((document.name, document.text()))
        except UnfitError as error:
            unfit.append(f"{document.name} {error}")
    if not texts:
        named = unfit or [f"no file in {', '.join(map(str, files))}"]
        raise CatalogueError(f"nothing to take apart: {'; '.join(named[:_MOST_TOLD])}.")
    for line in unfit:
        typer.echo(f"passed over: {line}", err=True)
    return texts


def _write(found: list[tuple[str, Decomposed]], output: Path | None, as_json: bool) -> None:
    told = [{"file": name, **each.to_dict()} for name, each in found]
    text = "\n\n".join(f"{name}\n{each}" for name, each in found)
    if output is None:
        show(told if as_json else text)
        return
    written = json.dumps(told, indent=2, ensure_ascii=False) if as_json or output.suffix == ".json" else text
    output.write_text(written + "\n", encoding="utf-8")
    typer.echo(f"written to {output}", err=True)
