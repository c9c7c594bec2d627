"""What residents of the demo's community said in its year. Written by hand; nobody is real."""

from linshuo.demo.matters.hard import HARD
from linshuo.demo.matters.homes import HOMES
from linshuo.demo.matters.jottings import JOINED, NOTED, UNDECIDED
from linshuo.demo.matters.live import LIVE_MATTERS
from linshuo.demo.matters.neighbours import NEIGHBOURS
from linshuo.demo.matters.row import Jotting, Matter
from linshuo.demo.matters.streets import STREETS
from linshuo.demo.matters.turned import TURNED

MATTERS: tuple[Matter, ...] = (*HARD, *HOMES, *STREETS, *NEIGHBOURS, *TURNED, *LIVE_MATTERS)

__all__ = ["JOINED", "MATTERS", "NOTED", "UNDECIDED", "Jotting", "Matter"]
