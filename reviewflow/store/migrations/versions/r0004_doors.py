"""The door for programs: who comes in and by what proof, documents at rest, and who read what."""

import secrets

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Additive: the release before runs on it."""
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since_at", UTCDateTime(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_table(
        "blob",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_blob_subject")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_blob")),
    )
    op.create_table(
        "review_document",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum("stored", "destroyed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("marking", sa.String(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("lab", "agency", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("supplied_by", sa.String(), nullable=False),
        sa.Column("supplied_at", UTCDateTime(), nullable=False),
        sa.Column("destroyed_at", UTCDateTime(), nullable=True),
        sa.Column("blob", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_review_document_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_review_document")),
    )
    op.create_table(
        "review_key",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_review_key_subject")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_review_key")),
    )
    op.create_table(
        "blob_chunk",
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blob.ref"], name=op.f("fk_blob_chunk_blob")),
        sa.PrimaryKeyConstraint("blob", "no", name=op.f("pk_blob_chunk")),
    )
    op.create_table(
        "calendar_link",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_calendar_link_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_calendar_link")),
    )
    op.create_index(
        "uq_calendar_link_live",
        "calendar_link",
        ["person"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "challenge",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "openid",
                "passkey_new",
                "passkey_sign_in",
                "signature",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_challenge_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_challenge")),
    )
    op.create_table(
        "credential",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_credential_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_credential")),
    )
    op.create_table(
        "invitation",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("first_admin", "join", "reset", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_invitation_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitation")),
    )
    op.create_table(
        "openid_link",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_openid_link_person")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_openid_link")),
        sa.UniqueConstraint("issuer", "person", name="uq_openid_link_person"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_passkey_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_table(
        "reading",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_reading_person")),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_reading_subject")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_reading")),
    )
    op.create_index("ix_reading_subject", "reading", ["subject", "position"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "operator",
                "password",
                "passkey",
                "openid",
                "token",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("proven_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_session_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index("ix_session_person", "session", ["person"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_token_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_index("ix_token_person", "token", ["person"], unique=False)

    op.add_column("recommendation", sa.Column("statement", sa.String(), nullable=True))
    op.add_column("recommendation", sa.Column("about", sa.String(), nullable=True))
    op.add_column("recommendation", sa.Column("determination", sa.Integer(), nullable=True))
    op.add_column("database", sa.Column("cursor_secret", sa.String(), nullable=True))
    fill = sa.text("UPDATE database SET cursor_secret = :secret")
    op.get_bind().execute(fill, {"secret": secrets.token_hex(32)})

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER reading_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reading "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reading_no_{change.lower()} BEFORE {change} ON reading "
                "BEGIN SELECT RAISE(ABORT, 'the reading table is append-only'); END"
            )
