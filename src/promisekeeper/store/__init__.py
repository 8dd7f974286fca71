"""Memory: promises, their events, cursors and letters, in SQLite."""
