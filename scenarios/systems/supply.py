"""Offers of Systems B and C: equal blocks whose price rises ever faster."""

from collections.abc import Iterator

from scenarios.records import Generator, Offer

CURVATURE = 5.0  # power of the position in the stack; above 1 the last blocks are dear


def blocks(
    generator: Generator, count: int, first_usd_per_mwh: float, last_usd_per_mwh: float
) -> Iterator[Offer]:
    """`count` equal blocks over the greatest output, from the first price to the last."""
    rise = last_usd_per_mwh - first_usd_per_mwh
    for block in range(count):
        price = first_usd_per_mwh + rise * (block / (count - 1)) ** CURVATURE
        width = generator.p_max_mw / count
        yield Offer(generator.area, generator.generator, None, block + 1, width, price)


def free(generator: Generator) -> Offer:
    """All the output at no cost."""
    return Offer(generator.area, generator.generator, None, 1, generator.p_max_mw, 0.0)
