"""What a second reader said of a photo"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "second_opinions",
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("answer_by", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("agreement", sa.String(length=32), nullable=True),
        sa.Column("model", sa.String(length=128), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=True),
        sa.Column("tissue", sa.JSON(), nullable=True),
        sa.Column("described_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_second_opinions_case_id")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_second_opinions_photo_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_second_opinions")),
    )
    with op.batch_alter_table("second_opinions") as batch_op:
        batch_op.create_index(batch_op.f("ix_second_opinions_case_id"), ["case_id"], unique=False)
