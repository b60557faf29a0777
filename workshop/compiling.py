"""Compiling: ``python -m workshop.compiling`` compiles the model for this computer; the server runs it when it must."""

from __future__ import annotations

from experiments import study
from workshop.designs import Design, scenario


def main() -> None:
    """Compile everything that the page's simulations use."""
    study.compile_model(scenario([Design()], scale=study.SMALLEST_COUNTRY))


if __name__ == "__main__":
    main()
