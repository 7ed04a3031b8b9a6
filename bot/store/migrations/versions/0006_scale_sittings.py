"""Scales asked question by question, their answers and totals"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_POINTS_TO = {
    "case_id": "cases",
    "offer_id": "outbox",
    "patient_id": "patients",
    "staff_id": "staff",
    "thread_id": "threads",
}


def upgrade() -> None:
    op.create_table(
        "scale_sittings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("scale", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("meaning", sa.String(length=32), nullable=True),
        sa.Column("chart_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("chart_due_at", sa.DateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_scale_sittings_{column}")
            )
            for column, table in _POINTS_TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_sittings")),
    )
    with op.batch_alter_table("scale_sittings") as batch_op:
        for column in ("case_id", "patient_id", "thread_id", "chart_due_at"):
            batch_op.create_index(batch_op.f(f"ix_scale_sittings_{column}"), [column], unique=False)
