"""The first schema."""

import sqlalchemy as sa
from alembic import op

from reviewflow.nouns.columns import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Every table of the review engine."""
    op.create_table(
        "database",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("genesis", sa.String(), nullable=False),
        sa.Column("is_simulation", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("simulated_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database")),
    )
    op.create_table(
        "document",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_document")),
    )
    op.create_table(
        "subject",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organization",
                "person",
                "agreement",
                "model",
                "coverage",
                "review",
                "halt",
                "commitment",
                "partner",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("lab", sa.String(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_subject_has_events")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_subject")),
    )
    op.create_index(op.f("ix_subject_agency"), "subject", ["agency"], unique=False)
    op.create_index(op.f("ix_subject_lab"), "subject", ["lab"], unique=False)
    op.create_table(
        "access_grant",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "suspended",
                "ended",
                "revoked",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grantee", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("is_after_release", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_access_grant_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_access_grant")),
    )
    op.create_table(
        "allow_list",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entities", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("since_at", UTCDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_allow_list_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_allow_list")),
    )
    op.create_table(
        "deadline",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "intake",
                "answer",
                "toll",
                "window",
                "access",
                "commitment",
                "planned_release",
                "refile",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("part_no", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "tolled",
                "met",
                "missed",
                "superseded",
                "closed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("remaining_days", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("basis", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("pinned", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("notices", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("next_notice_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("status <> 'open' OR due_at IS NOT NULL", name="open_has_due"),
        sa.CheckConstraint("status <> 'tolled' OR due_at IS NULL", name="tolled_has_no_due"),
        sa.ForeignKeyConstraint(
            ["subject"],
            ["subject.ref"],
        ),
        sa.PrimaryKeyConstraint("subject", "no"),
    )
    op.create_index(
        "ix_deadline_next_notice_at",
        "deadline",
        ["next_notice_at"],
        unique=False,
        sqlite_where=sa.text("next_notice_at IS NOT NULL"),
        postgresql_where=sa.text("next_notice_at IS NOT NULL"),
    )
    op.create_index(
        "uq_deadline_live",
        "deadline",
        ["subject", "kind", "part_no"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'tolled')"),
        postgresql_where=sa.text("status IN ('open', 'tolled')"),
    )
    op.create_table(
        "determination",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("cleared", "concerns", name="outcome", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("recommended_by", sa.String(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=False),
        sa.Column("is_on_time", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "persons < 2 OR (recommended_by IS NOT NULL AND recommended_by <> signed_by)",
            name=op.f("ck_determination_two_persons"),
        ),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_determination_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_determination")),
    )
    op.create_table(
        "event",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("effective_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("late_by", sa.Integer(), nullable=True),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sets", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_event_seq")),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_event_subject")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_event")),
        sa.UniqueConstraint("subject", "prev", name="uq_event_subject_prev"),
        sa.UniqueConstraint("subject", "seq", name="uq_event_subject_seq"),
    )
    op.create_index("ix_event_recorded_at", "event", ["recorded_at"], unique=False)
    op.create_table(
        "finding",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("handoff", sa.String(), nullable=True),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_finding_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_finding")),
    )
    op.create_table(
        "holder",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_holder_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_holder")),
    )
    op.create_table(
        "model_release",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "trusted_partners",
                "limited",
                "general",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("released_at", UTCDateTime(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_model_release_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_model_release")),
    )
    op.create_table(
        "note",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "side",
            sa.Enum("lab", "agency", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_note_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_note")),
    )
    op.create_table(
        "organization",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "inactive", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("lab", "agency", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("powers", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_organization_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_organization")),
    )
    op.create_table(
        "organization_name",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_organization_name_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_organization_name")),
    )
    op.create_table(
        "planned_release",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "trusted_partners",
                "limited",
                "general",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_planned_release_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_planned_release")),
    )
    op.create_table(
        "recommendation",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("cleared", "concerns", name="outcome", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recommended_by", sa.String(), nullable=False),
        sa.Column("recommended_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_recommendation_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_recommendation")),
    )
    op.create_table(
        "request",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "overdue",
                "answered",
                "withdrawn",
                "moot",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("is_tolling", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answer_digest", sa.String(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_request_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_request")),
    )
    op.create_table(
        "submission_item",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("supplied_at", UTCDateTime(), nullable=False),
        sa.Column("supplied_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_submission_item_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_submission_item")),
    )
    op.create_table(
        "toll",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("request_no", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_toll_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_toll")),
    )
    op.create_table(
        "agreement",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "negotiating",
                "signed",
                "ended",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("lab_signed_by", sa.String(), nullable=True),
        sa.Column("agency_signed_by", sa.String(), nullable=True),
        sa.Column("signed_at", UTCDateTime(), nullable=True),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_agreement_agency")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_agreement_lab")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_agreement_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_agreement")),
    )
    op.create_index(
        "uq_agreement_live",
        "agreement",
        ["lab", "agency"],
        unique=True,
        sqlite_where=sa.text("state IN ('negotiating', 'signed')"),
        postgresql_where=sa.text("state IN ('negotiating', 'signed')"),
    )
    op.create_table(
        "halt",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered",
                "narrowed",
                "lifted",
                "restored",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("ordered_scope", sa.String(), nullable=False),
        sa.Column("implemented_scope", sa.String(), nullable=True),
        sa.Column("implemented_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_halt_agency")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_halt_lab")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_halt_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_halt")),
    )
    op.create_table(
        "model",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("registered", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("checkpoint_digest", sa.String(), nullable=True),
        sa.Column(
            "release_kind",
            sa.Enum(
                "api",
                "limited",
                "open_weights",
                name="release_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_model_lab")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_model_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_model")),
        sa.UniqueConstraint("lab", "checkpoint_digest", name="uq_model_digest"),
        sa.UniqueConstraint("lab", "name", name="uq_model_name"),
    )
    op.create_table(
        "notice",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("deadline_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject", "deadline_no"], ["deadline.subject", "deadline.no"], name="fk_notice_deadline"
        ),
        sa.ForeignKeyConstraint(["subject", "seq"], ["event.subject", "event.seq"], name="fk_notice_event"),
        sa.PrimaryKeyConstraint("subject", "deadline_no", "name"),
    )
    op.create_table(
        "person",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "inactive", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["organization"], ["organization.ref"], name=op.f("fk_person_organization")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_person_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_person")),
    )
    op.create_table(
        "assignment",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("is_consulted", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.ref"], name=op.f("fk_assignment_person")),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_assignment_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_assignment")),
    )
    op.create_table(
        "coverage",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "covered", "not_covered", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("pointer", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_coverage_agency")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_coverage_lab")),
        sa.ForeignKeyConstraint(["model"], ["model.ref"], name=op.f("fk_coverage_model")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_coverage_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_coverage")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending", "sent", "set_aside", name="status", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recipient"],
            ["person.ref"],
        ),
        sa.ForeignKeyConstraint(["subject", "seq"], ["event.subject", "event.seq"], name="fk_delivery_event"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "seq", "recipient", "channel", name="uq_delivery_once"),
    )
    op.create_index("ix_delivery_letter", "delivery", ["letter"], unique=False)
    op.create_index(
        "ix_delivery_next_attempt_at",
        "delivery",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_delivery_recipient", "delivery", ["recipient"], unique=False)
    op.create_table(
        "halt_model",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered",
                "narrowed",
                "lifted",
                "restored",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("narrowed_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("served_at", UTCDateTime(), nullable=True),
        sa.Column("served_scope", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["model"], ["model.ref"], name=op.f("fk_halt_model_model")),
        sa.ForeignKeyConstraint(["subject"], ["subject.ref"], name=op.f("fk_halt_model_subject")),
        sa.PrimaryKeyConstraint("subject", "no", name=op.f("pk_halt_model")),
    )
    op.create_table(
        "review",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "under_review",
                "tolled",
                "cleared",
                "concerns",
                "lapsed",
                "released",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("refiles", sa.String(), nullable=True),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("policy_digest", sa.String(), nullable=False),
        sa.Column("calendar_digest", sa.String(), nullable=True),
        sa.Column("checkpoint_digest", sa.String(), nullable=True),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("start", sa.String(), nullable=True),
        sa.Column("clock_start_on", sa.Date(), nullable=True),
        sa.Column("day_1_on", sa.Date(), nullable=True),
        sa.Column("last_day_on", sa.Date(), nullable=True),
        sa.Column("remaining_days", sa.Integer(), nullable=True),
        sa.Column("extension", sa.Integer(), nullable=False),
        sa.Column("extended_times", sa.Integer(), nullable=False),
        sa.Column("is_lapsed", sa.Boolean(), nullable=False),
        sa.Column(
            "determination",
            sa.Enum("cleared", "concerns", name="determination", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("determined_at", UTCDateTime(), nullable=True),
        sa.Column("is_on_time", sa.Boolean(), nullable=True),
        sa.Column("released_at", UTCDateTime(), nullable=True),
        sa.Column(
            "released_stage",
            sa.Enum(
                "trusted_partners",
                "limited",
                "general",
                name="released_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("released_digest", sa.String(), nullable=True),
        sa.Column("preceded_by", sa.String(), nullable=True),
        sa.Column("acknowledged", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_in_breach", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_review_released")),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_review_withdrawn")),
        sa.CheckConstraint(
            "state <> 'cleared' OR coalesce(determination, '') = 'cleared'", name=op.f("ck_review_cleared")
        ),
        sa.CheckConstraint(
            "state <> 'concerns' OR coalesce(determination, '') = 'concerns'", name=op.f("ck_review_concerns")
        ),
        sa.CheckConstraint(
            "state NOT IN ('under_review', 'tolled', 'lapsed') OR clock_start_on IS NOT NULL",
            name=op.f("ck_review_clock"),
        ),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_review_agency")),
        sa.ForeignKeyConstraint(["calendar_digest"], ["document.digest"], name=op.f("fk_review_calendar_digest")),
        sa.ForeignKeyConstraint(["follows"], ["review.ref"], name=op.f("fk_review_follows")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_review_lab")),
        sa.ForeignKeyConstraint(["model"], ["model.ref"], name=op.f("fk_review_model")),
        sa.ForeignKeyConstraint(["policy_digest"], ["document.digest"], name=op.f("fk_review_policy_digest")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_review_ref")),
        sa.ForeignKeyConstraint(["refiles"], ["review.ref"], name=op.f("fk_review_refiles")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_review")),
    )
    op.create_index(
        "uq_review_open",
        "review",
        ["model"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('released', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('released', 'withdrawn')"),
    )
    op.create_table(
        "commitment",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "met",
                "missed",
                "waived",
                "replaced",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("review", sa.String(), nullable=True),
        sa.Column("halt", sa.String(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column(
            "proposed_side",
            sa.Enum("lab", "agency", name="proposed_side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("met_at", UTCDateTime(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_commitment_agency")),
        sa.ForeignKeyConstraint(["halt"], ["halt.ref"], name=op.f("fk_commitment_halt")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_commitment_lab")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_commitment_ref")),
        sa.ForeignKeyConstraint(["replaces"], ["commitment.ref"], name=op.f("fk_commitment_replaces")),
        sa.ForeignKeyConstraint(["review"], ["review.ref"], name=op.f("fk_commitment_review")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_commitment")),
    )
    op.create_table(
        "partner",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "agreed", "refused", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "trusted_partners",
                "limited",
                "general",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column(
            "proposed_side",
            sa.Enum("lab", "agency", name="proposed_side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["agency"], ["organization.ref"], name=op.f("fk_partner_agency")),
        sa.ForeignKeyConstraint(["lab"], ["organization.ref"], name=op.f("fk_partner_lab")),
        sa.ForeignKeyConstraint(["ref"], ["subject.ref"], name=op.f("fk_partner_ref")),
        sa.ForeignKeyConstraint(["review"], ["review.ref"], name=op.f("fk_partner_review")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_partner")),
    )
    _append_only()


def _append_only() -> None:
    """The journal, the pinned copies and what a database is are never changed."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("event", "notice", "document"):
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the {table} table is append-only'); END"
            )
    for what in ("UPDATE OF id, nonce, genesis, is_simulation, made_at", "DELETE"):
        op.execute(
            f"CREATE TRIGGER database_no_{what.split()[0].lower()} BEFORE {what} ON database "
            "BEGIN SELECT RAISE(ABORT, 'what a database is never changes'); END"
        )
