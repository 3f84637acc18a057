"""The paper broker's own process: started by a run, served until the run is gone, its truth stays in the ledger."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.data_source.opening import open_data_source
from engine.paper.lock import BROKER_LOCK, locked
from engine.paper.transport import BrokerConnection, serve

_WAIT_FOR_FORMER_SECONDS = 30.0
_SECONDS_TO_END = 30.0
_PACKAGES = Path(__file__).resolve().parents[2]


@contextmanager
def broker_process(
    storage: Path, data_folder: Path | None, faults: Path | None = None
) -> Iterator[BrokerConnection]:
    """Start a broker on a storage folder; when the connection is closed, or this process is gone, it ends."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "engine.paper.process", str(theirs.fileno()), str(storage)]
    for name, path in (("--data-folder", data_folder), ("--faults", faults)):
        if path is not None:
            command += [name, str(path.resolve())]
    # a session of its own: Ctrl-C in the terminal is for the algorithm, the broker ends when its client is gone
    process = subprocess.Popen(
        command, pass_fds=[theirs.fileno()], start_new_session=True, env=_environment()
    )
    theirs.close()
    connection = BrokerConnection(ours)
    try:
        yield connection
    finally:
        connection.close()
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()  # its ledger is whole at any moment
            process.wait()


def _environment() -> dict[str, str]:
    path = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one client; return the exit code."""
    from engine.common.errors import EngineError
    from engine.paper.faults import read_faults
    from engine.paper.session import open_ledger_broker

    parser = argparse.ArgumentParser(prog="paper-broker")
    parser.add_argument("descriptor", type=int)
    parser.add_argument("storage", type=Path)
    parser.add_argument("--data-folder", type=Path)
    parser.add_argument("--faults", type=Path)
    arguments = parser.parse_args(argv)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a broker does not go before its client
    with socket.socket(fileno=arguments.descriptor) as connection:
        try:
            with locked(arguments.storage, BROKER_LOCK, _WAIT_FOR_FORMER_SECONDS):
                faults = () if arguments.faults is None else read_faults(arguments.faults)
                source = open_data_source(arguments.data_folder)
                broker = open_ledger_broker(arguments.storage, source, faults)
                serve(broker, connection)
                broker.close()
        except EngineError as error:
            # the first question is answered with what is wrong
            connection.sendall(json.dumps({"error": str(error)}).encode() + b"\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
