"""Settings are read from the environment, and below it from a file in the folder Cairn runs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings, settings
from states.errors import NotSetUp


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CAIRN_COMMITTEE", "CAIRN_WEB_PORT", "CAIRN_SITE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_what_is_given_goes_before_a_variable_and_a_variable_before_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("CAIRN_COMMITTEE='of the file'\nCAIRN_WEB_PORT=4281\ncairn_link=small\nOTHER=1\n")
    monkeypatch.setenv("CAIRN_COMMITTEE", "of the variable")

    assert (settings().committee, settings().web_port, settings().link) == ("of the variable", 4281, "small")
    assert Settings(committee="given").committee == "given"

    monkeypatch.setenv("CAIRN_COMMITTEE", "")
    assert settings().committee == "", "set to nothing is set"


@pytest.mark.usefixtures("folder")
def test_an_empty_name_of_the_data_folder_is_not_the_folder_somebody_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_DATA", "")

    assert settings().data == Path("data")


def test_roles_to_be_told_are_written_with_commas(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_ALARM_ROLES", "lead_officer, chair")

    assert Settings(data=folder).alarm_roles == ("lead_officer", "chair")


def test_a_wrong_setting_is_named_and_its_value_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("CAIRN_SITE=http://secret.example\n")
    monkeypatch.setenv("CAIRN_WEB_PORT", "70000")

    with pytest.raises(NotSetUp) as refused:
        settings()

    assert "CAIRN_WEB_PORT" in str(refused.value)
    assert "CAIRN_SITE" in str(refused.value)
    assert not {"70000", "secret"} & set(str(refused.value).replace(".", " ").split("/"))
    assert "secret" not in str(refused.value)
