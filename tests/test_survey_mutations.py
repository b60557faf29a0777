"""Spoilt surveys, registers, maps and margins give a result or one sentence, and nothing is written by halves."""

from __future__ import annotations

import pytest
from survey_mutations import KINDS, Samples, one

EACH = 40


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return Samples(tmp_path_factory.mktemp("samples"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_file_gives_a_result_or_one_sentence_and_nothing_by_halves(tmp_path, samples, kind):
    codes = set()
    for seed in range(EACH):
        name, done, found = one(tmp_path, samples, kind, seed)
        assert not found, (name, found)
        codes.add(done.exit_code)
    assert codes == {0, 2}, "some can be used and some cannot"
