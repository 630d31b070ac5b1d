"""Training on several ranks of this machine: beside threads, and beside `realign plan --simulate`.

Prints two Markdown tables. The first compares two ranks of one thread each with one process of two
threads and of one, in turn, on the model and pairs of P1 and P2; the target is 0.9 and 1.6.

The second checks the simulation. For N ranks the cost of a message comes from `mpirun -n N realign
doctor --distributed`, the seconds of a step from N programs that train at the same time without MPI,
so that they slow each other down as ranks do. The prediction is the simulation's serial step, since
the trainer exchanges gradients after backward. Beside it stands the step of `mpirun -n N realign
bench training` on N times the pairs. Needs Open MPI.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile

ENVIRONMENT = dict(
    os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1"
)
SHAPE, PARAMETERS = "smollm2-135m", "134515008"
NAMES = {"--full": "all weights", "--lora": "LoRA"}


def output(command):
    return json.loads(subprocess.run(
        command, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout)


def launch(ranks):
    return ["mpirun", "--oversubscribe", "-n", str(ranks)]


def bench(realign, mode, *arguments):
    command = [realign, "bench", "training", "--shape", SHAPE, "--json", *map(str, arguments)]
    return command + ([mode] if mode == "--full" else [])


def speed(realign, rounds):
    print("| training | 2 ranks | 2 threads | 1 thread | ranks / 2 threads | ranks / 1 thread |")
    print("|---|---|---|---|---|---|")
    for mode in ["--lora", "--full"]:
        commands = {
            "ranks": launch(2) + bench(realign, mode, "--threads", 1),
            "threads": bench(realign, mode, "--threads", 2),
            "one": bench(realign, mode, "--threads", 1),
        }
        rates = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                rates[name].append(output(command)["pairs_per_second"])
        ranks, threads, one = (statistics.median(rates[name]) for name in commands)
        print(
            f"| {NAMES[mode]} | {ranks:.3g} pairs/s | {threads:.3g} pairs/s | {one:.3g} pairs/s "
            f"| {ranks / threads:.2f} | {ranks / one:.2f} |", flush=True
        )


def together(command, count):
    """Step seconds of the slowest of several programs that run at the same time."""
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    texts = [program.communicate()[0] for program in programs]
    if any(program.returncode for program in programs):
        raise SystemExit(f"failed: {' '.join(command)}")
    return max(json.loads(text)["step_seconds"] for text in texts)


def prediction(realign, mode, ranks, pairs, prompt):
    """Seconds of a step: computed apart, predicted for ranks, measured on ranks."""
    one = bench(realign, mode, "--threads", 1, "--prompt-tokens", prompt)
    apart = together(one + ["--pairs", str(pairs)], ranks)
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "link.json")
        with open(link, "w") as file:
            json.dump(output(launch(ranks) + [realign, "doctor", "--distributed", "--json"]), file)
        simulated = output([
            realign, "plan", "--json", "--simulate", "--task", "training", mode, "--parameters",
            PARAMETERS, "--dtype", "fp32", "--step-seconds", str(apart), "--link", link,
            "--variation", "0",
        ])["simulation"]
    predicted = min(
        row["sequential_step_seconds"] for row in simulated["rows"] if row["nodes"] == ranks
    )
    return apart, predicted, output(launch(ranks) + one + ["--pairs", str(pairs * ranks)])[
        "step_seconds"
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--realign", default=".build/release/realign")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--ranks", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--pairs", type=int, default=1, help="pairs of a rank in the second table")
    parser.add_argument("--prompt-tokens", type=int, default=192)
    arguments = parser.parse_args()
    speed(arguments.realign, arguments.rounds)
    print("\n| training | ranks | step, computed apart | predicted | measured | ratio |")
    print("|---|---|---|---|---|---|")
    for mode in ["--lora", "--full"]:
        for ranks in arguments.ranks:
            apart, predicted, measured = prediction(
                arguments.realign, mode, ranks, arguments.pairs, arguments.prompt_tokens
            )
            print(
                f"| {NAMES[mode]} | {ranks} | {apart:.3f} s | {predicted:.3f} s | {measured:.3f} s "
                f"| {predicted / measured:.2f} |", flush=True
            )


if __name__ == "__main__":
    main()
