"""Check a bundle of a case without Cairn: python verify.py [FOLDER [CHECKPOINT]]. It needs Python 3.9 alone."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

KEY = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 key in a file that openssl reads
PEM = "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n"
SIGNED, LIST, ENTRIES, LETTERS = "checkpoint.json", "manifest.json", "data/entries.json", "data/letters.json"
WELL = """PROVEN: entries, letters and files are those that were signed, each in its place, none altered, added or gone.
NOT PROVEN: that it is true, or all that happened; nor whose key signed (ask those given checkpoints). Who holds the key
could have written a history anew before signing: name a checkpoint that somebody else kept as well."""
ILL = "Nothing is proven while something is wrong: ask whoever made the bundle for another copy of it."
UNREAD = "Something does not read as Cairn writes it, and the rest was not looked at: {}"
NO_BUNDLE = "This folder is no bundle, or not the whole of one. For one elsewhere: python verify.py FOLDER"
SEALS = "Looked at: {} files, {} entries, the seals of {} of {} letters (others were never tried, or have gaps)."


def sha256(said: str | bytes) -> str:
    """Give the fingerprint of a text or of bytes."""
    return hashlib.sha256(said.encode() if isinstance(said, str) else said).hexdigest()


def compact(value: Any) -> str:
    """Write JSON as Cairn does: always the same letters for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read(path: Path, wrong: list[str]) -> Any:
    """Read a file of JSON; note where it cannot be read, or is not written as Cairn writes it."""
    try:
        value = json.loads(text := path.read_bytes().decode())
    except (OSError, ValueError) as trouble:
        wrong.append(f"{path.name} cannot be read: {trouble}")
        return None
    if text != compact(value) + "\n":
        wrong.append(f"{path.name} is not written as it was: a letter or a blank was changed")
    return value


def signature(signed: Any, name: str, wrong: list[str], notes: list[str]) -> None:
    """Check that a checkpoint is as it was signed."""
    try:
        raw, key = (base64.b64decode(signed[one], validate=True) for one in ("signature", "public_key"))
    except ValueError as trouble:
        raise ValueError(f"{name}: {trouble}") from None
    if base64.b64encode(raw).decode() != signed["signature"] or base64.b64encode(key).decode() != signed["public_key"]:
        wrong.append(f"{name}: the signature or the key is not written as it was")
    notes.append(f"The fingerprint of the key that signed {name}: {sha256(key)}")
    if (openssl := shutil.which("openssl")) is None:
        notes.append(f"NOT CHECKED: the signature of {name}. There is no openssl command on this machine.")
        return
    with tempfile.TemporaryDirectory() as place:
        text, sign, pem = (Path(place, one) for one in ("text", "signature", "key.pem"))
        text.write_bytes(compact(signed["checkpoint"]).encode())
        sign.write_bytes(raw)
        pem.write_text(PEM.format(base64.b64encode(KEY + key).decode()))
        command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", text, "-sigfile", sign]
        done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    if "Verified Successfully" in (said := (done.stdout + done.stderr).strip()):
        notes.append(f"The signature of {name} fits (checked by openssl).")
    elif "Verification Failure" in said or (len(raw), len(key)) != (64, 32):
        wrong.append(f"{name} is not as it was signed")
    else:
        notes.append(f"NOT CHECKED: the signature of {name}. This openssl cannot check it: {said[:80]}")


def history(told: Any, entries: Any, wrong: list[str]) -> None:
    """Compute every seal of the history again, and compare the last with what was signed."""
    before = sha256(f"{'' if told['whole'] else 'bundle of '}cairn case {told['case']}")
    for number, entry in enumerate(entries, start=1):
        cut = () if told["whole"] else entry["pieces"]
        said = [one.get("left_out") or sha256(f"{one['salt']}\n{one['text']}") for one in cut] or [entry["line"]]
        if entry["sequence"] != number or sha256("\n".join([before, *said])) != entry["seal"]:
            wrong.append(f"{ENTRIES}, entry {number} is not as it was sealed")
        before = entry["seal"]
    if [len(entries), before] != [told["entries"], told["seal"]]:
        wrong.append(f"{ENTRIES} does not end as the checkpoint says, with entry {told['entries']}")


def letters(found: Any, wrong: list[str]) -> int:
    """Compute the fingerprint of every whole letter and of each try again; how many letters were sealed."""
    for one in (sealed := [one for one in found if one["sealed"]]):
        lines = [json.loads(line)["data"] for line in one["sealed"]]
        tries = {number: digest for line in lines for number, digest in line["tries"].items()}
        digest = sha256(json.dumps([one["letter"], one["messages"]], ensure_ascii=False))
        made = {number: sha256(json.dumps(said, ensure_ascii=False)) for number, said in one["tries"].items()}
        if (digest, made) != (lines[-1]["letter"], tries):
            wrong.append(f"{LETTERS}, letter {one['id'][:12]} is not as it was sealed when it was tried")
    return len(sealed)


def against(path: Path, signed: Any, entries: Any, wrong: list[str], notes: list[str]) -> None:
    """Hold the bundle against a checkpoint that somebody else kept."""
    other, told = read(path, wrong), signed["checkpoint"]["bundle"]
    signature(other, path.name, wrong, notes)
    if other["public_key"] != signed["public_key"]:
        wrong.append(f"{path.name} is signed with another key than the bundle: ask the committee why")
    end, seal = other["checkpoint"]["heads"].get(told["case"], (0, ""))
    seals = [sha256(f"cairn case {told['case']}")]
    for cut in (one.get("pieces") or [{"text": one["line"]}] for one in entries):  # up to the first gap
        whole = seals[-1] and all("text" in one for one in cut)
        seals.append(sha256("\n".join([seals[-1], "".join(one["text"] for one in cut)])) if whole else "")
    if not end or not (seals[end:] or [""])[0]:
        notes.append(f"NOT HELD AGAINST {path.name}: it does not know the case so far, or words before are left out")
    elif seals[end] != seal:
        wrong.append(f"{path.name} saw another entry {end} on {other['checkpoint']['at'][:10]}")
    else:
        notes.append(f"{path.name} saw the same first {end} entries on {other['checkpoint']['at'][:10]}.")


def check(folder: Path, checkpoint: str) -> tuple[list[str], list[str]]:
    """Check everything: what is wrong and where, and what is to be known."""
    wrong, notes = list[str](), list[str]()
    signed, files = read(folder / SIGNED, wrong), read(folder / LIST, wrong)
    try:
        told = signed["checkpoint"]["bundle"]
        signature(signed, SIGNED, wrong, notes)
        if sha256((folder / LIST).read_bytes()) != told["files"]:
            wrong.append(f"{LIST} is not the list of files that was signed")
        there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()} - {SIGNED, LIST}
        wrong += [f"{one} is missing" for one in sorted(set(files) - there)]
        wrong += [f"{one} was not put there by Cairn" for one in sorted(there - set(files)) if "/." not in f"/{one}"]
        both = there & set(files)
        wrong += [f"{one} was changed" for one in sorted(both) if sha256((folder / one).read_bytes()) != files[one]]
        entries = read(folder / ENTRIES, wrong)
        history(told, entries, wrong)
        sealed = letters(found := read(folder / LETTERS, wrong), wrong)
        if checkpoint:
            against(Path(checkpoint), signed, entries, wrong, notes)
        notes.append(SEALS.format(len(both), len(entries), sealed, len(found)))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OSError) as trouble:
        wrong.append(UNREAD.format(trouble) if signed and files else NO_BUNDLE)
    return wrong, notes


if __name__ == "__main__":
    faults, told_of = check(Path(([*sys.argv[1:2], ""])[0] or Path(__file__).parent), ([*sys.argv[2:], ""])[0])
    verdict = f"WRONG, in {len(faults)} of what was looked at:" if faults else "All that was looked at is as it was."
    print(verdict, *(f"- {one}" for one in faults), "", *told_of, "", ILL if faults else WELL, sep="\n")
    sys.exit(1 if faults else 0)
