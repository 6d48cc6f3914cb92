"""Letters on the ways in of a person: he is told of each change, and of a code that replaces them all his keepers."""

from reviewflow.notify.matter import Matter, Telling
from reviewflow.nouns.principal import WayChange

_HEADLINES = {
    WayChange.PASSWORD_SET: "{whose} password was set",
    WayChange.PASSKEY_ADDED: "{whose} passkeys have one more",
    WayChange.PASSKEY_REMOVED: "{whose} passkeys have one less",
    WayChange.OPENID_LINKED: "{whose} account at the sign-in provider was linked",
    WayChange.RESET_INVITED: "{whose} ways in: a code was made that replaces them all",
    WayChange.WAYS_RESET: "{whose} ways in were all replaced",
}
_SAYS = {
    WayChange.PASSWORD_SET: "Whoever knows the new password can come in; sessions that there were are over.",
    WayChange.PASSKEY_ADDED: "It is asked for from now on, and signs. Its fingerprint tells it from any other.",
    WayChange.PASSKEY_REMOVED: "It opens nothing and signs nothing any more.",
    WayChange.OPENID_LINKED: "Whoever signs in there with that account comes in here.",
    WayChange.RESET_INVITED: "Whoever has the code can come in, act and sign in that name, once he has used it.",
    WayChange.WAYS_RESET: "By a one-time code. Password, passkeys, sessions, tokens and links from before are over.",
}
ASK = "If it was not expected, somebody may be coming in as {who}: ask an administrator at once to end it."


def changed(m: Matter) -> Telling:
    """What changed, by whom, and what it means."""
    change = WayChange(m.get("change"))
    who, whose = ("you", "Your") if m.person.ref == m.ref else (m.ref, f"{m.ref}'s")
    return Telling(
        _HEADLINES[change].format(whose=whose),
        (_SAYS[change], ASK.format(who=who)),
        (
            ("Done by", m.get("made_by")),
            ("Fingerprint", m.get("fingerprint")),
            ("Took effect", m.at(m.effective_at)),
        ),
        steps=(m.show(),),
        rank=2,
    )
