"""Processes forked from one that is ready: what they are told, how they ended, and what comes when it is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import AT_LENGTH

FORKING = """
import gc, os, sys
from threading import Thread
from workflows.timetable.fork_server import ForkServer

def do(told):
    if "code" in told:
        raise SystemExit(int(told["code"]))
    if "file" in told:
        open(told["file"], "w").write(f"{ready[0]} {gc.isenabled()}")
    while "wait" in told:
        pass

gc.disable()
ready = []
forks = ForkServer(do, lambda: ready.append("loaded"))
forks.begin()
assert not ready
asked = {"code": "3"}, {"file": sys.argv[1]}, {"wait": "yes"}, {"wait": "yes"}
one, other, third, last = (forks.Process(told) for told in asked)
for process in (third, one, other, last):
    process.start()
one.join(), other.join()
print(one.exitcode, other.exitcode, open(sys.argv[1]).read(), flush=True)
os.kill(third.pid, 9)
third.join()
print(third.exitcode)
os.kill(forks.pid, 9), os.waitpid(forks.pid, 0)
try:
    forks.Process({}).start()
except OSError:
    print("gone")
waiting = Thread(target=last.join)
waiting.start()
waiting.join(0.3)
print(waiting.is_alive())
os.kill(last.pid, 9)
waiting.join()
print(last.exitcode)
"""
NOTHING_TO_LOAD = """
from workflows.timetable.fork_server import ForkServer

def load():
    raise ImportError("There is nothing to load.")

forks = ForkServer(print, load)
forks.begin()
try:
    forks.Process({}).start()
except OSError:
    print("gone")
"""


def played(script: str, *told: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *told]
    return subprocess.run(command, capture_output=True, text=True, timeout=AT_LENGTH, check=True)


def test_a_fork_does_what_it_is_told_with_what_was_loaded_and_its_end_is_told(tmp_path: Path) -> None:
    done = played(FORKING, str(tmp_path / "said"))

    collects, goes_on_without, code_unknown = "True", "True", "255"
    assert done.stdout.split() == ["3", "0", "loaded", collects, "-9", "gone", goes_on_without, code_unknown]


def test_why_there_is_nothing_to_fork_from_is_said() -> None:
    done = played(NOTHING_TO_LOAD)

    assert done.stdout.split() == ["gone"]
    assert "There is nothing to load." in done.stderr
