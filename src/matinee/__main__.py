"""`python -m matinee`: the same as the `matinee` command."""

from matinee.cli.main import run

__all__: list[str] = []

if __name__ == "__main__":
    run()
