"""What positions of a cleared day are paid: one file per pricing rule."""

from scenarios.pricing import PricingRule
from scenarios.registry import Registry

pricing: Registry[type[PricingRule]] = Registry("pricing rule", "market.pricing", "tandem.pricing")
