"""Replies under a card whose posting is not noted yet"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "early_replies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root", sa.String(length=128), nullable=False),
        sa.Column("message_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["inbound.id"], name=op.f("fk_early_replies_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_replies")),
    )
    with op.batch_alter_table("early_replies") as batch_op:
        batch_op.create_index(batch_op.f("ix_early_replies_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_replies_root"), ["root"], unique=False)
