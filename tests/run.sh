#!/usr/bin/env bash
# Everything that CI runs: its own virtual environment, the servers that the tests
# talk to, then ruff, mypy, import-linter and pytest. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

# The real mail servers, unprivileged and on loopback only; tests start and stop them.
servers=(dovecot-imapd dovecot-lmtpd exim4-daemon-light openssl)
have_servers() {
  for program in dovecot exim4 openssl; do
    [ -n "$(PATH="$PATH:/usr/sbin:/sbin" command -v "$program")" ] || return 1
  done
  [ -e /usr/lib/dovecot/lmtp ]
}
if ! have_servers; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are needed: sudo apt-get install ${servers[*]}" >&2
    exit 1
  fi
  step "Debian packages"
  # The packages must not start their services: the tests run private ones.
  policy=/usr/sbin/policy-rc.d
  made_policy=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made_policy=yes
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${servers[@]}" >/dev/null
  [ -z "$made_policy" ] || rm -f "$policy"
fi
if [ "$(id -u)" -eq 0 ] && ! id pktest >/dev/null 2>&1; then
  # The servers never run as root: they refuse, and so do we.
  useradd --system --no-create-home --shell /usr/sbin/nologin pktest
fi

step "virtual environment"
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
fi
stamp=.venv/installed-from
wanted=$(sha256sum pyproject.toml | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  # Groups of dependencies (PEP 735) need a newer pip than Python 3.11 brings.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --editable '.[demo,holidays,channels]' --group dev
  echo "$wanted" >"$stamp"
fi
export PATH="$PWD/.venv/bin:$PATH"

step "ruff"
ruff check .
ruff format --check .
step "mypy"
mypy
step "import-linter"
lint-imports
step "pytest"
pytest "$@"
step "done"
