"""What the domain asks of the outside. Each Protocol has one real adapter and stays small."""

from domain.ports.carrier import Archive, Fitting, Media, Sms
from domain.ports.charts import Charts
from domain.ports.chat import Chat
from domain.ports.chats import Chats, Installations
from domain.ports.feed import Change, Feed
from domain.ports.files import Files, Links, StoredFile
from domain.ports.health import Checks, Finding
from domain.ports.registry import Consents, Deactivations, Lookup, Take
from domain.ports.telemetry import SILENT, Telemetry
from domain.ports.time import Clock, Line, Pace

__all__ = [
    "SILENT",
    "Archive",
    "Change",
    "Charts",
    "Chat",
    "Chats",
    "Checks",
    "Clock",
    "Consents",
    "Deactivations",
    "Feed",
    "Files",
    "Finding",
    "Fitting",
    "Installations",
    "Line",
    "Links",
    "Lookup",
    "Media",
    "Pace",
    "Sms",
    "StoredFile",
    "Take",
    "Telemetry",
]
