"""`python -m registry.cli`, where the script `registry` is not on the path."""

from registry.cli import main

if __name__ == "__main__":
    main(prog_name="registry")
