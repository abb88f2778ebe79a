"""What deploy/ holds: a job that KubeRay takes, a command that ours takes, and an image of the versions tested here."""

from __future__ import annotations

import json
import re
import shlex
from copy import deepcopy
from importlib.metadata import requires, version
from pathlib import Path, PurePosixPath

import pytest
import yaml
from jsonschema import Draft202012Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from matchgraph.engines.named import Engine
from matchgraph.estimate import Machine, Size, reckoned
from tests.engines.conftest import ROOT

SCHEMA = json.loads(Path(__file__).with_name("rayjob.schema.json").read_text())
JOB = yaml.safe_load((ROOT / "deploy/rayjob.yaml").read_text())
CLUSTER = JOB["spec"]["rayClusterSpec"]
HEAD, (WORKERS,) = CLUSTER["headGroupSpec"], CLUSTER["workerGroupSpecs"]
CONTAINERS = [group["template"]["spec"]["containers"][0] for group in (HEAD, WORKERS)]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
GIB = 1 << 30


def pins() -> dict[str, str]:
    """The version of every library that constraints.txt has."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    return {canonicalize_name(name): of for name, _, of in (line.partition("==") for line in lines)}


def faults(job: object) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(job)]


def test_the_job_has_the_fields_that_kuberay_reads_and_no_other():
    Draft202012Validator.check_schema(SCHEMA)
    assert faults(JOB) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kind", "RayCluster"),
        ("metadata/name", "Matchgraph_Rebuild"),
        ("spec/shutdownAfterJobFinish", True),
        ("spec/backoffLimit", "2"),
        ("spec/rayClusterSpec/headGroupSpec/rayStartParams/num-cpus", 0),
        ("spec/rayClusterSpec/headGroupSpec/template/spec/containers", []),
        ("spec/rayClusterSpec/headGroupSpec/template/spec/containers/0/resources/limits/memory", "16 GB"),
        ("spec/rayClusterSpec/workerGroupSpecs/0/groupName", None),
        ("spec/rayClusterSpec/workerGroupSpecs/0/replicas", -1),
    ],
)
def test_what_kuberay_would_refuse_or_pass_over_is_found(path, value):
    job = json.loads(json.dumps(JOB))  # each part a copy of its own, where the file says it once
    *way, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    at = job
    for step in way:
        at = at[step]
    at[last] = value
    assert faults(job) != []


def test_every_field_that_must_be_there_is_missed():
    for part in ("entrypoint", "rayClusterSpec"):
        job = deepcopy(JOB)
        del job["spec"][part]
        assert faults(job) == [f"'{part}' is a required property"]


def test_the_command_of_the_job_is_one_of_ours():
    from typer.main import get_command

    from matchgraph.doors.cli import app

    program, name, *arguments = shlex.split(JOB["spec"]["entrypoint"])
    commands = get_command(app)
    command = commands.get_command(commands.make_context(program, [name], resilient_parsing=True), name)
    asked = command.make_context(name, arguments).params
    assert program == "matchgraph"
    assert (asked["engine"], asked["ray_address"]) == (Engine.RAY, "auto")
    assert asked["store"].startswith("s3://")
    (mount,) = CONTAINERS[0]["volumeMounts"]
    assert [PurePosixPath(mount["mountPath"]) in file.parents for file in asked["catalogue"]] == [True]


def test_all_nodes_run_one_image_of_this_version_know_the_store_and_ask_for_a_token():
    assert {each["image"] for each in CONTAINERS} == {f"matchgraph:{version('matchgraph')}"}
    assert f"--tag matchgraph:{version('matchgraph')} ." in DOCKERFILE
    assert CLUSTER["rayVersion"] == pins()["ray"]
    assert CLUSTER["authOptions"] == {"mode": "token"}
    assert [each["envFrom"] for each in CONTAINERS] == [[{"secretRef": {"name": "matchgraph"}}]] * 2


def test_volumes_that_are_mounted_are_there():
    for group, container in zip((HEAD, WORKERS), CONTAINERS, strict=True):
        there = {volume["name"] for volume in group["template"]["spec"]["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == there
        (cache,) = (each["value"] for each in container["env"] if each["name"] == "MATCHGRAPH_CACHE")
        assert PurePosixPath(container["volumeMounts"][0]["mountPath"]) in PurePosixPath(cache).parents


def test_nothing_is_sent_to_or_brought_from_a_registry_that_is_named():
    for image in (*(each["image"] for each in CONTAINERS), *re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)):
        assert re.fullmatch(r"[a-z]+:[\w.-]+", image)


def test_head_and_workers_have_room_for_the_ten_million_capabilities_that_they_are_said_to_be_for():
    count, cores = 10_000_000, int(CONTAINERS[1]["resources"]["limits"]["cpu"])
    size = Size(count // 3, count, count * 4 // 3, count * 4 // 3, 100 * count)
    wanted = reckoned(size, Machine(1.0, 1.0, cores, nodes=WORKERS["replicas"]))
    room = [int(each["resources"]["requests"]["memory"].removesuffix("Gi")) * GIB / 1e6 for each in CONTAINERS]
    assert wanted.memory_mb < room[0] < 1.5 * wanted.memory_mb
    assert wanted.node_memory_mb < room[1] < 1.5 * wanted.node_memory_mb


def test_the_image_is_installed_from_the_versions_tested_here_and_torch_comes_first():
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert [shlex.split(each)[:3] for each in installs] == [["--no-cache-dir", "--constraint", "constraints.txt"]] * 2
    first, rest = (shlex.split(each)[3:] for each in installs)
    assert first == ["torch"]
    assert rest == [".[postgres,ray,remote]", "ray[default]"]


def test_every_library_that_the_image_asks_for_has_a_version_in_the_constraints():
    asked = [
        requirement
        for name, extras in (("matchgraph", ("", "postgres", "ray", "remote")), ("ray", ("", "default")))
        for requirement in map(Requirement, requires(name) or ())
        if any(requirement.marker is None or requirement.marker.evaluate({"extra": extra}) for extra in extras)
    ]
    known = pins()
    assert len(asked) > 30
    assert [str(each) for each in asked if canonicalize_name(each.name) not in known] == []
    assert [str(each) for each in asked if known[canonicalize_name(each.name)] not in each.specifier] == []
