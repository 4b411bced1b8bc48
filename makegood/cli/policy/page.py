"""`makegood policy page FILE`: the policy as customers read it, as an HTML page that needs nothing else."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from makegood.cli.policy.reading import as_json, policy_of
from makegood.cli.policy.standalone import END, beginning

if TYPE_CHECKING:
    from makegood.policy import Policy

HELP = "Print the policy as an HTML page, its rules folded away."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `page` takes."""
    parser.add_argument("file", metavar="FILE", help="a policy document, - for standard input")
    parser.add_argument("--json", action="store_true", help="the page as `html` in JSON, with its title")


def run(options: Namespace) -> int:
    """Print the page. Raises Refused, PolicyErrors."""
    policy = policy_of(options.file)
    html = page_of(policy)
    if options.json:
        print(
            as_json({"policy": policy.name, "version": policy.version, "title": policy.title, "html": html})
        )
    else:
        print(html)
    return 0


def page_of(policy: Policy) -> str:
    """Return the whole page."""
    body = policy.page_html().rstrip("\n")
    return "\n".join((beginning(policy.title, policy.front.language), body, END))
