"""What nobody can help: databases that die, lines that break, clocks that jump, disks that fill."""
