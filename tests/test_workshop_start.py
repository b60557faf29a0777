"""The page is served before the model can answer, and says that it cannot yet."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from workshop import results, server
from workshop.pool import Pool
from workshop.server import Settings, application

ADDRESS = "http://127.0.0.1:8600"
SLEEPER = "#!/bin/sh\necho $$ > {note}\nexec sleep 60\n"


@pytest.fixture
def uncompiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer on which this version never ran, whose compiler takes a minute; the file with its process."""
    note, script = tmp_path / "process", tmp_path / "compile"
    script.write_text(SLEEPER.format(note=note))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(server.study, "compiled", lambda: tmp_path / "never")
    monkeypatch.setattr(server.sys, "executable", str(script))
    monkeypatch.setattr(Pool, "_spawn", lambda self, worker: None)
    monkeypatch.setattr(Pool, "_start", lambda self, worker: None)
    monkeypatch.setattr(results, "PATIENCE", 0.1)
    return note


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for the compiler is a shell script")
def test_the_page_and_the_sessions_answer_while_the_model_is_compiled(uncompiled, tmp_path):
    app = application(Settings(folder=tmp_path, runs=tmp_path / "runs", rate=1e6, burst=1e6, draws=4, workers=1))
    with TestClient(app, base_url=ADDRESS) as client:
        assert client.get("/").status_code == 200
        assert client.get("/api/languages/ky").status_code == 200
        found = client.get("/api/start").json()
        assert found["health"]["ready"] is False
        assert found["first"] is None
        assert found["levers"]
        token = app.state.desk.rooms.token
        assert client.post("/api/facilitator", json={"token": token}).status_code == 204
        made = client.post("/api/rooms", json={"title": "Training"})
        assert made.status_code == 201
        refused = client.get("/api/result", params={"d": "today"})
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "getting_ready"
        assert int(refused.headers["retry-after"]) >= 1
        asyncio.run(_written(uncompiled))
        process = int(uncompiled.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def _written(note: Path) -> None:
    async with asyncio.timeout(10):
        while not note.exists() or not note.read_text().strip():
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("patient")
def test_processes_that_were_spawned_early_are_the_ones_that_simulate(tmp_path):
    pool = Pool(1)
    pool.spawn()
    early = pool.workers[0].process.pid
    app = application(Settings(folder=tmp_path, runs=tmp_path / "runs", rate=1e6, burst=1e6, draws=4), pool)
    with TestClient(app, base_url=ADDRESS) as client:
        found = client.get("/api/result", params={"d": "today", "draws": 1})
        assert found.status_code == 200, found.text
        assert found.json()["draws"] == 1
        assert pool.workers[0].process.pid == early
        if hasattr(os, "getpgid"):  # so a signal to the whole group of the server ends no process that simulates
            assert os.getpgid(early) == early
    assert pool.workers[0].process is None
