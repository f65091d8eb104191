"""Imports of results in messages: progress, report, undone."""

from domain.importing import ImportReport
from domain.result_report import ResultsReport
from domain.wording import counted
from views import elements
from views.file_waits import file_waits
from views.message import Blocks, Message
from views.result_columns import details

WHAT_PEOPLE_LOGGED = "What was on the record before, and what people logged, stays."


def please_review(import_id: int, file_name: str, *, matched: bool) -> Message:
    """The file is read, or its rows are looked up, and its modal was closed."""
    done = "I know which partnerships it is about" if matched else "It looks like results of posts"
    done += ". Nothing is stored before you have confirmed it."
    return file_waits(import_id, file_name, done, "Review the results")


def progress(import_id: int, file_name: str, state: str, report: ImportReport) -> Message:
    """An import of results at work, or what came of it."""
    name = elements.escape(file_name, 100)
    if state == "published" and report.results is not None:
        return _report(import_id, file_name, report.results)
    if state == "undone":
        text = f"*{name} is undone.* {taken_back(report)}"
        return Message(text=text.replace("*", ""), blocks=[elements.section(text)])
    if state in ("failed", "cancelled", "clearing"):
        why = elements.escape(report.failed or "It was cancelled.", 600)
        text = f"I could not import the results in {name}. {why} Nothing was stored."
    else:
        text = f"Storing the results in {name}. Nobody sees any of it yet."
    return Message(text=text, blocks=[elements.section(text)])


def counts(report: ResultsReport) -> str:
    """The counts of a report in one line."""
    already = f", {report.already:,} on the record already" if report.already else ""
    stored = counted(report.readings, "dated result")
    return (
        f"{report.attached:,} of {counted(report.rows, 'row')} attached to "
        f"{counted(report.partnerships, 'partnership')}: {stored} stored{already}. "
        f"{report.left:,} not attached, {report.refused:,} refused."
    )


def taken_back(report: ImportReport) -> str:
    """What undoing took away."""
    undo = report.undo
    results, posts = (undo.results, undo.posts) if undo else (0, 0)
    more = f" and {counted(posts, 'post')}" if posts else ""
    return f"{counted(results, 'dated result')}{more} removed; what was on the record before stays."


def _report(import_id: int, file_name: str, report: ResultsReport) -> Message:
    name = elements.escape(file_name, 100)
    lead = f"*The results in {name} are in.* {counts(report)}"
    how = ["Figures of single days were added up to totals to date."] if report.per_day else []
    if report.posts:
        how.append(f"{counted(report.posts, 'post')} added to partnerships.")
    if report.corrections:
        how.append(
            f"{counted(report.corrections, 'result')} correct earlier figures, which stay on the "
            "record."
        )
    if report.left + report.refused:
        how.append(f"`influencer-bot imports --skipped {import_id}` lists all rows left out.")
    blocks: Blocks = [elements.section(lead)]
    blocks += [elements.section(text) for text in details(report) if text]
    if how:
        blocks.append(elements.context(" ".join(how)))
    shown = elements.clean(file_name, 60)
    blocks.append(elements.actions(
        elements.button(
            "Undo",
            f"import_undo:{import_id}",
            str(import_id),
            label=f"Undo the import of {shown}",
            confirm=elements.confirm(
                "Undo this import?",
                f"The results that {shown} brought go. {WHAT_PEOPLE_LOGGED}",
                "Undo it",
                "Keep it",
                style="danger",
            ),
        )
    ))  # fmt: skip
    return Message(text=f"The results in {name} are in. {counts(report)}", blocks=blocks)
