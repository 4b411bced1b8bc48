"""`makegood policy test FILE…`: the examples of a document, each of which must come out as it is written."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from makegood.cli.policy.reading import STDIN, WRONG, Refused, as_json, named, policy_of, problems_as_json

if TYPE_CHECKING:
    from makegood.policy import Policy
    from makegood.policy.documents.examples import ExampleResult

HELP = "Run the examples of policies, and show those that come out differently."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `test` takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a policy document, - for standard input")
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each document")


def run(options: Namespace) -> int:
    """Test every document, also after one that is wrong; 1 when one is wrong. Raises Refused."""
    if options.files.count(STDIN) > 1:
        raise Refused("Standard input can be read only once.")
    codes = [_test(file, as_lines=options.json) for file in options.files]
    return max(codes)


def _test(file: str, *, as_lines: bool) -> int:
    from makegood.policy.errors import PolicyErrors

    try:
        policy = policy_of(file)
    except PolicyErrors as errors:
        if as_lines:
            print(as_json({"file": named(file), "problems": problems_as_json(errors)}))
        else:
            print(errors, file=sys.stderr)
        return WRONG
    results = policy.run_examples()
    failed = [result for result in results if not result.passed]
    if as_lines:
        print(as_json(_as_json(policy, results)))
    else:
        for line in failures(policy, failed):
            print(line, file=sys.stderr)
        print(summary(policy, results), file=sys.stderr if failed else sys.stdout)
    return WRONG if failed else 0


def failures(policy: Policy, failed: list[ExampleResult]) -> list[str]:
    """Return what to say of examples that came out differently: where, what is written, what came out."""
    return [
        f"{policy.source}:{result.example.span.line}: “{result.example.case}” comes out differently\n"
        f"      written: {result.example.decision}\n"
        f"      decided: {result.found}"
        + ("\n      The decision is the same; what stands in brackets differs." if result.agrees else "")
        for result in failed
    ]


def summary(policy: Policy, results: list[ExampleResult]) -> str:
    """Return one sentence about all examples of a document."""
    failed = sum(not result.passed for result in results)
    if failed:
        return f"{policy.source}: {failed} of {_examples(len(results))} come out differently."
    if not results:
        return f"{policy.source}: there are no examples."
    all_of = "the only example comes" if len(results) == 1 else f"all {len(results)} examples come"
    return f"{policy.source}: {all_of} out as written."


def _examples(count: int) -> str:
    return "1 example" if count == 1 else f"{count} examples"


def _as_json(policy: Policy, results: list[ExampleResult]) -> dict[str, Any]:
    return {
        "file": policy.source,
        "policy": policy.name,
        "version": policy.version,
        "examples": len(results),
        "failed": [
            {
                "line": result.example.span.line,
                "case": result.example.case,
                "written": result.example.decision,
                "decided": result.found,
            }
            for result in results
            if not result.passed
        ],
    }
