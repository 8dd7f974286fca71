"""promisekeeper finds the promises in the mail a team sends, and sees that they are kept."""

__version__ = "0.1.0"
