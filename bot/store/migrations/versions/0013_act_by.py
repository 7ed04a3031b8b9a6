"""Until when somebody must have acted on an escalation"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.add_column(sa.Column("act_by", sa.DateTime()))
    # What was decided before is not known here: at once is never too late.
    op.execute("update escalations set act_by = raised_at")
    with op.batch_alter_table("escalations") as batch_op:
        batch_op.alter_column("act_by", existing_type=sa.DateTime(), nullable=False)
