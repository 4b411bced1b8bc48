"""Plays stories: `python -m tests.simulation --stories 2000 [--seed 1] [--plant NAME | --plant all]`.

With one seed and one story it replays that story. Prints JSON: what was found, in the shortest form.
"""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.simulation.settings"

import django

django.setup()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from time import perf_counter  # noqa: E402

from tests.simulation.planted import PLANTED, planted  # noqa: E402
from tests.simulation.stories import Broken, Stage  # noqa: E402


def main() -> None:
    """End with 1 when the unplanted code breaks, or a planted bug is not found."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first story; each next has the next")
    parser.add_argument("--stories", type=int, default=1000)
    parser.add_argument("--plant", choices=[*PLANTED, "all"], help="a bug to plant, or each in turn")
    parser.add_argument("--whole", action="store_true", help="tell stories as they are, not cut short")
    given = parser.parse_args()
    stage, seeds = Stage(), range(given.seed, given.seed + given.stories)
    begun = perf_counter()
    if given.plant is None:
        found = _found(stage, seeds, given.whole)
        told = {"stories": len(seeds), "seconds": round(perf_counter() - begun, 1), "found": _shown(found)}
        print(json.dumps(told, indent=2))
        sys.exit(found is not None)
    finds = {}
    for name in PLANTED if given.plant == "all" else [given.plant]:
        with planted(name):
            finds[name] = _shown(_found(stage, seeds, given.whole))
    print(json.dumps(finds, indent=2, ensure_ascii=False))
    sys.exit(not all(finds.values()))


def _found(stage: Stage, seeds: range, whole: bool) -> Broken | None:
    found = stage.first_broken(seeds)
    return found if found is None or whole else stage.cut_short(found)


def _shown(found: Broken | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"seed": found.story.seed, "what": found.what, "story": str(found.story)}


if __name__ == "__main__":
    main()
