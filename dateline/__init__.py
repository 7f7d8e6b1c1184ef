"""Dateline: a static-site generator for sourced timelines."""

__version__ = "0.1.0"
