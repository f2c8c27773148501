#!/bin/sh
# Stands between a web server and payctl. Put it where the web server runs programs, and make it executable.
# What a web server makes of an address in the way of arguments is not passed on.
PAYCTL_CONFIG=/etc/payctl/payctl.toml
export PAYCTL_CONFIG
exec /usr/local/bin/payctl cgi
