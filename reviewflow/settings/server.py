"""`server.toml`: how this installation runs."""

from pathlib import Path

from reviewflow.errors import Invalid
from reviewflow.nouns.contact import ChannelKind
from reviewflow.nouns.networks import is_here
from reviewflow.nouns.server import Documents, Pool, Server, Smtp
from reviewflow.rules.guards.contact import LABEL, LOCAL
from reviewflow.settings.api import read_api
from reviewflow.settings.fields import Fields
from reviewflow.settings.identity import read_identity
from reviewflow.settings.openid import read_openid
from reviewflow.settings.toml import read_toml
from reviewflow.settings.web import read_web

CHANNELS = ("email", "folder", "log")  # what needs no address of its own
SECURITIES = ("starttls", "tls", "none")
ABSOLUTE, ITS_PLACE = r"(/[^\0]*)?", 'write an absolute path such as "/var/lib/reviewflow/letters", or leave it empty'
TLS = "choose starttls or tls"
SECRET = r"[a-z0-9][a-z0-9_-]*|"  # without a point: such names are for channels of organizations  # nosec B105
SENDER = rf"{LOCAL}@{LABEL}(\.{LABEL})*"


def load_server(folder: Path) -> Server:
    """The server's numbers and names; defaults where the file or a key is not there."""
    path = folder / "server.toml"
    faults: list[str] = []
    top = Fields(path.name, read_toml(path) if path.exists() else {}, faults)

    def table(name: str) -> Fields:
        return top.sub(name) or Fields(path.name, {}, faults, name)

    heartbeat, letters, webhooks, secrets = table("heartbeat"), table("letters"), table("webhooks"), table("secrets")
    smtp, postgresql, identity = table("smtp"), table("postgresql"), table("identity")
    api, gates, signatures = table("api"), table("release_check"), table("signatures")
    documents, web = table("documents"), table("web")
    default = Server()
    server = Server(
        poll_seconds=heartbeat.integer("poll_seconds", default.poll_seconds, at_least=1, at_most=3600),
        answer_days=heartbeat.integer("answer_days", default.answer_days, at_least=1, at_most=3650),
        metrics_port=heartbeat.integer("metrics_port", default.metrics_port, at_least=0, at_most=65_535),
        catch_up_seconds=letters.integer("catch_up_seconds", default.catch_up_seconds, at_least=60, at_most=604_800),
        channels=_channels(letters, "channels", default.channels, is_needed=True),
        confidential=_channels(letters, "confidential", default.confidential),
        letters_folder=letters.text("folder", default.letters_folder, like=ABSOLUTE, remedy=ITS_PLACE),
        lease_seconds=letters.integer("lease_seconds", default.lease_seconds, at_least=30, at_most=86_400),
        attempts=letters.integer("attempts", default.attempts, at_least=1, at_most=100),
        sender=letters.text("sender", default.sender, like=SENDER, remedy="write one plain mailbox"),
        send_seconds=letters.integer("send_seconds", default.send_seconds, at_least=1, at_most=15),
        allows_loopback=webhooks.boolean("allow_loopback", default.allows_loopback),
        secrets_folder=secrets.text("folder", default.secrets_folder, like=r"[^\0]*"),
        smtp=_smtp(smtp),
        pool=_pool(postgresql),
        operator_signs=signatures.boolean("operator", default.operator_signs),
        api=read_api(api, gates),
        identity=read_identity(identity),
        openid=read_openid(table("openid")),
        documents=_documents(documents),
        web=read_web(web),
    )
    own = (api, gates, heartbeat, letters, webhooks, secrets, smtp, postgresql, identity, signatures, documents, web)
    for fields in (top, *own):
        fields.finish()
    if faults:
        raise Invalid(*faults)
    return server


def _channels(letters: Fields, key: str, default: tuple[str, ...], *, is_needed: bool = False) -> tuple[str, ...]:
    found = letters.texts(key) if letters.has(key) else default
    if is_needed and not found:
        letters.fault(key, "cannot be empty: who has named none of his own would be told nothing", "name one")
    for channel in found:
        if channel not in CHANNELS:
            why = "it needs an address of each person" if channel in set(ChannelKind) else "it is no channel"
            letters.fault(key, f"cannot hold {channel!r}: {why}", f"choose from {', '.join(CHANNELS)}")
    return found


def _smtp(fields: Fields) -> Smtp:
    default = Smtp()
    security = fields.text("security", default.security)
    if security not in SECURITIES:
        fields.fault("security", f"cannot be {security!r}", f"choose from {', '.join(SECURITIES)}")
    host = fields.text("host", default.host, like=r"\S+")
    user = fields.text("user", default.user, like=r".*")
    if security == "none" and not is_here(host):
        fields.fault("security", f"cannot be 'none' for {host!r}, which is not this machine", TLS)
    elif security == "none" and user:
        fields.fault("security", "cannot be 'none' where there is a user: the password would go in the clear", TLS)
    return Smtp(
        host=host,
        port=fields.integer("port", default.port, at_least=1, at_most=65_535),
        security=security,
        user=user,
        password=fields.text(
            "password", default.password, like=SECRET, remedy="write the name of a secret, without a point"
        ),
    )


def _documents(fields: Fields) -> Documents:
    default, its_place = (
        Documents(),
        'write an absolute path such as "/etc/reviewflow/documents.key", or leave it empty',
    )
    return Documents(
        key=fields.text("key", default.key, like=ABSOLUTE, remedy=its_place),
        limit_mib=fields.integer("limit_mib", default.limit_mib, at_least=1, at_most=10_000),
        review_mib=fields.integer("review_mib", default.review_mib, at_least=1, at_most=1_000_000),
    )


def _pool(fields: Fields) -> Pool:
    default = Pool()

    def seconds(key: str, usual: int) -> int:
        return fields.integer(key, usual, at_least=1, at_most=3600)

    return Pool(
        size=fields.integer("pool_size", default.size, at_least=1, at_most=100),
        statement_seconds=seconds("statement_seconds", default.statement_seconds),
        lock_seconds=seconds("lock_seconds", default.lock_seconds),
        idle_seconds=seconds("idle_seconds", default.idle_seconds),
        retry_seconds=seconds("retry_seconds", default.retry_seconds),
    )
