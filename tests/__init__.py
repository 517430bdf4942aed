"""Tests of sitegen. `python -m pytest` runs the fast ones; `.ci/run` runs all."""
