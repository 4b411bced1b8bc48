"""What `makegood --help` and `makegood help` say: our own commands by what one wants to do, then Django's."""

from __future__ import annotations

COMMANDS: dict[str, dict[str, str]] = {
    "Try it": {
        "demo": "start a desk with customers and requests made up for it; needs nothing else",
        "sandbox": "stand in for a payment provider, without money",
    },
    "Run a desk": {
        "migrate": "bring the database to this version, before anything else of it starts",
        "serve": "serve the pages",
        "work": "run the worker, which sends letters and money; start as many as you like",
        "verify": "check that what the database holds of money agrees with itself",
    },
    "Keep the books": {
        "books": "take in a provider's report, or give accounting its tables",
        "reconcile": "say what differs between reports of providers and our books",
    },
    "Set it up": {
        "staff": "give a person a role at the desk, or take it back",
        "product": "add a product, or change it",
        "release": "put a file on the Downloads page",
        "policy": "write, check, explain and publish a refund policy",
        "statute": "keep the text of a law, which the desk can then switch on",
    },
    "Bring in what happened elsewhere": {
        "import": "read orders, usage, trials or licences from a CSV file",
        "mail": "take in mail that was sent to the desk",
        "handover": "print a link that lets one customer in",
        "orders": "find orders that were likely made twice",
    },
}
"""By what one wants to do: each command with a few words."""

_WIDTH = 10


def asks_for_it(arguments: list[str]) -> bool:
    """Whether the command line is empty, or asks for help about nothing in particular."""
    return arguments in ([], ["help"], ["--help"], ["-h"])


def overview() -> str:
    """The whole text, without a line break at its end."""
    parts = ["The refund desk for software vendors.\n\nUsage: makegood COMMAND …"]
    for wish, commands in COMMANDS.items():
        lines = [f"  {name:<{_WIDTH}}{words}" for name, words in commands.items()]
        parts.append("\n".join([f"{wish}:", *lines]))
    parts.append(
        "For developers:\n"
        "  Django's commands, such as shell, dbshell and makemigrations;\n"
        "  makegood help --commands names them all."
    )
    parts.append("More about one of them: makegood COMMAND --help. Settings: docs/settings.md.")
    return "\n\n".join(parts)
