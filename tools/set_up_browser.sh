#!/bin/sh
# Makes sure that tests find Chromium and the fonts they look at; installs them from Debian when allowed to.
set -eu
chromium=${MARELLE_CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
fonts=/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
if [ -n "$chromium" ] && [ -f "$fonts" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing chromium and fonts-noto-core from Debian" >&2
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-core > /dev/null || {
        echo "Chromium could not be installed: check that this machine reaches Debian's packages, then run this again." >&2
        exit 1
    }
    exit 0
fi
echo "Browser tests will be skipped: install them with  apt install chromium fonts-noto-core" >&2
