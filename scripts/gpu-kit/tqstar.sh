#!/bin/sh
# The command line of an unpacked kit; a link to this file works too.
exec bash "$(dirname "$(readlink -f "$0")")/launch.sh" tqstar "$@"
