"""Processes forked from one that is ready: what they are told, how they ended, and what comes when it is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import AT_LENGTH

FORKING = """
import os, sys
from workflows.timetable.forks import Forks

def do(told):
    if "code" in told:
        raise SystemExit(int(told["code"]))
    if "file" in told:
        open(told["file"], "w").write(ready[0])
    while "wait" in told:
        pass

ready = []
forks = Forks(do, lambda: ready.append("loaded"))
forks.begin()
assert not ready
one, other, third = (forks.Process(told) for told in ({"code": "3"}, {"file": sys.argv[1]}, {"wait": "yes"}))
for process in (third, one, other):
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
"""


def test_a_fork_does_what_it_is_told_with_what_was_loaded_and_its_end_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORKING, str(tmp_path / "said")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=AT_LENGTH, check=True)

    assert done.stdout.split() == ["3", "0", "loaded", "-9", "gone"]
