"""The setting of the sliders as files: a scenario or a workbook that reads back to what was
simulated, an experiment that compares both settings, and the table.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from simcap.app.finding import Opened
from simcap.scenario import Scenario
from simcap.workbook.reading import is_workbook
from simcap.workbook.yaml_out import yaml_text
from simcap.workbook_commands import save

AS_SET = "as set"


def file_of(given: Opened, moved: Scenario, ending: str, language: str) -> bytes:
    """``moved`` as a file that ends in .yaml or .xlsx; raises ``ScenarioError`` where it cannot be
    said without loss.
    """
    with tempfile.TemporaryDirectory(prefix="simcap-") as home:
        goal = Path(home) / f"scenario{ending}"
        save(moved, given.scenario, given.file, goal, language)
        return goal.read_bytes()


def experiment_of(given: Opened, changes: dict, replications: int) -> bytes | None:
    """An experiment file, to stand beside the scenario's, whose sweep compares both settings; None
    where there is no such file or nothing to compare.
    """
    if not changes or is_workbook(given.file):
        return None
    asked = given.experiment
    data = {
        "scenario": given.file.name,
        "question": "What does the setting of the sliders change?",
        "points": {"as written": {}, AS_SET: changes},
        "replications": replications,
        "seed": given.seed,
    }
    if asked is not None and asked.answer:
        data["answer"] = [str(one) for one in asked.answer]
    return yaml_text(data, {}).encode()
