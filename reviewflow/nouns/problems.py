"""The type of each error where it crosses the wire: the server writes it, and its clients read it."""

from reviewflow import errors as e

SLUGS: dict[type[e.ReviewflowError], str] = {
    e.KeyReused: "key-reused",
    e.TooLarge: "too-large",
    e.Invalid: "invalid",
    e.Busy: "busy",
    e.Stale: "stale",
    e.Refused: "refused",
    e.Forbidden: "forbidden",
    e.NotFound: "not-found",
    e.Unauthenticated: "unauthenticated",
    e.TooMany: "too-many-requests",
    e.PreconditionMissing: "precondition-required",
    e.UnsupportedMedia: "unsupported-media-type",
    e.Unavailable: "unavailable",
}
