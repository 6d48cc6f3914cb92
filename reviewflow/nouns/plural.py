"""A number with what it counts."""


def plural(number: int, noun: str, many: str | None = None) -> str:
    """1 review, 3 reviews, 10,000 reviews; `many` where it is no s that makes the plural."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
