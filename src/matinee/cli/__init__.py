"""The command line: one file a subcommand, no logic, and no heavy import before it is needed."""

__all__: list[str] = []
