"""`python -m cli` in the project's folder is `threadline`: where only the lock was installed."""

from cli.entry import main

main()
