"""Every command: read the words, call one function, print what came of it."""


def main() -> None:
    """Run the command line."""
