# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153 # set here, used by the scripts that source this
# What is needed from Debian and how it is installed: by apt, as root, only what is missing.
# One list a purpose; `packages PURPOSE...` makes all of them present.

PACKAGES_base="make ca-certificates curl git jq util-linux procps"
PACKAGES_docker="docker.io iptables iproute2 libcap2-bin"
PACKAGES_images="ccache" # bounds the store of compiled objects
PACKAGES_node="mmdebstrap gcc libc6-dev libcap2-bin"
# The compiler, Pistache and the other libraries of the services and the operator.
PACKAGES_go="golang-go"
PACKAGES_cpp="g++ cmake ninja-build ccache pkg-config libpistache-dev libcpprest-dev libssl-dev zlib1g-dev libpq-dev libpqxx-dev
  librabbitmq-dev libyaml-cpp-dev libspdlog-dev libfmt-dev nlohmann-json3-dev prometheus-cpp-dev libsodium-dev
  libcurl4-openssl-dev libgtest-dev libgmock-dev"
PACKAGES_tests="python3 python3-venv python3-pytest python3-yaml python3-cryptography python3-jsonschema python3-aiosmtpd python3-psycopg2 python3-pytest-xdist postgresql pgbackrest rabbitmq-server openssl"
PACKAGES_bench="wrk"
# promtool checks metrics and rules, and a Prometheus of our own answers what dashboards and alerts ask.
PACKAGES_monitoring="prometheus"
PACKAGES_lint="clang clang-format python3-venv shellcheck"

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

packages() {
  local purpose list package missing=()
  for purpose in "$@"; do
    # A docker that is there, from wherever, is used.
    if [ "$purpose" = docker ] && have docker && { have dockerd || docker_answers; }; then continue; fi
    list=PACKAGES_$purpose
    for package in ${!list}; do installed "$package" || missing+=("$package"); done
  done
  ((${#missing[@]})) || return 0
  have apt-get || die "these are missing, and this is no Debian: install ${missing[*]}"
  ((EUID == 0)) || die "run as root, or once: sudo apt-get install --no-install-recommends ${missing[*]}"
  apt_install "${missing[@]}"
}

# A daemon that a package brings must not start by itself where nothing would stop it: the usual way to say so to Debian's
# packages, for as long as the command runs.
without_daemons() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  "$@"
)

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  # A dpkg that was killed half way leaves packages to be configured; this finishes them and else does nothing.
  # A machine that has just started may be at its own upgrades: their locks are waited for.
  if [ -n "$(dpkg --audit)" ]; then wait_until 300 "dpkg: dpkg --configure -a" dpkg --configure -a; fi
  wait_until 300 "the lists of packages: apt-get update" apt-get -o DPkg::Lock::Timeout=300 update -qq
  without_daemons apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
  note "installed $#"
}
