"""The pure billing core: decisions about money, numbers and dates, without AWS, HTTP, clock or environment."""
