"""Reminders of the next photo, which case continues which, and then beside now"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("follows", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(op.f("fk_cases_follows"), "cases", ["follows"], ["id"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("answer_by", sa.DateTime(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reminders_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("case_id", name=op.f("uq_reminders_case_id")),
    )
    with op.batch_alter_table("reminders") as batch_op:
        batch_op.create_index("ix_reminders_due", ["status", "due_at"], unique=False)
    op.create_table(
        "comparisons",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("before_photo", sa.String(length=32), nullable=False),
        sa.Column("now_photo", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("picture_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["before_photo"], ["photos.id"], name=op.f("fk_comparisons_before_photo")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_comparisons_case_id")),
        sa.ForeignKeyConstraint(
            ["now_photo"], ["photos.id"], name=op.f("fk_comparisons_now_photo")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_comparisons")),
    )
    with op.batch_alter_table("comparisons") as batch_op:
        batch_op.create_index(batch_op.f("ix_comparisons_due_at"), ["due_at"], unique=False)
