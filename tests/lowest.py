"""The lowest versions that the library asks for, as constraints for pip."""

import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

if __name__ == "__main__":
    print("\n".join(requirement.replace(">=", "==") for requirement in PROJECT["dependencies"]))
