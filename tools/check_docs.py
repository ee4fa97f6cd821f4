"""Do the links between our documents lead somewhere, and does docs/operators.md name every setting?

Links to files, folders, headings and pictures are followed; outside addresses are not.

python -m tools.check_docs
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def documents(root: Path) -> list[Path]:
    """The Markdown files at the top and in docs/ and fixtures/."""
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("fixtures/**/*.md")])


def anchors(document: Path) -> set[str]:
    """The names under which a document's headings can be linked, in the way that Git hosts build them."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    names: set[str] = set()
    for heading in HEADING.findall(text):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 1
        while name in names:
            name = f"{name.removesuffix(f'-{number - 1}')}-{number}"
            number += 1
        names.add(name)
    return names


def broken_links(root: Path) -> Iterator[str]:
    """One line for each link whose target does not exist."""
    for document in documents(root):
        text = FENCED.sub(lambda block: "\n" * block.group().count("\n"), document.read_text(encoding="utf-8"))
        for match in LINK.finditer(text):
            target, _, anchor = match.group(1).partition("#")
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            where = f"{document.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}"
            file = (document.parent / target).resolve() if target else document
            if not file.exists():
                yield f"{where}: {target} does not exist"
            elif not file.is_relative_to(root.resolve()):
                yield f"{where}: {target} is outside the repository"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                yield f"{where}: {target or document.name} has no heading #{anchor}"


def setting_differences(root: Path) -> Iterator[str]:
    """One line for each setting that is read but not documented, or documented but not read."""
    settings = (root / "backend" / "config" / "settings.py").read_text(encoding="utf-8")
    operators = (root / "docs" / "operators.md").read_text(encoding="utf-8")
    read = set(re.findall(r"[\"'](RUFBUS_\w+)[\"']", settings))
    documented = set(re.findall(r"^\| `(RUFBUS_\w+)` \|", operators, re.MULTILINE))
    yield from (f"docs/operators.md does not explain {name}" for name in sorted(read - documented))
    yield from (f"docs/operators.md explains {name}, which no setting reads" for name in sorted(documented - read))


def main() -> int:
    broken = [*broken_links(ROOT), *setting_differences(ROOT)]
    for line in broken:
        print(line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
