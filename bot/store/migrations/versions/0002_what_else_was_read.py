"""Plausible categories, tissue and notices of a reading"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("assessments") as batch_op:
        for name in ("plausible", "tissue", "notices"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=True))
