"""What somebody who installs the app sees in the browser: short pages, each with a next step."""

from views import elements, pages

AGAIN = "Start again"


def installed(workspace: str, link: str) -> str:
    """It worked. link: back into Slack."""
    name = elements.clean(workspace, 60) or "your workspace"
    return _page(
        f"Installed in {name}",
        "In Slack, type /influencer help. A message with the first steps is on its way to you.",
        link,
        "Open Slack",
    )


def cancelled(link: str) -> str:
    """Whoever was asked said no. link: begins anew."""
    return _page(
        "Nothing was installed",
        "The installation was cancelled at Slack. You can begin it again whenever you like.",
        link,
        AGAIN,
    )


def stale(link: str) -> str:
    """The state is not of this browser, was used, or is too old. link: begins anew."""
    return _page(
        "Please start again",
        "This installation was begun in another browser, more than 10 minutes ago, or is finished "
        "already. Nothing was changed.",
        link,
        AGAIN,
    )


def refused(link: str, reason: str) -> str:
    """Slack gave no token. reason: Slack's code."""
    return _page(
        "Slack did not accept the installation",
        f"Slack said: {elements.clean(reason, 60)}. Nothing was changed. If it happens again, tell "
        "whoever runs this bot.",
        link,
        AGAIN,
    )


def unavailable(link: str) -> str:
    """Slack or the database is out of reach."""
    return _page(
        "That did not work just now",
        "Slack or the database did not answer, so the app may not be installed yet. Start again in "
        "a minute; installing twice does no harm.",
        link,
        AGAIN,
    )


def _page(title: str, text: str, link: str, label: str) -> str:
    return pages.render("install", title=title, text=text, link=link, label=label)
