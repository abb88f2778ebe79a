"""The road has one direction: a stage imports only stages above it, and each heavy library lives in one room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "matchgraph"
STAGES = [
    "errors",
    "catalogue",
    "engines",
    "vectors",
    "searches",
    "graph",
    "ranking",
    "snapshot",
    "answers",
    "rebuild",
    "estimate",
    "engine",
    "pages",
    "doors",
]
HOMES = {
    "faiss": {"vectors/index.py"},
    "sentence_transformers": {"vectors/encoder.py", "vectors/reranker.py"},
    "transformers": {"vectors/encoder.py", "vectors/reranker.py"},
    "safetensors": {"vectors/reranker.py"},
    "torch": {"vectors/encoder.py"},
    "huggingface_hub": {"vectors/encoder.py", "catalogue/importers/hf_card.py"},
    "tokenizers": {"vectors/bert.py"},
    "bm25s": {"vectors/words.py"},
    "networkx": {"graph/", "engine.py"},
    "sknetwork": {"graph/measures.py"},
    "license_expression": {"catalogue/spdx.py"},
    "pyversity": {"answers/instead/variety.py"},
    "jinja2": {"pages/"},
    "matplotlib": {"pages/plots/"},
    "typer": {"doors/"},
    "rich": {"doors/"},
    "fastapi": {"doors/web/"},
    "starlette": {"doors/web/", "doors/mcp/"},
    "uvicorn": {"doors/serving.py", "doors/mcp/"},
    "mcp": {"doors/mcp/"},
    "mcp_types": {"doors/mcp/"},
    "fsspec": {"snapshot/anywhere.py"},
    "obstore": {"snapshot/cloud.py"},
    "ir_measures": {"answers/metrics.py"},
    "yaml": {"catalogue/yaml_text.py"},
    "markdown_it": {"catalogue/outline.py"},
    "sqlite3": {"vectors/cache.py", "searches/sqlite.py"},
    "sqlalchemy": {"searches/postgres.py"},
    "ray": {"engines/on_ray.py"},
}
LATE = {"sentence_transformers", "transformers", "safetensors", "torch", "huggingface_hub", "ray"}
FILES = sorted(ROOT.rglob("*.py"))


def stage_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> list[tuple[str, ast.AST]]:
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports go by full path"
            found.append((node.module or "", node))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_stage_imports_only_stages_above_it(path: Path) -> None:
    stage = stage_of(path)
    if stage == "__init__":
        return
    for module, _ in imports_of(ast.parse(path.read_text())):
        assert module != "matchgraph", "never from the package root"
        if module.startswith("matchgraph."):
            used = module.split(".")[1]
            assert STAGES.index(used) <= STAGES.index(stage), f"{path.name} of {stage} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_heavy_library_is_imported_only_in_its_home(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text())
    top = set(map(id, tree.body))
    for module, node in imports_of(tree):
        library = module.split(".")[0]
        if library in HOMES:
            assert any(where.startswith(home) for home in HOMES[library]), f"{where} imports {library}"
        if library in LATE:
            assert id(node) not in top, f"{where} imports {library} before it is needed"


def test_what_binds_a_cluster_to_the_road_is_small() -> None:
    assert len((ROOT / "engines/on_ray.py").read_text().splitlines()) <= 150


def test_every_room_of_the_package_is_on_the_road() -> None:
    rooms = {stage_of(path) for path in FILES} - {"__init__"}
    assert rooms == set(STAGES)


def test_a_type_has_one_home() -> None:
    named = [
        target.id
        for path in FILES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper()
    ]
    assert sorted(named) == sorted(set(named))


def test_nothing_is_pickled() -> None:
    for path in FILES:
        text = path.read_text()
        assert not {"pickle", "joblib", "dill", "shelve"} & {
            name.split(".")[0] for name, _ in imports_of(ast.parse(text))
        }
        assert "allow_pickle=True" not in text
