"""Installations by OAuth: whose token serves a workspace, new tokens, removal."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, literal_column, update
from sqlmodel import Session, col, select

from storage import audit, deliveries, jobs, tenancy, windows, workspaces
from storage.database import Database
from storage.models import Installation, UsedState, Workspace
from storage.sealing import CannotUnseal, Keys
from storage.transaction import Transaction

BOT, REFRESH = "bot token", "refresh token"


class NotInstalled(Exception):
    """The app is not installed in this workspace, or no more."""


class NoToken(Exception):
    """There is no token to call Slack with. gone: for good, not just at this moment."""

    def __init__(self, why: str, *, gone: bool) -> None:
        super().__init__(why)
        self.gone = gone


@dataclass(frozen=True, repr=False)
class Tokens:
    """What Slack gives at an installation and at each renewal; never shown, so it has no repr.

    expires_at: None = never.
    """

    bot: str
    refresh: str = ""
    expires_at: dt.datetime | None = None


@dataclass(frozen=True)
class Grant:
    """Who installed the app where. team_id: "" for a whole organisation."""

    enterprise_id: str
    team_id: str
    name: str
    url: str
    bot_user_id: str
    bot_id: str
    app_id: str
    installer: str
    scopes: str


@dataclass(frozen=True)
class Overview:
    """Workspaces with the app, those to which Slack gives no new token, when others removed it."""

    installed: int
    lost: list[str]
    removed_at: list[dt.datetime]


def overview(session: Session) -> Overview:
    """How all workspaces stand, for whoever runs the bot."""
    found: list[tuple[Workspace, Installation | None]] = []
    for number in windows.every_workspace(session):
        with tenancy.within(session, number):
            found += session.exec(
                select(Workspace, Installation)
                .outerjoin(Installation, col(Installation.workspace_id) == col(Workspace.id))
                .where(col(Workspace.id) == number, col(Workspace.purging_at).is_(None))
            ).all()
    living = [(one, installation) for one, installation in found if one.removed_at is None]
    return Overview(
        sum(installation is not None for _, installation in living),
        [one.name or one.team_id for one, kept in living if kept is not None and kept.lost],
        [one.removed_at for one, _ in found if one.removed_at is not None],
    )


def use_state(database: Database, digest: str, expires_at: dt.datetime) -> bool:
    """Use an OAuth state up; False when it was used before, whoever is quicker."""
    with database.everywhere() as session:
        session.execute(delete(UsedState).where(col(UsedState.expires_at) < database.now()))
        values = {"digest": digest, "expires_at": expires_at}
        statement = deliveries.insert_or_nothing(UsedState, values, on_sqlite=database.is_sqlite)
        return session.execute(statement.returning(literal_column("1"))).first() is not None


def install(database: Database, grant: Grant, tokens: Tokens) -> Workspace:
    """Take over an installation, the first one or another; what was there before is back."""
    facts = {
        "name": grant.name,
        "url": grant.url,
        "bot_user_id": grant.bot_user_id,
        "bot_id": grant.bot_id,
        "app_id": grant.app_id,
        "installer_slack_id": grant.installer,
    }
    while True:
        found = workspaces.ensure(database, grant.enterprise_id, grant.team_id)
        with database.writing(found.id or 0, grant.installer) as tx:
            workspace = workspaces.lock_if_there(tx)
            if workspace is None or workspace.purging_at is not None:
                continue  # its data is being deleted: this is a new one
            was_removed, workspace.removed_at = workspace.removed_at, None
            for name, value in facts.items():
                setattr(workspace, name, value)
            tx.session.add(workspace)
            number = _store(tx, workspace, grant, tokens)
            audit.record(
                tx,
                "install",
                "workspace",
                tx.workspace_id,
                before={"removed_at": was_removed.isoformat() if was_removed else None},
                after={"scopes": grant.scopes, "number": number},
            )
            if grant.team_id:
                jobs.add(tx, "people.learn_all", f"people.learn_all:install:{number}")
        return workspace


def workspace_for(database: Database, enterprise_id: str, team_id: str) -> Workspace:
    """The workspace that sent something; made where its whole organisation has the app.

    Raises:
        NotInstalled: neither it nor its organisation has the app.
    """
    with database.looking() as session:
        known = workspaces.find(session, enterprise_id, team_id)
        if known is not None and known.removed_at is None:
            return known
        org = of_organisation(session, enterprise_id, None)
        organisation = workspaces.find(session, enterprise_id, "") if org is not None else None
    if organisation is None or not team_id:
        raise NotInstalled(team_id or enterprise_id)
    workspace = workspaces.ensure(
        database,
        enterprise_id,
        team_id,
        removed_at=None,
        bot_user_id=organisation.bot_user_id,
        bot_id=organisation.bot_id,
        app_id=organisation.app_id,
    )
    with database.writing(workspace.id or 0) as tx:
        jobs.add(tx, "people.learn_all", f"people.learn_all:org:{tx.now.isoformat()}")
        # what comes may be late, from a workspace that the organisation took the app away from
        jobs.add(tx, "install.check_access", f"install.check_access:seen:{tx.now.isoformat()}")
    return workspace


def serving(tx: Transaction, workspace: Workspace) -> Installation | None:
    """The installation whose token serves this workspace: its own, or its organisation's."""
    own = tx.session.get(Installation, tx.workspace_id)
    if own is not None and own.bot_token:
        return own
    return of_organisation(tx.session, workspace.enterprise_id, tx.workspace_id) or own


def of_organisation(
    session: Session, enterprise_id: str, back_to: int | None
) -> Installation | None:
    """The installation of a whole organisation, which serves any workspace of it.

    back_to: the workspace that the transaction is in, None = in none.
    """
    if not enterprise_id:
        return None
    known = windows.directory.c
    number = session.exec(
        select(known.id).where(
            known.enterprise_id == enterprise_id, known.team_id == "", known.removed_at.is_(None)
        )
    ).one_or_none()
    if number is None:
        return None
    with tenancy.within(session, number, back_to):
        return session.exec(
            select(Installation).where(
                Installation.workspace_id == number, col(Installation.bot_token) != ""
            )
        ).one_or_none()


def unseal(keys: Keys, installation: Installation, kind: str) -> str:
    """One of its tokens, in the clear.

    Raises:
        NoToken: it has none, or the key for it is not there.
    """
    stored = installation.bot_token if kind == BOT else installation.refresh_token
    if not stored:
        raise NoToken(f"there is no {kind}", gone=True)
    try:
        return keys.unseal(stored, installation.workspace_id, kind)
    except CannotUnseal as error:
        raise NoToken(str(error), gone=False) from None


def seen(tx: Transaction) -> tuple[int, int] | None:
    """Which installation serves this workspace now: to be shown again to `remove`."""
    found = serving(tx, workspaces.get(tx))
    return (found.workspace_id, found.number) if found is not None else None


def is_lost(tx: Transaction) -> bool:
    """Whether Slack gives no new tokens though the app may well be wanted."""
    found = serving(tx, workspaces.get(tx))
    return found is not None and found.lost is not None


def remove(tx: Transaction, known: tuple[int, int] | None) -> bool:
    """The app was removed, as was found out about the installation `known` (see `seen`).

    Jobs and messages of the workspace stop, and its tokens are deleted. Says False, and does
    nothing, when the app was installed again meanwhile.
    """
    workspace = workspaces.lock(tx)
    if seen(tx) != known:
        return False
    installation = serving(tx, workspace)
    if installation is not None:
        with tenancy.within(tx.session, installation.workspace_id, tx.workspace_id):
            installation.bot_token = installation.refresh_token = ""
            installation.expires_at = installation.leased_until = None
            tx.session.add(installation)
        if installation.whole_org:
            _mark_organisation(tx, workspace.enterprise_id)
    workspaces.mark_removed(tx)
    return True


def _mark_organisation(tx: Transaction, enterprise_id: str) -> None:
    """Its token served all its workspaces but those with one of their own."""
    known = windows.directory.c
    served = tx.session.exec(
        select(known.id)
        .where(known.enterprise_id == enterprise_id, known.removed_at.is_(None))
        .order_by(known.id)
    ).all()
    for number in served:
        own = select(Installation.workspace_id).where(
            Installation.workspace_id == number, Installation.bot_token != ""
        )
        with tenancy.within(tx.session, number, tx.workspace_id):
            tx.session.execute(
                update(Workspace)
                .where(
                    col(Workspace.id) == number,
                    col(Workspace.removed_at).is_(None),
                    col(Workspace.id).not_in(own),
                )
                .values(removed_at=tx.now)
            )


def _store(tx: Transaction, workspace: Workspace, grant: Grant, tokens: Tokens) -> int:
    before = tx.session.get(Installation, tx.workspace_id)
    number = before.number + 1 if before is not None else 1
    installation = before or Installation(workspace_id=tx.workspace_id, installed_at=tx.now)
    installation.number = number
    installation.whole_org = not grant.team_id
    installation.bot_token = tx.keys.seal(tokens.bot, tx.workspace_id, BOT)
    installation.refresh_token = sealed_refresh(tx.keys, tokens.refresh, tx.workspace_id)
    installation.expires_at = tokens.expires_at
    installation.scopes = grant.scopes
    installation.installed_at = tx.now
    installation.leased_until = installation.lost = None
    tx.session.add(installation)
    tx.session.flush()
    return number


def sealed_refresh(keys: Keys, refresh: str, workspace_id: int) -> str:
    """A refresh token as it is stored, "" where Slack gave none."""
    return keys.seal(refresh, workspace_id, REFRESH) if refresh else ""
