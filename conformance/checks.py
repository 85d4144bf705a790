"""What the programs of this folder share: connections to a simulator, and checks that print one JSON object each."""

import hashlib
import json
import os
import ssl
import sys
import tempfile
import traceback
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from proxmoxer import AuthenticationError, ProxmoxAPI, ResourceException
from proxmoxer.tools import Tasks


@contextmanager
def connector(given):
    """Gives a function that logs in to the simulator, and the certificate that it trusts for that."""
    address = urlsplit(given["url"])
    with trusted_certificate(address) as (trusted, certificate):

        def connect(**login):
            # A busy machine may take longer than the five seconds that are usual.
            patient = {"timeout": 300, **login}
            return ProxmoxAPI(
                address.hostname, port=address.port, verify_ssl=trusted, **patient
            )

        yield connect, certificate


@contextmanager
def administrator():
    """Logs in to the simulator that standard input tells of, as who may do everything."""
    given = json.load(sys.stdin)
    with connector(given) as (connect, _):
        yield connect(user=given["user"], password=given["password"])


@contextmanager
def trusted_session(given):
    """Gives a session of requests that trusts the simulator's certificate."""
    with trusted_certificate(urlsplit(given["url"])) as (trusted, _), requests.Session() as session:
        # Settings of the machine would go before those of the session.
        session.trust_env = False
        session.verify = trusted
        yield session


@contextmanager
def trusted_certificate(address):
    certificate = ssl.get_server_certificate((address.hostname, address.port))
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as trusted:
        trusted.write(certificate)
        trusted.flush()
        yield trusted.name, certificate


def refusal(call):
    """How a call that must fail was refused: status and message, or True for a refused login."""
    try:
        answer = call()
    except ResourceException as error:
        return (error.status_code, error.content)
    except AuthenticationError:
        return True
    return f"was not refused: {answer!r}"


def finisher(api):
    """A function that waits for a task: how it ended."""

    def finish(upid):
        return Tasks.blocking_status(api, upid, timeout=120, polling_interval=0.05)["exitstatus"]

    return finish


def logged(api, node, upid):
    """The lines that a task wrote."""
    return [line["t"] for line in api.nodes(node).tasks(upid).log.get(limit=0)]


def check(name, run, wanted=True):
    try:
        found = run()
        report = {"name": name, "passed": found == wanted}
        if found != wanted:
            report["detail"] = f"found {found!r}, not {wanted!r}"
    except Exception as error:  # any failure of a client is a finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        report = {
            "name": name,
            "passed": False,
            "detail": f"{type(error).__name__}: {error} ({os.path.basename(last.filename)}:{last.lineno})",
        }
    print(json.dumps(report), flush=True)


def fingerprint(certificate):
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
