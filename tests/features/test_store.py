import logging
import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from core.features import FeatureKey, FeatureStore
from core.settings import FunctionalsSpec, OriginalSpec

SPEC = OriginalSpec()


def key(n: int) -> FeatureKey:
    return FeatureKey(content=f"{n:064x}")


def row(n: int) -> np.ndarray:
    return np.full(128, n, dtype=np.float32)


def rows(start: int, stop: int) -> dict:
    return {key(n): row(n) for n in range(start, stop)}


def assert_holds(store, start, stop):
    found = store.get_many([key(n) for n in range(start, stop)], SPEC)
    assert len(found) == stop - start
    for n in range(start, stop):
        assert np.array_equal(found[key(n)], row(n))


def test_what_is_put_is_got_bit_for_bit(tmp_path):
    values = np.random.default_rng(0).normal(size=592).astype(np.float32)
    values[:3] = [np.float32(1e-45), -0.0, 3.4e38]
    FeatureStore(tmp_path).put_many({key(1): values}, SPEC)
    found = FeatureStore(tmp_path).get_many([key(1)], SPEC)[key(1)]
    assert found.dtype == np.float32
    assert found.tobytes() == values.tobytes()


def test_a_new_store_is_empty_and_makes_no_file_until_something_is_put(tmp_path):
    store = FeatureStore(tmp_path / "a" / "b")
    assert store.get_many([key(1)], SPEC) == {}
    assert store.forget([key(1).content]) == 0
    assert not (tmp_path / "a").exists()
    store.put_many(rows(0, 1), SPEC)
    assert_holds(store, 0, 1)


@pytest.mark.parametrize(
    "other",
    [
        FeatureKey(content="c", correction="d"),
        FeatureKey(content="c", start=0.5),
        FeatureKey(content="c", end=1.5),
        FeatureKey(content="c2"),
    ],
)
def test_content_correction_start_and_end_tell_rows_apart(tmp_path, other):
    store = FeatureStore(tmp_path)
    store.put_many({FeatureKey(content="c"): row(1)}, SPEC)
    assert store.get_many([other], SPEC) == {}
    assert len(store.get_many([FeatureKey(content="c")], SPEC)) == 1


def test_equal_keys_find_the_same_row_whatever_type_their_numbers_have(tmp_path):
    store = FeatureStore(tmp_path)
    store.put_many({FeatureKey("c", start=0, end=2): row(1)}, SPEC)
    same = FeatureKey("c", start=np.float64(0.0), end=np.float32(2.0))
    assert list(store.get_many([same], SPEC)) == [same]


def test_another_spec_or_version_has_its_own_rows(tmp_path):
    store = FeatureStore(tmp_path)
    spec = FunctionalsSpec()
    store.put_many({key(1): row(1)}, spec)
    assert store.get_many([key(1)], SPEC) == {}
    assert store.get_many([key(1)], replace(spec, version=99)) == {}
    assert store.get_many([key(1)], replace(spec, f0_max=400.0)) == {}
    assert len(store.get_many([key(1)], FunctionalsSpec())) == 1


def test_a_row_put_again_is_replaced(tmp_path):
    store = FeatureStore(tmp_path)
    store.put_many({key(1): row(1)}, SPEC)
    store.put_many({key(1): row(2)}, SPEC)
    assert np.array_equal(store.get_many([key(1)], SPEC)[key(1)], row(2))


def test_more_keys_than_one_query_takes_are_found(tmp_path):
    store = FeatureStore(tmp_path)
    store.put_many(rows(0, 1201), SPEC)
    assert_holds(store, 0, 1201)


def test_rows_got_cannot_be_changed(tmp_path):
    store = FeatureStore(tmp_path)
    store.put_many(rows(0, 1), SPEC)
    with pytest.raises(ValueError, match="read-only"):
        store.get_many([key(0)], SPEC)[key(0)][0] = 5


def test_a_forgotten_recording_loses_all_its_rows_and_no_other(tmp_path):
    store = FeatureStore(tmp_path)
    store.put_many({FeatureKey("a"): row(1), FeatureKey("a", start=1.0): row(2)}, SPEC)
    store.put_many({FeatureKey("a"): row(1), FeatureKey("b"): row(3)}, FunctionalsSpec())
    assert store.forget(["a"]) == 3
    assert store.get_many([FeatureKey("a")], SPEC) == {}
    assert len(store.get_many([FeatureKey("b")], FunctionalsSpec())) == 1


def _write_and_read(folder, start):
    store = FeatureStore(folder)
    for n in range(start, start + 60, 3):
        store.put_many(rows(n, n + 3), SPEC)
        assert_holds(store, start, n + 3)


def test_processes_that_write_at_once_lose_no_row(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=_write_and_read, args=(tmp_path, start)) for start in (0, 60, 120)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert_holds(FeatureStore(tmp_path), 0, 180)


def test_threads_share_one_store(tmp_path):
    store = FeatureStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.put_many(rows(5 * n, 5 * n + 5), SPEC), range(40)))
    assert_holds(store, 0, 200)


def damage_by_overwriting(path):
    path.write_bytes(b"this is not a database" * 500)


def damage_by_cutting(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_by_emptying(path):
    path.write_bytes(b"")


def damage_by_other_tables(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE features (something TEXT)")
    connection.close()


def damage_in_the_middle(path):
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 16_384):
        content[start : start + 64] = b"\xa5" * 64
        content[start + 12_288 - 4096 : start + 12_288 - 4096 + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))


DAMAGES = [
    damage_by_overwriting,
    damage_by_cutting,
    damage_by_emptying,
    damage_by_other_tables,
    damage_in_the_middle,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_gives_no_wrong_row_and_works_again(tmp_path, damage):
    store = FeatureStore(tmp_path)
    store.put_many(rows(0, 300), SPEC)
    damage(store.path)
    for found, values in store.get_many([key(n) for n in range(300)], SPEC).items():
        assert np.array_equal(values, row(int(found.content, 16)))
    store.put_many(rows(0, 300), SPEC)
    assert_holds(store, 0, 300)


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_anywhere_give_no_wrong_row(tmp_path, seed):
    store = FeatureStore(tmp_path)
    store.put_many(rows(0, 100), SPEC)
    rng = np.random.default_rng(seed)
    content = bytearray(store.path.read_bytes())
    for position in rng.integers(0, len(content), size=40):
        content[position] ^= int(rng.integers(1, 256))
    store.path.write_bytes(bytes(content))
    for found, values in store.get_many([key(n) for n in range(100)], SPEC).items():
        assert np.array_equal(values, row(int(found.content, 16)))


def test_a_store_that_cannot_be_written_is_logged_and_costs_no_result(tmp_path, caplog):
    (tmp_path / "file").write_text("a file where the folder should be")
    store = FeatureStore(tmp_path / "file" / "cache")
    with caplog.at_level(logging.WARNING):
        store.put_many(rows(0, 1), SPEC)
    assert "feature store" in caplog.text
    assert store.get_many([key(0)], SPEC) == {}
