"""Work side by side, results in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info

from matchgraph.engines.local import in_threads


def test_results_come_in_the_order_of_the_blocks_though_the_first_takes_longest() -> None:
    def slow_first(number: int) -> int:
        time.sleep(0.05 if number == 0 else 0)
        return number * number

    assert list(in_threads(slow_first, range(20))) == [number * number for number in range(20)]


def test_no_blocks_are_no_results() -> None:
    assert list(in_threads(str, [])) == []


@pytest.mark.parametrize("cores", [1, 3])
def test_only_a_few_blocks_are_taken_ahead(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    taken = 0

    def blocks() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    for number in in_threads(int, blocks()):
        assert taken <= number + cores + 1


def test_as_many_blocks_are_worked_on_at_once_as_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    all_here = threading.Barrier(3, timeout=20)
    assert sorted(in_threads(lambda number: (all_here.wait(), number)[1], range(3))) == [0, 1, 2]


def test_an_error_in_a_block_reaches_the_caller() -> None:
    def work(number: int) -> int:
        return 1 // (number - 3)

    results = in_threads(work, range(10))
    assert [next(results) for _ in range(3)] == [-1, -1, -1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def blas_threads() -> set[int]:
    """How many threads numpy's matrix library would take."""
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return {library["num_threads"] for library in blas if "numpy" in library["filepath"]}


def test_the_matrix_library_works_with_one_thread_inside_and_has_its_own_again_after() -> None:
    before = blas_threads()
    assert before
    assert set().union(*in_threads(lambda _: blas_threads(), range(4))) == {1}
    assert blas_threads() == before


def test_who_stops_looking_gives_the_threads_back() -> None:
    before = blas_threads()
    results = in_threads(lambda number: number, range(100))
    assert next(results) == 0
    results.close()
    assert blas_threads() == before


def test_a_machine_that_does_not_tell_affinity_is_worked_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # Only Linux has os.sched_getaffinity.
    monkeypatch.delattr("os.sched_getaffinity")
    assert list(in_threads(lambda number: number, range(5))) == [0, 1, 2, 3, 4]
