"""Measure: the speed of finding promises beside the fixed yardstick, in one run.

Not a test. Run it by hand:

    python tests/stress/bench_promises.py [--shared ../shared] [--rounds 9]

Both read every sentence of `promises/unlabelled_mail.jsonl`, in turns, so that a busy
machine slows both alike. Printed are sentences per CPU second (medians) and their ratio.
"""

import argparse
import json
import runpy
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from promisekeeper.core.language import read_sentence


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    cues = runpy.run_path(str(chosen.shared / "bench" / "speed_baseline.py"))["CUES"]
    lines = (chosen.shared / "promises" / "unlabelled_mail.jsonl").read_text("utf-8").splitlines()
    sentences = [text for line in lines for text in json.loads(line)["sentences"]]
    ours: list[float] = []
    yardstick: list[float] = []
    for _ in range(chosen.rounds):
        yardstick.append(rate(cues.search, sentences))
        ours.append(rate(read_sentence, sentences))
    ratio = statistics.median(mine / fixed for mine, fixed in zip(ours, yardstick, strict=True))
    sys.stdout.write(
        f"{len(sentences)} sentences: yardstick {statistics.median(yardstick):.0f}, "
        f"read_sentence {statistics.median(ours):.0f} per CPU second, ratio {ratio:.3f}\n"
    )


def rate(read: Callable[[str], object], sentences: list[str]) -> float:
    """Sentences per CPU second."""
    start = time.process_time()
    for text in sentences:
        read(text)
    return len(sentences) / (time.process_time() - start)


if __name__ == "__main__":
    main()
