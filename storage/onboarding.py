"""How far a new workspace has come."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from storage.models import Creator, SavedSearch, Shortlist
from storage.transaction import Transaction


def steps_taken(tx: Transaction) -> tuple[bool, bool, bool]:
    """Whether there are creators, whether anybody searched, whether anything was shortlisted."""
    return _any(tx, Creator), _any(tx, SavedSearch), _any(tx, Shortlist)


def _any(tx: Transaction, model: Any) -> bool:
    query = select(col(model.id)).where(col(model.workspace_id) == tx.workspace_id).limit(1)
    return tx.session.execute(query).first() is not None
