"""Whose home tab in Slack is to be published, and by when"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slack_user_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("slack_user_print", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homes")),
        sa.UniqueConstraint("slack_user_print", name=op.f("uq_homes_slack_user_print")),
    )
    with op.batch_alter_table("homes") as batch_op:
        batch_op.create_index(batch_op.f("ix_homes_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_homes_lease_until"), ["lease_until"], unique=False)
