"""Whether anything changed is known from digests; those of what is not public tell nothing to whoever lacks the key."""

import os
import shutil

import pytest
from pages import real_copy

from analysis.judging.observations import read_csv
from analysis.plan import Plan
from analysis.reading import inputs
from analysis.reading.inputs import find_notebooks, inputs_of, made_from, processed_folder, sha256
from analysis.running.building import build
from analysis.running.freshness import Made
from analysis.running.reports import built

COUNTS = "a;2018;reports;40\nb;2018;reports;28\nc;2018;reports;3\nd;2018;reports;15\n"


def key_of(folder):
    return folder.parent / "processed" / "internal" / inputs.KEY_FILE


def test_a_delivery_is_digested_under_a_key_and_what_is_public_plainly(small_plan, plan_folder):
    folder = small_plan(counts=COUNTS, name="example").folder
    digests = inputs_of(folder)
    for name in ("counts/counts.csv", "counts/source.toml"):
        assert digests[name].startswith("hmac-sha256:") and sha256(folder / name) not in str(digests)
    assert digests["agreement.toml"] == sha256(folder / "agreement.toml")
    digests = inputs_of(plan_folder)  # published figures alone
    assert digests == digests | {name: sha256(plan_folder / name) for name in digests if "/" in name or name in ("agreement.toml", "sources.csv")}


@pytest.mark.parametrize("line", ['contract = "counts"', "", "contract = [", 'contract = "published"\n[[table]]\ncontract = "counts"'])
def test_a_source_that_is_not_known_to_be_published_is_digested_under_the_key(plan_folder, line):
    toml = plan_folder / "police_reports" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('contract = "published"', line), encoding="utf-8")
    mine = [digest for name, digest in inputs_of(plan_folder).items() if name.startswith("police_reports/")]
    assert len(mine) > 1 and all(digest.startswith("hmac-sha256:") for digest in mine)


def test_a_file_beside_published_ones_that_is_not_named_is_digested_under_the_key(plan_folder):
    home = plan_folder / "police_reports" / "private"
    home.mkdir()
    (home / "list.csv").write_text("3\n", encoding="utf-8")
    assert inputs_of(plan_folder)["police_reports/private/list.csv"].startswith("hmac-sha256:")


def test_without_the_key_nothing_that_is_made_of_a_delivery_can_be_made_again(small_plan):
    """The same files under two keys: no digest of a delivery, of all inputs, or of what a page is made from is the same."""
    folder = small_plan(counts=COUNTS).folder
    said = []
    for _ in range(2):
        now = inputs_of(folder)
        made = Made(folder / "note.json", folder)
        made.note("agreement.toml", made_from(now, find_notebooks(), "", {}), "", {}, now)
        said.append({now["counts/counts.csv"], made.pages["agreement.toml"]["made_from"], *made.inputs})
        key_of(folder).unlink()
    assert not said[0] & said[1] and len(said[0]) == 3


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_the_key_is_its_owners_alone_and_is_kept_from_build_to_build(small_plan):
    folder = small_plan(counts=COUNTS).folder
    build(folder)
    key = key_of(folder).read_bytes()
    assert len(key) == 32 and key_of(folder).stat().st_mode & 0o777 == 0o600
    build(folder)
    assert key_of(folder).read_bytes() == key and key_of(folder).stat().st_mode & 0o777 == 0o600


def test_a_lost_or_spoilt_key_means_that_all_is_made_again_and_breaks_nothing(small_plan):
    folder = small_plan(counts=COUNTS).folder
    home = build(folder)
    before = (home / "observations.csv").read_bytes()
    for spoil in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        old = inputs_of(folder)
        spoil(key_of(folder))
        assert Plan.load(folder).year == 2018 and (home / "observations.csv").read_bytes() == before
        now = inputs_of(folder)
        assert now["counts/counts.csv"] != old["counts/counts.csv"] and now["agreement.toml"] == old["agreement.toml"]
        written = (home / "inputs.json").stat().st_mtime_ns
        assert built(folder) == home and (home / "inputs.json").stat().st_mtime_ns == written


def test_where_no_key_can_be_kept_nothing_counts_as_unchanged(small_plan):
    folder = small_plan(counts=COUNTS).folder
    (folder.parent / "processed").write_text("no folder", encoding="utf-8")
    assert inputs_of(folder)["counts/counts.csv"] != inputs_of(folder)["counts/counts.csv"]


def test_two_deliveries_of_the_same_content_have_different_digests(small_plan):
    folder = small_plan(counts=COUNTS).folder
    shutil.copy(folder / "counts" / "counts.csv", folder / "counts" / "again.csv")
    digests = inputs_of(folder)
    assert digests["counts/counts.csv"] != digests["counts/again.csv"]


def test_the_protected_table_of_deliveries_has_checksums_of_public_files_alone(small_plan, tmp_path_factory, tmp_path):
    folder = small_plan(counts=COUNTS, name="example").folder
    home = build(folder)
    true = read_csv(home / "internal" / "deliveries.csv")
    assert true["sha256"].tolist() == [sha256(folder / "counts" / "counts.csv")]
    assert read_csv(home / "deliveries.csv")["sha256"].tolist() == [""]
    published = real_copy(tmp_path_factory.getbasetemp(), tmp_path / "published")
    assert all(len(text) == 64 for text in read_csv(processed_folder(published) / "deliveries.csv")["sha256"])
