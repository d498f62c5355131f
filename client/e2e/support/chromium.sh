#!/bin/sh
# Starts the Chromium that MINIMEET_CHROME names. Root's Chromium puts its sound and network threads before all else,
# and on a small machine the server, the pages and the test then wait for seconds; here it may not. MINIMEET_RUN_BY, where
# it is not empty, is a command with parameters that runs it.
chromium=${MINIMEET_CHROME:-/usr/bin/chromium}
if [ "$(id -u)" = 0 ] && setpriv --bounding-set=-sys_nice true 2>/dev/null; then
  exec $MINIMEET_RUN_BY setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice "$chromium" "$@"
fi
exec $MINIMEET_RUN_BY "$chromium" "$@"
