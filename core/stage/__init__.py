"""The stage without its page: what a show consists of, and how a room votes.

Conventions
-----------
A show is a value: editing makes another one. Clips are named by the SHA-256 of their content, so
that a show file works on every machine that has them; what is not there is named and left out.
"""

from core.stage.ballot import Ballot, Refusal, Tally
from core.stage.show import SCENES, Scene, Show, show_from_json, show_to_json

__all__ = [
    "SCENES",
    "Ballot",
    "Refusal",
    "Scene",
    "Show",
    "Tally",
    "show_from_json",
    "show_to_json",
]
