#!/bin/sh
# Starts the Chromium that MINIMEET_CHROME names. Root's Chromium puts its sound and network threads before all else,
# and on a small machine the server, the pages and the test then wait for seconds; here it may not.
chromium=${MINIMEET_CHROME:-/usr/bin/chromium}
if [ "$(id -u)" = 0 ] && setpriv --bounding-set=-sys_nice true 2>/dev/null; then
  exec setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice "$chromium" "$@"
fi
exec "$chromium" "$@"
