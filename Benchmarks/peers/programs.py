"""Starts programs and watches what they take."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Neither program may find what an earlier run left in a cache.
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
           "RAYON_NUM_THREADS": "1"}


class Started:
    """A finished program: its output and its peak of resident memory in bytes."""

    last_peak = 0

    def __init__(self, arguments, cache):
        arguments = list(map(str, arguments))
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as messages:
            process = subprocess.Popen(
                arguments, stdout=output, stderr=messages,
                env=os.environ | OFFLINE | {"XDG_CACHE_HOME": str(cache)},
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            messages.seek(0)
            self.output, self.messages = output.read(), messages.read()
        self.peak = usage.ru_maxrss * 1024
        Started.last_peak = self.peak
        if process.returncode != 0:
            tail = "\n".join(self.messages.splitlines()[-15:])
            sys.exit(f"{' '.join(arguments)}\nended with {process.returncode}:\n{tail}")


def start(arguments):
    with tempfile.TemporaryDirectory() as cache:
        return Started(arguments, cache)


def json_of(realign, arguments):
    """The object that a command prints."""
    return json.loads(start([realign, *arguments]).output)


def rows_of(realign, arguments):
    """The rows that a command prints, and its messages."""
    finished = start([realign, *arguments])
    return [json.loads(line) for line in finished.output.splitlines()], finished.messages


def peer(name, folder):
    """The same work by the other program."""
    script = pathlib.Path(__file__).parent / "torch_side.py"
    result = json.loads(start([sys.executable, script, name, folder]).output)
    return result["seconds"], result["values"]
