"""What somebody has written in an e-mail: without quotes and signature, and whether a person wrote it at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser

LONGEST_LETTER = 1_000_000  # bytes that are read; what people write is at the top
LONGEST_TEXT = 4000
_BREAKS = frozenset(["p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "table", "ul", "ol", "hr"])
_HIDDEN = frozenset(["head", "style", "script", "title"])
_SIGNATURE = re.compile(r"^-- ?$")
# Lines above a quote, as mail programs write them in German and English.
_QUOTE_BEGINS = re.compile(
    r"^(?:-{2,} ?(?:Original|Urspr|Weitergeleitet|Forwarded)|_{10,}$|(?:Am|On) .{4,200}(?:schrieb|wrote)\b.{0,200}:\s*$"
    r"|(?:Von|From): .+|Gesendet: .+|(?:Von meinem|Sent from my) .{2,60}$|Diese Nachricht wurde von meinem .{2,80}$)",
    re.IGNORECASE,
)
_QUOTE_WRAPPED = re.compile(r"^(?:Am|On) .{4,200}$", re.IGNORECASE)
_WROTE = re.compile(r"(?:schrieb|wrote)\b.{0,120}:\s*$", re.IGNORECASE)
_ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|noreply|do-?not-?reply|bounce[s]?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as far as it matters. `answers` are the ids of the messages that it answers."""

    sender: str
    text: str
    subject: str
    message_id: str
    answers: tuple[str, ...]
    is_by_machine: bool


def read_letter(raw: bytes) -> Letter:
    """Read a letter; whatever stands in it, something comes back."""
    message = BytesParser(policy=policy.default).parsebytes(raw[:LONGEST_LETTER])
    assert isinstance(message, EmailMessage)
    addresses = getaddresses([_header(message, "From")])
    sender = addresses[0][1].strip().lower() if len(addresses) == 1 else ""
    ids = re.findall(r"<[^<>\s]{3,190}>", f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}")
    own_id = re.search(r"<[^<>\s]{3,190}>", _header(message, "Message-ID"))
    return Letter(
        sender=sender,
        text=without_quotes(_text_of(message))[:LONGEST_TEXT],
        subject=" ".join(_header(message, "Subject").split())[:200],
        message_id=own_id[0] if own_id else hashlib.sha256(raw).hexdigest(),
        answers=tuple(dict.fromkeys(reversed(ids)))[:50],
        is_by_machine=is_by_machine(message, sender),
    )


def is_by_machine(message: EmailMessage, sender: str) -> bool:
    """Whether a program sent it (RFC 3834): answering it could go on for ever."""
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    marks = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Loop")
    if any(_header(message, name) for name in marks):
        return True
    if _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return True
    return not sender or _ROBOTS.match(sender) is not None


def without_quotes(text: str) -> str:
    """What was written newly: before the quoted letter and the signature, and between quoted lines."""
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines):
        bare = line.strip()
        after = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if _SIGNATURE.match(line) or _QUOTE_BEGINS.match(bare):
            break
        if _QUOTE_WRAPPED.match(bare) and _WROTE.search(f"{bare} {after}"):
            break
        if not bare.startswith(">"):
            kept.append(bare)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that cannot be read is none."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""


def _text_of(message: EmailMessage) -> str:
    """The plain text, or else what the HTML says."""
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        if not isinstance(body, EmailMessage):
            return ""
        content = body.get_content()
        kind = body.get_content_type()
    except (KeyError, LookupError, ValueError, AttributeError, TypeError):  # a broken part, an unknown character set
        return ""
    text = str(content)
    return _words_of(text) if kind == "text/html" else text


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.found.append("\n")
        if tag in _HIDDEN:
            self.hidden += 1
        if tag == "blockquote":
            self.quoted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.found.append("\n")
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        if tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.quoted:
            self.found.append(re.sub(r"\s+", " ", data))


def _words_of(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return re.sub(r"\n\s*\n\s*", "\n\n", "".join(words.found))
