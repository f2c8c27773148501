#!/bin/sh
# Called by the web server; starts payctl. Put it where the web server runs programs, and make it executable.
# It does not pass on the arguments that a web server builds from the URL.
PAYCTL_CONFIG=/etc/payctl/payctl.toml
export PAYCTL_CONFIG
exec /usr/local/bin/payctl cgi
