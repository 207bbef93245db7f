"""A small catalogue of real audio, made on this machine: tagged wav, mp3 and preview files."""

from infra.local.demo.catalog import make

__all__ = ["make"]
