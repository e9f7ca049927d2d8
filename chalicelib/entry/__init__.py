"""Where an invocation comes in: around each one its log line, its metrics and its share of the usage."""
