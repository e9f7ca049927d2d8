"""The pure billing core: money, numbers, dates and statuses, without AWS, HTTP, clock or environment."""
