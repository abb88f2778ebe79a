"""A row becomes an artifact or is refused with reasons; a small fault costs only the part that has it."""

from copy import deepcopy
from datetime import date

import pytest

from matchgraph.catalogue.check import check
from matchgraph.catalogue.records import Artifact, ArtifactType, Fact, FactStatus, Link, LinkKind, Pricing, first_day
from matchgraph.catalogue.report import Ledger, Outcome

NAN = float("nan")
INF = float("inf")


def told(**fields: object) -> tuple[Artifact | None, Ledger]:
    """What becomes of a good small row when these fields are changed; None takes a field away."""
    row = {"artifact_id": "sorter", "name": "Sorter", "type": "model", "capabilities": ["sort mail into folders"]}
    ledger = Ledger()
    return check(row | fields, "rows.jsonl", 7, ledger), ledger


def kept(**fields: object) -> tuple[Artifact, list[str]]:
    """The artifact, which must have been kept, and its problems as (field: found; done)."""
    artifact, ledger = told(**fields)
    assert artifact is not None, ledger.problems
    assert ledger.refused == 0
    assert {problem.outcome for problem in ledger.problems} <= {Outcome.MENDED}
    return artifact, [f"{problem.field}: {problem.found}; {problem.wanted}" for problem in ledger.problems]


def refused(**fields: object) -> list[str]:
    """The reasons of a row that must have been refused."""
    artifact, ledger = told(**fields)
    assert artifact is None
    assert ledger.refused == 1
    reasons = [problem for problem in ledger.problems if problem.outcome is Outcome.REFUSED]
    assert reasons
    assert {(problem.file, problem.line) for problem in reasons} == {("rows.jsonl", 7)}
    return [f"{problem.field}: {problem.found}; {problem.wanted}" for problem in reasons]


# -- What a row cannot do without


def test_a_good_row_is_kept_without_a_word():
    artifact, problems = kept()
    assert (artifact.artifact_id, artifact.name, artifact.type) == ("sorter", "Sorter", ArtifactType.MODEL)
    assert problems == []


@pytest.mark.parametrize("row", [None, 5, "sorter", [], ["artifact_id", "sorter"], True, NAN])
def test_a_row_that_is_no_object_is_refused(row: object):
    ledger = Ledger()
    assert check(row, "rows.jsonl", 7, ledger) is None
    assert [str(problem) for problem in ledger.problems] == [
        f"rows.jsonl line 7 row: {row!r}; wanted an object with named fields (refused)"
    ]


@pytest.mark.parametrize("field", ["artifact_id", "name", "type"])
@pytest.mark.parametrize("value", [None, "", "  ", "\0", "\ud800"])
def test_a_row_without_its_id_name_or_type_is_refused_by_that_field(field: str, value: str | None):
    assert [reason.split(":")[0] for reason in refused(**{field: value})] == [field]


@pytest.mark.parametrize("field", ["artifact_id", "name", "type"])
@pytest.mark.parametrize("value", [5, 1.5, True, NAN, [], ["sorter"], {}, {"text": "sorter"}, 10**4000])
def test_an_id_name_or_type_that_is_no_text_is_refused_by_that_field(field: str, value: object):
    assert [reason.split(":")[0] for reason in refused(**{field: value})] == [field]


def test_a_row_without_anything_is_refused_once_with_each_thing_it_lacks():
    ledger = Ledger()
    assert check({}, "rows.jsonl", 7, ledger) is None
    assert ledger.refused == 1
    assert [problem.field for problem in ledger.problems] == ["artifact_id", "name", "type"]


@pytest.mark.parametrize(("field", "longest"), [("artifact_id", 300), ("name", 500)])
def test_an_id_or_name_is_refused_only_beyond_its_length(field: str, longest: int):
    assert getattr(kept(**{field: "m" * longest})[0], field) == "m" * longest
    assert f"at most {longest} characters" in refused(**{field: "m" * (longest + 1)})[0]


def test_what_was_found_is_shown_in_no_more_than_sixty_characters():
    assert all(len(reason) < 200 for reason in refused(name=["m" * 1_000_000]))


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("modle", "model"),
        ("datasets", "dataset"),
        ("MCP", None),
        ("frame-work", "framework"),
        ("benchmarc", "benchmark"),
    ],
)
def test_an_unknown_type_is_refused_with_the_list_and_what_comes_near(written: str, near: str | None):
    (reason,) = refused(type=written)
    assert "wanted one of model, fine-tune, dataset" in reason
    assert ("did you mean" in reason) == (near is not None)
    assert near is None or reason.endswith(f"(did you mean {near}?)")


@pytest.mark.parametrize("written", ["mcp-server", "MCP Server", "mcp_server", " Mcp  server "])
def test_a_known_type_is_read_in_any_spelling_of_its_case_and_spaces(written: str):
    artifact, problems = kept(type=written)
    assert artifact.type is ArtifactType.MCP_SERVER
    assert problems == []


# -- Something to match on


@pytest.mark.parametrize("nothing", [None, [], "", [""], [None], [{}], [{"name": " "}], ["\0"], [{"intents": ["x"]}]])
def test_without_capabilities_the_description_is_the_only_one(nothing: object):
    artifact, problems = kept(capabilities=nothing, description="Sorts mail into folders by topic, quickly and well.")
    (only,) = artifact.capabilities
    assert only.description == "Sorts mail into folders by topic, quickly and well."
    assert only.name == "Sorts mail into folders by topic"
    told = ["capabilities: no capability; took the description as the only one"]
    assert problems[-1:] == (told if nothing else []), "a row that states none is as it may be"


@pytest.mark.parametrize("nothing", [None, [], "", [""], [{}], ["<b></b>"]])
@pytest.mark.parametrize("description", [None, "", " ", "\0", "<p></p>"])
def test_without_capabilities_and_description_the_row_is_refused(nothing: object, description: str | None):
    assert refused(capabilities=nothing, description=description) == [
        "capabilities: nothing; wanted a description or at least one capability to match on"
    ]


@pytest.mark.parametrize("bad", [5, True, 1.5, [5], [["sort mail"]], [{"name": 5}], [{"description": ["sort"]}]])
def test_when_every_capability_is_wrong_the_description_is_the_only_one(bad: object):
    artifact, problems = kept(capabilities=bad, description="Sorts mail.")
    assert [part.description for part in artifact.capabilities] == ["Sorts mail."]
    assert "capabilities: no capability; took the description as the only one" in problems


@pytest.mark.parametrize("bad", [5, [5], [["sort mail"]], [{"name": 5}]])
def test_when_every_capability_is_wrong_and_nothing_describes_it_the_row_is_refused(bad: object):
    assert refused(capabilities=bad)[0].startswith("capabilities: nothing; wanted a description")


# -- Capabilities


def test_a_capability_may_be_a_text_an_object_or_one_of_its_halves():
    artifact, problems = kept(
        capabilities=[
            "flag spam before anyone reads the mail",
            {"name": "Sort", "description": "sort mail by topic"},
            {"name": "Answer mail"},
            {"description": "find the address of a sender."},
        ]
    )
    assert [(part.name, part.description) for part in artifact.capabilities] == [
        ("flag spam before anyone reads the", "flag spam before anyone reads the mail"),
        ("Sort", "sort mail by topic"),
        ("Answer mail", "Answer mail"),
        ("find the address of a sender", "find the address of a sender."),
    ]
    assert problems == []


@pytest.mark.parametrize("one", ["sort mail", {"name": "sort mail"}])
def test_a_single_capability_needs_no_list(one: object):
    assert [part.name for part in kept(capabilities=one)[0].capabilities] == ["sort mail"]


def test_capability_ids_come_from_their_names_and_a_second_of_a_name_has_a_number():
    artifact, _ = kept(
        capabilities=[
            {"name": "Sort mail!", "description": "by topic"},
            {"name": "Sort mail!", "description": "by sender"},
            {"name": "sort-mail", "description": "by day"},
            {"capability_id": "flags", "name": "Flag spam"},
            {"capability_id": "sorter#own", "name": "Own"},
            {"name": "!?"},
        ]
    )
    assert [part.capability_id for part in artifact.capabilities] == [
        "sorter#sort-mail",
        "sorter#sort-mail-2",
        "sorter#sort-mail-3",
        "sorter#flags",
        "sorter#own",
        "sorter#capability",
    ]


def test_a_capability_told_twice_is_one():
    artifact, problems = kept(capabilities=["sort mail", "flag spam", "sort mail", "sort <b>mail</b>"])
    assert [part.name for part in artifact.capabilities] == ["sort mail", "flag spam"]
    assert any("kept" in problem and "once" in problem for problem in problems)


@pytest.mark.parametrize("field", ["unique", "vs_alternatives"])
@pytest.mark.parametrize("value", [5, True, NAN, [], ["text"], {"a": 1}])
def test_a_claim_that_is_no_text_is_left_out_and_its_capability_stays(field: str, value: object):
    artifact, problems = kept(capabilities=[{"name": "Sort", "description": "sort mail", field: value}])
    assert getattr(artifact.capabilities[0], field) is None
    assert [problem.split(":")[0] for problem in problems] == [f"capabilities.1.{field}"]


@pytest.mark.parametrize("field", ["intents", "best_for", "limitations", "requires", "input_types", "output_types"])
@pytest.mark.parametrize("value", [5, True, {"a": 1}, [5], [["text"]], [{"a": 1}], [NAN]])
def test_a_list_of_a_capability_without_a_text_in_it_is_left_empty(field: str, value: object):
    artifact, problems = kept(capabilities=[{"name": "Sort", "description": "sort mail", field: value}])
    assert getattr(artifact.capabilities[0], field) == ()
    assert len(problems) == 1
    assert problems[0].startswith(f"capabilities.1.{field}")


def test_one_wrong_intent_does_not_cost_the_good_ones():
    artifact, problems = kept(capabilities=[{"name": "Sort", "intents": ["tidy mail", 5, "sort letters"]}])
    assert artifact.capabilities[0].intents == ("tidy mail", "sort letters")
    assert len(problems) == 1


@pytest.mark.parametrize("part", [5, True, NAN, ["sort mail"], {"name": 5, "description": "flag spam"}])
def test_a_wrong_capability_is_left_out_and_the_others_stay(part: object):
    artifact, problems = kept(capabilities=["sort mail", part, "file letters"])
    assert {"sort mail", "file letters"} <= {each.name for each in artifact.capabilities}
    assert len(problems) == 1


NAMES_IN_THE_WAY = ["colour", "str", "float", "bool", "type", "kind", "0", "", "\ud800", "artifact_id", "a.b", "[key]"]


@pytest.mark.parametrize("unknown", NAMES_IN_THE_WAY)
def test_an_unknown_field_of_a_capability_is_left_out_and_the_capability_stays(unknown: str):
    artifact, problems = kept(capabilities=[{"name": "Sort", "description": "sort mail", unknown: 5}, "file letters"])
    assert [part.name for part in artifact.capabilities] == ["Sort", "file letters"]
    assert len(problems) == 1


def test_twelve_capabilities_lose_only_the_wrong_ones():
    parts: list[object] = [f"ability {number}" for number in range(12)]
    parts[2] = 5
    parts[9] = {"name": "ability 9", "unique": 5}
    parts[10] = {"name": "ability 10", "unique": 5}
    artifact, problems = kept(capabilities=parts)
    assert [part.name for part in artifact.capabilities] == [f"ability {number}" for number in range(12) if number != 2]
    assert len(problems) == 3


# -- Fields that a row can do without


@pytest.mark.parametrize("field", ["description", "maker", "url", "license", "source", "source_license"])
@pytest.mark.parametrize("value", [5, 1.5, True, NAN, [], ["text"], {}, {"text": "text"}])
def test_a_text_field_of_another_kind_is_left_out_and_said_so(field: str, value: object):
    artifact, problems = kept(**{field: value})
    assert not getattr(artifact, field)
    assert [problem.split(":")[0] for problem in problems] == [field]
    assert problems[0].endswith("; left out")


@pytest.mark.parametrize("field", ["job", "inputs", "outputs", "aliases", "tags"])
@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("mail", ("mail",)),
        ("mail; news ;;mail", ("mail", "news")),
        (["mail", " mail ", "", "news"], ("mail", "news")),
    ],
)
def test_a_list_of_texts_may_be_written_with_semicolons_and_has_each_once(field: str, value: object, texts: object):
    artifact, problems = kept(**{field: value})
    assert getattr(artifact, field) == texts
    assert problems == []


@pytest.mark.parametrize("field", ["job", "inputs", "outputs", "aliases", "tags"])
@pytest.mark.parametrize("wrong", [5, True, NAN, None, {"a": 1}, ["nested"]])
def test_one_wrong_entry_of_a_list_is_left_out_and_the_others_stay(field: str, wrong: object):
    artifact, problems = kept(**{field: ["mail", wrong, "news"]})
    assert getattr(artifact, field) == ("mail", "news")
    assert len(problems) == 1
    assert problems[0].startswith(f"{field}.")


def test_a_list_with_a_dozen_wrong_entries_loses_those_and_no_other():
    wrong = [[number] for number in range(12)]
    artifact, problems = kept(tags=[part for number in range(12) for part in (wrong[number], f"tag {number}")])
    assert artifact.tags == tuple(f"tag {number}" for number in range(12))
    assert len(problems) == 12


@pytest.mark.parametrize(("written", "pricing"), [("free", Pricing.FREE), ("PAID", Pricing.PAID), (None, "unknown")])
def test_pricing_is_one_of_four_words_in_any_case(written: str | None, pricing: Pricing):
    artifact, problems = kept(pricing=written)
    assert artifact.pricing == pricing
    assert problems == []


@pytest.mark.parametrize("written", ["gratis", 0, 5, True, [], {"plan": "pro"}, NAN])
def test_an_unknown_pricing_is_left_out_and_unknown(written: object):
    artifact, (problem,) = kept(pricing=written)
    assert artifact.pricing is Pricing.UNKNOWN
    assert "wanted one of free, freemium, paid, unknown" in problem


def test_a_pricing_near_to_a_known_one_is_named():
    assert "(did you mean freemium?)" in kept(pricing="freemum")[1][0]


@pytest.mark.parametrize("written", ["10 a month", 10, ["10", "20"], True])
def test_a_pricing_detail_that_is_no_object_becomes_a_note(written: object):
    assert kept(pricing_detail=written)[0].pricing_detail == {"note": written}


def test_a_pricing_detail_is_cleaned_like_every_other_text():
    detail = kept(
        pricing_detail={"plan": "<b>Pro</b>\0", "tiers": ["10\ud800 a month", {"name": "big\u202e"}], "seats": 5}
    )[0]
    assert detail.pricing_detail == {"plan": "Pro", "tiers": ["10 a month", {"name": "big"}], "seats": 5}


@pytest.mark.parametrize("unknown", [*NAMES_IN_THE_WAY[:6], "Name", "stars"])
def test_an_unknown_field_is_left_out_and_named(unknown: str):
    if unknown == "type":
        unknown = "types"
    assert kept(**{unknown: 5})[1] == [f"{unknown}: unknown field {unknown}; left out"]


def test_several_unknown_fields_are_one_problem():
    assert kept(stars=5, forks=6)[1] == ["stars: unknown fields stars, forks; left out"]


@pytest.mark.parametrize(
    "row",
    [
        {"\ud800": 5},
        {"x" * 1_000_000: 5},
        {"facts": {"\ud800": {"value": 1, "source": 5}}},
        {"facts": {"x" * 1_000_000: NAN}},
        {"capabilities": ["sort mail", {"name": "x", "\ud800": 1}]},
        {"links": [{"kind": "\ud800", "target": "x"}]},
        {"links": [{"kind": "requires", "target": "x", "\ud800": 1}]},
    ],
    ids=["name", "long name", "fact", "long fact", "capability", "kind", "link"],
)
def test_a_problem_can_be_written_down_whatever_the_row_had(row: dict[str, object]):
    _, ledger = told(**row)
    for problem in ledger.problems:
        str(problem).encode("utf-8")
        assert len(str(problem)) < 500


# -- Texts


@pytest.mark.parametrize("field", ["artifact_id", "name", "description", "maker", "license", "url"])
def test_every_text_field_is_cleaned_and_the_change_is_named(field: str):
    artifact, problems = kept(**{field: "ma\0il <b>sorter</b>\ud800"})
    assert getattr(artifact, field) == "mail sorter"
    assert [problem.split(":")[0] for problem in problems] == [field, field]


def test_a_capability_and_its_intents_are_cleaned_and_the_changes_are_named():
    artifact, problems = kept(capabilities=[{"name": "Sort <b>mail</b>", "intents": ["tidy\0"]}])
    assert artifact.capabilities[0].name == "Sort mail"
    assert artifact.capabilities[0].intents == ("tidy",)
    assert {problem.split(":")[0] for problem in problems} == {"capabilities.1.name", "capabilities.1.intents"}


def test_a_description_of_one_megabyte_is_cut_and_the_row_kept():
    artifact, (problem,) = kept(description="mail " * 200_000)
    assert len(artifact.description) <= 20_000
    assert problem == "description: a text of 999,999 characters; kept the first 20,000"


@pytest.mark.parametrize("value", ["a\0b", "a\u202eb", "a\ud800b", "<i>a</i>b\x1b"])
def test_a_link_target_and_the_name_of_a_fact_are_cleaned_too(value: str):
    artifact, _ = kept(links=[{"kind": "requires", "target": value}], facts={value: 5})
    told_of = [link.target for link in artifact.links] + list(artifact.facts)
    assert not set("".join(told_of)) & {"\0", "\u202e", "\ud800", "\x1b", "<"}
    assert len(artifact.facts) == 1


def test_bytes_are_no_way_around_the_cleaning():
    artifact, ledger = told(name=b"Sorter <b>x</b>\0", maker=b"Ac\0me")
    assert artifact is None or ("<b>" not in artifact.name and "\0" not in (artifact.maker or ""))
    assert ledger.problems


# -- Links


def test_a_link_kind_comes_as_its_word():
    assert kept(links=[{"kind": "trained_on", "target": "the-pile"}])[0].links == (
        Link(LinkKind.TRAINED_ON, "the-pile"),
    )


def test_a_single_link_needs_no_list():
    assert len(kept(links={"kind": "requires", "target": "git"})[0].links) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        5,
        "git",
        None,
        ["requires", "git"],
        {},
        {"kind": "requires"},
        {"target": "git"},
        {"kind": "needs", "target": "git"},
        {"kind": 5, "target": "git"},
        {"kind": "requires", "target": 5},
        {"kind": "requires", "target": ""},
        {"kind": "requires", "target": "m" * 301},
        {"kind": ["requires"], "target": ["git"]},
    ],
)
def test_a_wrong_link_is_left_out_and_the_others_stay(wrong: object):
    good = [{"kind": "requires", "target": "mail"}, {"kind": "requires", "target": "news"}]
    artifact, problems = kept(links=[good[0], wrong, good[1]])
    assert [link.target for link in artifact.links] == ["mail", "news"]
    assert problems
    assert all(problem.startswith("links.2") for problem in problems)


@pytest.mark.parametrize("unknown", [name for name in NAMES_IN_THE_WAY if name != "kind"])
def test_an_unknown_field_of_a_link_is_left_out_and_the_link_stays(unknown: str):
    artifact, problems = kept(links=[{"kind": "requires", "target": "git", unknown: 5}])
    assert artifact.links == (Link(LinkKind.REQUIRES, "git"),)
    assert len(problems) == 1


def test_an_unknown_link_kind_is_told_which_ones_there_are():
    assert "wanted one of trained_on, derived_from, requires" in kept(links=[{"kind": "needs", "target": "x"}])[1][0]


@pytest.mark.parametrize("wrong", [(2, 10), (9, 10), (1, 9, 10, 11), (0, 1, 2), (11,)])
def test_twelve_links_lose_only_the_wrong_ones(wrong: tuple[int, ...]):
    links = [5 if place in wrong else {"kind": "requires", "target": f"t{place}"} for place in range(12)]
    artifact, problems = kept(links=links)
    assert [link.target for link in artifact.links] == [f"t{place}" for place in range(12) if place not in wrong]
    assert len(problems) == len(wrong)


# -- Facts


def fact(stated: object) -> tuple[Fact | None, list[str]]:
    artifact, problems = kept(facts={"stars": stated})
    return artifact.facts.get("stars"), problems


@pytest.mark.parametrize(
    ("stated", "value"),
    [(900, 900.0), (1.5, 1.5), (0, 0.0), (-3, -3.0), ("2024-05", "2024-05"), ("5", "5"), (True, True), (False, False)],
)
def test_a_bare_value_is_an_observed_fact(stated: object, value: object):
    found, problems = fact(stated)
    assert found == Fact(value)
    assert type(found.value) is type(value)
    assert problems == []


def test_a_fact_keeps_its_day_source_and_status():
    whole = {"value": 5, "observed_at": "2026-05", "source": "paper", "status": "suspect"}
    assert fact(whole) == (Fact(5.0, "2026-05", "paper", FactStatus.SUSPECT), [])


@pytest.mark.parametrize("nothing", [None, "", [], {"value": None}, {"value": ""}, {"value": "", "source": "paper"}])
def test_a_fact_that_states_nothing_is_no_fact(nothing: object):
    assert fact(nothing) == (None, [])


@pytest.mark.parametrize("stated", ["\0", " ", "<b></b>"])
def test_a_fact_with_nothing_left_of_its_text_is_no_fact(stated: str):
    assert fact(stated)[0] is None


@pytest.mark.parametrize("status", ["missing", "not-applicable"])
@pytest.mark.parametrize("nothing", [{"value": None}, {"value": ""}, {}])
def test_a_fact_may_say_why_it_has_no_value(nothing: dict[str, object], status: str):
    assert fact(nothing | {"status": status, "source": "paper"})[0] == Fact(None, None, "paper", FactStatus(status))


def test_a_missing_fact_with_an_impossible_day_loses_the_day():
    found, problems = fact({"value": None, "status": "missing", "observed_at": "last May"})
    assert found == Fact(None, None, None, FactStatus.MISSING)
    assert len(problems) == 1


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"value": value, "source": "paper"}])
def test_a_fact_that_is_no_finite_number_is_left_out(value: float, wrap: object):
    assert fact(wrap(value)) == (None, [f"facts.stars: {value}; wanted a number; left out"])


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "2026-13", "2026-00", "0000-01-01", "2023-02-29"])
def test_a_fact_with_an_impossible_date_is_left_out(day: str):
    assert fact(day) == (None, [f"facts.stars: {day}, which is no day; wanted a date like 2026-05-01; left out"])


@pytest.mark.parametrize(
    ("written", "day"), [("2024", date(2024, 1, 1)), ("2024-06", date(2024, 6, 1)), ("2024-02-29", date(2024, 2, 29))]
)
def test_a_date_stays_as_written_and_means_its_first_day(written: str, day: date):
    found, _ = fact(written)
    assert (found.value, first_day(str(found.value)), found.number) == (written, day, None)


@pytest.mark.parametrize("day", ["last May", "2026-02-30", "05/2026", 2026, 5.5, True, [], {"year": 2026}, NAN])
def test_an_impossible_observation_day_is_left_out_and_the_fact_stays(day: object):
    found, problems = fact({"value": 5, "observed_at": day})
    assert found == Fact(5.0)
    assert len(problems) == 1
    assert "wanted a date like 2026-05-01; left the date out" in problems[0]


@pytest.mark.parametrize("source", [5, True, [], ["paper"], {"url": "x"}, NAN])
def test_a_source_that_is_no_text_is_left_out_and_the_fact_stays(source: object):
    found, problems = fact({"value": 5, "source": source})
    assert found == Fact(5.0)
    assert [problem.split(":")[0] for problem in problems] == ["facts.stars.source"]


def test_a_part_of_a_fact_that_is_null_is_as_good_as_absent():
    assert fact({"value": 5, "status": None, "source": None, "observed_at": None}) == (Fact(5.0), [])


@pytest.mark.parametrize("status", ["seen", 5, True, [], {}])
def test_a_fact_of_unknown_status_is_left_out_because_it_might_not_hold(status: object):
    found, problems = fact({"value": 5, "status": status})
    assert found is None
    assert len(problems) == 1


@pytest.mark.parametrize("unknown", NAMES_IN_THE_WAY)
def test_an_unknown_field_of_a_fact_is_left_out_and_the_fact_stays(unknown: str):
    found, problems = fact({"value": 5, unknown: 6})
    assert found == Fact(5.0)
    assert len(problems) == 1


@pytest.mark.parametrize("key", [*NAMES_IN_THE_WAY[:8], "facts", "value", "facts.stars", "GitHub stars"])
@pytest.mark.parametrize("part", [{"source": 5}, {"source": []}, {"colour": 5}, {"observed_at": "x", "source": 5}])
def test_a_fault_inside_a_fact_costs_no_more_under_any_name(key: str, part: dict[str, object]):
    artifact, _ = kept(facts={key: {"value": 5} | part, "other": 6})
    assert artifact.facts["other"] == Fact(6.0)
    if key.isprintable() and key:
        assert artifact.facts[key] == Fact(5.0)


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (["en", "de"], "en, de"),
        ([1, 2.5, True], "1, 2.5, True"),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}'),
        ([["en"], "de"], '[["en"], "de"]'),
    ],
)
def test_a_list_or_object_as_a_fact_becomes_text(stated: object, text: str):
    assert fact(stated)[0] == Fact(text)


def test_a_whole_number_beyond_the_floats_is_read_as_the_nearest_float():
    assert fact(2**53 + 1)[0] == Fact(float(2**53))
    assert fact(10**300 - 1)[0].number == pytest.approx(1e300)


def test_a_number_too_large_for_any_float_is_left_out_and_said_so():
    assert fact(10**400)[0] is None
    assert len(fact(10**400)[1]) == 1


def test_a_fact_of_one_megabyte_of_text_is_cut():
    found, problems = fact("m" * 1_000_000)
    assert len(found.value) == 20_000
    assert len(problems) == 1


@pytest.mark.parametrize("value", [5, True, "900 stars", [], ["stars", 900], NAN])
def test_facts_that_are_no_names_with_values_are_left_out(value: object):
    artifact, problems = kept(facts=value)
    assert artifact.facts == {}
    assert len(problems) == 1
    assert problems[0].startswith("facts: ")


# -- The row itself


def test_checking_leaves_the_row_as_it_was():
    row: dict[str, object] = {
        "artifact_id": "sorter",
        "name": "Sorter",
        "type": "model",
        "job": ["mail", 5],
        "facts": {"stars": {"value": 5, "source": 5}},
        "links": [{"kind": "requires", "target": "git", "note": "x"}, 5],
        "capabilities": [{"name": "Sort", "unique": 5}, 5],
        "pricing_detail": {"note": "<b>x</b>"},
    }
    before = deepcopy(row)
    check(row, "rows.jsonl", 7, Ledger())
    assert row == before


def test_a_name_of_which_cleaning_leaves_nothing_is_told_as_it_stands():
    (problem,) = refused(name="<script>alert(1)</script>")
    assert problem.startswith("name: '<script>alert(1)</script>', of which nothing is text; wanted a name")


def test_a_field_of_the_wrong_kind_says_which_kind_is_wanted():
    assert all("wanted a text" in problem for problem in kept(tags=[{"a": 1}])[1])
