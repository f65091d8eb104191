"""Imports in messages: progress, report, undone, and the list of all."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks.elements import Element

from domain.importing import SHOWN_NAMES, WHAT_STAYS, ImportReport, UndoReport
from views import elements
from views.file_waits import file_waits
from views.message import Blocks, Message
from views.result_imports import WHAT_PEOPLE_LOGGED, taken_back
from views.result_imports import counts as result_counts

_EXAMPLES = 10
STATES = {
    "reading": "being read",
    "review": "waits for its columns to be confirmed",
    "queued": "waits for its turn",
    "storing": "being stored",
    "published": "in use",
    "clearing": "being cleared away",
    "failed": "failed",
    "cancelled": "cancelled",
    "undoing": "being undone",
    "undone": "undone",
}


@dataclass(frozen=True)
class ImportLine:
    """One import. who: "" = the command line. at: when it was published or begun."""

    import_id: int
    file_name: str
    list_name: str
    who: str
    at: dt.datetime
    state: str
    report: ImportReport
    as_of: dt.date | None = None


def please_review(import_id: int, file_name: str) -> Message:
    """The file is read and its modal was closed."""
    done = "Nothing is stored before you have confirmed its columns."
    return file_waits(import_id, file_name, done, "Review the columns")


def not_read(file_name: str, sentence: str) -> Message:
    """The file can't be understood."""
    name, why = elements.escape(file_name, 100), elements.escape(sentence, 600)
    text = f"I could not read {name}. {why} Nothing was stored."
    return Message(text=text, blocks=[elements.section(text)])


def progress(line: ImportLine) -> Message:
    """An import at work; one message, redrawn at each quarter and at the end."""
    if line.state == "published":
        return report(line)
    if line.state in ("failed", "cancelled", "clearing"):
        return not_read(line.file_name, line.report.failed or "It was cancelled.")
    if line.state == "undone":
        return undone(line)
    name = elements.escape(line.file_name, 100)
    done = f"{line.report.share:.0%} of {line.report.total:,} rows" if line.report.total else ""
    text = f"Storing {name}: {done or 'about to begin'}. Nobody sees any of it yet."
    return Message(text=text, blocks=[elements.section(text)])


def report(line: ImportLine) -> Message:
    """What came of an import."""
    counts, name = line.report, elements.escape(line.file_name, 100)
    lead = f"*{name} is in.* {_counts(counts)}"
    blocks: Blocks = [elements.section(lead), elements.section(_rows(line))]
    blocks += [elements.section(text) for text in (_skipped(line), _differences(counts),
                                                   _unread(counts)) if text]  # fmt: skip
    blocks.append(elements.actions(
        elements.button("Find in this list", f"import_find:{line.import_id}", str(line.import_id),
                        style="primary",
                        label=f"Find in the list {elements.clean(line.list_name, 50)}"),
        _undo_button(line),
    ))  # fmt: skip
    return Message(text=f"{name} is in. {_counts(counts)}", blocks=blocks)


def undone(line: ImportLine) -> Message:
    """What undoing an import took away."""
    undo = line.report.undo or UndoReport()
    name = elements.escape(line.file_name, 100)
    lead = (
        f"*{name} is undone.* {_many(undo.removed, 'creator')} removed, "
        f"{_many(undo.restored, 'profile')} as before."
    )
    return Message(
        text=lead.replace("*", ""),
        blocks=[
            elements.section(lead),
            *([elements.section(_stayed(undo))] if undo.stayed else []),
        ],
    )


def overview(lines: Sequence[ImportLine], *, may_undo: bool) -> Message:
    """`/influencer imports`."""
    if not lines:
        text = "Nothing was imported yet. `/influencer import` brings creators in."
        return Message(text=text, blocks=[elements.section(text)])
    blocks: Blocks = [elements.header("Imports")]
    for line in lines:
        undoable = may_undo and line.state == "published"
        blocks.append(
            elements.section(_line(line), accessory=_undo_button(line) if undoable else None)
        )
    texts = [f"{elements.escape(line.file_name, 60)}: {STATES[line.state]}" for line in lines]
    return Message(text="Imports\n" + "\n".join(texts), blocks=blocks)


def undo_started(file_name: str) -> Message:
    """Somebody pressed Undo."""
    text = f"Undoing {elements.escape(file_name, 100)}. I tell you when it is done."
    return Message(text=text, blocks=[elements.section(text)])


def _line(line: ImportLine) -> str:
    who = elements.escape(line.who, 60) or "The command line"
    counts = ""
    if line.state in ("published", "undoing"):
        list_name = elements.escape(line.list_name, 80)
        counts = f"\n{_counts(line.report)}{f' List: {list_name}' if list_name else ''}"
    elif line.state == "undone" and line.report.undo:
        undo = line.report.undo
        if line.report.results is not None:
            return f"{_name(line)}\n{who}, {elements.moment(line.at)}\n{taken_back(line.report)}"
        counts = f"\n{undo.removed:,} removed, {undo.restored:,} as before, {undo.stayed:,} stayed"
    elif line.report.failed:
        counts = f"\n{elements.escape(line.report.failed, 200)}"
    return f"{_name(line)}\n{who}, {elements.moment(line.at)}{counts}"


def _name(line: ImportLine) -> str:
    return f"*{elements.escape(line.file_name, 80)}* ({STATES[line.state]})"


def _counts(report: ImportReport) -> str:
    if report.results is not None:
        return result_counts(report.results)
    older = f"{report.older:,} older and kept for growth only, " if report.older else ""
    return (
        f"{report.created:,} new, {report.changed:,} updated, "
        f"{report.seen:,} already known, {older}{report.skipped:,} skipped.{left_out(report)}"
    )


def left_out(report: ImportReport) -> str:
    """How many were left out because they asked to be forgotten; who that is is not said."""
    if not report.forgotten:
        return ""
    return f" {_many(report.forgotten, 'account')} left out: your team has removed these creators."


def _rows(line: ImportLine) -> str:
    merged = line.report.merged
    date = f"Figures of {elements.day(line.as_of)}" if line.as_of else "Figures without a date"
    if any("date column" in note for note in line.report.notes):
        date = "Figures dated row by row"
    together = f"; {_many(merged, 'row')} went into other rows' creators" if merged else ""
    return (
        f"{_many(line.report.rows, 'row')} read{together}. {date}. "
        f"List: *{elements.escape(line.list_name, 80)}*"
    )


def _skipped(line: ImportLine) -> str:
    report = line.report
    if not report.skipped:
        return ""
    lines = [
        f"• Row {row.row:,} {elements.escape(row.reason, 120)}"
        for row in report.skipped_rows[:_EXAMPLES]
    ]
    more = report.skipped - len(lines)
    rest = (
        f"\n… and {more:,} more; `influencer-bot imports --skipped {line.import_id}` lists them"
        if more
        else ""
    )
    return f"*Skipped, {_many(report.skipped, 'row')}:*\n" + "\n".join(lines) + rest


def _differences(report: ImportReport) -> str:
    if not report.contradictions:
        return ""
    lines = [
        f"• {elements.escape(one.handle, 60)}, {elements.escape(one.field, 40)}: kept "
        f"{elements.escape(one.kept, 40)}, not {elements.escape(one.other, 40)}"
        for one in report.differences[:3]
    ]
    return f"*Contradictions, {report.contradictions:,}, for example:*\n" + "\n".join(lines)


def _unread(report: ImportReport) -> str:
    if not report.unread:
        return ""
    lines = [
        f"• {elements.escape(one.header, 60)}: {_many(one.count, 'cell')}, "
        f"{elements.escape(one.example, 100)}"
        for one in report.unread[:5]
    ]
    return "*Cells that I could not read, kept as they are written:*\n" + "\n".join(lines)


def _stayed(undo: UndoReport) -> str:
    said = undo.said(SHOWN_NAMES)
    lines = [
        f"• {elements.escape(name, 60)}" + (f": {elements.escape(why, 100)}" if why else "")
        for name, why in said
    ]
    if undo.stayed > len(said):
        lines.append(f"and {undo.stayed - len(said):,} more")
    return f"*{_many(undo.stayed, 'creator')} stay:*\n" + "\n".join(lines)


def _undo_button(line: ImportLine) -> Element:
    name = elements.clean(line.file_name, 60)
    return elements.button(
        "Undo",
        f"import_undo:{line.import_id}",
        str(line.import_id),
        label=f"Undo the import of {name}",
        confirm=elements.confirm(
            "Undo this import?",
            f"What {name} brought goes, and what it changed comes back. "
            f"{WHAT_PEOPLE_LOGGED if line.report.results else WHAT_STAYS}",
            "Undo it",
            "Keep it",
            style="danger",
        ),
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
