"""The outside world, one library to a door."""
