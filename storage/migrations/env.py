"""How Alembic reaches the database: over the connection that `storage.migrate` hands it."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401  fills SQLModel.metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
