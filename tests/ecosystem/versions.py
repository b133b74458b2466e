"""Which releases of the libraries a package met on the day it came out."""

import re
import zipfile
from datetime import date
from email.parser import HeaderParser
from pathlib import Path

try:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name
    from packaging.version import Version
except ImportError:  # pip carries a copy
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
    from pip._vendor.packaging.utils import canonicalize_name
    from pip._vendor.packaging.version import Version

# Some build tools write a fixed date into archives; none of the releases here is as old as those.
OLDEST = date(2022, 1, 1)


def named(wheel: Path) -> tuple[str, str]:
    """Name and version that a wheel's file name states."""
    name, version = wheel.name.split("-")[:2]
    return canonicalize_name(name), version


def day_of(wheel: Path) -> date | None:
    """The day a wheel was built, where it tells."""
    with zipfile.ZipFile(wheel) as archive:
        day = max(date(*info.date_time[:3]) for info in archive.infolist())
    return day if day >= OLDEST else None


def requirements_of(wheel: Path) -> dict[str, list[Requirement]]:
    """What a wheel requires, extras included, by library."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        header = HeaderParser().parsestr(archive.read(name).decode("utf-8", "replace"))
    found: dict[str, list[Requirement]] = {}
    for line in header.get_all("Requires-Dist") or []:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


class Releases:
    """The wheels that the knowledge is made of, with the day of each."""

    def __init__(self, store: Path, undated: dict[str, date]):
        self.wheels: dict[str, dict[str, Path]] = {}
        self.days: dict[tuple[str, str], date] = {}
        for wheel in sorted(store.glob("*.whl")):
            name, version = named(wheel)
            self.wheels.setdefault(name, {})[version] = wheel
            day = day_of(wheel) or undated.get(f"{name}=={version}") or OLDEST
            self.days[name, version] = day

    def newest(self, library: str) -> str:
        """The newest release of a library."""
        return max(self.wheels[library], key=Version)

    def met_by(self, required: dict[str, list[Requirement]], day: date) -> dict[str, str]:
        """For every library the release that pip would have chosen on that day.

        A requirement that no release of that day fits wins over the day; an extra's one counts only
        where the package has no other, and one that nothing fits is passed over.
        """
        return {
            library: self._chosen(library, required.get(library, []), day)
            for library in self.wheels
        }

    def _chosen(self, library: str, required: list[Requirement], day: date) -> str:
        plain = [r for r in required if "extra" not in str(r.marker or "")] or required
        releases = sorted(self.wheels[library], key=Version)
        fits = [v for v in releases if all(_admits(r, v) for r in plain)] or releases
        then = [v for v in fits if self.days[library, v] <= day]
        return then[-1] if then else fits[0]


def _admits(requirement: Requirement, version: str) -> bool:
    """Whether a release fits. The store holds one patch release of each minor one, so a pin to
    another patch release admits it too."""
    if requirement.specifier.contains(version, prereleases=True):
        return True
    exact = [s.version for s in requirement.specifier if s.operator == "==" and "*" not in s.version]
    return any(Version(e).release[:2] == Version(version).release[:2] for e in exact)
