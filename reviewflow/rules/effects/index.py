"""Which effect belongs to which command; a test holds this complete."""

from collections.abc import Callable
from typing import Any

from reviewflow.nouns.commands import contact as h
from reviewflow.nouns.commands import document as d
from reviewflow.nouns.commands import order as o
from reviewflow.nouns.commands import parts as p
from reviewflow.nouns.commands import programme as g
from reviewflow.nouns.commands import review as r
from reviewflow.nouns.commands import way_in as i
from reviewflow.nouns.commands.form import Command
from reviewflow.rules.effects import asking, clock, contact, document, filing, looking, order, programme, release
from reviewflow.rules.scene import Scene
from reviewflow.rules.work import Work

Effect = Callable[[Work, Any, Scene], dict[str, Any] | None]  # returns what the fact says besides the command

EFFECTS: dict[type[Command], Effect] = {
    r.Open: filing.open_review,
    r.SupplyItem: filing.supply,
    r.PlanRelease: filing.plan,
    r.Submit: filing.submit,
    r.ReturnSubmission: filing.back,
    r.Assign: filing.assign,
    r.Unassign: filing.unassign,
    r.StartClock: clock.start,
    r.CorrectStart: clock.correct,
    r.Recompute: clock.recompute,
    r.StartToll: clock.start_toll,
    r.EndToll: clock.end_toll,
    r.Extend: clock.extend,
    r.Lapse: clock.lapse,
    r.Withdraw: release.withdraw,
    r.Release: release.release,
    r.AdvanceRelease: release.advance,
    p.RequestInformation: asking.ask,
    p.Answer: asking.answer,
    p.RejectAnswer: asking.reject,
    p.ExtendAnswer: asking.extend_answer,
    p.WithdrawRequest: asking.withdraw,
    p.MissAnswer: asking.miss,
    p.RecordFinding: looking.find,
    p.ShareFinding: looking.share,
    p.AddNote: looking.note,
    d.AttachDocument: document.attach,
    d.ShareDocument: document.share,
    d.DestroyDocument: document.destroy,
    p.Recommend: looking.recommend,
    p.Clear: looking.clear,
    p.RaiseConcerns: looking.raise_concerns,
    p.GrantAccess: release.grant,
    p.EndAccess: release.end_access,
    p.RevokeAccess: release.revoke,
    g.AddOrganization: programme.add_organization,
    g.RenameOrganization: programme.rename_organization,
    g.DeactivateOrganization: programme.nothing,
    g.ActivateOrganization: programme.nothing,
    g.AddPerson: programme.add_person,
    g.ChangeRoles: programme.change_roles,
    g.DeactivatePerson: programme.nothing,
    g.ActivatePerson: programme.nothing,
    h.AddChannel: contact.add_channel,
    h.RemoveChannel: contact.remove_channel,
    h.EnableChannel: contact.enable_channel,
    h.DisableChannel: contact.disable_channel,
    h.ChangePreferences: contact.change_preferences,
    i.ChangeWayIn: programme.nothing,
    g.RegisterModel: programme.register_model,
    g.RecordRelease: programme.record_release,
    g.AddHolder: programme.add_holder,
    g.OpenAgreement: programme.open_agreement,
    g.SignAgreement: programme.sign_agreement,
    g.AmendAgreement: programme.nothing,
    g.EndAgreement: programme.end_agreement,
    g.DeclineAgreement: programme.end_agreement,
    g.AskCoverage: programme.ask_coverage,
    g.DecideCoverage: programme.decide_coverage,
    g.ProposePartner: programme.propose_partner,
    g.AgreePartner: programme.nothing,
    g.RefusePartner: programme.nothing,
    o.OrderHalt: order.order_halt,
    o.ImplementHalt: order.implement,
    o.NarrowHalt: order.narrow,
    o.LiftHalt: order.lift,
    o.Restore: order.restore,
    o.AgreeCommitment: order.agree,
    o.AcceptCommitment: order.accept,
    o.MeetCommitment: order.meet,
    o.MissCommitment: order.miss,
    o.WaiveCommitment: order.waive,
    o.ReplaceCommitment: order.replace,
}
