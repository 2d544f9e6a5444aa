"""The entry to Cairn. It answers `cairn --version` before it loads anything else, because people ask it in scripts."""

import sys

VERSION = "0.1.0"


def main() -> None:
    """Run the command that was typed."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"cairn {VERSION}\n")
        return
    from cli.command_table import app

    app(prog_name="cairn")


if __name__ == "__main__":
    main()
