"""The order of steps; every decision lies in core."""
