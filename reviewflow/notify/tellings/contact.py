"""Letters on how their reader is told: somebody else, or the channel itself, has changed it."""

from reviewflow.notify.matter import Matter, Step, Telling

ASK = "If you did not expect it, ask the one who did it, or an administrator."


def channel_added(m: Matter) -> Telling:
    """One more way."""
    says = "Letters to you go there as well from now on; with the first channel of your own, only there."
    return _changed(m, f"You are now told on {_name(m)}", says)


def channel_removed(m: Matter) -> Telling:
    """One way less."""
    return _changed(m, f"You are no longer told on {_name(m)}", f"Letters to you go {_rest(m)}.")


def channel_enabled(m: Matter) -> Telling:
    """In use again."""
    return _changed(m, f"You are told on {_name(m)} again", "What was set aside meanwhile can be sent again.")


def channel_disabled(m: Matter) -> Telling:
    """Its other end has gone."""
    again = ("Use it again, once it works", m.run("enable-channel", str(m.get("channel"))))
    return _changed(
        m, f"You are no longer told on {_name(m)}: it answered that it is gone", f"Letters to you go {_rest(m)}.",
        steps=(again,), quote=str(m.get("reason", "")),
    )  # fmt: skip


def preferences_changed(m: Matter) -> Telling:
    """What, when and how often."""
    return _changed(
        m, "Your preferences were changed", "What you are told, when, or how often, is no longer as it was."
    )


def _name(m: Matter) -> str:
    return f"your channel {m.get('channel')}"


def _rest(m: Matter) -> str:
    left = [row for row in m.subject.row.get("channels") or () if not row["disabled"]]
    return "to your other channels" if left else "the installation's own way, since you have no other channel"


def _changed(m: Matter, headline: str, says: str, steps: tuple[Step, ...] = (), quote: str = "") -> Telling:
    return Telling(
        headline,
        (says, ASK),
        (("Changed by", m.row["actor"]), ("Took effect", m.at(m.effective_at))),
        quotes=(("What it answered", quote),) if quote else (),
        steps=(*steps, m.show()),
        rank=3,
    )
