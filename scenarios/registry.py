"""The members of a kind by name: shipped ones, those of installed packages, those registered."""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeVar

from scenarios.findings import Finding, InvalidInput, near

T = TypeVar("T")
M = TypeVar("M")


class Registry(Mapping[str, T]):
    """Members of one kind, such as market designs, by the names that studies use.

    A shipped member is a module of `package` that registers itself when it is imported. A member
    of another installed package is an entry point of `group`; its name is that of the entry point.
    Both are looked for when the first name is asked for.
    """

    def __init__(self, kind: str, package: str, group: str) -> None:
        self.kind = kind
        self.group = group
        self._package = package
        self._members: dict[str, T] = {}
        self._complete = False

    def register(self, name: str, member: T) -> None:
        """Add a member; raises InvalidInput where the name is taken by another one."""
        if self._members.setdefault(name, member) is not member:
            finding = "the name is taken by another one"
            cure = "register it under another name"
            raise self._refusal(f"{self.kind} {name!r}", finding, cure)

    def member(self, name: str) -> Callable[[M], M]:
        """Decorator that registers what it decorates under `name`."""

        def registered(one: M) -> M:
            self.register(name, one)  # type: ignore[arg-type]
            return one

        return registered

    def __getitem__(self, name: str) -> T:
        """The member of that name; raises KeyError."""
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def named(self, name: str) -> T:
        """The member of that name; raises InvalidInput with the nearest names."""
        if name not in self:
            cure = f"use a known name; {near(name, self)}"
            raise self._refusal(f"{self.kind} {name!r}", f"there is no such {self.kind}", cure)
        return self[name]

    def name_of(self, one: Any) -> str:
        """Name of a member, or of that whose kind `one` is an instance of; raises InvalidInput."""
        asked = one if isinstance(one, type) else type(one)
        for name, member in self.items():
            if asked is (member if isinstance(member, type) else type(member)):
                return name
        cure = f"register it, or name it as an entry point of {self.group!r}"
        raise self._refusal(f"{self.kind} {one!r}", "it is not registered", cure)

    def _all(self) -> dict[str, T]:
        if not self._complete:
            self._complete = True
            for module in pkgutil.iter_modules(import_module(self._package).__path__):
                import_module(f"{self._package}.{module.name}")
            for point in entry_points(group=self.group):
                self.register(point.name, point.load())
        return self._members

    def _refusal(self, place: str, finding: str, cure: str) -> InvalidInput:
        return InvalidInput(self.kind, [Finding(place, finding, cure)])
