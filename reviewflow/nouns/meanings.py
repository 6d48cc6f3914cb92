"""What every state of every lifecycle means, for who meets it on a page for the first time."""

from collections.abc import Mapping

from reviewflow.nouns import states as s
from reviewflow.nouns.states import Kind

MEANINGS: Mapping[Kind, Mapping[str, str]] = {
    Kind.REVIEW: {
        s.ReviewState.DRAFT: "Opened by the lab and not filed yet. Nobody else sees it, and no clock runs.",
        s.ReviewState.SUBMITTED: "Filed, with a numbered and dated receipt. The agency checks whether it is complete; "
        "the window has not begun.",
        s.ReviewState.RETURNED: "Sent back to the lab, with the reasons. The lab supplies what is missing and files it "
        "again.",
        s.ReviewState.UNDER_REVIEW: "The window runs: the period in which the agency looks at the model.",
        s.ReviewState.TOLLED: "The window stands still for a cause that the policy names, and the time that is left is "
        "kept. It runs on when the last cause has ended.",
        s.ReviewState.CLEARED: "A decider has signed that the review raised no concerns. It is not an approval of the "
        "model or of its release.",
        s.ReviewState.CONCERNS: "A decider has signed that the review raised concerns. It forbids nothing by itself; "
        "who releases then says that he knows.",
        s.ReviewState.LAPSED: "The window ended and nothing was signed. A lapse is never an approval; a determination "
        "may still come.",
        s.ReviewState.RELEASED: "The lab has released the model. The review stays here for good; a determination may "
        "still come or change, and commitments run on.",
        s.ReviewState.WITHDRAWN: "The lab took the submission back, with its reason. This is the end of the review; a "
        "new filing is a new review.",
    },
    Kind.ORGANIZATION: {
        s.Standing.ACTIVE: "In use: its people can come in and act.",
        s.Standing.INACTIVE: "Out of use: nobody of it comes in. Its record stays.",
    },
    Kind.PERSON: {
        s.Standing.ACTIVE: "In use: comes in by what was given to him, and acts by his roles.",
        s.Standing.INACTIVE: "Out of use: nothing opens in his name, and no letter goes out. What he did stays on "
        "record.",
    },
    Kind.MODEL: {
        s.ModelState.REGISTERED: "On record as one version of a lab's model. Its releases are facts beside this state.",
    },
    Kind.AGREEMENT: {
        s.AgreementState.NEGOTIATING: "Opened by the agency; one side or neither has signed.",
        s.AgreementState.SIGNED: "In force: both sides have signed.",
        s.AgreementState.ENDED: "No longer in force. Reviews that are open run on; new ones are refused where the "
        "policy asks for an agreement.",
        s.AgreementState.DECLINED: "One side said no before it was signed.",
    },
    Kind.COVERAGE: {
        s.CoverageState.ASKED: "A lab asks whether its model is a covered frontier model. Another office decides.",
        s.CoverageState.COVERED: "The office found that the model is covered.",
        s.CoverageState.NOT_COVERED: "The office found that the model is not covered. A review that is open runs until "
        "the lab withdraws it.",
    },
    Kind.HALT: {
        s.HaltState.ORDERED: "The office has ordered it; the lab puts on record what it has implemented, and when.",
        s.HaltState.NARROWED: "The order stands with a smaller scope, or for fewer users.",
        s.HaltState.LIFTED: "The order is gone. Lifted is not restored: the lab says when it serves the model again.",
        s.HaltState.RESTORED: "Lifted, and the lab serves the model again.",
    },
    Kind.COMMITMENT: {
        s.CommitmentState.PROPOSED: "One side has proposed it; the other has not agreed yet.",
        s.CommitmentState.AGREED: "Agreed by both sides, or a condition of a halt's lift. It is owed by its day.",
        s.CommitmentState.MET: "The lab has put on record that it is met, and how.",
        s.CommitmentState.MISSED: "Its day passed and nothing was put on record. It can still be met, late.",
        s.CommitmentState.WAIVED: "A decider has let it go, with the reason.",
        s.CommitmentState.REPLACED: "Another commitment stands in its place.",
    },
    Kind.PARTNER: {
        s.PartnerState.PROPOSED: "One side proposes a trusted partner for an early stage of the release.",
        s.PartnerState.AGREED: "The other side agrees: the partner may be given the model at that stage.",
        s.PartnerState.REFUSED: "The other side does not agree.",
    },
}
SUBJECTS: Mapping[Kind, str] = {
    Kind.REVIEW: "One model version going through the process.",
    Kind.ORGANIZATION: "A lab or an agency.",
    Kind.PERSON: "A role mailbox with roles.",
    Kind.MODEL: "One version of a lab's model, known by the digest of its checkpoint.",
    Kind.AGREEMENT: "A lab's participation in the programme.",
    Kind.COVERAGE: "Whether a model is a covered frontier model: another office's finding.",
    Kind.HALT: "An order outside any review, with a scope and a life of its own.",
    Kind.COMMITMENT: "A condition that the lab agreed to, with an owner and a day.",
    Kind.PARTNER: "A trusted partner of a stage of a release.",
}
PROBLEMS: Mapping[str, tuple[str, str]] = {  # by the slug of a problem: what happened, and what to do on a page
    "malformed": (
        "What was sent could not be read at all.",
        "Go back, load the page again and send it once more.",
    ),
    "unauthenticated": (
        "Nobody is known to be there: you are not signed in, or your session is over.",
        "Sign in. The form of a command comes back with what you typed; a file is chosen again.",
    ),
    "forbidden": (
        "It is there, and it is not yours to do: the reasons say whose it is.",
        "Ask whoever the reasons name, or an administrator if your role is wrong.",
    ),
    "not-found": (
        "There is no such thing, or it is not yours to see: one answer, from which nobody learns what there is.",
        "Compare the reference: its last sign is a check. If you should see it, ask who assigned you.",
    ),
    "method-not-allowed": (
        "This page exists, but nothing can be sent to it in this way.",
        "Go to the page itself, and use its form.",
    ),
    "refused": (
        "The process does not allow this now. Nothing was changed, and each reason is named.",
        "Read the reasons: they say what is missing, or who does what first.",
    ),
    "busy": (
        "The same form was sent twice, and the first one is being done.",
        "Wait a moment and look at the page: it is done once.",
    ),
    "stale": (
        "It changed since you read it: somebody else, or the clock, was faster. Nothing was changed by you.",
        "Look at what changed; what you typed is still in the form, and can be sent again.",
    ),
    "too-large": (
        "What was sent is bigger than this installation takes.",
        "Make it smaller, or send it in parts.",
    ),
    "unsupported-media-type": (
        "What was sent is not in a form that is read here.",
        "Use the form of the page.",
    ),
    "invalid": (
        "Something is missing, or cannot be understood.",
        "Each reason names the field. Mend it there and send it again.",
    ),
    "key-reused": (
        "This form was sent before with something else in it.",
        "Open the form anew and fill it in again.",
    ),
    "precondition-required": (
        "It was not said which version was read.",
        "Open the page of the subject, and act from there.",
    ),
    "too-many-requests": (
        "Too much was asked in a short time from your address or in your name.",
        "Wait a minute. Whoever else works at the same address is not held up once signed in.",
    ),
    "fault": (
        "A fault of reviewflow itself, which nobody foresaw.",
        "Tell the operator the name of the request that stands on the page; his log has it whole.",
    ),
    "unavailable": (
        "It cannot be done now. Where it is in doubt whether something was recorded, the page says so.",
        "Try again after a while. Done twice by the same form, it is recorded once.",
    ),
}
