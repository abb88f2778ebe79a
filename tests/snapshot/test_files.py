"""Tables and arrays come back as they went, the same bytes each time; what is damaged says so."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matchgraph.errors import SnapshotError
from matchgraph.snapshot import files
from matchgraph.snapshot.files import array_in, packed_array, packed_table, sha256_of, table_in

TABLE = pa.table({"name": ["a", None, "ü"], "number": [1.5, None, -0.0], "list": [["x"], [], None]})
ARRAYS = [
    np.arange(12, dtype=np.int16).reshape(3, 4),
    np.array([0.1, -np.inf, 5e-324]),
    np.zeros((0, 7), np.float32),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.arange(10)[::3],
]


def test_a_table_comes_back_as_it_went(tmp_path):
    (tmp_path / "t.parquet").write_bytes(packed_table(TABLE))
    assert table_in(tmp_path / "t.parquet").equals(TABLE)


def test_a_table_in_pieces_packs_like_the_same_table_in_one():
    pieces = pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)])
    assert packed_table(pieces.combine_chunks()) == packed_table(TABLE) == packed_table(TABLE)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_an_array_comes_back_bit_for_bit(tmp_path, array):
    (tmp_path / "a.npy").write_bytes(packed_array(array))
    found = array_in(tmp_path / "a.npy")
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()
    assert packed_array(np.ascontiguousarray(array)) == packed_array(array)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table", packed_table(TABLE)[:-10], packed_array(ARRAYS[0])])
def test_what_is_no_table_is_refused_by_name(tmp_path, content):
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"t\.parquet is no readable table"):
        table_in(tmp_path / "t.parquet")


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"no array", packed_array(ARRAYS[0])[:-4], packed_table(TABLE)])
def test_what_is_no_array_is_refused_by_name(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"a\.npy is no readable array"):
        array_in(tmp_path / "a.npy")


def test_objects_are_neither_written_nor_read(tmp_path):
    objects = np.array([{"a": 1}], object)
    with pytest.raises(ValueError, match=r"[Pp]ickle|Object"):
        packed_array(objects)
    np.save(tmp_path / "a.npy", objects, allow_pickle=True)
    with pytest.raises(SnapshotError, match=r"a\.npy is no readable array"):
        array_in(tmp_path / "a.npy")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SnapshotError, match=r"t\.parquet"):
        table_in(tmp_path / "t.parquet")
    with pytest.raises(SnapshotError, match=r"a\.npy"):
        array_in(tmp_path / "a.npy")


def test_a_flipped_byte_in_a_page_is_seen_by_its_checksum(tmp_path):
    table = pa.table({"number": np.arange(1000) * 0.37})
    content = bytearray(packed_table(table))
    content[len(content) // 3] ^= 1
    (tmp_path / "t.parquet").write_bytes(bytes(content))
    with pytest.raises(SnapshotError):
        table_in(tmp_path / "t.parquet")


def test_the_digest_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# What says that it is larger than it is


@pytest.mark.parametrize(
    "shape", ["(4611686018427387904,)", "(2147483648, 2147483648)", "(7,)", "(-1,)", "(1.5,)", "5"]
)
def test_an_array_that_says_another_shape_than_it_holds_is_refused_before_room_is_made_for_it(tmp_path, shape):
    said = f"{{'descr': '<i2', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    content = b"\x93NUMPY\x01\x00" + len(said).to_bytes(2, "little") + said.encode() + bytes(12)
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"a\.npy is no readable array"):
        array_in(tmp_path / "a.npy")


def test_an_array_whose_header_is_nested_without_end_is_refused(tmp_path):
    said = "(" * 9000 + "\n"
    content = b"\x93NUMPY\x01\x00" + len(said).to_bytes(2, "little") + said.encode()
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"a\.npy"):
        array_in(tmp_path / "a.npy")


def test_a_small_file_that_unpacks_to_a_large_table_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "t.parquet"
    with pq.ParquetWriter(path, pa.schema([("zero", pa.float64())])) as file:
        for _ in range(10):
            file.write_table(pa.table({"zero": np.zeros(10_000_000)}))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SnapshotError, match=r"t\.parquet would unpack to .* 100,000,000 rows"):
        table_in(path)


def test_a_large_table_is_read_when_it_is_asked_for_though_its_file_is_gone(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "_LARGE", 0)
    table, path = pa.table({"number": [1, 2, 3]}), tmp_path / "t.parquet"
    path.write_bytes(files.packed_table(table))
    later = files.table_later(path)
    path.unlink()
    assert callable(later)
    assert later().equals(table)


def test_a_large_array_stays_in_its_file_and_cannot_be_written_to(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "_SMALL", 0)
    path = tmp_path / "a.npy"
    path.write_bytes(files.packed_array(np.arange(12, dtype=np.int16).reshape(3, 4)))
    found = files.array_in(path)
    assert found.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert not found.flags.writeable
