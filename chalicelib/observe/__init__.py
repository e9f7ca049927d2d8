"""What the others tell while they work: log lines, metrics, and who consumed what. Knows none of them."""
