"""Logins with a second factor through proxmoxer. Prints one JSON object per check."""

import json
import sys

import pyotp
from checks import check, connector, refusal


def main():
    given = json.load(sys.stdin)
    login = {"user": given["user"], "password": given["password"]}
    value = pyotp.TOTP(given["totp"]).now()

    with connector(given) as (connect, _):

        def release(**second):
            return connect(**login, **second).version.get()["release"]

        check("a password alone is refused", lambda: refusal(release))
        check("a wrong value is refused", lambda: refusal(lambda: release(otp="000000")))
        check("the right value is taken", lambda: release(otp=value), "9.2")
        check("it is not taken again", lambda: refusal(lambda: release(otp=value)))


main()
