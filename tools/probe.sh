#!/usr/bin/env bash
# probe.sh PORT PATH: is http://127.0.0.1:PORT/PATH answered with 200? By bash alone, for where there is no curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
read -r -t 5 _ status _ <&3
[ "$status" = 200 ]
