"""The dossier of a review: a page, a PDF with what proves it inside, and the marking on every sheet."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from reviewflow import clock
from reviewflow.errors import NotNow
from reviewflow.ledger.dossier import first_break, read
from reviewflow.rules.lifecycle import SIGNING
from reviewflow.rules.markings import highest
from reviewflow.web import paper
from reviewflow.web.door import see
from reviewflow.web.pages import dossier
from tests.stories.begun import begun
from tests.stories.world import PEOPLE
from tests.web.world import Pages, served

AT = "10-06 09:30"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The lab's two documents are marked, one higher than the other; the office asked something."""
    folder = tmp_path_factory.mktemp("marked")
    with begun(folder) as desk, served(desk) as pages:
        for name, marking in (("weights.txt", "proprietary"), ("card.txt", "CONFIDENTIAL")):
            file = folder / name
            file.write_text("words")
            desk("one", f"review attach {{r}} {file} --marking {marking}", AT)
        desk("rev", "review ask {r} --text 'What is <b>this</b>?'", AT)
        desk("rev", "review recommend {r} cleared --text 'in-house words' --statement 'No concerns.'", AT)
        yield pages


@pytest.fixture(scope="module")
def printed(marked: Pages) -> pypdf.PdfReader:
    """Its dossier on paper, as the lab has it."""
    return _pdf(marked, "one")


def _pdf(pages: Pages, who: str) -> pypdf.PdfReader:
    answer = pages.get(who, "/reviews/{r}/dossier.pdf")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert f'filename="dossier-{pages.desk.refs["r"]}.pdf"' in answer.headers["content-disposition"]
    return pypdf.PdfReader(io.BytesIO(answer.content))


def test_page_tells_the_marking_and_how_to_verify(marked: Pages) -> None:
    """The highest marking with what it was made of, the chain head, and the file that proves it."""
    text = marked.get("rev", "/reviews/{r}/dossier").text
    assert "CONFIDENTIAL: the highest that 2 documents of 2 bear" in text
    head = marked.app.document("review", {"ref": marked.desk.refs["r"]}, PEOPLE["rev"], marked.app.now())["head"]
    assert head in text
    assert f"reviewflow verify dossier-{marked.desk.refs['r']}.json" in text
    assert "What is &lt;b&gt;this&lt;/b&gt;?" in text
    assert "<title>Dossier RV-" in text


def test_pdf_is_an_archive_that_proves_itself(marked: Pages, printed: pypdf.PdfReader) -> None:
    """PDF/A-3 by its metadata, tagged, with the journal attached as its data; the bytes verify offline."""
    meta = printed.xmp_metadata
    assert meta is not None and (meta.pdfaid_part, meta.pdfaid_conformance) == ("3", "U")
    root: Any = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    (attached,) = root["/AF"]
    assert (attached["/AFRelationship"], attached["/EF"]["/F"]["/Subtype"]) == ("/Data", "/application/json")
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    (name,) = printed.attachments
    assert name == f"dossier-{marked.desk.refs['r']}.json"
    (found,) = printed.attachments[name]
    assert first_break(read(found.decode()), SIGNING) is None
    assert json.loads(found)["chains"][0]["ref"] == marked.desk.refs["r"]


def test_every_sheet_bears_the_marking(marked: Pages, printed: pypdf.PdfReader) -> None:
    """In header and footer, with the page's number, the head and that it is a simulation."""
    assert len(printed.pages) > 1
    for number, sheet in enumerate(printed.pages, 1):
        text = sheet.extract_text()
        assert text.count("CONFIDENTIAL") >= 2
        assert f"Page {number} of {len(printed.pages)}" in text
        assert "SIMULATION" in text and marked.desk.refs["r"] in text


def test_pdf_embeds_its_fonts(printed: pypdf.PdfReader) -> None:
    """A sheet looks the same on any machine: each font that it uses is inside."""
    resources: Any = printed.pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert described and all({"/FontFile2", "/FontFile3"} & set(each) for each in described)


def test_a_lab_is_not_told_what_is_internal(marked: Pages, printed: pypdf.PdfReader) -> None:
    """Neither on the page, nor in the file, nor on paper."""
    for ending in ("", ".json"):
        assert "in-house words" not in marked.get("one", f"/reviews/{{r}}/dossier{ending}").text
        assert "in-house words" in marked.get("rev", f"/reviews/{{r}}/dossier{ending}").text
    assert "in-house words" not in "".join(sheet.extract_text() for sheet in printed.pages)


def test_reading_it_is_on_record(pages: Pages) -> None:
    """Of an office, before it is shown."""
    pages.get("rev", "/reviews/{r}/dossier.json")
    ref = pages.desk.refs["r"]
    reads = pages.app.document("reads", {"ref": ref}, PEOPLE["rev"], pages.app.now())["reads"]
    assert ("dossier", "web") in {(one["what"], one["door"]) for one in reads}


@pytest.mark.parametrize("ending", ["", ".json", ".pdf"])
def test_who_does_not_see_a_review_is_told_that_there_is_none(still: Pages, ending: str) -> None:
    """As at every other page."""
    assert still.get("two", f"/reviews/{{r}}/dossier{ending}").status_code == 404


def test_missing_extra_is_told_with_its_remedy(still: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is there all the same, and says so; the PDF's address says how to install it."""

    def missing() -> None:
        raise paper.NoPress

    monkeypatch.setattr(paper, "_weasyprint", missing)
    answer = still.get("one", "/reviews/{r}/dossier.pdf")
    assert answer.status_code == 501
    assert 'pip install "reviewflow[pdf]"' in answer.text
    assert "PDF is not installed here" in still.get("one", "/reviews/{r}/dossier").text


def test_one_is_printed_at_a_time(still: Pages) -> None:
    """Who comes meanwhile is told at once to ask again, as a page: nobody holds a thread to wait on."""
    with paper.alone():
        began = clock.monotonic()
        answer = still.get("one", "/reviews/{r}/dossier.pdf")
        assert clock.monotonic() - began < 5
        assert answer.status_code == 503 and "Retry-After" in answer.headers
        with pytest.raises(NotNow), paper.alone():
            pass
    with paper.alone():
        pass


def test_only_the_newest_readings_are_laid_out(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a review is read, its dossier is no longer than that; how many are left out is said."""
    monkeypatch.setattr(dossier, "READS", 2)
    for _ in range(3):
        pages.get("rev", "/reviews/{r}/dossier.json")
    text = pages.get("rev", "/reviews/{r}/dossier").text
    rows = text[text.index("list readings") :].partition("</tbody>")[0]
    assert rows.count("<tr>") == 1 + 2
    assert "Left out here, and on record all the same: the first" in text


def test_no_page_mixes_versions(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something is recorded during every look, one is told to ask again."""

    def moving(request: Any, view: str, *more: Any) -> Any:
        found = see(request, view, *more)
        return {**found, "head": "another"} if view == "timeline" else found

    monkeypatch.setattr(dossier, "see", moving)
    assert pages.get("rev", "/reviews/{r}/dossier").status_code == 503


def test_paper_fetches_nothing() -> None:
    """Whatever a page names by an address stays unfetched, files of this machine too."""
    refuse = paper._refuser()
    for address in ("https://example.com/x.png", "file:///etc/passwd", "data:text/css,x"):
        with pytest.raises(ValueError, match="fetches nothing"):
            refuse.fetch(address)


def test_highest_marking_leaves_none_out() -> None:
    """Of those with an order the highest; a marking without one stands beside it, and blank ones are none."""
    assert highest([]) == highest(["", " "]) == ()
    assert highest(["public", "Proprietary", "confidential"]) == ("CONFIDENTIAL",)
    assert highest(["PROPRIETARY", "NOFORN", "proprietary "]) == ("PROPRIETARY", "NOFORN")
