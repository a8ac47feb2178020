"""What keeps a process from starting, said to the operator in plain lines."""


class StartupError(Exception):
    """Carries one line for each thing to mend; never shown as a traceback."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
