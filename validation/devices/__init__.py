"""The laws of every kind of asset, one file for each kind; they know no models."""

from scenarios.assets import all_assets
from scenarios.registry import Registry
from validation.cleared import Cleared
from validation.devices.contract import Validator

validators = Registry[Validator](
    "validator of a kind of asset", "validation.devices", "tandem.validators"
)


def validators_of(cleared: Cleared) -> dict[str, Validator]:
    """The validator of every kind by name; raises InvalidInput where a kind in use has none."""
    return {
        kind: validators.named(kind)
        for kind in all_assets()
        if kind in validators or cleared.records(kind)
    }
