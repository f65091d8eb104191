"""Who may do what: owners, managers, full members, and those who may do nothing.

A brand that is limited to named people is seen by those and by nobody else, owners included;
owners and managers do the naming, and the audit record keeps who named whom.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Protocol

IS_A_BOT = "Bots and apps can't use this."
IS_A_GUEST = "Guests can't use this. A full member of the workspace can do it for you."
IS_A_STRANGER = "People of other organisations can't use this."
IS_DEACTIVATED = "This account is deactivated."
NOT_KNOWN_YET = "I am still asking Slack who you are. Please try again in a moment."
FOR_MANAGERS = "That is for owners and managers."
FOR_OWNERS = "That is for owners."


class Role(StrEnum):
    """What a person is beyond a full member."""

    OWNER = "owner"
    MANAGER = "manager"


class Account(Protocol):
    """What decides a person's rights; `refreshed_at` None: Slack was not asked yet."""

    slack_user_id: str
    is_bot: bool
    is_guest: bool
    is_stranger: bool
    is_deleted: bool
    role: str | None

    @property
    def refreshed_at(self) -> object | None:
        """When Slack was last asked who this is."""


def why_barred(account: Account, *, as_client: bool = False) -> str | None:
    """The sentence for somebody who may do nothing here, None for everybody else.

    as_client: on cards of a client on which they are named, where people from outside may.
    """
    reasons: tuple[tuple[bool, str], ...] = (
        (account.is_bot, IS_A_BOT),
        (account.is_stranger and not as_client, IS_A_STRANGER),
        (account.is_guest and not as_client, IS_A_GUEST),
        (account.is_deleted, IS_DEACTIVATED),
    )
    for applies, sentence in reasons:
        if applies:
            return sentence
    return None


def why_not_member(account: Account) -> str | None:
    """The sentence for somebody who is not known to be a full member, None for those who are."""
    return why_barred(account) or (NOT_KNOWN_YET if account.refreshed_at is None else None)


def is_stranger(user: Mapping[str, Any], team_id: str, enterprise_id: str) -> bool:
    """Whether Slack's user object is of somebody of another organisation.

    Slack's own mark, `is_stranger`, is not set for people who share a channel with the app: they
    are told by their team. Teams of one organisation (Enterprise Grid) are no strangers to each
    other. team_id: "" where the app is there for a whole organisation, enterprise_id: "" for none.
    """
    if user.get("is_stranger"):
        return True
    org = user.get("enterprise_user") or {}
    theirs = {user.get("team_id"), org.get("enterprise_id"), *(org.get("teams") or ())} - {None, ""}
    return bool(theirs) and not theirs & ({team_id, enterprise_id} - {""})


def manages(account: Account) -> bool:
    """Whether a person may import, export, set up digests and change settings."""
    return why_not_member(account) is None and account.role in (Role.OWNER, Role.MANAGER)


def owns(account: Account) -> bool:
    """Whether a person may name owners."""
    return manages(account) and account.role == Role.OWNER


def why_not_manager(account: Account, owners: Collection[str] = ()) -> str | None:
    """The sentence for somebody who may not manage, None for owners and managers.

    owners: names of the people to ask.
    """
    return _why_not(manages(account), account, FOR_MANAGERS, owners)


def why_not_owner(account: Account, owners: Collection[str] = ()) -> str | None:
    """The sentence for somebody who is not an owner, None for owners."""
    return _why_not(owns(account), account, FOR_OWNERS, owners)


def _why_not(allowed: bool, account: Account, sentence: str, owners: Collection[str]) -> str | None:
    if allowed:
        return None
    barred = why_not_member(account)
    if barred is not None:
        return barred
    return f"{sentence} You can ask {_either(sorted(owners)[:3])}." if owners else sentence


def _either(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def owner_ids(
    configured: Collection[str],
    installer: str | None,
    chosen: Collection[str],
    slack_admins: Collection[str],
    gone: Collection[str] = (),
) -> frozenset[str]:
    """Slack ids of the owners.

    Args:
        configured: the setting OWNERS; these are always owners.
        installer: who installed the app, where that is known: counts while nobody is named.
        chosen: named by an owner in the settings.
        slack_admins: the workspace's own owners and admins: they count while there is nobody else.
        gone: who can own nothing any more, as deactivated people; where they were the last, whoever
            comes next counts, so that a workspace is never without an owner.
    """
    named = frozenset(configured) | frozenset(chosen)
    installed = frozenset({installer}) if installer else frozenset()
    in_turn = (named, installed, frozenset(slack_admins))
    return next((owners for owners in in_turn if owners - frozenset(gone)), named)


def role_of(slack_user_id: str, owners: Collection[str], managers: Collection[str]) -> Role | None:
    """The role of a person, given the Slack ids of owners and managers."""
    if slack_user_id in owners:
        return Role.OWNER
    return Role.MANAGER if slack_user_id in managers else None
