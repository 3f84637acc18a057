"""What is written can be shown to anybody: no secret, no account number, no path of the machine."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

from engine.data_source.modelled.source import ModelledSource
from tests.crash.live_runs import request_for, run
from tests.crash.moments import moment

SECRETS = {
    "QC_API_TOKEN": "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "IB_ACCOUNT": "DU7654321",
    "BROKERAGE_PASSWORD": "correct horse battery staple",
}
SUSPICIOUS = re.compile(
    r"(?<![a-z])/(?:home|root|tmp|usr|var|work|etc|mnt|Users)/|[A-Z]:\\\\|\b[UD]U?\d{6,8}\b|password|token|secret",
    re.IGNORECASE,
)


def test_nothing_written_by_a_live_run_tells_on_its_machine(tmp_path: Path, monkeypatch) -> None:
    """Documents, audit log, results, logs and reports of a day, with secrets in the environment."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    source, day = ModelledSource(), date(2015, 1, 5)
    run(request_for(tmp_path, source, day, day), lambda session, kind, detail: None)
    files = [
        file for file in tmp_path.rglob("*") if file.suffix in (".json", ".jsonl", ".txt", ".html", ".csv")
    ]
    assert len(files) > 8
    for file in files:
        text = file.read_text(errors="replace")
        found = [value for value in (*SECRETS.values(), str(tmp_path), os.getcwd()) if value in text]
        assert found == [], file.name
        assert SUSPICIOUS.search(text) is None, (file.name, SUSPICIOUS.search(text))


def test_documents_of_a_host_name_nothing_but_its_position() -> None:
    """The documents and the log of five strategies in a scripted world, all keys and values."""
    for key, data in moment().disk.items():
        assert SUSPICIOUS.search(data.decode()) is None, key
        if key.endswith(".json"):
            assert set(json.loads(data)) == {"schema", "kind", "name", "seq", "checksum", "body"}
