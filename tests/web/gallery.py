"""Every state that the stories reach, in one simulation: the demonstration's month and its rarer turns, told once."""

import fcntl
import json
import shlex
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

from reviewflow import clock
from tests import databases
from tests.stories.world import TEXTS, Desk

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

import demo  # noqa: E402
import more_stories  # noqa: E402
import stories  # noqa: E402

PEOPLE = stories.PEOPLE | more_stories.PEOPLE
DIGEST = "04" * 32
LAST = {
    "What waits at the door": f"""
11-05 08:00 two: model register "Example Model Two-W" --digest {DIGEST} => mg1
11-05 08:01 two: review open {{mg1}} --agency example-office => g1
11-05 08:02 two: review plan {{g1}} 2027-01-11
11-05 08:03 two: review supply {{g1}} access_ready --text "in the vault"
11-05 08:04 two: review supply {{g1}} system_card --text "in the vault"
11-05 08:05 two: review supply {{g1}} safeguard_state --text "in the vault"
11-05 08:06 two: review supply {{g1}} access_terms --text "in the vault"
11-05 08:07 two: review submit {{g1}}
""",
    "Concerns that stand": """
11-06 09:40 rev2: review find {s3} --title "Uplift in exploit writing" --domain cybersecurity --severity high --shared
11-06 09:41 rev2: review recommend {s3} concerns --text "High." --statement "High severity finding in cybersecurity."
11-06 09:42 decider: review raise-concerns {s3}
""",
    "A halt that is narrowed": """
11-06 10:00 decider: halt order --models {mr12} --scope All --basis "an order" --agency example-office => h8
11-06 10:01 decider: halt narrow {h8} --models {mr12} --scope "All but a list" --allow "Example Hospital"
11-06 10:02 two: halt implement {h8} --scope "all access"
11-06 10:03 two: partner propose {r12} --name "Example Utility" => p2
11-06 10:04 two: coverage ask {mr12} --agency example-office --text "Is it covered?" => v2
11-06 10:05 decider: coverage decide {v2} covered --pointer "memorandum 12"
""",
}  # fmt: skip
STORIES = stories.STORIES | more_stories.STORIES | LAST


def config(folder: Path) -> Path:
    """The configuration as it ships, with the policies of the rarer turns."""
    shutil.copytree(ROOT / "config", folder)
    for name, text in more_stories.POLICIES.items():
        (folder / "policies" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def tell(desk: Desk) -> None:
    """Every line of every story at its time, with a tick each morning."""
    lines = [demo.LINE.match(line) for text in STORIES.values() for line in text.strip().splitlines()]
    todo = [(f"{found[2]} {found[3]}", found) for found in lines if found]
    days = (demo.END - date(2026, 9, 29)).days + 1
    ticks = [(f"{date(2026, 9, 29) + timedelta(days=n):%m-%d} 09:01", None) for n in range(days)]
    for at, found in sorted([*todo, *ticks], key=lambda item: item[0]):
        if found is None:
            desk.tick(at)
            continue
        words, who = found[5].format(**desk.refs), PEOPLE[found[4]]
        answer = desk.line(shlex.join(shlex.split(words)), who, at, "--json")
        assert (answer.code != 0) == bool(found[1]), f"{words}: {answer.out}{answer.err}"
        if found[6] and not found[1]:
            desk.refs[found[6]] = answer.json["ref"]


def hung(folder: Path) -> Desk:
    """The simulation with all of it, made once for all workers that share a folder, who wait for the first."""
    made, refs = folder / "gallery.db", folder / "gallery.json"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "gallery.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not refs.exists():
            (folder / "card.pdf").write_bytes(b"%PDF-1.7")
            desk = Desk.new(folder, config(folder / "config"))
            desk.refs["file"] = str(folder / "card.pdf")
            tell(desk)
            desk.rest()
            with desk._beside() as database:
                assert isinstance(database, databases.File)
                database.freeze()
            databases.copy_file(desk.file, made)
            refs.write_text(json.dumps(desk.refs))
    mine = databases.folder() / "gallery"
    mine.mkdir(exist_ok=True)
    databases.copy_file(made, mine / "reviewflow.db")
    return Desk(mine / "reviewflow.db", folder / "config", json.loads(refs.read_text()))


def real(folder: Path) -> Desk:
    """A real database, on which a review `r` is recommended to be cleared; its people come in by what they prove."""
    desk, plan = Desk.real(folder), clock.now().date() + timedelta(days=60)
    desk(None, "init")
    desk("decider", "agreement open example-lab-one", name="g")
    desk("decider", "agreement sign {g}")
    desk("one", "agreement sign {g}")
    desk("one", f'model register "Real" --digest {"1" * 64}', name="m")
    desk("one", "review open {m}", name="r")
    desk("one", f"review plan {{r}} {plan}")
    for item in TEXTS:
        desk("one", f'review supply {{r}} {item} --text "in the vault"')
    desk("one", "review submit {r}")
    desk("intake", "review start {r}")
    desk("decider", f"review assign {{r}} {PEOPLE['rev']}")
    desk("rev", "review recommend {r} cleared --text Fine. --statement 'No concerns.'")
    return desk
