"""A campaign from its creation to its catalogue, steered and answered from Python."""

from __future__ import annotations

import sys
from pathlib import Path

import astropy.units as u
import numpy as np
import pyarrow as pa
import pytest
from astropy.table import Table as AstropyTable
from astropy.time import Time
from conftest import SMALL_METHOD, SimulatedSky

import spectrawl


@pytest.fixture(scope="module")
def hunt(session: spectrawl.Session, simulated: SimulatedSky, ondrejov: spectrawl.Pool) -> spectrawl.Campaign:
    """A campaign that is over; an annotator who knows the truth has answered it."""
    sky = session.create_pool("sky")
    sky.ingest(simulated.sky)
    sky.seal()
    campaign = session.create_campaign("hunt", pool="sky", seed_pools=[ondrejov.pool_id], method=SMALL_METHOD, seed=3)
    assert campaign.start().state == "running"
    for change in campaign.watch():
        if change.campaign.state == "failed":
            raise spectrawl.CampaignFailedError(change.campaign.problem)
        if any(one.step == "labelling" for one in change.iterations):
            answer_batch(campaign, simulated.sky_truth)
    return campaign


def answer_batch(campaign: spectrawl.Campaign, truth: dict[str, str]) -> None:
    while True:
        with campaign.lease("ada", 7, wait=10, simulated=True) as lease:
            for task in lease:
                if task.submit(truth[task.spectrum_id]).is_complete:
                    return


def test_the_campaign_ends_with_a_catalogue(session: spectrawl.Session, hunt: spectrawl.Campaign) -> None:
    info = hunt.info()
    assert info.state == "completed"
    assert info.stop_reason
    assert info.catalogue is not None
    assert info.method["query"]["size"] == 12
    assert info.seed == 3
    assert "hunt" in {known.campaign_id for known in session.campaigns()}
    with pytest.raises(spectrawl.ServiceError) as over:
        hunt.pause()
    assert over.value.reason == "CAMPAIGN_OVER"


def test_iterations_and_estimates_are_tables(hunt: spectrawl.Campaign, simulated: SimulatedSky) -> None:
    frame = hunt.iterations().to_pandas()
    assert frame["kind"].tolist() == ["loop", "final"]
    assert set(frame["step"]) == {"done"}
    assert (frame[[f"n_{name}" for name in hunt.classes]].sum(axis=1) == frame["pool_size"]).all()
    assert frame["pool_size"].iloc[0] == len(simulated.sky_truth)
    known = frame.dropna(subset=["error"])
    assert ((known["error_lower"] <= known["error"]) & (known["error"] <= known["error_upper"])).all()
    quantities = hunt.iterations().to_astropy()
    assert quantities["training_seconds"].unit == u.s
    assert isinstance(quantities["start_time"], Time)
    assert quantities["start_time"][0] < quantities["end_time"][0]

    estimates = hunt.estimates().to_pandas()
    assert set(estimates["class"]) == {"all", *hunt.classes[1:]}
    assert (estimates["right"] + estimates["wrong"] + estimates["undecided"] == estimates["audited"]).all()


def test_candidates_have_positions_in_degrees(hunt: spectrawl.Campaign, tmp_path: Path) -> None:
    info = hunt.info()
    assert info.catalogue is not None
    table = hunt.candidates().to_astropy()
    assert len(table) == info.catalogue.candidates > 0
    assert table["ra"].unit == u.deg
    assert table.meta["frame"] == "icrs"
    counts = {name: len(hunt.candidates(name)) for name in hunt.classes[1:]}
    assert counts == {name: info.catalogue.class_counts[name] for name in counts}
    saved = AstropyTable.read(hunt.save_catalogue(tmp_path / "hunt.vot"), format="votable")
    assert list(saved["spectrum_id"]) == list(table["spectrum_id"])
    np.testing.assert_array_equal(np.asarray(saved["ra"].filled(np.nan)), table["ra"].value)


def test_the_label_log_is_a_table(hunt: spectrawl.Campaign, simulated: SimulatedSky) -> None:
    frame = hunt.labels().to_pandas()
    asked = frame[frame["campaign_id"] == "hunt"]
    assert len(asked) == hunt.info().labels_spent
    assert (asked["answer"] == asked["spectrum_id"].map(simulated.sky_truth)).all()
    assert set(asked["annotator_kind"]) == {"simulated"}
    assert set(asked["purpose"]) == {"query", "audit"}
    assert frame["position"].is_monotonic_increasing


def test_a_model_scores_what_it_is_sent_as_it_scored_the_pool(
    session: spectrawl.Session, hunt: spectrawl.Campaign
) -> None:
    models = session.models("hunt")
    assert [model.model_id for model in models] == ["hunt-0", "hunt-1"]
    assert models[0].confusion_matrix.sum() == sum(models[0].training_class_counts.values())
    ids, values = session.pool("sky").features()
    scores = hunt.scores(0).to_table().to_pandas().set_index("spectrum_id").loc[ids.tolist()]
    sent = session.model("hunt-0").score(values)
    np.testing.assert_allclose(sent, scores[[f"p_{name}" for name in hunt.classes]], atol=1e-5)
    np.testing.assert_allclose(sent.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(session.model("hunt-0").score(values[0]), sent[:1], atol=1e-5)
    with pytest.raises(ValueError, match=r"shape \(2, 3\): give \(n, 140\)"):
        models[0].score(np.zeros((2, 3)))
    with pytest.raises(spectrawl.ServiceError, match="spectrum 1, point 2 is 7") as refused:
        models[0].score(np.where(np.arange(280).reshape(2, 140) == 142, 7, 0))
    assert refused.value.reason == "BAD_FEATURES"


def test_questions_can_be_answered_corrected_and_given_back(
    session: spectrawl.Session, hunt: spectrawl.Campaign, ondrejov: spectrawl.Pool
) -> None:
    campaign = session.create_campaign("by-hand", pool=hunt.pool_id, seed_pools=[ondrejov.pool_id], method=SMALL_METHOD)
    with pytest.raises(spectrawl.ServiceError) as unscored:
        campaign.scores()
    assert unscored.value.reason == "SCORING_RUN_NOT_FOUND"
    campaign.start()
    assert campaign.wait_for("labelling", 0).queries == 12
    with campaign.lease("ada", 3, wait=10) as lease:
        first = lease[0]
        spectrum = first.spectrum()
        assert spectrum.spectrum_id == first.spectrum_id
        assert set(first.probabilities) == (set() if first.purpose == "audit" else set(campaign.classes))
        assert first.submit("absorption", "a clear case").answered == 1
        first.undo()
        assert campaign.progress().answered == 0
        assert first.submit(spectrawl.UNSURE).unsure == 1
        with pytest.raises(spectrawl.ServiceError) as unknown:
            lease[1].submit("quasar")
        assert unknown.value.reason == "UNKNOWN_CLASS"
        drawn = campaign.progress().tasks
        picked = campaign.ask(session.pool(campaign.pool_id).features().spectrum_ids.tolist()[:20], "ada")
        assert len(picked) == 20
        assert campaign.progress().tasks == drawn + list(picked.values()).count("asked")
        assert set(campaign.ask(list(picked), "ada").values()) <= {"already-asked", "already-labelled"}
    with campaign.lease("eve", 100) as rest:
        assert {task.task_id for task in rest} >= {task.task_id for task in lease[1:]}
        assert rest[0].submit(spectrawl.SKIP).skipped == 1
    with pytest.raises(ValueError, match="limit is 0"):
        campaign.lease("ada", 0)
    with pytest.raises(spectrawl.ServiceError, match="nowhere") as absent:
        campaign.ask(["nowhere"], "ada")
    assert absent.value.reason == "SPECTRUM_NOT_FOUND"
    log = campaign.labels().to_pandas()
    by_ada = log[log["annotator"] == "ada"]
    assert by_ada["retraction"].tolist() == [False, True, False]
    assert by_ada["answer"].tolist()[::2] == ["absorption", "unsure"]
    assert by_ada["comment"].tolist()[0] == "a clear case"
    assert campaign.agreement().to_pandas().empty
    assert campaign.pause().state == "paused"
    assert campaign.resume().state == "running"
    assert campaign.stop().state == "running"


def test_tables_are_for_every_library_that_reads_arrow(hunt: spectrawl.Campaign) -> None:
    table = hunt.candidates()
    assert pa.table(table).equals(table.arrow)
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table.unit("ra") == "deg"
    assert table.description("rank") == "Place in the catalogue, from 1"
    assert "spectrum_id" in (table._repr_html_() or "")
    assert repr(table).startswith(f"<spectrawl.Table of {len(table)} rows>\nrank  spectrum_id")


def test_what_is_not_installed_is_named(hunt: spectrawl.Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    table = hunt.candidates()
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "astropy.table", None)
    with pytest.raises(spectrawl.MissingPackageError, match=r"pip install 'spectrawl\[pandas\]'"):
        table.to_pandas()
    with pytest.raises(spectrawl.MissingPackageError, match=r"pip install 'spectrawl\[astropy\]'"):
        table.to_astropy()
    assert table._repr_html_() is None
