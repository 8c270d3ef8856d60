"""Checks sweep_on_ray.py on a real cluster of two nodes on this machine, from which workers are taken in the middle.

    python examples/ray/check_sweep_on_ray.py

One worker is killed alone, so that its command is left over; then one together with its command and its node. What comes
out has to be what the terminal writes in one go, byte for byte. Linux only: it looks for its commands in /proc.
"""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import ray
from ray.cluster_utils import Cluster

from sweep_on_ray import REPO, sweep, sweep_all

SENTENCES = ["Raymond is selling [MASK] sketches.", "Carla is selling [MASK] hats."]
OPTIONS = ("--layer", "7-10", "--neurons", "0-599", "--word", "these")
SHARDS = 2
ROWS = 4 * 600 // SHARDS


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def running(work):
    """The commands that compute shards now: {pid: rows that are written}."""
    found = {}
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "--shard" in command and command[command.index("--csv") + 1].startswith(str(work)):
            csv = Path(command[command.index("--csv") + 1])
            found[int(process.name)] = csv.read_text().count("\n") - 1 if csv.exists() else 0
    return found


def in_the_middle(work, node):
    """Wait for a command of a node's that has written some of its rows, and not all.

    :returns: its process's id and its worker's
    """
    raylets = [each.process.pid for each in node.all_processes["raylet"]]
    while True:
        for pid, rows in running(work).items():
            try:
                worker = parent_of(pid)
                if 0 < rows < ROWS * 0.7 and parent_of(worker) in raylets:
                    return pid, worker
            except OSError:
                pass  # it has ended meanwhile
        time.sleep(0.01)


def take_away(cluster, second, work, said):
    """Kill a worker of the first node, then the second node with all that it does."""
    command, worker = in_the_middle(work, cluster.head_node)
    os.kill(worker, signal.SIGKILL)
    said.append(f"killed worker {worker} of the first node, not its command {command}")
    command, worker = in_the_middle(work, second)
    os.kill(worker, signal.SIGKILL)
    os.kill(command, signal.SIGKILL)
    cluster.remove_node(second, allow_graceful=False)
    said.append(f"killed worker {worker}, its command {command}, and the second node")


def main():
    subprocess.run(["npm", "run", "--silent", "commands"], cwd=REPO, check=True)
    with tempfile.TemporaryDirectory() as folder:
        out, work, said = Path(folder, "out"), Path(folder, "work"), []
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        second = cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False)
        try:
            thread = threading.Thread(target=take_away, args=(cluster, second, work, said), daemon=True)
            thread.start()
            sweep_all(SENTENCES, SHARDS, OPTIONS, out, work)
            thread.join(timeout=30)
            print("\n".join(said))
            assert len(said) == 2, "the sweep ended before both had been taken from it"
        finally:
            ray.shutdown()
            cluster.shutdown()
        for i, sentence in enumerate(SENTENCES, 1):
            alone = Path(folder, f"alone-{i}.csv")
            sweep("--sentence", sentence, *OPTIONS, "--csv", str(alone))
            assert (out / f"{i:03}.csv").read_bytes() == alone.read_bytes(), f"{sentence}: other numbers on the cluster"
            print(f"{sentence} {len(alone.read_text().splitlines()) - 1} neurons, the same bytes")


if __name__ == "__main__":
    main()
