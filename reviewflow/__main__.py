"""`python -m reviewflow`, and the entry point of the `reviewflow` command."""

import sys


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    from reviewflow.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
