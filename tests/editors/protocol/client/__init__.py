"""A client of the language server under the capabilities of a known editor."""

from .profiles import PROFILES, Profile
from .talk import Client

__all__ = ["PROFILES", "Client", "Profile"]
