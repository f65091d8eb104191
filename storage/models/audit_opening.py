"""Lets the record of who did what be changed, in one transaction."""

from sqlmodel import Field, SQLModel

from storage.models.columns import Identifier


class AuditOpening(SQLModel, table=True):
    """There while entries of a workspace are rewritten or deleted, and gone before the commit.

    So only the transaction that opened the record sees it open; see `storage.audit_guard`.
    """

    __tablename__ = "audit_openings"

    workspace_id: int = Field(
        sa_type=Identifier, foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE"
    )
