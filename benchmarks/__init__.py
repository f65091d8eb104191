"""Speed, measured side by side with the alternative; `python -m benchmarks` prints all of it."""
