"""Files that cross between the nurse's thread and the clinicians'"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "passed_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("source_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("source_print", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("lost_because", sa.String(length=32), nullable=True),
        sa.Column("forget_due_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_passed_files_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passed_files_staff_id")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_passed_files_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_files")),
        sa.UniqueConstraint("case_id", "source_print", name=op.f("uq_passed_files_case_id")),
    )
    with op.batch_alter_table("passed_files") as batch_op:
        batch_op.create_index("ix_passed_files_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passed_files_forget_due_at"), ["forget_due_at"])
