"""The picture of the process, as data: command | from | to | who | guards | event."""

from reviewflow.nouns.commands import contact as h
from reviewflow.nouns.commands import document as d
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands import way_in as i
from reviewflow.nouns.events import BY_ONE_SIDE
from reviewflow.nouns.states import (
    AgreementState,
    CommitmentState,
    CoverageState,
    HaltState,
    Kind,
    ModelState,
    PartnerState,
    ReviewState,
    Standing,
)
from reviewflow.nouns.subject import NEW
from reviewflow.rules import forks
from reviewflow.rules.checkpoint import of_one_model
from reviewflow.rules.forks import RESUMES, SAME
from reviewflow.rules.guards import asking, clock, contact, document, filing, looking, programme, release
from reviewflow.rules.permissions import Who
from reviewflow.rules.row import Row

# fmt: off
DRAFT, SUBMITTED, RETURNED, UNDER, TOLLED = (ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED,
                                             ReviewState.UNDER_REVIEW, ReviewState.TOLLED)
CLEARED, CONCERNS, LAPSED = ReviewState.CLEARED, ReviewState.CONCERNS, ReviewState.LAPSED
RELEASED, WITHDRAWN = ReviewState.RELEASED, ReviewState.WITHDRAWN

FILED = (SUBMITTED, RETURNED, UNDER, TOLLED, LAPSED, CLEARED, CONCERNS)  # the open states
RUNS = (UNDER, TOLLED)
LOOKS = (UNDER, TOLLED, LAPSED, CLEARED, CONCERNS, RELEASED)

REVIEW = (
    Row(r.Open,               (NEW,),                      DRAFT,     Who.LAB,      (filing.may_open,),                   "opened"),
    Row(r.SupplyItem,         (DRAFT, SUBMITTED, RETURNED), SAME,     Who.LAB,      (filing.item_has_content, of_one_model), "item_supplied"),
    Row(r.Submit,             (DRAFT, RETURNED),           SUBMITTED, Who.LAB,      (filing.agreement, filing.digest, of_one_model), "submitted"),
    Row(r.ReturnSubmission,   (SUBMITTED,),                RETURNED,  Who.INTAKE,   (),                                   "returned"),
    Row(r.Assign,             (*FILED, RELEASED),          SAME,      Who.ASSIGNER, (filing.can_review,),                 "assigned"),
    Row(r.Unassign,           (*FILED, RELEASED),          SAME,      Who.ASSIGNER, (filing.is_assigned,),                "unassigned"),
    Row(r.StartClock,         (SUBMITTED,),                UNDER,     Who.INTAKE,   (filing.gate, filing.agreement),      "clock_started"),
    Row(r.CorrectStart,       (*RUNS, LAPSED),             RESUMES,   Who.DECIDER,  (clock.second_person, clock.day_has_come), "start_corrected"),
    Row(r.Recompute,          (*RUNS, LAPSED),             RESUMES,   Who.DECIDER,  (clock.second_person,),              "window_recomputed"),
    Row(p.RequestInformation, RUNS,                        forks.ASK, Who.REVIEWER, (),                                   "information_requested"),
    Row(p.Answer,             RUNS,                        forks.ANS, Who.LAB,      (asking.request_unanswered,),         "answered"),
    Row(p.Answer,             (LAPSED,),                   SAME,      Who.LAB,      (asking.request_unanswered,),         "answered"),
    Row(p.RejectAnswer,       RUNS,                        forks.ASK, Who.REVIEWER, (asking.request_answered,),           "answer_rejected"),
    Row(p.ExtendAnswer,       RUNS,                        SAME,      Who.REVIEWER, (asking.request_open, asking.later),  "answer_extended"),
    Row(p.WithdrawRequest,    RUNS,                        forks.ANS, Who.REVIEWER, (asking.request_unanswered,),         "request_withdrawn"),
    Row(p.MissAnswer,         RUNS,                        forks.MISS, Who.SYSTEM,  (),                                   "request_overdue"),
    Row(p.MissAnswer,         (LAPSED,),                   SAME,      Who.SYSTEM,   (),                                   "request_overdue"),
    Row(r.StartToll,          RUNS,                        TOLLED,    Who.DECIDER,  (clock.cause_allowed,),              "toll_started"),
    Row(r.EndToll,            RUNS,                        forks.END, Who.DECIDER,  (clock.cause_stands,),               "toll_ended"),
    Row(r.Extend,             RUNS,                        SAME,      Who.DECIDER,  (clock.may_extend,),                 "extended"),
    Row(r.Lapse,              (UNDER,),                    LAPSED,    Who.SYSTEM,   (),                                   "lapsed"),
    Row(p.RecordFinding,      LOOKS,                       SAME,      Who.REVIEWER, (looking.known_domain,),               "finding_recorded"),
    Row(p.ShareFinding,       LOOKS,                       SAME,      Who.REVIEWER, (looking.finding_unshared,),           "finding_shared"),
    Row(p.AddNote,            LOOKS,                       SAME,      Who.ANYONE,   (),                                   "note_added"),
    Row(d.AttachDocument,     (DRAFT, *FILED, RELEASED),   SAME,      Who.PARTY,    (document.good_label, document.bytes_are_there), "document_attached"),
    Row(d.ShareDocument,      (*FILED, RELEASED),          SAME,      Who.PARTY,    (document.unshared, document.stored),  "document_shared"),
    Row(d.DestroyDocument,    (DRAFT, *FILED, RELEASED, WITHDRAWN), SAME, Who.PARTY, (document.own, document.stored),     "document_destroyed"),
    Row(p.Recommend,          LOOKS,                       SAME,      Who.LEAD,     (looking.words_to_sign,),              "recommended"),
    Row(p.Clear,              (*RUNS, LAPSED, CONCERNS),   CLEARED,   Who.DECIDER,  (looking.worded, looking.two_persons), "cleared"),
    Row(p.RaiseConcerns,      (*RUNS, LAPSED, CLEARED),    CONCERNS,  Who.DECIDER,  (looking.worded, looking.two_persons), "concerns_raised"),
    Row(p.Clear,              (RELEASED,),                 SAME,      Who.DECIDER,  (looking.worded, looking.two_persons), "cleared"),
    Row(p.RaiseConcerns,      (RELEASED,),                 SAME,      Who.DECIDER,  (looking.worded, looking.two_persons), "concerns_raised"),
    Row(r.PlanRelease,        (DRAFT, *FILED),             SAME,      Who.LAB,      (clock.plan_ahead,),                 "release_planned"),
    Row(p.GrantAccess,        (SUBMITTED, *LOOKS),         SAME,      Who.LAB,      (release.terms, release.within_window), "access_granted"),
    Row(p.EndAccess,          (*FILED, RELEASED),          SAME,      Who.LAB,      (release.grant_stands,),               "access_ended"),
    Row(p.RevokeAccess,       (*FILED, RELEASED),          SAME,      Who.LAB,      (release.grant_stands,),               "access_revoked"),
    Row(r.Withdraw,           (DRAFT, *FILED),             WITHDRAWN, Who.LAB,      (),                                   "withdrawn"),
    Row(r.Release,            FILED,                       RELEASED,  Who.LAB,      (release.release,),                    "released"),
    Row(r.AdvanceRelease,     (RELEASED,),                 SAME,      Who.LAB,      (release.stage_forward,),              "release_advanced"),
)

ACTIVE, INACTIVE, REGISTERED = Standing.ACTIVE, Standing.INACTIVE, ModelState.REGISTERED
ORGANIZATION = (
    Row(g.AddOrganization,        (NEW,),      ACTIVE,   Who.ADMIN, (programme.good_key,), "organization_added"),
    Row(g.RenameOrganization,     (ACTIVE,),   SAME,     Who.ADMIN, (),                 "organization_renamed"),
    Row(g.DeactivateOrganization, (ACTIVE,),   INACTIVE, Who.ADMIN, (programme.leaves_an_administrator,), "organization_deactivated"),
    Row(g.ActivateOrganization,   (INACTIVE,), ACTIVE,   Who.ADMIN, (),                 "organization_activated"),
)
PERSON = (
    Row(g.AddPerson,        (NEW,),      ACTIVE,   Who.ADMIN, (programme.good_person,),  "person_added"),
    Row(g.ChangeRoles,      (ACTIVE,),   SAME,     Who.ADMIN, (programme.fitting_roles, programme.leaves_an_administrator), "roles_changed"),
    Row(g.DeactivatePerson, (ACTIVE,),   INACTIVE, Who.ADMIN, (programme.leaves_an_administrator,), "person_deactivated"),
    Row(g.ActivatePerson,   (INACTIVE,), ACTIVE,   Who.ADMIN, (),                     "person_activated"),
    Row(h.AddChannel,        (ACTIVE,), SAME, Who.SELF,   (contact.good_channel,),     "channel_added"),
    Row(h.RemoveChannel,     (ACTIVE,), SAME, Who.SELF,   (contact.channel_stands,),   "channel_removed"),
    Row(h.EnableChannel,     (ACTIVE,), SAME, Who.SELF,   (contact.channel_rests,),    "channel_enabled"),
    Row(h.DisableChannel,    (ACTIVE,), SAME, Who.SYSTEM, (contact.channel_works,),    "channel_disabled"),
    Row(h.ChangePreferences, (ACTIVE,), SAME, Who.SELF,   (contact.good_preferences,), "preferences_changed"),
    Row(i.ChangeWayIn,       (ACTIVE,), SAME, Who.SYSTEM, (),                          "way_in_changed"),
)
MODEL = (
    Row(g.RegisterModel, (NEW,),        REGISTERED, Who.KEEPER, (programme.good_model, of_one_model), "model_registered"),
    Row(g.RecordRelease, (REGISTERED,), SAME,       Who.KEEPER, (),                     "release_recorded"),
    Row(g.AddHolder,     (REGISTERED,), SAME,       Who.KEEPER, (),                     "holder_added"),
)

NEGOTIATING, SIGNED = AgreementState.NEGOTIATING, AgreementState.SIGNED
AGREEMENT = (
    Row(g.OpenAgreement,    (NEW,),         NEGOTIATING,              Who.DECIDER, (programme.with_reviewer,),   "agreement_opened"),
    Row(g.SignAgreement,    (NEGOTIATING,), forks.SIGN,               Who.EITHER,  (programme.not_yet_signed, programme.same_terms), "agreement_signed"),
    Row(g.AmendAgreement,   (SIGNED,),      SAME,                     Who.DECIDER, (),                       "agreement_amended"),
    Row(g.EndAgreement,     (SIGNED,),      AgreementState.ENDED,     Who.EITHER,  (),                       "agreement_ended"),
    Row(g.DeclineAgreement, (NEGOTIATING,), AgreementState.DECLINED,  Who.EITHER,  (),                       "agreement_declined"),
)
COVERAGE = (
    Row(g.AskCoverage,    (NEW,),                 CoverageState.ASKED, Who.LAB,      (programme.with_coverage,), "coverage_asked"),
    Row(g.DecideCoverage, (CoverageState.ASKED,), forks.FOUND,         Who.COVERAGE, (),                      "coverage_decided"),
)
PARTNER = (
    Row(g.ProposePartner, (NEW,),                   PartnerState.PROPOSED, Who.EITHER, (),                   "partner_proposed"),
    Row(g.AgreePartner,   (PartnerState.PROPOSED,), PartnerState.AGREED,   Who.EITHER, (programme.other_side,), "partner_agreed"),
    Row(g.RefusePartner,  (PartnerState.PROPOSED,), PartnerState.REFUSED,  Who.EITHER, (programme.other_side,), "partner_refused"),
)

ORDERED, NARROWED, LIFTED, RESTORED = HaltState.ORDERED, HaltState.NARROWED, HaltState.LIFTED, HaltState.RESTORED
HALT = (  # moves each model that the command names; the halt stands where its least advanced model stands
    Row(o.OrderHalt,     (NEW,),                      ORDERED,       Who.HALT, (programme.models_of_one_lab,), "halt_ordered"),
    Row(o.ImplementHalt, (ORDERED, NARROWED, LIFTED), SAME,          Who.LAB,  (),                          "halt_implemented"),
    Row(o.NarrowHalt,    (ORDERED, NARROWED),         NARROWED,      Who.HALT, (programme.models_halted,),     "halt_narrowed"),
    Row(o.LiftHalt,      (ORDERED, NARROWED),         LIFTED,        Who.HALT, (programme.models_halted,),     "halt_lifted"),
    Row(o.Restore,       (NARROWED, LIFTED),          forks.RESTORE, Who.LAB,  (programme.models_halted,),     "model_restored"),
)

PROPOSED, AGREED, MET = CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.MET
OWED = (AGREED, CommitmentState.MISSED)
COMMITMENT = (
    Row(o.AgreeCommitment,   (NEW,),      forks.IMPOSED,            Who.EITHER,  (programme.with_reviewer,), "commitment_proposed"),
    Row(o.AcceptCommitment,  (PROPOSED,), AGREED,                   Who.EITHER,  (programme.other_side,),    "commitment_agreed"),
    Row(o.MeetCommitment,    OWED,        MET,                      Who.LAB,     (),                      "commitment_met"),
    Row(o.MissCommitment,    (AGREED,),   CommitmentState.MISSED,   Who.SYSTEM,  (),                      "commitment_missed"),
    Row(o.WaiveCommitment,   OWED,        CommitmentState.WAIVED,   Who.DECIDER, (),                      "commitment_waived"),
    Row(o.ReplaceCommitment, OWED,        CommitmentState.REPLACED, Who.DECIDER, (),                      "commitment_replaced"),
)
# fmt: on

TABLES: dict[Kind, tuple[Row, ...]] = {
    Kind.REVIEW: REVIEW,
    Kind.ORGANIZATION: ORGANIZATION,
    Kind.PERSON: PERSON,
    Kind.MODEL: MODEL,
    Kind.AGREEMENT: AGREEMENT,
    Kind.COVERAGE: COVERAGE,
    Kind.PARTNER: PARTNER,
    Kind.HALT: HALT,
    Kind.COMMITMENT: COMMITMENT,
}

SIGNING = frozenset(row.event for rows in TABLES.values() for row in rows if row.command.signs) | {BY_ONE_SIDE}
