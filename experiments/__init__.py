"""Experiments: many paired runs of a scenario, kept on disk, summarised and reported."""
