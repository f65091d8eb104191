"""Tables in text files: CSV with any delimiter, encoding and line ends."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from sources.encodings import is_encoded_twice, legacy_encoding, once
from sources.grids import MAX_ROWS, Grid, UnreadableFile, too_many_rows

Opener = Callable[[], BinaryIO]
"""Opens a file's bytes from the start, as often as asked."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 10
_REGULAR = 0.9
_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|meta|head)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*\"|\[\s*[{\[])")


class Text(NamedTuple):
    """A text file as it will be read: its grid, and how."""

    grid: Grid
    encoding: str
    delimiter: str
    notes: tuple[str, ...]


def read_text(opener: Opener, file_name: str) -> Text:
    """Find out how a text file is written; its rows are read from disk each time.

    Raises:
        UnreadableFile: it is empty, another kind of file, damaged, or its bytes make no text.
    """
    with opener() as file:
        head = file.read(_SAMPLE)
    _refuse_other_kinds(head, file_name)
    encoding, errors, notes = _encoding(opener, head, file_name)
    sample = head.decode(encoding, "ignore")
    if not sample.strip().strip("\ufeff"):
        raise UnreadableFile(f"“{file_name}” is empty. Check that it is the right file.")
    delimiter, whole = _delimiter(sample), False
    if inner := _delimiter_inside(sample, delimiter):
        delimiter, whole = inner, True
        notes.append("Each line was one cell in quotation marks; it was split again.")
    twice = encoding.startswith("utf") and is_encoded_twice(sample)
    if twice:
        notes.append("Letters had been encoded twice (“Ã¶” for “ö”); they were put right.")
    skipped = 1 if re.match(r"\ufeff?\"?sep=.\"?[\r\n]", sample) else 0

    def rows() -> Iterator[Sequence[str]]:
        with opener() as binary, io.TextIOWrapper(binary, encoding, errors, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter)
            try:
                for _ in range(skipped):
                    next(reader)
                lines = reader if not whole else _split_again(reader, delimiter)
                yield from lines if not twice else ([once(cell) for cell in row] for row in lines)
            except csv.Error as error:
                raise UnreadableFile(
                    f"Line {reader.line_num:,} of “{file_name}” can't be split into cells: "
                    f"{error}. Probably a quotation mark before it is never closed."
                ) from error

    return Text(Grid(rows, first_row=1 + skipped), encoding, delimiter, tuple(notes))


def delimiter_name(delimiter: str) -> str:
    """A delimiter in words: "semicolons"."""
    return _DELIMITERS.get(delimiter, repr(delimiter))


def _refuse_other_kinds(head: bytes, file_name: str) -> None:
    if not head:
        raise UnreadableFile(f"“{file_name}” is empty. Check that it is the right file.")
    kind = next((name for magic, name in _KINDS if head.startswith(magic)), None)
    if kind is None and _WEB_PAGE.match(head):
        kind = "a web page"
    if kind is None and _JSON.match(head):
        kind = "JSON"
    if kind is not None:
        raise UnreadableFile(
            f"“{file_name}” is {kind}, not a table. Save the list as CSV or XLSX and send that."
        )


def _encoding(opener: Opener, head: bytes, file_name: str) -> tuple[str, str, list[str]]:
    """Encoding, what to do with errors, and a note where it is not plain UTF-8."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            _refuse_broken(opener, encoding, file_name)
            return encoding, "strict", [f"Encoding: {encoding.removesuffix('-sig').upper()}."]
    if b"\0" in head and (wide := _wide(head)):
        _refuse_broken(opener, wide, file_name)
        return wide, "strict", [f"Encoding: {wide[:6].upper()}."]
    legacy = _scan_for_utf8(opener, file_name)
    if legacy is None:
        return "utf-8", "strict", []
    good, bad = legacy
    if good > bad * _MOSTLY:
        return "utf-8", "replace", [f"{bad:,} characters are damaged and show as “\ufffd”."]
    encoding = legacy_encoding(opener)
    note = f"Encoding: {encoding}. If names look wrong, save the file as UTF-8."
    return encoding, "replace", [note]


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark at its start: every other byte of Latin text is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 8 or min(even, odd) > len(head) / 50:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _refuse_broken(opener: Opener, encoding: str, file_name: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opener() as file:
        try:
            while chunk := file.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    raise _nul_bytes(file_name)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"“{file_name}” starts as {encoding.removesuffix('-sig').upper()} but is damaged "
                "further on. Save it as CSV in UTF-8 and send it again."
            ) from error


def _scan_for_utf8(opener: Opener, file_name: str) -> tuple[int, int] | None:
    """None for good UTF-8; else how many characters beyond ASCII are good, and how many bad."""
    strict = codecs.getincrementaldecoder("utf-8")()
    lenient = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    clean, lines, quoted = True, 0, False
    with opener() as file:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise _nul_bytes(file_name)
            quoted = quoted or b'"' in chunk  # a cell in quotes may hold line ends
            lines += chunk.count(b"\n")
            if lines > MAX_ROWS and not quoted:
                raise too_many_rows(MAX_ROWS)
            if clean:
                try:
                    strict.decode(chunk)
                except UnicodeDecodeError:
                    clean = False
            if not chunk.isascii():
                text = lenient.decode(chunk)
                bad += text.count("\ufffd")
                good += sum(not character.isascii() for character in text) if bad else 0
    return None if clean and not _unfinished(strict) else (good - bad, bad)


def _unfinished(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    return False


def _nul_bytes(file_name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{file_name}” holds NUL bytes: it is damaged or no text. "
        "Export it again as CSV in UTF-8 or as XLSX."
    )


def _delimiter(sample: str) -> str:
    """The delimiter that splits most rows into the same number of cells, more than one."""
    if found := re.match(r"\ufeff?\"?sep=(.)\"?[\r\n]", sample):
        return found[1]
    lines = sample.splitlines(keepends=True)
    lines = lines[:-1] if len(lines) > 2 else lines
    return max(_DELIMITERS, key=lambda delimiter: _regularity(lines, delimiter))


def _delimiter_inside(sample: str, delimiter: str) -> str | None:
    """The delimiter inside the only cell of each line, where whole lines stand in quotes."""
    rows = [row for row in csv.reader(sample.splitlines()[:200], delimiter=delimiter) if any(row)]
    if any(len(row) > 1 for row in rows) or '"' not in sample:
        return None
    lines = [row[0] for row in rows]
    found = max(_DELIMITERS, key=lambda each: _regularity(lines, each))
    regular, width = _regularity(lines, found)
    return found if regular >= _REGULAR and width > 1 else None


def _split_again(rows: Iterable[Sequence[str]], delimiter: str) -> Iterator[Sequence[str]]:
    for row in rows:
        yield next(csv.reader(row[:1], delimiter=delimiter), [])


def _regularity(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row))
    except csv.Error:
        return 0.0, 0
    several = Counter({width: count for width, count in widths.items() if width > 1})
    if not several:
        return 0.0, 0
    width, count = several.most_common(1)[0]
    return round(count / widths.total(), 1), width
