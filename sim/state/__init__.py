"""All that is remembered: tables of columns, and nothing else."""
