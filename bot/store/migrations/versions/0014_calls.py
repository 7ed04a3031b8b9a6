"""Phone calls, and what became of each"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("end_by", sa.DateTime(), nullable=True),
        sa.Column("again_at", sa.DateTime(), nullable=True),
        sa.Column("took_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["outbox.id"], name=op.f("fk_calls_id")),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_calls_escalation_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calls_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls") as batch_op:
        for column in ("escalation_id", "end_by", "again_at"):
            batch_op.create_index(batch_op.f(f"ix_calls_{column}"), [column], unique=False)
