"""The store: nothing is half-written, nothing foreign is overwritten, damage is seen and set aside."""

from __future__ import annotations

import pytest

from experiments.store import Store, Unit, UnitResult, read_manifest, write_atomically
from sim.errors import ResultError

IDENTITY = {"scenario": "s", "population": "p", "code": "c", "priors": "r"}


def result(draw, replication=0, value=1.0, error=""):
    rows = [{"design": "A", "outcome": "net_jobs", "group": "all", "month": -1, "value": value}]
    return UnitResult(Unit(draw, replication), 10 + draw, () if error else rows, error)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "results", IDENTITY)
    opened.open({})
    return opened


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def write(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(ResultError, match=r"file could not be written: disk full; nothing is half-written"):
        write_atomically(path, write)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_rows_come_back_in_the_order_of_the_study_whatever_the_blocks(store, tmp_path):
    store.write([result(3), result(1)])
    store.write([result(0), result(2)])
    other = Store(tmp_path / "other", IDENTITY)
    other.open({})
    other.write([result(draw) for draw in range(4)])
    units = [Unit(draw, 0) for draw in range(4)]
    assert list(store.consolidate(units)["draw"]) == [0, 1, 2, 3]
    other.consolidate(units)
    assert (store.folder / "results.parquet").read_bytes() == (other.folder / "results.parquet").read_bytes()


def test_a_unit_in_two_blocks_is_read_once(store):
    store.write([result(0), result(1)])
    store.write([result(1), result(2)])
    assert list(store.load([Unit(0, 0), Unit(1, 0), Unit(2, 0)])["draw"]) == [0, 1, 2]


def test_a_failed_unit_is_a_row_with_its_error(store):
    store.write([result(0), result(1, error="ZeroDivisionError: month 7")])
    frame = store.load([Unit(0, 0), Unit(1, 0)])
    assert list(frame["status"]) == ["ok", "failed"]
    assert list(frame["error"]) == ["", "ZeroDivisionError: month 7"]
    assert list(frame["seed"]) == [10, 11]


def test_missing_units_are_never_passed_over(store):
    store.write([result(0)])
    with pytest.raises(ResultError, match="1 of 2 runs are not there"):
        store.load([Unit(0, 0), Unit(1, 0)])


@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_a_damaged_block_is_set_aside_and_counts_as_missing(store, where):
    store.write([result(draw, value=0.1 * draw) for draw in range(60)])
    path = next(store.blocks.glob("block=*.parquet"))
    content = bytearray(path.read_bytes())
    place = {"start": 60, "middle": content.rfind(b"ARROW:schema") - 400, "end": len(content) - 6}[where]
    content[place] ^= 0xFF
    path.write_bytes(content)
    units = [Unit(draw, 0) for draw in range(60)]
    try:
        frame = store.load(units)
    except ResultError:
        assert not store.finished()
        assert len(list(store.blocks.glob("*.damaged"))) == 1
    else:  # the flipped bit lay in a statistic that carries no figure
        assert list(frame["value"]) == pytest.approx([0.1 * draw for draw in range(60)])


def test_a_folder_of_another_configuration_is_refused_and_untouched(store):
    before = (store.folder / "manifest.json").read_bytes()
    with pytest.raises(ResultError, match=r"another configuration \(what differs: the code of the model\)"):
        Store(store.folder, {**IDENTITY, "code": "changed"}).open({})
    assert (store.folder / "manifest.json").read_bytes() == before


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "photograph.jpg").touch()
    with pytest.raises(ResultError, match="not empty and not a results folder"):
        Store(tmp_path, IDENTITY).open({})
    assert [found.name for found in tmp_path.iterdir()] == ["photograph.jpg"]


def test_a_missing_or_damaged_manifest_is_one_sentence(tmp_path, store):
    with pytest.raises(ResultError, match=r"has no manifest\.json"):
        read_manifest(tmp_path)
    (store.folder / "manifest.json").write_text("{")
    with pytest.raises(ResultError, match="is damaged"):
        store.open({})
