"""Which of the lines that state no ability are kept as remarks."""

from __future__ import annotations

from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.catalogue.records import MOST_REMARKS

TEXT = """# Holt

Holt sorts letters by pond. Holt is a kettle among teapots. Written in 2019 by two otters.

## Installation

Holt needs a dry shelf and patience.

```
holt --dry
```

## More

A pond of its own:

Lovely stuff.

See https://holt.example for the songs of herons.

## License

MIT, as herons like it best.
"""


def test_vague_lines_and_facts_are_remarks_and_nothing_about_licences_or_installation() -> None:
    found = mg.decompose(TEXT)
    assert [each.name for each in found.capabilities] == ["Sort letters by pond"]
    assert found.remarks() == ["Holt is a kettle among teapots.", "Written in 2019 by two otters."]


@pytest.mark.parametrize("line", ["Lovely stuff.", "A pond of its own:", "The heron songs on www.holt.example today."])
def test_too_few_words_lines_that_lead_on_and_addresses_are_no_remarks(line: str) -> None:
    assert line not in mg.decompose(f"# Holt\n\nHolt sorts letters.\n\n{line}\n").remarks()


def test_no_remark_is_a_capability_or_the_description_that_stands_for_one() -> None:
    found = mg.decompose("A pond server for herons.")
    assert (found.capabilities, found.remarks()) == ((), [])
    found = mg.decompose(TEXT)
    assert not {each.description for each in found.capabilities} & set(found.remarks())


def test_of_many_the_first_are_kept() -> None:
    said = [f"Heron number {number} is a grey bird of the pond." for number in range(20)]
    assert mg.decompose("# Holt\n\nHolt sorts letters.\n\n" + " ".join(said)).remarks() == said[:MOST_REMARKS]


def test_an_imported_readme_keeps_its_remarks_and_tells_only_what_was_taken_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "holt").mkdir()
    (tmp_path / "holt" / "README.md").write_text(TEXT)
    intake = mg.import_catalogue("text", tmp_path)
    (row,) = intake.to_rows()
    assert row["remarks"] == mg.decompose(TEXT).remarks()
    told = [problem.found for problem in intake.report.problems]
    assert not any("kettle" in found or "2019" in found for found in told)
    assert any("MIT" in found for found in told)
