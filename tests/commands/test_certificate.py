"""The certificate for a team's network."""

import datetime
import ipaddress
import os
import ssl

import pytest
from cryptography import x509
from typer.testing import CliRunner

from core.commands import app
from core.commands.certificate import own_addresses, self_signed
from core.password import set_password
from core.settings import workspace


def test_it_holds_names_and_addresses_and_ends_before_browsers_refuse_it():
    _key, made, until = self_signed(["studio.local"], ["10.0.0.7"], days=397)
    read = x509.load_pem_x509_certificate(made)
    known = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert known.get_values_for_type(x509.DNSName) == ["studio.local"]
    assert known.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("10.0.0.7")]
    assert until - datetime.datetime.now(datetime.UTC) < datetime.timedelta(days=398)


def test_the_loopback_addresses_are_always_among_its_own():
    assert own_addresses()[:2] == ["127.0.0.1", "::1"]


def test_the_command_leaves_a_pair_that_a_server_takes(workspace_home):
    said = CliRunner().invoke(app, ["certificate", "--host", "studio.local"])
    assert said.exit_code == 0, said.output
    folder = workspace().root / "https"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    assert "serve --lan --set-password --certificate" in said.output
    assert "studio.local" in said.output


def test_a_certificate_without_its_key_is_refused_and_never_served_in_the_open(workspace_home):
    CliRunner().invoke(app, ["certificate"])
    folder = workspace().root / "https"
    for alone, missing in (("certificate", "key"), ("key", "certificate")):
        pair = [f"--{alone}", str(folder / f"{alone}.pem")]
        said = CliRunner().invoke(app, ["serve", "--lan", *pair])
        assert said.exit_code == 2
        assert f"--{missing}" in said.output


def test_once_there_is_a_password_nobody_is_told_to_set_one(workspace_home):
    set_password(workspace(), "correct horse 말결")
    assert "--set-password" not in CliRunner().invoke(app, ["certificate"]).output


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_only_its_owner_reads_the_key(workspace_home):
    CliRunner().invoke(app, ["certificate"])
    folder = workspace().root / "https"
    assert (folder / "key.pem").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
