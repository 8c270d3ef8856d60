"""Sweeps many sentences on a Ray cluster: one CSV for each sentence, the bytes that one machine would have written.

    python examples/ray/sweep_on_ray.py --sentences sentences.txt --shards 16 --out results -- --all-layers --word these

What stands after `--` are options of `npm run sweep`. Each task runs that command on one shard of the neurons for one
sentence; Ray places the tasks, starts those again whose worker or machine was lost, and joins the shards.

Every machine needs Node and this repository at the same path, with the model exported and `npm run commands` done once. No
shared folder is needed: a shard is computed in a folder of the machine's own and travels back as bytes. There a task that is
started again goes on from what is computed already.
"""

import argparse
import fcntl
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import ray

REPO = Path(__file__).resolve().parents[2]
COMMAND = ".cache/commands/sweep.js"

WORK = Path(tempfile.gettempdir()) / "neuron-notebook-sweeps"
"""where each machine keeps what it computes, until somebody deletes it"""

RETRIES = 5
"""how often a task is started again after its worker or its machine was lost"""


def sweep(*options, lock=None):
    """Run the terminal's command.

    :param lock: an open file that stays open in the command, and locked with it
    :raises RuntimeError: with the command's own sentence, when it refuses; Ray does not try that again
    """
    held = () if lock is None else (lock.fileno(),)
    command = ["node", COMMAND, *options, "--top", "0"]
    done = subprocess.run(command, cwd=REPO, pass_fds=held, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"{' '.join(command)} ended with status {done.returncode}")


def file_of(sentence, shard, options):
    """The name of a shard's own file on each machine, the same for a task that is started again."""
    key = hashlib.sha256("\0".join((sentence, shard, *options)).encode()).hexdigest()
    return f"{key[:16]}.csv"


@ray.remote(num_cpus=1, max_retries=RETRIES)
def compute(sentence, shard, options, work):
    """One shard of one sentence's sweep, as the bytes of its CSV.

    The lock belongs to the command as well as to this worker. The command of a worker that was killed lives until Ray ends
    it; a task that has taken its place meanwhile waits here, instead of writing into the same file.

    :param shard: "3/16"
    """
    work.mkdir(parents=True, exist_ok=True)
    csv = work / file_of(sentence, shard, options)
    with open(csv.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep("--sentence", sentence, *options, "--shard", shard, "--csv", str(csv), lock=lock)
        return csv.read_bytes()


@ray.remote(num_cpus=1, max_retries=RETRIES)
def merge(*parts):
    """The shards of one sentence joined, as the bytes of one CSV."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{i}.csv") for i in range(len(parts))]
        for file, part in zip(files, parts):
            file.write_bytes(part)
        whole = Path(folder, "whole.csv")
        sweep("--merge", *map(str, files), "--csv", str(whole))
        return whole.read_bytes()


def sweep_all(sentences, shards, options, out, work=WORK):
    """Sweep every sentence, and write `out`/001.csv and so on as they are done.

    :param work: the folder on each machine in which it computes
    :raises SystemExit: where a command refuses, and where such a file is there with other numbers in it
    """
    out.mkdir(parents=True, exist_ok=True)
    waiting = {}
    for number, sentence in enumerate(sentences, 1):
        parts = [compute.remote(sentence, f"{i + 1}/{shards}", options, work) for i in range(shards)]
        waiting[merge.remote(*parts)] = number
    while waiting:
        (done,), _ = ray.wait(list(waiting))
        file = out / f"{waiting.pop(done):03}.csv"
        try:
            csv = ray.get(done)
        except ray.exceptions.RayTaskError as error:
            sys.exit(str(error.cause))
        if file.exists() and file.read_bytes() != csv:
            sys.exit(f"{file} is there already, with other numbers in it: name another folder with --out.")
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(csv)
        unfinished.replace(file)
        print(f"{file} is done, {len(waiting)} to go", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sentences", type=Path, required=True, help="a text file, a sentence on each line")
    parser.add_argument("--shards", type=int, required=True, help="tasks for each sentence")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the CSV files")
    parser.add_argument("options", nargs="*", help="after --: options of npm run sweep, without sentence, shard and files")
    given = parser.parse_args()
    sentences = [line for line in given.sentences.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not sentences or given.shards < 1:
        parser.error("there must be at least one sentence and one shard")
    # the cluster of RAY_ADDRESS, or that of this machine, or else a new one on it
    ray.init(log_to_driver=False)
    sweep_all(sentences, given.shards, tuple(given.options), given.out)


if __name__ == "__main__":
    main()
