"""Scores of a hundred thousand spectra, streamed into a table."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from conftest import SMALL_METHOD

import spectrawl


@pytest.fixture(scope="module")
def campaign(session: spectrawl.Session, survey: spectrawl.Pool, ondrejov: spectrawl.Pool) -> spectrawl.Campaign:
    campaign = session.create_campaign("wide", pool=survey.pool_id, seed_pools=[ondrejov.pool_id], method=SMALL_METHOD)
    campaign.start()
    campaign.wait_for("selecting", 0)
    return campaign


def test_all_of_them_come_once_with_probabilities_that_sum_to_one(
    campaign: spectrawl.Campaign, survey: spectrawl.Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.perf_counter()
    table = campaign.scores().to_table()
    seconds = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n{len(table)} scores in a table after {seconds:.2f} s: {len(table) / seconds:,.0f} a second")
    assert len(table) == 100_000
    frame = table.to_pandas()
    assert frame["spectrum_id"].is_unique
    np.testing.assert_allclose(frame[[f"p_{name}" for name in campaign.classes]].sum(axis=1), 1, atol=1e-5)
    assert frame["shard"].nunique() == survey.info().shards > 1


def test_memory_stays_bounded_while_they_stream(campaign: spectrawl.Campaign) -> None:
    rows = 0
    most = 0
    before = pa.total_allocated_bytes()
    for batch in campaign.scores():
        rows += batch.num_rows
        most = max(most, pa.total_allocated_bytes() - before)
    assert rows == 100_000
    assert most < 1_000_000


def test_a_reader_hands_the_stream_to_other_libraries(campaign: spectrawl.Campaign) -> None:
    with campaign.scores(0).reader() as reader:
        assert reader.schema.names[0] == "spectrum_id"
        assert reader.read_next_batch().num_rows == 1000
