"""Media of strangers, until they are deleted at the vendor"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "unkept_media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("source_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("forget_due_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unkept_media")),
    )
    with op.batch_alter_table("unkept_media") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unkept_media_forget_due_at"), ["forget_due_at"], unique=False
        )
