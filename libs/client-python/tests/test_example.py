"""What the README and the notebook show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import SMALL_METHOD, SimulatedSky
from deployed_services import DeployedServices
from nbclient import NotebookClient

import spectrawl

PACKAGE = Path(__file__).resolve().parents[1]
NOTEBOOK = PACKAGE / "examples" / "first_campaign.ipynb"


def read_notebook() -> Any:  # noqa: ANN401
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("survey", "ondrejov")
def test_the_notebook_runs_on_a_hundred_thousand_spectra(
    services: DeployedServices,
    session: spectrawl.Session,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SPECTRAWL_ADDRESS", services.address)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    notebook = read_notebook()
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    printed = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any(text.startswith("100000 spectra; ") for text in printed)
    progress = session.campaign("first").labels().to_pandas()
    assert (progress["annotator"] == "a ruler").sum() >= 12


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = read_notebook()
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) > 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_the_snippets_of_the_readme_are_true(
    services: DeployedServices,
    simulated: SimulatedSky,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "sky").symlink_to(simulated.sky)
    (tmp_path / "labelled").symlink_to(simulated.seed)
    monkeypatch.chdir(tmp_path)
    snippets = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(), re.DOTALL)
    assert len(snippets) == 5
    method = SMALL_METHOD
    names: dict[str, Any] = {"labels": simulated.seed_truth, "method": method}
    for snippet in snippets:
        exec(snippet.replace("127.0.0.1:50051", services.address).replace('"hunt', '"readme'), names)  # noqa: S102
    assert names["mine"].info().counts.stored == len(simulated.sky_truth)
    assert len(names["frame"]) == len(simulated.sky_truth)
    assert names["hunt"].progress().answered == 4
    names["session"].close()
