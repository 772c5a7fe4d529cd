#!/bin/sh
# Runs Wine's server to its end: wineserver.sh WINESERVER PID_FILE. On SIGTERM, ends the Windows programs and then the server;
# if the server alone were killed, Wine's services would stay.
trap '"$1" --kill; exit' TERM
"$1" --foreground --persistent &
echo $$ >"$2"
wait
