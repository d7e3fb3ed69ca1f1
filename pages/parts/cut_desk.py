"""What a session has open of a long take: its sound, its segments, and the way back."""

from dataclasses import dataclass, field, replace

from core.audio import Sound
from core.corpus.cutting import Cut, assign_in_order, cut_take, read_take
from core.corpus.said import Match
from core.corpus.sheets import Cell
from core.errors import NoSpeechFoundError

__all__ = ["CutDesk"]


@dataclass
class CutDesk:
    """What a session has open of a long take."""

    data: bytes = b""
    sound: Sound | None = None
    cuts: list[Cut] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)  # in the order of the take
    version: int = 0
    past: list[list[Cut]] = field(default_factory=list)
    matches: list[Match] | None = None
    said: list[str] = field(default_factory=list)
    problem: str = ""
    saved: int | None = None  # id of the import
    n_saved: int = 0
    incoming: tuple[bytes, str] | None = None  # a take that is still to be opened, and its name
    aside: "CutDesk | None" = None  # put away for another take, and not saved

    def take_in(self, data: bytes, name: str, cells: list[Cell]) -> None:
        """Open a take and find its segments; where there are none they are drawn by hand."""
        sound = read_take(data, name)
        try:
            cuts, problem = assign_in_order(cut_take(sound), cells), None
        except NoSpeechFoundError as error:
            cuts, problem = [], error
        self.reset()
        self.data, self.sound, self.cuts, self.cells, self.version = data, sound, cuts, cells, 1
        if problem is not None:
            raise problem

    def reset(self) -> None:
        """Make room for another take; one that is not saved yet can be taken up again."""
        aside = self.aside if self.sound is None else replace(self, aside=None)
        if self.saved is not None:
            aside = None
        self.__init__()  # type: ignore[misc]
        self.aside = aside

    def back(self) -> None:
        """Take up again what was put aside."""
        if self.aside is not None:
            vars(self).update(vars(self.aside))

    def change(self, spans: list[tuple[float, float]]) -> None:
        """Take segments as the user has set them; prompts follow in their order."""
        self.past.append(self.cuts)
        self.matches = None
        self.cuts = assign_in_order([Cut(a, b) for a, b in spans], self.cells)

    def set(self, cuts: list[Cut]) -> None:
        """Set the segments from this side."""
        self.past.append(self.cuts)
        self.cuts, self.matches, self.version = cuts, None, self.version + 1

    def undo(self) -> None:
        """Take the last change of the segments back."""
        if self.past:
            self.cuts, self.matches, self.version = self.past.pop(), None, self.version + 1
