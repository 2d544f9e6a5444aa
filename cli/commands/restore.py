"""`cairn restore`: a backup brought back into an empty database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import Argument, echo

from cli.options import keep
from cli.output import answer_in_a_sentence
from cli.session import Session

OldFile = Annotated[Path, Argument(metavar="FILE", help="The backup to bring back.")]
PUT_BACK_OWN = "The committee's own file and calendars are in {path}: copy what is missing into config/local."
STOP_IT = "stop it first, for it would go on with the database it was started with"
PUT_BACK_THE_KEY = "Before anything else, put the master key that was in use when it was made into {path}."


@keep
def restore(session: Session, file: OldFile) -> None:
    """Bring a backup back into an empty database, all of it or nothing. Then run cairn verify."""
    from config.settings import settings
    from records.database import connect, reading
    from workflows.checks import Look
    from workflows.installation.held_folder import alone
    from workflows.installation.installation import make_folder
    from workflows.installation.key_exchange import key_fits
    from workflows.installation.nightly_backup import OWN, restored_to
    from workflows.verbs.backup import bring_back

    chosen = settings()
    make_folder(chosen)
    engine = connect(chosen.database_url())
    try:
        with alone(chosen, STOP_IT):
            report = bring_back(engine, file.absolute(), session.keeper(), session.now, restored_to(chosen))
        with reading(engine) as tx:
            key_found = [one.ok for one in key_fits(Look(tx, chosen, session.now))]
    finally:
        engine.dispose()
    did, key_missing, fits = f"{report.sentence} Now run cairn verify.", not key_found, all(key_found)
    facts = {**asdict(report), "did": did, "key_missing": key_missing, "key_fits": fits}
    own = restored_to(chosen)[OWN]
    if own.is_dir():
        echo(PUT_BACK_OWN.format(path=own), err=True)
    answer_in_a_sentence(did, "good", as_json=session.as_json, **facts)
    if key_missing or not fits:
        echo(PUT_BACK_THE_KEY.format(path=chosen.key_file.absolute()), err=True)
