"""`python -m promisekeeper`."""

from promisekeeper.app.cli import main

if __name__ == "__main__":
    main()
