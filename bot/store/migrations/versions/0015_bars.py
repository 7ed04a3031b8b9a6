"""The likely categories as bars, beside what was read"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("assessments") as batch_op:
        batch_op.add_column(sa.Column("bars_sealed", sa.LargeBinary(), nullable=True))
