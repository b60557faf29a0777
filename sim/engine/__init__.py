"""Engine: columns, addressed draws, exact sums and the compiler; nothing here knows what is simulated."""
