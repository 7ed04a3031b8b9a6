"""Who is told together with the first rung of an escalation"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.add_column(
            sa.Column("beside", sa.String(length=128), nullable=False, server_default="")
        )
